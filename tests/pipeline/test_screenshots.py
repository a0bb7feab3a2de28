"""A picture of a chat is held for a look; photos are not."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from photoguard.pipeline.photo.screenshots import is_of_a_screen, looks_like_chat
from tests.conftest import SAMPLES
from tests.staff.thirty import SCREEN, chat
from tests.stress import blind

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.model import Pixels


def _looks(picture: Image.Image, *, camera: bool = False) -> bool:
    pixels: Pixels = np.asarray(picture.convert("RGB"))
    return looks_like_chat(pixels, picture.size, camera=camera)


def _sent(picture: Image.Image) -> Image.Image:
    """Return the picture as a messenger sends it on: smaller, JPEG."""
    held = io.BytesIO()
    picture.resize((739, 1600)).save(held, "JPEG", quality=70)
    return Image.open(held)


def test_a_chat_is_held_for_a_look(tmp_path: Path) -> None:
    """The photo waits in review, and the reason says what it seems to be."""
    (tmp_path / "k").mkdir()
    chat().save(tmp_path / "k" / "Screenshot.png")
    (photo,) = blind.prepare([tmp_path / "k"]).manifest["photos"]
    assert photo["status"] == "review"
    assert "reasons.screenshot" in [reason["code"] for reason in photo["reasons"]]


def test_a_chat_that_was_sent_on_is_known_as_well() -> None:
    """Smaller and as JPEG, as messengers send it."""
    assert _looks(_sent(chat()))


def test_each_of_the_three_signs_is_needed() -> None:
    """With a camera, in another size or without lines of text it is no chat."""
    assert not _looks(chat(), camera=True)
    assert not _looks(chat().crop((0, 0, 1170, 1500)))
    assert not _looks(Image.new("RGB", SCREEN, "#ffffff"))


@pytest.mark.parametrize("source", sorted(SAMPLES.glob("*/photos/*.jpg")), ids=lambda p: p.name)
def test_photos_are_no_chats(source: Path) -> None:
    """Even a photo that was cut to the shape of a screen and lost its camera is none."""
    with Image.open(source) as picture:
        whole = picture.convert("RGB")
    assert not _looks(whole.resize((1170, 2532)))


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1170, 2532), True),
        ((2400, 1080), True),
        ((1366, 768), True),
        ((4000, 3000), False),
        ((4000, 2250), False),
        ((9000, 2000), False),
        ((0, 0), False),
    ],
)
def test_screens_are_known_by_their_sizes(size: tuple[int, int], expected: bool) -> None:  # noqa: FBT001
    """Telephones, tablets and computers; cameras and panoramas have other sizes."""
    assert is_of_a_screen(size) is expected
