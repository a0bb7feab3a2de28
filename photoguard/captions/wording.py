"""Renders the composed texts of a photo into sentences, using ``captions`` and ``texts``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard import captions
from photoguard.captions.xmp import plain
from photoguard.model import Caption, Language, PublicText
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from photoguard.captions import CaptionFacts, Composition, Phrase

AIM = 125
"""Most characters of a draft alt text: many screen readers pause there."""
LIMIT = 250
"""Most characters of any alt text; a longer one goes into the extended description in full."""


def caption(facts: CaptionFacts) -> Caption:
    """Return all texts of one photo, in each language in which they are available.

    Text typed by staff is confirmed and embedded, in the language it was typed in; a draft
    is not embedded. A text too long for an alt text is put into the extended description in
    full, and its cut version is a draft.
    """
    composed = {language: captions.compose(facts, language) for language in Language}
    confirmed = any(parts.confirmed for parts in composed.values())
    chosen = {lang: parts for lang, parts in composed.items() if parts.confirmed is confirmed}
    short = {lang: text for lang, parts in chosen.items() if (text := _alt_text(parts, lang))}
    long = _too_long(chosen) if confirmed else {}
    own = composed[facts.language]
    public = PublicText(
        language=facts.language,
        credit=_render(own.credit, facts.language),
        creator=_render(own.creator, facts.language),
        rights=_in_all(lambda parts: parts.rights, composed),
        usage_terms=_in_all(lambda parts: parts.usage_terms, composed),
        alt_text={lang: text for lang, text in short.items() if confirmed and lang not in long},
        description={**_at_length(facts), **long},
    )
    return Caption(
        public=public,
        alt_text=short,
        alt_text_confirmed=confirmed and not long,
        caption=_heading(facts) or captions.sentence(_render(own.caption, facts.language)),
        hashtags=_hashtags(facts),
        caption_drafted=own.caption is not None,
        lacks=_lacks(facts),
    )


def _at_length(facts: CaptionFacts) -> dict[Language, str]:
    long = plain(facts.long_description)
    written = captions.language_of(long) or facts.language
    return {written: captions.sentence(long)} if long else {}


def _lacks(facts: CaptionFacts) -> dict[Language, str]:
    """Return what is missing in each language because it was typed in another one."""
    typed = facts.description_language or facts.language
    lacks = {}
    for language in Language:
        if plain(facts.description):
            if language is not typed and not plain(facts.translations.get(language, "")):
                lacks[language] = "description"
        elif plain(facts.event) and language is not facts.language:
            lacks[language] = "event"
    return lacks


def is_too_long(description: str) -> bool:
    """Return whether a description is too long to be an alt text."""
    return len(captions.sentence(plain(description))) > LIMIT


def _alt_text(parts: Composition, language: Language) -> str:
    """Return the alt text; the program's own sentence is left out if it does not fit.

    Typed text that is too long by itself is cut.
    """
    whole = _joined(parts, parts.subject, language)
    fits = parts.confirmed and not is_too_long(parts.subject)
    if len(whole) <= (LIMIT if fits else AIM):
        return whole
    if fits:
        return captions.sentence(parts.subject)
    room = len(parts.subject) - (len(whole) - AIM)
    return _joined(parts, captions.shortened(parts.subject, room), language)


def _joined(parts: Composition, subject: str, language: Language) -> str:
    addition = _render(parts.addition, language)
    if parts.confirmed:
        return f"{captions.sentence(subject)} {addition}".strip()
    event = subject.rstrip(" .:!")
    if event and addition:
        addition = say("captions.draft_event_people", language, event=event, people=addition)
    return captions.sentence(addition or subject)


def _too_long(chosen: Mapping[Language, Composition]) -> dict[Language, str]:
    """Return the full text in each language in which the alt text has to be cut."""
    return {
        language: _joined(parts, parts.subject, language)
        for language, parts in chosen.items()
        if is_too_long(parts.subject)
    }


def _in_all(
    part: Callable[[Composition], Phrase | None], composed: Mapping[Language, Composition]
) -> dict[Language, str]:
    rendered = {language: _render(part(parts), language) for language, parts in composed.items()}
    return {language: text for language, text in rendered.items() if text}


def _render(phrase: Phrase | None, language: Language) -> str:
    if phrase is None:
        return ""
    parameters = {
        name: value if isinstance(value, str) else _render(value, language)
        for name, value in phrase.parameters.items()
    }
    return say(phrase.code, language, phrase.count, **parameters)


def _heading(facts: CaptionFacts) -> str:
    """Return the event and the description as typed, without repeating the event; "" if empty."""
    event, description = plain(facts.event), plain(facts.description)
    if not description:
        return ""
    if event.casefold() in description.casefold():
        event = ""
    return " ".join(filter(None, (captions.sentence(event), captions.sentence(description))))


def _hashtags(facts: CaptionFacts) -> tuple[str, ...]:
    """Return the hashtags in the order given, without duplicates that differ in case only."""
    tags = (captions.hashtag(tag) for tag in facts.hashtags)
    return tuple({tag.casefold(): tag for tag in reversed(list(tags)) if tag}.values())[::-1]
