"""Writes days to remember as an iCalendar file (RFC 5545)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

_LONGEST = 75
"""Most octets of a line, RFC 5545 section 3.1."""
_REMIND = "-P14D"
"""The time of the reminder, two weeks before, so that a family can be asked again."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event of one whole day; ``channel`` distinguishes events on the same day."""

    day: date
    channel: str
    summary: str
    description: str


def render(entries: Iterable[CalendarEvent], unit: str, stamp: datetime) -> bytes:
    """Return a calendar in UTF-8; an event that is imported again replaces itself."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//photoguard//consent expiring//EN"]
    for entry in entries:
        lines += _event(entry, unit, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(entry: CalendarEvent, unit: str, stamp: datetime) -> Iterator[str]:
    known_by = f"{unit}\x1f{entry.day}\x1f{entry.channel}"
    name = hashlib.sha256(known_by.encode()).hexdigest()[:32]
    yield "BEGIN:VEVENT"
    yield f"UID:{name}@photoguard"
    yield f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(entry.summary)}"
    yield f"DESCRIPTION:{_escaped(entry.description)}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"TRIGGER:{_REMIND}"
    yield f"DESCRIPTION:{_escaped(entry.summary)}"
    yield "END:VALARM"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return "".join(sign for sign in text if sign.isprintable())


def _folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets; parts after the first begin with a space."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > _LONGEST:
            yield part
            part = " "
        part += letter
    yield part
