"""View `instruments` (政策工具): every use of fund money without a contractor, by instrument and project."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Engine, Integer, MetaData, String, Table, select

from domain.cases import case_id, instrument_stream
from domain.instrument_facts import InstrumentUsed
from projections.batch import Logged
from projections.book import Book
from projections.looking import Row, among, rows
from projections.spending import PROJECTS
from projections.view import View, each

TABLES = MetaData()
USES = Table(
    "view_instruments",
    TABLES,
    Column("instrument", String, primary_key=True),
    Column("project_no", String, primary_key=True),
    Column("n", BigInteger, nullable=False),  # Where in the log it was first proposed.
    Column("county", String, nullable=False, index=True),
    Column("rule", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("township", String, nullable=False),
    Column("households", Integer, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("on", Date, nullable=False),
)


@dataclass(frozen=True)
class Used:
    """What was used of an instrument, in a year and in all, and what its projects were paid and stand for, in fen."""

    projects: list[str]
    year_fen: int
    total_fen: int
    paid_fen: int
    households: int
    loans_fen: int
    in_fund_fen: int


def apply(book: Book, entry: Logged) -> None:
    """Take in one use: the latest of a project holds."""
    fact: InstrumentUsed = entry.fact
    county, _, rule = entry.stream.split("/")
    known = book.get(USES, entry.stream, fact.project_no)
    names = ("project_no", "year", "township", "households", "amount_fen")
    row: dict[str, Any] = {name: getattr(fact, name) for name in names}
    place = {"instrument": entry.stream, "n": known["n"] if known else entry.position, "county": county, "rule": rule}
    book.put(USES, {**place, **row, "on": fact.act.occurred_on})


VIEW = View("instruments", 1, TABLES, frozenset({"instrument"}), each(apply))


def used(engine: Engine, county: str, rule: str, year: int) -> Used:
    """Return what was used of a county's instrument, in a year and in all."""
    with engine.connect() as connection:
        asked = select(USES).where(USES.c.instrument == instrument_stream(county, rule)).order_by(USES.c.n)
        uses = rows(connection, asked)
        projects = among(connection, PROJECTS, [case_id(county, "project", row["project_no"]) for row in uses])
    return Used(
        projects=[row["project_no"] for row in uses],
        year_fen=_sum([row for row in uses if row["year"] == year], "amount_fen"),
        total_fen=_sum(uses, "amount_fen"),
        paid_fen=_sum(projects, "paid_fen"),
        households=_sum(uses, "households"),
        loans_fen=_sum(projects, "loans_fen"),
        in_fund_fen=_sum(projects, "in_fund_fen"),
    )


def _sum(found: list[Row], name: str) -> int:
    return sum(row[name] or 0 for row in found)
