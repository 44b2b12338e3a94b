"""The table of facts: which family a file belongs to, told from names and shapes. File names lie; shapes do not."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pentimento.checkpoint.header import Header
from pentimento.checkpoint.sidecar import Sidecar
from pentimento.words.errors import ModelFileError, UnsupportedModelError

Shape: TypeAlias = tuple[int, ...]

UNET_INPUT = "model.diffusion_model.input_blocks.0.0.weight"
TOKENS = "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight"
CONTEXT = r"model\.diffusion_model\..*attn2\.to_k\.weight"


@dataclass(frozen=True)
class Family:
    """What every checkpoint of a family shares.

    latent_scale  factor that brings latents to unit variance
    native_side   picture side it was trained at, in pixels
    linear_start  β of the first training step (the schedule of 1000 steps is linear in √β)
    linear_end    β of the last
    heads         attention heads of the U-Net
    """

    name: str
    latent_scale: float
    native_side: int
    linear_start: float
    linear_end: float
    heads: int


SD1 = Family("SD 1.x", latent_scale=0.18215, native_side=512, linear_start=0.00085, linear_end=0.0120, heads=8)

PURPOSES: Mapping[int, str] = {4: "text-to-image", 8: "instruct", 9: "inpainting"}
"""By input channels of the U-Net: 4 latents; + 4 of the picture to change; + 1 mask and 4 of the masked picture."""


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint is.

    purpose            "text-to-image", "inpainting" or "instruct"
    prediction         "eps" (the noise) or "v" (arXiv:2202.00512, appendix D)
    prediction_source  what said so: "yaml", "metadata", "tensors" or "family"
    in_channels        input channels of the U-Net: 4, 9 or 8
    text_width         width of the text features
    zero_terminal_snr  whether the last training step is pure noise (arXiv:2305.08891)
    The others as in `Family`.
    """

    family: str
    purpose: str
    prediction: str
    prediction_source: str
    in_channels: int
    text_width: int
    latent_scale: float
    native_side: int
    linear_start: float
    linear_end: float
    heads: int
    zero_terminal_snr: bool


@dataclass(frozen=True)
class Sign:
    """A tensor by which a file gives itself away.

    what  what the file then is
    key   pattern that one tensor's whole name matches
    when  further condition on that tensor's shape and the U-Net's input channels
    """

    what: str
    key: str
    when: Callable[[Shape, int], bool] = lambda shape, channels: True


def _columns(width: int, inputs: int | None = None) -> Callable[[Shape, int], bool]:
    return lambda shape, channels: shape[-1:] == (width,) and inputs in (None, channels)


def _inputs(inputs: int) -> Callable[[Shape, int], bool]:
    return lambda shape, channels: channels == inputs


SDXL_TEXT = r"conditioner\.embedders\.1\.model\.ln_final\.weight"
SD2_TEXT = r"cond_stage_model\.model\.transformer\.resblocks\.0\.attn\.in_proj_weight"
DIT = r"(?:model\.diffusion_model\.|transformer\.)?"

OTHER_FAMILIES = (
    Sign("a Stable Diffusion 3 checkpoint", DIT + r"(?:x_embedder\.proj\.weight|joint_blocks\.0\..*)"),
    Sign("an SDXL inpainting checkpoint", SDXL_TEXT, _inputs(9)),
    Sign("an SDXL checkpoint", SDXL_TEXT),
    Sign("an SD 2.x Turbo checkpoint", r"conditioner\.embedders\.0\.model\.ln_final\.weight", _columns(1024)),
    Sign("an SDXL refiner", r"conditioner\.embedders\.0\.model\.ln_final\.weight"),
    Sign("an SD 2.x depth checkpoint", r"depth_model\.model\.pretrained\.act_postprocess3\.0\.project\.0\.bias"),
    Sign("an SD 2.1 unCLIP-L checkpoint", r"embedder\.model\.ln_final\.weight", _columns(768)),
    Sign("an SD 2.1 unCLIP-H checkpoint", r"embedder\.model\.ln_final\.weight", _columns(1024)),
    Sign("an SD 2.x inpainting checkpoint", SD2_TEXT, _columns(1024, inputs=9)),
    Sign("an SD 2.x checkpoint", SD2_TEXT, _columns(1024)),
    Sign("an Alt-Diffusion checkpoint", r"cond_stage_model\.roberta\.embeddings\.word_embeddings\.weight"),
    Sign("a Flux checkpoint", DIT + r"double_blocks\.0\.img_attn\.norm\.key_norm\.(?:scale|weight)"),
    Sign("a Stable Cascade checkpoint", DIT + r"(?:clip_txt_mapper|clip_mapper|effnet_mapper\.0)\.weight"),
    Sign("a Qwen-Image checkpoint", DIT + r"(?:txt_norm\.weight)"),
    Sign("a Hunyuan-DiT checkpoint", DIT + r"mlp_t5\.0\.weight"),
    Sign("an AuraFlow checkpoint", DIT + r"(?:cond_seq_linear|register_tokens)(?:\.weight)?"),
    Sign("a Lumina 2 or Z-Image checkpoint", DIT + r"cap_embedder\.1\.weight"),
    Sign("a PixArt checkpoint", DIT + r"(?:t_block\.1\.weight|adaln_single\.emb\.timestep_embedder\.linear_1\.weight)"),
)

ADD_ONS: Mapping[Sign, str] = {
    Sign("a LoRA", r".*\.(?:lora_(?:up|down|A|B)\b.*|lora\.(?:up|down)\.weight|hada_w1_a|lokr_w[12](?:_a)?|oft_blocks|"
                   r"oft_diag|w_norm|diff|diff_b|on_input)"):
        "Put it into the folder Lora and name it in the prompt, such as <lora:NAME:1>.",
    Sign("an embedding", r"emb_params|string_to_param\..*|clip_[gl]"):
        "Put it into the folder embeddings and write its name in the prompt.",
    Sign("a ControlNet", r"(?:control_model\.)?(?:input_hint_block\.0\.weight|zero_convs\.0\.0\.weight|"
                         r"controlnet_cond_embedding\.conv_in\.weight)"):
        "Put it into the folder ControlNet.",
    Sign("an IP-Adapter", r"(?:image_proj|ip_adapter)\..*"): "Put it into the folder ControlNet.",
    Sign("a motion module", r".*motion_modules\..*"): "Motion modules are not used here.",
}  # fmt: skip

PARTS: Mapping[Sign, str] = {
    Sign("a U-Net in diffusers' layout", r"(?:unet\.)?down_blocks\.0\.resnets\.0\.conv1\.weight"):
        "Use the single-file version of the checkpoint.",
    Sign("a U-Net alone", r"(?:model\.)?(?:diffusion_model\.)?input_blocks\.0\.0\.weight"):
        "Use a whole checkpoint, with text encoder and VAE.",
    Sign("a VAE", r"(?:first_stage_model\.)?decoder\.conv_in\.weight"):
        "Put it into the folder VAE and choose it with --vae.",
    Sign("a text encoder", r"(?:cond_stage_model\.transformer\.)?text_model\.embeddings\.token_embedding\.weight"):
        "Use a whole checkpoint.",
    Sign("a face restorer", r"params_ema\.(?:position_emb|stylegan_decoder.*|style_conv.*)"):
        "Put it into the folder Codeformer or GFPGAN.",
    Sign("an upscaler", r"(?:params(?:_ema)?\.)?(?:conv_first\.weight|model\.0\.weight|m_head\.0\.weight)"):
        "Put it into the folder ESRGAN.",
}  # fmt: skip


def identify(header: Header, sidecar: Sidecar | None = None) -> Checkpoint:
    """Say what a checkpoint is from its header and the .yaml beside it; no tensor is read.

    Raises UnsupportedModelError for a family, an add-on or a part of a checkpoint that is recognised but not run,
    and ModelFileError for what is not recognised.
    """
    sidecar = sidecar or Sidecar()
    _refuse_others(header)
    shapes = header.shapes
    channels = shapes[UNET_INPUT][1]
    if channels not in PURPOSES:
        known = ", ".join(f"{count} ({purpose})" for count, purpose in PURPOSES.items())
        raise UnsupportedModelError(
            f"the U-Net of {header.path.name} takes {channels} channels", f"Known for {SD1.name}: {known}."
        )
    prediction, source = _prediction(header, sidecar)
    return Checkpoint(
        family=SD1.name,
        purpose=PURPOSES[channels],
        prediction=prediction,
        prediction_source=source,
        in_channels=channels,
        text_width=_text_width(header),
        latent_scale=sidecar.latent_scale or SD1.latent_scale,
        native_side=_native_side(header.metadata) or SD1.native_side,
        linear_start=sidecar.linear_start or SD1.linear_start,
        linear_end=sidecar.linear_end or SD1.linear_end,
        heads=sidecar.heads or SD1.heads,
        zero_terminal_snr=_zero_terminal_snr(header, sidecar),
    )


def kind(header: Header) -> str:
    """What a file is, in a few words: "an SD 1.x inpainting checkpoint", "a LoRA", "a VAE", …; "" if unknown."""
    found = _match(header, OTHER_FAMILIES) or _match(header, ADD_ONS)
    if found is None and _is_whole(header):
        return f"an {SD1.name} {PURPOSES.get(header.shapes[UNET_INPUT][1], '')} checkpoint".replace("  ", " ")
    found = found or _match(header, PARTS)
    return found.what if found else ""


def _is_whole(header: Header) -> bool:
    unet, tokens = header.shapes.get(UNET_INPUT, ()), header.shapes.get(TOKENS, ())
    return len(unet) == 4 and len(tokens) == 2


def _refuse_others(header: Header) -> None:
    name = header.path.name
    if family := _match(header, OTHER_FAMILIES):
        raise UnsupportedModelError(
            f"{name} is {family.what}, a family that is not run yet",
            f"Use a {SD1.name} checkpoint, ordinary or inpainting.",
        )
    if add_on := _match(header, ADD_ONS):
        raise UnsupportedModelError(f"{name} is {add_on.what}, not a checkpoint", ADD_ONS[add_on])
    if _is_whole(header):
        return
    if part := _match(header, PARTS):
        raise UnsupportedModelError(f"{name} is {part.what}, not a whole checkpoint", PARTS[part])
    raise UnsupportedModelError(
        f"{name} is no checkpoint that is known: it has neither {UNET_INPUT} nor any other family's signs",
        f"Use a {SD1.name} checkpoint, ordinary or inpainting.",
    )


def _match(header: Header, signs: Mapping[Sign, str] | tuple[Sign, ...]) -> Sign | None:
    """The first sign that the file bears."""
    channels = (*header.shapes.get(UNET_INPUT, ()), 0, 0)[1]
    names = "\n".join(header.shapes)
    for sign in signs:
        found = re.search(f"^(?:{sign.key})$", names, re.MULTILINE)
        if found and sign.when(header.shapes.get(found[0], ()), channels):
            return sign
    return None


def _text_width(header: Header) -> int:
    width = header.shapes[TOKENS][1]
    wanted = {shape[1] for name, shape in header.shapes.items() if re.fullmatch(CONTEXT, name) and len(shape) == 2}
    if wanted - {width}:
        raise ModelFileError(
            f"{header.path.name} does not fit together: its text encoder is {width} wide, its U-Net wants "
            + " or ".join(map(str, sorted(wanted))),
            "It was merged from different families; use another one.",
        )
    return width


PREDICTIONS: Mapping[str, str] = {"epsilon": "eps", "eps": "eps", "v": "v", "v_prediction": "v"}


def _prediction(header: Header, sidecar: Sidecar) -> tuple[str, str]:
    """What the network predicts, and who says so; `v_pred` is an empty tensor by which makers mark v-prediction."""
    if sidecar.prediction:
        return sidecar.prediction, "yaml"
    if said := PREDICTIONS.get(header.metadata.get("modelspec.prediction_type", "").lower()):
        return said, "metadata"
    return ("v", "tensors") if "v_pred" in header.shapes else ("eps", "family")


def _zero_terminal_snr(header: Header, sidecar: Sidecar) -> bool:
    if sidecar.zero_snr is not None:
        return sidecar.zero_snr
    said = header.metadata.get("ss_zero_terminal_snr", header.metadata.get("modelspec.zero_terminal_snr", ""))
    return said.lower() == "true" or "ztsnr" in header.shapes


def _native_side(metadata: Mapping[str, str]) -> int | None:
    """The shorter side of `modelspec.resolution` ("512x768", "640"), if it is one that makes sense."""
    found = re.fullmatch(r"\s*(\d{2,5})(?:\s*[x,]\s*(\d{2,5}))?\s*", metadata.get("modelspec.resolution", ""))
    side = min(int(number) for number in found.groups() if number) if found else 0
    return side if 64 <= side <= 8192 else None
