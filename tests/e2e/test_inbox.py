"""The inbox of the sample county's played year: step by step what the deciders wait for, and who may take each."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from domain.calendar import SHANGHAI, day_of
from domain.cases import kind_of, parse_case
from domain.following import Following
from domain.ledger import Ledger
from domain.log_reading import Rows
from domain.procedures.candidates import candidates
from domain.registry import BY_KIND
from projections import inbox as inbox_view
from projections import people
from projections.batch import WAITING
from projections.inbox import CLOCKS
from projections.inbox_people import inbox, inbox_of_post
from projections.inbox_read import Asked, waiting
from projections.people_read import terms
from projections.runner import catch_up
from projections.store import views_engine

VIEWS = (people.VIEW, inbox_view.VIEW)
LAST = date(2022, 12, 31)
Step = tuple[str, str, str]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, played: Path) -> Iterator[Ledger]:
    """A copy of the year."""
    folder = tmp_path_factory.mktemp("inbox")
    shutil.copyfile(played / "year.db", folder / "year.db")
    with Ledger(f"sqlite:///{folder}/year.db") as ledger:
        yield ledger


def opened(ledger: Ledger, until: int) -> dict[Step, date]:
    """What every open case waits for after a place of the log, and since which day, fact by fact."""
    following, found = Following(ledger.facts), dict[str, dict[Step, date]]()
    for entry in ledger.log():
        if entry.position > until:
            break
        if kind_of(entry.stream) in WAITING:
            decider, state = BY_KIND[kind_of(entry.stream)], following.after(entry)
            steps = () if decider.closed(state) else decider.open_steps(state)
            before, on = found.get(entry.stream, {}), day_of(entry.fact.act.recorded_at)
            keys = [(entry.stream, step.id, step.post) for step in steps]
            found[entry.stream] = {key: before.get(key, on) for key in keys}
    return {key: on for of_case in found.values() for key, on in of_case.items()}


def shown(engine: Engine) -> dict[Step, date]:
    """What the inbox says: its rows, and of deadlines those that a step already shows."""
    rows = {(row.case, row.step, row.post): row.since for row in waiting(engine, Asked())}
    steps = {row.clock for row in waiting(engine, Asked()) if row.kind != "obligation"}
    with engine.connect() as connection:
        clocks = connection.execute(select(CLOCKS)).mappings().all()
    alone = {row.case for row in waiting(engine, Asked()) if row.kind == "obligation"}
    behind = {
        (clock["obligation"], condition, clock["responsible"]): clock["since"]
        for clock in clocks
        for condition in clock["conditions"]
        if clock["obligation"] not in alone
    }
    assert steps - {""} <= {clock for clock, _, _ in behind}
    return rows | behind


def test_all_through_the_year_it_holds_each_open_step_since_the_fact_that_opened_it(
    year: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, read = views_engine(year.url), year.rows
    end, ever = len(list(year.log())), set[Step]()
    for until in range(60, end + 60, 60):

        def rows(after: int = 0, limit: int = 500, until: int = until) -> Rows:
            return Rows(row for row in read(after, limit) if row.position <= until)

        monkeypatch.setattr(year, "rows", rows)
        catch_up(year, engine, VIEWS, batch=25)
        expected = opened(year, until)
        assert shown(engine) == expected
        ever |= expected.keys()
    engine.dispose()
    assert {case.split("/")[1] for case, _, _ in ever} >= {"fund", "project", "claim", "obligation"}


@pytest.fixture(scope="module")
def engine(year: Ledger) -> Iterator[Engine]:
    made = views_engine(year.url)
    catch_up(year, made, VIEWS)
    yield made
    made.dispose()


def test_who_may_take_a_step_is_what_people_may_says(year: Ledger, engine: Engine) -> None:
    now = datetime.combine(LAST, time(18), SHANGHAI)
    rows = waiting(engine, Asked())
    said = {
        (case, one.step, one.post, one.person, one.on_behalf_of): repr(one.why_not)
        for case in {row.case for row in rows}
        for one in candidates(year.state, parse_case(case), now)
    }
    shown = {
        (item.row.case, one.step, one.post, one.person, one.on_behalf_of): repr(one.why_not)
        for post in {row.post for row in rows}
        for item in inbox_of_post(engine, year.state, now, Asked(post=post), limit=None).items
        for one in item.who
    }
    assert shown == said
    assert shown


def test_every_step_stands_in_the_inbox_of_each_who_holds_its_post(year: Ledger, engine: Engine) -> None:
    now = datetime.combine(LAST, time(18), SHANGHAI)
    held = {(term.county, term.post, term.person) for term in terms(engine, on=LAST)}
    rows = waiting(engine, Asked())
    for person in {person for _, _, person in held}:
        own = {(row.case, row.step) for row in rows if (row.county, row.post, person) in held}
        assert {(one.row.case, one.row.step) for one in inbox(engine, year.state, person, now).items} == own
    assert {(row.county, row.post) for row in rows} <= {(county, post) for county, post, _ in held}


def test_no_closed_case_waits_for_anybody(year: Ledger, engine: Engine) -> None:
    for row in waiting(engine, Asked()):
        decider = BY_KIND[kind_of(row.case)]
        assert not decider.closed(year.state(decider, row.case)), row
