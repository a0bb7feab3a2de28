"""Measures how many names on labels are found, what else is hidden, and what it costs.

    python -m tests.benchmarks.names [--scenes 24] [--runs 16] [--fonts DIR] [--save DIR]

Draws labels in printed and handwriting-like Debian fonts into the public-domain pictures of
``samples`` (2048 pixels), in perspective, blurred and in bad light, and asks the reader and
the search for names what they would hide. A name counts as found where nearly all of its ink
is covered, other text as hidden where half of it is. Half of the children are known to the
run, the other names stand in the lists only. Fonts that are not installed are named and left
out. It also asks of each sign in ``signs.txt``, in four cases, whether it would be taken for a
name, and how much CPU time the real command takes more for photos without writing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from photoguard.detect import FaceFinder
from photoguard.identifiers import Known, Seen, identifying
from photoguard.ocr import TextReader, places_in
from photoguard.wordlists import word_lists
from tests.benchmarks._labels import (
    HANDWRITTEN,
    KNOWN,
    PACKAGES,
    PRINTED,
    Label,
    Scene,
    fonts_in,
    scene,
)
from tests.benchmarks.speed import PREPARE, make_empty_photos, make_photos, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from photoguard.model import Pixels, TextPlace

PHOTOS = Path(__file__).resolve().parents[2] / "samples" / "photos"
SIGNS = Path(__file__).with_name("signs.txt")
CASES: tuple[Callable[[str], str], ...] = (str, str.upper, str.title, str.lower)
LONGEST = 2048
FOUND, HIDDEN = 0.85, 0.5
"""Shares of a label's ink from which a name is found and another text is hidden."""


def main() -> None:
    """Draw, read, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scenes", type=int, default=24)
    parser.add_argument("--runs", type=int, default=16, help="photos of each kind, 0 for none")
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts"))
    parser.add_argument("--save", type=Path)
    arguments = parser.parse_args()
    fonts = {
        "printed": fonts_in(arguments.fonts, PRINTED),
        "handwritten-like": fonts_in(arguments.fonts, HANDWRITTEN),
    }
    missing = {*PRINTED, *HANDWRITTEN} - {path.name for found in fonts.values() for path in found}
    if missing:
        print(f"not installed, left out: {', '.join(sorted(missing))}\n  ({PACKAGES})")
    if not any(fonts.values()):
        sys.exit("no font to draw with")
    photos = list(_photos())
    chance = np.random.default_rng(19)
    scenes = [scene(photos[at % len(photos)], fonts, chance) for at in range(arguments.scenes)]
    _tell(scenes, arguments.save)
    _tell_time(photos, scenes)
    _tell_signs()
    if arguments.runs:
        _tell_runs(arguments.runs)


def _photos() -> Iterable[Pixels]:
    """Yield the samples that can be read, their longest side 2048 pixels."""
    for path in sorted((*PHOTOS.glob("*.jpg"), *PHOTOS.glob("*.webp"))):
        try:
            picture = Image.open(path).convert("RGB")
        except OSError:
            continue  # one of them breaks off on purpose
        factor = LONGEST / max(picture.size)
        size = round(picture.width * factor), round(picture.height * factor)
        yield np.asarray(picture.resize(size))


def _tell(scenes: list[Scene], save: Path | None) -> None:
    reader, known = TextReader(), Known(tuple((name, name) for name in KNOWN))
    by_label: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    missed: list[str] = []
    for number, each in enumerate(scenes):
        places = places_in(reader.read(each.pixels), known, word_lists())
        cover = _cover(each.pixels.shape, places)
        for label in each.labels:
            share = _share(cover, label)
            found = share >= (HIDDEN if label.kind == "other" else FOUND)
            height = "any" if label.kind == "other" else f"{label.height:3} px"
            by_label[label.kind, label.hand, height].append(found)
            if found is (label.kind == "other"):
                missed.append(f"{label.kind}: {label.text} ({label.hand}, {label.height} px)")
        if save:
            save.mkdir(parents=True, exist_ok=True)
            shown = each.pixels.copy()
            shown[cover] = shown[cover] // 2 + np.array([110, 0, 0], np.uint8)
            Image.fromarray(shown).save(save / f"scene-{number:02}.jpg")
    for kind, hand in sorted({key[:2] for key in by_label}):
        rows = {key[2]: found for key, found in by_label.items() if key[:2] == (kind, hand)}
        every = [found for row in rows.values() for found in row]
        parts = ", ".join(f"{height} {_percent(rows[height])}" for height in sorted(rows))
        print(f"{kind:7} {hand:17} {_percent(every)} of {len(every):3} covered   ({parts})")
    print("not as wanted:", "; ".join(missed))


def _percent(found: list[bool]) -> str:
    return f"{100 * sum(found) / len(found):5.1f} %"


def _cover(shape: tuple[int, ...], places: Iterable[TextPlace]) -> npt.NDArray[np.bool_]:
    """Return where something would be hidden."""
    mask = np.zeros(shape[:2], np.uint8)
    for place in places:
        cv2.fillConvexPoly(mask, np.rint(place.region.corners).astype(np.int32), 1)
    return mask.astype(bool)


def _share(cover: npt.NDArray[np.bool_], label: Label) -> float:
    ink = np.zeros(cover.shape, np.uint8)
    cv2.fillConvexPoly(ink, np.rint(label.corners).astype(np.int32), 1)
    return float(cover[ink > 0].mean())


def _tell_time(photos: list[Pixels], scenes: list[Scene]) -> None:
    """Print CPU seconds a photo on one thread: faces alone, and what reading adds."""
    finder, reader = FaceFinder(threads=1), TextReader()
    for name, pictures in (
        ("without labels", photos),
        ("with 20 labels", [each.pixels for each in scenes[:6]]),
    ):
        faces = _seconds(finder.find, pictures)
        text = _seconds(reader.read, pictures)
        print(f"{name}: faces {faces:.2f} s, text {text:.2f} s of CPU a photo")


def _tell_signs() -> None:
    """Print which share of ordinary signs would be taken for a name, alone and clearly read."""
    for language, signs in _signs().items():
        cases = [case(sign) for sign in signs for case in CASES]
        taken = [sign for sign in cases if identifying(Seen(sign), Known(), word_lists())]
        share = 100 * len(taken) / len(cases)
        words = sorted({sign.casefold() for sign in taken})
        print(
            f"signs {language}: {share:.1f} % of {len(signs)} taken for names: {', '.join(words)}"
        )


def _signs() -> dict[str, list[str]]:
    signs: dict[str, list[str]] = defaultdict(list)
    language = ""
    for line in SIGNS.read_text("utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif line and not line.startswith("#"):
            signs[language].append(line)
    return signs


def _tell_runs(count: int) -> None:
    """Print what looking for text adds to whole runs of the real command, of CPU time."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for kind, make in (("people", make_photos), ("nobody", make_empty_photos)):
            folder = make(place / kind, count)
            off, on = (_run(folder, place / f"{kind}-{rule}", rule) for rule in ("off", "hide"))
            print(
                f"no writing, {kind}: {off / count:.2f} s of CPU a photo without looking for text, "
                f"{on / count:.2f} with it: {100 * (on / off - 1):+.0f} %"
            )


def _run(folder: Path, output: Path, rule: str) -> float:
    settings = output.with_suffix(".toml")
    settings.write_text(f'text_in_pictures = "{rule}"\n', "utf-8")
    return measure([*PREPARE, "--config", str(settings), str(folder), "--output", str(output)]).cpu


def _seconds(look: object, pictures: list[Pixels]) -> float:
    assert callable(look)
    for picture in pictures:
        look(picture)
    before = time.process_time()
    for picture in pictures:
        look(picture)
    return (time.process_time() - before) / max(1, len(pictures))


if __name__ == "__main__":
    main()
