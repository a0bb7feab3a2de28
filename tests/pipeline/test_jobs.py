"""How many workers are started follows cores, memory, and what of it is free."""

from __future__ import annotations

import pytest

from photoguard.pipeline.workers.jobs import (
    MEMORY_OF_A_JOB,
    Memory,
    jobs_for,
    memory,
    threads_for,
)

GB = 1_000_000_000


@pytest.mark.parametrize(
    ("cores", "whole", "free", "jobs"),
    [
        (2, 16, 12, 3),  # one waits for its decoder
        (8, 8, 6, 3),  # a laptop whose owner works on meanwhile
        (8, 32, 1.5, 1),  # what is free decides where other programs hold the rest
        (32, 256, 200, 8),
        (1, 1, 0.2, 1),
    ],
)
def test_workers_leave_room_for_other_programs(
    cores: int, whole: float, free: float, jobs: int
) -> None:
    """The number fits cores, a fifth of the memory, and half of what is free; it is never 0."""
    assert jobs_for(cores, Memory(int(whole * GB), int(free * GB))) == jobs


def test_the_workers_of_a_laptop_take_a_fifth_of_it() -> None:
    """With 8 GB all workers together take at most 1.6 GB."""
    assert jobs_for(16, Memory(8 * GB, 8 * GB)) * MEMORY_OF_A_JOB <= 1.6 * GB


@pytest.mark.parametrize(
    ("cores", "workers", "threads"),
    [
        (4, 2, 2),  # memory for two
        (8, 1, 8),  # one photo
        (2, 3, 1),
        (8, 3, 2),
    ],
)
def test_no_core_is_idle_where_there_are_fewer_workers(
    cores: int, workers: int, threads: int
) -> None:
    """The cores are shared among the workers; each has one at least."""
    assert threads_for(cores, workers) == threads


def test_this_computer_tells_its_memory() -> None:
    """What is free is part of what there is."""
    assert 0 < memory().free <= memory().whole
