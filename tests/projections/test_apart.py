"""What the statement shows apart: money carried in from earlier years, and money announced that has not arrived."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import Engine

from domain.fund_facts import PortionReceived, YearClosed
from domain.ledger import Ledger
from domain.requests import EnterArrival, WithdrawMoney
from projections.cases import case, cases
from projections.runner import catch_up, parked
from projections.statement_read import CHANGES, Carried, Statement, statement, years
from projections.store import views_engine
from projections.timeline import history
from projections.views import VIEWS
from tests.story import CHAPTERS, COUNTY, GATES, WAN, Story, announce, close_year, in_force, next_year, open_county

POST = "finance_section"


@dataclass(frozen=True)
class Years:
    """A story that goes on from year to year, and its views."""

    story: Story
    engine: Engine

    def report(self, year: int) -> Statement:
        """The statement of a year, as of now."""
        catch_up(self.story.ledger, self.engine, VIEWS)
        assert parked(self.engine) == []
        found = statement(self.engine, COUNTY, year)
        assert found is not None
        return found

    def carried(self, year: int) -> dict[tuple[int | None, str], Carried]:
        """What was carried into a year, by first fiscal year and pool."""
        return {(one.fiscal_year, one.pool): one for one in self.report(year).carried}


@pytest.fixture
def told(store: str) -> Iterator[Years]:
    """The sample county's 2023, told to its end; nothing is closed yet."""
    engine = views_engine(store)
    with Ledger(store) as ledger:
        story = Story(ledger)
        open_county(story)
        for chapter in CHAPTERS:
            chapter(story)
        yield Years(story, engine)
    engine.dispose()


def adds_up(one: Carried) -> None:
    """What was carried in is paid, withdrawn or left, and each place is what it was and what moved."""
    opening, moved, left = one.opening, one.moved, one.left
    assert one.opening_fen == moved["paid"] + moved["withdrawn"] + one.left_fen
    assert left["free"] == opening["free"] - moved["allotted"] - moved["withdrawn"]
    assert left["unreleased"] == opening["unreleased"] + moved["allotted"] - moved["released"]
    out, before = ((p["claimable"], p["reserved"], p["sent"]) for p in (left, opening))
    assert sum(out) == sum(before) + moved["released"] - moved["paid"]


def test_a_closed_years_figures_stay_and_the_next_year_shows_what_became_of_them(told: Years) -> None:
    close_year(told.story, 2023, "F1", "F2")
    closed = told.report(2023)
    carried = told.carried(2024)
    assert carried.keys() == {(2023, "integrated"), (2023, "original_use")}
    assert all(one.left == one.opening and not any(one.moved.values()) for one in carried.values())
    next_year(told.story)
    assert told.report(2023) == closed
    integrated, original = told.carried(2024).values()
    assert integrated.opening == {
        "free": 312 * WAN,
        "unreleased": 0,
        "claimable": 268 * WAN - 181_336_781 - 30 * WAN,
        "reserved": 30 * WAN,
        "sent": 0,
    }
    # C3 is paid, and more of what C1 was paid in 2023 came back.
    assert integrated.moved == {
        "allotted": 50 * WAN,
        "released": 50 * WAN,
        "paid": 30 * WAN - 77_880_000,
        "refunded": 77_880_000,
        "withdrawn": 0,
    }
    assert (integrated.left["free"], integrated.left["reserved"]) == (262 * WAN, 0)
    assert (original.opening_fen, original.moved["withdrawn"], original.left_fen) == (15 * WAN, 5 * WAN, 10 * WAN)
    found = told.report(2024)
    for one in (*found.carried, found.carried_total):
        adds_up(one)
    assert found.carried_total.opening_fen == integrated.opening_fen + original.opening_fen
    # The year's own receipts are F3 alone, in no sum with what was carried in.
    assert (found.total.money["received"], found.total.money["free"], found.total.money["paid"]) == (
        70 * WAN,
        70 * WAN,
        0,
    )
    assert years(told.engine) == [(COUNTY, 2023), (COUNTY, 2024)]


def test_what_is_carried_is_what_the_close_said(told: Years) -> None:
    close_year(told.story, 2023, "F1", "F2")
    carried = told.carried(2024)
    said: dict[str, list[int]] = {}
    for entry in told.story.ledger.log():
        if isinstance(entry.fact, YearClosed):
            for p in entry.fact.carried:
                parts = (p.free_fen, p.unreleased_fen, p.claimable_fen, p.reserved_fen)
                said[p.pool] = [a + b for a, b in zip(said.get(p.pool, [0] * 4), parts, strict=True)]
    assert {pool: list(one.opening.values())[:4] for (_, pool), one in carried.items()} == said


def test_year_left_open_goes_on_and_carries_nothing(told: Years) -> None:
    close_year(told.story, 2023, "F2")
    told.story.pass_gates("C3", GATES[1:], date(2024, 2, 5))
    told.story.pay("C3", date(2024, 2, 6))
    assert told.report(2023).total.money["paid"] == 181_336_781 + 30 * WAN
    carried = told.carried(2024)
    assert sum(one.opening_fen for one in carried.values()) == 35 * WAN - 43_456_781 + 80 * WAN
    assert all(not any(one.moved.values()) for one in carried.values())


def test_money_goes_on_under_its_first_fiscal_year(told: Years) -> None:
    close_year(told.story, 2023, "F1", "F2")
    next_year(told.story)
    close_year(told.story, 2024, "F1", "F3")
    of_2024 = told.report(2024)
    carried = told.carried(2025)
    # F2 was not closed for 2024: what it has stands in 2024 still.
    assert carried.keys() == {(2023, "integrated"), (2024, "integrated")}
    assert carried[2024, "integrated"].opening["free"] == 70 * WAN
    f1 = case(told.engine, f"{COUNTY}/fund/F1")
    assert f1 is not None
    assert carried[2023, "integrated"].opening_fen == sum(
        f1.money.get(f"{name}_fen", 0) for name in ("free", "claimable", "reserved", "sent")
    )
    told.story.ask(
        "fund", "F1", WithdrawMoney(pool="integrated", amount_fen=WAN, document_no="收回3号"), POST, date(2025, 1, 9)
    )
    assert told.report(2024) == of_2024
    assert told.carried(2025)[2023, "integrated"].moved["withdrawn"] == WAN
    assert statement(told.engine, COUNTY, 2026) is None


def test_years_closed_at_one_go_carry_over_each(told: Years) -> None:
    close_year(told.story, 2024, "F1")
    for year in (2024, 2025):
        (one,) = [c for c in told.report(year).carried if c.pool == "integrated"]
        assert one.opening["free"] == 292 * WAN
        assert (one.moved, one.left) == (dict.fromkeys(CHANGES, 0), one.opening)


# Announced and not arrived


def test_announced_money_is_in_no_sum_until_it_arrives(told: Years) -> None:
    before = told.report(2023)
    announce(told.story)
    close_year(told.story, 2023, "F1", "F2")
    next_year(told.story)
    in_force(told.story, "P3", "F4", 20 * WAN, date(2024, 3, 20))
    assert told.report(2023) == before
    found = told.report(2024)
    assert (found.total.money["received"], found.total.money["allotted"]) == (70 * WAN, 0)
    (use,) = found.announced
    assert use.by_source == {"next_year": 90 * WAN}
    assert (use.money["received"], use.money["allotted"], use.money["free"]) == (90 * WAN, 20 * WAN, 70 * WAN)
    assert use.by_project == found.announced_total.by_project == {"S02": 20 * WAN}
    assert found.carried_total.opening["free"] == (312 + 15) * WAN
    row = case(told.engine, f"{COUNTY}/fund/F4")
    assert row is not None
    assert (row.stage, row.money["announced_fen"], row.money["received_fen"]) == ("announced", 90 * WAN, 0)
    assert row.waiting == [{"step": "arrive", "post": POST}]
    # Nothing of it is money in its history either, before the plan.
    [entry] = [one for one in history(told.engine, row.case) if one.fact == "fund.announced/1"]
    assert entry.amount_fen is None


def test_arrived_money_is_the_years_own_with_what_came_of_it(told: Years) -> None:
    announce(told.story)
    next_year(told.story)
    in_force(told.story, "P3", "F4", 20 * WAN, date(2024, 3, 20))
    revoked = WithdrawMoney(pool="integrated", amount_fen=10 * WAN, document_no="收回9号")
    told.story.ask("fund", "F4", revoked, POST, date(2024, 3, 21))
    assert told.report(2024).announced_total.money["received"] == 80 * WAN
    portions = (PortionReceived("integrated", 85 * WAN), PortionReceived("original_use", 3 * WAN))
    arrival = EnterArrival(document_no="样例财农〔2024〕9号", item_no="1", portions=portions)
    told.story.ask("fund", "F4", arrival, POST, date(2024, 4, 1))
    found = told.report(2024)
    assert (found.announced, found.announced_total.money["received"]) == ([], 0)
    [integrated, original] = found.pools
    assert integrated.by_source == {"next_year": 85 * WAN, "central": 70 * WAN}
    assert (integrated.money["received"], integrated.money["withdrawn"]) == (155 * WAN, 0)
    assert (integrated.money["allotted"], integrated.money["unreleased"]) == (20 * WAN, 20 * WAN)
    assert (original.pool, original.money["received"]) == ("original_use", 3 * WAN)
    [row] = [fund for fund in cases(told.engine, "fund") if fund.no == "F4"]
    assert "announced_fen" not in row.money
    assert (row.money["received_fen"], row.stage) == (88 * WAN, "planned")
    amounts = {one.fact: one.amount_fen for one in history(told.engine, row.case)}
    assert (amounts["fund.arrived/1"], amounts["fund.revoked/1"]) == (88 * WAN, None)


def test_what_is_approved_is_past_the_last_gate_and_not_paid_back(told: Years) -> None:
    [integrated, _] = told.report(2023).pools
    # C3 stands at its second gate; C4 was paid and paid back.
    paid = integrated.money["paid"]
    assert (integrated.money["claimed"], integrated.money["approved"]) == (paid + 30 * WAN, paid)
    told.story.pass_gates("C3", GATES[1:], date(2023, 9, 5))
    [integrated, _] = told.report(2023).pools
    assert (integrated.money["approved"], integrated.money["paid"]) == (paid + 30 * WAN, paid)
    s01 = case(told.engine, f"{COUNTY}/project/S01")
    assert s01 is not None
    money = [s01.money[f"{name}_fen"] for name in ("claimed", "approved", "paid")]
    assert money == [paid + 30 * WAN, paid + 30 * WAN, paid]
    assert [project.money["approved_fen"] for project in cases(told.engine, "project")] == [paid + 30 * WAN, 0]
