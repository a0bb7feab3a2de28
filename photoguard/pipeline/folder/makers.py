"""Makers of works, as staff told the icon: they hold until staff answer anew.

The icon asks, a plain ``prepare`` does not: a work whose maker has given no permission must
not become ready because the next run was not told of it. Kept in the output's private
folder are register ids and, of names that the register did not know, keyed digests; no
child's name. A photo is known by its bytes as well, so that another name does not clear it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from photoguard.files import PRIVATE, digests_of, write_private
from photoguard.model.spelling import name_key
from photoguard.presence import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from photoguard.pipeline.values import FolderJob
    from photoguard.register import Snapshot

NAME = "makers.json"
DIGEST = "digest:"
"""What a maker begins with whom the register did not know by one id."""
UNKNOWN = "?"
"""A maker who is nobody of the register: the photo is blocked until somebody says who it is."""

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Makers:
    """What staff answered of an output's photos: the makers of each."""

    key: str
    """In hexadecimal, of the digests."""
    photos: Mapping[str, Tokens] = field(default_factory=dict)
    """By source: every photo that was asked about, () for no works."""
    files: Mapping[str, Tokens] = field(default_factory=dict)
    """By SHA-256: the photos with works."""
    others: Tokens = ()
    """Of photos that came later."""

    def of(self, source: str, sha256: str) -> Tokens:
        """Return the makers of one photo, by its name and by its bytes."""
        makers = (*self.photos.get(source, self.others), *self.files.get(sha256, ()))
        return tuple(dict.fromkeys(makers))

    def token(self, who: str, register: Snapshot | None) -> str:
        """Return the id of somebody whom staff named, or else a digest of the name."""
        if register is not None:
            known = register.record(who)
            found = [known.person] if known else named(who, register)
            if len(found) == 1:
                return found[0].id
        return self._digest(who)

    def _digest(self, who: str) -> str:
        digest = hmac.digest(bytes.fromhex(self.key), name_key(who).encode(), hashlib.sha256)
        return f"{DIGEST}{digest.hex()}"

    def who(self, token: str, register: Snapshot | None) -> str:
        """Return the id that a token means today, UNKNOWN where it is not exactly one."""
        if not token.startswith(DIGEST):
            return token
        people = [record.person for record in register.records] if register else []
        found = {
            person.id
            for person in people
            for name in (person.id, person.name, f"{person.name} ({person.group})")
            if self._digest(name) == token
        }
        return found.pop() if len(found) == 1 else UNKNOWN


def with_makers(job: FolderJob, earlier: Iterable[str] = ()) -> FolderJob:
    """Return the job with the makers that hold, and keep them if this run asked.

    ``earlier`` are the photos of earlier runs, which may be in the folder no longer.

    Raises WriteError where they cannot be kept. What the table of photos says goes first.
    """
    kept = _kept(job.batch.output)
    makers = kept or Makers(secrets.token_hex(32))
    if job.makers is not None and (job.makers or kept):
        makers = _answered(job, makers)
        content = json.dumps(asdict(makers)).encode()
        write_private(job.batch.output / PRIVATE / NAME, content)
    digests = digests_of(job.batch) if makers.files else {}
    notes = dict(job.notes)
    for name in {*earlier, *(source.name for source in job.batch.photos)}:
        own = job.notes_of(name)
        tokens = makers.of(name, digests.get(name, ""))
        if tokens and (own.works is None or own.works == job.makers):
            works = tuple(makers.who(token, job.spec.register) for token in tokens)
            notes[name] = replace(own, works=works)
    return replace(job, notes=notes)


def _answered(job: FolderJob, before: Makers) -> Makers:
    """Return the makers after an answer about all photos of which the table says nothing."""
    asked = [each.name for each in job.batch.photos if job.notes_of(each.name).works == job.makers]
    tokens = tuple(before.token(who, job.spec.register) for who in job.makers or ())
    digests = {name: sha for name, sha in digests_of(job.batch).items() if name in asked}
    here = set(digests.values())
    files = {sha: old for sha, old in before.files.items() if sha not in here}
    if tokens:
        files |= dict.fromkeys(here, tokens)
    others = before.others if job.batch.loose else tokens
    return Makers(before.key, {**before.photos, **dict.fromkeys(asked, tokens)}, files, others)


def _kept(output: Path) -> Makers | None:
    """Return what was answered earlier; what cannot be read means a maker whom nobody knows."""
    place = output / PRIVATE / NAME
    if not place.exists():
        return None
    try:
        raw: Any = json.loads(place.read_text("utf-8"))
        bytes.fromhex(raw["key"])
        return Makers(
            raw["key"], _tokens(raw["photos"]), _tokens(raw["files"]), _listed(raw["others"])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Makers(secrets.token_hex(32), others=(UNKNOWN,))


def _tokens(raw: Mapping[str, Iterable[str]]) -> dict[str, Tokens]:
    return {name: _listed(tokens) for name, tokens in raw.items()}


def _listed(raw: Iterable[str]) -> Tokens:
    return tuple(map(str, raw))
