"""One decoder for all offices: it takes longer to start than a photo takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from photoguard.images import Decoder
from photoguard.settings import Limits
from tests.review.office import Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def decoder() -> Iterator[Decoder]:
    """A decoder that is ended with the tests."""
    opened = Decoder(Limits())
    yield opened
    opened.close()


@pytest.fixture
def office(tmp_path: Path, decoder: Decoder) -> Office:
    """An empty folder of a school with a class in its register."""
    return Office(tmp_path / "photos", decoder)
