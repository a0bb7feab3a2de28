"""photoguard consent form: printable forms that ask families and the child for permission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent.classes import members
from photoguard.cli.consent.desk import (
    desk_options,
    find_record,
    open_desk,
    settings_of,
    unit_channels,
)
from photoguard.cli.consent.export import write_new_file
from photoguard.cli.speech import PATH, TEXT, LocalisedCommand, argument, language, option, speak
from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import Unit

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.cli.consent.desk import Desk
    from photoguard.model import Channel, Record
    from photoguard.register.changes import Writing
    from photoguard.register.papers import FormPage, Paper
    from photoguard.settings import Settings

TEXTS = (
    *("title", "name", "group", "why_heading", "where_heading", "where", "rights_heading"),
    *("voluntary", "withdraw", "answer_heading", "answer", "yes", "no", "sign_heading"),
    *("date", "reference", "number", "child_title", "child_name", "child_mind", "child_mark"),
    "child_helper",
)
"""Sentences of the form without parameters: codes ``consent.form_NAME``."""


@click.command("form", cls=LocalisedCommand, help="consenthelp.form")
@argument("file", type=PATH)
@option("--group", type=TEXT, help="consenthelp.form_group")
@option("--person", "people", multiple=True, help="consenthelp.form_person")
@option("--child-page", is_flag=True, help="consenthelp.form_child_page")
@option("--channel", "channels", multiple=True, help="consenthelp.template_channel")
@option("--purpose", default="", help="consenthelp.form_purpose")
@option("--valid-until", "until", default="", help="consenthelp.form_until")
@option("--information", "version", default="", help="consenthelp.information")
@desk_options
def form(file: Path, **asked: Any) -> None:  # noqa: ANN401
    """Write forms for printing and signing: a blank one, or a numbered one for each child."""
    from photoguard.register.changes import writing
    from photoguard.register.papers import render

    if file.suffix.lower() not in {".html", ".htm"}:
        raise UsageTrouble("consent.form_format", file=printable(file.name))
    if not (asked["group"] or asked["people"]):
        settings = settings_of(asked)
        channels = unit_channels(settings, asked["channels"])
        write_new_file(file, render(_page(settings, channels, asked, ())).encode())
        return
    desk = open_desk(asked)
    channels = desk.channels(asked["channels"])
    records = _records_for(desk, asked)
    with writing(desk.register, desk.login) as change:  # no number without its paper
        papers = tuple(_paper(change, desk, record, asked["version"]) for record in records)
        page = render(_page(desk.settings, channels, asked, papers))
        write_new_file(file, page.encode())
    click.echo(speak("consent.forms_numbered", len(papers)))


def _records_for(desk: Desk, asked: dict[str, Any]) -> list[Record]:
    """Return the records to print forms for, without duplicates; raises UsageTrouble if unknown."""
    snapshot = desk.register.snapshot()
    found = [find_record(snapshot, who) for who in asked["people"]]
    found += members(desk, asked["group"]) if asked["group"] else []
    return list({record.person.id: record for record in found}.values())


def _paper(change: Writing, desk: Desk, record: Record, version: str) -> Paper:
    from photoguard.register.forms import make_form, number_text
    from photoguard.register.papers import Paper

    number = make_form(change, record.person.id, desk.today, version)
    return Paper(number_text(number), record.person.name, record.person.group)


def _page(
    settings: Settings,
    channels: tuple[Channel, ...],
    asked: dict[str, Any],
    papers: tuple[Paper, ...],
) -> FormPage:
    from photoguard.register.papers import FormPage

    is_young = settings.unit is Unit.EARLY_CHILDHOOD
    matters = ("own_work", "named") if is_young else ("shown", "own_work", "named")
    platforms = tuple(channel.platform for channel in channels)
    child = [(name, speak(f"consent.form_child_{name}")) for name in matters]
    return FormPage(
        language().value,
        _texts(settings, platforms, asked),
        tuple(speak(f"consent.form_matter_{matter}") for matter in matters),
        platforms,
        tuple(speak(f"consent.form_signer_{each}") for each in ("self", "first", "second")),
        papers,
        tuple(child) if asked["child_page"] else (),
    )


def _texts(settings: Settings, platforms: tuple[str, ...], asked: dict[str, Any]) -> dict[str, str]:
    """Return all sentences of the form by their names."""
    texts = {name: speak(f"consent.form_{name}") for name in TEXTS}
    names = [settings.unit_name.get(language(), ""), settings.organisation.get(language(), "")]
    texts["unit"] = asked["unit_name"] or ", ".join(filter(None, names))
    limit = settings.age_limit
    texts["why"] = speak(f"consent.form_why_{settings.unit.replace('-', '_')}", age_limit=limit)
    texts["sign"] = speak("consent.form_sign", age_limit=limit)
    texts["purpose"] = speak("consent.form_purpose", purpose=asked["purpose"] or "…" * 20)
    texts["until"] = speak("consent.form_until", day=asked["until"] or "…" * 8)
    texts["version"] = speak("consent.form_version", version=asked["version"] or "…" * 8)
    texts["child_tell"] = speak("consent.form_child_tell", channels=", ".join(platforms))
    return texts
