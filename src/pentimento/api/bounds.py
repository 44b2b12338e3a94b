"""How much one client may ask of a server."""

from dataclasses import dataclass

from pentimento.words.choices import Area
from pentimento.words.errors import LimitError
from pentimento.words.request import Request
from pentimento.words.sizes import Size

PROMPTS = ("prompt", "negative_prompt", "hires_prompt", "hires_negative_prompt")


@dataclass(frozen=True)
class Bounds:
    """What a server grants.

    body      bytes of one request over HTTP
    pixels    of a picture that comes in, and of one that is worked on
    batch     pictures of one batch
    pictures  of one job
    steps     of each pass
    prompt    letters of a prompt
    waiting   jobs that wait at once
    cells     of one grid
    """

    body: int = 64 * 2**20
    pixels: int = 64_000_000
    batch: int = 16
    pictures: int = 100
    steps: int = 150
    prompt: int = 10_000
    waiting: int = 100
    cells: int = 400

    def check(self, request: Request) -> None:
        """Raises LimitError for a request that asks for more."""
        rows = (
            ("batch_size", request.batch_size, self.batch),
            ("batch_size × batch_count", request.batch_size * request.batch_count, self.pictures),
            ("steps", request.steps, self.steps),
            ("hires_steps", request.hires_steps, self.steps),
            *((name, len(getattr(request, name)), self.prompt) for name in PROMPTS),
        )
        for name, asked, most in rows:
            if asked > most:
                of = " letters long" if name in PROMPTS else ""
                raise LimitError(f"{name} is {asked}{of}", f"This server allows {most}.")
        for size in _sizes(request):
            self.check_size(size)

    def check_size(self, size: Size) -> None:
        """Raises LimitError for a picture with more pixels."""
        if size.area > self.pixels:
            raise LimitError(
                f"{size} is {size.area / 1e6:.1f} megapixels", f"This server allows {self.pixels / 1e6:.1f}."
            )


def _sizes(request: Request) -> list[Size]:
    """Every size that a request asks for by number."""
    above = request.supersampling if request.area is Area.MASKED else 1
    first = Size(round((request.width or 16) * above), round((request.height or 16) * above))
    scale = request.hires_scale or 1
    wide, high = request.hires_width or round(first.width * scale), request.hires_height or round(first.height * scale)
    return [first, Size(wide, high), Size(request.seed_resize_width, request.seed_resize_height)]
