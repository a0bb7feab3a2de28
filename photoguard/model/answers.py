"""How people say that they do not know, and what they call a channel; pure.

Wherever somebody answers, in a window, a table or a setting, the same words mean the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from photoguard.model.spelling import heading_key

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_KNOWN = frozenset(
    map(
        heading_key,
        (
            *("en tiedä", "emme tiedä", "ei tietoa", "ei tiedossa", "en muista", "emt"),
            *("vet inte", "vet ej", "jag vet inte", "vi vet inte", "ingen aning", "minns inte"),
            *("don't know", "dont know", "do not know", "i don't know", "i do not know"),
            *("we don't know", "not known", "not sure", "no idea"),
        ),
    )
)
_CHANNEL_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("insta", "ig", "instagramiin", "instagramissa"), "instagram"),
    **dict.fromkeys(("fb", "face", "facebookiin", "facebookissa"), "facebook"),
    **dict.fromkeys(
        ("www", "web", "webb", "nettisivut", "verkkosivut", "kotisivut", "verkkosivusto"), "website"
    ),
    **dict.fromkeys(("webbplats", "webbplatsen", "webbsidan", "hemsida", "hemsidan"), "website"),
}
_BETWEEN = re.compile(r"[,;/&+]|\s(?:ja|sekä|och|samt|and)\s", re.IGNORECASE)


def is_not_known(text: str) -> bool:
    """Tell whether an answer says nothing: empty, question marks, or *I don't know*."""
    key = heading_key(text).rstrip(".! ")
    return not key.strip("?") or key in _NOT_KNOWN


def known(text: str) -> str:
    """Return an answer, "" for one that says that nobody knows."""
    return "" if is_not_known(text) else text


def channel_name(word: str) -> str:
    """Return what a channel is called in the rules, for the short and everyday words too."""
    key = heading_key(word)
    return _CHANNEL_WORDS.get(key, key)


def channels_in(text: str) -> tuple[str, ...]:
    """Return the channels of an answer, in any of the ways in which people join words."""
    words = (word.strip() for word in _BETWEEN.split(f" {text} "))
    return tuple(dict.fromkeys(word for word in words if not is_not_known(word)))
