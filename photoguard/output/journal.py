"""What is done: one line of JSON a step, so that a stopped run goes on where it was.

The first line names the format, the language of the folders and the source. After it,
``reserve`` gives a photo its number and ``done`` closes it. A torn last line is the mark
of a power cut and is dropped; any other damage is refused, since numbers must never be
given twice.
"""

from __future__ import annotations

import errno
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from photoguard.errors import OutputError, WriteError
from photoguard.files import PRIVATE, lock_file, publish, write_new

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

FORMAT = 1
NAME = "journal.jsonl"


@dataclass(slots=True)
class Entry:
    """What is known of one source: its number, and its record once it is done."""

    number: int
    record: Mapping[str, Any] | None = None
    numbers: Mapping[str, Any] | None = None
    """Which face bore which number when that was last told; outlives the record."""
    untold: Mapping[str, Any] | None = None
    """The same as it is now, until a run has told it."""


@dataclass(slots=True)
class Journal:
    """The open journal of one output folder, locked against a second run."""

    private: Path
    language: str
    source: str
    entries: dict[str, Entry] = field(default_factory=dict)
    last_number: int = 0
    prefixes: set[str] = field(default_factory=set)
    """With which names of copies ever began here: what a sweep may take for ours."""
    unwanted: Mapping[str, Any] | None = None
    """What staff answered of somebody who must not be in pictures; None before they did."""
    _lock: int = -1
    _line: int = -1

    @classmethod
    def open(cls, output: Path, language: str, source: str) -> Self:
        """Lock ``output`` and read what earlier runs did there; raises OutputError."""
        private = output / PRIVATE
        try:
            output.mkdir(parents=True, exist_ok=True)
            private.mkdir(mode=0o700, exist_ok=True)
            private.chmod(0o700)
            lock = lock_file(private / "lock")
        except OSError as trouble:
            raise OutputError("journal.cannot_use", problem=trouble.strerror or "") from trouble
        journal = cls(private, language, source, _lock=lock)
        try:
            journal._read()
            journal._rewrite()
        except (OSError, WriteError) as trouble:
            journal.close()
            raise OutputError("journal.cannot_use", problem=_problem(trouble)) from trouble
        except BaseException:
            journal.close()
            raise
        return journal

    @classmethod
    def peek(cls, output: Path) -> Self | None:
        """Return what earlier runs noted, None where nothing is; locks and writes nothing.

        Raises OutputError for a damaged or a newer journal.
        """
        journal = cls(output / PRIVATE, "", "")
        if not (journal.private / NAME).is_file():
            return None
        try:
            journal._read()
        except OSError as trouble:
            raise OutputError("journal.cannot_use", problem=trouble.strerror or "") from trouble
        return journal

    def __enter__(self) -> Self:
        """Hand the open journal to a with statement."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the journal and let the next run in."""
        self.close()

    def close(self) -> None:
        """Close the file and give up the lock."""
        for handle in (self._line, self._lock):
            if handle >= 0:
                os.close(handle)
        self._line = self._lock = -1

    def remember_prefix(self, prefix: str) -> None:
        """Note that names of copies begin with ``prefix``, before the first one does."""
        if prefix not in self.prefixes:
            self._append({"prefix": prefix})
            self.prefixes.add(prefix)

    def remember_unwanted(self, answered: Mapping[str, Any]) -> None:
        """Note what staff answered, for every later run; raises WriteError."""
        self._append({"unwanted": answered})
        self.unwanted = answered

    def reserve(self, source: str, *, anew: bool) -> int:
        """Return the number of a photo: its own from before, or one that was never used.

        ``anew`` says that the file has changed, so that it counts as another photo.
        """
        entry = self.entries.get(source)
        if entry and not (anew and entry.record is not None):
            return entry.number
        number = self.last_number + 1
        numbers = entry.numbers if entry else None
        self._append({"reserve": source, "number": number, "numbers": numbers})
        self.last_number = number
        self.entries[source] = Entry(number, None, numbers)
        return number

    def finish(
        self, source: str, record: Mapping[str, Any], numbers: Mapping[str, Any] | None = None
    ) -> None:
        """Note that a photo is done, whatever its outcome, and how its faces are numbered."""
        entry = self.entries[source]
        done = Entry(entry.number, record, entry.numbers, numbers)
        self._append(_step(source, done))
        self.entries[source] = done

    def note_told(self) -> None:
        """Note that staff can see how the faces are numbered now; raises WriteError."""
        self._append({"told": True})
        self._tell()

    def _tell(self) -> None:
        for entry in self.entries.values():
            entry.numbers, entry.untold = entry.untold or entry.numbers, None

    def forget_records(self) -> None:
        """Start over: every photo is prepared anew; numbers stay used."""
        for entry in self.entries.values():
            entry.record = None

    def _read(self) -> None:
        path = self.private / NAME
        if not path.exists():
            return
        lines = path.read_text("utf-8", "replace").splitlines()
        if not lines:
            raise OutputError("journal.damaged")
        for position, line in enumerate(lines):
            try:
                self._take(json.loads(line), first=position == 0)
            except (ValueError, KeyError, TypeError) as trouble:
                if position == len(lines) - 1 and position > 0:
                    return
                raise OutputError("journal.damaged") from trouble

    def _take(self, step: Mapping[str, Any], *, first: bool) -> None:
        if first:
            if step["format"] > FORMAT:
                raise OutputError("journal.newer")
            self.language, self.last_number = step["language"], step["last_number"]
            self.prefixes.update(step.get("prefixes", ()))
            self.unwanted = step.get("unwanted")
        elif "prefix" in step:
            self.prefixes.add(step["prefix"])
        elif "unwanted" in step:
            self.unwanted = step["unwanted"]
        elif "told" in step:
            self._tell()
        elif "reserve" in step:
            self.entries[step["reserve"]] = Entry(step["number"], None, step.get("numbers"))
        else:
            numbers = step.get("numbers"), step.get("untold")
            self.entries[step["done"]] = Entry(step["number"], step["record"], *numbers)
        self.last_number = max(self.last_number, step.get("number", 0))

    def _rewrite(self) -> None:
        """Write the journal anew, short, and keep it open for appending."""
        steps: list[dict[str, Any]] = [
            {
                "format": FORMAT,
                "language": self.language,
                "source": self.source,
                "last_number": self.last_number,
                "prefixes": sorted(self.prefixes),
                "unwanted": self.unwanted,
            }
        ]
        for source, entry in self.entries.items():
            steps.append(_step(source, entry))
        work = self.private / f"new-{NAME}"
        write_new(work, "".join(map(_line, steps)).encode())
        publish(work, self.private / NAME)
        (self.private / NAME).chmod(0o600)
        self._line = os.open(self.private / NAME, os.O_WRONLY | os.O_APPEND)

    def _append(self, step: Mapping[str, Any]) -> None:
        """Add a whole line or none; raises WriteError, so that a full disk costs one photo."""
        line = _line(step).encode()
        size = os.fstat(self._line).st_size
        try:
            written = os.write(self._line, line)
            os.fsync(self._line)
        except OSError as trouble:
            os.ftruncate(self._line, size)
            raise WriteError("files.cannot_write", problem=trouble.strerror or "") from trouble
        if written < len(line):
            os.ftruncate(self._line, size)
            raise WriteError("files.cannot_write", problem=os.strerror(errno.ENOSPC))


def _step(source: str, entry: Entry) -> dict[str, Any]:
    step: dict[str, Any] = {"number": entry.number, "numbers": entry.numbers}
    if not entry.record:
        return {"reserve": source, **step}
    return {"done": source, **step, "untold": entry.untold, "record": entry.record}


def _line(step: Mapping[str, Any]) -> str:
    return json.dumps(step, ensure_ascii=True, separators=(",", ":")) + "\n"


def _problem(trouble: OSError | WriteError) -> str:
    """Return the system's own words for what went wrong."""
    if isinstance(trouble, WriteError):
        return str(trouble.parameters.get("problem", ""))
    return trouble.strerror or ""
