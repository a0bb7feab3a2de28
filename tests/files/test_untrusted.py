"""Small files that somebody else wrote end in values, in a ValueError or in an OSError, soon."""

from __future__ import annotations

import os
import time
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from photoguard.errors import ConfigurationError, OutputError, UsageTrouble
from photoguard.files import Seal, TooMuchError, read_json, read_toml, user_key, write_new
from photoguard.files.untrusted import MOST_TOML
from photoguard.icon_answers import AnswerBook
from photoguard.model import Language
from photoguard.output.journal import Journal
from photoguard.output.prepared import photos_of
from photoguard.register import location
from photoguard.register.importing import mapping
from photoguard.settings import Settings
from photoguard.settings.load import load
from photoguard.settings.writing import valid_values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOON = 2.0
"""Seconds of a processor."""

ENDLESS = {
    "brackets": "a = " + "[" * 60_000,
    "closed brackets": "a = " + "[" * 17 + "]" * 17,
    "braces": "a = " + "{a = " * 10_000,
    "dots": "a" + ".a" * 30_000 + " = 1",
    "spaced dots": "a" + " . a" * 15_000 + " = 1",
    "a header of dots": "[a" + ".a" * 30_000 + "]",
    "an inner key of dots": "a = {b" + ".b" * 30_000 + " = 1}",
    "quoted keys": '"a"' + '."a"' * 15_000 + " = 1",
    "long": "# " + "x" * MOST_TOML,
}
HARMLESS = {
    "brackets in a text": f'event = "{"[" * 40}"',
    "brackets in a text of lines": f'event = """{"[" * 40} "quoted" """',
    "brackets in a plain text": f"event = '{'[' * 40}'",
    "a quote that is escaped": f'event = "\\"{"{" * 40}"',
    "brackets in a comment": f"event = 'x' # {'[' * 40}",
    "numbers with points": f"event = [{', '.join(['1.5'] * 200)}]",
    "many short lines": "\n".join(f"a{n}.b.c = [[1], [2.5]]" for n in range(900)),
}


def put(path: Path, text: str) -> Path:
    """Write a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", ENDLESS)
def test_toml_without_end_is_refused_at_once(name: str, tmp_path: Path) -> None:
    """Neither depth nor size costs time, wherever the file is read."""
    path = put(tmp_path / "photoguard.toml", ENDLESS[name])
    begun = time.process_time()
    with pytest.raises(TooMuchError):
        read_toml(path)
    with pytest.raises(ConfigurationError, match=r"settings\.too_large") as caught:
        load(Settings(), {}, None, tmp_path)
    assert caught.value.exit_code == 3
    with pytest.raises(ConfigurationError, match=r"settings\.too_large"):
        load(Settings(), {}, path, None)
    with pytest.raises(UsageTrouble, match=r"consent\.mapping_unreadable"):
        mapping.read(path)
    assert valid_values(path) == {}
    assert time.process_time() - begun < SOON


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_deep_is_read(name: str, tmp_path: Path) -> None:
    """Brackets in texts and comments, points in numbers and flat tables are no levels."""
    text = HARMLESS[name]
    assert read_toml(put(tmp_path / "a.toml", text)).values == tomllib.loads(text)


@pytest.mark.parametrize(
    "text", ["event = 1" + "0" * 9000, f"{'k' * 999} = 1", "style = 0x" + "f" * 9000]
)
def test_a_wrong_value_is_told_however_long_it_is(text: str, tmp_path: Path) -> None:
    """Numbers that Python spells out for nobody, and keys without end, get their sentence."""
    put(tmp_path / "photoguard.toml", text)
    with pytest.raises(ConfigurationError) as caught:
        load(Settings(), {}, None, tmp_path)
    assert all(len(str(value)) < 2000 for value in caught.value.parameters.values())


READERS: dict[str, tuple[str, Callable[[Path], Any], type[Exception] | None]] = {
    "beside": (
        "photoguard.toml",
        lambda p: load(Settings(), {}, None, p.parent),
        ConfigurationError,
    ),
    "config": ("my.toml", lambda p: load(Settings(), {}, p, None), ConfigurationError),
    "mapping": ("map.toml", mapping.read, UsageTrouble),
    "manifest": ("manifest.json", lambda p: photos_of(p.parent, "en"), UsageTrouble),
    "journal": (
        ".photoguard/journal.jsonl",
        lambda p: Journal.open(p.parent.parent, "en", "").close(),
        OutputError,
    ),
    "answers": ("answers.json", lambda p: AnswerBook(p).offered(p.parent), None),
    "heads": ("data/log-heads.json", lambda _: location.known_heads(), None),
}


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices have no names elsewhere")
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
@pytest.mark.parametrize("name", READERS)
def test_what_is_no_file_is_not_opened(
    name: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe would be waited for, and a device never ends: a sentence, or as if it were not."""
    monkeypatch.setenv("PHOTOGUARD_DATA", str(tmp_path / "data"))
    file, read, trouble = READERS[name]
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    if trouble is None:
        read(path)
        return
    with pytest.raises(trouble):
        read(path)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "nul", "\udcff", "[1" + "0" * 9999]
)
def test_json_ends_in_a_value_error(text: str, tmp_path: Path) -> None:
    """Too deep, cut off, no UTF-8, or a number that is too long."""
    write_new(tmp_path / "a.json", text.encode(errors="surrogateescape"))
    with pytest.raises(ValueError):  # noqa: PT011 - that is the contract
        read_json(tmp_path / "a.json")


FIRST = (
    '{"format":2,"id":"0","language":"en","source":"x","last_number":0,"prefixes":[],'
    '"unwanted":null}\n'
)
ODD_JOURNALS = [
    FIRST.replace('"en"', '"xx"'),
    FIRST.replace('"en"', "5"),
    FIRST.replace("[]", "[5]"),
    FIRST.replace("[]", "7"),
    FIRST.replace(":0", ":-1"),
    FIRST.replace(":0", ":true"),
    FIRST.replace(":0", ":1e99"),
    FIRST.replace("null", "[1]"),
    FIRST.replace('"format":2', '"format":"1"'),
    FIRST + "[]\n" + '{"told":true}\n',
    FIRST + "7\n" + '{"told":true}\n',
    FIRST + "[" * 100_000 + "\n" + '{"told":true}\n',
    FIRST + '{"reserve":5,"number":1,"numbers":null}\n' + '{"told":true}\n',
    FIRST + '{"done":"a.jpg","number":1,"record":7}\n' + '{"told":true}\n',
    FIRST + "{" * 100_000 + "\n" + '{"told":true}\n',
]


@pytest.mark.parametrize("text", ODD_JOURNALS, ids=range(len(ODD_JOURNALS)))
def test_an_odd_journal_is_damaged_and_left_as_it_is(text: str, tmp_path: Path) -> None:
    """What no version of the program wrote is told with a way out, code 3, and not rewritten."""
    signed = signed_lines(text)
    path = put(tmp_path / ".photoguard" / "journal.jsonl", signed)
    with pytest.raises(OutputError, match=r"journal\.damaged") as caught:
        Journal.open(tmp_path, "en", "x")
    assert caught.value.exit_code == 3
    assert path.read_text("utf-8") == signed


def signed_lines(text: str) -> str:
    """Sign each line as this user's program does, whatever it says."""
    seal = Seal(user_key())
    lines = []
    for line in text.splitlines():
        signed = seal.sign(line)
        seal.advance(signed)
        lines.append(signed)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "odd",
    [
        '{"photos": [5]}',
        '{"photos": [], "channels": 5}',
        '{"photos": [{"output": 5}]}',
        '{"photos": 5}',
    ],
)
def test_an_odd_manifest_is_none(odd: str, tmp_path: Path) -> None:
    """It ends in the sentence that the folder has no manifest that can be read."""
    put(tmp_path / "manifest.json", odd)
    with pytest.raises(UsageTrouble, match=r"consent\.no_manifest"):
        photos_of(tmp_path, "en")


def test_odd_answers_count_as_not_told(tmp_path: Path) -> None:
    """Halves of characters, lists for texts and deep values neither come back nor stay."""
    odd = (
        '{"last": {"photographer": "\\ud800", "channels": ["\\ud800", 5, "instagram"],'
        ' "forgotten": [[]]}, "folders": {"ab": {"event": "\\ud800", "x": [[[[]]]]}, "\\ud800": 1}}'
    )
    book = AnswerBook(put(tmp_path / "answers.json", odd))
    answers = book.offered(tmp_path)
    assert (answers.photographer, answers.channels) == ("", ("instagram",))
    book.keep(tmp_path, answers)
    assert AnswerBook(tmp_path / "answers.json").known(tmp_path)


def test_an_odd_language_is_nobodys(tmp_path: Path) -> None:
    """A language that there is not is refused in the settings as in the journal."""
    put(tmp_path / "photoguard.toml", 'language = "xx"')
    with pytest.raises(ConfigurationError, match=r"settings\.wrong_value") as caught:
        load(Settings(), {}, None, tmp_path)
    assert all(language in str(caught.value.parameters["allowed"]) for language in Language)
