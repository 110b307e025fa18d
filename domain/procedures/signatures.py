"""What a signature is bound to (签名与内容): the content of its case, by digest; and papers that come after it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from domain import claim_facts, plan_facts, project_facts, surplus_facts
from domain.act import Act, Decider
from domain.cases import CaseId, case_id
from domain.claim import CLAIM
from domain.content import Change, Content
from domain.cosigning import COSIGN
from domain.errors import BadInputError
from domain.ledger import Read, Step
from domain.papers import PaperAttached, PaperWithdrawn
from domain.plan import PLAN
from domain.procedures import claims, projects, stages
from domain.procedures.asking import Asking
from domain.project import PROJECT
from domain.requests import (
    AgreeSurplus,
    AnswerGate,
    AnswerStep,
    AnyRequest,
    ApproveSurplus,
    CosignPlan,
    CosignStep,
    DecidePlan,
    FileMinutes,
    SendPayment,
    answered_step,
)
from domain.signing import Signature, Signatures, check_seen
from domain.surplus import SURPLUS

# What is decided on a case's content: what it said then is bound to the act.
DECIDES = (
    AnswerGate,
    SendPayment,
    DecidePlan,
    FileMinutes,
    CosignPlan,
    AnswerStep,
    CosignStep,
    AgreeSurplus,
    ApproveSurplus,
)


@dataclass(frozen=True)
class _Kind:
    """What there is to know of a kind of case that has a content."""

    decider: Decider[Any]
    begun: Callable[[Any], bool]
    signatures: Callable[[Any], Signatures]
    note: Callable[[Act, str, str, str], Any]


_KINDS = {
    "claim": _Kind(CLAIM, lambda s: s.lodged is not None, lambda s: s.signed, claim_facts.NotePaper),
    "plan": _Kind(PLAN, lambda s: s.drafted is not None, lambda s: s.signed, plan_facts.NotePaper),
    "project": _Kind(
        PROJECT, lambda s: s.registered is not None, lambda s: s.signed.signatures, project_facts.NotePaper
    ),
    "surplus": _Kind(SURPLUS, lambda s: s.found is not None, lambda s: s.signed, surplus_facts.NotePaper),
}


def signed_step(request: AnyRequest) -> str:
    """Return the step whose signature a request is, as contents name it; "" where it signs none."""
    match request:
        case DecidePlan(stage=stage) | FileMinutes(stage=stage):
            return stage
        case CosignPlan():
            return COSIGN
        case _:
            return answered_step(request) if isinstance(request, DECIDES) else ""


def signed_as(open_step: str) -> str:
    """Return an open step of a case as contents name it: of `decide:group` the body's stage."""
    head, _, rest = open_step.partition(":")
    return rest if head in ("decide", "minutes") else open_step


def content_of(read: Read, case: CaseId, step: str = "") -> Content | None:
    """Return what a case says to whoever signs a step, or None where cases of its kind have no content."""
    if (kind := _KINDS.get(case.kind)) is None:
        return None
    content: Content = read(kind.decider, case_id(*case)).content(step)
    return content


def signatures_of(read: Read, case: CaseId) -> Signatures:
    """Return every signature of a case.

    Raises:
        BadInputError: If cases of its kind have no content that is signed.
    """
    if (kind := _KINDS.get(case.kind)) is None:
        raise BadInputError("case", f"a {case.kind} has no content that is signed: {', '.join(_KINDS)}")
    return kind.signatures(read(kind.decider, case_id(*case)))


@dataclass(frozen=True)
class SignerView:
    """One signature as its signer sees it: the act by which it fell, if it did, and what changed since it was given.

    `covered`: of the changes, the parts that the signature covers.
    """

    signature: Signature
    fell_by: Act | None
    changes: tuple[Change, ...]
    covered: frozenset[str]


def signer_views(read: Read, case: CaseId) -> tuple[SignerView, ...]:
    """Return every signature of a case in the order in which they were given, each with what changed since.

    Raises:
        BadInputError: If cases of its kind have no content that is signed.
    """
    signatures = signatures_of(read, case)
    found = []
    for n, one in enumerate(signatures.given):
        now = content_of(read, case, one.step) or Content()
        covered = frozenset(change.part for change in one.changes(now))
        found.append(SignerView(one, signatures.fell.get(n), one.content.changes(now), covered))
    return tuple(found)


def bound(asking: Asking, request: AnyRequest, seen: str = "", step: str = "") -> Asking:
    """Return what is asked, its act bound to what the case says; what the one who asks *saw* must be the same.

    Raises:
        StaleSignatureError: If it is not.
        BadInputError: If there is nothing to be seen, or it approves and rejects in one.
    """
    if isinstance(request, AnswerGate | AnswerStep | DecidePlan) and request.approve and request.end:
        raise BadInputError("end", "同意与驳回不能并存 / what is approved is not rejected: approve or end, not both")
    step = step or signed_step(request)
    content = content_of(asking.read, asking.case, step)
    if content is None or not content.parts:
        if seen:
            raise BadInputError("seen", f"{asking.own} has no content that could be seen")
        return asking
    if seen:
        state = asking.read(_KINDS[asking.case.kind].decider, asking.own)
        check_seen(asking.own, seen, state.earlier(step), content)
    if not step:
        return asking
    return replace(asking, act=msgspec.structs.replace(asking.act, signed=content.digest))


def follow(asking: Asking, _stream: str, fact: Any) -> Iterator[Step]:
    """Tell a case of a paper that was attached, replaced or taken back: exactly those signatures fall that covered it.

    What has not begun looks for its papers when it does.
    """
    if not isinstance(fact, PaperAttached | PaperWithdrawn) or (kind := _KINDS.get(asking.case.kind)) is None:
        return
    before = asking.read(kind.decider, asking.own)
    if not kind.begun(before):
        return
    attached = isinstance(fact, PaperAttached)
    step = fact.step if isinstance(fact, PaperAttached) else _step_of(asking, fact)
    command = kind.note(fact.act, fact.paper, step, fact.digest if attached else "")
    if asking.case.kind == "project":
        yield from projects.bring(asking, asking.case.no, command)
        return
    after = asking.after(kind.decider, asking.own, command)
    if asking.case.kind == "claim" and after.lodged != before.lodged:
        # A voucher in another's place is a correction: a list of households is still to be among them.
        claims.check_payee(asking, after.lodged.terms, after.lodged)
    yield Step(asking.own, command)
    if asking.case.kind == "claim":
        yield from claims.reopened(asking, before, after, fact.paper)
    elif asking.case.kind == "plan":
        yield from stages.reopened(asking, command, fact.paper)


def _step_of(asking: Asking, fact: PaperWithdrawn) -> str:
    state = asking.read(_KINDS[asking.case.kind].decider, asking.own)
    papers = state.signed.papers if asking.case.kind == "project" else state.papers
    return str(papers[fact.paper].step) if fact.paper in papers else ""
