"""Whether a network that enlarges or fills holes has the memory, and in which tiles it has; told before it runs."""

from collections.abc import Sequence
from typing import NamedTuple

from pentimento.engine.room import Room, plenty
from pentimento.nets.spandrel import PictureNet
from pentimento.nets.tiles import TILE, divides, largest_read
from pentimento.words.errors import MemoryShortError
from pentimento.words.reports import in_bytes
from pentimento.words.sizes import Size

TILES = (0, 96, 48, 24)
"""Sides of the tiles that are tried, 0 the usual ones; what is read around each makes smaller ones no cheaper."""
FLOAT = 4
ALIKE = 6
"""About so many pictures of three channels live at once at the larger of two sizes: what is put together and its
weights, what Lanczos makes of that, plane by plane, and samples. Measured up to 2.8 megapixels."""


class Tiled(NamedTuple):
    """The side of the tiles in which a picture fits, and why it is not the usual one."""

    tile: int = 0
    notes: tuple[str, ...] = ()


def tiled_to_fit(net: PictureNet, passes: Sequence[Size], size: Size, room: Room) -> Tiled:
    """The largest tiles in which a picture can be enlarged.

    passes  what each pass of the network begins with
    size    what is made in the end
    raises  MemoryShortError where even in the smallest it takes more than is free
    """
    if not passes or room is plenty:
        return Tiled()
    kept = _kept(net, passes, size)
    needs = {tile: kept + _working(net, passes, tile) for tile in TILES if divides(net, passes[-1], tile) or not tile}
    free = room(needs[0])
    tile = next((tile for tile, need in needs.items() if need <= free), None)
    if tile == 0:
        return Tiled()
    if tile is None:
        raise MemoryShortError(
            f"enlarging to {size} takes {in_bytes(min(needs.values()))} of memory even in the smallest tiles, "
            f"and {in_bytes(max(free, 0))} are free",
            "Choose a smaller scale or the upscaler Lanczos, or close other programs.",
        )
    same = "the picture stays the same" if net.local else "the picture differs a little"
    note = (
        f"enlarging would take {in_bytes(needs[0])} of memory, and {in_bytes(free)} are free: it is done in tiles of "
        f"{tile} instead of {TILE} pixels, which takes {in_bytes(needs[tile])} and is slower; {same}"
    )
    return Tiled(tile, (note,))


def check_fits(net: PictureNet, size: Size, room: Room) -> None:
    """Raises MemoryShortError where a network has not the memory to fill a hole in a part of a picture of this size."""
    if room is plenty:
        return
    need = net.memory(size)
    free = room(need)
    if need > free:
        raise MemoryShortError(
            f"filling the hole takes {in_bytes(need)} of memory at {size}, and {in_bytes(max(free, 0))} are free",
            "Choose the fill telea, which takes next to none, mask a smaller part, or close other programs.",
        )


def _working(net: PictureNet, passes: Sequence[Size], tile: int) -> int:
    return round(net.appetite * max(largest_read(net, one, tile) for one in passes))


def _kept(net: PictureNet, passes: Sequence[Size], size: Size) -> int:
    """Bytes of the pictures themselves at their largest."""
    largest = max(size.area, *(one.area * net.scale**2 for one in passes))
    return ALIKE * 3 * FLOAT * largest
