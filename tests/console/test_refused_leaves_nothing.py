"""A request that is refused, or cannot be sent, leaves nothing behind: no key of who asked, no name that it marked."""

import pytest

from console.house import House
from domain.cases import mandates_stream
from domain.mandate import MANDATE
from doors.vault import vault_of
from tests.console.counter import Answer, Counter, Seated, nonce_of
from workflows.client import NoAnswerError

CASE, STEP, SEAT, KEY = "sample/project/S02", "township_review", "township_office", "sample-console-p-2"
MARKED = "[[h-7:户主某]]反映面积不符"


@pytest.fixture
def desk(seated: Seated) -> Counter:
    """The counter, with the township's reviewer at it."""
    return seated("p-2")


def kept(desk: Counter) -> tuple[int | None, bool, dict[str, str]]:
    """Return how long the log is, whether the reviewer's key is registered, and which names are kept."""
    ledger = desk.house.ledger
    keys = ledger.state(MANDATE, mandates_stream("sample")).keys
    return ledger.recorder.max_notification_id(), KEY in keys, dict(vault_of(ledger.url).names())


async def decides(desk: Counter, **other: str) -> Answer:
    """Return what is answered to a decision at the case's page."""
    said = {"step": STEP, "seat": SEAT, "do": "approve", "opinion": "同意"}
    nonce = nonce_of((await desk.get(f"/{CASE}")).text)
    return await desk.post(f"/{CASE}/decide", {**said, "nonce": nonce, **other})


async def test_what_is_refused_registers_no_key_and_what_is_taken_does(desk: Counter) -> None:
    before = kept(desk)
    assert (await decides(desk, seen="0" * 64)).status == 409
    assert kept(desk) == before
    assert not before[1]
    assert (await decides(desk)).status == 303
    assert kept(desk)[1]


async def test_of_what_is_refused_no_name_is_kept(desk: Counter) -> None:
    before = kept(desk)
    for _ in range(2):  # The second time, as if her key were registered by then.
        assert (await decides(desk, seen="0" * 64, opinion=MARKED)).status == 409
        assert kept(desk) == before
        desk.house.keys.signing(desk.house.ledger, "sample", "p-2", desk.house.now())
        before = kept(desk)
    assert (await decides(desk, opinion=MARKED)).status == 303
    assert kept(desk)[2] == {"h-7": "户主某"}


async def test_what_cannot_be_sent_leaves_nothing(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(_: House) -> None:
        raise NoAnswerError(seconds=10, address="there", reason="it sleeps")

    monkeypatch.setattr(House, "client", silent)
    before = kept(desk)
    assert (await decides(desk, opinion=MARKED)).status == 503
    assert kept(desk) == before
