"""Claim (报账 / 支付申请): money reserved, gate after gate or some together, one successful payment.

A gate's answer is a signature over what the claim says (`contents.of_claim`); it falls when that is corrected.
"""

import msgspec

from domain import duties
from domain.act import Decider, Fact, OpenStep, RepeatDiffersError
from domain.cases import case_id
from domain.claim_correcting import (
    ClaimContentError,
    check_content,
    check_not_ended,
    check_under_way,
    correct,
    note_paper,
)
from domain.claim_facts import (
    COMMANDS,
    FACTS,
    AnswerGate,
    BouncePayment,
    ClaimCommand,
    ClaimLodged,
    ClaimMoved,
    ClaimPaperNoted,
    ClaimRejected,
    ClaimReturned,
    ClaimWithdrawn,
    ConfirmPayment,
    Correct,
    GatePassed,
    Lodge,
    Move,
    NotePaper,
    PaymentBounced,
    PaymentConfirmed,
    PaymentRefunded,
    PaymentSent,
    RefundPayment,
    SendPayment,
    Withdraw,
)
from domain.claim_state import ClaimState, apply
from domain.contents import of_claim
from domain.errors import RefusedError
from domain.moving import MOVE, Place, check_may_move
from domain.request import says_something
from domain.signing import (
    CORRECT,
    WITHDRAW,
)


class NoSuchClaimError(RefusedError):
    """An act on a claim that was never lodged."""

    zh = "没有报账 {claim_no}；先提交"
    en = "no such claim: {claim_no}; lodge it first"


class GateOrderError(RefusedError):
    """An answer to a gate or step that is not the open one."""

    zh = "报账 {claim_no} 现在等待的是 {open}，不是 {asked}；关口须按顺序（{clause}）"
    en = "claim {claim_no} waits for {open}, not for {asked}; gates hold in order ({clause})"


def judge(state: ClaimState, command: ClaimCommand) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if isinstance(command, NotePaper):
        return note_paper(state, command)
    if isinstance(command, Lodge):
        return _lodge(state, command)
    if state.lodged is None:
        raise NoSuchClaimError(claim_no="-")  # The stream knows its number, an empty state does not.
    lodged = state.lodged
    match command:
        case AnswerGate():
            return _answer_gate(state, lodged, command)
        case SendPayment(act, barred):
            _expect(state, lodged, "send")
            duties.check(act, "send", _all_excluded(state, "send", barred))
            return (PaymentSent(act, state.attempt + 1),)
        case BouncePayment(act, reason):
            _expect(state, lodged, "confirm")
            return (PaymentBounced(act, state.attempt, reason),)
        case ConfirmPayment(act, bank_ref):
            if state.paid and not state.refunded:
                if state.bank_ref != bank_ref:
                    key = f"payment of {lodged.claim_no}"
                    raise RepeatDiffersError(key=key, recorded=state.bank_ref, asked=bank_ref)
                return ()
            _expect(state, lodged, "confirm")
            return (PaymentConfirmed(act, state.attempt, bank_ref),)
        case RefundPayment(act, reason):
            _expect(state, lodged, "paid")
            return (PaymentRefunded(act, reason),)
        case Move():
            return (_move(state, lodged, command),)
        case Correct():
            return (correct(state, lodged, command),)
        case Withdraw(act, reason):
            check_under_way(state, lodged, WITHDRAW)
            return (ClaimWithdrawn(act, reason, tuple(gate.id for gate in state.open_gates)),)


def _lodge(state: ClaimState, c: Lodge) -> tuple[Fact, ...]:
    lodged = c.lodged
    check_not_ended(state, lodged, "lodge")
    if state.lodged is not None and not state.returned:
        raise GateOrderError(claim_no=lodged.claim_no, open=state.waits_for, asked="lodge", clause=lodged.terms.clause)
    check_content(lodged)
    if state.lodged is None:
        attached = (ClaimPaperNoted(c.act, name, paper.step, paper.digest) for name, paper in c.attached)
        return (msgspec.structs.replace(lodged, version=1), *attached)
    kept = state.signed.kept(lambda gate: of_claim(lodged, state.papers, gate), c.act) if lodged.terms.keeps else ()
    return (msgspec.structs.replace(lodged, version=state.lodged.version + 1, kept=tuple(one.step for one in kept)),)


def _answer_gate(state: ClaimState, lodged: ClaimLodged, c: AnswerGate) -> tuple[Fact, ...]:
    _expect(state, lodged, c.gate, gate=True)
    duties.check(c.act, c.gate, _all_excluded(state, c.gate, c.barred))
    if c.approve:
        return (GatePassed(c.act, c.gate, c.opinion),)
    if not says_something(c.opinion):
        wanted, clause = "a reason to return", lodged.terms.gates[state.passed].clause
        raise ClaimContentError(claim_no=lodged.claim_no, field="opinion", value="''", wanted=wanted, clause=clause)
    beside = tuple(gate.id for gate in state.open_gates if gate.id != c.gate)
    if c.end:
        return (ClaimRejected(c.act, c.gate, c.opinion, beside),)
    return (ClaimReturned(c.act, c.gate, c.opinion, beside),)


def _move(state: ClaimState, lodged: ClaimLodged, c: Move) -> ClaimMoved:
    before, case = lodged.terms, case_id(lodged.county, "claim", lodged.claim_no)
    check_may_move(case, before.policy, c.terms.policy, state.waits_for if state.paid or state.ended else "")
    if not state.returned:  # Lodged anew, it begins at the first gate anyway.
        waiting = [gate.id for gate in state.open_gates]
        place = Place(case, before.gates, state.gates_passed, waiting, state.waits_for)
        place.check_kept(c.terms.policy, c.terms.groups)
    return ClaimMoved(c.act, c.terms, before.policy, c.reason)


def excluded(state: ClaimState, step: str) -> dict[str, str]:
    """Return who may not take an open step, each with what was done before; its project bars others besides."""
    if state.lodged is None or not state.lodged.terms.separate_duties:
        return {}
    if step == "send":
        # Who passed a gate may send: the payment centre is a gate and the channel in one county.
        return dict(state.prepared)
    return dict(state.hands) if step in {gate.id for gate in state.lodged.terms.gates} else {}


def _all_excluded(state: ClaimState, step: str, barred: dict[str, str]) -> dict[str, str]:
    separate = state.lodged is not None and state.lodged.terms.separate_duties
    return {**barred, **excluded(state, step)} if separate else {}


def _expect(state: ClaimState, lodged: ClaimLodged, step: str, *, gate: bool = False) -> None:
    # A gate's answer is for a gate only, whatever the other steps are called.
    gates = [one.id for one in state.open_gates]
    if step not in gates if gate else gates or state.waits_for != step:
        raise GateOrderError(claim_no=lodged.claim_no, open=state.waits_for, asked=step, clause=lodged.terms.clause)


def open_steps(state: ClaimState) -> tuple[OpenStep, ...]:
    """Return the step that waits, or the gates that wait together, with the post that answers each."""
    if state.lodged is None or state.paid or state.ended:
        return ()
    if gates := state.open_gates:
        return tuple(OpenStep(gate.id, gate.post) for gate in gates)
    terms, step = state.lodged.terms, state.waits_for
    posts = {"lodge": terms.lodger, "send": terms.payer, "confirm": terms.confirmer}
    return (OpenStep(step, posts[step]),)


def also_allowed(state: ClaimState) -> tuple[str, ...]:
    """Return what may be asked of a claim although nobody waits for it: the refund of what is paid, else the move.

    A correction too, though it is refused once the money is out: with what would do, and on record.
    """
    if state.ended or state.lodged is None:
        return ()
    changed = (CORRECT, WITHDRAW)
    if state.paid:
        return changed if state.refunded else ("refund", *changed)
    return (MOVE, *changed)


CLAIM = Decider(
    "claim",
    ClaimState,
    judge,
    apply,
    COMMANDS,
    FACTS,
    open_steps,
    lambda s: s.waits_for,
    lambda s: s.paid or bool(s.ended),
    also_allowed,
    excluded=excluded,
)
