"""Checks whether everything works on this computer.

::

    for check in examine(Settings()):
        check.status, say(check.code, language, None, **check.parameters)

Nothing is sent anywhere and no file is left behind: the self-test uses a portrait that is
part of the package, in a temporary folder.
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
    """Do nothing; the default for ``begin``."""


def examine(
    settings: Settings,
    *,
    speed: bool = True,
    begin: Callable[[str], None] = tell_nobody,
    config: Path | None = None,
) -> Iterator[Check]:
    """Yield the result of each check; ``speed`` includes a measurement, the slowest of them.

    ``config`` is a settings file to use instead of the user's own.

    ``begin`` is called with a code before each check that takes more than a moment, so that
    the program can show what it is doing.
    """
    from photoguard.doctor import computer

    yield from computer.checks(settings, config)
    try:
        from photoguard.doctor import selftest
    except ImportError as trouble:
        yield broken("selftest", "sight.library_missing", problem=str(trouble))
        return
    yield from selftest.checks(settings, speed=speed, begin=begin)
