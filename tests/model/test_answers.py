"""The same words mean the same wherever somebody answers."""

from __future__ import annotations

import pytest

from photoguard.model import Role
from photoguard.model.answers import (
    PhotographerAnswer,
    channel_name,
    channels_in,
    description_answer,
    is_none,
    is_not_known,
    known_answer,
    may_forbid,
    photographer_in,
    says_no,
    text_answer,
)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "?",
        "??",
        "En tiedä",
        "en tiedä.",
        "vet inte",
        "Vet ej",
        "Don't know",
        "I don’t know",
        "-",
        "–",
        "…",
        " — ",
        "n/a",
    ],
)
def test_not_known_is_nothing(typed: str) -> None:
    """An empty answer, a question mark and the words for it are one."""
    assert is_not_known(typed)
    assert known_answer(typed) == ""


@pytest.mark.parametrize("typed", ["x", "X", "xxx", "🌲", "👨‍👩‍👧", "❤️", "x."])
def test_what_only_fills_the_place_is_no_words(typed: str) -> None:
    """A description of x or of one emoji tells nobody what a picture shows."""
    assert text_answer(typed) == ""
    assert text_answer(f"Metsäretki {typed}") == f"Metsäretki {typed}"


@pytest.mark.parametrize(
    "typed",
    [
        *("12", "3/7", "2,5", "#4", "Nro 12", "24.12.2026", "2026-12-24", "klo 12.30", "12:30"),
        *("24. joulukuuta 2026", "24 december 2026", "May 2026", "ti 3.5.", "fredag"),
        *("IMG_2034", "IMG_2034.JPG", "DSC00012", "PXL_20261224_123456789", "P1010023", "5B"),
        *("WhatsApp Image 2026-12-24 at 12.30.11", "20261224_123456", "Screenshot_2026", "VID_2"),
        *("kuva-001", "Bild 3", "photo (2)", "Kuva", "x", "-", "ei kuvausta", ""),
    ],
)
def test_a_description_without_a_word_is_none(typed: str) -> None:
    """A number, a day or a file's name tells nobody what a picture shows."""
    assert description_answer(typed) == ""


@pytest.mark.parametrize(
    "typed",
    [
        *("3 lasta hiekkalaatikolla", "Joulujuhla 24.12.2026", "5B:n retki", "Lumilinna", "Pyörät"),
        *("Snö", "Hund", "Två barn", "A dog", "雪", "Kuva 3: lumilinna", "Viisi ystävää", "Yö"),
    ],
)
def test_a_description_with_a_word_stays(typed: str) -> None:
    """One word of what is seen is a description."""
    assert description_answer(typed) == typed


@pytest.mark.parametrize("typed", ["Maija", "ei", "nej", "Metsäretki?", "Vetinte Oy", "🌲", "6"])
def test_other_answers_stay(typed: str) -> None:
    """Whatever says something stays as it was told."""
    assert known_answer(typed) == typed


@pytest.mark.parametrize(
    "typed",
    ["ei", "Ei.", "ei ole", "Ei lasten töitä", "ei ketään", "inget", "Ingen", "nobody", "No works"],
)
def test_none_is_said_in_many_ways_and_never_published(typed: str) -> None:
    """Whoever says that there is none has named no maker, nobody and nothing to be published."""
    assert is_none(typed)
    assert known_answer(typed) == typed
    assert text_answer(typed) == ""


@pytest.mark.parametrize(
    ("typed", "taker"),
    [
        ("Maija Virtanen", PhotographerAnswer("Maija Virtanen")),
        ("Kuva: Maija Virtanen", PhotographerAnswer("Maija Virtanen")),
        ("Foto Barnes Oy", PhotographerAnswer("Foto Barnes Oy")),
        ("Lapset", PhotographerAnswer("", Role.CHILD)),
        ("eleverna", PhotographerAnswer("", Role.CHILD)),
        ("opettaja", PhotographerAnswer("", Role.STAFF)),
        ("Eemeli 5v", PhotographerAnswer("Eemeli 5v", Role.CHILD)),
        ("Eemeli, 5-vuotias", PhotographerAnswer("Eemeli, 5-vuotias", Role.CHILD)),
        ("Alma 6 år", PhotographerAnswer("Alma 6 år", Role.CHILD)),
        ("Aino (lapsi)", PhotographerAnswer("Aino (lapsi)", Role.CHILD)),
        ("elev Maja Holm", PhotographerAnswer("elev Maja Holm", Role.CHILD)),
        ("ei kukaan", PhotographerAnswer("")),
        ("?", PhotographerAnswer("")),
    ],
)
def test_a_child_who_took_a_photo_is_known_by_age_or_word(
    typed: str, taker: PhotographerAnswer
) -> None:
    """A role is no name, and an age or the word beside a name makes it a child's."""
    assert photographer_in(typed) == taker


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("insta", ("instagram",)),
        ("IG, fb", ("instagram", "facebook")),
        ("instagram ja facebook", ("instagram", "facebook")),
        ("Facebook och hemsida", ("facebook", "website")),
        ("facebook and instagram; verkkosivut", ("facebook", "instagram", "website")),
        ("instagram+fb", ("instagram", "facebook")),
        ("?", ()),
        ("", ()),
        ("tiktok", ("tiktok",)),
        ("Instagram.", ("instagram",)),
    ],
)
def test_channels_are_understood_as_people_say_them(typed: str, names: tuple[str, ...]) -> None:
    """Short names, joined by comma or by and in three languages, are channels."""
    assert tuple(map(channel_name, channels_in(typed))) == names


@pytest.mark.parametrize("typed", ["kaikki", "Kaikki kanavat.", "alla", "i alla kanaler", "ALL"])
def test_all_channels_are_no_channel_of_that_name(typed: str) -> None:
    """The unit's own channels are meant, as where nobody answers."""
    assert channels_in(typed) == ()
    assert channels_in("kaikki paitsi facebook") == ("kaikki paitsi facebook",)


@pytest.mark.parametrize("typed", ["7", "2026", "1.5.2026", "Kuva: 7"])
def test_a_number_took_no_photo(typed: str) -> None:
    """A spreadsheet fills numbers and days in by itself; nobody is credited by one."""
    assert photographer_in(typed) == PhotographerAnswer("")


@pytest.mark.parametrize(
    "typed",
    [
        *("EI SAA JULKAISTA", "älä julkaise!", "Aino ei saa näkyä", "ei nettiin", "Ei someen"),
        *("Ainolla ei ole lupaa", "julkaisukielto", "Äiti kielsi", "Älä laita tätä kuvaa nettiin"),
        *("Veera ei saa olla kuvissa", "ei kuvata", "poista", "Lupa puuttuu", "Turvakielto"),
        *("Får inte publiceras", "Barnet får inte synas", "Publicera ej", "inget tillstånd"),
        *("ta bort", "Publiceringsförbud", "Do not publish", "don’t post", "can't be published"),
        *("Aino must not be shown", "Not for publication", "no permission", "delete"),
    ],
)
def test_words_that_may_forbid_a_photo(typed: str) -> None:
    """Wherever staff writes them of a photo, it is asked about."""
    assert may_forbid(typed)
    assert says_no(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("Kuvassa ei näy ketään.", "Kyltissä lukee: ei saa juosta", "Metsäretki ilman sadetta"),
        *("Lapset eivät halunneet sisälle", "Poistimme lumet pihalta", "ei", "Julkaisu"),
        *("Roskia ei saa heittää luontoon", "Lapset eivät näytä väsyneiltä", "Lupa leikkiä"),
        *("Barnen ville inte gå in", "Ingen snö i vinter", "Vi har inte använt färg", "nej"),
        *("The children did not want to go home", "Not a cloud in the sky", "no"),
        *("Toys that nobody used any more", "Karhua ei näkynyt kuvissa"),
    ],
)
def test_words_that_only_tell_what_a_picture_shows(typed: str) -> None:
    """A no in a description is nothing that forbids the photo."""
    assert not may_forbid(typed)


@pytest.mark.parametrize("typed", ["Aino EI", "äiti peruutti", "inte Aino", "not Aino"])
def test_a_note_that_denies_anything_says_no(typed: str) -> None:
    """On a cell nobody knows what it is about."""
    assert says_no(typed)
    assert not says_no("kysy Maijalta")
