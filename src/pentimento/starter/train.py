"""Scenes → VAE → text encoder and U-Net. One resumable command: `python -m pentimento.starter.train --out training`."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from numpy.typing import NDArray
from torch import Tensor, nn

from pentimento.starter.autoencoder import VAE, train_decoder, train_vae
from pentimento.starter.data import (
    LOOKED_AT,
    UNSEEN,
    Batch,
    Pool,
    captions,
    pictures,
    rng_of,
    shots_of,
    stratified,
    surroundings,
)
from pentimento.starter.learning import Training, run
from pentimento.starter.networks import Networks, decode, encode, filled, text_of, unet_of, vae_of
from pentimento.starter.recipe import SITTING, Phase, Recipe
from pentimento.starter.sampling import TIMESTEPS, alphas, sample, text_features
from pentimento.starter.scenes.captions import caption_of
from pentimento.starter.sheets import Log, save_sheet
from pentimento.words.sizes import Size


def train_phase(recipe: Recipe, phase: Phase, out: Path) -> None:
    """The U-Net, and with the ordinary one the text encoder, from where the phase before left them."""
    torch.manual_seed(recipe.seed + 1)
    networks = beginning(recipe, phase, out)
    pool = Pool(recipe, phase, networks.vae, out)
    learning: dict[str, nn.Module] = {"unet": networks.unet}
    if not phase.holes:
        learning["text"] = networks.text
    training = Training(out / f"{phase.name}.pt", learning, phase.rate, recipe.ema)
    unseen = Pool(recipe, replace(phase, scenes=recipe.batch * len(phase.sizes), first=UNSEEN), networks.vae, out)

    def loss_at(step: int) -> Tensor:
        batch = pool.batch(step)
        return noise_loss(recipe, networks, step, captions(recipe, phase, step, batch.numbers), batch)

    @torch.no_grad()
    def look(step: int) -> str:
        with training.averaged():
            batch = unseen.batch(0)
            told = noise_loss(recipe, networks, 0, captions(recipe, phase, 0, batch.numbers), batch).item()
            rows = [
                row for size in (phase.sizes[0], phase.sizes[-1]) for row in looked_at(recipe, phase, networks, size)
            ]
        for i in range(0, len(rows), 3):
            save_sheet(out / "sheets" / f"{phase.name}-{step:05}-{i // 3}.png", rows[i : i + 3])
        return f"of unseen {told:.4f}"

    run(training, phase.steps, recipe, loss_at, look, Log(out / f"{phase.name}.csv"))
    with training.averaged():
        torch.save(networks.unet.state_dict(), out / f"{phase.name}-unet.pt")
        torch.save(networks.text.state_dict(), out / f"{phase.name}-text.pt")


def beginning(recipe: Recipe, phase: Phase, out: Path) -> Networks:
    """Trained VAE; U-Net and text encoder of the last phase before this one that was finished, else new.

    A phase with holes goes on from one with holes, and the first from the ordinary U-Net.
    """
    vae = filled(vae_of(recipe.geometry), out / VAE)
    before = recipe.phases[: recipe.phases.index(phase)]
    channels = phase.in_channels if any(p.in_channels == phase.in_channels for p in before) else 4
    unet, text = unet_of(recipe.geometry, channels), text_of(recipe.geometry)
    if before:
        earlier = finished(before, out, channels)
        unet.load_state_dict(torch.load(out / f"{earlier.name}-unet.pt", weights_only=True))
        text.load_state_dict(torch.load(out / f"{earlier.name}-text.pt", weights_only=True))
    if phase.in_channels > channels:
        unet = widened(unet, recipe)
    if phase.holes:
        text.requires_grad_(False).eval()
    return Networks(vae, unet, text)


def finished(phases: Sequence[Phase], out: Path, in_channels: int = 4) -> Phase:
    """The last of the phases that left a U-Net of so many channels in the folder `out`."""
    done = [p for p in phases if p.in_channels == in_channels and (out / f"{p.name}-unet.pt").exists()]
    if not done:
        raise FileNotFoundError(f"no phase for {in_channels} channels is finished in {out}: run the training first")
    return done[-1]


def noise_loss(recipe: Recipe, networks: Networks, step: int, prompts: Sequence[str], batch: Batch) -> Tensor:
    """Squared error of the predicted noise, weighted by min(SNR, γ) / SNR (Hang et al. 2023, section 3.4)."""
    rng = rng_of(recipe, "noise", step)
    clean = batch.latents
    t = torch.from_numpy(stratified(rng, len(clean), TIMESTEPS))
    noise = torch.from_numpy(rng.standard_normal(clean.shape, np.float32))
    bar = alphas()[t][:, None, None, None]
    x = bar.sqrt() * clean + (1 - bar).sqrt() * noise
    seen = x if batch.surroundings is None else torch.cat([x, batch.surroundings], dim=1)
    features = text_features(networks, prompts)
    eps = networks.unet(seen, t, encoder_hidden_states=features).sample.float()
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


def looked_at(recipe: Recipe, phase: Phase, networks: Networks, size: Size) -> list[NDArray[np.uint8]]:
    """Unseen pictures; pictures painted to the captions of these; these with their middles painted anew."""
    shots = shots_of(recipe, phase.mixture, UNSEEN, LOOKED_AT)
    prompts = [caption_of(shot, rng_of(recipe, "captions", UNSEEN, i)) for i, shot in enumerate(shots)]
    pixels = pictures(shots, size)
    cells = (size.cells.height, size.cells.width)
    hole = torch.zeros(LOOKED_AT, 1, *cells)
    hole[..., cells[0] // 4 :, cells[1] // 4 : -cells[1] // 4] = 1
    known = encode(networks.vae, pixels)
    hidden = surroundings(networks.vae, pixels, hole) if phase.holes else None
    again = sample(networks, prompts, 1, cells, known=known, hole=hole, surroundings=hidden)
    whole = torch.ones_like(hole)
    hidden = surroundings(networks.vae, pixels, whole) if phase.holes else None
    new = sample(networks, prompts, 1, cells, surroundings=hidden)
    return [pixels.numpy(), decode(networks.vae, new).numpy(), decode(networks.vae, again).numpy()]


def trained_networks(recipe: Recipe, phase: Phase, out: Path) -> Networks:
    """What a finished phase left in the folder `out`."""
    return Networks(
        filled(vae_of(recipe.geometry), out / VAE),
        filled(unet_of(recipe.geometry, phase.in_channels), out / f"{phase.name}-unet.pt"),
        filled(text_of(recipe.geometry), out / f"{phase.name}-text.pt"),
    )


def train(recipe: Recipe, out: Path, stage: str = "all", begin: Path | None = None) -> None:
    """Run a stage, "vae", "decoder" or a phase's name, or all of them.

    `begin` is the folder of an earlier training whose VAE this one goes on from, instead of from nothing.
    """
    (out / "sheets").mkdir(parents=True, exist_ok=True)
    if stage in ("vae", "all"):
        train_vae(recipe, out, begin)
    if stage in ("decoder", "all"):
        train_decoder(recipe, out)
    for phase in recipe.phases:
        if stage in (phase.name, "all"):
            train_phase(recipe, phase, out)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("training"))
    parser.add_argument(
        "--stage", choices=("vae", "decoder", *(phase.name for phase in SITTING.phases), "all"), default="all"
    )
    parser.add_argument(
        "--begin", type=Path, help="folder of a finished training to start from, instead of from nothing"
    )
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    train(SITTING, chosen.out, chosen.stage, chosen.begin)


if __name__ == "__main__":
    main()
