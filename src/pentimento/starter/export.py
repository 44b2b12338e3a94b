"""Trained networks → one file in the original layout of Stable Diffusion 1.x, with a ModelSpec header, and its yaml."""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import torch
import yaml
from safetensors.torch import save_file
from torch import Tensor, nn

from pentimento.checkpoint.architecture import UNetArchitecture, VAEArchitecture
from pentimento.checkpoint.keys import inverted, renamed, unet_modules, vae_modules
from pentimento.starter.networks import SCALE_FACTOR, Geometry, Networks
from pentimento.starter.recipe import SITTING, Phase, Recipe
from pentimento.starter.sampling import LINEAR_END, LINEAR_START, TIMESTEPS, alphas
from pentimento.starter.scenes.captions import phrases
from pentimento.starter.tokens import token_ids
from pentimento.starter.train import finished, trained_networks
from pentimento.words.sizes import CELL

UNET = "model.diffusion_model."
AUTOENCODER = "first_stage_model."
TEXT = "cond_stage_model.transformer.text_model."
TOKEN_EMBEDDING = TEXT + "embeddings.token_embedding.weight"


@dataclass(frozen=True)
class Edition:
    """One of the files that ship: its name, its title, the channels its U-Net takes."""

    name: str
    title: str
    in_channels: int


EDITIONS = {
    "ordinary": Edition("starter", "Pentimento Starter", 4),
    "inpainting": Edition("starter-inpainting", "Pentimento Starter Inpainting", 9),
}


def export(networks: Networks, recipe: Recipe, phase: Phase, edition: Edition, folder: Path, date: str) -> Path:
    """Write NAME.safetensors (float16) and NAME.yaml; returns the former's path. `date` in ISO 8601, UTC."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{edition.name}.safetensors"
    tensors = {key: tensor.half().contiguous() for key, tensor in layout(networks, recipe.geometry).items()}
    save_file(tensors, file, metadata(phase, edition, date))
    file.with_suffix(".yaml").write_text(yaml.safe_dump(description(recipe.geometry, phase, edition), sort_keys=False))
    return file


def layout(networks: Networks, geometry: Geometry) -> dict[str, Tensor]:
    """All tensors under the names that an SD 1.x file has for them.

    Embeddings of words that no caption uses are set to 0: training never moved them, and noise is not knowledge.
    """
    unet = inverted(unet_modules(unet_architecture(geometry, networks.unet.config["in_channels"])))
    vae = inverted(vae_modules(vae_architecture(geometry)))
    tensors = prefixed(UNET, networks.unet, unet) | prefixed(AUTOENCODER, networks.vae, vae)
    text = {key.removeprefix("text_model."): tensor for key, tensor in networks.text.state_dict().items()}
    tensors |= {TEXT + key: tensor for key, tensor in text.items() if not key.endswith("position_ids")}
    tensors[TOKEN_EMBEDDING] = muted(tensors[TOKEN_EMBEDDING], phrases())
    return tensors | {"alphas_cumprod": alphas()}


def prefixed(prefix: str, network: nn.Module, modules: dict[str, str]) -> dict[str, Tensor]:
    tensors = network.state_dict()
    names = renamed(tensors, modules)
    if missing := tensors.keys() - names.keys():
        raise ValueError(f"no name for {sorted(missing)[0]} and {len(missing) - 1} others")
    return {prefix + names[key]: shaped(names[key], tensor) for key, tensor in tensors.items()}


def shaped(name: str, tensor: Tensor) -> Tensor:
    """The VAE's attention is written as 1×1 convolutions there."""
    return tensor[:, :, None, None] if ".attn_1." in name and tensor.ndim == 2 else tensor


def muted(embedding: Tensor, texts: Iterable[str]) -> Tensor:
    used = torch.tensor(sorted({token for text in texts for token in token_ids(text)}))
    kept = torch.zeros_like(embedding)
    kept[used] = embedding[used]
    return kept


def unet_architecture(geometry: Geometry, in_channels: int) -> UNetArchitecture:
    channels = tuple(geometry.unet_channels * factor for factor in geometry.unet_factors)
    return UNetArchitecture(in_channels, 4, channels, geometry.attention, geometry.res_blocks, geometry.context)


def vae_architecture(geometry: Geometry) -> VAEArchitecture:
    return VAEArchitecture(tuple(geometry.vae_channels * factor for factor in geometry.vae_factors), 1, 4)


def metadata(phase: Phase, edition: Edition, date: str) -> dict[str, str]:
    """The header's words, under the keys of ModelSpec 1.0.0 (Stability AI)."""
    return {
        "format": "pt",
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": "stable-diffusion-v1",
        "modelspec.implementation": "https://github.com/CompVis/stable-diffusion",
        "modelspec.title": edition.title,
        "modelspec.author": "Pentimento",
        "modelspec.description": "A small model of picture-book scenes, trained on drawings only.",
        "modelspec.license": "Apache-2.0",
        "modelspec.date": date,
        "modelspec.resolution": f"{phase.side}x{phase.side}",
        "modelspec.prediction_type": "epsilon",
        "modelspec.usage_hint": "a woman with long black hair in a red gown, holding a hand fan",
    }


def description(geometry: Geometry, phase: Phase, edition: Edition) -> dict[str, object]:
    """The yaml beside the file, as CompVis's programs read it."""
    channels = geometry.unet_channels
    unet = {
        "image_size": phase.side // CELL,
        "in_channels": edition.in_channels,
        "out_channels": 4,
        "model_channels": channels,
        "attention_resolutions": [2**level for level, attends in enumerate(geometry.attention) if attends],
        "num_res_blocks": geometry.res_blocks,
        "channel_mult": list(geometry.unet_factors),
        "num_heads": 8,
        "use_spatial_transformer": True,
        "transformer_depth": 1,
        "context_dim": geometry.context,
        "use_checkpoint": False,
        "legacy": False,
    }
    vae = {
        "double_z": True,
        "z_channels": 4,
        "resolution": phase.side,
        "in_channels": 3,
        "out_ch": 3,
        "ch": geometry.vae_channels,
        "ch_mult": list(geometry.vae_factors),
        "num_res_blocks": 1,
        "attn_resolutions": [],
        "dropout": 0.0,
    }
    ldm = "ldm.models.diffusion.ddpm"
    target = f"{ldm}.LatentInpaintDiffusion" if edition.in_channels == 9 else f"{ldm}.LatentDiffusion"
    return {
        "model": {
            "target": target,
            "params": {
                "linear_start": LINEAR_START,
                "linear_end": LINEAR_END,
                "timesteps": TIMESTEPS,
                "parameterization": "eps",
                "first_stage_key": "jpg",
                "cond_stage_key": "txt",
                "image_size": phase.side // CELL,
                "channels": 4,
                "conditioning_key": "hybrid" if edition.in_channels == 9 else "crossattn",
                "scale_factor": SCALE_FACTOR,
                "unet_config": {"target": "ldm.modules.diffusionmodules.openaimodel.UNetModel", "params": unet},
                "first_stage_config": {
                    "target": "ldm.models.autoencoder.AutoencoderKL",
                    "params": {"embed_dim": 4, "ddconfig": vae, "lossconfig": {"target": "torch.nn.Identity"}},
                },
                "cond_stage_config": {"target": "ldm.modules.encoders.modules.FrozenCLIPEmbedder"},
            },
        }
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("training"), help="the folder of the training")
    parser.add_argument("--weights", type=Path, default=Path(__file__).parent / "weights")
    parser.add_argument("--edition", choices=EDITIONS, default="ordinary")
    chosen = parser.parse_args(arguments)
    edition = EDITIONS[chosen.edition]
    phase = finished(SITTING.phases, chosen.out, edition.in_channels)
    networks = trained_networks(SITTING, phase, chosen.out)
    file = export(networks, SITTING, phase, edition, chosen.weights, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
