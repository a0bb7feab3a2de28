"""The meaning of typed answers: *unknown*, *none*, a photographer, names of channels.

The same words mean the same in a window, a table and a setting. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from photoguard.model.choices import Role
from photoguard.model.spelling import heading_key, words_in

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_KNOWN = frozenset(
    map(
        heading_key,
        (
            *("en tiedä", "emme tiedä", "ei tietoa", "ei tiedossa", "en muista", "emt"),
            *("vet inte", "vet ej", "jag vet inte", "vi vet inte", "ingen aning", "minns inte"),
            *("don't know", "dont know", "do not know", "i don't know", "i do not know"),
            *("we don't know", "not known", "not sure", "no idea", "n/a"),
        ),
    )
)
_NONE = frozenset(
    {
        *("ei", "ei ole", "ei yhtään", "ei mitään", "ei ketään", "ei kukaan", "ei kuvausta"),
        *("ei töitä", "ei lasten töitä", "ei oppilaiden töitä", "ei ole töitä"),
        *("nej", "inga", "inget", "ingen", "ingenting", "ingen beskrivning", "inga arbeten"),
        *("inga barns arbeten", "inga elevers arbeten", "inga alster", "inga verk"),
        *("no", "none", "nothing", "nobody", "no one", "no description", "no work", "no works"),
    }
)
ROLES: Mapping[str, Role] = MappingProxyType(
    {
        **dict.fromkeys(("henkilökunta", "personal", "staff"), Role.STAFF),
        **dict.fromkeys(("henkilökuntaa", "työntekijä", "opettaja", "ope"), Role.STAFF),
        **dict.fromkeys(("hoitaja", "lastenhoitaja", "ohjaaja", "johtaja"), Role.STAFF),
        **dict.fromkeys(("personalen", "lärare", "läraren", "teacher"), Role.STAFF),
        **dict.fromkeys(("lapsi", "lapset", "barn", "barnet", "barnen", "ett barn"), Role.CHILD),
        **dict.fromkeys(("child", "children", "a child", "the children"), Role.CHILD),
        **dict.fromkeys(("eskarilainen", "eskarilaiset", "förskolebarn"), Role.CHILD),
        **dict.fromkeys(("oppilas", "oppilaat", "elev", "eleven", "elever"), Role.CHILD),
        **dict.fromkeys(("eleverna", "pupil", "pupils", "a pupil"), Role.CHILD),
        **dict.fromkeys(("opiskelija", "opiskelijat", "studerande", "student"), Role.CHILD),
        **dict.fromkeys(("students", "a student"), Role.CHILD),
        **dict.fromkeys(("muu", "annan", "other", "huoltaja", "vanhempi"), Role.OTHER),
        **dict.fromkeys(("vårdnadshavare", "förälder", "guardian", "parent"), Role.OTHER),
    }
)
"""Words for a photographer without a name, which a column of roles may hold too, by role."""

_CHILDS = frozenset(
    ("lapsi", "oppilas", "barn", "elev", "child", "pupil", "eskarilainen", "förskolebarn")
)
_AGE = re.compile(
    r"(?<!\w)\d{1,2}[ -]?(?:v|vee|vuotta|vuotias|år|årig|åring|years?|yrs?|yo)(?!\w)", re.IGNORECASE
)
"""An age: beside a name it shows that a child took the photo, so the name is not published."""

_CREDIT = re.compile(r"(?:kuva|kuvaaja|foto|fotograf|photo|photographer)\s*:\s*", re.IGNORECASE)
"""The label that the program itself writes before a photographer's name."""
_CHANNEL_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("insta", "ig", "instagramiin", "instagramissa"), "instagram"),
    **dict.fromkeys(("fb", "face", "facebookiin", "facebookissa"), "facebook"),
    **dict.fromkeys(
        ("www", "web", "webb", "nettisivut", "verkkosivut", "kotisivut", "verkkosivusto"), "website"
    ),
    **dict.fromkeys(("webbplats", "webbplatsen", "webbsidan", "hemsida", "hemsidan"), "website"),
}
_ALL = frozenset(
    {
        *("kaikki", "kaikkiin", "kaikki kanavat", "kaikkiin kanaviin", "kaikissa", "all"),
        *("alla", "alla kanaler", "i alla kanaler", "samtliga", "all channels", "everywhere"),
    }
)
"""Answers that stand for every channel of the unit, as no answer does."""
_FILLER = re.compile(r"x+")
_FORBIDS = re.compile(
    r"\b(?:ei|eikä|eivät|älä|älkää)\b(?: \w+){0,2} (?:julkais|julki|kuvata|näkyä\b|näyttää|näytetä"
    r"|käyttää|laita|jakaa|jaeta|netti|some(?:en|ssa)\b|insta|faceb|kuviin)|\b(?:ei|eivät) kuvaa?$"
    r"|\b(?:ei|eivät) saa (?:\w+ ){0,3}kuvi|\bälä näytä"
    r"|\bei (?:ole )?(?:julkaisu|kuvaus)?lup[aa]|\blupa (?:puuttuu|peruttu|evätty)"
    r"|(?:julkaisu|kuva(?:us)?|turva)kiel[lt]|\bkiel(?:si|sivät)\b|\bkieltän"
    r"|\b(?:får|ska|skall|bör|kan) (?:inte|ej|icke)(?: \w+){0,2} (?:publ|visas|synas|fotogr|delas"
    r"|användas|läggas|vara (?:med|på))"
    r"|\b(?:publicera|visa|använd|dela|lägg)s? (?:inte|ej)\b|\b(?:publicerings|foto|bild)förb"
    r"|\b(?:inget|ej|utan|saknar) (?:publicerings)?(?:tillstånd|lov)\b|\bförbju"
    r"|(?:\b(?:not|never|cannot)|n['’]t)(?: \w+){0,2} (?:publi|post(?:ed)?\b|show\b|share|photogr"
    r"|be (?:shown|seen|used|in)\b)"
    r"|\b(?:no|without) (?:permission|consent)\b|\bforbid"
)
"""Words that may forbid a photo or somebody in it, not ones on what the picture shows."""
_AWAY = frozenset(
    {
        *("poista", "poistetaan", "poistakaa", "poista kuva", "poista tämä", "pois", "ei käytetä"),
        *("ta bort", "bort", "radera", "tas bort", "raderas", "används inte", "används ej"),
        *("delete", "remove", "delete this", "remove this", "do not use", "skip"),
        *("ei tätä", "ei käyttöön", "inte denna", "not this one", "salainen", "hemlig", "secret"),
    }
)
_SAYS_NO = re.compile(
    r"\b(?:ei|eivät|älä|älkää|ilman|inte|ej|icke|nej|aldrig|inga|ingen|inget|utan|no|not|never"
    r"|without)\b|n['’]t\b|kiel[lt]|kielsi|peruu|peruttu|evätty|återkall|refus|withdr"
)
_WORD = re.compile(r"[^\W\d_]+")


_PICTURE_SUFFIX = re.compile(r"\.(?:jpe?g|png|webp|hei[cf]|avif|tiff?|bmp|gif|dng)$", re.IGNORECASE)
_AFTER_LATIN = "\u0370"
"""The first letter after the Latin ones; of other letters, one may be a word."""
_NO_CONTENT = words_in(
    "img image images dsc dscf dscn dscp pxl vid mov mvimg pano burst edited whatsapp",
    "screenshot screen shot snapchat signal photo photos picture pic file copy untitled at am",
    "pm no kuva kuvat valokuva kuvakaappaus näyttökuva kopio klo nro tiedosto bild bilder",
    "bilden foto fotografi skärmbild skärmavbild kopia kl nr fil tammikuu tammikuun",
    "tammikuuta helmikuu helmikuun helmikuuta maaliskuu maaliskuun maaliskuuta huhtikuu",
    "huhtikuun huhtikuuta toukokuu toukokuun toukokuuta kesäkuu kesäkuun kesäkuuta heinäkuu",
    "heinäkuun heinäkuuta elokuu elokuun elokuuta syyskuu syyskuun syyskuuta lokakuu lokakuun",
    "lokakuuta marraskuu marraskuun marraskuuta joulukuu joulukuun joulukuuta januari",
    "februari mars april maj juni juli augusti september oktober november december january",
    "february march may june july august october jan feb mar apr jun jul aug sep sept oct okt",
    "nov dec maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai ma ti ke to",
    "pe la su måndag tisdag onsdag torsdag fredag lördag söndag må ons tors fre lör sön",
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun",
)
"""Words of days, times and files, which say nothing of what a picture shows."""
_BETWEEN = re.compile(r"[,;/&+]|\s(?:ja|sekä|och|samt|and)\s", re.IGNORECASE)


def word_key(text: str) -> str:
    """Return the form in which fixed words are compared, without a final full stop."""
    return heading_key(text).rstrip(".! ")


def is_not_known(text: str) -> bool:
    """Tell whether an answer is empty, only signs such as ? and –, or *I don't know*."""
    key = word_key(text)
    return key in _NOT_KNOWN or all(unicodedata.category(sign)[0] in "PZ" for sign in key)


def known_answer(text: str) -> str:
    """Return an answer unchanged, "" for one that means *not known*."""
    return "" if is_not_known(text) else text


def is_none(text: str) -> bool:
    """Tell whether an answer means that there is none: *no*, *nobody*, *no works*."""
    return word_key(text) in _NONE


def text_answer(text: str) -> str:
    """Return an answer unchanged, "" for one that means *none* or *not known*.

    "" also for an answer without letters and digits, and for a row of x.
    """
    filler = _FILLER.fullmatch(word_key(text)) or not any(map(str.isalnum, text))
    return "" if filler or is_none(text) else known_answer(text)


def description_answer(text: str) -> str:
    """Return a description unchanged, "" where ``text_answer`` does and for one without a word.

    A number, a day and a file's name ("12", "24.12.2026", "IMG_2034", "Kuva 3") tell nobody
    what a picture shows.
    """
    words = _WORD.findall(_PICTURE_SUFFIX.sub("", text).casefold())
    has_number = any(map(str.isdecimal, text))
    tells = (
        word
        for word in words
        if word not in _NO_CONTENT and not (has_number and _is_latin_letter(word))
    )
    return text_answer(text) if any(tells) else ""


def _is_latin_letter(word: str) -> bool:
    """Tell whether a word is one letter, as in "5B" and "P1010023"."""
    return len(word) == 1 and word < _AFTER_LATIN


def may_forbid(text: str) -> bool:
    """Tell whether what was written of a photo may mean that it must not be published."""
    plain = heading_key(text)
    return word_key(text) in _AWAY or _FORBIDS.search(plain) is not None


def says_no(text: str) -> bool:
    """Tell whether a remark denies anything, whatever it is about."""
    return may_forbid(text) or _SAYS_NO.search(heading_key(text)) is not None


@dataclass(frozen=True, slots=True)
class PhotographerAnswer:
    """The photographer in an answer: a name ("" for none), a role, both or neither."""

    name: str
    role: Role | None = None


def photographer_in(text: str) -> PhotographerAnswer:
    """Return the photographer's name and role in an answer.

    "teacher" alone is a role without a name; a name with an age or a word such as *child*
    has the role of a child.
    """
    name = _CREDIT.sub("", text_answer(text).strip(), count=1).strip()
    role = ROLES.get(word_key(name))
    if role is not None or not any(map(str.isalpha, name)):
        return PhotographerAnswer("", role)
    is_childs = _AGE.search(name) or not _CHILDS.isdisjoint(re.findall(r"\w+", word_key(name)))
    return PhotographerAnswer(name, Role.CHILD if is_childs else None)


def channel_name(word: str) -> str:
    """Return a channel's name as the rules write it, also for words such as "insta" and "fb"."""
    key = word_key(word)
    return _CHANNEL_WORDS.get(key, key)


def means_all(text: str) -> bool:
    """Tell whether an answer about channels means all of them."""
    return word_key(text) in _ALL


def channels_in(text: str) -> tuple[str, ...]:
    """Return the words for channels in an answer, separated by commas, "and" and the like.

    "all" is left out: without a word for a channel, those of the unit are meant.
    """
    words = (word.strip() for word in _BETWEEN.split(f" {text} "))
    return tuple(
        dict.fromkeys(each for each in words if not (is_not_known(each) or means_all(each)))
    )


_WITH_FACE = re.compile(r"(?P<who>[^#]*[^#\s])\s*#\s*(?P<face>[0-9]+)")


def split_face_number(text: str) -> tuple[str, int | None]:
    """Return the name and the face index of "Aino#3": ("Aino", 2); None without a number."""
    parts = _WITH_FACE.fullmatch(text)
    return (parts["who"], int(parts["face"]) - 1) if parts else (text.strip(), None)
