"""What colour has the thing in the hole? Told against the same scene drawn without it; no network is asked."""

import numpy as np
from numpy.typing import NDArray

from pentimento.starter.scenes.colours import COLOURS, SHADES, TINTS, paint
from pentimento.words.images import Image, Mask

CHANGED = 14.0
"""Distance in CIELAB from the empty ground at which a pixel counts as part of a thing."""

LEAST = 0.12
"""Share of the hole that must show the winning colour; less is no thing."""

TRIM = "trim"


def colour_in_hole(painted: Image, empty: Image, hole: Mask) -> str:
    """The colour that most of the new thing's pixels have, or "" where too few have any.

    painted  the picture with something new in the hole
    empty    the same scene drawn with nothing there
    hole     255 where it was repainted
    """
    inside = hole > 127
    lab, ground = cielab(painted), cielab(empty)
    changed = inside & (np.linalg.norm(lab - ground, axis=-1) > CHANGED)
    names, references = reference_colours()
    nearest = np.linalg.norm(lab[changed][:, None] - references, axis=-1).argmin(axis=1)
    found = [names[i] for i in nearest]
    shares = {name: found.count(name) / inside.sum() for name in COLOURS}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= LEAST else ""


def reference_colours() -> tuple[list[str], NDArray[np.float64]]:
    """Each colour in its shades, and the tints that things are trimmed with, in CIELAB."""
    named = [(name, paint(shade, own)) for name, own in COLOURS.items() for shade in SHADES]
    trim = [(TRIM, TINTS[tint]) for tint in ("white", "cream", "bark", "leaf", "glass", "steel")]
    return [name for name, _ in named + trim], cielab(np.array([rgb for _, rgb in named + trim], np.uint8))


def cielab(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """sRGB, … × 3, 0…255 → CIELAB under D65 (CIE 15; IEC 61966-2-1)."""
    x = rgb / 255
    linear = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    matrix = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    xyz = linear @ matrix.T / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)
