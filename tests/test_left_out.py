"""What the bundle leaves out or replaces is asked for by no line of the program."""

from __future__ import annotations

import ast
import ctypes
import os
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PROJECT, witness

if TYPE_CHECKING:
    from pathlib import Path

RECIPES = PROJECT / ".github" / "bundle"
EQUATIONS = {"linalg", "polyfit", "lstsq", "roots", "multivariate_normal"}
"""Names of numpy's behind which its linear algebra solves something; the bundle's cannot."""
LETTERS = {"ImageFont", "multiline_text", "textbbox", "textlength"}
"""Names of Pillow's that draw letters, for which the bundle has no library."""
COLOURED = {"rich.traceback", "rich.syntax", "rich.markdown"}
"""Modules that need pygments, which is left out."""
ALL_PRODUCTS = 22
"""Four for each kind of number, a product of lines for the real ones and two for the others."""
PRODUCTS = """
import numpy as np

chance = np.random.default_rng(5)


def table(shape, kind):
    numbers = chance.standard_normal(shape)
    if np.dtype(kind).kind == "c":
        numbers = numbers + 1j * chance.standard_normal(shape)
    return numbers.astype(kind)


def lain(kind, rows, columns):
    "One shape in each way in which a table can lie in memory."
    yield table((rows, columns), kind)
    yield np.asfortranarray(table((rows, columns), kind))
    yield table((columns, rows), kind).T
    yield table((2 * rows, 3 * columns), kind)[::2, ::3]
    yield table((rows, columns), kind)[::-1]


def same(one, other):
    assert one.dtype == other.dtype
    np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


for kind in "fdFD":
    for left in lain(kind, 7, 5):
        for right in lain(kind, 5, 9):
            same(left @ right, np.einsum("ij,jk", left, right))
        for line in (table(5, kind), table(10, kind)[::2], table(5, kind)[::-1]):
            same(left @ line, np.einsum("ij,j", left, line))
            same(line @ left.T, np.einsum("ij,j", left, line))
            same(line @ left[0], np.einsum("i,i", line, left[0]))
            same(np.vdot(line, left[0]), np.einsum("i,i", line.conj(), left[0]))
        same(left @ left.T, np.einsum("ij,kj", left, left))
        same(left.T @ left, np.einsum("ij,ik", left, left))
        same(np.dot(left, np.asarray(2, kind)), left + left)
    same(table((4, 0), kind) @ table((0, 3), kind), np.zeros((4, 3), kind))
"""


@cache
def sources() -> tuple[tuple[Path, ast.AST], ...]:
    """Return every part of every source that the bundle takes along."""
    top = PROJECT / "photoguard"
    return tuple(
        (path, part)
        for path in sorted({*top.rglob("*.py")} - {top / "locale" / "build.py"})
        for part in ast.walk(ast.parse(path.read_text("utf-8")))
    )


def modules_of(part: ast.AST) -> set[str]:
    """Return the modules that a statement may import."""
    if isinstance(part, ast.Import):
        return {alias.name for alias in part.names}
    if isinstance(part, ast.ImportFrom) and part.module and not part.level:
        return {part.module, *(f"{part.module}.{alias.name}" for alias in part.names)}
    return set()


def left_out() -> set[str]:
    """Return the modules that the bundle's recipe leaves out."""
    for part in ast.parse((RECIPES / "photoguard.spec").read_text("utf-8")).body:
        if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "NOT_LOADED":
            inner = ast.walk(part.value)
            return {str(each.value) for each in inner if isinstance(each, ast.Constant)}
    return set()


def test_no_source_imports_what_is_left_out() -> None:
    """A rare path of the program would miss it long after every command was tried."""
    missing = left_out() | COLOURED
    assert len(missing) > 40 + len(COLOURED)
    found = [
        f"{path.name}: {name}"
        for path, part in sources()
        for name in modules_of(part)
        if any(name == each or name.startswith(f"{each}.") for each in missing)
    ]
    assert found == []


def test_no_source_solves_equations_or_draws_letters() -> None:
    """The libraries behind these end the process in the bundle, or are not there."""
    found = [
        f"{path.name}: {name}"
        for path, part in sources()
        for name in {*modules_of(part), getattr(part, "attr", "")}
        if set(name.split(".")) & (EQUATIONS | LETTERS)
    ]
    assert found == []


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that the bundle has in place of numpy's."""
    if sys.platform != "linux":
        pytest.skip("the bundle of this system keeps numpy's own library")
    library = tmp_path_factory.mktemp("products") / "products.so"
    compiler = [witness("gcc"), "-shared", "-nostdlib", "-O2", "-fcx-limited-range", "-fPIC"]
    subprocess.run([*compiler, "-o", library, RECIPES / "products.c"], check=True)
    return library


def test_the_bundle_multiplies_as_numpy_does(products: Path) -> None:
    """The bundle's products of tables are right for every kind and layout of numbers."""
    told = {**os.environ, "LD_PRELOAD": str(products), "LD_DEBUG": "bindings"}
    python = [sys.executable, "-c", PRODUCTS]
    done = subprocess.run(python, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    bound = {line.rpartition("`")[2] for line in done.stderr.splitlines() if str(products) in line}
    assert sum("_cblas_" in each for each in bound) == ALL_PRODUCTS


def test_the_bundle_adds_to_what_was_there(products: Path) -> None:
    """What numpy asks for seldom is right too: older results, and lines from their ends."""
    library, three = ctypes.CDLL(str(products)), ctypes.c_double * 3
    line, result = three(1, 2, 3), three(10, 20, 30)
    count, double = ctypes.c_int64, ctypes.c_double
    library.scipy_cblas_daxpy64_(count(3), double(2), line, count(-1), result, count(1))
    assert list(result) == [16, 24, 32]
    table = [ctypes.c_int(101), ctypes.c_int(111), count(1), count(3), double(5), line, count(3)]
    sides = [line, count(1), double(0.5), result, count(1)]
    library.scipy_cblas_dgemv64_(*table, *sides)
    assert list(result) == [5 * 14 + 8, 24, 32]
