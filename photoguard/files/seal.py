"""Signatures of lines, which distinguish files that this user's program wrote from others.

The key is random, one for each user, and lies in the user's own data folder, never in an
output. Each line is signed together with the digest of the line before it, so that no line
can be changed, moved, or carried to another output (HMAC-SHA-256, RFC 2104).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from photoguard.files.write import open_regular, write_new

KEY_FILE = "journal-key"
_KEY_BYTES = 32
_START = hashlib.sha256(b"photoguard: lines of one file").digest()
_FIELD = ',"mac":"'
_END = '"}'


def data_folder() -> Path:
    """Return the user's own folder for photoguard, made with mode 0700 if it is missing.

    The environment variable PHOTOGUARD_DATA replaces it. Raises OSError.
    """
    from platformdirs import user_data_path

    chosen = os.environ.get("PHOTOGUARD_DATA")
    folder = Path(chosen) if chosen else user_data_path("photoguard", appauthor=False)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def user_key() -> bytes:
    """Return this user's key, making it if it is missing; raises OSError or WriteError."""
    path = data_folder() / KEY_FILE
    kept = _read(path)
    if kept is None:
        _make(path)
        kept = _read(path)
    if kept is None:
        raise OSError(None, KEY_FILE)
    return kept


def _read(path: Path) -> bytes | None:
    """Return the key, None where it is missing or incomplete."""
    try:
        with open_regular(path, follow=False) as readable:
            kept = readable.read(_KEY_BYTES + 1)
    except FileNotFoundError:
        return None
    return kept if len(kept) == _KEY_BYTES else None


def _make(path: Path) -> None:
    """Write a new key; if two programs do so at once, the first one's key stays."""
    work = path.with_name(f"{KEY_FILE}.{secrets.token_hex(8)}")
    write_new(work, secrets.token_bytes(_KEY_BYTES))
    try:
        if path.exists():
            work.replace(path)
        else:
            _link(work, path)
    finally:
        work.unlink(missing_ok=True)


def _link(work: Path, path: Path) -> None:
    try:
        os.link(work, path)
    except FileExistsError:
        return
    except (OSError, NotImplementedError):  # a file system without hard links
        work.replace(path)


class Seal:
    """A chain of signatures: signs lines one after the other, or checks them in the same order."""

    def __init__(self, key: bytes) -> None:
        """Begin a new chain."""
        self._key = key
        self._last = _START

    def sign(self, line: str) -> str:
        """Return a line, a non-empty JSON object, with its signature added as the last field."""
        return f"{line[:-1]}{_FIELD}{self._mac(line).hex()}{_END}"

    def opened(self, signed: str) -> str | None:
        """Return a line without its signature, None if that is not valid at this place."""
        line, _, given = signed.rpartition(_FIELD)
        mac = self._mac(f"{line}}}")
        if not hmac.compare_digest(given.encode(), f"{mac.hex()}{_END}".encode()):
            return None
        self.advance(signed)
        return f"{line}}}"

    def advance(self, signed: str) -> None:
        """Make a signed line the last one of the chain, over which the next one is signed."""
        self._last = bytes.fromhex(signed.rpartition(_FIELD)[2].removesuffix(_END))

    def _mac(self, line: str) -> bytes:
        return hmac.digest(self._key, self._last + line.encode("utf-8", "replace"), "sha256")
