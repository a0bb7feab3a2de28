"""Debian's Chromium before a served folder: what a person sees and presses."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.review.test_door import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FloatRect, Page

    from tests.review.office import Office

TOLD = "document.querySelector('#status')?.textContent"
PATIENCE = 15
"""Seconds that a loaded computer may take for what a person waits for."""


@contextmanager
def visit(
    browser: Browser, office: Office, *, complaints: bool = True, **options: object
) -> Iterator[Page]:
    """Open the page of a prepared folder; whatever the browser complains of is a failure.

    ``complaints`` is False where a request is to fail, of which the browser always complains.
    """
    context_options = {"viewport": {"width": 1366, "height": 768}, **options}
    with served(office) as visitor:
        context = browser.new_context(**context_options)  # type: ignore[arg-type]
        page = context.new_page()
        heard: list[str] = []
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("console", lambda status: heard.append(status.text) if _is_bad(status) else None)
        page.goto(visitor.server.link, wait_until="domcontentloaded")
        page.wait_for_selector("main[data-view]")
        yield page
        context.close()
    if heard and complaints:
        raise AssertionError(heard)  # outside a test module an assert tells no values


def _is_bad(status: object) -> bool:
    """Tell whether the console complains; a refusal of the desk (409) is an answer."""
    return getattr(status, "type", "") == "error" and " 409 " not in getattr(status, "text", "")


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other, as a quick person does."""
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(60)


def status(page: Page) -> str:
    """What the page told last."""
    return page.inner_text("#status")


def until(page: Page, holds: str) -> None:
    """Wait until a JavaScript expression holds.

    The page's own policy forbids what Playwright's ``wait_for_function`` does: evaluating.
    """
    late = time.monotonic() + PATIENCE
    while time.monotonic() < late:
        if page.evaluate(holds):
            return
        page.wait_for_timeout(40)
    raise AssertionError(f"not so: {holds}; told last: {page.evaluate(TOLD)}")


def box_of(page: Page, selector: str) -> FloatRect:
    """Where an element stands, which the page may just be drawing anew."""
    late = time.monotonic() + PATIENCE
    while time.monotonic() < late:
        if box := page.locator(selector).bounding_box():
            return box
        page.wait_for_timeout(40)
    raise AssertionError(selector)


def says(page: Page, selector: str, text: str) -> None:
    """Wait until an element says something."""
    until(page, f"document.querySelector({selector!r}).textContent.includes({text!r})")


def seen(page: Page) -> None:
    """Wait until the photo is on the screen, as a person does."""
    until(page, "document.querySelector('.hidden-picture')?.naturalWidth > 0")


def wait_for_copies(page: Page) -> None:
    """Wait until everything that was pressed is kept and no copy is being made."""
    until(page, "!document.body.hasAttribute('data-waiting')")
    until(
        page,
        "(async () => (await (await fetch('/api/folder')).json())"
        ".photos.every((photo) => !photo.working))()",
    )
