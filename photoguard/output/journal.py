"""The journal of a run: one line of JSON a step, so that a stopped run goes on where it was.

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
from photoguard.output.trust import JOURNAL, LOCK, own_key, refuse_foreign, refuse_odd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

FORMAT = 2  # since 2 the lines are signed
_OF_THE_FOLDER = frozenset({"prefix", "unwanted", "session"})
"""Steps that are about no single photo."""


@dataclass(slots=True)
class Entry:
    """What is known of one source: its number, and its record once it is done."""

    number: int
    record: Mapping[str, Any] | None = None
    numbers: Mapping[str, Any] | None = None
    """Which face has which number in the last report; kept when the record goes."""
    unreported: Mapping[str, Any] | None = None
    """The numbers of this run, until its report has been shown; then they become ``numbers``."""
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
    """What names of copies have begun with here: a sweep takes only such files for ours."""
    unwanted: Mapping[str, Any] | None = None
    """What staff answered of somebody who must not be in pictures; None before they did."""
    aside: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """The copies that a person changed, by place: what they are now, as records."""
    session: Mapping[str, Any] = field(default_factory=dict)
    """What staff answered for the whole folder: event, photographer, group."""
    id: str = field(default_factory=lambda: uuid4().hex)
    """Random, of this output: no line of another one follows on its first line."""
    _key: bytes = b""
    _lock: int = -1
    _lines: SignedLines = field(init=False)

    def __post_init__(self) -> None:
        """Know the file; nothing is opened yet."""
        self._lines = SignedLines(self.private / JOURNAL, self._key)

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
            raise OutputError("journal.cannot_use", problem=problem_of(trouble)) from trouble
        journal = cls(private, language, source, _key=own_key(), _lock=lock)
        try:
            journal._read()
            journal._recall()
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
        """Return what earlier runs noted, None where nothing is; locks and writes nothing.

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

    def end(self) -> None:
        """Add nothing more, so that the file can be removed; the lock stays until the close."""
        self._lines.close()

    def close(self) -> None:
        """Close the file and give up the lock."""
        if self._lines.is_open:
            with suppress(OSError, WriteError):  # an older number is kept then
                self._remember()
        self._lines.close()
        if self._lock >= 0:
            os.close(self._lock)
        self._lock = -1

    def remember_prefix(self, prefix: str) -> None:
        """Note that names of copies begin with ``prefix``, before the first one does."""
        if prefix not in self.prefixes:
            self._lines.append({"prefix": prefix})
            self.prefixes.add(prefix)

    def remember_unwanted(self, answered: Mapping[str, Any]) -> None:
        """Note what staff answered, for every later run; raises WriteError."""
        self._lines.append({"unwanted": answered})
        self.unwanted = answered
        try:
            self._remember()
        except OSError as trouble:
            raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble

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
        self._lines.append({"reserve": source, "number": number, "numbers": numbers})
        self.last_number = number
        self._enter(source, Entry(number, None, numbers))
        return number

    def finish(
        self, source: str, record: Mapping[str, Any], numbers: Mapping[str, Any] | None = None
    ) -> None:
        """Note that a photo is done, whatever its outcome, and how its faces are numbered."""
        entry = self.entries[source]
        done = Entry(entry.number, record, entry.numbers, numbers)
        self._lines.append(_step(source, done))
        self._enter(source, done)

    def _enter(self, source: str, entry: Entry) -> None:
        """Keep what is known of a source now; what a person settled of it stays."""
        if (before := self.entries.get(source)) is not None:
            entry.settled = before.settled
        self.entries[source] = entry

    def reopen(self, source: str) -> None:
        """Note that a photo is no longer done; written before its copy is removed."""
        entry = self.entries[source]
        self._lines.append({"reserve": source, "number": entry.number, "numbers": entry.numbers})
        entry.record, entry.unreported, entry.deleted = None, None, False

    def note_deleted(self, source: str) -> None:
        """Note that a person took the copy of a photo away, so that none is made again."""
        if not self.entries[source].deleted:
            self._lines.append({"deleted": source})
            self.entries[source].deleted = True

    def set_aside(self, place: str, record: Mapping[str, Any] | None) -> None:
        """Note the record of a copy that a person changed, None once that copy is gone."""
        self._lines.append({"aside": place, "record": record})
        self._put_aside(place, record)

    def _put_aside(self, place: str, record: Mapping[str, Any] | None) -> None:
        self.aside.pop(place, None)
        if record is not None:
            self.aside[place] = record

    def settle(self, source: str, settled: Mapping[str, Any] | None) -> None:
        """Note what a person settled of a photo, None for nothing; raises WriteError."""
        self._lines.append({"settled": source, "value": settled})
        self.entries[source].settled = settled
        self._lines.shorten(self._steps())  # every change of a photo is a line

    def remember_session(self, session: Mapping[str, Any]) -> None:
        """Keep the answers for the whole folder, for every later run; raises WriteError."""
        self._lines.append({"session": session})
        self.session = session

    def note_reported(self) -> None:
        """Note that staff can see how the faces are numbered now; raises WriteError."""
        self._lines.append({"told": True})
        self._tell()

    def _tell(self) -> None:
        for entry in self.entries.values():
            entry.numbers, entry.unreported = entry.unreported or entry.numbers, None

    def forget_records(self, but: Iterable[str] = ()) -> None:
        """Start over: every photo is prepared anew, ``but`` for some; numbers stay used."""
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
    """Where the photos of an output came from, and the answers that hold for all of them."""

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

    Returns none where the output is not this user's, or is damaged; nothing is locked or changed.
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
