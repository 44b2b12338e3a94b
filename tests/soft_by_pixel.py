"""Soft inpainting pixel by pixel, as its description reads: slow, plain, and with no line in common with ours."""

import math

import numpy as np
from numpy.typing import NDArray

from pentimento.words.request import SoftInpainting

Floats = NDArray[np.floating]


def blended(known: Floats, new: Floats, hole: Floats, sigma: float, soft: SoftInpainting) -> Floats:
    """known, new: C × h × w; hole: h × w."""
    out = np.empty_like(new)
    detail = soft.transition_contrast_boost
    for y in range(hole.shape[0]):
        for x in range(hole.shape[1]):
            a, b = known[:, y, x], new[:, y, x]
            t = float(hole[y, x]) ** (sigma**soft.schedule_bias * soft.preservation_strength)
            v = [p * (1 - t) + q * t for p, q in zip(a, b, strict=True)]
            length = math.sqrt(sum(c * c for c in v)) + 1e-5
            wanted = (length_of(a) ** detail * (1 - t) + length_of(b) ** detail * t) ** (1 / detail)
            out[:, y, x] = [c * wanted / length for c in v]
    return out


def length_of(vector: Floats) -> float:
    return math.sqrt(sum(float(c) ** 2 for c in vector))


def changed(known: Floats, new: Floats, hole: Floats, soft: SoftInpainting) -> NDArray[np.uint8]:
    """Where the picture is new: h × w, 255 new. Decided in float32: in float64 a hair below 255 is cut to 254."""
    height, width = hole.shape
    distance = [[length_of(new[:, y, x] - known[:, y, x]) for x in range(width)] for y in range(height)]
    smooth = ranked(ranked(distance, 0.9, 1.0), 0.25, 0.75)
    out = np.empty((height, width), np.uint8)
    for y in range(height):
        for x in range(width):
            s = 1 - np.float32(min(max(hole[y, x], 0), 1)) ** (soft.preservation_strength / 2)
            s = 0.5 * (1 - soft.mask_influence) + s * soft.mask_influence
            s = s / (1.00001 - s)
            threshold = soft.difference_threshold * s
            q = np.float32(smooth[y][x]) / threshold if threshold else np.float32(math.inf)
            q = 1 / (1 + q**soft.difference_contrast)
            q = q**3 * (q * (6 * q - 15) + 10)
            out[y, x] = int(255 * (1 - q))
    return out


def ranked(values: list[list[float]], low: float, high: float) -> list[list[float]]:
    """Each value's neighbours within two, in order of size: the weighted mean of a slice of their weight."""
    height, width = len(values), len(values[0])
    return [[_slice_mean(values, y, x, low, high) for x in range(width)] for y in range(height)]


def _slice_mean(values: list[list[float]], y: int, x: int, low: float, high: float) -> float:
    around = []
    for dy in range(-2, 3):
        for dx in range(-2, 3):
            if 0 <= y + dy < len(values) and 0 <= x + dx < len(values[0]):
                weight = max(0.0, (math.exp(-(dy * dy + dx * dx) / 2.25) - math.exp(-4)) / (1 - math.exp(-4)))
                around.append((values[y + dy][x + dx], weight))
    around.sort()
    total = sum(weight for _, weight in around)
    start, end = low * total, high * total
    if end - start < 1:
        middle = (start + end) / 2
        start, end = middle - 0.5, middle + 0.5
    if end > total:
        start, end = start - (end - total), total
    if start < 0:
        start, end = 0.0, end - start
    mean = taken = passed = 0.0
    for value, weight in around:
        share = max(0.0, min(passed + weight, end) - max(passed, start))
        mean, taken, passed = mean + share * value, taken + share, passed + weight
    return mean / taken
