"""What is entered as done in a month, who signs its report, and how its record goes on file (归档)."""

from collections.abc import Iterator

from domain.act import Act, Fact, RepeatDiffersError
from domain.dispatch_facts import MonthClosed, ReportSigned, RoutineDone
from domain.dispatch_refusals import MonthStillOpenError, NotTogetherError
from domain.dispatch_requests import CloseMonth, DoRoutine, SignReport
from domain.dispatch_said import check_paper, month_of, unknown
from domain.dispatch_state import DispatchState
from domain.dispatch_terms import RoutineTerm
from domain.words import Both


def do_routine(state: DispatchState, act: Act, r: DoRoutine) -> tuple[Fact, ...]:
    """Return that a routine was done.

    Raises:
        RefusedError: If its partners or its paper are missing.
    """
    routine = routine_of(state, r.routine)
    there = {*r.took_part, act.post}
    if missing := [post for post in routine.together_with if post not in there]:
        asked = ", ".join(r.took_part) or "-"
        raise NotTogetherError(routine=routine.id, needed=", ".join(missing), asked=asked, clause=routine.clause)
    check_paper(routine, r.record)
    ranked = next((one for one in state.terms.rankings if one.subject == "county"), None)
    if r.place is not None and (routine.topic != "assessment" or ranked is None):
        raise unknown(state, Both("本县名次", "ranking of the county"), str(r.place), [])
    done = RoutineDone(
        act.under(routine.clause),
        routine.id,
        routine.topic,
        r.subject,
        r.said,
        r.took_part,
        routine.to,
        r.place,
        r.record,
    )
    return (done,)


def routine_of(state: DispatchState, routine: str) -> RoutineTerm:
    """Return a routine that is entered as done.

    Raises:
        UnknownRuleError: If there is none, or it has a request of its own.
    """
    known = [one for one in state.terms.routines if one.topic not in ("task", "circular", "watch", "report")]
    found = next((one for one in known if one.id == routine), None)
    if found is None:
        raise unknown(state, Both("定期工作", "routine"), routine, [one.id for one in known])
    return found


def sign(state: DispatchState, act: Act, r: SignReport) -> tuple[Fact, ...]:
    """Return a signature under the month's report.

    Raises:
        RefusedError: If the same person signed another paper.
    """
    kept = state.terms.keeping("report")
    assert kept is not None  # Or the procedure would have named nobody who signs.
    before = state.signed.get(act.person)
    if before is not None and before != r.record:
        raise RepeatDiffersError(key=kept.id, recorded=before, asked=r.record)
    return () if before else (ReportSigned(act.under(kept.clause), kept.id, r.record),)


def close(state: DispatchState, act: Act, r: CloseMonth) -> tuple[Fact, ...]:
    """Return that the month's record is on file, with what was missed and left.

    Raises:
        RefusedError: If something must be done first.
    """
    kept = state.terms.keeping("dispatch")
    if left := tuple(_left_open(state, r)):
        what, clause = left[0]
        raise MonthStillOpenError(month=month_of(state), left=what, clause=clause)
    clause = kept.clause if kept else state.terms.policy.version
    rungs = tuple(f"{ladder.id}.{rung.id}: {subject}" for ladder, rung, subject in state.due("", act.occurred_on))
    return (MonthClosed(act.under(clause), r.record, tuple(missed(state)), rungs),)


def missed(state: DispatchState) -> Iterator[str]:
    """Yield the month's routines that were not done as often as the rules say."""
    for routine in state.terms.routines:
        if routine.by_when and routine.by_when.every == "month" and state.routines[routine.id] < routine.by_when.times:
            yield routine.id


def _left_open(state: DispatchState, r: CloseMonth) -> Iterator[tuple[str, str]]:
    clause = state.terms.tasks.clause if state.terms.tasks else ""
    yield from ((f"dispatch.enter-actuals {subject}", clause) for subject in state.waits_for_figures)
    if state.referral and state.handed_over is None:
        yield "dispatch.hand-over", state.referral.act.clause
    for (ladder, subject), told in state.rectifications.items():
        if told.is_done is None:
            yield f"dispatch.answer-rectification {subject}", ladder
    if (kept := state.terms.keeping("problems")) is not None:
        bare = (problem.no for problem in state.problems.values() if not problem.proposal.strip())
        yield from ((f"dispatch.find-problem {no}: proposal", kept.clause) for no in bare)
    if (kept := state.terms.keeping("report")) is not None:
        count = sum(record == r.record for record in state.signed.values())
        if count < kept.signatures:
            yield f"dispatch.sign {count}/{kept.signatures}", kept.clause
