"""Networks that restore a face, called as their authors do.

spandrel leaves their number range and their fidelity to whoever calls: all work on [−1, 1].
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from pentimento.nets.spandrel import PictureNet

CALLS: Mapping[str, Callable[[Any, Tensor, float], Tensor]] = {
    "CodeFormer": lambda module, face, weight: module(face, weight=weight)[0],
    "GFPGAN": lambda module, face, weight: module(face, return_rgb=False, randomize_noise=False)[0],
    "RestoreFormer": lambda module, face, weight: module(face)[0],
}
"""A design's name → module, face and fidelity → the restored face. GFPGAN adds the noise that its file brings."""


@torch.inference_mode()
def restored_face(net: PictureNet, face: Tensor, weight: float) -> Tensor:
    """An aligned face anew.

    face    (1, 3, 512, 512) in [0, 1]; so is what is returned, on the processor
    weight  CodeFormer's fidelity: 0 leaves it to what it learned, 1 keeps to the face; others know none
    """
    parameter = next(net.module.parameters())
    x = face.to(parameter.device, parameter.dtype)
    if net.name not in CALLS:
        return net.call(x).float().cpu()
    made = CALLS[net.name](net.module, x * 2 - 1, weight)
    return ((made.float().cpu() + 1) / 2).clamp(0, 1)
