"""A look at what would come of a request stores nothing, tells each item, and names no file of another case."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from console import acting
from console.acting import Asked, foreseen, foreseen_all, step_of
from console.house import House
from console.visitor import Seat
from domain.ledger import Ledger
from domain.requests import AnswerGate, AnyRequest
from doors.paper_files import file_store
from tests.console.desk import Desk
from tests.console.office import desk_of
from tests.story import COUNTY, office, tell

CLAIM, GATE, WHO = "sample/claim/C3", "payment_centre", "p-payment_centre"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A console of which nobody has asked anything."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        office(tell(ledger))
        yield desk_of(ledger)


@pytest.fixture
def house(desk: Desk) -> House:
    """Its house."""
    return desk.house


def asked(request: AnyRequest, step: str = GATE, nonce: str = "a") -> Asked:
    """Return what she asks for from her own desk."""
    seat = Seat(COUNTY, GATE, WHO, "centre")
    return Asked(CLAIM, request, seat, acting.command_id(CLAIM, step, seat, nonce))


def test_the_first_look_of_somebody_registers_no_key(house: House) -> None:
    before = house.ledger.recorder.max_notification_id()
    request = AnswerGate(gate=GATE, approve=True, opinion="核无误")
    told = foreseen(house, asked(request))
    assert told is None, told.text("en")
    assert [one.outcome for one in foreseen_all(house, [asked(request)])] == ["would be done"]
    assert house.ledger.recorder.max_notification_id() == before


def test_two_items_of_one_case_are_told_each(house: House) -> None:
    request = AnswerGate(gate=GATE, approve=True, opinion="核无误")
    told = foreseen_all(house, [asked(request), asked(request, nonce="b")])
    assert [one.outcome for one in told] == ["would be done", "refused"]
    assert told[1].zh


def test_a_step_with_a_colon_is_told_whole() -> None:
    assert step_of(asked(AnswerGate(gate=GATE, approve=True), step="cosign:final:2")) == "cosign:final:2"


async def test_a_call_names_no_file_of_another_case(desk: Desk) -> None:
    store = file_store(desk.house.settings, desk.house.ledger.url)
    digest = store.put(BytesIO(b"%PDF-1.4 of another case"), lambda _: None).digest
    corrected = {"type": "claim.correct/1", "reason": "少报一张"}
    paper = {
        "type": "paper.attach/1",
        "paper": "voucher",
        "step": GATE,
        "file_name": "a.pdf",
        "digest": digest,
        "size_bytes": 24,
        "media_type": "application/pdf",
    }
    somebody = desk.person(WHO)
    vouchers = {**corrected, "vouchers": ["0" * 64, digest]}
    rows = {**corrected, "papers": [{"kind": "contract", "digest": digest}]}
    for body in (paper, vouchers, rows):
        for query in ("", "?dry_run=true"):
            answer = await somebody.ask("POST", f"/api/{CLAIM}/requests{query}", json={"request": body, "post": GATE})
            assert (answer.status_code, "请从本案附件中选择" in answer.json()["zh"]) == (422, True), answer.text
    # One of which there is no file is nobody's: whatever else is said of it is the engine's.
    nobodys = {**paper, "digest": "0" * 64}
    answer = await somebody.ask("POST", f"/api/{CLAIM}/requests?dry_run=true", json={"request": nobodys, "post": GATE})
    assert answer.status_code == 200, answer.text
