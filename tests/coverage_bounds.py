"""Hold the coverage bounds: all of the parts that decide, nearly all of the rest.

Run after ``pytest --cov``: ``python -m tests.coverage_bounds``.
"""

from __future__ import annotations

import subprocess
import sys

BOUNDS = {
    "policy": ("photoguard/policy/*", 100),
    "verify": ("photoguard/verify/*", 100),
    "model": ("photoguard/model/*", 100),
    "errors": ("photoguard/errors.py", 100),
    "formats": ("photoguard/formats/*", 100),
    "captions": ("photoguard/captions/*", 100),
    "everything": ("photoguard/*", 95),
}


def main() -> int:
    """Report each bound and return 1 where one is not held."""
    broken = []
    for name, (pattern, bound) in BOUNDS.items():
        command = [sys.executable, "-m", "coverage", "report", f"--include={pattern}"]
        done = subprocess.run(
            [*command, f"--fail-under={bound}", "--skip-covered", "--show-missing"],
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            broken.append(name)
            sys.stdout.write(f"{name}: below {bound} %\n{done.stdout}\n")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
