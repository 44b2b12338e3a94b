"""RetinaFace with a residual network (Deng and others 2019, arXiv:1905.00641): where faces are, and their five spots.

Tensors are named as in `detection_Resnet50_Final.pth`, which lies beside the restorers of an AUTOMATIC1111 folder.
"""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

STRIDES = (8, 16, 32)
SIDES = ((16, 32), (64, 128), (256, 512))
"""Of the squares that are assumed around each place of a level, pixels of the picture."""

REACH, GROWTH = 0.1, 0.2
"""What the network's answers count in: shares of a square's side, and of the logarithm of its growth."""

MEAN = (123.0, 117.0, 104.0)
"""Of red, green and blue; it sees blue first."""

FOUND = 15
"""Numbers told of a square: how sure it is, left, top, right, bottom, and five spots as `Face` has them."""


class RetinaFace(nn.Module):
    """width of the first convolution, blocks of each of the four layers, channels of the levels"""

    def __init__(self, width: int, blocks: tuple[int, ...], channels: int) -> None:
        super().__init__()
        self.body = _Body(width, blocks)
        self.fpn = _Pyramid([width * 8, width * 16, width * 32], channels)
        self.ssh1, self.ssh2, self.ssh3 = (_Context(channels) for _ in STRIDES)
        self.ClassHead, self.BboxHead, self.LandmarkHead = (
            nn.ModuleList(_Head(channels, told) for _ in STRIDES) for told in (2, 4, 10)
        )

    @classmethod
    def of(cls, tensors: Mapping[str, Tensor]) -> "RetinaFace | None":
        """The network that tensors belong to; None where it is another. Raises RuntimeError where some do not fit."""
        first, level = tensors.get("body.conv1.weight"), tensors.get("fpn.output1.0.weight")
        if first is None or level is None:
            return None
        blocks = [len({name.split(".")[2] for name in tensors if name.startswith(f"body.layer{n}.")}) for n in LAYERS]
        made = cls(len(first), tuple(blocks), len(level))
        made.load_state_dict(dict(tensors))
        return made

    def forward(self, picture: Tensor) -> Tensor:
        """(1, 3, H, W), RGB in [0, 1] → N × FOUND, pixels, for every square."""
        x = (picture * 255 - picture.new_tensor(MEAN).view(3, 1, 1)).flip(1)
        levels = self.fpn(self.body(x))
        contexts = [ssh(level) for ssh, level in zip((self.ssh1, self.ssh2, self.ssh3), levels, strict=True)]
        return torch.cat([self._told(number, context) for number, context in enumerate(contexts)])

    def _told(self, number: int, context: Tensor) -> Tensor:
        said, box, spots = (heads[number](context) for heads in (self.ClassHead, self.BboxHead, self.LandmarkHead))
        at, side = _squares(number, context)
        middle, size = at + box[:, :2] * REACH * side, side * torch.exp(box[:, 2:] * GROWTH)
        places = at[:, None] + spots.view(-1, 5, 2) * REACH * side[:, None]
        sure = said.softmax(1)[:, 1:]
        return torch.cat([sure, middle - size / 2, middle + size / 2, places.flatten(1)], dim=1)


LAYERS = (1, 2, 3, 4)
"""Of the residual network; the last three are looked at."""


def _squares(number: int, level: Tensor) -> tuple[Tensor, Tensor]:
    """Middles, N × 2, and sides, N × 1, of the squares of a level."""
    rows, columns = level.shape[2:]
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    at = (torch.stack([x, y], dim=2).view(-1, 1, 2) + 0.5) * STRIDES[number]
    sides = torch.tensor(SIDES[number], dtype=level.dtype).view(1, 2, 1)
    return at.expand(-1, 2, 2).reshape(-1, 2).to(level), sides.expand(len(at), 2, 1).reshape(-1, 1).to(level)


def _normed(inside: int, outside: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outside))


class _Block(nn.Module):
    """He and others 2015, with the stride in the middle."""

    def __init__(self, inside: int, width: int, stride: int) -> None:
        super().__init__()
        outside = 4 * width
        self.conv1, self.bn1 = _normed(inside, width, 1)
        self.conv2, self.bn2 = _normed(width, width, 3, stride)
        self.conv3, self.bn3 = _normed(width, outside, 1)
        self.downsample = _normed(inside, outside, 1, stride) if stride > 1 or inside != outside else nn.Sequential()

    def forward(self, x: Tensor) -> Tensor:
        inner = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        return F.relu(self.bn3(self.conv3(inner)) + self.downsample(x))


class _Body(nn.Module):
    def __init__(self, width: int, blocks: tuple[int, ...]) -> None:
        super().__init__()
        self.conv1, self.bn1 = _normed(3, width, 7, 2)
        inside = width
        for number, count in zip(LAYERS, blocks, strict=True):
            inner, stride = width * 2 ** (number - 1), 1 if number == 1 else 2
            layer = [_Block(inside if n == 0 else 4 * inner, inner, stride if n == 0 else 1) for n in range(count)]
            self.add_module(f"layer{number}", nn.Sequential(*layer))
            inside = 4 * inner

    def forward(self, x: Tensor) -> list[Tensor]:
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        seen = []
        for number in LAYERS:
            x = self.get_submodule(f"layer{number}")(x)
            seen.append(x)
        return seen[1:]


class _Pyramid(nn.Module):
    """Lin and others 2016: each level knows what the coarser ones know."""

    def __init__(self, insides: list[int], channels: int) -> None:
        super().__init__()
        self.output1, self.output2, self.output3 = (_normed(inside, channels, 1) for inside in insides)
        self.merge1, self.merge2 = (_normed(channels, channels) for _ in range(2))

    def forward(self, seen: list[Tensor]) -> list[Tensor]:
        fine, middle, coarse = (
            F.relu(output(x)) for output, x in zip((self.output1, self.output2, self.output3), seen, strict=True)
        )
        middle = F.relu(self.merge2(middle + F.interpolate(coarse, size=middle.shape[2:], mode="nearest")))
        fine = F.relu(self.merge1(fine + F.interpolate(middle, size=fine.shape[2:], mode="nearest")))
        return [fine, middle, coarse]


class _Head(nn.Module):
    """So many numbers of each of the two squares of a place."""

    def __init__(self, channels: int, told: int) -> None:
        super().__init__()
        self.told, self.conv1x1 = told, nn.Conv2d(channels, 2 * told, 1)

    def forward(self, context: Tensor) -> Tensor:
        return self.conv1x1(context)[0].permute(1, 2, 0).reshape(-1, self.told)


class _Context(nn.Module):
    """Najibi and others 2017: what is around, seen three, five and seven pixels wide."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        half, quarter = channels // 2, channels // 4
        self.conv3X3 = _normed(channels, half)
        self.conv5X5_1, self.conv5X5_2 = _normed(channels, quarter), _normed(quarter, quarter)
        self.conv7X7_2, self.conv7x7_3 = _normed(quarter, quarter), _normed(quarter, quarter)

    def forward(self, x: Tensor) -> Tensor:
        inner = F.relu(self.conv5X5_1(x))
        wide = self.conv7x7_3(F.relu(self.conv7X7_2(inner)))
        return F.relu(torch.cat([self.conv3X3(x), self.conv5X5_2(inner), wide], dim=1))
