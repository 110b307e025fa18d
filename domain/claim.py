"""Claim (报账 / 支付申请): money reserved, gate after gate or some together, one successful payment."""

from dataclasses import dataclass, field
from datetime import date

import msgspec

from domain import duties
from domain.act import CaseState, Decider, Fact, OpenStep, RepeatDiffersError
from domain.cases import case_id
from domain.claim_facts import (
    COMMANDS,
    FACTS,
    KINDS,
    AnswerGate,
    BouncePayment,
    ClaimCommand,
    ClaimLodged,
    ClaimMoved,
    ClaimReturned,
    ConfirmPayment,
    GatePassed,
    Lodge,
    Move,
    PaymentBounced,
    PaymentConfirmed,
    PaymentRefunded,
    PaymentSent,
    RefundPayment,
    SendPayment,
)
from domain.errors import RefusedError
from domain.moving import MOVE, Place, check_may_move
from domain.terms import GateTerm

TOGETHER = " + "  # Between the ids of gates that wait together; no id has a space.


class NoSuchClaimError(RefusedError):
    """An act on a claim that was never lodged."""

    zh = "没有报账 {claim_no}；先提交"
    en = "no such claim: {claim_no}; lodge it first"


class GateOrderError(RefusedError):
    """An answer to a gate or step that is not the open one."""

    zh = "报账 {claim_no} 现在等待的是 {open}，不是 {asked}；关口须按顺序（{clause}）"
    en = "claim {claim_no} waits for {open}, not for {asked}; gates hold in order ({clause})"


class ClaimContentError(RefusedError):
    """A claim that lacks what it must carry."""

    zh = "报账 {claim_no} 有误：{field}＝{value}；应为 {wanted}（{clause}）"
    en = "claim {claim_no} is wrong: {field} = {value}; wanted: {wanted} ({clause})"


@dataclass
class ClaimState(CaseState):
    """One claim: its latest version, the gates that it passed, and whose hands it went through."""

    lodged: ClaimLodged | None = None
    returned: bool = False
    gates_passed: set[str] = field(default_factory=set)  # Also such as a move left behind: none is passed twice.
    attempt: int = 0
    sent: bool = False
    paid: bool = False
    refunded: bool = False
    paid_on: date | None = None  # The stated days.
    refunded_on: date | None = None
    bank_ref: str = ""
    hands: dict[str, str] = field(default_factory=dict)
    # Who lodged any version. Kept apart: a gate may be called like a duty, and is a gate all the same.
    prepared: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> int:
        """Return how many of its gates have let the latest version through."""
        gates = self.lodged.terms.gates if self.lodged else ()
        return sum(gate.id in self.gates_passed for gate in gates)

    @property
    def open_gates(self) -> tuple[GateTerm, ...]:
        """Return the gates that wait: what is left of the first group that has not let it through whole."""
        if self.lodged is None or self.returned:
            return ()
        groups = (tuple(g for g in group if g.id not in self.gates_passed) for group in self.lodged.terms.groups)
        return next((left for left in groups if left), ())

    @property
    def waits_for(self) -> str:
        """Return the id of the open step: lodge, a gate or several, send, confirm, or nothing."""
        if self.lodged is None or self.returned:
            return "lodge"
        if gates := self.open_gates:
            return TOGETHER.join(gate.id for gate in gates)
        if self.paid:
            return "refunded" if self.refunded else "paid"
        return "confirm" if self.sent else "send"


def judge(state: ClaimState, command: ClaimCommand) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
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


def _lodge(state: ClaimState, c: Lodge) -> tuple[Fact, ...]:
    lodged = c.lodged
    if state.lodged is not None and not state.returned:
        raise GateOrderError(claim_no=lodged.claim_no, open=state.waits_for, asked="lodge", clause=lodged.terms.clause)
    keys = {(line.fund_no, line.pool) for line in lodged.lines}
    missing = [kind for kind in lodged.terms.papers if kind not in {paper.kind for paper in lodged.papers}]
    others = sorted({line.project_no for line in lodged.lines} - {lodged.project_no})
    for name, value, wrong, wanted in (
        ("kind", lodged.kind, lodged.kind not in KINDS, " / ".join(KINDS)),
        ("lines", len(lodged.lines), not keys or len(keys) < len(lodged.lines), "one line a portion, at least one"),
        ("amount_fen", min((x.amount_fen for x in lodged.lines), default=0),
         any(x.amount_fen <= 0 for x in lodged.lines), "above zero"),
        ("project_no", ", ".join(others), bool(others), f"lines for project {lodged.project_no} only"),
        ("payee", repr(lodged.payee), not lodged.payee.strip(), "a payee"),
        ("vouchers", len(lodged.vouchers), not lodged.vouchers, "at least one voucher's digest"),
        ("papers", ", ".join(paper.kind for paper in lodged.papers), bool(missing), f"{', '.join(missing)} too"),
        ("papers", "''", not all(paper.digest.strip() for paper in lodged.papers), "a digest for each paper"),
        ("vouchers", "''", not all(v.strip() for v in lodged.vouchers), "a digest for each voucher"),
    ):  # fmt: skip
        if wrong:
            raise ClaimContentError(
                claim_no=lodged.claim_no, field=name, value=value, wanted=wanted, clause=lodged.terms.clause
            )
    version = state.lodged.version + 1 if state.lodged else 1
    return (msgspec.structs.replace(lodged, version=version),)


def _answer_gate(state: ClaimState, lodged: ClaimLodged, c: AnswerGate) -> tuple[Fact, ...]:
    _expect(state, lodged, c.gate, gate=True)
    duties.check(c.act, c.gate, _all_excluded(state, c.gate, c.barred))
    if c.approve:
        return (GatePassed(c.act, c.gate, c.opinion),)
    if not c.opinion.strip():
        wanted, clause = "a reason to return", lodged.terms.gates[state.passed].clause
        raise ClaimContentError(claim_no=lodged.claim_no, field="opinion", value="''", wanted=wanted, clause=clause)
    return (ClaimReturned(c.act, c.gate, c.opinion),)


def _move(state: ClaimState, lodged: ClaimLodged, c: Move) -> ClaimMoved:
    before, case = lodged.terms, case_id(lodged.county, "claim", lodged.claim_no)
    check_may_move(case, before.policy, c.terms.policy, state.waits_for if state.paid else "")
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


def apply(state: ClaimState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case ClaimLodged():
            # A new version is reviewed afresh: the gates' earlier answers bind nobody.
            state.lodged, state.returned, state.gates_passed = fact, False, set()
            state.prepared |= dict.fromkeys(fact.act.hands, "lodge")
            state.hands = dict(state.prepared)
        case GatePassed():
            state.gates_passed.add(fact.gate)
            state.hands |= dict.fromkeys(fact.act.hands, fact.gate)
        case ClaimReturned():
            state.returned = True
        case PaymentSent():
            state.sent, state.attempt = True, fact.attempt
        case PaymentBounced():
            state.sent = False
        case PaymentConfirmed():
            state.paid, state.bank_ref, state.paid_on = True, fact.bank_ref, fact.act.occurred_on
        case PaymentRefunded():
            state.refunded, state.refunded_on = True, fact.act.occurred_on
        case ClaimMoved():
            assert state.lodged is not None
            state.lodged = msgspec.structs.replace(state.lodged, terms=fact.terms)
        case _:
            raise AssertionError(fact)


def open_steps(state: ClaimState) -> tuple[OpenStep, ...]:
    """Return the step that waits, or the gates that wait together, with the post that answers each."""
    if state.lodged is None or state.paid:
        return ()
    if gates := state.open_gates:
        return tuple(OpenStep(gate.id, gate.post) for gate in gates)
    terms, step = state.lodged.terms, state.waits_for
    posts = {"lodge": terms.lodger, "send": terms.payer, "confirm": terms.confirmer}
    return (OpenStep(step, posts[step]),)


def also_allowed(state: ClaimState) -> tuple[str, ...]:
    """Return what may be asked of a claim although nobody waits for it: the refund of what is paid, else the move."""
    if state.paid:
        return () if state.refunded else ("refund",)
    return (MOVE,) if state.lodged else ()


CLAIM = Decider(
    "claim",
    ClaimState,
    judge,
    apply,
    COMMANDS,
    FACTS,
    open_steps,
    lambda s: s.waits_for,
    lambda s: s.paid,
    also_allowed,
    excluded=excluded,
)
