"""What must be public, on a clock that skips: its entry by itself, its days and what stops them; and two records."""

from datetime import date
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from domain.calendar import day_of
from domain.disclosure import DISCLOSURE, stage
from domain.disclosure_facts import PublicityEnded
from domain.hotline import HOTLINE
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.policy import load
from domain.requests import (
    AnswerReport,
    PublishDisclosure,
    RaiseObjection,
    RecordTraining,
    RuleObjection,
    TakeReport,
    WithdrawDisclosure,
)
from domain.training import TRAINING
from simulation.opening import POLICIES, adopt
from tests.workflows.office import COUNTY, PAPER, QUEUE, WAN, receipt, skipping_office
from worker import build_worker
from workflows.client import RequestRefusedError

ENTRY, CASE = "arrivals-fund_arrived-F1", "sample/disclosure/arrivals-fund_arrived-F1"
PORTAL = "政府门户网站 / government portal"
RULES = """
[disclosures.duration]
id = "shown"
kind = "counted"
count = 7
unit = "calendar"
start = "published"
source = "sample, made up"

[hotline]
id = "hotline"
zh = "举报电话"
en = "hotline"
post = "finance_section"
source = "sample, after JS L32"

[[training]]
id = "funds"
zh = "资金管理培训"
en = "training on funds"
post = "finance_section"
levels = ["village"]
forms = ["培训班"]
source = "sample, after JS L34"

"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The sample county's rules, with arrivals disclosable and public for seven days."""
    file = tmp_path / "sample.toml"
    before, found, after = (POLICIES / "sample.toml").read_text(encoding="utf-8").partition('id = "arrivals"\n')
    arrivals, second, rest = after.partition("[[disclosures]]")
    upon = 'upon = ["fund_arrived"]\n'
    file.write_text(before + found + upon + arrivals + RULES + second + rest, encoding="utf-8")
    return file


def january(day: int) -> date:
    return date(2022, 1, day)


async def test_an_entry_lives_from_what_arose_to_the_end_of_its_days(
    skipping: WorkflowEnvironment, rules: Path, tmp_path: Path
) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(skipping.client, ledger, QUEUE, cached_workflows_max=0):
            office, clock = await skipping_office(skipping, ledger)
            adopt(ledger, COUNTY, load(rules), await office.now())

            async def ask(request: PublishDisclosure | RaiseObjection | RuleObjection | WithdrawDisclosure) -> str:
                view = await office.ask("disclosure", ENTRY, request, "finance_section")
                return view.stage

            async def runs(case: str) -> bool:
                described = await skipping.client.get_workflow_handle(case).describe()
                return described.status == WorkflowExecutionStatus.RUNNING

            await office.ask("fund", "F1", receipt("F1", 200 * WAN), "finance_section")
            # Started by the receipt's own request, with its clock; nobody has asked anything of them yet.
            assert await runs(CASE)
            assert await runs(f"sample/obligation/disclosure-{ENTRY}")
            assert stage(ledger.state(DISCLOSURE, CASE)) == "to publish"
            await clock.open_office(january(5))
            assert await ask(PublishDisclosure(place=PORTAL, record=PAPER)) == "public"
            assert ledger.state(OBLIGATION, f"sample/obligation/disclosure-{ENTRY}").ended == "met"
            await clock.open_office(january(8))
            assert await ask(RaiseObjection(words="样例：金额不一致")) == "objected"
            # The seven days would have been over on the 12th; four of them were left.
            await clock.open_office(january(20))
            assert await ask(RuleObjection(number=1, upheld=False, reason="样例：核实一致")) == "public"
            await clock.open_office(january(24))
            assert stage(ledger.state(DISCLOSURE, CASE)) == "public"
            await clock.open_office(january(25))
            assert stage(ledger.state(DISCLOSURE, CASE)) == "disclosed"
            (ended,) = [fact for fact in ledger.facts(CASE) if isinstance(fact, PublicityEnded)]
            assert (day_of(ended.act.recorded_at), ended.act.door) == (january(25), "clock")
            assert not await runs(CASE)
            # What is over can still be objected to, which begins it anew.
            assert await ask(RaiseObjection(words="样例：仍有异议")) == "objected"
            # By the door if its workflow has seen the second one by now, else by the rule itself.
            with pytest.raises(RequestRefusedError, match=r"rule:1|open objection 1"):
                await ask(RuleObjection(number=1, upheld=False, reason="样例"))
            assert await ask(RuleObjection(number=2, upheld=False, reason="样例：核实一致")) == "disclosed"

            training = RecordTraining(
                rule="funds", levels=("village",), form="培训班", topic="样例", attended=30, record=PAPER
            )
            await office.ask("training", "T1", training, "finance_section")
            await office.ask("hotline", "R1", TakeReport(words="样例：路灯不亮"), "finance_section")
            assert await runs("sample/hotline/R1")
            await office.ask("hotline", "R1", AnswerReport(founded=True, answer="样例：已修"), "finance_section")
            await clock.open_office(january(26))
            assert TRAINING.closed(ledger.state(TRAINING, "sample/training/T1"))
            assert HOTLINE.closed(ledger.state(HOTLINE, "sample/hotline/R1"))
            assert not await runs("sample/hotline/R1")
            assert not await runs("sample/training/T1")
