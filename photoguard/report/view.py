"""Turns the manifest into what the page shows: cleaned, sorted, and as sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from photoguard.files import printable
from photoguard.model import Action, Language, Outcome
from photoguard.report.marking import LabelledPlace, Marking, labelled_places, marking_of, where
from photoguard.texts import say, sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from photoguard.report.thumbnails import Album, Thumbnail

ORDER = (Outcome.REVIEW, Outcome.BLOCKED, Outcome.FAILED, Outcome.READY)
"""Sections in order; photos that need a person come first."""
TWIN = "reasons.not_handled_twin"
SHOWN_OTHERWISE = frozenset({"reasons.draft_alt_text"})
"""Codes of notices for which the card has its own sign."""


@dataclass(frozen=True, slots=True)
class Section:
    """All photos of one outcome."""

    outcome: str
    count: int
    photos: Sequence[tuple[int, Mapping[str, Any]]]
    album: Album
    language: Language

    def cards(self) -> Iterator[Card]:
        """Yield one card at a time, so that a thousand pictures are never in memory at once."""
        pictures = self.album.all_of(photo for _, photo in self.photos)
        for (number, photo), small in zip(self.photos, pictures, strict=True):
            yield card_of(number, photo, small, self.language)


@dataclass(frozen=True, slots=True)
class Page:
    """Everything above and below the photos."""

    folder: str
    total: int
    counts: Mapping[str, int]
    hidden: int
    """Number of hidden faces in the copies; ``kept`` of visible ones."""
    kept: int
    drafts: int
    unwritten: int
    """Number of copies without any alternative text, not even a draft."""
    sections: tuple[Section, ...]
    not_handled: tuple[tuple[str, str], ...]
    unseen: int
    """Number of files in ``not_handled`` whose content nobody has seen; the twin of a photo is
    not counted."""
    notices: tuple[ReasonText, ...]
    """Lines of the staff's table that match no photo."""
    settings: tuple[tuple[str, str], ...]
    version: str


def page_of(manifest: Mapping[str, Any], album: Album, language: Language) -> Page:
    """Return what the page shows of a manifest."""
    photos = list(enumerate(manifest["photos"], start=1))
    copies = [photo for _, photo in photos if photo["output"]]
    actions = Counter(face["action"] for photo in copies for face in photo["faces"])
    sections = (
        (outcome, [entry for entry in photos if entry[1]["status"] == outcome]) for outcome in ORDER
    )
    return Page(
        folder=printable(album.folder.name),
        total=len(photos),
        counts=Counter(photo["status"] for _, photo in photos),
        hidden=actions[Action.HIDE],
        kept=actions[Action.KEEP],
        drafts=sum(_is_draft(photo) for _, photo in photos),
        unwritten=sum(not _has_words(photo) for photo in copies),
        sections=tuple(
            Section(outcome.value, len(found), found, album, language)
            for outcome, found in sections
            if found
        ),
        not_handled=tuple(
            (printable(item["source"]), printable(item["text"]))
            for item in manifest.get("not_handled", ())
        ),
        unseen=sum(item["code"] != TWIN for item in manifest.get("not_handled", ())),
        notices=reason_texts(manifest.get("notices", ()), language),
        settings=_settings(manifest, language),
        version=printable(str(manifest.get("program", ""))),
    )


def _is_draft(photo: Mapping[str, Any]) -> bool:
    return bool(photo["output"]) and _has_words(photo) and not photo["alt_text_confirmed"]


def _has_words(photo: Mapping[str, Any]) -> bool:
    return any(photo["alt_text"].values())


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
    """Return a setting's value in words if the catalogue has them, else as it is."""
    word = str(value).lower()
    sentence = sentence_of(f"report.value_{key}_{word}", language)
    return sentence or printable(str(value))


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A reason or notice as a sentence, its place in the picture, and what to do about it."""

    text: str
    next_step: str | None = None
    where: str = ""
    """Its places on the small picture in words; "" if it has none."""


@dataclass(frozen=True, slots=True)
class FaceRow:
    """One row of the table of faces; ``number`` is the one used in ``photos.csv``."""

    number: int
    action: str
    person: str
    score: str
    detectors: str


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row of the table of identifying texts: the kind, and what was done."""

    kind: str
    action: str
    weak: bool


@dataclass(frozen=True, slots=True)
class AltText:
    """An alternative text in one language."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One photo on the page."""

    anchor: str
    source: str
    outcome: str
    name: str
    """The copy's file name; "" if no copy was written."""
    href: str
    size: str
    reasons: tuple[ReasonText, ...]
    notices: tuple[ReasonText, ...]
    faces: tuple[FaceRow, ...]
    texts: tuple[TextRow, ...]
    thumbnail: Thumbnail | None
    marking: Marking
    alt_texts: tuple[AltText, ...]
    alt_text_confirmed: bool
    lacks: tuple[str, ...]
    """Sentences that say which text is missing in which languages."""
    caption: str
    caption_confirmed: bool
    hashtags: str
    credit: str


def card_of(
    number: int, photo: Mapping[str, Any], small: Thumbnail | None, language: Language
) -> Card:
    """Return the card of a photo of the manifest; ``small`` is its small picture, if any."""
    output = photo["output"] or ""
    places = labelled_places(photo) if small else {}
    reasons = reason_texts(photo["reasons"], language, places)
    return Card(
        anchor=f"photo-{number}",
        source=printable(photo["source"]),
        outcome=photo["status"],
        name=printable(output.rpartition("/")[2]),
        href=quote(output),
        size=" × ".join(str(side) for side in photo["size"] or ()),
        reasons=reasons,
        notices=tuple(
            text for text in reason_texts(photo["notices"], language, places) if text not in reasons
        ),
        faces=tuple(_faces(photo["faces"], language)),
        texts=tuple(map(_text, photo.get("texts", ()))),
        thumbnail=small,
        marking=marking_of(photo, small),
        alt_texts=_alt_texts(photo["alt_text"], language),
        alt_text_confirmed=photo["alt_text_confirmed"],
        lacks=tuple(_lacks(photo.get("alt_text_lacks", {}), language)),
        caption=printable(photo.get("caption", "")),
        caption_confirmed=photo.get("caption_confirmed", False),
        hashtags=printable(" ".join(photo.get("hashtags", ()))),
        credit=printable(photo["credit"] or ""),
    )


def _text(text: Mapping[str, Any]) -> TextRow:
    return TextRow(printable(text["text"]).rstrip("."), text["action"], text["weak"])


def reason_texts(
    items: Sequence[Mapping[str, Any]],
    language: Language,
    places: Mapping[str, Sequence[LabelledPlace]] = MappingProxyType({}),
) -> tuple[ReasonText, ...]:
    """Return reasons or notices as sentences, each with the next step and its places."""
    return tuple(
        ReasonText(
            printable(item["text"]),
            _next_step(item, language),
            where(places.get(item["code"], ()), language),
        )
        for item in items
        if item["code"] not in SHOWN_OTHERWISE
    )


def _next_step(item: Mapping[str, Any], language: Language) -> str | None:
    """Return the text of ``.next`` (reasons) or ``.remedy`` (errors); None without either."""
    person = ", ".join(item["persons"])
    for kind in ("next", "remedy"):
        if sentence := sentence_of(f"{item['code']}.{kind}", language, person=person):
            return printable(sentence)
    return None


def _faces(faces: Iterable[Mapping[str, Any]], language: Language) -> Iterator[FaceRow]:
    return (_face(number, face, language) for number, face in enumerate(faces, start=1))


def _face(number: int, face: Mapping[str, Any], language: Language) -> FaceRow:
    score = f"{face['score']:.2f}"
    return FaceRow(
        number=number,
        action=face["action"],
        person=printable(face["person"] or ""),
        score=score if language is Language.EN else score.replace(".", ","),
        detectors=printable(", ".join(face["detectors"])),
    )


def _alt_texts(texts: Mapping[str, str], language: Language) -> tuple[AltText, ...]:
    """Return the alternative texts, that in the page's language first."""
    ordered = sorted(texts.items(), key=lambda item: item[0] != language)
    return tuple(AltText(printable(key), printable(text)) for key, text in ordered if text)


def _lacks(lacks: Mapping[str, str], language: Language) -> Iterator[str]:
    """Yield a sentence for each missing kind of text, with the languages it is missing in."""
    for what in dict.fromkeys(lacks.values()):
        lacking = (key for key, missing in lacks.items() if missing == what)
        names = ", ".join(say(f"report.value_language_{key}", language) for key in lacking)
        yield say(f"report.lacks_{what}", language, None, languages=names)
