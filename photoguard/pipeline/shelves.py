"""The folders of an output: finished copies move in whole, and nothing else stays there."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.errors import OutputError
from photoguard.files import PRIVATE, publish
from photoguard.model import Language, Outcome
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from photoguard.pipeline.records import Prepared


@dataclass(frozen=True, slots=True)
class Shelves:
    """The ready and the review folder of one output, and the private one."""

    output: Path
    names: tuple[tuple[Outcome, str], ...]
    prefix: str

    @classmethod
    def of(cls, output: Path, language: Language, prefix: str) -> Shelves:
        """Name the folders in ``language``; the names of the pictures begin with ``prefix``."""
        shelved = (Outcome.READY, Outcome.REVIEW)
        names = tuple((outcome, say(f"words.folder_{outcome}", language)) for outcome in shelved)
        return cls(output, names, prefix or say("words.prefix", language))

    @property
    def work(self) -> Path:
        """The private folder for unfinished files, on the same file system."""
        return self.output / PRIVATE / "work"

    def stem(self, number: int) -> str:
        """Return the neutral name of photo ``number``."""
        return f"{self.prefix}-{number:03d}"

    def prepare(self) -> None:
        """Make the folders and clear what an interrupted run left unfinished."""
        try:
            for _, name in self.names:
                (self.output / name).mkdir(exist_ok=True)
            self.work.mkdir(mode=0o700, exist_ok=True)
            for path in self.work.iterdir():
                path.unlink()
        except OSError as trouble:
            raise OutputError("journal.cannot_use", problem=trouble.strerror or "") from trouble

    def sweep(self, kept: Iterable[str]) -> None:
        """Remove copies of ours that no finished record speaks of; others' files stay."""
        wanted = set(kept)
        ours = re.compile(r"[\w-]+-\d{3,}\.(jpg|png|webp|txt|(jpg|png|webp)\.xmp)")
        for _, name in self.names:
            for path in (self.output / name).iterdir():
                if ours.fullmatch(path.name) and f"{name}/{path.name}" not in wanted:
                    path.unlink()

    def put(self, prepared: Prepared) -> None:
        """Move finished files into place, the picture last; raises WriteError."""
        for place, work in prepared.files:
            publish(work, self.output / place)

    def remove(self, places: Iterable[str]) -> None:
        """Take files out of the folders, the picture before its sidecars."""
        for place in places:
            with suppress(FileNotFoundError):
                (self.output / place).unlink()

    def discard(self, prepared: Prepared) -> None:
        """Remove the private files of a photo that could not be finished."""
        for _, work in prepared.files:
            with suppress(OSError):
                work.unlink()
