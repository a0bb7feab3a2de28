"""``Part``: what a format's reader yields, either a finding or a block of metadata.

``unfold`` reads the blocks, nested ones included, within limits that no honest file reaches.
A block identical to what our own writer would have written is harmless and is not read.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from photoguard.formats._metadata.own import blocks as own_blocks
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_BLOCKS = 200
MOST_BYTES = 256 << 20
DEEPEST_NESTING = 4
_MEDIA = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"ftyp", b"WEBPVP8")


class BlockKind(StrEnum):
    """The kinds of metadata blocks; ``_metadata/KIND.py`` reads each."""

    EXIF = "exif"
    XMP = "xmp"
    IIM = "iim"
    PHOTOSHOP = "photoshop"

    @property
    def label(self) -> str:
        """The usual spelling: Exif, XMP, IIM, Photoshop."""
        return {"exif": "Exif", "photoshop": "Photoshop"}.get(self.value, self.value.upper())


@dataclass(frozen=True, slots=True)
class Block:
    """A block of metadata in a file; ``where`` names its place in the format's terms."""

    kind: BlockKind
    untrusted: bytes
    where: str


Part: TypeAlias = Finding | Block


class _Reader(Protocol):
    def read(self, block: Block) -> Iterator[Part]:
        """Yield the block's findings and nested blocks."""
        ...


class _Pile:
    """Collects findings without duplicates, and blocks up to MOST_BLOCKS and MOST_BYTES."""

    def __init__(self) -> None:
        self.findings: dict[Finding, None] = {}
        self.blocks: list[Block] = []
        self._bytes = 0

    def add(self, parts: Iterable[Part]) -> list[Block]:
        """Add the parts; return the blocks that were added."""
        before = len(self.blocks)
        for part in parts:
            if isinstance(part, Finding):
                self.findings[part] = None
            elif len(self.blocks) < MOST_BLOCKS and self._bytes < MOST_BYTES:
                self._bytes += len(part.untrusted)
                self.blocks.append(part)
            else:
                self.findings[Finding(FindingKind.UNKNOWN, "too many blocks")] = None
        return self.blocks[before:]


@dataclass(frozen=True, slots=True)
class Unfolded:
    """All findings without duplicates, and all blocks, nested ones included."""

    findings: tuple[Finding, ...]
    blocks: tuple[Block, ...]


def unfold(parts: Iterable[Part]) -> Unfolded:
    """Read all blocks, nested ones included, and return what they and ``parts`` hold."""
    pile = _Pile()
    waiting = deque((block, 1) for block in pile.add(parts))
    own = own_blocks([block.untrusted for block, _ in waiting if block.kind is BlockKind.XMP])
    while waiting:
        block, depth = waiting.popleft()
        if block.untrusted in own:
            continue
        if depth > DEEPEST_NESTING:
            pile.add([Finding(FindingKind.UNKNOWN, f"{block.where}, nested too deeply")])
            break
        nested = pile.add(_reader(block.kind).read(block))
        waiting.extend((inner, depth + 1) for inner in nested)
    return Unfolded(tuple(pile.findings), tuple(pile.blocks))


def _reader(kind: BlockKind) -> _Reader:
    return cast("_Reader", import_module(f"photoguard.formats._metadata.{kind.value}"))


def shown(untrusted_name: bytes) -> str:
    """Return a chunk's name as text, or in hexadecimal digits if it is not alphanumeric."""
    return untrusted_name.decode() if untrusted_name.isalnum() else f"0x{untrusted_name.hex()}"


def only_zeros(untrusted: bytes, offset: int) -> bool:
    """Return whether all bytes from ``offset`` on are zero; True if there are none."""
    return not untrusted[offset : offset + 1].strip(b"\0") and not untrusted[offset:].strip(b"\0")


def trailer(untrusted_tail: bytes, where: str) -> Iterator[Part]:
    """Yield findings for the bytes after the end of a picture; none if there are no bytes."""
    if not untrusted_tail:
        return
    if untrusted_tail.endswith(b"SEFT"):
        yield Finding(FindingKind.TIMES, f"{where}, Samsung SEF")
    yield Finding(FindingKind.TRAILING_DATA, where)
    if any(magic in untrusted_tail for magic in _MEDIA):
        yield Finding(FindingKind.EMBEDDED_PICTURE, where)
