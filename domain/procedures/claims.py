"""What is asked of a claim: lodging, each gate's answer, and the payment, over all its portions at once."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import attrgetter

from domain import duties, fund_facts
from domain.act import Act
from domain.cases import CaseId, case_id
from domain.claim import CLAIM, NoSuchClaimError
from domain.claim_facts import (
    AnswerGate,
    BouncePayment,
    ClaimLodged,
    ClaimTerms,
    ConfirmPayment,
    Correct,
    Lodge,
    RefundPayment,
    SendPayment,
    Withdraw,
)
from domain.claim_state import ClaimState
from domain.correcting_requests import CorrectClaim, WithdrawClaim
from domain.errors import RefusedError
from domain.ledger import Read, Step
from domain.policy.claims import VOUCHERS
from domain.procedures import attached, bans, clocks, instruments, projects
from domain.procedures.asking import Asking, NoRuleStatedError, Rules, counted
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import NoteClaim, NoteClaimAnew, NotePayment, NoteRefund, UnnoteClaim
from domain.requests import AnswerGate as AnswerGateRequest
from domain.requests import BouncePayment as BounceRequest
from domain.requests import ConfirmPayment as ConfirmRequest
from domain.requests import LodgeClaim
from domain.requests import RefundPayment as RefundRequest
from domain.requests import SendPayment as SendRequest
from domain.signing import CLAUSE
from domain.terms import GateTerm, Line

CONTRACTOR = "contractor"


class PayeeError(RefusedError):
    """Money that goes straight to the contractor was asked for somebody else (资金直达第三方)."""

    zh = "报账 {claim_no} 的收款人是 {payee}；按规定资金直达合同单位 {contractor}（{clause}）"
    en = "claim {claim_no} names payee {payee}; the money goes straight to the contractor {contractor} ({clause})"


def lodge(asking: Asking, request: LodgeClaim) -> Iterator[Step]:
    """Lodge a claim: it holds its money from now on, and waits at its first gate."""
    before = asking.read(CLAIM, asking.own)
    # Lodged anew, a claim keeps the rules that it began under.
    terms = terms_of(asking.rules(before.lodged.terms.policy if before.lodged else None))
    asking.needs_post(terms.lodger, "lodge a claim", terms.clause)
    act, no = asking.act.under(terms.clause), asking.case.no
    vouchers, papers = attached.papers_of_claim(asking, request, terms.papers)
    lodged = ClaimLodged(
        act,
        asking.case.county,
        no,
        1,
        request.project_no,
        request.kind,
        request.lines,
        request.payee,
        vouchers,
        terms,
        papers,
    )
    check_payee(asking, terms, lodged)
    command = Lodge(act, lodged, attached.before(asking))
    yield Step(asking.own, command)
    after = asking.after(CLAIM, asking.own, command)
    assert after.lodged is not None
    note = NoteClaim(act, no, request.kind, lodged.amount_fen)
    yield from projects.bring(asking, request.project_no, note)
    version = after.lodged.version
    for fund_no, shares in _by_fund(request.lines, request.project_no):
        reserve = fund_facts.Reserve(act, fund_no, no, version, shares)
        yield Step(asking.stream("fund", fund_no), reserve)
    yield from gate_clocks(asking, before, after)


def terms_of(rules: Rules) -> ClaimTerms:
    """Return the rules that a claim runs under.

    Raises:
        NoRuleStatedError: If the county's text names no gates.
    """
    claims = rules.profile.claims
    if claims is None or not claims.gates:
        raise NoRuleStatedError(question="which gates does a claim pass?", key="claims.gates")
    gates = tuple(
        GateTerm(
            g.id,
            g.post or "",
            g.kind,
            g.clause,
            counted(g.deadline, ("answer",), g.post),
            g.with_former,
            g.papers,
            g.binds,
        )
        for g in claims.gates
    )
    return ClaimTerms(
        policy=rules.ref,
        lodger=claims.lodger or "",
        gates=gates,
        payer=claims.payer or "",
        confirmer=claims.confirmer or "",
        payee=claims.payee or "",
        clause=claims.clause,
        separate_duties=rules.engine.duties.separate,
        answerable=claims.answerable or "",
        papers=tuple(paper for paper in claims.papers if paper != VOUCHERS),
        keeps=rules.keeps(begins_anew=claims.begins_anew),
    )


def _by_fund(lines: tuple[Line, ...], project_no: str) -> list[tuple[str, tuple[fund_facts.Share, ...]]]:
    ordered = sorted(lines, key=attrgetter("fund_no", "pool"))
    return [
        (fund_no, tuple(fund_facts.Share(line.pool, project_no, line.amount_fen) for line in of_fund))
        for fund_no, of_fund in groupby(ordered, key=attrgetter("fund_no"))
    ]


def _state(asking: Asking) -> tuple[ClaimState, ClaimLodged]:
    state = asking.read(CLAIM, asking.own)
    if state.lodged is None:
        raise NoSuchClaimError(claim_no=asking.case.no)
    return state, state.lodged


def _clock_no(state: ClaimState, gate: str) -> str:
    """Return the clock of a gate; one that is opened again after a correction has a clock of its own."""
    assert state.lodged is not None
    again = f"-{state.reopened[gate] + 1}" if gate in state.reopened else ""
    return f"claim-{state.lodged.claim_no}-v{state.lodged.version}-{gate}{again}"


def gate_clocks(asking: Asking, before: ClaimState, after: ClaimState) -> Iterator[Step]:
    """Start the clocks of the gates that are open from now on, all at once."""
    if (lodged := after.lodged) is None:
        return
    waited = [gate.id for gate in before.open_gates]
    for gate in (gate for gate in after.open_gates if gate.id not in waited):
        no = _clock_no(after, gate.id)
        yield from clocks.start(asking, no, gate.deadline, asking.act.occurred_on, lodged.terms.policy)


def barred(read: Read, case: CaseId) -> dict[str, str]:
    """Return who prepared a claim's project, and so decides nothing of the claim."""
    lodged = read(CLAIM, case_id(*case)).lodged
    if lodged is None:
        return {}
    return duties.prepared(read(PROJECT, case_id(case.county, "project", lodged.project_no)).hands)


def answer(asking: Asking, request: AnswerGateRequest) -> Iterator[Step]:
    """Answer an open gate: the claim goes on once all that are open have, or back with what it held given back."""
    state, lodged = _state(asking)
    gate = next((one for one in state.open_gates if one.id == request.gate), None)
    clause = gate.clause if gate else lodged.terms.clause
    if gate is not None:
        asking.needs_post(gate.post, gate.id, clause)
        if request.approve:
            attached.check_papers(asking, gate)
    act = asking.act.under(clause)
    others = barred(asking.read, asking.case)
    command = AnswerGate(act, request.gate, request.approve, request.opinion, others, request.end)
    after = asking.after(CLAIM, asking.own, command)
    yield Step(asking.own, command)
    yield from clocks.meet(asking, _clock_no(state, request.gate), "answer")
    if not (after.returned or after.ended):
        yield from gate_clocks(asking, state, after)
        return
    yield from _drop_clocks(asking, state, f"{request.gate}: {request.opinion}", but=request.gate)
    yield from _give_back(asking, lodged, act)


def _drop_clocks(asking: Asking, state: ClaimState, reason: str, but: str = "") -> Iterator[Step]:
    for gate in (one for one in state.open_gates if one.id != but):
        # There is nothing left to answer there.
        yield from clocks.drop(asking, _clock_no(state, gate.id), reason)


def _give_back(asking: Asking, lodged: ClaimLodged, act: Act) -> Iterator[Step]:
    yield from projects.bring(asking, lodged.project_no, UnnoteClaim(act, lodged.claim_no))
    yield from _each_fund(asking, lodged, fund_facts.Free, act)


def withdraw(asking: Asking, request: WithdrawClaim) -> Iterator[Step]:
    """Take a claim back before its money is out, for the post that lodged it; what it held is given back."""
    state, lodged = _state(asking)
    asking.needs_post(lodged.terms.lodger, "take a claim back", lodged.terms.clause)
    act = asking.act.under(CLAUSE)
    command = Withdraw(act, request.reason)
    asking.after(CLAIM, asking.own, command)
    yield Step(asking.own, command)
    yield from _drop_clocks(asking, state, request.reason)
    if not state.returned:
        yield from _give_back(asking, lodged, act)


def correct(asking: Asking, request: CorrectClaim) -> Iterator[Step]:
    """Correct a claim under way, for the post that lodged it: it holds other money, and waits where a signature fell.

    An empty field of the request leaves what there is.
    """
    state, lodged = _state(asking)
    terms = lodged.terms
    asking.needs_post(terms.lodger, "correct a claim", terms.clause)
    lines, kind = request.lines or lodged.lines, request.kind or lodged.kind
    said = (request.payee or lodged.payee, request.vouchers or lodged.vouchers, request.papers or lodged.papers)
    act = asking.act.under(CLAUSE)
    command = Correct(act, kind, lines, *said, request.reason)
    after = asking.after(CLAIM, asking.own, command)
    assert after.lodged is not None
    check_payee(asking, terms, after.lodged)
    yield Step(asking.own, command)
    if (kind, after.lodged.amount_fen) != (lodged.kind, lodged.amount_fen):
        note = NoteClaimAnew(act, lodged.claim_no, kind, after.lodged.amount_fen)
        yield from projects.bring(asking, lodged.project_no, note)
    yield from _hold_other(asking, act, lodged, after.lodged)
    yield from reopened(asking, state, after, request.reason)


def reopened(asking: Asking, before: ClaimState, after: ClaimState, reason: str) -> Iterator[Step]:
    """Start the clocks of the gates that a change opens again, and give up those of gates that wait no more."""
    waits = {gate.id for gate in after.open_gates}
    for gate in (gate for gate in before.open_gates if gate.id not in waits):
        yield from clocks.drop(asking, _clock_no(before, gate.id), reason)
    yield from gate_clocks(asking, before, after)


def _hold_other(asking: Asking, act: Act, before: ClaimLodged, after: ClaimLodged) -> Iterator[Step]:
    held, wanted = (dict(_by_fund(of.lines, of.project_no)) for of in (before, after))
    for fund_no in sorted(held.keys() | wanted.keys()):
        stream, no = asking.stream("fund", fund_no), after.claim_no
        if fund_no not in wanted:
            yield Step(stream, fund_facts.Free(act, fund_no, no))
        elif fund_no not in held:
            yield Step(stream, fund_facts.Reserve(act, fund_no, no, after.version, wanted[fund_no]))
        elif held[fund_no] != wanted[fund_no]:
            yield Step(stream, fund_facts.ReserveAnew(act, fund_no, no, after.version, wanted[fund_no]))


def check_payee(asking: Asking, terms: ClaimTerms, lodged: ClaimLodged) -> None:
    """Check whom a claim pays, as lodged and as corrected.

    Raises:
        RefusedError: If it is somebody else than the rules say.
    """
    project = asking.read(PROJECT, asking.stream("project", lodged.project_no))
    if project.registered is None:
        raise NoSuchProjectError(project_no=lodged.project_no)
    bans.check(asking, lodged.project_no, "payment")
    if terms.payee == CONTRACTOR and project.contractor not in ("", lodged.payee):
        raise PayeeError(
            claim_no=asking.case.no, payee=lodged.payee, contractor=project.contractor, clause=terms.clause
        )
    instruments.check_payee(asking.case.no, lodged, project.registered)


def _each_fund(
    asking: Asking, lodged: ClaimLodged, command: Callable[[Act, str, str], fund_facts.FundCommand], act: Act
) -> Iterator[Step]:
    for fund_no, _ in _by_fund(lodged.lines, lodged.project_no):
        yield Step(asking.stream("fund", fund_no), command(act, fund_no, lodged.claim_no))


def pay(asking: Asking, request: SendRequest | BounceRequest | ConfirmRequest | RefundRequest) -> Iterator[Step]:
    """Send, bounce, confirm or refund: the claim, its funds and its project move together."""
    _, lodged = _state(asking)
    terms, no = lodged.terms, lodged.claim_no
    act = asking.act.under(terms.clause)
    match request:
        case SendRequest():
            asking.needs_post(terms.payer, "send a payment", terms.clause)
            yield Step(asking.own, SendPayment(act, barred(asking.read, asking.case)))
            yield from _each_fund(asking, lodged, fund_facts.Send, act)
        case BounceRequest(reason=reason):
            asking.needs_post(terms.confirmer, "enter the bank's answer", terms.clause)
            yield Step(asking.own, BouncePayment(act, reason))
            yield from _each_fund(asking, lodged, fund_facts.Bounce, act)
        case ConfirmRequest(bank_ref=bank_ref):
            asking.needs_post(terms.confirmer, "enter the bank's answer", terms.clause)
            yield Step(asking.own, ConfirmPayment(act, bank_ref))
            yield from _each_fund(asking, lodged, fund_facts.Confirm, act)
            yield from projects.bring(asking, lodged.project_no, NotePayment(act, no))
            if lodged.kind == "retention":
                yield from clocks.meet(asking, f"project-{lodged.project_no}-retention", "paid")
        case RefundRequest(reason=reason):
            asking.needs_post(terms.confirmer, "enter a refund", terms.clause)
            yield Step(asking.own, RefundPayment(act, reason))
            yield from _each_fund(asking, lodged, fund_facts.Refund, act)
            yield from projects.bring(asking, lodged.project_no, NoteRefund(act, no))
