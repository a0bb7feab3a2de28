"""What a worker says is believed as little as the photo that it decodes."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from photoguard.errors import RefusedError, UnreadableError
from photoguard.images import Decoder
from photoguard.images.values import ANSWER, QUESTION
from photoguard.settings import Limits
from tests.images.liar import BEGIN

if TYPE_CHECKING:
    from collections.abc import Iterator

HONEST = {
    "size": [2, 1],
    "original_size": [4, 2],
    "format": "jpeg",
    "orientation": 6,
    "notes": ["decode.first_picture"],
}
TROUBLE = {"trouble": "RefusedError", "code": "decode.animated", "parameters": {}}


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """A decoder whose worker answers with the very bytes of the photo, but their beginning."""
    with Decoder(Limits(megapixels=1), worker="tests.images.liar") as opened:
        yield opened


def framed(words: object) -> bytes:
    """An answer without pixels."""
    content = json.dumps(words).encode()
    return ANSWER.pack(len(content)) + content


def test_an_honest_answer_is_believed(decoder: Decoder) -> None:
    """The answer that a worker should give is read as it stands."""
    found = decoder.decode(BEGIN + framed(HONEST) + bytes(range(6)), 2)
    assert found.pixels.tolist() == [[[0, 1, 2], [3, 4, 5]]]
    assert (found.original_size, found.format, found.orientation) == ((4, 2), "jpeg", 6)


def test_an_honest_trouble_is_believed(decoder: Decoder) -> None:
    """A refusal keeps its code and its parameters."""
    with pytest.raises(RefusedError, match=r"decode\.animated") as caught:
        decoder.decode(BEGIN + framed({**TROUBLE, "parameters": {"limit": 3, "format": "GIF"}}))
    assert caught.value.parameters == {"limit": 3, "format": "GIF"}


@pytest.mark.parametrize(
    "answer",
    [
        b"end",
        b"\xff\xff\xff\xff",
        ANSWER.pack(3) + b"{]}",
        framed([]),
        framed({}),
        framed({**HONEST, "size": [3, 1]}),
        framed({**HONEST, "size": [0, 1]}),
        framed({**HONEST, "size": [1.5, 1]}),
        framed({**HONEST, "size": 7}),
        framed({**HONEST, "size": [1, 2000001]}),
        framed({**HONEST, "original_size": [2000, 2000]}),
        framed({**HONEST, "format": "exe"}),
        framed({**HONEST, "format": []}),
        framed({**HONEST, "orientation": 9}),
        framed({**HONEST, "notes": ["errors.boom"]}),
        framed({**HONEST, "notes": [["decode.animated"]]}),
        framed({**HONEST, "notes": ["decode.\x1b[2J"]}),
        framed({**TROUBLE, "trouble": "SystemExit"}),
        framed({**TROUBLE, "code": "decode.<b>"}),
        framed({**TROUBLE, "parameters": {"format": "\x1b]0;Aino\x07"}}),
        framed({**TROUBLE, "parameters": {"format": "A" * 5000}}),
        framed({**TROUBLE, "parameters": {"limit": 1.5}}),
        framed({**TROUBLE, "parameters": []}),
        framed({**TROUBLE, "parameters": {"limit": True}}),
        framed({**TROUBLE, "parameters": {"limit": -1}}),
        ANSWER.pack(5000) + b"[" * 5000,
        ANSWER.pack(60_005) + b'{"a":' + b"[" * 60_000,
        framed({**HONEST, "size": [True, True]}) + bytes(3),
        framed({**HONEST, "orientation": True}) + bytes(6),
        framed({**HONEST, "original_size": [True, 2]}) + bytes(6),
        framed({**HONEST, "notes": {"decode.first_picture": 1}}) + bytes(6),
        framed(HONEST) + bytes(7),
        framed(HONEST) + bytes(6) + framed(HONEST),
        framed(TROUBLE) + b"x",
    ],
)
def test_lies_cost_the_photo_and_the_worker(decoder: Decoder, answer: bytes) -> None:
    """An answer that no worker gives ends this worker, not the program."""
    with pytest.raises(UnreadableError, match=r"decode\.worker_died"):
        decoder.decode(BEGIN + answer, 2)
    assert decoder.pid is None


def test_what_is_said_later_is_no_answer_to_the_next_question(decoder: Decoder) -> None:
    """Bytes that come after a photo's answer cost their worker, and the next photo nothing."""
    decoder.decode(BEGIN + framed(HONEST) + bytes(6), 2)
    first = decoder.pid
    assert first is not None
    lie = framed({**HONEST, "format": "png"}) + bytes(6)
    assert decoder._link is not None
    decoder._link._write(QUESTION.pack(len(lie), 2) + lie)  # as a photo may have arranged it
    time.sleep(0.5)
    assert decoder.decode(BEGIN + framed(HONEST) + bytes(6), 2).format == "jpeg"
    assert decoder.pid != first
