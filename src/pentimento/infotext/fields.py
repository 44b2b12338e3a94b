"""The fields of the text in the reference's order, and when each is written."""

from collections.abc import Callable, Mapping

from pentimento.infotext.keys import SOFT
from pentimento.infotext.made import Context
from pentimento.words.choices import Emphasis, MaskedContent, NoiseSource
from pentimento.words.request import Request
from pentimento.words.samplers import EtaKind

Writer = Callable[[Context], object]
"""What a field says; None leaves it out."""


def _setting(name: str, unless: object = None, when: Callable[[Context], object] = lambda c: True) -> Writer:
    """The request's own word, unless it is the usual one or what it is about did not happen."""

    def value(c: Context) -> object:
        said = getattr(c.request, name)
        if said == unless or not when(c):
            return None
        return float(said) if Request.model_fields[name].annotation is float else said  # 7 is written 7.0

    return value


def _soft(name: str) -> Writer:
    """One number of soft inpainting, whole ones without a point, as the reference's page sends them."""

    def value(c: Context) -> object:
        if not c.masked or c.request.soft_inpainting is None:
            return None
        number = float(getattr(c.request.soft_inpainting, name))
        return int(number) if number.is_integer() else number

    return value


def _pairs(hashes: Mapping[str, str]) -> str | None:
    return ", ".join(f"{name}: {digest}" for name, digest in hashes.items()) or None


def _other(c: Context, name: str, usual: object) -> object:
    """A setting of the second pass where it is not the first's."""
    said = getattr(c.request, name)
    return said if c.hires and said and said != usual else None


def _nothing(c: Context) -> None:
    """Keeps a place for what the reference records only when it comes from its settings: see `Made.extra`."""


# fmt: off
FIELDS: Mapping[str, Writer] = {
    "Steps":                   _setting("steps"),
    "Sampler":                 _setting("sampler"),
    "Schedule type":           lambda c: c.schedule,
    "CFG scale":               _setting("cfg_scale"),
    "Image CFG scale":         _setting("image_cfg_scale", when=lambda c: c.made.takes_picture),
    "Seed":                    lambda c: c.made.seed,
    "Face restoration":        lambda c: c.restorer.label if c.restorer else None,
    "Size":                    lambda c: f"{c.made.size.width}x{c.made.size.height}",
    "Model hash":              lambda c: c.made.model_hash,
    "Model":                   lambda c: c.made.model,
    "VAE hash":                lambda c: c.made.vae_hash,
    "VAE":                     lambda c: c.made.vae,
    "Variation seed":          lambda c: c.made.variation_seed if c.request.variation_strength else None,
    "Variation seed strength": _setting("variation_strength", unless=0),
    "Seed resize from":        lambda c: c.noise_size,
    "Denoising strength":      lambda c: c.strength,
    "Conditional mask weight": _setting("mask_weight", when=lambda c: c.made.takes_mask),
    "Clip skip":               _setting("clip_skip", unless=1),
    "ENSD":                    _setting("eta_noise_seed_delta", 0, lambda c: c.eta and c.facts.uses_ensd),
    "RNG":                     lambda c: None if c.request.random is NoiseSource.GPU else c.request.random,
    "Tiling":                  _setting("tiling", unless=False),
    # from here on in the order in which the reference's run comes upon them
    "Soft inpainting enabled": lambda c: (c.masked and c.request.soft_inpainting is not None) or None,
    **{key: _soft(name) for key, name in SOFT.items()},
    "Mask mode":               lambda c: "Inpaint not masked" if c.inverted else None,
    "Mask blur":               lambda c: c.blur,
    "Inpaint area":            lambda c: "Only masked" if c.only_masked else None,
    "Masked area padding":     _setting("padding", when=lambda c: c.only_masked),
    "Masked content":          _setting("masked_content", MaskedContent.ORIGINAL, lambda c: c.filled),
    "Hires checkpoint":        lambda c: c.made.hires_checkpoint,
    "Hires sampler":           lambda c: _other(c, "hires_sampler", c.request.sampler),
    "Hires prompt":            lambda c: _other(c, "hires_prompt", c.request.prompt),
    "Hires negative prompt":   lambda c: _other(c, "hires_negative_prompt", c.request.negative_prompt),
    "Hires schedule type":     lambda c: c.made.hires_schedule if c.made.hires_schedule != c.schedule else None,
    "Hires upscale":           _setting("hires_scale", 0, lambda c: c.hires and not c.hires_size),
    "Hires resize":            lambda c: c.hires_size,
    "Hires steps":             _setting("hires_steps", 0, lambda c: c.hires),
    "Hires upscaler":          _setting("hires_upscaler", None, lambda c: c.hires),
    "Lora hashes":             lambda c: _pairs(c.made.lora_hashes),
    "TI hashes":               lambda c: _pairs(c.made.embedding_hashes),
    "Emphasis":                _setting("emphasis", Emphasis.ORIGINAL, lambda c: c.made.emphasized),
    "Downcast alphas_cumprod": _setting("downcast_alphas", unless=False),
    "Noise Schedule":          lambda c: "Zero Terminal SNR" if c.request.zero_terminal_snr else None,
    "Noise multiplier":        _setting("initial_noise_multiplier", 1, lambda c: c.from_image),
    "Discard penultimate sigma": lambda c: c.discards or None,
    "Schedule min sigma":      _setting("sigma_min", 0, lambda c: c.scheduled),
    "Schedule max sigma":      _setting("sigma_max", 0, lambda c: c.scheduled),
    "Schedule rho":            lambda c: c.rho,
    "Beta schedule alpha":     _setting("beta_alpha", when=lambda c: c.beta),
    "Beta schedule beta":      _setting("beta_beta", when=lambda c: c.beta),
    "Extra noise":             _setting("extra_noise", 0, lambda c: c.from_image),
    "Eta":                     lambda c: c.eta if c.eta != 1 and c.facts.eta is EtaKind.ANCESTRAL else None,
    "Eta DDIM":                lambda c: c.eta if c.eta != 0 and c.facts.eta is EtaKind.DDIM else None,
    "Sigma churn":             _nothing,
    "Sigma tmin":              _nothing,
    "Sigma tmax":              _nothing,
    "Sigma noise":             _nothing,
    "Skip Early CFG":          _setting("skip_early_cond", unless=0),
    "NGMS":                    _setting("s_min_uncond", unless=0, when=lambda c: c.skips),
    "NGMS all steps":          _setting("s_min_uncond_all", False, lambda c: c.skips),
    "Pad conds":               _setting("pad_prompts", False, lambda c: c.made.padded),
    "Fast":                    _setting("fast"),
    "Old prompt editing timelines": _setting("old_prompt_editing", False, lambda c: c.made.rescheduled),
}
"""The reference's fields in its order: key → what is written."""
# fmt: on
