"""What is remembered of an output outside it, so that an older journal cannot be put back.

An older state of a journal is signed as well. What it must not undo is kept in the user's
own folder, a small file for each output: which numbers were given, and that staff answered
of somebody who must not be in pictures.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from photoguard.files.seal import data_folder
from photoguard.files.write import open_regular, write_new

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = "journals"
_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Memory:
    """The last number that was given in an output, and a digest of what staff answered."""

    last_number: int = 0
    answered: str = ""


def recall(output_id: str) -> Memory:
    """Return what is remembered of an output; nothing where that cannot be read."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        with open_regular(_file(output_id), follow=False) as readable:
            kept = json.loads(readable.read(_LONGEST))
        return Memory(int(kept["last_number"]), str(kept["answered"]))
    return Memory()


def remember(output_id: str, memory: Memory) -> None:
    """Remember this of an output; raises OSError or WriteError."""
    file = _file(output_id)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    work = file.with_suffix(".new")
    write_new(work, json.dumps(asdict(memory)).encode())
    work.replace(file)


def forget(output_id: str) -> None:
    """Remember nothing more of an output that is gone."""
    with suppress(OSError):
        _file(output_id).unlink(missing_ok=True)


def _file(output_id: str) -> Path:
    if not _ID.fullmatch(output_id):
        raise OSError(None, output_id)
    return data_folder() / _FOLDER / f"{output_id}.json"
