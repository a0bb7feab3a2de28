"""An office's table is taken in whole or not at all, and never gives more than it says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from photoguard.errors import ConfigurationError, UsageTrouble
from photoguard.model import Answer, PermissionKind, PersonKind, Stage
from photoguard.register.changes import writing
from photoguard.register.importing import mapping as mappings
from photoguard.register.importing.mapping import Mapping, Whose
from photoguard.register.importing.plan import Defaults, Plan, carry_out, plan
from photoguard.register.importing.proposal import propose
from photoguard.register.importing.table import Table, read_table, unmapped
from tests.register.people import LOGIN, TODAY, one_permitted, pupil, word

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register.register import Register

PUPILS = Defaults(Stage.BASIC_EDUCATION, PersonKind.PUPIL, TODAY)
ROSTER = """\
Tunniste;Nimi;Luokka;Syntymäaika;Huoltaja 1;Huoltaja 2;Oma lupa Instagram;Huoltajien luvat Instagram
1001;Aino Kuusinen;5B;5.3.2014;Liisa Kuusinen;Matti Kuusinen;kyllä;kyllä / kyllä
1002;Åke Lönn;5B;2014-06-07;Eva Lönn;;kyllä;ei
"""


def saved(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a table as an office would."""
    place = folder / "oppilaat.csv"
    place.write_bytes(text.encode(encoding))
    return place


def read(folder: Path, text: str, purpose: str = "arjen kuvat") -> tuple[Table, Mapping]:
    """Return the table and the mapping that is proposed for it, with a purpose."""
    table = read_table(saved(folder, text))
    proposed = propose(table.headings)
    return table, Mapping(proposed.columns, proposed.permissions, purpose)


def planned(register: Register, folder: Path, text: str = ROSTER) -> Plan:
    """Return what the table would change."""
    table, mapping = read(folder, text)
    return plan(table, mapping, register, PUPILS)


def taken_in(register: Register, folder: Path, text: str = ROSTER) -> Plan:
    """Import the table and return what it changed."""
    found = planned(register, folder, text)
    carry_out(found, register, LOGIN, TODAY)
    return found


def answers(register: Register, name: str) -> list[tuple[str, str]]:
    """Return who said what of the only person of this name: "self" or the guardian's name."""
    (person,) = register.find_by_name(name)
    record = register.record(person.id)
    assert record is not None
    names = {guardian.id: guardian.name for guardian in record.guardians}
    return sorted(
        (names.get(found.given_by, "self"), found.answer.value)
        for found in record.permissions
        if not found.withdrawn_on
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_a_roster_is_taken_in(
    register: Register, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    """Every encoding and delimiter of Finnish offices gives the same persons and words."""
    table = read_table(saved(tmp_path, ROSTER.replace(";", delimiter), encoding))
    mapping = propose(table.headings)
    found = plan(table, Mapping(mapping.columns, mapping.permissions, "arki"), register, PUPILS)
    carry_out(found, register, LOGIN, TODAY)
    assert answers(register, "Aino Kuusinen") == [
        ("Liisa Kuusinen", "yes"),
        ("Matti Kuusinen", "yes"),
        ("self", "yes"),
    ]
    assert answers(register, "Åke Lönn") == [("Eva Lönn", "no"), ("self", "yes")]
    (aake,) = register.find_by_name("Åke Lönn")
    assert (aake.born, aake.group, aake.outside_id) == (date(2014, 6, 7), "5B", "1002")
    assert aake.stage is Stage.BASIC_EDUCATION


def test_a_workbook_is_taken_in(register: Register, tmp_path: Path) -> None:
    """XLSX with real dates and numbers says the same as CSV."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in ROSTER.splitlines():
        sheet.append(line.split(";"))
    sheet["A2"], sheet["D2"] = 1001, date(2014, 3, 5)
    book.save(tmp_path / "oppilaat.xlsx")
    table = read_table(tmp_path / "oppilaat.xlsx")
    carry_out(plan(table, propose(table.headings), register, PUPILS), register, LOGIN, TODAY)
    (aino,) = register.find_by_name("Aino Kuusinen")
    assert (aino.outside_id, aino.born) == ("1001", date(2014, 3, 5))


def test_a_plan_changes_nothing(register: Register, tmp_path: Path) -> None:
    """The dry run says what would change and leaves the register as it is."""
    found = planned(register, tmp_path)
    assert [row.is_new for row in found.rows] == [True, True]
    assert register.snapshot().records == ()
    assert register.log_lines() == ()


def test_the_same_file_again_changes_nothing(register: Register, tmp_path: Path) -> None:
    """A second import of one file finds everything as it says."""
    taken_in(register, tmp_path)
    before = register.snapshot()
    again = taken_in(register, tmp_path)
    assert not any(row.changes for row in again.rows)
    assert register.snapshot() == before


def test_without_a_purpose_words_are_incomplete(register: Register, tmp_path: Path) -> None:
    """A mapping that names no purpose gives words that show nobody."""
    table, mapping = read(tmp_path, ROSTER, purpose="")
    carry_out(plan(table, mapping, register, PUPILS), register, LOGIN, TODAY)
    (aino,) = register.find_by_name("Aino Kuusinen")
    assert all(found.incomplete for found in register.permissions(aino.id))


def test_unmapped_columns_give_nothing(register: Register, tmp_path: Path) -> None:
    """What the mapping does not name is not read, and is told."""
    text = "Nimi;Allergiat;Tanssii\nAino Kuusinen;pähkinä;kyllä\n"
    table, mapping = read(tmp_path, text)
    assert unmapped(table, mapping) == ("Allergiat", "Tanssii")
    carry_out(plan(table, mapping, register, PUPILS), register, LOGIN, TODAY)
    assert answers(register, "Aino Kuusinen") == []


BAN = "Tunniste;Nimi;Julkaisukielto Instagram, huoltaja\n1001;Aino Kuusinen;{}\n"


def test_a_yes_in_a_column_of_bans_is_a_no(register: Register, tmp_path: Path) -> None:
    """Under a ban "kyllä" forbids; "ei" permits nothing and takes the ban back."""
    taken_in(register, tmp_path, BAN.format("kyllä"))
    assert answers(register, "Aino Kuusinen") == [("", "no")]
    taken_in(register, tmp_path, BAN.format(""))
    assert answers(register, "Aino Kuusinen") == [("", "no")]
    taken_in(register, tmp_path, BAN.format("ei"))
    assert answers(register, "Aino Kuusinen") == []


@pytest.mark.parametrize("cell", ["kielletty", "Ei saa.", "förbjudet", "får inte", "not allowed"])
def test_a_word_that_forbids_by_itself_takes_no_ban_back(
    register: Register, tmp_path: Path, cell: str
) -> None:
    """Below a ban, and below a mark, "kielletty" is what it says."""
    taken_in(register, tmp_path, BAN.format(cell))
    assert answers(register, "Aino Kuusinen") == [("", "no")]
    taken_in(register, tmp_path, f"Tunniste;Nimi;Ei kuviin\n1001;Aino Kuusinen;{cell}\n")
    (aino,) = register.find_by_name("Aino Kuusinen")
    assert aino.never_in_pictures


def test_a_no_beats_a_yes_of_the_same_row(register: Register, tmp_path: Path) -> None:
    """Two columns that disagree leave a no, however often and in whatever order they come."""
    heading = "Tunniste;Nimi;{};{}\n1001;Aino Kuusinen;kyllä;kyllä\n"
    ban, permission = "Huoltajan kielto Instagram", "Huoltajan lupa Instagram"
    for first, second in ((ban, permission), (permission, ban), (ban, permission)):
        taken_in(register, tmp_path, heading.format(first, second))
        assert ("", "no") in answers(register, "Aino Kuusinen")


def test_a_ban_taken_back_does_not_lift_another_columns_no(
    register: Register, tmp_path: Path
) -> None:
    """An "ei" under a ban does not undo the "ei" under the permission beside it."""
    text = (
        "Tunniste;Nimi;Huoltajan lupa Instagram;Huoltajan kielto Instagram\n"
        "1001;Aino Kuusinen;ei;ei\n"
    )
    for _ in range(2):
        taken_in(register, tmp_path, text)
        assert answers(register, "Aino Kuusinen") == [("", "no")]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("kyllä", ["yes", "yes"]),
        ("kyllä / ei", ["yes", "no"]),
        ("Kyllä; Kyllä", ["yes", "yes"]),
        ("kyllä ei", ["yes", "no"]),
        ("Matti Kuusinen: ei / Liisa Kuusinen: kyllä", ["yes", "no"]),
        ("ei (Matti Kuusinen), kyllä (Liisa Kuusinen)", ["yes", "no"]),
        ("kyllä / -", ["yes"]),
        ("", []),
    ],
)
def test_both_guardians_words_in_one_cell(
    register: Register, tmp_path: Path, cell: str, expected: list[str]
) -> None:
    """Each guardian's word goes to that guardian, by name or in their order."""
    text = (
        "Nimi;Huoltaja 1;Huoltaja 2;Huoltajien luvat Instagram\n"
        f'Aino Kuusinen;Liisa Kuusinen;Matti Kuusinen;"{cell}"\n'
    )
    taken_in(register, tmp_path, text)
    names = ["Liisa Kuusinen", "Matti Kuusinen"]
    assert answers(register, "Aino Kuusinen") == list(zip(names, expected, strict=False))


def test_an_empty_cell_ends_what_a_file_gave(register: Register, tmp_path: Path) -> None:
    """A yes that a later file no longer holds is withdrawn; one written by hand stays."""
    text = "Tunniste;Nimi;Oma lupa Instagram\n1001;Aino Kuusinen;{}\n"
    taken_in(register, tmp_path, text.format("kyllä"))
    (aino,) = register.find_by_name("Aino Kuusinen")
    with writing(register, LOGIN) as change:
        by_hand = change.give(word(aino.id, aino.id, channel="facebook"))
    taken_in(register, tmp_path, text.format(""))
    days = {found.id: found.withdrawn_on for found in register.permissions(aino.id)}
    assert days.pop(by_hand.id) is None
    assert list(days.values()) == [TODAY]
    taken_in(register, tmp_path, text.format("kyllä"))
    again = [found for found in register.permissions(aino.id) if not found.withdrawn_on]
    assert {(found.channel, found.given_on) for found in again} == {
        ("facebook", date(2026, 8, 12)),
        ("instagram", TODAY),
    }
    assert not any(row.changes for row in taken_in(register, tmp_path, text.format("kyllä")).rows)


def test_an_old_file_does_not_revive_what_was_withdrawn(register: Register, tmp_path: Path) -> None:
    """After a withdrawal only a word of a later date counts."""
    text = "Tunniste;Nimi;Annettu;Oma lupa Instagram\n1001;Aino Kuusinen;{};kyllä\n"
    taken_in(register, tmp_path, text.format("12.8.2026"))
    (aino,) = register.find_by_name("Aino Kuusinen")
    with writing(register, LOGIN) as change:
        change.withdraw(register.permissions(aino.id)[0].id, TODAY)
    for stale in ("12.8.2026", "", "22.11.2026"):
        again = taken_in(register, tmp_path, text.format(stale))
        assert again.rows[0].permissions.stays_withdrawn == 1
        assert answers(register, "Aino Kuusinen") == []
    taken_in(register, tmp_path, text.format("23.11.2026"))
    assert answers(register, "Aino Kuusinen") == [("self", "yes")]


def test_a_withdrawal_with_a_mistyped_year_holds_against_the_same_file(
    register: Register, tmp_path: Path
) -> None:
    """Dated before the yes that it ends, by hand or a wrong clock, it is not undone by it."""
    text = "Tunniste;Nimi;Annettu;Oma lupa Instagram\n1001;Aino Kuusinen;{};kyllä\n"
    taken_in(register, tmp_path, text.format("12.8.2026"))
    (aino,) = register.find_by_name("Aino Kuusinen")
    with writing(register, LOGIN) as change:
        change.withdraw(register.permissions(aino.id)[0].id, date(2020, 1, 1))
    for stale in ("12.8.2026", "12.8.2025", ""):
        again = taken_in(register, tmp_path, text.format(stale))
        assert again.rows[0].permissions.stays_withdrawn == 1
        assert answers(register, "Aino Kuusinen") == []
    taken_in(register, tmp_path, text.format("13.8.2026"))
    assert answers(register, "Aino Kuusinen") == [("self", "yes")]


@pytest.mark.parametrize("stale", ["", "12.8.2026", "22.11.2026"])
def test_an_old_file_does_not_lift_a_no_that_somebody_wrote_down(
    register: Register, tmp_path: Path, stale: str
) -> None:
    """A no on paper stands until a yes of a later date."""
    text = "Tunniste;Nimi;Annettu;Oma lupa Instagram\n1001;Aino Kuusinen;{};kyllä\n"
    taken_in(register, tmp_path, "Tunniste;Nimi\n1001;Aino Kuusinen\n")
    (aino,) = register.find_by_name("Aino Kuusinen")
    with writing(register, LOGIN) as change:
        change.give(word(aino.id, aino.id, Answer.NO, given_on=TODAY))
    again = taken_in(register, tmp_path, text.format(stale))
    assert again.rows[0].permissions.stays_refused == 1
    assert answers(register, "Aino Kuusinen") == [("self", "no")]
    taken_in(register, tmp_path, text.format("23.11.2026"))
    assert answers(register, "Aino Kuusinen") == [("self", "yes")]


def test_a_file_lifts_a_no_that_an_earlier_one_gave(register: Register, tmp_path: Path) -> None:
    """The office's own table says how its answers changed."""
    text = "Tunniste;Nimi;Oma lupa Instagram\n1001;Aino Kuusinen;{}\n"
    for cell, expected in (("ei", "no"), ("kyllä", "yes")):
        taken_in(register, tmp_path, text.format(cell))
        assert answers(register, "Aino Kuusinen") == [("self", expected)]


def test_never_in_pictures_is_not_lifted_by_a_file(register: Register, tmp_path: Path) -> None:
    """A file sets the mark; another file cannot take it away."""
    text = "Tunniste;Nimi;Ei koskaan kuviin\n1001;Aino Kuusinen;{}\n"
    for cell in ("kyllä", "–", ""):
        taken_in(register, tmp_path, text.format(cell))
        (aino,) = register.find_by_name("Aino Kuusinen")
        assert aino.never_in_pictures


FAULTS = {
    "consent.fault_date": ("Nimi;Syntymäaika\nAino Kuusinen;29.2.2014\n", 2, "B"),
    "consent.fault_answer": ("Nimi;Oma lupa Instagram\nAino Kuusinen;ehkä\n", 2, "B"),
    "consent.fault_no_name": ("Nimi;Luokka\nAino Kuusinen;5B\n;5B\n", 3, "A"),
    "consent.fault_doubled": ("Luokka;Nimi\n5B;Aino Kuusinen\n5B;Kuusinen Aino\n", 3, "B"),
    "consent.fault_stage": ("Nimi;Aste\nAino Kuusinen;yliopisto\n", 2, "B"),
    "consent.fault_ends_before_start": (
        "Nimi;Annettu;Voimassa saakka\nAino Kuusinen;12.8.2026;11.8.2026\n",
        *(2, "C"),
    ),
    "consent.fault_given_in_future": ("Nimi;Annettu\nAino Kuusinen;1.1.2099\n", 2, "B"),
    "consent.fault_before_birth": (
        "Nimi;Syntymäaika;Annettu\nAino Kuusinen;5.3.2014;4.3.2014\n",
        *(2, "C"),
    ),
    "consent.fault_too_long": (f"Nimi;Luokka\nAino Kuusinen;{'5' * 400}\n", 2, "B"),
}


@pytest.mark.parametrize("code", FAULTS)
def test_one_fault_stops_everything(register: Register, tmp_path: Path, code: str) -> None:
    """A fault has its row and column, and no other row is taken in."""
    text, row, column = FAULTS[code]
    found = planned(register, tmp_path, text)
    assert [(fault.code, fault.row, fault.column) for fault in found.faults] == [
        (code, row, column)
    ]
    with pytest.raises(UsageTrouble):
        carry_out(found, register, LOGIN, TODAY)
    assert register.snapshot().records == ()


@pytest.mark.parametrize(
    "text", ["29.2.2014", "31.4.2014", "1.1.14", "2014/01/01", "1.1.2099", "x"]
)
def test_wrong_dates_are_faults(register: Register, tmp_path: Path, text: str) -> None:
    """No date is bent into a likely one."""
    found = planned(register, tmp_path, f"Nimi;Syntymäaika\nAino Kuusinen;{text}\n")
    assert [fault.code for fault in found.faults] == ["consent.fault_date"]


def test_a_29th_of_february_is_a_birthday(register: Register, tmp_path: Path) -> None:
    """A leap day is kept as it is."""
    taken_in(register, tmp_path, "Nimi;Syntymäaika\nAino Kuusinen;29.2.2012\n")
    assert register.find_by_name("Aino Kuusinen")[0].born == date(2012, 2, 29)


def test_namesakes_are_told_apart_or_refused(register: Register, tmp_path: Path) -> None:
    """Group, birthday or id tell two persons of one name apart; a name alone does not."""
    text = "Nimi;Luokka\nAino Kuusinen;5A\nAino Kuusinen;5B\n"
    taken_in(register, tmp_path, text)
    assert len(register.find_by_name("Aino Kuusinen")) == 2
    again = planned(register, tmp_path, text)
    assert not again.faults
    assert not any(row.changes for row in again.rows)
    for unclear in ("Nimi\nAino Kuusinen\n", "Nimi;Luokka\nAino Kuusinen;6C\n"):
        found = planned(register, tmp_path, unclear)
        assert [fault.code for fault in found.faults] == ["consent.fault_which_person"]


def test_a_namesake_in_another_group_is_not_taken_for_the_known_one(
    register: Register, tmp_path: Path
) -> None:
    """With the name only, a new class could be a new child: a person has to say."""
    one_permitted(register, pupil(born=None, group="5B"))
    found = planned(register, tmp_path, "Nimi;Luokka\nAino Kuusinen;6B\n")
    assert [fault.code for fault in found.faults] == ["consent.fault_which_person"]
    found = planned(register, tmp_path, "Nimi;Luokka\nAino Kuusinen;5B\n")
    assert not found.faults


def test_a_birthday_follows_a_pupil_to_the_next_class(register: Register, tmp_path: Path) -> None:
    """Name and birthday are enough to move a pupil to another group."""
    kept = one_permitted(register)
    found = taken_in(register, tmp_path, "Nimi;Luokka;Syntymäaika\nAino Kuusinen;6B;5.3.2014\n")
    assert [row.changed for row in found.rows] == [("group",)]
    assert register.find_by_name("Aino Kuusinen")[0].id == kept.id


@pytest.mark.parametrize(
    ("row", "is_other"),
    [
        ("Veikko Virtanen;5.3.2018", True),
        ("Veikko Virtanen;", True),
        ("Veikko Kuusinen;6.7.2018", True),
        ("Aino Lehto;5.3.2014", False),
        ("Aino Lehto;", False),
        ("Ainu Kuusinen;", False),
        ("Kuusinen, Aino;6.3.2014", False),
    ],
)
def test_an_identifier_brings_nobody_elses_permissions(
    register: Register, tmp_path: Path, row: str, *, is_other: bool
) -> None:
    """A number that means another child now stops the import; a new name does not."""
    taken_in(register, tmp_path)
    found = planned(register, tmp_path, f"Tunniste;Nimi;Syntymäaika\n1001;{row}\n")
    codes = ["consent.fault_other_person"] if is_other else []
    assert [fault.code for fault in found.faults] == codes


@pytest.mark.parametrize(
    ("row", "is_known"),
    [
        ("2001;Aino Kuusinen;5B;5.3.2014", True),
        ("2001;Kuusinen, Aino;;5.3.2014", True),
        ("2001;Aino Kuusinen;5B;6.3.2014", False),
        ("2001;Aino Kuusinen;1A;5.3.2014", False),
        ("1001;Aino Kuusinen;5B;5.3.2014\n2001;Aino Kuusinen;5C;5.3.2014", False),
    ],
)
def test_a_new_identifier_makes_no_second_entry_of_one_child(
    register: Register, tmp_path: Path, row: str, *, is_known: bool
) -> None:
    """Beside the entry with the withdrawal there is no second one with the old yes."""
    taken_in(register, tmp_path)
    found = planned(register, tmp_path, f"Tunniste;Nimi;Luokka;Syntymäaika\n{row}\n")
    codes = ["consent.fault_other_identifier"] if is_known else []
    assert [fault.code for fault in found.faults] == codes


def test_absent_persons_are_told_and_stay(register: Register, tmp_path: Path) -> None:
    """Somebody whom the file does not name is kept, and named in the plan."""
    kept = one_permitted(register, pupil("Elli Esimerkki"))
    found = taken_in(register, tmp_path)
    assert found.absent == (kept.id,)
    assert register.person(kept.id) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Nimi;Luokka\nAino Kuusinen;5B\nElli Esimerkki 131052-308T;5B\n",
        "Nimi;Lisätieto\nAino Kuusinen;131052-308T\n",
        "Nimi;Henkilötunnus\nAino Kuusinen;salattu\n",
        "Nimi;131052-308T\nAino Kuusinen;\n",
    ],
)
def test_an_identity_code_anywhere_stops_the_import(tmp_path: Path, text: str) -> None:
    """The file is refused before anything is read from it, and the code is not repeated."""
    with pytest.raises(UsageTrouble) as caught:
        read_table(saved(tmp_path, text))
    assert caught.value.code == "consent.import_identity_code"
    assert "308" not in str(caught.value.parameters)


def test_a_formula_is_refused(tmp_path: Path) -> None:
    """A workbook's formula has no word of its own; its cell is named."""
    book = openpyxl.Workbook()
    for row in (["Nimi", "Oma lupa Instagram"], ["Aino Kuusinen", "=IF(1,1,0)"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "oppilaat.xlsx")
    with pytest.raises(ConfigurationError) as caught:
        read_table(tmp_path / "oppilaat.xlsx")
    assert (caught.value.parameters["row"], caught.value.parameters["column"]) == (2, "B")


@pytest.mark.parametrize("text", ["", "Nimi;Luokka\n", "\n\n"])
def test_a_table_without_people_is_refused(tmp_path: Path, text: str) -> None:
    """Headings alone, or nothing, are no import."""
    with pytest.raises(UsageTrouble) as caught:
        read_table(saved(tmp_path, text))
    assert caught.value.code == "consent.import_empty"


HEADINGS = [
    ("Oma lupa: Instagram", Answer.YES, PermissionKind.SHOWN, ("instagram",), Whose.SELF),
    (
        "Huoltaja 2: lupa Facebook",
        Answer.YES,
        PermissionKind.SHOWN,
        ("facebook",),
        Whose.GUARDIAN_2,
    ),
    (
        "Huoltajien luvat, some",
        Answer.YES,
        PermissionKind.SHOWN,
        ("instagram", "facebook"),
        Whose.GUARDIANS,
    ),
    (
        "Får inte publiceras på webbplatsen, vårdnadshavare",
        Answer.NO,
        PermissionKind.SHOWN,
        ("website",),
        Whose.GUARDIANS,
    ),
    (
        "Elevens eget tillstånd, Instagram",
        Answer.YES,
        PermissionKind.SHOWN,
        ("instagram",),
        Whose.SELF,
    ),
    (
        "Työn saa julkaista verkkosivuilla, oma lupa",
        Answer.YES,
        PermissionKind.OWN_WORK,
        ("website",),
        Whose.SELF,
    ),
    (
        "Nimen julkaisulupa (www), huoltajat",
        Answer.YES,
        PermissionKind.NAMED,
        ("website",),
        Whose.GUARDIANS,
    ),
    (
        "Guardian 1 consent: Facebook",
        Answer.YES,
        PermissionKind.SHOWN,
        ("facebook",),
        Whose.GUARDIAN_1,
    ),
    ("Saa kuvata, huoltaja", Answer.YES, PermissionKind.SHOWN, (), Whose.GUARDIANS),
]


@pytest.mark.parametrize(("heading", "gives", "kind", "channels", "whose"), HEADINGS)
def test_headings_are_proposed_for_what_they_say(
    heading: str, gives: Answer, kind: PermissionKind, channels: tuple[str, ...], whose: Whose
) -> None:
    """Permission or ban, kind, channels and giver are read from headings in three languages."""
    (found,) = propose([heading]).permissions
    assert (found.gives, found.kind, found.channels, found.whose) == (gives, kind, channels, whose)


def test_a_mapping_may_write_a_channel_as_people_do(tmp_path: Path) -> None:
    """A ban for "Insta" and "www" is one for the channels of these names."""
    (tmp_path / "m.toml").write_text(
        'version = 1\n[columns]\n[[permission]]\ncolumn = "x"\ngives = "no"\nkind = "shown"\n'
        'channels = ["Insta", "www"]\nwhose = "self"\n',
        "utf-8",
    )
    assert mappings.read(tmp_path / "m.toml").permissions[0].channels == ("instagram", "website")


def test_a_mapping_is_kept_and_read_again() -> None:
    """What was confirmed comes back the same for a file with the same headings."""
    row = ["Nimi", 'Lupa "Instagram" \\ kaikki', "Oma lupa: some"]
    proposed = propose(row)
    confirmed = Mapping(
        proposed.columns, proposed.permissions, "arki ja juhlat", "2026-08", "lomake 12"
    )
    place = mappings.keep(confirmed, row)
    assert place == mappings.kept_place([" nimi", *row[1:]])
    assert mappings.read(place) == confirmed


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "version = 2\n[columns]\n",
        'version = 1\n[columns]\n"Nimi" = "hetu"\n',
        "version = 1\nextra = 1\n[columns]\n",
        'version = 1\n[columns]\n[[permission]]\ncolumn = "x"\n',
        (
            'version = 1\n[columns]\n[[permission]]\ncolumn = "x"\ngives = "maybe"\n'
            'kind = "shown"\nchannels = ["instagram"]\nwhose = "self"\n'
        ),
        (
            'version = 1\n[columns]\n[[permission]]\ncolumn = "x"\ngives = "yes"\nkind = "shown"\n'
            'channels = "instagram"\nwhose = "self"\n'
        ),
        (
            'version = 1\n[columns]\n[[permission]]\ncolumn = "x"\ngives = "no"\nkind = "shown"\n'
            'channels = ["instagarm"]\nwhose = "self"\n'
        ),
    ],
)
def test_a_wrong_mapping_is_refused(tmp_path: Path, text: str) -> None:
    """A mapping with anything unknown in it is not half used."""
    place = tmp_path / "mapping.toml"
    place.write_text(text)
    with pytest.raises(UsageTrouble) as caught:
        mappings.read(place)
    assert caught.value.code == "consent.mapping_wrong"


@pytest.mark.parametrize(
    ("heading", "typed", "shown"),
    [
        ("Maija\u2011Liisa Malli", "Maija-Liisa Malli", "Maija\u2011Liisa Malli"),
        ("Ian O\u2019Malli", "ian o'malli", "Ian O\u2019Malli"),
        ("Ot\u00adso\u200b Malli", "Otso Malli", "Otso Malli"),
        ("Va\u0308ino\u0308\u00a0Näyte", "Väinö Näyte", "Väinö Näyte"),
    ],
)
def test_who_is_never_in_pictures_is_found_as_plainly_typed(
    register: Register, tmp_path: Path, heading: str, typed: str, shown: str
) -> None:
    """A ban is found under a name without the signs of the office's program, and shown readably."""
    taken_in(register, tmp_path, f"Nimi;Ei kuviin\n{heading};x\n")
    (person,) = register.find_by_name(typed)
    assert (person.never_in_pictures, person.name) == (True, shown)
    again = taken_in(register, tmp_path, f"Nimi;Ei kuviin\n{typed};x\n")
    assert not any(row.is_new for row in again.rows)
