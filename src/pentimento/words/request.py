"""The request: everything that decides a picture, and nothing else.

Limits, defaults and descriptions stand here once; command line, HTTP and documents read them from here.
"""

import secrets
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pentimento.words.choices import (
    Area,
    Emphasis,
    FaceRestorer,
    Fast,
    HiresUpscaler,
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
from pentimento.words.sizes import Sides, Size

PictureHash: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A picture's name: sha256 of the bytes it came in, in hex."""

EXTENSION = 4096
"""Most pixels that a picture is grown by on one side."""


def _sides(value: Any) -> Sides:
    """Four numbers, or one text such as `0,0,256,0`."""
    try:
        sides = Sides(*(int(side) for side in (value.split(",") if isinstance(value, str) else value)))
    except (TypeError, ValueError):
        raise ValueError("four whole numbers are wanted: left,top,right,bottom") from None
    if not all(0 <= side <= EXTENSION for side in sides):
        raise ValueError(f"each side goes from 0 to {EXTENSION}")
    return sides


Extension: TypeAlias = Annotated[Sides, BeforeValidator(_sides)]
"""How far a picture is grown on each side."""


def _upscaler(value: Any) -> Any:
    """One of `HiresUpscaler` in any case, as it is written there; the name of a file as it is."""
    known = {name.lower(): str(name) for name in HiresUpscaler}
    return known.get(value.strip().lower(), value) if isinstance(value, str) else value


UpscalerName: TypeAlias = Annotated[str, Field(min_length=1, max_length=1000), BeforeValidator(_upscaler)]
"""What enlarges a picture: one of `HiresUpscaler`, or a network's file."""

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
    make_inpainting: str = Field(
        "",
        description="make an ordinary checkpoint an inpainting one in memory: the names of an inpainting checkpoint "
        "and of the base of both, such as sd-v1-5-inpainting,v1-5-pruned-emaonly",
    )

    # where
    width: int | None = Field(None, ge=16, le=16384, description="working width in pixels; default: from the picture")
    height: int | None = Field(None, ge=16, le=16384, description="working height in pixels; default: from the picture")
    resize_mode: ResizeMode = Field(ResizeMode.STRETCH, description="how the picture is brought to the working size")
    upscaler: UpscalerName = Field(
        HiresUpscaler.LANCZOS,
        description="how a picture, or the part of it that is worked on, is enlarged where the working size is larger: "
        "Lanczos, Nearest, or the name of a network's file in models/ESRGAN and its siblings",
    )
    area: Area = Field(Area.WHOLE, description="work on the whole picture or only around the mask, enlarged")
    padding: int = Field(
        32, ge=0, le=256, description="only masked: pixels of surroundings to look at; 0 none, 32 usual, 128 much"
    )
    supersampling: float = Field(
        1,
        ge=1,
        le=4,
        description="only masked: work at so many times the size and shrink the result back; 1 not, 2 finer detail",
    )
    resize_mask: bool = Field(False, description="scale a mask of another size, but of the same shape, to the picture")
    mask_mode: MaskMode = Field(MaskMode.MASKED, description="repaint what is masked, or all the rest")
    mask_blur: int = Field(
        4, ge=0, le=64, description="softness of the mask's edge: Gaussian sigma in pixels; 0 hard, 4 usual, 16 wide"
    )
    mask_blur_y: int | None = Field(None, ge=0, le=64, description="vertical softness when it differs from mask_blur")
    mask_round: bool = Field(True, description="each latent cell is wholly old or wholly new")
    masked_content: MaskedContent = Field(
        MaskedContent.ORIGINAL,
        description="what the hole holds before the first step: original guides shape and colour; "
        "fill is the blurred surroundings; latent noise is for something entirely different; latent nothing is empty",
    )
    fill: str = Field(
        "blur",
        min_length=1,
        max_length=1000,
        description="how masked content fills the hole: blur as webui does, telea and navier-stokes continue lines and "
        "shades, or the name of a network's file in models/LaMa",
    )
    mask_weight: float = Field(
        1,
        ge=0,
        le=1,
        description="inpainting checkpoints: how much the masked part is hidden; 0 all is seen, 1 wholly hidden",
    )
    overlay: bool = Field(True, description="put the original back outside the mask")
    color_correction: bool = Field(False, description="match the result's colours to the original's")
    soft_inpainting: SoftInpainting | None = Field(None, description="blend gradually at the mask's edge")
    background_color: str = Field("#ffffff", pattern="^#[0-9a-fA-F]{6}$", description="shown through transparency")
    extend: Extension = Field(
        Sides(0, 0, 0, 0),
        description="grow the picture by so many pixels left,top,right,bottom and paint what is new; "
        "what was there stays bit for bit. 0,0,0,0 not at all, 0,0,256,0 a third more of a 768 wide picture",
    )

    # how
    denoising_strength: float = Field(
        0.75, ge=0, le=1, description="0 nothing changes, 0.75 usual, 1 unrelated to what was there"
    )
    steps: int = Field(
        20, ge=1, le=150, description="how many steps the full schedule has: 10 quick, 20 usual, 50 careful"
    )
    exact_steps: bool = Field(False, description="run that many steps whatever the denoising strength")
    cfg_scale: float = Field(
        7, ge=1, le=30, description="1 mostly ignores the prompt, 3 free, 7 balance, 15 strict, 30 literal"
    )
    image_cfg_scale: float | None = Field(
        None,
        ge=0,
        le=30,
        description="instruct checkpoints: how closely to keep to the picture: 1 freely, 1.5 usual, 2 closely; "
        "default 1.5 (webui: 1)",
    )
    sampler: SamplerName = Field(SamplerName.DPMPP_2M, description="the method that removes the noise")
    scheduler: SchedulerName = Field(SchedulerName.AUTOMATIC, description="how the noise levels are spaced")
    clip_skip: int = Field(
        1, ge=1, le=12, description="which layer of the text encoder, from its end: 1 the last, 2 for some styles"
    )
    emphasis: Emphasis = Field(Emphasis.ORIGINAL, description="what weights in the prompt do")
    comma_backtrack: int = Field(
        20, ge=0, le=74, description="tokens a 75-token chunk may give up to end at a comma; 0 never"
    )
    prompt_comments: bool = Field(True, description="# starts a comment in a prompt")
    old_prompt_editing: bool = Field(False, description="prompt editing as before webui 1.6")

    # chance
    seed: int = Field(-1, ge=-1, lt=2**63, description="-1 draws one; picture k of a job uses seed + k")
    variation_seed: int = Field(-1, ge=-1, lt=2**63, description="the seed to lean towards; -1 draws one")
    variation_strength: float = Field(
        0, ge=0, le=1, description="how far to lean: 0 not at all, 0.1 a variation, 1 wholly"
    )
    seed_resize_width: int = Field(0, ge=0, le=16384, description="make the noise of a picture this wide; 0 off")
    seed_resize_height: int = Field(0, ge=0, le=16384, description="make the noise of a picture this high; 0 off")
    eta_noise_seed_delta: int = Field(0, ge=0, lt=2**32, description="added to the seed for the steps' noise (ENSD)")
    noise_source: NoiseSource | None = Field(None, description="default NV: the same noise on every machine")

    # how many
    batch_size: int = Field(1, ge=1, le=64, description="pictures made at once")
    batch_count: int = Field(1, ge=1, le=100, description="batches made one after another")

    # the sampler's finer settings
    eta: float | None = Field(
        None,
        ge=0,
        le=2,
        description="share of fresh noise: 0 none, 1 as the ancestral samplers have it; default 1 (DDIM 0)",
    )
    s_churn: float = Field(0, ge=0, le=100, description="churn of Euler, Heun, DPM2: 0 none, 30 much")
    s_tmin: float = Field(0, ge=0, le=1000, description="churn only above this sigma; 0 everywhere")
    s_tmax: float = Field(0, ge=0, le=1000, description="churn only below this sigma; 0 = no bound")
    s_noise: float = Field(
        1, ge=0, le=2, description="factor on noise added between steps: 1 usual, 1.01 a little more detail"
    )
    s_min_uncond: float = Field(
        0,
        ge=0,
        le=15,
        description="below this sigma skip every other negative pass (NGMS): 0 never, 3 faster, little lost",
    )
    s_min_uncond_all: bool = Field(False, description="below that sigma skip every negative pass")
    skip_early_cond: float = Field(
        0, ge=0, le=1, description="share of the first steps without negative prompt: 0 none, 1 all"
    )
    sigma_min: float = Field(0, ge=0, le=1000, description="lowest noise level of the schedule; 0 = the model's")
    sigma_max: float = Field(0, ge=0, le=10000, description="highest noise level of the schedule; 0 = the model's")
    rho: float = Field(0, ge=0, le=100, description="curvature of Karras and polyexponential; 0 = their own, 7 and 1")
    beta_alpha: float = Field(
        0.6, gt=0, le=10, description="alpha of the Beta scheduler: below 1 more steps at high noise, 1 even"
    )
    beta_beta: float = Field(
        0.6, gt=0, le=10, description="beta of the Beta scheduler: below 1 more steps at low noise, 1 even"
    )
    discard_penultimate_sigma: bool = Field(False, description="leave out the last positive noise level")
    sgm_noise_multiplier: bool = Field(False, description="text to image: start noise as Stability's code scales it")
    old_karras_sigmas: bool = Field(False, description="schedules between 0.1 and 10 as before webui 1.6")
    quantize_timesteps: bool = Field(False, description="round timesteps to the trained ones")
    downcast_alphas: bool = Field(False, description="noise schedule kept at half precision, as before webui 1.7")
    zero_terminal_snr: bool = Field(False, description="rescale the noise schedule to end in pure noise")
    initial_noise_multiplier: float = Field(
        1, ge=0, le=1.5, description="factor on the first noise: 1 usual, less gives plainer pictures"
    )
    extra_noise: float = Field(0, ge=0, le=1, description="noise added on top of the first: 0 none, 0.1 more detail")
    unipc_order: int = Field(3, ge=1, le=10, description="order of UniPC: 2 steady, 3 usual")
    unipc_variant: UniPCVariant = Field(
        UniPCVariant.BH1,
        description="UniPC's solver: bh1 usual, bh2 for many steps or low guidance, vary_coeff varying coefficients",
    )
    unipc_skip: UniPCSkip = Field(
        UniPCSkip.TIME_UNIFORM,
        description="how UniPC spaces its steps: time_uniform usual, time_quadratic more at low noise, "
        "logSNR evenly in the logarithm of signal to noise",
    )
    unipc_lower_order_final: bool = Field(True, description="UniPC ends with lower orders")
    pad_prompts: bool = Field(False, description="pad prompt and negative prompt to one length")
    tiling: bool = Field(False, description="make a picture that tiles without seams")

    # text to image: a second pass, larger
    hires_scale: float = Field(
        0, ge=0, le=8, description="second pass this many times larger: 0 none, 1.5 careful, 2 usual"
    )
    hires_width: int = Field(0, ge=0, le=16384, description="second pass this wide instead; 0 from height or scale")
    hires_height: int = Field(0, ge=0, le=16384, description="second pass this high instead; 0 from width or scale")
    hires_steps: int = Field(0, ge=0, le=150, description="steps of the second pass; 0 as many as the first")
    hires_upscaler: UpscalerName | None = Field(
        None,
        description=f"how the first pass is enlarged: {', '.join(HiresUpscaler)}, or the name of a network's file in "
        "models/ESRGAN and its siblings; the latent ones want strength 0.55 or more, the others keep the drawing even "
        "at 0.3; default Latent",
    )
    hires_denoising_strength: float = Field(
        0.75, ge=0, le=1, description="of the second pass: 0.3 sharpens, 0.55 adds detail, 0.75 redraws"
    )
    hires_checkpoint: str = Field("", description="which checkpoint paints the second pass; empty: the same")
    hires_prompt: str = Field("", description="what the second pass paints; empty: the same")
    hires_negative_prompt: str = Field("", description="what the second pass keeps out; empty: the same")
    hires_sampler: SamplerName | None = Field(None, description="the second pass's method; default: the same")
    hires_scheduler: SchedulerName | None = Field(
        None, description="how the second pass's noise levels are spaced; default: the same"
    )

    # faces
    restore_faces: FaceRestorer = Field(
        FaceRestorer.NONE,
        description="mend the faces of what was made, those that touch the mask: codeformer, gfpgan and restoreformer "
        "are networks whose file you bring; detail has the checkpoint itself repaint each face, enlarged",
    )
    face_weight: float = Field(
        0.5, ge=0, le=1, description="codeformer: 0 the most beautiful face, 0.5 usual, 1 the most like the old one"
    )
    face_prompt: str = Field("", description="detail: what each face shows; empty: the prompt")
    face_denoising_strength: float = Field(
        0.4, ge=0, le=1, description="detail: 0.25 mends lines, 0.4 usual, 0.6 draws another face"
    )

    fast: Fast | None = Field(
        None,
        description="approximate to be faster, at the cost of a slightly different picture: guidance leaves out the "
        "negative pass of the last 40 % of the steps, depths computes the U-Net's deep levels at every other step, "
        "tokens merges half of the finest attention's tokens, all does all three; around computes each batch after "
        "the first around the mask only, with what the first one knows of the rest; default exact",
    )
    compat: CompatName = Field(CompatName.NONE, description="webui: the reference's picture, its faults included")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.mask is not None and not self.images:
            raise ValueError("a mask without a picture: give the picture it belongs to, or leave the mask out")
        if len(self.images) > self.batch_size:
            raise ValueError(
                f"{len(self.images)} pictures but batch_size is {self.batch_size}: "
                f"give one picture, or a batch_size of at least {len(self.images)}"
            )
        if 0 < self.rho < 0.5:
            raise ValueError(f"rho is {self.rho}: give 0 for the scheduler's own, or at least 0.5")
        if 0 < self.sigma_max <= self.sigma_min:
            raise ValueError(f"sigma_max is {self.sigma_max} but sigma_min is {self.sigma_min}: it has to be larger")
        return self

    @property
    def task(self) -> Literal["txt2img", "img2img", "inpaint"]:
        if not self.images:
            return "txt2img"
        return "inpaint" if self.mask is not None or self.extended else "img2img"

    @property
    def extended(self) -> bool:
        """The picture is grown, so there is something to repaint even without a mask."""
        return bool(self.images) and any(self.extend)

    @property
    def hires(self) -> bool:
        """A second, larger pass follows."""
        return not self.images and bool(self.hires_scale or self.hires_width or self.hires_height)

    @property
    def switches(self) -> Compat:
        return COMPAT[self.compat]

    @property
    def working_size(self) -> Size | None:
        """Width and height when both are given."""
        return Size(self.width, self.height) if self.width and self.height else None

    @property
    def image_guidance(self) -> float:
        return self.switches.image_guidance if self.image_cfg_scale is None else self.image_cfg_scale

    @property
    def random(self) -> NoiseSource:
        return self.noise_source or self.switches.noise_source


def with_seeds(request: Request) -> Request:
    """The request with −1 replaced by seeds drawn now; a variation seed that counts for nothing stays as it is."""
    wanted = ("seed", "variation_seed") if request.variation_strength else ("seed",)
    return request.model_copy(
        update={name: secrets.randbelow(SEEDS) for name in wanted if getattr(request, name) == -1}
    )
