"""Finds names of children in the text of a picture: labels, drawings, shirts, lockers; pure.

Names known to the run are always matched. Other given names are matched if capitalised; one
that is also an ordinary word (*Satu*, *Lumi*) only if it stands alone as on a label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance.Levenshtein import distance

from photoguard.captions import WordLists, is_form
from photoguard.captions.names import SPACED, WORD, is_label_form, joined, parts_of
from photoguard.captions.unknown import IS_GROUP
from photoguard.identifiers.codes import Hit, codes_in
from photoguard.model import TextKind
from photoguard.model.spelling import latin, spelled_out, undotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LONG, VERY_LONG = 5, 9
"""Least letters of a name in which one letter (``LONG``) or two may be misread."""
SHORTEST = 2
SHORT = 3
"""Most letters of a listed name that is matched only if it stands alone and is read clearly."""
CLEAR = 0.9
FIRM = 0.7
"""Score below which a reading is reported as weak."""
LABEL_WORDS = 3
"""Most words on a label: name, surname, age."""
_READ = re.compile(r"[^\W_]+(?:['’:\-][^\W_]+)*")
"""A word as recognised: digits may stand for letters."""
_AGE = re.compile(r"(?<=[^\W\d_])\d{1,2}-?[^\W\d_]?$")
"""An age or class written directly after the name: *Aino5v*, *Aino2b*."""
_INITIAL_AND_SURNAME = re.compile(
    r"(?:[A-ZÅÄÖ]\.\s?){1,2}[A-ZÅÄÖ][^\W\d_]{2,}(?:-[A-ZÅÄÖ][^\W\d_]+)?"
    r"|[A-ZÅÄÖ][^\W\d_]{2,}(?:-[A-ZÅÄÖ][^\W\d_]+)?\s[A-ZÅÄÖ]\."
)
_SURNAME = re.compile(
    r"[^\W\d_]{2}[oauäöy]nen$"
    r"|(?:berg|lund|lind|ström|blom|dahl|sten|norr|söder)(?:ström|qvist|kvist|gren|berg|man)$"
    r"|[^\W\d_]{3}sson$|[^\W\d_]{4}(?:enko|ević|ovi[cć])$",
    re.IGNORECASE,
)
"""Endings of surnames: *Korhonen*, *Lindqvist*."""
_NO_SURNAME = re.compile(
    r"(?:^.{1,3}|ykkö|kakko|kolmo|nelo|viito|kuto|hevo|perho|hytty|poika|tyttö|lapso|kukka|"
    r"lintu|lauta|varpu|pulmu|ukko|pakka|"
    r"pääsky|kärpä|peippo|sella|mmo|mmö|jok[ou]|kulku|io|fo|rso|pla|kra|sva|l[ko]o|zo|ögo|öro)nen$",
    re.IGNORECASE,
)
"""Ordinary words with these endings: *lautanen*, *perhonen*, *stationen*."""
_LIKE_I = "l"
"""What the capital of *Iita* and *Ida* is recognised as in most fonts of labels."""
_LOOKALIKES = str.maketrans({"0": "o", "1": "i", "5": "s", "8": "b", "|": "l", "!": "i", "ß": "b"})


@dataclass(frozen=True, slots=True)
class Seen:
    """A line of recognised text, its score (0 to 1), and whether no other line is near it."""

    text: str
    score: float = 1.0
    alone: bool = True


@dataclass(frozen=True)
class Known:
    """The people a run knows by name, as (register id or "", name as written)."""

    people: tuple[tuple[str, str], ...] = ()

    @cached_property
    def parts(self) -> tuple[_Part, ...]:
        """All parts of the names, folded."""
        made: dict[tuple[str, bool], list[str]] = {}
        for person, name in self.people:
            for part, surname in _parts(name):
                made.setdefault((part, surname), []).append(person)
        return tuple(
            _Part(part, surname, tuple(filter(None, dict.fromkeys(persons))))
            for (part, surname), persons in made.items()
        )


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    surname: bool
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a line: folded, with its position and what its shape tells."""

    text: str
    first: int
    last: int
    capital: bool
    label: bool
    """Whether its line has few words, each capitalised or a number."""
    line: Seen = field(repr=False)


def identifying(line: Seen, known: Known, lists: WordLists) -> tuple[Hit, ...]:
    """Return the hits in one line; overlapping ones are merged."""
    words = _words(line)
    names = [hit for word in words if (hit := _name(word, words, known, lists))]
    names += _by_surname(line, words)
    found = sorted((*codes_in(line.text), *names), key=lambda hit: (hit.first, -hit.last))
    weak = line.score < FIRM
    return tuple(replace(hit, sure=hit.sure and not weak) for hit in _merged(found))


def _merged(found: Iterable[Hit]) -> Iterator[Hit]:
    """Yield hits that do not overlap; adjacent names become one hit."""
    last: Hit | None = None
    for hit in found:
        if last is not None and hit.first <= last.last + 2:
            persons = tuple(dict.fromkeys((*last.persons, *hit.persons)))
            kind = min(last.kind, hit.kind, key=list(TextKind).index)
            sure = last.sure or hit.sure
            last = Hit(kind, last.first, max(last.last, hit.last), persons, sure)
            continue
        if last is not None:
            yield last
        last = hit
    if last is not None:
        yield last


def _words(line: Seen) -> list[_Word]:
    found = list(_READ.finditer(line.text))
    label = len(found) <= LABEL_WORDS and all(map(_is_of_label, (word[0] for word in found)))
    return [
        *_joined(line, found),
        *(
            _Word(word[0], word.start(), word.end() - 1, not word[0][0].islower(), label, line)
            for word in found
            if 2 * sum(map(str.isalpha, word[0])) > len(word[0]) > 1
        ),
    ]


def _joined(line: Seen, found: Sequence[re.Match[str]]) -> Iterator[_Word]:
    """Yield words whose letters are separated, *A I N O* or *AI NO*, as single words."""
    for spaced in SPACED.finditer(line.text):
        whole = spaced[0] == line.text.strip()
        word, last = joined(spaced[0]), spaced.end() - 1
        yield _Word(word, spaced.start(), last, word[0].isupper(), whole, line)
    if len(found) == 2 and line.text.strip() == f"{found[0][0]} {found[1][0]}":  # noqa: PLR2004
        word, last = f"{found[0][0]}{found[1][0]}", found[1].end() - 1
        if word.isalpha() and (word.isupper() or found[1][0].islower()):
            yield _Word(word, found[0].start(), last, word[0].isupper(), label=True, line=line)


def _by_surname(line: Seen, words: Sequence[_Word]) -> Iterator[Hit]:
    """Yield hits for initial and surname, or a surname recognised by its ending, on a label."""
    whole = _INITIAL_AND_SURNAME.fullmatch(line.text.strip())
    if whole and line.alone and not IS_GROUP.match(whole[0]):
        first = line.text.index(whole[0])
        yield Hit(TextKind.GIVEN_NAME, first, first + len(whole[0]) - 1, (), sure=False)
    for word in words:
        if word.label and word.capital and line.score >= CLEAR and _is_surname(word.text):
            yield Hit(TextKind.GIVEN_NAME, word.first, word.last, (), sure=False)


def _is_surname(word: str) -> bool:
    return bool(_SURNAME.search(word)) and not _NO_SURNAME.search(word)


def _is_of_label(word: str) -> bool:
    """Return whether a word is capitalised, or an age or the like."""
    return not word[0].islower() or word[0] == _LIKE_I or len(word) <= SHORTEST


def _name(word: _Word, beside: Sequence[_Word], known: Known, lists: WordLists) -> Hit | None:
    persons = _known(word, known, lists)
    if persons is not None:
        return Hit(TextKind.NAME, word.first, word.last, persons.persons, persons.sure)
    sure = _listed(word, beside, lists)
    if sure is None:
        return None
    return Hit(TextKind.GIVEN_NAME, word.first, word.last, (), sure)


@dataclass(frozen=True, slots=True)
class _Match:
    persons: tuple[str, ...]
    sure: bool


def _known(word: _Word, known: Known, lists: WordLists) -> _Match | None:
    """Return the known people whose name the word may be; None if there are none."""
    readings = _readings(word.text)
    fitting = [part for part in known.parts if word.capital or not part.surname]
    exact = [p for p in fitting if any(_is_form(r, p.text) for r in readings)]
    exact = [p for p in exact if len(p.text) > SHORT or word.capital or word.line.alone]
    if exact:
        return _Match(_persons(exact), sure=True)
    folded = _folded(lists)
    if not word.label or fold(word.text) in folded.capitals | folded.openers:
        return None
    like = [p for p in fitting if any(_is_like(r, p.text) or _is_it(r, p.text) for r in readings)]
    return _Match(_persons(like), sure=False) if like else None


def _persons(parts: Iterable[_Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person for part in parts for person in part.persons))


def _listed(word: _Word, beside: Sequence[_Word], lists: WordLists) -> bool | None:
    """Return whether a listed given name is certain; None if the word is no such name."""
    folded = _folded(lists)
    clearly = word.line.alone and word.line.score >= CLEAR and len(beside) <= 2  # noqa: PLR2004
    if not word.capital and word.text[0] != _LIKE_I:
        if latin(word.text) in lists.small or not clearly or len(word.text) <= SHORT:
            return None
        return bool(_owned(_fitting(word.text, folded), word.text) - folded.everyday) or None
    for read in _parts_read(word.text):
        if not word.capital and read[0] == _LIKE_I:
            continue
        fits = _fitting(read, folded)
        if word.label and len(beside) == 1:
            fits = _owned(fits, read)
        if any(len(name) > SHORT and name not in folded.everyday for name in fits):
            return True
        if _bare(read) in fits and word.label and clearly:
            return True
    return False if _is_misread(word, folded) else None


def _owned(names: Iterable[str], read: str) -> set[str]:
    """Return the names of which the reading is a form used on labels; see ``is_label_form``."""
    return {name for name in names if is_label_form(_bare(read), name)}


def _fitting(read: str, folded: _Folded) -> set[str]:
    """Return the names of which the reading is a form."""
    reading = _bare(read)
    if reading in folded.openers:
        return set()
    return {
        name
        for name in folded.names.get(reading[:1], ())
        if _is_form(reading, name) and any(_has_its_dots(read, each) for each in folded.dots[name])
    }


def _is_misread(word: _Word, folded: _Folded) -> bool:
    """Return whether a label is a long listed name with one letter wrong after the first.

    A word with dots is not matched with a name without them.
    """
    read = word.text.casefold()
    reading = fold(read)
    if not (word.label and word.line.alone and len(reading) > LONG):
        return False
    if reading in folded.capitals or reading in folded.openers:
        return False
    like = (name for name in folded.long if name[0] == reading[0] and _is_like(reading, name))
    return any(read == reading or each != name for name in like for each in folded.dots[name])


@dataclass(frozen=True, slots=True)
class _Folded:
    """The word lists without accents; names by their first letter."""

    names: dict[str, tuple[str, ...]]
    dots: dict[str, tuple[str, ...]]
    """Name without accents → its spellings."""
    everyday: frozenset[str]
    capitals: frozenset[str]
    openers: frozenset[str]
    long: tuple[str, ...]
    """Names long enough for a misread letter, without ordinary words."""


@lru_cache(maxsize=8)
def _folded(lists: WordLists) -> _Folded:
    names: dict[str, set[str]] = {}
    dots: dict[str, tuple[str, ...]] = {}
    for written in map(str.casefold, lists.names):
        name = fold(written)
        names.setdefault(name[:1], set()).add(name)
        dots[name] = (*dots.get(name, ()), written)
    everyday = frozenset(map(fold, lists.everyday))
    return _Folded(
        names={letter: tuple(found) for letter, found in names.items()},
        dots=dots,
        everyday=everyday,
        capitals=frozenset(map(fold, lists.capitals)),
        openers=frozenset(map(fold, lists.openers)),
        long=tuple(
            name
            for found in names.values()
            for name in found
            if len(name) > LONG and name not in everyday
        ),
    )


def fold(text: str) -> str:
    """Return a text in lower case without accents, as text recognition may read it."""
    return undotted(latin(text).casefold())


def _parts_read(word: str) -> tuple[str, ...]:
    """Return the readings of a word in lower case: whole, and its parts."""
    parts = parts_of(word) if not word.isupper() else (word, *word.split("-"))
    small = [part.casefold() for part in (*parts, _AGE.sub("", word)) if part]
    small += [f"i{part[1:]}" for part in small if word[0] == part[0] == _LIKE_I]
    return tuple(dict.fromkeys(small))


def _bare(read: str) -> str:
    """Return a reading without accents, with digits replaced by the letters they resemble."""
    return fold(read).translate(_LOOKALIKES)


def _readings(word: str) -> tuple[str, ...]:
    """Return the possible readings of a word and its parts, with digits as letters.

    Also without a last capital, which may be an initial: *SVEAL*.
    """
    shorter = (word[:-1],) if word.isupper() and len(word) > SHORT + 1 else ()
    return tuple(dict.fromkeys(map(_bare, (*_parts_read(word), *shorter))))


def _has_its_dots(read: str, name: str) -> bool:
    """Return whether every accented letter of a reading is accented in the name too.

    Text recognition drops dots but adds none: *Mikä* is not Mika.
    """
    same = zip(latin(read), name, strict=False)
    return not any(seen != fold(seen) == meant for seen, meant in same)


def _parts(name: str) -> Iterator[tuple[str, bool]]:
    """Yield (folded part, whether it is a surname) of a name; initials are left out."""
    last, comma, first = name.partition(",")
    whole = WORD.findall(f"{first} {last}" if comma else name)
    for at, word in enumerate(whole):
        surname = at > 0 and at == len(whole) - 1
        for part in dict.fromkeys((word, *word.split("-"))):
            if len(part) > 1:
                spellings = (fold(part), fold(spelled_out(latin(part))))
                yield from ((each, surname) for each in dict.fromkeys(spellings))


def _is_form(reading: str, name: str) -> bool:
    return reading[:1] == name[:1] and is_form(reading, name)


def _is_it(reading: str, name: str) -> bool:
    """Return whether a reading equals a name, apart from i and l, which look alike: *Alno*."""
    return len(name) > SHORT and reading.replace("l", "i") == name.replace("l", "i")


def _is_like(reading: str, name: str) -> bool:
    """Return whether a reading is a name or its genitive, with a letter or two wrong."""
    if len(name) < LONG:
        return False
    allowed = 2 if len(name) >= VERY_LONG else 1
    forms = (name, f"{name}n", f"{name}s")
    return any(distance(reading, form, score_cutoff=allowed) <= allowed for form in forms)
