"""Scenes → VAE → text encoder and U-Net. One resumable command: `python -m pentimento.starter.train --out training`."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from torch import Tensor, nn
from torch.nn.functional import l1_loss, mse_loss

from pentimento.starter.learning import Training, copied, run
from pentimento.starter.data import UNSEEN, captions, latents_of_scenes, pictures, rng_of, vae_batch
from pentimento.starter.networks import (
    Networks,
    decode,
    encode,
    pixels_to_tensor,
    standardise,
    text_of,
    unet_of,
    vae_of,
)
from pentimento.starter.recipe import FIRST_LIGHT, Recipe
from pentimento.starter.sampling import TIMESTEPS, alphas, sample, text_features
from pentimento.starter.sheets import Log, save_sheet

N = TypeVar("N", bound=nn.Module)

PROMPTS = (
    "a red cup on a wooden table",
    "a blue ball on the grass",
    "a yellow house, snow",
    "green umbrella, beach",
    "a pink flower in a studio",
    "a purple balloon in the sky",
    "an orange fish",
    "a black car in a room",
)

def train_vae(recipe: Recipe, out: Path) -> None:
    torch.manual_seed(recipe.seed)
    vae = vae_of(recipe.geometry)
    training = Training(out / "vae.pt", {"vae": vae}, recipe.vae_rate)
    unseen = pictures(recipe, UNSEEN, 16)

    def loss_at(step: int) -> Tensor:
        x = pixels_to_tensor(vae_batch(recipe, step))
        posterior = vae.encode(x).latent_dist
        noise = torch.from_numpy(rng_of(recipe, "noise", step).standard_normal(posterior.mean.shape, np.float32))
        back = vae.decode(posterior.mean + posterior.std * noise).sample
        return l1_loss(back, x) + mse_loss(back, x) + recipe.kl * posterior.kl().mean() / posterior.mean[0].numel()

    def look(step: int) -> str:
        back = decode(vae, encode(vae, unseen))
        save_sheet(out / "sheets" / f"vae-{step:05}.png", [unseen[:8].numpy(), back[:8].numpy()])
        return f"PSNR {psnr(back, unseen):.2f} dB"

    run(training, recipe.vae_steps, recipe, loss_at, look, Log(out / "vae.csv"))
    standardise(vae, pictures(recipe, 0, 200 if recipe.scenes > 200 else recipe.scenes))
    torch.save(vae.state_dict(), out / "vae-final.pt")


def train_diffusion(recipe: Recipe, out: Path) -> None:
    torch.manual_seed(recipe.seed + 1)
    networks = Networks(trained_vae(recipe, out), unet_of(recipe.geometry), text_of(recipe.geometry))
    latents = latents_of_scenes(recipe, networks.vae, out / "latents.npy")
    training = Training(out / "diffusion.pt", {"unet": networks.unet, "text": networks.text}, recipe.rate, recipe.ema)
    bars = alphas()

    def loss_at(step: int) -> Tensor:
        rng = rng_of(recipe, "noise", step)
        numbers = shuffled(recipe, step)
        clean = latents[numbers]
        t = torch.from_numpy(stratified(rng, recipe.batch))
        noise = torch.from_numpy(rng.standard_normal(clean.shape, np.float32))
        bar = bars[t][:, None, None, None]
        features = text_features(networks, captions(recipe, step, numbers))
        eps = networks.unet(bar.sqrt() * clean + (1 - bar).sqrt() * noise, t, encoder_hidden_states=features).sample
        snr = bar / (1 - bar)
        return ((eps - noise) ** 2 * (snr.clamp(max=recipe.gamma) / snr)).mean()

    def look(step: int) -> str:
        kept = {name: copied(network) for name, network in training.networks.items()}
        training.use_average()
        cells = recipe.size // 8
        painted = decode(networks.vae, sample(networks, PROMPTS, 1, (cells, cells)))
        save_sheet(out / "sheets" / f"diffusion-{step:05}.png", [painted.numpy(), inpainted(recipe, networks, step)])
        for name, network in training.networks.items():
            network.load_state_dict(kept[name])
        return "looked"

    run(training, recipe.steps, recipe, loss_at, look, Log(out / "diffusion.csv"))
    training.use_average()
    torch.save(networks.unet.state_dict(), out / "unet-final.pt")
    torch.save(networks.text.state_dict(), out / "text-final.pt")


def inpainted(recipe: Recipe, networks: Networks, seed: int) -> np.ndarray:
    """Eight unseen scenes, the middle painted anew with the prompts."""
    cells = recipe.size // 8
    hole = torch.zeros(1, 1, cells, cells)
    hole[..., cells // 4 :, cells // 5 : -cells // 5] = 1
    known = encode(networks.vae, pictures(recipe, UNSEEN, len(PROMPTS)))
    short = [" ".join(prompt.replace(",", "").split()[:3]) for prompt in PROMPTS]
    return decode(networks.vae, sample(networks, short, seed, (cells, cells), known=known, hole=hole)).numpy()


def trained_vae(recipe: Recipe, out: Path) -> AutoencoderKL:
    return filled(vae_of(recipe.geometry), out / "vae-final.pt")


def trained_networks(recipe: Recipe, out: Path) -> Networks:
    """What a finished training in the folder `out` made."""
    return Networks(
        trained_vae(recipe, out),
        filled(unet_of(recipe.geometry), out / "unet-final.pt"),
        filled(text_of(recipe.geometry), out / "text-final.pt"),
    )


def filled(network: N, file: Path) -> N:
    network.load_state_dict(torch.load(file, weights_only=True))
    return network.requires_grad_(False).eval()


def shuffled(recipe: Recipe, step: int) -> np.ndarray:
    """The scenes of one batch: each pass through them is in an order of its own."""
    place = np.arange(step * recipe.batch, (step + 1) * recipe.batch)
    return np.array([permutation(recipe, int(p) // recipe.scenes)[p % recipe.scenes] for p in place])


_ORDERS: dict[tuple[int, int, int], np.ndarray] = {}


def permutation(recipe: Recipe, epoch: int) -> np.ndarray:
    key = (recipe.seed, recipe.scenes, epoch)
    if key not in _ORDERS:
        _ORDERS[key] = np.random.default_rng([recipe.seed, 99, epoch]).permutation(recipe.scenes)
    return _ORDERS[key]


def stratified(rng: np.random.Generator, count: int) -> np.ndarray:
    """`count` timesteps, one from each of as many equal parts of 0…999: less noise in the loss than plain drawing."""
    return ((np.arange(count) + rng.random(count)) / count * TIMESTEPS).astype(np.int64)


def psnr(a: Tensor, b: Tensor) -> float:
    """Peak signal-to-noise ratio of two uint8 pictures, dB."""
    return float(10 * torch.log10(255**2 / ((a.float() - b.float()) ** 2).mean()))


STAGES: dict[str, tuple[Callable[[Recipe, Path], None], ...]] = {
    "vae": (train_vae,),
    "diffusion": (train_diffusion,),
    "all": (train_vae, train_diffusion),
}


def train(recipe: Recipe, out: Path, stage: str = "all") -> None:
    (out / "sheets").mkdir(parents=True, exist_ok=True)
    for one in STAGES[stage]:
        one(recipe, out)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("training"))
    parser.add_argument("--stage", choices=STAGES, default="all")
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    train(FIRST_LIGHT, chosen.out, chosen.stage)


if __name__ == "__main__":
    main()
