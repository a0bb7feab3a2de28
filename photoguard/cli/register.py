"""photoguard register: commands for IT to set up and protect a city's register on a server."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent.desk import desk_options, say_table, settings_of
from photoguard.cli.speech import LocalisedGroup, argument, option, speak
from photoguard.cli.tell import as_json
from photoguard.errors import EXIT_READY, EXIT_SETUP, UsageTrouble
from photoguard.files import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from photoguard.register.server import Binding, Finding, Owner


@click.group("register", cls=LocalisedGroup, help="register.help", no_args_is_help=True)
def register() -> None:
    """Group of the commands for the register's owner; does nothing itself."""


def _script(statements: Iterable[str]) -> str:
    """Return the statements as one SQL script in a transaction."""
    lines = [" ".join(statement.split()) for statement in statements]
    return "\n".join(["BEGIN;", *[f"{statement};" for statement in lines], "COMMIT;"])


def _unit_names(names: Iterable[str], asked: dict[str, Any]) -> tuple[str, ...]:
    """Return the units of the command line with normalised blanks and without duplicates."""
    from photoguard.register.checks import checked_text

    given = [*names, *([asked["unit_name"]] if asked["unit_name"] else [])]
    return tuple(dict.fromkeys(name for each in given if (name := checked_text(each))))


@register.command("init", help="register.help_init")
@argument("units", nargs=-1)
@option("--sql", "only_sql", is_flag=True, help="register.help_sql")
@desk_options
def init(units: tuple[str, ...], **asked: Any) -> None:  # noqa: ANN401
    """Create the tables or migrate them, and create the units named."""
    from photoguard.register import server

    names = _unit_names(units, asked)
    address = settings_of(asked).register
    if asked["only_sql"]:
        making = server.making(_found_version(address))
        adding = [line for name in names for line in server.adding_unit(name)]
        click.echo(_script([*making, *adding]))
        return
    with server.owning(address) as owner:
        owner.make()
        owner.refuse_others()
        new = _add_units(owner, names)
        bindings = owner.bindings()
    click.echo(speak("register.made", register=printable(owner.place)))
    _say_new_units(new)
    if not any(each.role for each in bindings):
        click.echo(speak("register.nobody_bound"))


def _found_version(address: str) -> int:
    """Return the schema version of the server's register; 0 if the address is not on a server."""
    from photoguard.register import server

    if not server.is_server(address):
        return 0
    with server.owning(address) as owner:
        return owner.version()


def _add_units(owner: Owner, names: tuple[str, ...]) -> list[str]:
    """Create the units that do not exist yet; return their names."""
    from photoguard.register import server

    known = owner.units()
    new = [name for name in names if name not in known]
    for name in new:
        owner.run(server.adding_unit(name))
    return new


def _say_new_units(names: list[str]) -> None:
    for name in names:
        click.echo(speak("register.unit_made", unit=printable(name)))


@register.command("grant", help="register.help_grant")
@argument("role")
@argument("units", nargs=-1)
@option("--new-login", is_flag=True, help="register.help_new_login")
@option("--new-unit", is_flag=True, help="register.help_new_unit")
@option("--sees-logins", is_flag=True, help="register.help_sees_logins")
@option("--revoke", is_flag=True, help="register.help_revoke")
@option("--sql", "only_sql", is_flag=True, help="register.help_sql")
@desk_options
def grant(role: str, units: tuple[str, ...], **asked: Any) -> None:  # noqa: ANN401
    """Give a login, or a role with members, access to units, or take it away."""
    from photoguard.register import server

    names = _unit_names(units, asked)
    if not names:
        raise UsageTrouble("register.which_unit")
    wanted = [server.Binding(name, role, asked["sees_logins"]) for name in names]
    address = settings_of(asked).register
    if asked["only_sql"]:
        click.echo(_script(_granting(None, wanted, asked)))
        return
    with server.owning(address) as owner:
        owner.refuse_others()
        _refuse_unknown(owner, role, asked)
        owner.run(_granting(owner, wanted, asked))
    code = "register.revoked" if asked["revoke"] else "register.granted"
    for name in names:
        click.echo(speak(code, role=printable(role), unit=printable(name)))
    if asked["new_login"]:
        click.echo(speak("register.set_password", role=printable(role)))


def _granting(owner: Owner | None, wanted: list[Binding], asked: dict[str, Any]) -> list[str]:
    """Return the SQL statements; without a connection those for an ordinary login in ``public``."""
    from photoguard.register import server

    place = owner.schema_name() if owner else "public"
    if asked["revoke"]:
        return [line for each in wanted for line in server.unbinding(each, place)]
    names = [each.unit for each in wanted]
    new = _new_units(owner, names, asked) if owner else names if asked["new_unit"] else []
    role = wanted[0].role
    has_all = owner is not None and owner.is_itself(role)
    return [
        *(server.making_login(role) if asked["new_login"] else ()),
        *(() if has_all else server.giving_rights(role, place)),
        *(line for name in new for line in server.adding_unit(name)),
        *(line for each in wanted for line in server.binding(each, place)),
    ]


def _new_units(owner: Owner, names: list[str], asked: dict[str, Any]) -> list[str]:
    """Return the units to create; raises UsageTrouble unless their creation was asked for."""
    known = owner.units()
    new = [name for name in names if name not in known]
    if new and not asked["new_unit"]:
        listed = ", ".join(printable(name) for name in known) or "–"
        raise UsageTrouble("register.unit_unknown", unit=printable(new[0]), units=listed)
    return new


def _refuse_unknown(owner: Owner, role: str, asked: dict[str, Any]) -> None:
    """Raise UsageTrouble for a role that does not exist, or a new one that does."""
    if asked["revoke"]:
        return
    known = owner.knows_role(role)
    if not known and not asked["new_login"]:
        raise UsageTrouble("register.role_unknown", role=printable(role))
    if known and asked["new_login"]:
        raise UsageTrouble("register.role_known", role=printable(role))


@register.command("units", help="register.help_units")
@option("--add", "new", multiple=True, help="register.help_add_unit")
@option("--sql", "only_sql", is_flag=True, help="register.help_sql")
@option("--json", "in_json", is_flag=True, help="help.json")
@desk_options
def units(new: tuple[str, ...], **asked: Any) -> None:  # noqa: ANN401
    """List the units and the logins with access; create new units."""
    from photoguard.register import server

    names = _unit_names(new, {"unit_name": None})
    if asked["only_sql"]:
        settings_of(asked)
        adding = [line for name in names for line in server.adding_unit(name)]
        click.echo(_script(adding) if adding else f"{server.LIST_BINDINGS};")
        return
    with server.owning(settings_of(asked).register) as owner:
        owner.refuse_others()
        made = _add_units(owner, names)
        found = owner.bindings()
    if asked["in_json"]:
        click.echo(as_json({"made": made, "units": [asdict(each) for each in found]}))
        return
    _say_new_units(made)
    if not found:
        click.echo(speak("register.no_units"))
        return
    say_table(("unit", "role_name", "sees_logins"), [_row(each) for each in found])


def _row(found: Binding) -> tuple[str, str, str]:
    sees = speak("consent.answer_yes") if found.sees_logins else ""
    return printable(found.unit), printable(found.role) or "–", sees


@register.command("check", help="register.help_check")
@option("--sql", "only_sql", is_flag=True, help="register.help_sql")
@option("--json", "in_json", is_flag=True, help="help.json")
@desk_options
@click.pass_context
def check(ctx: click.Context, /, **asked: Any) -> None:  # noqa: ANN401
    """Print faults of the register's protection; exit code 3 if there are any."""
    from photoguard.register import server

    settings = settings_of(asked)
    if asked["only_sql"]:
        for code, query in server.CHECKS.items():
            click.echo(f"-- {speak(code, None, name='…')}\n{' '.join(query.split())};")
        return
    with server.owning(settings.register) as owner:
        owner.refuse_others()
        found = owner.findings()
        known = owner.bindings()
    if asked["in_json"]:
        units = sorted({each.unit for each in known})
        click.echo(as_json({"findings": [asdict(each) for each in found], "units": units}))
        ctx.exit(EXIT_SETUP if found else EXIT_READY)
    for each in found:
        _say_finding(each)
    if found:
        ctx.exit(EXIT_SETUP)
    count = len({each.unit for each in known})
    click.echo(speak("register.all_well", count))


def _say_finding(found: Finding) -> None:
    click.secho(speak(found.code, None, name=printable(found.name)), bold=True)
    click.echo(f"  → {speak(f'{found.code}.remedy', None, name=printable(found.name))}")


@register.command("backup-note", help="register.help_backup_note")
@option("--sql", "only_sql", is_flag=True, help="register.help_sql")
@desk_options
def backup_note(**asked: Any) -> None:  # noqa: ANN401
    """Print how to make a backup that includes the children's data, and how to test it."""
    from photoguard.register import server

    settings = settings_of(asked)
    if asked["only_sql"]:
        click.echo(_script(server.BACKUP))
        return
    place = _where(settings.register)
    sql = "\n".join(f"    {statement};" for statement in server.BACKUP)
    click.echo(speak("register.backup_note", None, **place, role=server.BACKUP_ROLE, sql=sql))


def _where(address: str) -> dict[str, str | int]:
    """Return host and database of the address as parameters, placeholders if missing."""
    from photoguard.register.engine import locate

    url = locate(address)
    if url.get_backend_name() == "sqlite":
        return {"host": "SERVER", "database": "photoguard"}
    return {"host": url.host or "localhost", "database": url.database or "photoguard"}
