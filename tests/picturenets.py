"""Files of networks from picture to picture: real designs, random numbers, as small as the design allows."""

from pathlib import Path

import torch

from pentimento.nets.spandrel import _spandrel


def write_esrgan(path: Path, scale: int = 2, wrapper: str = "params_ema") -> Path:
    """An ESRGAN with one block: 18 pixels of the picture decide one."""
    _spandrel()
    from spandrel.architectures.ESRGAN import ESRGAN

    return _written(path, ESRGAN(num_filters=8, num_blocks=1, scale=scale), wrapper)


def write_lama(path: Path) -> Path:
    _spandrel()
    from spandrel.architectures.LaMa import LaMa

    return _written(path, LaMa(in_nc=4, out_nc=3), "")


def _written(path: Path, module: torch.nn.Module, wrapper: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = module.state_dict()
    torch.save({wrapper: tensors} if wrapper else tensors, path)
    return path
