"""What a person should know of a request before it runs: warnings, each with what would do."""

from collections.abc import Iterator

from pentimento.checkpoint.families import Checkpoint
from pentimento.diffusion.levels import Level
from pentimento.engine.canvas import Canvas
from pentimento.engine.sampling import Plan, plan
from pentimento.pixels.fill import FILLS
from pentimento.prompt.lint import lint
from pentimento.words.choices import Area, MaskedContent
from pentimento.words.images import Mask
from pentimento.words.request import Request

LEAST_SIGMA = 3.0
"""Below this noise level a hole of noise or of nothing no longer turns into a picture."""

FAR = 2.0
"""So many times the side a checkpoint was trained at, or as many times less, is far from it."""

STRENGTHS = tuple(hundredths / 100 for hundredths in range(5, 101, 5))


def advice(request: Request, planned: Plan, canvas: Canvas, checkpoint: Checkpoint) -> Iterator[str]:
    """Every warning that is worth giving before the first step."""
    yield from canvas.warnings
    yield from lint(
        request.prompt,
        request.negative_prompt,
        steps=planned.text_steps,
        comments=request.prompt_comments,
        switches=request.switches,
    )
    yield from _size(canvas, checkpoint)
    yield from _supersampling(request, canvas)
    if canvas.mask is not None:
        yield from _first_noise(request, planned, checkpoint)
        yield from _nothing_to_fill_from(request, canvas.mask)


def _size(canvas: Canvas, checkpoint: Checkpoint) -> Iterator[str]:
    side, native = canvas.size.area**0.5, checkpoint.native_side
    if not native / FAR <= side <= native * FAR:
        result = "blurred and shapeless" if side < native else "full of repetitions"
        yield (
            f"the working size {canvas.size} is far from the {native}×{native} this checkpoint was trained at: "
            f"the result may be {result}; set width and height nearer to that, or work on the masked area only"
        )


def _supersampling(request: Request, canvas: Canvas) -> Iterator[str]:
    if request.supersampling != 1 and canvas.asked is None:
        yield (
            f"supersampling {request.supersampling:g} changes nothing where the whole picture is worked on: "
            f"choose area {Area.MASKED}, or set a larger width and height"
        )


def _nothing_to_fill_from(request: Request, mask: Mask) -> Iterator[str]:
    """Formulas continue what is kept; all that is masked they leave black, as the reference does."""
    hole = 255 if request.fill == "blur" else 1
    if request.masked_content is MaskedContent.FILL and request.fill in FILLS and mask.min() >= hole:
        yield (
            "the mask covers all that is worked on, and masked content fill has nothing to fill it from: it begins "
            "black; choose masked content original, latent noise or latent nothing, or mask less"
        )


def _first_noise(request: Request, planned: Plan, checkpoint: Checkpoint) -> Iterator[str]:
    """Noise and nothing have no picture in them: without noise enough on top, none comes out."""
    content = request.masked_content
    first = first_sigma(planned)
    if content not in (MaskedContent.LATENT_NOISE, MaskedContent.LATENT_NOTHING) or first >= LEAST_SIGMA:
        return
    strength = enough(request, checkpoint)
    remedy = f"take strength {strength:g} or more" if strength else "take another schedule"
    yield (
        f"masked content {content} cannot turn into a picture at denoising strength {request.denoising_strength:g}: "
        f"noise begins at sigma {first:.2f} and {LEAST_SIGMA:g} is needed; {remedy}, or masked content original or fill"
    )


def first_sigma(planned: Plan) -> float:
    """The noise level that the first step begins at."""
    return Level.of(planned.level, planned.model).sigma if planned.facts.on_timesteps else planned.sigmas[0].item()


def enough(request: Request, checkpoint: Checkpoint) -> float | None:
    """The least strength, in steps of 0.05, whose first noise level is high enough; None if there is none."""
    for strength in STRENGTHS:
        if first_sigma(plan(request.model_copy(update={"denoising_strength": strength}), checkpoint)) >= LEAST_SIGMA:
            return strength
    return None
