"""What a number is shown as: a format may show "ei" where the cell holds 1, or nothing at all."""

from __future__ import annotations

import operator
import re

_SECTIONS = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])+|(?<=;)(?=;|$)|^(?=;)')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_BESIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
"""What shows no part of the number: words, widths, colours and conditions."""
_CONDITION = re.compile(r"\[(<=|>=|<>|=|<|>)\s*(-?\d+(?:\.\d+)?)\]")
_BELOW = 2
"""The number of parts of a format that says nothing of zero itself."""
_COMPARED = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def shown_instead(number: float, number_format: str) -> str | None:
    """Return the text that a format shows in place of a number, "" where it shows nothing.

    None where it shows the number itself, whatever stands beside it.
    """
    section = _section(number, _SECTIONS.findall(number_format))
    if section is None or re.search(r"[^\s()+,.:/-]", _BESIDE.sub("", section)):
        return None
    words = "".join(quoted or escaped for quoted, escaped in _LITERAL.findall(section))
    return words.strip()


def _section(number: float, sections: list[str]) -> str | None:
    """Return the part of a format that holds for a number, None for a format without any."""
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        pairs = zip(sections, conditions, strict=True)
        return next(
            (each for each, at in pairs if at is None or _COMPARED[at[1]](number, float(at[2]))),
            None,
        )
    if not sections or len(sections) == 1 or number > 0:
        return sections[0] if sections else None
    return sections[1] if number < 0 else sections[2] if len(sections) > _BELOW else sections[0]
