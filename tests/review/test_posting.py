"""Published as …: the page notes a post in the register, and the rules decide on the server."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from photoguard.cli import photoguard
from photoguard.errors import UsageTrouble
from photoguard.files import digest_file
from photoguard.model import PermissionKind
from photoguard.output.recall import noted_run
from photoguard.register.changes import writing
from photoguard.register.posts import read_posts
from photoguard.register.register import open_register
from tests.register.people import LOGIN, pupil, word
from tests.review.browser import press, says, seen, until, visit, wait_for_copies
from tests.review.office import SCHOOL, Office, ask, face, settle_down, shown, spot
from tests.review.test_stories import open_first

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from photoguard.model import Person
    from photoguard.register import Register

GREY = 90
OLD = date(2025, 8, 12)
UNDO_IN_ANOTHER_WINDOW = """
(async () => {
  const folder = await (await fetch('/api/folder')).json();
  return (await fetch('/api/photo/1', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Photoguard': '1' },
    body: JSON.stringify({ do: 'undo', version: folder.photos[0].version }),
  })).ok;
})()
"""
"""A change of the first photo of which the page on the screen does not hear."""


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    """A register on the disk that knows nobody yet."""
    monkeypatch.setenv("PHOTOGUARD_DATA", str(tmp_path / "user"))
    return open_register(str(tmp_path / "register.db"), "Mallilan koulu")


@pytest.fixture
def school(office: Office, registry: Register) -> Office:
    """A school whose register lies on the disk, and two photos of one pupil with permission."""
    office.settings = replace(SCHOOL, publish_on=None, channels=("instagram", "facebook"))
    office.registry = registry
    aino = allowed(registry)
    for grey in (60, GREY):
        office.take(grey, face(20))
    office.register = registry.snapshot()
    office.prepare()
    with office.open() as desk:
        for photo in (1, 2):
            ask(desk, "name", photo, spot=spot(desk, 0, photo), person=aino.id)
    return office


def allowed(registry: Register) -> Person:
    """Add a pupil with everybody's word for two channels."""
    with writing(registry, LOGIN) as change:
        kept = change.add_person(pupil(), OLD)
        givers = (kept.id, change.add_guardian(kept.id, "Huoltaja").id)
        for giver in givers:
            for channel in ("instagram", "facebook"):
                change.give(word(kept.id, giver, channel=channel, given_on=OLD))
    return kept


def asking(*photos: int, **changes: object) -> dict[str, object]:
    """What the page sends."""
    return {"photos": list(photos), "channel": "instagram", "looked": True, "on": "", **changes}


def refused(desk_post: object, **asked: object) -> str:
    """Ask for a post that has to be refused; return the code."""
    with pytest.raises(UsageTrouble) as trouble:
        desk_post({**asking(1), **asked})  # type: ignore[operator]
    return trouble.value.code


def approve_both(page: Page) -> None:
    """Give the last word on both photos, and wait until their copies are made."""
    open_first(page)
    seen(page)
    press(page, "a")
    seen(page)
    press(page, "a")
    wait_for_copies(page)
    page.wait_for_timeout(900)


def test_a_post_is_noted_with_everybody_in_it(school: Office, registry: Register) -> None:
    """The register knows channel, link, photo, alt text and who is in it, for a takedown."""
    with school.open() as desk:
        ask(desk, "approve", confirmed=True)
        settle_down(desk)
        folder = desk.post(asking(1, url="https://example.org/p/1"))
    (post,) = read_posts(registry)
    assert (post.channel, post.url) == ("instagram", "https://example.org/p/1")
    assert [each.output for each in post.photos] == ["photo-001.jpg"]
    assert post.subjects == {registry.snapshot().records[0].person.id}
    assert registry.logins()[post.looked_by] == "tester"
    assert [photo["posted"] for photo in folder["photos"]] == [["Instagram"], []]


def test_only_what_a_person_approved_goes_out(school: Office, registry: Register) -> None:
    """A ready photo that nobody approved, one in review and one that is not there are refused."""
    with school.open() as desk:
        assert refused(desk.post) == "review.approve_first"
        assert refused(desk.post, photos=[]) == "review.choose_photos"
        assert refused(desk.post, photos=[99]) == "review.choose_photos"
        assert refused(desk.post, photos="1") == "review.choose_photos"
        ask(desk, "approve", confirmed=True)
        settle_down(desk)
        for looked in (False, None, 1, "true"):
            assert refused(desk.post, looked=looked) == "review.confirm_first"
        assert refused(desk.post, photos=[1, 2]) == "review.approve_first"
        assert refused(desk.post, channel="website") == "consent.other_channel"
        assert refused(desk.post, channel="tiktok") == "consent.other_channel"
        assert refused(desk.post, on="2999-01-01") == "review.day_to_come"
        assert refused(desk.post, on="yesterday") == "review.no_day"
        assert refused(desk.post, on="1026-01-01") == "cli.day_too_early"
    assert read_posts(registry) == ()


def test_a_withdrawn_permission_stops_the_post(school: Office, registry: Register) -> None:
    """The rules are asked about today's register, not about the one of the approval."""
    with school.open() as desk:
        ask(desk, "approve", confirmed=True)
        settle_down(desk)
        record = registry.snapshot().records[0]
        with writing(registry, LOGIN) as change:
            for permission in record.permissions:
                if permission.channel == "instagram":
                    change.withdraw(permission.id, date.today())  # noqa: DTZ011 - a day here
        assert refused(desk.post) == "review.may_not_go_out"
    assert read_posts(registry) == ()


def test_a_post_is_noted_once(school: Office, registry: Register) -> None:
    """The same photo on the same channel without another link is refused."""
    with school.open() as desk:
        ask(desk, "approve", confirmed=True)
        settle_down(desk)
        desk.post(asking(1))
        assert refused(desk.post) == "consent.post_twice"
        desk.post(asking(1, channel="facebook"))
    assert len(read_posts(registry)) == 2


def test_without_a_register_nothing_can_be_noted(office: Office) -> None:
    """The page says so, and asks nothing else."""
    office.register = None
    office.take(GREY)
    office.prepare()
    with office.open() as desk:
        ask(desk, "approve", confirmed=True)
        settle_down(desk)
        assert refused(desk.post) == "review.no_register"


def test_a_post_is_noted_on_the_page(chromium: Browser, school: Office, registry: Register) -> None:
    """Approve, Published, tick, note: the photo tells where it is up."""
    with visit(chromium, school) as page:
        approve_both(page)
        page.click("#views button >> nth=3")
        assert page.locator(".photos-out input:checked").count() == 2
        page.click(".photos-out label >> nth=1")
        page.click(".sheet .approve")
        says(page, "#status", "Only a person")
        page.check("#post-looked")
        page.click(".sheet .approve")
        says(page, "#status", "Noted")
        says(page, ".photos-out", "Facebook")
    (post,) = read_posts(registry)
    assert [each.output for each in post.photos] == ["photo-001.jpg"]


def test_only_what_has_a_tick_is_noted(
    chromium: Browser, school: Office, registry: Register
) -> None:
    """A photo whose approval another window took back has no tick and stops no other one."""
    with visit(chromium, school) as page:
        approve_both(page)
        assert page.evaluate(UNDO_IN_ANOTHER_WINDOW)
        page.click("#views button >> nth=3")
        until(page, "document.querySelectorAll('.photos-out input:checked').length === 1")
        page.check("#post-looked")
        page.click(".sheet .approve")
        says(page, "#status", "Noted")
    (post,) = read_posts(registry)
    assert [each.output for each in post.photos] == ["photo-002.jpg"]


def test_a_post_of_a_page_that_was_killed_is_noted_as_it_is_now(
    school: Office, registry: Register
) -> None:
    """What was approved there is published, what was rejected there is not in the way."""
    manifest = school.output / "manifest.json"
    with school.open() as desk:
        ask(desk, "approve", 1, confirmed=True)
        ask(desk, "approve", 2, confirmed=True)
        settle_down(desk)
    before = manifest.read_bytes()
    with school.open() as desk:
        ask(desk, "works", 1, persons=[])
        settle_down(desk)
        ask(desk, "approve", 1, confirmed=True)
        ask(desk, "reject", 2)
        settle_down(desk)
    manifest.write_bytes(before)
    words = ("--channel", "instagram", "--looked", "--unit-name", "Mallilan koulu")
    command = ["published", "add", str(school.output), *words, "--register", registry.place]
    done = CliRunner().invoke(photoguard, command)
    assert done.exit_code == 0, done.output
    (post,) = read_posts(registry)
    digest = digest_file(school.output / "ready" / "photo-001.jpg")
    assert [each.output_sha256 for each in post.photos] == [digest]


def test_a_withdrawal_after_the_page_asks_about_the_pages_channels(school: Office) -> None:
    """The page may publish elsewhere than the run before it was told."""
    later = date.today() + timedelta(days=300)  # noqa: DTZ011 - a calendar day, here
    with school.open() as desk:
        desk.change_folder({"channels": ["website"], "day": later.isoformat()})
        settle_down(desk)
        note = noted_run(school.output)
        assert note
        assert note.channels == ("website",)
        assert note.publish_on == later


def test_works_and_photographer_are_told_on_the_page(school: Office, registry: Register) -> None:
    """A work needs its maker's permission, asked of the rules at once; a name is the credit."""
    maker = registry.snapshot().records[0].person.id
    with school.open() as desk:
        now = ask(desk, "works", persons=[maker])
        assert now["held"]
        with pytest.raises(UsageTrouble) as trouble:
            ask(desk, "works", persons=["nobody"])
        assert trouble.value.code == "review.no_such_change"
        with writing(registry, LOGIN) as change:
            kind = PermissionKind.OWN_WORK
            change.give(word(maker, maker, kind=kind, channel="instagram", given_on=OLD))
            change.give(word(maker, maker, kind=kind, channel="facebook", given_on=OLD))
        now = ask(desk, "works", persons=[maker])
        assert not now["held"]
        ask(desk, "photographer", name="Kaisa Kuvaaja")
        ask(desk, "approve", confirmed=True)
        settle_down(desk)
        assert shown(desk)["status"] == "ready"
        assert "Kaisa Kuvaaja" in next(
            each["text"] for each in shown(desk)["copying"] if each["what"] == "credit"
        )
        assert maker in shown(desk)["people"]
        assert spot(desk)
