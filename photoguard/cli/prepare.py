"""photoguard prepare: a folder of photos in, publishable copies out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.speech import (
    PATH,
    TEXT,
    Day,
    LocalisedCommand,
    argument,
    language,
    option,
    settings_of,
    speak,
)
from photoguard.cli.tell import as_json, run_and_say, say_troubles, say_who_else_is_there
from photoguard.errors import NoPhotosError, gravest
from photoguard.model import Cover, Language, OutputFormat, Style, Unit
from photoguard.model.answers import channel_name, channels_in
from photoguard.model.days import refuse_impossible_publication
from photoguard.texts import written_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from click.decorators import FC

    from photoguard.api import Run
    from photoguard.files import Batch
    from photoguard.pipeline import FolderJob, PhotoWorkers, Workers
    from photoguard.pipeline.workers.cluster import ClusterWorkers
    from photoguard.settings import Settings


DAY = Day()


def _choice(choices: type[Any]) -> click.Choice[Any]:
    return click.Choice([choice.value for choice in choices])


_OUTPUT_AND_SETTINGS = (
    option("--output", type=PATH, help="help.output"),
    option("--unit", type=_choice(Unit), help="help.unit"),
    option("--channel", "channels", type=TEXT, multiple=True, help="help.channel"),
    option("--photographer", help="help.photographer"),
    option("--event", help="help.event"),
    option("--people", type=PATH, help="help.people"),
    option("--register", type=TEXT, help="help.register"),
    option("--style", type=_choice(Style), help="help.style"),
    option("--max-side", type=click.IntRange(0, 20000), help="help.max_side"),
    option("--format", type=_choice(OutputFormat), help="help.format"),
    option("--language", type=_choice(Language), help="help.language"),
    option("--cover", type=_choice(Cover), help="help.cover"),
    option("--names/--no-names", default=None, help="help.names"),
    option("--config", type=PATH, help="help.config"),
    option("--jobs", type=click.IntRange(1, 64), help="help.jobs"),
)


def with_settings(command: FC) -> FC:
    """Add the options for the output folder and the settings to a command."""
    for each in reversed(_OUTPUT_AND_SETTINGS):
        command = each(command)
    return command


@click.command(cls=LocalisedCommand, help="help.prepare")
@argument("paths", nargs=-1, type=PATH, metavar="help.paths")
@with_settings
@option("--scheduler", metavar="help.address", help="help.scheduler")
@option("--publish-on", type=DAY, metavar="help.day", help="help.publish_on")
@option(
    "--not-a-name",
    "not_names",
    type=TEXT,
    multiple=True,
    metavar="help.word",
    help="help.not_a_name",
)
@option("--fresh", is_flag=True, help="help.fresh")
@option("--quiet", is_flag=True, help="help.quiet")
@option("--json", "as_json", is_flag=True, help="help.json")
@click.pass_context
def prepare(ctx: click.Context, /, paths: tuple[Path, ...], **asked: Any) -> None:  # noqa: ANN401
    """Prepare folders of photos one after the other; the exit code is the gravest one."""
    quiet = asked["quiet"] or asked["as_json"]
    with _workers(asked) as workers:
        jobs = _jobs(paths, asked, workers)
        if not quiet:
            say_who_else_is_there(job.batch for job in jobs)
        runs = [run_and_say(job, workers, quiet=quiet) for job in jobs]
    if asked["as_json"]:
        click.echo(_as_json(runs))
    elif quiet:
        say_troubles(runs)
    ctx.exit(gravest({run.exit_code for run in runs}))


def _workers(asked: dict[str, Any]) -> Workers | ClusterWorkers:
    """Return the workers for the photos: local processes, or a cluster if one is named."""
    from photoguard.pipeline import Workers, default_jobs

    if asked["scheduler"] is None:
        return Workers(asked["jobs"] or default_jobs())
    from photoguard.pipeline.workers.cluster import ClusterWorkers

    return ClusterWorkers(asked["scheduler"])


def _jobs(paths: tuple[Path, ...], asked: dict[str, Any], workers: PhotoWorkers) -> list[FolderJob]:
    """Return a job for each folder; everything is checked before anything is written."""
    from photoguard.files import gather
    from photoguard.output.trust import refuse_foreign
    from photoguard.wordlists import remember_not_names

    if not paths:
        raise NoPhotosError("cli.no_folder")
    if asked["not_names"]:
        remember_not_names(asked["not_names"])
    batches = gather(paths, asked["output"])
    for batch in batches:
        refuse_foreign(batch.output)
    return [_job(batch, asked, workers) for batch in batches]


def _job(batch: Batch, asked: dict[str, Any], workers: PhotoWorkers) -> FolderJob:
    from photoguard.api import get_ready, job_of

    settings = settings_asked(batch, asked)
    get_ready(workers, batch, settings)
    return job_of(batch, settings, asked["people"], fresh=asked["fresh"])


_ENUMS = {"unit": Unit, "style": Style, "format": OutputFormat, "cover": Cover}


def settings_asked(batch: Batch, asked: dict[str, Any], *, tells: bool = True) -> Settings:
    """Return the settings of a batch, with options overriding files; switches to their language.

    Options without effect are printed if ``tells`` is set.
    """
    flags = {name: kind(asked[name]) for name, kind in _ENUMS.items() if asked[name]}
    for name in ("photographer", "event", "max_side", "names", "register"):
        if asked[name] is not None:
            flags[name] = asked[name]
    if asked["channels"]:
        flags["channels"] = asked["channels"]
    if asked["language"]:
        flags["language"] = Language(asked["language"])
    settings = settings_of(flags, asked["config"], batch.beside)
    if tells:
        _say_overruled(flags, settings)
    return replace(settings, publish_on=_publish_on(asked.get("publish_on")))


def _say_overruled(flags: Mapping[str, Any], settings: Settings) -> None:
    """Print the options that have no effect because the city's profile locks their setting."""
    from photoguard.settings.load import city_profile

    held = [key for key in city_profile().locked if key in flags]
    lost = [_option_of(key) for key in held if _is_overruled(key, flags, settings)]
    if lost:
        click.secho(speak("cli.overruled", options=", ".join(lost)), err=True, bold=True)


def _option_of(key: str) -> str:
    return "--channel" if key == "channels" else f"--{key.replace('_', '-')}"


def _is_overruled(key: str, flags: Mapping[str, Any], settings: Settings) -> bool:
    """Tell whether a run has another value of a setting than the asked one."""
    held = getattr(settings, key)
    if key != "channels":
        return bool(held != flags[key])
    named = {channel_name(word) for text in flags[key] for word in channels_in(text)}
    return named != set(map(channel_name, held))


def _publish_on(asked: datetime | None) -> date | None:
    """Return the day of publication; raises UsageTrouble for a past day, or one in years."""
    day, today = asked.date() if asked else None, date.today()  # noqa: DTZ011 - a calendar day, here
    refuse_impossible_publication(day, today, partial(written_day, language=language()))
    return day


def _as_json(runs: list[Run]) -> str:
    folders = [
        {"output": str(run.output), "exit_code": run.exit_code, "manifest": run.manifest}
        for run in runs
    ]
    code = gravest({run.exit_code for run in runs})
    return as_json({"exit_code": code, "folders": folders})
