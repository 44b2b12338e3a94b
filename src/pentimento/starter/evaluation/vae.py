"""How well the VAE holds unseen scenes, and faces in them."""

from collections.abc import Iterator

from pentimento.starter.evaluation.bench import SEED, Bench
from pentimento.starter.evaluation.lines import Line, mean
from pentimento.starter.measures import psnr, through_vae
from pentimento.starter.scenes.drawing import region
from pentimento.starter.scenes.shot import shot_of

LEAST_FACE = 60
"""Pixels of a face below which there is nothing to hold."""


def measured(bench: Bench) -> Iterator[Line]:
    wholes, faces = [], []
    for number in range(bench.count):
        shot = shot_of(SEED, number, bench.mixture)
        picture = shot.drawn(bench.size)
        held = through_vae(picture, bench.ordinary.networks.vae)
        wholes.append(psnr(picture, held))
        face = region(shot.scene, "face", bench.size, shot.view)
        if (face > 127).sum() >= LEAST_FACE:
            faces.append(psnr(picture, held, face))
    yield mean("the VAE", f"PSNR of unseen scenes at {bench.size}", wholes, "dB", least=31)
    yield mean("the VAE", "PSNR of their faces", faces, "dB", least=27)
