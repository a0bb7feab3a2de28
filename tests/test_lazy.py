"""Names that packages offer without having imported the modules that define them."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest

from photoguard.lazy import without

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
    loaded = set(_run(code).split())
    assert "photoguard.model" in loaded
    unused = {"photoguard.model.consent", "photoguard.model.values", "photoguard.settings"}
    assert unused & loaded == set()


def test_a_library_is_left_out_for_one_thread_only() -> None:
    """Whoever imports it beside, or afterwards, finds it; so does whoever has it already."""
    name = "tabnanny"
    sys.modules.pop(name, None)
    with without("os"):
        import_module("os")
    with without(name), ThreadPoolExecutor() as beside:
        with pytest.raises(ModuleNotFoundError):
            import_module(name)
        assert beside.submit(import_module, name).result().__name__ == name
    sys.modules.pop(name)
    assert import_module(name).__name__ == name


def test_a_table_is_written_without_numpy() -> None:
    """It takes the program longer to load than the library for tables itself."""
    code = "import sys; from photoguard import report; report.load(alone=True); "
    assert _run(f"{code}print('openpyxl' in sys.modules, 'numpy' in sys.modules)") == "True False"


def _run(code: str) -> str:
    """Return what a new interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
