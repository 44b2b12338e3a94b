"""What is trained, for how long and how: one value."""

from dataclasses import dataclass, field

from pentimento.starter.networks import Geometry
from pentimento.words.sizes import Size


@dataclass(frozen=True)
class Phase:
    """A stretch of the U-Net's training; each ends with a usable model, and the next goes on from there.

    name     of its files
    mixture  what its scenes show: a key of `scenes.scene.MIXTURES`
    scenes   how many pictures it sees the latents of
    sizes    shapes of the pictures: picture n has the n-th of them in turn, and all of a batch have the same
    steps    of `batch` samples each
    rate     highest rate of learning
    holes    0: the ordinary U-Net of 4 channels; else the inpainting one of 9, with as many holes for each picture
    first    number of its first scene: phases that go on from one another see others
    """

    name: str
    mixture: str
    scenes: int
    sizes: tuple[Size, ...]
    steps: int
    rate: float
    holes: int = 0
    first: int = 0

    @property
    def side(self) -> int:
        """Side of the largest square among the shapes, image pixels: what the model is at home with."""
        return max(size.width for size in self.sizes if size.width == size.height)

    @property
    def in_channels(self) -> int:
        return 9 if self.holes else 4


SQUARE = (Size(128, 128),)
SMALL = (Size(128, 128), Size(128, 160), Size(160, 128))


@dataclass(frozen=True)
class Recipe:
    """A whole training. Equal recipes give equal data, batches and noise.

    vae_batch      how many crops of 128 make a step: fewer of the larger, more of the smaller
    vae_heights    heights at which the VAE's scenes are drawn, from … to, image pixels
    crops          sides of the VAE's crops, one of them for each step, most around a face, a hand or a thing. Many
                   sizes: its normalisation takes in the whole of what it sees, and one that has seen only squares
                   of 128 gives larger pictures pale rims (3 dB at 224)
    kl             weight of the VAE's Kullback–Leibler term, per latent value
    decoder_…      the decoder alone goes on at the U-Net's own size, on whole pictures: the latents stay what they are
    heed           how many times more a face weighs there than its surroundings; a hand half as much
    phases         of the U-Nets, in order
    empty          share of empty captions, which make guidance possible (Ho and Salimans 2022)
    gamma          min-SNR weighting: signal-to-noise above this counts as this (Hang et al. 2023)
    warmup, decay  shares of the steps in which the rate rises at first and falls to 0 at the end
    """

    geometry: Geometry = field(default_factory=Geometry)
    seed: int = 1

    vae_mixture: str = "sitting"
    vae_steps: int = 2400
    vae_batch: int = 3
    vae_rate: float = 3e-3
    vae_heights: tuple[int, int] = (128, 320)
    crops: tuple[int, ...] = (96, 128, 192, 256)
    kl: float = 1e-4

    decoder_mixture: str = "portrait"
    decoder_size: Size = SQUARE[0]
    decoder_steps: int = 2600
    decoder_batch: int = 3
    decoder_rate: float = 2e-3
    heed: float = 6.0

    phases: tuple[Phase, ...] = (
        Phase("holding", "holding", 9000, SMALL, 4000, 3e-3),
        Phase("portrait", "portrait", 9000, SQUARE, 1200, 2e-3),
        Phase("people", "portrait", 12000, SQUARE, 1400, 2e-3),
        Phase("inpainting", "portrait", 8000, SQUARE, 1200, 2e-3, holes=2),
        Phase("repairs", "repairs", 8000, SQUARE, 1700, 2e-3, holes=2),
        Phase("mending", "repairs", 8000, SQUARE, 2250, 2e-3, holes=2, first=20_000),
    )
    batch: int = 64
    empty: float = 0.1
    gamma: float = 5.0
    ema: float = 0.99

    warmup: float = 0.02
    decay: float = 0.8
    look_every: int = 250

    def rate_factor(self, step: int, steps: int) -> float:
        """Rising, level, then falling: the factor on the rate at a step."""
        share = step / steps
        return min(1.0, (share + 1 / steps) / self.warmup, (1 - share) / self.decay)

    def phase(self, name: str) -> Phase:
        return next(phase for phase in self.phases if phase.name == name)


SITTING = Recipe(geometry=Geometry(unet_factors=(1, 2, 3), text_layers=3))

KNOWN = SITTING.phases[-1].mixture
"""What the finished model has seen last, and is asked about."""
