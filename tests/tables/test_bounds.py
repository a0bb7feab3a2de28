"""No table takes more than its time and its memory, whatever was packed into it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from photoguard.errors import ConfigurationError, SetupTrouble
from photoguard.launch import environment
from photoguard.model import Language
from photoguard.tables import ExpectedTable, process, read_table
from photoguard.tables.child import _answer
from photoguard.tables.process import read_apart
from photoguard.tables.reading import read
from photoguard.tables.values import LENGTH, MEGABYTES, MOST_ALL_CELLS, SECONDS, TableError
from photoguard.texts import say
from tests.tables.books import MAIN, Sheet, book, cell, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = rows("tiedosto", "a.jpg")
QUESTION = ExpectedTable(frozenset({"tiedosto"}))
STARTING = 8.0
"""Seconds that a busy computer takes to start two interpreters."""

READ_AND_MEASURED = """
import json, sys
from pathlib import Path
from photoguard.errors import ConfigurationError, SetupTrouble
from photoguard.tables import ExpectedTable, process, read_table
from photoguard.tables.child import _answer
from photoguard.tables.process import read_apart
from photoguard.tables.reading import read
try:
    code = str(len(read_table(Path(sys.argv[1]), ExpectedTable(frozenset({"tiedosto"}))).rows))
except ConfigurationError as trouble:
    code = trouble.code
try:
    import resource
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
except ImportError:
    most = 0
print(json.dumps([code, most]))
"""


@dataclass(frozen=True)
class Measured:
    """What came of a table: rows or a code, the memory of the process that read it, the time."""

    answer: str
    megabytes: int
    seconds: float


def measured(path: Path) -> Measured:
    """Read a table in an interpreter of its own, so that its child alone is measured."""
    start = os.times().elapsed
    done = subprocess.run(
        [sys.executable, "-c", READ_AND_MEASURED, str(path)],
        check=True,
        capture_output=True,
        env=environment(),
        timeout=SECONDS + 60,
    )
    answer, most = json.loads(done.stdout)
    return Measured(answer, most, os.times().elapsed - start)


def strings(each: str, count: int) -> bytes:
    """A workbook with so many shared strings, none of which any cell shows."""
    part = f'<sst xmlns="{MAIN}">{each * count}</sst>'
    return book(Sheet(HEAD), more={"xl/sharedStrings.xml": part})


HEAVY: dict[str, Callable[[], bytes]] = {
    "strings": lambda: strings("<si><r><t>a</t></r><r><t>a</t></r></si>", 2_000_000),
    "empty rows": lambda: book(Sheet(HEAD + "<row/>" * 12_000_000)),
    "deep": lambda: book(Sheet(HEAD + "<a>" * 3_000_000 + "</a>" * 3_000_000)),
    "a long cell": lambda: book(Sheet(f'<row r="1">{cell("A1", "x" * 90_000_000)}</row>')),
    "merged": lambda: book(Sheet(HEAD, merged=("A1:XFD1048576",) * 500_000)),
    "separators": lambda: b"tiedosto\n" + b";" * 20_000_000,
}


@pytest.mark.parametrize("kind", HEAVY)
def test_a_heavy_table_is_refused_in_time(tmp_path: Path, kind: str) -> None:
    """A file of a few kilobytes that unpacks to work without end costs seconds, and is told."""
    place = tmp_path / "photos.xlsx"
    place.write_bytes(HEAVY[kind]())
    found = measured(place)
    assert found.answer in {"tables.too_heavy", "tables.too_large"}
    assert found.seconds < SECONDS + STARTING
    assert found.megabytes <= MEGABYTES


def test_a_far_cell_costs_nothing(tmp_path: Path) -> None:
    """Two cells at opposite ends of a sheet that claims all of it are two cells."""
    far = f'<row r="100000">{cell("B100000", "b.jpg")}</row>'
    place = tmp_path / "photos.xlsx"
    place.write_bytes(book(Sheet(HEAD + far, dimension="A1:XFD100000")))
    assert measured(place).answer == "2"


@pytest.mark.parametrize(
    "content",
    [
        b"tiedosto\n" + b"\n" * 2_000_000,
        b"tiedosto\n" + b"a;" * 99 * (MOST_ALL_CELLS // 99 + 2),
        b"tiedosto\n" + (b"a;" * 99 + b"a\n") * (MOST_ALL_CELLS // 99 + 1),
    ],
    ids=["rows", "columns", "cells"],
)
def test_too_many_of_anything_is_too_large(tmp_path: Path, content: bytes) -> None:
    """Rows, columns and cells are counted, and the table is refused with a sentence."""
    place = tmp_path / "photos.csv"
    place.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        read_table(place, QUESTION)
    assert caught.value.code == "tables.too_large"
    for language in Language:
        assert say("tables.too_large", language, None, **caught.value.parameters)


def test_one_text_in_many_cells_is_counted(tmp_path: Path) -> None:
    """A shared text is as long as all the cells that show it."""
    line = "<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>"
    part = f'<sst xmlns="{MAIN}"><si><t>{"x" * 30_000}</t></si></sst>'
    place = tmp_path / "photos.xlsx"
    place.write_bytes(book(Sheet(line * 50), more={"xl/sharedStrings.xml": part}))
    with pytest.raises(ConfigurationError) as caught:
        read_table(place, QUESTION)
    assert caught.value.code == "tables.too_large"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_a_tables_place_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe is no file: nobody waits until somebody writes into it."""
    place = tmp_path / "photos.csv"
    os.mkfifo(place)
    with pytest.raises(ConfigurationError) as caught:
        read_table(place, QUESTION)
    assert caught.value.code == "tables.unreadable"


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    """A sheet that defines entities is refused unread."""
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    part = f'{laughs}<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    place = tmp_path / "photos.xlsx"
    place.write_bytes(book(Sheet(HEAD), more={"xl/worksheets/sheet1.xml": part}))
    with pytest.raises(ConfigurationError) as caught:
        read_table(place, QUESTION)
    assert caught.value.code == "tables.not_a_table"


def test_what_the_process_says_comes_whole(tmp_path: Path) -> None:
    """Everything of a table comes back from the process that read it."""
    place = tmp_path / "photos.xlsx"
    text = rows("Retki", "tiedosto;kuvaus", 'a.jpg;"ä"\\ \u2028\u2603')
    place.write_bytes(book(Sheet(text, "5B"), Sheet(rows("x"), "Vanha", "hidden")))
    table = read_table(place, QUESTION)
    assert (table.sheet, table.heading_row) == ("5B", 2)
    assert table.headings == ("tiedosto", "kuvaus")
    assert [(row.number, row.cells) for row in table.rows] == [(3, ("a.jpg", '"ä"\\ \u2603'))]
    assert [notice.code for notice in table.notices] == [
        "tables.title_passed",
        "tables.sheets_left",
    ]


@pytest.mark.parametrize(
    ("module", "code"),
    [("hungry", "too_heavy"), ("babbling", "not_a_table"), ("cut_short", "not_a_table")],
)
def test_a_process_that_misbehaves_is_no_table(module: str, code: str) -> None:
    """Memory is watched from outside too; only headings and every row are a table."""
    with pytest.raises(TableError) as caught:
        read_apart(b"tiedosto\n", QUESTION, f"tests.tables.{module}")
    assert caught.value.code == code


def test_a_process_that_does_not_start_is_told() -> None:
    """Where nothing reads tables on this computer, that is said, not that the table is wrong."""
    for module in ("tests.tables.mute", "tests.tables.is_not_there"):
        with pytest.raises(SetupTrouble) as caught:
            read_apart(b"tiedosto\n", QUESTION, module)
        assert caught.value.code == "tables.no_worker"


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.1, 0.2])
def test_a_process_that_is_killed_is_replaced(
    monkeypatch: pytest.MonkeyPatch, moment: float
) -> None:
    """A reader that something outside kills costs nothing: another one reads the table."""
    begun: list[subprocess.Popen[bytes]] = []

    def start_and_kill_the_first(module: str) -> subprocess.Popen[bytes]:
        worker = started(module)
        begun.append(worker)
        if len(begun) == 1:
            time.sleep(moment)
            worker.kill()
        return worker

    started = process._started
    monkeypatch.setattr(process, "_started", start_and_kill_the_first)
    table = read_apart(b"tiedosto\na.jpg\nb.jpg\n", QUESTION)
    assert [row.cells for row in table.rows] == [("a.jpg",), ("b.jpg",)]
    assert len(begun) == 2


def test_a_table_is_read_once_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run reads its own table at its end again: only another content takes another process."""
    begun: list[str] = []

    def start_and_count(module: str) -> subprocess.Popen[bytes]:
        begun.append(module)
        return started(module)

    started = process._started
    monkeypatch.setattr(process, "_started", start_and_count)
    place = tmp_path / "photos.csv"
    for content in ("once.jpg", "once.jpg", "changed.jpg", "changed.jpg", "once.jpg"):
        place.write_text(f"tiedosto\n{content}\n", "utf-8")
        table = read_table(place, QUESTION)
        assert [row.cells for row in table.rows] == [(content,)]
    assert len(begun) == 2
    read_table(place, ExpectedTable(frozenset({"tiedosto", "kuvaus"})))
    assert len(begun) == 3


def answered(content: bytes) -> list[Any]:
    """The lines that the process writes for a file."""
    asked = json.dumps({"headings": ["tiedosto"], "needed": [], "sheet": "", "aside": []}).encode()
    answers = io.BytesIO()
    _answer(io.BytesIO(LENGTH.pack(len(asked)) + asked + content), answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def test_the_process_answers_as_the_reader() -> None:
    """What the process writes is what the reader found: a table, or what is wrong with it."""
    content = b"Retki\ntiedosto;kuvaus\na.jpg;\xe4\n"
    table = read(content, QUESTION)
    first, *others = answered(content)
    assert (first["headings"], first["heading_row"]) == (list(table.headings), 2)
    assert first["notices"] == [["tables.title_passed", {"rows": "1"}]]
    assert others == [[row.number, list(row.cells), list(row.broken)] for row in table.rows]
    assert answered(b"\0") == [{"trouble": "not_a_table", "parameters": {}}]
