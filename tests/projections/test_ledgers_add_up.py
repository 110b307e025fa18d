"""The ledgers add up: rows among themselves, with each other, and with the states of the cases that they are of."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from domain.balances import Bucket
from domain.cases import kind_of
from domain.ledger import Ledger
from domain.registry import BY_KIND
from projections import claims, fund_ledger, plan_lines, project_bank, projects
from projections.claims_read import claim_rows
from projections.fund_ledger_read import FIGURES, lines, movements, portions, total
from projections.plan_lines_read import plan_lines as lines_of_plans
from projections.projects_read import project_rows, project_steps
from projections.rebuilding import rebuild
from projections.runner import catch_up, parked
from projections.store import views_engine
from projections.views import VIEWS
from tests.databases import KINDS
from tests.projections.conftest import Told

BEFORE_AND_AFTER = tuple(name for name in FIGURES if name not in ("bounced_fen", "refunded_fen"))
Books = tuple[Ledger, Engine]


@pytest.fixture(scope="module")
def year(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """The sample county's played year, and its views."""
    store = tmp_path_factory.mktemp("books") / "year.db"
    shutil.copy(played / "year.db", store)
    engine = views_engine(f"sqlite:///{store}")
    with Ledger(f"sqlite:///{store}") as ledger:
        catch_up(ledger, engine, VIEWS, batch=11)
        assert parked(engine) == []
        yield ledger, engine
    engine.dispose()


@pytest.fixture(params=(*KINDS, "played"))
def books(request: pytest.FixtureRequest, tellings: Callable[[str], Told]) -> Books:
    """The long story on both stores; the played year."""
    if request.param == "played":
        year: Books = request.getfixturevalue("year")
        return year
    told = tellings(request.param)
    return told.ledger, told.engine


def states(ledger: Ledger, kind: str) -> dict[str, Any]:
    """The state of every case of a kind."""
    streams = dict.fromkeys(entry.stream for entry in ledger.log() if kind_of(entry.stream) == kind)
    return {stream: ledger.state(BY_KIND[kind], stream) for stream in streams}


def adds_up(ledger: Ledger, engine: Engine) -> None:
    """Check the fund ledger: the equations on every row, and each portion against its fund's own balances."""
    rows, moves = portions(engine), movements(engine)
    assert [row.broken for row in (*rows, *moves) if row.broken] == []
    funds = states(ledger, "fund")
    assert {(row.fund, row.pool) for row in rows} == {
        (f, p) for f, state in funds.items() for p in state.balances.portions
    }
    last = {(move.fund, move.pool): move for move in moves}
    for row in rows:
        own = funds[row.fund].balances.portions[row.pool]
        assert (row.announced_fen + row.received_fen, row.withdrawn_fen) == (own.received, own.withdrawn)
        assert (row.allotted_fen, row.released_fen) == (own.allotted, own.released)
        assert {bucket: getattr(row, f"{bucket.value}_fen") for bucket in Bucket} == own.buckets
        left = last[row.fund, row.pool]
        assert [getattr(left, name) for name in BEFORE_AND_AFTER] == [getattr(row, name) for name in BEFORE_AND_AFTER]


def lines_are_the_funds(engine: Engine) -> None:
    """Check that the plans' lines have, place by place, what the funds have: allotted, released, claimed, paid."""
    of_funds: Counter[tuple[str, ...]] = Counter()
    for line in lines(engine):
        claimed = line.reserved_fen + line.sent_fen + line.paid_fen
        money = (line.allotted_fen, line.released_fen, claimed, line.paid_fen)
        for name, fen in zip(("allotted", "released", "claimed", "paid"), money, strict=True):
            of_funds[line.county, line.fund_no, line.pool, line.project_no, name] += fen
    of_plans: Counter[tuple[str, ...]] = Counter()
    for line_ in lines_of_plans(engine, cut=False):
        for name in ("allotted", "released", "claimed", "paid"):
            key = (line_.county, line_.fund_no, line_.pool, line_.project_no, name)
            of_plans[key] += getattr(line_, f"{name}_fen")
            assert (
                0 <= line_.paid_fen <= line_.claimed_fen <= line_.released_fen <= line_.allotted_fen <= line_.amount_fen
            )
    assert +of_plans == +of_funds


def test_every_row_of_the_fund_ledger_adds_up_and_is_the_funds_own_word(books: Books) -> None:
    adds_up(*books)


def test_the_plans_lines_are_what_the_funds_allotted(books: Books) -> None:
    lines_are_the_funds(books[1])


def test_what_claims_hold_and_were_paid_is_what_the_funds_hold_and_paid(books: Books) -> None:
    engine, whole, rows = books[1], total(portions(books[1])), claim_rows(books[1])
    assert sum(row.paid_fen for row in rows) == whole.paid_fen > 0
    assert sum(row.live_fen for row in rows) == whole.in_claims_fen + whole.paid_fen
    assert all(row.claimed_fen == sum(line.amount_fen for line in row.lines) for row in rows)
    found = project_rows(engine)
    assert sum(row.paid_fen for row in found) == whole.paid_fen
    assert sum(row.allotted_fen for row in found) == whole.allotted_fen
    assert sum(row.approved_fen for row in found) == sum(row.approved_fen for row in rows if row.stage != "refunded")


def test_gates_and_steps_that_wait_are_those_that_the_cases_wait_for(books: Books) -> None:
    ledger, engine = books
    of_claims = {row.claim: [gate.gate for gate in row.open] for row in claim_rows(engine)}
    assert of_claims == {claim: [g.id for g in state.open_gates] for claim, state in states(ledger, "claim").items()}
    for project, state in states(ledger, "project").items():
        steps = project_steps(engine, project)
        waits = [state.step.id] if state.step and not state.is_closed else []
        assert [step.step for step in steps if step.state == "open"] == waits
        passed = [step for step in steps if step.state == "passed"]
        assert all(step.opened_on and step.passed_on and step.opened_on <= step.passed_on for step in passed)


def test_built_anew_they_are_what_was_read_in_small_batches(books: Books) -> None:
    views = (fund_ledger.VIEW, plan_lines.VIEW, claims.VIEW, projects.VIEW, project_bank.VIEW)
    for made in rebuild(*books, *views):
        assert (made.compared, made.differences, made.parked) == (True, [], [])
        assert made.rows > 0
