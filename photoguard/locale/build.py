"""Compiles the catalogues (.po) to the form that gettext reads (.mo) when the package is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(folder: Path) -> None:
    """Write a .mo beside every .po below ``folder``."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as readable:
            catalogue = read_po(readable, locale=source.parts[-3], abort_invalid=True)
        with source.with_suffix(".mo").open("wb") as writable:
            write_mo(writable, catalogue)


class CompileCatalogues(BuildHookInterface[Any]):  # type: ignore[misc]  # only there at build time
    """Hatchling's build hook; it runs for wheels and for editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the catalogues before the files are collected."""
        del version, build_data
        compile_catalogues(Path(self.root) / "photoguard" / "locale")
