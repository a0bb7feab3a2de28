"""The makers of works as staff answered the icon; an answer holds until staff give a new one.

The icon asks, a plain ``prepare`` does not: a work whose maker has given no permission must
not become ready because the next run did not ask. The output's private folder keeps
register ids and, for names that the register did not know, keyed digests; no child's name.
Answers are kept by the photo's bytes as well, so that renaming a photo does not clear it.
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
from photoguard.presence import persons_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from photoguard.pipeline.values import FolderJob
    from photoguard.register import Snapshot

NAME = "makers.json"
DIGEST = "digest:"
"""Prefix of the token of a maker to whom no single register id belonged."""
UNKNOWN = "?"
"""A maker whom the register does not know: the photo is blocked until staff say who it is."""

Tokens = tuple[str, ...]
"""The makers of a photo: for each a register id, ``DIGEST`` with a digest, or ``UNKNOWN``."""


@dataclass(frozen=True, slots=True)
class Makers:
    """The makers of the works in an output's photos, as staff answered."""

    key: str
    """The secret key of the digests, in hexadecimal."""
    photos: Mapping[str, Tokens] = field(default_factory=dict)
    """Source to makers, for every photo that was asked about; () for no works."""
    files: Mapping[str, Tokens] = field(default_factory=dict)
    """SHA-256 to makers, for the photos with works."""
    others: Tokens = ()
    """The makers for photos that came after the answer."""

    def of(self, source: str, sha256: str) -> Tokens:
        """Return the makers kept for this source or for these bytes, each once."""
        makers = (*self.photos.get(source, self.others), *self.files.get(sha256, ()))
        return tuple(dict.fromkeys(makers))

    def token(self, who: str, register: Snapshot | None) -> str:
        """Return the token of a person named by staff: the register id, or a keyed digest.

        The digest is taken where the name fits no person of the register, or several.
        """
        if register is not None:
            known = register.record(who)
            found = [known.person] if known else persons_named(who, register)
            if len(found) == 1:
                return found[0].id
        return self._digest(who)

    def _digest(self, who: str) -> str:
        digest = hmac.digest(bytes.fromhex(self.key), name_key(who).encode(), hashlib.sha256)
        return f"{DIGEST}{digest.hex()}"

    def person_id(self, token: str, register: Snapshot | None) -> str:
        """Return the register id that a token stands for today.

        UNKNOWN where a digest fits no person of the register, or several.
        """
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
    """Return the job with the makers filled in that hold for each photo.

    If staff answered in this run, the answer is written to the private folder. A row of the
    table of photos that names makers goes before any answer. ``earlier`` are the sources of
    earlier runs, some of which may be gone from the folder. Raises WriteError.
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
            works = tuple(makers.person_id(token, job.spec.register) for token in tokens)
            notes[name] = replace(own, works=works)
    return replace(job, notes=notes)


def _answered(job: FolderJob, before: Makers) -> Makers:
    """Return ``before`` with this run's answer for all photos whose row names no makers."""
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
    """Return the kept answers, None where there are none.

    Where they cannot be read, every photo counts as one with an UNKNOWN maker.
    """
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
