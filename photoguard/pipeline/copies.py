"""The finished copy of one photo: hidden, encoded, written privately and verified."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard import formats, redact, verify, wording
from photoguard.errors import LeakError
from photoguard.files import digest, write_new
from photoguard.model import Action, FindingKind, Outcome, PlannedFace, Reason
from photoguard.pipeline.decide import caption_facts

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.model import Caption, Face, Pixels, Plan, Region
    from photoguard.pipeline.photo import Tools
    from photoguard.pipeline.task import Task

LEVEL = 128
"""The grey of levelled regions."""
SUFFIXES = {"jpeg": "jpg", "png": "png", "webp": "webp"}


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

    Raises LeakError where the file on the disk is not what was meant, WriteError where it
    cannot be written.
    """
    copy, seen = _attempt(task, tools, pixels, plan)
    if not seen:
        return copy
    more = replace(
        plan,
        outcome=Outcome.REVIEW,
        faces=(*plan.faces, *(PlannedFace(face, Action.HIDE) for face in seen)),
        reasons=(*plan.reasons, Reason("reasons.visible_after_hiding")),
    )
    copy, _ = _attempt(task, tools, pixels, more)
    return copy


def _attempt(task: Task, tools: Tools, pixels: Pixels, plan: Plan) -> tuple[Copy, tuple[Face, ...]]:
    """Write one copy; return it and the faces that are visible in the file as read back."""
    settings = tools.spec.settings
    hidden = _regions(plan, Action.HIDE, tools)
    meant = redact.hide(pixels, hidden, settings.style)
    caption = wording.caption(caption_facts(plan, task.notes, settings))
    path = task.work / f"{task.stem}.{SUFFIXES[settings.format]}"
    form = verify.Form(caption.public, settings.format, settings.quality)
    coded = formats.encode(meant, *form)
    write_new(path, coded)
    look = _SecondLook(tools, pixels, hidden, _regions(plan, Action.KEEP, tools))
    for finding in verify.verify(path, meant, hidden, form, look):
        if finding.kind is not FindingKind.VISIBLE_FACE:
            raise LeakError("reasons.leak_found", where=finding.where)
    # What was read back is byte for byte a second encode, and so is what was written.
    return Copy(path, digest(coded), plan, caption), look.seen


class _SecondLook:
    """Asks the detectors about everything that is not hidden, and keeps the answer.

    What a style paints is random; its soft edge and the coder carry that beyond the hidden
    regions, in WebP through the whole picture, and a weak face would be seen in one run and
    not in the next. So the detectors are asked about the very pixels that were hidden from,
    with the regions levelled: the verifier has shown by then that the file is these pixels
    and nothing else, and the soft edge covers more than it shows.
    """

    def __init__(
        self, tools: Tools, pixels: Pixels, hidden: list[Region], kept: list[Region]
    ) -> None:
        self.tools = tools
        self.pixels = pixels
        self.hidden = hidden
        self.kept = kept
        self.seen: tuple[Face, ...] = ()

    def __call__(self, published: Pixels) -> tuple[Face, ...]:
        del published
        level = self.pixels.copy()
        level[redact.mask_of(level.shape, self.hidden)] = LEVEL
        self.seen = self.tools.finder.look_again(level, [*self.hidden, *self.kept])
        return self.seen


def _regions(plan: Plan, action: Action, tools: Tools) -> list[Region]:
    """Return the regions of the plan's faces that have this action."""
    cover = tools.spec.settings.cover
    return [
        redact.region_of(planned.face, cover) for planned in plan.faces if planned.action is action
    ]
