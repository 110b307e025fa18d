"""A month and a week through a real server: each lives until its record is on file and nothing in it is open."""

from datetime import date
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.dispatch import DISPATCH
from domain.ledger import Ledger
from domain.watch import WATCH
from tests.workflows.office import QUEUE, skipping_office
from tests.workflows.supervised import CLOSE, MONTH, SETTLED, TALK, WEEK, a_slow_project, a_week, open_watched
from worker import build_worker
from workflows.client import RequestRefusedError


async def test_month_and_week_live_until_they_are_on_file(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0):
            office, clock = await skipping_office(skipping, ledger)
            await open_watched(office)
            await a_slow_project(office)
            # What a rule forbids reaches the rule, and comes back with its clause.
            with pytest.raises(RequestRefusedError) as caught:
                await office.ask("dispatch", MONTH, TALK, "leading_group")
            assert caught.value.rule == "RungWaitError"
            assert "sample, after ML L21" in caught.value.text("zh")
            await a_week(office, clock)
            assert WATCH.closed(ledger.state(WATCH, f"sample/watch/{WEEK}"))
            await skipping.client.get_workflow_handle(f"sample/watch/{WEEK}").result()
            await clock.open_office(date(2022, 1, 11))
            view = await office.ask("dispatch", MONTH, TALK, "leading_group")
            waiting = [(step.id, step.post) for step in view.open_steps]
            assert waiting == [("take-rung:slow_project.rectify:P1", "leading_group")]
            closed = await office.ask("dispatch", MONTH, CLOSE, "rrb")
            assert closed.closed
            await skipping.client.get_workflow_handle(f"sample/dispatch/{MONTH}").result()
            for kind, no, request, post in (
                ("dispatch", MONTH, CLOSE, "rrb"),
                ("watch", WEEK, SETTLED, "finance_section"),
            ):
                with pytest.raises(RequestRefusedError) as late:
                    await office.ask(kind, no, request, post)
                assert late.value.rule in {"MonthClosedError", "WrongPostError"}
        assert DISPATCH.stage(ledger.state(DISPATCH, f"sample/dispatch/{MONTH}")) == "closed"
