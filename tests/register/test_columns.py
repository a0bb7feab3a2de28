"""What a column means is read where its heading says it, and asked where it does not."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from photoguard.errors import UsageTrouble
from photoguard.model import Answer, PermissionKind
from photoguard.register.importing import mapping as mappings
from photoguard.register.importing.fitting import misfits
from photoguard.register.importing.mapping import Mapping, Whose
from photoguard.register.importing.plan import carry_out, plan
from photoguard.register.importing.proposal import doubts, propose
from tests.register.people import LOGIN, TODAY
from tests.register.test_import import PUPILS, answers, planned, read, taken_in
from tests.register.test_whose_word import with_mapping

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register import Register
    from tests.register.desk import Desk

SHOWN, WORK = PermissionKind.SHOWN, PermissionKind.OWN_WORK

CLEAR = [
    ("Lupa kuvan julkaisuun: Instagram, oppilas", SHOWN, Whose.SELF),
    ("Lupa kuvan julkaisuun: Instagram, huoltajat", SHOWN, Whose.GUARDIANS),
    ("Lupa oppilaan kuvan julkaisuun: Instagram, huoltajat", SHOWN, Whose.GUARDIANS),
    ("Lupa omien töiden julkaisuun: Instagram", WORK, Whose.SELF),
    ("Tuotokset Instagram, oppilas", WORK, Whose.SELF),
    ("Julkaisulupa (kyllä/ei): Instagram, huoltajat", SHOWN, Whose.GUARDIANS),
    ("Publiceringstillstånd Instagram, elev", SHOWN, Whose.SELF),
    ("Elevens tillstånd Instagram", SHOWN, Whose.SELF),
    ("Egna arbeten Instagram", WORK, Whose.SELF),
    ("Alster på Instagram, elev", WORK, Whose.SELF),
    ("Instagram, vårdnadshavare", SHOWN, Whose.GUARDIANS),
    ("Pupil's consent: Instagram", SHOWN, Whose.SELF),
    ("Publication on Instagram (pupil)", SHOWN, Whose.SELF),
    ("Publication of own work, Instagram", WORK, Whose.SELF),
    ("School work on Instagram, student", WORK, Whose.SELF),
    ("Parents' consent: Instagram", SHOWN, Whose.GUARDIANS),
]


@pytest.mark.parametrize(("heading", "kind", "whose"), CLEAR)
def test_words_for_the_pupil_and_for_works_are_read(
    heading: str, kind: PermissionKind, whose: Whose
) -> None:
    """Who speaks, and of a face or of a work, is read in three languages before any guess."""
    (found,) = propose([heading]).permissions
    assert (found.kind, found.whose, found.channels) == (kind, whose, ("instagram",))
    assert found.gives is Answer.YES


DOUBTFUL = [
    *("Instagram-lupa", "Lapsen kuvan saa julkaista Instagramissa", "Saa kuvata", "Instagram"),
    *("Oman lapsen kuvan saa julkaista Instagramissa", "Oppilas saa näkyä Instagramissa"),
    *("Vain ryhmäkuvat Instagramissa, huoltajat", "Lupakysely palautettu: Instagram, huoltajat"),
    *("Isän lupa Instagram", "Oppilas ja huoltaja: lupa, Instagram", "Työt Instagram"),
    *("Toisen huoltajan lupa, Instagram", "Huoltaja 3: lupa, Instagram", "Vanhempi 2: lupa"),
    *("Huoltaja B: lupa, Instagram", "Huoltaja II: lupa", "Lähihuoltajan lupa, Instagram"),
    *("Andra vårdnadshavarens tillstånd, Instagram", "Vårdnadshavare 3: tillstånd, Instagram"),
    *("2nd guardian: consent, Instagram", "The other guardian's permission, Instagram"),
    *("Barnets bild får publiceras på Instagram", "Tillstånd Instagram"),
    *("Endast gruppbilder på Instagram, vårdnadshavare", "Moderns tillstånd, Instagram"),
    *("Permission: Instagram", "Consent form returned: Instagram, guardians"),
    *("My child may be shown on Instagram", "Group photos only: Instagram, guardians"),
]


@pytest.mark.parametrize("heading", DOUBTFUL)
def test_a_doubtful_column_is_not_proposed(heading: str) -> None:
    """A heading that does not say whose word it holds stays unread until somebody says it."""
    proposed = propose([heading])
    assert proposed == Mapping({})
    assert [doubt.denies for doubt in doubts([heading], proposed)] == [False]


BANS = [
    *("Kuvauskielto", "Kuvan julkaisukielto sosiaalisessa mediassa", "Ei saa kuvata", "Ei somea"),
    *("Lupa peruttu: Instagram, huoltajat", "Kielto poistettu: Instagram, huoltajat"),
    *("Får inte fotograferas", "Ej på bild", "Fotoförbud", "Tillstånd saknas, vårdnadshavare"),
    *("Must not be photographed", "No photos", "Do not publish", "Consent withdrawn: guardians"),
]
PROTECTIONS = [
    *("Turvakielto", "Ei kuviin 2026", "Salainen osoite", "Osoite suojattu", "TURVAKIELTO (VTJ)"),
    *("Spärrmarkering", "Skyddad adress", "Sekretess", "Protected address", "Secret address"),
]


@pytest.mark.parametrize("heading", [*BANS, *PROTECTIONS])
def test_what_looks_like_a_prohibition_is_asked(heading: str) -> None:
    """It is never proposed as a permission, and has to be answered; protections mark."""
    proposed = propose([heading])
    assert proposed == Mapping({})
    (doubt,) = doubts([heading], proposed)
    assert (doubt.denies, doubt.protects) == (True, heading in PROTECTIONS)
    assert doubt.answered(Whose.GUARDIANS).gives is Answer.NO


@pytest.mark.parametrize(
    "heading",
    [
        *("Äidinkieli", "Kotikieli", "Perusopetuksen vuosiluokka", "Allergiat", "Puhelin"),
        *("Modersmål", "Telefon", "Specialdiet", "Mother tongue", "Phone", "Student no"),
    ],
)
def test_other_columns_are_neither_proposed_nor_asked(heading: str) -> None:
    """A column that speaks of no picture is only told as not read."""
    assert propose([heading]) == Mapping({})
    assert doubts([heading], Mapping({})) == ()


def test_every_column_of_marks_counts(register: Register, tmp_path: Path) -> None:
    """Two columns may mean *never in pictures*; a mark in either is a mark."""
    text = "Nimi;Ei kuviin;Ei koskaan kuviin\nA B;x;\nC D;;kyllä\nE F;-;\n"
    taken_in(register, tmp_path, text)
    marked = {
        each.person.name for each in register.snapshot().records if each.person.never_in_pictures
    }
    assert marked == {"A B", "C D"}
    found = planned(register, tmp_path, "Nimi;Ei kuviin\nA B;ehkä\n")
    assert [(fault.code, fault.column) for fault in found.faults] == [("consent.fault_mark", "B")]


PROTECTED = """\
Nimi;Luokka;Syntymäaika;Huoltaja 1;Oma lupa: Instagram;Lupa: Instagram, huoltajat;{}
Aino Kuusinen;5B;5.3.2014;Liisa Kuusinen;kyllä;kyllä;kyllä
"""


@pytest.mark.parametrize(
    ("heading", "typed", "outcome"),
    [
        *(("Turvakielto", "\n", "never"), ("Spärrmarkering", "1\n", "never")),
        *(("Protected address", "9\nyes\n\n", "never"), ("Turvakielto", "0\n", "unread")),
        *(("Must not be photographed", "\n\n1\n", "never"), ("Kuvauskielto", "3\n", "no")),
    ],
)
def test_a_prohibition_is_answered_in_the_dialog(
    desk: Desk, tmp_path: Path, heading: str, typed: str, outcome: str
) -> None:
    """Protections propose *never in pictures*; the answer is kept for the next file."""
    roster = tmp_path / "roster.csv"
    roster.write_text(PROTECTED.format(heading), "utf-8")
    printed = desk.printed(
        "consent", "import", str(roster), answers=f"{typed}school life\nyes\nyes\n"
    )
    assert f"{heading}: this column looks like a p" in printed
    shown = desk.printed("consent", "show", "Aino Kuusinen")
    assert ("never in pictures" in shown) is (outcome == "never")
    assert ("1 person is marked: never in pictures." in printed) is (outcome == "never")
    assert ("a guardian has said no (Instagram)" in shown) is (outcome == "no")
    assert "unchanged 1" in desk.printed("consent", "import", str(roster), "--yes")


def test_nothing_is_imported_before_a_prohibition_is_answered(desk: Desk, tmp_path: Path) -> None:
    """Without an answer the dialog ends, and --yes names row, column and remedy."""
    roster = tmp_path / "roster.csv"
    roster.write_text(PROTECTED.format("Spärrmarkering"), "utf-8")
    assert desk.run("consent", "import", str(roster), answers="school life\nyes\nyes\n") == 130
    assert "Nobody is in the register" in desk.printed("consent", "list")
    mapping = mappings.written(propose(PROTECTED.splitlines()[0].split(";")))
    assert with_mapping(desk, tmp_path, roster.read_text("utf-8"), mapping) == 2
    assert "Row 1, column G: The column Spärrmarkering looks like a prohibition" in desk.err
    assert "unread" in desk.err
    passed = mapping.replace("[columns]", 'unread = ["Spärrmarkering"]\n[columns]')
    assert with_mapping(desk, tmp_path, roster.read_text("utf-8"), passed) == 0
    assert "These columns are not read: Spärrmarkering." in desk.out


def test_the_dialog_shows_what_each_column_does_to_three_rows(desk: Desk, tmp_path: Path) -> None:
    """Below each meaning stand three cells and what they would do, faults included."""
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "Nimi;Huoltaja 1;Huoltaja 2;"
        "Lupa: Instagram, huoltajat;Kielto: Facebook, huoltajat;Ei kuviin\n"
        "A B;Liisa B;Matti B;Matti: ei / Liisa: kyllä;ei;x\n"
        "C D;;;;;\nE F;Eva F;;kyllä (vain blogi);kyllä;\nG H;;;kyllä;;\nI J;;;;;\n",
        "utf-8",
    )
    desk.run("consent", "import", str(roster), answers="\nno\n")
    assert "row 2: Matti: ei / Liisa: kyllä → Matti B: no, Liisa B: yes" in desk.out
    assert "row 4: kyllä (vain blogi) → What stands in brackets" in desk.out
    assert "row 5: kyllä → guardian 1: yes" in desk.out
    assert "row 2: ei → Liisa B: the ban is taken back, Matti B: the ban is taken back" in desk.out
    assert "row 3: – → no word · row 4: kyllä → Eva F: no" in desk.out
    assert "row 2: x → never in pictures · row 3: – · row 4: –" in desk.out


def test_a_doubtful_column_is_read_once_somebody_says_whose(
    desk: Desk, tmp_path: Path, register: Register
) -> None:
    """Enter leaves it unread; a number gives it a giver."""
    roster = tmp_path / "roster.csv"
    roster.write_text("Nimi;Huoltaja 1;Instagram-lupa\nA B;Liisa;kyllä\n", "utf-8")
    printed = desk.printed("consent", "import", str(roster), answers="\nyes\nyes\n")
    assert "Instagram-lupa: whose answers stand in this column?" in printed
    assert "These columns are not read: Instagram-lupa." in printed
    assert answers(register, "A B") == []
    mappings.kept_place(["Nimi", "Huoltaja 1", "Instagram-lupa"]).unlink()
    desk.printed("consent", "import", str(roster), answers="2\nschool life\nyes\nyes\n")
    assert answers(register, "A B") == [("Liisa", "yes")]


MISSING = [
    ("Ei kuviin", "Ei kuviin 2026", "G"),
    ("Oma lupa: Instagram", "Oma lupa 2026: Instagram", "E"),
    ("Lupa: Instagram, huoltajat", "Huoltajien luvat: Instagram", "F"),
    ("Huoltaja 1", "1. huoltajan nimi", "D"),
    ("Voimassa saakka", "Voimassa 2026 saakka", "H"),
]
FULL = (
    "Nimi;Luokka;Syntymäaika;Huoltaja 1;Oma lupa: Instagram;Lupa: Instagram, huoltajat;"
    "Ei kuviin;Voimassa saakka\nA B;5B;5.3.2014;Liisa;kyllä;kyllä;x;31.12.2030\n"
)


@pytest.mark.parametrize(("heading", "renamed", "column"), MISSING)
def test_a_mapped_column_that_is_missing_stops_the_import(
    desk: Desk, tmp_path: Path, heading: str, renamed: str, column: str
) -> None:
    """Under last year's mapping a renamed column is told with the nearest heading."""
    mapping = mappings.written(propose(FULL.splitlines()[0].split(";")))
    assert with_mapping(desk, tmp_path, FULL.replace(heading, renamed), mapping) == 2
    printed = (
        f"Row 1, column {column}: The table lacks the column {heading}, which has to be there. "
    )
    assert f"{printed}The nearest heading is {renamed}." in desk.err
    assert "Nobody is in the register" in desk.printed("consent", "list")


def test_a_missing_column_without_a_neighbour_is_told_as_well(desk: Desk, tmp_path: Path) -> None:
    """Where no heading resembles it, the remedy is to add it or to change the mapping."""
    mapping = mappings.written(propose(FULL.splitlines()[0].split(";")))
    text = "Nimi;Luokka;Syntymäaika;Huoltaja 1;Oma lupa: Instagram;Voimassa saakka;zzz\nA;1;;L;;;\n"
    assert with_mapping(desk, tmp_path, text, mapping) == 2
    assert "Row 1, column –: The table lacks the column Ei kuviin" in desk.err
    assert "no heading resembles it" in desk.err


def test_a_table_of_names_and_marks_needs_no_permissions(desk: Desk, tmp_path: Path) -> None:
    """Where no column is left unread and none holds a word, none can have been a permission."""
    mapping = mappings.written(propose(["Nimi", "Ei kuviin", "Oma lupa: Instagram"]))
    assert with_mapping(desk, tmp_path, "Nimi;Ei kuviin\nA B;x\n", mapping) == 0
    assert "The table does not have these columns: Oma lupa: Instagram." in desk.out
    assert with_mapping(desk, tmp_path, "Nimi;Ei kuviin;Muuta\nA B;x;\n", mapping) == 2
    assert with_mapping(desk, tmp_path, "Nimi;Oma lupa: Instagram\nA B;kyllä\n", mapping) == 2
    two = mapping.replace('column = "Oma', 'column = "Toinen', 1)
    both = mapping + two[two.index("[[permission]]") :]
    assert with_mapping(desk, tmp_path, "Nimi;Ei kuviin;Oma lupa: Instagram\nA;;\n", both) == 2
    ban = mapping.replace('gives = "yes"', 'gives = "no"')
    assert with_mapping(desk, tmp_path, "Nimi;Ei kuviin\nA B;x\n", ban) == 2


def test_what_can_be_done_without_is_told_with_yes(desk: Desk, tmp_path: Path) -> None:
    """A missing column that permits nothing, and a heading that is not read, are told."""
    mapping = mappings.written(propose(FULL.splitlines()[0].split(";")))
    text = FULL.replace("Luokka", "Kotiluokan opettaja")
    assert with_mapping(desk, tmp_path, text, mapping) == 0
    assert "These columns are not read: Kotiluokan opettaja." in desk.out
    assert "The table does not have these columns: Luokka." in desk.out


def test_two_columns_of_one_meaning_are_a_fault(tmp_path: Path) -> None:
    """A mapping that reads two columns as the first guardian is refused."""
    table, _ = read(tmp_path, "Nimi;Huoltaja;Huoltaja 1\nA B;Liisa;Matti\n")
    columns = {"Nimi": "name", "Huoltaja": "guardian_1", "Huoltaja 1": "guardian_1"}
    (fault,) = misfits(table, Mapping(columns))
    assert (fault.code, fault.row, fault.column) == ("consent.fault_column_twice", 1, "C")


TWINS = "Nimi;Luokka;Syntymäaika\nEva Sama;1A;1.1.2017\nEva Sama;1B;1.1.2017\n"


def test_one_child_in_two_groups_is_not_two_children(register: Register, tmp_path: Path) -> None:
    """Name, birthday and a guardian are the same: a withdrawal would end one entry only."""
    heads = "Nimi;Luokka;Syntymäaika;Huoltaja 1;Huoltaja 2"
    rows = "Eva Sama;1A;1.1.2017;Liisa Sama;\nEva Sama;Kuoro;1.1.2017;Matti Sama;{}\n"
    for second, codes in (("liisa  sama", ["consent.fault_doubled"]), ("Liisa Muu", [])):
        found = planned(register, tmp_path, f"{heads}\n{rows.format(second)}")
        assert [fault.code for fault in found.faults] == codes


def test_namesakes_of_one_birthday_are_told_apart_by_group(
    register: Register, tmp_path: Path
) -> None:
    """Two groups are two children, the first time and again, in any order of the rows."""
    taken_in(register, tmp_path, TWINS)
    assert len(register.find_by_name("Eva Sama")) == 2
    first, *rows = TWINS.splitlines()
    for lines in (rows, rows[::-1]):
        again = planned(register, tmp_path, "\n".join((first, *lines, "")))
        assert not again.faults
        assert not any(row.changes for row in again.rows)
    one_moved = planned(register, tmp_path, TWINS.replace("1A", "2A"))
    assert [row.changed for row in one_moved.rows] == [("group",), ()]
    both_moved = planned(register, tmp_path, TWINS.replace("1A", "2A").replace("1B", "2B"))
    assert {fault.code for fault in both_moved.faults} == {"consent.fault_which_person"}


def test_a_second_namesake_is_a_new_child(register: Register, tmp_path: Path) -> None:
    """Whoever stands in the file in another group than a known child's own row is new."""
    taken_in(register, tmp_path, TWINS.rpartition("Eva")[0])
    found = planned(register, tmp_path, TWINS)
    assert [row.is_new for row in found.rows] == [False, True]


def test_losing_a_race_says_so(register: Register, tmp_path: Path) -> None:
    """Of two plans made at one time the second to be written changes nothing and is told."""
    text = "Tunniste;Nimi\n1;Aino Kuusinen\n"
    first, second = planned(register, tmp_path, text), planned(register, tmp_path, text)
    carry_out(first, register, LOGIN, TODAY)
    with pytest.raises(UsageTrouble) as caught:
        carry_out(second, register, LOGIN, TODAY)
    assert caught.value.code == "consent.import_overtaken"
    assert len(register.find_by_name("Aino Kuusinen")) == 1
    assert register.examine_log().fault is None


def test_a_race_of_two_threads_has_one_winner(register: Register, tmp_path: Path) -> None:
    """However two imports meet, one is written whole and the other says why it is not."""
    table, mapping = read(tmp_path, "Nimi;Luokka\nAino Kuusinen;5B\nOtso Lehto;5B\n")
    plans = [plan(table, mapping, register, PUPILS) for _ in range(2)]
    codes: list[str] = []

    def write(number: int) -> None:
        try:
            carry_out(plans[number], register, LOGIN, TODAY)
        except UsageTrouble as trouble:
            codes.append(trouble.code)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["consent.import_overtaken"]
    assert len(register.snapshot().records) == 2
