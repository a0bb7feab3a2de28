"""Copies that are ready but not yet published are asked about again, and leave if refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from photoguard.cli._consent_rules import asking, first_refusal
from photoguard.cli.speech import language, speak
from photoguard.errors import UsageTrouble
from photoguard.files import REPORT, as_old_as_before, printable
from photoguard.model import Language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from photoguard.cli._consent_desk import Desk
    from photoguard.consent import Snapshot
    from photoguard.consent.prepared import PreparedPhoto
    from photoguard.model import Reason


def retire_prepared(desk: Desk) -> tuple[PreparedPhoto, ...]:
    """Take unpublished copies out of every known folder where the rules now refuse them."""
    from photoguard.consent import known_outputs
    from photoguard.consent.posts import read_posts

    snapshot = desk.register.snapshot()
    posts = read_posts(desk.register)
    up = [post for post in posts if post.removed_on is None]
    published = {photo.output_sha256 for post in up for photo in post.photos}
    gone: list[PreparedPhoto] = []
    for folder in known_outputs():
        try:
            gone += _retire_in(folder, published, (desk, snapshot))
        except UsageTrouble as trouble:
            click.echo(speak(trouble.code, None, **trouble.parameters), err=True)
    return tuple(gone)


def _retire_in(folder: Path, published: set[str], at: tuple[Desk, Snapshot]) -> list[PreparedPhoto]:
    from photoguard.consent.prepared import photos_of, retire

    refused = [
        (photo, reason)
        for photo in photos_of(folder, language())
        if photo.sha256 not in published and (reason := refused_today(photo, at))
    ]
    gone = []
    with as_old_as_before(folder):
        for photo, reason in refused:
            try:
                retire(photo, as_manifest(reason))
            except UsageTrouble as trouble:  # a program may hold one picture open, not all
                click.echo(speak(trouble.code, None, **trouble.parameters), err=True)
                continue
            _log(at[0], reason)
            gone.append(photo)
        if gone:
            _tell_anew(folder)
    return gone


def _tell_anew(folder: Path) -> None:
    """Write the folder's report again, since its small pictures show what has left."""
    from photoguard import report
    from photoguard.consent.prepared import read_manifest

    manifest = read_manifest(folder)
    spoken = manifest.get("settings", {}).get("language", language())
    if (folder / REPORT).is_file():
        report.write(folder, manifest, Language(spoken))


def _log(desk: Desk, reason: Reason) -> None:
    from photoguard.consent.log import Action
    from photoguard.consent.writing import writing

    with writing(desk.register, desk.login) as change:
        change.note(Action.PREPARED_REMOVED, " ".join(reason.persons), reason.code)


def refused_today(
    photo: PreparedPhoto, at: tuple[Desk, Snapshot], channels: Sequence[str] = ()
) -> Reason | None:
    """Return why a copy may not be published today on its channels, None where it may."""
    desk, snapshot = at
    for name in channels or photo.channels or [""]:
        found = first_refusal(photo.noted, asking(desk, snapshot, name, photo.unit))
        if found:
            return found
    return None


def as_manifest(reason: Reason) -> dict[str, Any]:
    """Return a reason as a manifest holds it: with register ids, never names."""
    parameters = {"person": ", ".join(reason.persons), **reason.parameters}
    text = speak(reason.code, None, **parameters)
    return {"code": reason.code, "persons": list(reason.persons), "text": text}


def say_retired(gone: Sequence[PreparedPhoto]) -> None:
    """Write which copies were taken out of their folders."""
    if not gone:
        return
    click.echo(speak("consent.retired", count=len(gone)))
    for photo in gone:
        click.echo(f"  {printable(str(photo.path))}")
