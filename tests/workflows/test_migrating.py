"""A county's open cases go on under another version on a real server, and every decision stands in an inbox."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from cli.migrating import migrate, versions_of
from cli.orders import cases_of_people
from cli.signing import Desk
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.requests import AnswerGate
from settings import Settings
from tests.workflows.office import COUNTY, QUEUE, Office, adopt, living_office
from worker import build_worker

WHY = "样例：新办法施行"


@pytest.fixture
async def at(dev_client: Client, dev_address: str, tmp_path: Path) -> AsyncIterator[tuple[Desk, Office]]:
    """Fund F1, plan PL1, project P1, a claim at its first gate and one that was paid, all of version 2023.1."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            office = await living_office(dev_client, ledger)
            await office.up_to_contract()
            for no in ("C1", "C2"):
                await office.lodge(no)
            await office.pass_gates("C2")
            await office.pay("C2")
            settings = Settings(cache=tmp_path, task_queue=QUEUE)
            yield Desk(ledger, settings, dev_address), office


async def migrated(at: Desk, capsys: pytest.CaptureFixture[str], *, dry_run: bool = False) -> tuple[int, Any]:
    """Move what is open from 2023.1 to 2023.2; return the exit code and what was told of each case but the kept."""
    versions = versions_of(at.ledger, COUNTY, "2023.1", "2023.2")
    cases = cases_of_people(at.ledger, COUNTY)
    code = await migrate(at, COUNTY, versions, cases, WHY, [], dry_run=dry_run, as_json=True)
    told = json.loads(capsys.readouterr().out)
    return code, {one["case"]: one for one in told["cases"] if one["outcome"] != "kept"}


def outcomes(told: dict[str, Any]) -> dict[str, str]:
    return {case.removeprefix(f"{COUNTY}/"): one["outcome"] for case, one in told.items()}


async def test_open_cases_move_once_and_every_step_is_somebodys(
    at: tuple[Desk, Office], capsys: pytest.CaptureFixture[str]
) -> None:
    desk, office = at
    await adopt(office)
    before = len(list(desk.ledger.log()))
    code, told = await migrated(desk, capsys, dry_run=True)
    # The plan is released and over, as the paid claim is.
    assert outcomes(told) == dict.fromkeys(("fund/F1", "project/P1", "claim/C1"), "would move")
    assert (code, len(list(desk.ledger.log()))) == (0, before)
    code, told = await migrated(desk, capsys)
    assert (code, outcomes(told)) == (0, dict.fromkeys(("fund/F1", "project/P1", "claim/C1"), "moved"))
    after = len(list(desk.ledger.log()))
    code, told = await migrated(desk, capsys)
    assert (code, outcomes(told)) == (0, dict.fromkeys(("fund/F1", "project/P1", "claim/C1"), "already"))
    assert len(list(desk.ledger.log())) == after
    await office.ask("claim", "C1", AnswerGate(gate="finance_section", approve=True), "finance_section")


async def test_what_stays_says_why_and_what_nobody_would_be_left_for_is_named(
    at: tuple[Desk, Office], capsys: pytest.CaptureFixture[str]
) -> None:
    """The first gate goes to a post that nobody holds; the step that the project waits for is gone."""
    desk, office = at
    await adopt(
        office,
        ('post = "finance_section"\nkind = "review"', 'post = "treasury"\nkind = "review"'),
        ('id = "build"\nzh', 'id = "construct"\nzh'),
        ('returns_to = ["build"]', 'returns_to = ["construct"]'),
        ('[[posts]]\nid = "leading_group"', TREASURY),
    )
    for dry_run, outcome in ((True, "would move"), (False, "moved"), (False, "already")):
        code, told = await migrated(desk, capsys, dry_run=dry_run)
        claim, project = told[f"{COUNTY}/claim/C1"], told[f"{COUNTY}/project/P1"]
        assert (code, claim["outcome"], claim["nobody"]) == (1, outcome, ["finance_section"])
        assert (project["outcome"], project["rule"], project["nobody"]) == ("stays", "StepLostError", [])
    refused = [e for e in desk.ledger.log() if "attempts" in e.stream]
    assert refused == []


TREASURY = """[[posts]]
id = "treasury"
zh = "国库"
en = "Treasury"
unit = "finance_bureau"
kind = "post"
source = "sample"

[[posts]]
id = "leading_group\""""


async def test_a_version_that_is_none_is_refused(at: tuple[Desk, Office]) -> None:
    desk, office = at
    await adopt(office)
    for before, to in (("2023.1", "2024.1"), ("2023.2", "2023.2"), ("", "2023.2")):
        with pytest.raises(BadInputError, match=r"2023\.2"):
            versions_of(desk.ledger, COUNTY, before, to)
