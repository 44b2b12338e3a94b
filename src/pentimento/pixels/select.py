"""An object found by a box around it, for a mask that nobody has to draw."""

import cv2
import numpy as np
from numpy.typing import NDArray

from pentimento.pixels.crop import at
from pentimento.words.images import Image, Mask, size_of
from pentimento.words.sizes import Box, Size

LARGEST = 360
"""Longer side in pixels that the object is looked for at: the time it takes grows with the area."""
AROUND = 0.25
"""How far the surroundings that it is told from reach past the box: share of the box's longer side."""
ROUNDS = 3
CLUSTERS = 5
"""Colours that each of object and surroundings is made of; fewer samples than that cannot be told apart."""
SPECK = 0.05
"""Holes below this share of the object are filled."""
SEED = 0


def object_in(image: Image, box: Box) -> Mask:
    """The object that a box is drawn around: 255 where it is, 0 elsewhere; as large as the box. All 0: none was found.

    image  H × W × 3
    box    lies on the image, at least 2 × 2 pixels

    GrabCut (Rother, Kolmogorov, Blake 2004): outside of the box nothing is object, inside it is to be found out.
    """
    around = box.grown(max(2, round(AROUND * max(box.size)))).clipped(size_of(image))
    inner = box.shifted(-around.left, -around.top)
    share = min(1.0, LARGEST / max(around.size))
    small = Size(max(1, round(around.width * share)), max(1, round(around.height * share)))
    seen = np.asarray(cv2.resize(at(image, around), small, interpolation=cv2.INTER_AREA), np.uint8)
    guess = np.full((small.height, small.width), cv2.GC_BGD, np.uint8)
    left, right = (round(side * share) for side in (inner.left, inner.right))
    top, bottom = (round(side * share) for side in (inner.top, inner.bottom))
    guess[top : max(bottom, top + 1), left : max(right, left + 1)] = cv2.GC_PR_FGD
    found = _cut(seen, guess)
    whole = np.asarray(cv2.resize(found, around.size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.where(at(whole, inner) > 127, 255, 0).astype(np.uint8)


def _cut(seen: Image, guess: NDArray[np.uint8]) -> Mask:
    """255 for each pixel of the object. Where a box fills the picture, its border is surroundings."""
    outside = guess == cv2.GC_BGD
    if outside.sum() < CLUSTERS:
        guess[0], guess[-1], guess[:, 0], guess[:, -1] = (cv2.GC_BGD,) * 4
        outside = guess == cv2.GC_BGD
    if min(outside.sum(), (~outside).sum()) < CLUSTERS:
        return np.zeros(guess.shape, np.uint8)
    cv2.setRNGSeed(SEED)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(seen, guess, (0, 0, 1, 1), *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return _without_specks(np.where((guess == cv2.GC_FGD) | (guess == cv2.GC_PR_FGD), 255, 0).astype(np.uint8))


def _without_specks(found: Mask) -> Mask:
    """Small holes filled, such as the light that an object throws back."""
    count, labels, facts, _ = cv2.connectedComponentsWithStats(255 - found, connectivity=4)
    small = [label for label in range(1, count) if facts[label, cv2.CC_STAT_AREA] < SPECK * np.count_nonzero(found)]
    return np.where(np.isin(labels, small), 255, found).astype(np.uint8)
