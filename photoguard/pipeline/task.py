"""What a worker is told of one photo; light, since the main program makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.model import Outcome, PhotoNotes
    from photoguard.pipeline.records import Numbering


@dataclass(frozen=True, slots=True)
class Task:
    """One photo that is to be prepared."""

    path: Path
    name: str
    stem: str
    """Of the output: neutral, numbered."""
    work: Path
    """The private folder for unfinished files."""
    shelves: tuple[tuple[Outcome, str], ...]
    """Names of the folders for ready and review."""
    key: str
    notes: PhotoNotes
    before: Numbering | None = None
    """How the last report numbered the faces of this photo."""
