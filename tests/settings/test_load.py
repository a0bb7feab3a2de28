"""photoguard.toml: every key is checked, and the layers lie in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from photoguard.errors import ConfigurationError
from photoguard.model import Cover, Language, Style, Unit
from photoguard.settings import Settings
from photoguard.settings.load import load, profile_file, user_file

if TYPE_CHECKING:
    from pathlib import Path


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _load(config: Path | None = None, folder: Path | None = None, **flags: Any) -> Settings:  # noqa: ANN401
    return load(Settings(), flags, config, folder)


def test_the_defaults_are_the_cautious_ones() -> None:
    """Without any file: early childhood, whole heads hidden, no register."""
    settings = _load()
    assert (settings.unit, settings.cover) == (Unit.EARLY_CHILDHOOD, Cover.HEAD)
    assert (settings.style, settings.max_side) == (Style.BLUR, 2048)


def test_a_file_is_read(tmp_path: Path) -> None:
    """Keys of a file become settings, texts by language included."""
    config = _write(
        tmp_path / "a.toml",
        'style = "sticker"\nunit_name = { fi = "Päiväkoti", sv = "Daghemmet" }\n'
        'organisation = "City"\n[limits]\nmegapixels = 50\n',
    )
    settings = _load(config)
    assert settings.style is Style.STICKER
    assert settings.unit_name[Language.FI] == "Päiväkoti"
    assert settings.organisation[Language.SV] == "City"
    assert settings.limits.megapixels == 50


def test_a_byte_order_mark_is_no_trouble(tmp_path: Path) -> None:
    """Notepad's UTF-8 with a byte order mark is read."""
    path = tmp_path / "a.toml"
    path.write_bytes(b'\xef\xbb\xbfevent = "Retki"\n')
    assert _load(path).event == "Retki"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('event = "x"\nstil = "blur"', "settings.unknown_key", 2),
        ('\n\nstyle = "emoji"', "settings.wrong_value", 3),
        ("max_side = 3", "settings.wrong_value", 1),
        ("max_side = true", "settings.wrong_value", 1),
        ("quality = 20", "settings.wrong_value", 1),
        ("age_limit = 12", "settings.wrong_value", 1),
        ('names = "no"', "settings.wrong_value", 1),
        ('channels = "instagram"', "settings.wrong_value", 1),
        ('prefix = "../x"', "settings.wrong_value", 1),
        ('prefix = "-x"', "settings.wrong_value", 1),
        ('event = "a\\nb"', "settings.wrong_value", 1),
        ('guardians = "none"', "settings.wrong_value", 1),
        ('unit_name = { de = "x" }', "settings.wrong_value", 1),
        ("unit_name = 3", "settings.wrong_value", 1),
        ("[limits]\nmegapixels = 0", "settings.wrong_value", 1),
        ("[limits]\npixels = 1", "settings.wrong_value", 1),
        ('locked = ["nothing"]', "settings.wrong_value", 1),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, code: str, line: int) -> None:
    """What is wrong is told with the file, the line and what is allowed."""
    with pytest.raises(ConfigurationError) as trouble:
        _load(_write(tmp_path / "a.toml", text))
    assert trouble.value.code == code
    assert trouble.value.parameters["line"] == line
    assert trouble.value.parameters["allowed"]


def test_broken_toml_is_said(tmp_path: Path) -> None:
    """A file that is no TOML is refused with its line."""
    with pytest.raises(ConfigurationError) as trouble:
        _load(_write(tmp_path / "a.toml", "event = \n"))
    assert (trouble.value.code, trouble.value.parameters["line"]) == ("settings.not_toml", "1")


@pytest.mark.parametrize("code", ["cp1252", "utf-16"])
def test_a_file_that_an_editor_saved_otherwise_is_said(tmp_path: Path, code: str) -> None:
    """Old editors save in the code page of the country; what helps is to save it as UTF-8."""
    path = tmp_path / "a.toml"
    path.write_bytes('quality = 95\nevent = "Kevätjuhla"\n'.encode(code))
    with pytest.raises(ConfigurationError) as trouble:
        _load(path)
    assert trouble.value.code == "settings.not_utf8"
    assert trouble.value.parameters["line"] == ("2" if code == "cp1252" else "1")


def test_a_file_that_breaks_off_is_said(tmp_path: Path) -> None:
    """Nobody can tell at which line a bracket is missing."""
    with pytest.raises(ConfigurationError) as trouble:
        _load(_write(tmp_path / "a.toml", "hashtags = [\n"))
    assert trouble.value.code == "settings.not_ended"


def test_a_missing_config_is_said(tmp_path: Path) -> None:
    """A file named by --config has to be there."""
    with pytest.raises(ConfigurationError) as trouble:
        _load(tmp_path / "none.toml")
    assert trouble.value.code == "settings.unreadable"


def test_config_replaces_the_users_file(tmp_path: Path) -> None:
    """The user's own file counts only where no other is given."""
    _write(user_file(), 'event = "own"')
    assert _load().event == "own"
    assert _load(_write(tmp_path / "a.toml", "")).event == ""


def test_the_command_line_wins_over_files(tmp_path: Path) -> None:
    """A flag is nearer to the user than any file."""
    config = _write(tmp_path / "a.toml", 'event = "file"')
    assert _load(config, event="flag").event == "flag"


def test_a_folder_may_name_its_event(tmp_path: Path) -> None:
    """Harmless keys beside the photos count."""
    _write(tmp_path / "photoguard.toml", 'event = "Retki"\nstyle = "solid"')
    assert _load(folder=tmp_path).event == "Retki"


@pytest.mark.parametrize("key", ['cover = "face"', 'unit = "upper-secondary"', 'register = "x"'])
def test_a_folder_cannot_disarm_anything(tmp_path: Path, key: str) -> None:
    """A folder that somebody sends may not change what is hidden, or whose rules hold."""
    _write(tmp_path / "photoguard.toml", key)
    with pytest.raises(ConfigurationError) as trouble:
        _load(folder=tmp_path)
    assert trouble.value.code == "settings.not_in_a_folder"


def test_what_the_city_locks_wins() -> None:
    """A locked value beats the user's file and the command line."""
    _write(profile_file(), 'unit = "early-childhood"\nstyle = "solid"\nlocked = ["unit", "style"]')
    _write(user_file(), 'style = "blur"')
    settings = _load(unit=Unit.UPPER_SECONDARY)
    assert (settings.unit, settings.style) == (Unit.EARLY_CHILDHOOD, Style.SOLID)


def test_over_a_lock_only_the_stricter_counts() -> None:
    """A flag may tighten what the city locked."""
    _write(
        profile_file(),
        'unit = "upper-secondary"\nmax_side = 2048\nchannels = ["instagram", "facebook"]\n'
        'locked = ["unit", "max_side", "channels"]',
    )
    settings = _load(unit=Unit.BASIC_EDUCATION, max_side=1024, channels=("facebook", "website"))
    assert settings.unit is Unit.BASIC_EDUCATION
    assert settings.max_side == 1024
    assert settings.channels == ("facebook",)
    assert _load(max_side=0).max_side == 2048


def test_a_key_is_locked_at_its_default_where_the_city_gives_no_value() -> None:
    """What the list names cannot be changed, whether a value stands beside it or not."""
    _write(profile_file(), 'locked = ["names", "age_limit", "channels", "limits", "locked"]')
    _write(
        user_file(),
        'names = false\nage_limit = 13\nchannels = ["facebook"]\n[limits]\nmegapixels = 9999',
    )
    settings = _load()
    assert (settings.names, settings.age_limit) == (True, 15)
    assert settings.limits == Settings().limits
    assert settings.channels == ("facebook",), "fewer channels than all are stricter"


def test_a_channel_is_allowed_however_it_is_written() -> None:
    """Whoever asks for one of the city's two channels gets that one, in any letters."""
    _write(profile_file(), 'channels = ["Instagram", "Facebook"]\nlocked = ["channels"]')
    assert _load(channels=("facebook",)).channels == ("facebook",)


def test_only_the_citys_profile_locks(tmp_path: Path) -> None:
    """A user's file cannot lock anything."""
    config = _write(tmp_path / "a.toml", 'style = "solid"\nlocked = ["style"]')
    assert _load(config, style=Style.BLUR).style is Style.BLUR


def test_what_may_be_zero_is_said_to_be(tmp_path: Path) -> None:
    """A longest side of 0 is the picture's own: the sentence about a wrong one names it."""
    with pytest.raises(ConfigurationError) as trouble:
        _load(_write(tmp_path / "a.toml", "max_side = 63"))
    assert trouble.value.parameters["allowed"] == "0, 64–20000"
    assert _load(_write(tmp_path / "b.toml", "max_side = 0")).max_side == 0
