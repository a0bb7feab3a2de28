"""One engine in an interpreter of its own: tells what starting cost, then times on demand.

``python -m tests.benchmarks._engine_alone NAME WEIGHTS`` prints seconds and added bytes as
JSON; each line ``N HEIGHT WIDTH`` on its standard input is answered with
the seconds of processor time that one inference took, ``memory`` with the peak in bytes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import cv2  # noqa: F401 - the product has it in any case, so it costs no engine anything
import numpy as np

from tests.benchmarks._contenders import load, named

FIRST = "1 480 640"


def main() -> None:
    """Load, answer questions until the input ends."""
    name, weights = sys.argv[1], Path(sys.argv[2]).read_bytes()
    before, began = memory("VmRSS"), time.perf_counter()
    network = load(named(name), weights)
    network.run(batch(FIRST))
    seconds = time.perf_counter() - began
    _say({"seconds": seconds, "bytes": memory("VmRSS") - before})
    for line in sys.stdin:
        if line.strip() == "memory":
            _say(memory("VmHWM") - before)
            continue
        pixels = batch(line)
        began = time.process_time()
        network.run(pixels)
        _say(time.process_time() - began)


def batch(line: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return noise of a shape told as ``N HEIGHT WIDTH``; the content costs no engine more."""
    count, height, width = map(int, line.split())
    levels = np.random.default_rng(0).integers(0, 256, (count, 3, height, width))
    return levels.astype(np.float32)


def memory(key: str) -> int:
    """Return a row of this interpreter's memory in bytes (Linux; elsewhere 0)."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0
    rows = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
    return int(rows[key].split()[0]) * 1024


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
