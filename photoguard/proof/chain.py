"""The lines of an evidence file: each ends with a digest that covers it and the line before.

A line is a JSON object in a canonical form: keys in order, no spaces, ASCII. Its last field
is the SHA-256 of the digest of the line before and of the line without that field. Changing,
dropping, adding or moving a line changes every digest after it, up to the last one, which is
kept elsewhere. No key is needed to examine a file, so anybody can do it on any computer.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from photoguard.errors import UsageTrouble
from photoguard.files import as_json, digest, open_regular
from photoguard.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

FORMAT = "photoguard-evidence"
VERSION = 1
MOST_BYTES = 64 * 1024 * 1024
MOST_LINES = 100_000
MOST_OF_A_LINE = 256 * 1024
"""Most bytes of a line; one for a photo of 500 faces takes a tenth of it."""

START = digest(f"{FORMAT} {VERSION}".encode())
"""Stands for the digest of the line before the first one."""

_END = re.compile(rb',"sha256":"([0-9a-f]{64})"\}\Z')
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Kind(StrEnum):
    """The subject of a line."""

    RUN = "run"
    PHOTO = "photo"
    END = "end"


class Fault(StrEnum):
    """Why an evidence file is not valid; each has a sentence ``evidence.fault_NAME``."""

    TOO_LONG = "too_long"
    CHANGED = "changed"
    """The digest of a line does not fit."""
    ODD = "odd"
    """This program does not write such a line there."""
    CUT = "cut"
    """The end is missing."""
    AFTER_THE_END = "after_the_end"
    """Lines follow after the end."""
    OTHER_END = "other_end"
    """The last digest is not the one that was kept elsewhere."""


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """The part of a photo's line that is compared with copies."""

    line: int
    """The number of the line, from 1."""
    number: int
    """The number in the name of the copy, 0 for one that a person changed."""
    outcome: str
    """The outcome when the file was written."""
    copy: str
    """The SHA-256 of the copy in hexadecimal, "" where there is none."""
    outcome_of_run: str = ""
    """The outcome when the photo was prepared; "" in older files, where it is the same."""

    @property
    def is_refused_since(self) -> bool:
        """Whether the copy could be published after the run, but not when the file was written."""
        return self.outcome_of_run == Outcome.READY != self.outcome


@dataclass(frozen=True, slots=True)
class Evidence:
    """The content of an evidence file, up to its first fault."""

    photos: tuple[PhotoLine, ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict)
    """The line about the run, as JSON."""
    end: str = ""
    """The digest of the last line."""
    fault: Fault | None = None
    at_line: int = 0
    """The number of the line with the fault, 0 without one."""


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """The content of an evidence file, and the digest of its last line, to be kept elsewhere."""

    content: bytes
    end: str


def write(lines: Iterable[Mapping[str, Any]]) -> EvidenceFile:
    """Return an evidence file with these lines and a last one that marks the end."""
    before, written = START, list[bytes]()
    for line in [*lines, {"kind": Kind.END.value}]:
        bare = _canonical({**line, "line": len(written) + 1})
        before = _digest_of(before, bare)
        written.append(bare[:-1] + f',"sha256":"{before}"}}\n'.encode())
    return EvidenceFile(b"".join(written), before)


def _canonical(line: Mapping[str, Any]) -> bytes:
    """Return a line as canonical JSON; raises ValueError for values such as NaN."""
    return json.dumps(line, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _digest_of(before: str, bare: bytes) -> str:
    return digest(before.encode() + b"\n" + bare)


def read(path: Path, kept: str = "") -> Evidence:
    """Return the content of an untrusted evidence file, with its first fault.

    ``kept`` is the digest of its last line as it was kept elsewhere, "" where it is not
    known. Raises UsageTrouble for a file that cannot be read, is too large or none.
    """
    try:
        with open_regular(path) as readable:
            untrusted = readable.read(MOST_BYTES + 1)
    except OSError as trouble:
        raise UsageTrouble("evidence.cannot_read", file=path.name) from trouble
    lines = untrusted.split(b"\n", MOST_LINES + 1)
    if len(untrusted) > MOST_BYTES or len(lines) > MOST_LINES + 1:
        raise UsageTrouble("evidence.too_large", file=path.name)
    if FORMAT.encode() not in lines[0][:MOST_OF_A_LINE]:
        raise UsageTrouble("evidence.no_evidence", file=path.name)
    return _examined(lines, kept)


def _examined(untrusted: Sequence[bytes], kept: str) -> Evidence:
    """Return the content of the lines up to the first fault; the last item follows the last."""
    *whole, rest = untrusted
    before, run, photos = START, dict[str, Any](), list[PhotoLine]()
    for number, raw in enumerate(whole, start=1):
        content = _opened(raw, before)
        fault = content if isinstance(content, Fault) else _misplaced(content, number)
        if fault or isinstance(content, Fault):
            return Evidence(tuple(photos), run, before, fault or Fault.CHANGED, number)
        before = content["sha256"]
        if content["kind"] == Kind.RUN:
            run = content
        elif content["kind"] == Kind.PHOTO:
            photos.append(_photo(content, number))
        elif rest or number < len(whole):
            return Evidence(tuple(photos), run, before, Fault.AFTER_THE_END, number + 1)
        else:
            wrong = Fault.OTHER_END if kept not in {"", before} else None
            return Evidence(tuple(photos), run, before, wrong, number if wrong else 0)
    return Evidence(tuple(photos), run, before, Fault.CUT, len(whole) + 1)


def _opened(raw: bytes, before: str) -> dict[str, Any] | Fault:
    """Return the JSON of a line, or the fault if it is not exactly as it was written."""
    if len(raw) > MOST_OF_A_LINE:
        return Fault.TOO_LONG
    found = _END.search(raw)
    if found is None:
        return Fault.CHANGED
    bare = raw[: found.start()] + b"}"
    if _digest_of(before, bare) != found[1].decode():
        return Fault.CHANGED
    try:
        content = as_json(bare)
        is_ours = isinstance(content, dict) and _canonical(content) == bare
    except (ValueError, RecursionError):
        return Fault.ODD
    return {**content, "sha256": found[1].decode()} if is_ours else Fault.ODD


def _misplaced(content: Mapping[str, Any], number: int) -> Fault | None:
    """Return a fault for a line that this program does not write there, else None."""
    kind = content.get("kind")
    first = (content.get("format"), content.get("version")) == (FORMAT, VERSION)
    is_right = (
        (kind == Kind.RUN and number == 1 and first)
        or (kind == Kind.PHOTO and number > 1 and _is_photo(content))
        or (kind == Kind.END and number > 1)
    )
    return None if is_right and content.get("line") == number else Fault.ODD


def _is_photo(content: Mapping[str, Any]) -> bool:
    copy = content.get("copy_sha256")
    is_digest = copy is None or (isinstance(copy, str) and _DIGEST.fullmatch(copy))
    return bool(
        is_digest and type(content.get("number")) is int and type(content.get("outcome")) is str
    )


def _photo(content: Mapping[str, Any], line: int) -> PhotoLine:
    of_run = str(content.get("outcome_of_run", ""))
    copy = content["copy_sha256"] or ""
    return PhotoLine(line, content["number"], content["outcome"], copy, of_run)
