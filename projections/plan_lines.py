"""View `plan_lines` (计划明细): each line of each plan, and what became of its money: released, claimed, paid.

Funds and projects know a line by its place: fund, pool and project. Where several plans gave money to one place, what
is claimed and paid of it counts for the plan that took effect first (decision 58).
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, MetaData, String, Table

from domain.balances import Bucket, Move, Portion
from domain.cases import case_id, kind_of, parse_case
from domain.plan import PLAN
from domain.plan_facts import PlanCorrected, PlanDrafted, PlanInForce
from domain.plan_state import PlanState
from domain.terms import Line
from projections.batch import Batch, Logged
from projections.book import Book
from projections.fund_moves import Holds, moved
from projections.view import View

TABLES = MetaData()
PLANS = Table(
    "view_plans",
    TABLES,
    Column("plan", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("plan_no", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("corrections", Integer, nullable=False),
    Column("adjusts", Boolean, nullable=False),  # It takes money of earlier plans back (计划调整).
    Column("reason", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("drafted_on", Date, nullable=False),
    Column("in_force_on", Date),
)
LINES = Table(
    "view_plan_lines",
    TABLES,
    Column("plan", String, primary_key=True),
    Column("cut", Boolean, primary_key=True),  # It takes money back.
    Column("place", String, primary_key=True, index=True),
    Column("number", Integer, nullable=False),
    Column("fund_no", String, nullable=False),
    Column("pool", String, nullable=False),
    Column("project_no", String, nullable=False, index=True),
    Column("amount_fen", BigInteger, nullable=False),
    Column("change", String, nullable=False),
)
# What a plan's line has of its place, in the order in which plans took effect.
MONEY = Table(
    "view_plan_money",
    TABLES,
    Column("place", String, primary_key=True),
    Column("plan_no", String, primary_key=True),
    Column("number", Integer, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in ("allotted_fen", "released_fen", "claimed_fen", "paid_fen")),
)
HOLDS = Holds("view_plan_holds", TABLES)
_CLAIMED = (Bucket.RESERVED, Bucket.SENT, Bucket.PAID)


def take(book: Book, batch: Batch) -> None:
    """Note how each plan stands, by its own decider; and what each movement of a fund is to the plans' lines."""
    for entry in batch.entries:
        if kind_of(entry.stream) == "fund":
            _move(book, entry)
    for stream in batch.streams():
        if kind_of(stream) == "plan":
            _plan(book, batch, stream)


VIEW = View("plan_lines", 1, TABLES, frozenset({"plan", "fund"}), take)


def place_of(county: str, fund_no: str, pool: str, project_no: str) -> str:
    """Return the place that a line of money has: its fund's case, the pool, the project."""
    return f"{case_id(county, 'fund', fund_no)} {pool} {project_no}"


def _plan(book: Book, batch: Batch, plan: str) -> None:
    state: PlanState = batch.state(plan)
    drafted, known = state.drafted, book.get(PLANS, plan)
    if drafted is None:
        return
    facts = [entry.fact for entry in batch.entries_of(plan)]
    in_force_on = [fact.act.occurred_on for fact in facts if isinstance(fact, PlanInForce)]
    first = known["drafted_on"] if known else facts[0].act.occurred_on
    row = {
        "plan": plan,
        "county": drafted.county,
        "plan_no": drafted.plan_no,
        "year": drafted.year,
        "title": drafted.title,
        "version": drafted.version,
        "corrections": (known["corrections"] if known else 0) + sum(isinstance(f, PlanCorrected) for f in facts),
        "adjusts": bool(drafted.cuts),
        "reason": drafted.reason,
        "stage": PLAN.stage(state),
        "closed": PLAN.closed(state),
        "drafted_on": first,
        "in_force_on": in_force_on[-1] if in_force_on else known["in_force_on"] if known else None,
    }
    book.put(PLANS, row)
    if any(isinstance(fact, PlanDrafted | PlanCorrected) for fact in facts):
        book.replace(LINES, plan, _lines(plan, drafted))


def _lines(plan: str, drafted: PlanDrafted) -> list[dict[str, Any]]:
    """Return the lines and the cuts; two of one place are one."""
    portions = [{(line.fund_no, line.pool) for line in part} for part in (drafted.lines, drafted.cuts)]
    moves = portions[0] & portions[1]
    rows: dict[tuple[bool, str], dict[str, Any]] = {}
    for cut, part in ((False, drafted.lines), (True, drafted.cuts)):
        for line in part:
            place = place_of(drafted.county, line.fund_no, line.pool, line.project_no)
            told = {"plan": plan, "cut": cut, "place": place, "number": len(rows) + 1, "amount_fen": 0}
            told |= {"fund_no": line.fund_no, "pool": line.pool, "project_no": line.project_no}
            told["change"] = _change(line, moves, cut=cut, adjusts=bool(drafted.cuts))
            rows.setdefault((cut, place), told)["amount_fen"] += line.amount_fen
    return list(rows.values())


def _change(line: Line, moves: set[tuple[str, str]], *, cut: bool, adjusts: bool) -> str:
    """Return what a line of an adjustment does; money that goes from project to project within a portion is moved."""
    if not adjusts:
        return ""
    if (line.fund_no, line.pool) in moves:
        return "move"
    return "drop" if cut else "add"


def _move(book: Book, entry: Logged) -> None:
    by_place: dict[tuple[str, str], list[Move]] = {}
    for move in HOLDS.moves(book, entry):
        if move.project_no:
            by_place.setdefault((move.pool, move.project_no), []).append(move)
    county, _, fund_no = parse_case(entry.stream) if by_place else ("", "", "")
    for (pool, project_no), moves in by_place.items():
        change = moved(moves)
        place, plan_no = place_of(county, fund_no, pool, project_no), getattr(entry.fact, "plan_no", "")
        if plan_no:
            _give(book, place, plan_no, change)
        elif change.allotted:
            _take_back(book, place, -change.allotted)
        claimed_fen = sum(change.buckets[bucket] for bucket in _CLAIMED)
        _use(book, place, claimed_fen, change.buckets[Bucket.PAID])


def _give(book: Book, place: str, plan_no: str, change: Portion) -> None:
    known = book.get(MONEY, place, plan_no)
    if known is None:
        number = 1 + sum(1 for _ in book.rows(MONEY, place))
        known = {"place": place, "plan_no": plan_no, "number": number}
        known |= dict.fromkeys(("allotted_fen", "released_fen", "claimed_fen", "paid_fen"), 0)
    given = {"allotted_fen": change.allotted, "released_fen": change.released}
    book.put(MONEY, known | {name: known[name] + fen for name, fen in given.items()})


def _in_order(book: Book, place: str) -> list[dict[str, Any]]:
    return sorted(book.rows(MONEY, place), key=lambda row: row["number"])


def _take_back(book: Book, place: str, amount_fen: int) -> None:
    """Take released money back from a place: from the latest plan first, as of announced money."""
    for row in reversed(_in_order(book, place)):
        taken = min(amount_fen, row["released_fen"])
        less = {name: row[name] - taken for name in ("allotted_fen", "released_fen")}
        book.put(MONEY, {**row, **less})
        amount_fen -= taken


def _use(book: Book, place: str, claimed_fen: int, paid_fen: int) -> None:
    """Count what is claimed and paid of a place, after it changed by so much, for the earliest plans' lines."""
    rows = _in_order(book, place)
    claimed_fen += sum(row["claimed_fen"] for row in rows)
    paid_fen += sum(row["paid_fen"] for row in rows)
    for row in rows:
        claimed, paid = min(claimed_fen, row["released_fen"]), min(paid_fen, row["released_fen"])
        book.put(MONEY, {**row, "claimed_fen": claimed, "paid_fen": paid})
        claimed_fen, paid_fen = claimed_fen - claimed, paid_fen - paid
