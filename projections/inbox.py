"""View `inbox`: what waits for whom: every open step of every case, since which day, until which.

Who may take a step is no part of it: `domain/procedures/candidates.py` is asked when it is read. Until when comes from
the deadlines that watch the step, who has it from its handling; both are kept beside, in tables of this view's own.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, MetaData, String, Table

from domain.calendar import day_of
from domain.cases import CaseId, kind_of, parse_case
from domain.handling import HANDLING, HandlingState
from domain.obligation import OBLIGATION
from domain.obligation_state import ObligationState
from domain.project_state import ProjectState
from domain.registry import BY_KIND
from projections.batch import WAITING, Batch
from projections.book import Book, Row
from projections.inbox_clocks import earliest, watched
from projections.inbox_steps import of_case, of_step
from projections.view import View

TABLES = MetaData()
INBOX = Table(
    "view_inbox",
    TABLES,
    Column("of_case", String, primary_key=True),  # The case itself; of a deadline that waits by itself: its case.
    Column("case", String, primary_key=True, index=True),
    Column("step", String, primary_key=True),
    Column("post", String, primary_key=True, index=True),
    Column("county", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("project", String, nullable=False, index=True),  # Whose work it is about; "" where of none.
    Column("stage", String, nullable=False),
    Column("amount_fen", BigInteger),
    Column("signed", JSON, nullable=False),
    Column("still", JSON, nullable=False),
    Column("names", JSON, nullable=False),  # By which the county's own deadlines name the step.
    Column("since", Date, nullable=False),
    Column("due_on", Date, index=True),
    Column("paused", Boolean, nullable=False),
    Column("clock", String, nullable=False),
    Column("person", String, nullable=False, index=True),
    Column("by_person", String, nullable=False),
    Column("asked", String, nullable=False, index=True),
    Column("advised", JSON, nullable=False),
)
CLOCKS = Table(
    "view_inbox_clocks",
    TABLES,
    Column("case", String, primary_key=True),
    Column("obligation", String, primary_key=True),
    Column("conditions", JSON, nullable=False),  # Those that are still waited for.
    Column("responsible", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("since", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("paused", Boolean, nullable=False),
)
HANDS = Table(
    "view_inbox_hands",
    TABLES,
    Column("case", String, primary_key=True),
    Column("step", String, primary_key=True),
    Column("post", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("by_person", String, nullable=False),
    Column("asked", String, nullable=False),
    Column("advised", JSON, nullable=False),
)
PROJECTS = Table(
    "view_inbox_projects",
    TABLES,
    Column("project", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("township", String, nullable=False),
    Column("village", String, nullable=False),
)
KINDS = WAITING | {HANDLING.kind}
_NOBODY: Row = {"person": "", "by_person": "", "asked": "", "advised": []}
_NO_CLOCK: Row = {"due_on": None, "paused": False, "clock": ""}


def take(book: Book, batch: Batch) -> None:
    """Write down what each case waits for after the batch, until when, and who has it."""
    touched: dict[str, list[Row] | None] = {}
    for stream in batch.streams():
        kind, state = kind_of(stream), batch.state(stream)
        if kind == OBLIGATION.kind:
            touched.setdefault(_note_clock(book, stream, state, batch))
        elif kind == HANDLING.kind:
            touched.setdefault(_note_hands(book, state))
        else:
            touched[stream] = _steps(book, stream, batch)
    for case, rows in touched.items():
        _join(book, case, [row for row in book.rows(INBOX, case) if row["case"] == case] if rows is None else rows)


VIEW = View("inbox", 2, TABLES, KINDS, take)


def _note_clock(book: Book, stream: str, state: ObligationState, batch: Batch) -> str:
    """Keep a deadline while conditions of it are waited for, and return the case that it is about."""
    assert state.opened is not None
    case = state.opened.case
    left = [step.id for step in batch.steps(stream)[-1]]
    if not left:
        book.drop(CLOCKS, case, stream)
        return case
    row = {
        "case": case,
        "obligation": stream,
        "conditions": left,
        "responsible": state.opened.responsible,
        "stage": OBLIGATION.stage(state),
        "since": day_of(state.opened.act.recorded_at),
        "due_on": state.opened.due_on,
        "paused": state.paused_on is not None,
    }
    book.put(CLOCKS, row)
    return case


def _note_hands(book: Book, state: HandlingState) -> str:
    """Keep who has which step of a case, and return the case."""
    rows = (
        {
            "case": state.of_case,
            "step": step,
            "post": post,
            "person": held.holder,
            "by_person": held.by,
            "asked": held.asked,
            "advised": list(held.advised),
        }
        for (step, post), held in state.steps.items()
    )
    book.replace(HANDS, state.of_case, rows)
    return state.of_case


def _steps(book: Book, stream: str, batch: Batch) -> list[Row]:
    """Return the rows of a case's open steps, each with the day of record of the fact that opened it."""
    case, state = parse_case(stream), batch.state(stream)
    if isinstance(state, ProjectState) and (registered := state.registered):
        place = {name: getattr(registered, name) for name in ("name", "unit", "township", "village")}
        book.put(PROJECTS, {"project": stream, **place})
    since = _since(book, stream, batch)
    steps = dict.fromkeys(batch.steps(stream)[-1])
    common = {**of_case(case, state), "stage": BY_KIND[case.kind].stage(state)} if steps else {}
    return [
        {
            "of_case": stream,
            "case": stream,
            "step": step.id,
            "post": step.post,
            "since": since[step.id, step.post],
            **common,
            **of_step(case, state, step, steps),
        }
        for step in steps
    ]


def _since(book: Book, stream: str, batch: Batch) -> dict[tuple[str, str], date]:
    since = {(row["step"], row["post"]): row["since"] for row in book.rows(INBOX, stream) if row["case"] == stream}
    for entry, steps in zip(batch.entries_of(stream), batch.steps(stream), strict=True):
        on = day_of(entry.fact.act.recorded_at)
        since = {(step.id, step.post): since.get((step.id, step.post), on) for step in steps}
    return since


def _join(book: Book, case: str, rows: list[Row]) -> None:
    """Bring a case's rows together with the deadlines that watch them, and with who has them."""
    clocks, hands = list(book.rows(CLOCKS, case)), {(one["step"], one["post"]): one for one in book.rows(HANDS, case)}
    steps = {row["step"]: row["names"] for row in rows}
    watches = {clock["obligation"]: watched(clock, steps) for clock in clocks}
    made = [
        {
            **row,
            **_until(earliest(clock for clock in clocks if row["step"] in watches[clock["obligation"]])),
            **{name: hands.get((row["step"], row["post"]), _NOBODY)[name] for name in _NOBODY},
        }
        for row in rows
    ]
    alone = (row for clock in clocks if not watches[clock["obligation"]] for row in _of_clock(case, clock))
    book.replace(INBOX, case, [*made, *alone])


def _until(clock: Row | None) -> Row:
    return {"due_on": clock["due_on"], "paused": clock["paused"], "clock": clock["obligation"]} if clock else _NO_CLOCK


def _of_clock(case: str, clock: Row) -> Iterator[Row]:
    """Yield what a deadline waits for that is no open step of its case."""
    of = CaseId(*case.split("/", 2))
    common = {"of_case": case, "case": clock["obligation"], "county": of.county, "kind": OBLIGATION.kind}
    about = {"title": case, "project": case if of.kind == "project" else "", "stage": clock["stage"]}
    for condition in clock["conditions"]:
        row = {**common, **about, "step": condition, "post": clock["responsible"], "since": clock["since"]}
        yield {**row, **_until(clock), **_NOBODY, "amount_fen": None, "signed": [], "still": [], "names": []}
