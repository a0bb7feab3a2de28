"""Whether a photo is done: the same source, settings, models, program and decision."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from photoguard import __version__, detect
from photoguard.files import digest_file
from photoguard.model import NOTHING_SETTLED, Outcome
from photoguard.output.records import PhotoRecord, from_journal, plan_digest
from photoguard.pipeline.photo.decision import decide
from photoguard.pipeline.photo.lettering import text_search_digest
from photoguard.settings import Limits

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.model import PhotoNotes, Settled
    from photoguard.output.journal import Journal
    from photoguard.pipeline.values import RunSpec


def key_of(spec: RunSpec, notes: PhotoNotes, settled: Settled = NOTHING_SETTLED) -> str:
    """Return a SHA-256 (hexadecimal) of everything that shapes a copy beside photo and decision.

    Left out are the day, the channels and the register, which act through the decision
    alone, and limits and periods of keeping, which change no copy. Where text in pictures is
    searched, the names of the register are part of the digest: they are what is searched for.
    """
    settings = spec.settings
    shaping = replace(
        settings,
        publish_on=None,
        channels=(),
        register="",
        limits=Limits(),
        keep_days=0,
        takedown_days=0,
        register_days=0,
        responsible_persons=0,
    )
    by_hand: tuple[object, ...] = (settled.style, sorted(settled.descriptions.items()))
    if settled.photographer:
        by_hand += (settled.photographer,)
    text = repr(
        (shaping, notes, by_hand, __version__, detect.fingerprint(), text_search_digest(spec))
    )
    return hashlib.sha256(text.encode()).hexdigest()


def finished_records(journal: Journal) -> dict[str, PhotoRecord]:
    """Return the records of finished photos from the journal, by source.

    A record that this version cannot read is left out: its photo counts as not done.
    """
    records = {}
    for name, entry in journal.entries.items():
        if entry.record is not None:
            with suppress(KeyError, TypeError, ValueError):
                records[name] = from_journal(entry.record)
    return records


def is_decided_the_same(
    record: PhotoRecord, notes: PhotoNotes, spec: RunSpec, settled: Settled = NOTHING_SETTLED
) -> bool:
    """Tell whether today's rules lead to the plan that the record was made with.

    False for a failed photo and for a record without facts.
    """
    if record.facts is None or record.status is Outcome.FAILED:
        return False
    return plan_digest(decide(record.facts, notes, spec, settled)) == record.plan


def is_intact(record: PhotoRecord, output: Path) -> bool:
    """Tell whether the copy still has its bytes and its sidecars exist; True without a copy."""
    if record.output is None:
        return True
    try:
        return digest_file(output / record.output) == record.output_sha256 and all(
            (output / sidecar).is_file() for sidecar in record.sidecars
        )
    except OSError:
        return False


def is_unchanged(record: PhotoRecord, source: Path) -> bool:
    """Tell whether the source has the bytes that were prepared; raises OSError."""
    return bool(record.source_sha256) and digest_file(source) == record.source_sha256
