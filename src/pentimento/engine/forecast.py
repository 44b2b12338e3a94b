"""What is known of a job before it runs; no network is asked."""

from collections.abc import Sequence

from pentimento.checkpoint.open import Opened
from pentimento.engine.advice import advice
from pentimento.engine.canvas import canvas_of
from pentimento.engine.conditioning import condition
from pentimento.engine.detail import detail_passes
from pentimento.engine.estimate import estimate, pass_of
from pentimento.engine.hires import Second, SecondPass
from pentimento.engine.paint import idle
from pentimento.engine.room import Room, fit, plenty
from pentimento.engine.sampling import plan
from pentimento.pixels.faces.find import Detector
from pentimento.words.images import Picture
from pentimento.words.reports import Forecast
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
    room: Room = plenty,
    second: Second | None = None,
    detector: Detector | None = None,
) -> Forecast:
    """As `paint` would begin.

    outlined  the checkpoint, its numbers need not be there
    weights   bytes that its numbers take, and those of the second pass's
    room      what the job may ask for memory beside the networks
    second    what a second pass is painted with
    speed     operations a second; None where it was not measured yet
    detector  a better one than the cascades, if there is one: faces that are to be repainted are looked for
    raises    as `paint`, before its first step
    """
    canvas = canvas_of(request, pictures, mask, outlined.facts.native_side)
    planned = plan(request, outlined.facts)
    conditioning = condition(*prompts, planned.text_steps, request, outlined.networks.text, {})
    faces = detail_passes(request, pictures, mask, outlined, conditioning, detector)
    if idle(request, canvas):
        expected = estimate(faces, weights=weights if faces else 0, speed=speed) if speed else None
        return Forecast(canvas.size, 0, canvas.report, canvas.warnings, expected)
    said = tuple(advice(request, planned, canvas, outlined.facts))
    count = request.batch_size * request.batch_count
    batches = [slice(first, first + request.batch_size) for first in range(0, count, request.batch_size)]
    other, again = outlined, None
    if second:
        other = second.opened or outlined
        again = SecondPass(request, canvas, second, planned.text_steps, outlined.networks.vae, other, {})
    between = count if again and again.through_pixels else 0
    how = {"calls": planned.calls, "encoded": len(pictures), "decoded": between if again else count}
    passes = [pass_of(request, outlined, conditioning, canvas.size, batches, **how)]
    if again:
        how = {"calls": again.calls, "encoded": between, "decoded": count}
        passes.append(pass_of(again.request, other, again.conditioning, again.size, batches, **how))
    passes += faces
    pieces, notes = fit(passes, room, wraps=request.tiling)
    expected = estimate(passes, weights=weights, speed=speed, pieces=pieces) if speed else None
    steps = planned.steps + (again.steps if again else 0)
    return Forecast(canvas.size, steps, canvas.report, said + notes, expected)
