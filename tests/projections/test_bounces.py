"""How often payments bounced: a claim's payment is one, over however many portions and funds it goes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from domain.fund_facts import FundReceived, MoneyBounced, MoneyReserved, PortionReceived, Share
from projections.batch import Logged
from projections.book import Book
from projections.statement import TABLES, apply
from projections.statement_read import Statement, statement
from tests.domain.given import by


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{tmp_path}/views.db")
    TABLES.create_all(made)
    yield made
    made.dispose()


def told(engine: Engine, *facts: tuple[str, Any]) -> Statement:
    book = Book(TABLES)
    with engine.begin() as connection:
        book.open(connection)
        for n, (fund, fact) in enumerate(facts, 1):
            apply(book, Logged(n, f"sample/fund/{fund}", n, "", b"", fact))
        book.flush()
    found = statement(engine, "sample", 2023)
    assert found is not None
    return found


def received(fund: str, *pools: str) -> tuple[str, FundReceived]:
    portions = tuple(PortionReceived(pool, 100) for pool in pools)
    # What the terms say does not matter to the view.
    return fund, FundReceived(by("a"), "sample", fund, fund, "1", "central", "", 2023, portions, None)  # type: ignore[arg-type]


def reserved(fund: str, claim: str, *pools: str) -> tuple[str, MoneyReserved]:
    return fund, MoneyReserved(by("a"), claim, 1, tuple(Share(pool, "S1", 10) for pool in pools))


def bounced(fund: str, claim: str) -> tuple[str, MoneyBounced]:
    return fund, MoneyBounced(by("a"), claim)


def test_one_payment_over_two_pools_and_two_funds_bounced_once(engine: Engine) -> None:
    found = told(
        engine,
        *(received("F1", "one", "two"), received("F2", "one")),
        *(reserved("F1", "C1", "one", "two"), reserved("F2", "C1", "one")),
        *(bounced("F1", "C1"), bounced("F2", "C1")),
    )
    assert {use.pool: (use.bounced_count, use.money["bounced"]) for use in found.pools} == {
        "one": (1, 20),
        "two": (1, 10),
    }
    assert (found.total.bounced_count, found.total.money["bounced"]) == (1, 30)


def test_a_payment_that_bounces_again_and_another_claims_count_anew(engine: Engine) -> None:
    found = told(
        engine,
        *(received("F1", "one", "two"), received("F2", "one")),
        *(reserved("F1", "C1", "one"), reserved("F2", "C1", "one"), reserved("F1", "C2", "two")),
        *(bounced("F1", "C1"), bounced("F2", "C1"), bounced("F1", "C2"), bounced("F1", "C1"), bounced("F2", "C1")),
    )
    assert {use.pool: use.bounced_count for use in found.pools} == {"one": 2, "two": 1}
    assert (found.total.bounced_count, found.total.money["bounced"]) == (3, 50)
