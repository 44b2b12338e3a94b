"""What is known of a job before it runs; no network is asked."""

from collections.abc import Sequence

from pentimento.checkpoint.open import Opened
from pentimento.engine.advice import advice
from pentimento.engine.canvas import canvas_of
from pentimento.engine.conditioning import condition
from pentimento.engine.estimate import estimate, pass_of
from pentimento.engine.paint import idle
from pentimento.engine.sampling import plan
from pentimento.words.images import Picture
from pentimento.words.reports import Estimate, Forecast
from pentimento.words.request import Request


def forecast(
    request: Request,
    prompts: tuple[str, str],
    pictures: Sequence[Picture],
    mask: Picture | None,
    outlined: Opened,
    *,
    weights: int,
    speed: float | None,
) -> Forecast:
    """As `paint` would begin, for a first pass.

    outlined  the checkpoint, its numbers need not be there
    weights   bytes that its numbers take
    speed     operations a second; None where it was not measured yet
    raises    as `paint`, before its first step
    """
    canvas = canvas_of(request, pictures, mask, outlined.facts.native_side)
    planned = plan(request, outlined.facts)
    if idle(request, canvas):
        return Forecast(canvas.size, 0, canvas.report, canvas.warnings, Estimate(0, 0.0))
    said = tuple(advice(request, planned, canvas, outlined.facts))
    conditioning = condition(*prompts, planned.text_steps, request, outlined.networks.text, {})
    count = request.batch_size * request.batch_count
    batches = [slice(first, first + request.batch_size) for first in range(0, count, request.batch_size)]
    how = {"calls": planned.calls, "encoded": len(pictures), "decoded": count}
    once = pass_of(request, outlined, conditioning, canvas.size, batches, **how)
    expected = estimate([once], weights=weights, speed=speed) if speed else None
    return Forecast(canvas.size, planned.steps, canvas.report, said, expected)
