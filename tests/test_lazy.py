"""Names that packages offer without having imported the modules that define them."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

PACKAGES = ("detect", "model", "ocr", "pipeline", "register")


@pytest.mark.parametrize("name", ["photoguard", *(f"photoguard.{name}" for name in PACKAGES)])
def test_each_name_on_offer_is_there(name: str) -> None:
    """Every name that a package lists is found, and no other is."""
    package = import_module(name)
    assert [each for each in package.__all__ if not hasattr(package, each)] == []
    with pytest.raises(AttributeError, match=f"'{name}' has no attribute 'nothing'"):
        _ = package.nothing


def test_a_part_imports_what_it_uses() -> None:
    """The process that reads a table, started for each one, knows no persons and no settings."""
    code = "import sys, photoguard.tables.child; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "photoguard.model" in loaded
    assert {
        "photoguard.model.consent",
        "photoguard.model.values",
        "photoguard.settings",
    } & loaded == set()
