"""Alternative texts, credit and terms of use as codes and parameters; pure."""

from __future__ import annotations

from photoguard.captions.compose import CaptionFacts, Composition, Phrase, compose
from photoguard.captions.language import language_of
from photoguard.captions.names import holds_given_name, is_form, names_in, without_name
from photoguard.captions.prose import hashtag, sentence, shortened
from photoguard.captions.unknown import Suspects, WordLists, suspects_in

__all__ = [
    "CaptionFacts",
    "Composition",
    "Phrase",
    "Suspects",
    "WordLists",
    "compose",
    "hashtag",
    "holds_given_name",
    "is_form",
    "language_of",
    "names_in",
    "sentence",
    "shortened",
    "suspects_in",
    "without_name",
]
