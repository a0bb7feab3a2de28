"""The finished copy of one photo: hidden, encoded, written privately and verified."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard import detect, formats, redact, verify, wording
from photoguard.errors import LeakError
from photoguard.files import write_new
from photoguard.model import Action, Doubt, FindingKind, Outcome, PlannedFace, Reason
from photoguard.pipeline.decide import caption_facts

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.model import Box, Caption, Face, Pixels, Plan, Region
    from photoguard.pipeline.photo import Tools
    from photoguard.pipeline.task import Task

ATTEMPTS = 3
"""How often what is still seen in the finished copy is hidden as well."""
LEVEL = 128
"""The grey of levelled regions."""
SUFFIXES = {"jpeg": "jpg", "png": "png", "webp": "webp"}


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished picture on the disk, what was decided about it, and its words."""

    path: Path
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
        if not seen:
            break
        plan = _hidden_too(plan, seen)
        copy, seen = _attempt(task, tools, pixels, plan)
    return replace(copy, plan=_still_seen(copy.plan, seen)) if seen else copy


def _hidden_too(plan: Plan, seen: tuple[Face, ...]) -> Plan:
    """Return the plan with what was seen in the copy hidden, and a person asked to look."""
    known = [planned.face for planned in plan.faces]
    late = (PlannedFace(face, Action.HIDE) for face in seen if face not in known)
    return _asking(replace(plan, faces=(*plan.faces, *late)), "reasons.visible_after_hiding", seen)


def _still_seen(plan: Plan, seen: tuple[Face, ...]) -> Plan:
    """Return the plan with the places that every attempt left visible."""
    return _asking(plan, "reasons.still_visible", seen)


def _asking(plan: Plan, code: str, seen: tuple[Face, ...]) -> Plan:
    hidden = {planned.face.box for planned in plan.faces}
    places = (Doubt(face.box, face.score, code, face.box in hidden) for face in seen)
    told = any(reason.code == code for reason in plan.reasons)
    return replace(
        plan,
        outcome=Outcome.REVIEW,
        reasons=plan.reasons if told else (*plan.reasons, Reason(code)),
        doubts=(*plan.doubts, *places),
    )


def _attempt(task: Task, tools: Tools, pixels: Pixels, plan: Plan) -> tuple[Copy, tuple[Face, ...]]:
    """Write one copy; return it and the faces that are visible in the file as read back."""
    settings = tools.spec.settings
    hidden = [
        redact.region_of(planned.face, settings.cover)
        for planned in plan.faces
        if planned.action is Action.HIDE
    ]
    meant = redact.hide(pixels, hidden, settings.style)
    caption = wording.caption(caption_facts(plan, task.notes, settings))
    path = task.work / f"{task.stem}.{SUFFIXES[settings.format]}"
    form = verify.Form(caption.public, settings.format, settings.quality)
    write_new(path, formats.encode(meant, *form))
    kept = [planned.face.box for planned in plan.faces if planned.action is Action.KEEP]
    look = _SecondLook(tools, pixels, hidden, kept)
    for finding in verify.verify(path, meant, hidden, form, look):
        if finding.kind is not FindingKind.VISIBLE_FACE:
            raise LeakError("reasons.leak_found", where=finding.where)
    return Copy(path, plan, caption), look.seen


class _SecondLook:
    """Asks the detectors about everything that is not hidden, and keeps the answer.

    What a style paints is random; its soft edge and the coder carry that beyond the hidden
    regions, in WebP through the whole picture, and a weak face would be seen in one run and
    not in the next. So the detectors are asked about the very pixels that were hidden from,
    with the regions levelled: the verifier has shown by then that the file is these pixels
    and nothing else, and the soft edge covers more than it shows. A face that is kept is
    no finding; another one inside it is.
    """

    def __init__(self, tools: Tools, pixels: Pixels, hidden: list[Region], kept: list[Box]) -> None:
        self.tools = tools
        self.pixels = pixels
        self.hidden = hidden
        self.kept = kept
        self.seen: tuple[Face, ...] = ()

    def __call__(self, published: Pixels) -> tuple[Face, ...]:
        del published
        # Lit first: beside grey regions a dark picture would pass for a well lit one.
        level = detect.lit(self.pixels).copy()
        level[redact.mask_of(level.shape, self.hidden)] = LEVEL
        found = self.tools.finder.look_again(level, self.hidden)
        self.seen = tuple(
            face for face in found if not any(detect.is_part(face.box, box) for box in self.kept)
        )
        return self.seen
