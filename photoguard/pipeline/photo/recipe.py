"""One photo's path, from untrusted bytes to verified private files."""

from __future__ import annotations

import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard import detect, formats, ocr, redact, verify
from photoguard.captions import sidecars, wording
from photoguard.errors import LeakError, PhotoguardError, SetupTrouble
from photoguard.files import digest, read_limited, sidecars_of, write_new
from photoguard.images import Decoder
from photoguard.model import (
    NOTHING_SETTLED,
    Action,
    Doubt,
    FindingKind,
    Outcome,
    PlannedFace,
    Reason,
    Verdict,
)
from photoguard.output.records import Facts, PhotoRecord, Prepared, plan_digest
from photoguard.output.shelves import note_trouble
from photoguard.pipeline.photo import face_numbers, lettering
from photoguard.pipeline.photo.decision import (
    EDIT_NOT_APPLIED,
    caption_facts,
    decide,
    with_approval_kept,
    with_ids_for_names,
    with_settled_texts,
)
from photoguard.pipeline.photo.hiding_notices import with_hiding_notices
from photoguard.pipeline.photo.screenshots import is_of_a_screen, looks_like_chat
from photoguard.pipeline.values import Tools

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from photoguard.images import Decoded
    from photoguard.model import Box, Caption, Face, NamedRegion, Pixels, Plan, Region, TextPlace
    from photoguard.pipeline.values import RunSpec, Task


def open_tools(spec: RunSpec, before: Tools | None = None, threads: int = 1) -> Tools:
    """Return a run's tools, with detectors loaded and the decoder's process started.

    Detectors and text reader use ``threads`` threads each, and are loaded side by side. Tools
    that the worker had ``before``, for another run, are used again where they fit.
    """
    decoder = _decoder_for(spec, before)
    with suppress(SetupTrouble):  # the first photo tries again, and tells
        decoder.start()
    looks = lettering.text_rule(spec.settings) != lettering.OFF
    known = before.reader if before else None
    reader = (known or ocr.TextReader(threads)) if looks else None
    with ThreadPoolExecutor(max_workers=1) as beside:
        if reader is not None and reader is not known:
            beside.submit(reader.load)  # where that fails, the first photo tries again, and tells
        finder = before.finder if before else detect.FaceFinder(threads)
    return Tools(spec, decoder, finder, reader)


def _decoder_for(spec: RunSpec, before: Tools | None) -> Decoder:
    """Return the earlier decoder if it has the same limits; else close it and make a new one."""
    if before is None:
        return Decoder(spec.settings.limits)
    if before.spec.settings.limits == spec.settings.limits:
        return before.decoder
    before.decoder.close()
    return Decoder(spec.settings.limits)


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
    """Decode, look, decide, hide, write and verify; raises PhotoguardError."""
    settings = tools.spec.settings
    decoded = tools.decoder.decode(untrusted, max_side=settings.max_side)
    facts = _facts_of(untrusted, decoded, tools)
    facts = lettering.with_earlier_names(facts, sha256, task.earlier)
    facts = replace(
        facts, bound=tuple(face_numbers.bound_numbers(task.notes, facts, sha256, task.before))
    )
    if task.settled.source_sha256 != sha256:
        task = replace(task, settled=NOTHING_SETTLED)
    settled = task.settled
    plan = decide(facts, task.notes, tools.spec, settled)
    decided = plan_digest(plan)
    if plan.outcome is Outcome.BLOCKED:
        return Prepared(_record(task, sha256, facts, plan, decided))
    known = _with_known_names(tools, _names(facts.persons, facts.regions))
    copy = hide_and_write(task, known, decoded.pixels, plan)
    copy = replace(copy, plan=with_approval_kept(copy.plan, plan, settled))
    copy = replace(copy, plan=with_hiding_notices(copy.plan, decoded.pixels, settings.cover))
    notes = with_ids_for_names(facts, task.notes, tools.spec)
    record = replace(_record(task, sha256, facts, copy.plan, decided), notes=notes)
    return _with_sidecars(task, tools, record, copy)


def _facts_of(untrusted: bytes, decoded: Decoded, tools: Tools) -> Facts:
    """Return what was found in the picture and its file; faces in order from left to right."""
    height, width = decoded.pixels.shape[:2]
    regions = formats.named_regions(untrusted, decoded.orientation, (width, height))
    sight = tools.finder.find(decoded.pixels, [region.box for region in regions])
    persons = formats.named_persons(untrusted)
    known = _with_known_names(tools, _names(persons, regions))
    written = lettering.read_picture(decoded.pixels, known, sight.faces)
    in_order = sorted(sight.faces, key=lambda face: face.box.centre)
    edited = (Reason(EDIT_NOT_APPLIED),) if formats.describes_edit(untrusted) else ()
    return Facts(
        size=(width, height),
        sight=replace(sight, faces=tuple(in_order)),
        regions=regions,
        persons=persons,
        notices=(*decoded.notices, *written.notices),
        asks=(*decoded.doubts, *edited, *_chat_doubts(untrusted, decoded), *written.asks),
        texts=written.places,
    )


def _names(persons: Iterable[str], regions: Iterable[NamedRegion]) -> Iterator[str]:
    """Yield the names that are written in a photo's own file."""
    return filter(None, (*persons, *(region.name for region in regions)))


def _with_known_names(tools: Tools, names: Iterable[str]) -> Tools:
    """Return the tools with a spec that knows these names as well, for one photo."""
    spec = tools.spec
    return replace(tools, spec=replace(spec, named=(*spec.named, *names)))


def _chat_doubts(untrusted: bytes, decoded: Decoded) -> tuple[Reason, ...]:
    """Return a reason to look at a picture that looks like a chat on a screen, else ()."""
    if not is_of_a_screen(decoded.original_size):  # before the file is searched for a camera
        return ()
    camera = any(
        finding.kind is FindingKind.DEVICE and "ExifIFD" in finding.where
        for finding in formats.findings(untrusted)
    )
    chat = looks_like_chat(decoded.pixels, decoded.original_size, camera=camera)
    return (Reason("reasons.screenshot"),) if chat else ()


def _with_sidecars(task: Task, tools: Tools, record: PhotoRecord, copy: Copy) -> Prepared:
    folder = dict(task.shelves)[record.status]
    record = replace(
        record,
        output=f"{folder}/{copy.path.name}",
        output_sha256=copy.sha256,
        texts=task.texts,
        alt_text=copy.caption.alt_text,
        alt_text_confirmed=copy.caption.alt_text_confirmed,
        alt_text_lacks=copy.caption.lacks,
        caption=copy.caption.caption,
        caption_confirmed=not copy.caption.caption_drafted,
        hashtags=copy.caption.hashtags,
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
        doubts=plan.doubts,
        lettering=plan.texts,
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


ATTEMPTS = 3
"""How often a copy is made again, with what is still seen in it hidden as well."""
LARGER = 2.5
"""A found face of more than this many times the area of a place marked as no face is another."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished picture on the disk, with its plan and caption."""

    path: Path
    sha256: str
    """Of the bytes that were verified."""
    plan: Plan
    caption: Caption


def hide_and_write(task: Task, tools: Tools, pixels: Pixels, plan: Plan) -> Copy:
    """Return the verified copy, made again while a second look still sees something in it.

    After ``ATTEMPTS`` repetitions the plan holds the photo with the places still seen. Raises
    LeakError where the file on the disk is not what was meant, WriteError where it cannot be
    written.
    """
    copy, seen = _attempt(task, tools, pixels, plan)
    for _ in range(ATTEMPTS):
        if not (seen.faces or seen.texts):
            break
        plan = _hidden_too(plan, seen)
        copy, seen = _attempt(task, tools, pixels, plan)
    return replace(copy, plan=_still_seen(copy.plan, seen))


@dataclass(frozen=True, slots=True)
class StillSeen:
    """The faces and texts still visible in a finished copy that should be hidden."""

    faces: tuple[Face, ...] = ()
    texts: tuple[TextPlace, ...] = ()


def _hidden_too(plan: Plan, seen: StillSeen) -> Plan:
    """Return the plan, held, with the faces and texts hidden that were seen in the copy."""
    if seen.texts:
        plan = lettering.with_texts_found_later(plan, seen.texts)
    if not seen.faces:
        return plan
    known = [planned.face for planned in plan.faces]
    late = (PlannedFace(face, Action.HIDE) for face in seen.faces if face not in known)
    plan = replace(plan, faces=(*plan.faces, *late))
    return _held_for_faces(plan, "reasons.visible_after_hiding", seen.faces)


def _still_seen(plan: Plan, seen: StillSeen) -> Plan:
    """Return the plan, held with doubts at the places that are still visible, if any."""
    plan = lettering.held_for_readable(plan, seen.texts)
    return _held_for_faces(plan, "reasons.still_visible", seen.faces) if seen.faces else plan


def _held_for_faces(plan: Plan, code: str, seen: tuple[Face, ...]) -> Plan:
    hidden = {planned.face.box for planned in plan.faces}
    places = (Doubt(face.box, face.score, code, face.box in hidden) for face in seen)
    return plan.held_once(Reason(code), places)


def _attempt(task: Task, tools: Tools, pixels: Pixels, plan: Plan) -> tuple[Copy, StillSeen]:
    """Write and verify one copy; return it and what can still be seen in it."""
    settings = tools.spec.settings
    hidden = [
        redact.region_of(planned.face, settings.cover)
        for planned in plan.faces
        if planned.action is Action.HIDE
    ]
    hidden += lettering.hidden_regions(plan)
    meant = redact.hide(pixels, hidden, task.settled.style or settings.style)
    notes = with_settled_texts(task.notes, task.settled, settings)
    caption = wording.caption(caption_facts(plan, notes, settings))
    if settings.human_edits and task.settled.verdict is Verdict.APPROVED:
        caption = replace(caption, public=replace(caption.public, human_edits=True))
    path = task.work / f"{task.stem}.{settings.format.suffix}"
    form = verify.Form(caption.public, settings.format, settings.quality)
    coded = formats.encode(meant, *form)
    write_new(path, coded)
    if found := verify.verify(path, meant, hidden, form):
        raise LeakError("reasons.leak_found", where=found[0].where)
    # What was read back is byte for byte a second encode, and so is what was written.
    copy = Copy(path, digest(coded), plan, caption)
    spared = lettering.spared_places(task.settled, pixels)
    return copy, _second_look(tools, pixels, hidden, plan, spared)


def _second_look(
    tools: Tools, pixels: Pixels, hidden: list[Region], plan: Plan, spared: list[Box]
) -> StillSeen:
    """Return what detectors and text reader still see outside the hidden regions.

    They look at the decoded pixels with the hidden regions filled with grey, not at the
    finished file: a style paints at random, its soft edge and the encoder carry that beyond
    the regions (in WebP through the whole picture), and a weak face would be seen in one run
    and not in the next. By now the verifier has shown that the file holds these pixels, and
    the soft edge covers more than it shows.

    Left out are faces that are kept, and places marked as no face, though not another face
    inside the one or a much larger face around the other. ``spared`` are boxes in which a
    person stated that no text is to be hidden.
    """
    # Lit first: beside grey regions a dark picture would pass for a well lit one.
    found = tools.finder.look_again(redact.levelled(detect.lit(pixels), hidden), hidden)
    faces = tuple(face for face in found if not _is_expected(face.box, plan))
    if tools.reader is None or not lettering.hidden_regions(plan):
        return StillSeen(faces)
    # Not lit: what was read in the picture itself is read here in the same way.
    left = lettering.still_read(redact.levelled(pixels, hidden), tools.reader, tools.spec, hidden)
    return StillSeen(
        faces, tuple(text for text in left if not _is_spared(text.region.bounds, spared))
    )


def _is_expected(box: Box, plan: Plan) -> bool:
    """Tell whether a found face is a kept one, or a place that a person marked as no face."""
    kept = (each.face.box for each in plan.faces if each.action is Action.KEEP)
    none = (each.box for each in plan.not_faces if box.area <= LARGER * each.box.area)
    return any(detect.is_part(box, each) for each in (*kept, *none))


def _is_spared(box: Box, spared: list[Box]) -> bool:
    return any(box.iou(each) >= lettering.SAME_PLACE for each in spared)
