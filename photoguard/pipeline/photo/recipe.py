"""One photo's path, from untrusted bytes to verified private files."""

from __future__ import annotations

import traceback
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
    after_the_look,
    caption_facts,
    decide,
    described,
    nameless,
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
    """Load the detectors while a decoder starts; what reads text is loaded with the first photo.

    Both look on so many ``threads``. What a worker had ``before``, for another run or while
    there was none, it keeps.
    """
    decoder = _decoder_for(spec, before)
    with suppress(SetupTrouble):  # the first photo tries again, and tells
        decoder.start()
    finder = before.finder if before else detect.FaceFinder(threads)
    if lettering.follows(spec.settings) == lettering.OFF:
        return Tools(spec, decoder, finder)
    reader = before.reader if before else None
    return Tools(spec, decoder, finder, reader or ocr.TextReader(threads))


def _decoder_for(spec: RunSpec, before: Tools | None) -> Decoder:
    """Return the decoder of the run before where the same limits hold, else a new one."""
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
    """Follow the recipe: decode, look, decide, hide, write, verify, tell."""
    settings = tools.spec.settings
    decoded = tools.decoder.decode(untrusted, max_side=settings.max_side)
    facts = _look(untrusted, decoded, tools)
    facts = lettering.with_earlier(facts, sha256, task.earlier)
    facts = replace(facts, bound=tuple(face_numbers.bind(task.notes, facts, sha256, task.before)))
    if task.settled.source_sha256 != sha256:
        task = replace(task, settled=NOTHING_SETTLED)
    settled = task.settled
    plan = decide(facts, task.notes, tools.spec, settled)
    decided = plan_digest(plan)
    if plan.outcome is Outcome.BLOCKED:
        return Prepared(_record(task, sha256, facts, plan, decided))
    known = _knowing(tools, _names(facts.persons, facts.regions))
    copy = hide_and_write(task, known, decoded.pixels, plan)
    copy = replace(copy, plan=after_the_look(copy.plan, plan, settled))
    copy = replace(copy, plan=with_hiding_notices(copy.plan, decoded.pixels, settings.cover))
    notes = nameless(facts, task.notes, tools.spec)
    record = replace(_record(task, sha256, facts, copy.plan, decided), notes=notes)
    return _with_sidecars(task, tools, record, copy)


def _look(untrusted: bytes, decoded: Decoded, tools: Tools) -> Facts:
    """Return what was seen; faces are numbered from left to right, as people count them."""
    height, width = decoded.pixels.shape[:2]
    regions = formats.named_regions(untrusted, decoded.orientation, (width, height))
    sight = tools.finder.find(decoded.pixels, [region.box for region in regions])
    persons = formats.named_persons(untrusted)
    known = _knowing(tools, _names(persons, regions))
    written = lettering.look(decoded.pixels, known, sight.faces)
    in_order = sorted(sight.faces, key=lambda face: face.box.centre)
    edited = (Reason(EDIT_NOT_APPLIED),) if formats.describes_edit(untrusted) else ()
    return Facts(
        size=(width, height),
        sight=replace(sight, faces=tuple(in_order)),
        regions=regions,
        persons=persons,
        notices=(*decoded.notices, *written.notices),
        asks=(*decoded.doubts, *edited, *_of_a_chat(untrusted, decoded), *written.asks),
        texts=written.places,
    )


def _names(persons: Iterable[str], regions: Iterable[NamedRegion]) -> Iterator[str]:
    """Yield the names that stand in a photo's own file."""
    return filter(None, (*persons, *(region.name for region in regions)))


def _knowing(tools: Tools, names: Iterable[str]) -> Tools:
    """Return the tools with these names known as well, for one photo."""
    spec = tools.spec
    return replace(tools, spec=replace(spec, named=(*spec.named, *names)))


def _of_a_chat(untrusted: bytes, decoded: Decoded) -> tuple[Reason, ...]:
    """Return that a picture looks like the screen of a chat, if it does."""
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
"""How often what is still seen in the finished copy is hidden as well."""
LARGER = 2.5
"""From so many times the area of a place that is no face on, a face around it is another."""
LEVEL = 128
"""The grey of levelled regions."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished picture on the disk, what was decided about it, and its words."""

    path: Path
    sha256: str
    """Of the bytes that were verified."""
    plan: Plan
    caption: Caption


def hide_and_write(task: Task, tools: Tools, pixels: Pixels, plan: Plan) -> Copy:
    """Return the verified copy; what the second look still sees is hidden as well.

    What is left after that was done ``ATTEMPTS`` times is told with its place. Raises
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
class Seen:
    """What can still be seen in a finished copy and should not be."""

    faces: tuple[Face, ...] = ()
    texts: tuple[TextPlace, ...] = ()


def _hidden_too(plan: Plan, seen: Seen) -> Plan:
    """Return the plan with what was seen in the copy hidden, and a person asked to look."""
    if seen.texts:
        plan = lettering.with_late(plan, seen.texts)
    if not seen.faces:
        return plan
    known = [planned.face for planned in plan.faces]
    late = (PlannedFace(face, Action.HIDE) for face in seen.faces if face not in known)
    plan = replace(plan, faces=(*plan.faces, *late))
    return _asking(plan, "reasons.visible_after_hiding", seen.faces)


def _still_seen(plan: Plan, seen: Seen) -> Plan:
    """Return the plan with the places that every attempt left visible."""
    plan = lettering.with_left(plan, seen.texts)
    return _asking(plan, "reasons.still_visible", seen.faces) if seen.faces else plan


def _asking(plan: Plan, code: str, seen: tuple[Face, ...]) -> Plan:
    hidden = {planned.face.box for planned in plan.faces}
    places = (Doubt(face.box, face.score, code, face.box in hidden) for face in seen)
    return plan.held_once(Reason(code), places)


def _attempt(task: Task, tools: Tools, pixels: Pixels, plan: Plan) -> tuple[Copy, Seen]:
    """Write one copy and have it verified; return it and what can still be seen in it."""
    settings = tools.spec.settings
    hidden = [
        redact.region_of(planned.face, settings.cover)
        for planned in plan.faces
        if planned.action is Action.HIDE
    ]
    hidden += lettering.hidden_regions(plan)
    meant = redact.hide(pixels, hidden, task.settled.style or settings.style)
    notes = described(task.notes, task.settled, settings)
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
    spared = lettering.places_of(task.settled, pixels)
    return copy, _second_look(tools, pixels, hidden, plan, spared)


def _second_look(
    tools: Tools, pixels: Pixels, hidden: list[Region], plan: Plan, spared: list[Box]
) -> Seen:
    """Return what detectors and reader still see in everything that is not hidden.

    What a style paints is random; its soft edge and the coder carry that beyond the hidden
    regions, in WebP through the whole picture, and a weak face would be seen in one run and
    not in the next. So the detectors are asked about the very pixels that were hidden from,
    with the regions levelled: the verifier has shown by then that the file is these pixels
    and nothing else, and the soft edge covers more than it shows. A face that is kept is
    no finding; another one inside it is. Nor is a place that a person took for no face, but
    a much larger one around it is. ``spared`` are the places in which a person said that no
    text is to be hidden.
    """
    # Lit first: beside grey regions a dark picture would pass for a well lit one.
    found = tools.finder.look_again(_levelled(detect.lit(pixels), hidden), hidden)
    faces = tuple(face for face in found if not _is_known(face.box, plan))
    if tools.reader is None or not lettering.hidden_regions(plan):
        return Seen(faces)
    # Not lit: what was read in the picture itself is read here in the same way.
    left = lettering.still_read(_levelled(pixels, hidden), tools.reader, tools.spec, hidden)
    return Seen(faces, tuple(text for text in left if not _is_spared(text.region.bounds, spared)))


def _levelled(pixels: Pixels, hidden: list[Region]) -> Pixels:
    """Return a copy of the picture in which the hidden regions are grey."""
    level = pixels.copy()
    level[redact.mask_of(level.shape, hidden)] = LEVEL
    return level


def _is_known(box: Box, plan: Plan) -> bool:
    """Tell whether a face is one that is kept, or a place that a person took for no face."""
    kept = (each.face.box for each in plan.faces if each.action is Action.KEEP)
    none = (each.box for each in plan.not_faces if box.area <= LARGER * each.box.area)
    return any(detect.is_part(box, each) for each in (*kept, *none))


def _is_spared(box: Box, spared: list[Box]) -> bool:
    return any(box.iou(each) >= lettering.SAME_PLACE for each in spared)
