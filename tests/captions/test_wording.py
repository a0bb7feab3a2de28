"""The rendered words of a photo, in three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.captions import CaptionFacts, language_of
from photoguard.captions.wording import AIM, LIMIT, caption, is_too_long
from photoguard.model import Caption, Language, Role, Unit

FI, SV, EN = Language
UNIT = {FI: "Päiväkoti Kuusenkerkkä", SV: "Daghemmet Granskottet"}
CITY = {FI: "Lappeenrannan kaupunki", SV: "Villmanstrands stad"}


def _words(language: Language = FI, **facts: object) -> Caption:
    return caption(CaptionFacts(language, unit_name=UNIT, organisation=CITY, **facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Barn bygger en snöborg på daghemmets gård.", SV),
        ("Tre elever läser", SV),
        ("Lapset rakentavat lumilinnaa päiväkodin pihalla.", FI),
        ("Kaksi lasta istuu nurmikolla.", FI),
        ("Children build a snow castle in the yard.", EN),
        ("Kids playing outside", EN),
        ("Lumilinna", None),
        ("Barnen leker. Lapset leikkivät.", None),
        ("Syksy on ihanaa", None),
        ("", None),
    ],
)
def test_the_language_of_a_sentence_is_told_where_it_is_plain(
    text: str, language: Language | None
) -> None:
    """Two words of one language, and none of another: everything else is not guessed."""
    assert language_of(text) is language


def test_a_long_description_stands_in_its_own_language() -> None:
    """The Swedish text of the table is not the extended description of the Finnish one."""
    long = "Barnen bygger en snöborg på gården. " * 9
    described = _words(description="Lumilinna", long_description=long).public.description
    assert described == {SV: long.strip()}
    assert list(_words(description="x", long_description="Metsä " * 60).public.description) == [FI]


@pytest.mark.parametrize(
    ("people", "hidden", "finnish", "swedish", "english"),
    [
        (1, 0, "Yksi henkilö.", "En person.", "One person."),
        (
            1,
            1,
            "Yksi henkilö, kasvot on peitetty.",
            "En person, ansiktet är dolt.",
            "One person, face hidden.",
        ),
        (
            2,
            2,
            "Kaksi henkilöä, kasvot on peitetty.",
            "Två personer, ansiktena är dolda.",
            "Two people, faces hidden.",
        ),
        (
            2,
            1,
            "Kaksi henkilöä, joista yhden kasvot on peitetty.",
            "Två personer, ett ansikte är dolt.",
            "Two people, one face hidden.",
        ),
        (
            4,
            2,
            "Neljä henkilöä, joista kahden kasvot on peitetty.",
            "Fyra personer, två ansikten är dolda.",
            "Four people, two faces hidden.",
        ),
        (6, 0, "Ryhmä ihmisiä.", "En grupp människor.", "A group of people."),
        (
            9,
            9,
            "Ryhmä ihmisiä, kasvot on peitetty.",
            "En grupp människor, ansiktena är dolda.",
            "A group of people, faces hidden.",
        ),
        (
            9,
            7,
            "Ryhmä ihmisiä, joista osan kasvot on peitetty.",
            "En grupp människor, en del ansikten är dolda.",
            "A group of people, some faces hidden.",
        ),
    ],
)
def test_drafts_are_inflected_right(
    people: int, hidden: int, finnish: str, swedish: str, english: str
) -> None:
    """The draft says how many people there are and whose faces are hidden, correctly."""
    drafted = _words(people=people, hidden=hidden, kept=people - hidden)
    assert drafted.alt_text == {FI: finnish, SV: swedish, EN: english}


def test_the_event_leads_in_the_language_it_was_typed_in() -> None:
    """The draft begins with the event; other languages do without it."""
    drafted = _words(people=3, hidden=3, event="Metsäretki")
    assert drafted.alt_text[FI] == "Metsäretki: kolme henkilöä, kasvot on peitetty."
    assert drafted.alt_text[SV] == "Tre personer, ansiktena är dolda."


def test_a_draft_is_not_embedded() -> None:
    """A draft stands in the caption, never among the public words."""
    drafted = _words(people=3, hidden=3)
    assert not drafted.alt_text_confirmed
    assert drafted.public.alt_text == drafted.public.description == {}


def test_the_staff_s_words_are_embedded_with_the_sentence_on_hiding() -> None:
    """A description is confirmed, stands alone in its language, and says that faces are hidden."""
    given_text = _words(
        people=3, hidden=3, description="Lapset rakentavat lumilinnaa päiväkodin pihalla"
    )
    text = "Lapset rakentavat lumilinnaa päiväkodin pihalla. Kasvot on peitetty."
    assert given_text.alt_text == given_text.public.alt_text == {FI: text}
    assert given_text.alt_text_confirmed


def test_swedish_by_staff() -> None:
    """Swedish words get the Swedish sentence."""
    composed = _words(
        SV, people=2, hidden=2, description="Barn bygger en snöborg på daghemmets gård."
    )
    expected = "Barn bygger en snöborg på daghemmets gård. Ansiktena är dolda."
    assert composed.alt_text == {SV: expected}


def test_a_long_description_goes_whole_to_the_extended_one() -> None:
    """What does not fit is cut in the alt text and whole in the extended description."""
    text = "Lapset rakentavat suurta lumilinnaa päiväkodin pihalla ja laulavat. " * 6
    composed = _words(people=2, hidden=2, description=text)
    assert len(composed.alt_text[FI]) <= LIMIT
    assert composed.alt_text[FI].endswith("… Kasvot on peitetty.")
    assert composed.public.description[FI] == f"{text.strip()} Kasvot on peitetty."


@given(
    event=st.text(max_size=300),
    description=st.text(max_size=600),
    people=st.integers(0, 12),
    hidden=st.integers(0, 12),
)
def test_limits_hold_for_any_words(event: str, description: str, people: int, hidden: int) -> None:
    """A draft keeps to 125 characters and no alt text exceeds 250, whatever was typed."""
    composed = _words(
        event=event, description=description, people=people, hidden=min(hidden, people)
    )
    longest = LIMIT if composed.alt_text_confirmed else AIM
    assert all(0 < len(text) <= longest for text in composed.alt_text.values())


@pytest.mark.parametrize(
    ("language", "facts", "credit"),
    [
        (FI, {"photographer": "Maija Virtanen"}, "Kuva: Maija Virtanen / Lappeenrannan kaupunki"),
        (SV, {"photographer": "Maija Virtanen"}, "Foto: Maija Virtanen / Villmanstrands stad"),
        (FI, {"photographer_role": Role.CHILD}, "Kuva: lapsi / Päiväkoti Kuusenkerkkä"),
        (SV, {"photographer_role": Role.CHILD}, "Foto: ett barn / Daghemmet Granskottet"),
        (
            SV,
            {"photographer_role": Role.CHILD, "unit": Unit.BASIC_EDUCATION},
            "Foto: elev / Daghemmet Granskottet",
        ),
        (
            EN,
            {"photographer_role": Role.CHILD, "unit": Unit.UPPER_SECONDARY},
            "Photo: a student / Päiväkoti Kuusenkerkkä",
        ),
        (FI, {}, "Kuva: Päiväkoti Kuusenkerkkä / Lappeenrannan kaupunki"),
        (FI, {"photographer": "Foto Oy", "photographer_role": Role.OTHER}, "Kuva: Foto Oy"),
    ],
)
def test_credit_lines(language: Language, facts: dict[str, object], credit: str) -> None:
    """Staff are credited by name, children without one, and otherwise the unit stands."""
    assert _words(language, **facts).public.credit == credit


def test_terms_stand_in_all_languages() -> None:
    """Rights and terms of use are told in Finnish, Swedish and English."""
    public = _words(photographer="Maija Virtanen").public
    assert set(public.rights) == set(public.usage_terms) == set(Language)
    assert public.creator == "Maija Virtanen"
    assert public.rights[FI] == "© Maija Virtanen"


def test_caption_tells_event_and_description_once() -> None:
    """The caption holds the event and the description; an event told in it is not repeated."""
    assert _words(event="Metsäretki", description="Kävyistä syntyi lehmiä").caption == (
        "Metsäretki. Kävyistä syntyi lehmiä."
    )
    assert _words(event="Metsäretki", description="Metsäretki Sammonlahteen").caption == (
        "Metsäretki Sammonlahteen."
    )


def test_a_drafted_caption_is_more_than_the_event() -> None:
    """Without a description the unit and the event begin the caption, and it is a draft."""
    composed = _words(event="Metsäretki")
    assert composed.caption == f"{UNIT[FI]}: Metsäretki."
    assert composed.caption_drafted
    assert _words().caption == f"{UNIT[FI]}."
    assert not _words(description="Kävyistä syntyi lehmiä").caption_drafted


def test_what_other_languages_lack_is_told() -> None:
    """An event or a description that stands in one language only is missing in the others."""
    others = {language for language in Language if language is not FI}
    assert _words(event="Metsäretki").lacks == dict.fromkeys(others, "event")
    composed = _words(description="Kävyt", event="Retki", translations={Language.SV: "Kottar"})
    assert composed.lacks == {Language.EN: "description"}
    assert _words().lacks == {}


def test_hashtags_are_single_words_told_once() -> None:
    """Hashtags keep their order and each stands once, whatever its capitals."""
    tags = _words(hashtags=("LPRoppii", "#lproppii", "#metsä retki", "!")).hashtags
    assert tags == ("#LPRoppii", "#metsäretki")


def test_a_short_text_keeps_the_long_one_beside_it() -> None:
    """Whoever writes a short alt text does not lose the long description."""
    long = "Lapset rakentavat majaa. " * 12
    composed = _words(description="Lapset rakentavat majaa.", long_description=long)
    assert composed.alt_text_confirmed
    assert composed.public.alt_text == {FI: "Lapset rakentavat majaa."}
    assert composed.public.description == {FI: long.strip()}


def test_nothing_that_was_cut_is_confirmed() -> None:
    """A long description stands whole in the extended one; its cut alt text is a draft."""
    long = "Lapset rakentavat majaa. " * 12
    composed = _words(people=2, hidden=2, description=long)
    assert not composed.alt_text_confirmed
    assert composed.public.alt_text == {}
    assert composed.public.description[FI].startswith(long.strip())
    assert len(composed.alt_text[FI]) <= AIM
    assert is_too_long(long)


def test_the_programs_own_sentence_gives_way_to_the_staffs_words() -> None:
    """A description that fits alone is confirmed whole, without what would not fit behind it."""
    fits = ("Lapset rakentavat majaa. " * 10).strip()
    composed = _words(people=2, hidden=2, description=fits)
    assert LIMIT - 10 < len(fits) <= LIMIT
    assert (composed.alt_text_confirmed, composed.alt_text[FI]) == (True, fits)
    assert composed.public.description == {}
