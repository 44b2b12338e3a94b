"""Pictures, masks and prompts of every kind go through the command line and come out painted."""

import io
import os
from collections.abc import Callable

import numpy as np
import PIL.Image
import pytest

from command import run
from pentimento.nets.vae import VAE
from pentimento.pixels import png
from pentimento.pixels.codec import read_picture

SIZE = (48, 40)
QUICK = ("--steps", 1, "--seed", 1, "--sampler", "Euler", "-p", "a cup")
LONG = bool(os.environ.get("PENTIMENTO_LONG"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PENTIMENTO_CACHE", str(tmp_path / "cache"))


def scene(size=SIZE, mode="RGB") -> PIL.Image.Image:
    """A picture with a little of everything in it."""
    across, down = np.meshgrid(np.linspace(0, 255, size[0]), np.linspace(0, 255, size[1]))
    noise = np.random.default_rng(5).integers(0, 60, across.shape)
    pixels = np.stack([across, down, np.clip(across / 2 + noise, 0, 255)], axis=-1).astype(np.uint8)
    return PIL.Image.fromarray(pixels).convert(mode)


def hole(size=SIZE, box=(12, 10, 30, 26)) -> PIL.Image.Image:
    mask = PIL.Image.new("L", size)
    mask.paste(255, box)
    return mask


def saved(picture: PIL.Image.Image, format="PNG", **how) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **how)
    return out.getvalue()


def see_through(mode="RGBA", full=False) -> bytes:
    picture = scene(mode="RGBA")
    alpha = np.full(SIZE[::-1], 255, np.uint8)
    alpha[:8] = 255 if full else 0
    picture.putalpha(PIL.Image.fromarray(alpha))
    return saved(picture.convert(mode))


def deep(channels: int) -> bytes:
    """A PNG of 16 bit that holds values an 8-bit one cannot."""
    samples = (np.arange(SIZE[0] * SIZE[1] * channels) * 31 % 65536).astype(np.uint16)
    return png.encode(samples.reshape(SIZE[1], SIZE[0], channels), {}, None, None)


def palette() -> bytes:
    return saved(scene().quantize(16))


def see_through_palette() -> bytes:
    return saved(scene().quantize(16), transparency=3)


def turned(orientation: int) -> bytes:
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    sideways = scene().transpose(PIL.Image.Transpose.ROTATE_90)
    return saved(sideways, "JPEG", quality=95, exif=exif)


PICTURES: dict[str, Callable[[], bytes]] = {
    "RGB": lambda: saved(scene()),
    "RGBA with transparency": see_through,
    "RGBA without transparency": lambda: see_through(full=True),
    "grey with alpha": lambda: see_through("LA"),
    "1 bit": lambda: saved(scene(mode="1")),
    "palette": palette,
    "palette with a transparent colour": see_through_palette,
    "grey": lambda: saved(scene(mode="L")),
    "16 bit grey": lambda: deep(1),
    "16 bit RGB": lambda: deep(3),
    "16 bit RGBA": lambda: deep(4),
    "interlaced grey GIF": lambda: saved(scene(mode="L"), "GIF"),
    "JPEG": lambda: saved(scene(), "JPEG"),
    "progressive JPEG": lambda: saved(scene(), "JPEG", progressive=True),
    "CMYK JPEG": lambda: saved(scene(mode="CMYK"), "JPEG"),
    "CMYK TIFF": lambda: saved(scene(mode="CMYK"), "TIFF"),
    "WebP": lambda: saved(scene(), "WEBP", lossless=True),
    "BMP": lambda: saved(scene(), "BMP"),
    "turned by EXIF": lambda: turned(6),
}


@pytest.fixture
def painted(tmp_path, tiny_checkpoint):
    """(picture, mask, *options) → what the command said, and the picture it made."""

    def paint(picture: bytes, mask: bytes, *options):
        (tmp_path / "in").write_bytes(picture)
        (tmp_path / "mask").write_bytes(mask)
        where = ("--checkpoint", tiny_checkpoint, "--models-dir", tmp_path, "--device", "cpu", "-o", tmp_path / "o.png")
        done = run("inpaint", tmp_path / "in", tmp_path / "mask", *QUICK, *where, *options)
        assert done.code == 0, done.err
        assert "Traceback" not in done.err
        return done, read_picture((tmp_path / "o.png").read_bytes())

    return paint


def untouched(before: bytes, after, mask: np.ndarray) -> bool:
    """Whether every sample is the same where the mask is 0."""
    return bool(np.array_equal(read_picture(before).samples[mask == 0], after.samples[mask == 0]))


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_of_any_kind_is_painted_and_kept_outside_the_mask(kind, painted):
    data = PICTURES[kind]()
    done, after = painted(data, saved(hole()), "--mask-blur", 0)
    before = read_picture(data)
    assert after.size == SIZE
    assert after.samples.dtype == before.samples.dtype
    assert untouched(data, after, np.array(hole()))
    changed = np.array(hole()) > 0
    assert not np.array_equal(before.samples[changed], after.samples[changed])
    assert ("CMYK" in done.err) == ("CMYK" in kind)


MASKS = {
    "1 bit": lambda: saved(hole().convert("1")),
    "palette": lambda: saved(hole().quantize(2)),
    "RGB": lambda: saved(hole().convert("RGB")),
    "alpha": lambda: saved(PIL.Image.merge("LA", (PIL.Image.new("L", SIZE, 7), hole()))),
    "16 bit": lambda: png.encode(np.array(hole(), np.uint16)[..., None] * 257, {}, None, None),
    "JPEG": lambda: saved(hole(), "JPEG", quality=100),
}


@pytest.mark.parametrize("kind", MASKS)
def test_a_mask_of_any_kind_means_the_same(kind, painted):
    picture = saved(scene())
    _, wanted = painted(picture, saved(hole()), "--mask-blur", 0)
    _, after = painted(picture, MASKS[kind](), "--mask-blur", 0)
    if kind != "JPEG":  # a JPEG blurs its edges a little
        assert np.array_equal(after.samples, wanted.samples)
    assert untouched(picture, after, np.array(hole(box=(4, 4, 40, 34))))


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (7, 9), (50, 33), (8, 200), (65, 64)], ids=str)
@pytest.mark.parametrize("area", ["whole picture", "only masked"])
def test_sizes_that_are_not_multiples_of_8_come_back_as_they_were(size, area, painted):
    picture, mask = saved(scene(size)), hole(size, (0, 0, (size[0] + 1) // 2, (size[1] + 1) // 2))
    _, after = painted(picture, saved(mask), "--mask-blur", 0, "--area", area)
    assert after.size == size
    assert untouched(picture, after, np.array(mask))


@pytest.mark.parametrize(
    "size",
    [(2000, 1500), pytest.param((8000, 6000), marks=pytest.mark.long)],
    ids=str,
)
def test_of_a_large_picture_only_the_part_around_the_mask_is_computed(size, painted, monkeypatch):
    if size[0] > 2000 and not LONG:
        pytest.skip("not run: PENTIMENTO_LONG is not set")
    seen = []
    encode = VAE.encode
    monkeypatch.setattr(VAE, "encode", lambda self, image: seen.append(image.shape) or encode(self, image))
    mask = hole(size, (900, 700, 960, 740))
    picture = saved(scene(size), compress_level=0)
    _, after = painted(picture, saved(mask), "--only-masked", "--padding", 16)
    assert after.size == size
    assert seen
    assert all(shape[-1] * shape[-2] < 200 * 200 for shape in seen)
    far = np.array(hole(size, (800, 600, 1060, 840)))
    assert untouched(picture, after, far)


def test_a_full_mask_repaints_everything(painted):
    _, after = painted(saved(scene()), saved(PIL.Image.new("L", SIZE, 255)))
    assert (after.samples != read_picture(saved(scene())).samples).any(axis=2).mean() > 0.9


def test_an_empty_mask_returns_the_picture_and_says_so(painted):
    picture = saved(scene())
    done, after = painted(picture, saved(PIL.Image.new("L", SIZE)))
    assert np.array_equal(after.samples, read_picture(picture).samples)
    assert "mask" in done.err
    assert "empty" in done.err


PROMPTS = {
    "nothing": "",
    "Japanese": "夕焼けの中の赤い茶碗、油絵",
    "Arabic": "كوب أحمر على طاولة خشبية",
    "Hindi": "लकड़ी की मेज पर लाल कप",
    "emoji": "🏠👨‍👩‍👧‍👦 a cup ☕",
    "accents, composed and not": "café cafe\u0301",
    "control characters": "a\x00b\x07c\u202ed",
    "broken text": "Ã©lÃ©phant â€œredâ€",
    "10⁵ characters": "a red cup on a wooden table, " * 3450,
    "10⁵ without a space": "a" * 100_000,
    "10⁵ brackets": "(" * 50_000 + ")" * 50_000,
}


@pytest.mark.parametrize("kind", PROMPTS)
def test_a_prompt_of_any_script_and_length_is_painted(kind, painted):
    prompt = PROMPTS[kind]
    if "\x00" in prompt:
        prompt = prompt.replace("\x00", "\x01")  # no command line can carry a zero
    _, after = painted(saved(scene()), saved(hole()), "-p", prompt)
    assert after.size == SIZE
    assert after.text["parameters"].startswith(prompt.strip()[:5])


@pytest.mark.parametrize("factor", [0.5, 2, 1.75])
def test_a_mask_of_another_size_is_scaled_where_asked(factor, painted):
    size = (round(SIZE[0] * factor), round(SIZE[1] * factor))
    done, after = painted(saved(scene()), saved(hole().resize(size)), "--resize-mask", "--mask-blur", 0)
    assert untouched(saved(scene()), after, np.array(hole(box=(8, 6, 34, 30))))
    assert "mask covers" in done.err


def test_the_deep_picture_really_is_deep():
    assert read_picture(deep(3)).samples.dtype == np.uint16
