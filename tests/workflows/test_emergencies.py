"""Emergency decisions on a clock that skips: two own keys decide, and what nobody confirms expires at its hour."""

from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from domain.attempts import ATTEMPTS
from domain.cases import attempts_stream
from domain.emergency import EMERGENCY, EmergencyReported, next_moment
from domain.ledger import Ledger
from domain.project import PROJECT, open_steps
from domain.project_facts import StepPassed
from tests.workflows.office import COUNTY, QUEUE, skipping_office
from tests.workflows.two_keys import CONFIRMS, FIRST, SECOND, opening, turns, with_own_keys
from worker import build_worker
from workflows.client import RequestRefusedError


async def test_two_own_keys_decide_and_one_alone_decides_nothing(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0):
            office, clock = await skipping_office(skipping, ledger)

            def waits_for(no: str) -> str:
                return next(step.id for step in open_steps(ledger.state(PROJECT, f"sample/project/{no}")))

            await with_own_keys(office)
            await office.declare("P1")
            # A door's key lets anybody in; each of the two needs an own one.
            with pytest.raises(RequestRefusedError) as caught:
                await office.ask("emergency", "E1", await opening(office, "P1"), FIRST)
            assert caught.value.rule == "OwnKeyError"
            today = (await office.now()).date().isoformat()
            refused = ledger.state(ATTEMPTS, attempts_stream(COUNTY, office.people[FIRST], today)).refused
            assert [one.rule for one in refused.values()] == ["OwnKeyError"]

            await turns(office, "E1", await opening(office, "P1"), FIRST)
            assert waits_for("P1") == "township_review"
            with pytest.raises(RequestRefusedError, match="for director"):
                await turns(office, "E1", CONFIRMS, FIRST)
            confirmed = await turns(office, "E1", CONFIRMS, SECOND)
            assert (confirmed.closed, confirmed.stage) == (True, "confirmed")
            passed = [fact for fact in ledger.facts("sample/project/P1") if isinstance(fact, StepPassed)][-1]
            both = office.people[FIRST], office.people[SECOND]
            assert (passed.step, (passed.act.person, passed.act.second)) == ("township_review", both)

            # The project's own workflow has looked again: it takes the answer to its next step.
            await office.answer("P1", "field_survey", "field_team")

            await office.declare("P2")
            await turns(office, "E2", await opening(office, "P2"), FIRST)
            expires = next_moment(ledger.state(EMERGENCY, "sample/emergency/E2"))
            assert expires is not None
            await clock.open_office(expires.date())
            await clock.open_office(expires.date().replace(day=expires.day + 1))
            assert ledger.state(EMERGENCY, "sample/emergency/E2").outcome == "expired"
            assert waits_for("P2") == "township_review"
            facts = ledger.facts("sample/emergency/E2")
            told = [(fact.outcome, fact.auditor) for fact in facts if isinstance(fact, EmergencyReported)]
            assert told == [("opened", ""), ("expired", "")]
            with pytest.raises(RequestRefusedError):
                await turns(office, "E2", CONFIRMS, SECOND)
            for no in ("E1", "E2"):
                described = await skipping.client.get_workflow_handle(f"sample/emergency/{no}").describe()
                assert described.status == WorkflowExecutionStatus.COMPLETED
