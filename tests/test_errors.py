"""Errors keep their code on the way between programs, and a folder its gravest exit code."""

from __future__ import annotations

import errno
import pickle

import pytest

from photoguard import errors
from photoguard.errors import PhotoguardError, WriteError, gravest, problem_of

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


FULL, STRANGE = OSError(errno.ENOSPC, "no room"), OSError(errno.EXDEV, "another disk")


@pytest.mark.parametrize(
    ("trouble", "problem"),
    [
        (FULL, "system.no_space"),
        (STRANGE, "EXDEV"),
        (OSError("no number"), "OSError"),
        (WriteError("files.cannot_write", problem=problem_of(FULL)), "system.no_space"),
        (WriteError("staff.not_placed", place="x"), ""),
    ],
)
def test_what_a_system_says_has_a_code(trouble: OSError | WriteError, problem: str) -> None:
    """A full disk has a sentence in each language, and what is already told keeps its problem."""
    assert problem_of(trouble) == problem
