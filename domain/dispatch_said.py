"""What every act on a month's dispatch looks up: its month, a paper, a record that is kept, a rule of that id."""

from domain.dispatch_refusals import RungPaperError, UnknownRuleError
from domain.dispatch_state import DispatchState
from domain.dispatch_terms import RoutineTerm
from domain.words import Both


def month_of(state: DispatchState) -> str:
    """Return the month, for refusals."""
    return state.opened.month if state.opened else "-"


def check_paper(routine: RoutineTerm, record: str) -> None:
    """Check that a routine comes with its paper.

    Raises:
        RungPaperError: If it does not.
    """
    if routine.record and not record:
        raise RungPaperError(what=routine.id, record=routine.record, clause=routine.clause)


def kept_clause(state: DispatchState, of: str) -> str:
    """Return the clause of a record that is kept, or nothing."""
    kept = state.terms.keeping(of)
    return kept.clause if kept else ""


def unknown(state: DispatchState, what: Both, asked: str, known: list[str]) -> UnknownRuleError:
    """Return the refusal of something that the rules do not have, with what they have."""
    there = ", ".join(dict.fromkeys(known)) or "-"
    return UnknownRuleError(what=what, asked=asked, known=there, clause=state.terms.policy.version)
