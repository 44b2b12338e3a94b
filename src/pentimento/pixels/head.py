"""What a picture's file says of itself before a pixel of it is decoded."""

import io
from typing import NamedTuple

import PIL.Image

from pentimento.pixels import exif
from pentimento.pixels.codec import BROKEN, FORMATS, TURNS, read_picture
from pentimento.words.sizes import Size


class Head(NamedTuple):
    """size  as stored, before it is turned upright
    kind     media type, such as image/png
    turned   its EXIF block has rows and columns change places
    """

    size: Size
    kind: str
    turned: bool = False

    @property
    def upright(self) -> Size:
        """The size as it is seen."""
        return Size(self.size.height, self.size.width) if self.turned else self.size


def head_of(data: bytes) -> Head:
    """Raises PictureError where the file is none, as `read_picture` tells it."""
    try:
        with PIL.Image.open(io.BytesIO(data), formats=[name for name in FORMATS if name in _readers()]) as file:
            kind = PIL.Image.MIME.get(file.format or "", "application/octet-stream")
            _, orientation = exif.upright(exif.bare(file.info.get("exif")) or b"")
            return Head(Size(*file.size), kind, TURNS[orientation][0])
    except BROKEN:
        return Head(read_picture(data).size, "application/octet-stream")


def _readers() -> dict[str, object]:
    PIL.Image.init()
    return dict(PIL.Image.OPEN)
