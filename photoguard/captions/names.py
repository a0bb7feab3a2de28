"""Finds the names of known people in typed text; pure.

Finnish and Swedish inflect names: *Ainon*, *Pekalle*, *Virtasen*, *Tuomaksen*, *Åsas*. All
these forms are found; a word that merely begins like a name is not. A hit makes a person
check the text, so a false hit costs a glance, and a missed one reveals a child's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from photoguard.model.spelling import latin, spelled_out, undotted

if TYPE_CHECKING:
    from collections.abc import Iterable

_VOWELS = "aeiouyäöå"
_ENDINGS = (
    "n|t|s|a|ä|ta|tä|tta|ttä|na|nä|ksi|lla|llä|lle|lta|ltä|ssa|ssä|sta|stä|tte|"
    f"[{_VOWELS}]n|h[{_VOWELS}]n|seen|den|ten|jen|ien|in|"
    "i|ita|itä|illa|illä|ille|ilta|iltä|issa|issä|ista|istä|ja|jä"
)
_CLITICS = "kin|kaan|kään|han|hän|ko|kö|pa|pä"
_GRADATION = (
    ("kk", "k"),
    ("pp", "p"),
    ("tt", "t"),
    ("nk", "ng"),
    ("nt", "nn"),
    ("lt", "ll"),
    ("rt", "rr"),
    ("mp", "mm"),
    ("t", "d"),
    ("p", "v"),
    ("k", ""),
)
"""Strong and weak consonant grade before the last vowel; the first match applies."""
WORD = re.compile(r"[^\W\d_]+(?:['’:\-][^\W\d_]+)*")
"""A word, including parts joined by hyphens, colons and apostrophes."""
_CAMEL = re.compile(r"(?<=[^\W\d_A-ZÅÄÖ])(?=[A-ZÅÄÖ])")
_INSIDE = re.compile(r"['’:\-]")
_APOSTROPHE = re.compile("['’:]")
_SHORTEST = 2
_LONG = 3
_LEAST_WORD = 4
_TAG = re.compile(r"#([^\W\d_]+)")
SPACED = re.compile(r"(?<!\w)[^\W\d_](?:(?:[ .·•_-]|\. )[^\W\d_]){2,}(?![^\W_])")
"""A word with separators between its letters: *A I N O*, *a-i-n-o*."""
_DIGITS = re.compile(r"[^\W_]*\d[^\W_]*")
_AS_LETTERS = str.maketrans("0134578", "oieastb")
"""Digits → the letters they may replace: *A1n0*."""
_SURNAME = re.compile(r"(?<!lai)(?<!läi)nen$")
"""Ending of surnames that are not ordinary words even in lower case."""
_NO_NAME = re.compile(
    r"aino(?:a|la)|aina[ytv]|almana|elina(?:i|l)|ilma|inge[nt]|inga|islam|jouko[stil]|juhann|"
    r"klara[dnrt]|lauritsala|lottam|marttali|onni[st]|ottopo|sarana|sini[nrsv]"
)
"""Beginnings of ordinary words that begin with a name: *ainoastaan*, *almanakka*, *juhannus*."""
_OWNED = re.compile(
    r"(?:äiti|isä|mummi|mummo|ukki|pappa|mamma|perhe|sisko|veli|synttäri|kakku|maja|kuva|taulu)"
    r"[a-zäö]{0,4}$"
)
"""Words that are joined to the genitive of a name by mistake: *ainonäiti*."""
_SHORTEST_REST = 3


def names_in(
    text: str, names: Iterable[str], everyday: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Return those of ``names`` of which a part occurs in ``text``, in the order given.

    A given name is found in any case, a surname only with a capital, since many are ordinary
    words; initials are ignored. ``everyday`` are lower-case names that a hashtag may begin
    with without meaning a person.
    """
    words = _words(text)
    tags = frozenset(tag.casefold() for tag in _TAG.findall(latin(text)))
    written = _Written(words, tags, everyday)
    return tuple(name for name in dict.fromkeys(names) if _stands_in(name, written))


def holds_given_name(text: str, names: Iterable[str]) -> bool:
    """Return whether the given name of any of these people occurs in ``text``."""
    return bool(names_in(text, [_given_part(name) for name in names]))


def _given_part(name: str) -> str:
    last, comma, first = name.partition(",")
    return first if comma else last.rpartition(" ")[0] or last


def without_name(text: str, name: str) -> str:
    """Return ``text`` with "…" in place of each word that is any form of a person's name.

    A surname alone is kept, as others may have it. Returns "" if the given name still
    occurs, for example with its letters written apart.
    """
    if not holds_given_name(text, [name]):
        return text
    left = WORD.sub(lambda word: "…" if names_in(word[0], [name]) else word[0], text)
    return "" if holds_given_name(left, [name]) else left


@dataclass(frozen=True, slots=True)
class _Written:
    """The words of a text, and its hashtags in lower case."""

    words: frozenset[str]
    tags: frozenset[str]
    everyday: frozenset[str]


def _words(text: str) -> frozenset[str]:
    """Return the words of ``text``, including the parts of hyphenated words and #JoinedWords.

    Words with separated letters are joined, and digits used as letters replaced.
    """
    line = latin(text)
    found = {part for word in WORD.findall(line) for part in parts_of(word)}
    found |= {joined(spaced) for spaced in SPACED.findall(line)}
    return frozenset(found | {word.translate(_AS_LETTERS) for word in _DIGITS.findall(line)})


def joined(spaced: str) -> str:
    """Return a word with separated letters, such as *A I N O*, without the separators."""
    return "".join(filter(str.isalpha, spaced))


def parts_of(word: str) -> tuple[str, ...]:
    """Return the readings of a word: whole, its parts, and joined across hyphens and the like.

    At the end of a line a name may be hyphenated: *Ai-no*.
    """
    split = _INSIDE.split(word)
    camel = [part for piece in split for part in _CAMEL.split(piece)]
    return tuple(dict.fromkeys([word, *split, *camel, _APOSTROPHE.sub("", word), "".join(split)]))


def _stands_in(name: str, written: _Written) -> bool:
    given, surname = _given_and_surname(latin(name))
    tags = [tag for tag in written.tags if not _NO_NAME.match(tag)]
    if any(begins_with_genitive(tag, part) for part in given for tag in tags):
        return True
    own = {part for part in given if part.casefold() not in written.everyday}
    if any(_begins_with_name(tag, part) for part in own for tag in tags):
        return True
    lowered = [word.casefold() for word in written.words]
    if any(_joins(word, given, surname) for word in lowered):
        return True
    if any(begins_with_genitive(w, p) for w in lowered if _OWNED.search(w) for p in own):
        return True
    parts = (*given, *surname)
    return any(_is_form_of(word, part, surname) for part in parts for word in written.words)


def _begins_with_name(tag: str, name: str) -> bool:
    """Return whether a lower-case hashtag joins a name to another word: *ainokakku*."""
    start = name.casefold()
    long = len(start) > _LONG and len(tag) >= len(start) + _SHORTEST_REST
    return long and tag.startswith(start)


def _joins(word: str, given: set[str], surname: set[str]) -> bool:
    """Return whether a word begins with a given name and the surname, in either order."""
    pairs = ((one.casefold(), other.casefold()) for one in given for other in surname)
    return any(word.startswith((one + other, other + one)) for one, other in pairs)


def begins_with_genitive(tag: str, name: str) -> bool:
    """Return whether a lower-case hashtag joins a name's genitive to another word.

    Examples are *ainonsynttärit* and *åsaskalas*, where no capital separates the words.
    """
    start = name.casefold()
    owners = (f"{start[:-1]}ksen",) if start.endswith("s") else (f"{start}n", f"{start}s")
    return len(start) > _LONG and any(
        tag.startswith(owner) and len(tag) >= len(owner) + _LEAST_WORD for owner in owners
    )


def _given_and_surname(name: str) -> tuple[set[str], set[str]]:
    """Return the parts of the given names and of the surname; a single name counts as given.

    Letters with diaereses or rings are included with and without them.
    """
    last, comma, first = name.partition(",")
    whole = WORD.findall(f"{first} {last}" if comma else name)
    *first_names, surname = whole or [""]
    given = _parts(first_names or [surname])
    return given, _parts([surname]) - given


def _parts(whole: list[str]) -> set[str]:
    parts = {*whole, *(part for word in whole for part in _INSIDE.split(word))}
    parts |= {_INSIDE.sub("", word) for word in whole}
    parts |= {undotted(part) for part in parts} | {spelled_out(part) for part in parts}
    return {part for part in parts if len(part) >= _SHORTEST}


def _is_form_of(word: str, part: str, surname: set[str]) -> bool:
    lowered, name = word.casefold(), part.casefold()
    if not lowered.startswith(name[:1]):
        return False
    by_capital = part in surname and not _SURNAME.search(name)
    if (by_capital or len(part) == _SHORTEST) and not word[0].isupper():
        # *järvi*, *koski*, *my*: told from a name by its capital only
        return False
    return is_form(word, part)


def is_form(word: str, name: str) -> bool:
    """Return whether a word is a name or one of its Finnish or Swedish inflections."""
    lowered, start = word.casefold(), name.casefold()
    if len(start) > _LONG and not lowered.startswith(start[:2]):
        return False  # no ending changes the beginning of a long name
    return _forms(start).fullmatch(lowered) is not None


def is_bare(word: str, name: str) -> bool:
    """Return whether a word is a name or its Finnish or Swedish genitive."""
    start = name.casefold()
    owners = {f"{start}n", f"{start}s"}
    if start.endswith("s"):
        owners = {f"{start[:-1]}ksen", f"{start}in"}
    elif start[-1] not in _VOWELS:
        owners.add(f"{start}in")
    return word.casefold() in {start, *owners}


def is_label_form(word: str, name: str) -> bool:
    """Return whether a word is a name as on labels: bare, in the genitive, "to" or "from" it."""
    lowered = word.casefold()
    return is_bare(word, name) or (lowered.endswith(("lle", "lta", "ltä")) and is_form(word, name))


@lru_cache(maxsize=16384)
def _forms(name: str) -> re.Pattern[str]:
    stems = "|".join(sorted(map(re.escape, _stems(name)), key=len, reverse=True))
    no_more = rf"(?!{re.escape(name)}s$)" if name.endswith("s") else ""
    return re.compile(f"{no_more}(?:{stems})(?:{_ENDINGS})?(?:{_CLITICS})?|{re.escape(name)}")


def _stems(name: str) -> set[str]:
    """Return the stems that endings are added to, by the Finnish rules for names."""
    stems = {name}
    if name.endswith("nen"):
        stems |= {name[:-3] + "se", name[:-3] + "s"}
    elif name.endswith("s"):
        stems |= {name[:-1] + "kse", name[:-1] + "de", name[:-1], name[:-1] + name[-2]}
    elif name[-1] not in _VOWELS:
        stems.add(name + "i")
    else:
        weak = _weakened(name)
        stems |= {weak, *((stem[:-1] + "e") for stem in (name, weak) if name.endswith("i"))}
    return stems


def _weakened(name: str) -> str:
    body, last = name[:-1], name[-1]
    for strong, weak in _GRADATION:
        if len(body) > len(strong) and body.endswith(strong):
            return body[: -len(strong)] + weak + last
    return name
