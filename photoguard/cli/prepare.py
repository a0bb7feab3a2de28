"""photoguard prepare: a folder of photos in, publishable copies out."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from photoguard import policy
from photoguard.cli.speech import LocalisedCommand, argument, language, option, use
from photoguard.cli.tell import Teller, say_result
from photoguard.errors import NoPhotosError, gravest
from photoguard.model import Cover, Language, OutputFormat, Style, Unit
from photoguard.notes import find_notes, read_notes
from photoguard.settings import Settings
from photoguard.settings.load import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from photoguard.files import Batch
    from photoguard.model import PhotoNotes, Reason
    from photoguard.pipeline import FolderJob, FolderResult, Workers

PATH = click.Path(path_type=Path)


DAY = click.DateTime(["%Y-%m-%d", "%d.%m.%Y"])


def _choice(choices: type[Any]) -> click.Choice[Any]:
    return click.Choice([choice.value for choice in choices])


@click.command(cls=LocalisedCommand, help="help.prepare")
@argument("paths", nargs=-1, type=PATH, metavar="help.paths")
@option("--output", type=PATH, help="help.output")
@option("--unit", type=_choice(Unit), help="help.unit")
@option("--channel", "channels", multiple=True, help="help.channel")
@option("--publish-on", type=DAY, metavar="help.day", help="help.publish_on")
@option("--photographer", help="help.photographer")
@option("--event", help="help.event")
@option("--people", type=PATH, help="help.people")
@option("--register", help="help.register")
@option("--style", type=_choice(Style), help="help.style")
@option("--max-side", type=click.IntRange(0, 20000), help="help.max_side")
@option("--format", type=_choice(OutputFormat), help="help.format")
@option("--language", type=_choice(Language), help="help.language")
@option("--cover", type=_choice(Cover), help="help.cover")
@option("--names/--no-names", default=None, help="help.names")
@option("--config", type=PATH, help="help.config")
@option("--jobs", type=click.IntRange(1, 64), help="help.jobs")
@option("--fresh", is_flag=True, help="help.fresh")
@option("--quiet", is_flag=True, help="help.quiet")
@option("--json", "as_json", is_flag=True, help="help.json")
@click.pass_context
def prepare(ctx: click.Context, /, paths: tuple[Path, ...], **asked: Any) -> None:  # noqa: ANN401
    """Prepare folders of photos one after the other and end with the gravest code."""
    from photoguard.pipeline import Workers, default_jobs

    jobs = _jobs(paths, asked)
    quiet = asked["quiet"] or asked["as_json"]
    with ExitStack() as stack:
        workers = stack.enter_context(Workers(asked["jobs"] or default_jobs()))
        results = [_prepare_one(job, workers, quiet=quiet) for job in jobs]
    if asked["as_json"]:
        click.echo(_as_json(results))
    ctx.exit(gravest({result.exit_code for result in results}))


def _jobs(paths: tuple[Path, ...], asked: dict[str, Any]) -> list[FolderJob]:
    """Check everything that was given before anything is written."""
    from photoguard.files import gather

    if not paths:
        raise NoPhotosError("cli.no_folder")
    return [_job(batch, asked) for batch in gather(paths, asked["output"])]


def _job(batch: Batch, asked: dict[str, Any]) -> FolderJob:
    from photoguard.pipeline import FolderJob, RunSpec

    settings = _settings(batch, asked)
    policy.channels_for(settings.channels, settings.unit)
    notes, notices = _notes(batch, asked["people"])
    return FolderJob(
        batch=batch,
        spec=RunSpec(settings, _register(settings)),
        notes=notes,
        notices=notices,
        fresh=asked["fresh"],
    )


def _notes(batch: Batch, given: Path | None) -> tuple[Mapping[str, PhotoNotes], tuple[Reason, ...]]:
    """Return what staff wrote of each photo, and what of it met no photo."""
    path = given or find_notes(batch.root)
    if path is None:
        return {}, ()
    return read_notes(path).assign(source.name for source in batch.photos)


def _register(settings: Settings) -> Any:  # noqa: ANN401
    """Return the persons and permissions of the register, or None where there is none.

    A register that is named but cannot be read stops the run before any output.
    """
    from photoguard.consent import open_register
    from photoguard.consent.places import default_register

    named = settings.register
    if not named and not default_register().is_file():
        return None
    return open_register(named or str(default_register()), read_only=True).snapshot()


_ENUMS = {"unit": Unit, "style": Style, "format": OutputFormat, "cover": Cover}


def _settings(batch: Batch, asked: dict[str, Any]) -> Settings:
    """Lay the command line over the files; the spoken language is the run's."""
    flags = {name: kind(asked[name]) for name, kind in _ENUMS.items() if asked[name]}
    for name in ("photographer", "event", "max_side", "names", "register"):
        if asked[name] is not None:
            flags[name] = asked[name]
    if asked["channels"]:
        flags["channels"] = asked["channels"]
    if asked["language"]:
        flags["language"] = Language(asked["language"])
    beside = None if batch.loose else batch.root
    settings = load(Settings(language=language()), flags, asked["config"], beside)
    use(settings.language)
    day: datetime | None = asked["publish_on"]
    return replace(settings, publish_on=day.date() if day else None)


def _prepare_one(job: FolderJob, workers: Workers, *, quiet: bool) -> FolderResult:
    from photoguard import report
    from photoguard.pipeline import prepare_folder

    batch = job.batch
    with Teller(batch.root.name, len(batch.photos), quiet=quiet) as tell:
        result = prepare_folder(job, workers, tell)
    page = report.write(result.output, result.manifest, job.spec.settings.language)
    if not quiet:
        say_result(result, page)
    return result


def _as_json(results: list[FolderResult]) -> str:
    folders = [
        {
            "output": str(result.output),
            "exit_code": result.exit_code,
            "manifest": result.manifest,
        }
        for result in results
    ]
    code = gravest({result.exit_code for result in results})
    return json.dumps({"exit_code": code, "folders": folders}, ensure_ascii=False, indent=2)
