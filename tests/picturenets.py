"""Files of networks from picture to picture: real designs, random numbers, as small as the design allows."""

import warnings
from pathlib import Path
from typing import Any

import torch

from pentimento.nets.spandrel import _spandrel


def write_esrgan(path: Path, scale: int = 2, wrapper: str = "params_ema") -> Path:
    """An ESRGAN with one block: 18 pixels of the picture decide one."""
    _spandrel()
    from spandrel.architectures.ESRGAN import ESRGAN

    return _written(path, ESRGAN(num_filters=8, num_blocks=1, scale=scale), wrapper)


def write_swinir(path: Path) -> Path:
    """Two layers; windows of 8 pixels, the second's moved by half."""
    _spandrel()
    from spandrel.architectures.SwinIR import SwinIR

    sizes = {"img_size": 64, "embed_dim": 32, "depths": [2], "num_heads": [2], "window_size": 8, "mlp_ratio": 2.0}
    return _written(path, _loud(SwinIR, **sizes, upscale=2, upsampler="pixelshuffledirect"), "params")


def write_dat(path: Path) -> Path:
    """Two layers; their attention over channels looks at the whole picture."""
    _spandrel()
    from spandrel.architectures.DAT import DAT

    sizes = {"img_size": 64, "embed_dim": 32, "split_size": [8, 8], "depth": [2], "num_heads": [2]}
    return _written(path, _loud(DAT, **sizes, expansion_factor=2.0, upsampler="pixelshuffledirect"), "params")


def _loud(design: type[torch.nn.Module], **sizes: Any) -> torch.nn.Module:
    """A network whose numbers are large enough for each layer to be seen in the picture."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch.meshgrid
        module = design(**sizes)
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.ndim > 1:
                parameter *= 3
    return module


def write_lama(path: Path) -> Path:
    _spandrel()
    from spandrel.architectures.LaMa import LaMa

    return _written(path, LaMa(in_nc=4, out_nc=3), "")


def write_mat(path: Path) -> Path:
    """There is one size: 62 million numbers. Needs spandrel_extra_arches."""
    _spandrel()
    from spandrel_extra_arches.architectures.MAT import MAT

    return _written(path, MAT(), "")


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


def write_script(path: Path, module: torch.nn.Module, *examples: torch.Tensor) -> Path:
    """A TorchScript file: the weights with the code of their module, as big-lama.pt is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.trace(module.eval(), examples, check_trace=False).save(str(path))
    return path
