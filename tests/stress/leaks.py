"""Look for what must not be in a file, in every writing it could hide in.

``python -m tests.stress.leaks PLANTED OUTPUT`` looks in a finished output for everything
that the index of a folder of planted files names. Raw bytes, UTF-16, hexadecimal, base64
at each of its four beginnings, and everything that inflates is searched; pictures inside
a picture are counted.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]{24,}")
_MOST_INFLATED = 4 << 20
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"WEBPVP8", b"ftypheic", b"ftypmp42", b"GIF8")
NOT_IN_THE_FILE = {"SourceFile", "ExifTool", "System"}


def unfolded(content: bytes) -> Iterator[bytes]:
    """Yield the content and everything that inflates or decodes from it, one level deep."""
    yield content
    for start in range(len(content) - 2):
        if content[start] & 0x0F == zlib.DEFLATED and not (
            int.from_bytes(content[start : start + 2]) % 31
        ):
            inflated = _inflated(content[start:])
            if len(inflated) > len("ZZ"):
                yield inflated
    for match in _BASE64.finditer(content):
        run = re.sub(rb"[\s=]", b"", match[0])
        for skip in range(4):
            whole = run[skip : len(run) - (len(run) - skip) % 4]
            yield base64.b64decode(whole)


def _inflated(untrusted: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        return inflater.decompress(untrusted[:_MOST_INFLATED], _MOST_INFLATED)
    except zlib.error:
        return b""


def writings(marker: str) -> dict[str, bytes]:
    """Return the bytes that a marker may be written as."""
    return {
        "raw": marker.encode(),
        "UTF-16 LE": marker.encode("utf-16-le"),
        "UTF-16 BE": marker.encode("utf-16-be"),
        "hex": marker.encode().hex().encode(),
        "HEX": marker.encode().hex().upper().encode(),
    }


def markers_in(content: bytes, markers: Iterable[str]) -> list[str]:
    """Return which markers are in the content, and how they are written."""
    wanted = [(marker, how, code) for marker in markers for how, code in writings(marker).items()]
    return [
        f"{marker} ({how})"
        for layer in unfolded(content)
        for marker, how, code in wanted
        if code in layer
    ]


def pictures_inside(content: bytes) -> list[str]:
    """Return beginnings of pictures and videos behind the file's own beginning."""
    return [
        f"{signature!r} at {match.start()}"
        for layer in unfolded(content)
        for signature in _PICTURES
        for match in re.finditer(re.escape(signature), layer)
        if layer is not content or match.start() > len("RIFF____")
    ]


def tags(exiftool: str, paths: Iterable[Path]) -> dict[str, list[str]]:
    """Return what exiftool sees in each file, as GROUP:TAG, all files asked at once."""
    command = [exiftool, "-a", "-u", "-G1", "-ee3", "-j", "-struct", *map(str, paths)]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return {
        seen["SourceFile"]: [name for name in seen if name.split(":")[0] not in NOT_IN_THE_FILE]
        for seen in answer
    }


def planted(folder: Path) -> list[str]:
    """Return every marker that the index of a folder of planted files names."""
    entries = json.loads((folder / "index.json").read_text("utf-8"))
    return sorted({marker for entry in entries for marker in entry["markers"]})


def main() -> int:
    """Say what of the planted things is in an output."""
    markers = planted(Path(sys.argv[1]))
    output = Path(sys.argv[2])
    leaks = []
    files = [path for path in sorted(output.glob("[!.]*/*")) if path.is_file()]
    for path in files:
        content = path.read_bytes()
        leaks += [f"{path.name}: {found}" for found in markers_in(content, markers)]
        if path.suffix in {".jpg", ".png", ".webp"}:
            leaks += [f"{path.name}: {found}" for found in pictures_inside(content)]
    print(f"{len(files)} files, {len(markers)} markers, {len(leaks)} leaks", *leaks, sep="\n")
    return int(bool(leaks))


if __name__ == "__main__":
    sys.exit(main())
