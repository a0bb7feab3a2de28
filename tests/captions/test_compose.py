"""What the pure composer says: codes and parameters, never a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.captions import CaptionFacts, Phrase, compose
from photoguard.model import Language, Role, Unit

UNIT = {Language.FI: "Päiväkoti Kuusenkerkkä", Language.SV: "Daghemmet Granskottet"}
CITY = {Language.FI: "Lappeenrannan kaupunki", Language.SV: "Villmanstrands stad"}
FACTS = CaptionFacts(Language.FI, unit_name=UNIT, organisation=CITY)


def _codes(phrase: Phrase | None) -> set[str]:
    if phrase is None:
        return set()
    inner = (_codes(value) for value in phrase.parameters.values() if isinstance(value, Phrase))
    return {phrase.code}.union(*inner)


def test_nobody_found_says_nothing_of_people() -> None:
    """Where no face was found, the draft does not mention people."""
    assert compose(FACTS, Language.FI).addition is None


@pytest.mark.parametrize("people", range(1, 9))
def test_number_up_to_five_then_a_group(people: int) -> None:
    """One to five people are counted, six and more are a group."""
    found = _codes(compose(replace(FACTS, people=people), Language.FI).addition)
    expected = str(people) if people <= 5 else "group"
    assert found == {f"captions.people_{expected}"}


@pytest.mark.parametrize("people", [1, 3])
def test_what_is_not_counted_surely_has_no_number(people: int) -> None:
    """Where a place is doubtful, people are spoken of without a number."""
    facts = replace(FACTS, people=people, hidden=people, counted=False)
    parts = compose(facts, Language.EN)
    assert _codes(parts.addition) == {"captions.all_hidden", "captions.people_some"}
    assert parts.addition
    assert parts.addition.count == max(2, people)


@given(people=st.integers(1, 40), hidden=st.integers(0, 40))
def test_hiding_is_told_exactly_where_it_happened(people: int, hidden: int) -> None:
    """None, some or all of the people are said to be hidden, as it is."""
    found = _codes(compose(replace(FACTS, people=people, hidden=hidden), Language.FI).addition)
    assert ("captions.all_hidden" in found) == (hidden >= people)
    assert ("captions.some_hidden" in found) == (0 < hidden < people)


def test_description_stands_only_in_the_language_it_was_typed_in() -> None:
    """A Finnish description confirms the Finnish text and no other."""
    facts = replace(FACTS, description="Lapset leikkivät pihalla")
    confirmed = {language for language in Language if compose(facts, language).confirmed}
    assert confirmed == {Language.FI}


def test_event_stands_only_in_the_unit_s_language() -> None:
    """A Finnish event is not put into a Swedish draft."""
    facts = replace(FACTS, event="Metsäretki")
    assert [compose(facts, language).subject for language in Language] == ["Metsäretki", "", ""]


@pytest.mark.parametrize(
    ("language", "description"),
    [
        (Language.FI, "Lapset pihalla, kasvot on peitetty."),
        (Language.FI, "Kuvassa on leikkijöitä, joiden kasvot on sumennettu."),
        (Language.SV, "Barn på gården. Ansiktena är dolda."),
        (Language.SV, "Barnens ansikten har suddats."),
        (Language.EN, "Children play; their faces are blurred."),
    ],
)
def test_hiding_is_not_said_twice(language: Language, description: str) -> None:
    """Where the staff said that faces are hidden, no sentence is added."""
    facts = CaptionFacts(language, people=2, hidden=2, description=description)
    assert compose(facts, language).addition is None


@pytest.mark.parametrize(
    "description",
    ["Lapset nukkuvat peiton alla.", "Kasvomaalauksia vappuna.", "Ilmeikkäitä kasvoja."],
)
def test_a_blanket_or_a_face_alone_does_not_count_as_said(description: str) -> None:
    """A word for faces or one for covering alone leaves the sentence in its place."""
    facts = replace(FACTS, people=2, hidden=2, description=description)
    assert compose(facts, Language.FI).addition is not None


def test_some_faces_kept_is_told_without_a_number() -> None:
    """After the staff's words, a mixture is told so that a miscount cannot make it wrong."""
    facts = replace(FACTS, people=3, hidden=2, kept=1, description="Retkellä")
    assert _codes(compose(facts, Language.FI).addition) == {"captions.sentence_some_hidden"}


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        (Unit.EARLY_CHILDHOOD, "captions.nameless_child"),
        (Unit.BASIC_EDUCATION, "captions.nameless_pupil"),
        (Unit.UPPER_SECONDARY, "captions.nameless_student"),
    ],
)
def test_a_child_s_name_is_not_used(unit: Unit, code: str) -> None:
    """A child, pupil or student is credited without a name, whatever name was typed."""
    facts = replace(FACTS, unit=unit, photographer="Aino", photographer_role=Role.CHILD)
    parts = compose(facts, Language.FI)
    assert code in _codes(parts.credit)
    assert "Aino" not in str(parts)


def test_a_child_with_permission_to_be_named_is_named() -> None:
    """A permission to be named puts the name into the credit, beside the unit."""
    facts = replace(
        FACTS, photographer="Aino", photographer_role=Role.CHILD, photographer_named=True
    )
    assert compose(facts, Language.FI).credit == Phrase(
        "captions.credit",
        {
            "who": Phrase(
                "captions.beside",
                {
                    "first": Phrase("captions.verbatim", {"text": "Aino"}),
                    "second": "Päiväkoti Kuusenkerkkä",
                },
            )
        },
    )


def test_terms_do_not_claim_a_permission_that_nobody_told() -> None:
    """Without a photographer the terms do not say that the photographer agreed."""
    assert compose(FACTS, Language.FI).usage_terms.code == "captions.usage_not_told"
    named = replace(FACTS, photographer="Maija Virtanen")
    assert compose(named, Language.FI).usage_terms.code == "captions.usage_told"


def test_nothing_known_gives_no_credit() -> None:
    """Without unit, organisation and photographer there is no credit to invent."""
    parts = compose(CaptionFacts(Language.EN), Language.EN)
    assert (parts.credit, parts.creator, parts.rights) == (None, None, None)
