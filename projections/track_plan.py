"""The track of a plan: its draft, each body's approval with meeting and minutes, in force, released in each fund."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from domain.cases import CaseId, case_id
from domain.cosigning import COSIGN
from domain.fund import FUND
from domain.ledger import Read
from domain.meeting import MEETING
from domain.plan import PLAN, NoSuchPlanError
from domain.plan_facts import (
    MinutesBound,
    PlanCosigned,
    PlanDrafted,
    PlanInForce,
    PlanRejected,
    PlanReturned,
    ReleaseNoted,
    StageDecided,
)
from domain.plan_state import DECIDE, MINUTES, PlanState
from domain.terms import StageTerm
from projections.track_due import dues, last, running
from projections.track_shape import Answer, CoSigner, Due, Part, Records, SentBack, Sitting, Stage, State

DRAFT, IN_FORCE, RELEASE = "draft", "in force", "release"


class _Told:
    """What the facts of a plan tell and its state does not keep: who drafted, decided, filed, sent back, released."""

    def __init__(self, facts: Sequence[Any]) -> None:
        """Go through the facts once, in order."""
        self.drafted: Answer | None = None
        self.signed: dict[str, Answer] = {}
        self.decided: dict[str, StageDecided] = {}
        self.filed: dict[str, MinutesBound] = {}
        self.backs: dict[str, list[SentBack]] = {}
        self.sent_back = ""  # By which stage the plan was sent back, or rejected, last.
        self.in_force: Answer | None = None
        self.released: dict[str, Answer] = {}
        for fact in facts:
            self._take(fact)

    def _take(self, fact: Any) -> None:
        match fact:
            case PlanDrafted():
                self.drafted, self.sent_back = Answer.of(fact.act), ""
            case PlanCosigned():
                self.signed[fact.act.post] = Answer.of(fact.act, fact.opinion)
            case StageDecided():
                self.decided[fact.stage] = fact
                self.filed.pop(fact.stage, None)
            case MinutesBound():
                self.filed[fact.stage] = fact
            case PlanReturned() | PlanRejected():
                to = DRAFT if isinstance(fact, PlanReturned) else ""
                back = SentBack(Answer.of(fact.act, fact.opinion), to)
                self.backs.setdefault(fact.stage, []).append(back)
                self.sent_back = fact.stage
            case PlanInForce():
                self.in_force = Answer.brought(fact.act)
            case ReleaseNoted():
                self.released[fact.fund_no] = Answer.of(fact.act)


def of_plan(records: Records, case: CaseId, today: date) -> tuple[Stage, ...]:
    """Return the stages of a plan.

    Raises:
        NoSuchPlanError: If it was never drafted.
    """
    own = case_id(*case)
    state = records.read(PLAN, own)
    if state.drafted is None:
        raise NoSuchPlanError(plan_no=case.no)
    told, terms = _Told(records.facts(own)), state.drafted.terms
    clocks = dues(records.engine, own, (term.id for term in terms.stages), today)
    return (
        _draft(state, told),
        *(
            _approval(records.read, case.county, state, told, at, clocks.get(term.id, ()))
            for at, term in enumerate(terms.stages)
        ),
        _in_force(state, told),
        _release(records, case, state, told, today),
    )


def _draft(state: PlanState, told: _Told) -> Stage:
    assert state.drafted is not None
    terms, waits = state.drafted.terms, state.waits_for
    stand = state.cosigned.by.get(DRAFT, {})
    return Stage(
        id=DRAFT,
        kind=DRAFT,
        state="current" if waits in (DRAFT, COSIGN) else "done",
        post=terms.drafter,
        clause=state.drafted.act.clause,
        open=(waits,) if waits in (DRAFT, COSIGN) else (),
        answer=told.drafted if waits != DRAFT else None,
        together=tuple(CoSigner(post, told.signed.get(post) if post in stand else None) for post in terms.together),
    )


def _approval(read: Read, county: str, state: PlanState, told: _Told, at: int, clocks: Sequence[Due]) -> Stage:
    assert state.drafted is not None
    term: StageTerm = state.drafted.terms.stages[at]
    how = _state(state, told, term, at)
    decided = told.decided.get(term.id)
    sitting = decided if how == "done" or (how == "current" and state.awaits_minutes) else None
    return Stage(
        id=f"{DECIDE}:{term.id}",
        kind="approve",
        state=how,
        post=term.body,
        clause=term.clause,
        open=(state.waits_for,) if how == "current" else (),
        answer=Answer.of(sitting.act, sitting.opinion) if sitting else None,
        backs=tuple(told.backs.get(term.id, ())),
        sitting=_sitting(read, county, sitting, told.filed.get(term.id)) if sitting else None,
        returns_to=(DRAFT,),
        record=term.record,
        papers=(MINUTES,) if term.record == MINUTES else (),
        term=term.deadline,
        due=running(clocks) if how == "current" else last(clocks) if how in ("done", "returned") else None,
    )


def _state(state: PlanState, told: _Told, term: StageTerm, at: int) -> State:
    if told.sent_back == term.id and (state.returned or state.ended):
        return "returned"
    if at < state.passed or term.id in state.ahead:
        return "done" if term.id in told.decided else "skipped"
    if state.ended:
        return "skipped"
    waits = state.waits_for in (f"{DECIDE}:{term.id}", f"{MINUTES}:{term.id}")
    return "current" if waits else "to_come"


def _sitting(read: Read, county: str, decided: StageDecided, bound: MinutesBound | None) -> Sitting:
    # Where a body decides without a meeting of its own, nothing of one is on record.
    held = read(MEETING, case_id(county, "meeting", decided.meeting_no)).held if decided.meeting_no else None
    return Sitting(
        meeting_no=decided.meeting_no,
        held_on=held.held_on if held else None,
        present=held.present if held else 0,
        quorum=held.quorum if held else 0,
        minutes=bound.digest if bound else "",
        filed=Answer.of(bound.act) if bound else None,
    )


def _in_force(state: PlanState, told: _Told) -> Stage:
    how: State = "done" if state.in_force else "skipped" if state.ended else "to_come"
    return Stage(IN_FORCE, "in_force", how, named="stage", answer=told.in_force if state.in_force else None)


def _release(records: Records, case: CaseId, state: PlanState, told: _Told, today: date) -> Stage:
    assert state.drafted is not None
    at_once = state.drafted.terms.at_once
    parts = _parts(records, case, state, told, today)
    how: State = "to_come"
    if state.ended:
        how = "skipped"
    elif state.in_force:
        how = "current" if any(part.step for part in parts) else "done"
    waiting = [part.due for part in parts if part.step and part.due]
    return Stage(
        id=RELEASE,
        kind=RELEASE,
        state=how,
        post=next((part.post for part in parts if part.post), ""),
        answer=told.in_force if at_once and how == "done" else None,
        due=running(waiting),
        parts=parts,
        done_fen=sum(part.done_fen for part in parts),
        of_fen=sum(part.amount_fen for part in parts),
    )


def _parts(records: Records, case: CaseId, state: PlanState, told: _Told, today: date) -> tuple[Part, ...]:
    """Return what each fund gives to the plan, and how far its release is: it waits in the fund's own case."""
    assert state.drafted is not None
    asked: dict[str, int] = {}
    for line in state.drafted.lines:
        asked[line.fund_no] = asked.get(line.fund_no, 0) + line.amount_fen
    parts = []
    for fund_no, asked_fen in asked.items():
        fund = case_id(case.county, "fund", fund_no)
        of_fund = records.read(FUND, fund)
        # Once it is allotted, what stands of it: a later plan may have taken some of it back.
        shares = of_fund.plans.get(case.no)
        amount_fen = sum(share.amount_fen for share in shares) if shares is not None else asked_fen
        released = case.no in of_fund.released
        waits = f"release:{case.no}" if case.no in of_fund.waiting_plans and not of_fund.awaited else ""
        waits = waits or ("arrive" if case.no in of_fund.waiting_plans else "")
        post = of_fund.received.terms.releaser if of_fund.received else ""
        answer = told.released.get(fund_no) or (told.in_force if released else None)
        due = running(dues(records.engine, fund, [waits], today).get(waits, ())) if waits else None
        parts.append(
            Part(
                case=fund,
                no=fund_no,
                amount_fen=amount_fen,
                done_fen=amount_fen if released else 0,
                on=answer.on if answer else None,
                answer=answer,
                step=waits,
                post=of_fund.registrar if waits == "arrive" else post,
                due=due,
            )
        )
    return tuple(parts)
