"""Find photos, read and digest them, and write files whole or not at all."""

from __future__ import annotations

from photoguard.files.find import Batch, Passed, Source, gather
from photoguard.files.lock import lock_file
from photoguard.files.names import printable
from photoguard.files.output import (
    MANIFEST,
    PRIVATE,
    REPORT,
    SHELVES,
    SIDECARS,
    STEM,
    UNFINISHED,
    WORK,
    as_old_as_before,
    bears_our_names,
    clear_unfinished,
    clear_work,
    is_place,
    place_in,
    refuse_strange,
    remove_copy,
    sidecars_of,
)
from photoguard.files.seal import Seal, data_folder, user_key
from photoguard.files.write import (
    CONSTANT_TIME,
    digest,
    digest_file,
    open_regular,
    publish,
    read_limited,
    write_new,
    write_whole,
)

__all__ = [
    "CONSTANT_TIME",
    "MANIFEST",
    "PRIVATE",
    "REPORT",
    "SHELVES",
    "SIDECARS",
    "STEM",
    "UNFINISHED",
    "WORK",
    "Batch",
    "Passed",
    "Seal",
    "Source",
    "as_old_as_before",
    "bears_our_names",
    "clear_unfinished",
    "clear_work",
    "data_folder",
    "digest",
    "digest_file",
    "gather",
    "is_place",
    "lock_file",
    "open_regular",
    "place_in",
    "printable",
    "publish",
    "read_limited",
    "refuse_strange",
    "remove_copy",
    "sidecars_of",
    "user_key",
    "write_new",
    "write_whole",
]
