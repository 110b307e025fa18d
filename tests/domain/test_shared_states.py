"""A state that somebody looks at stays as it is, while others write and rehearse."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.ledger import Ledger, Step
from domain.mandate import MANDATE
from domain.mandate_facts import KeyRegistered, RegisterKey
from domain.rehearsing import Rehearsal
from tests.domain.given import by

STREAM = "sample/mandates"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as opened:
        yield opened


@pytest.fixture
def often() -> Iterator[None]:
    """Let threads take turns at nearly every step."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def registering(number: int) -> Step:
    act = by("personnel", command_id=f"c-{number}")
    return Step(STREAM, RegisterKey(act, KeyRegistered(act, "sample", f"k-{number}", "a" * 64, "cli", "p-1")))


def rehearse(desk: Rehearsal, number: int) -> None:
    step = registering(number)
    desk.transact(lambda _: (step,))


def test_what_is_looked_at_does_not_change_under_the_look(ledger: Ledger) -> None:
    ledger.execute(registering(1))
    looked = ledger.shared(MANDATE, STREAM)
    ledger.execute(registering(2))
    assert list(ledger.state(MANDATE, STREAM).keys) == ["k-1", "k-2"]
    assert list(looked.keys) == ["k-1"]
    assert list(ledger.shared(MANDATE, STREAM).keys) == ["k-1", "k-2"]


def test_a_rehearsal_goes_on_from_where_it_began(ledger: Ledger) -> None:
    ledger.execute(registering(1))
    desk = Rehearsal(ledger)
    rehearse(desk, 2)
    ledger.execute(registering(3))
    ledger.state(MANDATE, STREAM)
    assert list(desk.state(MANDATE, STREAM).keys) == ["k-1", "k-2"]
    assert list(ledger.state(MANDATE, STREAM).keys) == ["k-1", "k-3"]


@pytest.mark.usefixtures("often")
def test_many_look_and_rehearse_while_one_writes(ledger: Ledger) -> None:
    """A dictionary that changes under whoever goes through it, or a state that is taken by two, is an error."""

    def look(_: int) -> None:
        for number in range(60):
            seen = [key for key in ledger.shared(MANDATE, STREAM).keys for _ in range(20)]
            assert len(seen) % 20 == 0
            rehearse(Rehearsal(ledger), 10_000 + number)

    def write(_: int) -> None:
        for number in range(60):
            ledger.execute(registering(number))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda job: job[0](job[1]), [(look, 1), (write, 0), (look, 2), (look, 3), (look, 4)]))
    assert len(ledger.state(MANDATE, STREAM).keys) == 60
