"""Finds words that may be the name of a child whom the program does not know; pure.

These are given names from a list, and capitalised words inside a sentence that are no known
place, day or title. The words are returned as typed, so that the author recognises them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from photoguard.captions.names import (
    SPACED,
    WORD,
    begins_with_genitive,
    is_bare,
    is_form,
    joined,
    parts_of,
)
from photoguard.model.spelling import is_latin, latin, plain, undotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_BEGINS = re.compile(r"(?:^|[.!?…:•|–—/]|\s-)[\s\"'”’»(\[]*$")
"""Text before the first word of a sentence, a title or a list item."""
_AFTER_INITIAL = re.compile(
    r"(?<!\d\s)(?<![\w.°])(?<!ryhmä\s)(?<!grupp\s)(?<!klass\s)(?<!group\s)(?<!class\s)"
    r"(?<!luokka\s)(?<!luokan\s)(?<!ryhmän\s)(?<!talo\s)(?<!team\s)[A-ZÅÄÖ]\.\s?$",
    re.IGNORECASE,
)
"""Text before the surname in *O. Virtanen*; *3 B.* and *ryhmä A.* end a sentence instead."""
_BEFORE_INITIAL = re.compile(r"\s[A-ZÅÄÖ]\.?(?=\s[a-zåäö]|\s?$|\s?[,;])")
"""Text after the name in *Zlatko K. leikkii*, even at the beginning of a sentence."""
IS_GROUP = re.compile(r"(?:ryhmä|luokka|talo|grupp|klass|group|class|team|eskari)", re.IGNORECASE)
_LONGEST_SHORT = 5
"""Most letters of an abbreviation in capitals: LPR, VASU."""
_SMALL_WORD = 3
_NEAR = 40
"""Characters before a word that are examined for a sentence's beginning; bounds the time."""
_TITLE_WORDS = 4
"""Least number of long words, all capitalised, in a text that may be a title."""
_OF_A_TITLE = re.compile(r"\b(?:the|of|in|at|to|for|from|by|with|our|your)\b", re.IGNORECASE)
"""Words that occur in English titles but not in lists of names. Only English capitalises each
word of a title."""
_SAFE_LENGTH = 4
"""Least length of names recognised in lower case; shorter ones need a capital: *ali*, *ida*."""
_PLACES = re.compile(
    r"(?:puisto|metsä|koulu|päiväko[td]i|museo|kirkk?o|kirjasto|teatteri|tori|ka[td]u|kuja|tie|"
    r"talo|ran[tn][ta]|hovi|linna|halli|kesku[sk]|kaupun[kg]i|skola|daghem|park|muse[et]|kyrka|"
    r"teater|gata|väg|torget|huset|strand|stad|centret|ryhmä|grupp|viikko|viiko|veckan|päivä|"
    r"dagen|juhla|fest|retk[ie])[a-zåäö]{0,6}$"
)
"""Endings of words that name a place, a group or a day, in any inflection."""
_NAMED_AFTER = re.compile(
    r"(?:puisto|koulu|päiväko[td]i|talo|linna|katu|kirkko|skola|daghem|park|borg|school)\w{0,6}$"
)
"""Endings of hashtags for places named after a person."""
_OF_A_THING = re.compile(
    r"\s+(?:(?:on|oli|ei)\s+)?(?:sata(?:a|nut)|satoi|sula(?:a|nut)|suli|narsku|narise|kimal|hoht|"
    r"kukki|tuoksu(?!t)|maistu(?!t)|tuiver|hälven|smält|(?:smakar|doftar)(?!\s+på\b)|blommar|"
    r"glittrar|melts?|melted|blooms?|glitter)\w*"
    r"|\s+peit(?:ti|tää)\s+(?:pihan|maan|maiseman|nurmikon|metsän|puut|tien|katot|auringon)\b"
    r"|\s+(?:on|oli)\s+(?:märkää|kylmää|valkoista|pehmeää|tahmeaa|ylimmillään)\b"
    r"|\s+(?:lapioi(?:tiin|daan)|lue(?:ttiin|taan)|itää|(?:läs|odla|plantera|baka)(?:de|te)?s)\b"
    r"|\s+(?:(?:on|oli)\s+(?:viikon\s+)?teema(?:na)?\b|(?:är|var)\s+(?:veckans\s+)?temat?\b)"
    r"|(?<=[Ss]atu)\s+(?:\w+st[aä]|kerrottiin|päättyi)\b|(?<=[Ss]aga)\s+om\b"
    r"|(?<=[Mm]aj)\s+månad|(?<=[Mm]ark)\s+your\s+calendar|(?<=[Dd]awn)\s+chorus"
    r"|(?<=[Rr]ose)\s+(?:garden|bush|petal)|(?<=[Dd]aisy)\s+chain"
    r"|(?<=[Ll]ily)\s+(?:pads\s+on|of\s+the\s+valley)|(?<=[Rr]obin)\s+nests\s+were"
    r"|(?<=[Hh]azel)\s+nut|(?<=[Vv]iolet)\s+flower",
    re.IGNORECASE,
)
"""What snow, the sea and flowers do and no child does, and what a tale is about: behind it a
name that is an ordinary word is that word."""
_AFTER_NAME = re.compile(
    r"(?:n\s+(?:päiväko[td]i|koulu|eskari|esikoulu|lukio)|"
    r"\s+(?:daghem|förskola|skola|kindergarten|school))",
    re.IGNORECASE,
)
"""Text after a kindergarten's or school's own name, which is in the genitive in Finnish."""
_BEFORE_NAME = re.compile(
    r"(?:päiväkoti|koulu|eskari|esikoulu|lukio|daghem(?:met)?|förskolan?|skolan?)\s+$",
    re.IGNORECASE,
)
"""Text before a kindergarten's or school's own name; English *in the school* is not enough."""
_IS_HOUSE = re.compile(r"(?:kindergarten|school)", re.IGNORECASE)
"""English words for such a house, which are capitalised after its name."""
_ACCOUNT = re.compile(r"(?<![\w.+-])@([A-Za-z0-9][\w.]{1,29})(?<!\.)")
"""An account name on a service, but not an e-mail address."""
_PARTS = re.compile(r"[\W_]")


@dataclass(frozen=True, slots=True)
class WordLists:
    """Known words by what their capital means, each spelt as usual."""

    names: frozenset[str] = frozenset()
    """Given names."""
    everyday: frozenset[str] = frozenset()
    """Names, in lower case, that are ordinary words as well."""
    capitals: frozenset[str] = frozenset()
    """Places, days, feasts, titles: capitalised, but no names of children."""
    small: frozenset[str] = frozenset()
    """Words that look like a name or its genitive but are ordinary words in lower case."""
    openers: frozenset[str] = frozenset()
    """Words that look like a form of a name, but are none if they begin a sentence or stand on a
    sign (*ennen*, *monia*, *ingen*)."""

    def knowing(self, text: str) -> WordLists:
        """Return the lists with the words of a text, a unit's name say, added to ``capitals``."""
        own = frozenset(WORD.findall(plain(text)))
        return replace(self, capitals=self.capitals | own) if own else self


@dataclass(frozen=True, slots=True)
class Suspects:
    """The words of a text, as typed, that may name a child."""

    given: tuple[str, ...] = ()
    """Forms of given names."""
    capitals: tuple[str, ...] = ()
    """Unknown words with a capital inside a sentence, and words in another script."""
    accounts: tuple[str, ...] = ()
    """Accounts (*@ainonaiti*) that are not the unit's own."""

    @property
    def all_of_them(self) -> tuple[str, ...]:
        """All words that a person may be asked about."""
        return (*self.given, *self.capitals, *self.accounts)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as typed; whether it begins a sentence, and whether it is in a hashtag."""

    text: str
    begins: bool
    tag: bool
    of_a_house: bool
    """Whether it is the own name of a kindergarten or school."""
    of_a_thing: bool = False
    """Whether what follows is said of snow, the sea, a flower or a tale, and of no person."""
    parts: tuple[str, ...] = field(default=())


def suspects_in(texts: Iterable[str], lists: WordLists, cleared: Iterable[str] = ()) -> Suspects:
    """Return the words of ``texts`` that may name a child, without duplicates, in order.

    ``cleared`` are words that staff declared to be no name; all their forms are ignored.
    """
    no_names = frozenset(plain(word) for word in cleared)
    given: dict[str, None] = {}
    capitals: dict[str, None] = {}
    accounts: dict[str, None] = {}
    own = _compact(no_names | lists.capitals)
    for text in texts:
        accounts.update(dict.fromkeys(_foreign_accounts(text, own)))
        words = [word for word in _words(text) if not _is_one_of(word.text, no_names)]
        for word in words:
            named = any(_is_given(part, word, lists) for part in word.parts)
            if named or (word.tag and _begins_with_given(word.text, lists)):
                given[word.text] = None
        loud = _has_meaningless_capitals(text)
        for word in words:
            if not is_latin(word.text) or (not loud and _is_unknown(word, lists)):
                capitals[word.text] = None
    others = tuple(word for word in capitals if word not in given)
    return Suspects(tuple(given), others, tuple(accounts))


def _foreign_accounts(text: str, own: frozenset[str]) -> Iterator[str]:
    for found in _ACCOUNT.finditer(plain(text)):
        if not _compact(frozenset([found[1]])) <= own:
            yield found[0]


@lru_cache(maxsize=8)
def _compact(words: frozenset[str]) -> frozenset[str]:
    """Return the words without separators, as accounts write them."""
    return frozenset(_PARTS.sub("", plain(word).casefold()) for word in words)


def _words(text: str) -> Iterator[_Word]:
    line = plain(text)
    for spaced in SPACED.findall(latin(text)):
        yield _Word(joined(spaced), begins=True, tag=False, of_a_house=False, parts=_parts(spaced))
    for found in WORD.finditer(line):
        start, end = found.span()
        near = max(0, start - _NEAR)
        begins = bool(_BEGINS.search(line, near, start)) and not _is_beside_initial(line, found)
        ahead = _AFTER_NAME.match(line, end - 1) or _AFTER_NAME.match(line, end)
        behind = _BEFORE_NAME.search(line, near, start)
        house = bool(ahead or behind or _IS_HOUSE.match(found[0]))
        thing = bool(_OF_A_THING.match(line, end))
        tag = line[near:start].endswith("#")
        yield _Word(found[0], begins, tag, house, thing, _parts(found[0]))


def _parts(word: str) -> tuple[str, ...]:
    return parts_of(latin(joined(word) if SPACED.fullmatch(word) else word))


def _is_beside_initial(line: str, found: re.Match[str]) -> bool:
    """Return whether a person's initial, not a group's letter, is next to the word."""
    start = found.start()
    if _AFTER_INITIAL.search(line, max(0, start - _NEAR), start):
        return True
    return bool(_BEFORE_INITIAL.match(line, found.end())) and not IS_GROUP.match(found[0])


def _is_given(part: str, word: _Word, lists: WordLists) -> bool:
    """Return whether a word, or a part of one, is a form of a given name.

    A name that is also an ordinary word needs a capital; at the beginning of a sentence it
    must be in the nominative or genitive, and no day or place. In lower case only long names
    are recognised, in the same two forms.
    """
    key = part.casefold()
    if (word.begins and key in lists.openers) or (word.of_a_thing and key in lists.everyday):
        return False
    names = [name for name in _like(part, _given_names(lists)) if is_form(part, name)]
    bare = [name for name in names if is_bare(part, name)]
    firm = bare if _is_one_of(part, lists.capitals) else names
    plain_names = _like(part, _undotted(lists))
    if part[0].isupper() and (
        any(name.casefold() not in lists.everyday for name in firm)
        or any(is_bare(part, name) for name in plain_names)
    ):
        return True
    if part[0].isupper() and _is_one_of(part, lists.capitals):
        return False
    if part[0].isupper():
        return bool(bare if word.begins or word.tag else names)
    if part in lists.small:
        return False
    return any(len(name) >= _SAFE_LENGTH and name.casefold() not in lists.everyday for name in bare)


def _begins_with_given(tag: str, lists: WordLists) -> bool:
    """Return whether a hashtag joins the genitive of a given name to a word that is no place."""
    if _is_one_of(tag, lists.capitals) or _NAMED_AFTER.search(tag.casefold()):
        return False
    names = _like(tag, _given_names(lists))
    return any(
        n.casefold() not in lists.everyday and begins_with_genitive(tag.casefold(), n)
        for n in names
    )


@lru_cache(maxsize=8)
def _given_names(lists: WordLists) -> Mapping[str, tuple[str, ...]]:
    return _index(frozenset(map(latin, lists.names)))


@lru_cache(maxsize=8)
def _undotted(lists: WordLists) -> Mapping[str, tuple[str, ...]]:
    """Return the names with å, ä, ö replaced by a, a, o; without those that are ordinary words."""
    dotted = (name for name in map(latin, lists.names) if name.casefold() not in lists.everyday)
    plain_names = {undotted(name) for name in dotted if undotted(name) != name}
    return _index(frozenset(plain_names - lists.names))


def _is_unknown(word: _Word, lists: WordLists) -> bool:
    """Return whether a word's capital is explained neither by its position nor by a list."""
    text = word.text
    short = text.isupper() and len(text) <= _LONGEST_SHORT
    explained = word.begins or word.tag or word.of_a_house
    if explained or short or not text[0].isupper() or len(text) == 1:
        return False
    head, _, tail = text.partition("-")
    readings = (text, head) if tail.islower() else (text,)
    return not any(
        _is_one_of(part, lists.capitals) or _PLACES.search(part.casefold()) for part in readings
    )


def _has_meaningless_capitals(text: str) -> bool:
    """Return whether a text is all in capitals, or a title with every word capitalised."""
    line = plain(text)
    long = [word for word in WORD.findall(line) if len(word) > _SMALL_WORD]
    title = len(long) >= _TITLE_WORDS and all(word[0].isupper() for word in long)
    return line.isupper() or (title and "," not in line and bool(_OF_A_TITLE.search(line)))


def _is_one_of(word: str, known: frozenset[str]) -> bool:
    return any(is_form(word, each) for each in _like(word, _index(known)))


def _like(word: str, index: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return index.get(word[:1].casefold(), ())


@lru_cache(maxsize=8)
def _index(words: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the words grouped by their first letter."""
    index: dict[str, list[str]] = {}
    for word in sorted(words):
        index.setdefault(word[:1].casefold(), []).append(word)
    return {letter: tuple(found) for letter, found in index.items()}
