"""Whether a drop arrived whole: Windows puts its names on one line, and a line has an end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_LINE = 8191
"""Characters of a command line that cmd.exe takes; the rest is cut off.

learn.microsoft.com, "Command prompt (Cmd.exe) command-line string limitation".
"""
LONGEST_START = 32767
"""Characters of the line with which Windows starts any program.

learn.microsoft.com, "CreateProcessW function": lpCommandLine, with the NUL at its end.
"""
LINE_VARIABLE = "PHOTOGUARD_LINE"
"""In which the batch script hands over the line it was started with."""
_SLACK = 11
_STARTED_BY_EXPLORER = re.compile(r'.*?/c\s*"(?P<line>.*)"\s*', re.IGNORECASE | re.DOTALL)
_QUOTES_AND_BLANK = 3


def is_cut(line: str) -> bool:
    """Tell whether a line of cmd.exe is so long that its end may be missing."""
    return len(line) > LONGEST_LINE - _SLACK


def is_split(line: str) -> bool:
    """Tell whether Explorer's line has an ampersand outside of quotes.

    cmd.exe ends the command there: the names that follow never arrive. Explorer starts a
    script as ``cmd.exe /c ""SCRIPT" NAME NAME"`` and quotes names with blanks only.
    """
    started = _STARTED_BY_EXPLORER.fullmatch(line)
    unquoted = started["line"].split('"')[::2] if started else []
    return any("&" in part for part in unquoted)


def may_be_cut(words: Sequence[str], names: Sequence[str]) -> bool:
    """Tell whether more names may have been dropped than Explorer's line could hold.

    ``words`` are the program and what stands before the names. How Explorer quotes is not
    documented, so the line is taken at its shortest and at its longest. A name that found
    no room is taken to be as long as the longest of those that did. One name alone is no
    list that could be cut.
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
