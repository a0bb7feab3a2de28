"""Reads the staff's table of photos: ``photos.csv`` or ``photos.xlsx``.

::

    path = find_notes(folder)              # or the file given as --people
    table = read_notes(path)               # ConfigurationError with file, row and column
    notes, notices = table.assign(PhotoNames.of(files))   # POSIX paths relative to the folder
    notes.get("metsä/IMG_1.jpg", PhotoNotes())

File names are compared in NFC and without regard to case. Tables for the consent register
are not read here.
"""

from photoguard.notes.assigning import NotesRow, NotesTable, with_gaps_filled
from photoguard.notes.columns import COLUMNS, EXPECTED_TABLE, HEADING_OF, NO_WORDS, ROLE_WORDS
from photoguard.notes.names import PhotoNames
from photoguard.notes.reading import find_notes, read_notes, unread_tables

__all__ = [
    "COLUMNS",
    "EXPECTED_TABLE",
    "HEADING_OF",
    "NO_WORDS",
    "ROLE_WORDS",
    "NotesRow",
    "NotesTable",
    "PhotoNames",
    "find_notes",
    "read_notes",
    "unread_tables",
    "with_gaps_filled",
]
