"""photoguard evidence: writes one file that proves a run, or checks copies against it."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent.desk import desk_options, open_desk, settings_of
from photoguard.cli.consent.export import write_new_file
from photoguard.cli.speech import PATH, LocalisedCommand, argument, option, speak
from photoguard.cli.tell import as_json
from photoguard.errors import EXIT_ATTENTION, EXIT_READY, RegisterError, UsageTrouble
from photoguard.files import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.cli.consent.desk import Desk
    from photoguard.proof.chain import Evidence, PhotoLine
    from photoguard.proof.comparing import Comparison
    from photoguard.proof.gathering import Gathered, OutsideFacts, Posted
    from photoguard.register.posts import Post

MOST_LISTED = 50
"""Most lines or files of one kind that are listed individually."""


@click.command("evidence", cls=LocalisedCommand, help="evidence.help")
@argument("folder", type=PATH, metavar="help.folder")
@option("--output", type=PATH, help="evidence.help_output")
@option("--check", "file", type=PATH, help="evidence.help_check")
@option("--end", default="", metavar="DIGEST", help="evidence.help_end")
@option("--partly", is_flag=True, help="evidence.help_partly")
@option("--json", "in_json", is_flag=True, help="help.json")
@desk_options
@click.pass_context
def evidence(ctx: click.Context, /, folder: Path, **asked: Any) -> None:  # noqa: ANN401
    """Write the evidence of a run, or compare a folder of copies with an evidence file."""
    if asked["file"] is None:
        if asked["end"] or asked["partly"]:
            raise UsageTrouble("evidence.only_with_check")
        _write(folder, asked)
    else:
        ctx.exit(_check(folder, asked))


def _write(folder: Path, asked: dict[str, Any]) -> None:
    from photoguard import api
    from photoguard.proof.chain import write
    from photoguard.proof.gathering import gather

    settings_of(asked)
    output = api.output_of(folder)
    if output is None:
        raise UsageTrouble("evidence.no_run", folder=printable(folder.name))
    desk = _desk_of(output, asked)
    gathered = gather(output, _known(desk))
    written = write(gathered.lines)
    file = asked["output"] or Path(f"photoguard-evidence-{written.end[:12]}.jsonl")
    write_new_file(file, written.content, quiet=asked["in_json"])
    if desk:
        _log_evidence(desk, written.end)
    _say_written(file, gathered, written.end, in_json=asked["in_json"])


def _desk_of(output: Path, asked: dict[str, Any]) -> Desk | None:
    """Open the register that the run used; None if it used none.

    Raises UsageTrouble if the settings name another one, which would lack the run's posts.
    """
    from photoguard.output.recall import noted_run

    note = noted_run(output)
    if note is None or not note.register:
        return None
    desk = open_desk(asked)
    if desk.register.snapshot().register != note.register:
        raise UsageTrouble("evidence.other_register", folder=printable(output.name))
    return desk


def _known(desk: Desk | None) -> OutsideFacts:
    from photoguard.output.publishing import RulesOfTheDay
    from photoguard.proof.gathering import OutsideFacts
    from photoguard.register.posts import read_posts

    now = datetime.now(UTC).isoformat(timespec="seconds")
    if desk is None:
        return OutsideFacts(now)
    whole = desk.register.refuse_broken_log()
    posted: dict[str, tuple[Posted, ...]] = defaultdict(tuple)
    for post in read_posts(desk.register):
        for copy, line in _posted(post):
            posted[copy] += (line,)
    return OutsideFacts(
        now,
        desk.register.snapshot().register,
        whole.lines,
        whole.digest,
        posted,
        {login: actor for actor, login in desk.register.logins().items()},
        RulesOfTheDay(desk.register.snapshot(), desk.settings, desk.today),
    )


def _posted(post: Post) -> Iterator[tuple[str, Posted]]:
    from photoguard.proof.gathering import Posted

    for photo in post.photos:
        removed = post.removed_on.isoformat() if post.removed_on else ""
        day = post.published_on.isoformat()
        looked = photo.looked_by, photo.looked_at
        yield photo.output_sha256, Posted(post.id, post.channel, day, removed, *looked)


def _log_evidence(desk: Desk, end: str) -> None:
    """Record in the register's log that the evidence was written, with the digest of its end."""
    from photoguard.register.changes import writing
    from photoguard.register.log import Action

    with writing(desk.register, desk.login) as change:
        change.note(Action.EVIDENCE_WRITTEN, end)


def _say_written(file: Path, gathered: Gathered, end: str, *, in_json: bool) -> None:
    from photoguard.proof.gathering import count_now, count_refused

    counted = count_now(gathered.lines)
    if in_json:
        click.echo(as_json({"file": str(file), "end": end, "photos": counted}))
        return
    for state, count in counted.items():
        code = f"evidence.{state}" if state.startswith("copy_") else f"words.outcome_{state}"
        click.echo(f"  {speak(code)}: {count}")
    if refused := count_refused(gathered.lines):
        click.echo(speak("evidence.refused_since", refused))
    for person, login in gathered.logins.items():
        click.echo(speak("evidence.who", id=person, login=printable(login)))
    click.echo(speak("evidence.keep_end"))
    click.echo(end)


def _check(folder: Path, asked: dict[str, Any]) -> int:
    from photoguard.proof.chain import read
    from photoguard.proof.comparing import compare

    settings_of(asked)
    found = read(asked["file"], asked["end"].strip().lower())
    compared = compare(found, folder)
    missing = () if asked["partly"] else compared.missing
    holds = not (found.fault or missing or compared.held or compared.unknown)
    vouched = _vouched(found.end, asked) if holds else 0
    if asked["in_json"]:
        click.echo(as_json(_json_of(found, compared, holds=holds, vouched=vouched)))
    else:
        _say(found, compared, whole=not asked["partly"])
        click.echo(speak("evidence.holds" if holds else "evidence.holds_not"))
        _say_end(found, asked["end"], vouched, holds=holds)
    return EXIT_READY if holds else EXIT_ATTENTION


def _vouched(end: str, asked: dict[str, Any]) -> int:
    """Return the number of the log line that names this evidence; 0 if there is none.

    A register may not exist any more years later; the evidence file is valid without it.
    """
    from photoguard.register import open_register, unit_of
    from photoguard.register.log import Action

    settings = settings_of(asked)
    try:
        named = asked["unit_name"] or unit_of(settings)
        register = open_register(settings.register, named, read_only=True)
        lines = register.log_lines()
    except RegisterError:
        return 0
    made = (line for line in lines if line.action == Action.EVIDENCE_WRITTEN)
    return next((line.number for line in made if line.subject == end), 0)


def _say(found: Evidence, compared: Comparison, *, whole: bool) -> None:
    if found.fault:
        click.secho(speak(f"evidence.fault_{found.fault}", line=found.at_line), bold=True)
        click.echo(speak("evidence.fault_next"))
    sentences = [speak("evidence.unknown", file=printable(name)) for name in compared.unknown]
    sentences += [
        speak(_held_code(each.line), file=printable(each.file), line=each.line.line)
        for each in compared.held
    ]
    if whole:
        sentences += [
            speak("evidence.missing", line=photo.line, photo=photo.number)
            for photo in compared.missing
        ]
    for line in sentences[:MOST_LISTED]:
        click.echo(line)
    if len(sentences) > MOST_LISTED:
        click.echo(speak("evidence.more", count=len(sentences) - MOST_LISTED))
    click.echo(speak("evidence.proven", count=len(compared.proven)))


def _held_code(line: PhotoLine) -> str:
    return "evidence.held_refused" if line.is_refused_since else "evidence.held"


def _say_end(found: Evidence, kept: str, vouched: int, *, holds: bool) -> None:
    if not holds:
        return
    if kept:
        click.echo(speak("evidence.end_agrees"))
    else:
        click.echo(speak("evidence.compare_end"))
        click.echo(found.end)
    if vouched:
        click.echo(speak("evidence.vouched", line=vouched))


def _json_of(found: Evidence, compared: Comparison, *, holds: bool, vouched: int) -> dict[str, Any]:
    return {
        "holds": holds,
        "end": found.end,
        "fault": found.fault.value if found.fault else None,
        "at_line": found.at_line or None,
        "register_line": vouched or None,
        "proven": [photo.line for photo in compared.proven],
        "missing": [photo.line for photo in compared.missing],
        "held": [{"file": each.file, "line": each.line.line} for each in compared.held],
        "unknown": list(compared.unknown),
    }
