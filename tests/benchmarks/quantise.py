"""Makes 8-bit weights of CenterFace and says whether they would do.

    python -m tests.benchmarks.quantise --out FILE [--stem N] [--heads]
        [--pictures DIR --annotations FILE [--every N] [--transforms upright turned-90 ...]]
        [--photos N]

Quantises the shipped network (see ``_quantised``) into FILE. With pictures, the finder is
asked with 32-bit and with 8-bit weights about each of them, in turns, and what it finds is
painted over and scored as ``tests.benchmarks.faces --direct`` does. With photos, the whole
command runs on N made photos with each of the weights, in copies of the package, so that
nothing of the product is altered. Needs ``pip install '.[benchmark]'``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np

from photoguard.detect import FaceFinder, _runtime, centerface
from tests.benchmarks import _quantised, _whole_run
from tests.benchmarks._material import TRANSFORMS, read_annotations, read_picture
from tests.benchmarks._score import Tally, score
from tests.benchmarks.faces import _paint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from photoguard.detect._runtime import Weights
    from photoguard.model import Pixels
    from tests.benchmarks._material import Annotated

GROUPS = ("clear", "clear from 40 px", "difficult")


@dataclass(frozen=True, slots=True)
class Variant:
    """CenterFace with other weights."""

    name: str
    files: tuple[bytes, ...]
    """What stands in each file of ``centerface.WEIGHTS``."""


@contextmanager
def swapped(variant: Variant) -> Iterator[None]:
    """Let finders that are made meanwhile, in this interpreter only, load other weights."""
    own = _runtime.read_model
    swaps = dict(zip(centerface.WEIGHTS, variant.files, strict=True))

    def read_model(asked: Weights) -> bytes:
        return swaps[asked] if asked in swaps else own(asked)

    with patch.object(_runtime, "read_model", read_model):
        yield


def finder(variant: Variant) -> FaceFinder:
    """Return the product's finder with these weights, on one thread."""
    with swapped(variant):
        return FaceFinder(threads=1)


def compare(
    pictures: Sequence[Annotated], transform: str, finders: dict[str, FaceFinder]
) -> dict[str, Tally]:
    """Return what each finder hides; every picture is shown to all before the next."""
    tallies = {name: Tally() for name in finders}
    for picture in pictures:
        before, boxes = TRANSFORMS[transform](read_picture(picture.path), picture.boxes)
        for name, asked in finders.items():
            after = _hidden(before, asked, tallies[name], str(picture.path))
            score(tallies[name], picture, boxes, before, after)
    return tallies


def _hidden(before: Pixels, asked: FaceFinder, tally: Tally, path: str) -> Pixels:
    began = time.process_time()
    sight = asked.find(before)
    tally.seconds += time.process_time() - began
    tally.review[path] = bool(sight.doubts)
    after = before.copy()
    for face in sight.faces:
        _paint(after, face.box.centre, (face.box.width, face.box.height))
    return after


def table(tallies: dict[str, Tally]) -> list[str]:
    """Return the comparison as lines; *lost* are clear faces that the first variant hides."""
    first = next(iter(tallies.values()))
    rows: dict[str, Callable[[Tally], str]] = {
        f"{group} ({first.faces.get(group, 0)})": lambda t, g=group: f"{100 * t.share(g):.2f} %"  # type: ignore[misc]
        for group in GROUPS
    }
    rows |= {
        "clear faces lost": lambda t: str((Counter(t.missed) - Counter(first.missed)).total()),
        "clear faces won": lambda t: str((Counter(first.missed) - Counter(t.missed)).total()),
        "needlessly hidden area": lambda t: f"{100 * float(np.mean(t.needless)):.3f} %",
        "sent to review": lambda t: f"{100 * sum(t.review.values()) / len(t.needless):.1f} %",
        "CPU seconds a picture": lambda t: f"{t.seconds / len(t.needless):.3f}",
    }
    return [
        f"  {name:<26}" + "".join(f"{text(tally):>18}" for tally in tallies.values())
        for name, text in rows.items()
    ]


def main() -> None:
    """Quantise, compare, print."""
    options = _options()
    try:
        shipped = _quantised.shipped()
        eight = _quantised.in_8_bits(shipped, stem=options.stem, heads=options.heads)
    except ImportError as error:
        sys.exit(f"{error.name} is not installed: pip install '.[benchmark]'")
    options.out.write_bytes(eight)
    print(f"{options.out}: {len(eight) / 1e6:.1f} MB, of {len(shipped) / 1e6:.1f} MB in 32 bits")
    compared = [
        Variant(name, _quantised.in_two_files(network))
        for name, network in (("32-bit", shipped), ("8-bit", eight))
    ]
    if options.pictures:
        _print_faces(options, compared)
    if options.photos:
        with tempfile.TemporaryDirectory(prefix="whole-run-") as place:
            copies = {variant.name: variant.files for variant in compared}
            for line in _whole_run.lines(Path(place), copies, options.photos):
                print(line)


def _print_faces(options: argparse.Namespace, compared: Sequence[Variant]) -> None:
    pictures = read_annotations(options.pictures, options.annotations)[:: options.every]
    finders = {variant.name: finder(variant) for variant in compared}
    for transform in options.transforms:
        heads = "".join(f"{variant.name:>18}" for variant in compared)
        print(f"\n{f'{transform}: {len(pictures)} pictures':<28}{heads}")
        print(*table(compare(pictures, transform, finders)), sep="\n", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.benchmarks.quantise", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    stem = _quantised.STEM
    parser.add_argument("--stem", type=int, default=stem, help="first nodes left in 32 bits")
    parser.add_argument("--heads", action="store_true", help="the output heads in 8 bits too")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--annotations", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every N-th picture")
    names = list(TRANSFORMS)
    parser.add_argument("--transforms", nargs="+", choices=names, default=["upright"])
    parser.add_argument("--photos", type=int, default=0, help="whole runs on so many photos")
    options = parser.parse_args()
    if options.pictures and not options.annotations:
        parser.error("--pictures needs --annotations")
    return options


if __name__ == "__main__":
    main()
