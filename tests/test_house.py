"""The house stays walkable: no module and no function grows beyond what one reads at once."""

from __future__ import annotations

import ast
import re
import tokenize
from pathlib import Path

import pytest

import photoguard

PACKAGE = Path(photoguard.__file__).parent
MODULES = sorted(each.relative_to(PACKAGE) for each in PACKAGE.rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 30
"""Lines, those of the docstring apart."""
RIDDLES = re.compile(r"(^|_)(un)?(told|said)(_|$)|(^|_)(Told|Said)|TOLD|SAID")
CONTRACT = {"untold_works", "untold_photographer", "told_on"}
"""Keys of photoguard.toml and a column of the register, after which attributes are named."""


def _lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    lines = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_is_one_thought(module: Path) -> None:
    """A module has at most 400 lines and its functions at most 30 without their docstrings."""
    text = (PACKAGE / module).read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    functions = (
        each
        for each in ast.walk(ast.parse(text))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert {each.name for each in functions if _lines_of(each) > LONGEST_FUNCTION} == set()


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_name_says_what_it_holds(module: Path) -> None:
    """No identifier is called told or said, which is everything that anybody ever gave."""
    with (PACKAGE / module).open(encoding="utf-8") as text:
        tokens = list(tokenize.generate_tokens(text.readline))
    names = {token.string for token in tokens if token.type == tokenize.NAME}
    assert {name for name in names if RIDDLES.search(name)} <= CONTRACT
