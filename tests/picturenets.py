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


def write_restoreformer(path: Path) -> Path:
    """The narrowest that its normalisation allows."""
    _spandrel()
    from spandrel.architectures.RestoreFormer import RestoreFormer

    sizes = {"n_embed": 16, "embed_dim": 32, "ch": 32, "ch_mult": (1, 1, 1, 1, 1, 1), "num_res_blocks": 1}
    module = RestoreFormer(**sizes, attn_resolutions=(16,), resolution=512, z_channels=32, head_size=8)
    return _written(path, module, "")


def write_gfpgan(path: Path) -> Path:
    """Spandrel knows the released size only: 87 million numbers."""
    _spandrel()
    from spandrel.architectures.GFPGAN import GFPGAN

    return _written(path, GFPGAN(input_is_latent=True, different_w=True, sft_half=True).half(), "params_ema")


def write_codeformer(path: Path) -> Path:
    """One layer of the transformer; encoder and generator have one size. Needs spandrel_extra_arches."""
    _spandrel()
    from spandrel_extra_arches.architectures.CodeFormer import CodeFormer

    return _written(path, CodeFormer(dim_embd=64, n_layers=1, codebook_size=16).half(), "params_ema")
