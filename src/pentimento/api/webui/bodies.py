"""What the `/sdapi/v1` dialect sends: its names and defaults. Other fields are ignored, null is as good as unsaid."""

from typing import Annotated, Any, TypeAlias

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _said(values: Any) -> Any:
    """A list or an object without the nulls that some clients put into it."""
    if isinstance(values, dict):
        return {name: value for name, value in values.items() if value is not None}
    return [value for value in values if value is not None] if isinstance(values, list) else values


Texts: TypeAlias = Annotated[list[str], BeforeValidator(_said)]
Settings: TypeAlias = Annotated[dict[str, Any], BeforeValidator(_said)]


class Loose(BaseModel):
    """Fields that are not known are ignored, and null stands for the default."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if value is not None} if isinstance(given, dict) else given


class Body(Loose):
    """Fields of both endpoints that paint."""

    prompt: str = ""
    negative_prompt: str = ""
    styles: Texts | None = None
    seed: int = -1
    subseed: int = -1
    subseed_strength: float = 0
    seed_resize_from_h: int = -1
    seed_resize_from_w: int = -1
    sampler_name: str | None = None
    scheduler: str | None = None
    batch_size: int = 1
    n_iter: int = 1
    steps: int = 50
    cfg_scale: float = 7.0
    width: int = 512
    height: int = 512
    restore_faces: bool | None = None
    tiling: bool | None = None
    do_not_save_samples: bool = False
    do_not_save_grid: bool = False
    eta: float | None = None
    s_min_uncond: float | None = None
    s_churn: float | None = None
    s_tmax: float | None = None
    s_tmin: float | None = None
    s_noise: float | None = None
    override_settings: Settings | None = None
    override_settings_restore_afterwards: bool = True
    refiner_checkpoint: str | None = None
    refiner_switch_at: float | None = None
    disable_extra_networks: bool = False
    comments: dict[str, Any] | None = None
    sampler_index: str = "Euler"
    script_name: str | None = None
    script_args: list[Any] = []
    send_images: bool = True
    save_images: bool = False
    alwayson_scripts: dict[str, Any] = {}
    force_task_id: str | None = None
    infotext: str | None = None


class Txt2ImgBody(Body):
    """POST /sdapi/v1/txt2img."""

    enable_hr: bool = False
    denoising_strength: float | None = None
    firstphase_width: int = 0
    firstphase_height: int = 0
    hr_scale: float = 2.0
    hr_upscaler: str | None = None
    hr_second_pass_steps: int = 0
    hr_resize_x: int = 0
    hr_resize_y: int = 0
    hr_checkpoint_name: str | None = None
    hr_sampler_name: str | None = None
    hr_scheduler: str | None = None
    hr_prompt: str = ""
    hr_negative_prompt: str = ""


class Img2ImgBody(Body):
    """POST /sdapi/v1/img2img."""

    init_images: Texts | None = None
    resize_mode: int = 0
    denoising_strength: float = 0.75
    image_cfg_scale: float | None = None
    mask: str | None = None
    mask_blur_x: int = 4
    mask_blur_y: int = 4
    mask_blur: int | None = None
    mask_round: bool = True
    inpainting_fill: int = 0
    inpaint_full_res: bool = True
    inpaint_full_res_padding: int = 0
    inpainting_mask_invert: int = 0
    initial_noise_multiplier: float | None = None
    latent_mask: str | None = None
    include_init_images: bool = False


class ExtrasBody(Loose):
    """What both extras endpoints share."""

    resize_mode: int = Field(0, ge=0, le=1)
    show_extras_results: bool = True
    gfpgan_visibility: float = Field(0, ge=0, le=1)
    codeformer_visibility: float = Field(0, ge=0, le=1)
    codeformer_weight: float = Field(0, ge=0, le=1)
    upscaling_resize: float = Field(2, gt=0)
    upscaling_resize_w: int = Field(512, ge=1)
    upscaling_resize_h: int = Field(512, ge=1)
    upscaling_crop: bool = True
    upscaler_1: str = "None"
    upscaler_2: str = "None"
    extras_upscaler_2_visibility: float = Field(0, ge=0, le=1)
    upscale_first: bool = False


class ExtraSingleBody(ExtrasBody):
    """POST /sdapi/v1/extra-single-image."""

    image: str = ""


class Named(Loose):
    """A picture of several; `image` is what one client calls its `data`."""

    data: str = Field(validation_alias=AliasChoices("data", "image"))
    name: str = ""


class ExtraBatchBody(ExtrasBody):
    """POST /sdapi/v1/extra-batch-images; `image_list` is what one client calls its `imageList`."""

    imageList: list[Named] = Field(validation_alias=AliasChoices("imageList", "image_list"))  # noqa: N815


class PngInfoBody(Loose):
    """POST /sdapi/v1/png-info."""

    image: str = ""


class InterrogateBody(Loose):
    """POST /sdapi/v1/interrogate."""

    image: str = ""
    model: str = "clip"


class ProgressBody(Loose):
    """POST /internal/progress."""

    id_task: str | None = None
    id_live_preview: int = -1
    live_preview: bool = True
