"""What the page shows: the manifest's values, cleaned, sorted and put into words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from photoguard.files import printable
from photoguard.model import Action, Language, Outcome
from photoguard.report.cards import Card, Note, card_of, notes_in
from photoguard.texts import sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

ORDER = (Outcome.REVIEW, Outcome.BLOCKED, Outcome.FAILED, Outcome.READY)
"""What needs a person comes first."""
TWIN = "reasons.not_handled_twin"


@dataclass(frozen=True, slots=True)
class Section:
    """All photos of one outcome; ``cards`` is made anew whenever it is walked through."""

    outcome: str
    count: int
    photos: Sequence[tuple[int, Mapping[str, Any]]]
    folder: Path
    language: Language

    def cards(self) -> Iterator[Card]:
        """Yield a card at a time, so that a thousand pictures never lie in memory at once."""
        for number, photo in self.photos:
            yield card_of(number, photo, self.folder, self.language)


@dataclass(frozen=True, slots=True)
class Page:
    """Everything above and below the photos."""

    folder: str
    total: int
    counts: Mapping[str, int]
    hidden: int
    kept: int
    drafts: int
    sections: tuple[Section, ...]
    not_handled: tuple[tuple[str, str], ...]
    unseen: int
    """How many of them hold something that nobody has looked at; the twin of a photo does not."""
    notices: tuple[Note, ...]
    """What of the staff's table met no photo."""
    settings: tuple[tuple[str, str], ...]
    version: str


def page_of(manifest: Mapping[str, Any], folder: Path, language: Language) -> Page:
    """Return what the page shows of a manifest."""
    photos = list(enumerate(manifest["photos"], start=1))
    actions = Counter(face["action"] for _, photo in photos for face in photo["faces"])
    sections = (
        (outcome, [entry for entry in photos if entry[1]["status"] == outcome]) for outcome in ORDER
    )
    return Page(
        folder=printable(folder.name),
        total=len(photos),
        counts=Counter(photo["status"] for _, photo in photos),
        hidden=actions[Action.HIDE],
        kept=actions[Action.KEEP],
        drafts=sum(_is_draft(photo) for _, photo in photos),
        sections=tuple(
            Section(outcome.value, len(found), found, folder, language)
            for outcome, found in sections
            if found
        ),
        not_handled=tuple(
            (printable(item["source"]), printable(item["text"]))
            for item in manifest.get("not_handled", ())
        ),
        unseen=sum(item["code"] != TWIN for item in manifest.get("not_handled", ())),
        notices=notes_in(manifest.get("notices", ()), language),
        settings=_settings(manifest, language),
        version=printable(str(manifest.get("program", ""))),
    )


def _is_draft(photo: Mapping[str, Any]) -> bool:
    return bool(photo["output"]) and not photo["alt_text_confirmed"]


def _settings(manifest: Mapping[str, Any], language: Language) -> tuple[tuple[str, str], ...]:
    shown = {
        "unit": manifest["unit"],
        "channels": ", ".join(manifest["channels"]),
        "publish_on": manifest.get("publish_on"),
        **manifest["settings"],
    }
    return tuple(
        (
            sentence_of(f"report.setting_{key}", language) or printable(key),
            _value(key, value, language),
        )
        for key, value in shown.items()
        if value not in (None, "")
    )


def _value(key: str, value: object, language: Language) -> str:
    """Return a setting's value in words where the catalogue has them."""
    word = str(value).lower()
    sentence = sentence_of(f"report.value_{key}_{word}", language)
    return sentence or printable(str(value))
