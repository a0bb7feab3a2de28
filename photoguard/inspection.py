"""Inspects pictures: metadata in the file, visible faces, and text that identifies somebody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from photoguard import detect, formats, ocr, redact
from photoguard.errors import PhotoTrouble
from photoguard.files import digest, read_limited
from photoguard.identifiers import Known
from photoguard.images import Decoder
from photoguard.model import Action, Box, Cover, Face
from photoguard.output.journal import read_records
from photoguard.output.records import from_journal
from photoguard.register import known_outputs
from photoguard.settings import Limits
from photoguard.wordlists import word_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from photoguard.images import Decoded
    from photoguard.model import Finding, Pixels, TextPlace

LEAST_DETAIL = 5.0
"""Fine detail in grey levels below which a found face is only a smooth patch.

160 clear faces of at least 16 px had 6.8 or more; hidden with the default style they had 3.7
or less, with a solid fill 0 (see ``fine_detail``).
"""
FINE, COARSE = 24, 6
_SHARE_AT_HEAD = 4
"""A found face is the paint over a hidden head if more than 1/4 of it lies there."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one file gives away; places are in upright pixels."""

    findings: tuple[Finding, ...]
    """What the file itself holds, such as metadata."""
    faces: tuple[Face, ...]
    texts: tuple[TextPlace, ...] = ()
    """Text that identifies somebody."""


class Inspector:
    """Inspects one file after the other; a picture is decoded in a process of its own."""

    def __init__(
        self, limits: Limits | None = None, finder: detect.FaceFinder | None = None
    ) -> None:
        """Start a decoder, and load the detectors unless a ``finder`` is given."""
        self._limits = limits or Limits()
        self._decoder = Decoder(self._limits)
        self._finder = finder or detect.FaceFinder(threads=1)
        self._reader = ocr.TextReader(threads=1)

    def __enter__(self) -> Self:
        """Hand the inspector to a with statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the decoder's process."""
        self._decoder.close()

    def inspect(self, path: Path) -> Inspection:
        """Return what the file at ``path`` gives away; raises PhotoTrouble if it is unreadable.

        Faces without fine detail are left out, since detectors also find hidden heads. For a
        copy that a journal of this user lists by its SHA-256, the places of its plan are left
        out, and its text is not read again.
        """
        untrusted = read_limited(path, self._limits.file_mb)
        made = self._records_of_bytes(path, digest(untrusted))
        planned = [face for record in made for face in from_journal(record).faces]
        decoded = self._decoder.decode(untrusted)
        found = self._found_in(untrusted, decoded, tuple(each.face.box for each in planned))
        heads = [
            redact.region_of(each.face, cover).bounds
            for each in planned
            if each.action is Action.HIDE
            for cover in Cover
        ]
        found = replace(
            found, faces=tuple(face for face in found.faces if not _is_on_hidden_head(face, heads))
        )
        if made:
            return found
        lettering = self._reader.read(decoded.pixels)
        return replace(found, texts=ocr.places_in(lettering, Known(), word_lists()))

    def _records_of_bytes(self, path: Path, sha256: str) -> list[Mapping[str, Any]]:
        """Return the records of exactly these bytes, from the file's own output or any other."""
        beside = read_records(path.resolve().parent.parent)
        return [each for each in beside if each.get("output_sha256") == sha256] or [
            each for each in self._all_records if each.get("output_sha256") == sha256
        ]

    @cached_property
    def _all_records(self) -> list[Mapping[str, Any]]:
        """The records of all known outputs of this user."""
        return [record for output in known_outputs() for record in read_records(output)]

    def is_fit(self, path: Path, shown: Iterable[Box], known: Known | None = None) -> bool:
        """Tell whether a copy has no findings and no visible face outside the boxes ``shown``.

        With ``known`` names, it must not show text that identifies somebody either. False
        where the copy cannot be read.
        """
        try:
            untrusted = read_limited(path, self._limits.file_mb)
            decoded = self._decoder.decode(untrusted)
        except PhotoTrouble:
            return False
        found = self._found_in(untrusted, decoded, tuple(shown))
        if found.findings or found.faces or known is None:
            return not (found.findings or found.faces)
        return not ocr.places_in(self._reader.read(decoded.pixels), known, word_lists())

    def _found_in(self, untrusted: bytes, decoded: Decoded, settled: tuple[Box, ...]) -> Inspection:
        seen = self._finder.find(decoded.pixels).faces
        return Inspection(
            findings=formats.findings(untrusted),
            faces=tuple(
                face
                for face in seen
                if not face.weak
                and not any(_same_place(face.box, box) for box in settled)
                and fine_detail(decoded.pixels, face.box) >= LEAST_DETAIL
            ),
        )


def fine_detail(pixels: Pixels, box: Box) -> float:
    """Return the strength of details finer than a sixth of the box, in grey levels.

    It is the standard deviation, in the middle of the box, of the crop at 24×24 pixels less
    the crop at 6×6. ``pixels`` are RGB, uint8, (height, width, 3).
    """
    import numpy as np
    from PIL.Image import Resampling, fromarray

    height, width = pixels.shape[:2]
    inside = box.clipped(width, height)
    left, top = int(inside.left), int(inside.top)
    crop = pixels[top : max(int(inside.bottom), top + 1), left : max(int(inside.right), left + 1)]
    fine = fromarray(crop).convert("L").resize((FINE, FINE), Resampling.BICUBIC)
    coarse = fine.resize((COARSE, COARSE), Resampling.BOX).resize(fine.size, Resampling.BICUBIC)
    rest = np.asarray(fine, np.float32) - np.asarray(coarse, np.float32)
    return float(rest[4:20, 4:20].std())


def _is_on_hidden_head(face: Face, heads: Iterable[Box]) -> bool:
    """Tell whether more than a quarter of a found face lies on one of the hidden heads.

    The paint over a head, with a collar or a shoulder below it, may be found as a face.
    """
    return any(_SHARE_AT_HEAD * face.box.overlap(head) > face.box.area for head in heads)


def _same_place(first: Box, second: Box) -> bool:
    """Tell whether the smaller of two boxes lies mostly in the other."""
    return 2 * first.overlap(second) > min(first.area, second.area)
