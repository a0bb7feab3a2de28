"""No key is lost and none acts on another photo, however slow the server and quick the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.review.browser import press, says, seen, until, visit, wait_for_copies
from tests.review.office import Office, doubt, face, is_visible, unheard
from tests.review.test_stories import open_first, ready, take_class

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

GREY = 90
CHANGES = "/api/photo/"
SLOW = {CHANGES: 0.4}
"""The server hears late of each change, by so many seconds."""
IN_ANOTHER_WINDOW = """
(async () => (await fetch('/api/photo/1', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-Photoguard': '1' },
  body: JSON.stringify({ do: 'style', style: 'blur', version: 1 }),
})).ok)()
"""
"""A change of the first photo of which the page on the screen does not hear."""


def take_three(office: Office) -> None:
    """Prepare three photos, each of which waits for a person."""
    for grey in (60, 90, 120):
        office.take(grey, face(20), doubts=(doubt(200),))
    office.prepare()


def name(page: Page) -> str:
    """Which photo is on the screen."""
    return page.inner_text(".facts h2")


def test_approvals_in_quick_succession_are_all_kept(chromium: Browser, office: Office) -> None:
    """The page goes on at once; each A means the photo that was on the screen."""
    for number in range(6):
        office.take(40 + 20 * number, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        with unheard(office, CHANGES):
            for left in range(6, 0, -1):
                seen(page)
                page.keyboard.press("a")
                until(
                    page,
                    f"document.querySelector('#progress').textContent.startsWith('{left - 1}')"
                    " || document.querySelector('main').dataset.view === 'photos'",
                )
            assert ready(office) == []
        until(page, "document.querySelector('#progress').textContent.startsWith('All')")
        wait_for_copies(page)
    assert len(ready(office)) == 6


def test_an_older_answer_does_not_take_an_approval_back(chromium: Browser, office: Office) -> None:
    """A folder that was read before a key was pressed says nothing about that key."""
    take_three(office)
    with visit(chromium, office) as page:
        open_first(page)
        office.answered_late = {"/api/folder": 0.4}
        for left in (2, 1):
            seen(page)
            press(page, "a")
            says(page, "#progress", str(left))
            for _ in range(25):
                assert page.inner_text("#progress").startswith(str(left))
                page.wait_for_timeout(40)
        seen(page)
        press(page, "a")
        says(page, "#progress", "All")
        wait_for_copies(page)
    assert len(ready(office)) == 3


def test_an_older_answer_covers_no_trouble(chromium: Browser, office: Office) -> None:
    """What came of the face before does not take away that nobody of a name is known."""
    office.take(GREY, face(20), face(200), doubts=(doubt(320),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        page.click(".spot.face >> nth=0")
        with unheard(office, CHANGES):
            page.fill(".who input", "aino")
            press(page, "Enter")
            page.fill(".who input", "Nobody Known")
            press(page, "Enter")
            says(page, "#status", "register")
        page.wait_for_selector(".spot.kept")
        assert "register" in page.inner_text("#status")


def test_a_held_key_counts_once(chromium: Browser, office: Office) -> None:
    """A finger that rests on A approves one photo, not the folder."""
    take_three(office)
    with visit(chromium, office) as page:
        open_first(page)
        seen(page)
        for _ in range(8):  # Playwright repeats a key that is down already
            page.keyboard.down("a")
            page.wait_for_timeout(50)
        page.keyboard.up("a")
        assert page.inner_text("#progress").startswith("2")
        wait_for_copies(page)
    assert len(ready(office)) == 1


def test_what_nobody_could_see_is_not_approved(chromium: Browser, office: Office) -> None:
    """A before the picture is there says so, and approves nothing."""
    for grey in (60, 90):
        office.take(grey, face(20), doubts=(doubt(200),))
    office.prepare()
    office.unheard = ("/picture/",)  # from the beginning: the page fetches ahead
    with visit(chromium, office) as page:
        press(page, "g")
        page.click(".photo")
        press(page, "a")
        says(page, "#status", "not on the screen")
        assert page.inner_text("#progress").startswith("2")
        office.unheard = ()
        seen(page)
        press(page, "a")
        says(page, "#progress", "1")
        wait_for_copies(page)
    assert len(ready(office)) == 1


def test_a_copy_that_is_made_again_leaves_the_one_before_on_the_screen(
    chromium: Browser, office: Office
) -> None:
    """Until the new picture is there the old one stays, and may be approved."""
    office.take(GREY, face(20), face(200, sure=False, weak=True))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        seen(page)
        office.asked_late = {"/picture/": 3.0}
        page.click(".spot.weak")
        press(page, "x")  # the copy lies in the ready folder: it is made again at once
        until(page, "document.querySelector('.spot.not-face')")
        until(page, "!document.querySelector('.facts [role=status]')")
        assert page.evaluate("document.querySelector('.hidden-picture').naturalWidth > 0")
        press(page, "a")
        says(page, "#progress", "All")
        wait_for_copies(page)
    (copy,) = ready(office)
    assert is_visible(copy, GREY, face(200).box)
    assert not is_visible(copy, GREY, face(20).box)


def test_a_photo_is_approved_in_the_grid_once_it_shows(chromium: Browser, office: Office) -> None:
    """A on a card whose picture is not there yet says so; then it approves and goes on."""
    for grey in (60, 90):
        office.take(grey, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        with unheard(office, "/tile/"):
            press(page, "g", "a")
            says(page, "#status", "not on the screen")
        until(page, "document.querySelector('.photo img').naturalWidth > 0")
        press(page, "a")
        says(page, "#progress", "1")
        wait_for_copies(page)
    assert len(ready(office)) == 1


def test_tiles_are_settled_as_fast_as_keys_come(chromium: Browser, office: Office) -> None:
    """Two quick Spaces hide two places; they are not one place hidden and shown again."""
    office.take(GREY, doubts=(doubt(20), doubt(120), doubt(220), doubt(320)))
    office.prepare()
    with visit(chromium, office) as page:
        office.asked_late = SLOW
        for _ in range(4):
            page.keyboard.press("Space")
        until(page, "document.querySelectorAll('.tile.added').length === 4")
        open_first(page)
        seen(page)
        press(page, "a")
        wait_for_copies(page)
    (copy,) = ready(office)
    for left in (20, 120, 220, 320):
        assert not is_visible(copy, GREY, doubt(left).box)


def test_a_key_on_a_tile_that_waits_says_so(chromium: Browser, office: Office) -> None:
    """A second press on the very tile that is being asked about is told, not lost."""
    office.take(GREY, face(200))
    office.prepare()
    with visit(chromium, office) as page:
        with unheard(office, CHANGES):
            press(page, "x", "x")
            says(page, "#status", "One moment")
        says(page, "#status", "detectors")
        assert page.locator(".tile.not-face").count() == 0
        press(page, "x")
        page.wait_for_selector(".tile.not-face")


def test_undo_waits_for_what_is_under_way(chromium: Browser, office: Office) -> None:
    """U right after A takes back that very approval, also while it is being kept."""
    for grey in (60, 90):
        office.take(grey, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        office.asked_late = SLOW
        first = name(page)
        seen(page)
        page.keyboard.press("a")
        page.keyboard.press("u")
        says(page, "#status", "Undone")
        until(page, "document.querySelector('#progress').textContent.startsWith('2')")
        assert name(page) == first
        wait_for_copies(page)
    assert ready(office) == []


def test_a_refusal_that_comes_late_names_its_photo(chromium: Browser, office: Office) -> None:
    """The page does not jump; the refused photo is open again, one press away."""
    for grey in (60, 90):
        office.take(grey, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        seen(page)
        first = name(page)
        (office.folder / "060.png").write_bytes(b"another file")
        with unheard(office, CHANGES):
            page.keyboard.press("a")
            until(page, "document.querySelector('#progress').textContent.startsWith('1')")
        says(page, "#status", "changed")
        assert name(page) != first
        until(page, "document.querySelector('#progress').textContent.startsWith('2')")
        page.click("#status button")
        until(page, f"document.querySelector('.facts h2').textContent === {first!r}")
    assert ready(office) == []


def test_no_approval_follows_a_change_that_was_refused(chromium: Browser, office: Office) -> None:
    """A place that could not be added, since another window changed the photo, is not missing.

    The A came before the refusal: the person took the place for added.
    """
    for grey in (60, 90):
        office.take(grey, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        seen(page)
        first = name(page)
        assert page.evaluate(IN_ANOTHER_WINDOW)
        with unheard(office, CHANGES):
            page.keyboard.press("n")
            page.keyboard.press("a")
            until(page, "document.querySelector('#progress').textContent.startsWith('1')")
        until(page, "document.querySelector('#progress').textContent.startsWith('2')")
        page.click("#status button")
        until(page, f"document.querySelector('.facts h2').textContent === {first!r}")
        wait_for_copies(page)
        assert ready(office) == []
        seen(page)
        page.keyboard.press("a")
        until(page, "document.querySelector('#progress').textContent.startsWith('1')")
        wait_for_copies(page)
    assert len(ready(office)) == 1


def test_what_a_rule_holds_is_told_at_once(chromium: Browser, office: Office) -> None:
    """A photo that nobody can approve stays on the screen, with the reason."""
    office.people["060.png"] = ("liisa",)
    for grey in (60, 90):
        office.take(grey, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        seen(page)
        first = name(page)
        press(page, "a")
        says(page, "#status", "cannot be approved")
        assert name(page) == first


def test_a_place_that_was_just_moved_is_where_it_was_moved_to(
    chromium: Browser, office: Office
) -> None:
    """A right after an arrow key approves the photo with the place at its new spot."""
    office.take(GREY, doubts=(doubt(20),))
    office.take(GREY + 30, doubts=(doubt(20),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        seen(page)
        press(page, "n")
        until(page, "document.activeElement.classList.contains('added')")
        office.asked_late = SLOW
        for _ in range(5):
            page.keyboard.press("Shift+ArrowRight")
        for _ in range(4):
            page.keyboard.press("+")
        page.keyboard.press("a")
        wait_for_copies(page)
    (copy,) = ready(office)
    assert not is_visible(copy, GREY, face(275, sure=False).box)


def test_names_are_typed_ahead_of_the_server(chromium: Browser, office: Office) -> None:
    """Each Enter goes to the next face at once, so that no letter goes to the one before."""
    take_class(office)
    with visit(chromium, office) as page:
        page.select_option("#group", "7B")
        open_first(page)
        office.asked_late = SLOW
        page.click(".spot.face >> nth=0")
        page.focus(".who input")
        page.keyboard.type("ai\nbe\n")
        until(page, "document.querySelectorAll('.spot.kept').length === 2")
        page.keyboard.type("lii")
        page.wait_for_timeout(900)
        assert page.input_value(".who input") == "lii"


def test_words_that_are_being_written_stay(chromium: Browser, office: Office) -> None:
    """An answer about one text does not take away what is typed into the next one."""
    office.take(GREY, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        page.click(".texts summary")
        office.asked_late = SLOW
        page.fill("#alt-en", "Skiing on the lake")
        page.focus("#alt-fi")
        page.keyboard.type("Hiihtoa ")
        page.wait_for_timeout(600)
        page.keyboard.type("järvellä")
        assert page.input_value("#alt-fi") == "Hiihtoa järvellä"
        page.locator("#alt-fi").blur()
        page.wait_for_timeout(600)
        assert page.input_value("#alt-en") == "Skiing on the lake"
        page.click(".approve")
        wait_for_copies(page)
    (copy,) = ready(office)
    assert b"Skiing on the lake" in copy.read_bytes()


def test_no_photo_goes_out_with_a_text_that_was_refused(chromium: Browser, office: Office) -> None:
    """A name in a description stops the approval, also where both are asked in one gesture."""
    office.take(GREY, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        page.click(".texts summary")
        office.asked_late = SLOW
        page.fill("#alt-en", "Aino skis")
        page.click(".approve")
        says(page, "#status", "Mend it")
        assert page.input_value("#alt-en") == "Aino skis"
    assert ready(office) == []


def test_the_page_goes_on_after_a_lost_request(chromium: Browser, office: Office) -> None:
    """One request that never arrives costs that key, with a sentence, and none after it."""
    for grey in (60, 90):
        office.take(grey, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office, complaints=False) as page:
        open_first(page)
        seen(page)
        page.route("**/api/photo/*", lambda route: route.abort(), times=1)
        page.keyboard.press("a")
        says(page, "#status", "photoguard")
        seen(page)
        page.keyboard.press("a")
        until(page, "document.querySelector('#progress').textContent.startsWith('1')")
        wait_for_copies(page)
    assert len(ready(office)) == 1
