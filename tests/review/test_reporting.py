"""What is told of a folder while its page is open, after it was closed, and after it was killed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import openpyxl

from photoguard.files import MANIFEST, REPORT, SHEET
from photoguard.report import sheet
from tests.review.browser import press, until
from tests.review.office import Office, ask, face, settle_down, shown
from tests.review.test_door import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from photoguard.model import Face
    from photoguard.review.desk import ReviewDesk

GREY = 90


def approve(desk: ReviewDesk) -> None:
    """Give the last word; the copy is made in the background."""
    ask(desk, "approve", confirmed=True)


def told(office: Office) -> dict[str, Any]:
    """What the manifest tells of the first photo."""
    kept = json.loads((office.output / MANIFEST).read_text("utf-8"))
    photo: dict[str, Any] = kept["photos"][0]
    return photo


def as_killed(desk: ReviewDesk, office: Office, place: Path) -> Office:
    """Approve a photo, and return the folder as a power cut leaves it before the copy is made."""
    with desk._turn:
        approve(desk)
        shutil.copytree(office.folder.parent, place)
    settle_down(desk)
    return replace(office, folder=place / office.folder.name)


def test_what_a_killed_page_could_not_make_is_made(office: Office, tmp_path: Path) -> None:
    """Who opens the page again finds every photo, and what was approved becomes ready."""
    office.take(GREY, face(20))
    office.take(GREY + 40, face(20))
    office.prepare()
    with office.open() as desk:
        killed = as_killed(desk, office, tmp_path.parent / "killed")
    assert told(killed)["settled"] is None
    with killed.open() as desk:
        assert [each["id"] for each in desk.folder()["photos"]] == [1, 2]
        settle_down(desk)
        assert shown(desk)["settled"] == "approved"
        assert shown(desk)["status"] == "ready"
        assert told(killed)["settled"]["verdict"] == "approved"
    assert told(killed)["status"] == "ready"
    assert (killed.output / told(killed)["output"]).is_file()


def test_a_copy_that_a_person_took_away_is_not_made_again(office: Office) -> None:
    """Only what the program itself let go of comes back when the page is opened."""
    office.take(GREY, face(20))
    office.prepare()
    next(office.output.glob("re*/*.jpg")).unlink()
    with office.open() as desk:
        settle_down(desk)
        assert not desk.folder()["photos"]
    assert not list(office.output.glob("re*/*.jpg"))


def test_a_manifest_that_a_killed_page_left_is_mended_at_once(office: Office) -> None:
    """Other commands read the manifest, also while the page is open."""
    office.take(GREY, face(20))
    office.prepare()
    before = (office.output / MANIFEST).read_bytes()
    with office.open() as desk:
        approve(desk)
    (office.output / MANIFEST).write_bytes(before)
    with office.open():
        assert told(office)["settled"]["verdict"] == "approved"
        assert "photo-001.jpg" in (office.output / REPORT).read_text("utf-8")


def test_the_report_follows_while_the_page_is_open(office: Office) -> None:
    """A moment after the last copy it tells how things are, and no key waits for it."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        ask(desk, "reject")
        settle_down(desk)
        assert told(office)["output"] is None
        end = time.monotonic() + 30
        while "base64" in (office.output / REPORT).read_text("utf-8"):
            assert time.monotonic() < end
            time.sleep(0.1)


def test_the_table_shows_what_the_copies_show(office: Office) -> None:
    """What was rejected or hidden on the page stands in the table no more once it is closed."""
    office.take(GREY, face(20))
    manifest = {"photos": office.prepare(), "channels": []}
    sheet.write(office.output, manifest, office.settings.language)
    assert _pictures(office) == 1
    with office.open() as desk:
        ask(desk, "reject")
    assert _pictures(office) == 0


def _pictures(office: Office) -> int:
    book = openpyxl.load_workbook(office.output / SHEET)
    return len(book.worksheets[0]._images)  # type: ignore[attr-defined]


def test_the_page_tells_what_it_still_makes_when_it_is_closed(
    chromium: Browser, office: Office
) -> None:
    """Who closes the page knows that the computer has to stay on, and for how many copies."""
    office.take(GREY, face(20))
    office.prepare()
    gate = threading.Event()
    office.late = looked_at_late(gate)
    with served(office) as visitor:
        page = chromium.new_context(locale="en").new_page()
        page.goto(visitor.server.link)
        page.wait_for_selector(".tile:focus")
        press(page, "Enter", "a")
        until(page, "!document.querySelector('#waiting').textContent")
        page.click("#tools button:last-child")
        page.wait_for_selector(".ended")
        assert "(1)" in page.inner_text(".ended")
        assert visitor.desk.unmade == 1
        gate.set()
        page.context.close()
    assert told(office)["status"] == "ready"


def looked_at_late(gate: threading.Event) -> Iterator[Face]:
    """See nobody more in a finished copy, but only once the gate is open."""
    gate.wait(60)
    yield from ()


def test_the_command_tells_where_the_page_is_and_how_it_ends(office: Office) -> None:
    """Who closed the page sees in the terminal what is still done, and where the report is."""
    office.take(GREY, face(20))
    office.prepare()
    words = ("review", str(office.output), "--no-open", "--language", "en")
    command = [sys.executable, "-m", "photoguard", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout
        link = urlsplit(page.stdout.readline().split()[-1])
        with closing(HTTPConnection(link.netloc, timeout=30)) as guest:
            guest.request("GET", f"/?{link.query}")
            cookie = (guest.getresponse().getheader("Set-Cookie") or "").partition(";")[0]
        mine = {"Cookie": cookie, "Origin": f"http://{link.netloc}", "X-Photoguard": "1"}
        with closing(HTTPConnection(link.netloc, timeout=30)) as guest:
            json_too = {**mine, "Content-Type": "application/json"}
            guest.request("POST", "/api/close", "{}", json_too)
            assert json.loads(guest.getresponse().read()) == {"unmade": 0}
        *_, ending, report = page.communicate(timeout=60)[0].splitlines()
    assert page.returncode == 0
    assert ending == "The page is closed. The report is being written."
    assert report == f"Report: {office.output / REPORT}"
