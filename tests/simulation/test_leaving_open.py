"""What a sample leaves open: asked in order, and what is refused is told while the rest goes on."""

from typing import Any

import pytest

from domain.ledger import Ledger
from simulation.leaving_open import leave_open
from simulation.opening import open_store
from simulation.samples import load
from simulation.year import SECRET
from tests.places import SAMPLE_COUNTY
from tests.workflows.office import OPENS
from workflows.client import Door, RequestRefusedError

SAMPLES = load(SAMPLE_COUNTY)


async def test_what_is_refused_is_told_and_the_rest_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def ask(_: Door, case: str, request: object, **said: Any) -> None:
        assert request
        asked.append(said["command_id"])
        if case == "sample/project/S07":
            raise RequestRefusedError(rule="no", zh="不行", en="no")

    monkeypatch.setattr(Door, "ask", ask)
    with Ledger("sqlite:///:memory:") as ledger:
        open_store(ledger, SECRET, OPENS, 0.0)
        refused = await leave_open(None, "queue", ledger, SAMPLES, lambda: OPENS)  # type: ignore[arg-type]
    assert {one.case for one in refused} == {"sample/project/S07"}
    assert len(set(asked)) == len(SAMPLES.left_open)
