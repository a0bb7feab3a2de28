"""Which names in an output folder are those of finished copies."""

from __future__ import annotations

import pytest

from photoguard.files import is_place
from photoguard.model import OutputFormat


@pytest.mark.parametrize("output_format", OutputFormat)
def test_a_copy_of_every_published_format_is_ours(output_format: OutputFormat) -> None:
    """Whatever may be chosen as a format is found again under its suffix: it can be taken back."""
    assert is_place(f"ready/photo-001.{output_format.suffix}")


def test_the_suffixes_are_those_that_staff_know() -> None:
    """The names of copies are a promise to staff and to the folders that lie out there."""
    assert [each.suffix for each in OutputFormat] == ["jpg", "png", "webp"]


@pytest.mark.parametrize("suffix", ["jpeg", "gif", "JPG", "jpg.exe", "xmp", ""])
def test_other_names_are_not_ours(suffix: str) -> None:
    """A file of another name is never touched, though it lies among the copies."""
    assert not is_place(f"ready/photo-001.{suffix}")
