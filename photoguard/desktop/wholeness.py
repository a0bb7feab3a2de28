"""Recognises incomplete drops: Windows passes dropped names on a command line of limited length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_LINE = 8191
"""Most characters of a command line in cmd.exe; the rest is cut off.

learn.microsoft.com, "Command prompt (Cmd.exe) command-line string limitation".
"""
LONGEST_START = 32767
"""Most characters of the command line of any Windows program.

learn.microsoft.com, "CreateProcessW function": lpCommandLine, with the NUL at its end.
"""
LINE_VARIABLE = "PHOTOGUARD_LINE"
"""Environment variable in which the batch script passes its own command line."""
_SLACK = 11
_STARTED_BY_EXPLORER = re.compile(r'.*?/c\s*"(?P<line>.*)"\s*', re.IGNORECASE | re.DOTALL)
_QUOTES_AND_BLANK = 3


def is_cut(line: str) -> bool:
    """Return whether a line of cmd.exe is so long that its end may be missing."""
    return len(line) > LONGEST_LINE - _SLACK


def is_split(line: str) -> bool:
    """Return whether Explorer's command line has an ampersand outside quotes.

    cmd.exe ends the command there, so that the names after it are lost. Explorer starts a
    script as ``cmd.exe /c ""SCRIPT" NAME NAME"`` and quotes only names with blanks.
    """
    started = _STARTED_BY_EXPLORER.fullmatch(line)
    unquoted = started["line"].split('"')[::2] if started else []
    return any("&" in part for part in unquoted)


def may_be_cut(words: Sequence[str], names: Sequence[str]) -> bool:
    """Return whether more names may have been dropped than Explorer's command line can hold.

    ``words`` are the program and its arguments before the names. Explorer's quoting is not
    documented, so both the shortest and the longest possible line are considered. A missing
    name is assumed to be as long as the longest one present. A single name is never cut.
    """
    if len(names) == 1:
        return False
    lengths = [_units(name) for name in names]
    shortest = sum(lengths) + len(names)
    longest = sum(_units(word) + _QUOTES_AND_BLANK for word in words)
    longest += sum(lengths) + _QUOTES_AND_BLANK * len(names)
    with_one_more = longest + max(lengths, default=0) + _QUOTES_AND_BLANK + _SLACK
    limits = (LONGEST_LINE, LONGEST_START)
    return any(shortest <= limit <= with_one_more for limit in limits) or shortest > LONGEST_START


def _units(text: str) -> int:
    """Return the number of UTF-16 units, in which Windows counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
