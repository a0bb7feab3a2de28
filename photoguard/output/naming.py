"""Where somebody's name still stands: in the tables and records of an output and its photos."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard.captions import holds_given_name
from photoguard.errors import ConfigurationError, OutputError
from photoguard.files import REPORT, is_table
from photoguard.notes import read_notes
from photoguard.output import manifest
from photoguard.output.recall import journal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.output.journal import Journal


def places_naming(output: Path, name: str) -> tuple[Path, ...]:
    """Return the files of an output and its photos that contain somebody's given name.

    Every readable table at the top of the output and beside the photos is searched. Where the
    name is in the journal or the manifest, the report's path is returned for them. () for an
    output that is not this user's.
    """
    try:
        journal = journal_of(output)
    except OutputError:
        return ()
    if journal is None:
        return ()
    entries = {source: asdict(entry) for source, entry in journal.entries.items()}
    noted = "\n".join(_texts_in([entries, manifest.read(output)]))
    found = [output / REPORT] if holds_given_name(noted, [name]) else []
    folders = (output, *_folders_of_photos(journal))
    tables = (path for folder in folders for path in _tables_in(folder))
    return (*(path for path in tables if _table_names(path, name)), *found)


def _folders_of_photos(journal: Journal) -> tuple[Path, ...]:
    """Return the folder of an output's photos and those below it that hold any."""
    if not journal.source:
        return ()
    root = Path(journal.source)
    return tuple(dict.fromkeys((root, *((root / each).parent for each in journal.entries))))


def _tables_in(folder: Path) -> tuple[Path, ...]:
    """Return the tables at the top of a folder; () where it cannot be read."""
    with suppress(OSError):
        return tuple(path for path in sorted(folder.iterdir()) if path.is_file() and is_table(path))
    return ()


def _texts_in(noted: object) -> Iterator[str]:
    """Yield every text in JSON values, the keys of objects too."""
    if isinstance(noted, str):
        yield noted
    elif isinstance(noted, Mapping):
        yield from _texts_in([*noted.keys(), *noted.values()])
    elif isinstance(noted, list | tuple):
        for each in noted:
            yield from _texts_in(each)


def _table_names(table: Path, name: str) -> bool:
    with suppress(ConfigurationError):
        read = read_notes(table)
        return holds_given_name(str((read.rows, read.others)), [name])
    return False
