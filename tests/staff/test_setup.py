"""Four questions, and the settings are there."""

from __future__ import annotations

import io
import tomllib
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from photoguard.cli import photoguard, run
from photoguard.cli.speech import speak
from photoguard.errors import EXIT_INTERRUPTED
from photoguard.model import Language, Unit
from photoguard.settings import Settings
from photoguard.settings.load import load, profile_file, user_file
from photoguard.settings.writing import store, to_toml

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def setup(*arguments: str, typed: str = "") -> Result:
    """Run the command with what a person types."""
    return CliRunner().invoke(photoguard, ["setup", *arguments], input=typed)


def test_four_answers_make_the_settings() -> None:
    """What is asked is answered by number or word, and counts from the next run on."""
    done = setup(typed='fi\n7\n2\nKeskuskoulu & Åsa "A"\nLPR\n')
    assert done.exit_code == 0, done.output
    assert "Millainen yksikkö" in done.output
    assert "Kirjoita numero väliltä 1–3." in done.output
    settings = load(Settings(), {}, None, None)
    assert settings.language is Language.FI
    assert settings.unit is Unit.BASIC_EDUCATION
    assert settings.unit_name[Language.FI] == 'Keskuskoulu & Åsa "A"'


def test_enter_takes_the_cautious_defaults() -> None:
    """Enter four times is early childhood education, in the language that was spoken."""
    assert setup(typed="\n\n\n\n").exit_code == 0
    settings = load(Settings(), {}, None, None)
    assert (settings.unit, settings.language) == (Unit.EARLY_CHILDHOOD, Language.EN)
    assert settings.unit_name == {}


@pytest.mark.parametrize(
    ("command", "code"), [("setup", "cli.unfinished"), ("drop", "cli.interrupted")]
)
def test_whoever_stops_halfway_is_promised_what_is_so(
    command: str, code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only where photos are prepared or looked through work goes on; answers here are gone."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert run([command]) == EXIT_INTERRUPTED
    assert capsys.readouterr().err.strip() == speak(code)
    assert not user_file().exists()


def test_flags_answer_for_the_person() -> None:
    """With flags and --yes nothing is asked."""
    done = setup("--unit", "upper-secondary", "--unit-name", "Lukio", "--language", "sv", "--yes")
    assert done.exit_code == 0
    assert "?" not in done.output
    assert load(Settings(), {}, None, None).unit is Unit.UPPER_SECONDARY


def test_an_older_file_is_kept_and_its_other_values_live_on() -> None:
    """Settings that are not asked for stay, and each older file has a backup of its own."""
    place = user_file()
    place.parent.mkdir(parents=True)
    old = '# own\nhashtags = ["#LPRoppii"]\nquality = 95\n[unit_name]\nfi = "A"\nsv = "B"\n'
    place.write_text(old, "utf-8")
    done = setup("--language", "fi", "--unit-name", "C", "--yes")
    assert done.exit_code == 0
    values = tomllib.loads(place.read_text("utf-8"))
    assert values["hashtags"] == ["#LPRoppii"]
    assert values["quality"] == 95
    assert values["unit_name"] == {"fi": "C", "sv": "B"}
    assert place.with_name("photoguard.toml.bak").read_text("utf-8") == old
    second = place.read_text("utf-8")
    assert setup("--yes").exit_code == 0
    assert place.with_name("photoguard.toml.2.bak").read_text("utf-8") == second


@pytest.mark.parametrize(
    "content", [b"unit = [", b"\xff\xfe", b'unit = "school"\nstyle = 3\nx = 1\n']
)
def test_a_broken_file_is_made_anew(content: bytes) -> None:
    """What cannot be used is left out, and the broken file is kept beside the new one."""
    place = user_file()
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    assert setup("--yes").exit_code == 0
    assert load(Settings(), {}, None, None).unit is Unit.EARLY_CHILDHOOD
    assert place.with_name("photoguard.toml.bak").read_bytes() == content


def test_what_the_city_decided_is_not_asked() -> None:
    """A locked value is told instead of asked, and the question's number goes down."""
    profile = profile_file()
    profile.parent.mkdir(parents=True)
    profile.write_text(
        'unit = "basic-education"\nunit_name = "Koulu"\nlocked = ["unit", "unit_name"]\n', "utf-8"
    )
    done = setup(typed="\n\n")
    assert done.exit_code == 0
    assert "basic education. Your city has decided this." in done.output
    assert "Unit: Koulu. Your city has decided this." in done.output
    assert load(Settings(), {}, None, None).unit is Unit.BASIC_EDUCATION


def test_a_name_that_cannot_be_is_asked_again() -> None:
    """A name of 300 letters is refused with a sentence; as a flag it ends with code 3."""
    done = setup(typed="\n\n" + "x" * 300 + "\nKoulu\n\n")
    assert done.exit_code == 0
    assert "200 characters" in done.output
    refused = setup("--unit-name", "x" * 300, "--yes")
    assert getattr(refused.exception, "exit_code", None) == 3


def test_the_settings_are_private_and_whole(tmp_path: Path) -> None:
    """The file is replaced in one step: a folder in its place leaves it and no pieces behind."""
    place = tmp_path / "photoguard.toml"
    assert store(place, {"unit": "basic-education"}, "") is None
    assert [path.name for path in tmp_path.iterdir()] == ["photoguard.toml"]
    assert place.stat().st_mode & 0o077 == 0


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30)
VALUES = st.one_of(WORDS, st.integers(-(2**40), 2**40), st.booleans(), st.lists(WORDS, max_size=3))


@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), VALUES, max_size=5),
    st.dictionaries(st.sampled_from(["fi", "sv", "en"]), WORDS),
)
def test_whatever_is_written_reads_the_same(
    values: dict[str, object], table: dict[str, str]
) -> None:
    """Texts with quotes, backslashes or any letter come back from TOML as they were."""
    whole = {**values, "table": table}
    assert tomllib.loads(to_toml(whole, "a comment\nof two lines")) == whole


def test_hashtags_are_asked_and_kept() -> None:
    """The fourth answer stands in the settings as hashtags; Enter keeps it, a dash empties it."""
    tags = []
    answers = ("\n\nKuu\nLPRoppii, #Metsäretki\n", "\n\n\n\n", "\n\n\n-\n", "\n\n\n?\n")
    for answer in answers:
        assert setup(typed=answer).exit_code == 0
        tags.append(load(Settings(), {}, None, None).hashtags)
    assert tags == [("#LPRoppii", "#Metsäretki")] * 2 + [()] * 2
    assert setup("--hashtag", "LPR", "--yes").exit_code == 0
    assert load(Settings(), {}, None, None).hashtags == ("#LPR",)
