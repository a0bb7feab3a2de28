"""The photos of prepared folders, read from their manifests, and how a copy is removed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from photoguard.errors import OutputError, UsageTrouble
from photoguard.files import (
    MANIFEST,
    PRIVATE,
    all_sidecars_of,
    digest_file,
    is_place,
    place_in,
    read_json,
    remove_copy,
    write_whole,
)
from photoguard.model import Capacity, Noted, Unit
from photoguard.output.manifest import MOST_MANIFEST, render
from photoguard.output.shelves import KEPT_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

HIDDEN_TEXT = "reasons.text_hide"
"""The reason whose persons were named in hidden text: they count as hidden, not as named."""


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """One photo of a manifest that has a copy in the folder."""

    folder: Path
    output: str
    """POSIX path below ``folder``."""
    sha256: str
    """Of the verified copy."""
    source_sha256: str
    """Of the source, "" where unknown."""
    status: str
    alt_text: str
    noted: tuple[Noted, ...]
    channels: tuple[str, ...]
    unit: str

    @property
    def sidecars(self) -> tuple[str, ...]:
        """All paths below ``folder`` at which its sidecars may lie."""
        return tuple(map(str, all_sidecars_of(PurePosixPath(self.output))))

    @property
    def path(self) -> Path:
        """The path of the copy."""
        return self.folder / self.output

    @property
    def is_whole(self) -> bool:
        """Whether the copy exists with the bytes that were verified."""
        try:
            return digest_file(place_in(self.folder, self.output)) == self.sha256
        except (OSError, OutputError):
            return False


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The channels and unit of a run, and the language in which its alt texts are wanted."""

    channels: tuple[str, ...]
    unit: str
    language: str


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a folder's manifest; raises UsageTrouble where none can be read."""
    try:
        manifest = read_json(folder / MANIFEST, MOST_MANIFEST, follow=False)
    except (OSError, ValueError) as trouble:
        raise UsageTrouble("consent.no_manifest", folder=str(folder)) from trouble
    if not isinstance(manifest, dict) or not isinstance(manifest.get("photos"), list):
        raise UsageTrouble("consent.no_manifest", folder=str(folder))
    return manifest


def has_damaged_manifest(folder: Path) -> bool:
    """Tell whether a folder has a manifest that cannot be read."""
    if not os.path.lexists(folder / MANIFEST):
        return False
    try:
        photos_of(folder, "")
    except UsageTrouble:
        return True
    return False


def _whole_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the content of a folder's manifest, None where there is none or a damaged one."""
    if not os.path.lexists(folder / MANIFEST) or has_damaged_manifest(folder):
        return None
    return read_manifest(folder)


def photos_of(folder: Path, language: str) -> tuple[PreparedPhoto, ...]:
    """Return the photos of a folder's manifest that have a copy, with the persons noted.

    ``language`` is that of the alt texts. Raises UsageTrouble for an unreadable manifest.
    """
    manifest = read_manifest(folder)
    try:
        run = RunFacts(
            tuple(map(_text, manifest.get("channels") or ())), Unit(manifest["unit"]), language
        )
        return tuple(_photo(folder, raw, run) for raw in manifest["photos"] if raw["output"])
    except (KeyError, TypeError, ValueError, AttributeError) as trouble:
        raise UsageTrouble("consent.no_manifest", folder=str(folder)) from trouble


def recorded_photo(folder: Path, record: Mapping[str, Any], run: RunFacts) -> PreparedPhoto | None:
    """Return the photo of a journal's record, None where its copy does not exist.

    Raises UsageTrouble for a record that cannot be read.
    """
    photo = photo_of_record(folder, record, run)
    return photo if photo and photo.path.exists() else None


def photo_of_record(folder: Path, record: Mapping[str, Any], run: RunFacts) -> PreparedPhoto | None:
    """Return the photo of a journal's record, whether or not its copy still exists.

    None where the record has no copy. Raises UsageTrouble for a record that cannot be read.
    """
    try:
        raw = {**record, "noted": [_as_manifest(each) for each in record.get("noted", ())]}
        return _photo(folder, raw, run) if raw["output"] else None
    except (KeyError, TypeError, ValueError, AttributeError) as trouble:
        raise UsageTrouble("consent.no_manifest", folder=str(folder)) from trouble


def _as_manifest(noted: Mapping[str, str]) -> dict[str, str]:
    return {"person": noted["subject"], "as": noted["capacity"]}


def _photo(folder: Path, raw: Mapping[str, Any], run: RunFacts) -> PreparedPhoto:
    output = raw["output"]
    if not is_place(output):
        raise ValueError(output)
    texts = raw.get("alt_text") or {}
    return PreparedPhoto(
        folder,
        str(output),
        _text(raw["output_sha256"]),
        _text(raw["source_sha256"] or ""),
        _text(raw["status"]),
        str(texts.get(run.language) or next(iter(texts.values()), "")),
        tuple(dict.fromkeys(_noted(raw))),
        run.channels,
        run.unit,
    )


def _noted(raw: Mapping[str, Any]) -> Iterable[Noted]:
    """Yield the persons noted at faces, in the list of people, and in reasons and notices."""
    for face in raw["faces"]:
        if face["person"]:
            capacity = Capacity.SHOWN if face["action"] == "keep" else Capacity.HIDDEN
            yield Noted(_text(face["person"]), capacity)
    for each in raw.get("noted", ()):
        yield Noted(_text(each["person"]), Capacity(each["as"]))
    for reason in (*raw["reasons"], *raw["notices"]):
        capacity = Capacity.HIDDEN if reason.get("code") == HIDDEN_TEXT else Capacity.NAMED
        for person in reason["persons"]:
            yield Noted(_text(person), capacity)


def _text(untrusted: object) -> str:
    if not isinstance(untrusted, str):
        raise TypeError(type(untrusted).__name__)
    return untrusted


def retire(photo: PreparedPhoto, reason: dict[str, Any]) -> None:
    """Delete a copy with its sidecars and mark its photo as blocked in the manifest.

    ``reason`` is the JSON of a reason, added to the photo's. The picture is deleted first, so
    that an interruption leaves nothing to publish. The source stays: the next run decides
    about it again. Raises UsageTrouble where a file cannot be removed.
    """
    try:
        remove_copy(photo.folder, photo.output)
    except (OSError, OutputError) as trouble:
        raise UsageTrouble("consent.cannot_remove", file=str(photo.path)) from trouble
    manifest = _whole_manifest(photo.folder)
    if manifest is None:
        return  # none was written yet, or the next run writes a whole one
    for raw in manifest["photos"]:
        if raw["output"] == photo.output:
            raw |= {"status": "blocked", "output": None, "output_sha256": None, "size": None}
            raw |= {"sidecars": [], "alt_text": {}, "caption": "", "credit": ""}
            raw["reasons"] = [*raw["reasons"], reason]
    write_whole(photo.folder / MANIFEST, render(manifest), photo.folder / PRIVATE)


def drop_notices(folder: Path, texts: Iterable[Path]) -> None:
    """Remove from a manifest the notices about texts that were removed."""
    manifest, gone = _whole_manifest(folder), [path.name for path in texts]
    if manifest is None:
        return
    manifest["notices"] = [
        notice
        for notice in manifest.get("notices", ())
        if notice["code"] != KEPT_TEXT or not any(name in notice["text"] for name in gone)
    ]
    write_whole(folder / MANIFEST, render(manifest), folder / PRIVATE)
