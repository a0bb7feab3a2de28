"""The takedown list, and removal of prepared copies that the policy no longer allows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent.desk import called, channel_text, day_text, say_table
from photoguard.cli.speech import language, speak
from photoguard.cli.tell import say_trouble
from photoguard.errors import EXIT_ATTENTION, OutputError, PhotoguardError
from photoguard.files import REPORT, SHEET, as_old_as_before, copy_number, printable
from photoguard.model import Language
from photoguard.model.answers import channel_name
from photoguard.policy.takedown import is_in_register, refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from photoguard.cli.consent.desk import Desk
    from photoguard.model import Reason, Record
    from photoguard.output.prepared import PreparedPhoto
    from photoguard.policy.takedown import PostQuestion
    from photoguard.register import Snapshot
    from photoguard.register.posts import Post


@dataclass(frozen=True, slots=True)
class DuePost:
    """A post to be taken down: certainly, as a recorded person withdrew, or possibly."""

    post: Post
    subject: str
    since: date | None
    """Day of the withdrawal or of the permission's end; None if unknown."""
    certain: bool
    by: date
    """The last day for taking it down."""


def due_posts(desk: Desk, subjects: Collection[str] = ()) -> tuple[DuePost, ...]:
    """Return the posts to be taken down, certain ones first, because of these ids or of anybody."""
    from photoguard.register.posts import read_posts

    snapshot = desk.register.snapshot()
    posts = [post for post in read_posts(desk.register) if post.removed_on is None]
    certain = [
        due
        for post in posts
        for due in _certain(post, desk, snapshot)
        if not subjects or due.subject in subjects
    ]
    possible = [
        due
        for record in snapshot.records
        if not subjects or record.person.id in subjects
        for due in _possible(posts, record, desk, snapshot)
    ]
    return (*certain, *possible)


def _certain(post: Post, desk: Desk, snapshot: Snapshot) -> Iterator[DuePost]:
    question = replace(asking(desk, snapshot, post.channel), published=True)
    listed: set[str] = set()
    for noted in (noted for photo in post.photos for noted in photo.noted):
        if noted.subject not in listed and refusal(noted, question):
            listed.update(ids_of(snapshot, noted.subject))
            since = _since(snapshot, noted.subject, post.channel)
            yield DuePost(post, noted.subject, since, certain=True, by=_by(desk, since))


def _by(desk: Desk, since: date | None) -> date:
    """Return the last day for the takedown: the city's number of days after ``since``, or today."""
    if since is None:
        return desk.today
    return since + timedelta(days=desk.settings.takedown_days)


def _since(snapshot: Snapshot, subject: str, channel: str) -> date | None:
    """Return the last day a permission for the channel was withdrawn or ended; None if none was."""
    days = [
        permission.withdrawn_on or permission.valid_until
        for each in ids_of(snapshot, subject)
        for permission in snapshot.permissions(each)
        if permission.channel.casefold() in {channel_name(channel), ""}
    ]
    return max(filter(None, days), default=None)


def _possible(
    posts: Iterable[Post], record: Record, desk: Desk, snapshot: Snapshot
) -> Iterator[DuePost]:
    """Yield posts that may show somebody who withdrew or must never be in pictures."""
    from photoguard.policy import guardians_count

    person = record.person
    all_count = guardians_count(person, desk.today, desk.rules)
    withdrawn = {
        permission.channel.casefold()
        for permission in record.permissions
        if permission.withdrawn_on and (all_count or permission.given_by == person.id)
    }
    for post in posts:
        concerned = person.never_in_pictures or withdrawn & {channel_name(post.channel), ""}
        since, left = snapshot.since.get(person.id), snapshot.groups_left.get(person.id, ())
        if concerned and post.may_show(person, since, desk.today, left):
            since = _since(snapshot, person.id, post.channel)
            yield DuePost(post, person.id, since, certain=False, by=_by(desk, since))


def ids_of(snapshot: Snapshot, subject: str) -> tuple[str, ...]:
    """Return all ids of someone; a photographer who is also a person has two."""
    from photoguard.presence import photographers_meant

    return photographers_meant(subject, snapshot).ids or (subject,)


_COLUMNS = ("post", "channel", "published", "who", "since", "due", "failed", "link")


def say_due(found: tuple[DuePost, ...], snapshot: Snapshot) -> None:
    """Print the takedown list; nothing if it is empty."""
    for certain in (True, False):
        rows = [_row(due, snapshot) for due in found if due.certain is certain]
        if rows:
            code = "consent.takedown_certain" if certain else "consent.takedown_possible"
            click.secho(speak(code, count=len({row[0] for row in rows})), bold=True)
            say_table(_COLUMNS, rows)
            click.echo()
    if found:
        click.echo(speak("consent.takedown_shares"))
        click.echo(speak("consent.takedown_tick"))


@dataclass(frozen=True, slots=True)
class AffectedPeople:
    """Whose copies and texts are to be removed: erased ids, and names that texts may contain."""

    erased_ids: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()


NOBODY = AffectedPeople()


def say_what_follows(desk: Desk, subject: str) -> None:
    """After a change, remove unpublished copies, and print what must be taken down.

    The copies leave first, even if the screen is closed. Exits with 1 if some could not.
    """
    snapshot = desk.register.snapshot()
    person = snapshot.person(subject)
    retired = retire_prepared(desk, AffectedPeople(names=(person.name,) if person else ()))
    found = due_posts(desk, ids_of(snapshot, subject))
    if found:
        click.echo()
        say_due(found, snapshot)
    else:
        click.echo(speak("consent.takedown_none"))
    say_retired(retired)


def name_of(snapshot: Snapshot, subject: str) -> str:
    """Return a person's or photographer's name for the screen; the id if unknown."""
    person = snapshot.person(subject)
    if person:
        return called(person)
    found = (each.name for each in snapshot.photographers if each.id == subject)
    return printable(next(found, subject))


def _row(due: DuePost, snapshot: Snapshot) -> tuple[str, ...]:
    return (
        due.post.id,
        channel_text(due.post.channel),
        day_text(due.post.published_on),
        name_of(snapshot, due.subject),
        day_text(due.since),
        day_text(due.by),
        failure(due.post) or "–",
        printable(due.post.url) or "–",
    )


def failure(post: Post) -> str:
    """Return when and why the last attempt to take a post down failed; "" if none did."""
    if post.failed_on is None:
        return ""
    return f"{day_text(post.failed_on)} {printable(post.failed_why)}".strip()


def csv_rows(found: tuple[DuePost, ...], snapshot: Snapshot) -> Iterator[tuple[str, ...]]:
    """Yield the takedown list as rows of text, headings first."""
    yield tuple(speak(f"consent.col_{name}") for name in (*_COLUMNS, "certainty"))
    for due in found:
        certainty = speak("consent.certain" if due.certain else "consent.possible")
        yield (*_row(due, snapshot), certainty)


@dataclass(slots=True)
class RetiredCopies:
    """The result of applying the policy again to all known output folders."""

    gone: list[PreparedPhoto] = field(default_factory=list)
    """Copies that were removed."""
    texts: list[Path] = field(default_factory=list)
    """Removed text files that a person had edited."""
    strange: list[Path] = field(default_factory=list)
    """Files beside removed copies that the program did not make."""
    named: list[Path] = field(default_factory=list)
    """Files and names by staff in which an erased person's name still appears."""
    running: list[Path] = field(default_factory=list)
    """Folders with a run in progress, which reads the register again before it ends."""
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
    from photoguard.output.recall import locked_output, noted_run

    note, own = noted_run(folder), desk.register.snapshot().register
    foreign = note is not None and note.register not in {"", own}
    try:
        with locked_output(folder):
            _retire_in(folder, desk, affected, retired)
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


def _retire_in(folder: Path, desk: Desk, affected: AffectedPeople, retired: RetiredCopies) -> None:
    from photoguard.output.prepared import retire
    from photoguard.output.recall import foreign_files_beside, remove_texts

    gone = []
    with as_old_as_before(folder):
        for photo, reason in list(_refused(folder, desk, affected.erased_ids)):
            try:
                retire(photo, as_manifest(reason))
            except PhotoguardError as trouble:  # a program may hold one picture open, not all
                retired.failed = True
                say_trouble(trouble)
                continue
            _log(desk, reason)
            gone.append(photo)
        retired.gone += gone
        retired.strange += foreign_files_beside(gone)
        numbers = {int(copy_number(photo.output)) for photo in gone}
        retired.texts += (texts := remove_texts(folder, numbers, affected.names))
        if gone or texts:
            _rewrite_report(folder)


def _refused(
    folder: Path, desk: Desk, forgotten: Collection[str]
) -> Iterator[tuple[PreparedPhoto, Reason]]:
    """Yield the unpublished copies of a folder that may no longer be published, with the reason.

    If another register was used for the folder, or it is unknown which, only people of this
    register are considered.
    """
    from photoguard.output.recall import copies_of, noted_run, sweep_unfinished
    from photoguard.register.posts import read_posts

    snapshot = desk.register.snapshot()
    up = [post for post in read_posts(desk.register) if post.removed_on is None]
    published = {photo.output_sha256 for post in up for photo in post.photos}
    note = noted_run(folder)
    ours = note is not None and note.register == snapshot.register != ""
    if ours:
        sweep_unfinished(folder)
    day = max(desk.today, note.publish_on) if note and note.publish_on else desk.today
    for photo in copies_of(folder, language()):
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
    if retired.failed:
        click.echo(speak("consent.copies_stay"), err=True)
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


def asking(desk: Desk, snapshot: Snapshot, channel: str, unit: str | None = None) -> PostQuestion:
    """Return the policy's question about ``channel`` today; ``unit`` is the folder's."""
    from photoguard.output.publishing import RulesOfTheDay

    return RulesOfTheDay(snapshot, desk.settings, desk.today).for_channel(channel, unit)
