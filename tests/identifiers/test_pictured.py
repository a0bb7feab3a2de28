"""A child's name on a label is found in every form; the words on the wall stay."""

from __future__ import annotations

import pytest

from photoguard.identifiers import Hit, Known, Seen, identifying
from photoguard.model import TextKind
from photoguard.wordlists import word_lists

GROUP = Known(
    (
        ("p1", "Aino Korhonen"),
        ("p2", "Elias Virtanen"),
        ("p3", "Åberg, Åsa"),
        ("p4", "Väinö Mäki"),
        ("p5", "Oskari Niemi"),
        ("", "Kerttu"),
    )
)


def found(text: str, *, score: float = 1.0, alone: bool = True) -> tuple[Hit, ...]:
    """Return what is found in one line as it was read."""
    return identifying(Seen(text, score, alone), GROUP, word_lists())


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Aino", "p1"),
        ("AINO", "p1"),
        ("aino", "p1"),
        ("Aino K.", "p1"),
        ("Aino5v", "p1"),
        ("AINO5", "p1"),
        ("AINOK", "p1"),
        ("AINOK.", "p1"),
        ("Ain0", "p1"),
        ("Ainon piirustus", "p1"),
        ("KORHONEN", "p1"),
        ("AinoKorhonen", "p1"),
        ("Eliaksen lokero", "p2"),
        ("ELIAS 5 v", "p2"),
        ("E1IAS", "p2"),
        ("Asas", "p3"),
        ("Áberg", "p3"),
        ("Vaino", "p4"),
        ("VÄINÖN", "p4"),
        ("V4INÖ", "p4"),
    ],
)
def test_a_name_of_the_group_is_found_however_it_was_read(text: str, person: str) -> None:
    """Capitals, endings, lost accents and digits for letters make no difference."""
    (hit,) = found(text)
    assert (hit.kind, hit.persons) == (TextKind.NAME, (person,))


def test_a_name_without_a_register_id_is_found() -> None:
    """Whom only the staff's table names is found as well, with nobody's id."""
    (hit,) = found("KERTTU")
    assert (hit.kind, hit.persons, hit.sure) == (TextKind.NAME, (), True)


def test_a_name_of_the_group_inside_a_sentence_is_found_with_its_place() -> None:
    """Only the name is found of a long line."""
    text = "Tämän on piirtänyt Aino kotona"
    (hit,) = found(text, alone=False)
    assert text[hit.first : hit.last + 1] == "Aino"


@pytest.mark.parametrize("text", ["Matilda", "MATILDA 5 v", "Emilin maja", "Lumi", "SATU", "Mio"])
def test_a_given_name_of_the_lists_is_found_on_a_label(text: str) -> None:
    """A name that nobody told the program of is found, everyday words where they stand alone."""
    (hit,) = found(text)
    assert hit.kind is TextKind.GIVEN_NAME


@pytest.mark.parametrize(
    "text",
    [
        "Lounas: kalakeitto ja marjapuuro",
        "Satu ja Tarina ovat kirjoja hyllyssä",
        "MAANANTAI",
        "ESKARI",
        "CLASS 7B",
        "Klass 3",
        "Leikki",
        "TERVETULOA",
        "Hyvää itsenäisyyspäivää",
        "Tvätta händerna",
        "lumi",
        "Kissa",
        "5.B",
        "koski ja niemi",
    ],
)
def test_the_words_on_the_wall_are_no_names(text: str) -> None:
    """A menu, days, signs, and surnames that are words in small letters stay."""
    assert found(text) == ()


@pytest.mark.parametrize("text", ["Lumi", "SATU", "Mio"])
def test_an_everyday_word_among_other_lines_or_badly_read_is_no_name(text: str) -> None:
    """Satu on a list of words, or a short name that was guessed, is let be."""
    assert found(text, alone=False) == ()
    assert found(text, score=0.75) == ()


def test_what_was_read_badly_or_is_only_like_a_name_is_not_sure() -> None:
    """A weak reading and one letter's difference are told as such."""
    assert found("Aino")[0].sure
    assert not found("Aino", score=0.6)[0].sure
    assert not found("Elios")[0].sure
    assert not found("Matilde")[0].sure


def test_first_name_and_surname_are_one_place() -> None:
    """Neighbouring hits are joined, and whoever may be meant is told."""
    (hit,) = found("Aino Virtanen")
    assert (hit.first, hit.last, hit.persons) == (0, 12, ("p1", "p2"))


@pytest.mark.parametrize("sign", ["Kirkko", "ENNEN", "Torstai", "Mikä", "Kädet", "Månen", "Niitä"])
def test_a_sign_is_no_name_that_it_is_like(sign: str) -> None:
    """Words that look like a form of a name, or have dots where it has none, stay readable."""
    assert identifying(Seen(sign), Known(), word_lists()) == ()


@pytest.mark.parametrize(
    "label",
    [
        "Enni",
        "SENJA",
        "Väinon",
        "Nimco",
        "Kertu",
        "Rávdná",
        "AURA",
        "Beyza",
        "Artjom",
        "Iita",
        "Solomiia",
    ],
)
def test_a_label_of_todays_children_is_found(label: str) -> None:
    """Names that only the lists know are found on a label, with their dots or without."""
    assert identifying(Seen(label), Known(), word_lists())


@pytest.mark.parametrize("label", ["lita", "lita K.", "lda 5 v", "lsla", "lnkan", "lbrahim"])
def test_a_capital_i_that_was_read_as_l_is_one(label: str) -> None:
    """*Iita* and *Ida* look like *lita* and *lda* in most fonts of labels."""
    assert identifying(Seen(label), Known(), word_lists())
    assert identifying(Seen(label), Known((("", "Iita Korpi"),)), word_lists())


@pytest.mark.parametrize("word", ["liisa", "lounas", "liima", "lista", "leikki", "lilja", "lasi"])
def test_a_word_in_small_letters_is_no_name_for_its_l(word: str) -> None:
    """An ordinary word that begins with an l stays readable."""
    assert identifying(Seen(word), Known(), word_lists()) == ()


@pytest.mark.parametrize(
    "text",
    ["A I N O", "A. I. N. O.", "a i n o", "AI NO", "Aino2b", "A\u0456no", "Aíno", "Alno"],
)
def test_a_name_is_found_though_its_letters_stand_apart_or_look_like_others(text: str) -> None:
    """Spaced labels, a class behind the name, letters of another script and l for i."""
    (hit,) = found(text)
    assert (hit.kind, hit.persons) == (TextKind.NAME, ("p1",))
    assert (hit.first, hit.last) == (0, len(text.rstrip(".")) - 1)


@pytest.mark.parametrize(
    "label",
    [
        *("O. Virtamo", "A.-", "Zlatko K.", "KORHONEN", "Lindqvist", "Persson", "aino"),
        *("elias 5v", "M A T I L D A", "Masha", "Zamzam", "Ruweyda", "Quan", "Lakshmi", "Yaroslav"),
        *("Emilille", "Matildalta", "Vainön"),
    ],
)
def test_a_label_without_a_listed_first_name_is_found(label: str) -> None:
    """An initial with a surname, a surname, small letters, and names of many families."""
    assert bool(identifying(Seen(label), Known(), word_lists())) is (label != "A.-")


@pytest.mark.parametrize(
    "sign",
    [
        *("Lautanen", "PERHONEN", "Hevonen", "Punainen", "Stationen", "Telefonen", "Nelonen"),
        *("Liukas", "Toukka", "Ilta", "SADE", "Morgon", "Dag", "May", "Joukossa", "Arvoista"),
        *("Ananas", "VALAS", "Ole hyvä", "Ukkonen", "Hyttynen", "Gungor", "Salmon", "Fabric"),
        *("Metsissä", "Sanden", "LILLE KATT", "Olives", "Leopard", "Safari", "Arton"),
        *("Nimi", "Kettu", "A B C D E", "ei no", "Luokka B."),
    ],
)
def test_an_ordinary_sign_stays(sign: str) -> None:
    """Words that end like a surname, or look like a name in a form no label has, are none."""
    assert identifying(Seen(sign), Known((("", "Kerttu Niemi"),)), word_lists()) == ()
