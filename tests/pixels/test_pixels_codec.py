import io
import os
import zlib
from contextlib import suppress

import cv2
import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, ImageCms, ImageOps

from pentimento.pixels import codec, exif, png
from pentimento.pixels.codec import encode_picture, read_picture, write_whole
from pentimento.pixels.view import image_of, mask_of
from pentimento.words.errors import OutputError, PictureError
from pentimento.words.images import Picture

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SETTINGS = "a red hat, ünïcødé 帽子\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7.0, Seed: 1"


def random_samples(channels, depth=np.uint8, width=11, height=7, seed=0):
    random = np.random.default_rng(seed)
    return random.integers(0, np.iinfo(depth).max, (height, width, channels), depth, endpoint=True)


def pillow_file(image, kind="PNG", **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def rgb(width=11, height=7):
    return PIL.Image.fromarray(random_samples(3, width=width, height=height))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 4), st.sampled_from([np.uint8, np.uint16]), st.integers(1, 20), st.integers(1, 150), st.integers()
)
def test_a_png_gives_back_every_sample(channels, depth, width, height, seed):
    samples = random_samples(channels, depth, width, height, seed % 1000) // (1 + seed % 7)
    back = read_picture(encode_picture(Picture(samples), ".png", None))
    assert back.samples.dtype == depth
    np.testing.assert_array_equal(back.samples, samples)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_another_reader_sees_the_same_png(channels, depth):
    samples = random_samples(channels, depth)
    data = np.frombuffer(png.encode(samples, {}, None, None), np.uint8)
    seen = np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED))
    seen = seen[..., None] if channels == 1 else seen[..., [2, 1, 0, 3][:channels]]
    np.testing.assert_array_equal(seen, samples)


def test_smooth_pictures_are_filtered_before_they_are_squeezed():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 64, axis=0)
    assert len(png.encode(ramp, {}, None, None)) < len(zlib.compress(ramp.tobytes())) + 60


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_profile_exif_and_settings_survive_every_format(suffix):
    block = exif.with_comment(None, "old settings")
    picture = Picture(random_samples(3), icc=PROFILE, exif=block, text={"parameters": "old", "Author": "me"})
    back = read_picture(encode_picture(picture, suffix, SETTINGS))
    assert back.text["parameters"] == SETTINGS
    assert back.icc == PROFILE
    if suffix == ".png":
        assert back.text["Author"] == "me"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_old_settings_do_not_pass_for_those_of_a_new_picture(suffix):
    block = exif.with_comment(None, "old settings")
    picture = Picture(random_samples(3), exif=block, text={"parameters": "old settings"})
    assert "parameters" not in read_picture(encode_picture(picture, suffix, None)).text


def test_16_bit_keeps_profile_and_settings_too():
    picture = Picture(random_samples(4, np.uint16), icc=PROFILE)
    back = read_picture(encode_picture(picture, ".png", SETTINGS))
    assert (back.icc, back.text["parameters"], back.samples.dtype) == (PROFILE, SETTINGS, np.uint16)


def test_pillow_reads_the_settings_where_the_reference_puts_them():
    data = encode_picture(Picture(random_samples(3)), ".png", SETTINGS)
    with PIL.Image.open(io.BytesIO(data)) as file:
        assert file.info["parameters"] == SETTINGS
    data = encode_picture(Picture(random_samples(3)), ".jpg", SETTINGS)
    with PIL.Image.open(io.BytesIO(data)) as file:
        comment = file.getexif().get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment]
    assert comment == b"UNICODE\0" + SETTINGS.encode("utf-16-be")


@pytest.mark.parametrize("code", ["utf-16-be", "utf-16-le", "utf-16"])
def test_user_comments_of_either_byte_order_are_read(code):
    written = PIL.Image.Exif()
    written.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"UNICODE\0" + "Steps: 20".encode(code)
    assert exif.comment_of(exif.bare(written.tobytes()) or b"") == "Steps: 20"


def test_a_gifs_comment_is_its_settings():
    data = pillow_file(rgb().convert("P"), "GIF", comment=b"Steps: 20")
    assert read_picture(data).text["parameters"] == "Steps: 20"


@pytest.mark.parametrize("channels", [1, 3])
def test_webp_keeps_8_bit_pictures_exactly(channels):
    samples = random_samples(channels)
    back = read_picture(encode_picture(Picture(samples), ".webp", None))
    np.testing.assert_array_equal(back.samples, np.broadcast_to(samples, back.samples.shape))


def test_webp_keeps_colour_hidden_under_transparency():
    samples = random_samples(4)
    np.testing.assert_array_equal(read_picture(encode_picture(Picture(samples), ".webp", None)).samples, samples)


def test_jpeg_keeps_grey_grey_and_lays_transparency_on_white():
    assert read_picture(encode_picture(Picture(random_samples(1)), ".jpg", None)).samples.shape[2] == 1
    clear = Picture(np.zeros((8, 8, 4), np.uint8))
    assert read_picture(encode_picture(clear, ".jpg", None)).samples.min() == 255


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_pictures_are_read_upright_and_say_so(orientation):
    written = PIL.Image.Exif()
    written[ExifTags.Base.Orientation], written[ExifTags.Base.Make] = orientation, "Camera"
    data = pillow_file(rgb(), exif=written)
    picture = read_picture(data)
    with PIL.Image.open(io.BytesIO(data)) as file:
        np.testing.assert_array_equal(picture.samples, np.array(ImageOps.exif_transpose(file)))
    kept = PIL.Image.Exif()
    kept.load(picture.exif or b"")
    assert (kept[ExifTags.Base.Orientation], kept[ExifTags.Base.Make]) == (1, "Camera")


@pytest.mark.parametrize("order", [b"MM", b"II"])
def test_only_the_orientation_of_an_exif_block_changes(order):
    sign = "big" if order == b"MM" else "little"
    number = lambda value, size: value.to_bytes(size, sign)  # noqa: E731
    entry = number(0x112, 2) + number(3, 2) + number(1, 4) + number(6, 2) + b"\0\0"
    block = order + number(42, 2) + number(8, 4) + number(1, 2) + entry + number(0, 4) + b"maker's own bytes"
    patched, was = exif.upright(block)
    assert was == 6
    assert exif.upright(patched) == (patched, 1)
    assert sum(a != b for a, b in zip(block, patched, strict=True)) == 1


@pytest.mark.parametrize("block", [b"", b"MM", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff"])
def test_a_broken_exif_block_is_kept_as_it_is(block):
    assert exif.upright(block) == (block, 1)


@pytest.mark.parametrize(
    ("mode", "channels"),
    [("1", 1), ("L", 1), ("LA", 2), ("P", 3), ("RGB", 3), ("RGBA", 4), ("I;16", 1)],
)
def test_every_kind_of_png_is_read(mode, channels):
    image = PIL.Image.fromarray(random_samples(1, np.uint16)[..., 0]) if mode == "I;16" else rgb().convert(mode)
    picture = read_picture(pillow_file(image))
    assert picture.samples.shape == (7, 11, channels)
    if mode != "I;16":
        np.testing.assert_array_equal(
            image_of(picture), np.array(image.convert("RGBA" if mode == "LA" else "RGB"))[..., :3]
        )


def test_a_palette_with_transparency_has_alpha():
    picture = read_picture(pillow_file(rgb().convert("P"), transparency=0))
    assert picture.samples.shape[2] == 4


def test_a_transparent_colour_is_alpha():
    image = PIL.Image.new("RGB", (2, 1), (1, 2, 3))
    image.putpixel((1, 0), (9, 9, 9))
    picture = read_picture(pillow_file(image, transparency=(1, 2, 3)))
    assert picture.samples[0].tolist() == [[1, 2, 3, 0], [9, 9, 9, 255]]


def test_cmyk_becomes_rgb_without_the_profile_that_no_longer_holds():
    picture = read_picture(pillow_file(rgb().convert("CMYK"), "JPEG", icc_profile=PROFILE))
    assert picture.samples.shape == (7, 11, 3)
    assert picture.icc is None


def test_a_photograph_with_previews_behind_it_is_one_picture():
    data = pillow_file(rgb(), "MPO", save_all=True, append_images=[rgb(4, 4)])
    assert read_picture(data).samples.shape == (7, 11, 3)


def damaged():
    whole = pillow_file(rgb(200, 200))
    yield "empty", b"", "0 bytes"
    yield "words", b"not a picture at all", "no picture"
    yield "cut PNG", whole[: len(whole) // 2], "broken or cut off"
    yield "cut JPEG", pillow_file(rgb(200, 200), "JPEG")[:3000], "broken or cut off"
    yield "cut WebP", pillow_file(rgb(200, 200), "WEBP")[:3000], "broken or cut off"
    deep = png.encode(random_samples(3, np.uint16, 200, 200), {}, None, None)
    yield "cut 16-bit PNG", deep[: len(deep) // 2], "broken or cut off"
    frames = [rgb(), PIL.Image.new("RGB", (11, 7))]
    for kind in ("GIF", "PNG", "WEBP", "TIFF"):
        yield f"moving {kind}", pillow_file(frames[0], kind, save_all=True, append_images=frames[1:]), "2 frames"


@pytest.mark.parametrize(("data", "told"), [pytest.param(d, t, id=name) for name, d, t in damaged()])
def test_what_cannot_be_used_is_refused_with_a_remedy(data, told):
    with pytest.raises(PictureError) as refused:
        read_picture(data)
    assert told in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize("size", [(16385, 1), (15000, 15000), (2**31 - 1, 2**31 - 1)])
def test_bombs_are_refused_before_a_pixel_is_decoded(size):
    data = bytearray(pillow_file(PIL.Image.new("1", (1, 1))))
    data[16:24] = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    with pytest.raises(PictureError) as refused:
        read_picture(bytes(data))
    assert str(size[0]) in refused.value.message
    assert str(codec.MAX_SIDE) in refused.value.message


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "TIFF"]), st.integers(0, 10**6), st.binary(min_size=1, max_size=8)
)
def test_broken_bytes_are_read_or_refused_and_nothing_else(kind, where, garbage):
    data = bytearray(pillow_file(rgb(), kind))
    start = where % len(data)
    data[start : start + len(garbage)] = garbage
    with suppress(PictureError):
        assert read_picture(bytes(data)).samples.ndim == 3


def test_transparency_is_flattened_in_pillows_arithmetic(golden):
    samples = golden("chelsea_rgba_192x128")
    canvas = PIL.Image.new("RGBA", (192, 128), "#204060")
    canvas.paste(PIL.Image.fromarray(samples), mask=PIL.Image.fromarray(samples))
    np.testing.assert_array_equal(image_of(Picture(samples), "#204060"), np.array(canvas.convert("RGB")))


def test_16_bit_is_rounded_to_8():
    deep = np.array([[[0], [128], [129], [65406], [65407], [65535]]], np.uint16)
    assert image_of(Picture(deep))[0, :, 0].tolist() == [0, 0, 1, 254, 255, 255]


def test_a_mask_is_its_alpha_where_it_has_any_and_else_its_luminance(golden):
    drawn = golden("mask_alpha_192x128")
    assert drawn.shape[2] == 4
    hard, soft = (mask_of(Picture(drawn), round=round) for round in (True, False))
    np.testing.assert_array_equal(soft, drawn[..., 3])
    np.testing.assert_array_equal(hard, np.where(drawn[..., 3] > 128, 255, 0))
    opaque = np.dstack([random_samples(3), np.full((7, 11), 255, np.uint8)])
    luminance = np.array(PIL.Image.fromarray(opaque).convert("L"))
    np.testing.assert_array_equal(mask_of(Picture(opaque), round=True), luminance)


def test_the_middle_of_alpha_keeps():
    edge = np.array([[[0, 0, 0, 128], [0, 0, 0, 129]]], np.uint8)
    assert mask_of(Picture(edge), round=True).tolist() == [[0, 255]]


def test_unknown_suffixes_and_too_much_text_are_refused_with_a_remedy():
    for suffix, text in ((".bmp", None), (".jpg", "x" * 100_000)):
        with pytest.raises(OutputError) as refused:
            encode_picture(Picture(random_samples(3)), suffix, text)
        assert ".png" in refused.value.hint


def test_a_file_is_written_whole(tmp_path):
    path = tmp_path / "out.png"
    path.write_bytes(b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["out.png"]


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "out.png"
    path.write_bytes(b"old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left") as refused:
        write_whole(path, b"new")
    assert refused.value.hint
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.png"]


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(OutputError, match="No such file"):
        write_whole(tmp_path / "none" / "out.png", b"")
