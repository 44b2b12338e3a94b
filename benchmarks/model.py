"""A Stable Diffusion 1.5 inpainting checkpoint of the real size and random numbers, made once in the user's cache."""

import gzip
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import torch
from places import folder, mini
from safetensors.torch import save_file
from torch import Tensor

from pentimento.checkpoint.architecture import TextArchitecture, UNetArchitecture, VAEArchitecture
from pentimento.checkpoint.keys import inverted, renamed, unet_modules, vae_modules
from pentimento.checkpoint.open import AUTOENCODER, TEXT, UNET
from pentimento.nets.text import CLIPTextModel, text_module
from pentimento.nets.unet import INPAINTING_CHANNELS, UNet2DConditionModel, unet_module
from pentimento.nets.vae import AutoencoderKL, vae_module
from pentimento.prompt.tokenizer import MERGES, clip


@dataclass(frozen=True)
class Sizes:
    unet: UNetArchitecture
    vae: VAEArchitecture
    text: TextArchitecture


REAL = Sizes(
    UNetArchitecture(INPAINTING_CHANNELS, 4, (320, 640, 1280, 1280), (True, True, True, False), 2, 768),
    VAEArchitecture((128, 256, 512, 512), 2, 4),
    TextArchitecture(768, 12, 3072, 49408, 77),
)
TINY = Sizes(
    UNetArchitecture(INPAINTING_CHANNELS, 4, (32, 64), (True, True), 1, 64),
    VAEArchitecture((32, 32, 64, 64), 1, 4),
    TextArchitecture(64, 2, 128, 49408, 77),
)
POOL = 1 << 22


def sizes() -> Sizes:
    return TINY if mini() else REAL


def safetensors() -> Path:
    """models/Stable-diffusion/bench.safetensors: 2.1 GB, float16, nine input channels."""
    file = folder() / "models" / "Stable-diffusion" / "bench.safetensors"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = file.with_suffix(".part")
        save_file(tensors(), whole, {"format": "pt"})
        whole.rename(file)
    return file


def pickled() -> Path:
    """The same numbers as a .ckpt."""
    file = folder() / "ckpt" / "bench.ckpt"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = file.with_suffix(".part")
        torch.save({"state_dict": tensors()}, whole)
        whole.rename(file)
    return file


def tensors() -> dict[str, Tensor]:
    """The original layout's names. Matrices keep the variance of what goes in, norms start as 1 and 0."""
    unet, vae, text = networks()
    modules = {
        UNET: (unet, inverted(unet_modules(sizes().unet))),
        AUTOENCODER: (vae, inverted(vae_modules(sizes().vae))),
        TEXT: (text, None),
    }
    pool = torch.randn(POOL, generator=torch.Generator().manual_seed(0))
    found: dict[str, Tensor] = {}
    for prefix, (module, names) in modules.items():
        shapes = module.state_dict()
        old = {key: key for key in shapes} if names is None else renamed(shapes, names)
        found |= {prefix + old[key]: drawn(key, tensor, pool) for key, tensor in shapes.items() if key in old}
    return found


def networks() -> tuple[UNet2DConditionModel, AutoencoderKL, CLIPTextModel]:
    """U-Net, autoencoder and text encoder without numbers."""
    wanted = sizes()
    with torch.device("meta"):
        text = text_module(**vars(wanted.text), heads=wanted.text.heads)
        return unet_module(**vars(wanted.unet)), vae_module(**vars(wanted.vae)), text


def drawn(name: str, like: Tensor, pool: Tensor) -> Tensor:
    if like.ndim < 2:
        return torch.full(like.shape, float(name.endswith("weight")), dtype=torch.float16)
    scaled = (pool / math.sqrt(like[0].numel())).half()
    return scaled.repeat(-(-like.numel() // POOL))[: like.numel()].reshape(like.shape).clone()


def diffusers_folder() -> Path:
    """What diffusers wants to know beside a single file, so that it asks no network."""
    place = folder() / "diffusers"
    if (place / "model_index.json").exists():
        return place
    unet, vae, text = networks()
    scheduler = {"_class_name": "EulerAncestralDiscreteScheduler", "beta_start": 0.00085, "beta_end": 0.012}
    scheduler |= {"beta_schedule": "scaled_linear", "num_train_timesteps": 1000, "steps_offset": 1}
    write(place / "scheduler/scheduler_config.json", scheduler)
    write(place / "unet/config.json", json.loads(unet.to_json_string()) | {"sample_size": 64})
    write(place / "vae/config.json", json.loads(vae.to_json_string()) | {"scaling_factor": 0.18215})
    write(place / "text_encoder/config.json", text.config.to_dict() | {"architectures": ["CLIPTextModel"]})
    write(place / "tokenizer/vocab.json", clip().get_vocab())
    merges = gzip.decompress((resources.files("pentimento.prompt") / MERGES).read_bytes()).decode()
    (place / "tokenizer/merges.txt").write_text("#version: 0.2\n" + merges)
    write(place / "tokenizer/tokenizer_config.json", {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77})
    index: dict[str, object] = {"_class_name": "StableDiffusionInpaintPipeline", "_diffusers_version": "0.42.1"}
    index |= {key: [None, None] for key in ("safety_checker", "feature_extractor", "image_encoder")}
    index |= {"scheduler": ["diffusers", "EulerAncestralDiscreteScheduler"], "unet": ["diffusers", type(unet).__name__]}
    index |= {"vae": ["diffusers", "AutoencoderKL"], "text_encoder": ["transformers", "CLIPTextModel"]}
    index |= {"tokenizer": ["transformers", "CLIPTokenizer"]}
    write(place / "model_index.json", index)
    return place


def write(file: Path, value: Mapping[str, object]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, default=str))
