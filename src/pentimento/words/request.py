"""The request: everything that decides a picture, and nothing else.

Limits, defaults and descriptions stand here once; command line, HTTP and documents read them from here.
"""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pentimento.words.choices import (
    Area,
    Emphasis,
    MaskedContent,
    MaskMode,
    NoiseSource,
    ResizeMode,
    SamplerName,
    SchedulerName,
    UniPCSkip,
    UniPCVariant,
)
from pentimento.words.compat import COMPAT, Compat, CompatName
from pentimento.words.sizes import Size

PictureHash: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A picture's name: sha256 of the bytes it came in, in hex."""

SEEDS = 2**32 - 2
"""Seeds drawn for −1 lie below this."""


class Closed(BaseModel):
    """A value that never changes and knows no field but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SoftInpainting(Closed):
    """Blend gradually at the mask's edge instead of at a hard line (Soft Inpainting of webui 1.8+)."""

    schedule_bias: float = Field(1, ge=0, le=8, description="when the original is preserved: >1 late, <1 early")
    preservation_strength: float = Field(0.5, ge=0, le=8, description="how much of the original shows through")
    transition_contrast_boost: float = Field(4, ge=1, le=32, description="detail kept where both are mixed")
    mask_influence: float = Field(0, ge=0, le=1, description="how much the mask decides the final blend")
    difference_threshold: float = Field(0.5, ge=0, le=8, description="change needed for a pixel to count as new")
    difference_contrast: float = Field(2, ge=0, le=8, description="how sharply new and old are told apart")


class Request(Closed):
    """One job. Equal requests give equal pictures (on the same machine, number type and batch shape).

    Without `images` it is text to image; with images but no `mask`, image to image; with both, inpainting.
    """

    # what
    images: tuple[PictureHash, ...] = Field((), max_length=64, description="the pictures to start from")
    mask: PictureHash | None = Field(None, description="white repaints, black keeps; same size as the picture")
    prompt: str = Field("", description="what to paint")
    negative_prompt: str = Field("", description="what to keep out")
    checkpoint: str = Field("starter", description="which checkpoint paints: name, file, title or hash")
    vae: str = Field(
        "Automatic", description="VAE file; Automatic takes one that belongs to the checkpoint, None the built-in"
    )

    # where
    width: int | None = Field(None, ge=8, le=16384, description="working width in pixels; default: from the picture")
    height: int | None = Field(None, ge=8, le=16384, description="working height in pixels; default: from the picture")
    resize_mode: ResizeMode = Field(ResizeMode.STRETCH, description="how the picture is brought to the working size")
    area: Area = Field(Area.WHOLE, description="work on the whole picture or only around the mask, enlarged")
    padding: int = Field(32, ge=0, le=256, description="only masked: pixels of surroundings to look at")
    mask_mode: MaskMode = Field(MaskMode.MASKED, description="repaint what is masked, or all the rest")
    mask_blur: int = Field(4, ge=0, le=64, description="softness of the mask's edge: Gaussian sigma in pixels")
    mask_blur_y: int | None = Field(None, ge=0, le=64, description="vertical softness when it differs")
    mask_round: bool = Field(True, description="each latent cell is wholly old or wholly new")
    masked_content: MaskedContent = Field(
        MaskedContent.ORIGINAL,
        description="what the hole holds before the first step: original guides shape and colour; "
        "fill is the blurred surroundings; latent noise is for something entirely different; latent nothing is empty",
    )
    mask_weight: float = Field(1, ge=0, le=1, description="inpainting checkpoints: how much the masked part is hidden")
    overlay: bool = Field(True, description="put the original back outside the mask")
    color_correction: bool = Field(False, description="match the result's colours to the original's")
    soft_inpainting: SoftInpainting | None = Field(None, description="blend gradually at the mask's edge")
    background_color: str = Field("#ffffff", pattern="^#[0-9a-fA-F]{6}$", description="shown through transparency")

    # how
    denoising_strength: float = Field(
        0.75, ge=0, le=1, description="0 nothing changes, 0.75 usual, 1 unrelated to what was there"
    )
    steps: int = Field(20, ge=1, le=150, description="how many steps the full schedule has")
    exact_steps: bool = Field(False, description="run that many steps whatever the denoising strength")
    cfg_scale: float = Field(
        7, ge=1, le=30, description="1 mostly ignores the prompt, 3 free, 7 balance, 15 strict, 30 literal"
    )
    sampler: SamplerName = Field(SamplerName.DPMPP_2M, description="the method that removes the noise")
    scheduler: SchedulerName = Field(SchedulerName.AUTOMATIC, description="how the noise levels are spaced")
    clip_skip: int = Field(1, ge=1, le=12, description="stop the text encoder this many layers before its end")
    emphasis: Emphasis = Field(Emphasis.ORIGINAL, description="what weights in the prompt do")
    comma_backtrack: int = Field(20, ge=0, le=74, description="tokens a 75-token chunk may give up to end at a comma")
    prompt_comments: bool = Field(True, description="# starts a comment in a prompt")
    old_prompt_editing: bool = Field(False, description="prompt editing as before webui 1.6")

    # chance
    seed: int = Field(-1, ge=-1, lt=2**63, description="-1 draws one; picture k of a job uses seed + k")
    variation_seed: int = Field(-1, ge=-1, lt=2**63, description="the seed to lean towards; -1 draws one")
    variation_strength: float = Field(0, ge=0, le=1, description="how far to lean: 0 not at all, 1 wholly")
    seed_resize_width: int = Field(0, ge=0, le=16384, description="make the noise of a picture this wide; 0 off")
    seed_resize_height: int = Field(0, ge=0, le=16384, description="make the noise of a picture this high; 0 off")
    eta_noise_seed_delta: int = Field(0, ge=0, lt=2**32, description="added to the seed for the steps' noise (ENSD)")
    noise_source: NoiseSource | None = Field(None, description="default NV: the same noise on every machine")

    # how many
    batch_size: int = Field(1, ge=1, le=64, description="pictures made at once")
    batch_count: int = Field(1, ge=1, le=100, description="batches made one after another")

    # the sampler's finer settings
    eta: float | None = Field(None, ge=0, le=2, description="share of fresh noise; default 1 (DDIM 0)")
    s_churn: float = Field(0, ge=0, le=100, description="churn of Euler, Heun, DPM2")
    s_tmin: float = Field(0, ge=0, le=1000, description="churn only above this sigma")
    s_tmax: float = Field(0, ge=0, le=1000, description="churn only below this sigma; 0 = no bound")
    s_noise: float = Field(1, ge=0, le=2, description="factor on noise added between steps")
    s_min_uncond: float = Field(0, ge=0, le=15, description="below this sigma skip every other negative pass (NGMS)")
    s_min_uncond_all: bool = Field(False, description="… and all of them")
    skip_early_cond: float = Field(0, ge=0, le=1, description="share of the first steps without negative prompt")
    sigma_min: float = Field(0, ge=0, le=1000, description="lowest noise level of the schedule; 0 = the model's")
    sigma_max: float = Field(0, ge=0, le=10000, description="highest noise level of the schedule; 0 = the model's")
    rho: float = Field(0, ge=0, le=100, description="curvature of Karras and polyexponential; 0 = their own")
    beta_alpha: float = Field(0.6, gt=0, le=10, description="alpha of the Beta scheduler")
    beta_beta: float = Field(0.6, gt=0, le=10, description="beta of the Beta scheduler")
    discard_penultimate_sigma: bool = Field(False, description="leave out the last positive noise level")
    sgm_noise_multiplier: bool = Field(False, description="text to image: start noise as Stability's code scales it")
    old_karras_sigmas: bool = Field(False, description="schedules between 0.1 and 10 as before webui 1.6")
    quantize_timesteps: bool = Field(False, description="round timesteps to the trained ones")
    downcast_alphas: bool = Field(False, description="noise schedule kept at half precision, as before webui 1.7")
    zero_terminal_snr: bool = Field(False, description="rescale the noise schedule to end in pure noise")
    initial_noise_multiplier: float = Field(1, ge=0, le=1.5, description="factor on the first noise")
    extra_noise: float = Field(0, ge=0, le=1, description="noise added on top of the first")
    unipc_order: int = Field(3, ge=1, le=10, description="order of UniPC")
    unipc_variant: UniPCVariant = UniPCVariant.BH1
    unipc_skip: UniPCSkip = UniPCSkip.TIME_UNIFORM
    unipc_lower_order_final: bool = Field(True, description="UniPC ends with lower orders")
    pad_prompts: bool = Field(False, description="pad prompt and negative prompt to one length")
    tiling: bool = Field(False, description="make a picture that tiles without seams")

    compat: CompatName = Field(CompatName.NONE, description="webui: the reference's picture, its faults included")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.mask is not None and not self.images:
            raise ValueError("a mask without a picture: give the picture it belongs to, or leave the mask out")
        return self

    @property
    def task(self) -> Literal["txt2img", "img2img", "inpaint"]:
        if not self.images:
            return "txt2img"
        return "inpaint" if self.mask is not None else "img2img"

    @property
    def switches(self) -> Compat:
        return COMPAT[self.compat]

    @property
    def working_size(self) -> Size | None:
        """Width and height when both are given."""
        return Size(self.width, self.height) if self.width and self.height else None

    @property
    def random(self) -> NoiseSource:
        return self.noise_source or self.switches.noise_source
