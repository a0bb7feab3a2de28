"""Shows what the columns of an office's table mean and do, asks about doubts, and confirms it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent.desk import agreed, channel_text
from photoguard.cli.speech import speak
from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import Answer
from photoguard.texts import listed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from photoguard.register.importing.mapping import Mapping, PermissionColumn
    from photoguard.register.importing.preview import Effect
    from photoguard.register.importing.proposal import Doubt
    from photoguard.register.importing.rows import Fault
    from photoguard.register.importing.table import Table

_GIVERS = ("self", "guardians", "guardian-1", "guardian-2", "each")
"""Possible givers of a column's permissions, in the order of the dialog."""

UNREAD = "0"
"""The choice that leaves a column unread."""

MOST_ROWS = 10
"""Most rows named for one column."""

LONGEST = 40
"""Most characters shown of a cell."""


def confirmed_mapping(file: Path, table: Table, asked: dict[str, Any]) -> Mapping:
    """Return the mapping that a person confirmed now, or earlier when used with ``--yes``."""
    from photoguard.register.importing import mapping as mappings
    from photoguard.register.importing.fitting import unfit
    from photoguard.register.importing.proposal import doubts, outdated, propose
    from photoguard.register.importing.remarks import headings_with_remarks

    kept = asked["mapping"] or mappings.kept_place(table.headings)
    is_known = asked["mapping"] is not None or kept.is_file()
    if asked["yes"] and not is_known:
        raise UsageTrouble("consent.mapping_unconfirmed", file=file.name)
    mapping = mappings.read(kept) if is_known else propose(table.headings)
    given = {"purpose": asked["purpose"], "information_version": asked["information"]}
    mapping = replace(mapping, **{name: text for name, text in given.items() if text})
    refuse_faults(unfit(table, mapping), file)
    older = outdated(mapping)
    if asked["yes"]:
        for column in older:
            raise _older(column, file)
        _say_left(table, mapping)
        return mapping
    for column in older:
        mapping = _asked_again(column, table, mapping)
    for doubt in doubts(table.headings, mapping, headings_with_remarks(table)):
        if doubt.denies or not is_known:
            mapping = _answered(doubt, table, mapping)
    mapping = _with_noes(table, mapping)
    return _confirmed(file, table, replace(mapping, rules=mappings.RULES))


def _older(column: PermissionColumn, file: Path) -> UsageTrouble:
    """Return the error for ``--yes`` with a column that was confirmed under older rules."""
    from photoguard.register.importing.proposal import is_of_one_guardian

    of_one = is_of_one_guardian(column)
    code = "consent.mapping_older" if of_one else "consent.mapping_hidden_face"
    return UsageTrouble(code, file=file.name, heading=printable(column.column))


def _asked_again(column: PermissionColumn, table: Table, mapping: Mapping) -> Mapping:
    """Ask whose answers a column holds; return the mapping with only that changed."""
    from photoguard.register.importing.proposal import Doubt

    others = tuple(each for each in mapping.permissions if each is not column)
    answered = _answered(Doubt(column.column), table, replace(mapping, permissions=others))
    permissions = tuple(
        replace(column, whose=each.whose) if each.column == column.column else each
        for each in answered.permissions
    )
    return replace(answered, permissions=permissions)


def _with_noes(table: Table, mapping: Mapping) -> Mapping:
    """Ask for each heading that is a negation what "no" in its cells means; there is no default."""
    from photoguard.register.importing.mapping import FORBIDS, PERMITS
    from photoguard.register.importing.remarks import double_negatives

    for heading, row, place in tuple(double_negatives(table, mapping)):
        cell = printable(row.cells[place][:LONGEST])
        click.echo()
        code, name = "consent.double_no", printable(heading)
        click.secho(speak(code, None, heading=name, row=row.number, value=cell), bold=True)
        click.echo(f"  1  {speak('consent.double_no_forbids')}")
        click.echo(f"  2  {speak('consent.double_no_permits')}")
        does = FORBIDS if _number(2, None, lowest=1) == 1 else PERMITS
        mapping = replace(mapping, noes={**mapping.noes, heading: does})
    return mapping


def refuse_faults(faults: Iterable[Fault], file: Path) -> None:
    """Print every fault with its place and remedy, and exit with code 2; nothing without faults."""
    found = tuple(faults)
    for fault in found:
        place = speak("consent.fault_place", row=fault.row, column=fault.column)
        click.echo(f"{place}: {_fault_text(fault)} {_fault_text(fault, '.remedy')}", err=True)
    if found:
        raise UsageTrouble("consent.import_faulty", number=len(found), file=file.name)


def _fault_text(fault: Fault, part: str = "") -> str:
    parameters = {
        key: printable(value) if isinstance(value, str) else value
        for key, value in fault.parameters.items()
    }
    return speak(f"{fault.code}{part}", None, **parameters)


def _answered(doubt: Doubt, table: Table, mapping: Mapping) -> Mapping:
    """Ask what a heading means; return the mapping with the answer."""
    from photoguard.register.importing.mapping import NEVER, Whose

    choices = ([NEVER] if doubt.denies else []) + list(_GIVERS)
    _say_doubt(doubt, table, mapping, choices)
    default = None if doubt.denies else UNREAD
    chosen = _number(len(choices), "1" if doubt.protects else default)
    if chosen == 0:
        return replace(mapping, unread=(*mapping.unread, doubt.heading))
    if choices[chosen - 1] == NEVER:
        return replace(mapping, columns={**mapping.columns, doubt.heading: NEVER})
    column = doubt.answered(Whose(choices[chosen - 1]))
    return replace(mapping, permissions=(*mapping.permissions, column))


def _say_doubt(doubt: Doubt, table: Table, mapping: Mapping, choices: list[str]) -> None:
    """Print a doubtful heading with its first cells and its possible meanings."""
    from photoguard.register.importing.preview import effects

    code = "consent.column_denies" if doubt.denies else "consent.column_doubtful"
    if doubt.protects:
        code = "consent.column_protects"
    click.echo()
    if doubt.remarks:
        click.secho(_remarks_text(table, doubt.heading), bold=True)
    else:
        click.secho(speak(code, heading=printable(doubt.heading)), bold=True)
    click.echo(f"    {_effects_text(effects(table, mapping, doubt.heading))}")
    meaning = "consent.choice_ban" if doubt.denies else "consent.choice_permission"
    for number, name in enumerate(choices, start=1):
        known = name in _GIVERS
        choice = speak(meaning, whose=_whose(name)) if known else speak("consent.choice_never")
        click.echo(f"  {number}  {choice}")
    click.echo(f"  {UNREAD}  {speak('consent.choice_unread')}")


def _remarks_text(table: Table, heading: str) -> str:
    """Return the rows below a heading whose text may be a prohibition, as a sentence."""
    from photoguard.register.importing.remarks import forbidding_rows

    rows = forbidding_rows(table, heading)
    named = listed(rows, MOST_ROWS)
    return speak("consent.column_remarks", None, heading=printable(heading), rows=named)


def _number(highest: int, default: str | None, lowest: int = 0) -> int:
    """Ask until one of the numbers is typed; Enter takes the default, if there is one."""
    while True:
        typed = click.prompt(
            speak("consent.choice_question"), default=default or "", show_default=bool(default)
        )
        text = str(typed).strip()
        if text.isdecimal() and lowest <= int(text) <= highest:
            return int(text)
        click.echo(speak("consent.choice_wrong", lowest=lowest, highest=highest))


def _confirmed(file: Path, table: Table, mapping: Mapping) -> Mapping:
    """Show the mapping and ask for confirmation; if refused, save a copy for correction."""
    from photoguard.register.importing import mapping as mappings

    _say_mapping(table, mapping)
    if any(not mapping.purpose_of(each) for each in mapping.permissions):
        click.echo(speak("consent.purpose_needed"))
        typed = click.prompt(speak("consent.purpose_question"), default="", show_default=False)
        mapping = replace(mapping, purpose=str(typed).strip())
    if agreed("consent.mapping_question"):
        return mapping
    draft = file.with_name(f"{file.stem}.mapping.toml")
    draft.write_text(mappings.written(mapping), "utf-8")
    raise UsageTrouble("consent.mapping_refused", file=str(draft))


def _say_mapping(table: Table, mapping: Mapping) -> None:
    """Print the meaning of each column, and its effect on three rows."""
    from photoguard.register.importing.preview import effects

    click.echo()
    click.secho(speak("consent.mapping_heading"), bold=True)
    meanings = [(name, speak(f"consent.field_{field}")) for name, field in mapping.columns.items()]
    meanings += [(each.column, _meaning(each)) for each in mapping.permissions]
    for heading, meaning in meanings:
        found = effects(table, mapping, heading)
        if found:
            click.echo(f"  {printable(heading)}: {meaning}")
            click.echo(f"      {_effects_text(found)}")
    _say_left(table, mapping)


def _say_left(table: Table, mapping: Mapping) -> None:
    """Print the columns that are not read, and those of the mapping that the table lacks."""
    from photoguard.register.importing.fitting import absent
    from photoguard.register.importing.remarks import headings_with_remarks
    from photoguard.register.importing.table import unmapped

    for code, names in (
        ("consent.mapping_left", unmapped(table, mapping)),
        ("consent.mapping_absent", absent(table, mapping)),
    ):
        if names:
            click.echo(speak(code, columns=", ".join(map(printable, names))))
    left = [name for name in headings_with_remarks(table) if name in unmapped(table, mapping)]
    for heading in left:
        click.secho(_remarks_text(table, heading), bold=True)


def _effects_text(found: tuple[Effect, ...]) -> str:
    return " · ".join(
        f"{speak('consent.row', row=effect.row)}: {printable(effect.cell[:LONGEST]) or '–'}"
        f"{_effect_text(effect)}"
        for effect in found
    )


def _effect_text(effect: Effect) -> str:
    """Return the effect of a cell; "" if it is only stored."""
    if effect.fault:
        return f" → {_fault_text(effect.fault)}"
    parts = [speak("consent.effect_never")] if effect.never else []
    parts += map(printable, effect.names)
    for each in effect.answers:
        name = effect.guardians[each.giver - 1] if each.giver else ""
        giver = printable(name) or _whose(f"guardian-{each.giver}" if each.giver else "self")
        if each.answer:
            parts.append(f"{giver}: {speak(f'consent.answer_{each.answer}')}")
        elif each.lifted:
            parts.append(f"{giver}: {speak('consent.effect_lifted')}")
    if effect.permits and not parts:
        parts.append(speak("consent.effect_none"))
    return f" → {', '.join(parts)}" if parts else ""


def _meaning(column: PermissionColumn) -> str:
    """Return what a column means, in words."""
    code = "consent.meaning_gives" if column.gives is Answer.YES else "consent.meaning_forbids"
    return speak(
        code,
        kind=speak(f"consent.permission_{column.kind.replace('-', '_')}"),
        channels=", ".join(map(channel_text, column.channels)) or speak("consent.no_channel"),
        whose=_whose(column.whose),
    )


def _whose(name: str) -> str:
    """Return the giver in words; guardians beyond the second have a number only."""
    if name in _GIVERS:
        return speak(f"consent.whose_{name.replace('-', '_')}")
    return speak("consent.whose_numbered", number=name.removeprefix("guardian-"))
