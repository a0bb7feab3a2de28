"""The data that the page shows, as plain JSON values: the folder, its people, and each photo."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from photoguard import policy
from photoguard.files import printable
from photoguard.model import Language, PersonKind, Style, Unit
from photoguard.output.manifest import sentence
from photoguard.review.photo import Kind, Spot, State, spots
from photoguard.texts import say, sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from photoguard.model import Channel, Reason, Record
    from photoguard.output.records import PhotoRecord
    from photoguard.pipeline.folder.session import Session
    from photoguard.pipeline.values import RunSpec
    from photoguard.review.photo import OpenPhoto
    from photoguard.settings import Settings


@dataclass(frozen=True, slots=True)
class FolderView:
    """What all photos of the folder need for their JSON."""

    spec: RunSpec
    session: Session
    language: Language
    day: date
    """The planned day of publication."""
    last_changed: int | None = None
    """Id of the photo whose change can be undone next; None if there is none."""
    posted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """SHA-256 of a copy → channels on which it is published."""

    def why_not(self, record: Record) -> str:
        """Return the sentence why a person may not be shown; "" if they may."""
        settings = self.spec.settings
        verdict = self._verdict(record, policy.channels_for(settings.channels, settings.unit))
        return "" if verdict.allowed else self.sentence_of(verdict.reason())

    def sentence_of(self, reason: Reason) -> str:
        """Return a reason as a sentence with names of people: the page is for the screen only."""
        register = self.spec.register
        found = [(each, register.record(each) if register else None) for each in reason.persons]
        names = ", ".join(printable(who.person.name) if who else each for each, who in found)
        parameters = {**reason.parameters, **({"person": names} if names else {})}
        return sentence(replace(reason, parameters=parameters), self.language)

    def may_be_shown(self, record: Record, channels: tuple[Channel, ...]) -> bool:
        """Return whether a person may be shown on all of these channels."""
        return self._verdict(record, channels).allowed

    def _verdict(self, record: Record, channels: tuple[Channel, ...]) -> policy.Verdict:
        rules = policy.rules_of(self.spec.settings)
        return policy.on_all(policy.may_be_shown, record, channels, self.day, rules)

    def everybody(self) -> tuple[Record, ...]:
        """Return all people in the register; empty without a register."""
        return tuple(self.spec.register.records) if self.spec.register else ()

    def people(self) -> Iterator[Record]:
        """Yield the people that a face may be assigned to: in early childhood only staff."""
        early = self.spec.settings.unit is Unit.EARLY_CHILDHOOD
        for record in self.everybody():
            if not early or record.person.kind is PersonKind.STAFF:
                yield record


def folder_view(view: FolderView, photos: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the folder, the people that a face may be assigned to, and every photo."""
    people = list(view.people())
    settings = view.spec.settings
    return {
        "unit": settings.unit.value,
        "channels": _channels_json(settings),
        "session": {
            "event": settings.event,
            "photographer": settings.photographer,
            "group": view.session.group,
            "day": settings.publish_on.isoformat() if settings.publish_on else "",
        },
        "today": view.day.isoformat(),
        "has_register": view.spec.register is not None,
        "present": list(_people_json(view, photos)),
        "groups": sorted({record.person.group for record in people if record.person.group}),
        "persons": [_person_json(record, view) for record in people],
        "makers": [{**_id_and_name(each), "group": each.person.group} for each in view.everybody()],
        "styles": [
            {
                "name": each.value,
                "label": sentence_of(f"report.value_style_{each}", view.language) or each,
            }
            for each in Style
        ],
        "photos": photos,
        "last_changed": view.last_changed,
    }


def _channels_json(settings: Settings) -> list[dict[str, Any]]:
    """Return the unit's channels, marking those the folder is prepared for."""
    chosen = channels_of(settings)
    return [
        {"name": each.name, "label": each.platform, "chosen": each.name in chosen}
        for each in policy.CHANNELS[settings.unit]
    ]


def _person_json(record: Record, view: FolderView) -> dict[str, str]:
    """Return a person that a face may be assigned to, and why they may not be shown."""
    return {
        "id": record.person.id,
        "name": printable(record.person.name),
        "group": record.person.group,
        "why": view.why_not(record),
    }


def photo_view(photo: OpenPhoto, view: FolderView) -> dict[str, Any]:
    """Return the JSON of one photo; ``size`` and boxes are in pixels of its copy."""
    record, settled = photo.record, photo.settled
    places = spots(photo)
    facts = record.facts
    return {
        "id": photo.id,
        "version": photo.version,
        "picture_version": photo.picture_version,
        "name": PurePosixPath(record.output).name if record.output else printable(record.source),
        "status": record.status.value,
        "settled": settled.verdict.value,
        "working": photo.working,
        "picture": record.output is not None,
        "held": _objection(photo, view),
        "size": list(facts.size) if facts else [1, 1],
        "spots": [_spot_json(each, view) for each in places],
        "reasons": [{"code": each.code, "text": view.sentence_of(each)} for each in record.reasons],
        "notices": [{"code": each.code, "text": view.sentence_of(each)} for each in record.notices],
        "photographer": settled.photographer,
        "works": _works(photo),
        "style": (settled.style or view.spec.settings.style).value,
        "channels": [policy.platform_of(name) for name in channels_of(view.spec.settings)],
        "posted": [
            policy.platform_of(name) for name in view.posted.get(record.output_sha256 or "", ())
        ],
        "people": sorted(_people_in(places, record)),
        "group": _group_json(places, view),
        "alt": _descriptions_json(photo, view),
        "copying": _texts_to_copy(photo, view),
    }


def _objection(photo: OpenPhoto, view: FolderView) -> str:
    """Return the sentence why the photo cannot be approved as it is; "" if it can."""
    found = policy.objections(photo.plan) if photo.plan else ()
    if not found:
        return ""
    return say("review.held_by_a_rule", view.language, why=view.sentence_of(found[0]))


def channels_of(settings: Settings) -> tuple[str, ...]:
    """Return the channels that the folder is prepared for: those chosen, or all of the unit."""
    return settings.channels or tuple(each.name for each in policy.CHANNELS[settings.unit])


def _works(photo: OpenPhoto) -> list[str] | None:
    """Return register ids of the makers of works in a photo; None if nobody answered."""
    noted = photo.settled.works if photo.settled.works is not None else photo.record.notes.works
    return None if noted is None else list(noted)


def _people_in(places: tuple[Spot, ...], record: PhotoRecord) -> set[str]:
    """Return register ids of all people in a photo, and of its photographer and makers."""
    return {spot.person for spot in places if spot.person} | {each.subject for each in record.noted}


def _people_json(view: FolderView, photos: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each person in any photo, with the number of photos and where they may be shown."""
    register = view.spec.register
    counts = Counter(person for photo in photos for person in photo["people"])
    found = [register.record(person) for person in counts] if register else []
    for record in sorted(filter(None, found), key=lambda each: each.person.name.casefold()):
        may = [
            each.platform
            for each in policy.CHANNELS[view.spec.settings.unit]
            if view.may_be_shown(record, (each,))
        ]
        yield {
            **_id_and_name(record),
            "photos": counts[record.person.id],
            "channels": may,
            "why": view.why_not(record),
        }


def _spot_json(spot: Spot, view: FolderView) -> dict[str, Any]:
    may_be_named = spot.kind in {Kind.FACE, Kind.WEAK, Kind.ADDED} and any(view.people())
    left, top = spot.box.left, spot.box.top
    why = _explanation_code(spot)
    return {
        "id": spot.id,
        "kind": spot.kind.value,
        "state": spot.state.value,
        "box": [left, top, spot.box.width, spot.box.height],
        "label": spot.label,
        "person": spot.person,
        "sure": spot.sure,
        "otherwise": "is_a_face" if spot.state is State.NOT_FACE else "not_a_face",
        "chooser": may_be_named and spot.state is not State.NOT_FACE,
        "why": say(f"review.why_{why}", view.language) if why else _objection_to_person(spot, view),
        "short": say(f"review.short_{why}", view.language) if why else "",
    }


def _explanation_code(spot: Spot) -> str:
    if spot.state is State.NOT_FACE:
        return "text_shown" if spot.kind is Kind.TEXT else "not_face"
    codes = {Kind.WEAK: "weak", Kind.DOUBT: "doubt", Kind.ADDED: "added", Kind.TEXT: "text"}
    return codes.get(spot.kind, "")


def _objection_to_person(spot: Spot, view: FolderView) -> str:
    """Return the sentence of the policy's decision about the person at a place."""
    record = view.spec.register.record(spot.person) if view.spec.register and spot.person else None
    return view.why_not(record) if record else ""


def _group_json(places: tuple[Spot, ...], view: FolderView) -> dict[str, Any] | None:
    """Return who of the chosen group has no place yet, and who of it may not be shown."""
    if not view.session.group:
        return None
    placed = {spot.person for spot in places}
    members = [r for r in view.people() if r.person.group == view.session.group]
    may = [record for record in members if not view.why_not(record)]
    return {
        "left": [_id_and_name(record) for record in may if record.person.id not in placed],
        "not": [_id_and_name(record) for record in members if record not in may],
    }


def _id_and_name(record: Record) -> dict[str, str]:
    return {"id": record.person.id, "name": printable(record.person.name)}


def _descriptions_json(photo: OpenPhoto, view: FolderView) -> list[dict[str, str]]:
    confirmed = photo.record.alt_text_confirmed
    settled = photo.settled.descriptions
    drafts = photo.record.alt_text
    return [
        {
            "language": language.value,
            "name": say(f"review.alt_{language}", view.language),
            "text": settled.get(language, drafts.get(language, "") if confirmed else ""),
            "draft": "" if confirmed else drafts.get(language, ""),
        }
        for language in (view.language, *(each for each in Language if each is not view.language))
    ]


def _texts_to_copy(photo: OpenPhoto, view: FolderView) -> list[dict[str, str]]:
    """Return the texts for a post, each to be copied separately."""
    record = photo.record
    alt = photo.settled.descriptions.get(view.language) or record.alt_text.get(view.language, "")
    settings = view.spec.settings
    blocks = {
        "caption": photo.settled.descriptions.get(view.language, "") or record.caption,
        "hashtags": " ".join(settings.hashtags),
        "credit": record.credit,
        "alt": alt,
    }
    return [{"what": what, "text": text} for what, text in blocks.items()]
