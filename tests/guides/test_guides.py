"""The guides are whole in each language, load nothing and are true."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from photoguard import icon_answers, wordlists
from photoguard.cli import photoguard
from photoguard.cli.guide import guide
from photoguard.files.seal import KEY_FILE
from photoguard.guides import STEPS, Guide, render
from photoguard.model import Language, Outcome
from photoguard.output.manifest import build
from photoguard.output.records import PhotoRecord
from photoguard.register.location import OUTPUTS
from photoguard.settings import Settings
from photoguard.settings.keys import KEYS
from photoguard.settings.load import FILE_NAME
from tests.conftest import PROJECT
from tests.locale.catalogues import sentences

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = PROJECT / "photoguard" / "guides"
TRANSLATED = [Guide.OFFICE, Guide.DPO]
OF_BENCH = {"--every", "--against", "--known-boxes", "--copies"}
"""Options of the benchmarks."""

MODELS = "_models"

OF_THE_COMMAND = {
    *("help", "for_whom", "help_output", "opened", "file", "not_written", "not_written.remedy")
}


class _Reader(HTMLParser):
    """Collects words, anchors, targets and what a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.targets: set[str] = set()
        self.links: set[str] = set()
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.targets.add(given.get("id") or "")
        self.links.add(given.get("href") or "")
        self.sources += [name for name in ("src", "srcset", "data") if name in given]
        if tag in {"link", "script", "iframe", "img"}:
            self.sources.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    return reader


@pytest.mark.parametrize("language", Language)
def test_the_guide_is_whole(language: Language) -> None:
    """Every sentence of the catalogue stands in the page, and no code does."""
    page = render(Guide.STAFF, language)
    words = " ".join(_read(page).words)
    assert f'<html lang="{language}">' in page
    assert not re.search(r"\bguide\.\w", words)
    for code, (sentence, *_) in sentences(language, "guide").items():
        if code.removeprefix("guide.") not in {*OF_THE_COMMAND, "contents"}:
            assert sentence in words, code


@pytest.mark.parametrize("language", Language)
def test_the_guide_loads_nothing(language: Language) -> None:
    """The page is one file: no script, picture, style or font from elsewhere."""
    page = render(Guide.STAFF, language)
    reader = _read(page)
    assert reader.sources == []
    assert "url(" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_each_sheet_can_be_reached() -> None:
    """Every link of the page leads to a place in it, every sheet has one."""
    reader = _read(render(Guide.STAFF, Language.FI))
    inside = {link[1:] for link in reader.links if link}
    assert inside <= reader.targets
    assert set(STEPS) <= inside


@pytest.mark.parametrize(
    ("language", "title"), [("fi", "Opas"), ("sv", "Guide för"), ("en", "A g")]
)
def test_the_command_writes_it(language: str, title: str, tmp_path: Path) -> None:
    """With --output the guide is written in the language asked for, and not opened."""
    place = tmp_path / "new" / "opas.html"
    given = CliRunner().invoke(guide, ["--output", str(place), "--language", language])
    assert given.exit_code == 0
    assert str(place) in given.output
    assert f"<h1>{title}" in place.read_text("utf-8")


@pytest.mark.parametrize("guide", [each for each in Guide if each is not Guide.STAFF])
@pytest.mark.parametrize("language", Language)
def test_a_text_guide_is_a_whole_page(guide: Guide, language: Language) -> None:
    """Each guide has headings that its contents lead to, and loads nothing."""
    page = render(guide, language)
    reader = _read(page)
    inside = {link[1:] for link in reader.links if link.startswith("#")}
    assert len(inside) >= 3
    assert inside <= reader.targets
    assert reader.sources == []
    assert "|--" not in page
    assert "```" not in page


def _source(guide: Guide, language: str) -> str:
    return (FOLDER / f"{guide}.{language}.md").read_text("utf-8")


def _blocks(text: str) -> list[str]:
    """Return the fenced blocks of a guide, which no translation changes."""
    return re.findall(r"^```.*?^```$", text, re.MULTILINE | re.DOTALL)


def _shape(text: str) -> list[str]:
    """Return how each line begins that gives a guide its shape: headings, points, rows."""
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [
        begun.group() for begun in re.finditer(r"^(#+ |- |\|-[-|]*$|\| )", outside, re.MULTILINE)
    ]


@pytest.mark.parametrize("guide", TRANSLATED)
@pytest.mark.parametrize("language", [Language.FI, Language.SV])
def test_a_translated_guide_says_as_much(guide: Guide, language: Language) -> None:
    """Finnish and Swedish have the same headings, points, rows and commands as English."""
    translated, english = _source(guide, language), _source(guide, "en")
    assert _shape(translated) == _shape(english)
    assert _blocks(translated) == _blocks(english)
    assert len(re.findall(r"\*\*", translated)) == len(re.findall(r"\*\*", english))
    assert f'lang="{language}"' in render(guide, language)


def _named_commands(text: str) -> set[str]:
    """Return what stands after ``photoguard``, and each ``consent …``, in a guide's code."""
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    code = "\n".join([*_blocks(text), *inline])
    return {
        *re.findall(r"\bphotoguard ([a-z]+)\b", code),
        *re.findall(r"(?:^|photoguard )((?:consent|published) [a-z-]+)", code, re.MULTILINE),
    }


@pytest.mark.parametrize("source", sorted(FOLDER.glob("*.md")), ids=lambda path: path.name)
def test_a_guide_names_only_commands_that_exist(source: Path) -> None:
    """Each ``photoguard …`` and each command of a group, as a guide writes it, can be typed."""
    named = _named_commands(source.read_text("utf-8"))
    assert named
    for words in named:
        command: click.Command | None = photoguard
        for word in words.split():
            assert isinstance(command, click.Group), words
            command = command.get_command(click.Context(command), word)
            assert command, words


@pytest.mark.parametrize("source", sorted(FOLDER.glob("*.md")), ids=lambda path: path.name)
def test_a_guide_names_only_options_that_exist(source: Path) -> None:
    """Each option of photoguard that a guide writes alone in code belongs to some command."""
    text = source.read_text("utf-8")
    own = {each for each in re.findall(r"`(--[a-z-]+)(?: [A-Z]+)?`", text) if each not in OF_BENCH}
    assert own <= _options(photoguard)


def _options(command: click.Command) -> set[str]:
    found = {each for parameter in command.params for each in parameter.opts}
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            found |= _options(below) if below else set()
    return found | {"--help"}


def test_it_knows_what_each_file_is_for() -> None:
    """Each file and folder that the program keeps of its own stands in IT's list."""
    listed = _source(Guide.IT, "en").partition("## What each file on the disk is for")[2]
    kept = {KEY_FILE, OUTPUTS, FILE_NAME, icon_answers.FILE_NAME, wordlists.FILE_NAME, MODELS}
    for name in (*kept, "register.sqlite3", "log-heads.json", "mappings/", "journals/"):
        assert f"{name}`" in listed or f"{name}/`" in listed, name


def test_the_picture_of_the_house_is_true() -> None:
    """The developers' guide names each room and file at the top of the package, and no other."""
    picture = _source(Guide.DEVELOPERS, "en").partition("```\n")[2].partition("```")[0]
    package = PROJECT / "photoguard"
    named = set(re.findall(r"\b([a-z_]+(?:/|\.py))(?=\s)", picture)) - {"photoguard/"}
    inner = {"consent/", "importing/", "folder/", "workers/", "photo/"}
    rooms = {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    assert named - inner == rooms | {path.name for path in package.glob("*.py")}
    assert inner <= named
    assert (package / "cli" / "consent").is_dir()
    assert (package / "register" / "importing").is_dir()
    parts = (package / "pipeline").glob("*/__init__.py")
    assert inner - {"consent/", "importing/"} == {f"{path.parent.name}/" for path in parts}
    way = _source(Guide.DEVELOPERS, "en").partition("## The way of a photo")[2].partition("##")[0]
    for place in re.findall(r"`([a-z_/]+(?:/|\.py))`", way):
        assert (package / place).exists(), place


def test_the_keys_of_the_manifest_are_documented() -> None:
    """Each key that a manifest has, of the folder and of a photo, stands in the guide."""
    guide = _source(Guide.DEVELOPERS, "en").partition("## manifest.json")[2].partition("\n## ")[0]
    manifest = build(Settings(), [PhotoRecord("a.jpg", Outcome.FAILED)], [])
    documented = set(re.findall(r"`([a-z_0-9]+)`", guide))
    assert manifest.keys() <= documented
    assert manifest["photos"][0].keys() <= documented


def test_every_setting_stands_in_the_guide_for_it() -> None:
    """Its example of photoguard.toml has each key with its default, and can be used as it is."""
    text = (FOLDER / "it.en.md").read_text("utf-8")
    example = tomllib.loads(text.split("## photoguard.toml")[1].split("```toml")[1].split("```")[0])
    assert set(example) == KEYS.keys() - {"locked"}
    shown = {"language", "unit_name", "organisation", "channels", "hashtags", "limits"}
    usual = Settings()
    for key in example.keys() - shown:
        assert example[key] == getattr(usual, key), key
    assert example["limits"] == asdict(usual.limits)
