"""One photo's path, from untrusted bytes to verified private files."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard import detect, formats, sidecars
from photoguard.errors import PhotoguardError
from photoguard.files import digest, digest_file, read_limited, sidecars_of, write_new
from photoguard.images import Decoder
from photoguard.model import Outcome, Reason
from photoguard.pipeline import numbers
from photoguard.pipeline.copies import hide_and_write
from photoguard.pipeline.decide import EDIT_NOT_APPLIED, decide
from photoguard.pipeline.records import Facts, PhotoRecord, Prepared, plan_digest
from photoguard.pipeline.trouble import note_trouble

if TYPE_CHECKING:
    from photoguard.images import Decoded
    from photoguard.model import Plan
    from photoguard.pipeline.copies import Copy
    from photoguard.pipeline.task import Task
    from photoguard.pipeline.workers import RunSpec


@dataclass(frozen=True, slots=True)
class Tools:
    """What a worker keeps from photo to photo."""

    spec: RunSpec
    decoder: Decoder
    finder: detect.FaceFinder

    def close(self) -> None:
        """Let the decoder's own process end."""
        self.decoder.close()


def open_tools(spec: RunSpec) -> Tools:
    """Load the detectors and start a decoder."""
    return Tools(spec, Decoder(spec.settings.limits), detect.FaceFinder(threads=1))


def prepare_photo(task: Task, tools: Tools) -> Prepared:
    """Return the photo's record and its finished private files; never raises for one photo."""
    try:
        untrusted = read_limited(task.path, tools.spec.settings.limits.file_mb)
    except PhotoguardError as trouble:
        return Prepared(_failed(task, "", trouble))
    sha256 = digest(untrusted)
    try:
        return _prepare(task, tools, untrusted, sha256)
    except PhotoguardError as trouble:
        return Prepared(_failed(task, sha256, trouble))
    except Exception:  # noqa: BLE001 - one of the two broad ones; the other is in images
        # Whatever was not foreseen costs this photo, never the folder. The traceback may
        # name things: it stays in the private folder.
        note_trouble(task.work.parent, traceback.format_exc())
        return Prepared(_failed(task, sha256, PhotoguardError("reasons.unforeseen")))


def _prepare(task: Task, tools: Tools, untrusted: bytes, sha256: str) -> Prepared:
    """Follow the recipe: decode, look, decide, hide, write, verify, tell."""
    settings = tools.spec.settings
    decoded = tools.decoder.decode(untrusted, max_side=settings.max_side)
    facts = _look(untrusted, decoded, tools)
    facts = replace(facts, bound=tuple(numbers.bind(task.notes, facts, sha256, task.before)))
    plan = decide(facts, task.notes, tools.spec)
    decided = plan_digest(plan)
    if plan.outcome is Outcome.BLOCKED:
        return Prepared(_record(task, sha256, facts, plan, decided))
    copy = hide_and_write(task, tools, decoded.pixels, plan)
    record = _record(task, sha256, facts, copy.plan, decided)
    return _with_sidecars(task, tools, record, copy)


def _look(untrusted: bytes, decoded: Decoded, tools: Tools) -> Facts:
    """Return what was seen; faces are numbered from left to right, as people count them."""
    height, width = decoded.pixels.shape[:2]
    regions = formats.named_regions(untrusted, decoded.orientation, (width, height))
    sight = tools.finder.find(decoded.pixels, [region.box for region in regions])
    in_order = sorted(sight.faces, key=lambda face: face.box.centre)
    edited = (Reason(EDIT_NOT_APPLIED),) if formats.describes_edit(untrusted) else ()
    doubts = (*sight.doubts, *decoded.doubts, *edited)
    return Facts(
        size=(width, height),
        sight=replace(sight, faces=tuple(in_order), doubts=doubts),
        regions=regions,
        persons=formats.named_persons(untrusted),
        notices=decoded.notices,
    )


def _with_sidecars(task: Task, tools: Tools, record: PhotoRecord, copy: Copy) -> Prepared:
    folder = dict(task.shelves)[record.status]
    record = replace(
        record,
        output=f"{folder}/{copy.path.name}",
        output_sha256=digest_file(copy.path),
        alt_text=copy.caption.alt_text,
        alt_text_confirmed=copy.caption.alt_text_confirmed,
        credit=copy.caption.public.credit,
    )
    language = tools.spec.settings.language
    xmp, text = sidecars_of(copy.path)
    write_new(xmp, sidecars.xmp(copy.caption).encode())
    write_new(text, sidecars.text(copy.caption, language).encode())
    places = (*record.sidecars, record.output or "")
    return Prepared(record, tuple(zip(places, (xmp, text, copy.path), strict=True)))


def _record(task: Task, sha256: str, facts: Facts, plan: Plan, decided: str) -> PhotoRecord:
    return PhotoRecord(
        source=task.name,
        source_sha256=sha256,
        status=plan.outcome,
        reasons=plan.reasons,
        notices=plan.notices,
        faces=plan.faces,
        noted=plan.noted,
        exit_code=int(plan.outcome is not Outcome.READY),
        key=task.key,
        plan=decided,
        facts=facts,
    )


def _failed(task: Task, sha256: str, trouble: PhotoguardError) -> PhotoRecord:
    return PhotoRecord(
        source=task.name,
        source_sha256=sha256,
        status=Outcome.FAILED,
        reasons=(Reason(trouble.code, (), trouble.parameters),),
        exit_code=trouble.exit_code,
        key=task.key,
    )
