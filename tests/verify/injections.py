"""More than a hundred ways to change a finished file, each by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from photoguard import formats
from photoguard.model import OutputFormat
from tests.formats.material import (
    SPARSE,
    picture,
)
from tests.verify.finished import (
    MEANT,
    PICTURE_INSIDE,
    QUALITY,
    SECRET,
    Change,
    finished,
    flipped,
)
from tests.verify.injections_jpeg import of_jpeg
from tests.verify.injections_png import of_png
from tests.verify.injections_webp import of_webp

if TYPE_CHECKING:
    from collections.abc import Iterator


def everywhere(file: bytes) -> Iterator[Change]:
    """Yield the changes that can be made to a file of any format."""
    middle = len(file) // 2
    yield "a byte behind the end", file + b"\0"
    yield "text behind the end", file + SECRET
    yield "a picture behind the end", file + PICTURE_INSIDE
    yield "an archive behind the end", file + b"PK\3\4" + SECRET
    yield "Samsung's trailer behind the end", file + SECRET + b"SEFH\0\0\0\0SEFT"
    yield "a video behind the end", file + b"\0\0\0\x18ftypmp42" + SECRET
    yield "the file twice", file + file
    yield "a byte before the beginning", b"\0" + file
    yield "half the file", file[:middle]
    yield "the last byte gone", file[:-1]
    yield "nothing at all", b""
    yield "a byte of the picture changed", flipped(file, middle)
    yield "a byte put into the picture", file[:middle] + b"\x5a" + file[middle:]
    yield "a byte taken from the picture", file[:middle] + file[middle + 1 :]
    yield "a letter of the alt text changed", file.replace(b"Lapset hy", b"Lapset Hy", 1)
    yield "every alt text changed", file.replace(b"Lapset hy", b"Lapset Hy")
    yield "a name in the credit changed", file.replace("Öberg".encode(), b"Oberg!", 1)
    yield "the terms of data mining changed", file.replace(b"PROHIBITED", b"ALLOWEDxxx")


def again(output_format: OutputFormat) -> Iterator[Change]:
    """Yield files that are well made, but not of this picture and these words."""
    other = MEANT.copy()
    other[40:80, 40:80] = picture(40, 40, seed=5)
    yield "another picture in one place", finished(output_format, other)
    barely = MEANT.copy()
    barely[60, 80] ^= 0x80
    yield "one pixel changed", finished(output_format, barely)
    yield "the picture mirrored", finished(output_format, MEANT[:, ::-1])
    yield "the picture upside down", finished(output_format, MEANT[::-1])
    yield "a row more", finished(output_format, np.vstack([MEANT, MEANT[-1:]]))
    yield "a row less", finished(output_format, MEANT[:-1])
    yield "other words", formats.encode(MEANT, SPARSE, output_format, QUALITY)
    yield (
        "another format",
        finished(OutputFormat.PNG if output_format is not OutputFormat.PNG else OutputFormat.WEBP),
    )
    if output_format is not OutputFormat.PNG:
        yield "another quality", finished(output_format, quality=QUALITY + 1)


OF_FORMAT = {OutputFormat.JPEG: of_jpeg, OutputFormat.PNG: of_png, OutputFormat.WEBP: of_webp}


def changes(output_format: OutputFormat) -> list[Change]:
    """Return every change to a finished file of this format."""
    file = finished(output_format)
    return [*everywhere(file), *again(output_format), *OF_FORMAT[output_format]()]
