"""What a claim must carry; correcting it and the papers that come to it (更正、附件), with the signatures that fall."""

import msgspec

from domain import duties
from domain.act import Fact
from domain.cases import case_id
from domain.claim_facts import (
    KINDS,
    ClaimCorrected,
    ClaimLodged,
    ClaimPaperNoted,
    Correct,
    NotePaper,
)
from domain.claim_state import ClaimState, of_lodging, put
from domain.content import Attached, with_paper
from domain.contents import of_claim
from domain.errors import RefusedError
from domain.signing import (
    CLAUSE,
    CORRECT,
    EndedError,
    NothingCorrectedError,
    TooLateToCorrectError,
)
from domain.words import Both


class ClaimContentError(RefusedError):
    """A claim that lacks what it must carry."""

    zh = "报账 {claim_no} 有误：{field}＝{value}；应为 {wanted}（{clause}）"
    en = "claim {claim_no} is wrong: {field} = {value}; wanted: {wanted} ({clause})"


def check_content(lodged: ClaimLodged) -> None:
    """Check that a claim carries what it must.

    Raises:
        ClaimContentError: If it does not.
    """
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


def correct(state: ClaimState, lodged: ClaimLodged, c: Correct) -> ClaimCorrected:
    """Return the correction of a claim, with exactly the signatures that fall.

    Raises:
        RefusedError: If it is too late, changes nothing, or is asked by somebody who has decided on it.
    """
    check_under_way(state, lodged, CORRECT)
    if lodged.terms.separate_duties:
        duties.check(c.act, CORRECT, state.signed.hands())
    said = {"kind": c.kind, "lines": c.lines, "payee": c.payee, "vouchers": c.vouchers, "papers": c.papers}
    corrected = msgspec.structs.replace(lodged, **said)
    check_content(corrected)
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
    check_not_ended(state, lodged, asked)
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


def check_not_ended(state: ClaimState, lodged: ClaimLodged, asked: str) -> None:
    """Check that a claim was not rejected or taken back.

    Raises:
        EndedError: If it was.
    """
    if state.ended:
        raise EndedError(case=_case(lodged), stage=state.ended, asked=asked)


def note_paper(state: ClaimState, c: NotePaper) -> tuple[Fact, ...]:
    """Note a paper. What was decided and carried out stays decided: once the money is out, nothing falls.

    Raises:
        SamePersonError: If somebody who has decided on the claim changes what it was lodged with.
    """
    paper, lodged = Attached(c.step, c.digest), state.lodged
    if state.papers.get(c.paper, Attached(c.step, "")) == paper:
        return ()
    if lodged is None:
        return (ClaimPaperNoted(c.act, c.paper, *paper),)
    if lodged.terms.separate_duties and of_lodging(state, c.paper, paper):
        duties.check(c.act, CORRECT, state.signed.hands())
    now, attached = put(lodged, state.papers, c.paper, paper), with_paper(state.papers, c.paper, paper)
    out = state.sent or state.paid or state.ended or not lodged.terms.keeps
    fallen = () if out else state.signed.changed(lambda gate: of_claim(now, attached, gate))
    changes = state.content().changes(of_claim(now, attached))
    return (ClaimPaperNoted(c.act, c.paper, *paper, changes, tuple(one.named for one in fallen)),)


def _case(lodged: ClaimLodged) -> str:
    return case_id(lodged.county, "claim", lodged.claim_no)
