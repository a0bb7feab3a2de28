"""The desk on which a person settles the photos of one output folder.

The page only asks; here the rules are asked anew for every change. What is settled is
signed into the journal before anything is answered, so that a crash or a closed lid loses
at most the unsaved gesture; copies are made again in the background.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self

from photoguard import policy, report
from photoguard.errors import PhotoguardError, UsageTrouble, WriteError
from photoguard.files import digest_file, printable
from photoguard.model import Language, Outcome, Settled, Verdict
from photoguard.output.journal import Journal
from photoguard.output.manifest import sentence
from photoguard.output.records import plan_digest, settled_to_journal
from photoguard.output.shelves import Shelves
from photoguard.pipeline import FolderRun
from photoguard.pipeline.evidence import undecided
from photoguard.pipeline.session import keep, session_in
from photoguard.pipeline.standing import settled_in
from photoguard.review.changes import CHANGES, line
from photoguard.review.making import Maker
from photoguard.review.pictures import Pictures
from photoguard.review.places import spots
from photoguard.review.view import FolderView, folder_view, photo_view

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from photoguard.model import Box, Plan
    from photoguard.output.records import PhotoRecord
    from photoguard.pipeline import FolderJob, Workers
    from photoguard.register import Snapshot
    from photoguard.settings import Settings

MOST_STEPS = 500
"""That can be undone."""
SAME_PLACE = 0.5
"""Intersection over union from which a doubt is one that a person has looked at."""
LONGEST = 200
"""Characters of the event and of names."""


@dataclass(slots=True)
class OpenPhoto:
    """One photo on the desk: its record, what is settled of it, and the way back."""

    id: int
    record: PhotoRecord
    settled: Settled
    version: int = 1
    picture_version: int = 1
    working: bool = False
    plan: Plan | None = None
    """What the rules make of it with what is settled now, before any last word."""
    shown: tuple[tuple[object, ...], Mapping[str, Any]] | None = None
    """What the page was shown last, and of which state that was."""
    before: list[Settled] = field(default_factory=list)
    looked_at: tuple[Box, ...] = ()
    """The doubtful places that a person had before them at the last word."""
    asked_twice: str = ""
    """The place of which a person was just told that two detectors are sure of it."""


class Desk:
    """Holds an output folder open for one person; several windows may look at it."""

    def __init__(
        self,
        job: FolderJob,
        workers: Workers,
        login: str,
        read_register: Callable[[], Snapshot | None],
    ) -> None:
        """Lock the output and read what earlier runs finished; raises OutputError.

        ``read_register`` returns the register as it is now: a permission may be withdrawn
        while the page is open.
        """
        settings = job.spec.settings
        output = job.batch.output
        self._journal = Journal.open(output, settings.language, str(job.batch.root))
        self.language = Language(settings.language)
        shelves = Shelves.of(output, Language(self._journal.language), settings.prefix)
        self._run = FolderRun(job, self._journal, shelves, lambda _: None)
        self._run.start()
        self._run.adopt()
        self._shelves = shelves
        self._login = login
        self._read_register = read_register
        self._turn = threading.RLock()
        self._order: list[int] = []
        self._photos = {each.id: each for each in self._opened()}
        self._pictures = Pictures(output, settings.limits)
        self._maker = Maker(self._run, workers, self._turn, self._made)

    def __enter__(self) -> Self:
        """Hand the desk to a with statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """Finish what is being made, write the report, and give the output back."""
        self._maker.close()
        self._pictures.close()
        with self._turn:
            self._write()
        self._shelves.close()
        self._journal.close()

    def _opened(self) -> list[OpenPhoto]:
        entries = self._journal.entries
        opened = [
            OpenPhoto(entries[name].number, record, settled_in(self._journal, record))
            for name, record in self._run.records.items()
        ]
        for each in opened:
            self._weigh(each)
        return opened

    @property
    def is_busy(self) -> bool:
        """Whether copies are being made."""
        return self._maker.is_busy

    def picture(self, photo: int) -> bytes | None:
        """Return the finished copy of a photo, None where there is none."""
        found = self._photos.get(photo)
        return self._pictures.copy(found.record) if found else None

    def tile(self, photo: int, name: str) -> bytes | None:
        """Return a small picture of a place, or of the whole copy for ``whole``."""
        found = self._photos.get(photo)
        if found is None:
            return None
        if name == "whole":
            return self._pictures.tile(found.record, None)
        with self._turn:
            box = next((each.box for each in spots(found) if each.id == name), None)
        return self._pictures.tile(found.record, box) if box else None

    def original(self, photo: int) -> bytes | None:
        """Return the original of a photo, framed as its copy; nothing of it is kept."""
        found = self._photos.get(photo)
        if found is None:
            return None
        try:
            return self._pictures.original(self._path_of(found), found.record)
        except PhotoguardError:
            return None

    def _path_of(self, photo: OpenPhoto) -> Any:  # noqa: ANN401 - a path
        sources = self._run.job.batch.photos
        return next(each.path for each in sources if each.name == photo.record.source)

    def folder(self) -> Mapping[str, Any]:
        """Return everything that the page shows, as plain JSON values."""
        with self._turn:
            return folder_view(self._view(), [self._shown(p) for p in self._photos.values()])

    def _view(self) -> FolderView:
        return FolderView(
            spec=self._run.job.spec,
            session=session_in(self._journal.session),
            language=self.language,
            day=self._day(),
            last_changed=self._last_changed,
            output=printable(str(self._run.job.batch.output)),
        )

    @property
    def _last_changed(self) -> int | None:
        return self._order[-1] if self._order else None

    def _day(self) -> date:
        return self._run.job.spec.settings.publish_on or date.today()  # noqa: DTZ011 - a day here

    def _shown(self, photo: OpenPhoto) -> Mapping[str, Any]:
        """Return a photo as the page shows it; what has not changed is not put together again."""
        view = self._view()
        state = (photo.version, photo.picture_version, photo.working, view.spec.id)
        at = (*state, view.session, view.day)
        if photo.shown is None or photo.shown[0] != at:
            photo.shown = (at, photo_view(photo, view))
        return photo.shown[1]

    def change(self, photo: int, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Change one photo as a person asks, if the rules agree; return it as it is now.

        Raises UsageTrouble with a code of the catalogue ``review``.
        """
        with self._turn:
            found = self._photos.get(photo)
            if found is None or found.record.facts is None:
                raise UsageTrouble("review.no_copy")
            if type(told.get("version")) is not int or told["version"] != found.version:
                raise UsageTrouble("review.changed_elsewhere")
            changed = self._changed(found, told)
            return {
                "photos": [self._shown(each) for each in changed],
                "last_changed": self._last_changed,
            }

    def _changed(self, photo: OpenPhoto, told: Mapping[str, Any]) -> list[OpenPhoto]:
        what = told.get("do")
        if what == "undo":
            return [self._undo(photo)]
        if what == "approve":
            return [self._approve(photo, confirmed=told.get("confirmed") is True)]
        if what == "reject":
            return [self._end(photo, Verdict.REJECTED, "")]
        if what == "describe-next":
            return self._describe_next(photo)
        make = CHANGES.get(str(what))
        if make is None:
            raise UsageTrouble("review.no_such_change")
        if what == "name":
            self._reread()
        self._take(photo, make(photo, told, self._view()))
        return [photo]

    def _take(self, photo: OpenPhoto, settled: Settled) -> None:
        """Keep a change; a last word that was given before it does not count any more.

        A copy that lies in the ready folder is made again at once, so that nothing waits
        there that a person has just hidden.
        """
        self._keep(photo, replace(settled, verdict=Verdict.OPEN, basis=""))
        self._make_if_out(photo)

    def _make_if_out(self, photo: OpenPhoto) -> None:
        if photo.working or photo.record.status is Outcome.READY:
            self._make(photo)

    def _reread(self) -> None:
        """Read the register anew, so that the rules are asked about today's permissions."""
        spec, known = self._run.job.spec, self._read_register()
        if known != spec.register:
            self._use(spec.settings, known)

    def _use(self, settings: Settings, register: Snapshot | None) -> None:
        job = self._run.job
        self._run.job = replace(job, spec=type(job.spec)(settings, register, job.spec.not_names))
        for each in self._photos.values():
            self._weigh(each)

    def _weigh(self, photo: OpenPhoto) -> None:
        if photo.record.facts is not None:
            photo.plan = self._plan(photo, photo.settled)

    def _keep(self, photo: OpenPhoto, settled: Settled) -> None:
        """Sign what is settled into the journal, and remember the way back."""
        settled = replace(
            settled,
            source_sha256=photo.record.source_sha256,
            by=self._login,
            on=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self._journal.settle(photo.record.source, settled_to_journal(settled))
        photo.before.append(photo.settled)
        del photo.before[:-MOST_STEPS]
        self._order.append(photo.id)
        del self._order[:-MOST_STEPS]
        self._set(photo, settled)

    def _set(self, photo: OpenPhoto, settled: Settled) -> None:
        photo.settled = settled
        photo.version += 1
        self._weigh(photo)

    def _undo(self, photo: OpenPhoto) -> OpenPhoto:
        if not photo.before:
            raise UsageTrouble("review.nothing_to_undo")
        verdict = photo.settled.verdict
        settled = photo.before[-1]
        self._journal.settle(photo.record.source, settled_to_journal(settled))
        photo.before.pop()
        self._set(photo, settled)
        if photo.id in self._order:
            del self._order[len(self._order) - 1 - self._order[::-1].index(photo.id)]
        if verdict is not settled.verdict:
            self._make(photo)
        else:
            self._make_if_out(photo)
        return photo

    def _plan(self, photo: OpenPhoto, settled: Settled) -> Plan:
        """Return what the rules make of a photo with this settled, before any last word."""
        assert photo.record.facts is not None  # noqa: S101 - asked before
        notes = self._run.job.notes_of(photo.record.source)
        return undecided(photo.record.facts, notes, self._run.job.spec, settled)

    def _approve(self, photo: OpenPhoto, *, confirmed: bool) -> OpenPhoto:
        if not confirmed:
            raise UsageTrouble("review.confirm_first")
        if photo.record.output is None:
            raise UsageTrouble("review.no_copy")
        if not self._is_unchanged(photo):
            raise UsageTrouble("review.source_changed")
        self._reread()
        plan = self._plan(photo, photo.settled)
        if held := policy.objections(plan):
            why = sentence(held[0], self.language)
            raise UsageTrouble("review.held_by_a_rule", why=why)
        photo.looked_at = tuple(each.box for each in photo.record.doubts)
        return self._end(photo, Verdict.APPROVED, plan_digest(plan))

    def _is_unchanged(self, photo: OpenPhoto) -> bool:
        try:
            return digest_file(self._path_of(photo)) == photo.record.source_sha256
        except OSError:
            return False

    def _end(self, photo: OpenPhoto, verdict: Verdict, basis: str) -> OpenPhoto:
        self._keep(photo, replace(photo.settled, verdict=verdict, basis=basis))
        self._make(photo)
        return photo

    def _make(self, photo: OpenPhoto) -> None:
        photo.working = True
        self._maker.ask(photo.id, photo.record)

    def _made(self, photo: int, record: PhotoRecord) -> None:
        """Take a copy that was made again; called with the desk's turn held."""
        found = self._photos[photo]
        found.record = record
        found.working = self._maker.waits(photo)
        found.picture_version += 1
        self._weigh(found)
        if found.settled.verdict is Verdict.APPROVED and _shows_more(found):
            # What nobody has seen yet is not what was approved.
            self._take(found, found.settled)
        if not self._maker.is_waiting:
            with suppress(WriteError):  # a full disk; told anew when the page is closed
                self._write()

    def _describe_next(self, photo: OpenPhoto) -> list[OpenPhoto]:
        """Give the next photo without a description this one's."""
        after = [
            each for each in self._photos.values() if each.id > photo.id and each.record.output
        ]
        is_open = (each for each in after if each.settled.verdict is Verdict.OPEN)
        following = next((each for each in is_open if not each.settled.descriptions), None)
        if following is None:
            return [photo]
        own = photo.settled.descriptions
        self._take(following, replace(following.settled, descriptions=own))
        return [photo, following]

    def change_folder(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Set the event, the photographer or the group of the folder; return the folder."""
        with self._turn:
            session = session_in(self._journal.session)
            session = replace(
                session,
                event=line(told.get("event", session.event), LONGEST),
                photographer=line(told.get("photographer", session.photographer), LONGEST),
                group=line(told.get("group", session.group), LONGEST),
            )
            keep(session, self._journal)
            spec = self._run.job.spec
            settings = replace(
                spec.settings, event=session.event, photographer=session.photographer
            )
            if settings != spec.settings:
                self._use(settings, spec.register)
            return self.folder()

    def _write(self) -> None:
        """Write manifest and report as things are now."""
        told = self._run.write_manifest([*self._run.standing.told, *self._run.untouched()])
        report.write(self._run.job.batch.output, told, self.language)


def _shows_more(photo: OpenPhoto) -> bool:
    """Tell whether the copy still shows what may be a face and was in no earlier copy."""
    seen = (each.box for each in photo.record.doubts if not each.hidden)
    return any(all(box.iou(old) < SAME_PLACE for old in photo.looked_at) for box in seen)
