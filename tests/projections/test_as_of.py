"""What was in force on a day, as known on another: every answer adds up, and is an answer that the facts allow."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.balances import Bucket
from domain.calendar import day_of
from domain.cases import case_id, kind_of, parse_case
from domain.ledger import Entry, Ledger, Recorded
from domain.registry import BY_KIND, stored_name
from projections.as_of import ASIDE, Dates, Left, Told, act_of, folded, left_out, standing
from projections.as_of_store import DATED, StoredFacts, as_of
from projections.case_rows import SUMMARIES
from projections.cases import case, cases
from projections.fund_ledger_read import lines, portions
from projections.obligations import obligations
from projections.plan_lines_read import plan_lines
from projections.runner import catch_up
from projections.store import views_engine
from projections.timeline import history
from projections.views import VIEWS
from tests.projections.conftest import Told as ToldStore
from tests.projections.long_story import tell_long
from tests.story import COUNTY, day

END = date(2026, 12, 31)


@pytest.fixture(scope="module")
def told_facts() -> list[Entry]:
    """The facts of the sample county's cases, from the story and the year behind it."""
    with Ledger("sqlite://") as ledger:
        tell_long(ledger)
        return [entry for entry in ledger.log() if kind_of(entry.stream) in DATED]


def restated(facts: Iterable[Entry], on: dict[str, date]) -> list[Entry]:
    """Return the same facts, where some acts state another day than they did."""

    def one(entry: Entry) -> Entry:
        act = msgspec.structs.replace(entry.fact.act, occurred_on=on.get(act_of(entry), entry.fact.act.occurred_on))
        return entry._replace(fact=msgspec.structs.replace(entry.fact, act=act))

    return [one(entry) for entry in facts]


def answer(facts: list[Entry], dates: Dates) -> tuple[dict[str, Any], dict[int, Left]]:
    """Return every case's state as of two days, and what was left out."""
    left = left_out(Told(facts), dates)
    by_stream: dict[str, list[Entry]] = {}
    for entry in standing(facts, dates, left):
        by_stream.setdefault(entry.stream, []).append(entry)
    return {stream: folded(BY_KIND[kind_of(stream)], of) for stream, of in by_stream.items()}, left


def check_adds_up(states: dict[str, Any]) -> None:
    """The money of each portion is conserved; funds, projects and claims say the same of it; each case can be shown."""
    of_projects: dict[str, int] = {}
    allotted: dict[str, int] = {}
    for stream, state in states.items():
        kind = kind_of(stream)
        decider = BY_KIND[kind]
        assert decider.stage(state) is not None
        decider.open_steps(state)
        if kind in SUMMARIES:
            SUMMARIES[kind](state)
        if kind != "fund":
            continue
        for portion in state.balances.portions.values():
            portion.check()
        for (_, project_no), line in state.balances.lines.items():
            assert min(line.values()) >= 0
            project = case_id(parse_case(stream).county, "project", project_no)
            of_projects[project] = of_projects.get(project, 0) + line[Bucket.PAID]
            allotted[project] = allotted.get(project, 0) + sum(line.values())
    for project, paid in of_projects.items():
        money = states[project].money
        claims = (s for n, s in states.items() if kind_of(n) == "claim" and s.lodged and s.paid and not s.refunded)
        own = [s.lodged for s in claims if case_id(s.lodged.county, "project", s.lodged.project_no) == project]
        assert paid == money.paid == sum(lodged.amount_fen for lodged in own)
        assert allotted[project] == money.allotted


def days_of(facts: list[Entry]) -> list[date]:
    """Return every day that a fact states or was entered on."""
    days = {fact.act.occurred_on for *_, fact in facts} | {day_of(fact.act.recorded_at) for *_, fact in facts}
    return sorted(days)


def test_every_answer_of_the_story_adds_up(told_facts: list[Entry]) -> None:
    days = days_of(told_facts)
    for n, at in enumerate(days):
        for known_on in (*days[n :: len(days) // 8 or 1], None):
            states, left = answer(told_facts, Dates(at, known_on))
            assert left == {}, "nothing of the story states a day before what it rests on"
            check_adds_up(states)


def test_everything_as_known_today_is_what_is_on_record(told_facts: list[Entry]) -> None:
    for dates in (Dates(), Dates(END), Dates(END, END), Dates(None, END)):
        assert left_out(Told(told_facts), dates) == {}
        assert standing(told_facts, dates, {}) == told_facts


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_days_acts_state_every_answer_adds_up(told_facts: list[Entry], data: st.DataObject) -> None:
    """Any act may state any day before that of its record: the answer is whole acts, and the money adds up."""
    acts = list(dict.fromkeys(act_of(entry) for entry in told_facts))
    recorded = {act_of(entry): day_of(entry.fact.act.recorded_at) for entry in told_facts}
    moved = data.draw(st.dictionaries(st.sampled_from(acts), st.integers(1, 90), min_size=1, max_size=12))
    facts = restated(told_facts, {act: recorded[act] - timedelta(days=back) for act, back in moved.items()})
    days = st.sampled_from(days_of(facts))
    for at, known_on in data.draw(st.lists(st.tuples(days, st.none() | days), min_size=1, max_size=6)):
        dates = Dates(at, known_on)
        states, left = answer(facts, dates)
        check_adds_up(states)
        counted = standing(facts, dates, left)
        assert all(dates.cover(one.entry.fact.act) and not dates.cover(one.missing.fact.act) for one in left.values())
        deciding = {act_of(e) for e in counted if kind_of(e.stream) not in ASIDE}
        dropped = {act_of(one.entry) for one in left.values() if kind_of(one.entry.stream) not in ASIDE}
        assert deciding & dropped == set(), "an act counts whole, or not at all"


def act_named(facts: list[Entry], stream: str, name: str) -> str:
    """Return the act that brought a fact of a stream about."""
    return next(act_of(e) for e in facts if e.stream == stream and stored_name(type(e.fact)) == name)


def test_a_late_entry_counts_from_its_stated_day(told_facts: list[Entry]) -> None:
    """F2's notice was given on the day after its arrival, and entered six days later, behind reminders and a breach."""
    fund = case_id(COUNTY, "fund", "F2")
    facts = restated(told_facts, {act_named(told_facts, fund, "fund.notified/1"): day(3, 3)})
    states, left = answer(facts, Dates(day(3, 4)))
    assert left == {}
    assert states[fund].notified_on == day(3, 3)
    assert states[case_id(COUNTY, "obligation", "fund-F2-arrival")].ended
    believed, _ = answer(facts, Dates(day(3, 4), day(3, 4)))
    assert believed[fund].notified_on is None
    assert not believed[case_id(COUNTY, "obligation", "fund-F2-arrival")].ended


def test_a_confirmation_stated_before_its_payment_is_left_out_whole(told_facts: list[Entry]) -> None:
    """The bank's receipt of C1 states a day before the money was sent: on that day nothing is paid, in no case."""
    claim, fund = case_id(COUNTY, "claim", "C1"), case_id(COUNTY, "fund", "F1")
    facts = restated(told_facts, {act_named(told_facts, claim, "claim.payment-confirmed/1"): day(4, 13)})
    states, left = answer(facts, Dates(day(4, 13)))
    names = {stored_name(type(one.entry.fact)) for one in left.values()}
    assert {"claim.payment-confirmed/1", "fund.paid/1", "project.payment-noted/1"} <= names
    assert {stored_name(type(one.missing.fact)) for one in left.values()} <= {
        "claim.payment-sent/1",
        "claim.payment-bounced/1",
        "fund.sent/1",
        "fund.bounced/1",
    }
    assert not states[claim].paid
    assert sum(p.buckets[Bucket.RESERVED] for p in states[fund].balances.portions.values()) == 77_880_000
    check_adds_up(states)


def test_what_begins_a_case_carries_all_of_it(told_facts: list[Entry]) -> None:
    """A report that states a day before its fund was there rests on the receipt."""
    fund = case_id(COUNTY, "fund", "F1")
    facts = restated(told_facts, {act_named(told_facts, fund, "fund.reported/1"): day(2, 1)})
    states, left = answer(facts, Dates(day(2, 2)))
    assert fund not in states
    assert {one.missing.stream for one in left.values()} == {fund}


def test_an_answer_to_a_later_version_is_none_to_the_first(told_facts: list[Entry]) -> None:
    """C2 was returned and lodged anew: a gate that passed the second version says nothing of the first."""
    claim = case_id(COUNTY, "claim", "C2")
    second = [e for e in told_facts if e.stream == claim and stored_name(type(e.fact)) == "claim.gate-passed/1"][2]
    facts = restated(told_facts, {act_of(second): day(6, 3)})
    states, left = answer(facts, Dates(day(6, 3)))
    assert second.position in left
    assert len(states[claim].gates_passed) == 1


def test_views_as_of_now_are_the_views(told: ToldStore) -> None:
    """Each fund, plan, project, claim and asset, built in memory of all its facts, reads as from the store."""
    for kind in SUMMARIES:
        for row in cases(told.engine, kind):
            with as_of(told.ledger, told.engine, row.case, Dates(END, END), lambda *_: None) as found:
                assert found.left == {}
                assert case(found.engine, row.case) == row
                assert history(found.engine, row.case) == history(told.engine, row.case)
                assert found.state(BY_KIND[kind], row.case) == told.ledger.state(BY_KIND[kind], row.case)
                if kind == "fund":
                    assert portions(found.engine, fund=row.case) == portions(told.engine, fund=row.case)
                    assert lines(found.engine, fund=row.case) == lines(told.engine, fund=row.case)
                if kind == "plan":
                    assert plan_lines(found.engine, plan=row.case) == plan_lines(told.engine, plan=row.case)
                mine = [one for one in obligations(told.engine) if one.case == row.case]
                assert [one for one in obligations(found.engine) if one.case == row.case] == mine


@pytest.mark.parametrize("dates", [Dates(day(2, 17)), Dates(day(2, 17), day(2, 17)), Dates(day(6, 6)), Dates()])
def test_a_store_is_asked_what_a_log_in_memory_is_asked(told: ToldStore, dates: Dates) -> None:
    facts = [entry for entry in told.ledger.log() if kind_of(entry.stream) in DATED]
    memory, store = Told(facts), StoredFacts(told.ledger, told.engine, COUNTY)
    assert sorted(store.mixed(dates)) == sorted(memory.mixed(dates))
    stream = case_id(COUNTY, "claim", "C2")
    assert store.facts(stream) == memory.facts(stream)
    assert set(store.act(memory.facts(stream)[0])) == set(memory.act(memory.facts(stream)[0]))


def test_a_store_leaves_out_what_rests_on_what_is_stated_later(tmp_path: Any, told_facts: list[Entry]) -> None:
    claim = case_id(COUNTY, "claim", "C1")
    moved = act_named(told_facts, claim, "claim.payment-confirmed/1")
    url = f"sqlite:///{tmp_path / 'restated.db'}"
    with Ledger(url) as ledger:
        for entry in restated(told_facts, {moved: day(4, 13)}):
            ledger.save(Recorded(entry.stream, entry.version, entry.fact))
        engine = views_engine(url)
        catch_up(ledger, engine, VIEWS)
        with as_of(ledger, engine, claim, Dates(day(4, 13)), lambda *_: None) as found:
            row = case(found.engine, claim)
            assert row is not None
            assert (row.stage, row.money["paid_fen"]) == ("send", 0)
            assert "claim.payment-confirmed/1" not in {one.fact for one in history(found.engine, claim)}
            assert found.left_here
        engine.dispose()
