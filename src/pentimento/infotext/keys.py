"""Which key of the text stands for which setting."""

from pentimento.words.request import Request, SoftInpainting

SOFT = {f"Soft inpainting {name.replace('_', ' ')}": name for name in SoftInpainting.model_fields}
"""Key → setting of soft inpainting."""

KEYS = {
    "steps": "Steps",
    "sampler": "Sampler",
    "scheduler": "Schedule type",
    "cfg_scale": "CFG scale",
    "image_cfg_scale": "Image CFG scale",
    "seed": "Seed",
    "restore_faces": "Face restoration",
    "vae": "VAE",
    "variation_seed": "Variation seed",
    "variation_strength": "Variation seed strength",
    "denoising_strength": "Denoising strength",
    "mask_weight": "Conditional mask weight",
    "clip_skip": "Clip skip",
    "eta_noise_seed_delta": "ENSD",
    "noise_source": "RNG",
    "tiling": "Tiling",
    "mask_mode": "Mask mode",
    "mask_blur": "Mask blur",
    "area": "Inpaint area",
    "padding": "Masked area padding",
    "masked_content": "Masked content",
    "emphasis": "Emphasis",
    "downcast_alphas": "Downcast alphas_cumprod",
    "initial_noise_multiplier": "Noise multiplier",
    "discard_penultimate_sigma": "Discard penultimate sigma",
    "sigma_min": "Schedule min sigma",
    "sigma_max": "Schedule max sigma",
    "rho": "Schedule rho",
    "beta_alpha": "Beta schedule alpha",
    "beta_beta": "Beta schedule beta",
    "extra_noise": "Extra noise",
    "eta": "Eta",
    "s_churn": "Sigma churn",
    "s_tmin": "Sigma tmin",
    "s_tmax": "Sigma tmax",
    "s_noise": "Sigma noise",
    "skip_early_cond": "Skip Early CFG",
    "s_min_uncond": "NGMS",
    "s_min_uncond_all": "NGMS all steps",
    "pad_prompts": "Pad conds",
    "old_prompt_editing": "Old prompt editing timelines",
    "hires_scale": "Hires upscale",
    "hires_scheduler": "Hires schedule type",
    "prompt": "Exact prompt",
    "negative_prompt": "Exact negative prompt",
}
"""Setting → the key it is known by in a text; a setting not named here goes by its own name."""

ALIASES = {
    "Prompt": "prompt",
    "Negative prompt": "negative_prompt",
    "Size-1": "width",
    "Size-2": "height",
    "Seed resize from-1": "seed_resize_width",
    "Seed resize from-2": "seed_resize_height",
    "Hires resize-1": "hires_width",
    "Hires resize-2": "hires_height",
    "Eta DDIM": "eta",
    "Beta scheduler alpha": "beta_alpha",
    "Beta scheduler beta": "beta_beta",
}
"""Further keys that a setting is read from."""

JOB = ("images", "mask", "batch_size", "batch_count", "checkpoint", "soft_inpainting")


def label(name: str) -> str:
    return name.replace("_", " ").capitalize()


READS = ALIASES | {KEYS.get(name, label(name)): name for name in Request.model_fields if name not in JOB}
"""Key → setting; of two keys for one setting the later counts."""
