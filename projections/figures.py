"""The figures of a case (数字与状态) as plain values by name: what two answers about it are compared by."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, select

from domain.balances import ALLOTTED, Bucket
from domain.cases import kind_of
from domain.claim_state import ClaimState
from domain.fund_state import FundState
from domain.ledger import Read
from domain.plan_state import PlanState
from domain.project_state import ProjectState
from domain.registry import BY_KIND
from projections.cases import case as case_row
from projections.obligations import OBLIGATIONS


def figures(read: Read, engine: Engine, case: str) -> dict[str, Any]:
    """Return what a case says of itself: where it stands, what waits, its money in fen, what was passed, its deadlines.

    Names are paths, such as `portion/integrated/free_fen`, `passed/bank`, `deadline/fund-F1-arrival`.
    """
    decider = BY_KIND[kind_of(case)]
    state = read(decider, case)
    row = case_row(engine, case)
    found: dict[str, Any] = {"stage": decider.stage(state)}
    found |= {f"waits/{step.id}": step.post for step in decider.open_steps(state)}
    found |= row.money if row else {}
    found |= dict(_passed(state))
    if isinstance(state, FundState):
        found |= dict(_balances(state))
    return found | _deadlines(engine, case)


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs: each name with the value before and after, None where there was none."""
    names = dict.fromkeys((*before, *after))
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}


def _passed(state: Any) -> Iterator[tuple[str, Any]]:
    """Yield each gate, stage or step that let the case through."""
    match state:
        case ClaimState(lodged=lodged) if lodged:
            yield "version", lodged.version
            yield from ((f"passed/{gate.id}", True) for gate in lodged.terms.gates if gate.id in state.gates_passed)
        case PlanState(drafted=drafted) if drafted:
            yield "version", drafted.version
            yield from ((f"passed/{one.id}", True) for one in drafted.terms.stages[: state.passed])
        case ProjectState():
            yield from ((f"passed/{step}", on.isoformat()) for step, on in state.passed_on.items())


def _balances(state: FundState) -> Iterator[tuple[str, int]]:
    for pool, portion in state.balances.portions.items():
        came = "announced" if state.awaited else "received"  # Never mixed.
        sums = {came: portion.received, "withdrawn": portion.withdrawn, "allotted": portion.allotted}
        sums |= {"released": portion.released, **{bucket.value: portion.buckets[bucket] for bucket in Bucket}}
        yield from ((f"portion/{pool}/{name}_fen", fen) for name, fen in sums.items())
    for (pool, project_no), line in state.balances.lines.items():
        yield from ((f"line/{pool}/{project_no}/{bucket.value}_fen", line[bucket]) for bucket in ALLOTTED)


def _deadlines(engine: Engine, case: str) -> dict[str, str]:
    asked = select(OBLIGATIONS).where(OBLIGATIONS.c.case == case).order_by(OBLIGATIONS.c.obligation)
    with engine.connect() as connection:
        rows = list(connection.execute(asked).mappings())
    return {f"deadline/{row['obligation'].rpartition('/')[2]}": f"{row['stage']} {row['due_on']}" for row in rows}
