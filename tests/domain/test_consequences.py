"""What a fact brings about elsewhere: in the same transaction, with its own consequences, and once."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from domain.act import RepeatDiffersError
from domain.cases import year_stream
from domain.fund import FUND
from domain.fund_facts import ReceiptReported
from domain.ledger import Step
from domain.plan import NoSuchPlanError
from domain.procedures import consequences
from domain.procedures.asking import Asking
from domain.requests import ReportReceipt
from domain.yearbook import BankProject, EnterPlan, PlanEntered, ProjectBanked
from tests.domain.county import County


def told(asking: Asking, stream: str, fact: Any) -> Iterator[Step]:
    """A report enters a plan in a year's book, which enters a project in another's."""
    county = asking.case.county
    if isinstance(fact, ReceiptReported):
        yield Step(year_stream(county, 2030), EnterPlan(asking.act.under("sample L1"), stream.rsplit("/", 1)[1]))
    if isinstance(fact, PlanEntered):
        yield Step(year_stream(county, 2031), BankProject(asking.act.under("sample L1"), fact.plan_no))


def refused(_: Asking, _stream: str, fact: Any) -> Iterator[Step]:
    """A report whose consequence no rule allows."""
    if isinstance(fact, ReceiptReported):
        raise NoSuchPlanError(plan_no="P9")
    yield from ()


def test_what_follows_from_a_fact_and_from_its_consequence_is_recorded_with_it(
    sample: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consequences, "CONSEQUENCES", (told,))
    sample.receives()
    recorded = sample.ask("fund", "F1", ReportReceipt(), "finance_section")
    facts = {type(r.fact): r.originator_id for r in recorded}
    assert facts[PlanEntered] == year_stream("sample", 2030)
    assert facts[ProjectBanked] == year_stream("sample", 2031)
    assert len({r.fact.act.command_id for r in recorded}) == 1


def test_where_a_consequence_is_refused_nothing_is_recorded(sample: County, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.receives()
    before = sample.state(FUND, "F1")
    monkeypatch.setattr(consequences, "CONSEQUENCES", (told, refused))
    sample.refuses("fund", "F1", ReportReceipt(), "finance_section", NoSuchPlanError)
    assert sample.state(FUND, "F1") == before


def test_a_command_that_comes_again_brings_no_consequence_about_again(
    sample: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consequences, "CONSEQUENCES", (told,))
    sample.receives()
    act = sample.act("report", "finance_section")
    assert len(sample.run("fund", "F1", ReportReceipt(), act)) == 4
    assert sample.run("fund", "F1", ReportReceipt(), act) == []
    with pytest.raises(RepeatDiffersError):
        sample.run("fund", "F1", ReportReceipt(), msgspec.structs.replace(act, digest="another"))
