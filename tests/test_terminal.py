"""Whatever a name, a cell, a setting or an argument holds, no command moves a cursor.

One life with hostile words: each command once, what it prints looked through for control
characters, direction marks and characters without a width.
"""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from photoguard import cli
from photoguard.cli.tell import as_json
from tests.conftest import SAMPLES
from tests.pipeline.photos import LANDSCAPE, small

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows does not allow these names"
)

EVIL = "\x1b[31m\x9b2J\u202eonia\u200b"
ALLOWED = "\n"

LIFE = [
    ("prepare", "{evil}"),
    ("prepare", "{photos}", "--jobs", "1"),
    ("prepare", "{photos}", f"--{EVIL}"),
    ("prepare", "{photos}", "--unit", EVIL),
    ("prepare", "{photos}", "--publish-on", EVIL),
    ("prepare", "{photos}", "--channel", EVIL),
    ("prepare", "{photos}", "--register", EVIL),
    ("prepare", "{photos}", "--register", f"postgresql://{EVIL}@127.0.0.1/x"),
    ("prepare", "{photos}", "--config", "{evil}.toml"),
    ("prepare", "{photos}", "--config", "{key}"),
    ("prepare", "{photos}", "--config", "{value}"),
    ("prepare", "{photos}", "--people", "{evil}.csv"),
    ("prepare", "{photos}", "--people", "{table}"),
    ("prepare", "{photos}", "--output", "{photos}/" + EVIL),
    ("drop", "{evil}", "--yes", "--no-open"),
    (EVIL,),
    ("consent", EVIL),
    ("check", "{bad}", "{evil}"),
    ("check", "{sound}", "{evil}", "--json"),
    ("guide", "--output", "{place}/{word}/guide.html"),
    ("guide", "--output", "{place}/{word}.html"),
    ("shortcut", "--desktop", "{place}/{word}", "--system", "linux"),
    ("setup", "--yes", "--unit-name", EVIL),
    ("consent", "template", "{place}/{word}.csv"),
    ("consent", "template", "{place}/{word}.csv"),
    ("consent", "template", "{place}/{word}.doc"),
    ("consent", "form", "{place}/{word}-form.html"),
    ("consent", "form", "{place}/{word}-form-2.html", "--group", EVIL),
    ("consent", "give", "--form", EVIL, "--channel", "instagram"),
    ("consent", "add", EVIL, "--group", EVIL),
    ("consent", "form", "{place}/{word}-form-3.html", "--group", EVIL),
    ("consent", "form", "{place}/{word}-form-4.html", "--person", EVIL, "--child-page"),
    ("accounts", "add", EVIL, "--responsible", "--workplace", EVIL),
    ("accounts", "add", f"Maija {EVIL}", "--channel", "instagram", "--until", "2030-01-01"),
    ("accounts", "add", EVIL, "--channel", EVIL),
    ("accounts", "list", "--within", "3660"),
    ("accounts", "list", "--within", "3660", "--json"),
    ("accounts", "notice"),
    ("accounts", "notice", "--output", "{place}/{word}.txt"),
    ("accounts", "end", EVIL),
    ("accounts", "remove", EVIL),
    ("consent", "add", f"Aino {EVIL}"),
    ("consent", "add", "Aino Testi"),
    ("consent", "guardian", "add", "Aino Testi", EVIL),
    ("consent", "guardian", "change", "Aino Testi", "1", EVIL),
    ("consent", "change", "Aino Testi", "--group", EVIL),
    ("consent", "give", "Aino Testi", "--by", EVIL, "--channel", EVIL),
    ("consent", "give", "Aino Testi", "--by", "guardian-1", "--channel", "instagram"),
    ("consent", "give", EVIL, "--channel", "instagram"),
    ("consent", "show", "Aino Testi"),
    ("consent", "show", EVIL),
    ("consent", "list"),
    ("consent", "list", "--group", EVIL),
    ("consent", "missing"),
    ("consent", "missing", "--channel", EVIL),
    ("consent", "expiring"),
    ("consent", "import", "{people}", "--dry-run", "--yes"),
    ("consent", "import", "{faulty}", "--dry-run", "--yes"),
    ("consent", "import", "{evil}"),
    ("consent", "withdraw", EVIL),
    ("consent", "never", EVIL),
    ("consent", "forget", EVIL, "--yes"),
    ("consent", "export", "--output", "{place}/{word}.csv"),
    ("consent", "export", "--output", "{place}/{word}-2.csv"),
    ("consent", "log", "--check"),
    ("consent", "log"),
    ("published", "add", "{photos}-photoguard", "--channel", EVIL, "--looked"),
    ("published", "add", "{photos}-photoguard", "--channel", "instagram", "--url", EVIL),
    ("published", "add", "{photos}-photoguard", "--channel", "instagram", "--looked"),
    ("published", "add", "{evil}", "--channel", "instagram", "--looked"),
    ("published", "list"),
    ("evidence", "{photos}"),
    ("evidence", "{photos}", "--output", "{place}/{word}.jsonl"),
    ("evidence", "{evil}"),
    ("evidence", "--check", "{place}/{word}.jsonl", "{photos}"),
    ("evidence", "--check", "{place}/{word}.jsonl", "{photos}", "--json"),
    ("evidence", "--check", "{evil}", "{photos}"),
    ("evidence", "--check", "{people}", "{photos}", "--end", EVIL),
    ("year", "--followers", EVIL, "--most-liked", EVIL),
    ("year", "--most-liked", f"instagram={EVIL}"),
    ("year", "--output", "{place}/{word}.doc"),
    ("year", "--output", "{place}/{word}-year.html"),
    ("year", "--unit-name", EVIL, "--json"),
    ("published", "remove", EVIL),
    ("tidy", "{evil}", "--days", "0"),
    ("admx", "{place}/{word}-policy"),
    ("admx", "{evil}/x"),
    ("tidy", "{photos}-photoguard", "--days", "0", "--yes"),
]
"""``{photos}`` is a folder with a hostile name and hostile files, ``{evil}`` is not there."""


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path | str]:
    """Make a home in which every name and every text is hostile."""
    place = tmp_path_factory.mktemp("home")
    photos = place / f"kuvat {EVIL}"
    small(photos / f"{EVIL}.jpg", 64, LANDSCAPE)
    (photos / f"rikki {EVIL}.jpg").write_bytes(b"\xff\xd8\xff no picture")
    (photos / f"{EVIL}.mov").write_bytes(b"x")
    given = {
        "key": f'"{_toml(EVIL)}" = 1\n',
        "value": f'style = "{_toml(EVIL)}"\n',
        "table": f"file;{EVIL}\n{EVIL}.jpg;x\n",
        "people": f"nimi;ryhmä;{EVIL}\nUusi {EVIL};{EVIL};{EVIL}\n",
        "faulty": f"nimi;syntymäaika\nVika {EVIL};{EVIL}\n",
    }
    files = {name: place / f"{name} {EVIL}.{_suffix(name)}" for name in given}
    for name, text in given.items():
        files[name].write_text(text, "utf-8")
    bad, sound = place / f"paha {EVIL}.jpg", place / f"hyvä {EVIL}.jpg"
    bad.write_bytes((SAMPLES / "photos" / "IMG_2040.jpg").read_bytes())
    small(sound, 64, LANDSCAPE)
    paths = {"photos": photos, "evil": place / EVIL, "bad": bad, "sound": sound, "place": place}
    return {**files, **paths, "word": EVIL}


def _toml(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


def _suffix(name: str) -> str:
    return "toml" if name in {"key", "value"} else "csv"


@pytest.fixture
def run(
    words: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Return what runs a command in that home; it returns the code and all that was printed."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(words["place"] / name.lower()))
    monkeypatch.chdir(words["place"])  # what is written "here" stays out of the project
    monkeypatch.setenv("PHOTOGUARD_LANGUAGE", "en")
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n" * 9))

    def run_one(*arguments: str) -> tuple[int, str]:
        code = cli._outcome([word.format(**words) for word in arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run_one


def _moving(text: str) -> list[str]:
    return sorted(
        {
            f"{ord(character):04x}"
            for character in text
            if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
            and character not in ALLOWED
        }
    )


@pytest.mark.parametrize("scene", LIFE, ids=lambda scene: ascii(" ".join(scene))[1:60])
def test_no_command_moves_a_cursor(
    scene: tuple[str, ...], run: Callable[..., tuple[int, str]]
) -> None:
    """Neither output nor trouble holds a character that a terminal obeys, and no traceback."""
    code, printed = run(*scene)
    assert "Traceback" not in printed
    assert code in {0, 1, 2, 3, 4, 5}
    assert _moving(printed) == []


def test_json_is_safe_and_tells_names_exactly(
    run: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    """A terminal may show it, and programs get the very name back."""
    output = ["--json", "--jobs", "1", "--output", str(tmp_path / "out")]
    _, printed = run("prepare", "{photos}", *output)
    assert _moving(printed) == []
    photos = json.loads(printed)["folders"][0]["manifest"]["photos"]
    assert f"{EVIL}.jpg" in {photo["source"] for photo in photos}


def test_whatever_is_told_as_json_comes_back() -> None:
    """Halves of characters, tags and separators survive; no line of it moves a cursor."""
    printed = {"name": EVIL + '\udce4\U000e0041\u2028\x7f"\\\n', EVIL: [1, None]}
    text = as_json(printed)
    assert _moving(text) == []
    assert json.loads(text) == printed
