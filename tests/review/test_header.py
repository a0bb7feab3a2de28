"""The head of the page on a common laptop: what stays in place while the photos scroll."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from photoguard.model import Language
from tests.review.browser import press, seen, visit
from tests.review.office import CLASS, Office, doubt, face

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LONG = "Pienten ryhmä: metsätähdet ja sinivuokot"
PUPILS = tuple(replace(each, person=replace(each.person, group=LONG)) for each in CLASS.records)
TOPS = "(all) => new Set(all.map((each) => Math.round(each.getBoundingClientRect().top))).size"
BOTTOM = "document.querySelector('header').getBoundingClientRect().bottom"
"""Where the head ends; below it the photo and its panel stay while the page scrolls."""


@pytest.mark.parametrize("language", list(Language))
def test_the_head_does_not_wrap_at_1366_pixels(
    chromium: Browser, office: Office, language: Language
) -> None:
    """Views and tools stand in one row in every language, and cover nothing below them."""
    office.register = replace(CLASS, records=PUPILS)
    office.settings = replace(office.settings, language=language)
    office.take(90, face(20), face(120), doubts=(doubt(320),))
    office.prepare()
    with visit(chromium, office) as page:
        for key in ("", "Enter"):
            press(page, *filter(None, (key,)))
            rows = page.locator("header > nav button, #tools > *").evaluate_all(TOPS)
            assert rows == 1
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        seen(page)
        panel = page.locator(".panel").bounding_box()
        assert panel is not None
        assert page.evaluate(BOTTOM) <= panel["y"]
        page.select_option("#group", LONG)  # the whole name is still offered
