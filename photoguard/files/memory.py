"""Facts about each output, kept in the user's own folder, that detect an older journal.

A restored older journal has valid signatures too. So the last number that was given, and a
digest of the answers about people who must not be in pictures, are kept in a small file for
each output outside it.
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
    """The last number given in an output, and a digest of the staff's answers ("" for none)."""

    last_number: int = 0
    answered: str = ""


def recall(output_id: str) -> Memory:
    """Return what is kept about an output; an empty Memory where nothing can be read."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        with open_regular(_file(output_id), follow=False) as readable:
            kept = json.loads(readable.read(_LONGEST))
        return Memory(int(kept["last_number"]), str(kept["answered"]))
    return Memory()


def remember(output_id: str, memory: Memory) -> None:
    """Keep this about an output; raises OSError or WriteError."""
    file = _file(output_id)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    work = file.with_suffix(".new")
    write_new(work, json.dumps(asdict(memory)).encode())
    work.replace(file)


def forget(output_id: str) -> None:
    """Remove what is kept about an output."""
    with suppress(OSError):
        _file(output_id).unlink(missing_ok=True)


def _file(output_id: str) -> Path:
    if not _ID.fullmatch(output_id):
        raise OSError(None, output_id)
    return data_folder() / _FOLDER / f"{output_id}.json"
