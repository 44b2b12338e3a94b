"""What can go wrong, said so that a person can mend it.

PentimentoError
├── RequestError          a setting is out of range, unknown, or contradicts another
│   ├── PromptError       the prompt holds something that cannot be read
│   └── NotRunError       something that is known but not run here
├── PictureError          a picture or mask cannot be used
│   ├── MissingPictureError   a picture is needed, and none came along
│   ├── MaskSizeError     mask and picture differ in size
│   └── UnknownPictureError   no picture by that hash
├── ModelFileError        a checkpoint, VAE, LoRA or embedding cannot be used
│   ├── UnknownModelError     no file by that name
│   ├── UnsupportedModelError a family we recognise but do not run
│   └── UnsafePickleError     a pickle that wants to run code
├── DownloadError         a model cannot be fetched
├── ComputeError          the machine could not do it: numbers overflowed, memory ran out
│   ├── MemoryShortError      a job was not begun: it takes more memory than is free
│   └── WorkerError           the process that computed it died or froze
├── JobError              a job cannot be had
│   ├── UnknownJobError       no job by that name
│   └── QueueFullError        too many jobs wait already
├── HistoryError          a round cannot be kept or found
│   ├── UnknownRoundError     no round by that name
│   └── ArchiveError          a file is no exported history
├── AccessError           who asks may not have it
│   ├── LoginError            no name and password, or wrong ones
│   └── TooOftenError         wrong passwords too often
├── LimitError            more than the server allows
│   └── TooLargeError         more bytes than that
├── OutputError           the result cannot be written
└── ProgramError          nobody foresaw it: a fault of the program
"""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

from pentimento.words.sizes import Size


class PentimentoError(Exception):
    """One message with the values in it, and a hint what to do.

    The command line prints both and exits with `exit_code`; HTTP answers with `status`.
    """

    status = 422
    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    @property
    def code(self) -> str:
        return type(self).code_of()

    @classmethod
    def code_of(cls) -> str:
        """The error's name for programs: `mask_size` for MaskSizeError."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__.removesuffix("Error")).lower()


class RequestError(PentimentoError):
    """A setting is out of range, unknown, or contradicts another."""


class PromptError(RequestError):
    """The prompt holds something that cannot be read, such as the weight 1.2.3."""


class NotRunError(RequestError):
    """Something that other programs do, or that is known here but not run."""

    status = 501


class PictureError(PentimentoError):
    """A picture or mask cannot be used."""


class MissingPictureError(PictureError):
    """A picture is needed, and none came along."""

    status = 404


class MaskSizeError(PictureError):
    """Mask and picture differ in size."""

    def __init__(self, picture: Size, mask: Size, hint: str = "") -> None:
        super().__init__(
            f"the mask is {mask} but the picture is {picture}",
            hint or f"Draw the mask at {picture}, or have it scaled with --resize-mask.",
        )


class UnknownPictureError(PictureError):
    """No picture goes by that hash."""

    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"no picture {name[:12]!r}… is here", "Send it first: POST /api/v1/files.")


class ModelFileError(PentimentoError):
    """A checkpoint, VAE, LoRA or embedding cannot be used."""


class UnknownModelError(ModelFileError):
    """No file goes by that name."""

    status = 404


class UnsupportedModelError(ModelFileError):
    """A family that is recognised but not run."""


class UnsafePickleError(ModelFileError):
    """A pickle that wants to run code; it was not loaded."""

    def __init__(self, file: str, name: str) -> None:
        super().__init__(
            f"{file} was refused: it asks for {name}, which a file of weights does not need",
            "It may be malicious. Use a .safetensors version of it.",
        )


class DownloadError(PentimentoError):
    """A model cannot be fetched: no network, not there, not allowed, or damaged on the way."""

    status = 502
    exit_code = 1


class ComputeError(PentimentoError):
    """The machine could not do it: numbers overflowed or memory ran out."""

    status = 500
    exit_code = 1


class MemoryShortError(ComputeError):
    """A job was not begun, since it takes more memory than is free."""

    status = 422


class WorkerError(ComputeError):
    """The process that computed it died or froze; another takes its place, so that asking again may help."""

    status = 503


class JobError(PentimentoError):
    """A job cannot be had."""


class UnknownJobError(JobError):
    """No job goes by that name."""

    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(
            f"there is no job {name!r}", "Jobs that ended are forgotten after a while; list those there are."
        )


class QueueFullError(JobError):
    """Too many jobs wait already."""

    status = 429

    def __init__(self, waiting: int, most: int) -> None:
        super().__init__(f"{waiting} jobs wait already, and {most} is the limit", "Wait for one to end, or cancel one.")


class HistoryError(PentimentoError):
    """A round cannot be kept or read."""

    status = 500


class UnknownRoundError(HistoryError):
    """No round or picture of the history goes by that name."""

    status = 404


class ArchiveError(HistoryError):
    """A file is no history that was exported."""

    status = 422


class AccessError(PentimentoError):
    """Who asks may not have it: the request comes from another page, or under another name of this host."""

    status = 403


class LoginError(AccessError):
    """No name and password came along, or wrong ones."""

    status = 401


class TooOftenError(AccessError):
    """Wrong passwords came too often; `Retry-After` says in how many seconds another may be tried."""

    status = 429

    def __init__(self, wrong: int, wait: int) -> None:
        self.wait = wait
        super().__init__(f"{wrong} wrong passwords within a minute", f"Try again in {wait} s.")


class LimitError(PentimentoError):
    """More than this server allows."""


class TooLargeError(LimitError):
    """More bytes than this server allows."""

    status = 413


class OutputError(PentimentoError):
    """The result cannot be written."""

    status = 507


class ProgramError(PentimentoError):
    """Nobody foresaw it: a fault of the program."""

    status = 500
    exit_code = 1

    def __init__(self, fault: BaseException) -> None:
        where = traceback.extract_tb(fault.__traceback__)[-1:]
        place = "".join(f" ({Path(frame.filename).name}, line {frame.lineno})" for frame in where)
        super().__init__(
            f"{type(fault).__name__}: {fault}{place}",
            "This is a fault of the program. PENTIMENTO_DEBUG=1 shows where it happened; please report it.",
        )


def told(code: str, message: str, hint: str) -> PentimentoError:
    """An error anew from what was told of it, of the class that its code names."""
    error = PentimentoError(message, hint)
    error.__class__ = next((kind for kind in _kinds(PentimentoError) if kind.code_of() == code), PentimentoError)
    return error


def _kinds(kind: type[PentimentoError]) -> Iterator[type[PentimentoError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)
