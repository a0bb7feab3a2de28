"""Bring what was seen, what staff wrote and what the register says before the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photoguard.model import PhotoNotes, Plan
    from photoguard.pipeline.records import Facts
    from photoguard.pipeline.workers import RunSpec


def decide(facts: Facts, notes: PhotoNotes, spec: RunSpec) -> Plan:
    raise NotImplementedError
