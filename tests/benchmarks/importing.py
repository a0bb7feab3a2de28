"""How long a school's table takes to be taken in: ``python -m tests.benchmarks.importing``.

A table of 3,000 pupils with two guardians each and four columns of words is imported as
the command line does it, into an empty register and then once more, on SQLite and on a
PostgreSQL over loopback. The bounds are those that an office would still wait for.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.register import postgres

PUPILS = 3000
BOUNDS = {"sqlite": 10.0, "postgresql": 20.0}
"""Seconds for one import."""

_HEADINGS = (
    "Oppilasnumero;Sukunimi;Etunimi;Luokka;Syntymäaika;Huoltaja 1;Huoltaja 2;"
    "Lupa kuvan julkaisuun: Instagram, oppilas;Lupa kuvan julkaisuun: Instagram, huoltajat;"
    "Lupa kuvan julkaisuun: verkkosivut, oppilas;Lupa kuvan julkaisuun: verkkosivut, huoltajat;"
    "Ei kuviin"
)


def table(pupils: int) -> str:
    """Return a table of invented pupils; some said no, some said nothing."""
    answers = ("kyllä;kyllä / kyllä;kyllä;kyllä / ei;", "kyllä;kyllä / -;;;x", ";;kyllä;ei / ei;")
    rows = (
        f"{number};Testinen{number % 500};Etu{number};{number % 9 + 1}{'ABCD'[number % 4]};"
        f"{number % 28 + 1}.{number % 12 + 1}.{2010 + number % 9};"
        f"Aikuinen{number} Testinen;Toinen{number} Testinen;{answers[number % 3]}"
        for number in range(pupils)
    )
    return "\n".join((_HEADINGS, *rows, ""))


def measured(place: Path, register: str, pupils: int) -> list[float]:
    """Return the seconds of a first import and of the same one again."""
    (place / "oppilaat.csv").write_text(table(pupils), "utf-8")
    config = place / "photoguard.toml"
    config.write_text(
        f'unit = "basic-education"\nunit_name = "Testilän koulu"\nregister = "{register}"\n',
        "utf-8",
    )
    command = [sys.executable, "-m", "photoguard", "consent", "import", "oppilaat.csv"]
    command += ["--config", str(config), "--language", "en"]
    seconds = []
    for words, typed in ((["--dry-run"], "school life\ny\n"), (["--yes"], ""), (["--yes"], "")):
        start = time.perf_counter()
        subprocess.run(
            [*command, *words],
            cwd=place,
            input=typed,
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PHOTOGUARD_DATA": str(place / "user")},
        )
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def report(name: str, seconds: list[float]) -> bool:
    """Write one line and tell whether both imports kept within the bound."""
    bound = BOUNDS[name]
    kept = max(seconds) <= bound
    first, again = (f"{each:.1f} s" for each in seconds)
    print(f"{name}: first {first}, again {again}; bound {bound:.0f} s{'' if kept else ' EXCEEDED'}")
    return kept


def main() -> int:
    """Measure both databases; 1 where a bound is exceeded."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pupils", type=int, default=PUPILS)
    pupils = asked.parse_args().pupils
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        kept.append(report("sqlite", measured(place, str(place / "r.sqlite3"), pupils)))
    with tempfile.TemporaryDirectory() as folder, postgres.running() as server:
        server.sql("postgres", "CREATE ROLE staff LOGIN PASSWORD 'word'")
        server.sql("postgres", "CREATE DATABASE register OWNER staff")
        kept.append(report("postgresql", measured(Path(folder), server.url("register"), pupils)))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
