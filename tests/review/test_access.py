"""The page can be used by everybody: axe-core finds no violation of WCAG 2.2 AA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from photoguard.model import Language
from tests.conftest import PROJECT
from tests.review.browser import press, until, visit
from tests.review.office import Office, doubt, face

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = PROJECT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What axe-core finds in the page as it is now."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(
        "(levels) => axe.run(document, { runOnly: levels })", LEVELS
    )
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]]


@pytest.fixture
def axe() -> None:
    """The file that .ci/run fetches; skips where it is absent."""
    if not AXE.is_file():
        pytest.skip("axe-core is not there; .ci/run fetches it")


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_is_accessible(scheme: str, chromium: Browser, office: Office) -> None:
    """Faces, photos, one photo with all kinds of places, and the keys: no violation."""
    office.take(60, face(20))
    office.take(90, face(20), face(120, sure=False), face(300, weak=True), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office, bypass_csp=True, color_scheme=scheme) as page:
        page.select_option("#group", "7B")
        press(page, "x")
        assert violations(page) == []
        press(page, "g")
        page.click(".filters button:last-child")
        assert violations(page) == []
        page.click(".photo >> nth=1")
        press(page, "n")
        page.wait_for_selector(".spot.added")
        page.wait_for_timeout(300)
        for each in page.locator("summary").all():
            if each.locator("..").get_attribute("open") is None:
                each.click()
        assert violations(page) == []
        page.click(".spot.face >> nth=0")
        assert violations(page) == []
        for number in (2, 3):
            page.click(f"#views button >> nth={number}")
            page.wait_for_timeout(200)
            assert violations(page) == []
        page.click("#tools button >> nth=1")
        page.wait_for_selector("dialog[open]")
        assert violations(page) == []


@pytest.mark.parametrize("language", list(Language))
def test_nothing_is_cut_off_on_a_narrow_screen(
    language: Language, chromium: Browser, office: Office
) -> None:
    """At 400 % zoom (320 pixels wide) no view scrolls sideways, in any language."""
    office.settings = type(office.settings)(
        unit=office.settings.unit, channels=("instagram",), language=language
    )
    office.take(90, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office, viewport={"width": 320, "height": 256}) as page:
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0
        press(page, "g")
        assert page.evaluate(wide) <= 0
        page.click(".photo")
        page.wait_for_selector(".stage")
        assert page.evaluate(wide) <= 0
        for number in (2, 3):
            page.click(f"#views button >> nth={number}")
            page.wait_for_selector(".sheet")
            assert page.evaluate(wide) <= 0


@pytest.mark.parametrize("language", list(Language))
def test_everything_of_a_photo_fits_a_small_screen(
    language: Language, chromium: Browser, office: Office
) -> None:
    """On a laptop the tools stand in one row; on a telephone nothing covers the photo's name."""
    office.settings = type(office.settings)(
        unit=office.settings.unit, channels=("instagram",), language=language
    )
    office.take(90, face(20), face(200))
    office.prepare()
    with visit(chromium, office) as page:
        press(page, "g")
        page.click(".photo")
        page.wait_for_selector(".frame .tools select")
        tops = page.evaluate(
            "[...document.querySelector('.frame .tools').children]"
            ".map((each) => { const box = each.getBoundingClientRect();"
            " return Math.round((box.top + box.bottom) / 2); })"
        )
        assert max(tops) - min(tops) <= 4, tops
        page.set_viewport_size({"width": 390, "height": 844})
        page.locator(".panel h2").scroll_into_view_if_needed()
        below = page.evaluate(
            "document.querySelector('.last').getBoundingClientRect().top"
            " - document.querySelector('.known').getBoundingClientRect().bottom"
        )
        assert below >= 0


def test_no_view_is_a_dead_end(chromium: Browser, office: Office) -> None:
    """A post is asked about once a photo is approved; with nothing left, all photos are shown."""
    office.take(90, face(20))
    office.prepare()
    with visit(chromium, office) as page:
        page.click("#views button >> nth=3")
        page.wait_for_selector(".sheet")
        assert not page.is_visible("#post-channel")
        press(page, "g")
        page.click(".photo")
        page.wait_for_selector(".stage")
        page.wait_for_timeout(500)
        press(page, "a")
        until(page, "document.querySelector('#progress').textContent.startsWith('All')")
        page.click("#views button >> nth=1")
        page.wait_for_selector('.filters [aria-pressed="true"]')
        assert page.locator(".photo").count() == 1
        page.click("#views button >> nth=3")
        page.wait_for_selector("#post-channel")
