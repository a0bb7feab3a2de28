"""Imports later, or not at all: names of modules that load when used, libraries left out."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from threading import get_ident
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def importing(package: str, homes: Mapping[str, tuple[str, ...]]) -> Callable[[str], object]:
    """Return a ``__getattr__`` (PEP 562) that imports a module when one of its names is used.

    ``homes`` are the names that each module defines, by the module's name in the package.
    """
    home_of = {name: module for module, names in homes.items() for name in names}

    def get(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{home_of[name]}"), name)

    return get


@contextmanager
def without(library: str) -> Iterator[None]:
    """Let this thread not find a library while active, unless it is loaded already.

    For libraries that use another one where it is there, and need time for nothing to load it.
    """
    refusal = _Refusal(library)
    sys.meta_path.insert(0, refusal)
    try:
        yield
    finally:
        sys.meta_path.remove(refusal)


class _Refusal(MetaPathFinder):
    """Finds everything but one library, for the thread that made it."""

    def __init__(self, library: str) -> None:
        self._library = library
        self._thread = get_ident()

    def find_spec(self, fullname: str, *_: object) -> None:
        """Leave the search to the next finder; raise ModuleNotFoundError for the library."""
        if fullname == self._library and get_ident() == self._thread:
            raise ModuleNotFoundError(name=fullname)
