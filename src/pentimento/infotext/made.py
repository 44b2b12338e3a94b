"""What a picture's text is written from: the request, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pentimento.words.choices import Area, FaceRestorer, MaskMode, SchedulerName
from pentimento.words.request import Request
from pentimento.words.samplers import FACTS, SCHEDULERS, SamplerFacts
from pentimento.words.sizes import Size


@dataclass(frozen=True)
class Made:
    """What only the making of one picture could tell, beyond the request.

    seed, variation_seed       of this picture: drawn, and counted on within the job
    size                       the working size
    model, model_hash          file stem of the checkpoint, and the first ten digits of its sha256
    vae, vae_hash              file name and hash of a VAE of its own; None: the checkpoint's is used
    schedule                   the schedule really used; None: what the request says
    prompt, negative_prompt    as used, styles applied; None: what the request says
    takes_mask                 the checkpoint has a mask and a masked picture among its inputs (9 channels)
    takes_picture              … only the picture to change (8 channels)
    mask_dropped               only masked was asked for, but the mask was empty, so the run went on without
    emphasized                 a text given to the text encoder held a round or square bracket
    negative_skipped           `s_min_uncond` left out a negative pass at least once
    padded                     prompt and negative prompt differed in length and were padded
    rescheduled                `old_prompt_editing` changed when parts of a prompt hold
    hires_checkpoint           `name [hash]` of the second pass's own checkpoint
    hires_prompt, hires_negative_prompt  as used by the second pass; None: what the request says
    hires_schedule             the schedule that the second pass really used, where one's own function gave it
    lora_hashes, embedding_hashes  name → hash
    extra                      further fields, written last; one named as below takes that one's place, which is
                               how a number is printed as a client sent it
    """

    seed: int
    size: Size
    model: str
    model_hash: str | None = None
    variation_seed: int = 0
    vae: str | None = None
    vae_hash: str | None = None
    schedule: SchedulerName | None = None
    prompt: str | None = None
    negative_prompt: str | None = None
    takes_mask: bool = False
    takes_picture: bool = False
    mask_dropped: bool = False
    emphasized: bool = False
    negative_skipped: bool = True
    padded: bool = False
    rescheduled: bool = False
    hires_checkpoint: str | None = None
    hires_prompt: str | None = None
    hires_negative_prompt: str | None = None
    hires_schedule: SchedulerName | None = None
    lora_hashes: Mapping[str, str] = field(default_factory=dict)
    embedding_hashes: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)


class Context(NamedTuple):
    """What a field is written from."""

    request: Request
    made: Made

    @property
    def facts(self) -> SamplerFacts:
        return FACTS[self.request.sampler]

    @property
    def from_image(self) -> bool:
        return self.request.task != "txt2img"

    @property
    def masked(self) -> bool:
        return self.request.task == "inpaint"

    @property
    def inverted(self) -> bool:
        return self.masked and self.request.mask_mode is MaskMode.NOT_MASKED

    @property
    def filled(self) -> bool:
        return self.masked and not self.made.mask_dropped

    @property
    def only_masked(self) -> bool:
        return self.filled and self.request.area is Area.MASKED

    @property
    def schedule(self) -> SchedulerName:
        return self.made.schedule or self.request.scheduler

    @property
    def scheduled(self) -> bool:
        """A schedule's own function gave the noise levels."""
        return self.schedule is not SchedulerName.AUTOMATIC and not self.facts.on_timesteps

    @property
    def restorer(self) -> FaceRestorer | None:
        """What restored faces, if anything did."""
        return None if self.request.restore_faces is FaceRestorer.NONE else self.request.restore_faces

    @property
    def hires(self) -> bool:
        return self.request.hires

    @property
    def strength(self) -> float | None:
        """Of the second pass where there is one; text alone has none."""
        if self.hires:
            return float(self.request.hires_denoising_strength)
        return float(self.request.denoising_strength) if self.from_image else None

    @property
    def hires_size(self) -> str | None:
        width, height = self.request.hires_width, self.request.hires_height
        return f"{width}x{height}" if self.hires and (width or height) else None

    @property
    def beta(self) -> bool:
        return self.scheduled and self.schedule is SchedulerName.BETA

    @property
    def discards(self) -> bool:
        """The last positive noise level is left out because the request says so."""
        return self.request.discard_penultimate_sigma and not self.facts.discards_penultimate

    @property
    def skips(self) -> bool:
        return self.request.s_min_uncond > 0 and self.made.negative_skipped

    @property
    def eta(self) -> float:
        return self.facts.default_eta if self.request.eta is None else self.request.eta

    @property
    def blur(self) -> int | None:
        """The mask's softness where it is the same both ways and not nothing."""
        even = self.request.mask_blur_y in (None, self.request.mask_blur)
        return self.request.mask_blur or None if self.masked and even else None

    @property
    def noise_size(self) -> str | None:
        width, height = self.request.seed_resize_width, self.request.seed_resize_height
        return f"{width}x{height}" if width and height else None

    @property
    def rho(self) -> float | None:
        usual = SCHEDULERS[self.schedule].rho if self.scheduled else None
        return None if usual is None or self.request.rho in (0, usual) else self.request.rho
