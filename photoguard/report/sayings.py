"""Sentences that a catalogue may have or lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.texts import say

if TYPE_CHECKING:
    from photoguard.model import Language


def said(code: str, language: Language, **parameters: str) -> str | None:
    """Return the sentence of ``code``, None where it is not there or needs more parameters."""
    try:
        return say(code, language, None, **parameters)
    except (KeyError, FileNotFoundError):
        return None
