"""photoguard consent: the register of people and their permissions."""

from __future__ import annotations

import click

from photoguard.cli import _consent_class, _consent_corrections
from photoguard.cli.consent import export, importing, marks, people, permissions
from photoguard.cli.speech import LocalisedGroup


@click.group("consent", cls=LocalisedGroup, help="consenthelp.consent", no_args_is_help=True)
def consent() -> None:
    """Hold the commands of the register together."""


for _command in (
    importing.import_table,
    export.template,
    export.form,
    people.add,
    _consent_corrections.change,
    _consent_corrections.guardian,
    permissions.give,
    _consent_class.answers,
    _consent_class.whole_class,
    people.list_people,
    people.show,
    permissions.missing,
    permissions.expiring,
    permissions.withdraw,
    marks.never,
    marks.forget,
    export.export,
    export.show_log,
):
    consent.add_command(_command)
