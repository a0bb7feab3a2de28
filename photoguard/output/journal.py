"""The journal of an output: one line of JSON for each step, so that a stopped run can continue.

The first line names the format, the language of the folders and the source. After it,
``reserve`` gives a photo its number, ``done`` finishes it, ``deleted`` notes that a person
deleted its copy, and ``aside`` that a person changed it. An incomplete last line comes from a
power cut and is dropped; any other damage is refused, since no number may be given twice.

Every line is signed with a key of this user (``photoguard.files.seal``). An output whose
journal begins without such a signature was made by somebody else: it is neither read
further nor changed.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from photoguard.errors import OutputError, WriteError, problem_of
from photoguard.files import (
    PRIVATE,
    as_json,
    digest,
    is_place,
    lock_file,
    memory,
    refuse_strange,
)
from photoguard.output.lines import SignedLines
from photoguard.output.trust import JOURNAL, LOCK, own_key, refuse_foreign, refuse_unknown_step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

FORMAT = 2  # since 2 the lines are signed
_OF_THE_FOLDER = frozenset({"prefix", "unwanted", "session"})
"""The steps that concern the whole folder."""


@dataclass(slots=True)
class Entry:
    """The journal's state of one source."""

    number: int
    """The number in the name of its copy."""
    record: Mapping[str, Any] | None = None
    """Its record as JSON, None until it is done."""
    numbers: Mapping[str, Any] | None = None
    """The face numbers of the last report, as JSON; kept when the record is dropped."""
    unreported: Mapping[str, Any] | None = None
    """The face numbers of this run; they become ``numbers`` when its report has been shown."""
    deleted: bool = False
    """Whether a person deleted the finished copy."""
    settled: Mapping[str, Any] | None = None
    """What a person settled for it on the review page, as JSON; kept when the record is dropped."""


@dataclass(slots=True)
class Journal:
    """The open journal of one output folder, locked against a second run."""

    private: Path
    language: str
    source: str
    entries: dict[str, Entry] = field(default_factory=dict)
    last_number: int = 0
    prefixes: set[str] = field(default_factory=set)
    """All prefixes of copies' names used here; other files are never swept."""
    unwanted: Mapping[str, Any] | None = None
    """The answers about people who must not be in pictures, as JSON; None before any answer."""
    aside: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """The records, as JSON, of copies that a person changed, by path below the output."""
    session: Mapping[str, Any] = field(default_factory=dict)
    """The answers for the whole folder (event, photographer, group), as JSON."""
    id: str = field(default_factory=lambda: uuid4().hex)
    """Random; as part of the first line it ties all signatures to this output."""
    _key: bytes = b""
    _lock: int = -1
    _lines: SignedLines = field(init=False)

    def __post_init__(self) -> None:
        """Set the path of the file; nothing is opened yet."""
        self._lines = SignedLines(self.private / JOURNAL, self._key)

    @classmethod
    def open(cls, output: Path, language: str, source: str) -> Self:
        """Lock ``output``, read its journal and return it open for writing.

        Raises OutputError; an output that is not this user's is then unchanged.
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
            raise OutputError("journal.cannot_use", problem=problem_of(trouble)) from trouble
        journal = cls(private, language, source, _key=own_key(), _lock=lock)
        try:
            journal._read()
            journal._correct_from_memory()
            journal._lines.rewrite(journal._steps())
        except (OSError, WriteError) as trouble:
            journal.close()
            raise OutputError("journal.cannot_use", problem=problem_of(trouble)) from trouble
        except BaseException:
            journal.close()
            raise
        return journal

    @classmethod
    def peek(cls, output: Path) -> Self | None:
        """Return the journal for reading only, None where there is none; locks nothing.

        Raises OutputError for an output that is not this user's, or is damaged or newer.
        """
        refuse_foreign(output)
        journal = cls(output / PRIVATE, "", "", _key=own_key())
        if not (journal.private / JOURNAL).is_file():
            return None
        try:
            journal._read()
        except OSError as trouble:
            raise OutputError("journal.cannot_use", problem=problem_of(trouble)) from trouble
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

    def close_file(self) -> None:
        """Close the file, so that it can be removed; the lock is kept until ``close``."""
        self._lines.close()

    def close(self) -> None:
        """Close the file and give up the lock."""
        if self._lines.is_open:
            with suppress(OSError, WriteError):  # an older number is kept then
                self._store_memory()
        self._lines.close()
        if self._lock >= 0:
            os.close(self._lock)
        self._lock = -1

    def remember_prefix(self, prefix: str) -> None:
        """Note a prefix of copies' names, before the first copy gets it; raises WriteError."""
        if prefix not in self.prefixes:
            self._lines.append({"prefix": prefix})
            self.prefixes.add(prefix)

    def remember_unwanted(self, answered: Mapping[str, Any]) -> None:
        """Keep the answers about unwanted people for every later run; raises WriteError."""
        self._lines.append({"unwanted": answered})
        self.unwanted = answered
        try:
            self._store_memory()
        except OSError as trouble:
            raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble

    def _store_memory(self) -> None:
        memory.remember(self.id, memory.Memory(self.last_number, self._answered()))

    def _correct_from_memory(self) -> None:
        """Correct a journal that is older than this user's memory of it (``files.memory``).

        The last number is raised so that none is given twice, and answers that were given
        since count as unknown.
        """
        known = memory.recall(self.id)
        self.last_number = max(self.last_number, known.last_number)
        if known.answered not in {"", self._answered()}:
            self.unwanted = {}  # read as answers that are not known

    def _answered(self) -> str:
        return digest(json.dumps(self.unwanted, sort_keys=True).encode()) if self.unwanted else ""

    def reserve(self, source: str) -> int:
        """Return a photo's number: the one it has, or a new one; raises WriteError."""
        entry = self.entries.get(source)
        return entry.number if entry else self.renumber(source)

    def renumber(self, source: str) -> int:
        """Give a photo a number that was never used, and drop its record; raises WriteError."""
        entry = self.entries.get(source)
        number = self.last_number + 1
        numbers = entry.numbers if entry else None
        self._lines.append({"reserve": source, "number": number, "numbers": numbers})
        self.last_number = number
        self._enter(source, Entry(number, None, numbers))
        return number

    def finish(
        self, source: str, record: Mapping[str, Any], numbers: Mapping[str, Any] | None = None
    ) -> None:
        """Note a photo's record and its face numbers, whatever its outcome; raises WriteError."""
        entry = self.entries[source]
        done = Entry(entry.number, record, entry.numbers, numbers)
        self._lines.append(_step(source, done))
        self._enter(source, done)

    def _enter(self, source: str, entry: Entry) -> None:
        """Replace the entry of a source, but keep what a person settled for it."""
        if (before := self.entries.get(source)) is not None:
            entry.settled = before.settled
        self.entries[source] = entry

    def reopen(self, source: str) -> None:
        """Drop a photo's record; called before its copy is removed. Raises WriteError."""
        entry = self.entries[source]
        self._lines.append({"reserve": source, "number": entry.number, "numbers": entry.numbers})
        entry.record, entry.unreported, entry.deleted = None, None, False

    def note_deleted(self, source: str) -> None:
        """Note that a person deleted a photo's copy, so that none is made again."""
        if not self.entries[source].deleted:
            self._lines.append({"deleted": source})
            self.entries[source].deleted = True

    def set_aside(self, place: str, record: Mapping[str, Any] | None) -> None:
        """Note the record of a changed copy by its path below the output, None to drop it."""
        self._lines.append({"aside": place, "record": record})
        self._put_aside(place, record)

    def _put_aside(self, place: str, record: Mapping[str, Any] | None) -> None:
        self.aside.pop(place, None)
        if record is not None:
            self.aside[place] = record

    def settle(self, source: str, settled: Mapping[str, Any] | None) -> None:
        """Note what a person settled for a photo, None for nothing; raises WriteError."""
        self._lines.append({"settled": source, "value": settled})
        self.entries[source].settled = settled
        self._lines.shorten(self._steps())  # every change of a photo is a line

    def remember_session(self, session: Mapping[str, Any]) -> None:
        """Keep the answers for the whole folder for later runs; raises WriteError."""
        self._lines.append({"session": session})
        self.session = session

    def note_reported(self) -> None:
        """Note that staff have seen this run's face numbers, which now count; raises WriteError."""
        self._lines.append({"told": True})
        self._make_numbers_reported()

    def _make_numbers_reported(self) -> None:
        for entry in self.entries.values():
            entry.numbers, entry.unreported = entry.unreported or entry.numbers, None

    def forget_records(self, but: Iterable[str] = ()) -> None:
        """Drop all records except those of the sources in ``but``; numbers stay used."""
        step = {"fresh": sorted(set(self.entries).difference(but))}
        self._lines.append(step)
        self._forget(step["fresh"])

    def _forget(self, sources: Iterable[str]) -> None:
        for source in sources:
            entry = self.entries[source]
            entry.record, entry.deleted = None, False

    def _read(self) -> None:
        for position, line in enumerate(self._lines.read()):
            try:
                step = as_json(line)
                refuse_unknown_step(step)
                self._apply(step, first=position == 0)
            except (ValueError, KeyError, TypeError, AttributeError) as trouble:
                raise OutputError("journal.damaged") from trouble

    def _apply(self, step: Mapping[str, Any], *, first: bool) -> None:
        if first:
            self._begin(step)
        elif "told" in step:
            self._make_numbers_reported()
        elif "fresh" in step:
            self._forget(step["fresh"])
        elif _OF_THE_FOLDER.intersection(step):
            self._apply_to_folder(step)
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

    def _apply_to_folder(self, step: Mapping[str, Any]) -> None:
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


@dataclass(frozen=True, slots=True)
class Origin:
    """The folder an output was made from, its language, and the answers for the whole folder."""

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
    """Return the records in an output's journal, as JSON; nothing is locked or changed.

    () where the output is not this user's, or its journal is damaged.
    """
    try:
        journal = Journal.peek(output)
    except OutputError:
        return ()
    entries = journal.entries.values() if journal else ()
    return tuple(entry.record for entry in entries if entry.record)


def _checked(record: Any, *places: object) -> Any:  # noqa: ANN401 - JSON
    """Return the record; raises ValueError if its path or one of ``places`` can be no copy's."""
    output = record.get("output") if record else None
    if not all(map(is_place, (*places, *([] if output is None else [output])))):
        raise ValueError(output)
    return record


def _step(source: str, entry: Entry) -> dict[str, Any]:
    step: dict[str, Any] = {"number": entry.number, "numbers": entry.numbers}
    if not entry.record:
        return {"reserve": source, **step}
    return {"done": source, **step, "untold": entry.unreported, "record": entry.record}
