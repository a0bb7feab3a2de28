"""The catalogues are whole, agree with each other and with the code, and keep to the words."""

from __future__ import annotations

import re

import pytest

from tests.locale.catalogues import (
    DOMAINS,
    FILES,
    LANGUAGES,
    LOCALE,
    asked,
    placeholders,
    read,
    sentences,
)

SAME_IN_ENGLISH = {
    "report.face_person",  # Register
}
"""Sentences that may read the same in Finnish or Swedish as in English."""

NEVER = {
    "fi": r"anonym|julkaisukelpoi|krediit|päivähoi|\bvanhem(pi|man|mat|pien|malle)\b",
    "sv": r"anonym|spärra|målsman|\bförskola|grundskola",
    "en": r"anonym",
}
PROMISES = r"\b100 ?%|gdpr[- ](compliant|mukai|förenlig)|tietosuoja-asetuksen mukai"
OF_OFFICES = [(r"\balt text", "fi", r"kuvateksti"), (r"\balt text", "sv", r"bildtext")]
"""Where the English says this, this language must not say that."""


def _all(language: str) -> dict[str, tuple[str, ...]]:
    return {
        code: forms for domain in DOMAINS for code, forms in sentences(language, domain).items()
    }


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_whole(language: str, domain: str) -> None:
    """A catalogue has every sentence of its English twin, none empty, fuzzy or left behind."""
    catalogue = read(language, domain)
    known = sentences(language, domain)
    assert set(known) == set(sentences("en", domain))
    assert all(form.strip() for forms in known.values() for form in forms)
    assert not catalogue.obsolete
    assert not [message.id for message in catalogue if message.fuzzy and message.id]


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_begin_with_their_catalogue(language: str, domain: str) -> None:
    """A code names its catalogue, and is singular and plural key at once."""
    catalogue = read(language, domain)
    assert catalogue.num_plurals == 2
    for message in catalogue:
        ids = (message.id,) if isinstance(message.id, str) else message.id
        assert len(set(ids)) == 1
        assert not ids[0] or ids[0].startswith(f"{domain}.")


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_placeholders_agree(language: str, domain: str) -> None:
    """Each sentence has the placeholders and the plural forms of the English one."""
    english = sentences("en", domain)
    for code, forms in sentences(language, domain).items():
        assert len(forms) == len(english[code]), code
        assert set().union(*map(placeholders, forms)) == set().union(
            *map(placeholders, english[code])
        ), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_plain_names(language: str) -> None:
    """A placeholder is a name: no position, attribute or format."""
    for code, forms in _all(language).items():
        for name in set().union(*map(placeholders, forms)):
            assert name.isidentifier(), code


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_nothing_is_left_in_english(language: str) -> None:
    """No sentence with words is the English one, but for a short list."""
    english = _all("en")
    same = {
        code
        for code, forms in _all(language).items()
        if forms == english[code] and re.search(r"[^\W\d_]{3}", re.sub(r"\{\w+\}", "", forms[0]))
    }
    assert same <= SAME_IN_ENGLISH


def test_every_code_that_is_asked_for_is_there() -> None:
    """The code asks for no sentence that the catalogues lack."""
    there = set(_all("en"))
    wanted = asked()
    lacking = wanted.codes - wanted.beginnings - there
    assert sorted(code for code in lacking if not FILES.fullmatch(code)) == []
    assert [
        start for start in wanted.beginnings if not any(code.startswith(start) for code in there)
    ] == []


def test_no_sentence_is_stale() -> None:
    """Every sentence is asked for, by itself or as the next step of one that is."""
    wanted = asked()
    stale = {
        code
        for code in _all("en")
        if not wanted.asks(code) and not wanted.asks(re.sub(r"\.(remedy|next)$", "", code))
    }
    assert sorted(stale) == []


def test_every_error_has_a_remedy() -> None:
    """Each code that is raised has a sentence and says what to do."""
    there = set(_all("en"))
    lacking = {code for code in asked().errors if f"{code}.remedy" not in there}
    assert sorted(code for code in lacking if f"{code}.next" not in there) == []


def test_calls_hand_over_what_the_sentences_name() -> None:
    """A call that can be read gives every parameter that the sentence and its remedy need."""
    english = _all("en")
    lacking = []
    for place, code, given in asked().calls:
        for full in (code, f"{code}.remedy", f"{code}.next"):
            named = set().union(*map(placeholders, english.get(full, ())))
            if named - given - {"count"}:
                lacking.append((place, full, sorted(named - given)))
    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_are_not_used(language: str) -> None:
    """No sentence uses a word of the *Not* column or claims more than was measured."""
    found = {
        code: match[0]
        for code, forms in _all(language).items()
        for form in forms
        if (match := re.search(f"{NEVER[language]}|{PROMISES}", form, re.IGNORECASE))
    }
    assert found == {}


@pytest.mark.parametrize(("english", "language", "word"), OF_OFFICES)
def test_words_that_are_not_used_for_something(english: str, language: str, word: str) -> None:
    """The alt text is not called a caption."""
    known = _all(language)
    assert [
        code
        for code, forms in _all("en").items()
        if re.search(english, forms[0], re.IGNORECASE)
        and re.search(word, known[code][0], re.IGNORECASE)
    ] == []


@pytest.mark.parametrize(("language", "word"), [("fi", r"virhe\b\W"), ("sv", r"fel\b\W")])
def test_a_sentence_on_trouble_is_not_just_the_word(language: str, word: str) -> None:
    """No sentence begins with a bare *Virhe:* or *Fel:*."""
    begun = (
        code for code, forms in _all(language).items() if re.match(word, forms[0], re.IGNORECASE)
    )
    assert list(begun) == []


def test_every_catalogue_is_compiled() -> None:
    """Each .po has a .mo beside it, as the build makes them."""
    lacking = [
        path for path in LOCALE.glob("*/LC_MESSAGES/*.po") if not path.with_suffix(".mo").is_file()
    ]
    assert lacking == []
