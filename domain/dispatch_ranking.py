"""Ranking (排名): who did most of the month's task stands first, and who stands at the back.

Who has done the task is never at the back: the ladder is for who is slow. Of equal ones at the edge all are.
"""

from fractions import Fraction

from domain.act import Act, Fact, RepeatDiffersError
from domain.dispatch_facts import Placed, RankingMade, RungTaken
from domain.dispatch_refusals import FiguresMissingError, RungWayError, UnknownRuleError
from domain.dispatch_state import DispatchState
from domain.dispatch_terms import RankingTerm, family
from domain.words import Both


def ranking_term(state: DispatchState, ranking: str) -> RankingTerm:
    """Return the rule of a ranking.

    Raises:
        UnknownRuleError: If the county's rules have none of that id.
    """
    known = state.terms.rankings
    found = next((one for one in known if one.id == ranking), None)
    if found is None:
        there = ", ".join(one.id for one in known) or "-"
        raise UnknownRuleError(
            what=Both("排名", "ranking"), asked=ranking, known=there, clause=state.terms.policy.version
        )
    return found


def rank(state: DispatchState, act: Act, ranking: str) -> tuple[Fact, ...]:
    """Return the ranking, and the rungs that it takes on who is slow.

    Raises:
        RefusedError: If it is not one of the month's subjects, or a figure is missing.
    """
    term, terms = ranking_term(state, ranking), state.terms
    if family(term.subject) != family(terms.task_subject):
        raise RungWayError(rung=term.id, effect=term.subject, way="dispatch.do-routine", clause=term.clause)
    missing = ", ".join(state.waits_for_figures) or ("" if state.tasks else "dispatch.set-plan")
    if missing:
        month = state.opened.month if state.opened else ""
        raise FiguresMissingError(month=month, missing=missing, what="dispatch.rank", clause=term.clause)
    places = _places(state)
    made = RankingMade(act.under(term.clause), term.id, places, _back(state, term, places))
    if (before := state.rankings.get(term.id)) is not None:
        if before.places != places:
            raise RepeatDiffersError(key=term.id, recorded=len(before.places), asked=len(places))
        return ()
    return (made, *_rungs(state, act))


def _rungs(state: DispatchState, act: Act) -> tuple[Fact, ...]:
    due = state.due("rank", act.occurred_on)
    return tuple(
        RungTaken(act.under(rung.clause), ladder.id, rung.id, rung.effect, subject, rung.id, rung.to)
        for ladder, rung, subject in due
    )


def _places(state: DispatchState) -> tuple[Placed, ...]:
    rates = {subject: _rate(state, subject) for subject in state.tasks}
    ordered = sorted(rates, key=lambda subject: -rates[subject])  # Stable: equal ones in the order of the tasks.
    return tuple(
        Placed(
            subject,
            1 + sum(other > rates[subject] for other in rates.values()),
            state.tasks[subject].amount_fen,
            state.actuals[subject].amount_fen,
        )
        for subject in ordered
    )


def _rate(state: DispatchState, subject: str) -> Fraction:
    task, actual = state.tasks[subject], state.actuals[subject]
    return Fraction(actual.amount_fen, task.amount_fen) if task.amount_fen else Fraction(actual.is_done)


def _back(state: DispatchState, term: RankingTerm, places: tuple[Placed, ...]) -> tuple[str, ...]:
    if term.back_count is None:
        return ()
    worse = {placed.subject: sum(other.place > placed.place for other in places) for placed in places}
    return tuple(p.subject for p in places if worse[p.subject] < term.back_count and state.is_short(p.subject))
