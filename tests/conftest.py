"""What several test files need: where the measuring pictures are, if they are here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of measuring material beside the project; skips where it is absent."""
    folder = Path(os.environ.get("PHOTOGUARD_SHARED", PROJECT.parent / "shared"))
    if not (folder / "hostile" / "index.json").is_file():
        pytest.skip("the measuring material is not here")
    return folder
