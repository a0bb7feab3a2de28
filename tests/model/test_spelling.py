"""Names that look alike are one name, and what nobody sees is kept nowhere."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.captions import names_in
from photoguard.model.spelling import heading_key, key, name_key, plain, visible

ALIKE = {
    "a hyphen of its own": ("Maija\u2010Liisa Malli", "Maija-Liisa Malli"),
    "a hyphen that holds the line together": ("Maija\u2011Liisa Malli", "Maija-Liisa Malli"),
    "an en dash": ("Maija\u2013Liisa Malli", "Maija-Liisa Malli"),
    "a minus": ("Maija\u2212Liisa Malli", "Maija-Liisa Malli"),
    "a wide hyphen": ("Maija\uff0dLiisa Malli", "Maija-Liisa Malli"),
    "spaces around a hyphen": ("Maija - Liisa Malli", "Maija-Liisa Malli"),
    "a curled apostrophe": ("Ian O\u2019Malli", "Ian O'Malli"),
    "an opening apostrophe": ("Ian O\u2018Malli", "Ian O'Malli"),
    "an acute accent": ("Ian O\u00b4Malli", "Ian O'Malli"),
    "a letter that is an apostrophe": ("Ian O\u02bcMalli", "Ian O'Malli"),
    "a soft hyphen": ("Ot\u00adso Malli", "Otso Malli"),
    "a space without width": ("Ot\u200bso Malli", "Otso Malli"),
    "a joiner": ("Ot\u200dso Malli", "Otso Malli"),
    "a variation selector": ("Otso\ufe0f Malli", "Otso Malli"),
    "a byte order mark": ("\ufeffOtso Malli", "Otso Malli"),
    "a direction": ("\u202eOtso\u202c Malli", "Otso Malli"),
    "a space that does not break": ("Otso\u00a0Malli", "Otso Malli"),
    "a narrow space": ("Otso\u202fMalli", "Otso Malli"),
    "several spaces": ("Otso \u2003 Malli", "Otso Malli"),
    "decomposed letters": ("Va\u0308ino\u0308 Na\u0308yte", "Väinö Näyte"),
    "an accent behind a soft hyphen": ("Va\u00ad\u0308inö Näyte", "Väinö Näyte"),
    "capitals": ("VÄINÖ NÄYTE", "Väinö Näyte"),
    "the family name first": ("Näyte, Väinö", "Väinö Näyte"),
    "a ligature": ("So\ufb01a Malli", "Sofia Malli"),
    "a dotted capital": ("I\u0307brahim Malli", "\u0130brahim Malli"),
}


@pytest.mark.parametrize(("written", "typed"), ALIKE.values(), ids=ALIKE)
def test_names_that_look_alike_are_one(written: str, typed: str) -> None:
    """A name is found however its hyphens, apostrophes, spaces and accents were typed."""
    assert name_key(written) == name_key(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maija-Liisa Malli", "Maija Liisa Malli"),
        ("Väinö Näyte", "Vaino Nayte"),
        ("Ian O'Malli", "Ian Omalli"),
        ("Åke Lönn", "Ake Lonn"),
    ],
)
def test_names_that_differ_to_the_eye_are_two(one: str, other: str) -> None:
    """Accents, hyphens and apostrophes count."""
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("written", [written for written, _ in ALIKE.values()])
def test_a_caption_finds_names_that_look_alike(written: str) -> None:
    """A name is found in a caption in which it stands in another spelling."""
    name = dict(ALIKE.values())[written]
    assert names_in(f"Tässä on {written} pihalla.", [name]) == (name,)
    assert names_in(f"Tässä on {name} pihalla.", [written]) == (written,)


def test_what_was_told_is_kept_without_what_cannot_be_seen() -> None:
    """Curls and long hyphens are shown as told; what has no shape, and line ends, are gone."""
    assert (
        visible("Maija\u2011Liisa\u00a0 O\u2019Mal\u00adli\u200b\r\n")
        == "Maija\u2011Liisa O\u2019Malli"
    )
    assert visible("\u3164\u2800Aino\u115f") == "Aino"


def test_a_picture_of_several_signs_stays_whole() -> None:
    """A joiner between signs makes one picture, and is kept; as a key it does not count."""
    teacher = "\U0001f469\u200d\U0001f3eb \u2764\ufe0f\u200d\U0001f525"
    assert visible(teacher) == teacher
    assert "\u200d" not in plain(teacher)


def test_headings_are_compared_by_their_words() -> None:
    """Underlines, hyphens and what cannot be seen make no other heading; a lone hyphen stays."""
    assert (
        heading_key("Ei\u00a0kuviin")
        == heading_key("EI_kuviin")
        == heading_key("ei\u2010ku\u00adviin")
    )
    assert heading_key("\u2013") == "-"


@given(st.text())
def test_a_key_is_the_same_before_and_after(text: str) -> None:
    """What is kept of a text has the key of the text, and keeping it again changes nothing."""
    once = visible(text)
    assert visible(once) == once
    assert key(once) == key(text)
    assert key(unicodedata.normalize("NFD", text)) == key(text)
