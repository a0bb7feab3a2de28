"""Everybody can use the page: by keyboard, with a screen reader, with poor sight, on paper."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from photoguard import report
from photoguard.model import Language
from tests.report.invented import Reading, of_every_outcome

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

STYLE = (files("photoguard.report") / "templates" / "report.css").read_text("utf-8")
PALETTES = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
READ_ON = [
    ("ink", "page"), ("ink", "panel"), ("ink", "shade"), ("soft", "page"), ("soft", "panel"),
    ("soft", "shade"), ("link", "panel"), ("link", "shade"), ("link", "page"),
    ("on-brand", "brand"), ("focus", "panel"), ("focus", "page"), ("ink", "ready-bg"),
    *((name, ground) for name in ("ready", "review", "blocked", "failed")
      for ground in (f"{name}-bg", "panel", "page", "shade")),
]  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> Reading:
    """The page of a folder with every outcome."""
    return Reading(report.render(of_every_outcome(tmp_path), tmp_path, Language.FI))


def _luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), READ_ON)
def test_contrast(palette: str, front: str, back: str) -> None:
    """Text stands out from its ground by at least 4.5 to 1."""
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", palette))
    light, dark = sorted((_luminance(colours[front]), _luminance(colours[back])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_landmarks(page: Reading) -> None:
    """There is one main part with a head and a foot, and a way to skip to the photos."""
    assert [len(page.all(tag)) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    assert page.all("a")[0]["class"] == "skip"
    assert page.all("a")[0]["href"] == "#photos"


def test_headings_do_not_jump(page: Reading) -> None:
    """A heading is at most one level below the one before it."""
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_references_meet_what_they_name(page: Reading) -> None:
    """Each id stands there once, and each reference within the page finds one."""
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    inside = [address[1:] for address in page.values("href") if address.startswith("#")]
    named = page.values("aria-labelledby") + page.values("data-copy") + inside
    assert set(named) <= set(ids)


def test_controls_have_names(page: Reading) -> None:
    """Pictures, buttons, sections and articles say what they are."""
    assert all(svg.get("aria-label") for svg in page.all("svg") if svg.get("role") == "img")
    assert all(svg.get("aria-hidden") for svg in page.all("svg") if svg.get("role") != "img")
    assert all(part.get("aria-labelledby") for part in page.all("section", "article"))
    assert all(button["type"] == "button" for button in page.all("button"))
    assert len([text for tag, text in page.texts if tag == "button"]) == len(page.all("button"))


def test_the_filter_is_made_of_real_choices(page: Reading) -> None:
    """The filter is one group of radio buttons, and works by the style sheet alone."""
    radios = page.all("input")
    assert {radio["type"] for radio in radios} == {"radio"}
    assert [radio["value"] for radio in radios] == ["all", "review", "blocked", "failed", "ready"]
    assert [radio["value"] for radio in radios if "checked" in radio] == ["all"]
    for outcome in ("review", "blocked", "failed", "ready"):
        assert f":root:has(#show-{outcome}:checked) .outcome:not(.{outcome})" in STYLE


def test_an_outcome_is_not_told_by_colour_alone(page: Reading) -> None:
    """Each outcome has a word and a sign of its own."""
    signs = {use["href"] for use in page.all("use")}
    assert signs >= {f"#icon-{outcome}" for outcome in ("ready", "review", "blocked", "failed")}


def test_lengths_grow_with_the_text() -> None:
    """Nothing that holds text has a width in pixels, so that 200 % and a telephone work."""
    widths = re.findall(r"[^-](?:width|max-width|min-width|font-size): ?(\d+)px", STYLE)
    assert set(widths) <= {"1"}


@pytest.mark.parametrize("width", [320, 360, 600, 840, 1366])
@pytest.mark.parametrize("language", list(Language))
def test_no_button_lies_on_a_text_nor_breaks(
    width: int, language: Language, chromium: Browser, tmp_path: Path
) -> None:
    """Each text to copy can be read whole, on a telephone and beside a picture too."""
    manifest = of_every_outcome(tmp_path)
    manifest["photos"][0] |= {"caption": "Päiväkoti Kuusenkerkkä.", "hashtags": ["#LPRoppii"]}
    (tmp_path / "report.html").write_text(report.render(manifest, tmp_path, language), "utf-8")
    page = chromium.new_page(viewport={"width": width, "height": 768})
    page.goto((tmp_path / "report.html").as_uri())
    for photo in page.query_selector_all(".photo"):
        photo.scroll_into_view_if_needed()  # what is off the screen is not laid out
    shown = page.evaluate(COPYABLE)
    page.close()
    assert len(shown) >= 5
    assert [text for text, overlaps in shown if overlaps] == []


COPYABLE = """[...document.querySelectorAll(".copyable")].flatMap(each => {
  const button = each.querySelector("button").getBoundingClientRect();
  if (button.width === 0) return [];
  const range = document.createRange();
  range.selectNodeContents(each.querySelector("p"));
  const one = parseFloat(getComputedStyle(document.body).fontSize) * 3;
  return [[range.toString(), button.height > one || [...range.getClientRects()].some(line =>
    line.left < button.right && button.left < line.right &&
    line.top < button.bottom && button.top < line.bottom)]];
})"""
"""Each shown text that can be copied, and whether its button covers a part of it or is broken."""
