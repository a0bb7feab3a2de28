"""Removes prepared copies that the policy no longer allows, after a change of the register."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.speech import language, speak
from photoguard.cli.tell import say_trouble
from photoguard.errors import EXIT_ATTENTION, OutputError, PhotoguardError
from photoguard.files import REPORT, SHEET, as_old_as_before, copy_number, printable
from photoguard.model import Language
from photoguard.policy.takedown import is_in_register

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from photoguard.cli.consent.desk import Desk
    from photoguard.model import Reason
    from photoguard.output.prepared import PreparedPhoto
    from photoguard.output.recall import RecalledCopies
    from photoguard.register import Snapshot


@dataclass(frozen=True, slots=True)
class AffectedPeople:
    """Whose copies and texts are to be removed: erased ids, and names that texts may contain."""

    erased_ids: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()


NOBODY = AffectedPeople()


@dataclass(slots=True)
class RetiredCopies:
    """The result of applying the policy again to all known output folders."""

    gone: list[PreparedPhoto] = field(default_factory=list)
    """Copies that were removed."""
    texts: list[Path] = field(default_factory=list)
    """Removed text files that a person had edited."""
    strange: list[Path] = field(default_factory=list)
    """Files near removed copies that the program did not make."""
    named: list[Path] = field(default_factory=list)
    """Files and names by staff in which an erased person's name still appears."""
    running: list[Path] = field(default_factory=list)
    """Folders with a run in progress, which reads the register again before it ends."""
    damaged: dict[Path, str] = field(default_factory=dict)
    """Folders where only one of journal and manifest told who is in which copy, each with the
    code of the sentence about it."""
    absent: list[Path] = field(default_factory=list)
    """Folders that were not found."""
    failed: bool = False
    """Whether a copy or folder could not be handled; the error has been printed."""


def retire_prepared(desk: Desk, affected: AffectedPeople = NOBODY) -> RetiredCopies:
    """Remove unpublished copies that the policy now refuses from all known output folders.

    Ids of people erased earlier come from the log, for folders that were absent then.
    """
    from photoguard.output.recall import is_marked, is_output
    from photoguard.register import known_outputs
    from photoguard.register.log import Action

    retired = RetiredCopies()
    lines = desk.register.log_lines()
    erased = {line.subject for line in lines if line.action == Action.PERSON_FORGOTTEN}
    affected = replace(affected, erased_ids=affected.erased_ids | erased)
    for folder in known_outputs():
        if not is_output(folder):
            retired.absent.append(folder)
            continue
        while _look_into(folder, desk, affected, retired) and is_marked(folder):
            pass  # somebody else took a word back while this command held the folder
    return retired


def _look_into(folder: Path, desk: Desk, affected: AffectedPeople, retired: RetiredCopies) -> bool:
    """Handle one folder; return whether that was possible."""
    from photoguard.output.recall import holds_unknown_copies, locked_output, noted_run

    note, own = noted_run(folder), desk.register.snapshot().register
    foreign = note is not None and note.register not in {"", own}
    try:
        with locked_output(folder):
            recalled = _retire_in(folder, desk, affected, retired)
            if recalled.damage and not foreign:
                retired.damaged[folder] = f"consent.{recalled.damage}_damaged"
                unknown = holds_unknown_copies(folder, recalled.copies)
                retired.failed = retired.failed or unknown
    except OutputError as trouble:
        if foreign:
            return False
        if trouble.code == "journal.in_use":
            retired.running.append(folder)
            return False
        retired.failed = True
        say_trouble(trouble)
        return False
    except PhotoguardError as trouble:
        if not foreign:
            retired.failed = True
            say_trouble(trouble)
        return False
    return True


def _retire_in(
    folder: Path, desk: Desk, affected: AffectedPeople, retired: RetiredCopies
) -> RecalledCopies:
    """Remove the refused copies of a folder, and return all that lay there before."""
    from photoguard.output.recall import (
        Damage,
        copies_to_recall,
        foreign_files_near,
        remove_texts,
        sweep_unfinished,
    )

    with as_old_as_before(folder):
        if ours := _is_of(desk, folder):
            sweep_unfinished(folder)
        recalled = copies_to_recall(folder, language())
        refused = list(_refused(recalled.copies, folder, desk, affected.erased_ids, ours=ours))
        gone = list(_retire_each(refused, desk, retired))
        retired.gone += gone
        retired.strange += foreign_files_near(folder, gone)
        numbers = {int(copy_number(photo.output)) for photo in gone}
        retired.texts += (texts := remove_texts(folder, numbers, affected.names))
        if (gone or texts) and recalled.damage is not Damage.MANIFEST:
            _rewrite_report(folder)
    return recalled


def _is_of(desk: Desk, folder: Path) -> bool:
    """Tell whether the last run over a folder is known to have read this register."""
    from photoguard.output.recall import noted_run

    note = noted_run(folder)
    return note is not None and note.register == desk.register.snapshot().register != ""


def _retire_each(
    refused: Iterable[tuple[PreparedPhoto, Reason]], desk: Desk, retired: RetiredCopies
) -> Iterator[PreparedPhoto]:
    """Remove each copy and note it in the log; yield those that are gone."""
    from photoguard.output.prepared import retire

    for photo, reason in refused:
        try:
            retire(photo, as_manifest(reason))
        except PhotoguardError as trouble:  # a program may hold one picture open, not all
            retired.failed = True
            say_trouble(trouble)
            continue
        yield photo
        try:
            _log(desk, reason)
        except PhotoguardError as trouble:  # a register that only may be read
            retired.failed = True
            say_trouble(trouble)


def _refused(
    copies: Iterable[PreparedPhoto],
    folder: Path,
    desk: Desk,
    forgotten: Collection[str],
    *,
    ours: bool,
) -> Iterator[tuple[PreparedPhoto, Reason]]:
    """Yield the unpublished copies that may no longer be published, with the reason.

    If another register was used for the folder, or it is unknown which, only people of this
    register are considered: it is not known to be ``ours``.
    """
    from photoguard.output.recall import noted_run
    from photoguard.register.posts import read_posts

    snapshot, note = desk.register.snapshot(), noted_run(folder)
    up = [post for post in read_posts(desk.register) if post.removed_on is None]
    published = {photo.output_sha256 for post in up for photo in post.photos}
    day = max(desk.today, note.publish_on) if note and note.publish_on else desk.today
    for photo in copies:
        concerned = tuple(
            noted
            for noted in photo.noted
            if ours or noted.subject in forgotten or is_in_register(snapshot, noted.subject)
        )
        if photo.sha256 not in published:
            asked = replace(photo, noted=concerned)
            reason = refused_today(asked, replace(desk, today=day), snapshot)
            if reason:
                yield photo, reason


def _rewrite_report(folder: Path) -> None:
    """Write the folder's report and table again, so that they lose the removed copies' pictures."""
    from photoguard import report
    from photoguard.output.prepared import read_manifest
    from photoguard.report import sheet

    if (folder / REPORT).is_file():
        manifest = read_manifest(folder)
        spoken = manifest.get("settings", {}).get("language", language())
        report.write(folder, manifest, Language(spoken))
        if (folder / SHEET).is_file():
            sheet.write(folder, manifest, Language(spoken))


def _log(desk: Desk, reason: Reason) -> None:
    from photoguard.register.changes import writing
    from photoguard.register.log import Action

    with writing(desk.register, desk.login) as change:
        change.note(Action.PREPARED_REMOVED, " ".join(reason.persons), reason.code)


def refused_today(photo: PreparedPhoto, desk: Desk, snapshot: Snapshot) -> Reason | None:
    """Return why a copy may not be published today on its channels; None if it may."""
    from photoguard.output.publishing import RulesOfTheDay

    return RulesOfTheDay(snapshot, desk.settings, desk.today).refusal(photo)


def as_manifest(reason: Reason) -> dict[str, Any]:
    """Return a reason in the form of the manifest: with register ids, never names."""
    parameters = {"person": ", ".join(reason.persons), **reason.parameters}
    text = speak(reason.code, None, **parameters)
    return {"code": reason.code, "persons": list(reason.persons), "text": text}


def say_retired(retired: RetiredCopies) -> None:
    """Print what was removed and what could not be; exits with 1 if copies could not be removed."""
    if retired.gone:
        click.echo(speak("consent.retired", count=len(retired.gone)))
        for photo in retired.gone:
            click.echo(f"  {printable(str(photo.path))}")
    say_files("consent.texts_removed", retired.texts)
    say_files("consent.strange_beside", retired.strange)
    say_files("consent.still_named", retired.named)
    for folder in retired.running:
        click.echo(speak("consent.run_told", folder=printable(str(folder))))
    say_absent(retired.absent)
    for folder, code in retired.damaged.items():
        click.echo(speak(code, None, folder=printable(str(folder))), err=True)
    if retired.failed:
        click.echo(speak("consent.copies_stay"), err=True)
    if retired.failed or retired.damaged:
        click.get_current_context().exit(EXIT_ATTENTION)


def say_files(code: str, files: Sequence[Path]) -> None:
    """Print files below the sentence of ``code``; nothing if there are none."""
    if files:
        click.echo(speak(code, count=len(files)))
        for file in files:
            click.echo(f"  {printable(str(file))}")


def say_absent(folders: Sequence[Path]) -> None:
    """Print the output folders that were not found; nothing if all were."""
    if folders:
        listed = ", ".join(printable(str(folder)) for folder in folders)
        click.echo(speak("consent.absent", count=len(folders), folders=listed))
