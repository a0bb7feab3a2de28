"""Measures how quickly the review page answers a person, in a real browser.

``python -m tests.benchmarks.review [--side 4000] [--photos 500] [--times 10]``

Makes a folder of JPEGs whose faces are told instead of found, and presses keys in
Debian's Chromium: how long until the next photo stands on the screen, until the first and
the later originals do while O is held, until a key has changed the page, and how long the
page takes to open, to answer and to close where the folder holds many photos. Each line gives the
median and the worst of several; the machine's load stands first, since other work on the
same processors slows everything.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from photoguard.images import Decoder
from photoguard.images.watch import resident_bytes
from photoguard.model import Sight
from photoguard.settings import Limits
from tests.conftest import QUIET
from tests.review.browser import seen, until
from tests.review.office import SCHOOL, Office, doubt, face
from tests.review.test_door import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

WATCH = """(what) => new Promise((done) => {
  const begun = performance.now();
  const look = () => {
    const gone = performance.now() - begun;
    if (tests[what]() || gone > 20000) done(gone);
    else requestAnimationFrame(look);
  };
  const tests = {
    changed: () => document.body.innerHTML !== window.before,
    picture: () => document.querySelector(".facts h2")?.textContent !== window.name_before
      && document.querySelector(".hidden-picture")?.naturalWidth > 0,
    focused: () => document.activeElement !== window.focus_before,
    original: () => document.querySelector(".original")?.naturalWidth > 0,
  };
  window.before = document.body.innerHTML;
  window.focus_before = document.activeElement;
  window.name_before = document.querySelector(".facts h2")?.textContent;
  window.press();
  look();
})"""
FOLDER = "fetch('/api/folder').then((answer) => answer.text()).then((text) => text.length)"
HEAP = "performance.memory.usedJSHeapSize"
PRESS = """([key, kind]) => {
  const event = () => new KeyboardEvent(kind, { key, bubbles: true, cancelable: true });
  window.press = () => (document.activeElement ?? document.body).dispatchEvent(event());
}"""


@dataclass
class Camera(Office):
    """An office whose photos are as large as a camera's."""

    side: int = 4000

    def take_large(self, number: int) -> None:
        """Put a photo of noise and gradients into the folder, as heavy as a camera's."""
        self.folder.mkdir(exist_ok=True)
        chance = np.random.default_rng(number)
        small = chance.integers(60, 200, (self.side // 50, self.side * 3 // 200, 3), np.uint8)
        size = (self.side, self.side * 3 // 4)
        picture = np.asarray(Image.fromarray(small).resize(size, Image.Resampling.BICUBIC))
        noise = chance.integers(0, 12, picture.shape, np.uint8)
        Image.fromarray(picture + noise).save(self.folder / f"{number:03}.jpg", quality=92)


@contextmanager
def opened(browser: Browser, office: Office) -> Iterator[Page]:
    """Open the page of a prepared folder."""
    with served(office) as visitor:
        page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        page.goto(visitor.server.link)
        page.wait_for_selector("main[data-view]")
        yield page
        page.close()


def timed(page: Page, key: str, what: str) -> float:
    """Press a key in the page; return the milliseconds until what it asks for stands there."""
    page.evaluate(PRESS, [key, "keydown"])
    return float(page.evaluate(WATCH, what))


def print_line(name: str, milliseconds: list[float]) -> None:
    """Print one line of the table."""
    middle, worst = statistics.median(milliseconds), max(milliseconds)
    print(f"{name:58} {middle:6.0f} ms  worst {worst:6.0f} ms  of {len(milliseconds)}")


def large_photos(browser: Browser, folder: Path, decoder: Decoder, side: int, times: int) -> None:
    """Measure photos of a camera's size."""
    office = Camera(folder, decoder, side=side)
    office.settings = replace(SCHOOL, max_side=2048)
    for number in range(times + 1):
        office.take_large(number)
    office.seen = AllAlike(Sight((face(20), face(200)), (doubt(320),)))
    office.prepare()
    size = sum(each.stat().st_size for each in folder.iterdir()) / (times + 1) / 1e6
    print(f"photos of {side} px, {size:.1f} MB each:")
    with opened(browser, office) as page:
        page.keyboard.press("g")
        page.click(".filters button:last-child")
        page.focus(".photo")
        page.wait_for_timeout(600)
        page.evaluate("() => { window.press = () => document.querySelector('.photo').click() }")
        print_line("  the first photo opens", [float(page.evaluate(WATCH, "picture"))])
        print_line("  the first original, while O is held", [timed(page, "o", "original")])
        page.keyboard.up("o")
        print_line("  the next photo opens", next_photos(page, times))
        print_line("  a later original, while O is held", originals(page, times))
        print_line("  a key (?) until the page has changed", keys(page, times))


def many_photos(browser: Browser, folder: Path, decoder: Decoder, count: int, times: int) -> None:
    """Measure a folder of many small photos, five places in each."""
    office = Office(folder, decoder)
    folder.mkdir()
    for number in range(count):
        Image.new("RGB", (400, 240), (90, 60 + number % 100, 60 + number // 100)).save(
            folder / f"{number:03}.png"
        )
    office.seen = AllAlike(Sight((face(20), face(120), face(220)), (doubt(320), doubt(20))))
    office.prepare()
    print(f"a folder of {count} photos with five places each:")
    with opened(browser, office) as page:
        begun = time.monotonic()
        page.reload()
        page.wait_for_selector(".tile:focus")
        print_line(
            "  the page opens, until the first faces are there", [1000 * (time.monotonic() - begun)]
        )
        print_line(
            "  a key (→) in the face grid",
            [timed(page, "ArrowRight", "focused") for _ in range(times)],
        )
        print_line(
            "  a key (Space) in the face grid", [timed(page, " ", "focused") for _ in range(times)]
        )
        page.wait_for_timeout(1500)
        print_line(
            "  a key (G) to the photos and back",
            [timed(page, "g", "changed") for _ in range(times)],
        )
        print(f"  the browser reads {page.evaluate(FOLDER) / 1e6:.1f} MB and its scripts keep")
        print(
            f"  {page.evaluate('performance.memory.usedJSHeapSize') / 1e6:.0f} MB; the server and"
        )
        print(f"  all that measures it take {resident_bytes(os.getpid()) / 1e6:.0f} MB")
        begun, worked = time.monotonic(), time.process_time()
    print_line("  the page closes: report and table", [1000 * (time.monotonic() - begun)])
    print_line("  of which the processor works", [1000 * (time.process_time() - worked)])


class AllAlike(dict[int, Sight]):
    """The same faces in every photo."""

    def __init__(self, sight: Sight) -> None:
        """Keep what is seen everywhere."""
        super().__init__()
        self._sight = sight

    def get(self, _: int, __: object = None) -> Sight:
        """Return what is seen everywhere."""
        return self._sight


def next_photos(page: Page, times: int) -> list[float]:
    """Go from photo to photo, at a person's pace."""
    found = []
    for _ in range(times):
        page.wait_for_timeout(400)
        found.append(timed(page, "ArrowRight", "picture"))
    return found


def originals(page: Page, times: int) -> list[float]:
    """Hold O again and again, each time on another photo."""
    found = []
    for _ in range(times):
        page.keyboard.press("ArrowRight")
        seen(page)
        found.append(timed(page, "o", "original"))
        page.keyboard.down("o")
        page.keyboard.up("o")
        until(page, "!document.querySelector('.original').hasAttribute('src')")
    return found


def keys(page: Page, times: int) -> list[float]:
    """Press a key that changes the page."""
    found = []
    for _ in range(times):
        found.append(timed(page, "?", "changed"))
        page.keyboard.press("Escape")
        page.wait_for_timeout(200)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--side", type=int, default=4000)
    parser.add_argument("--photos", type=int, default=500)
    parser.add_argument("--times", type=int, default=10)
    asked = parser.parse_args()
    print(f"processors {os.cpu_count()}, load {os.getloadavg()[0]:.1f}, {time.ctime()}")
    with (
        tempfile.TemporaryDirectory() as place,
        sync_playwright() as playwright,
        Decoder(Limits()) as decoder,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        large_photos(browser, Path(place) / "large", decoder, asked.side, asked.times)
        many_photos(browser, Path(place) / "many", decoder, asked.photos, asked.times)
        browser.close()
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
