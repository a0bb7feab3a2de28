"""The record of one photo; the journal keeps all of it, the manifest its public part."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from photoguard.errors import EXIT_ATTENTION, EXIT_FAILED
from photoguard.files import sidecars_of
from photoguard.model import (
    NOTHING_SETTLED,
    Action,
    Added,
    Box,
    Capacity,
    Doubt,
    Face,
    Language,
    Localised,
    Named,
    NamedRegion,
    NotAFace,
    Noted,
    Outcome,
    PhotoNotes,
    PlannedFace,
    PlannedText,
    Reason,
    Region,
    Role,
    Settled,
    Sight,
    Step,
    Style,
    TextKind,
    TextPlace,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from photoguard.errors import PhotoguardError
    from photoguard.model import Plan


@dataclass(frozen=True, slots=True)
class Bound:
    """The place of a face to which staff gave a number, when that number was first used."""

    key: str
    """A digest of the person, as staff wrote it, and the number."""
    box: Box | None
    """In shares of the picture's sides; None where no report showed such a face."""
    reported: bool = True
    """Whether a report had shown the face numbers before staff used this one."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """The face numbers of one photo, kept apart from its record."""

    source_sha256: str
    shown: tuple[Box, ...] = ()
    """The faces in the order of the last report, in shares of the picture's sides."""
    bound: tuple[Bound, ...] = ()
    """The places of the numbers that staff have used."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found in one photo and its file; enough to decide again without decoding it."""

    size: tuple[int, int]
    """Width and height of the output in pixels."""
    sight: Sight
    regions: tuple[NamedRegion, ...] = ()
    persons: tuple[str, ...] = ()
    """Names of persons in the file's metadata that have no place in the picture."""
    notices: tuple[Reason, ...] = ()
    """Notices of decoding, such as that the first of several pictures was taken."""
    asks: tuple[Reason, ...] = ()
    """Reasons for a person to look at the file, such as an edit that was not applied."""
    bound: tuple[Bound, ...] = ()
    """The places of the face numbers in the staff's table."""
    texts: tuple[TextPlace, ...] = ()
    """The places with text that identifies somebody; the text itself is not kept."""


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """The outcome of one photo and everything that led to it; lies in the journal as JSON."""

    source: str
    status: Outcome
    source_sha256: str = ""
    reasons: tuple[Reason, ...] = ()
    notices: tuple[Reason, ...] = ()
    output: str | None = None
    """POSIX path below the output folder, None where no picture was written."""
    output_sha256: str | None = None
    texts: str = ""
    """The subfolder in which the sidecars lie; empty where they lie beside the picture."""
    faces: tuple[PlannedFace, ...] = ()
    noted: tuple[Noted, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    """The places at which a person should look."""
    lettering: tuple[PlannedText, ...] = ()
    """The places with text that identifies somebody."""
    alt_text: Localised = field(default_factory=dict)
    alt_text_confirmed: bool = False
    alt_text_lacks: Mapping[Language, str] = field(default_factory=dict)
    """Language to the part of its alt text that is missing: ``event`` or ``description``."""
    caption: str = ""
    caption_confirmed: bool = False
    hashtags: tuple[str, ...] = ()
    credit: str = ""
    exit_code: int = 0
    key: str = ""
    """Digest of everything that shapes the copy beside photo and decision (``done.key_of``)."""
    plan: str = ""
    """Digest of the decision, as ``plan_digest`` returns it."""
    facts: Facts | None = None
    """None where the photo failed before it was looked at."""
    notes: PhotoNotes = field(default_factory=PhotoNotes)
    """The notes of staff, with register ids for names; used when the original is gone."""

    @property
    def sidecars(self) -> tuple[str, ...]:
        """The paths of the two sidecars below the output folder."""
        if self.output is None:
            return ()
        xmp, text = sidecars_of(PurePosixPath(self.output), self.texts)
        return str(xmp), str(text)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A photo's record and its finished files, which still lie in the private folder."""

    record: PhotoRecord
    files: tuple[tuple[str, Path], ...] = ()
    """Pairs of final path below the output and present path; sidecars first, the picture last."""


def plan_digest(plan: Plan) -> str:
    """Return the SHA-256 of a plan, in hexadecimal; differs for any other plan."""
    text = json.dumps(asdict(plan), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def to_journal(record: PhotoRecord) -> dict[str, Any]:
    """Return a record as plain JSON values."""
    raw = asdict(record)
    if record.facts is not None:
        raw["facts"]["bound"] = _bound_to_journal(record.facts.bound)
    return raw


def numbering_to_journal(numbering: Numbering) -> dict[str, Any]:
    """Return a numbering as plain JSON values."""
    return asdict(numbering) | {"bound": _bound_to_journal(numbering.bound)}


def _bound_to_journal(bound: Iterable[Bound]) -> list[dict[str, Any]]:
    """Return bound numbers as plain JSON values; the journal writes *reported* as "told"."""
    return [
        {"key": each.key, "box": asdict(each.box) if each.box else None, "told": each.reported}
        for each in bound
    ]


def from_journal(raw: Mapping[str, Any]) -> PhotoRecord:
    """Return the record that ``to_journal`` wrote."""
    return PhotoRecord(
        **{
            **raw,
            "status": Outcome(raw["status"]),
            "reasons": _reasons(raw["reasons"]),
            "notices": _reasons(raw["notices"]),
            "faces": tuple(_planned(face) for face in raw["faces"]),
            "noted": tuple(
                Noted(each["subject"], Capacity(each["capacity"])) for each in raw.get("noted", ())
            ),
            "doubts": _doubts(raw.get("doubts", ())),
            "lettering": tuple(
                PlannedText(_text(each["place"]), Action(each["action"]))
                for each in raw.get("lettering", ())
            ),
            "alt_text": _by_language(raw["alt_text"]),
            "alt_text_lacks": _by_language(raw.get("alt_text_lacks", {})),
            "hashtags": tuple(raw.get("hashtags", ())),
            "facts": _facts(raw["facts"]) if raw["facts"] else None,
            "notes": _notes(raw["notes"]),
        }
    )


def _by_language(raw: Mapping[str, str]) -> dict[Language, str]:
    return {Language(key): text for key, text in raw.items()}


def _notes(raw: dict[str, Any]) -> PhotoNotes:
    role, works = raw["photographer_role"], raw["works"]
    changed = {
        "photographer_role": Role(role) if role else None,
        "taken_for": tuple(raw["taken_for"]),
        "people": tuple(raw["people"]),
        "counted_up": (),
        "works": None if works is None else tuple(works),
        "unwanted": Outcome(raw["unwanted"]),
    }
    return PhotoNotes(**{**raw, **changed})


def _reasons(raw: list[dict[str, Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(item["code"], tuple(item["persons"]), item["parameters"]) for item in raw)


def _doubts(raw: Iterable[Mapping[str, Any]]) -> tuple[Doubt, ...]:
    return tuple(Doubt(**{**item, "box": Box(**item["box"])}) for item in raw)


def _face(raw: dict[str, Any]) -> Face:
    return Face(**{**raw, "box": Box(**raw["box"]), "detectors": tuple(raw["detectors"])})


def _text(raw: Mapping[str, Any]) -> TextPlace:
    region = {**raw["region"], "centre": tuple(raw["region"]["centre"])}
    return TextPlace(
        region=Region(**region),
        kind=TextKind(raw["kind"]),
        persons=tuple(raw["persons"]),
        score=raw["score"],
        weak=raw["weak"],
    )


def _planned(raw: dict[str, Any]) -> PlannedFace:
    return PlannedFace(_face(raw["face"]), Action(raw["action"]), raw["person"])


def _facts(raw: dict[str, Any]) -> Facts:
    sight = raw["sight"]
    return Facts(
        size=(raw["size"][0], raw["size"][1]),
        sight=Sight(
            faces=tuple(_face(face) for face in sight["faces"]),
            doubts=_doubts(sight["doubts"]),
            within=tuple(_face(face) for face in sight.get("within", ())),
        ),
        regions=tuple(
            NamedRegion(Box(**region["box"]), region["name"], region["source"])
            for region in raw["regions"]
        ),
        persons=tuple(raw["persons"]),
        notices=_reasons(raw["notices"]),
        asks=_reasons(raw.get("asks", [])),
        bound=_bound(raw.get("bound", ())),
        texts=tuple(map(_text, raw.get("texts", ()))),
    )


def numbering_from_journal(raw: Mapping[str, Any]) -> Numbering:
    """Return the numbering whose ``numbering_to_journal`` is ``raw``."""
    shown = tuple(Box(**box) for box in raw["shown"])
    return Numbering(raw["source_sha256"], shown, _bound(raw["bound"]))


def settled_to_journal(settled: Settled) -> dict[str, Any]:
    """Return what a person settled as plain JSON values."""
    return asdict(settled)


def settled_from_journal(raw: Mapping[str, Any] | None) -> Settled:
    """Return what ``settled_to_journal`` wrote; NOTHING_SETTLED for None or unreadable JSON."""
    if raw is None:
        return NOTHING_SETTLED
    try:
        return Settled(
            source_sha256=raw["source_sha256"],
            added=tuple(Added(each["id"], Box(**each["box"])) for each in raw["added"]),
            not_faces=tuple(NotAFace(Box(**n["box"]), n["sure"]) for n in raw["not_faces"]),
            named=tuple(Named(Box(**each["box"]), each["person"]) for each in raw["named"]),
            style=Style(raw["style"]) if raw["style"] else None,
            descriptions={Language(key): text for key, text in raw["descriptions"].items()},
            photographer=raw.get("photographer", ""),
            works=None if raw.get("works") is None else tuple(raw["works"]),
            verdict=Verdict(raw["verdict"]),
            basis=raw["basis"],
            by=raw["by"],
            on=raw["on"],
            steps=tuple(Step(**step) for step in raw.get("steps", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return NOTHING_SETTLED


def _bound(raw: Iterable[Mapping[str, Any]]) -> tuple[Bound, ...]:
    boxes = ((each, each["box"]) for each in raw)
    return tuple(
        Bound(each["key"], Box(**box) if box else None, each["told"]) for each, box in boxes
    )


def files_of(record: PhotoRecord) -> tuple[str, ...]:
    """Return the paths of a copy and its sidecars below the output, the picture first."""
    return (record.output, *record.sidecars) if record.output else ()


def without_copy(record: PhotoRecord, reason: Reason) -> PhotoRecord:
    """Return the record as BLOCKED and without its copy, for this reason only."""
    return replace(
        record,
        status=Outcome.BLOCKED,
        exit_code=EXIT_ATTENTION,
        reasons=(reason,),
        output=None,
        output_sha256=None,
    )


def with_notice(record: PhotoRecord, code: str) -> PhotoRecord:
    """Return the record with one more notice, before the others."""
    return replace(record, notices=(Reason(code), *record.notices))


def not_written(record: PhotoRecord, trouble: PhotoguardError) -> PhotoRecord:
    """Return the record as FAILED and without its copy, for this trouble only."""
    gone = without_copy(record, Reason(trouble.code, (), trouble.parameters))
    return replace(gone, status=Outcome.FAILED, exit_code=EXIT_FAILED)
