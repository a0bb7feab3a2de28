"""Measures how often the second look sees a face that was left visible.

``python -m tests.benchmarks.second_look FOLDER``

In each picture of the folder one of the faces that the first look found for certain is left
visible, and the others are hidden. The second look is asked as it is for every photo, and, for
comparison, with its mirrored pass over all of the picture instead of parts of it.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard import detect, redact
from photoguard.detect import FaceFinder
from photoguard.detect._detector import detectors
from photoguard.detect.centerface import MIRRORED_AGAIN, CenterFace, that_count
from photoguard.images.decoding import decode
from photoguard.settings import Limits, Settings

if TYPE_CHECKING:
    from photoguard.detect._views import Views
    from photoguard.detect._votes import Votes
    from photoguard.model import Face, Pixels

CERTAIN, COVERED = 0.6, 0.3
"""Least score of a face that is left visible, and share of it that counts as seen."""
SEED = 5


class Everywhere(CenterFace):
    """Looks at all of the mirrored copy."""

    def confirm_again(self, views: Views, turn: int, votes: Votes, hidden: Votes) -> Votes:
        """Return the votes of all of the mirrored copy."""
        del votes, hidden
        return that_count(self.look(views, MIRRORED_AGAIN, turn, mirrored=True))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    paths = sorted(parser.parse_args().folder.rglob("*.[jp]*g"))
    cv2.setNumThreads(1)
    finder = FaceFinder()
    others = [d for d in detectors(1) if not isinstance(d, CenterFace)]
    ways = {"as always": finder, "all of the picture": FaceFinder(asked=[Everywhere(1), *others])}
    seen, seconds = dict.fromkeys(ways, 0), dict.fromkeys(ways, 0.0)
    count, chance = 0, np.random.default_rng(SEED)
    for path in paths:
        pixels = decode(path.read_bytes(), limits=Limits(), max_side=Settings().max_side).pixels
        faces = finder.find(pixels).faces
        if not (certain := [face for face in faces if face.score >= CERTAIN]):
            continue
        left = certain[int(chance.integers(len(certain)))]
        count += 1
        for name, one in ways.items():
            began = time.process_time()
            seen[name] += _sees(one, pixels, [face for face in faces if face is not left], left)
            seconds[name] += time.process_time() - began
    for name in ways:
        share = f"{seen[name]} of {count} faces left visible are seen"
        print(f"{name:20} {share}, {seconds[name] / max(1, count):.3f} s CPU a picture")


def _sees(finder: FaceFinder, pixels: Pixels, hidden: list[Face], left: Face) -> bool:
    regions = [redact.region_of(face, Settings().cover) for face in hidden]
    level = redact.levelled(detect.lit(pixels), regions)
    found = (face.box for face in finder.look_again(level, regions))
    return any(box.overlap(left.box) > COVERED * left.box.area for box in found)


if __name__ == "__main__":
    main()
