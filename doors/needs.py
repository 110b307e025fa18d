"""What is missing for the next step of a case, and how the rules would refuse it as it stands: asked of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.act import Act
from domain.bank_facts import EntryAnswer
from domain.calendar import WorkCalendar, day_of
from domain.cases import CaseId, case_id, mandates_stream
from domain.claim_state import LODGE, ClaimState
from domain.cosigning import COSIGN
from domain.errors import BadInputError, RefusedError
from domain.fund_facts import PortionReceived
from domain.fund_state import FundState
from domain.ledger import Ledger, Read, Step
from domain.mandate import MANDATE
from domain.papers import PAPERS, for_step, papers_stream
from domain.plan_state import MINUTES, PlanState
from domain.procedures import Asking, expand
from domain.project_state import ProjectState
from domain.registry import BY_KIND
from domain.rehearsing import Rehearsal
from domain.requests import (
    AnswerGate,
    AnswerStep,
    AnyRequest,
    ConfirmPayment,
    CosignPlan,
    CosignStep,
    DecidePlan,
    DraftPlan,
    EnterArrival,
    FileMinutes,
    LodgeClaim,
    NotifyDepartment,
    ReleaseMoney,
    ReportReceipt,
    SendPayment,
    to_body,
)
from domain.signature import digest_of
from projections.needs import Need, needs
from projections.track_shape import Records, Stage

Refusal = RefusedError | BadInputError
# Nobody stands under this name in any county: whoever may take a step is asked for first.
NOBODY = "nobody"
_ASKED = "rehearsed"
_DIGEST = "0" * 64


@dataclass(frozen=True)
class Missing:
    """One step, what is missing for it, and how it would be refused if it were approved as the case stands.

    `refused` is None where it would be taken, and where nobody approves it: `rehearsed` tells the two apart.
    """

    need: Need
    refused: Refusal | None
    rehearsed: bool


def missing(
    ledger: Ledger,
    records: Records,
    calendar: WorkCalendar,
    case: CaseId,
    now: datetime,
    stages: tuple[Stage, ...] | None = None,
) -> tuple[Missing, ...]:
    """Return what is missing for each step of a case that waits; *stages* as for `needs`.

    Raises:
        RefusedError: If there is no such case.
    """
    return tuple(_missing(ledger, calendar, case, need, now) for need in needs(records, case, now, stages))


def _missing(ledger: Ledger, calendar: WorkCalendar, case: CaseId, need: Need, now: datetime) -> Missing:
    request = approving(ledger.state, case, need, now) if need.post else None
    if request is None:
        return Missing(need, None, rehearsed=False)
    act = _act(ledger.state, case, need, request, now)
    return Missing(need, refused_because(ledger, calendar, case, request, act), rehearsed=True)


def refused_because(
    ledger: Ledger, calendar: WorkCalendar, case: CaseId, request: AnyRequest, act: Act
) -> Refusal | None:
    """Return how the rules would refuse a request, or None if they would not; nothing is stored."""

    def steps(read: Read) -> Iterator[Step]:
        return expand(Asking(act, case, read, calendar), request)

    try:
        Rehearsal(ledger).transact(steps)
    except (RefusedError, BadInputError) as no:
        return no
    return None


def _act(read: Read, case: CaseId, need: Need, request: AnyRequest, now: datetime) -> Act:
    """Return the act of one who may take the step; else of the first who would be asked, or of nobody."""
    one = next(iter((*need.may, *need.candidates)), None)
    person, principal = (one.person, one.on_behalf_of) if one else (NOBODY, "")
    held = read(MANDATE, mandates_stream(case.county)).holders_of(need.post, day_of(now))
    unit = next((of.unit for of in held if of.person == (principal or person)), "")
    digest = digest_of(to_body(request))
    return Act(_ASKED, digest, person, need.post, unit, "question", day_of(now), now, principal)


def approving(read: Read, case: CaseId, need: Need, now: datetime) -> AnyRequest | None:
    """Return the request by which a step would be approved with nothing said beside what the case has.

    What only whoever answers can say (a contract's party, an attested test) is filled in, so that the refusal is of
    the case and not of an empty form. None for a step that none is known of.
    """
    head, _, rest = need.step.partition(":")
    state = read(BY_KIND[case.kind], case_id(*case))
    make = _MADE.get(case.kind)
    return make(read, state, need, head, rest, now) if make else None


def _of_project(_: Read, state: ProjectState, need: Need, head: str, rest: str, __: datetime) -> AnyRequest | None:
    if head == COSIGN and rest:
        return CosignStep(step=rest)
    term, registered = state.step, state.registered
    if term is None or registered is None:
        return None
    tests = tuple(EntryAnswer(one.test, met=True) for one in need.tests if one.check == "attested")
    contract = {"contractor": registered.unit, "amount_fen": max(state.money.allotted, 1)}
    more: dict[str, Any] = contract if term.kind == "contract" else {}
    return AnswerStep(step=need.step, approve=True, tests=tests, **more)


def _of_claim(_: Read, state: ClaimState, need: Need, __: str, ___: str, ____: datetime) -> AnyRequest | None:
    lodged = state.lodged
    if lodged is None:
        return None
    if need.step in {gate.id for gate in state.open_gates}:
        return AnswerGate(gate=need.step, approve=True)
    if need.step == LODGE:
        said = (lodged.project_no, lodged.kind, lodged.lines, lodged.payee, lodged.vouchers, lodged.papers)
        names = ("project_no", "kind", "lines", "payee", "vouchers", "papers")
        return LodgeClaim(**dict(zip(names, said, strict=True)))  # type: ignore[arg-type]
    return SendPayment() if need.step == "send" else ConfirmPayment(bank_ref=_ASKED)


def _of_plan(read: Read, state: PlanState, need: Need, head: str, rest: str, now: datetime) -> AnyRequest | None:
    if state.drafted is None:
        return None
    match head:
        case "draft":
            names = ("year", "title", "lines", "cuts", "reason", "under", "bases", "reasons")
            return DraftPlan(**{name: getattr(state.drafted, name) for name in names})
        case "cosign":
            return CosignPlan()
        case "decide":
            meeting_no = f"{_ASKED}-{state.drafted.plan_no}"[:48]
            return DecidePlan(stage=rest, meeting_no=meeting_no, held_on=day_of(now), present=1, quorum=1, approve=True)
        case "minutes":
            papers = read(PAPERS, papers_stream(need.case))
            there = for_step(papers, need.step, MINUTES)
            return FileMinutes(stage=rest, digest=there[0].digest) if there else None
        case _:
            return None


def _of_fund(_: Read, state: FundState, __: Need, head: str, rest: str, ___: datetime) -> AnyRequest | None:
    received = state.received
    if received is None:
        return None
    match head:
        case "report":
            return ReportReceipt()
        case "notify":
            return NotifyDepartment(department=_ASKED)
        case "release":
            return ReleaseMoney(plan_no=rest)
        case "arrive":
            portions = tuple(PortionReceived(pool, p.received) for pool, p in state.balances.portions.items())
            return EnterArrival(document_no=f"{received.document_no}#", item_no=received.item_no, portions=portions)
        case _:
            return None


_MADE: dict[str, Callable[[Read, Any, Need, str, str, datetime], AnyRequest | None]] = {
    "project": _of_project,
    "claim": _of_claim,
    "plan": _of_plan,
    "fund": _of_fund,
}
