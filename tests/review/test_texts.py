"""A text that was hidden stands on the page as a place of its own, and can be shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from photoguard.errors import UsageTrouble
from photoguard.ocr import TextReader
from tests.ocr.signs import slip, wall
from tests.review.browser import visit
from tests.review.office import DAYCARE, ask, face, settle_down
from tests.review.test_stories import open_first

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.review.office import Office

GREY = 90


def test_a_hidden_text_is_shown_only_after_approval(office: Office) -> None:
    """A person takes a label for no name: it stays visible, once the photo was approved."""
    office.settings, office.register, office.reader = DAYCARE, None, TextReader()
    office.folder.mkdir(exist_ok=True)
    Image.fromarray(wall((slip("MATILDA", 40), (120, 80)))).save(office.folder / "kuva.png")
    office.prepare()
    with office.open() as desk:
        (spot,) = desk.folder()["photos"][0]["spots"]
        assert (spot["kind"], spot["state"], spot["label"]) == ("text", "hidden", "T1")
        assert spot["why"] == "Text that may tell who somebody is."
        assert spot["chooser"] is False
        assert not readable(office)
        with pytest.raises(UsageTrouble):
            ask(desk, "name", spot=spot["id"], person="aino")
        ask(desk, "toggle", spot=spot["id"])
        settle_down(desk)
        photo = desk.folder()["photos"][0]
        assert (photo["spots"][0]["state"], photo["status"]) == ("not-face", "review")
        ask(desk, "approve", confirmed=True)
        settle_down(desk)
        photo = desk.folder()["photos"][0]
        assert photo["status"] == "ready"
        assert readable(office)
        ask(desk, "face", spot=photo["spots"][0]["id"])
        ask(desk, "approve", confirmed=True)
        settle_down(desk)
    assert not readable(office)


def test_what_else_may_give_somebody_away_stands_beside_the_photo(
    chromium: Browser, office: Office
) -> None:
    """Whoever approves a child alone in a picture reads there that clothes and place may tell."""
    office.settings, office.register, office.reader = DAYCARE, None, TextReader()
    office.take(GREY, face(20))
    office.prepare()
    with visit(chromium, office) as page:
        open_first(page)
        assert "One person is alone in the picture" in page.inner_text(".panel .hints")


def test_whom_the_table_names_stays_hidden_when_the_page_makes_a_copy_again(
    office: Office,
) -> None:
    """A name that only the table of photos holds is looked for in every later copy too."""
    office.settings, office.register, office.reader = DAYCARE, None, TextReader()
    office.named = ("Eskil Kvarnberg",)
    office.folder.mkdir(exist_ok=True)
    picture = wall((slip("KVARNBERG", 40), (120, 80)))
    Image.fromarray(picture).save(office.folder / "kuva.png")
    office.prepare()
    assert not readable(office, "KVARNBERG")
    with office.open() as desk:
        desk.change_folder({"event": "Skiing day"})
        settle_down(desk)
    assert not readable(office, "KVARNBERG")


def readable(office: Office, label: str = "MATILDA") -> bool:
    """Tell whether the label can be read in the finished copy."""
    (copy,) = [each for each in office.output.glob("*/*.jpg") if each.is_file()]
    read = TextReader().read(np.asarray(Image.open(copy)))
    return label in {line.text for line in read.lines}
