"""Words of office tables in Finnish, Swedish and English: headings, answers, stages."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from photoguard.model import Answer, PermissionKind, PersonKind, Stage
from photoguard.model.spelling import heading_key

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "outside_id": (
            *("tunniste", "identifierare", "id", "oppilasnumero", "oppilaan numero", "elevnummer"),
            *("pupil number", "student number", "opiskelijanumero", "studerandenummer"),
            *("asiakasnumero", "kundnummer", "outside id"),
        ),
        "name": (
            *("nimi", "namn", "name", "oppilas", "elev", "pupil", "lapsi", "barn", "child"),
            *("opiskelija", "studerande", "student", "oppilaan nimi", "elevens namn"),
            *("lapsen nimi", "barnets namn", "pupil name", "koko nimi", "opiskelijan nimi"),
        ),
        "first_name": (
            *("etunimi", "förnamn", "first name", "kutsumanimi", "tilltalsnamn", "etunimet"),
            *("given name", "förnamnen"),
        ),
        "last_name": ("sukunimi", "efternamn", "last name", "family name", "släktnamn", "surname"),
        "group": (
            *("ryhmä", "grupp", "group", "luokka", "klass", "class", "opetusryhmä"),
            *("undervisningsgrupp", "perusopetusryhmä", "basgrupp"),
        ),
        "stage": (
            *("aste", "stadium", "stage", "koulutusaste", "utbildningsstadium", "koulutusmuoto"),
            *("utbildningsform",),
        ),
        "kind": ("henkilötyyppi", "persontyp", "kind of person", "rooli", "roll", "role"),
        "born": (
            *("syntymäaika", "födelsetid", "date of birth", "syntymäpäivä", "födelsedatum"),
            *("birth date", "synt.aika", "synt aika", "född", "born"),
        ),
        "guardian_1": (
            *("huoltaja 1", "vårdnadshavare 1", "guardian 1", "huoltaja", "vårdnadshavare"),
            *("guardian", "huoltajan nimi", "vårdnadshavarens namn", "1. huoltaja"),
            *("ensimmäinen huoltaja", "första vårdnadshavaren", "first guardian"),
        ),
        "guardian_2": (
            *("huoltaja 2", "vårdnadshavare 2", "guardian 2", "2. huoltaja", "toinen huoltaja"),
            *("andra vårdnadshavaren", "second guardian"),
        ),
        "guardians": ("huoltajat", "vårdnadshavarna", "guardians", "huoltajien nimet"),
        "never": (*("ei koskaan kuviin", "aldrig på bild", "never in pictures", "ei kuviin"),),
        "retain_until": (
            *("säilytetään saakka", "bevaras till", "retain until", "säilytysaika päättyy"),
            *("keep until",),
        ),
        "given_on": (
            *("annettu", "given datum", "given on", "luvan päivä", "tillståndets datum", "pvm"),
            *("lupa annettu", "tillståndet givet", "datum", "date given"),
        ),
        "valid_until": (
            *("voimassa saakka", "giltig till", "valid until", "lupa voimassa", "voimassa asti"),
            *("giltigt till", "päättyy", "lupa päättyy", "päättymispäivä", "luvan päättymispäivä"),
            *("voimassaolo päättyy", "viimeinen voimassaolopäivä", "voimassa päivään"),
            *("upphör", "tillståndet upphör", "giltig t.o.m.", "giltigt t.o.m.", "slutdatum"),
            *("expires", "permission expires", "expiry date", "end date", "valid to"),
        ),
        "form_number": (
            *("lomakkeen numero", "blankettens nummer", "form number", "lomakenumero"),
            *("lomake nro", "blankettnummer", "blankett nr", "form no"),
        ),
        "reference": ("lomake", "blankett", "form", "paperi", "papper", "paper", "viite"),
        "information_version": (
            *("tiedotteen versio", "informationens version", "information version"),
            *("informointi",),
        ),
        "purpose": ("käyttötarkoitus", "ändamål", "purpose", "tarkoitus", "syfte"),
    }
)
"""Each column with its headings; the first three are those in fi, sv and en."""

IDENTITY_HEADINGS = frozenset(
    {
        *("henkilötunnus", "hetu", "personbeteckning", "personal identity code", "sotu"),
        *("personnummer", "social security number", "henkilötunnukset"),
    }
)
"""Headings of columns of identity codes, which must be empty."""

EXPLAINING_SHEETS = ("ohje", "anvisning", "guide")
"""Names of the sheet that explains our own template; it holds no table."""

CHANNELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("instagram", "insta"), ("instagram",)),
        **dict.fromkeys(("facebook",), ("facebook",)),
        **dict.fromkeys(
            (
                *("verkkosivu", "kotisivu", "nettisivu", "www", "webbplats", "webbsida"),
                *("hemsida", "website", "web page", "homepage"),
            ),
            ("website",),
        ),
        **dict.fromkeys(
            ("sosiaali", "some", "sociala medier", "social media"), ("instagram", "facebook")
        ),
    }
)
"""Beginning of a word in a heading to the channels that it stands for."""

FORBIDS = re.compile(
    r"kielto|kiello|kielle|\bei saa\b|\beivät saa\b|förb[uj]|får (inte|ej|icke)|prohibi|forbid"
    r"|(may|must|can|do|does|shall|should) ?not|cannot|not allow|opt.?out|\bban(s|ned)?\b"
)
"""Found in headings that are a prohibition, so that a yes below them forbids."""

PROTECTS = re.compile(
    r"turvak|turvao|spärr|skydda[dt]|skyddsmark|sekretess|hemlig|kvarskriv|salai[ns]|salass|salattu"
    r"|osoitesuoj|suojattu|suojeltu|protect|secret|confidential|classified|restrict|non.?disclos"
    r"|\bei (koskaan )?kuv|aldrig (på|i) bild|never in pic"
)
"""Found in headings about a protection, as of an address; such a person is in no picture."""

DENIES = re.compile(
    rf"{FORBIDS.pattern}|{PROTECTS.pattern}"
    r"|\bei\b|\beivät\b|\bälä|\bilman\b|kieltä[yäny]|estett|evätty|evätä|vastust|perutt|peruut"
    r"|perunut|puuttu|\binte\b|\bej\b|\bicke\b|\baldrig\b|\bing(en|a|et)\b|\butan\b|neka[dt]"
    r"|vägra|motsätt|återkall|återta|sakna|\bnot\b|\bnever\b|\bwithout\b|n['’]t\b|\bdenie[ds]|\bdeny"
    r"|refus|declin|\bobject|withdr|revok|cancel|missing|\black|\bno "
    r"(photo|pict|image|video|face|consent|permi|publi|media)"
)
"""Found in headings with words that may turn a yes below them into a no."""

PICTURES = re.compile(
    r"kuv|valok|julkais|nett|\bsome|insta|faceb|bild|foto|publi|film|pict|photo|image|video"
    r"|media|webb|online"
)
"""Found in remarks about pictures or about where they are published."""

NEGATED = re.compile(
    r"\bei\b|\beivät\b|\bälä|\binte\b|\bej\b|\bicke\b|\baldrig\b|\bing(en|a|et)\b"
    r"|\bnot\b|\bnever\b|\bcannot\b|n['’]t\b|\bno\b"
)
"""Found in headings that contain a no, below which a no may mean two things."""

CHOICES = re.compile(r"\(?\b(kyllä|ja|yes|on|k|j|y)\s?/\s?(ei|nej|no|e|n)\b\)?")
"""The possible answers, such as "kyllä/ei", which some forms have in the heading."""

LIMITS = re.compile(
    r"\bvain\b|ainoas|\bjos\b|paitsi|lukuun ott|ryhmäkuv|luokkakuv|video|ääni|sulje|sisäi|pyyde"
    r"|kysyt|kysely|lähete|palaut|käsit|luettu|lomake|tiedot|poist|päätty|entinen|viime|opetta|henkilökun"
    r"|\bendast\b|\bbara\b|\benbart\b|\bom\b|utom|grupp(bild|foto)|klass(bild|foto)|\bljud|stängd"
    r"|slut(et|en|na)\b|intern|begär|frågat|skicka|inlämn|enkät|blankett|upphäv|upphör|lärar|personal"
    r"|\bonly\b|\bif\b|unless|except|(group|class) (photo|pict)|audio|sound|closed|private|request"
    r"|asked|\bsent\b|return|receiv|survey|\bform\b|inform|lifted|remov|expire|former|teacher|\bstaff"
)
"""Found in headings of limited permissions, or of something that is no permission."""

HIDDEN_FACE = re.compile(
    r"peit|sume|sumu|tunnist|blurr|anonym|pikselö|takaa|takap|selin|kaukaa|ilman kasvo|rajat"
    r"|dolt|dold|maskera|suddig|oigenkänn|igenkänn|bakifrån|avstånd|utan ansik"
    r"|hidden|covered|mask|identif|recogni|from behind|distance|without face"
)
"""Found in headings of permissions for pictures in which the child is not recognisable."""

HARMLESS = re.compile(
    r"om(?:a|an|aa|at|ia|ien)|itse|\w*lu(?:pa|paa|van|vat|pia|pien)(?:ni|si|nsa)?|suostu\w*|julkais\w*|(?:valo)?kuv\w*|saa(?:ko|vat)?"
    r"|oppila\w*|opiskelija\w*|laps\w*|lasten|nuor\w*|huollettava\w*|huoltaj\w*|vanhem\w*|vanhempi\w*"
    r"|ant(?:ama|amat|aa|anut)|annettu|some|somessa|sosiaali\w*|medi(?:a|an|assa)|kanava\w*|näky\w*"
    r"|verkkosivu\w*|kotisivu\w*|nettisivu\w*|koulun?|päiväkodin?|yksikön|kaupungin"
    r"|egen|eget|egna|själv|\w*tillst\w*|\w*samtyck\w*|lov|elev\w*|barn\w*|studerande\w*|vårdnadshav\w*"
    r"|föräld\w*|målsm\w*|(?:foto)?bild\w*|foto\w*|\w*public\w*|publik\w*|får|få|vara|synas|social\w*|medi\w*"
    r"|webb\w*|hemsid\w*|skolans?|daghemmets?|enhetens?|stadens?|ges|given|givet|ja"
    r"|own|permi\w*|consent\w*|pupils?|students?|child\w*|guardians?|parents?|photo\w*|pict\w*|imag\w*"
    r"|publish\w*|may|be|shown|gives?|web|pages?|website|homepage|school|unit|city|s"
    r"|insta\w*|faceb\w*|www|https?|sekä|tai|och|samt|eller|and|or|in|on|the|a|of|for|to|by|på|i|för|av|till|från"
    r"|[1-4]"
)
"""Words of a heading that do not limit a permission; with any other word a person is asked."""

GIVES = re.compile(
    r"\blu[pv]|\wlu[pv][aia]|suostu|julkais|\bsaa\b|\bsaako\b|tillst|samtyck|\blov\b|public|permi|consent"
    r"|\bmay\b|\bfår\b"
)

_PUPIL = (
    r"(?:oppilas|oppilaan|oppilaat|oppilaiden|opiskelija|opiskelijan|opiskelijat|lapsi|lapsen|lasten"
    r"|nuori|nuoren|huollettava|huollettavan|elev|elever|eleven|elevens|elevernas|studerande"
    r"|studerandes|barn|barnet|barnets|pupils?|pupils?['’]s?|students?|students?['’]s?|child"
    r"|child['’]?s|children)"
)
_PERMISSION = (
    r"(?:lu[pv]|julkaisulu|kuvauslu|suostu|\w*tillst|\w*samtyck|lov\b|permi|consent|publication)"
)
_AND = r"(?:\bja\b|\bsekä\b|\boch\b|\bsamt\b|\band\b|&|\+)"
OWN = re.compile(
    r"\bom(?:a|an|aa|at|ia|ien|in|ista)\b(?! (?:laps|huollett))|\b(?:egen|eget|egna)\b(?! barn)"
    r"|\bown\b(?! child)|\bitse\b|\bsjälv\b"
    rf"|\b{_PUPIL} {_PERMISSION}"
    rf"|\b{_PUPIL} ?{_AND} ?\w|{_AND} ?{_PUPIL}\b"
    rf"|(?:^|[,:;(/|] ?){_PUPIL} ?(?:$|[,:;)/|])"
    rf"|(?<!\bav )(?<!\bpå )(?<!\bför )(?<!\bof )(?<!\bfor )\b{_PUPIL}$"
)
"""Found in headings of a pupil's own answers, not in those that are only *about* a pupil."""

GUARDIAN = re.compile(
    r"huoltaj|vårdnadshav|guardian|vanhem[pm]|\bvanhempi|\bparent|förälder|föräldr|målsman"
)
_ONE_SEAT = r"(?:huoltaj|vanhe[mn]|vårdnadshav|föräld|guardian|parent)"
ONE_GUARDIAN = re.compile(
    r"\bäi(?:ti|din)|\bisä|\bmother|\bfather|\bmamma|\bpappa|\bmodern?\b|\bfadern?\b"
    r"|\bensimmäi|\btoi(?:nen|sen|sel|sta)|\bkolma[ns]|\bmuun?\b|\byhden\b|\b(?:lähi|etä)(?:huolt|vanh)"
    r"|\bförsta|\bandra|\btredje|\bena\b|\b[1-4]:[ae]\b"
    r"|\bfirst|\bsecond|\bthird|\bother\b|\bone\b|\b[1-4](?:st|nd|rd|th)\b"
    rf"|{_ONE_SEAT}[\w'’]*[ :#(/]+(?:[a-d]|i{{1,3}}|iv)\b"
    rf"|{_ONE_SEAT}.*\b[1-9]\b|\b[1-9]\b.*{_ONE_SEAT}"
)
"""Found in headings about one guardian, such as the mother or the second, without saying which
of the table's guardians that is. ``GUARDIAN_NUMBER`` is searched before this."""

GUARDIAN_NUMBER = re.compile(
    r"(?:huoltaj\w*|vårdnadshav\w*|guardian\w*)\D{0,3}([12])\b"
    r"|\b([12])\.? ?(?:huoltaj|vårdnad|guard)"
)

KINDS: Mapping[PermissionKind, re.Pattern[str]] = MappingProxyType(
    {
        PermissionKind.OWN_WORK: re.compile(
            r"työ|\bty[oö]|\btöi|töiden|töitä|tuoto|tuotta|teos|teok|taidet|piirus|piirro|maalau"
            r"|askart|arbete|alster|konstverk|\bverk\b|teckning|målning|slöjd"
            r"|works?\b|artwork|drawing|painting|craft"
        ),
        PermissionKind.NAMED: re.compile(r"\bnim|\bnamn|\bname"),
        PermissionKind.PHOTOGRAPHER: re.compile(r"kuvaaja|fotograf(en)?s?\b|photographer"),
    }
)
"""The kind of permission to what is found in its headings; without any it is *to be shown*."""

ANSWERS: Mapping[str, Answer | None] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                *("kyllä", "kylla", "k", "joo", "saa", "sallittu", "annettu", "x", "1", "ok"),
                *("ja", "j", "får", "tillåtet", "tillåten", "yes", "y", "true", "tosi", "sant"),
                *("given", "allowed", "lupa annettu", "myönnetty", "☑", "✓", "✔"),
            ),
            Answer.YES,
        ),
        **dict.fromkeys(
            (
                *("ei", "e", "ei saa", "kielletty", "ei lupaa", "0", "nej", "n", "får inte"),
                *("förbjudet", "inget tillstånd", "no", "false", "epätosi", "falskt", "ej"),
                *("not allowed", "may not", "evätty"),
            ),
            Answer.NO,
        ),
        **dict.fromkeys(
            (
                *("", "-", "–", "—", "?", "ei vastattu", "ei vastausta", "odottaa", "ej svarat"),
                *("inget svar", "väntar", "not answered", "no answer", "pending", "☐"),
                *("ei tietoa", "puuttuu", "saknas", "missing"),
            ),
            None,
        ),
    }
)
"""The text of a cell to its answer; None stands for no answer."""

FORBIDDEN = frozenset(
    {
        *("ei saa", "kielletty", "ei lupaa", "evätty", "får inte", "förbjudet"),
        *("inget tillstånd", "not allowed", "may not"),
    }
)
"""Answers that forbid in every column, also in one of prohibitions, where "ei" takes it back."""

STAGES: Mapping[str, Stage] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "varhaiskasvatus",
                "småbarnspedagogik",
                "early childhood",
                "early childhood education",
            ),
            Stage.EARLY_CHILDHOOD,
        ),
        **dict.fromkeys(
            (
                *("esiopetus", "förskoleundervisning", "pre primary", "pre primary education"),
                *("eskari", "förskola"),
            ),
            Stage.PRE_PRIMARY,
        ),
        **dict.fromkeys(
            (
                *("perusopetus", "grundläggande utbildning", "basic education", "peruskoulu"),
                *("alakoulu", "yläkoulu", "grundskola"),
            ),
            Stage.BASIC_EDUCATION,
        ),
        **dict.fromkeys(
            (
                *("lukio", "lukiokoulutus", "gymnasieutbildning", "gymnasium"),
                *("upper secondary", "upper secondary education"),
            ),
            Stage.UPPER_SECONDARY,
        ),
        **dict.fromkeys(("ei mitään", "inget", "none"), Stage.NONE),
    }
)

PERSON_KINDS: Mapping[str, PersonKind] = MappingProxyType(
    {
        **dict.fromkeys(("lapsi", "barn", "child"), PersonKind.CHILD),
        **dict.fromkeys(("oppilas", "elev", "pupil"), PersonKind.PUPIL),
        **dict.fromkeys(("opiskelija", "studerande", "student"), PersonKind.STUDENT),
        **dict.fromkeys(
            ("henkilökunta", "personal", "staff", "opettaja", "lärare", "teacher"), PersonKind.STAFF
        ),
        **dict.fromkeys(("muu", "annan", "other"), PersonKind.OTHER),
    }
)


def column_of(heading: str) -> str | None:
    """Return the key in ``COLUMNS`` for a heading, None for an unknown one."""
    wanted = heading_key(heading)
    return next((name for name, words in COLUMNS.items() if wanted in words), None)
