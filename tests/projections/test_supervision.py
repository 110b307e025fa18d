"""What views say of supervision is what the deciders say: the register, months and weeks, results, assets.

Each county's story and every life of an aggregate is told, into both kinds of store.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from domain.act import Decider
from domain.asset import ASSET
from domain.calendar import day_of
from domain.cases import case_id
from domain.disclosure import DISCLOSURE
from domain.dispatch import DISPATCH
from domain.instrument import INSTRUMENT
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.performance import PERFORMANCE
from domain.procedures.asking import rules_of
from domain.procedures.spending import paid_between, paid_by, projects_of
from domain.surplus import SURPLUS
from domain.watch import WATCH, days_of
from projections.assets import asset, assets, income
from projections.assets import paid_by as assets_of
from projections.disclosures import entry, periods, register, trainings
from projections.instruments import used
from projections.months import month_report, months
from projections.rebuilding import rebuild
from projections.results import households, results_of_year, uncovered, uses
from projections.runner import catch_up, parked
from projections.spending_read import Spending, paid_claims, with_money
from projections.store import views_engine
from projections.surplus import sweeps
from projections.views import VIEWS
from projections.watch import week
from tests.databases import KINDS, new_store
from tests.domain.given import WAN
from tests.domain.walk import POOLED, PROJECT_NO
from tests.projections.lives import STREAMS, tell_lives
from tests.projections.supervised import ARRIVAL, BY_HAND, MONTH, PAUSED, UNIT, WEEK, tell
from tests.projections.test_runner import TOLD_APART, rows

TODAY = date(2023, 12, 1)


@dataclass(frozen=True)
class Supervised:
    """A ledger with everything told, and its views, read in small batches."""

    ledger: Ledger
    engine: Engine

    def state(self, decider: Decider[Any], county: str, no: str) -> Any:
        """What a case's own decider says."""
        return self.ledger.state(decider, case_id(county, decider.kind, no))


@pytest.fixture(scope="module", params=KINDS)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervised]:
    with new_store(request, request.param, tmp_path_factory.mktemp("supervised")) as url, Ledger(url) as ledger:
        tell(ledger)
        tell_lives(ledger)
        engine = views_engine(url)
        catch_up(ledger, engine, VIEWS, batch=11)
        yield Supervised(ledger, engine)
        engine.dispose()


def test_rebuilt_is_the_same_as_read_in_small_batches(told: Supervised) -> None:
    assert parked(told.engine) == []
    read = rows(told.engine, VIEWS)
    assert all(read[name] for name in TOLD_APART)
    assert [one.differences for one in rebuild(told.ledger, told.engine, *VIEWS)] == [[] for _ in VIEWS]
    assert rows(told.engine, VIEWS) == read


# The disclosure register


def test_every_entry_says_what_its_case_says(told: Supervised) -> None:
    found = {row.entry: row for row in register(told.engine, "jiashi", 2023, TODAY).entries}
    assert {ARRIVAL, PAUSED, BY_HAND} < set(found)
    for no, row in found.items():
        state = told.state(DISCLOSURE, "jiashi", no)
        clock = told.state(OBLIGATION, "jiashi", f"disclosure-{no}")
        assert (row.stage, row.public_until) == (DISCLOSURE.stage(state), state.stops_at)
        assert [(p.place, p.corrects) for p in row.published] == [(p.place, p.corrects) for p in state.published]
        assert len(row.objections) == len(state.objections)
        assert row.due_on == (clock.opened.due_on if clock.opened else None)
        assert row.public_on == (None if not state.everywhere else min(p.act.occurred_on for p in state.published))
        if clock.opened and not state.withdrawn:
            shown = [day_of(p.act.recorded_at) for p in state.published if not p.corrects]
            assert row.days_late == clock.days_late(max(shown, default=TODAY))


def test_what_was_made_public_late_stays_late_and_what_is_not_grows_later_by_the_day(told: Supervised) -> None:
    late, next_day = entry_of(told, ARRIVAL, TODAY), entry_of(told, ARRIVAL, TODAY + timedelta(days=1))
    assert late.days_late == next_day.days_late == 3
    [objection] = late.objections
    assert (objection.upheld, objection.reason) == (True, "样例：录入有误")
    waits = next(row.entry for row in register(told.engine, "jiashi", 2023, TODAY).entries if row.stage == "to publish")
    before, after = entry_of(told, waits, TODAY).days_late, entry_of(told, waits, TODAY + timedelta(days=1)).days_late
    assert (before, after) != (None, None)


def entry_of(told: Supervised, no: str, today: date) -> Any:
    return entry(told.engine, case_id("jiashi", "disclosure", no), today)


def test_an_entry_whose_clock_stands_still_grows_no_later(told: Supervised) -> None:
    on = told.state(OBLIGATION, "jiashi", f"disclosure-{PAUSED}").paused_on
    assert on < TODAY
    assert entry_of(told, PAUSED, TODAY).days_late == entry_of(told, PAUSED, TODAY + timedelta(days=90)).days_late == 0


def test_what_was_taken_back_is_never_late(told: Supervised) -> None:
    found = entry_of(told, BY_HAND, TODAY)
    assert (found.stage, found.days_late) == ("withdrawn", None)


def test_days_of_publicity_are_told_from_their_beginning_to_their_end(told: Supervised) -> None:
    found = periods(told.engine, STREAMS["disclosure"])
    assert [one.what for one in found] == ["began", "stopped", "resumed", "stopped", "began", "ended"]
    assert [one.days_left for one in found if one.what == "stopped"] == [3, 0]


def test_the_publics_reports_and_the_trainings_stand_beside(told: Supervised) -> None:
    found = {row.report: row for row in register(told.engine, "jiashi", 2023, TODAY).reports}
    assert {no: (row.stage, row.founded) for no, row in found.items()} == {
        "R1": ("answered", False),
        "R2": ("taken", None),
    }
    assert [(row.training, row.attended) for row in trainings(told.engine, "jiashi", 2023)] == [("T2", 46)]


@pytest.mark.parametrize(("county", "year"), [("jiashi", 2022), ("nowhere", 2023)])
def test_another_countys_or_years_register_is_empty(told: Supervised, county: str, year: int) -> None:
    found = register(told.engine, county, year, TODAY)
    assert (found.entries, found.reports, trainings(told.engine, county, year)) == ([], [], [])


# What was paid, and the month that it is held against


@pytest.mark.parametrize("county", ["jiashi", "meilan"])
def test_payments_are_counted_as_those_who_act_count_them(told: Supervised, county: str) -> None:
    read, first, last = told.ledger.state, date(2023, 1, 1), date(2023, 12, 31)
    found, known = Spending.of_year(told.engine, county, 2023), projects_of(told.ledger.state, county, 2023)
    assert (found.funds, list(found.projects)) == (known.funds, list(known.projects))
    assert found.between(first, last) == paid_between(read, county, first, last) != {}
    for kind in ("unit", "township", "project", "project_head", "county"):
        assert found.by(kind, first, last) == paid_by(read, county, kind, first, last)
    assert with_money(told.engine, county, 2023) == {PROJECT_NO}
    assert sum(paid.amount_fen for paid in paid_claims(told.engine, county, PROJECT_NO)) == sum(
        found.between(first, last).values()
    )


def test_a_month_shows_task_and_what_the_ledger_counts_of_its_own_days(told: Supervised) -> None:
    report = month_report(told.engine, told.ledger.state, "jiashi", MONTH)
    state = told.state(DISPATCH, "jiashi", MONTH)
    [row] = report.subjects
    paid = paid_by(told.ledger.state, "jiashi", "unit", date(2023, 5, 1), date(2023, 5, 31))
    assert (row.task_fen, row.actual_fen, row.short_fen, row.counted_fen) == (60 * WAN, 50 * WAN, 10 * WAN, paid[UNIT])
    assert row.counted_fen
    assert (report.stage, report.referral, report.handed_over) == (
        DISPATCH.stage(state),
        state.referral,
        state.handed_over,
    )
    assert report.waits == tuple((step.id, step.post) for step in DISPATCH.open_steps(state))
    assert {one.routine: one.done for one in report.rhythms if one.done} == dict(state.routines)
    [of_month] = [one for one in report.schedule if one.every == "month"]
    assert (of_month.task_fen, of_month.paid_fen, of_month.behind) == (60 * WAN, paid[UNIT], (UNIT,))


def test_the_year_so_far_adds_its_months_up(told: Supervised) -> None:
    report = month_report(told.engine, told.ledger.state, "jiashi", "2023-06")
    [of_year] = [one for one in report.schedule if one.every == "year"]
    [of_month] = [one for one in report.schedule if one.every == "month"]
    assert (report.stage, of_month.task_fen, of_month.paid_fen, of_year.task_fen) == ("", 0, 0, 60 * WAN)
    assert [one["month"] for one in months(told.engine, "jiashi")] == [MONTH]


def test_rungs_rankings_and_problems_are_the_months_own(told: Supervised) -> None:
    report = month_report(told.engine, told.ledger.state, "sample", "2022-03")
    state = told.state(DISPATCH, "sample", "2022-03")
    assert report.rungs == tuple(taken for of in state.taken.values() for taken in of.values())
    assert len(report.rungs) > 5
    assert report.problems == tuple(state.problems.values())
    assert report.back == tuple(sorted(state.back)) == ("甲",)
    [ranking] = state.rankings.values()
    assert {row.subject: row.place for row in report.subjects} == {one.subject: one.place for one in ranking.places}
    assert {row.subject: row.is_done for row in report.subjects if row.words} == {"乙": True}
    assert {one.routine: one.done for one in report.rhythms if one.done} == dict(state.routines)
    assert (report.stage, report.referral, report.handed_over) == ("closed", state.referral, state.handed_over)


def test_a_week_shows_looks_and_misses_of_the_days_that_have_come(told: Supervised) -> None:
    state = told.state(WATCH, "jiashi", WEEK)
    for today in (date(2023, 5, 9), date(2023, 5, 10), TODAY):
        found = week(told.engine, "jiashi", WEEK, today)
        assert found is not None
        assert found.days == days_of(state, today)
        assert [(one.no, one.subject, one.how) for one in found.anomalies] == [("1", "F1", "")]
    settled = week(told.engine, "sample", "2022-W10", TODAY)
    assert settled is not None
    of_life = told.state(WATCH, "sample", "2022-W10").anomalies["1"]
    assert [(one.rungs, one.holds, one.how) for one in settled.anomalies] == [
        (of_life.rungs, of_life.verified.holds, of_life.settled.how)
    ]
    assert week(told.engine, "jiashi", "2023-W20", TODAY) is None


# Results


def test_results_of_a_year_say_what_was_aimed_at_what_came_and_what_waits(told: Supervised) -> None:
    profile = rules_of(told.ledger.state, "jiashi").profile
    [found] = results_of_year(told.engine, profile, "jiashi", 2023)
    state = told.state(PERFORMANCE, "jiashi", PROJECT_NO)
    assert [(m.measure, m.value, m.is_reached) for m in found.measures] == [(state.measures["产量"], 280, False)]
    assert found.evaluation is not None
    assert (found.evaluation["score"], found.followed, found.in_time) == (86, True, True)
    assert [(one.number, one.words) for one in found.deviations] == [(1, "进度滞后")]
    assert found.open == [{"step": step.id, "post": step.post} for step in PERFORMANCE.open_steps(state)]
    assert uncovered(profile, (found,)) == ()


def test_a_project_that_had_the_years_money_is_among_its_results_though_nobody_looked(told: Supervised) -> None:
    profile = rules_of(told.ledger.state, "meilan").profile
    [found] = results_of_year(told.engine, profile, "meilan", 2023)
    assert (found.project_no, found.measures, found.evaluation, found.paid_bp) == (PROJECT_NO, (), None, 10_000)
    assert results_of_year(told.engine, profile, "meilan", 2022) == ()


def test_what_followed_from_results_and_the_households_are_kept_one_by_one(told: Supervised) -> None:
    state, case = told.state(PERFORMANCE, "sample", "A01"), STREAMS["performance"]
    assert [one.household for one in households(told.engine, case)] == list(state.households)
    assert {one.what for one in uses(told.engine, case)} == {
        "corrected",
        "duty performed",
        "explained",
        "held to account",
        "weakness found",
        "weakness mended",
        "closed",
    }


# Assets, and what paid for them


def test_the_funds_that_paid_for_an_asset_add_up_to_its_cost(told: Supervised) -> None:
    [found] = assets(told.engine, "meilan")
    state = told.state(ASSET, "meilan", "Z1")
    assert found.cost_fen == state.cost == sum(one.amount_fen for one in found.funds) == 2 * POOLED
    assert [(one.fund_no, one.pool, one.amount_fen) for one in found.funds] == [
        ("F1", "city", POOLED),
        ("F1", "district", POOLED),
    ]
    assert {one.fiscal_year for one in found.funds} == {2023}
    assert all(one.source and one.document for one in found.funds)
    assert [one.claim_no for one in found.payments] == [paid.claim_no for paid in state.payments]
    assert {(one.payee, one.bank_ref) for one in found.payments} == {("样例·收款单位", "样例-C1")}
    assert (found.stage, found.owner) == (ASSET.stage(state), state.title.owner)


def test_assets_are_found_by_case_by_project_and_by_the_fund_that_paid(told: Supervised) -> None:
    [found] = assets(told.engine, "meilan")
    assert asset(told.engine, "meilan/asset/Z1") == found
    assert assets(told.engine, "meilan", PROJECT_NO) == [found]
    assert assets_of(told.engine, "meilan/fund/F1") == [found]
    assert assets(told.engine, "meilan", "R02") == assets(told.engine, "jiashi") == []
    assert assets_of(told.engine, "jiashi/fund/F1") == []
    assert asset(told.engine, "jiashi/asset/Z1") is None


def test_an_assets_income_its_uses_and_its_end_are_its_cases(told: Supervised) -> None:
    found, state = asset(told.engine, STREAMS["asset"]), told.state(ASSET, "sample", "Z1")
    assert found is not None
    assert (found.income_fen, found.left_fen, found.upkeep) == (state.income, state.left, state.upkeep)
    assert {one["use"]: one["amount_fen"] for one in found.shared} == state.shared
    assert (found.closed, found.disposed_fen, found.weak) == (True, state.disposed.amount_fen, None)
    came, *shared = income(told.engine, STREAMS["asset"])
    assert came.amount_fen == sum(one.amount_fen for one in shared) == 5 * WAN
    assert [paid.claim_no for paid in found.payments] == [paid.claim_no for paid in state.payments]


# Sweeps and instruments


def test_a_sweep_says_what_is_left_of_what_was_found(told: Supervised) -> None:
    [found] = sweeps(told.engine, "sample", 2022)
    state = told.state(SURPLUS, "sample", "2022-prior_year")
    assert (found.stage, found.plans) == (SURPLUS.stage(state), sorted(state.plans))
    assert {(i.fund_no, i.pool, i.project_no): i.left_fen for i in found.items} == state.left
    assert (found.found_fen, found.left_fen) == (5, sum(state.left.values()))
    assert sweeps(told.engine, "sample", 2023) == sweeps(told.engine, "jiashi", 2022) == []


def test_an_instruments_uses_are_summed_by_year_and_in_all(told: Supervised) -> None:
    state = told.ledger.state(INSTRUMENT, STREAMS["instrument"])
    now, later = used(told.engine, "sample", "insurance", 2022), used(told.engine, "sample", "insurance", 2023)
    assert now.projects == list(state.uses)
    assert (now.year_fen, now.total_fen, now.households) == (10, 10, 3)
    assert (later.year_fen, later.total_fen) == (0, 10)
    assert used(told.engine, "sample", "loan", 2022).projects == []
