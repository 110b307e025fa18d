"""What is left over: the two sweeps of Jiashi, found, agreed, approved, and moved by plans; nowhere else a rule."""

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from cli.asked import Given, Word, asked_request
from cli.reports_surplus import of_surplus
from domain.duties import SamePersonError
from domain.errors import BadInputError
from domain.fund_refusals import NoSuchFundError
from domain.ledger import Ledger
from domain.plan import NoSuchPlanError
from domain.policy import PolicyError, load, parse
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.procedures.surplus import NotLeftError, WrongPlanError, WrongYearError
from domain.requests import (
    AgreeSurplus,
    ApproveSurplus,
    DraftPlan,
    FileMinutes,
    FindSurplus,
    LodgeClaim,
    MoveSurplus,
)
from domain.surplus import SURPLUS, NoSuchSweepError, NothingMovedError, SweepReasonError, SweepStepError
from domain.surplus_facts import SurplusItem
from domain.terms import Line
from tests.domain.county import MINUTES, PAPER, POLICIES, County, decision, line
from tests.domain.given import WAN

PRIOR, CURRENT = "2023-prior_year", "2023-current_year"
LEAD, BODY = "finance_bureau", "leading_group"


@pytest.fixture
def planned(jiashi: County) -> County:
    """F1 of 300 wan with A01 at 200 and A02 at 50 wan, released; 50 wan are free."""
    c = jiashi
    c.receives()
    for no in ("A01", "A02", "A03"):
        c.declares(no)
    c.plans("P1", line(200 * WAN), line(50 * WAN, "A02"))
    c.releases("F1", "P1")
    return c


def found(amount_fen: int, project_no: str = "", price_fen: int = 0, fund_no: str = "F1") -> FindSurplus:
    return FindSurplus(items=(SurplusItem(fund_no, "integrated", amount_fen, project_no, price_fen),), record=PAPER)


def approves(c: County, no: str, *parties: str) -> None:
    for party in parties:
        c.ask("surplus", no, AgreeSurplus(party=party), party)
    c.ask("surplus", no, ApproveSurplus(approve=True, opinion="同意", record=PAPER), BODY)


def adjusts(c: County, no: str, year: int, *lines: Line, cuts: tuple[Line, ...] = ()) -> None:
    draft = DraftPlan(year=year, title="调整", lines=lines, cuts=cuts, reason="结余")
    c.ask("plan", no, draft, c.drafter, person="p-drafter")
    c.cosigns(no)
    c.ask("plan", no, decision(f"M-{no}", c.today), BODY)
    c.ask("plan", no, FileMinutes(stage=BODY, digest=MINUTES), BODY)


@pytest.mark.row("EX-01", "JS")
def test_jiashi_sweeps_the_closing_year_and_moves_it_to_the_new_years_projects(planned: County) -> None:
    """A-24: at the turn of the year, the closing one included."""
    c, case = planned, ("surplus", PRIOR)
    c.today = date(2023, 12, 20)
    c.refuses(*case, found(50 * WAN), BODY, WrongPostError, LEAD, "JS L29")
    c.refuses(*case, found(50 * WAN + 1), LEAD, NotLeftError, 50 * WAN, "F1 integrated")
    c.ask(*case, found(50 * WAN), LEAD)
    terms = c.state(SURPLUS, PRIOR).found.terms
    assert (terms.approval_is_ours, terms.moved_to, terms.limit) == (False, "projects_of_the_year", "")
    assert c.waits(SURPLUS, PRIOR) == [("agree:township_accountants", "township_accountants")]
    early = ApproveSurplus(approve=True)
    c.refuses(*case, early, BODY, SweepStepError, "agree:township_accountants", "approve")
    c.refuses(*case, AgreeSurplus(party="rrb"), "rrb", BadInputError, "township_accountants")
    c.refuses(*case, AgreeSurplus(party="township_accountants"), LEAD, WrongPostError, "township_accountants")
    c.ask(*case, AgreeSurplus(party="township_accountants"), "township_accountants")
    c.refuses(*case, early, "rrb", WrongPostError, BODY, "JS L29")
    c.refuses(*case, early, BODY, SamePersonError, "p-finance_bureau", person="p-finance_bureau")
    c.refuses(*case, ApproveSurplus(approve=False, opinion=" "), BODY, SweepReasonError, PRIOR)
    c.ask(*case, ApproveSurplus(approve=False, opinion="再核"), BODY)
    assert c.waits(SURPLUS, PRIOR) == [("find", LEAD)]
    c.ask(*case, found(40 * WAN), LEAD)
    approves(c, PRIOR, "township_accountants")
    c.refuses(*case, MoveSurplus(plan_no="P9"), LEAD, NoSuchPlanError, "P9")
    c.refuses(*case, MoveSurplus(plan_no="P1"), BODY, WrongPostError, LEAD)
    c.today = date(2024, 1, 10)
    c.refuses(*case, MoveSurplus(plan_no="P1"), LEAD, WrongPlanError, "P1", 2023, 2024, "projects_of_the_year")
    adjusts(c, "P2", 2024, line(30 * WAN, "A03"))
    c.ask(*case, MoveSurplus(plan_no="P2"), LEAD)
    assert c.state(SURPLUS, PRIOR).left == {("F1", "integrated", ""): 10 * WAN}
    adjusts(c, "P3", 2024, line(20 * WAN, "A03"))
    c.ask(*case, MoveSurplus(plan_no="P3"), LEAD)
    assert SURPLUS.closed(c.state(SURPLUS, PRIOR))
    c.refuses(*case, MoveSurplus(plan_no="P1"), LEAD, WrongPlanError, "P1")


@pytest.mark.row("EX-02", "JS")
def test_jiashi_moves_price_differences_to_projects_with_a_gap(planned: County) -> None:
    """A-25: the approval is ours, by the same body, and says so."""
    c, case = planned, ("surplus", CURRENT)
    c.refuses(*case, found(20 * WAN, "A01"), LEAD, BadInputError, "price_fen")
    over = found(20 * WAN + 1, "A01", 180 * WAN)
    c.refuses(*case, over, LEAD, NotLeftError, 20 * WAN + 1, 20 * WAN, 180 * WAN, "JS L30")
    c.refuses(*case, found(20 * WAN, "A01", 180 * WAN), "rrb", WrongPostError, LEAD, "JS L30")
    c.ask(*case, found(20 * WAN, "A01", 180 * WAN), LEAD)
    terms = c.state(SURPLUS, CURRENT).found.terms
    assert (terms.approval_is_ours, terms.approver, terms.limit) == (True, BODY, "prompt")
    assert [post for _, post in c.waits(SURPLUS, CURRENT)] == ["rrb", "implementing_unit"]
    assert c.clocks() == [no for no in c.clocks() if "surplus" not in no]  # "prompt" makes no timer.
    approves(c, CURRENT, "rrb", "implementing_unit")
    free = DraftPlan(year=2023, title="调整", lines=(line(10 * WAN, "A02"),))
    c.ask("plan", "P2", free, c.drafter, person="p-drafter")
    c.cosigns("P2")
    c.refuses(*case, MoveSurplus(plan_no="P2"), LEAD, WrongPlanError, "P2", "projects_with_a_gap")
    c.ask("plan", "P2", decision("M-P2", c.today), BODY)
    c.ask("plan", "P2", FileMinutes(stage=BODY, digest=MINUTES), BODY)
    c.refuses(*case, MoveSurplus(plan_no="P2"), LEAD, NothingMovedError, "P2", "A01", 20 * WAN)
    adjusts(c, "P3", 2023, line(5 * WAN, "A03"), cuts=(line(5 * WAN),))
    c.refuses(*case, MoveSurplus(plan_no="P3"), LEAD, WrongPlanError, "P3", "A03", "projects_with_a_gap")
    adjusts(c, "P4", 2023, line(20 * WAN, "A02"), cuts=(line(20 * WAN),))
    c.ask(*case, MoveSurplus(plan_no="P4"), LEAD)
    assert SURPLUS.closed(c.state(SURPLUS, CURRENT))


def test_money_of_another_year_and_money_that_is_claimed_is_not_left_over(planned: County) -> None:
    c = planned
    c.today = date(2024, 2, 1)
    c.refuses("surplus", "2022-prior_year", found(5), LEAD, WrongYearError, "F1", 2023, 2022)
    c.refuses("surplus", "2024-current_year", found(5, "A01", 5), LEAD, WrongYearError, "F1", 2023, 2024)
    c.refuses("surplus", PRIOR, found(5, fund_no="F9"), LEAD, NoSuchFundError, "F9")
    for ban in ("irregular", "out_of_scope"):
        c.attests("A02", ban, "review_group")
    claim = LodgeClaim(
        project_no="A02", kind="progress", lines=(line(45 * WAN, "A02"),), payee="公司", vouchers=("c" * 64,)
    )
    c.ask("claim", "C1", claim, "implementing_unit")
    c.refuses("surplus", PRIOR, found(5 * WAN + 1, "A02"), LEAD, NotLeftError, 5 * WAN)
    c.ask("surplus", PRIOR, found(5 * WAN, "A02"), LEAD)


@pytest.mark.parametrize("items", [(), (SurplusItem("F1", "integrated", 5),) * 2])
def test_a_list_has_each_portion_once(planned: County, items: tuple[SurplusItem, ...]) -> None:
    planned.refuses("surplus", PRIOR, FindSurplus(items=items), LEAD, BadInputError, "items")


@pytest.mark.parametrize("amount_fen", [0, -1, 10**15])
def test_amounts_that_are_none_are_not_left_over(planned: County, amount_fen: int) -> None:
    planned.refuses("surplus", PRIOR, found(amount_fen), LEAD, NotLeftError, amount_fen)


@pytest.mark.parametrize("no", ["2023", "2023-next_year", "2031-prior_year", "1999-prior_year"])
def test_a_sweep_is_of_a_year_that_has_come_and_of_one_kind(planned: County, no: str) -> None:
    planned.refuses("surplus", no, found(5), LEAD, BadInputError, no)


def test_nothing_is_agreed_approved_or_moved_before_there_is_a_list(planned: County) -> None:
    for request in (AgreeSurplus(party="rrb"), ApproveSurplus(approve=True), MoveSurplus(plan_no="P1")):
        planned.refuses("surplus", PRIOR, request, LEAD, NoSuchSweepError)
    planned.ask("surplus", PRIOR, found(5), LEAD)
    planned.refuses("surplus", PRIOR, found(6), LEAD, SweepStepError, "find")


def test_a_county_whose_text_sweeps_nothing_states_no_rule(sample: County) -> None:
    sample.refuses("surplus", PRIOR, found(5), "rrb", NoRuleStatedError, "surplus")


def text_with(old: str, new: str) -> str:
    text = (POLICIES / "jiashi.toml").read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    return text.replace(old, new)


COUNTED = ('kind = "prompt"\nstart = "surplus_found"', 'kind = "counted"\ncount = 5\nunit = "calendar"\nstart = ')


def test_where_days_are_counted_their_clock_runs_from_the_list_until_all_is_moved(ledger: Ledger) -> None:
    c = County(ledger, "jiashi")
    c.adopt(parse(text_with(COUNTED[0], f'{COUNTED[1]}"surplus_found"'), "counted"))
    c.receives()
    for no in ("A01", "A02"):
        c.declares(no)
    c.plans("P1", line(200 * WAN), line(50 * WAN, "A02"))
    c.releases("F1", "P1")
    c.ask("surplus", CURRENT, found(20 * WAN, "A01", 180 * WAN), LEAD)
    assert (c.clock(f"surplus-{CURRENT}").due_on - c.today).days == 5
    approves(c, CURRENT, "rrb", "implementing_unit")
    adjusts(c, "P2", 2023, line(20 * WAN, "A02"), cuts=(line(20 * WAN),))
    recorded = c.ask("surplus", CURRENT, MoveSurplus(plan_no="P2"), LEAD)
    assert any("obligation" in r.originator_id for r in recorded)


def test_a_clock_that_starts_from_anything_else_is_refused_when_the_file_is_checked() -> None:
    with pytest.raises(PolicyError, match="surplus_found"):
        parse(text_with(COUNTED[0], f'{COUNTED[1]}"fund_received"'), "counted")


def test_the_report_shows_both_sweeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    app.command()(of_surplus)
    url = f"sqlite:///{tmp_path}/store.db"
    with Ledger(url) as ledger:
        c = County(ledger, "jiashi")
        c.adopt(load(POLICIES / "jiashi.toml"))
        c.receives()
        c.ask("surplus", PRIOR, found(5 * WAN), LEAD)
    monkeypatch.setenv("BRIDGEFUND_STORE", url)
    printed = json.loads(CliRunner().invoke(app, ["jiashi", "2023", "--json"]).stdout)
    [sweep] = printed["sweeps"]
    assert (sweep["found_fen"], sweep["left_fen"], sweep["plans"]) == (5 * WAN, 5 * WAN, [])
    assert (sweep["approver"], sweep["approval_is_ours"], sweep["stage"]) == (BODY, False, "agree:township_accountants")
    assert "jiashi/surplus/2023-prior_year" in CliRunner().invoke(app, ["jiashi", "2023"]).stdout


def test_the_words_of_the_command_line_answer_the_open_step() -> None:
    agreed = asked_request("surplus", Given(Word.APPROVE), ["agree:rrb"], date(2023, 1, 1))
    assert agreed == AgreeSurplus(party="rrb")
    back = asked_request("surplus", Given(Word.RETURN, note="再核"), ["approve"], date(2023, 1, 1))
    assert back == ApproveSurplus(approve=False, opinion="再核")
    with pytest.raises(BadInputError):
        asked_request("surplus", Given(Word.RETURN, note="x"), ["agree:rrb"], date(2023, 1, 1))
    assert msgspec.structs.replace(found(5), record="").record == ""
