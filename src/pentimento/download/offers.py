"""What can be downloaded by name: a short table of files that are known to be of a family that is run.

Every row cites the pages that its facts were read on. A fact that no page gave is None, and shown as unknown: sizes are
those that the page shows, and a hash stands here only where the page of that very repository tells it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath

from pentimento.words.errors import UnknownModelError

HUB = "https://huggingface.co"


@dataclass(frozen=True)
class Offer:
    """A file on the hub.

    name        what it is asked for by, and its file's stem in the models folder
    what        what it is, in a few words
    kind        which folder it belongs into: a key of the library's `FOLDERS`
    repository  OWNER/NAME on the hub
    file        its path there
    sources     pages that say so
    licence     the hub's short name of it
    size        as the page shows it
    sha256      64 hex digits
    """

    name: str
    what: str
    kind: str
    repository: str
    file: str
    sources: Sequence[str]
    licence: str | None = None
    size: str | None = None
    sha256: str | None = None

    @property
    def page(self) -> str:
        """Where its makers tell of it, licence included."""
        return f"{HUB}/{self.repository}"

    @property
    def saved_as(self) -> str:
        return self.name + PurePosixPath(self.file).suffix


RAIL = "creativeml-openrail-m"
ARCHIVE = "Comfy-Org/stable-diffusion-v1-5-archive"
INPAINTING = "stable-diffusion-v1-5/stable-diffusion-inpainting"
REALISTIC = "SG161222/Realistic_Vision_V5.1_noVAE"
DREAMSHAPER = "Lykon/DreamShaper"

OFFERS = (
    Offer(
        "v1-5-pruned-emaonly", "SD 1.5", "checkpoints", ARCHIVE, "v1-5-pruned-emaonly.safetensors",
        (f"{HUB}/{ARCHIVE}/tree/main", f"{HUB}/{ARCHIVE}/tree/88ab1c3fe1ac966875589a4539aecafcdd3ede59"),
        licence=RAIL, size="4.27 GB",
    ),
    Offer(
        "v1-5-pruned-emaonly-fp16", "SD 1.5, float16", "checkpoints", ARCHIVE, "v1-5-pruned-emaonly-fp16.safetensors",
        (
            f"{HUB}/{ARCHIVE}/tree/88ab1c3fe1ac966875589a4539aecafcdd3ede59",
            f"{HUB}/{ARCHIVE}/blob/88ab1c3fe1ac966875589a4539aecafcdd3ede59/v1-5-pruned-emaonly-fp16.safetensors",
        ),
        licence=RAIL, size="2.13 GB", sha256="e9476a13728cd75d8279f6ec8bad753a66a1957ca375a1464dc63b37db6e3916",
    ),
    Offer(
        "sd-v1-5-inpainting", "SD 1.5 inpainting", "checkpoints", INPAINTING, "sd-v1-5-inpainting.ckpt",
        (f"{HUB}/{INPAINTING}/tree/8a4288a76071f7280aedbdb3253bdb9e9d5d84bb",),
        licence=RAIL, size="4.27 GB",
    ),
    Offer(
        "Realistic_Vision_V5.1", "photographs", "checkpoints", REALISTIC, "Realistic_Vision_V5.1.safetensors",
        (f"{HUB}/{REALISTIC}/tree/672a55008829cf5e581a6a33159daf03c44a0f0b",),
        licence=RAIL, size="4.27 GB",
    ),
    Offer(
        "Realistic_Vision_V5.1_fp16-no-ema-inpainting", "photographs, inpainting, float16", "checkpoints", REALISTIC,
        "Realistic_Vision_V5.1_fp16-no-ema-inpainting.safetensors",
        (
            f"{HUB}/{REALISTIC}/tree/672a55008829cf5e581a6a33159daf03c44a0f0b",
            f"{HUB}/{REALISTIC}/blob/refs%2Fpr%2F3/Realistic_Vision_V5.1_fp16-no-ema-inpainting.safetensors",
        ),
        licence=RAIL, size="2.13 GB", sha256="dbcf026dd6498122e239b06fa83a2cecca9e3ce2a39f50bef000594bd2b28ad2",
    ),
    Offer(
        "DreamShaper_8_pruned", "art", "checkpoints", DREAMSHAPER,
        "DreamShaper_8_pruned.safetensors",
        (f"{HUB}/{DREAMSHAPER}/blob/main/DreamShaper_8_pruned.safetensors",),
        size="2.13 GB", sha256="879db523c30d3b9017143d56705015e15a2cb5628762c11d086fed9538abd7fd",
    ),
    Offer(
        "DreamShaper_8_INPAINTING", "art, inpainting", "checkpoints", DREAMSHAPER,
        "DreamShaper_8_INPAINTING.inpainting.safetensors",
        (f"{HUB}/{DREAMSHAPER}/commit/da192fb823b14d306f52f9418b25923479e666ea",),
        size="2.13 GB", sha256="ac84e05d5039d7a8aea3ced335ac7c56da6d3c6816465651f928b137c3a7b24a",
    ),
    Offer(
        "instruct-pix2pix-00-22000", "instruct", "checkpoints", "timbrooks/instruct-pix2pix",
        "instruct-pix2pix-00-22000.safetensors",
        (f"{HUB}/timbrooks/instruct-pix2pix/tree/refs%2Fpr%2F13",),
        licence="mit", size="7.7 GB",
    ),
    Offer(
        "vae-ft-mse-840000-ema-pruned", "VAE, smoother", "vaes", "stabilityai/sd-vae-ft-mse-original",
        "vae-ft-mse-840000-ema-pruned.safetensors",
        (f"{HUB}/stabilityai/sd-vae-ft-mse-original/tree/c1eba256520a04c72a0dedbf5a326209c576dbef",),
        licence="mit", size="335 MB",
    ),
    Offer(
        "vae-ft-ema-560000-ema-pruned", "VAE", "vaes", "stabilityai/sd-vae-ft-ema-original",
        "vae-ft-ema-560000-ema-pruned.safetensors",
        (f"{HUB}/stabilityai/sd-vae-ft-ema-original/tree/main",),
        licence="mit", size="335 MB",
    ),
    Offer(
        "lcm-lora-sdv1-5", "LoRA: few steps, with sampler LCM", "networks", "latent-consistency/lcm-lora-sdv1-5",
        "pytorch_lora_weights.safetensors",
        (f"{HUB}/latent-consistency/lcm-lora-sdv1-5/tree/main",),
        licence="openrail++", size="135 MB",
    ),
)  # fmt: skip

BY_NAME: Mapping[str, Offer] = {offer.name: offer for offer in OFFERS}


def offer_named(name: str) -> Offer:
    """The row that a name means, in any case. Raises UnknownModelError with the nearest names."""
    folded = {known.casefold(): offer for known, offer in BY_NAME.items()}
    if found := folded.get(name.casefold()):
        return found
    nearest = [folded[near].name for near in get_close_matches(name.casefold(), folded, n=3, cutoff=0.4)]
    raise UnknownModelError(
        f"there is no {name!r} to download" + (f"; nearest: {', '.join(nearest)}" if nearest else ""),
        "`pentimento checkpoints get` shows what there is. Any other file can be put into the models folder by hand.",
    )
