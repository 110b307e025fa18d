"""Claim (报账 / 支付申请): money reserved, gate after gate or some together, one successful payment.

A gate's answer is a signature over what the claim says (`contents.of_claim`); it falls when that is corrected.
"""

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
    ClaimCorrected,
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
from domain.content import Attached, Content, with_paper
from domain.contents import of_claim
from domain.errors import RefusedError
from domain.moving import MOVE, Place, check_may_move
from domain.signing import (
    CLAUSE,
    CORRECT,
    REJECTED,
    WITHDRAW,
    WITHDRAWN,
    EndedError,
    NothingCorrectedError,
    Signature,
    Signatures,
    TooLateToCorrectError,
)
from domain.terms import GateTerm
from domain.words import Both

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
    signed: Signatures = field(default_factory=Signatures)
    papers: dict[str, Attached] = field(default_factory=dict)  # Attached, by name.
    reopened: dict[str, int] = field(default_factory=dict)  # How often a gate of this version was opened anew.
    ended: str = ""  # Rejected, withdrawn.

    def content(self, step: str = "") -> Content:
        """Return what it says to whoever signs a step."""
        return of_claim(self.lodged, self.papers, step) if self.lodged else Content()

    @property
    def passed(self) -> int:
        """Return how many of its gates have let the latest version through."""
        gates = self.lodged.terms.gates if self.lodged else ()
        return sum(gate.id in self.gates_passed for gate in gates)

    @property
    def open_gates(self) -> tuple[GateTerm, ...]:
        """Return the gates that wait: what is left of the first group that has not let it through whole."""
        if self.lodged is None or self.returned or self.ended:
            return ()
        groups = (tuple(g for g in group if g.id not in self.gates_passed) for group in self.lodged.terms.groups)
        return next((left for left in groups if left), ())

    @property
    def waits_for(self) -> str:
        """Return the id of the open step: lodge, a gate or several, send, confirm, or nothing."""
        if self.ended:
            return self.ended
        if self.lodged is None or self.returned:
            return "lodge"
        if gates := self.open_gates:
            return TOGETHER.join(gate.id for gate in gates)
        if self.paid:
            return "refunded" if self.refunded else "paid"
        return "confirm" if self.sent else "send"


def judge(state: ClaimState, command: ClaimCommand) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if isinstance(command, NotePaper):
        return _note_paper(state, command)
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
            return (_correct(state, lodged, command),)
        case Withdraw(act, reason):
            check_under_way(state, lodged, WITHDRAW)
            return (ClaimWithdrawn(act, reason, tuple(gate.id for gate in state.open_gates)),)


def _lodge(state: ClaimState, c: Lodge) -> tuple[Fact, ...]:
    lodged = c.lodged
    _check_not_ended(state, lodged, "lodge")
    if state.lodged is not None and not state.returned:
        raise GateOrderError(claim_no=lodged.claim_no, open=state.waits_for, asked="lodge", clause=lodged.terms.clause)
    _check_content(lodged)
    if state.lodged is None:
        attached = (ClaimPaperNoted(c.act, name, paper.step, paper.digest) for name, paper in c.attached)
        return (msgspec.structs.replace(lodged, version=1), *attached)
    kept = state.signed.kept(lambda gate: of_claim(lodged, state.papers, gate), c.act) if lodged.terms.keeps else ()
    return (msgspec.structs.replace(lodged, version=state.lodged.version + 1, kept=tuple(one.step for one in kept)),)


def _check_content(lodged: ClaimLodged) -> None:
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


def _correct(state: ClaimState, lodged: ClaimLodged, c: Correct) -> ClaimCorrected:
    check_under_way(state, lodged, CORRECT)
    if lodged.terms.separate_duties:
        duties.check(c.act, CORRECT, state.signed.hands())
    said = {"kind": c.kind, "lines": c.lines, "payee": c.payee, "vouchers": c.vouchers, "papers": c.papers}
    corrected = msgspec.structs.replace(lodged, **said)
    _check_content(corrected)
    if not (changes := state.content().changes(of_claim(corrected, state.papers))):
        raise NothingCorrectedError(case=_case(lodged), clause=CLAUSE)
    fallen = tuple(one.named for one in state.signed.changed(lambda gate: of_claim(corrected, state.papers, gate)))
    return ClaimCorrected(c.act, lodged.version, changes, fallen, c.reason, **said)  # type: ignore[arg-type]


def check_under_way(state: ClaimState, lodged: ClaimLodged, asked: str) -> None:
    """Check that a claim can still be corrected or taken back: lodged, by rules that say so, and its money not out.

    Raises:
        EndedError: If it was rejected or withdrawn.
        TooLateToCorrectError: If not, with what would do.
    """
    _check_not_ended(state, lodged, asked)
    at = {"case": _case(lodged), "asked": asked, "clause": CLAUSE}
    if state.returned and asked == CORRECT:
        instead = Both("修改后重新提交", "lodging it anew")
    elif state.paid:
        instead = Both("办理退款（refund）后另报", "a refund, and another claim,")
    elif state.sent:
        instead = Both("待银行答复：退汇后可更正，到账后办理退款", "the bank's answer: a bounce, or later a refund,")
    elif not lodged.terms.keeps:
        instead = Both("由关口退回后重新提交", "a gate's return")
    else:
        return
    raise TooLateToCorrectError(stage=state.waits_for, instead=instead, **at)


def _check_not_ended(state: ClaimState, lodged: ClaimLodged, asked: str) -> None:
    if state.ended:
        raise EndedError(case=_case(lodged), stage=state.ended, asked=asked)


def _note_paper(state: ClaimState, c: NotePaper) -> tuple[Fact, ...]:
    """Note a paper. What was decided and carried out stays decided: once the money is out, nothing falls."""
    paper, lodged = Attached(c.step, c.digest), state.lodged
    if state.papers.get(c.paper, Attached(c.step, "")) == paper:
        return ()
    if lodged is None:
        return (ClaimPaperNoted(c.act, c.paper, *paper),)
    now, attached = _put(lodged, state.papers, c.paper, paper), with_paper(state.papers, c.paper, paper)
    out = state.sent or state.paid or state.ended or not lodged.terms.keeps
    fallen = () if out else state.signed.changed(lambda gate: of_claim(now, attached, gate))
    changes = state.content().changes(of_claim(now, attached))
    return (ClaimPaperNoted(c.act, c.paper, *paper, changes, tuple(one.named for one in fallen)),)


def _put(lodged: ClaimLodged, attached: dict[str, Attached], name: str, paper: Attached) -> ClaimLodged:
    """Return the claim with a paper in the place of the one before it, where that is one of the claim's own."""
    before = attached.get(name)
    if before is None or not paper.digest:
        return lodged
    vouchers = tuple(paper.digest if digest == before.digest else digest for digest in lodged.vouchers)
    own = tuple(
        msgspec.structs.replace(one, digest=paper.digest) if one.digest == before.digest else one
        for one in lodged.papers
    )
    return msgspec.structs.replace(lodged, vouchers=vouchers, papers=own)


def _case(lodged: ClaimLodged) -> str:
    return case_id(lodged.county, "claim", lodged.claim_no)


def _answer_gate(state: ClaimState, lodged: ClaimLodged, c: AnswerGate) -> tuple[Fact, ...]:
    _expect(state, lodged, c.gate, gate=True)
    duties.check(c.act, c.gate, _all_excluded(state, c.gate, c.barred))
    if c.approve:
        return (GatePassed(c.act, c.gate, c.opinion),)
    if not c.opinion.strip():
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


def apply(state: ClaimState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case ClaimLodged():
            # A new version is reviewed afresh: but for those that are kept, the gates' earlier answers bind nobody.
            state.lodged, state.returned, state.gates_passed, state.reopened = fact, False, set(fact.kept), {}
            state.prepared |= dict.fromkeys(fact.act.hands, "lodge")
            state.signed.fall_but(fact.kept, fact.act)
            state.hands = state.prepared | state.signed.hands()
            _note(state)
        case GatePassed():
            state.gates_passed.add(fact.gate)
            state.hands |= dict.fromkeys(fact.act.hands, fact.gate)
            state.signed.sign(Signature(fact.gate, fact.act, state.content(fact.gate), _covers(state, fact.gate)))
        case ClaimCorrected():
            assert state.lodged is not None
            said = {"kind": fact.kind, "lines": fact.lines, "payee": fact.payee, "vouchers": fact.vouchers}
            before = state.open_gates
            state.prepared |= dict.fromkeys(fact.act.hands, "lodge")
            state.lodged = msgspec.structs.replace(state.lodged, **said, papers=fact.papers)
            _fell(state, fact, before)
        case ClaimPaperNoted():
            before, paper = state.open_gates, Attached(fact.step, fact.digest)
            if state.lodged:
                state.lodged = _put(state.lodged, state.papers, fact.paper, paper)
            state.papers = with_paper(state.papers, fact.paper, paper)
            _fell(state, fact, before)
        case ClaimRejected():
            state.ended = REJECTED
        case ClaimWithdrawn():
            state.ended = WITHDRAWN
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


def _covers(state: ClaimState, gate: str) -> tuple[str, ...]:
    gates = state.lodged.terms.gates if state.lodged else ()
    return next((one.covers for one in gates if one.id == gate), ())


def _note(state: ClaimState) -> None:
    gates = state.lodged.terms.gates if state.lodged else ()
    state.signed.note(state.content(step) for step in ("", *(gate.id for gate in gates)))


def _fell(state: ClaimState, fact: ClaimCorrected | ClaimPaperNoted, before: tuple[GateTerm, ...]) -> None:
    """Let the signatures fall that *fact* names: the claim waits at the first of their gates."""
    state.signed.fall_named(fact.fallen, fact.act)
    fell = {one.step for one in fact.fallen}
    state.gates_passed -= fell
    state.hands = state.prepared | state.signed.hands()
    _note(state)
    for gate in fell | ({gate.id for gate in before} - {gate.id for gate in state.open_gates}):
        state.reopened[gate] = state.reopened.get(gate, 0) + 1


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
