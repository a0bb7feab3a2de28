"""Gathers the lines of an evidence file from an output's signed journal and its posts.

The lines contain nothing that a person typed: settings from a list of harmless ones, reasons
as codes, and people, those who approved photos included, as random ids.
"""

from __future__ import annotations

import hmac
import re
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from photoguard.errors import OutputError, UsageTrouble
from photoguard.files import digest_file, place_in
from photoguard.model import Action, Outcome, Verdict
from photoguard.output.journal import Journal
from photoguard.output.prepared import RunFacts, photo_of_record
from photoguard.output.records import from_journal, settled_from_journal, to_journal
from photoguard.output.trust import own_key
from photoguard.pipeline.folder.session import given_settings, session_in
from photoguard.policy import rules_of
from photoguard.proof.chain import FORMAT, VERSION, Kind
from photoguard.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from photoguard.model import Reason, Settled
    from photoguard.output.publishing import RulesOfTheDay
    from photoguard.output.records import PhotoRecord
    from photoguard.pipeline.folder.session import Session

_SETTINGS = (
    *("language", "style", "cover", "format", "quality", "max_side", "names", "regions"),
    *("photographer_role", "text_in_pictures", "names_and_pictures"),
)
"""Settings without free text; the settings of the rules have a field of their own."""
MOST_STEPS = 1000
"""Most actions on the review page in a photo's line, so that ``chain`` can read it."""

_ID = re.compile(r"[a-z]-[0-9a-z]{1,16}")


@dataclass(frozen=True, slots=True)
class Posted:
    """One publication of a copy; days and times are ISO 8601.

    ``looked_by`` is who last checked whether the post is up, ``looked_at`` when.
    """

    post: str
    channel: str
    published_on: str
    removed_on: str
    looked_by: str
    looked_at: str


@dataclass(frozen=True, slots=True)
class OutsideFacts:
    """Facts for the evidence that are not in the output: the time, and those of the register."""

    written_on: str
    """When the evidence is written (ISO 8601)."""
    register: str = ""
    """The random id of the register that the run read, "" where it read none."""
    register_lines: int = 0
    """The number of lines in the register's log now."""
    register_end: str = ""
    """The digest of the log's last line."""
    posted: Mapping[str, tuple[Posted, ...]] = field(default_factory=dict)
    """SHA-256 of a copy to its publications."""
    actors: Mapping[str, str] = field(default_factory=dict)
    """Login to the register's random id for it."""
    rules: RulesOfTheDay | None = None
    """What the register says of publishing now, None where the run read no register."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The lines of an evidence file, and the logins behind the ids in them."""

    lines: tuple[dict[str, Any], ...]
    logins: Mapping[str, str]
    """Id in the lines to login, for the screen only."""


def gather(output: Path, known: OutsideFacts) -> Gathered:
    """Return the lines of a run, from the output's signed journal; changes and locks nothing.

    Raises OutputError for an output that is not this user's, UsageTrouble for one without a
    run, or whose last run was made by a version that noted too little.
    """
    journal = Journal.peek(output)
    if journal is None:
        raise UsageTrouble("evidence.no_run", folder=output.name)
    session = session_in(journal.session)
    if not session.made_with:
        raise UsageTrouble("evidence.prepare_again", folder=output.name)
    people, today = _People(known.actors), _Today(output, _settings_of(session), known.rules)
    photos = []
    for number, record, settled in _records(journal):
        line = _photo(output, number, record, settled, people) | today.verdict(record)
        line["posts"] = [asdict(each) for each in known.posted.get(line["copy_sha256"] or "", ())]
        photos.append(line)
    return Gathered((_run(session, known), *photos), people.logins)


def _records(journal: Journal) -> Iterator[tuple[int, PhotoRecord, Settled]]:
    """Yield number, record and settled of each finished photo; then changed copies, number 0."""
    entries = sorted(journal.entries.values(), key=lambda entry: entry.number)
    for entry in entries:
        if entry.record is not None:
            with suppress(KeyError, TypeError, ValueError):
                record = from_journal(entry.record)
                yield entry.number, record, settled_from_journal(entry.settled)
    for raw in journal.aside.values():
        with suppress(KeyError, TypeError, ValueError):
            record = from_journal(raw)
            yield 0, record, settled_from_journal(None)


def _settings_of(session: Session) -> Settings:
    return Settings(**{**given_settings(session), "channels": session.channels})


@dataclass(frozen=True, slots=True)
class _Today:
    """Decides about the copies of a run when the evidence is written."""

    output: Path
    settings: Settings
    """Those of the run."""
    rules: RulesOfTheDay | None

    def verdict(self, record: PhotoRecord) -> dict[str, Any]:
        """Return the fields of a line that tell the outcome now and how the run ended it.

        A copy that may not be published any more is blocked, whether it still exists or not.
        """
        refused = self._refusal(record)
        outcome = Outcome.BLOCKED if refused else record.status
        reasons = (*record.reasons, refused) if refused else record.reasons
        return {
            "outcome": outcome.value,
            "outcome_of_run": record.status.value,
            "reasons": [_code(reason) for reason in reasons],
        }

    def _refusal(self, record: PhotoRecord) -> Reason | None:
        run = RunFacts(
            self.settings.channels, self.settings.unit.value, self.settings.language.value
        )
        copy = photo_of_record(self.output, to_journal(record), run)
        if copy is None or self.rules is None:
            return None
        day = max(self.rules.day, self.settings.publish_on or self.rules.day)
        return replace(self.rules, day=day).refusal(copy)


def _run(session: Session, known: OutsideFacts) -> dict[str, Any]:
    settings = _settings_of(session)
    day = settings.publish_on
    return {
        "kind": Kind.RUN.value,
        "format": FORMAT,
        "version": VERSION,
        "written_on": known.written_on,
        "made_with": dict(session.made_with),
        "channels": list(settings.channels),
        "publish_on": day.isoformat() if day else None,
        "settings": {name: getattr(settings, name) for name in _SETTINGS},
        "rules": asdict(rules_of(settings)),
        "register": known.register or None,
        "register_lines": known.register_lines,
        "register_end": known.register_end or None,
    }


def _photo(
    output: Path, number: int, record: PhotoRecord, settled: Settled, people: _People
) -> dict[str, Any]:
    kept = [face for face in record.faces if face.action is Action.KEEP]
    same = settled.source_sha256 == record.source_sha256
    return {
        "kind": Kind.PHOTO.value,
        "number": number,
        "changed_by_hand": number == 0,
        "source_sha256": record.source_sha256 or None,
        "notices": [_code(reason) for reason in record.notices],
        "faces_hidden": len(record.faces) - len(kept),
        "faces_shown": [_id(face.person) for face in kept],
        "texts_hidden": sum(text.action is Action.HIDE for text in record.lettering),
        "noted": [{"id": _id(n.subject), "as": n.capacity.value} for n in record.noted],
        "doubts": len(record.doubts),
        "not_faces": len(settled.not_faces) if same else 0,
        "alt_text_confirmed": record.alt_text_confirmed,
        "copy_sha256": record.output_sha256,
        "copy_size": list(record.facts.size) if record.facts and record.output else None,
        "copy_when_written": _copy_state(output, record),
        "verified": record.output is not None and number > 0,
        "settled": people.settled(settled) if same else None,
        "steps": people.steps(settled) if same else [],
        "steps_left_out": max(0, len(settled.steps) - MOST_STEPS) if same else 0,
    }


def _code(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "ids": [_id(person) for person in reason.persons]}


def _id(person: str | None) -> str | None:
    """Return a register id, None for anything else, which may be a name."""
    return person if person and _ID.fullmatch(person) else None


def _copy_state(output: Path, record: PhotoRecord) -> str | None:
    """Return the state of the copy in the output: ``whole``, ``changed`` or ``missing``."""
    if record.output is None:
        return None
    try:
        found = digest_file(place_in(output, record.output))
    except (OSError, OutputError):
        return "missing"
    return "whole" if found == record.output_sha256 else "changed"


class _People:
    """Gives each login an id: the register's, or one made with this user's key.

    ``logins`` collects the logins by id.
    """

    def __init__(self, actors: Mapping[str, str]) -> None:
        self._actors = actors
        self._key = own_key()
        self.logins: dict[str, str] = {}

    def settled(self, settled: Settled) -> dict[str, Any] | None:
        """Return the verdict on a photo, its time and its author's id, None without one."""
        if settled.verdict is Verdict.OPEN:
            return None
        return {"verdict": settled.verdict.value, "on": settled.on, "by": self._id(settled.by)}

    def steps(self, settled: Settled) -> list[dict[str, Any]]:
        """Return the actions on a photo, undone ones included, with time and author's id."""
        return [{"do": step.do, "on": step.on, "by": self._id(step.by)} for step in settled.steps]

    def _id(self, login: str) -> str:
        made = hmac.digest(self._key, f"login\x1f{login}".encode(), "sha256").hex()
        found = self._actors.get(login) or f"u-{made[:12]}"
        self.logins[found] = login
        return found


def count_now(lines: tuple[dict[str, Any], ...]) -> dict[str, int]:
    """Return the number of photos in these lines by outcome.

    A copy to publish or to review that is not where the run put it, or was changed, counts as
    ``copy_missing`` or ``copy_changed`` instead.
    """
    found = [_counts_as(line) for line in lines if line["kind"] == Kind.PHOTO]
    order = (*map(str, Outcome), "copy_missing", "copy_changed")
    return {each: found.count(each) for each in order if each in found}


def _counts_as(line: Mapping[str, Any]) -> str:
    outcome, state = line["outcome"], line["copy_when_written"]
    is_lost = outcome in {Outcome.READY, Outcome.REVIEW} and state in {"missing", "changed"}
    return f"copy_{state}" if is_lost else str(outcome)


def count_refused(lines: tuple[dict[str, Any], ...]) -> int:
    """Return how many photos in these lines may not be published now, unlike after the run."""
    photos = [line for line in lines if line["kind"] == Kind.PHOTO]
    return sum(line["outcome"] != line["outcome_of_run"] for line in photos)
