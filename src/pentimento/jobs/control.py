"""What a job's owner asks of whoever computes it."""

from dataclasses import dataclass, field


@dataclass(eq=False)
class Control:
    """Asked from any thread, looked at between steps.

    cancelled  end now; the pictures of the batch in work are lost
    stopping   end the batch in work with the pictures as they are, and begin no other
    skipped    batches to be ended so, counted from 1
    """

    cancelled: bool = False
    stopping: bool = False
    skipped: frozenset[int] = field(default_factory=frozenset)

    def cancel(self) -> None:
        self.cancelled = True

    def stop(self) -> None:
        self.stopping = True

    def skip(self, batch: int) -> None:
        self.skipped |= {batch}

    def ends(self, batch: int) -> bool:
        """Whether a batch, counted from 1, is to be ended early."""
        return self.stopping or batch in self.skipped
