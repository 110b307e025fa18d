"""Reading the statement: a county's year by pool and in total, every rate computed from whole fen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, select

from domain.money import percent
from projections.statement import BOUNCES, FUNDS, POOLS, PROJECTS, SOURCES, SUMS

_MONEY = (*SUMS, "bounced", "refunded")


@dataclass(frozen=True)
class PoolUse:
    """What a pool received and what became of it.

    Amounts are fen; `by_project` is what was allotted; `rate` is paid over allotted, in percent. `bounced_count` is
    of payments: one over several portions that bounced once counts once, in each of its pools and in the total.
    """

    pool: str  # "" in the total.
    by_source: dict[str, int]
    by_project: dict[str, int]
    money: dict[str, int]
    bounced_count: int
    rate: str | None

    @property
    def projects(self) -> int:
        """Return how many projects got anything."""
        return len(self.by_project)


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
        bounces = _bounces(connection, county, year)
    if not rows:
        return None
    pools = [
        _use(pool, [row], sources[pool], projects.get(pool, {}), bounces.get(pool, {}))
        for row in rows
        for pool in (row["pool"],)
    ]
    total = _use("", rows, _summed(sources.values()), _summed(projects.values()), _most(bounces.values()))
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


def _projects(connection: Connection, county: str, year: int) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    rows = connection.execute(
        _of(PROJECTS, county, year).where(PROJECTS.c.allotted > 0).order_by(PROJECTS.c.project_no)
    )
    for row in rows:
        found.setdefault(row.pool, {})[row.project_no] = row.allotted
    return found


def _bounces(connection: Connection, county: str, year: int) -> dict[str, dict[str, int]]:
    """Return how often each claim bounced, by pool: a claim on several funds as often as the one that saw it most."""
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(_of(BOUNCES, county, year)):
        of_pool = found.setdefault(row.pool, {})
        of_pool[row.claim_no] = max(row.times, of_pool.get(row.claim_no, 0))
    return found


def _use(
    pool: str,
    rows: Iterable[RowMapping],
    by_source: dict[str, int],
    by_project: dict[str, int],
    bounces: dict[str, int],
) -> PoolUse:
    rows = list(rows)
    by_source = dict(sorted(by_source.items(), key=lambda item: -item[1]))
    money = {name: sum(row[name] for row in rows) for name in _MONEY}
    rate = percent(money["paid"], money["allotted"])
    return PoolUse(pool, by_source, by_project, money, sum(bounces.values()), rate)


def _most(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    most: dict[str, int] = {}
    for part in parts:
        for name, times in part.items():
            most[name] = max(times, most.get(name, 0))
    return most


def _summed(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in parts:
        for name, amount in part.items():
            total[name] = total.get(name, 0) + amount
    return total
