"""What was imported is stored whole on either database, and no view of what was decided takes notice of it."""

from datetime import date

from sqlalchemy import Engine

from domain.act import Act
from domain.ledger import Ledger, Step
from domain.testimony import (
    ROWS_MAX,
    TESTIMONY,
    FileImported,
    Import,
    ImportedRow,
    RowsImported,
    stream_of_testimony,
)
from projections.cases import cases
from projections.runner import catch_up, parked
from projections.statement_read import statement, years
from projections.views import all_views
from tests.domain.given import noon

DAY = date(2023, 12, 1)
YEAR = 2023  # The story's own year: what is testimony must be in none of its sums.
STREAM = stream_of_testimony("sample", YEAR)


def importing(person: str, count: int) -> Import:
    """Return the import of one file of *count* receipts by a person."""
    act = Act(f"{STREAM}:{person}", f"digest of {person}", person, "finance_section", "", "cli", DAY, noon(DAY))
    rows = tuple(
        ImportedRow(
            n,
            "receipt",
            f"样例财〔2023〕{n}号",
            source="central",
            pool="integrated",
            amount_fen=10**9,
            note="样例" * 50,
        )
        for n in range(2, count + 2)
    )
    signed = ("statement", "k", noon(DAY).isoformat(), noon(DAY).isoformat(), "00" * 64)
    return Import(act, FileImported(act, "sample", YEAR, "旧账.xlsx", "a" * 64, count, *signed), rows)


def test_the_largest_file_is_stored_in_one_append(store: str) -> None:
    with Ledger(store) as ledger:
        stored = ledger.execute(Step(STREAM, importing("li", ROWS_MAX)))
        assert len(stored) == 101
    with Ledger(store) as again:
        found = [row for fact in again.facts(STREAM) if isinstance(fact, RowsImported) for row in fact.rows]
        assert tuple(found) == importing("li", ROWS_MAX).rows


def test_two_who_bring_the_same_file_at_once_store_it_once(store: str) -> None:
    with Ledger(store) as one, Ledger(store) as other:
        assert other.state(TESTIMONY, STREAM).files == {}
        assert len(one.execute(Step(STREAM, importing("li", 3)))) == 2
        # The other has looked before that: what it decided on no longer holds, and it looks again.
        assert other.execute(Step(STREAM, importing("wang", 3))) == []
        assert [fact.act.person for fact in other.facts(STREAM)] == ["li", "li"]


def test_no_view_of_what_was_decided_holds_a_row_of_it(ledger: Ledger, engine: Engine) -> None:
    catch_up(ledger, engine, all_views(ledger))
    before = (statement(engine, "sample", YEAR), years(engine), [cases(engine, kind) for kind in ("fund", "project")])
    assert before[0] is not None
    ledger.execute(Step(STREAM, importing("li", 50)))
    catch_up(ledger, engine, all_views(ledger))
    assert parked(engine) == []
    after = (statement(engine, "sample", YEAR), years(engine), [cases(engine, kind) for kind in ("fund", "project")])
    assert after == before
