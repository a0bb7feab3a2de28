"""The answers that staff give once per folder, and their storage for the next time.

Stored are the photographer, the channels, the event, that there were no works, and whether
somebody must not be in pictures. Not stored are the makers of works and the photos somebody
is in, since these are children's names or lead to them: ``pipeline.folder.makers`` and
``pipeline.folder.unwanted`` keep what later runs need beside the copies, without names.
Folders are identified by digests.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from photoguard.errors import WriteError, problem_of
from photoguard.files import read_json, write_new
from photoguard.model import Outcome, PhotoNotes, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from photoguard.settings import Settings

FILE_NAME = "answers.json"
_MOST_BYTES = 1_000_000
MOST_FOLDERS = 100
"""Most folders stored; the oldest ones are dropped."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers for one folder.

    ``works`` are the makers of works: () if there are none, None if not answered.
    ``unwanted`` is whether the photos show somebody who must not be in pictures; None if not
    answered. ``where`` lists the photos concerned; if empty, it may be any.
    """

    photographer: str = ""
    role: Role | None = None
    channels: tuple[str, ...] = ()
    event: str = ""
    works: tuple[str, ...] | None = None
    unwanted: bool | None = None
    where: tuple[str, ...] = ()
    forgotten: bool = False
    """Whether makers or photos were named, which are not stored and must be asked again."""

    def with_usual(self, settings: Settings) -> Answers:
        """Return the answers with values from the settings where nothing was answered."""
        return replace(
            self,
            photographer=self.photographer or ("" if self.role else settings.photographer),
            channels=self.channels or settings.channels,
            event=settings.event or self.event,
        )

    def flags(self) -> dict[str, Any]:
        """Return the settings that follow from the answers; empty values override a default."""
        given = {
            "photographer": self.photographer,
            "event": self.event,
            "channels": self.channels,
        }
        return given | ({"photographer_role": self.role} if self.role else {})

    def fill(self, notes: Mapping[str, PhotoNotes], photos: Iterable[str]) -> dict[str, PhotoNotes]:
        """Return each photo's notes completed by the answers; the staff's table has precedence."""
        return {name: self._filled(name, notes.get(name, PhotoNotes())) for name in photos}

    def _filled(self, name: str, notes: PhotoNotes) -> PhotoNotes:
        return replace(
            notes,
            taken_for=notes.taken_for or self.channels,
            works=self.works if notes.works is None else notes.works,
            unwanted=self._unwanted_in(name),
        )

    def _unwanted_in(self, name: str) -> Outcome:
        if not self.unwanted:
            return Outcome.READY
        if not self.where:
            return Outcome.REVIEW
        return Outcome.BLOCKED if name in self.where else Outcome.READY


class AnswerBook:
    """The stored answers: the last ones, and those of each folder."""

    def __init__(self, file: Path) -> None:
        """Read the file; a damaged or missing one counts as empty."""
        self._file = file
        raw = _read(file)
        self._last = _answers(raw.get("last"))
        folders = raw.get("folders")
        kept = folders.items() if isinstance(folders, dict) else ()
        self._folders = {key: _kept(_answers(each)) for key, each in kept if key.isalnum()}

    def known(self, folder: Path) -> bool:
        """Return whether there are answers for this folder."""
        return _key(folder) in self._folders

    def offered(self, folder: Path) -> Answers:
        """Return this folder's answers, or else the last ones given for any folder."""
        own = self._folders.get(_key(folder))
        return _answers(own) if own else replace(self._last, forgotten=False)

    def keep(self, folder: Path, answers: Answers) -> None:
        """Store the answers in a file that only this user can read; raises WriteError."""
        kept = {**self._folders, _key(folder): _kept(answers)}
        self._folders = dict(list(kept.items())[-MOST_FOLDERS:])
        self._last = _answers(_kept(answers))
        content = {"last": _kept(answers), "folders": self._folders}
        work = self._file.with_name(f"writing-{self._file.name}")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(work, json.dumps(content, ensure_ascii=False, indent=1).encode())
            work.replace(self._file)
        except OSError as trouble:
            raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble


def user_book() -> AnswerBook:
    """Return the answers stored in the user's state folder."""
    from platformdirs import user_state_path

    return AnswerBook(user_state_path("photoguard", appauthor=False) / FILE_NAME)


def _key(folder: Path) -> str:
    return hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()


def _kept(answers: Answers) -> dict[str, Any]:
    return {
        "photographer": answers.photographer,
        "role": answers.role,
        "channels": list(answers.channels),
        "event": answers.event,
        "no_works": answers.works == (),
        "unwanted": answers.unwanted,
        "forgotten": bool(answers.works or answers.where),
    }


def _answers(raw: object) -> Answers:
    """Return the stored answers; damaged values count as not answered."""
    if not isinstance(raw, dict):
        return Answers()
    channels = raw.get("channels")
    listed = channels if isinstance(channels, list) else []
    unwanted = raw.get("unwanted")
    return Answers(
        photographer=_text(raw.get("photographer")),
        role=Role(raw["role"]) if raw.get("role") in list(Role) else None,
        channels=tuple(filter(None, map(_text, listed))),
        event=_text(raw.get("event")),
        works=() if raw.get("no_works") is True else None,
        unwanted=unwanted if isinstance(unwanted, bool) else None,
        forgotten=raw.get("forgotten") is True,
    )


def _text(raw: object) -> str:
    return raw if isinstance(raw, str) and raw.isprintable() else ""


def _read(file: Path) -> dict[str, Any]:
    try:
        raw = read_json(file, _MOST_BYTES)
    except (OSError, ValueError):
        return {}
    return raw if isinstance(raw, dict) else {}
