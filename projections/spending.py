"""View `spending`: who carries out which project, what funds gave it, and each claim's payment by its stated day.

What was paid in a month, to whom, is counted of it when it is read (`spending_read.py`), and so is which projects had
money of a year.
"""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Date, Integer, MetaData, String, Table

from domain.cases import kind_of, parse_case
from domain.claim_state import ClaimState
from domain.fund_facts import AllotmentReduced, MoneyAllotted, MoneyUnallotted, Share
from domain.project_state import ProjectState
from domain.yearbook import FundEntered, ProjectBanked
from projections.batch import Batch, Logged
from projections.book import Book
from projections.view import View

TABLES = MetaData()
PROJECTS = Table(
    "view_spending_projects",
    TABLES,
    Column("project", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("project_no", String, nullable=False),
    Column("name", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("township", String, nullable=False),
    Column("of_class", String, nullable=False),
    Column("target", String),
    Column("accepted_on", Date),
    Column("allotted_fen", BigInteger, nullable=False),
    Column("paid_fen", BigInteger, nullable=False),
    Column("loans_fen", BigInteger, nullable=False),  # That a risk fund stands for.
    Column("in_fund_fen", BigInteger),  # What is in a risk fund; None of what is none.
)
# Those that were paid, also if the money came back.
CLAIMS = Table(
    "view_spending_claims",
    TABLES,
    Column("claim", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("claim_no", String, nullable=False),
    Column("project_no", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("payee", String, nullable=False),
    Column("funds", JSON, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("bank_ref", String, nullable=False),
    Column("paid_on", Date, nullable=False, index=True),
    Column("refunded_on", Date, index=True),
)
LINES = Table(
    "view_spending_lines",
    TABLES,
    Column("fund", String, primary_key=True),
    Column("pool", String, primary_key=True),
    Column("project_no", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    # Where the line began: the fact, and its place in it.
    Column("position", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("allotted_fen", BigInteger, nullable=False),
)
# What a county's yearbooks name: funds, and projects that entered the bank.
YEARS = Table(
    "view_spending_years",
    TABLES,
    Column("book", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("no", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("place", Integer, nullable=False),
)


def take(book: Book, batch: Batch) -> None:
    """Write down projects and paid claims as they stand; of funds and years, fact by fact, what they add."""
    for entry in batch.entries:
        _add(book, entry)
    for stream in batch.streams():
        match kind_of(stream):
            case "project":
                _put_project(book, stream, batch.state(stream))
            case "claim":
                _put_claim(book, stream, batch.state(stream))


VIEW = View("spending", 1, TABLES, frozenset({"project", "claim", "fund", "year"}), take)


def _put_project(book: Book, stream: str, state: ProjectState) -> None:
    registered, money, loans = state.registered, state.money, state.loans
    if registered is None:
        return
    target = state.checks.target
    row = {
        "name": registered.name,
        "unit": registered.unit,
        "township": registered.township,
        "of_class": registered.use,
        "target": target.target if target else None,
        "accepted_on": state.passed_on.get("accept"),
        "allotted_fen": money.allotted,
        "paid_fen": money.paid,
        "loans_fen": sum(loans.open.values()),
        "in_fund_fen": loans.fund_fen(money.paid) if loans.known else None,
    }
    county, _, no = parse_case(stream)
    book.put(PROJECTS, {"project": stream, "county": county, "project_no": no, **row})


def _put_claim(book: Book, stream: str, state: ClaimState) -> None:
    lodged = state.lodged
    if lodged is None or state.paid_on is None:
        return
    row = {
        "project_no": lodged.project_no,
        "kind": lodged.kind,
        "payee": lodged.payee,
        "funds": list(dict.fromkeys(line.fund_no for line in lodged.lines)),
        "amount_fen": lodged.amount_fen,
        "bank_ref": state.bank_ref,
        "paid_on": state.paid_on,
        "refunded_on": state.refunded_on,
    }
    county, _, no = parse_case(stream)
    book.put(CLAIMS, {"claim": stream, "county": county, "claim_no": no, **row})


def _add(book: Book, entry: Logged) -> None:
    match entry.fact:
        case MoneyAllotted(shares=shares):
            for place, share in enumerate(shares):
                _allot(book, entry, share, place, share.amount_fen)
        case MoneyUnallotted(share=share) | AllotmentReduced(share=share):
            _allot(book, entry, share, 0, -share.amount_fen)
        case FundEntered(fund_no=no):
            _enter(book, entry, "fund", no)
        case ProjectBanked(project_no=no):
            _enter(book, entry, "project", no)


def _allot(book: Book, entry: Logged, share: Share, place: int, amount_fen: int) -> None:
    key = entry.stream, share.pool, share.project_no
    if known := book.get(LINES, *key):
        book.put(LINES, {**known, "allotted_fen": known["allotted_fen"] + amount_fen})
        return
    began = {"county": parse_case(entry.stream).county, "position": entry.position, "place": place}
    named: dict[str, Any] = {"fund": entry.stream, "pool": share.pool, "project_no": share.project_no}
    book.put(LINES, {**named, **began, "allotted_fen": amount_fen})


def _enter(book: Book, entry: Logged, kind: str, no: str) -> None:
    county, _, year = entry.stream.split("/")
    named = {"book": entry.stream, "kind": kind, "no": no, "county": county}
    book.put(YEARS, {**named, "year": int(year), "place": entry.version})
