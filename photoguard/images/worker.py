"""The decoding worker: ``python -m photoguard.images.worker LIMITS``.

It reads photos from standard input, writes pixels to standard output, opens no file, loads
no inference library, and ends when its standard input is closed.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from photoguard.errors import PhotoTrouble
from photoguard.images.cage import give_up_rights
from photoguard.images.decoding import decode_image
from photoguard.images.values import ANSWER, QUESTION, leave_ending_to_the_parent

if TYPE_CHECKING:
    from PIL import Image

    from photoguard.images.values import DecodingLimits

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """The limits of ``settings.Limits``, parsed from the command line."""

    megapixels: int
    memory_mb: int
    cpu_seconds: int
    wall_seconds: int


def main() -> None:
    """Answer questions until standard input is closed."""
    leave_ending_to_the_parent()
    limits = WorkerLimits(**json.loads(sys.argv[1]))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not become an answer
    _preload()
    _limit_memory(limits)
    give_up_rights()
    with contextlib.suppress(BrokenPipeError):
        _send_json(answers, {})
        serve(sys.stdin.buffer, answers, limits)


def serve(questions: BinaryIO, answers: BinaryIO, limits: DecodingLimits) -> None:
    """Answer each question in turn; ``limits.cpu_seconds`` holds for each one."""
    while header := questions.read(QUESTION.size):
        length, max_side = QUESTION.unpack(header)
        untrusted = questions.read(length)
        _limit_cpu(limits.cpu_seconds)
        _answer(answers, untrusted, limits, max_side)


def _preload() -> None:
    """Import the libraries for decoding, before memory is limited."""
    from PIL import (  # noqa: F401
        AvifImagePlugin,
        BmpImagePlugin,
        ImageCms,
        JpegImagePlugin,
        MpoImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )
    from pillow_heif import register_heif_opener

    register_heif_opener()


def _answer(answers: BinaryIO, untrusted: bytes, limits: DecodingLimits, max_side: int) -> None:
    try:
        image, sketch = decode_image(untrusted, limits=limits, max_side=max_side)
    except PhotoTrouble as trouble:
        _send_json(
            answers,
            {
                "trouble": type(trouble).__name__,
                "code": trouble.code,
                "parameters": trouble.parameters,
            },
        )
        return
    _send_json(
        answers,
        {
            "size": sketch.size,
            "original_size": sketch.original_size,
            "format": sketch.format,
            "orientation": sketch.orientation,
            "notes": [note.code for note in sketch.notes],
        },
    )
    _send_pixels(answers, image)


def _send_json(answers: BinaryIO, content: dict[str, object]) -> None:
    answer = json.dumps(content).encode()
    answers.write(ANSWER.pack(len(answer)) + answer)
    answers.flush()


def _send_pixels(answers: BinaryIO, image: Image.Image) -> None:
    """Write R, G, B row by row, in strips, without a second copy of the whole picture."""
    width, height = image.size
    rows = max(1, _MEGABYTE // (3 * width))
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height)))
        answers.write(strip.tobytes())
    answers.flush()


def _limit_memory(limits: WorkerLimits) -> None:
    """Limit the address space where the system can; the parent's ``Watch`` does it too."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):
            bound = _address_space() + limits.memory_mb * _MEGABYTE
            resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _address_space() -> int:
    """Return the bytes of address space in use; 0 if unknown."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - pathlib is not needed else
            return int(file.read().split()[0]) * mmap.PAGESIZE
    except OSError:
        return 0


def _limit_cpu(seconds: int) -> None:
    """Allow the next photo its own seconds: the soft limit counts from the worker's start."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):
            used = resource.getrusage(resource.RUSAGE_SELF)
            soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


if __name__ == "__main__":
    main()
