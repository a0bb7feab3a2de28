"""The same words mean the same wherever somebody answers."""

from __future__ import annotations

import pytest

from photoguard.model.answers import channel_name, channels_in, is_not_known, known


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "?",
        "??",
        "En tiedä",
        "en tiedä.",
        "vet inte",
        "Vet ej",
        "Don't know",
        "I don’t know",
    ],
)
def test_not_known_is_nothing(typed: str) -> None:
    """An empty answer, a question mark and the words for it are one."""
    assert is_not_known(typed)
    assert known(typed) == ""


@pytest.mark.parametrize("typed", ["Maija", "ei", "nej", "Metsäretki?", "Vetinte Oy"])
def test_other_answers_stay(typed: str) -> None:
    """Whatever says something stays as it was told."""
    assert known(typed) == typed


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("insta", ("instagram",)),
        ("IG, fb", ("instagram", "facebook")),
        ("instagram ja facebook", ("instagram", "facebook")),
        ("Facebook och hemsida", ("facebook", "website")),
        ("facebook and instagram; verkkosivut", ("facebook", "instagram", "website")),
        ("instagram+fb", ("instagram", "facebook")),
        ("?", ()),
        ("", ()),
        ("tiktok", ("tiktok",)),
    ],
)
def test_channels_are_understood_as_people_say_them(typed: str, names: tuple[str, ...]) -> None:
    """Short names, joined by comma or by and in three languages, are channels."""
    assert tuple(map(channel_name, channels_in(typed))) == names
