"""The shelves of an output, its folders of finished copies, into which copies move whole."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from uuid import uuid4

from photoguard.errors import OutputError, WriteError, problem_of
from photoguard.files import (
    CONSTANT_TIME,
    PRIVATE,
    SIDECARS,
    SUFFIXES,
    TEXTS,
    WORK,
    all_sidecars_of,
    clear_unfinished,
    clear_work,
    is_of_a_copy,
    move_patiently,
    place_in,
    printable,
    publish,
    refuse_strange,
)
from photoguard.model import Language, Outcome, OutputFormat, Reason
from photoguard.texts import listed, say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from photoguard.output.journal import Journal
    from photoguard.output.records import Prepared


_, _TEXT = SIDECARS
KEPT_TEXT = "reasons.text_kept"
"""The notice about a text that was moved to the top of the output since a person edited it."""
MOST_NAMED = 10
"""Most files of others that one notice names."""


@dataclass(frozen=True)
class Shelves:
    """The shelves of one output (its ready and its review folder), and its private folder."""

    output: Path
    names: tuple[tuple[Outcome, str], ...]
    prefix: str
    texts: str
    """The name of the subfolder for sidecars that are not to lie beside their pictures."""
    run: str = field(default_factory=lambda: uuid4().hex[:12])
    """Random part of the private folder's name, so that two runs never write to the same one."""

    @classmethod
    def of(cls, output: Path, language: Language, prefix: str) -> Shelves:
        """Return the shelves named in ``language``; "" as prefix stands for the usual one."""
        shelved = (Outcome.READY, Outcome.REVIEW)
        names = tuple((outcome, say(f"words.folder_{outcome}", language)) for outcome in shelved)
        texts = say("words.folder_texts", language)
        return cls(output, names, prefix or say("words.prefix", language), texts)

    @property
    def work(self) -> Path:
        """The private folder for unfinished files, on the same file system."""
        return self.output / PRIVATE / f"{WORK}{self.run}"

    def stem(self, number: int) -> str:
        """Return the neutral name, without suffix, of photo ``number``."""
        return f"{self.prefix}-{number:03d}"

    def prepare(self) -> None:
        """Make the folders and remove unfinished files of earlier runs; raises OutputError."""
        try:
            for _, name in self.names:
                (self.output / name).mkdir(exist_ok=True)
                refuse_strange(self.output / name)
            clear_unfinished(self.output)
            self.work.mkdir(mode=0o700)
        except OSError as trouble:
            raise OutputError("journal.cannot_use", problem=problem_of(trouble)) from trouble

    def close(self) -> None:
        """Remove this run's private folder for unfinished files."""
        with suppress(OSError):
            clear_work(self.work)

    def is_taken(self, number: int) -> bool:
        """Tell whether a file already has a name that photo ``number`` would get.

        The folders are listed once, since this is called for each new photo. Among files that
        come later only the exact names are looked for that could be overwritten.
        """
        stem = self.stem(number)
        return stem.casefold() in self._stems or any(map(os.path.lexists, self._places_of(stem)))

    @cached_property
    def _stems(self) -> frozenset[str]:
        """The files' names up to the first dot, casefolded, as of the first access."""
        names = (place.rpartition("/")[2] for place in self._files_there())
        return frozenset(name.partition(".")[0].casefold() for name in names)

    def _places_of(self, stem: str) -> Iterator[Path]:
        """Yield all paths that a photo with this stem may write, in all formats."""
        for _, name in self.names:
            for suffix in OutputFormat:
                copy = self.output / name / f"{stem}.{suffix.suffix}"
                yield from (copy, *all_sidecars_of(copy))

    def _files_there(self) -> Iterator[str]:
        """Yield the files on the shelves and in their text folders, as paths below the output."""
        for _, name in self.names:
            for folder in (name, *(f"{name}/{texts}" for texts in sorted(TEXTS))):
                refuse_strange(self.output / folder)
                if (self.output / folder).is_dir():
                    for path in (self.output / folder).iterdir():
                        if not path.is_dir():
                            yield f"{folder}/{path.name}"

    def sweep(
        self,
        kept: Iterable[str],
        prefixes: Iterable[str],
        last_number: int,
        finished: Collection[int] = (),
    ) -> None:
        """Remove files with a name that the journal may have given, except ``kept``.

        Such a name has one of the ``prefixes`` and a number up to ``last_number``; other
        files stay. Pictures whose number is in ``finished`` stay with their sidecars: a
        picture beside the finished copy was made by a person. Raises WriteError.
        """
        wanted = set(kept)
        begins = "|".join(map(re.escape, prefixes))
        ours = re.compile(rf"(?:{begins})-([0-9]{{3,}})\.(?:txt|(?:{SUFFIXES})(?:\.xmp)?)")
        orphans = []
        for place in self._files_there():
            match = ours.fullmatch(place.rpartition("/")[2])
            number = _number(match[1], last_number) if match else None
            if number is None:
                continue
            if number in finished and not place.endswith(SIDECARS):
                copy = PurePosixPath(place)
                wanted.update(map(str, (copy, *all_sidecars_of(copy))))
            orphans.append(place)
        orphans.sort(key=lambda place: place.endswith(SIDECARS))
        self.remove(place for place in orphans if place not in wanted)

    def put(self, prepared: Prepared) -> None:
        """Move finished files into place, the picture last; raises WriteError."""
        for place, work in prepared.files:
            path = place_in(self.output, place)
            _make_folder(path.parent)
            publish(work, path)

    def remove(self, places: Iterable[str]) -> None:
        """Remove files in the given order; raises WriteError.

        A text that a person edited is moved to the top of the output instead, since its copy
        can be made again but not the person's words.
        """
        for place in places:
            try:
                path = place_in(self.output, place)
                if place.endswith(_TEXT) and _is_changed(path):
                    move_patiently(path, self._free_path_at_top(path))
                else:
                    path.unlink(missing_ok=True)
            except OSError as trouble:
                problem = problem_of(trouble)
                raise WriteError("files.cannot_remove", name=place, problem=problem) from trouble

    def _free_path_at_top(self, path: Path) -> Path:
        """Return a free path at the top of the output for a text that a person edited."""
        for number in count(1):
            free = self.output / f"{path.stem}{f'-{number}' if number > 1 else ''}{_TEXT}"
            if not os.path.lexists(free):
                return free
        raise AssertionError  # pragma: no cover - numbers do not end

    def notices(self, journal: Journal) -> Iterator[Reason]:
        """Yield notices for texts that were moved to the top, and for what others put here.

        Whoever publishes everything that is ready would publish that too.
        """
        for _, path in texts_aside(self.output, journal):
            yield Reason(KEPT_TEXT, (), {"name": path.name})
        shelves = [self.output / name for _, name in self.names]
        strange = [f"{p.parent.name}/{p.name}" for p in lying_on(shelves) if not is_usual(p)]
        if strange:
            names = listed(map(printable, strange), MOST_NAMED)
            yield Reason("reasons.strange_on_shelf", (), {"names": names})

    def output_for_disk(self, place: str, outcome: Outcome) -> str:
        """Return a copy's path below the output, on the shelf of ``outcome``."""
        return f"{dict(self.names)[outcome]}/{place.partition('/')[2]}"

    def move(self, place: str, to: str) -> None:
        """Move a copy with its sidecars; existing files are not overwritten. Raises WriteError."""
        old, new = place_in(self.output, place), place_in(self.output, to)
        pairs = zip((old, *all_sidecars_of(old)), (new, *all_sidecars_of(new)), strict=True)
        try:
            for before, after in pairs:
                if os.path.lexists(before) and not os.path.lexists(after):
                    _make_folder(after.parent)
                    move_patiently(before, after)
        except OSError as trouble:
            problem = problem_of(trouble)
            raise WriteError("files.cannot_remove", name=place, problem=problem) from trouble

    def discard(self, prepared: Prepared) -> None:
        """Remove the private files of a photo that could not be finished."""
        for _, work in prepared.files:
            with suppress(OSError):
                work.unlink()


def texts_aside(output: Path, journal: Journal) -> Iterator[tuple[int, Path]]:
    """Yield each text at the top of an output that a person edited, after its photo's number."""
    begins = "|".join(map(re.escape, journal.prefixes))
    ours = re.compile(rf"(?:{begins})-([0-9]{{3,}})(?:-[0-9]+)?{re.escape(_TEXT)}")
    for path in sorted(output.glob(f"*{_TEXT}")):
        match = ours.fullmatch(path.name)
        number = _number(match[1], journal.last_number) if match else None
        if number is not None and path.is_file() and not path.is_symlink():
            yield number, path


_OF_THE_SYSTEM = frozenset({".db", ".ini"})


def is_usual(path: Path) -> bool:
    """Tell whether a file's name is one the program gives, or that of a system file."""
    if path.name.startswith((".", "~")) or path.suffix.lower() in _OF_THE_SYSTEM:
        return True
    return path.name in TEXTS or is_of_a_copy(f"{path.parent.name}/{path.name}")


def lying_on(shelves: Iterable[Path]) -> Iterator[Path]:
    """Yield what lies on those of the shelves that are no links, in order."""
    for shelf in filter(is_own, shelves):
        yield from sorted(shelf.iterdir())


def is_own(shelf: Path) -> bool:
    """Tell whether a shelf is a real folder, not a link to another place."""
    return shelf.is_dir() and not shelf.is_symlink()


def _make_folder(folder: Path) -> None:
    """Make a folder unless it exists; raises WriteError."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as trouble:
        raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble


def _number(digits: str, last_number: int) -> int | None:
    """Return the number these digits write, None if no copy's number is written so."""
    number = int(digits)
    return number if digits == f"{number:03d}" and number <= last_number else None


TROUBLE_LOG = "trouble.log"


def note_trouble(private: Path, traceback: str) -> None:
    """Add a traceback to the log in the private folder, if it can be written."""
    with suppress(OSError):
        handle = os.open(private / TROUBLE_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as writable:
            writable.write(traceback)


def _is_changed(text: Path) -> bool:
    """Tell whether a text was saved again since the program wrote it with the constant time."""
    try:
        return int(text.lstat().st_mtime) != CONSTANT_TIME
    except FileNotFoundError:
        return False
