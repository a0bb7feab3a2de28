"""Words that may name a child are noticed though nobody told the program of that child."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.captions import Suspects, WordLists, suspects_in

LISTS = WordLists(
    names=frozenset(
        {"Aino", "Otso", "Lumi", "Marjo", "Åsa", "Lucia", "Ida", "Klas", "Inge", "Iris", "Björn"}
    ),
    everyday=frozenset({"lumi", "marjo", "lucia", "iris", "björn"}),
    capitals=frozenset({"Lappeenranta", "Monday", "Lucia"}),
    small=frozenset({"ingen"}),
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Aino ja Otson maja", ("Aino", "Otson")),
        ("aino ja otson maja", ("aino", "otson")),
        ("Åsas teckning", ("Åsas",)),
        ("Katossa Aino-tytön piirustus", ("Aino-tytön",)),
        ("#AinonSynttärit", ("AinonSynttärit",)),
        ("#ainonsynttärit", ("ainonsynttärit",)),
        ("AINO", ("AINO",)),
        ("Ingen sjunger", ("Ingen",)),
        ("Björnin auto", ("Björnin",)),
        ("Iriksen maalaus", ("Iriksen",)),
        ("Lumi rakensi majan", ("Lumi",)),
        ("Majan rakensi Lumi", ("Lumi",)),
        ("Lumella peitetty pihta", ()),
        ("Lumin maja", ("Lumin",)),
        ("Aino Aino", ("Aino",)),
        ("A I N O leikkii", ("AINO",)),
        ("Asas kalas", ("Asas",)),
        ("A\u0456no leikkii", ("A\u0456no",)),
    ],
)
def test_a_given_name_is_shown_as_it_was_typed(text: str, words: tuple[str, ...]) -> None:
    """A form of a listed given name is found whatever its capitals, and shown as typed."""
    assert suspects_in([text], LISTS).given == words


@pytest.mark.parametrize(
    "text",
    [
        "Lapset rakentavat lumilinnaa",
        "ainoastaan pihalla",
        "lumi satoi",
        "Marjoja poimittiin",
        "Vi firar Lucia",
        "ida är liten",
        "Vår klass. Klass 3",
        "På bilden syns ingen",
        "Vi sjöng Lucia-sånger",
        "#ainonkoulu",
        "Pihalla on 3 lasta",
        "",
    ],
)
def test_a_word_of_every_day_is_no_name(text: str) -> None:
    """What merely looks like a name in small letters, or is a day as well, holds nothing."""
    assert suspects_in([text], LISTS) == Suspects()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Pihalla leikkii Zlatan", ("Zlatan",)),
        ("Aino Virtanen", ("Virtanen",)),
        ("Aino Virtanen ja Otso", ("Virtanen",)),
        ("Pihalla Zlatanin koira", ("Zlatanin",)),
        ("Meidän koulussa Zlatan hyppää", ("Zlatan",)),
        ("Päiväkodissa Zlatan leikkii", ("Zlatan",)),
        ("At school Zlatan painted", ("Zlatan",)),
        ("Kuvassa: Zlatan, Xhemile, Ozan ja Bitan", ("Xhemile", "Ozan", "Bitan")),
        ("Nguyen Thanh och Xhemile Krasniqi", ("Thanh", "Xhemile", "Krasniqi")),
        ("Retkellä Lucia-Zlatan", ("Lucia-Zlatan",)),
        ("O. Virtamo leikkii", ("Virtamo",)),
        ("Kuvan otti O.Virtamo", ("Virtamo",)),
        ("Zlatan K. leikkii", ("Zlatan",)),
        ("\u0410\u0439\u043d\u043e leikkii", ("\u0410\u0439\u043d\u043e",)),
    ],
)
def test_a_capital_inside_a_sentence_is_noticed(text: str, words: tuple[str, ...]) -> None:
    """A word of which only the capital is known makes a person look."""
    assert suspects_in([text], LISTS).capitals == words


@pytest.mark.parametrize(
    "text",
    [
        "Metsässä. Kävyt kerättiin! Ja Sitten? Ei",
        "Retki – Kävyt ja kivet",
        "Retki: Kävyt",
        "Retkellä Lappeenrannassa",
        "Retki on Monday",
        "Kohti Ruusupuistoa ja Vanhankirkon pihaa",
        "Juhla Mallilan koululla, kevätjuhla päiväkoti Kuusenkerkässä",
        "Kuvat LPR ja VASU",
        "Kivat kuvat #LPRoppii",
        "Forest Trip With Many Friends",
        "ISO RETKI METSÄÄN",
        "Ryhmä 3 B",
        "Luokka 3 B. Ulkona leikittiin. Ryhmä A. Lopuksi syötiin. Ulkona -5 °C. Hiihtoa",
        "Vierailu Kuusenkerkän koulussa, i Björkens daghem, at Kuusikko School",
    ],
)
def test_a_capital_that_is_explained_holds_nothing(text: str) -> None:
    """Beginnings, places, days, houses, abbreviations, tags and titles are no names."""
    found = suspects_in([text], LISTS)
    assert found.capitals == (("Sitten",) if "Sitten" in text else ())


def test_what_staff_cleared_is_not_asked_again_in_any_form() -> None:
    """A word that staff said is no name counts as none in every form and in every text."""
    texts = ["Otson talo", "Pihalla Zlatanin koira"]
    assert suspects_in(texts, LISTS, ["otso", "Zlatan"]) == Suspects()
    assert suspects_in(texts, LISTS, ["Aino"]).given == ("Otson",)


def test_the_units_own_name_is_known() -> None:
    """The words of a unit's name are no unknown capitals; without a name nothing changes."""
    text = "Vieraana Kuusenkerkän väki"
    assert suspects_in([text], LISTS).capitals == ("Kuusenkerkän",)
    assert suspects_in([text], LISTS.knowing("Päiväkoti Kuusenkerkkä")) == Suspects()
    assert LISTS.knowing("") is LISTS


@given(st.text(max_size=80))
def test_any_text_is_borne(text: str) -> None:
    """Whatever somebody types, the search ends, and no word is told twice."""
    found = suspects_in([text], LISTS)
    assert not set(found.given) & set(found.capitals)


def test_an_account_is_asked_about_unless_it_is_the_units_own() -> None:
    """*@ainonaiti* may be a family's; the unit's, and what staff cleared, hold nothing."""
    text = "Kuvat: @ainonaiti, @LPRoppii ja @paivakoti_kuusenkerkka, info@example.fi"
    own = LISTS.knowing("LPRoppii PaivakotiKuusenkerkka")
    assert suspects_in([text], own).accounts == ("@ainonaiti",)
    assert suspects_in([text], own, ["@ainonaiti"]) == Suspects()
