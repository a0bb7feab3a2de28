"""manifest.json: the outcome of every photo of a folder, for other programs and the report.

The schema is documented in the guide for developers and checked by a test. It contains no
names of people; ``source`` is a file's path and stays on this computer.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from photoguard import __version__
from photoguard.files import MANIFEST, PRIVATE, Passed, read_json, write_whole
from photoguard.model import Action, Reason
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from photoguard.files import Batch, Source
    from photoguard.model import Box, Doubt, Language, PlannedFace, PlannedText, Settled
    from photoguard.output.records import PhotoRecord
    from photoguard.settings import Settings

SCHEMA = 1
MOST_MANIFEST = 1 << 29
"""Largest manifest in bytes that is read back: 40,000 class photos of 25 faces are smaller.

What a run may write, every later command must be able to read. A face takes about 400 bytes,
and a manifest that is read takes about four times its size in memory.
"""

_SETTINGS = (
    "language",
    "style",
    "cover",
    "format",
    "quality",
    "max_side",
    "names",
    "without_permission",
    "guardians",
    "age_limit",
    "regions",
    "text_in_pictures",
    "names_and_pictures",
)
"""Settings that hold no path, URL or name."""


def not_handled(batch: Batch) -> list[Passed]:
    """Return the files of a batch that are not prepared, videos first, each with its reason."""
    stems = {source.path.with_suffix("") for source in batch.photos}
    return [*(Passed(video, _video_code(video, stems)) for video in batch.videos), *batch.passed]


def _video_code(video: Source, stems: set[Path]) -> str:
    # Google names the clip of PXL_1.MP.jpg PXL_1.MP, Apple that of IMG_1.HEIC IMG_1.MOV.
    is_live = not stems.isdisjoint({video.path, video.path.with_suffix("")})
    return "reasons.live_photo_clip" if is_live else "reasons.not_handled_video"


def build(
    settings: Settings,
    records: Iterable[PhotoRecord],
    not_handled: Sequence[Passed],
    notices: Sequence[Reason] = (),
    settled: Mapping[str, Settled] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return the manifest of a folder as plain JSON values, with sentences in its language.

    ``settled`` is what a person settled for the photos on the review page, by source.
    """
    language, records = settings.language, tuple(records)
    notices = (*_not_before(settings, records), *notices)
    return {
        "version": SCHEMA,
        "program": __version__,
        "unit": settings.unit.value,
        "channels": list(settings.channels),
        "publish_on": settings.publish_on.isoformat() if settings.publish_on else None,
        "settings": {name: getattr(settings, name) for name in _SETTINGS},
        "photos": [
            _photo(record, language) | {"settled": _settled(settled.get(record.source), record)}
            for record in records
        ],
        "not_handled": [
            {
                "source": each.source.name,
                "code": each.code,
                "text": say(each.code, language, None, **each.parameters),
            }
            for each in not_handled
        ],
        "notices": [_reason(notice, language) for notice in notices],
    }


def _not_before(settings: Settings, records: Iterable[PhotoRecord]) -> Iterator[Reason]:
    """Yield a notice not to publish before ``publish_on`` if that is in the future.

    Only where a copy shows anybody: permissions were decided for that day, by which somebody
    may turn 15.
    """
    day = settings.publish_on
    shows = any(face.action is Action.KEEP for record in records for face in record.faces)
    if day and shows and day > date.today():  # noqa: DTZ011 - a calendar day, here
        parameters = {"day": day.day, "month": day.month, "year": day.year}
        yield Reason("reasons.not_before", (), parameters)


def render(manifest: Mapping[str, Any]) -> bytes:
    """Return the manifest as UTF-8 JSON with a final newline."""
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    # A name that is no UTF-8 on the disk has lone surrogates here; JSON spells them out.
    return text.encode(errors="backslashreplace")


def write(output: Path, manifest: Mapping[str, Any]) -> None:
    """Write an output's manifest, whole or not at all; raises WriteError and OutputError."""
    write_whole(output / MANIFEST, render(manifest), output / PRIVATE)


def read(output: Path) -> Mapping[str, Any]:
    """Return the manifest of the last run, {} where it cannot be read; it is not signed."""
    with suppress(OSError, ValueError):
        found = read_json(output / MANIFEST, MOST_MANIFEST, follow=False)
        if isinstance(found, dict):
            return found
    return {}


def _photo(record: PhotoRecord, language: Language) -> dict[str, Any]:
    return {
        "source": record.source,
        "source_sha256": record.source_sha256 or None,
        "status": record.status.value,
        "reasons": [_reason(reason, language) for reason in record.reasons],
        "notices": [_reason(notice, language) for notice in record.notices],
        "output": record.output,
        "output_sha256": record.output_sha256,
        "size": list(record.facts.size) if record.facts and record.output else None,
        "faces": [_face(face, record) for face in record.faces],
        "texts": [_text(text, record, language) for text in record.lettering],
        "doubts": [_doubt(doubt, record) for doubt in record.doubts],
        "noted": [{"person": each.subject, "as": each.capacity.value} for each in record.noted],
        "alt_text": {key.value: text for key, text in record.alt_text.items()},
        "alt_text_confirmed": record.alt_text_confirmed,
        "alt_text_lacks": {key.value: what for key, what in record.alt_text_lacks.items()},
        "caption": record.caption,
        "caption_confirmed": record.caption_confirmed,
        "hashtags": list(record.hashtags),
        "sidecars": list(record.sidecars),
        "credit": record.credit,
    }


def _settled(settled: Settled | None, record: PhotoRecord) -> dict[str, Any] | None:
    """Return a person's verdict, its time and the places marked as no face; not who it was."""
    if settled is None or record.facts is None:
        return None
    size = record.facts.size
    return {
        "verdict": settled.verdict.value,
        "on": settled.on,
        "not_faces": [
            {"box": _box(each.box.stretched(*size), record), "sure": each.sure}
            for each in settled.not_faces
        ],
    }


def _reason(reason: Reason, language: Language) -> dict[str, Any]:
    return {
        "code": reason.code,
        "persons": list(reason.persons),
        "text": sentence(reason, language),
    }


def sentence(reason: Reason, language: Language) -> str:
    """Return a reason as a sentence, with register ids in the place of names."""
    persons = {"person": ", ".join(reason.persons)} if reason.persons else {}
    parameters: dict[str, Any] = {**persons, **reason.parameters}
    count = parameters.pop("count", None)
    return say(reason.code, language, count, **parameters)


def _box(box: Box, record: PhotoRecord) -> list[int]:
    """Return [x, y, width, height] in whole pixels of the output, rounded outwards."""
    width, height = record.facts.size if record.facts else (0, 0)
    box = box.clipped(width, height)
    left, top = int(box.left), int(box.top)
    right, bottom = -int(-box.right // 1), -int(-box.bottom // 1)
    return [left, top, right - left, bottom - top]


def _doubt(doubt: Doubt, record: PhotoRecord) -> dict[str, Any]:
    return {
        "box": _box(doubt.box, record),
        "likelihood": round(doubt.likelihood, 3),
        "code": doubt.code,
    }


def _text(planned: PlannedText, record: PhotoRecord, language: Language) -> dict[str, Any]:
    """Return a place with identifying text as JSON, without the text itself."""
    place = planned.place
    code = f"sight.text_{place.kind.replace('-', '_')}"
    return {
        "kind": "text",
        "code": code,
        "text": say(code, language),
        "box": _box(place.region.bounds, record),
        "corners": [[round(x), round(y)] for x, y in place.region.corners],
        "action": planned.action.value,
        "persons": list(place.persons),
        "weak": place.weak,
    }


def _face(planned: PlannedFace, record: PhotoRecord) -> dict[str, Any]:
    return {
        "box": _box(planned.face.box, record),
        "score": round(planned.face.score, 3),
        "detectors": list(planned.face.detectors),
        "action": planned.action.value,
        "person": planned.person,
        "perhaps_no_person": planned.face.perhaps_no_person,
        "weak": planned.face.weak,
    }
