"""photoguard review: the page in the browser on which a person reviews prepared photos."""

from __future__ import annotations

import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent.desk import login_name
from photoguard.cli.speech import PATH, LocalisedCommand, argument, option, settings_of, speak
from photoguard.errors import OutputError, UsageTrouble
from photoguard.files import REPORT, printable
from photoguard.model import Language

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.review.server import ReviewServer


@click.command(cls=LocalisedCommand, help="review.help")
@argument("folder", type=PATH, metavar="review.help_folder")
@option("--no-open", is_flag=True, help="review.help_no_open")
@option("--register", help="help.register")
@option("--language", type=click.Choice([each.value for each in Language]), help="help.language")
@option("--config", type=PATH, help="help.config")
def review(folder: Path, **asked: Any) -> None:  # noqa: ANN401
    """Serve the page until it is closed or has been idle for half an hour."""
    from photoguard.api import output_of

    output = output_of(folder)
    if output is None:
        raise UsageTrouble("review.no_output", folder=printable(str(folder)))
    flags: dict[str, Any] = {}
    if asked["language"]:
        flags["language"] = Language(asked["language"])
    if asked["register"] is not None:
        flags["register"] = asked["register"]
    serve_page(output, flags, asked["config"], opens=not asked["no_open"])


def serve_page(output: Path, flags: dict[str, Any], config: Path | None, *, opens: bool) -> None:
    """Serve the page of one output folder; ``flags`` override the settings of its last run."""
    from photoguard.api import last_job, register_of
    from photoguard.output.recall import is_marked
    from photoguard.pipeline import Workers
    from photoguard.register import open_register, unit_of
    from photoguard.review.desk import ReviewDesk
    from photoguard.review.outside import Outside
    from photoguard.review.server import ReviewServer

    job = last_job(output, lambda given, beside: settings_of({**given, **flags}, config, beside))
    settings = job.spec.settings
    outside = Outside(
        read=lambda: register_of(settings),
        open=lambda *, read_only: open_register(
            settings.register, unit_of(settings), read_only=read_only
        ),
        channels=lambda names: (
            settings_of({**flags, "unit": settings.unit, "channels": names}, config, None).channels
        ),
    )
    with Workers(1) as workers:
        with ReviewDesk(job, workers, login_name(), outside) as desk:
            _serve(ReviewServer(desk), opens=opens)
            unmade = desk.unmade
            click.echo(speak("review.unmade", unmade) if unmade else speak("review.ending"))
        click.echo(speak("cli.report", report=printable(str(output / REPORT))))
        if is_marked(output):  # a word was taken back while the page let go of the folder
            with suppress(OutputError), ReviewDesk(job, workers, login_name(), outside):
                pass  # whoever else has the folder by now looks for the mark


def _serve(server: ReviewServer, *, opens: bool) -> None:
    """Print the page's address, open it if wanted, and serve until it is closed."""
    click.echo(speak("review.opened", link=server.link))
    if opens:
        webbrowser.open(server.link)
    server.serve()
