"""Whole stories in a real browser: what a person presses, and what lies in the folders then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.review.browser import box_of, press, says, seen, status, until, visit, wait_for_copies
from tests.review.office import Office, doubt, face, is_visible

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

GREY = 90


def ready(office: Office) -> list[Path]:
    """The copies that may go out."""
    return sorted((office.output / "ready").glob("*.jpg"))


def drag(page: Page, box: tuple[float, float, float, float]) -> None:
    """Draw over a place of the picture with the pointer; ``box`` in shares of the picture."""
    stage = box_of(page, ".stage")
    x, y, width, height = stage["x"], stage["y"], stage["width"], stage["height"]
    page.mouse.move(x + box[0] * width, y + box[1] * height)
    page.mouse.down()
    page.mouse.move(x + box[2] * width, y + box[3] * height, steps=6)
    page.mouse.up()


def take_class(office: Office) -> None:
    """Prepare a photo of three faces that nobody has named, with a place that may be a fourth."""
    office.take(GREY, face(20), face(120), face(220), doubts=(doubt(320),))
    office.prepare()


def open_first(page: Page) -> None:
    """Look at the first photo."""
    if page.get_attribute("main", "data-view") == "faces":
        press(page, "g")
    page.click(".filters button:last-child")
    page.click(".photo")
    seen(page)


def test_a_missed_face_is_drawn_over(chromium: Browser, office: Office) -> None:
    """Drag over a face, press A: the copy in the ready folder hides it."""
    office.take(GREY, doubts=(doubt(20),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        drag(page, (0.5, 40 / 240, 0.65, 100 / 240))
        page.wait_for_selector(".spot.added")
        press(page, "a")
        wait_for_copies(page)
    (copy,) = ready(office)
    assert not is_visible(copy, GREY, face(200).box)
    assert is_visible(copy, GREY, face(320).box)


def test_a_missed_face_is_added_with_the_keyboard(chromium: Browser, office: Office) -> None:
    """N adds a place, arrows move it, plus sizes it: no pointer is needed."""
    office.take(GREY, doubts=(doubt(20),))
    office.prepare()
    with visit(chromium, office) as page:
        press(page, "Enter")
        seen(page)
        press(page, "n")
        page.wait_for_selector(".spot.added")
        until(page, "document.activeElement.classList.contains('added')")
        press(page, *["Shift+ArrowRight"] * 4, *["+"] * 4)
        page.wait_for_timeout(400)
        moved = box_of(page, ".spot.added")
        stage = box_of(page, ".stage")
        middle = (moved["x"] + moved["width"] / 2 - stage["x"]) / stage["width"]
        assert 0.65 < middle < 0.75
        press(page, "a")
        wait_for_copies(page)
    (copy,) = ready(office)
    assert not is_visible(copy, GREY, face(250, sure=False).box)


def test_a_doubt_is_hidden_by_one_key(chromium: Browser, office: Office) -> None:
    """Space in the face grid hides a doubt, and the tile says so."""
    office.take(GREY, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        assert "doubt" in (page.get_attribute(".tile", "class") or "")
        press(page, "Space")
        until(page, "!document.querySelector('.tile.doubt')")
        open_first(page)
        press(page, "a")
        wait_for_copies(page)
    (copy,) = ready(office)
    assert not is_visible(copy, GREY, doubt(200).box)


def test_a_dog_is_shown_by_x(chromium: Browser, office: Office) -> None:
    """X on a tile takes a face for none; a firm one is asked twice."""
    office.take(GREY, face(200), doubts=(doubt(20),))
    office.prepare()
    with visit(chromium, office) as page:
        press(page, "ArrowRight", "x")
        says(page, "#status", "detectors")
        press(page, "x")
        page.wait_for_selector(".tile.not-face")
        open_first(page)
        press(page, "a")
        wait_for_copies(page)
    (copy,) = ready(office)
    assert is_visible(copy, GREY, face(200).box)


def test_a_pupil_is_named_and_another_refused(chromium: Browser, office: Office) -> None:
    """A name beside a face shows who may be shown, and says why somebody may not."""
    office.take(GREY, face(20), face(200), doubts=(doubt(320),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        page.click(".spot.face >> nth=0")
        page.fill(".who input", "aino")
        press(page, "Enter")
        page.wait_for_selector(".spot.kept")
        page.click(".spot.face >> nth=1")
        page.fill(".who input", "Liisa")
        press(page, "Enter")
        page.wait_for_selector(".spot[title^='Liisa']")
        assert page.locator(".spot.kept").count() == 1
        page.fill(".who input", "Nobody Known")
        press(page, "Enter")
        says(page, "#status", "register")
        page.click(".approve")
        wait_for_copies(page)
    (copy,) = ready(office)
    assert is_visible(copy, GREY, face(20).box)
    assert not is_visible(copy, GREY, face(200).box)


def test_words_are_mended(chromium: Browser, office: Office) -> None:
    """The description that a person writes is in the copy; a pupil's name is refused."""
    office.take(GREY, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        page.click(".texts summary")
        page.fill("#alt-en", "Aino skis")
        page.locator("#alt-en").blur()
        says(page, "#status", "names")
        page.fill("#alt-en", "Skiing on the lake")
        assert "18" in page.inner_text("#count-en")
        page.locator("#alt-en").blur()
        page.wait_for_timeout(300)
        page.click(".approve")
        wait_for_copies(page)
    (copy,) = ready(office)
    assert b"Skiing on the lake" in copy.read_bytes()


def test_a_last_word_is_taken_back(chromium: Browser, office: Office) -> None:
    """U undoes an approval and a rejection, one key each, and the folders follow."""
    for grey in (60, 90):
        office.take(grey, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        assert "2" in page.inner_text("#progress")
        open_first(page)
        press(page, "a")
        says(page, "#progress", "1")
        press(page, "r")
        wait_for_copies(page)
        assert len(ready(office)) == 1
        for left in (1, 2):
            press(page, "u")
            until(page, f"document.querySelector('#progress').textContent.startsWith('{left}')")
        wait_for_copies(page)
    assert ready(office) == []
    assert {each["settled"]["verdict"] for each in office.prepare() if each["settled"]} <= {""}


def test_a_second_run_keeps_what_was_settled(chromium: Browser, office: Office) -> None:
    """After another run the page shows the photo as it was settled."""
    office.take(GREY, doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        press(page, "Space")
        until(page, "!document.querySelector('.tile.doubt')")
        open_first(page)
        press(page, "a")
        wait_for_copies(page)
    assert [each["status"] for each in office.prepare()] == ["ready"]
    with visit(chromium, office) as page:
        assert page.locator(".tile.added").count() == 1
        assert page.inner_text("#progress").startswith("All")


def test_the_original_is_there_only_while_it_is_held(chromium: Browser, office: Office) -> None:
    """O shows the original, letting go takes it from the page."""
    office.take(GREY, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        page.keyboard.down("o")
        until(page, "document.querySelector('.original').naturalWidth > 0")
        page.keyboard.up("o")
        until(page, "!document.querySelector('.original').hasAttribute('src')")
        assert page.locator(".original").is_hidden()
        page.keyboard.down("o")
        press(page, "ArrowRight")
        assert page.locator(".original[src]").count() == 0


def test_two_windows_tell_of_each_other(chromium: Browser, office: Office) -> None:
    """A window that is behind says so and shows the photo as it is, and nothing is overwritten."""
    office.take(GREY, face(20), doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        other = page.context.new_page()
        other.goto(page.url)
        other.wait_for_selector(".tile")
        press(page, "Space")
        until(page, "!document.querySelector('.tile.doubt')")
        press(other, "Space")
        says(other, "#status", "another")
        assert "another" in status(other)


def test_closing_ends_the_page(chromium: Browser, office: Office) -> None:
    """Finish ends the server and says so."""
    office.take(GREY, doubts=(doubt(200),))
    office.prepare()
    with visit(chromium, office) as page:
        page.click("#tools button:last-child")
        page.wait_for_selector(".ended")


def test_a_large_folder_is_drawn_as_far_as_somebody_scrolls(
    chromium: Browser, office: Office
) -> None:
    """Of hundreds of photos the first are there at once and the others when they are neared."""
    for grey in range(60, 190):
        office.take(grey)
    office.prepare()
    with visit(chromium, office) as page:
        press(page, "g")
        until(page, "document.querySelectorAll('.photo').length === 120")
        page.evaluate("document.querySelector('.photo:last-child').scrollIntoView()")
        until(page, "document.querySelectorAll('.photo').length === 130")
        page.focus("[data-photo='130']")
        until(page, "document.activeElement.querySelector('img').naturalWidth > 0")
        press(page, "a")
        until(page, "document.querySelectorAll('.photo').length === 129")
        assert page.evaluate("scrollY") > 1000


def test_each_face_is_told_with_its_photo(chromium: Browser, office: Office) -> None:
    """A face that a permission hides says whose photo it is in, as every other does."""
    office.take(GREY, face(20), face(200))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        page.click(".spot.face >> nth=0")
        page.fill(".who input", "Liisa")
        press(page, "Enter")
        page.wait_for_selector(".spot[title^='Liisa']")
        page.click("header button >> nth=0")
        page.wait_for_selector(".tile[title]")
        told = page.locator(".tile .why").all_inner_texts()
    assert len(told) == 2
    assert all(each.endswith(".jpg") for each in told)


def test_a_class_is_named_in_reading_order(chromium: Browser, office: Office) -> None:
    """The beginning of a name and Enter goes from face to face; Enter alone leaves one hidden."""
    take_class(office)
    with visit(chromium, office) as page:
        page.select_option("#group", "7B")
        open_first(page)
        page.click(".spot.face >> nth=0")
        page.focus(".who input")
        press(page, *"ai", "Enter")
        until(page, "document.querySelectorAll('.spot.kept').length === 1")
        until(page, "document.querySelector('.about h3').textContent.includes('2')")
        assert "Aino" not in page.inner_text(".group p >> nth=0")
        press(page, "Enter")
        until(page, "document.querySelector('.about h3').textContent.includes('3')")
        press(page, *"be", "Enter")
        until(page, "document.querySelectorAll('.spot.kept').length === 2")
        until(page, "document.activeElement.classList.contains('approve')")
        press(page, "Enter")
        wait_for_copies(page)
    (copy,) = ready(office)
    shown = [is_visible(copy, GREY, face(left).box) for left in (20, 120, 220)]
    assert shown == [True, False, True]


def test_all_but_these_are_asked_for_their_names(chromium: Browser, office: Office) -> None:
    """Faces that a person points at stay hidden; the names of the others are asked in order."""
    take_class(office)
    with visit(chromium, office) as page:
        page.select_option("#group", "7B")
        open_first(page)
        page.click(".group button >> nth=0")
        page.click(".spot.face >> nth=0")
        says(page, "#status", "stays hidden")
        page.click(".group button >> nth=1")
        until(page, "document.querySelector('.about h3').textContent.includes('2')")
        page.click(".names button:has-text('Aino')")
        until(page, "document.querySelector('.about h3').textContent.includes('3')")
        page.click(".names button:has-text('Liisa')")
        until(page, "document.activeElement.classList.contains('approve')")
        until(page, "document.querySelectorAll('.spot.kept').length === 1")
        press(page, "Enter")
        wait_for_copies(page)
    (copy,) = ready(office)
    shown = [is_visible(copy, GREY, face(left).box) for left in (20, 120, 220)]
    assert shown == [False, True, False]


def test_width_and_height_are_changed_by_themselves(chromium: Browser, office: Office) -> None:
    """Ctrl and an arrow, or a button, makes a place wider or lower and leaves the other side."""
    office.take(GREY, doubts=(doubt(20),))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        press(page, "n")
        until(page, "document.activeElement.classList.contains('added')")
        before = box_of(page, ".spot.added")
        press(page, "Control+ArrowRight", "Control+ArrowRight", "Control+ArrowDown")
        page.click(".nudge button:has-text('Lower')")
        page.wait_for_timeout(500)
        after = box_of(page, ".spot.added")
    assert after["width"] > 1.2 * before["width"]
    assert after["height"] < 0.9 * before["height"]


def test_twenty_photos_take_at_most_sixty_keys(chromium: Browser, office: Office) -> None:
    """Three missed faces, three hidden dogs, fourteen others: settled with sixty keys at most."""
    keys = 0

    def count(*pressed: str) -> None:
        nonlocal keys
        keys += len(pressed)
        press(page, *pressed)

    for number in range(20):
        dog = (face(200, sure=False, weak=True),) if number % 7 == 1 else ()
        missed = (doubt(320),) if number % 7 == 2 else ()
        office.take(20 + 10 * number, face(20), *dog, doubts=missed)
    office.prepare()
    with visit(chromium, office) as page:
        assert page.locator(".tile.weak, .tile.doubt").count() == 6
        for kind in ("doubt", "weak"):
            for _ in range(3):
                until(page, f"document.activeElement.classList.contains('{kind}')")
                count("Space" if kind == "doubt" else "x")
                page.wait_for_timeout(150)
        count("g")
        count("Enter")
        for left in range(20, 0, -1):
            until(page, f"document.querySelector('#progress').textContent.startsWith('{left} ')")
            seen(page)
            count("a")
        until(page, "document.querySelector('#progress').textContent.startsWith('All')")
        wait_for_copies(page)
    assert len(ready(office)) == 20
    assert keys <= 60
