"""The guide for staff is whole in each language and loads nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from photoguard.cli.guide import guide
from photoguard.guides import STEPS, Guide, render
from photoguard.model import Language
from tests.locale.catalogues import sentences

if TYPE_CHECKING:
    from pathlib import Path

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
        told = dict(attrs)
        self.targets.add(told.get("id") or "")
        self.links.add(told.get("href") or "")
        self.sources += [name for name in ("src", "srcset", "data") if name in told]
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
    told = CliRunner().invoke(guide, ["--output", str(place), "--language", language])
    assert told.exit_code == 0
    assert str(place) in told.output
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
