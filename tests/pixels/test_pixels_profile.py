"""CMYK pictures are shown in the colours that their profile means."""

import io
import struct

import numpy as np
import PIL.Image
import pytest

from pentimento.pixels.codec import read_picture

INKS = {  # C, M, Y, K → the colour on paper, CIE Lab (D50)
    (0, 0, 0, 0): (100, 0, 0),
    (1, 0, 0, 0): (60, -30, -40),
    (0, 1, 0, 0): (50, 60, -5),
    (0, 0, 1, 0): (90, -5, 70),
    (1, 1, 1, 0): (20, 0, 0),
}
TO_LINEAR = np.array(  # XYZ (D50) → linear sRGB, Bradford-adapted. Source: Lindbloom, RGB/XYZ matrices
    [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]]
)


def cmyk_profile():
    """A profile that knows the sixteen corners and mixes between them; those not named above are black (ICC.1:2001)."""
    corners = [(c, m, y, k) for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)]
    lab = [INKS.get(corner, (0, 0, 0)) for corner in corners]
    encoded = bytes(value for L, a, b in lab for value in (round(L * 2.55), a + 128, b + 128))
    straight = bytes(range(256))
    identity = struct.pack(">9i", *(65536 if k % 4 == 0 else 0 for k in range(9)))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + identity + straight * 4 + encoded + straight * 3
    table += b"\0" * (-len(table) % 4)
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    tags, at, body = [], 128 + 4 + 2 * 12, b""
    for name, data in ((b"A2B0", table), (b"wtpt", white)):
        tags.append(name + struct.pack(">II", at + len(body), len(data)))
        body += data
    header = struct.pack(">I4sI4s4s4s", 0, b"none", 0x02400000, b"prtr", b"CMYK", b"Lab ") + b"\0" * 12 + b"acsp"
    header = header.ljust(68, b"\0") + struct.pack(">3i", 63190, 65536, 54061)
    whole = header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + b"".join(tags) + body
    return struct.pack(">I", len(whole)) + whole[4:]


def on_a_screen(L, a, b):
    """sRGB, 0…255, of a colour in CIE Lab (D50)."""
    y = (L + 16) / 116
    f = np.array([y + a / 500, y, y - b / 200])
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * [0.9642, 1, 0.8249]
    linear = (TO_LINEAR @ xyz).clip(0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def saved(inks, **more):
    picture = PIL.Image.fromarray(np.full((8, 8, 4), [255 * ink for ink in inks], np.uint8), "CMYK")
    out = io.BytesIO()
    picture.save(out, "TIFF", **more)
    return out.getvalue()


@pytest.mark.parametrize("inks", INKS)
def test_inks_become_the_colours_that_the_profile_says(inks):
    picture = read_picture(saved(inks, icc_profile=cmyk_profile()))
    assert picture.samples.shape == (8, 8, 3)
    assert np.abs(picture.samples[4, 4] - on_a_screen(*INKS[inks])).max() <= 3
    assert picture.icc is None
    assert picture.notes == ("the picture is CMYK: it was converted to sRGB by its colour profile",)


def test_without_a_profile_inks_are_taken_for_pure_ones():
    picture = read_picture(saved((1, 0, 0, 0)))
    assert tuple(picture.samples[4, 4]) == (0, 255, 255)
    assert "may differ" in picture.notes[0]


@pytest.mark.parametrize("profile", [b"no profile", cmyk_profile()[:200], None])
def test_a_profile_that_cannot_be_used_is_left_out_and_said_to_be(profile):
    if profile is None:  # one for screens, in a picture of inks
        from PIL import ImageCms

        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = read_picture(saved((1, 0, 0, 0), icc_profile=profile))
    assert tuple(picture.samples[4, 4]) == (0, 255, 255)
    assert "its colour profile left out" in picture.notes[0]


def test_lab_pictures_are_converted_by_their_profile_too():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    values = np.full((8, 8, 3), [153, 226, 40], np.uint8)  # L 60, a -30, b 40: signed, in two's complement
    out = io.BytesIO()
    PIL.Image.frombytes("LAB", (8, 8), values.tobytes()).save(out, "TIFF", icc_profile=profile)
    picture = read_picture(out.getvalue())
    assert np.abs(picture.samples[4, 4] - on_a_screen(60, -30, 40)).max() <= 3
