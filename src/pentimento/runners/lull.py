"""How long a worker that lives may say nothing of its job: told by the job's own pace."""

from pentimento.words.events import Event, Started, Stepped
from pentimento.words.request import Request

LONGEST = 3600.0
"""Seconds between two events where no step was seen yet: a checkpoint may be read from a slow network."""
LEAST = 120.0
"""Seconds that may always pass between two events of a job that steps: it decodes, or the machine is busy."""
SIDE = 512
"""Pixels a side of a first pass whose size is not said."""
TIMES = 30.0
"""… and so many times its slowest step so far."""


class Lull:
    """The time since a job's last event, and how long it may become.

    Until its first step that is `longest`, or what its forecast promises, if less; then max(`least`, `TIMES` × its
    slowest step), so many times more as a second pass is larger, whose steps come without a word of warning.

    now  seconds, by any clock that does not go back
    """

    def __init__(self, request: Request, now: float, *, longest: float = LONGEST, least: float = LEAST) -> None:
        self.longest, self.least = longest, least
        self.growth = growth(request)
        self.slowest: float | None = None
        self._heard = self._stepped = now

    def hear(self, event: Event | None, now: float) -> None:
        """An event came, or something else that shows that it gets on."""
        if isinstance(event, Started):
            steps = event.steps * event.batches
            self.slowest = event.expected.seconds / steps if event.expected and steps else None
            self._stepped = now
        elif isinstance(event, Stepped):
            self.slowest = max(self.slowest or 0.0, now - self._stepped)
            self._stepped = now
        self._heard = now

    @property
    def limit(self) -> float:
        """Seconds."""
        if self.slowest is None:
            return self.longest
        return min(self.longest, max(self.least, TIMES * self.slowest * self.growth))

    def is_over(self, now: float) -> bool:
        """Whether it lasts longer than it may."""
        return now - self._heard > self.limit


def growth(request: Request) -> float:
    """How many times slower a step of the second pass may be: attention grows with the square of the area."""
    wide, high = request.hires_width / (request.width or SIDE), request.hires_height / (request.height or SIDE)
    return max(1.0, request.hires_scale, wide, high) ** 4 if request.hires else 1.0
