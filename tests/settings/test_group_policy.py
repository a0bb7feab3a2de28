"""What Windows group policy sets holds on the computer, and its template offers every setting.

The registry is a stand-in in memory with the functions of Python's own ``winreg``: no system
but Windows has one. The values laid there are those that the template lets IT choose.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from photoguard.cli import photoguard, run
from photoguard.doctor.computer import settings_files
from photoguard.doctor.values import Status
from photoguard.errors import ConfigurationError
from photoguard.model import Language, Style, Unit
from photoguard.settings import Settings
from photoguard.settings.group_policy import PLACE
from photoguard.settings.keys import KEYS
from photoguard.settings.load import load, profile_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPACE = {"": "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"}
Registry = dict[str, object]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Return the values below the place of the policies; empty means that it is not there."""
    values: Registry = {}
    winreg: Any = ModuleType("winreg")

    @contextmanager
    def open_key(root: str, place: str, _: int, access: int) -> Iterator[Registry]:
        assert (root, place, access) == ("HKLM", PLACE, 0x20119)
        if not values:
            raise FileNotFoundError(2, "no such key")
        if "refused" in values:
            raise PermissionError(5, "access is denied")
        yield values

    winreg.HKEY_LOCAL_MACHINE, winreg.KEY_READ, winreg.KEY_WOW64_64KEY = "HKLM", 0x20019, 0x100
    winreg.OpenKey = open_key
    winreg.QueryInfoKey = lambda key: (0, len(key), 0)
    winreg.EnumValue = lambda key, number: (*list(key.items())[number], 1)
    monkeypatch.setitem(sys.modules, "winreg", winreg)
    return values


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the template."""
    folder = tmp_path_factory.mktemp("admx")
    done = CliRunner().invoke(photoguard, ["admx", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


def _load(**flags: Any) -> Settings:  # noqa: ANN401
    return load(Settings(), flags, None, None)


def test_what_the_policy_sets_is_locked(registry: Registry) -> None:
    """Neither the profile nor a flag changes it; what it leaves out the profile decides."""
    profile_file().parent.mkdir(parents=True, exist_ok=True)
    profile_file().write_text('unit = "upper-secondary"\nstyle = "solid"\nage_limit = 16\n')
    registry.update({"unit": "early-childhood", "photographer_required": 1, "age_limit": 15})
    settings = _load(unit=Unit.BASIC_EDUCATION, photographer_required=False)
    assert settings.unit is Unit.EARLY_CHILDHOOD
    assert settings.photographer_required is True
    assert settings.style is Style.SOLID
    assert settings.age_limit == 15
    assert _load(age_limit=17).age_limit == 17  # stricter than what is locked


def test_tables_and_lists_are_joined(registry: Registry) -> None:
    """A value a part; what is left empty in the editor is not set."""
    names = {"unit_name.fi": "Päiväkoti", "unit_name.sv": "", "organisation.en": ""}
    registry.update({**names, "channels": ["Instagram"], "limits.megapixels": 50})
    settings = _load(channels=("tiktok", "instagram"))
    assert settings.unit_name == {Language.FI: "Päiväkoti"}
    assert settings.organisation == {}
    assert settings.channels == ("instagram",)
    assert settings.limits.megapixels == 50


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("stile", "blur", "settings.policy_key"),
        ("locked", ["unit"], "settings.policy_key"),
        ("style", "emoji", "settings.policy_value"),
        ("quality", 12, "settings.policy_value"),
        ("limits.photos", 12, "settings.policy_value"),
        ("unit_name.de", "x", "settings.policy_value"),
        ("refused", 1, "settings.policy_unreadable"),
    ],
)
def test_a_wrong_policy_is_told(registry: Registry, name: str, value: object, code: str) -> None:
    """Nothing goes on with other settings than the city's."""
    registry[name] = value
    with pytest.raises(ConfigurationError) as raised:
        _load()
    assert raised.value.code == code


def test_a_wrong_policy_stops_the_run(
    registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sentence, code 3, and no output."""
    registry["style"] = "emoji"
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"\xff\xd8\xff")
    assert run(["prepare", str(tmp_path / "photos")]) == 3
    assert PLACE in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["photos"]


def test_the_template_offers_every_setting(template: Path, registry: Registry) -> None:
    """Each value that the editor can lay down is one that the program accepts."""
    policies = ET.parse(template / "photoguard.admx").getroot().iterfind(".//policy", SPACE)  # noqa: S314 - ours
    offered = {policy.attrib["name"]: list(_values(policy)) for policy in policies}
    assert offered.keys() == KEYS.keys() - {"locked"}
    for key, values in offered.items():
        assert values, key
        for name, value in values:
            registry.clear()
            registry[name] = value
            load(Settings(), {}, None, None)


def _values(policy: ET.Element) -> Iterator[tuple[str, object]]:
    """Yield what the editor lays down for a policy: name and value."""
    assert policy.attrib["key"] == PLACE
    for number in policy.iterfind("./enabledValue/decimal", SPACE):
        yield policy.attrib["valueName"], int(number.attrib["value"])
    for number in policy.iterfind("./disabledValue/decimal", SPACE):
        yield policy.attrib["valueName"], int(number.attrib["value"])
    for element in policy.iterfind("./elements/*", SPACE):
        name = element.attrib["valueName"]
        match element.tag.rpartition("}")[2]:
            case "enum":
                yield from ((name, each.text) for each in element.iterfind(".//string", SPACE))
            case "decimal":
                yield from ((name, int(element.attrib[end])) for end in ("minValue", "maxValue"))
            case "multiText":
                yield name, ["yksi", "kaksi"]
            case _:
                yield name, "a" * int(element.attrib["maxLength"])


@pytest.mark.parametrize("culture", ["fi-FI", "sv-SE", "en-US"])
def test_every_sentence_of_the_template_is_there(template: Path, culture: str) -> None:
    """What the template points at stands in each language's file, and nothing besides."""
    text = (template / "photoguard.admx").read_text("utf-8")
    resources = ET.parse(template / culture / "photoguard.adml").getroot()  # noqa: S314 - ours
    strings = {each.attrib["id"] for each in resources.iterfind(".//string", SPACE)}
    fields = {each.attrib["id"] for each in resources.iterfind(".//presentation", SPACE)}
    assert all(f"$(string.{name})" in text for name in strings)
    assert text.count("$(string.") == len(strings)
    assert all(f"$(presentation.{name})" in text for name in fields)
    assert text.count("$(presentation.") == len(fields)
    asked = {each.attrib["refId"] for each in resources.iterfind(".//*[@refId]", SPACE)}
    offered = ET.parse(template / "photoguard.admx").getroot()  # noqa: S314 - ours
    assert asked == {each.attrib["id"] for each in offered.iterfind(".//elements/*", SPACE)}


def test_the_language_of_the_policy_is_spoken(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A computer that IT set to Swedish answers in it before any file is read."""
    monkeypatch.delenv("PHOTOGUARD_LANGUAGE")
    registry["language"] = "sv"
    assert run(["prepare", "borta"]) == 2
    assert "hittades inte" in capsys.readouterr().err


def test_doctor_names_the_policy(registry: Registry) -> None:
    """IT sees from where the settings come."""
    registry["style"] = "solid"
    check = settings_files()
    assert check.status is Status.FINE
    assert check.parameters["places"] == PLACE


def test_a_template_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in the folder's place: a sentence, not a traceback."""
    (tmp_path / "taken").write_text("x")
    assert run(["admx", str(tmp_path / "taken")]) == 4
    said = capsys.readouterr().err
    assert "taken" in said
    assert "Traceback" not in said
