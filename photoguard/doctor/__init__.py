"""Does everything work on this computer? A line for each thing that must.

::

    for check in examine(Settings()):
        check.status, say(check.code, language, None, **check.parameters)

Nothing is sent anywhere and nothing is left behind: the self-test works on a portrait
that travels in the package, in a temporary folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.doctor.values import Check, Status, broken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from photoguard.settings import Settings

__all__ = ["Check", "Status", "examine", "tell_nobody"]


def tell_nobody(_: str) -> None:
    """Say nothing of what is being looked at."""


def examine(
    settings: Settings,
    *,
    speed: bool = True,
    begin: Callable[[str], None] = tell_nobody,
    config: Path | None = None,
) -> Iterator[Check]:
    """Yield what was found, one thing after the other; ``speed`` measures, and takes longest.

    ``config`` is the settings file that was named in place of the user's own.

    ``begin`` is called with a code before whatever takes more than a moment, so that a
    person sees what the program is doing.
    """
    from photoguard.doctor import computer

    yield from computer.checks(settings, config)
    try:
        from photoguard.doctor import selftest
    except ImportError as trouble:
        yield broken("selftest", "sight.library_missing", problem=str(trouble))
        return
    yield from selftest.checks(settings, speed=speed, begin=begin)
