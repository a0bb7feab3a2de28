"""photoguard consent: the register of people and their permissions."""

from __future__ import annotations

import click

from photoguard.cli.consent import (
    classes,
    corrections,
    export,
    forms,
    importing,
    marks,
    people,
    permissions,
)
from photoguard.cli.speech import LocalisedGroup


@click.group("consent", cls=LocalisedGroup, help="consenthelp.consent", no_args_is_help=True)
def consent() -> None:
    """Group of the register's commands; does nothing itself."""


for _command in (
    importing.import_table,
    export.template,
    forms.form,
    people.add,
    corrections.change,
    corrections.guardian,
    permissions.give,
    classes.answers,
    classes.whole_class,
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
