"""Examines an output folder from outside, as a stranger finds it: whole, complete, the same."""

from __future__ import annotations

import json
import os
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from photoguard import formats
from photoguard.errors import PhotoTrouble
from photoguard.files import digest_file
from photoguard.images import decode
from photoguard.settings import Limits

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = {".jpg", ".png", ".webp"}
PRIVATE_LEFTOVERS = {"journal.jsonl", "lock", "run.json"}
_START_OF_TABLES = b"\xff\xdb"
_PIXELS = {b"IDAT", b"VP8 ", b"VP8L"}


def sidecars(picture: Path) -> tuple[Path, Path]:
    """Return where a picture's two sidecars lie."""
    return picture.with_name(f"{picture.name}.xmp"), picture.with_suffix(".txt")


def pictures(output: Path) -> list[Path]:
    """Return every picture on the shelves of an output."""
    return [
        path
        for shelf in output.iterdir()
        if shelf.is_dir() and not shelf.name.startswith(".")
        for path in sorted(shelf.iterdir())
        if path.suffix in PICTURES
    ]


def alone(output: Path) -> list[str]:
    """Return pictures that lie there without a sidecar, at this very moment."""
    lying = []
    with suppress(FileNotFoundError):
        lying = [(picture, _identity(picture)) for picture in pictures(output)]
    return [
        f"{picture.name} without {beside.name}"
        for picture, identity in lying
        if identity is not None
        for beside in sidecars(picture)
        # Taken away or replaced while we were looking is no fault.
        if not beside.exists() and _identity(picture) == identity
    ]


def _identity(picture: Path) -> tuple[int, int] | None:
    try:
        found = picture.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_ctime_ns


def half_made(output: Path) -> list[str]:
    """Return what is wrong with the pictures and sidecars on the shelves."""
    if not output.exists():
        return []
    found = alone(output)
    private = output / ".photoguard"
    if os.name == "posix" and private.exists() and private.stat().st_mode & 0o077:
        found.append("others may look into the private folder")
    for picture in pictures(output):
        content = picture.read_bytes()
        try:
            decode(content, limits=Limits())
            found += [f"{picture.name}: {finding}" for finding in formats.findings(content)]
        except PhotoTrouble as trouble:
            found.append(f"{picture.name}: {trouble.code}")
        found += [
            f"{beside.name} is cut off"
            for beside in sidecars(picture)
            if beside.exists() and not _is_whole(beside)
        ]
    return found


def _is_whole(beside: Path) -> bool:
    content = beside.read_bytes()
    ending = b"?>" if beside.suffix == ".xmp" else b"\n"
    return content.rstrip(b" \n").endswith(ending.strip()) if content else False


def outline(output: Path) -> dict[str, Any]:
    """Return what two runs must agree on: names, outcomes, boxes, words; not pixels."""
    manifest: dict[str, Any] = json.loads((output / "manifest.json").read_text("utf-8"))
    for photo in manifest["photos"]:
        del photo["output_sha256"]
        if photo["output"]:
            picture = output / photo["output"]
            photo["beside"] = [beside.read_text("utf-8") for beside in sidecars(picture)]
            photo["embedded"] = _embedded(picture.read_bytes()).hex()
    return manifest


def _embedded(content: bytes) -> bytes:
    """Return a finished file without its pixels and without lengths that follow from them."""
    if content.startswith(b"RIFF"):
        return _chunks(content, len(b"RIFF....WEBP"), "<4sI", 0)
    if content.startswith(b"\x89PNG"):
        return _chunks(content, len(b".PNG...."), ">I4s", 4)
    return content.partition(_START_OF_TABLES)[0]


def _chunks(content: bytes, start: int, head: str, check: int) -> bytes:
    """Join the chunks of a file but for those of its pixels; ``check`` bytes follow each."""
    kept = b""
    while start < len(content):
        printed = struct.unpack_from(head, content, start)
        kind, length = printed if isinstance(printed[0], bytes) else printed[::-1]
        end = start + struct.calcsize(head) + length + check
        end += end % 2 if not check else 0
        kept += content[start:end] if kind not in _PIXELS else kind
        start = end
    return kept


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Return in what two outlines differ."""
    wrong = [
        f"{key} differs" for key in expected if key != "photos" and found[key] != expected[key]
    ]
    theirs = {photo["source"]: photo for photo in found["photos"]}
    for photo in expected["photos"]:
        other = theirs.pop(photo["source"], {})
        wrong += [
            f"{photo['source']}: {key} differs"
            for key in photo
            if photo[key] != other.get(key, "nothing")
        ]
    return wrong + [f"{source} was not expected" for source in theirs]


def leftovers(output: Path) -> list[str]:
    """Return what a finished run should not have left: orphans, unfinished and open files."""
    photos = json.loads((output / "manifest.json").read_text("utf-8"))["photos"]
    copies = [output / photo["output"] for photo in photos if photo["output"]]
    wanted = {path for copy in copies for path in (copy, *sidecars(copy))}
    wanted |= {output / "manifest.json", output / "report.html"}
    wanted |= {output / ".photoguard" / name for name in PRIVATE_LEFTOVERS}
    there = {path for path in output.rglob("*") if not path.is_dir()}
    there.discard(output / "photos.xlsx")  # a run without the command lays none there
    found = [f"left over: {path.name}" for path in sorted(there - wanted)]
    found += [f"missing: {path.name}" for path in sorted(wanted - there)]
    found += [
        f"{photo['output']} is not the file that was verified"
        for photo in photos
        if photo["output"] and digest_file(output / photo["output"]) != photo["output_sha256"]
    ]
    numbers: dict[int, set[str]] = {}
    for step in _steps(output):
        if "number" in step:
            source = step.get("reserve") or step["done"]
            numbers.setdefault(step["number"], set()).add(source)
    return found + [f"number {n} given twice" for n, who in numbers.items() if len(who) > 1]


def done(output: Path) -> dict[str, tuple[str, str]]:
    """Return key and digest of the copies that are noted and lie there whole, by source.

    A torn last line counts for nothing.
    """
    whole = {}
    for step in _steps(output):
        record = step.get("record") or {"output": None}
        if record["output"] and (output / record["output"]).is_file():
            whole[step["done"]] = (record["key"], digest_file(output / record["output"]))
    return {
        source: found
        for source, found in whole.items()
        if found[1] in {(step.get("record") or {}).get("output_sha256") for step in _steps(output)}
    }


def _steps(output: Path) -> list[dict[str, Any]]:
    try:
        lines = (output / ".photoguard" / "journal.jsonl").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    steps = []
    for line in lines:
        with suppress(ValueError):
            steps.append(json.loads(line))
    return steps
