"""Small rules of the register: what is checked, matched, kept in the user's folder."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoguard.errors import RegisterError, UsageTrouble
from photoguard.model import Answer, Capacity, Language, Noted, PermissionKind
from photoguard.model.spelling import name_key, visible
from photoguard.output.prepared import photos_of, read_manifest, retire
from photoguard.register import Register, engine, location, log, open_register, unit_of
from photoguard.register.changes import writing
from photoguard.register.checks import new_id
from photoguard.register.engine import fault_code
from photoguard.register.importing import cell_values
from photoguard.register.importing.guardians import row_answers, seated
from photoguard.register.importing.mapping import PermissionColumn, Whose
from photoguard.register.importing.permissions import Imports, MatchedRow, plan_permissions
from photoguard.register.importing.rows import PermissionCell, RowEntry
from photoguard.register.papers import neutral
from photoguard.register.posts import Post
from photoguard.settings import Settings
from tests.register.desk import prepared
from tests.register.people import LOGIN, TODAY, one_permitted, pupil, word
from tests.register.test_import import planned, taken_in

if TYPE_CHECKING:
    from photoguard.model import Permission, Person


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Make an empty SQLite register."""
    return open_register(str(tmp_path / "register.sqlite3"), "Mallilan koulu")


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (pupil("A" * 400), "consent.text_too_long"),
        (pupil(born=date(1850, 1, 1)), "consent.unlikely_date"),
        (pupil(group="131052-308T"), "consent.identity_code"),
    ],
)
def test_persons_are_checked(register: Register, person: Person, code: str) -> None:
    """Pastes, unlikely birthdays and identity codes do not enter."""
    with pytest.raises(UsageTrouble) as caught, writing(register, LOGIN) as change:
        change.add_person(person, TODAY)
    assert caught.value.code == code


def test_a_word_does_not_end_before_it_begins(register: Register) -> None:
    """Dates in the wrong order are refused."""
    kept = one_permitted(register)
    backwards = word(kept.id, kept.id, valid_until=date(2020, 1, 1))
    with pytest.raises(UsageTrouble) as caught, writing(register, LOGIN) as change:
        change.give(backwards)
    assert caught.value.code == "consent.ends_before_start"


def test_ids_say_nothing_and_differ() -> None:
    """An id is a letter and random signs that cannot be misread."""
    made = {new_id("p") for _ in range(2000)}
    assert len(made) == 2000
    assert all(each.startswith("p-") and not set(each[2:]) & set("01ilo") for each in made)


@given(st.text())
def test_names_are_tidied_once_and_for_all(text: str) -> None:
    """Tidying twice is tidying once, and a tidied name is on one printable line."""
    once = visible(text)
    assert visible(once) == once
    assert "\n" not in once
    assert name_key(once) == name_key(visible(f"  {text}  "))


@given(st.text())
def test_no_cell_of_an_export_is_a_formula(text: str) -> None:
    """Whatever a name is, its cell begins with no sign that starts a formula."""
    assert not neutral(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.dates(date(1900, 1, 1), date(2150, 12, 31)))
def test_every_date_is_read_both_ways(day: date) -> None:
    """A date reads the same as d.m.yyyy and as ISO."""
    assert cell_values.day(f"{day.day}.{day.month}.{day.year}") == day
    assert cell_values.day(day.isoformat()) == day


CELLS = st.lists(
    st.tuples(
        st.sampled_from(list(Answer)),
        st.sampled_from([-1, 0, 1, 2]),
        st.sampled_from([Answer.YES, Answer.NO, None]),
    ),
    max_size=6,
)


def _row(cells: list[tuple[Answer, int, Answer | None]]) -> MatchedRow:
    """Return a row whose cells hold these: what the column gives, whose it is, what it says."""
    whose = {-1: Whose.GUARDIANS, 0: Whose.SELF, 1: Whose.GUARDIAN_1, 2: Whose.GUARDIAN_2}
    permission_cells = [
        PermissionCell(
            PermissionColumn(
                str(place), gives, PermissionKind.SHOWN, ("instagram",), whose[giver], "arki"
            ),
            place,
            (cell_values.LabelledAnswer(spoken),),
        )
        for place, (gives, giver, spoken) in enumerate(cells)
    ]
    entry = RowEntry(
        2, "Aino", guardians=("Liisa", "Matti"), permission_cells=tuple(permission_cells)
    )
    seats = seated(entry, None)
    answers, faults = row_answers(entry, seats.seats)
    assert not faults
    return MatchedRow(entry, None, seats, answers)


@given(CELLS)
def test_an_import_gives_no_more_than_its_cells(
    cells: list[tuple[Answer, int, Answer | None]],
) -> None:
    """Each yes comes from a cell of that giver that says yes, and from none that says no."""
    row = _row(cells)
    found = plan_permissions(row, Imports(), TODAY)
    for written in found.given:
        mine = {each.answer for each in row.answers if each.giver == written.giver}
        assert written.permission.answer in mine
        assert written.permission.answer is Answer.NO or Answer.NO not in mine


@given(CELLS, st.integers(0, 5))
def test_taking_a_yes_out_of_a_row_gives_no_yes(
    cells: list[tuple[Answer, int, Answer | None]], place: int
) -> None:
    """Fewer permissions in the table never make more in the register."""
    if place >= len(cells):
        return
    fewer = [*cells]
    fewer[place] = (cells[place][0], cells[place][1], None)
    if cells[place][0] is Answer.NO or cells[place][2] is not Answer.YES:
        return
    assert _yes(fewer) <= _yes(cells)


def _yes(cells: list[tuple[Answer, int, Answer | None]]) -> set[int]:
    found = plan_permissions(_row(cells), Imports(), TODAY).given
    return {each.giver for each in found if each.permission.answer is Answer.YES}


def test_without_a_column_of_names_nothing_is_read(register: Register, tmp_path: Path) -> None:
    """A table that names nobody is refused as a whole."""
    with pytest.raises(UsageTrouble) as caught:
        planned(register, tmp_path, "Luokka;Syntymäaika\n5B;5.3.2014\n")
    assert caught.value.code == "consent.import_no_names"


def test_names_in_two_columns_are_one_name(register: Register, tmp_path: Path) -> None:
    """First name and last name are joined; a guardian's new name replaces the old one."""
    text = "Sukunimi;Etunimi;Luokka;Huoltaja 1\nKuusinen;Aino;5B;{}\n"
    taken_in(register, tmp_path, text.format("Liisa Salo"))
    taken_in(register, tmp_path, text.format("Liisa Kuusinen"))
    (aino,) = register.find_by_name("Aino Kuusinen")
    record = register.record(aino.id)
    assert record
    assert [guardian.name for guardian in record.guardians] == ["Liisa Kuusinen"]


def test_an_outside_id_finds_a_renamed_pupil(register: Register, tmp_path: Path) -> None:
    """The school's number is stronger than a name; two rows for it are doubled."""
    text = "Tunniste;Nimi\n7;{}\n"
    taken_in(register, tmp_path, text.format("Aino Kuusinen"))
    found = taken_in(register, tmp_path, text.format("Aino Salo"))
    assert [row.changed for row in found.rows] == [("name",)]
    twice = planned(register, tmp_path, text.format("Aino Salo") + "7;Aino S.\n")
    assert [fault.code for fault in twice.faults] == ["consent.fault_doubled"]
    renamed = planned(register, tmp_path, "Tunniste;Nimi\n7;Aino Lehto\n;Aino Salo\n")
    assert [fault.code for fault in renamed.faults] == ["consent.fault_doubled"]
    other = planned(register, tmp_path, "Tunniste;Nimi\n7;Aino Salo\n8;Aino Salo\n")
    assert [row.is_new for row in other.rows] == [False, True]
    known = planned(register, tmp_path, "Tunniste;Nimi\n7;Aino Salo\n;Aino Salo\n")
    assert [fault.code for fault in known.faults] == ["consent.fault_doubled"]


def test_the_unit_is_the_same_in_every_language() -> None:
    """The Finnish name decides, then the Swedish one, whatever is spoken."""
    both = {Language.SV: "Mallila skola", Language.FI: "Mallilan koulu"}
    assert unit_of(Settings(unit_name=both)) == "Mallilan koulu"
    assert unit_of(Settings(unit_name={Language.SV: "Mallila skola"})) == "Mallila skola"
    assert unit_of(Settings()) == ""


def test_a_sqlite_address_is_a_path(tmp_path: Path) -> None:
    """An address with sqlite:/// opens the file that it names."""
    opened = open_register(f"sqlite:///{tmp_path / 'register.sqlite3'}")
    assert Path(opened.place) == tmp_path / "register.sqlite3"


def test_any_name_of_a_file_is_one_file(tmp_path: Path) -> None:
    """Signs that mean something in an address mean nothing in a path."""
    place = tmp_path / "rekisteri ä?mode=rwc#1%20.sqlite3"
    kept = one_permitted(open_register(str(place)))
    assert open_register(str(place), read_only=True).person(kept.id) == kept
    assert [path.name for path in tmp_path.glob("*.sqlite3*")] == [place.name]


def test_several_servers_are_all_looked_at() -> None:
    """One host elsewhere among loopback ones is enough to need encryption."""
    url = engine.locate("postgresql+psycopg://u@/r?host=localhost&host=db.city.example")
    assert url.query["sslmode"] == "require"


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (sqlite3.Error("?"), "consent.unusable"),
        (ValueError("?"), "consent.unusable"),
        (None, "consent.unusable"),
    ],
)
def test_an_unknown_complaint_is_still_a_sentence(trouble: Exception | None, code: str) -> None:
    """What no table knows is told as unusable, never as a traceback."""
    assert fault_code(trouble) == code


def test_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file where the user's folder should be ends in a sentence."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PHOTOGUARD_DATA", str(tmp_path / "file" / "folder"))
    with pytest.raises(RegisterError) as caught:
        open_register("")
    assert caught.value.code == "consent.no_rights"
    with pytest.raises(RegisterError):
        location.create_private(tmp_path / "file" / "register.sqlite3")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": [1]}', '{"a": ["1", 2]}'])
def test_a_spoilt_list_in_the_users_folder_is_an_empty_one(data_folder: Path, text: str) -> None:
    """Lists that were torn are started anew; they only ever help to find things."""
    data_folder.mkdir()
    (data_folder / "outputs.json").write_text(text)
    (data_folder / "log-heads.json").write_text(text)
    assert location.known_outputs() == ()
    assert location.known_heads() == {}


def test_the_log_of_one_register_is_not_anothers(register: Register) -> None:
    """A register put in the place of another one is noticed by its log."""
    one_permitted(register)
    other = open_register(f"{register.place}.other", "Mallilan koulu")
    Path(other.place).replace(register.place)
    other = open_register(register.place, "Mallilan koulu")
    assert other.examine_log().fault is log.Fault.CUT_HERE


def test_a_post_without_groups_could_hold_anybody() -> None:
    """Where nobody told the group, days decide; before somebody came they are not in it."""
    post = Post("j-1", "instagram", "", date(2026, 9, 1))
    person = replace(pupil(), id="p-1")
    assert post.may_show(person, date(2026, 8, 1), TODAY)
    assert not post.may_show(person, date(2026, 9, 2), TODAY)
    assert not replace(post, groups=("5A",)).may_show(person, None, TODAY)
    assert replace(post, groups=("5a", "5b")).may_show(person, None, TODAY)


def test_a_copy_that_cannot_be_removed_is_told(tmp_path: Path) -> None:
    """A picture that stays where it is must not go unmentioned."""
    (photo,) = photos_of(prepared(tmp_path / "out", {}), "fi")
    photo.path.unlink()
    photo.path.mkdir()
    (photo.path / "in the way").touch()
    assert not photo.is_whole
    with pytest.raises(UsageTrouble) as caught:
        retire(photo, {"code": "policy.own_withdrawn", "persons": [], "text": ""})
    assert caught.value.code == "consent.cannot_remove"


def test_whose_name_was_hidden_in_a_picture_is_noted_as_hidden(tmp_path: Path) -> None:
    """A label that nobody can read any more names nobody; one that is only told of does."""
    notes = [{"code": f"reasons.text_{rule}", "persons": [rule]} for rule in ("hide", "review")]
    (photo,) = photos_of(prepared(tmp_path / "out", {"notices": notes}), "fi")
    assert photo.noted == (Noted("hide", Capacity.HIDDEN), Noted("review", Capacity.NAMED))


def test_a_copy_leaves_whatever_its_source_is_called(tmp_path: Path) -> None:
    """A name that is no UTF-8 on the disk stays in the manifest as it was."""
    (photo,) = photos_of(prepared(tmp_path / "out", {"source": "\udcff.jpg"}), "fi")
    retire(photo, {"code": "policy.own_withdrawn", "persons": [], "text": ""})
    (raw,) = read_manifest(photo.folder)["photos"]
    assert (raw["source"], raw["status"]) == ("\udcff.jpg", "blocked")


WORDS = st.lists(
    st.builds(
        word,
        person=st.just(""),
        given_by=st.just(""),
        answer=st.sampled_from(list(Answer)),
        channel=st.sampled_from(["", "instagram", "Instagram", "facebook"]),
        purpose=st.sampled_from(["", "arki", "juhlat"]),
    ),
    max_size=5,
)


@settings(max_examples=25, deadline=None)
@given(WORDS)
def test_a_no_goes_only_for_a_complete_word_of_its_own_matter(
    permission_cells: list[Permission],
) -> None:
    """However words follow each other, the last one on a matter stands, and it is there."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        register = open_register(f"{folder}/register.sqlite3")
        with writing(register, LOGIN) as change:
            kept = change.add_person(pupil(), TODAY)
            for each in permission_cells:
                change.give(replace(each, person=kept.id, given_by=kept.id))
        found = register.permissions(kept.id)
    for place, each in enumerate(permission_cells):
        later = [other for other in permission_cells[place + 1 :] if not other.incomplete]
        same = [other for other in later if other.channel.casefold() == each.channel.casefold()]
        if each.answer is Answer.NO and not same:
            assert any(
                other.answer is Answer.NO
                and other.purpose == each.purpose
                and other.channel.casefold() == each.channel.casefold()
                for other in found
            )
