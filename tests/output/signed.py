"""Journals that say something else, signed by the user all the same; for tests only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from photoguard.files import Seal, user_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def steps(journal: Path) -> list[dict[str, Any]]:
    """Return what a journal says, without its signatures."""
    read = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    return [{name: step[name] for name in step if name != "mac"} for step in read]


def sign(journal: Path, steps: Iterable[dict[str, Any]], key: bytes | None = None) -> None:
    """Write a journal that says this, signed with the key of this user or another one."""
    seal = Seal(key or user_key())
    lines = []
    for step in steps:
        signed = seal.sign(json.dumps(step, separators=(",", ":")))
        seal.advance(signed)
        lines.append(f"{signed}\n")
    journal.write_text("".join(lines), "utf-8")
