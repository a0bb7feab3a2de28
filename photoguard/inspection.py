"""Is a picture fit to publish? What is hidden in the file, and which faces can be seen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from photoguard import detect, formats
from photoguard.errors import UnreadableError
from photoguard.files import digest
from photoguard.images import Decoder
from photoguard.model import Box, Face
from photoguard.settings import Limits

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.model import Finding

SAME_FACE = 0.3
"""IoU from which a face seen now is one that the manifest tells of."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one file gives away: traces in the file, and faces in upright pixels."""

    findings: tuple[Finding, ...]
    faces: tuple[Face, ...]


class Inspector:
    """Inspects one file after the other; a picture is decoded in a process of its own."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Load the detectors and start a decoder."""
        self._decoder = Decoder(limits or Limits())
        self._finder = detect.FaceFinder(threads=1)

    def __enter__(self) -> Self:
        """Hand the inspector to a with statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the decoder end."""
        self._decoder.close()

    def inspect(self, path: Path) -> Inspection:
        """Return what ``path`` gives away; raises PhotoTrouble where it cannot be read.

        Detectors still fire on a hidden head. A file that a manifest beside it vouches
        for by its SHA-256 was examined when it was made: its faces are settled there.
        """
        try:
            untrusted = path.read_bytes()
        except OSError as trouble:
            raise UnreadableError("files.cannot_read") from trouble
        decoded = self._decoder.decode(untrusted)
        settled = _settled(path, digest(untrusted))
        seen = self._finder.find(decoded.pixels).faces
        return Inspection(
            findings=formats.findings(untrusted),
            faces=tuple(
                face
                for face in seen
                if not face.weak and not any(face.box.iou(box) > SAME_FACE for box in settled)
            ),
        )


def _settled(path: Path, sha256: str) -> tuple[Box, ...]:
    """Return the boxes of faces that the folder's manifest has for exactly these bytes."""
    try:
        manifest = json.loads((path.resolve().parent.parent / "manifest.json").read_bytes())
        photos = [photo for photo in manifest["photos"] if photo["output_sha256"] == sha256]
        return tuple(_box(face["box"]) for photo in photos for face in photo["faces"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _box(raw: list[Any]) -> Box:
    left, top, width, height = (float(number) for number in raw)
    return Box(left, top, left + width, top + height)
