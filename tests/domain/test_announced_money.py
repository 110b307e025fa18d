"""Stories of money announced ahead (提前告知资金): asked as people ask, over all the streams that it touches."""

from datetime import date

import msgspec
import pytest

from domain.balances import Bucket
from domain.cases import year_stream
from domain.document import EnteredBeforeError
from domain.errors import BadInputError
from domain.fund import FUND
from domain.fund_facts import PortionReceived
from domain.fund_refusals import (
    ArrivedLowerError,
    NoSuchFundError,
    NotAnnouncedAheadError,
    NotArrivedError,
    NotAwaitedError,
    PoolUnsaidError,
    ShortfallError,
)
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.plan import PLAN
from domain.policy import load as load_policy
from domain.policy import parse
from domain.procedures.asking import WrongPostError
from domain.project import PROJECT
from domain.project_money import OverBudgetError
from domain.requests import (
    AnnounceMoney,
    CloseYear,
    DraftPlan,
    EnterArrival,
    FileMinutes,
    NotifyDepartment,
    RegisterReceipt,
    ReleaseMoney,
    ReportReceipt,
    WithdrawMoney,
)
from domain.terms import Line
from domain.yearbook import YEARBOOK
from simulation.opening import offices_of
from simulation.samples import load
from tests.domain.county import DAY, MINUTES, ONE_DAY, POLICIES, County, line, receipt
from tests.domain.given import WAN
from tests.places import SAMPLES

POST = "finance_section"


def announced(amount_fen: int = 300 * WAN, *, source: str = "next_year", document_no: str = "告知1号") -> AnnounceMoney:
    portions = (PortionReceived("integrated", amount_fen),)
    return AnnounceMoney(
        document_no=document_no, item_no="1", source=source, tier="central", fiscal_year=2023, portions=portions
    )


def arrival(amount_fen: int, *, document_no: str = "到账1号", pool: str = "integrated") -> EnterArrival:
    return EnterArrival(document_no=document_no, item_no="1", portions=(PortionReceived(pool, amount_fen),))


@pytest.fixture
def ahead(sample: County) -> County:
    """F1 of 300 万 announced, project A01 with 200 万 of it in plan P1, in force."""
    sample.ask("fund", "F1", announced(), POST)
    sample.banks("A01")
    sample.plans("P1", line(200 * WAN))
    return sample


def bucket(county: County, where: Bucket) -> int:
    buckets: dict[Bucket, int] = county.state(FUND, "F1").balances.portions["integrated"].buckets
    return buckets[where] // WAN


def adjusted(county: County, no: str, *lines: Line, cuts: tuple[Line, ...]) -> None:
    request = DraftPlan(year=2023, title="调整", lines=lines, cuts=cuts, reason="样例：到账低于提前告知")
    county.ask("plan", no, request, county.drafter, person="p-drafter")
    county.approves(no, f"M-{no}")
    county.files(no)


# The announcement


def test_announcement_starts_no_clock_and_waits_for_its_arrival(sample: County) -> None:
    sample.ask("fund", "F1", announced(), POST)
    assert sample.clocks() == []
    assert sample.waits(FUND, "F1") == [("arrive", POST)]
    for request in (ReportReceipt(), NotifyDepartment(department="局")):
        sample.refuses("fund", "F1", request, POST, NotArrivedError, "F1", "告知1号", "sample, after JS L15")


def test_only_a_source_that_the_rules_announce_ahead_is_announced(sample: County, jiashi: County) -> None:
    sample.refuses(
        "fund", "F1", announced(source="central"), POST, NotAnnouncedAheadError, "central", "sample, after JH L3",
        "next_year",
    )  # fmt: skip
    sample.refuses("fund", "F1", announced(source="moon"), POST, BadInputError, "source", "moon")
    sample.refuses("fund", "F1", announced(source=" "), POST, BadInputError, "source")
    jiashi.refuses(
        "fund", "F1", announced(source="bridging"), "poverty_section", NotAnnouncedAheadError, "bridging", "-"
    )


def test_a_source_announced_ahead_may_be_registered_as_received_too(sample: County) -> None:
    sample.ask("fund", "F1", receipt(source="next_year"), POST)
    sample.refuses("fund", "F1", arrival(300 * WAN), POST, NotAwaitedError, "F1", "文件F1")


def test_announcement_and_arrival_are_for_the_registrar(ahead: County) -> None:
    ahead.refuses("fund", "F9", announced(document_no="告知9号"), "rrb", WrongPostError, POST, "rrb")
    ahead.refuses("fund", "F1", arrival(300 * WAN), "rrb", WrongPostError, POST, "rrb")
    ahead.refuses("fund", "F9", arrival(300 * WAN), POST, NoSuchFundError, "F9")


def test_each_document_is_entered_once_the_announcements_and_the_arrivals(ahead: County) -> None:
    ahead.refuses("fund", "F2", announced(), POST, EnteredBeforeError, "告知1号", "F1", "F2")
    ahead.refuses("fund", "F2", receipt(document_no="告知1号"), POST, EnteredBeforeError, "告知1号", "F1", "F2")
    ahead.receives("F3")
    ahead.refuses(
        "fund", "F1", arrival(300 * WAN, document_no="文件F3"), POST, EnteredBeforeError, "文件F3", "F3", "F1"
    )
    ahead.ask("fund", "F1", arrival(300 * WAN), POST)
    ahead.refuses("fund", "F4", receipt(document_no="到账1号"), POST, EnteredBeforeError, "到账1号", "F1", "F4")


@pytest.mark.row("FD-27", "JH")
def test_jinghe_announces_next_years_money_and_registers_the_rest(ledger: Ledger) -> None:
    county = County(ledger, "jinghe")
    county.adopt(load_policy(POLICIES / "jinghe.toml"), *offices_of(load(SAMPLES / "jinghe-2023")))
    ahead = msgspec.structs.replace(
        announced(source="advance_notice"), portions=(PortionReceived("central", 90 * WAN),), fiscal_year=2024
    )
    county.ask("fund", "F9", ahead, "finance_side")
    assert county.waits(FUND, "F9") == [("arrive", "finance_side")]
    central = msgspec.structs.replace(ahead, source="central", document_no="告知2号")
    county.refuses("fund", "F8", central, "finance_side", NotAnnouncedAheadError, "central", "JH L3", "advance_notice")
    county.ask("fund", "F9", arrival(95 * WAN, pool="central"), "finance_side")
    assert county.state(FUND, "F9").balances.portions["central"].received == 95 * WAN


# Planned before it is there


def test_plan_on_announced_money_takes_its_projects_on_and_releases_nothing(ahead: County) -> None:
    assert (bucket(ahead, Bucket.FREE), bucket(ahead, Bucket.UNRELEASED)) == (100, 200)
    project = ahead.state(PROJECT, "A01")
    assert (project.money.allotted, PROJECT.stage(project)) == (200 * WAN, "release")
    assert ahead.clocks() == []
    assert ahead.waits(FUND, "F1") == [("arrive", POST)]
    ahead.refuses(
        "fund", "F1", ReleaseMoney(plan_no="P1"), POST, NotArrivedError, "F1", "告知1号", "sample, after JS L16"
    )


def test_plan_over_the_announcement_is_refused_at_draft(ahead: County) -> None:
    ahead.banks("A02")
    over = DraftPlan(year=2023, title="补充", lines=(line(100 * WAN + 1, "A02"),))
    ahead.refuses("plan", "P2", over, "rrb", ShortfallError, 100 * WAN + 1, 100 * WAN)


def test_plan_that_releases_at_once_waits_for_the_arrival_at_its_draft(ledger: Ledger) -> None:
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    head, step, rest = text.partition('[[project.steps]]\nid = "release"\n')
    assert step
    reimbursed = head + rest[rest.index("[[") :]
    assert reimbursed.count('form = "transfer"') == 1
    county = County(ledger, "sample")
    county.adopt(parse(reimbursed.replace('form = "transfer"', 'form = "reimbursement"'), "reimbursed"))
    county.ask("fund", "F1", announced(), POST)
    county.banks("A01")
    draft = DraftPlan(year=2023, title="年度计划", lines=(line(200 * WAN),))
    county.refuses("plan", "P1", draft, "rrb", NotArrivedError, "F1", "告知1号", "sample, after JS L15")
    county.ask("fund", "F1", arrival(300 * WAN), POST)
    county.plans("P1", line(200 * WAN))
    assert bucket(county, Bucket.CLAIMABLE) == 200


# The arrival and its clocks


def test_arrival_starts_the_clocks_of_report_and_of_the_release_that_waited(ahead: County) -> None:
    ahead.today = DAY + 20 * ONE_DAY
    ahead.ask("fund", "F1", arrival(300 * WAN), POST, on=DAY + 18 * ONE_DAY)
    clock, release = ahead.clock("fund-F1-arrival"), ahead.clock("fund-F1-release-P1")
    assert (clock.trigger_on, clock.due_on) == (DAY + 18 * ONE_DAY, DAY + 21 * ONE_DAY)
    assert (clock.conditions, clock.case) == (("report", "notice"), "sample/fund/F1")
    assert (release.trigger_on, release.due_on) == (DAY + 18 * ONE_DAY, DAY + 23 * ONE_DAY)
    ahead.ask("fund", "F1", ReportReceipt(), POST)
    ahead.ask("fund", "F1", NotifyDepartment(department="局"), POST)
    ahead.releases("F1", "P1")
    for no in ("fund-F1-arrival", "fund-F1-release-P1"):
        assert OBLIGATION.stage(ahead.state(OBLIGATION, no)) == "met"
    assert PLAN.stage(ahead.state(PLAN, "P1")) == "released"
    assert ahead.waits(PROJECT, "A01") == [("contract", "implementing_unit")]


def test_announced_money_is_in_its_years_book_once_it_has_arrived(ahead: County) -> None:
    book = year_stream("sample", 2023)
    assert ahead.ledger.state(YEARBOOK, book).funds == []
    assert ahead.ledger.state(YEARBOOK, book).plans == ["P1"]
    ahead.ask("fund", "F1", arrival(300 * WAN), POST)
    assert ahead.ledger.state(YEARBOOK, book).funds == ["F1"]


def test_release_clock_counts_from_the_minutes_where_they_came_after_the_stated_arrival(sample: County) -> None:
    sample.ask("fund", "F1", announced(), POST)
    sample.banks("A01")
    sample.drafts("P1", line(200 * WAN))
    sample.approves("P1", "M-1")
    sample.today = DAY + 9 * ONE_DAY
    sample.files("P1")
    sample.ask("fund", "F1", arrival(300 * WAN), POST, on=DAY)
    assert sample.clock("fund-F1-arrival").trigger_on == DAY
    assert sample.clock("fund-F1-release-P1").trigger_on == DAY + 9 * ONE_DAY


def test_arrival_entered_again_by_another_hand_changes_nothing(ahead: County) -> None:
    ahead.ask("fund", "F1", arrival(300 * WAN), POST)
    act = msgspec.structs.replace(ahead.act("again", POST, "p-other"), occurred_on=date(2023, 1, 1))
    assert ahead.run("fund", "F1", arrival(300 * WAN), act) == []


def test_plan_after_the_arrival_has_the_clock_of_any_plan(ahead: County) -> None:
    ahead.ask("fund", "F1", arrival(300 * WAN), POST)
    ahead.banks("A02")
    ahead.today += 4 * ONE_DAY
    ahead.plans("P2", line(50 * WAN, "A02"))
    assert ahead.clock("fund-F1-release-P2").trigger_on == DAY + 4 * ONE_DAY


def test_arrival_names_known_pools_and_every_announced_one(ahead: County) -> None:
    ahead.refuses("fund", "F1", arrival(5, pool="gold"), POST, BadInputError, "portions.pool", "gold", "integrated")
    ahead.refuses("fund", "F1", arrival(5, pool="original_use"), POST, PoolUnsaidError, "integrated", 300 * WAN)


def test_announcement_can_be_revoked_as_far_as_it_is_free(ahead: County) -> None:
    def back(amount_fen: int) -> WithdrawMoney:
        return WithdrawMoney(pool="integrated", amount_fen=amount_fen, document_no="退1号")

    ahead.refuses("fund", "F1", back(100 * WAN + 1), POST, ShortfallError, 100 * WAN + 1, 100 * WAN)
    ahead.ask("fund", "F1", back(100 * WAN), POST)
    ahead.ask("fund", "F1", arrival(200 * WAN), POST)
    portion = ahead.state(FUND, "F1").balances.portions["integrated"]
    assert (portion.received, portion.withdrawn, portion.allotted) == (200 * WAN, 0, 200 * WAN)


def test_year_of_money_not_arrived_is_not_closed(ahead: County) -> None:
    ahead.refuses("fund", "F1", CloseYear(year=2023), POST, NotArrivedError, "F1", "告知1号")
    ahead.ask("fund", "F1", arrival(300 * WAN), POST)
    ahead.ask("fund", "F1", CloseYear(year=2023), POST)


# Less arrives than is planned


def test_lower_arrival_waits_for_a_cut_of_the_plan_and_then_releases_less(ahead: County) -> None:
    lower = arrival(150 * WAN)
    ahead.refuses(
        "fund", "F1", lower, POST, ArrivedLowerError, 150 * WAN, 300 * WAN, 150 * WAN, 100 * WAN, 50 * WAN, "F1"
    )
    over = DraftPlan(year=2023, title="调整", lines=(), cuts=(line(200 * WAN + 1),), reason="到账低")
    ahead.refuses("plan", "P2", over, "rrb", ShortfallError, 200 * WAN + 1, 200 * WAN)
    adjusted(ahead, "P2", cuts=(line(50 * WAN),))
    assert (bucket(ahead, Bucket.FREE), bucket(ahead, Bucket.UNRELEASED)) == (150, 150)
    money = ahead.state(PROJECT, "A01").money
    assert (money.allotted, money.released) == (150 * WAN, 0)
    ahead.ask("fund", "F1", lower, POST)
    ahead.releases("F1", "P1")
    money = ahead.state(PROJECT, "A01").money
    assert (money.allotted, money.released, bucket(ahead, Bucket.CLAIMABLE)) == (150 * WAN, 150 * WAN, 150)
    assert ahead.waits(PROJECT, "A01") == [("contract", "implementing_unit")]


def test_plan_cut_to_nothing_is_over_and_its_project_may_be_given_money_again(ahead: County) -> None:
    ahead.banks("A02")
    adjusted(ahead, "P2", line(80 * WAN, "A02"), cuts=(line(200 * WAN),))
    assert PLAN.stage(ahead.state(PLAN, "P1")) == "released"
    assert PLAN.stage(ahead.state(PLAN, "P2")) == "in force"
    ahead.ask("fund", "F1", arrival(90 * WAN), POST)
    assert ahead.clocks() == ["fund-F1-arrival", "fund-F1-release-P2"]
    ahead.plans("P3", line(10 * WAN))
    for plan_no in ("P2", "P3"):
        ahead.releases("F1", plan_no)
        assert PLAN.stage(ahead.state(PLAN, plan_no)) == "released"
    assert bucket(ahead, Bucket.FREE) == 0
    assert ahead.state(PROJECT, "A01").money.released == 10 * WAN


def test_one_adjustment_empties_a_plan_in_two_announced_funds(ahead: County) -> None:
    ahead.ask("fund", "F2", announced(document_no="告知2号"), POST)
    ahead.banks("A02")
    ahead.plans("P2", line(20 * WAN, "A02"), line(30 * WAN, "A02", fund_no="F2"))
    adjusted(ahead, "P3", cuts=(line(20 * WAN, "A02"), line(30 * WAN, "A02", fund_no="F2")))
    assert PLAN.stage(ahead.state(PLAN, "P2")) == "released"
    assert ahead.state(PROJECT, "A02").money.allotted == 0
    assert PLAN.stage(ahead.state(PLAN, "P1")) == "in force"


def test_cut_that_comes_into_force_after_the_arrival_takes_released_money(ahead: County) -> None:
    cut = DraftPlan(year=2023, title="调整", lines=(), cuts=(line(50 * WAN),), reason="预计到账低")
    ahead.ask("plan", "P2", cut, "rrb", person="p-drafter")
    ahead.approves("P2", "M-P2")
    ahead.ask("fund", "F1", arrival(300 * WAN), POST)  # It came in full after all.
    minutes = FileMinutes(stage="leading_group", digest=MINUTES)
    ahead.refuses("plan", "P2", minutes, "leading_group", ShortfallError, 50 * WAN, 0)
    ahead.releases("F1", "P1")
    ahead.files("P2")
    money = ahead.state(PROJECT, "A01").money
    assert (money.allotted, money.released, bucket(ahead, Bucket.FREE)) == (150 * WAN, 150 * WAN, 150)


# The declared budget


def test_plan_over_a_projects_budget_is_refused_at_draft_and_in_force(sample: County) -> None:
    sample.receives("F1", 600 * WAN)
    sample.banks("A01")
    over = DraftPlan(year=2023, title="年度计划", lines=(line(250 * WAN + 1),))
    sample.refuses("plan", "P1", over, "rrb", OverBudgetError, "A01", 250 * WAN + 1, 250 * WAN, "sample, after JS L15")
    for no in ("P1", "P2"):  # Each fits while neither is in force.
        sample.drafts(no, line(150 * WAN))
        sample.approves(no, f"M-{no}")
    sample.files("P1")
    minutes = FileMinutes(stage="leading_group", digest=MINUTES)
    sample.refuses("plan", "P2", minutes, "leading_group", OverBudgetError, 150 * WAN, 250 * WAN, 100 * WAN, "P2")
    assert sample.state(FUND, "F1").plans.keys() == {"P1"}


def test_cut_makes_room_in_a_projects_budget(building: County) -> None:
    more = DraftPlan(year=2023, title="追加", lines=(line(60 * WAN),))
    building.refuses("plan", "P2", more, "rrb", OverBudgetError, 60 * WAN, 200 * WAN, 250 * WAN, 50 * WAN)
    adjusted(building, "P3", cuts=(line(10 * WAN),))
    building.plans("P2", line(60 * WAN))
    assert building.state(PROJECT, "A01").money.allotted == 250 * WAN


def test_money_without_a_source_is_refused(sample: County) -> None:
    blank: RegisterReceipt = msgspec.structs.replace(receipt(), source="  ")
    sample.refuses("fund", "F1", blank, POST, BadInputError, "source")
