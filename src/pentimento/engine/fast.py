"""What `fast` leaves out: one row of facts for each of its words."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from pentimento.engine.start import Starts
from pentimento.nets.merging import merged
from pentimento.nets.networks import Networks
from pentimento.nets.partial import PartialUNet, part_of
from pentimento.nets.reuse import ReusingUNet
from pentimento.nets.unet import UNet
from pentimento.words.choices import Fast


@dataclass(frozen=True)
class Shortcuts:
    """What is left out.

    unguided  share of the steps, at the end, without the negative pass (Kynkäänniemi et al. 2024, arXiv:2404.07724:
              guidance at low noise is unnecessary); at the start it decides what is painted, so it stays there
    between   short calls of the U-Net after each whole one
    merged    share of the finest attention's tokens that are merged
    around    calls on the part around the hole after each whole one; None: all are whole
    """

    unguided: float = 0
    between: int = 0
    merged: float = 0
    around: int | None = None

    def partial(self, unet: UNet, starts: Starts, spare: int) -> UNet:
        """The U-Net for all candidates of a job, which begin with one picture.

        spare  bytes that what is known of the picture may take
        """
        if self.around is None or starts.hole is None or len(starts.images) != 1:
            return unet
        part = part_of(unet, starts.hole)
        return unet if part is None else PartialUNet(unet, part, self.around, spare)

    def unet(self, unet: UNet) -> UNet:
        """The U-Net for the steps of one batch."""
        return ReusingUNet(unet, self.between) if self.between else unet

    def merging(self, networks: Networks) -> AbstractContextManager[None]:
        return merged(networks, self.merged) if self.merged else nullcontext()


SHORTCUTS: Mapping[Fast | None, Shortcuts] = {
    None: Shortcuts(),
    Fast.GUIDANCE: Shortcuts(unguided=0.4),
    Fast.DEPTHS: Shortcuts(between=1),
    Fast.TOKENS: Shortcuts(merged=0.5),
    Fast.AROUND: Shortcuts(around=0),
    Fast.ALL: Shortcuts(unguided=0.4, between=1, merged=0.5),
}
