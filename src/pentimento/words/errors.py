"""What can go wrong, said so that a person can mend it.

PentimentoError
├── RequestError          a setting is out of range, unknown, or contradicts another
│   └── PromptError       the prompt holds something that cannot be read
├── PictureError          a picture or mask cannot be used
│   └── MaskSizeError     mask and picture differ in size
├── ModelFileError        a checkpoint, VAE, LoRA or embedding cannot be used
│   ├── UnknownModelError     no file by that name
│   ├── UnsupportedModelError a family we recognise but do not run
│   └── UnsafePickleError     a pickle that wants to run code
├── ComputeError          the machine could not do it: numbers overflowed, memory ran out
└── OutputError           the result cannot be written
"""

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


class RequestError(PentimentoError):
    """A setting is out of range, unknown, or contradicts another."""


class PromptError(RequestError):
    """The prompt holds something that cannot be read, such as the weight 1.2.3."""


class PictureError(PentimentoError):
    """A picture or mask cannot be used."""


class MaskSizeError(PictureError):
    """Mask and picture differ in size."""

    def __init__(self, picture: Size, mask: Size, hint: str = "") -> None:
        super().__init__(
            f"the mask is {mask} but the picture is {picture}",
            hint or f"Draw the mask at {picture}, or have it scaled with --resize-mask.",
        )


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


class ComputeError(PentimentoError):
    """The machine could not do it: numbers overflowed or memory ran out."""

    status = 500
    exit_code = 1


class OutputError(PentimentoError):
    """The result cannot be written."""

    status = 507
