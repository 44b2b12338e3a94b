"""The VAE's training: the whole of it on crops of many sizes, then the decoder alone at the model's own size."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss, mse_loss

from pentimento.starter.data import LOOKED_AT, UNSEEN, heeded, pictures, rng_of, shots_of, vae_batch
from pentimento.starter.learning import Training, run
from pentimento.starter.networks import SCALE_FACTOR, decode, encode, filled, pixels_to_tensor, standardise, vae_of
from pentimento.starter.recipe import Recipe
from pentimento.starter.sheets import Log, save_sheet
from pentimento.words.sizes import Size

VAE = "vae-final.pt"


def train_vae(recipe: Recipe, out: Path, begin: Path | None) -> None:
    torch.manual_seed(recipe.seed)
    vae = vae_of(recipe.geometry)
    if begin:
        vae.load_state_dict(torch.load(begin / VAE, weights_only=True))
    training = Training(out / "vae.pt", {"vae": vae}, recipe.vae_rate)
    side = sum(recipe.vae_heights) // 2 // 8 * 8
    unseen = pictures(shots_of(recipe, recipe.vae_mixture, UNSEEN, 2 * LOOKED_AT), Size(side, side))

    def loss_at(step: int) -> Tensor:
        x = pixels_to_tensor(vae_batch(recipe, step))
        posterior = vae.encode(x).latent_dist
        noise = torch.from_numpy(rng_of(recipe, "noise", step).standard_normal(posterior.mean.shape, np.float32))
        back = vae.decode(posterior.mean + posterior.std * noise).sample
        return l1_loss(back, x) + mse_loss(back, x) + recipe.kl * posterior.kl().mean() / posterior.mean[0].numel()

    def look(step: int) -> str:
        back = decode(vae, encode(vae, unseen))
        save_sheet(out / "sheets" / f"vae-{step:05}.png", [unseen[:LOOKED_AT].numpy(), back[:LOOKED_AT].numpy()])
        return f"PSNR {psnr(back, unseen):.2f} dB"

    run(training, recipe.vae_steps, recipe, loss_at, look, Log(out / "vae.csv"))
    standardise(vae, pictures(shots_of(recipe, recipe.vae_mixture, 0, 100), Size(side, side)))
    torch.save(vae.state_dict(), out / VAE)


def train_decoder(recipe: Recipe, out: Path) -> None:
    """The decoder alone, from where the whole VAE left it: what was encoded before stays true."""
    vae = filled(vae_of(recipe.geometry), out / VAE)
    networks: dict[str, nn.Module] = {"decoder": vae.decoder.requires_grad_(True)}
    training = Training(out / "decoder.pt", networks, recipe.decoder_rate, recipe.ema)
    size, count = recipe.decoder_size, recipe.decoder_batch
    unseen = pictures(shots_of(recipe, recipe.decoder_mixture, UNSEEN, 2 * LOOKED_AT), size)

    def loss_at(step: int) -> Tensor:
        shots = shots_of(recipe, recipe.decoder_mixture, step * count, count)
        drawn = pictures(shots, size)
        heed = torch.from_numpy(np.stack([heeded(shot, size, recipe.heed) for shot in shots]))[:, None]
        off = vae.decode(encode(vae, drawn) / SCALE_FACTOR).sample - pixels_to_tensor(drawn)
        return (heed * (off.abs() + off**2)).sum() / (3 * heed.sum())

    def look(step: int) -> str:
        with training.averaged():
            back = decode(vae, encode(vae, unseen))
        save_sheet(out / "sheets" / f"decoder-{step:05}.png", [unseen[:LOOKED_AT].numpy(), back[:LOOKED_AT].numpy()])
        return f"PSNR {psnr(back, unseen):.2f} dB"

    run(training, recipe.decoder_steps, recipe, loss_at, look, Log(out / "decoder.csv"))
    with training.averaged():
        torch.save(vae.state_dict(), out / VAE)


def psnr(a: Tensor, b: Tensor) -> float:
    """Peak signal-to-noise ratio of two uint8 pictures, dB."""
    return float(10 * torch.log10(255**2 / ((a.float() - b.float()) ** 2).mean()))
