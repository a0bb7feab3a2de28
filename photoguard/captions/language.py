"""Which of the three languages a typed sentence is written in, where that is plain; pure.

Only the little words that every sentence has are known, and a few of what children do in
pictures. Words that two of the languages have are left out: "on" is Finnish and English,
"under" Swedish and English.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from photoguard.model import Language
from photoguard.model.spelling import words_in

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEAST = 2
"""Least number of words that show the language."""


_WORDS: Mapping[Language, frozenset[str]] = {
    Language.FI: words_in(
        "ja ovat olivat oli ei eivät että tai myös joka jotka jossa joissa kun sekä kanssa",
        "mukaan lapsi lapset lasten lapsia lasta oppilas oppilaat oppilaiden oppilaita",
        "kuvassa ryhmä ryhmän yksi kaksi kolme neljä viisi pieni pienet iso isot suuri",
        "metsässä pihalla ulkona sisällä päiväkodin koulun leikkivät leikkii istuvat istuu",
        "rakentavat rakentaa piirtävät maalaavat laulavat juoksevat pelaavat tekevät katsovat",
        "lumessa",
    ),
    Language.SV: words_in(
        "och på är att ett en det den som med för av till vid har hade från om inte där när",
        "barn barnen barnens elev elever eleverna elevernas bilden två tre fyra fem liten små",
        "stor stora sitter leker bygger målar ritar sjunger springer spelar står läser håller",
        "gården skogen snön ute inne daghemmet skolan daghemmets skolans",
    ),
    Language.EN: words_in(
        "the and are of with their there from while who which this that its was were has have",
        "child children kids pupil pupils students people two three four five small big",
        "playing building sitting painting drawing singing running standing reading holding",
        "play build sit paint draw sing outside inside yard forest snow school",
    ),
}

_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> Language | None:
    """Return the language of a text, None where it is not plain.

    It is plain where at least two words belong to one language only, and none to another.
    """
    words = _WORD.findall(text.casefold())
    counts = {known: sum(word in own for word in words) for known, own in _WORDS.items()}
    shown = [language for language, count in counts.items() if count]
    return shown[0] if len(shown) == 1 and counts[shown[0]] >= _LEAST else None
