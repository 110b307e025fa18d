"""Every activity's first answer is lost after its work was done: what was done once is not done twice."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.act import Act
from domain.cases import attempts_stream, mandates_stream
from domain.fund import FUND
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.obligation import OBLIGATION
from domain.requests import NotifyDepartment, ReportReceipt
from servers.run import dev_server
from simulation.digest import stream_digests
from tests.workflows.office import COUNTY, OPENS, QUEUE, WAN, Office, living_office, receipt, skipping_office
from worker import build_worker
from workflows.client import RequestRefusedError

EVERY_ACTIVITY = {"decide", "look", "look_at_clock", "tick", "follow_up"}


class AnswersLost(Interceptor):
    """Lets every activity do its work, and loses what it answers the first time."""

    def __init__(self) -> None:
        self.lost: Counter[str] = Counter()
        self.when_refused: Callable[[], None] = lambda: None

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """Stand between the worker and the activity."""
        return _Losing(next, self)


class _Losing(ActivityInboundInterceptor):
    def __init__(self, inner: ActivityInboundInterceptor, losses: AnswersLost) -> None:
        super().__init__(inner)
        self._losses = losses

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        first = activity.info().attempt == 1
        try:
            answer = await super().execute_activity(input)
        except ApplicationError as e:
            if first:
                self._losses.when_refused()
                self._lose(e)
            raise
        if first:
            self._lose(None)
        return answer

    def _lose(self, cause: Exception | None) -> None:
        self._losses.lost[activity.info().activity_type] += 1
        raise RuntimeError("the answer is lost") from cause


async def story(office: Office) -> None:
    """Take money from its arrival to the payee."""
    await office.up_to_contract()
    await office.lodge("C1")
    await office.pass_gates("C1")
    await office.pay("C1")


async def test_a_fund_whose_every_answer_is_lost_once_has_the_facts_of_one_that_lost_none(
    dev_server_exe: Path, dev_client: Client, tmp_path: Path
) -> None:
    losses = AnswersLost()
    with Ledger(f"sqlite:///{tmp_path}/calm.db") as calm, Ledger(f"sqlite:///{tmp_path}/stormy.db") as stormy:
        async with build_worker(dev_client, calm, QUEUE):
            await story(await living_office(dev_client, calm))
        async with dev_server(dev_server_exe) as address:
            client = await Client.connect(address)
            async with build_worker(client, stormy, QUEUE, interceptors=[losses]):
                await story(await living_office(client, stormy))
        assert losses.lost.keys() >= EVERY_ACTIVITY - {"tick"}
        assert stream_digests(stormy) == stream_digests(calm)
        taken = [(entry.stream, entry.fact.act.command_id, type(entry.fact)) for entry in stormy.log()]
        assert len(taken) == sum(1 for _ in calm.log())
        assert not [place for place, times in Counter(taken).items() if times > 1]


async def test_a_clock_whose_every_answer_is_lost_once_reminds_breaks_and_climbs_once(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    losses = AnswersLost()
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0, interceptors=[losses]):
            office, clock = await skipping_office(skipping, ledger)
            await office.ask("fund", "F1", receipt("F1", WAN), "finance_section")
            await office.ask("fund", "F1", ReportReceipt(), "finance_section")
            await clock.open_office(OPENS.date().replace(day=12))
            notice = NotifyDepartment(department="competent_department")
            await office.ask("fund", "F1", notice, "finance_section")
        stream = "sample/obligation/fund-F1-arrival"
        assert losses.lost["tick"] == 4
        assert [type(fact).__name__ for fact in ledger.facts(stream)] == [
            "ObligationOpened",
            "ConditionFulfilled",
            "Reminded",
            "Breached",
            "RungClimbed",
            "RungClimbed",
            "RungClimbed",
            "ConditionFulfilled",
            "ObligationMet",
        ]
        assert OBLIGATION.stage(ledger.state(OBLIGATION, stream)) == "met late"


async def test_a_refusal_whose_answer_is_lost_stands_though_its_reason_is_gone_when_it_is_tried_again(
    dev_client: Client, tmp_path: Path
) -> None:
    losses = AnswersLost()
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:

        def appoint() -> None:
            """Take the reason away between the first try and the second."""
            act = Act("appointed", "", "clerk", "clerk", "clerk", "cli", OPENS.date(), OPENS)
            appointed = Appointed(act, COUNTY, "p-900", "finance_section", "finance_bureau", OPENS.date(), None)
            ledger.execute(Step(mandates_stream(COUNTY), Appoint(act, appointed)))

        async with build_worker(dev_client, ledger, QUEUE, interceptors=[losses]):
            office = await living_office(dev_client, ledger)
            await office.ask("fund", "F1", receipt("F1", WAN), "finance_section")
            office.people["finance_section"] = "p-900"
            losses.when_refused = appoint
            with pytest.raises(RequestRefusedError) as caught:
                await office.ask("fund", "F1", ReportReceipt(), "finance_section", "x-1")
            assert caught.value.rule == "NotHolderError"
            assert "p-900" in caught.value.text("zh")
            fund = ledger.state(FUND, "sample/fund/F1")
            assert fund.reported_on is None
            stream = attempts_stream(COUNTY, "p-900", (await office.now()).date().isoformat())
            assert [fact.act.command_id for fact in ledger.facts(stream)] == ["x-1"]
            await office.ask("fund", "F1", ReportReceipt(), "finance_section", "x-2")
        assert ledger.state(FUND, "sample/fund/F1").reported_on == OPENS.date()
