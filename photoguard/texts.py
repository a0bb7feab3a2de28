"""Turns codes into sentences in Finnish, Swedish or English.

A code is ``CATALOGUE.NAME``; the part before the first dot names the gettext domain
``locale/LANGUAGE/LC_MESSAGES/CATALOGUE.po``, in which the code is the msgid. Placeholders
are named, in braces; an error message of the system (``{problem}``) is a code itself, of the
catalogue ``system``.
"""

from __future__ import annotations

import gettext
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard.model import Language

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@cache
def _catalogue(domain: str, language: Language) -> gettext.NullTranslations:
    with as_file(files("photoguard") / "locale") as folder:
        return gettext.translation(domain, Path(folder), [language])


def say(code: str, language: Language, /, count: int | None = None, **parameters: str | int) -> str:
    """Return the sentence of ``code``; ``count`` selects the plural form.

    Raises KeyError if the catalogue lacks the code: a missing sentence is a defect and is
    never left blank.
    """
    catalogue = _catalogue(code.partition(".")[0], language)
    if count is None:
        sentence = catalogue.gettext(code)
    else:
        sentence = catalogue.ngettext(code, code, count)
        parameters = {"count": count, **parameters}
    if sentence == code:
        raise KeyError(code)
    problem = parameters.get("problem")
    if isinstance(problem, str) and problem.startswith("system."):
        parameters = {**parameters, "problem": sentence_of(problem, language) or problem}
    return sentence.format_map(parameters)


def listed(texts: Iterable[object], most: int) -> str:
    """Return the first texts as one, with commas between them, and "…" where there are more."""
    all_of_them = list(map(str, texts))
    more = " …" if len(all_of_them) > most else ""
    return ", ".join(all_of_them[:most]) + more


def written_day(day: date, language: Language) -> str:
    """Return a day as people write it in a language: 1.2.2026, in English 2026-02-01."""
    return day.isoformat() if language is Language.EN else f"{day.day}.{day.month}.{day.year}"


def sentence_of(code: str, language: Language, **parameters: str) -> str | None:
    """Return the sentence of ``code``; None if it is missing or needs other parameters."""
    try:
        return say(code, language, None, **parameters)
    except (KeyError, FileNotFoundError):
        return None
