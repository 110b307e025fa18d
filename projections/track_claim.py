"""The track of a claim: its lodging, its gates, those together that are open together, and its payment."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from domain.cases import CaseId, case_id
from domain.claim import CLAIM, NoSuchClaimError
from domain.claim_facts import (
    ClaimLodged,
    ClaimRejected,
    ClaimReturned,
    GatePassed,
    PaymentBounced,
    PaymentConfirmed,
    PaymentRefunded,
    PaymentSent,
)
from domain.claim_state import LODGE, ClaimState
from domain.policy.claims import VOUCHERS
from domain.terms import GateTerm
from projections.track_due import dues, last, running
from projections.track_shape import Answer, Due, Records, SentBack, Stage, State

SEND, CONFIRM, REFUND = "send", "confirm", "refunded"


class _Told:
    """What the facts of a claim tell and its state does not keep: each stage's last answer, and every return."""

    def __init__(self, facts: Sequence[Any]) -> None:
        """Go through the facts once, in order."""
        self.answers: dict[str, Answer] = {}
        self.backs: dict[str, list[SentBack]] = {}
        for fact in facts:
            match fact:
                case ClaimLodged():
                    self.answers[LODGE] = Answer.of(fact.act)
                case GatePassed():
                    self.answers[fact.gate] = Answer.of(fact.act, fact.opinion)
                case ClaimReturned():
                    self._back(fact.gate, SentBack(Answer.of(fact.act, fact.reason), LODGE))
                case ClaimRejected():
                    self._back(fact.gate, SentBack(Answer.of(fact.act, fact.reason), ""))
                case PaymentSent():
                    self.answers[SEND] = Answer.of(fact.act)
                case PaymentBounced():
                    self._back(CONFIRM, SentBack(Answer.of(fact.act, fact.reason), SEND))
                case PaymentConfirmed():
                    self.answers[CONFIRM] = Answer.of(fact.act, fact.bank_ref)
                case PaymentRefunded():
                    self.answers[REFUND] = Answer.of(fact.act, fact.reason)
                case _:
                    pass

    def _back(self, stage: str, sent: SentBack) -> None:
        self.backs.setdefault(stage, []).append(sent)


def of_claim(records: Records, case: CaseId, today: date) -> tuple[Stage, ...]:
    """Return the stages of a claim.

    Raises:
        NoSuchClaimError: If it was never lodged.
    """
    own = case_id(*case)
    state = records.read(CLAIM, own)
    if (lodged := state.lodged) is None:
        raise NoSuchClaimError(claim_no=case.no)
    terms, facts = lodged.terms, records.facts(own)
    told = _Told(facts)
    sent_back = _sent_back_by(facts) if state.returned or state.ended else ""
    gates = {gate.id: gate for gate in terms.gates}
    clocks = dues(records.engine, own, gates, today)
    papers = (VOUCHERS, *terms.papers)
    stages = [_stage(LODGE, LODGE, _lodging(state), told, post=terms.lodger, clause=terms.clause, papers=papers)]
    stages += [_gate(state, gate, told, clocks.get(id_, ()), sent_back) for id_, gate in gates.items()]
    stages.append(_stage(SEND, SEND, _sending(state), told, post=terms.payer, clause=terms.clause))
    stages.append(_stage(CONFIRM, CONFIRM, _confirming(state, told), told, post=terms.confirmer, clause=terms.clause))
    if state.refunded:
        refund = {"post": terms.confirmer, "clause": terms.clause, "named": "stage"}
        stages.append(_stage(REFUND, "refund", "done", told, **refund))
    return tuple(stages)


def _sent_back_by(facts: Sequence[Any]) -> str:
    """Return the gate that sent the claim back last, or rejected it; "" where none did."""
    return next((fact.gate for fact in reversed(facts) if isinstance(fact, ClaimReturned | ClaimRejected)), "")


def _stage(id_: str, kind: str, state: State, told: _Told, **more: Any) -> Stage:
    return Stage(
        id=id_,
        kind=kind,
        state=state,
        open=(id_,) if state == "current" else (),
        answer=told.answers.get(id_) if state == "done" else None,
        backs=tuple(told.backs.get(id_, ())),
        **more,
    )


def _gate(state: ClaimState, gate: GateTerm, told: _Told, clocks: Sequence[Due], sent_back: str) -> Stage:
    how = _gate_state(state, gate, sent_back)
    due = running(clocks) if how == "current" else last(clocks) if how in ("done", "returned") else None
    of = {"post": gate.post, "clause": gate.clause, "beside": gate.with_former, "papers": gate.papers}
    return _stage(gate.id, gate.kind, how, told, **of, term=gate.deadline, due=due, returns_to=(LODGE,))


def _gate_state(state: ClaimState, gate: GateTerm, sent_back: str) -> State:
    if gate.id in state.gates_passed:
        return "done"
    if gate.id == sent_back:
        return "returned"
    if state.ended:
        return "skipped"
    return "current" if gate in state.open_gates else "to_come"


def _lodging(state: ClaimState) -> State:
    return "current" if state.returned and not state.ended else "done"


def _sending(state: ClaimState) -> State:
    if state.ended:
        return "skipped"
    if state.sent or state.paid:
        return "done"
    return "current" if state.waits_for == SEND else "to_come"


def _confirming(state: ClaimState, told: _Told) -> State:
    if state.ended:
        return "skipped"
    if state.paid:
        return "done"
    if state.sent:
        return "current"
    return "returned" if CONFIRM in told.backs else "to_come"
