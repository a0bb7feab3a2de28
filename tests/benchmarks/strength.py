"""Whether anybody can be told apart once hidden.

    python -m tests.benchmarks.strength --people DIR [--style NAME ...] [--cover face|head]
        [--against COMMAND] [--known-boxes] [--repeat N] [--copies N]

DIR holds a folder for each person, with ``1.jpg`` and ``2.jpg`` in it, faces in the
middle. *Parrot*: both photos are hidden by the same tool, and an attacker who knows
whose photo 1 is looks for each photo 2 among them. *Averaged*: the same with the mean of
many copies of each photo, which takes fresh randomness away again. *Restored*: the best
linear map from hidden to clear faces, learnt on other people; the share of restored
faces that are most like their own clear photo.

Runs the real ``photoguard prepare``; ``--known-boxes`` hides by itself, which is quicker.
COMMAND is another tool, with ``{pictures}`` for the files, which writes
``NAME_anonymized.png`` beside them, for example ``deface {pictures}``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photoguard.model import Cover, Style
from tests.benchmarks import _strength_people as people_of
from tests.benchmarks._strength_attacks import ATTACKERS, parrot
from tests.benchmarks._strength_restore import restored

if TYPE_CHECKING:
    import numpy.typing as npt

    from tests.benchmarks._strength_people import Pairs, Person, Tool

STYLES = tuple(style.value for style in Style)


def main() -> None:
    """Run the attacks and print their tables."""
    options = _options()
    people = people_of.read_people(options.people)
    print(f"{len(people)} people; chance: first {_percent(1 / len(people))}", end=", ")
    print(f"among five {_percent(5 / len(people))}; cover {options.cover}")
    print(f"{'':<24}" + "".join(f"{name:>18}" for name in (*ATTACKERS, "averaged", "restored")))
    for name, tool in _tools(options).items():
        runs = [tool(people) for _ in range(options.repeat if name in STYLES else 1)]
        cells = [_parrot(people, runs, attacker) for attacker in ATTACKERS]
        cells.append(_averaged(people, tool, options.copies if name in STYLES else 0))
        share, likeness = restored(people, runs)
        cells.append(f"{_percent(share)}  r {likeness:.2f}")
        print(f"{name:<24}" + "".join(f"{cell:>18}" for cell in cells), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests.benchmarks.strength",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=Path, required=True)
    parser.add_argument("--style", nargs="*", choices=STYLES, default=STYLES)
    covers = [cover.value for cover in Cover]
    parser.add_argument("--cover", choices=covers, default=Cover.HEAD.value)
    parser.add_argument("--against", default="", help="another tool's command")
    parser.add_argument("--known-boxes", action="store_true", help="hide without the command")
    parser.add_argument("--repeat", type=int, default=1, help="fresh copies to attack")
    parser.add_argument("--copies", type=int, default=0, help="copies to average, with known boxes")
    return parser.parse_args()


def _tools(options: argparse.Namespace) -> dict[str, Tool]:
    cover = Cover(options.cover)
    build = people_of.by_boxes if options.known_boxes else people_of.by_command
    tools: dict[str, Tool] = {"as it is": people_of.clear}
    if options.known_boxes:
        tools["plain blur"] = people_of.plain_blur()
        tools["plain mosaic"] = people_of.plain_mosaic()
    if options.against:
        tools[options.against.split()[0].split("/")[-1]] = people_of.by_other(options.against)
    return tools | {style: build(Style(style), cover) for style in options.style}


def _parrot(people: list[Person], runs: list[Pairs], attacker: str) -> str:
    found = [parrot(people, pairs, ATTACKERS[attacker]) for pairs in runs]
    return _shares(np.concatenate(found))


def _averaged(people: list[Person], tool: Tool, copies: int) -> str:
    if copies < 1:
        return "-"
    sums = [[photo.astype(np.float64) * 0 for photo in person.photos] for person in people]
    for _ in range(copies):
        for total, pair in zip(sums, tool(people), strict=True):
            for side in (0, 1):
                total[side] += pair[side]
    means: Pairs = [(_mean(total[0], copies), _mean(total[1], copies)) for total in sums]
    return _shares(parrot(people, means, ATTACKERS["recogniser"]))


def _mean(total: npt.NDArray[np.float64], copies: int) -> npt.NDArray[np.uint8]:
    return np.rint(total / copies).astype(np.uint8)


def _shares(found: npt.NDArray[np.int64]) -> str:
    return f"{_percent((found < 1).mean())} / {_percent((found < 5).mean())}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


if __name__ == "__main__":
    main()
