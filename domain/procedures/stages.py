"""Days to approve a plan (审批时限): the clock of each body, from the moment at which the plan reaches it."""

from collections.abc import Iterator

from domain.ledger import Step
from domain.plan import PLAN
from domain.plan_facts import BindMinutes, Correct, Cosign, DecideStage, Draft, NotePaper, Withdraw
from domain.plan_state import DECIDE, PlanState
from domain.procedures import clocks
from domain.procedures.asking import Asking
from domain.terms import DeadlineTerm


def stage_clocks(asking: Asking, command: Draft | DecideStage | BindMinutes | Cosign) -> Iterator[Step]:
    """Yield the end of the clock of the stage that *command* answers, and the start of the next one's."""
    left = _stage_clock(asking.read(PLAN, asking.own))
    after = asking.after(PLAN, asking.own, command)
    entered = _stage_clock(after)
    if after.drafted is None or (left and entered and left[0] == entered[0]):
        return
    if left:
        yield from clocks.meet(asking, left[0], "answer")
    if entered:
        yield from clocks.start(asking, *entered, command.act.occurred_on, after.drafted.terms.policy)


def reopened(asking: Asking, command: Correct | Withdraw | NotePaper, reason: str) -> Iterator[Step]:
    """Yield the end of the clock of a stage that waits no more, and the start of that of one that waits again."""
    left = _stage_clock(asking.read(PLAN, asking.own))
    after = asking.after(PLAN, asking.own, command)
    entered = _stage_clock(after)
    if left and entered and left[0] == entered[0]:
        return
    if left:
        yield from clocks.drop(asking, left[0], reason)
    if entered and after.drafted:
        yield from clocks.start(asking, *entered, command.act.occurred_on, after.drafted.terms.policy)


def _stage_clock(state: PlanState) -> tuple[str, DeadlineTerm | None] | None:
    """Return the clock of the stage whose body is to decide; a plan that is drafted anew has clocks of its own.

    Whatever the rules say by now: one that runs is met, though the plan was moved to rules that count no days.
    """
    drafted = state.drafted
    if drafted is None or not state.waits_for.startswith(f"{DECIDE}:"):
        return None
    term = drafted.terms.stages[state.passed]
    again = f"-{state.reopened[term.id] + 1}" if term.id in state.reopened else ""
    return f"plan-{drafted.plan_no}-v{drafted.version}-{term.id}{again}", term.deadline
