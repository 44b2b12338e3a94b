"""Scenes → VAE → text encoder and U-Net. One resumable command: `python -m pentimento.starter.train --out training`."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import l1_loss, mse_loss

from pentimento.starter.data import (
    UNSEEN,
    captions,
    latents_of_scenes,
    pictures,
    rng_of,
    shuffled,
    stratified,
    surroundings,
    surroundings_of_scenes,
    vae_batch,
)
from pentimento.starter.learning import Training, run
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
from pentimento.words.sizes import CELL

UNETS = {4: "unet-final.pt", 9: "unet-inpainting-final.pt"}

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

    def loss_at(step: int) -> Tensor:
        numbers = shuffled(recipe, step)
        return noise_loss(recipe, networks, step, numbers, latents[numbers])

    def look(step: int) -> str:
        with training.averaged():
            save_sheet(
                out / "sheets" / f"diffusion-{step:05}.png", [painted(recipe, networks), refilled(recipe, networks)]
            )
        return f"sheet diffusion-{step:05}.png"

    run(training, recipe.steps, recipe, loss_at, look, Log(out / "diffusion.csv"))
    with training.averaged():
        torch.save(networks.unet.state_dict(), out / UNETS[4])
        torch.save(networks.text.state_dict(), out / "text-final.pt")


def train_inpainting(recipe: Recipe, out: Path) -> None:
    """The 9-channel U-Net, from the ordinary one: it also sees the mask and the masked picture's latents."""
    ordinary = trained_networks(recipe, out)
    networks = Networks(ordinary.vae, widened(ordinary.unet, recipe), ordinary.text)
    latents = latents_of_scenes(recipe, networks.vae, out / "latents.npy")
    surroundings = surroundings_of_scenes(recipe, networks.vae, out / "surroundings.npy")
    training = Training(out / "inpainting.pt", {"unet": networks.unet}, recipe.rate / 3, recipe.ema)

    def loss_at(step: int) -> Tensor:
        numbers = shuffled(recipe, step)
        return noise_loss(recipe, networks, step, numbers, latents[numbers], surroundings[numbers])

    def look(step: int) -> str:
        with training.averaged():
            save_sheet(out / "sheets" / f"inpainting-{step:05}.png", [refilled(recipe, networks)])
        return f"sheet inpainting-{step:05}.png"

    run(training, recipe.inpainting_steps, recipe, loss_at, look, Log(out / "inpainting.csv"))
    with training.averaged():
        torch.save(networks.unet.state_dict(), out / UNETS[9])


def noise_loss(
    recipe: Recipe,
    networks: Networks,
    step: int,
    numbers: NDArray[np.int64],
    clean: Tensor,
    surroundings: Tensor | None = None,
) -> Tensor:
    """Squared error of the predicted noise, weighted by min(SNR, γ) / SNR (Hang et al. 2023, section 3.4).

    numbers       (B,) which scenes these are
    clean         (B, 4, h, w) their latents
    surroundings  (B, 5, h, w) mask and masked latents, for the 9-channel U-Net
    """
    rng = rng_of(recipe, "noise", step)
    t = torch.from_numpy(stratified(rng, len(clean), TIMESTEPS))
    noise = torch.from_numpy(rng.standard_normal(clean.shape, np.float32))
    bar = alphas()[t][:, None, None, None]
    x = bar.sqrt() * clean + (1 - bar).sqrt() * noise
    seen = x if surroundings is None else torch.cat([x, surroundings], dim=1)
    features = text_features(networks, captions(recipe, step, numbers))
    eps = networks.unet(seen, t, encoder_hidden_states=features).sample
    snr = bar / (1 - bar)
    return ((eps - noise) ** 2 * (snr.clamp(max=recipe.gamma) / snr)).mean()


@torch.no_grad()
def widened(unet: UNet2DConditionModel, recipe: Recipe) -> UNet2DConditionModel:
    """The same U-Net with five more channels coming in, which it does not heed yet."""
    wide = unet_of(recipe.geometry, in_channels=9)
    weights = unet.state_dict()
    first = torch.zeros_like(wide.conv_in.weight)
    first[:, :4] = weights["conv_in.weight"]
    wide.load_state_dict(weights | {"conv_in.weight": first})
    return wide


def painted(recipe: Recipe, networks: Networks) -> NDArray[np.uint8]:
    """A picture for each of the prompts."""
    cells = recipe.size // CELL
    return decode(networks.vae, sample(networks, PROMPTS, 1, (cells, cells))).numpy()


def refilled(recipe: Recipe, networks: Networks) -> NDArray[np.uint8]:
    """Eight unseen scenes, the middle painted anew with the prompts' things."""
    cells = recipe.size // CELL
    pixels = pictures(recipe, UNSEEN, len(PROMPTS))
    hole = torch.zeros(len(PROMPTS), 1, cells, cells)
    hole[..., cells // 4 :, cells // 5 : -cells // 5] = 1
    things = [" ".join(prompt.replace(",", "").split()[:3]) for prompt in PROMPTS]
    known = encode(networks.vae, pixels)
    hidden = surroundings(networks.vae, pixels, hole) if networks.unet.config["in_channels"] == 9 else None
    latents = sample(networks, things, 1, (cells, cells), known=known, hole=hole, surroundings=hidden)
    return decode(networks.vae, latents).numpy()


def trained_vae(recipe: Recipe, out: Path) -> AutoencoderKL:
    return filled(vae_of(recipe.geometry), out / "vae-final.pt")


def trained_networks(recipe: Recipe, out: Path, in_channels: int = 4) -> Networks:
    """What a finished training in the folder `out` made."""
    return Networks(
        trained_vae(recipe, out),
        filled(unet_of(recipe.geometry, in_channels), out / UNETS[in_channels]),
        filled(text_of(recipe.geometry), out / "text-final.pt"),
    )


def filled(network: N, file: Path) -> N:
    network.load_state_dict(torch.load(file, weights_only=True))
    return network.requires_grad_(False).eval()


def psnr(a: Tensor, b: Tensor) -> float:
    """Peak signal-to-noise ratio of two uint8 pictures, dB."""
    return float(10 * torch.log10(255**2 / ((a.float() - b.float()) ** 2).mean()))


STAGES: dict[str, tuple[Callable[[Recipe, Path], None], ...]] = {
    "vae": (train_vae,),
    "diffusion": (train_diffusion,),
    "inpainting": (train_inpainting,),
    "all": (train_vae, train_diffusion, train_inpainting),
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
