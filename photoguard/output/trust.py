"""What may be trusted in an output: whether it is this user's, and the format of journal lines."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from photoguard.errors import OutputError, WriteError, problem_of
from photoguard.files import (
    PRIVATE,
    SHELVES,
    Seal,
    can_begin,
    open_regular,
    refuse_strange,
    user_key,
)
from photoguard.model import Language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

JOURNAL = "journal.jsonl"
LOCK = "lock"
MARK = "ask-again"
NOTE = "run.json"
_BEGUN = frozenset({LOCK, f"new-{JOURNAL}", MARK, NOTE})
"""Files that may lie in the private folder of a run that was killed before it had a journal."""
_LONGEST_FIRST_LINE = 1 << 24
"""Most bytes read of a journal before it is known whether it is this user's."""


def refuse_foreign(output: Path) -> None:
    """Raise OutputError where an output is not this user's, or cannot be used; change nothing.

    A folder is accepted that is missing, or holds no file under a name of the program.
    """
    private = output / PRIVATE
    refuse_strange(output, private, private / LOCK, private / JOURNAL)
    try:
        if os.path.lexists(private / JOURNAL):
            _refuse_unsigned(output)
        elif output.is_dir() and not can_begin(output, _BEGUN):
            raise OutputError("journal.foreign", name=output.name)
    except OSError as trouble:
        raise OutputError("journal.cannot_use", problem=problem_of(trouble)) from trouble


def count_foreign(output: Path) -> int:
    """Return the number of foreign files and folders in an output that no run has used yet.

    0 for an output with a journal, or one that cannot be listed.
    """
    if os.path.lexists(output / PRIVATE / JOURNAL):
        return 0
    try:
        return sum(path.name not in {PRIVATE, *SHELVES} for path in output.iterdir())
    except OSError:
        return 0


def _refuse_unsigned(output: Path) -> None:
    """Raise OutputError where the first line of a journal was not signed by this user."""
    with open_regular(output / PRIVATE / JOURNAL, follow=False) as readable:
        first = readable.readline(_LONGEST_FIRST_LINE)
    if Seal(own_key()).opened(first.decode("utf-8", "replace").rstrip("\n")) is None:
        raise OutputError("journal.foreign", name=output.name)


def own_key() -> bytes:
    """Return the key with which this user's journals are signed; raises OutputError."""
    try:
        return user_key()
    except (OSError, WriteError) as trouble:
        raise OutputError("journal.no_key", problem=problem_of(trouble)) from trouble


_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("format", "last_number", "number"), (int,)),
    **dict.fromkeys(("language", "source", "prefix", "reserve", "done", "settled"), (str,)),
    **dict.fromkeys(("unwanted", "numbers", "untold", "value"), (dict, type(None))),
    **dict.fromkeys(("id", "deleted", "aside"), (str,)),
    **dict.fromkeys(("prefixes", "fresh"), (list,)),
    "record": (dict, type(None)),
    "session": (dict,),
    "told": (bool,),
}
"""The types that the value of each key of a step may have."""


def refuse_unknown_step(step: Any) -> None:  # noqa: ANN401 - it may be anything
    """Raise ValueError for a step that no version of this program writes."""
    if not isinstance(step, dict):
        raise ValueError(type(step).__name__)  # noqa: TRY004 - all damage is one kind of error
    odd = [key for key, value in step.items() if type(value) not in _KINDS.get(key, (object,))]
    odd += [name for name in step.get("prefixes", ()) if not isinstance(name, str)]
    if odd or step.get("language", "en") not in list(Language) or min(_numbers(step)) < 0:
        raise ValueError(str(odd)[:80])


def _numbers(step: Mapping[str, Any]) -> tuple[int, ...]:
    return step.get("number", 0), step.get("last_number", 0), step.get("format", 0)
