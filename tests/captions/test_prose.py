"""Typed words are shortened and ended without harm."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.captions import hashtag, sentence, shortened


@given(text=st.text(max_size=120), limit=st.integers(0, 60))
def test_never_longer_than_allowed(text: str, limit: int) -> None:
    """What is shortened fits, and what fits is left alone."""
    short = shortened(text, limit)
    assert len(short) <= limit
    assert (short == text) == (len(text) <= limit)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Lapset rakentavat lumilinnaa", 20, "Lapset rakentavat…"),
        ("Lapset rakentavat lumilinnaa", 18, "Lapset rakentavat…"),
        ("Lapset, aikuiset", 9, "Lapset…"),
        ("Yhdyssanahirviö" * 3, 10, "Yhdyssana…"),
        ("Retki", 0, ""),
    ],
)
def test_cut_at_a_word(text: str, limit: int, expected: str) -> None:
    """The cut falls between words and leaves no comma before the mark."""
    assert shortened(text, limit) == expected


def test_a_letter_is_not_torn() -> None:
    """A letter with its marks and an emoji with its skin stay whole or go whole."""
    kept = shortened("aa\U0001f476\U0001f3ffbbbb", 4)
    assert kept == "aa…"
    assert not unicodedata.combining(shortened("xxa\u0323\u0301yyyy", 4)[-2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lapset leikkivät", "Lapset leikkivät."),
        ("Hurraa!", "Hurraa!"),
        ("Hän sanoi: ”Hei.”", "Hän sanoi: ”Hei.”"),
        ("äiti", "Äiti."),
        ("  ", ""),
    ],
)
def test_a_sentence_has_a_capital_and_an_end(text: str, expected: str) -> None:
    """A sentence begins with a capital and ends once."""
    assert sentence(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("LPRoppii", "#LPRoppii"), ("#metsä retki", "#metsäretki"), ("!?", ""), ("a_1", "#a_1")],
)
def test_a_hashtag_is_one_word(text: str, expected: str) -> None:
    """A hashtag has one mark and no blank; nothing makes none."""
    assert hashtag(text) == expected
