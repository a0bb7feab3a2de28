"""What an output's journal knows of photos' names: the copies, and files that were renamed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from photoguard.errors import OutputError
from photoguard.files import digest_file
from photoguard.output.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from photoguard.files import Source
    from photoguard.output.journal import Entry


@dataclass(frozen=True, slots=True)
class EarlierPhotos:
    """The photos that earlier runs prepared, by source."""

    copies: Mapping[str, str]
    """The path of each photo's copy below the output, "" without a copy."""
    digests: Mapping[str, str]
    """The SHA-256 of each photo's file when it was prepared."""

    @classmethod
    def of(cls, output: Path) -> Self:
        """Return what the journal of an output knows; nothing where it cannot be read."""
        try:
            journal = Journal.peek(output)
        except OutputError:
            journal = None
        entries = journal.entries if journal else {}
        copies = {name: (each.record or {}).get("output") for name, each in entries.items()}
        digests = {name: _digest_in(each) for name, each in entries.items()}
        return cls({name: str(copy or "") for name, copy in copies.items()}, digests)

    def gone(self, photos: Iterable[Source]) -> dict[str, str]:
        """Return each source that is not among ``photos``, with its name now.

        That is the photo that has the same bytes; "" where none has.
        """
        here = {photo.name: photo.path for photo in photos}
        gone = {name: sha256 for name, sha256 in self.digests.items() if name not in here}
        wanted = set(gone.values()) - {""}
        names: dict[str, str] = {}
        for name, path in here.items() if wanted else ():
            if self.digests.get(name, "") in {"", *wanted}:
                with suppress(OSError):
                    names.setdefault(digest_file(path), name)
        return {name: names.get(sha256, "") for name, sha256 in gone.items()}


def _digest_in(entry: Entry) -> str:
    """Return the SHA-256 of a photo's file; the face numbers keep it when the record is dropped."""
    known = (entry.record, entry.numbers)
    return next(
        (str(each["source_sha256"]) for each in known if each and "source_sha256" in each), ""
    )
