"""Networks that help those which restore faces, told by their tensors: where faces are, and what belongs to one."""

from collections.abc import Mapping

from torch import Tensor

from pentimento.nets.parsenet import ParseNet
from pentimento.nets.retinaface import RetinaFace
from pentimento.nets.spandrel import PictureNet, Purpose

DESIGNS: tuple[tuple[type[RetinaFace] | type[ParseNet], Purpose], ...] = (
    (RetinaFace, Purpose.FIND),
    (ParseNet, Purpose.PARSE),
)


def face_helper(tensors: Mapping[str, Tensor]) -> PictureNet | None:
    """The network that tensors belong to, in float32; None for another design. Raises RuntimeError as they are."""
    for design, purpose in DESIGNS:
        if module := design.of(tensors):
            module.eval().requires_grad_(False).float()
            return PictureNet(module, module, design.__name__, purpose, 1, 3, local=False, whole=True)
    return None
