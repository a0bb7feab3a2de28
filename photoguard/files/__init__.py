"""Find photos, read and digest them, and write files whole or not at all."""

from __future__ import annotations

from photoguard.files.find import Batch, Passed, Source, gather
from photoguard.files.kinds import EDITS
from photoguard.files.lock import lock_file
from photoguard.files.names import printable
from photoguard.files.output import (
    MANIFEST,
    PRIVATE,
    REPORT,
    SIDECARS,
    as_old_as_before,
    remove_copy,
    sidecars_of,
)
from photoguard.files.write import (
    CONSTANT_TIME,
    UNFINISHED,
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
    "EDITS",
    "MANIFEST",
    "PRIVATE",
    "REPORT",
    "SIDECARS",
    "UNFINISHED",
    "Batch",
    "Passed",
    "Source",
    "as_old_as_before",
    "digest",
    "digest_file",
    "gather",
    "lock_file",
    "open_regular",
    "printable",
    "publish",
    "read_limited",
    "remove_copy",
    "sidecars_of",
    "write_new",
    "write_whole",
]
