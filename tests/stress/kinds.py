"""Makes ever new members of each kind of file that once came out wrong, and says how each ends.

Phones, cameras, disk stations and office programs leave such files in folders: a crop beside
the pixels, high dynamic range, a blank EXIF, bytes between segments, a marked thumbnail, a
placeholder of zeros, a described edit, a long credit, a folder of deleted photos.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from photoguard import formats
from photoguard.errors import PhotoTrouble
from photoguard.files import gather
from photoguard.formats._metadata import public_text
from photoguard.images import decode
from photoguard.settings import Limits
from tests.files.test_kinds import SYSTEM_FOLDERS
from tests.formats.test_edits import packet, with_xmp
from tests.images import boxes, pictures
from tests.images.test_beside_pixels import BT2020, HLG, P3, PQ, coded, pages
from tests.images.test_upright import HEADER, directory, jpeg_with, orientation

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

LIMITS = Limits(megapixels=20)
CLEAN = "pixels"
_TOLERATED = 12
"""Levels by which a lossy encoder may move a plain colour."""
_SYSTEM = SYSTEM_FOLDERS.replace("\n", "|").split("|")
_SHOWN = {
    "aae": "edit",
    "zip": "archive",
    "7z": "archive",
    "docx": "document",
    "pdf": "document",
    "xyz": "file",
}
_WORDS = ("Kuva:", "Åsa", "Mäkelä", "/", "Päiväkoti", "Kuusenkerkkä", "kaupunki", "Foto:", "och")


@dataclass(frozen=True, slots=True)
class Trial:
    """One file of a kind and how it ended, in words that must be the same."""

    content: bytes
    ended: str
    wanted: str


def ending(untrusted: bytes) -> str:
    """Return how decoding ends: its trouble's code, or its size and notes."""
    try:
        found = decode(untrusted, limits=LIMITS)
    except PhotoTrouble as trouble:
        return trouble.code
    height, width = found.pixels.shape[:2]
    return " ".join((f"{width}x{height}", *(note.code for note in found.notes)))


def _size(width: int, height: int, *notes: str) -> str:
    return " ".join((f"{width}x{height}", *notes))


def crop(chance: random.Random) -> Trial:
    """Cut a HEIC or AVIF at whole pixels inside it, or in a way that programs read differently."""
    kind = chance.choice(("avif", "heic"))
    left, top = 2 * chance.randrange(20), 2 * chance.randrange(12)
    right, bottom = 2 * chance.randrange(24, 48), 2 * chance.randrange(16, 32)
    width, height = right - left, bottom - top
    middle = left + width / 2 - pictures.WIDTH / 2, top + height / 2 - pictures.HEIGHT / 2
    beyond = kind == "avif" and chance.random() < 1 / 4
    moved = chance.choice((1 / 2, 1 / 4)) if beyond else 0
    clap = boxes.clap(width, height, middle[0] + moved, middle[1])
    content = boxes.with_properties(pictures.saved(pictures.landscape(), kind), clap)
    wanted = _size(width - 1, height, "decode.crop") if beyond else _size(width, height)
    return Trial(content, ending(content), wanted)


def hdr(chance: random.Random) -> Trial:
    """Code a grey in PQ or HLG: a brighter level stays brighter, and it is told."""
    kind = chance.choice(("avif", "heic", "png"))
    how = chance.choice((BT2020, P3)), chance.choice((PQ, HLG))
    dark = chance.randrange(120)
    content = coded(dark, kind, *how)
    brighter = coded(dark + 40, kind, *how)
    levels = [int(decode(each, limits=LIMITS).pixels.mean()) for each in (content, brighter)]
    ended = f"{ending(content)} {'brighter' if levels[1] > levels[0] else levels}"
    return Trial(content, ended, f"{_size(64, 48, 'decode.hdr')} brighter")


def padding(chance: random.Random) -> Trial:
    """Put bytes without a marker before some marker of a JPEG."""
    whole = pictures.saved(pictures.landscape())
    marks = [whole.find(bytes((0xFF, mark))) for mark in (0xDB, 0xC0, 0xC4, 0xDA)]
    junk = bytes(chance.randrange(0xFF) for _ in range(chance.randrange(1, 40)))
    at = chance.choice(marks)
    content = whole[:at] + junk + whole[at:]
    return Trial(content, ending(content), _size(pictures.WIDTH, pictures.HEIGHT))


def blank_exif(chance: random.Random) -> Trial:
    """Fill an EXIF with one byte, double its header, or leave its directory out."""
    turn = chance.choice((1, 3, 6, 8))
    fill = bytes((chance.choice((0, 0x20, 0xFF)),)) * chance.randrange(60)
    block, doubt = chance.choice(
        (
            (HEADER + fill, False),
            (HEADER * chance.randrange(1, 4), False),
            (HEADER + b"II*\0" + bytes(4 + chance.randrange(20)), False),
            (HEADER * chance.randrange(2, 4) + directory(orientation(turn)), turn != 1),
            (HEADER + directory(count=chance.randrange(2, 99)), True),
        )
    )
    content = jpeg_with(block)
    notes = ("decode.orientation",) if doubt else ()
    return Trial(content, ending(content), _size(pictures.WIDTH, pictures.HEIGHT, *notes))


def thumbnail(chance: random.Random) -> Trial:
    """Put marked thumbnails around the one page of a TIFF, or a second page among them."""
    marks: list[int | None] = [1] * chance.randrange(1, 4)
    for _ in range(several := chance.choice((1, 1, 2))):
        marks.insert(chance.randrange(len(marks) + 1), None)
    content = pages(*marks)
    alone = _size(pictures.WIDTH, pictures.HEIGHT, "decode.first_picture")
    return Trial(content, ending(content), alone if several == 1 else "decode.several_pages")


def zeros(chance: random.Random) -> Trial:
    """Make a placeholder as long as a photo may be."""
    content = bytes(chance.choice((1, 63, 64, 65, chance.randrange(1, 1 << 20))))
    return Trial(content, ending(content), "decode.only_zeros")


def described_edit(chance: random.Random) -> Trial:
    """Describe a crop in XMP, applied already or not."""
    sides = {f"crs:Crop{side}": chance.choice((0, 1, 0.25)) for side in ("Left", "Right")}
    applied = chance.random() < 1 / 2
    listed = " ".join(f'{name}="{value}"' for name, value in sides.items())
    content = with_xmp(packet(f'{listed} crs:AlreadyApplied="{applied}"'))
    moved = sides != {"crs:CropLeft": 0, "crs:CropRight": 1}
    return Trial(content, str(formats.describes_edit(content)), str(moved and not applied))


def credit(chance: random.Random) -> Trial:
    """Say a credit of any length: what IIM gets is whole, or whole words and an ellipsis."""
    words = [chance.choice(_WORDS) for _ in range(chance.randrange(1, 9))]
    printed = " ".join(words)
    short = public_text.shortened(printed, 32)
    kept = short.removesuffix("…")
    whole = words[: len(kept.split())]
    good = short in {"", printed} or (kept != short and kept.split() == whole)
    good = good and len(short.encode()) <= 32  # IIM's room for a credit
    return Trial(printed.encode(), CLEAN if good else short, CLEAN)


def folder(chance: random.Random) -> Trial:
    """Put deleted photos, clips and documents beside a photo: it alone is prepared."""
    suffix, kind = chance.choice(sorted(_SHOWN.items()))
    system = chance.choice(_SYSTEM)
    clip = f"PXL_{chance.randrange(99)}.MP{chance.choice(('', '~2', '~13'))}"
    with tempfile.TemporaryDirectory() as place:
        root = Path(place).resolve() / "retki"
        below = root.joinpath(*("b" * chance.randrange(3)))
        (below / system).mkdir(parents=True)
        for name in ("a.jpg", f"x.{suffix}", f"{system}/gone.jpg"):
            (below / name).write_bytes(b"\xff\xd8\xff\xe0")
        (below / f"x.{suffix}").write_bytes(b"whatever")
        (below / clip).write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")
        (batch,) = gather([root])
        names = (each.name for each in (*batch.photos, *batch.videos))
        listed = sorted(each.code.removeprefix("reasons.not_handled_") for each in batch.passed)
        ended = " ".join((*(name.rpartition("/")[2] for name in names), *listed))
    wanted = " ".join(("a.jpg", clip, *sorted((kind, "system"))))
    return Trial(f"{system} {suffix}".encode(), ended, wanted)


def plain(chance: random.Random) -> Trial:
    """Save an ordinary photo in any format: nothing is told of it."""
    kind = chance.choice(sorted(pictures.SAVED_AS))
    width, height = chance.randrange(8, 60), chance.randrange(8, 60)
    colour = tuple(chance.randrange(256) for _ in range(3))
    content = pictures.saved(Image.new("RGB", (width, height), colour), kind)
    return Trial(content, ending(content), _size(width, height))


KINDS: dict[str, Callable[[random.Random], Trial]] = {
    make.__name__: make
    for make in (
        crop,
        hdr,
        padding,
        blank_exif,
        thumbnail,
        zeros,
        described_edit,
        credit,
        folder,
        plain,
    )
}
