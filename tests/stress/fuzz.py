"""Mutate real files of every format and finished files, and keep every bad end as a case.

``python -m tests.stress.fuzz --minutes 10 --seed 1 --cases DIR``. Mutated photos go through
the decoder (in its worker), the findings and the names; mutated finished files go through the
verifier; further members of every kind in ``kinds`` are made. A case is: a worker that dies,
hangs or takes too much memory; an error that is no trouble with a code; pixels beyond what was
asked for; findings that take longer than they may; a changed file that the verifier lets pass;
a member of a kind that ends in another way than it must. What else comes with a folder that
somebody sends (tables, settings, journals, manifests) and registers are mutated by ``received``.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from photoguard import formats, verify
from photoguard.errors import PhotoTrouble
from photoguard.images import Decoder
from photoguard.images.watch import resident_bytes
from photoguard.model import OutputFormat
from photoguard.settings import Limits
from tests.conftest import SAMPLES
from tests.formats.material import TEXT, picture
from tests.images import pictures
from tests.stress.kinds import KINDS
from tests.stress.received import Received, odd_values

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITS = Limits(megapixels=20, memory_mb=600, cpu_seconds=5, wall_seconds=10)
SLOW_SECONDS = 3.0
_DEATHS = {"decode.worker_died", "decode.too_slow"}
_QUALITY = 90
_MEANT = picture(96, 64)
_QUICK = ("table", "people", "beside", "settings", "mapping", "manifest")
"""What is read in so little time that it can be tried more often."""
_EDGES = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)
_PID = os.getpid()
_OWN_MB = 1500
"""What this program, with all that it imports, may hold at most."""


@dataclass(slots=True)
class Harvest:
    """How many files of which kind ended how, and the cases."""

    ends: Counter[str] = field(default_factory=Counter)
    cases: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        """How many mutated files were given to something."""
        return sum(self.ends.values())


def originals() -> dict[str, bytes]:
    """Return real files of every format: samples made small, and pictures made here."""
    made = {
        "jpeg": pictures.saved(pictures.landscape(), exif=pictures.oriented(6)),
        "progressive": pictures.saved(pictures.noise(64, 48), progressive=True),
        "cmyk": pictures.saved(pictures.landscape().convert("CMYK")),
        "png": pictures.saved(pictures.landscape().convert("RGBA"), "png"),
        "palette": pictures.saved(pictures.landscape().convert("P"), "png"),
        "webp": pictures.saved(pictures.landscape().convert("RGBA"), "webp"),
        "lossless": pictures.saved(pictures.landscape(), "webp", lossless=True),
        "heic": pictures.saved(pictures.landscape(), "heic", exif=pictures.oriented(8)),
        "avif": pictures.saved(pictures.landscape(), "avif"),
        "tiff": pictures.saved(pictures.landscape(), "tiff", compression="tiff_lzw"),
        "deflated": pictures.saved(pictures.landscape(), "tiff", compression="tiff_deflate"),
        "bmp": pictures.saved(pictures.landscape(), "bmp"),
        "gif": pictures.saved(pictures.landscape().convert("P"), "gif"),
        "exif": _with_words("JPEG"),
        "words": formats.encode(_MEANT, TEXT, OutputFormat.JPEG, _QUALITY),
    }
    for sample in sorted((SAMPLES / "photos").glob("*.*")):
        if sample.suffix in {".jpg", ".webp", ".heic"}:
            made[sample.stem] = sample.read_bytes()[: 1 << 18]
    return made


def _with_words(plugin: str) -> bytes:
    """Return a picture with Exif, a thumbnail, XMP and Photoshop's blocks of its own."""
    import piexif

    thumbnail = io.BytesIO()
    Image.new("RGB", (16, 12)).save(thumbnail, "JPEG")
    gps = {piexif.GPSIFD.GPSAreaInformation: b"somewhere"}
    exif = {"0th": {piexif.ImageIFD.Make: b"maker"}, "GPS": gps, "1st": {}}
    dumped = piexif.dump({**exif, "thumbnail": thumbnail.getvalue()})
    return pictures.saved(pictures.landscape(), plugin.lower(), exif=dumped)


def mutate(whole: bytes, chance: random.Random) -> bytes:
    """Return the file with a few bytes flipped, set, cut out, doubled, moved or cut off."""
    changed = bytearray(whole)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        # Headers are where the decisions are: half of the changes fall there.
        reach = min(len(changed), 512) if chance.random() < 1 / 2 else len(changed)
        at = chance.randrange(reach) if reach else 0
        _CHANGES[chance.randrange(len(_CHANGES))](changed, at, chance)
    return bytes(changed)


def _flip(changed: bytearray, at: int, chance: random.Random) -> None:
    if changed:
        changed[at] ^= 1 << chance.randrange(8)


def _set(changed: bytearray, at: int, chance: random.Random) -> None:
    changed[at : at + chance.choice((1, 2, 4))] = bytes([chance.choice(_EDGES)]) * chance.choice(
        (1, 2, 4)
    )


def _number(changed: bytearray, at: int, chance: random.Random) -> None:
    edges = (0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, len(changed), chance.getrandbits(32))
    value = chance.choice(edges)
    changed[at : at + 4] = value.to_bytes(4, chance.choice(("big", "little")))


def _cut_out(changed: bytearray, at: int, chance: random.Random) -> None:
    del changed[at : at + chance.randrange(1, 64)]


def _double(changed: bytearray, at: int, chance: random.Random) -> None:
    piece = changed[at : at + chance.randrange(1, 256)]
    changed[at:at] = piece * chance.choice((1, 1, 50))


def _move(changed: bytearray, at: int, chance: random.Random) -> None:
    piece = changed[at : at + 64]
    to = chance.randrange(len(changed) + 1)
    changed[to : to + len(piece)] = piece


def _cut_off(changed: bytearray, at: int, chance: random.Random) -> None:
    if chance.random() < 1 / 4:
        del changed[at:]


_CHANGES: tuple[Callable[[bytearray, int, random.Random], None], ...] = (
    _flip,
    _set,
    _number,
    _cut_out,
    _double,
    _move,
    _cut_off,
)


class Fuzz:
    """Gives mutated files to everything that reads strangers' files."""

    def __init__(self, seed: int, cases: Path) -> None:
        """Keep where cases go; the same seed makes the same files."""
        self._chance = random.Random(seed)  # noqa: S311 - files, not secrets
        self._cases = cases
        self._originals = originals()
        self._finished = {
            kind: formats.encode(_MEANT, TEXT, kind, _QUALITY) for kind in OutputFormat
        }
        self.harvest = Harvest()

    def run(self, seconds: float, least: int = 0, longest: float = 0.0) -> Harvest:
        """Go on for that long; return what came of it.

        On a busy computer that goes on until there were ``least`` files, or the ``longest``
        time in seconds is over.
        """
        with tempfile.TemporaryDirectory() as place, Decoder(LIMITS) as decoder:
            received = Received(Path(place))
            begun = time.monotonic()
            while (gone := time.monotonic() - begun) < seconds or (
                gone < longest and self.harvest.files < least
            ):
                name = self._chance.choice(sorted(self._originals))
                untrusted = mutate(self._originals[name], self._chance)
                self._decode(decoder, name, untrusted)
                self._find(name, untrusted)
                self._verify()
                self._try_kind()
                for kind in (*received.readers, *_QUICK, *_QUICK):
                    self._receive(received, kind)
        return self.harvest

    def _receive(self, received: Received, kind: str) -> None:
        whole = received.readers[kind].content
        odd = kind in {"journal", "manifest"} and self._chance.random() < 1 / 2
        mutated = odd_values(whole, self._chance) if odd else mutate(whole, self._chance)
        end, why = received.try_one(kind, mutated)
        self.harvest.ends[f"{kind} {end}"] += 1
        if why:
            self._keep(f"received-{kind}", mutated, why)

    def _decode(self, decoder: Decoder, name: str, untrusted: bytes) -> None:
        max_side = self._chance.choice((0, 40))
        lost = decoder.lost
        try:
            shape = decoder.decode(untrusted, max_side).pixels.shape
        except PhotoTrouble as trouble:
            self.harvest.ends[f"decode {trouble.code}"] += 1
            if trouble.code in _DEATHS or decoder.lost != lost:
                self._keep(f"decode-{name}", untrusted, trouble.code)
            return
        except Exception:  # noqa: BLE001 - whatever it is, it is a case
            self._keep(f"decode-{name}", untrusted, traceback.format_exc())
            return
        self.harvest.ends["decode pixels"] += 1
        if max_side and max(shape[:2]) > max_side:
            self._keep(f"decode-{name}", untrusted, f"pixels of {shape}")

    def _find(self, name: str, untrusted: bytes) -> None:
        begun = time.process_time()
        try:
            found = formats.findings(untrusted)
            formats.named_persons(untrusted)
            formats.named_regions(untrusted, 1, (100, 100))
            self.harvest.ends["find something" if found else "find nothing"] += 1
        except PhotoTrouble as trouble:
            self.harvest.ends[f"find {trouble.code}"] += 1
        except Exception:  # noqa: BLE001 - whatever it is, it is a case
            self._keep(f"find-{name}", untrusted, traceback.format_exc())
        if time.process_time() - begun > SLOW_SECONDS:
            self._keep(f"find-{name}", untrusted, f"{time.process_time() - begun:.1f} s")
        if resident_bytes(_PID) > _OWN_MB << 20:
            self._keep(f"find-{name}", untrusted, f"{resident_bytes(_PID) >> 20} MB")

    def _verify(self) -> None:
        kind = self._chance.choice(list(OutputFormat))
        clean = self._finished[kind]
        changed = mutate(clean, self._chance)
        try:
            noticed = bool(verify.check_written(changed, _MEANT, TEXT, kind, _QUALITY))
        except Exception:  # noqa: BLE001 - whatever it is, it is a case
            self._keep(f"verify-{kind}", changed, traceback.format_exc())
            return
        self.harvest.ends["verify noticed" if noticed else "verify clean"] += 1
        if noticed != (changed != clean):
            self._keep(f"verify-{kind}", changed, "a change that was not noticed, or a false alarm")

    def _try_kind(self) -> None:
        name = self._chance.choice(sorted(KINDS))
        trial = KINDS[name](self._chance)
        self.harvest.ends[f"kind {name}"] += 1
        if trial.ended != trial.wanted:
            self._keep(f"kind-{name}", trial.content, f"{trial.ended}, not {trial.wanted}")

    def _keep(self, name: str, content: bytes, why: str) -> None:
        self._cases.mkdir(parents=True, exist_ok=True)
        case = self._cases / f"{name}-{self.harvest.files:07d}"
        case.write_bytes(content)
        case.with_name(f"{case.name}.why").write_text(why, "utf-8")
        self.harvest.cases.append(f"{case.name}: {why.strip().splitlines()[-1]}")


def main() -> int:
    """Read the command line, fuzz, and say what came of it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--cases", type=Path, help="the folder where cases are kept")
    given = asked.parse_args()
    cases = given.cases or Path(tempfile.mkdtemp(prefix="photoguard-fuzz-"))
    harvest = Fuzz(given.seed, cases).run(given.minutes * 60)
    for end, number in sorted(harvest.ends.items()):
        print(f"{number:8} {end}")
    print(f"{harvest.files:8} files, {len(harvest.cases)} cases in {cases}")
    for case in harvest.cases[:50]:
        print(f"  {case}")
    return int(bool(harvest.cases))


if __name__ == "__main__":
    sys.exit(main())
