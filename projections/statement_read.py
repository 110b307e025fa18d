"""Reading the statement: a county's year by pool and in total, every rate computed from whole fen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, select

from domain.money import percent
from projections.statement import FUNDS, POOLS, PROJECTS, SOURCES, SUMS

_MONEY = (*SUMS, "bounced", "refunded")


@dataclass(frozen=True)
class PoolUse:
    """What a pool received and what became of it. Amounts are fen; `rate` is paid over allotted, in percent."""

    pool: str  # "" in the total.
    by_source: dict[str, int]
    projects: int
    money: dict[str, int]
    bounced_count: int
    rate: str | None


@dataclass(frozen=True)
class Statement:
    """A county's year. A project that two pools pay for is one project in the total."""

    county: str
    year: int
    pools: list[PoolUse]
    total: PoolUse


def statement(engine: Engine, county: str, year: int) -> Statement | None:
    """Return the statement of a year, or None if nothing was received for it."""
    with engine.connect() as connection:
        rows = connection.execute(_of(POOLS, county, year).order_by(POOLS.c.pool)).mappings().all()
        sources = _sources(connection, county, year)
        projects = _projects(connection, county, year)
    if not rows:
        return None
    pools = [_use(row["pool"], [row], sources[row["pool"]], projects.get(row["pool"], set())) for row in rows]
    total = _use("", rows, _summed(sources.values()), set().union(*projects.values()))
    return Statement(county, year, sorted(pools, key=lambda use: -use.money["received"]), total)


def years(engine: Engine) -> list[tuple[str, int]]:
    """Return each county and fiscal year that received money."""
    with engine.connect() as connection:
        found = connection.execute(
            select(FUNDS.c.county, FUNDS.c.year).distinct().order_by(FUNDS.c.county, FUNDS.c.year)
        )
        return [(row.county, row.year) for row in found]


def _of(table: Any, county: str, year: int) -> Any:
    return select(table).where(table.c.county == county, table.c.year == year)


def _sources(connection: Connection, county: str, year: int) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(_of(SOURCES, county, year).order_by(SOURCES.c.source)):
        found.setdefault(row.pool, {})[row.source] = row.received
    return found


def _projects(connection: Connection, county: str, year: int) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in connection.execute(_of(PROJECTS, county, year).where(PROJECTS.c.allotted > 0)):
        found.setdefault(row.pool, set()).add(row.project_no)
    return found


def _use(pool: str, rows: Iterable[RowMapping], by_source: dict[str, int], projects: set[str]) -> PoolUse:
    rows = list(rows)
    by_source = dict(sorted(by_source.items(), key=lambda item: -item[1]))
    money = {name: sum(row[name] for row in rows) for name in _MONEY}
    bounced = sum(row["bounced_count"] for row in rows)
    return PoolUse(pool, by_source, len(projects), money, bounced, percent(money["paid"], money["allotted"]))


def _summed(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in parts:
        for name, amount in part.items():
            total[name] = total.get(name, 0) + amount
    return total
