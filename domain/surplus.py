"""Surplus (结转结余): one sweep of a county's year: found, agreed, approved, moved by plans. It holds no money."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from domain import duties
from domain.act import CaseState, Decider, OpenStep
from domain.content import Attached, Content, with_paper
from domain.contents import of_surplus
from domain.errors import RefusedError
from domain.request import says_something
from domain.signing import Signature, Signatures
from domain.surplus_facts import (
    COMMANDS,
    FACTS,
    Agree,
    Call,
    Decide,
    Find,
    MoveSurplus,
    NotePaper,
    SurplusAgreed,
    SurplusApproved,
    SurplusClosed,
    SurplusCommand,
    SurplusFact,
    SurplusFound,
    SurplusMoved,
    SurplusPaperNoted,
    SurplusReturned,
    SweepCalled,
)

AGREE = "agree:"


class NoSuchSweepError(RefusedError):
    """An act on a sweep that nobody began."""

    zh = "没有清查 {sweep}；先清查并列出清单"
    en = "no such sweep: {sweep}; the list of what is left over comes first"


class SweepStepError(RefusedError):
    """An act that is not the open one: found, agreed, approved, moved."""

    zh = "清查 {sweep} 现在等待 {open}，不是 {asked}（{clause}）；须按清查、会签、批复、安排的顺序"
    en = "sweep {sweep} waits for {open}, not for {asked} ({clause}); found, agreed, approved, moved must come in order"


class SweepReasonError(RefusedError):
    """A list that is sent back without saying why."""

    zh = "清查 {sweep} 的清单退回须写明原因（{clause}）"
    en = "the list of sweep {sweep} is sent back without a reason ({clause}); it must say why"


class NothingMovedError(RefusedError):
    """A plan that took nothing of what the list has left."""

    zh = "计划 {plan_no} 没有动用清单 {sweep} 中尚余的资金：{left}（{clause}）；须由动用这些资金的计划来安排"
    en = "plan {plan_no} took nothing of what list {sweep} has left: {left} ({clause}); it must be a plan that does"


@dataclass
class SurplusState(CaseState):
    """One sweep, as far as it is."""

    called: SweepCalled | None = None
    found: SurplusFound | None = None
    agreed: dict[str, str] = field(default_factory=dict)  # Who agreed, by party.
    returned: bool = False
    approved: bool = False
    left: dict[tuple[str, str, str], int] = field(default_factory=dict)
    plans: set[str] = field(default_factory=set)
    is_closed: bool = False
    signed: Signatures = field(default_factory=Signatures)
    papers: dict[str, Attached] = field(default_factory=dict)  # Attached, by name.

    def content(self, step: str = "") -> Content:
        """Return what the list says to whoever signs a step."""
        return of_surplus(self.found, self.papers, step) if self.found else Content()

    def earlier(self, step: str) -> Iterator[Content]:
        """Yield what the list has ever said to whoever signs a step."""
        for said in self.signed.said:
            found, papers = said.parts
            yield of_surplus(found, papers, step)

    @property
    def no(self) -> str:
        """Return the sweep's number."""
        return f"{self.found.year}-{self.found.sweep}" if self.found else "-"


def judge(state: SurplusState, command: SurplusCommand) -> tuple[SurplusFact, ...]:
    """Return the facts of *command*."""
    if isinstance(command, Call):
        return () if state.called or state.found else (command.called,)
    if isinstance(command, NotePaper):
        return _note_paper(state, command)
    if isinstance(command, Find):
        return _find(state, command)
    if state.found is None:
        raise NoSuchSweepError(sweep="-")  # The stream knows its number, an empty state does not.
    match command:
        case Agree(act, party):
            _expect(state, state.found, f"agree:{party}")
            return (SurplusAgreed(act, party),)
        case Decide(act, approve, opinion, record):
            _expect(state, state.found, "approve")
            duties.check(act, "approve", excluded(state, "approve"))
            if approve:
                return (SurplusApproved(act, opinion, record),)
            if not says_something(opinion):
                raise SweepReasonError(sweep=state.no, clause=state.found.terms.clause)
            return (SurplusReturned(act, opinion),)
        case MoveSurplus():
            return _move(state, state.found, command)


def _find(state: SurplusState, c: Find) -> tuple[SurplusFact, ...]:
    found = c.found
    if state.found is not None and not state.returned:
        _expect(state, state.found, "find")
    if state.found is not None and found.terms.keeps:
        kept = state.signed.kept(lambda step: of_surplus(found, state.papers, step), c.act)
        found = msgspec.structs.replace(found, kept=tuple(one.act.post for one in kept if one.step.startswith(AGREE)))
    return (found,) if found.items else (found, SurplusClosed(c.act))


def _note_paper(state: SurplusState, c: NotePaper) -> tuple[SurplusFact, ...]:
    """Note a paper. What was decided and carried out stays decided: once something is moved, nothing falls."""
    paper, found = Attached(c.step, c.digest), state.found
    if state.papers.get(c.paper, Attached(c.step, "")) == paper:
        return ()
    if found is None:
        return (SurplusPaperNoted(c.act, c.paper, *paper),)
    attached = with_paper(state.papers, c.paper, paper)
    done = state.is_closed or state.plans or not found.terms.keeps
    fallen = () if done else state.signed.changed(lambda step: of_surplus(found, attached, step))
    changes = state.content().changes(of_surplus(found, attached))
    return (SurplusPaperNoted(c.act, c.paper, *paper, changes, tuple(one.named for one in fallen)),)


def _move(state: SurplusState, found: SurplusFound, c: MoveSurplus) -> tuple[SurplusFact, ...]:
    if c.plan_no in state.plans:
        return ()
    _expect(state, found, "move")
    moved = [
        msgspec.structs.replace(item, amount_fen=amount_fen)
        for item in c.taken
        if (amount_fen := min(state.left.get(item.key, 0), item.amount_fen))
    ]
    if not moved:
        left = ", ".join(f"{' '.join(part for part in key if part)} {fen}" for key, fen in state.left.items() if fen)
        raise NothingMovedError(plan_no=c.plan_no, sweep=state.no, left=left, clause=found.terms.clause)
    fact = SurplusMoved(c.act, c.plan_no, tuple(moved))
    over = sum(state.left.values()) == sum(item.amount_fen for item in moved)
    return (fact, SurplusClosed(c.act)) if over else (fact,)


def _expect(state: SurplusState, found: SurplusFound, step: str) -> None:
    waiting = [one.id for one in open_steps(state)]
    if step not in waiting:
        where = ", ".join(waiting) or "-"
        raise SweepStepError(sweep=state.no, open=where, asked=step, clause=found.terms.clause)


def apply(state: SurplusState, fact: SurplusFact) -> None:
    """Fold one fact into the state."""
    match fact:
        case SweepCalled():
            state.called = fact
        case SurplusFound():
            state.found, state.returned = fact, False
            state.agreed = {party: who for party, who in state.agreed.items() if party in fact.kept}
            state.left = {item.key: item.amount_fen for item in fact.items}
            state.signed.fall_but([f"{AGREE}{party}" for party in fact.kept], fact.act)
            _note(state)
        case SurplusAgreed():
            state.agreed[fact.party] = fact.act.person
            _sign(state, f"{AGREE}{fact.party}", fact)
        case SurplusReturned():
            state.returned = True
        case SurplusApproved():
            state.approved = True
            _sign(state, "approve", fact)
        case SurplusPaperNoted():
            state.papers = with_paper(state.papers, fact.paper, Attached(fact.step, fact.digest))
            state.signed.fall_named(fact.fallen, fact.act)
            for one in fact.fallen:
                state.agreed.pop(one.step.removeprefix(AGREE), None)
            state.approved = state.approved and all(one.step != "approve" for one in fact.fallen)
            _note(state)
        case SurplusMoved():
            state.plans.add(fact.plan_no)
            for item in fact.items:
                state.left[item.key] -= item.amount_fen
        case SurplusClosed():
            state.is_closed = True


def _sign(state: SurplusState, step: str, fact: SurplusAgreed | SurplusApproved) -> None:
    state.signed.sign(Signature(step, fact.act, state.content(step)))


def _note(state: SurplusState) -> None:
    if state.found:
        state.signed.note(state.found, state.papers)


def open_steps(state: SurplusState) -> tuple[OpenStep, ...]:
    """Return who is waited for: those who sweep together, then the body, then the lead until all is moved."""
    if state.is_closed:
        return ()
    if state.found is None:
        return (OpenStep("find", state.called.lead),) if state.called else ()
    terms = state.found.terms
    if state.returned:
        return (OpenStep("find", terms.lead),)
    if waiting := [party for party in terms.agreeing if party not in state.agreed]:
        return tuple(OpenStep(f"agree:{party}", party) for party in waiting)
    return (OpenStep("move", terms.lead),) if state.approved else (OpenStep("approve", terms.approver),)


def excluded(state: SurplusState, step: str) -> dict[str, str]:
    """Return who may not take an open step: whoever listed or agreed does not approve."""
    if state.found is None or step != "approve" or not state.found.terms.separate_duties:
        return {}
    return dict.fromkeys((*state.found.act.hands, *state.agreed.values()), "draft")


def stage(state: SurplusState) -> str:
    """Return where the sweep stands."""
    if state.is_closed:
        return "closed"
    return ", ".join(step.id for step in open_steps(state))


SURPLUS = Decider(
    "surplus",
    SurplusState,
    judge,
    apply,
    COMMANDS,
    FACTS,
    open_steps,
    stage,
    lambda s: s.is_closed,
    excluded=excluded,
    births=(SweepCalled,),
)
