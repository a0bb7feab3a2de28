"""What is done: one line of JSON a step, so that a stopped run goes on where it was.

The first line names the format, the language of the folders and the source. After it,
``reserve`` gives a photo its number, ``done`` closes it, ``deleted`` notes that a person
took its copy away, and ``aside`` that a person changed it. A torn last line is the mark
of a power cut and is dropped; any other damage is refused, since numbers must never be
given twice.

Every line is signed with a key of this user (``photoguard.files.seal``). An output whose
journal begins without such a signature was made by somebody else: nothing in it is
believed, and nothing in it is touched.
"""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from photoguard.errors import OutputError, WriteError
from photoguard.files import (
    PRIVATE,
    Seal,
    as_json,
    digest,
    is_place,
    lock_file,
    memory,
    open_regular,
    publish,
    refuse_strange,
    write_new,
)
from photoguard.files.untrusted import MOST_JSON
from photoguard.output.trust import LOCK, NAME, own_key, problem_of, refuse_foreign, refuse_odd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

FORMAT = 2  # since 2 the lines are signed
_OF_THE_FOLDER = frozenset({"prefix", "unwanted", "session"})
"""Steps that speak of no single photo."""
_GROWTH = 4 * 1024 * 1024
"""Bytes of changes after which the journal is written anew, far below what is read of one."""


@dataclass(slots=True)
class Entry:
    """What is known of one source: its number, and its record once it is done."""

    number: int
    record: Mapping[str, Any] | None = None
    numbers: Mapping[str, Any] | None = None
    """Which face bore which number when that was last told; outlives the record."""
    unreported: Mapping[str, Any] | None = None
    """The same as it is now, until a run has told it."""
    deleted: bool = False
    """Whether a person took the finished copy of the record away."""
    settled: Mapping[str, Any] | None = None
    """What a person settled of the photo on the review page; outlives the record."""


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
    aside: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """The copies that a person changed, by place: what they are now, as records."""
    session: Mapping[str, Any] = field(default_factory=dict)
    """What was told for the whole folder: event, photographer, group."""
    id: str = field(default_factory=lambda: uuid4().hex)
    """Random, of this output: no line of another one follows on its first line."""
    _key: bytes = b""
    _seal: Seal = field(default_factory=lambda: Seal(b""))
    _lock: int = -1
    _line: int = -1
    _shorten_from: int = _GROWTH

    @classmethod
    def open(cls, output: Path, language: str, source: str) -> Self:
        """Lock ``output`` and read what earlier runs did there.

        Raises OutputError, and has touched nothing then where the output is not this user's.
        """
        refuse_foreign(output)
        private = output / PRIVATE
        try:
            output.mkdir(mode=0o700, parents=True, exist_ok=True)
            private.mkdir(mode=0o700, exist_ok=True)
            refuse_strange(output, private)
            private.chmod(0o700)
            lock = lock_file(private / LOCK)
        except OSError as trouble:
            raise OutputError("journal.cannot_use", problem=trouble.strerror or "") from trouble
        journal = cls(private, language, source, _key=own_key(), _lock=lock)
        try:
            journal._read()
            journal._recall()
            journal._rewrite()
        except (OSError, WriteError) as trouble:
            journal.close()
            raise OutputError("journal.cannot_use", problem=problem_of(trouble)) from trouble
        except BaseException:
            journal.close()
            raise
        return journal

    @classmethod
    def peek(cls, output: Path) -> Self | None:
        """Return what earlier runs noted, None where nothing is; locks and writes nothing.

        Raises OutputError for an output that is not this user's, or is damaged or newer.
        """
        refuse_foreign(output)
        journal = cls(output / PRIVATE, "", "", _key=own_key())
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
        if self._line >= 0:
            with suppress(OSError, WriteError):  # an older number is kept then
                self._remember()
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
        try:
            self._remember()
        except OSError as trouble:
            raise WriteError("files.cannot_write", problem=trouble.strerror or "") from trouble

    def _remember(self) -> None:
        memory.remember(self.id, memory.Memory(self.last_number, self._answered()))

    def _recall(self) -> None:
        """Correct a journal that is older than what was remembered of it elsewhere.

        No number is given twice, and what staff answered since counts as unknown.
        """
        known = memory.recall(self.id)
        self.last_number = max(self.last_number, known.last_number)
        if known.answered not in {"", self._answered()}:
            self.unwanted = {}  # read as an answer of which nobody knows what it was

    def _answered(self) -> str:
        return digest(json.dumps(self.unwanted, sort_keys=True).encode()) if self.unwanted else ""

    def reserve(self, source: str) -> int:
        """Return the number of a photo: its own from before, or one that was never used."""
        entry = self.entries.get(source)
        return entry.number if entry else self.renumber(source)

    def renumber(self, source: str) -> int:
        """Return a number that was never used, for a file that counts as another photo now."""
        entry = self.entries.get(source)
        number = self.last_number + 1
        numbers = entry.numbers if entry else None
        self._append({"reserve": source, "number": number, "numbers": numbers})
        self.last_number = number
        self._enter(source, Entry(number, None, numbers))
        return number

    def finish(
        self, source: str, record: Mapping[str, Any], numbers: Mapping[str, Any] | None = None
    ) -> None:
        """Note that a photo is done, whatever its outcome, and how its faces are numbered."""
        entry = self.entries[source]
        done = Entry(entry.number, record, entry.numbers, numbers)
        self._append(_step(source, done))
        self._enter(source, done)

    def _enter(self, source: str, entry: Entry) -> None:
        """Keep what is known of a source now; what a person settled of it stays."""
        if (before := self.entries.get(source)) is not None:
            entry.settled = before.settled
        self.entries[source] = entry

    def reopen(self, source: str) -> None:
        """Note that a photo is no longer done; written before its copy is removed."""
        entry = self.entries[source]
        self._append({"reserve": source, "number": entry.number, "numbers": entry.numbers})
        entry.record, entry.unreported, entry.deleted = None, None, False

    def note_deleted(self, source: str) -> None:
        """Note that a person took the copy of a photo away, so that none is made again."""
        if not self.entries[source].deleted:
            self._append({"deleted": source})
            self.entries[source].deleted = True

    def set_aside(self, place: str, record: Mapping[str, Any] | None) -> None:
        """Note the record of a copy that a person changed, None once that copy is gone."""
        self._append({"aside": place, "record": record})
        self._put_aside(place, record)

    def _put_aside(self, place: str, record: Mapping[str, Any] | None) -> None:
        self.aside.pop(place, None)
        if record is not None:
            self.aside[place] = record

    def settle(self, source: str, settled: Mapping[str, Any] | None) -> None:
        """Note what a person settled of a photo, None for nothing; raises WriteError."""
        self._append({"settled": source, "value": settled})
        self.entries[source].settled = settled
        self._shorten()

    def _shorten(self) -> None:
        """Write the journal anew once it has grown much: every change of a photo is a line.

        The lines that it had stay where that is not possible now.
        """
        if os.fstat(self._line).st_size < self._shorten_from:
            return
        before, old = copy(self._seal), self._line
        try:
            self._rewrite()
        except (OSError, WriteError):
            self._seal = before
            self._shorten_from *= 2
        else:
            os.close(old)

    def remember_session(self, session: Mapping[str, Any]) -> None:
        """Note what was told for the whole folder, for every later run; raises WriteError."""
        self._append({"session": session})
        self.session = session

    def note_reported(self) -> None:
        """Note that staff can see how the faces are numbered now; raises WriteError."""
        self._append({"told": True})
        self._tell()

    def _tell(self) -> None:
        for entry in self.entries.values():
            entry.numbers, entry.unreported = entry.unreported or entry.numbers, None

    def forget_records(self, but: Iterable[str] = ()) -> None:
        """Start over: every photo is prepared anew, ``but`` for some; numbers stay used."""
        step = {"fresh": sorted(set(self.entries).difference(but))}
        self._append(step)
        self._forget(step["fresh"])

    def _forget(self, sources: Iterable[str]) -> None:
        for source in sources:
            entry = self.entries[source]
            entry.record, entry.deleted = None, False

    def _read(self) -> None:
        path = self.private / NAME
        try:
            with open_regular(path, follow=False) as readable:
                lines = readable.read(MOST_JSON).decode("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return
        self._seal = Seal(self._key)
        for position, signed in enumerate(lines):
            line = self._seal.opened(signed)
            if line is None:
                # Torn by a power cut, or added by somebody else: it says nothing either way.
                if position == len(lines) - 1 and position > 0:
                    return
                raise OutputError("journal.damaged")
            try:
                step = as_json(line)
                refuse_odd(step)
                self._take(step, first=position == 0)
            except (ValueError, KeyError, TypeError, AttributeError) as trouble:
                raise OutputError("journal.damaged") from trouble

    def _take(self, step: Mapping[str, Any], *, first: bool) -> None:
        if first:
            self._begin(step)
        elif "told" in step:
            self._tell()
        elif "fresh" in step:
            self._forget(step["fresh"])
        elif _OF_THE_FOLDER.intersection(step):
            self._take_of_the_folder(step)
        elif "settled" in step:
            self.entries[step["settled"]].settled = step["value"]
        elif "deleted" in step:
            self.entries[step["deleted"]].deleted = True
        elif "aside" in step:
            self._put_aside(step["aside"], _checked(step["record"], step["aside"]))
        elif "reserve" in step:
            self._enter(step["reserve"], Entry(step["number"], None, step.get("numbers")))
        else:
            numbers = step.get("numbers"), step.get("untold")
            self._enter(step["done"], Entry(step["number"], _checked(step["record"]), *numbers))
        self.last_number = max(self.last_number, step.get("number", 0))

    def _take_of_the_folder(self, step: Mapping[str, Any]) -> None:
        if "prefix" in step:
            self.prefixes.add(step["prefix"])
        self.unwanted = step.get("unwanted", self.unwanted)
        self.session = step.get("session", self.session)

    def _begin(self, step: Mapping[str, Any]) -> None:
        if step["format"] > FORMAT:
            raise OutputError("journal.newer")
        self.language, self.last_number = step["language"], step["last_number"]
        self.source = self.source or step["source"]
        self.prefixes.update(step["prefixes"])
        self.unwanted, self.id = step["unwanted"], step["id"]
        self.session = step.get("session", {})

    def _rewrite(self) -> None:
        """Write the journal anew, short, and keep it open for appending."""
        self._seal = Seal(self._key)
        lines = [self._signed(step) for step in self._steps()]
        work = self.private / f"new-{NAME}"
        write_new(work, "".join(lines).encode())
        publish(work, self.private / NAME, private=True)
        self._line = os.open(self.private / NAME, os.O_WRONLY | os.O_APPEND)
        self._shorten_from = os.fstat(self._line).st_size + _GROWTH

    def _steps(self) -> Iterator[dict[str, Any]]:
        yield {
            "format": FORMAT,
            "id": self.id,
            "language": self.language,
            "source": self.source,
            "last_number": self.last_number,
            "prefixes": sorted(self.prefixes),
            "unwanted": self.unwanted,
            "session": self.session,
        }
        for source, entry in self.entries.items():
            yield _step(source, entry)
            if entry.deleted:
                yield {"deleted": source}
            if entry.settled is not None:
                yield {"settled": source, "value": entry.settled}
        for place, record in self.aside.items():
            yield {"aside": place, "record": record}

    def _signed(self, step: Mapping[str, Any]) -> str:
        """Return a line of the journal; the next one is signed to follow it."""
        signed = self._seal.sign(json.dumps(step, ensure_ascii=True, separators=(",", ":")))
        self._seal.advance(signed)
        return f"{signed}\n"

    def _append(self, step: Mapping[str, Any]) -> None:
        """Add a whole line or none; raises WriteError, so that a full disk costs one photo."""
        before = copy(self._seal)
        line = self._signed(step).encode()
        size = os.fstat(self._line).st_size
        try:
            written = os.write(self._line, line)
            os.fsync(self._line)
        except OSError as trouble:
            self._seal = before
            os.ftruncate(self._line, size)
            raise WriteError("files.cannot_write", problem=trouble.strerror or "") from trouble
        if written < len(line):
            self._seal = before
            os.ftruncate(self._line, size)
            raise WriteError("files.cannot_write", problem=os.strerror(errno.ENOSPC))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the photos of an output came from, and what was told of all of them."""

    source: str
    language: str
    session: Mapping[str, Any]


def read_origin(output: Path) -> Origin | None:
    """Return the origin of an output that this user's program made; None for any other."""
    try:
        journal = Journal.peek(output)
    except OutputError:
        return None
    if journal is None or not journal.source:
        return None
    return Origin(journal.source, journal.language, journal.session)


def read_records(output: Path) -> tuple[Mapping[str, Any], ...]:
    """Return the records of the copies that this user's program made in an output.

    None where the output is not this user's, or is damaged; nothing is locked or changed.
    """
    try:
        journal = Journal.peek(output)
    except OutputError:
        return ()
    entries = journal.entries.values() if journal else ()
    return tuple(entry.record for entry in entries if entry.record)


def _checked(record: Any, *places: object) -> Any:  # noqa: ANN401 - JSON
    """Return a record; raises ValueError where it, or ``places``, name what no copy can be."""
    output = record.get("output") if record else None
    if not all(map(is_place, (*places, *([] if output is None else [output])))):
        raise ValueError(output)
    return record


def _step(source: str, entry: Entry) -> dict[str, Any]:
    step: dict[str, Any] = {"number": entry.number, "numbers": entry.numbers}
    if not entry.record:
        return {"reserve": source, **step}
    return {"done": source, **step, "untold": entry.unreported, "record": entry.record}
