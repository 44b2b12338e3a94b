"""What is said about a result beside the picture itself."""

from dataclasses import dataclass

from pentimento.words.sizes import Box, Size


@dataclass(frozen=True)
class MaskReport:
    """Where was painted, and how large it was worked on.

    coverage  share of the picture that the mask touches, 0…1
    crop      the part worked on, in pixels of the picture; may reach past its edge when resizing and filling
    working   the size it was worked on at
    sides     sides of the picture that the mask touches: left, top, right, bottom
    """

    coverage: float
    crop: Box
    working: Size
    sides: tuple[str, ...]

    @property
    def scale(self) -> float:
        """Working pixels per pixel of the picture."""
        return self.working.width / self.crop.width

    def __str__(self) -> str:
        touches = f", touches {' and '.join(self.sides)}" if self.sides else ""
        return f"mask covers {self.coverage:.1%}{touches}; worked at ×{self.scale:.2f}, {self.working}"


@dataclass(frozen=True)
class BackgroundReport:
    """What changed where the mask is 0: the largest difference of any sample, and how many samples there were."""

    largest: int
    samples: int

    def __str__(self) -> str:
        return f"outside the mask: largest difference {self.largest} over {self.samples} samples"


@dataclass(frozen=True)
class FaceReport:
    """A face that was found.

    box         where, in pixels of the picture that it was looked for in; may reach past its edge
    confidence  how surely it is a face, 0…1, before it was restored
    left        why it stayed as it was; empty where it was restored
    """

    box: Box
    confidence: float
    left: str = ""

    def __str__(self) -> str:
        return f"{self.box.size} at {self.box.left},{self.box.top} {self.left or 'was restored'}"


@dataclass(frozen=True)
class FacesReport:
    """Which faces were found in a picture, from left to right, and what became of each."""

    faces: tuple[FaceReport, ...]

    @property
    def restored(self) -> int:
        return sum(not face.left for face in self.faces)

    def __str__(self) -> str:
        if not self.faces:
            return "faces: none was found"
        count = "1 face" if len(self.faces) == 1 else f"{len(self.faces)} faces"
        return f"{count} found, {self.restored} restored: {'; '.join(map(str, self.faces))}"


@dataclass(frozen=True)
class Estimate:
    """What a job is thought to take: bytes of memory at the peak, weights included, and seconds."""

    memory: int
    seconds: float

    def __str__(self) -> str:
        time = f"{self.seconds:.0f} s" if self.seconds < 120 else f"{self.seconds / 60:.0f} min"
        return f"about {in_bytes(self.memory)} of memory and {time}"


def in_bytes(size: int) -> str:
    """As `3.2 GiB`, or `310 MiB` below one."""
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{size / 2**20:.0f} MiB"


@dataclass(frozen=True)
class Forecast:
    """What is known of a job before it runs.

    working   the size it will be worked on at
    steps     of one batch
    mask      where will be painted; None without a mask
    warnings  what a person should know before, each with what would do
    expected  what it is thought to take; None where that is not known
    """

    working: Size
    steps: int
    mask: MaskReport | None
    warnings: tuple[str, ...]
    expected: Estimate | None


MACHINE = "machine"
"""The text entry of a PNG that holds the machine report, as JSON."""


@dataclass(frozen=True)
class MachineReport:
    """What bit-identical repetition needs to be the same."""

    device: str
    dtype: str
    threads: int
    batch_size: int
