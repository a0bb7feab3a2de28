"""photoguard consent: the register of people and their permissions."""

from __future__ import annotations

import click

from photoguard.cli import (
    _consent_export,
    _consent_import,
    _consent_marks,
    _consent_people,
    _consent_tables,
    _consent_words,
)
from photoguard.cli.speech import LocalisedGroup


@click.group("consent", cls=LocalisedGroup, help="consenthelp.consent", no_args_is_help=True)
def consent() -> None:
    """Hold the commands of the register together."""


for _command in (
    _consent_import.import_table,
    _consent_tables.template,
    _consent_export.form,
    _consent_people.add,
    _consent_marks.guardian,
    _consent_words.give,
    _consent_people.list_people,
    _consent_people.show,
    _consent_words.missing,
    _consent_words.expiring,
    _consent_words.withdraw,
    _consent_marks.never,
    _consent_marks.forget,
    _consent_export.export,
    _consent_export.show_log,
):
    consent.add_command(_command)
