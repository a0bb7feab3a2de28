"""A worker that a photo has taken over: it says whatever its question tells it to say."""

from __future__ import annotations

import json
import os
import sys

from photoguard.images.values import ANSWER, QUESTION

BEGIN = b"\xff\xd8\xff"
"""How each question begins, as a JPEG does; what is no photo would never be asked."""


def main() -> None:
    """Repeat each question as the answer, without its beginning."""
    answers = sys.stdout.buffer
    answers.write(ANSWER.pack(2) + json.dumps({}).encode())
    answers.flush()
    while header := sys.stdin.buffer.read(QUESTION.size):
        length, _ = QUESTION.unpack(header)
        heard = sys.stdin.buffer.read(length).removeprefix(BEGIN)
        if heard == b"end":
            os._exit(0)
        answers.write(heard)
        answers.flush()


if __name__ == "__main__":
    main()
