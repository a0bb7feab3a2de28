"""Errors keep their code on the way between programs, and a folder its gravest exit code."""

from __future__ import annotations

import pickle

import pytest

from photoguard import errors
from photoguard.errors import PhotoguardError, gravest

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, PhotoguardError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_travels_whole(kind: type[PhotoguardError]) -> None:
    """What a worker raises arrives as the same kind, with code and parameters."""
    sent = kind("files.too_large", limit=200)
    arrived = pickle.loads(pickle.dumps(sent))  # noqa: S301 - our own bytes
    assert type(arrived) is kind
    assert (arrived.code, arrived.parameters) == (sent.code, sent.parameters)
    assert arrived.exit_code in {2, 3, 4, 5}


@pytest.mark.parametrize(
    ("codes", "expected"), [(set(), 0), ({0, 1}, 1), ({1, 4, 0}, 4), ({4, 5}, 5), ({5, 130}, 130)]
)
def test_the_gravest_code_counts(codes: set[int], expected: int) -> None:
    """130, 5, 4, 1, 0: a folder ends with the gravest of its photos' codes."""
    assert gravest(codes) == expected
