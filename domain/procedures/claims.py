"""What is asked of a claim: lodging, each gate's answer, and the payment, over all its portions at once."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import attrgetter

from domain import duties, fund_facts
from domain.act import Act
from domain.cases import CaseId, case_id
from domain.claim import CLAIM, ClaimState, NoSuchClaimError
from domain.claim_facts import (
    AnswerGate,
    BouncePayment,
    ClaimLodged,
    ClaimTerms,
    ConfirmPayment,
    Lodge,
    RefundPayment,
    SendPayment,
)
from domain.errors import RefusedError
from domain.ledger import Read, Step
from domain.policy.claims import VOUCHERS
from domain.procedures import attached, bans, clocks, instruments, projects
from domain.procedures.asking import Asking, NoRuleStatedError, Rules, counted
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import NoteClaim, NotePayment, NoteRefund, UnnoteClaim
from domain.requests import AnswerGate as AnswerGateRequest
from domain.requests import BouncePayment as BounceRequest
from domain.requests import ConfirmPayment as ConfirmRequest
from domain.requests import LodgeClaim
from domain.requests import RefundPayment as RefundRequest
from domain.requests import SendPayment as SendRequest
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
    project = asking.read(PROJECT, asking.stream("project", request.project_no))
    if project.registered is None:
        raise NoSuchProjectError(project_no=request.project_no)
    bans.check(asking, request.project_no, "payment")
    if terms.payee == CONTRACTOR and project.contractor not in ("", request.payee):
        raise PayeeError(
            claim_no=asking.case.no, payee=request.payee, contractor=project.contractor, clause=terms.clause
        )
    instruments.check_payee(asking.case.no, request, project.registered)
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
    command = Lodge(act, lodged)
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
            g.id, g.post or "", g.kind, g.clause, counted(g.deadline, ("answer",), g.post), g.with_former, g.papers
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


def _clock_no(lodged: ClaimLodged, gate: str) -> str:
    return f"claim-{lodged.claim_no}-v{lodged.version}-{gate}"


def gate_clocks(asking: Asking, before: ClaimState, after: ClaimState) -> Iterator[Step]:
    """Start the clocks of the gates that are open from now on, all at once."""
    if (lodged := after.lodged) is None:
        return
    waited = [gate.id for gate in before.open_gates]
    for gate in (gate for gate in after.open_gates if gate.id not in waited):
        no = _clock_no(lodged, gate.id)
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
    command = AnswerGate(act, request.gate, request.approve, request.opinion, barred(asking.read, asking.case))
    after = asking.after(CLAIM, asking.own, command)
    yield Step(asking.own, command)
    yield from clocks.meet(asking, _clock_no(lodged, request.gate), "answer")
    if not after.returned:
        yield from gate_clocks(asking, state, after)
        return
    for other in (one for one in state.open_gates if one.id != request.gate):
        # There is nothing left to answer there.
        yield from clocks.drop(asking, _clock_no(lodged, other.id), f"{request.gate}: {request.opinion}")
    yield from projects.bring(asking, lodged.project_no, UnnoteClaim(act, lodged.claim_no))
    yield from _each_fund(asking, lodged, fund_facts.Free, act)


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
