"""Reading the statement: a county's year by pool and in total, every rate computed from whole fen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, func, select

from domain.money import percent
from projections.statement import BESIDE, BOUNCES, FUNDS, POOLS, PROJECTS, SUMS

# Where money is that is neither paid nor withdrawn: what a year leaves to the next.
LEFT = ("free", "unreleased", "claimable", "reserved", "sent")
CHANGES = ("allotted", "released", "paid", "refunded", "withdrawn")


@dataclass(frozen=True)
class PoolUse:
    """What a pool received and what became of it.

    Amounts are fen; `by_project` is what was allotted; `rate` is paid over allotted, in percent. Of claims, `claimed`
    is what is lodged and live, `approved` what is past the last gate of it, `paid` what is paid. `bounced_count` is
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
class Carried:
    """Money of one earlier fiscal year and pool that was carried into a year (结转), and what became of it there.

    `opening` and `left` are by where it is (`LEFT`); `moved` are the year's changes (`CHANGES`), below zero where more
    went back than came. `paid` is less what was refunded: opening = paid + withdrawn + left.
    """

    fiscal_year: int | None  # None and "" in the total.
    pool: str
    opening: dict[str, int]
    moved: dict[str, int]
    left: dict[str, int]

    @property
    def opening_fen(self) -> int:
        """Return what was carried in."""
        return sum(self.opening.values())

    @property
    def left_fen(self) -> int:
        """Return what is left of it."""
        return sum(self.left.values())


@dataclass(frozen=True)
class Statement:
    """A county's year. A project that two pools pay for is one project in the total.

    `pools` and `total` are of the year's own receipts. Apart from them, and in no sum with them: `announced`, what is
    announced for the year and has not arrived (提前告知资金), and `carried`, what earlier years left to it.
    """

    county: str
    year: int
    pools: list[PoolUse]
    total: PoolUse
    announced: list[PoolUse]
    announced_total: PoolUse
    carried: list[Carried]
    carried_total: Carried


@dataclass(frozen=True)
class _Read:
    """What the view holds of a county up to a year."""

    pools: list[RowMapping]
    projects: list[RowMapping]
    bounces: list[RowMapping]


def statement(engine: Engine, county: str, year: int) -> Statement | None:
    """Return the statement of a year, or None if it has no money: received, announced, or carried in."""
    with engine.connect() as connection:
        read = _Read(*(_rows(connection, table, county, year) for table in (POOLS, PROJECTS, BOUNCES)))
    pools, total = _uses(read, lambda row: row["fiscal_year"] == row["year"] == year and not row["awaited"])
    announced, of_announced = _uses(read, lambda row: row["fiscal_year"] == year and row["awaited"])
    carried = _carried(read.pools, year)
    if not pools and not announced and not carried:
        return None
    return Statement(county, year, pools, total, announced, of_announced, carried, _carried_total(carried))


def years(engine: Engine) -> list[tuple[str, int]]:
    """Return each county and year that has a statement."""
    moved = select(FUNDS.c.county, POOLS.c.year).join(POOLS, POOLS.c.fund == FUNDS.c.fund)
    left = sum((func.sum(POOLS.c[name]) for name in LEFT[1:]), func.sum(POOLS.c[LEFT[0]]))
    # What a close carried into a year in which nothing has happened yet.
    open_ = select(FUNDS.c.county, FUNDS.c.year).join(POOLS, POOLS.c.fund == FUNDS.c.fund)
    open_ = open_.group_by(FUNDS.c.fund, FUNDS.c.county, FUNDS.c.year).having(left > 0)
    with engine.connect() as connection:
        found = {(row.county, row.year) for asked in (moved, open_) for row in connection.execute(asked)}
    return sorted(found)


def _rows(connection: Connection, table: Any, county: str, year: int) -> list[RowMapping]:
    fund = (FUNDS.c.source, FUNDS.c.fiscal_year, FUNDS.c.awaited, FUNDS.c.year.label("stands_in"))
    asked = select(table, *fund).join(FUNDS, FUNDS.c.fund == table.c.fund)
    asked = asked.where(FUNDS.c.county == county, table.c.year <= year).order_by(*table.primary_key)
    return list(connection.execute(asked).mappings())


def _uses(read: _Read, wanted: Callable[[RowMapping], bool]) -> tuple[list[PoolUse], PoolUse]:
    """Return the use of the *wanted* rows' money, by pool and in total."""
    rows = [row for row in read.pools if wanted(row)]
    sources = _sums(rows, "source", "received")
    projects = _sums([row for row in read.projects if wanted(row)], "project_no", "allotted")
    bounces = _bounces([row for row in read.bounces if wanted(row)])
    pools = [
        _use(pool, [row for row in rows if row["pool"] == pool], sources[pool], projects.get(pool, {}), bounces)
        for pool in sorted(sources)
    ]
    total = _use("", rows, _summed(sources.values()), _summed(projects.values()), bounces)
    return sorted(pools, key=lambda use: -use.money["received"]), total


def _sums(rows: Iterable[RowMapping], by: str, name: str) -> dict[str, dict[str, int]]:
    """Return the sum of *name* for each value of *by*, by pool."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        of_pool = found.setdefault(row["pool"], {})
        of_pool[row[by]] = of_pool.get(row[by], 0) + row[name]
    return found


def _bounces(rows: Iterable[RowMapping]) -> dict[str, dict[str, int]]:
    """Return how often each claim bounced, by pool: a claim on several funds as often as the one that saw it most."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        of_pool = found.setdefault(row["pool"], {})
        of_pool[row["claim_no"]] = max(row["times"], of_pool.get(row["claim_no"], 0))
    return found


def _use(
    pool: str,
    rows: Iterable[RowMapping],
    by_source: dict[str, int],
    by_project: dict[str, int],
    bounces: dict[str, dict[str, int]],
) -> PoolUse:
    rows = list(rows)
    by_source = dict(sorted(by_source.items(), key=lambda item: -item[1]))
    by_project = {no: fen for no, fen in by_project.items() if fen > 0}
    money = {name: sum(row[name] for row in rows) for name in (*SUMS, *BESIDE)}
    money["claimed"] = money["reserved"] + money["sent"] + money["paid"]
    bounced = _most(bounces.values()) if not pool else bounces.get(pool, {})
    return PoolUse(pool, by_source, by_project, money, sum(bounced.values()), percent(money["paid"], money["allotted"]))


def _carried(rows: list[RowMapping], year: int) -> list[Carried]:
    """Return what was carried into *year*: of funds of earlier years, those that stand in it or are past it."""
    of_earlier = [row for row in rows if row["fiscal_year"] < year <= row["stands_in"]]
    keys = sorted({(row["fiscal_year"], row["pool"]) for row in of_earlier})
    found = []
    for fiscal_year, pool in keys:
        mine = [row for row in of_earlier if (row["fiscal_year"], row["pool"]) == (fiscal_year, pool)]
        opening = {name: sum(row[name] for row in mine if row["year"] < year) for name in LEFT}
        in_year = [row for row in mine if row["year"] == year]
        moved = {name: sum(row[name] for row in in_year) for name in CHANGES}
        left = {name: opening[name] + sum(row[name] for row in in_year) for name in LEFT}
        if any(opening.values()) or in_year:
            found.append(Carried(fiscal_year, pool, opening, moved, left))
    return found


def _carried_total(carried: list[Carried]) -> Carried:
    return Carried(
        None,
        "",
        {name: sum(one.opening[name] for one in carried) for name in LEFT},
        {name: sum(one.moved[name] for one in carried) for name in CHANGES},
        {name: sum(one.left[name] for one in carried) for name in LEFT},
    )


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
