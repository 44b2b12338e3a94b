"""Faces in drawings, found by a small network of our own that learned from the starter's scenes; no torch is needed.

Its file comes from `python -m pentimento.starter.finder.train`.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from safetensors.numpy import load_file

from pentimento.pixels.faces.several import apart
from pentimento.words.faces import Face, overlap
from pentimento.words.images import Image, size_of
from pentimento.words.sizes import Size

WIDTHS = (16, 24, 32, 32, 32, 32)
KERNELS = (3, 3, 3, 3, 3, 1, 1)
STRIDES = (2, 2, 1, 1, 1, 1, 1)
DILATIONS = (1, 1, 1, 2, 4, 1, 1)
OUTPUTS = 14
"""For each cell of 4 × 4 pixels: the logit that a face's middle is there, ln of its height in UNITs, then in UNITs from
the cell's middle the face's middle and its five spots.
"""

UNIT = 24.0
"""Pixels."""

STRIDE = 4
SURE = 0.8
"""Confidence from which on something is a face."""

SEEN, CERTAIN, AGREEING = 0.3, 0.99, 0.4
"""How sure the network is of what is looked at further; so sure that it need not be seen larger or smaller too; and the
overlap from which on what is seen there is the same.
"""

BROAD = 0.87
"""A head's width beside its height."""

KNOWN = (11.0, 46.0)
"""Heights that the network can tell, pixels; larger ones are looked for in the picture reduced."""

LEAST = 28
"""Shorter side of the smallest picture that is looked at: any head in it can be told."""

LARGEST = 1024
"""Longer side of what is looked at, pixels: reading more takes long and finds no more."""

FILE = Path(__file__).parent / "drawn.safetensors"


def drawn_faces(image: Image) -> list[Face]:
    """The faces of a drawing, surest first; heads from about 8 pixels high up to the picture's height."""
    levels = [list(_at_scale(image, scale)) for scale in scales(size_of(image))]
    around = [[], *levels, []]
    found = (_weighed(face, around[n] + around[n + 2]) for n, level in enumerate(levels) for face in level)
    return apart(face for face in found if face.confidence >= SURE)


def _weighed(face: Face, near: list[Face]) -> Face:
    """As sure as what is seen there in the picture twice or half as large makes it: most mistakes are seen once."""
    if face.confidence >= CERTAIN:
        return face
    again = max((other.confidence for other in near if overlap(face, other) >= AGREEING), default=0.0)
    return face._replace(confidence=(face.confidence + again) / 2)


def scales(size: Size) -> Iterator[float]:
    """How large the picture is looked at: doubled where it is small, then halved until a head would fill it."""
    scale = min(2.0, LARGEST / max(size))
    while scale * min(size) >= LEAST:
        yield scale
        scale /= 2


def _at_scale(image: Image, scale: float) -> Iterator[Face]:
    width, height = (max(STRIDE, round(side * scale)) for side in size_of(image))
    filtered = PIL.Image.Resampling.BOX if scale < 1 else PIL.Image.Resampling.BILINEAR
    seen = np.asarray(PIL.Image.fromarray(image).resize((width, height), filtered))
    across, down = width / image.shape[1], height / image.shape[0]
    said = outputs(seen.astype(np.float32) / np.float32(127.5) - 1)
    sure = 1 / (1 + np.exp(-said[..., 0]))
    for row, column in np.argwhere((sure >= SEEN) & (sure >= _around(sure))):
        tall = UNIT * float(np.exp(np.clip(said[row, column, 1], -2, 2)))
        if not KNOWN[0] <= tall <= KNOWN[1]:
            continue
        at = (np.array([column, row]) + 0.5) * STRIDE
        places = (at + said[row, column, 2:].reshape(6, 2) * UNIT) / (across, down)
        x, y = places[0].tolist()
        wide, high = tall * BROAD / 2 / across, tall / 2 / down
        spots = tuple((px, py) for px, py in places[1:].tolist())
        yield Face(x - wide, y - high, x + wide, y + high, float(sure[row, column]), spots)


def outputs(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """H × W × 3 in [−1, 1] → h × w × OUTPUTS, a cell for each 4 × 4 pixels."""
    weights = _weights()
    last = len(weights) - 1
    for number, (weight, bias) in enumerate(weights):
        x = _convolved(x, weight, bias, STRIDES[number], DILATIONS[number])
        if number < last:
            x = np.maximum(x, 0)
    return x


def _convolved(
    x: NDArray[np.float32], weight: NDArray[np.float32], bias: NDArray[np.float32], stride: int, dilation: int
) -> NDArray[np.float32]:
    """H × W × C by weights of k × k × C × D, zeros around: the sum over the k × k shifted pictures."""
    reach = dilation * (weight.shape[0] // 2)
    padded = np.pad(x, ((reach, reach), (reach, reach), (0, 0)))
    height, width = -(-x.shape[0] // stride), -(-x.shape[1] // stride)
    made = np.broadcast_to(bias, (height, width, bias.size)).copy()
    for row, column in np.ndindex(weight.shape[:2]):
        top, left = row * dilation, column * dilation
        shifted = padded[top : top + height * stride : stride, left : left + width * stride : stride]
        made += shifted @ weight[row, column]
    return made


def _around(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest of each value and its eight neighbours."""
    padded = np.pad(values, 1, constant_values=-1)
    height, width = values.shape
    return np.max([padded[r : r + height, c : c + width] for r in range(3) for c in range(3)], axis=0)


@cache
def _weights() -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    tensors = {name: tensor.astype(np.float32) for name, tensor in load_file(FILE).items()}
    layers = range(len(KERNELS))
    return [(tensors[f"{n}.weight"].transpose(2, 3, 1, 0).copy(), tensors[f"{n}.bias"]) for n in layers]
