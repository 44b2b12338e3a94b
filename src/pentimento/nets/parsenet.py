"""What belongs to a face: a network that tells the parts of an aligned one.

Tensors are named as in `parsing_parsenet.pth`, which lies beside the restorers of an AUTOMATIC1111 folder.
"""

from collections.abc import Mapping
from itertools import pairwise

import torch.nn.functional as F
from torch import Tensor, nn

PARTS = 19
FACE = (*range(1, 14), 15)
"""Which parts are the face and what is on it; the rest is background, hair, hat, necklace, cloth."""


class ParseNet(nn.Module):
    """base and most channels, how often the picture is halved, blocks at the smallest size"""

    def __init__(self, base: int, most: int, halvings: int, depth: int) -> None:
        super().__init__()
        widths = [min(base * 2**n, most) for n in range(halvings + 1)]
        ways = list(pairwise(widths))
        self.encoder = nn.Sequential(_Layer(3, base), *(_Block(a, b, down=True) for a, b in ways))
        self.body = nn.Sequential(*(_Block(widths[-1], widths[-1]) for _ in range(depth)))
        self.decoder = nn.Sequential(*(_Block(b, a, up=True) for a, b in reversed(ways)))
        self.out_img_conv, self.out_mask_conv = _Layer(widths[0], 3), _Layer(widths[0], PARTS)

    @classmethod
    def of(cls, tensors: Mapping[str, Tensor]) -> "ParseNet | None":
        """The network that tensors belong to; None where it is another. Raises RuntimeError where some do not fit."""
        first, inner = tensors.get("encoder.0.conv2d.weight"), tensors.get("body.0.conv1.conv2d.weight")
        if first is None or inner is None:
            return None
        encoder, body = ({name.split(".")[1] for name in tensors if name.startswith(part)} for part in STAGES)
        made = cls(len(first), len(inner), len(encoder) - 1, len(body))
        made.load_state_dict(dict(tensors))
        return made

    def forward(self, face: Tensor) -> Tensor:
        """(1, 3, H, W), RGB in [0, 1] → (1, PARTS, H, W): the largest says which part a pixel belongs to."""
        inner = self.encoder(face * 2 - 1)
        return self.out_mask_conv(self.decoder(inner + self.body(inner)))


STAGES = ("encoder.", "body.")


class _Layer(nn.Module):
    """A convolution over mirrored edges, normalised where that is asked for, of the picture doubled or to its half."""

    def __init__(
        self, inside: int, outside: int, *, normed: bool = False, down: bool = False, up: bool = False
    ) -> None:
        super().__init__()
        self.conv2d = nn.Conv2d(inside, outside, 3, 2 if down else 1, bias=not normed)
        self.norm = nn.ModuleDict({"norm": nn.BatchNorm2d(outside)} if normed else {})
        self.up = up

    def forward(self, x: Tensor) -> Tensor:
        x = F.interpolate(x, scale_factor=2, mode="nearest") if self.up else x
        x = self.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"))
        for norm in self.norm.values():
            x = norm(x)
        return x


class _Block(nn.Module):
    def __init__(self, inside: int, outside: int, *, down: bool = False, up: bool = False) -> None:
        super().__init__()
        same = inside == outside and not (down or up)
        self.shortcut_func = nn.Identity() if same else _Layer(inside, outside, down=down, up=up)
        self.conv1 = _Layer(inside, outside, normed=True, up=up)
        self.conv2 = _Layer(outside, outside, normed=True, down=down)

    def forward(self, x: Tensor) -> Tensor:
        return self.shortcut_func(x) + self.conv2(F.leaky_relu(self.conv1(x), 0.2))
