"""A folder that somebody sent, mutated: its table, settings, journal, manifest, and a register.

Each is given to what reads it on the command line, from the file on. A case is: an error
that is no trouble with a code; an end that takes too long; a register that was changed
though it was refused; and anything that changed outside the output.
"""

from __future__ import annotations

import faulthandler
import io
import json
import os
import shutil
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from photoguard.errors import PhotoguardError
from photoguard.files import digest
from photoguard.notes import PhotoNames, read_notes
from photoguard.output.prepared import photos_of
from photoguard.register.importing import mapping, proposal
from photoguard.register.importing.table import read_table
from photoguard.register.register import open_register
from photoguard.settings import Settings
from photoguard.settings.load import load
from tests.pipeline.photos import LANDSCAPE, small
from tests.register.people import one_permitted
from tests.stress import blind

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

LONGEST = 20.0
"""Seconds that reading one of these files may take on a busy computer."""
_HANGS = 300.0
_ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 10**30, 1.5, 1e308, "", "xx", "\ud800", "a\u202eb", "\x1b[2J"),
    *([], [5], [[[[]]]], {}, {"a": {"a": {}}}, ["instagram", 7], "x" * 5000),
)
_TABLE = """file;description;photographer;people;works;event
1.jpg;Lapset leikkivät pihalla.;Maija Virtanen;Aino Kuusinen #1;none;Kevätretki
b/2.jpg;;;;;"Retki; metsään"
"""
_TOML = """# beside the photos
event = "Kevätretki"
photographer = 'Maija'
prefix = "kuva"
language = "fi"
style = "blur"
"""
_SETTINGS = """unit = "basic-education"
unit_name = { fi = "Mallila", sv = "Mallila" }
channels = ["instagram", "facebook"]
[limits]
megapixels = 50
"""
_PEOPLE = "nimi;ryhmä;syntymäaika;Instagram, huoltajat\nAino Kuusinen;5B;5.3.2014;kyllä\n"


@dataclass(frozen=True, slots=True)
class Reader:
    """A file of the folder as it was, where it lies, and what reads it."""

    content: bytes
    place: Path
    read: Callable[[Path], object]


def _workbook(text: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    for line in text.splitlines():
        book.active.append(line.split(";"))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


class Received:
    """The folder, what lies beside it, and all that reads it."""

    def __init__(self, place: Path) -> None:
        """Lay the folder out below ``place`` and prepare it once, by eyes that see nobody."""
        self.place = place
        self.photos = place / "trip"
        self.output = place / "out"
        self._sound = place / "sound"
        os.environ["PHOTOGUARD_DATA"] = str(place / "data")
        for number in range(2):
            small(self.photos / f"{number}.jpg", 60 + number, LANDSCAPE)
        (place / "victim").mkdir()
        (place / "victim" / "work-thesis.docx").write_bytes(b"a year's work")
        blind.prepare([self.photos], self.output)
        shutil.copytree(self.output, self._sound)
        self.readers = self._readers()
        self._outside = self._fingerprint()

    def _readers(self) -> dict[str, Reader]:
        register = self.place / "city" / "register.sqlite3"
        register.parent.mkdir()
        one_permitted(open_register(str(register), "Mallila"))
        words = mapping.written(proposal.propose(_PEOPLE.splitlines()[0].split(";")))
        manifest, journal = self.output / "manifest.json", self.output / ".photoguard/journal.jsonl"
        given = self.place / "given"
        given.mkdir()
        return {
            "table": Reader(_TABLE.encode(), given / "photos.csv", _notes),
            "workbook": Reader(_workbook(_TABLE), given / "photos.xlsx", _notes),
            "people": Reader(_PEOPLE.encode("cp1252"), given / "people.csv", read_table),
            "office": Reader(_workbook(_PEOPLE), given / "people.xlsx", read_table),
            "beside": Reader(_TOML.encode(), given / "photoguard.toml", _beside),
            "settings": Reader(_SETTINGS.encode(), given / "my.toml", _settings),
            "mapping": Reader(words.encode(), given / "map.toml", mapping.read),
            "register": Reader(register.read_bytes(), register, _register),
            "manifest": Reader(manifest.read_bytes(), manifest, _manifest),
            "journal": Reader(journal.read_bytes(), journal, self._run),
        }

    def _run(self, _: Path) -> None:
        blind.prepare([self.photos], self.output)

    def _fingerprint(self) -> dict[str, str]:
        """Return the digest of every file that no mutation and no run may touch."""
        kept = [*self.photos.rglob("*"), *(self.place / "victim").rglob("*")]
        names = sorted(entry.name for entry in self.place.iterdir())
        return {str(file): digest(file.read_bytes()) for file in kept} | dict.fromkeys(names, "")

    def try_one(self, kind: str, mutated: bytes) -> tuple[str, str]:
        """Give a mutated file to its reader; return its end, and why it is a case or ""."""
        reader = self.readers[kind]
        reader.place.write_bytes(mutated)
        faulthandler.dump_traceback_later(_HANGS, exit=True)
        begun, end, why = time.monotonic(), "read", ""
        try:
            reader.read(reader.place)
        except PhotoguardError as trouble:
            end = trouble.code
            if kind == "register" and reader.place.read_bytes() != mutated:
                why = f"changed though refused: {end}"
        except Exception:  # noqa: BLE001 - whatever it is, it is a case
            why = traceback.format_exc()
        finally:
            faulthandler.cancel_dump_traceback_later()
        if time.monotonic() - begun > LONGEST:
            why = why or f"{time.monotonic() - begun:.0f} s"
        if self._fingerprint() != self._outside:
            why = why or "something changed outside the output"
        self._put_back(reader)
        return end, why

    def _put_back(self, reader: Reader) -> None:
        if reader.place.is_relative_to(self.output):
            shutil.rmtree(self.output)
            shutil.copytree(self._sound, self.output)


def odd_values(content: bytes, chance: random.Random) -> bytes:
    """Return lines of JSON, or one of a whole file, in which one value is an odd one.

    What stands inside a journal's record is left: a person who can write that can write
    the copies too.
    """
    try:
        whole = [json.loads(content)]
    except ValueError:
        whole = [json.loads(line) for line in content.splitlines()]
    spots = [spot for value in whole for spot in _spots(value)]
    holder, key = chance.choice(spots)
    holder[key] = chance.choice(_ODD)
    return "".join(json.dumps(value) + "\n" for value in whole).encode()


def _spots(value: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 - it is JSON
    """Return every place in a value of JSON where another value can be put."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    spots = [(value, key) for key in keys]
    for key in keys:
        if isinstance(value[key], (dict, list)) and key != "record":
            spots += _spots(value[key])
    return spots


def _notes(path: Path) -> None:
    read_notes(path).assign(PhotoNames.of(["1.jpg", "b/2.jpg"]))


def _beside(path: Path) -> None:
    load(Settings(), {}, None, path.parent)


def _settings(path: Path) -> None:
    load(Settings(), {}, path, None)


def _manifest(path: Path) -> None:
    for photo in photos_of(path.parent, "en"):
        assert photo.is_whole in {True, False}


def _register(path: Path) -> None:
    """Read it as ``prepare`` does, then as the commands of the register do."""
    open_register(str(path), "Mallila", read_only=True).snapshot()
    open_register(str(path), "Mallila").snapshot()
