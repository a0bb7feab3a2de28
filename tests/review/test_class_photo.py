"""A class photo of 25: three who may not be shown are pointed at, the others named in order."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from photoguard.files import MANIFEST
from photoguard.model import Box, Face
from tests.policy.town import permitted, pupil, record, word
from tests.review.browser import press, until, visit, wait_for_copies
from tests.review.office import SURE, Office, is_visible, snapshot
from tests.review.test_stories import open_first, ready

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from photoguard.model import Record

GREY = 90
NAMES = (
    *("aada", "benjamin", "cecilia", "daniel", "emma", "felix", "greta", "hugo", "iida"),
    *("joel", "kaisa", "leo", "minna", "niilo", "oona", "pekka", "ronja", "samu", "tuuli"),
    *("urho", "vilma", "william", "xenia", "yrjö", "zelda"),
)
REFUSED = ("emma", "niilo", "yrjö")


def places() -> list[Box]:
    """Five rows of five heads, in the order in which people read."""
    corners = ((20 + 75 * column, 8 + 46 * row) for row in range(5) for column in range(5))
    return [Box(left, top, left + 26, top + 26) for left, top in corners]


def the_class() -> list[Record]:
    """Everybody of 7B; three have said no."""
    found = []
    for name in NAMES:
        refusing = record(pupil(name), word("own", "no"))
        each = refusing if name in REFUSED else permitted(name)
        found.append(replace(each, person=replace(each.person, group="7B")))
    return found


def test_a_class_of_twenty_five_is_named(chromium: Browser, office: Office) -> None:
    """Two keys a pupil at most; nobody who said no is visible, and everybody else is noted."""
    office.register = snapshot(*the_class())
    office.take(GREY, *(Face(box, 0.9, SURE) for box in places()))
    office.prepare()
    keys = 0
    with visit(chromium, office) as page:
        page.select_option("#group", "7B")
        open_first(page)
        page.click(".group button >> nth=0")
        for name in REFUSED:
            label = page.evaluate(
                "(at) => [...document.querySelectorAll('.spot.face')].sort((a, b) =>"
                " a.offsetTop - b.offsetTop || a.offsetLeft - b.offsetLeft)[at].dataset.spot",
                NAMES.index(name),
            )
            page.click(f'[data-spot="{label}"]')
        page.click(".group button >> nth=1")
        until(page, "document.activeElement.matches('.who input')")
        for name in NAMES:
            if name not in REFUSED:
                press(page, name[0], "Enter")
                keys += 2
        until(page, "document.querySelectorAll('.spot.kept').length === 22")
        until(page, "document.activeElement.classList.contains('approve')")
        left = page.inner_text(".group p >> nth=0")
        press(page, "Enter")
        wait_for_copies(page)
    assert left.endswith("–")
    assert keys <= 50
    (copy,) = ready(office)
    shown = {name for name, box in zip(NAMES, places(), strict=True) if is_visible(copy, GREY, box)}
    assert shown == set(NAMES) - set(REFUSED)
    (photo,) = json.loads((office.output / MANIFEST).read_text("utf-8"))["photos"]
    assert {each["person"] for each in photo["faces"] if each["person"]} == shown
