"""``ReviewDesk``, the state behind the review page of one output folder.

The page only sends requests; the policy is applied here, anew for every change. A change is
signed into the journal before the request is answered, so a crash loses at most the request
in progress. Copies are prepared again in the background.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self

from photoguard import policy
from photoguard.errors import PhotoguardError, UsageTrouble
from photoguard.files import caching_digests, digest_file
from photoguard.model import Language, Outcome, Settled, Step, Verdict
from photoguard.output.journal import Journal
from photoguard.output.recall import note_run
from photoguard.output.records import settled_to_journal
from photoguard.output.shelves import Shelves
from photoguard.pipeline import FolderRun
from photoguard.pipeline.folder.kept_copies import settled_in
from photoguard.pipeline.folder.session import keep, session_in
from photoguard.pipeline.photo.decision import basis_of, plan_before_verdict
from photoguard.review.changes import CHANGES, about, to_describe
from photoguard.review.making import Background, Maker, adopt
from photoguard.review.photo import OpenPhoto, spots
from photoguard.review.pictures import Pictures
from photoguard.review.posting import Posting, posted, record_post
from photoguard.review.reporting import Reporting
from photoguard.review.session import FolderState, changed_folder
from photoguard.review.view import FolderView, folder_view, photo_view
from photoguard.review.withdrawals import WithdrawalWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from pathlib import Path

    from photoguard.model import Box, Plan
    from photoguard.output.records import PhotoRecord
    from photoguard.pipeline import FolderJob, Workers
    from photoguard.register import Snapshot
    from photoguard.review.outside import Outside
    from photoguard.settings import Settings

MOST_STEPS = 500
"""Most changes that can be undone."""


class ReviewDesk:
    """Keeps an output folder open for one person, who may use several browser windows."""

    def __init__(self, job: FolderJob, workers: Workers, login: str, outside: Outside) -> None:
        """Lock the output folder and read the results of earlier runs; raises OutputError."""
        settings, output = job.spec.settings, job.batch.output
        self._journal = Journal.open(output, settings.language, str(job.batch.root))
        self.language = Language(settings.language)
        shelves = Shelves.of(output, Language(self._journal.language), settings.prefix)
        self._run = FolderRun(job, self._journal, shelves, lambda _: None)
        with caching_digests({}):
            self._run.start()
            stale = adopt(self._run)
        self._login, self._outside = login, outside
        self._turn = threading.RLock()
        self._reporting = Reporting(self._run, self._turn, self.language)
        self._order: list[int] = []
        self._photos = {each.id: each for each in self._opened()}
        self._posted = posted(self._outside, self._run.job.spec.register)
        self._pictures = Pictures(output, settings.limits)
        withdrawals = WithdrawalWatch(output, outside.read, self._use_withdrawals).check
        background = Background(withdrawals, self._reporting.when_quiet)
        self._maker = Maker(self._run, workers, self._turn, self._made, background)
        self._reporting.mend()
        self._make_anew(stale)

    def __enter__(self) -> Self:
        """Return the desk."""
        return self

    def __exit__(self, *_: object) -> None:
        """Finish pending copies, write the report, and release the output folder."""
        self._maker.close()
        self._pictures.close()
        self._reporting.close()
        self._run.shelves.close()
        self._journal.close()

    def _opened(self) -> list[OpenPhoto]:
        entries = self._journal.entries
        opened = [
            OpenPhoto(entries[name].number, record, settled_in(self._journal, record))
            for name, record in self._run.records.items()
        ]
        for each in opened:
            self._refresh_plan(each)
        return opened

    @property
    def unmade(self) -> int:
        """Number of copies being prepared or waiting for it."""
        return self._maker.unmade

    def picture(self, photo: int) -> bytes | None:
        """Return a photo's finished copy: b"" if it has none, None if it is missing or changed."""
        return self._of_a_copy(photo, self._pictures.copy)

    def tile(self, photo: int, name: str) -> bytes | None:
        """Return a small JPEG of the place with this id, or of the copy for "whole"; else None."""
        box = None if name == "whole" else self._box(photo, name)
        if name != "whole" and box is None:
            return None
        return self._of_a_copy(photo, lambda record: self._pictures.tile(record, box))

    def _box(self, photo: int, name: str) -> Box | None:
        with self._turn:
            places = spots(self._photos[photo]) if photo in self._photos else []
            return next((each.box for each in places if each.id == name), None)

    def _of_a_copy(self, photo: int, read: Callable[[PhotoRecord], bytes | None]) -> bytes | None:
        """Return what ``read`` gives for the photo's copy; retried, as it may just be replaced."""
        if (found := self._photos.get(photo)) is None:
            return None
        if (content := read(found.record)) is None:
            with self._turn:
                content = read(found.record) if found.record.output else b""
        return content

    def warm(self) -> None:
        """Start in advance what takes long on first use."""
        self._pictures.warm()

    def original(self, photo: int, side: int = 0) -> bytes | None:
        """Return the original of a photo, cropped and scaled as its copy; it is stored nowhere.

        ``side`` is the longest side on the screen in pixels, 0 for that of the copy.
        """
        if (found := self._photos.get(photo)) is None:
            return None
        with suppress(PhotoguardError):
            return self._pictures.original(self._path_of(found), found.record, side)
        return None

    def _path_of(self, photo: OpenPhoto) -> Path:
        sources = self._run.job.batch.photos
        return next(each.path for each in sources if each.name == photo.record.source)

    def folder(self) -> Mapping[str, Any]:
        """Return everything that the page shows, as plain JSON values."""
        with self._turn:
            view = self._view()
            return folder_view(view, [self._shown(each, view) for each in self._photos.values()])

    def _view(self) -> FolderView:
        return FolderView(
            spec=self._run.job.spec,
            session=session_in(self._journal.session),
            language=self.language,
            day=self._run.job.spec.settings.publish_on or date.today(),  # noqa: DTZ011 - here
            last_changed=self._last_changed,
            posted=self._posted,
        )

    @property
    def _last_changed(self) -> int | None:
        return self._order[-1] if self._order else None

    def _shown(self, photo: OpenPhoto, view: FolderView) -> Mapping[str, Any]:
        """Return a photo as the page shows it; cached until the photo changes."""
        state = (photo.version, photo.picture_version, photo.working, view.spec.id)
        posted = self._posted.get(photo.record.output_sha256 or "")
        at = (*state, view.session, view.day, posted)
        if photo.shown is None or photo.shown[0] != at:
            photo.shown = (at, photo_view(photo, view))
        return photo.shown[1]

    def change(self, photo: int, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Apply a request to one photo if the policy allows it; return the changed photos as JSON.

        Raises UsageTrouble with a code of the catalogue ``review``.
        """
        with self._turn:
            found = self._photos.get(photo)
            if found is None or found.record.facts is None:
                raise UsageTrouble("review.no_copy")
            if type(asked.get("version")) is not int or asked["version"] != found.version:
                raise UsageTrouble("review.changed_elsewhere")
            changed = self._changed(found, asked)
            view = self._view()
            return {
                "photos": [self._shown(each, view) for each in changed],
                "last_changed": self._last_changed,
            }

    def _changed(self, photo: OpenPhoto, asked: Mapping[str, Any]) -> list[OpenPhoto]:
        what = asked.get("do")
        if what == "undo":
            return [self._undo(photo)]
        if what == "approve":
            return [self._approve(photo, asked)]
        if what == "reject":
            return [self._give_verdict(photo, Verdict.REJECTED, "")]
        if what == "describe-next":
            return self._describe_next(photo)
        make = CHANGES.get(str(what))
        if make is None:
            raise UsageTrouble("review.no_such_change")
        if what in {"name", "works"}:
            self._use_register(self._outside.read())
        self._store_change(photo, make(photo, asked, self._view()), str(what), about(asked))
        self._lapse(photo)
        return [photo]

    def _store_change(self, photo: OpenPhoto, settled: Settled, do: str, about: str = "") -> None:
        """Store a change; any verdict is withdrawn unless only the photographer changed.

        A copy in the ready folder is prepared again at once, so that it does not keep
        showing what a person has just hidden.
        """
        if do != "photographer":
            settled = replace(settled, verdict=Verdict.OPEN, basis="")
        self._keep(photo, settled, do, about)
        self._make_if_out(photo)

    def _make_if_out(self, photo: OpenPhoto) -> None:
        if photo.working or photo.record.status is Outcome.READY:
            self._make(photo)

    def _use_register(self, known: Snapshot | None) -> None:
        """Replace the register by ``known``, so that the policy uses today's permissions."""
        spec = self._run.job.spec
        if known != spec.register:
            self._replace_spec(spec.settings, known)

    def _use_withdrawals(self, known: Snapshot | None) -> None:
        """Use a register with withdrawn permissions; copies that relied on them are removed."""
        with self._turn:
            self._use_register(known)
            self._make_anew(self._run.withdraw_outdated())

    def _make_anew(self, sources: Container[str]) -> None:
        for photo in (each for each in self._photos.values() if each.record.source in sources):
            self._lapse(photo)
            self._make(photo)

    def _replace_spec(self, settings: Settings, register: Snapshot | None) -> None:
        job = self._run.job
        self._run.job = replace(job, spec=job.spec.anew(settings=settings, register=register))
        self._run.kept_copies.spec = self._run.job.spec
        for each in self._photos.values():
            self._refresh_plan(each)

    def _refresh_plan(self, photo: OpenPhoto) -> None:
        if photo.record.facts is not None:
            photo.plan = self._plan(photo)

    def _keep(self, photo: OpenPhoto, settled: Settled, do: str, about: str = "") -> None:
        """Sign a change into the journal, and remember the state before it for undo."""
        settled = self._signed(photo, settled, do, about)
        photo.before.append(photo.settled)
        del photo.before[:-MOST_STEPS]
        self._order.append(photo.id)
        del self._order[:-MOST_STEPS]
        self._set(photo, settled)

    def _signed(self, photo: OpenPhoto, settled: Settled, do: str, about: str = "") -> Settled:
        """Return ``settled`` with this step in its log, after writing it to the journal."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        settled = replace(
            settled,
            source_sha256=photo.record.source_sha256,
            by=self._login,
            on=now,
            steps=(*photo.settled.steps, Step(self._login, now, do, about))[-MOST_STEPS:],
        )
        self._journal.settle(photo.record.source, settled_to_journal(settled))
        return settled

    def _set(self, photo: OpenPhoto, settled: Settled) -> None:
        photo.settled = settled
        photo.version += 1
        self._refresh_plan(photo)

    def _undo(self, photo: OpenPhoto) -> OpenPhoto:
        if not photo.before:
            raise UsageTrouble("review.nothing_to_undo")
        verdict = photo.settled.verdict
        settled = self._signed(photo, photo.before[-1], "undo")
        photo.before.pop()
        self._set(photo, settled)
        if photo.id in self._order:
            del self._order[len(self._order) - 1 - self._order[::-1].index(photo.id)]
        (self._make_if_out if verdict is settled.verdict else self._make)(photo)
        return photo

    def _plan(self, photo: OpenPhoto) -> Plan:
        """Return the policy's plan for a photo as it is settled now, regardless of any verdict."""
        assert photo.record.facts is not None  # noqa: S101 - asked before
        notes = self._run.job.notes_of(photo.record.source)
        return plan_before_verdict(photo.record.facts, notes, self._run.job.spec, photo.settled)

    def _approve(self, photo: OpenPhoto, asked: Mapping[str, Any]) -> OpenPhoto:
        if asked.get("confirmed") is not True:
            raise UsageTrouble("review.confirm_first")
        if photo.record.output is None:
            raise UsageTrouble("review.no_copy")
        if not self._is_unchanged(photo):
            raise UsageTrouble("review.source_changed")
        self._use_register(self._outside.read())
        plan = self._plan(photo)
        if held := policy.objections(plan):
            why = self._view().sentence_of(held[0])
            raise UsageTrouble("review.held_by_a_rule", why=why)
        photo.look(asked.get("picture_version"))
        return self._give_verdict(photo, Verdict.APPROVED, basis_of(plan))

    def _is_unchanged(self, photo: OpenPhoto) -> bool:
        try:
            return digest_file(self._path_of(photo)) == photo.record.source_sha256
        except OSError:
            return False

    def _give_verdict(self, photo: OpenPhoto, verdict: Verdict, basis: str) -> OpenPhoto:
        self._keep(photo, replace(photo.settled, verdict=verdict, basis=basis), verdict.value)
        self._make(photo)
        return photo

    def _make(self, photo: OpenPhoto) -> None:
        photo.working = True
        self._maker.ask(photo.id, photo.record)

    def _made(self, photo: int, record: PhotoRecord) -> None:
        """Take over the record of a newly prepared copy; the caller holds the lock."""
        found = self._photos[photo]
        found.take(record)
        found.working = self._maker.waits(photo)
        self._refresh_plan(found)
        if found.settled.verdict is Verdict.APPROVED and found.shows_more:
            # What nobody has seen yet is not what was approved.
            self._store_change(found, found.settled, "lapsed")
        if not self._maker.is_waiting:
            self._reporting.note_change()

    def _describe_next(self, photo: OpenPhoto) -> list[OpenPhoto]:
        """Copy this photo's descriptions to the next photo that has none."""
        following = to_describe(photo, self._photos.values())
        if following is None:
            raise UsageTrouble("review.none_to_describe")
        own = photo.settled.descriptions
        self._store_change(following, replace(following.settled, descriptions=own), "describe-next")
        return [photo, following]

    def change_folder(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Change the settings of the whole folder; return the folder as JSON. Raises UsageTrouble.

        Approvals given under other rules are withdrawn, and ready copies are prepared again,
        so that none shows or says what applied before.
        """
        with self._turn:
            spec = self._run.job.spec
            before = FolderState(session_in(self._journal.session), spec.settings)
            now = changed_folder(before, asked, self._outside.channels)
            note_run(self._run.job.batch.output, now.settings, spec.register)
            keep(now.session, self._journal)
            if now.settings != before.settings:
                self._replace_spec(now.settings, spec.register)
                self._remake_outdated()
            return self.folder()

    def _remake_outdated(self) -> None:
        """Prepare copies again for changed settings of the folder; withdraw outdated approvals."""
        for photo in self._photos.values():
            self._lapse(photo)
            self._make_if_out(photo)

    def _lapse(self, photo: OpenPhoto) -> None:
        if photo.is_outdated:
            self._store_change(photo, photo.settled, "lapsed")

    def post(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Record in the register that approved photos were published; return the folder as JSON.

        Raises UsageTrouble if the policy refuses it, RegisterError if it cannot be stored.
        """
        with self._turn:
            self._use_register(self._outside.read())
            wanted = asked.get("photos")
            ids = wanted if isinstance(wanted, list) else []
            chosen = [photo for photo in self._photos.values() if photo.id in ids]
            job = self._run.job
            if job.spec.register is None:
                raise UsageTrouble("review.no_register")
            register, settings = self._outside.open(read_only=False), job.spec.settings
            posting = Posting(register, self._login, job.batch.output, settings, self.language)
            self._reporting.write_manifest()
            record_post(chosen, asked, posting)
            self._posted = posted(self._outside, job.spec.register)
            return self.folder()
