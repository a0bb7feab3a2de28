"""What a person settled on the review page stands in the evidence: the verdict, when, an id."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from photoguard.proof.chain import write
from photoguard.proof.gathering import OutsideFacts, gather
from tests.review.office import face
from tests.review.test_desk import GREY, approve

if TYPE_CHECKING:
    from tests.review.office import Office


def test_who_approved_stands_there_as_an_id(office: Office) -> None:
    """The login is on the screen only; the same person has the same id on every photo."""
    office.take(GREY, face(20))
    office.take(GREY + 1, face(20))
    office.take(GREY + 2, face(20))
    office.prepare()
    with office.open() as desk:
        approve(desk, 1)
        approve(desk, 2)
    gathered = gather(office.output, OutsideFacts("2026-11-26T10:00:00+00:00"))
    settled = [line["settled"] for line in gathered.lines[1:]]
    assert [each and each["verdict"] for each in settled] == ["approved", "approved", None]
    (person,) = {each["by"] for each in settled if each}
    assert all(each["on"] for each in settled if each)
    assert {step["by"] for step in gathered.lines[1]["steps"]} == {person}
    assert "approved" in {step["do"] for step in gathered.lines[1]["steps"]}
    assert gathered.logins == {person: "tester"}
    assert b"tester" not in write(gathered.lines).content


def test_the_registers_own_id_of_a_login_is_used(office: Office) -> None:
    """Where the register knows the login, log and evidence speak of the same id."""
    office.take(GREY, face(20))
    office.prepare()
    with office.open() as desk:
        approve(desk)
    known = OutsideFacts("2026-11-26T10:00:00+00:00", actors={"tester": "a-7kq2mx4f"})
    (_, photo) = gather(office.output, known).lines
    assert photo["settled"]["by"] == "a-7kq2mx4f"
    assert json.dumps(photo)


def test_a_copy_that_a_person_changed_is_told(office: Office) -> None:
    """A copy changed by hand after the run is there, but is not as it was verified."""
    office.take(GREY, face(20))
    office.prepare()
    (copy,) = office.output.glob("*/*.jpg")
    copy.write_bytes(copy.read_bytes() + b"\0")
    (_, photo) = gather(office.output, OutsideFacts("")).lines
    assert photo["copy_when_written"] == "changed"
    copy.unlink()
    (_, photo) = gather(office.output, OutsideFacts("")).lines
    assert photo["copy_when_written"] == "missing"
