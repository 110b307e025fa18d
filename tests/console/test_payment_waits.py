"""A payment that waits for the bank's answer: confirming it comes first and is the primary button, a bounce second."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from domain.cases import mandates_stream
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.requests import SendPayment
from tests.console.counter import Counter, begun, counter
from tests.domain.given import by
from tests.story import GATES, Story

CASE, SENT_ON = "sample/claim/C3", date(2023, 8, 14)
BUTTON = re.compile(r'<a class="(button[^"]*)" href="/sample/claim/C3/ask/([^?"]+)')


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    """The counter, with the treasury's officer at it; the claim's money is on its way."""
    begun(tmp_path)
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        story = Story(ledger, _ids=count(1_000))
        story.pass_gates("C3", GATES[1:], SENT_ON)
        story.ask("claim", "C3", SendPayment(), "payment_centre", SENT_ON)
        act = by("opener")
        appointed = Appointed(act, "sample", "p-1", "treasury_officer", "国库", date(2023, 1, 1), None)
        ledger.execute(Step(mandates_stream("sample"), Appoint(act, appointed)))
    made = counter(tmp_path, monkeypatch)
    made.sit("p-1")
    yield made
    made.house.ledger.close()


@pytest.mark.parametrize("path", [f"/{CASE}", "/inbox"])
async def test_what_takes_the_case_on_is_the_first_and_primary_button(desk: Counter, path: str) -> None:
    buttons = BUTTON.findall((await desk.get(path)).text)
    assert buttons == [("button primary", "claim.confirm/1"), ("button", "claim.bounce/1")]
