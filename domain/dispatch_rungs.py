"""How a ladder's rungs are taken (逐级督促): circular, interview with its limit, accountability, referral."""

from copy import deepcopy
from datetime import date

from domain.act import Act, Fact, RepeatDiffersError
from domain.dispatch_facts import CircularIssued, RectificationAnswered, ReferralDrafted, ReferralHandedOver, RungTaken
from domain.dispatch_refusals import (
    FiguresMissingError,
    LimitMissingError,
    NoLimitError,
    NoneToAnswerError,
    RungPaperError,
    RungWayError,
)
from domain.dispatch_requests import AnswerRectification, HandOverReferral, IssueCircular, TakeRung
from domain.dispatch_said import check_paper, month_of, unknown
from domain.dispatch_state import DispatchState, apply
from domain.dispatch_terms import LadderTerm, RoutineTerm, RungTerm, family
from domain.words import Both

# Effects that have a request of their own: they are for every subject that is due, not for one.
WAYS = {"circular": "dispatch.circular", "rank": "dispatch.rank", "referral": "dispatch.hand-over"}


def circular(state: DispatchState, act: Act, r: IssueCircular) -> tuple[Fact, ...]:
    """Return the circular, and the rung that it is for each subject that is due.

    Raises:
        RefusedError: If figures or its paper are missing, or nothing is due.
    """
    routine = state.terms.routine("circular")
    due = list(state.due("circular", act.occurred_on))
    rungs = {rung.id: rung for _, rung, _ in due}
    if routine is not None:
        _check_figures(state, routine)
        _check_once(state, routine, r)
        check_paper(routine, r.record)
    elif not due:
        raise NoneToAnswerError(subject=month_of(state), what="circular", clause=state.terms.policy.version)
    clause = routine.clause if routine else next(iter(rungs.values())).clause
    to = tuple(
        dict.fromkeys((*(routine.to if routine else ()), *(post for rung in rungs.values() for post in rung.to)))
    )
    issued = CircularIssued(act.under(clause), routine.id if routine else "", to, r.said, r.record)
    taken = (_taken(act, ladder, rung, subject, r.said) for ladder, rung, subject in due)
    return (issued, *taken)


def _taken(act: Act, ladder: LadderTerm, rung: RungTerm, subject: str, said: str) -> RungTaken:
    return RungTaken(act.under(rung.clause), ladder.id, rung.id, rung.effect, subject, said, rung.to)


def _check_figures(state: DispatchState, routine: RoutineTerm) -> None:
    """Check that a circular on the month's tasks has all their figures."""
    if family(routine.subject) != family(state.terms.task_subject):
        return
    # What is circulated each month is the month's tasks; another circular may be of what was found.
    monthly = routine.by_when is not None and routine.by_when.every == "month"
    missing = ", ".join(state.waits_for_figures) or ("dispatch.set-plan" if monthly and not state.tasks else "")
    if missing:
        what = "dispatch.circular"
        raise FiguresMissingError(month=month_of(state), missing=missing, what=what, clause=routine.clause)


def _check_once(state: DispatchState, routine: RoutineTerm, r: IssueCircular) -> None:
    monthly = routine.by_when is not None and routine.by_when.every == "month"
    if monthly and state.circulars and len(state.circulars) >= (routine.by_when.times if routine.by_when else 1):
        raise RepeatDiffersError(key=routine.id, recorded=state.circulars[-1].said, asked=r.said)


def take_rung(state: DispatchState, act: Act, r: TakeRung) -> tuple[Fact, ...]:
    """Return a rung taken on one subject; an interview may start the limit of the rung after it.

    Raises:
        RefusedError: If its order, trigger, wait or limit is not kept.
    """
    ladder, rung = rung_of(state, r.ladder, r.rung)
    if way := WAYS.get(rung.effect):
        raise RungWayError(rung=rung.id, effect=rung.effect, way=way, clause=rung.clause)
    if (before := state.taken.get((ladder.id, rung.id), {}).get(r.subject)) is not None:
        if (before.said, before.with_whom) != (r.said, r.with_whom):
            raise RepeatDiffersError(key=f"{rung.id} {r.subject}", recorded=before.said, asked=r.said)
        return ()
    if why_not := state.why_not(ladder, rung, r.subject, act.occurred_on):
        raise why_not
    if rung.effect == "interview" and not r.with_whom.strip():
        raise RungPaperError(what=rung.id, record="with_whom", clause=rung.clause)
    follows = limited_by(ladder, rung)
    by = _limit(act.occurred_on, rung, follows, r.rectify_by)
    clock = f"dispatch-{month_of(state)}-rectify-{len(state.rectifications) + 1}" if by else ""
    told = _told(_taken(act, ladder, rung, r.subject, r.said), r, by, clock if follows == rung else "")
    if follows is None or follows == rung:
        return (told,)
    after = deepcopy(state)
    apply(after, told)
    if why_not := after.why_not(ladder, follows, r.subject, act.occurred_on):
        raise why_not
    return (told, _told(_taken(act, ladder, follows, r.subject, r.said), r, by, clock))


def _told(taken: RungTaken, r: TakeRung, by: date | None, clock: str) -> RungTaken:
    """Return a rung with what was said beside."""
    return RungTaken(
        taken.act,
        taken.ladder,
        taken.rung,
        taken.effect,
        taken.subject,
        r.said,
        taken.to,
        r.with_whom,
        by,
        clock,
        r.record,
    )


def rung_of(state: DispatchState, ladder: str, rung: str) -> tuple[LadderTerm, RungTerm]:
    """Return a rung and its ladder.

    Raises:
        UnknownRuleError: If the county's rules have no such one.
    """
    known = state.terms.ladders
    found = next((one for one in known if one.id == ladder), None)
    if found is None:
        raise unknown(state, Both("逐级督促", "ladder"), ladder, [one.id for one in known])
    step = next((one for one in found.rungs if one.id == rung), None)
    if step is None:
        raise unknown(state, Both("层级", "rung"), rung, [one.id for one in found.rungs])
    return found, step


def limited_by(ladder: LadderTerm, rung: RungTerm) -> RungTerm | None:
    """Return the rung whose limit is set when *rung* is taken: its own, or the one that an interview starts (A-37)."""
    if rung.limit is not None and rung.limit.start != "interviewed":
        return rung
    after = ladder.rungs[ladder.rungs.index(rung) + 1 :][:1]
    starts = rung.effect == "interview" and after and after[0].limit and after[0].limit.start == "interviewed"
    return after[0] if starts else None


def _limit(on: date, rung: RungTerm, follows: RungTerm | None, asked: date | None) -> date | None:
    if follows is None or follows.limit is None or follows.limit.kind == "prompt":
        if asked is not None:
            raise NoLimitError(rung=rung.id, asked=asked, clause=rung.clause)
        return None
    if asked is None or asked <= on:
        raise LimitMissingError(rung=rung.id, on=on, asked=asked or "-", clause=follows.limit.clause)
    return asked


def answer(state: DispatchState, act: Act, r: AnswerRectification) -> tuple[Fact, ...]:
    """Return whether a rectification is done; what is not done may be found done later.

    Raises:
        RefusedError: If none waits.
    """
    told = state.rectifications.get((r.ladder, r.subject))
    if told is None or told.is_done:
        raise NoneToAnswerError(subject=r.subject, what="rectification", clause=state.terms.policy.version)
    if told.is_done is r.is_done:
        return ()
    clause = next(f.act.clause for of in state.taken.values() for f in of.values() if f.effect == "rectify")
    return (RectificationAnswered(act.under(clause), r.ladder, r.subject, r.is_done, r.said, r.record),)


def with_draft(state: DispatchState, act: Act, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Let the engine draft what may be referred from now on: every unit below its task (A-26)."""
    after = deepcopy(state)
    for fact in facts:
        apply(after, fact)
    drafts = []
    for ladder in state.terms.ladders:
        for rung in ladder.rungs:
            due = [s for of, one, s in after.due("referral", act.occurred_on) if (of, one) == (ladder, rung)]
            units = tuple(short for short in after.short() if short.subject in due)
            if units and (state.referral is None or state.referral.units != units):
                drafts.append(ReferralDrafted(act.under(rung.clause), ladder.id, rung.id, units, rung.to))
    return (*facts, *drafts)


def hand_over(state: DispatchState, act: Act, r: HandOverReferral) -> tuple[Fact, ...]:
    """Return that a person handed the drafted leads over.

    Raises:
        RefusedError: If none were drafted.
    """
    draft = state.referral
    if draft is None:
        raise NoneToAnswerError(subject=month_of(state), what="referral", clause=state.terms.policy.version)
    if (before := state.handed_over) is not None:
        if before.received_by != r.received_by:
            raise RepeatDiffersError(key=draft.rung, recorded=before.received_by, asked=r.received_by)
        return ()
    ladder, rung = rung_of(state, draft.ladder, draft.rung)
    units = tuple(unit.subject for unit in draft.units)
    handed = ReferralHandedOver(act.under(rung.clause), draft.to, r.received_by, units, r.record)
    return (handed, *(_taken(act, ladder, rung, unit, r.received_by) for unit in units))
