"""Following the log: the same states as the ledger's own, with little in memory."""

from dataclasses import replace

import pytest

from domain.cases import kind_of
from domain.following import Following, open_streams, rests
from domain.ledger import Ledger
from domain.outbox import OUTBOX
from domain.registry import BY_KIND
from tests.domain.walk import Walk


@pytest.mark.parametrize("kept_max", [1, 2, 1000])
def test_each_state_is_the_ledgers_own_however_few_are_kept(kept_max: int) -> None:
    with Ledger("sqlite://") as ledger:
        Walk.real(ledger, "jiashi-2022").year()
        following, last = Following(ledger.facts, kept_max), {}
        for entry in ledger.log():
            last[entry.stream] = following.after(entry)
        assert len(last) > 10
        for stream, state in last.items():
            assert state == ledger.state(BY_KIND[kind_of(stream)], stream), stream


def test_every_case_is_open_or_over_as_its_decider_says() -> None:
    kinds = ("fund", "project", "obligation")
    with Ledger("sqlite://") as ledger:
        walk = Walk.real(ledger, "jiashi-2022")
        walk.receive()
        walk.register()
        found = open_streams(ledger.log(), kinds, Following(ledger.facts))
        assert {kind_of(stream) for stream in found} == set(kinds)
        assert found["jiashi/fund/F1"]
        for stream, is_open in found.items():
            decider = BY_KIND[kind_of(stream)]
            assert is_open == (not decider.closed(ledger.state(decider, stream)))


@pytest.mark.parametrize(
    ("told", "rest"),
    [("q", True), ("qq", True), ("qe", False), ("qeq", False), ("qecq", True)],
)
def test_a_case_rests_while_only_quiet_facts_opened_it(told: str, rest: bool) -> None:  # noqa: FBT001 - a table
    """q: a quiet fact; e: one that is not; c: and with that the case is over."""
    decider = replace(OUTBOX, quiet=(str,))
    was_open = rested = False
    for letter in told:
        if letter == "c":
            was_open = False
        else:
            rested = rests(decider, letter if letter == "q" else 1, was_open=was_open, rested=rested)
            was_open = True
    assert rested is rest
