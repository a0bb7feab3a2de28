"""What counts as done: the same source, settings, models, program and decision."""

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
from photoguard.pipeline.photo.lettering import key_to_texts
from photoguard.settings import Limits

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.model import PhotoNotes, Settled
    from photoguard.output.journal import Journal
    from photoguard.pipeline.values import RunSpec


def key_of(spec: RunSpec, notes: PhotoNotes, settled: Settled = NOTHING_SETTLED) -> str:
    """Return a digest of all that makes a copy what it is, but the photo and the decision.

    The day, the channels and the register act through the decision alone, and limits only
    say what is refused; how long copies are kept shapes none of them. Where text in pictures
    is looked for, the names of the register tell what is found.
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
    text = repr((shaping, notes, by_hand, __version__, detect.fingerprint(), key_to_texts(spec)))
    return hashlib.sha256(text.encode()).hexdigest()


def remembered(journal: Journal) -> dict[str, PhotoRecord]:
    """Return what earlier runs finished, by source.

    A record that another version wrote and this one cannot read counts as not done.
    """
    records = {}
    for name, entry in journal.entries.items():
        if entry.record is not None:
            with suppress(KeyError, TypeError, ValueError):
                records[name] = from_journal(entry.record)
    return records


def still_holds(
    record: PhotoRecord, notes: PhotoNotes, spec: RunSpec, settled: Settled = NOTHING_SETTLED
) -> bool:
    """Tell whether the same would be decided today about what was seen then."""
    if record.facts is None or record.status is Outcome.FAILED:
        return False
    return plan_digest(decide(record.facts, notes, spec, settled)) == record.plan


def is_intact(record: PhotoRecord, output: Path) -> bool:
    """Tell whether the copy and its sidecars still lie where they were put."""
    if record.output is None:
        return True
    try:
        return digest_file(output / record.output) == record.output_sha256 and all(
            (output / sidecar).is_file() for sidecar in record.sidecars
        )
    except OSError:
        return False


def is_unchanged(record: PhotoRecord, source: Path) -> bool:
    """Tell whether the source still is the file that was prepared."""
    return bool(record.source_sha256) and digest_file(source) == record.source_sha256
