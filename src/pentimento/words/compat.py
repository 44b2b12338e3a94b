"""Which of the reference's habits are kept: one frozen value of named switches, two rows.

`WEBUI` gives what stable-diffusion-webui 1.10.1 gives; `NONE`, the default, mends what is known to be weak there.
Each function is handed the switch it needs and never asks which row it came from.
"""

from dataclasses import dataclass
from enum import StrEnum

from pentimento.words.choices import NoiseSource


class CompatName(StrEnum):
    """Whose habits a request keeps."""

    NONE = "none"
    WEBUI = "webui"


@dataclass(frozen=True)
class Compat:
    """The switches.

    truncate_pixels    decoded pixels are cut to 8 bit instead of rounded
    overlay            the result has the working size and is pasted by 8-bit alpha compositing; else it is the
                       picture itself, with new samples only where the mask is not 0
    count_calls        prompt schedules count network calls over all steps; else they follow the steps really run
    trailing_weight    a prompt ending in `:1.2` weighs the whole prompt even without AND
    comments_anywhere  `#` starts a comment anywhere in a prompt; else only at the start of a line
    literal_breaks     BREAK inside brackets is a word; embeddings that a comma moves to the next chunk are lost
    shared_noise       VAE noise comes from one generator for all pictures; else each picture's from its own seed
    short_schedules    timestep samplers stop one step early and show kept latents to the network without noise
    noise_source       where random numbers come from when a request does not say
    image_guidance     guidance by the picture for instruct checkpoints when a request does not say
    couple_batches     samplers that decide for a whole batch at once do so
    ignore_unknown     unknown networks in a prompt, and restorers of faces that cannot be had, are left out; else they
                       are an error
    vae_by_prefix      any VAE file whose name begins with the checkpoint's belongs to it; else only one of its name
    faint_masks        drawn values of 1 and 2 are mask too, and alpha is cut at 128; else faint is nothing, grey stays
    blurred_box        "only masked" works around the blurred mask; else around what was drawn
    inward_blur        blur takes weight from what was drawn, so thin strokes fade; else softness lies outside of it
    sampled_mask       the latent mask is a bicubic sample, and inpainting checkpoints are told each cell's corner
                       pixel; else every cell that the mask touches is repainted, and they are told the same
    colours_of_fill    colour correction learns from the filled hole too; else from outside the mask only
    run_idle           strength 0 and an empty mask run all the same; else the picture comes back as it is
    soft_by_timestep   soft inpainting with timestep samplers takes the timestep for a noise level, and so keeps all
                       that is partly masked
    zero_edges         tiling leaves the zeros that the VAE's encoder puts at its edges; else it goes round there too
    every_face         every face of what was worked on is restored, whatever comes of it, before the original is laid
                       over it; else those of the finished picture that touch the mask, and only to their gain
    settings_win       in the older dialect, stored settings for churn and its noise beat those of a request
    """

    truncate_pixels: bool
    overlay: bool
    count_calls: bool
    trailing_weight: bool
    comments_anywhere: bool
    literal_breaks: bool
    shared_noise: bool
    short_schedules: bool
    noise_source: NoiseSource
    image_guidance: float
    couple_batches: bool
    ignore_unknown: bool
    vae_by_prefix: bool
    faint_masks: bool
    blurred_box: bool
    inward_blur: bool
    sampled_mask: bool
    colours_of_fill: bool
    run_idle: bool
    soft_by_timestep: bool
    zero_edges: bool
    every_face: bool
    settings_win: bool


WEBUI = Compat(
    truncate_pixels=True,
    overlay=True,
    count_calls=True,
    trailing_weight=True,
    comments_anywhere=True,
    literal_breaks=True,
    shared_noise=True,
    short_schedules=True,
    noise_source=NoiseSource.GPU,
    image_guidance=1.0,
    couple_batches=True,
    ignore_unknown=True,
    vae_by_prefix=True,
    faint_masks=True,
    blurred_box=True,
    inward_blur=True,
    sampled_mask=True,
    colours_of_fill=True,
    run_idle=True,
    soft_by_timestep=True,
    zero_edges=True,
    every_face=True,
    settings_win=True,
)
NONE = Compat(
    truncate_pixels=False,
    overlay=False,
    count_calls=False,
    trailing_weight=False,
    comments_anywhere=False,
    literal_breaks=False,
    shared_noise=False,
    short_schedules=False,
    noise_source=NoiseSource.NV,
    image_guidance=1.5,
    couple_batches=False,
    ignore_unknown=False,
    vae_by_prefix=False,
    faint_masks=False,
    blurred_box=False,
    inward_blur=False,
    sampled_mask=False,
    colours_of_fill=False,
    run_idle=False,
    soft_by_timestep=False,
    zero_edges=False,
    every_face=False,
    settings_win=False,
)

COMPAT = {CompatName.NONE: NONE, CompatName.WEBUI: WEBUI}
