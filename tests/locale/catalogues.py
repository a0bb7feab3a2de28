"""Reads the catalogues and what the code asks of them, each once."""

from __future__ import annotations

import ast
import re
import string
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

import photoguard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog

PACKAGE = Path(photoguard.__file__).parent
LOCALE = PACKAGE / "locale"
LANGUAGES = ("fi", "sv", "en")
FOREIGN = frozenset({"click"})
"""Catalogues of other projects' sentences, in which the English is the key."""
DOMAINS = tuple(
    sorted({path.stem for path in LOCALE.glob("*/LC_MESSAGES/*.po") if path.stem not in FOREIGN})
)
_CODE = re.compile(rf"(?:{'|'.join(DOMAINS)})\.[\w.-]+")
_BEGINNING = re.compile(rf"(?:{'|'.join(DOMAINS)})\.")
_QUOTED = re.compile(rf"""["']((?:{"|".join(DOMAINS)})\.[\w.-]*)["']""")
_ANY_CODE = re.compile(r"[a-z]+\.[a-z][\w.-]*")
FILES = re.compile(r".*\.(jsonl?|toml|html|j2|css|js|po|mo|csv|xlsx|sqlite3)")
"""Names of files, some of which look like codes."""
_SPEAKS = {"say", "speak"}


@cache
def read(language: str, domain: str) -> Catalog:
    """Return one catalogue."""
    path = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as readable:
        return read_po(readable, locale=language, abort_invalid=True)


@cache
def sentences(language: str, domain: str) -> dict[str, tuple[str, ...]]:
    """Return the forms of each code: one, or singular and plural."""
    forms: dict[str, tuple[str, ...]] = {}
    for message in read(language, domain):
        if message.id:
            code = message.id if isinstance(message.id, str) else message.id[0]
            text = message.string or ""
            forms[code] = (text,) if isinstance(text, str) else tuple(text)
    return forms


def placeholders(sentence: str) -> set[str]:
    """Return the names in braces; raises ValueError where a brace is alone."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@dataclass
class Asked:
    """What the code asks of the catalogues."""

    codes: set[str] = field(default_factory=set)
    beginnings: set[str] = field(default_factory=set)
    """Of codes that are put together when they are needed."""
    errors: set[str] = field(default_factory=set)
    calls: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    """Place, code and named parameters of calls that can be read whole."""

    def asks(self, code: str) -> bool:
        """Tell whether anything in the code can ask for ``code``."""
        return code in self.codes or any(code.startswith(start) for start in self.beginnings)


@cache
def asked() -> Asked:
    """Read all modules and templates of the package."""
    found = Asked()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            _look_at(node, str(path.relative_to(PACKAGE)), found)
    for path in (*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.jinja"), *PACKAGE.rglob("*.j2")):
        for text in _QUOTED.findall(path.read_text("utf-8")):
            (found.beginnings if text[-1] in "._-" else found.codes).add(text)
    return found


def _look_at(node: ast.AST, place: str, found: Asked) -> None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if _CODE.fullmatch(node.value):
            (found.beginnings if node.value[-1] in "._-" else found.codes).add(node.value)
    elif isinstance(node, ast.JoinedStr):
        first = node.values[0] if node.values else None
        if isinstance(first, ast.Constant) and _BEGINNING.match(str(first.value)):
            found.beginnings.add(str(first.value))
    elif isinstance(node, ast.Call):
        _look_at_call(node, place, found)


def _look_at_call(node: ast.Call, place: str, found: Asked) -> None:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    code = next(_constants(node.args), None)
    if code and name == "startswith" and _BEGINNING.match(code):
        found.beginnings.add(code)
    is_error = name.endswith(("Error", "Trouble"))
    is_shown = is_error or name in _SPEAKS or name == "Reason"
    if code is None or not is_shown or not _ANY_CODE.fullmatch(code):
        return
    found.codes.add(code)
    if is_error:
        found.errors.add(code)
    is_bare_reason = name == "Reason" and len(node.args) == 1
    if (is_error or name in _SPEAKS or is_bare_reason) and all(word.arg for word in node.keywords):
        given = frozenset(word.arg for word in node.keywords if word.arg)
        found.calls.append((f"{place}:{node.lineno}", code, given))


def _constants(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes[:1]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
