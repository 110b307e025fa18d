"""A county's assets (资产台账) as the view has them, each with the funds that paid for it, to the fen."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Table, select

from projections.asset_tables import ASSETS, INCOME, PAYMENTS, SHARED
from projections.cases import CASES
from projections.looking import Row, among, as_a, grouped, rows
from projections.spending import CLAIMS
from projections.statement import FUNDS


@dataclass(frozen=True)
class Payment:
    """What one claim paid for an asset out of one portion: of which money, to whom, when."""

    claim_no: str
    fund_no: str
    pool: str
    amount_fen: int
    source: str
    fiscal_year: int | None
    document: str
    payee: str
    paid_on: date | None
    bank_ref: str


@dataclass(frozen=True)
class FundOfAsset:
    """What one portion paid for an asset in all, in fen."""

    fund_no: str
    pool: str
    source: str
    fiscal_year: int | None
    document: str
    amount_fen: int


@dataclass(frozen=True)
class Asset:
    """One asset: what paid for it, whose it is, who keeps it, what it earned, what waits.

    `title` and `weak` are the facts as they are stored; `shared`: by use, in fen; `open`: each open step with its
    post, the kinds of its deadlines and who answers.
    """

    case: str
    asset_no: str
    project_no: str
    name: str
    nature: str
    formed_on: date
    cost_fen: int
    payments: list[Payment]
    owner: str | None
    title: dict[str, Any] | None
    handed_over_to: str | None
    handed_over_on: date | None
    keeper: str | None
    kept_since: date | None
    upkeep: int
    income_fen: int
    shared: list[dict[str, Any]]
    left_fen: int
    weak: dict[str, Any] | None
    disposed_on: date | None
    disposed_fen: int | None
    stage: str
    closed: bool
    open: list[dict[str, Any]]

    @property
    def funds(self) -> list[FundOfAsset]:
        """Return the portions that paid for it, in the order of their first payment; they add up to its cost."""
        sums: dict[tuple[str, str], FundOfAsset] = {}
        for paid in self.payments:
            before = sums.get((paid.fund_no, paid.pool))
            amount_fen = paid.amount_fen + (before.amount_fen if before else 0)
            of = paid.source, paid.fiscal_year, paid.document
            sums[paid.fund_no, paid.pool] = FundOfAsset(paid.fund_no, paid.pool, *of, amount_fen)
        return list(sums.values())


@dataclass(frozen=True)
class Income:
    """An entry of an asset's income: what came in, or what was distributed of it to whom for which use."""

    what: str
    on: date
    amount_fen: int
    use: str
    to: str
    words: str


def assets(engine: Engine, county: str, project_no: str | None = None) -> list[Asset]:
    """Return a county's assets in the order in which they were formed: all, or those of one project."""
    asked = select(ASSETS).where(ASSETS.c.county == county).order_by(ASSETS.c.position)
    if project_no is not None:
        asked = asked.where(ASSETS.c.project_no == project_no)
    with engine.connect() as connection:
        return _with_parts(connection, rows(connection, asked))


def asset(engine: Engine, case: str) -> Asset | None:
    """Return one asset, or None if there is none."""
    with engine.connect() as connection:
        return next(iter(_with_parts(connection, among(connection, ASSETS, [case]))), None)


def paid_by(engine: Engine, fund: str) -> list[Asset]:
    """Return the assets that a fund, given by its case id, paid for."""
    with engine.connect() as connection:
        cases = connection.execute(select(PAYMENTS.c.case).where(PAYMENTS.c.fund == fund).distinct()).scalars()
        return _with_parts(connection, among(connection, ASSETS, list(cases)))


def income(engine: Engine, case: str) -> list[Income]:
    """Return what an asset brought and what was distributed of it, in the order of its entry."""
    asked = select(INCOME).where(INCOME.c.case == case).order_by(INCOME.c.version)
    with engine.connect() as connection:
        return [as_a(Income, row) for row in rows(connection, asked)]


def _with_parts(connection: Connection, found: list[Row]) -> list[Asset]:
    cases = [row["case"] for row in found]
    shared = grouped(among(connection, SHARED, cases))
    payments = _payments(connection, cases)
    return [
        as_a(
            Asset,
            row,
            payments=payments.get(row["case"], []),
            shared=[
                {"use": one["use"], "amount_fen": one["amount_fen"]}
                for one in sorted(shared.get(row["case"], ()), key=lambda one: one["n"])
            ],
        )
        for row in found
    ]


def _payments(connection: Connection, cases: list[str]) -> dict[str, list[Payment]]:
    """Return each asset's payments with what the other views say of fund and claim."""
    found = among(connection, PAYMENTS, cases)
    funds = _by(connection, FUNDS, found, "fund")
    papers = _by(connection, CASES, found, "fund")
    claims = _by(connection, CLAIMS, found, "claim")
    made: dict[str, list[Payment]] = {}
    for row in found:
        fund, claim = funds.get(row["fund"]), claims.get(row["claim"])
        one = as_a(
            Payment,
            row,
            source=fund["source"] if fund else "",
            fiscal_year=fund["fiscal_year"] if fund else None,
            document=papers[row["fund"]]["title"] if row["fund"] in papers else "",
            payee=claim["payee"] if claim else "",
            paid_on=claim["paid_on"] if claim else None,
            bank_ref=claim["bank_ref"] if claim else "",
        )
        made.setdefault(row["case"], []).append(one)
    return made


def _by(connection: Connection, table: Table, found: list[Row], name: str) -> dict[str, Row]:
    """Return the rows of another view that a column of *found* names, by their key."""
    key = next(iter(table.primary_key.columns)).name
    return {row[key]: row for row in among(connection, table, sorted({row[name] for row in found}))}
