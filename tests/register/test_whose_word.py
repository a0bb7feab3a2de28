"""A guardian's word is that guardian's: never a neighbour's, a successor's, or one with an if."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest

from photoguard.model import Answer
from photoguard.register.changes import writing
from photoguard.register.importing.cell_values import without_contacts
from tests.register.people import LOGIN, word
from tests.register.test_import import answers, planned, taken_in

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.model import Record
    from photoguard.register import Register
    from tests.register.desk import Desk

TWO = (
    "Nimi;Huoltaja 1;Huoltaja 2;Huoltajien luvat Instagram\n"
    'Aino Kuusinen;Matti Kuusinen;Liisa Maria Salo;"{}"\n'
)
EACH = """\
version = 1
purpose = "arki"
[columns]
"Nro" = "outside_id"
"Nimi" = "name"
"Syntymäaika" = "born"
"H1" = "guardian_1"
"H2" = "guardian_2"
[[permission]]
column = "own"
gives = "yes"
kind = "shown"
channels = ["instagram"]
whose = "self"
[[permission]]
column = "gs"
gives = "yes"
kind = "shown"
channels = ["instagram"]
whose = "each"
"""
EARLIER = "Nro;Nimi;Syntymäaika;H1;H2;own;gs\n"


def with_mapping(desk: Desk, folder: Path, text: str, mapping: str = EACH) -> int:
    """Import a table by a mapping that a person wrote, and return the exit code."""
    (folder / "mapping.toml").write_text(mapping, "utf-8")
    (folder / "table.csv").write_text(text, "utf-8")
    table, by = str(folder / "table.csv"), str(folder / "mapping.toml")
    return desk.run("consent", "import", table, "--mapping", by, "--yes")


@pytest.mark.parametrize(
    "cell",
    [
        *("kyllä (ei Instagramiin)", "kyllä (vain luokan blogi)", "(vain luokan blogi)"),
        *("ja (ej på Instagram)", "yes (not on Instagram)", "Ei vielä: kyllä", "kyllä ()"),
        *("Instagram: kyllä / verkkosivut: ei", "Vain ryhmäkuvat: kyllä", ": kyllä"),
        *("kyllä vain luokan blogi", "kyllä [ei nimeä]", "kyllä, ei Instagramiin", "kyllä*"),
        *("kyllä?", "ehkä: kyllä", "kyllä: Liisa", "Liisa: kyllä (ei Instagramiin)"),
        *("Liisa Salo (vain blogi): kyllä", "Kuusinen ja Salo: kyllä", "1 kyllä", "kyllä 1"),
    ],
)
def test_a_yes_with_a_condition_is_a_fault(register: Register, tmp_path: Path, cell: str) -> None:
    """What stands beside a yes and names no guardian stops the import at its cell."""
    found = planned(register, tmp_path, TWO.format(cell))
    assert [(fault.row, fault.column) for fault in found.faults] == [(2, "D")]


@pytest.mark.parametrize("cell", ["kyllä (ei Instagramiin)", "Liisa: kyllä", "kyllä / kyllä"])
def test_a_pupils_own_word_has_no_label(register: Register, tmp_path: Path, cell: str) -> None:
    """In the pupil's own column only one plain answer is a word."""
    found = planned(register, tmp_path, f"Nimi;Huoltaja 1;Oma lupa Instagram\nA B;Liisa;{cell}\n")
    assert [(fault.row, fault.column) for fault in found.faults] == [(2, "C")]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Liisa: kyllä / Matti: -", [("Liisa Maria Salo", "yes")]),
        ("Matti: - / Liisa: kyllä", [("Liisa Maria Salo", "yes")]),
        ("Liisa: kyllä", [("Liisa Maria Salo", "yes")]),
        ("Salo: kyllä / Kuusinen: ei", [("Liisa Maria Salo", "yes"), ("Matti Kuusinen", "no")]),
        (
            "ei (Matti), kyllä (Liisa Salo)",
            [("Liisa Maria Salo", "yes"), ("Matti Kuusinen", "no")],
        ),
        ("SALO, Liisa Maria: kyllä", []),
        (
            "Kuusinen Matti: kyllä; Liisa: kyllä",
            [("Liisa Maria Salo", "yes"), ("Matti Kuusinen", "yes")],
        ),
        ("Liisa: kyllä / -", [("Liisa Maria Salo", "yes")]),
        ("- / kyllä", [("Liisa Maria Salo", "yes")]),
        ("/ kyllä", [("Liisa Maria Salo", "yes")]),
        ("kyllä /", [("Matti Kuusinen", "yes")]),
    ],
)
def test_a_label_decides_whose_word_it_is(
    register: Register, tmp_path: Path, cell: str, expected: list[tuple[str, str]]
) -> None:
    """A first, family or full name means its guardian, whatever the order of the words."""
    found = planned(register, tmp_path, TWO.format(cell))
    if not expected:
        assert found.faults
        return
    taken_in(register, tmp_path, TWO.format(cell))
    assert answers(register, "Aino Kuusinen") == expected


@pytest.mark.parametrize(
    ("guardians", "cell"),
    [
        ("Matti Kuusinen;Liisa Kuusinen", "Kuusinen: kyllä / Liisa: -"),
        ("Liisa Kuusinen;Liisa Salo", "Liisa: kyllä"),
        ("Matti Kuusinen;Liisa Salo", "Liisa: kyllä / kyllä"),
        ("Matti Kuusinen;Liisa Salo", "Liisa: kyllä / Liisa: ei"),
        ("Matti Kuusinen;Liisa Salo", "Pekka: kyllä"),
        ("Matti Kuusinen;Liisa Salo", "kyllä / kyllä / kyllä"),
        ("Matti Kuusinen;", "kyllä / -"),
        ("Anna-Liisa Salo;Liisa Kuusinen", "Anna: kyllä / Liisa: ei"),
    ],
)
def test_a_word_of_nobody_in_particular_stops_the_row(
    register: Register, tmp_path: Path, guardians: str, cell: str
) -> None:
    """A label for two or none, and words that do not add up, are faults with their place."""
    text = f'Nimi;Huoltaja 1;Huoltaja 2;Huoltajien luvat Instagram\nA B;{guardians};"{cell}"\n'
    found = planned(register, tmp_path, text)
    assert [(fault.row, fault.column) for fault in found.faults] == [(2, "D")]


def test_a_full_name_is_stronger_than_a_part_of_another(register: Register, tmp_path: Path) -> None:
    """Anna Salo is meant by her name, though it is a part of "Anna Maria Salo" too."""
    text = (
        "Nimi;Huoltaja 1;Huoltaja 2;Huoltajien luvat Instagram\n"
        "A B;Anna Maria Salo;Anna Salo;Anna Salo: kyllä\n"
    )
    taken_in(register, tmp_path, text)
    assert answers(register, "A B") == [("Anna Salo", "yes")]


def test_each_guardians_cell_needs_a_word_of_each(desk: Desk, tmp_path: Path) -> None:
    """One plain word for two guardians is nobody's; the fault says what to write."""
    text = EARLIER + "1;Venla Vaihto;5.3.2016;Anna A;Bo B;kyllä;kyllä\n"
    assert with_mapping(desk, tmp_path, text) == 2
    assert "Row 2, column G: The cell holds 1 word(s), but the row has 2 guardian(s)" in desk.err
    assert "Liisa: yes / Matti: no" in desk.err


def test_a_word_of_a_guardian_whom_the_row_leaves_out(register: Register, tmp_path: Path) -> None:
    """A numbered column speaks for its own place, even where the first place is empty."""
    text = (
        "Nimi;Huoltaja 1;Huoltaja 2;Huoltaja 1: lupa, Instagram;Huoltaja 2: lupa, Instagram\n"
        "A B;;Bo B;;kyllä\n"
    )
    taken_in(register, tmp_path, text)
    assert answers(register, "A B") == [("Bo B", "yes")]
    assert not any(row.changes for row in taken_in(register, tmp_path, text).rows)


def record(register: Register, name: str) -> Record:
    """Return all that is known of the only person of this name."""
    (person,) = register.find_by_name(name)
    found = register.record(person.id)
    assert found
    return found


@dataclass(frozen=True)
class Change:
    """Two guardians' cells and what they said, the same cells later, and what holds then."""

    before: str
    written: str
    after: str
    names: tuple[str, ...]
    standing: tuple[tuple[str, str], ...] = ()


ANNA, BO = ("Anna A", "yes"), ("Bo B", "yes")
CHANGES = [
    Change("Anna A;", "kyllä", "Uusi;", ("Uusi",)),
    Change("Anna A;Bo B", "kyllä / -", "Anna A;", ("Anna A", "Bo B"), (ANNA,)),
    Change("Anna A;Bo B", "kyllä / ei", "Bo B;Anna A", ("Anna A", "Bo B"), (ANNA, ("Bo B", "no"))),
    Change("Anna A;Bo B", "kyllä / kyllä", "Bo B;Uusi", ("Bo B", "Uusi"), (BO,)),
    Change("Anna A;Bo B", "kyllä / kyllä", "Uusi;Bo B", ("Bo B", "Uusi"), (BO,)),
    Change("Anna A;Bo B", "kyllä / kyllä", "Uusi;", ("Bo B", "Uusi"), (BO,)),
    Change("Anna A;", "kyllä", "A, anna;", ("A, anna",), (("A, anna", "yes"),)),
    Change("Anna A;", "ei", "Uusi;", ("Anna A", "Uusi"), (("Anna A", "no"),)),
    Change("Anna A;", "kyllä", ";", ("Anna A",), (ANNA,)),
    Change(";", "kyllä", "Uusi;", ("Uusi",)),
]


@pytest.mark.parametrize("change", CHANGES)
def test_answers_belong_to_a_guardian_and_not_to_a_place(
    desk: Desk, tmp_path: Path, register: Register, change: Change
) -> None:
    """A new name starts without answers, a new order changes nothing, and a no stays."""
    first = f"{EARLIER}1;A B;5.3.2016;{change.before};kyllä;{change.written}\n"
    assert with_mapping(desk, tmp_path, first) == 0
    mapping = EACH.partition("[[permission]]")[0]
    later = f"Nro;Nimi;Syntymäaika;H1;H2\n1;A B;5.3.2016;{change.after}\n"
    assert with_mapping(desk, tmp_path, later, mapping) == 0, desk.err
    assert sorted(each.name for each in record(register, "A B").guardians) == sorted(change.names)
    assert answers(register, "A B") == [*change.standing, ("self", "yes")]


def test_a_replaced_guardian_is_told(desk: Desk, tmp_path: Path) -> None:
    """The plan tells that the new guardian has not answered, and *show* who had."""
    with_mapping(desk, tmp_path, f"{EARLIER}1;A B;5.3.2016;Anna Vanha;;kyllä;kyllä\n")
    with_mapping(desk, tmp_path, f"{EARLIER}1;A B;5.3.2016;Uusi;;kyllä;\n")
    assert "1 guardian is replaced by a new one, who has not answered yet." in desk.out
    printed = desk.printed("consent", "show", "A B")
    assert "guardian 1: Uusi" in printed
    assert "former guardian" in printed
    assert "a guardian's permission is missing (Instagram)" in printed


def test_a_guardian_whom_the_table_leaves_out_is_told(desk: Desk, tmp_path: Path) -> None:
    """Somebody who is no longer named stays a guardian, and the plan says so."""
    with_mapping(desk, tmp_path, f"{EARLIER}1;A B;5.3.2016;Anna A;Bo B;kyllä;kyllä / -\n")
    assert with_mapping(desk, tmp_path, f"{EARLIER}1;A B;5.3.2016;Anna A;;kyllä;kyllä\n") == 0
    assert "1 guardian of the register is not named in the table any more and stays." in desk.out
    assert "a guardian's permission is missing" in desk.printed("consent", "show", "A B")


@pytest.mark.parametrize(
    ("cell", "code"), [("kyllä / ei", 2), ("ei / kyllä", 2), ("kyllä / kyllä", 0)]
)
def test_an_order_that_only_the_register_knows_is_not_trusted(
    desk: Desk, tmp_path: Path, cell: str, code: int
) -> None:
    """A row without names gives no guardian a word by the place that another file had."""
    with_mapping(desk, tmp_path, f"{EARLIER}1;A B;5.3.2016;Anna A;Bo B;kyllä;-\n")
    text = f"Nro;Nimi;Syntymäaika;own;gs;H1;H2\n1;A B;5.3.2016;kyllä;{cell};;\n"
    assert with_mapping(desk, tmp_path, text) == code
    assert ("which guardian gave this word" in desk.err) == bool(code)


def test_an_empty_cell_ends_every_guardians_yes(
    desk: Desk, tmp_path: Path, register: Register
) -> None:
    """What the file gave for two guardians it takes back from both."""
    with_mapping(desk, tmp_path, f"{EARLIER}1;A B;5.3.2016;Anna A;Bo B;kyllä;kyllä / kyllä\n")
    with_mapping(desk, tmp_path, f"{EARLIER}1;A B;5.3.2016;Anna A;Bo B;kyllä;\n")
    assert answers(register, "A B") == [("self", "yes")]


@pytest.mark.parametrize("column", ["Huoltaja 1", "Huoltajat"])
@pytest.mark.parametrize(
    "cell",
    [
        *("Anna A; Bo B", "Anna A / Bo B", "Anna A ja Bo B", "Anna A, Bo B", "Anna A och Bo B"),
        *(
            "Anna A | Bo B",
            "Anna A sekä Bo B",
            "Anna A samt Bo B",
            "Anna A /\nBo B",
            "Anna A,\nBo B",
        ),
    ],
)
def test_two_names_in_one_cell_are_two_guardians(
    register: Register, tmp_path: Path, column: str, cell: str
) -> None:
    """Whoever stands in a cell with somebody else is asked as well."""
    taken_in(register, tmp_path, f'Nimi;{column}\nA B;"{cell}"\nC D;"Salo, Eva"\n')
    assert [each.name for each in record(register, "A B").guardians] == ["Anna A", "Bo B"]
    assert [each.name for each in record(register, "C D").guardians] == ["Salo, Eva"]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Anna A 040 123 4567", ["Anna A"]),
        ("Anna A, anna.a@posti.example", ["Anna A"]),
        ("Anna A, puh. 040-1234567, s-posti: anna@posti.example", ["Anna A"]),
        ("Anna A (+358 40 123 4567)", ["Anna A"]),
        ("Anna A +358401234567", ["Anna A"]),
        ("A, Anna <anna@posti.example>", ["A, Anna"]),
        ("Anna A 040 111 1111 / Bo B 040 222 2222", ["Anna A", "Bo B"]),
        ("Anna A ja Bo B, tfn 09 310 1691", ["Anna A", "Bo B"]),
        ("Anna P 0401234567", ["Anna P"]),
        ("Anna A:anna@posti.example", ["Anna A"]),
        ("Anna A anna@koulu", ["Anna A"]),
        ("Anna A 040-1111111/Bo B 050-2222222", ["Anna A", "Bo B"]),
        ("040 123 4567", ["040 123 4567"]),  # somebody, of whom nothing else is known
        ("Anna A 1", ["Anna A 1"]),
        ("Anna A 12.10.1980", ["Anna A 12.10.1980"]),
    ],
)
def test_how_to_reach_a_guardian_is_not_stored(
    register: Register, tmp_path: Path, cell: str, names: list[str]
) -> None:
    """Numbers and addresses are no part of a name, and no guardian of their own."""
    taken_in(register, tmp_path, f'Nimi;Huoltajat\nC D;"{cell}"\n')
    assert [each.name for each in record(register, "C D").guardians] == names


@pytest.mark.parametrize(
    "cell",
    [
        "Anna A 040 111 1111 / 040 222 2222",
        "Anna A, anna@posti.example, bo@posti.example",
    ],
)
def test_a_number_may_be_another_guardians(register: Register, tmp_path: Path, cell: str) -> None:
    """Where there are more numbers than names a guardian may be named by nothing else."""
    found = planned(register, tmp_path, f'Nimi;Huoltaja 1\nC D;"{cell}"\n')
    assert [(each.column, each.code) for each in found.faults] == [
        ("B", "consent.fault_more_contacts")
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "a" * 32_000,
        "0" * 32_000,
        "a@" * 16_000,
        "0 " * 16_000,
        "tel" + " " * 32_000,
        "a@b.fi " * 4_500,
    ],
    ids=["letters", "digits", "signs", "numbers", "blanks", "addresses"],
)
def test_a_cell_without_end_costs_no_time(cell: str) -> None:
    """A table is anybody's; its longest cell is read in as many steps as it has letters."""
    begun = time.process_time()
    without_contacts(cell)
    assert time.process_time() - begun < 1


def test_a_guardian_who_was_stored_with_a_number_is_the_same(
    register: Register, tmp_path: Path
) -> None:
    """A register of an earlier version keeps who said what, and loses the number."""
    taken_in(register, tmp_path, "Nimi;Huoltaja 1\nC D;Anna A\n")
    before = record(register, "C D").guardians
    with writing(register, LOGIN) as change:
        change.name_guardian(before[0].id, "Anna A 040 123 4567")
    taken_in(register, tmp_path, "Nimi;Huoltaja 1\nC D;Anna A 050 765 4321\n")
    (now,) = record(register, "C D").guardians
    assert (now.id, now.name) == (before[0].id, "Anna A")


@pytest.mark.parametrize(
    ("guardians", "column"),
    [
        *(("Anna A ja Bo B;Carl C", "B"), ("Anna A;A Anna", "C")),
        *(('"Anna A\nBo B";', "B"), ('Anna A;"Bo B\n Carl C"', "C")),
    ],
)
def test_guardians_that_do_not_add_up_stop_the_row(
    register: Register, tmp_path: Path, guardians: str, column: str
) -> None:
    """Two names in the first of two columns, one name in both, and two lines are faults."""
    found = planned(register, tmp_path, f"Nimi;Huoltaja 1;Huoltaja 2\nA B;{guardians}\n")
    assert [(fault.row, fault.column) for fault in found.faults] == [(2, column)]


def test_a_yes_by_hand_goes_with_its_guardian(register: Register, tmp_path: Path) -> None:
    """What somebody replaced had said on the phone is no word of the successor's."""
    text = "Tunniste;Nimi;Huoltaja 1\n1;A B;{}\n"
    taken_in(register, tmp_path, text.format("Anna Vanha"))
    known = record(register, "A B")
    with writing(register, LOGIN) as change:
        change.give(word(known.person.id, known.guardians[0].id))
    taken_in(register, tmp_path, text.format("Uusi"))
    assert answers(register, "A B") == []
    (kept,) = record(register, "A B").permissions
    assert kept.answer is Answer.YES
    assert kept.withdrawn_on == date(2026, 11, 22)


def test_who_took_a_word_back_is_not_replaced_by_another_spelling(
    register: Register, tmp_path: Path
) -> None:
    """A withdrawal by hand outlives a table that writes the guardian's name in another way."""
    text = "Tunniste;Nimi;Huoltaja 1;Huoltajan lupa Instagram\n1;A B;{};{}\n"
    taken_in(register, tmp_path, text.format("Liisa Salo", "kyllä"))
    (given,) = record(register, "A B").permissions
    with writing(register, LOGIN) as change:
        change.withdraw(given.id, date(2026, 11, 22))
    taken_in(register, tmp_path, text.format("Liisa Maria Salo", "kyllä"))
    known = record(register, "A B")
    assert [each.name for each in known.guardians] == ["Liisa Salo", "Liisa Maria Salo"]
    (ended,) = (each for each in known.permissions if each.withdrawn_on)
    assert ended.given_by == known.guardians[0].id


def test_who_only_left_a_cell_empty_is_replaced(register: Register, tmp_path: Path) -> None:
    """What ended with a file was taken back by nobody, and keeps no place for a guardian."""
    text = "Tunniste;Nimi;Huoltaja 1;Huoltajan lupa Instagram\n1;A B;{};{}\n"
    taken_in(register, tmp_path, text.format("Anna Vanha", "kyllä"))
    taken_in(register, tmp_path, text.format("Anna Vanha", ""))
    taken_in(register, tmp_path, text.format("Uusi", "kyllä"))
    assert [each.name for each in record(register, "A B").guardians] == ["Uusi"]


def test_the_second_guardian_is_one_by_an_ordinal_too(register: Register, tmp_path: Path) -> None:
    """Both are guardians, so that one who has not answered is missed."""
    taken_in(register, tmp_path, "Nimi;Huoltaja;Toinen huoltaja\nA B;Anna A;Bo B\n")
    assert [each.name for each in record(register, "A B").guardians] == ["Anna A", "Bo B"]
