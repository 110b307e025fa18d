"""What is asked of an absence (外出), what it brings about for the county's mandates, and whether a deputy may act."""

from collections.abc import Iterator
from typing import Any

from domain.absence import ABSENCE, AbsenceEnded, Deputy, End, NoSuchAbsenceError, Open
from domain.calendar import day_of
from domain.cases import KINDS, CaseId, case_id, mandates_stream
from domain.claim import CLAIM
from domain.errors import BadInputError
from domain.handling import handled_case
from domain.handling_requests import HandlingRequest
from domain.ledger import Read, Step
from domain.mandate import MANDATE, MandateState
from domain.mandate_facts import EndDeputy, NameDeputy
from domain.paper_requests import AttachPaper
from domain.people_requests import OpenAbsence, PeopleRequest
from domain.plan import PLAN
from domain.procedures.asking import Asking
from domain.project import PROJECT
from domain.requests import AnyRequest, answered_step
from domain.standing_in import NotOfTheUnitError, OwnDeputyError, check_scope, standing_in

CLAUSE = "engine A-56"


def ask(asking: Asking, request: PeopleRequest) -> Iterator[Step]:
    """Enter an absence, or end one: for whom it is, or for a colleague of the same unit."""
    act = asking.act.under(CLAUSE)
    mandates = asking.read(MANDATE, mandates_stream(asking.case.county))
    if isinstance(request, OpenAbsence):
        deputy = _deputy(asking, mandates, request)
        yield Step(asking.own, Open(act, deputy))
        return
    deputy_ = asking.read(ABSENCE, asking.own).deputy
    if deputy_ is None:
        raise NoSuchAbsenceError(absence_no=asking.case.no)
    _check_asker(asking, mandates, deputy_, ending=True)
    yield Step(asking.own, End(act, asking.case.no, request.reason))


def _deputy(asking: Asking, mandates: MandateState, request: OpenAbsence) -> Deputy:
    act, today = asking.act, day_of(asking.act.recorded_at)
    person, post = request.person or act.person, request.post or act.post
    if request.last < request.first or request.last < today:
        raise BadInputError("last", f"{request.last} must not lie before the first day, {request.first}, nor {today}")
    if unknown := [kind for kind in request.kinds if kind not in KINDS]:
        raise BadInputError("kinds", f"{', '.join(unknown)}: there are {', '.join(KINDS)}")
    if any(not step.strip() for step in request.steps):
        raise BadInputError("steps", "a step needs a name")
    first = max(request.first, today)  # Nobody stood in before it was said.
    for day in (first, request.last):
        mandates.mandate(person, post, day)
        mandates.check_known(request.deputy, day)
    scope = {"kinds": request.kinds, "steps": request.steps, "amount_most_fen": request.amount_most_fen}
    deputy = Deputy(
        act.under(CLAUSE),
        asking.case.county,
        asking.case.no,
        person,
        post,
        request.deputy,
        first,
        request.last,
        request.reason,
        **scope,  # type: ignore[arg-type]
    )
    _check_asker(asking, mandates, deputy)
    return deputy


def _check_asker(asking: Asking, mandates: MandateState, deputy: Deputy, *, ending: bool = False) -> None:
    """Check that the absent one asks, or a colleague of the same unit who does not become the deputy by it.

    Raises:
        OwnDeputyError: If somebody would name himself.
        NotOfTheUnitError: If somebody of another unit asks.
    """
    if deputy.deputy == deputy.person:
        raise OwnDeputyError(person=deputy.deputy)
    act = asking.act
    if act.person == deputy.person:
        return
    if act.person == deputy.deputy and not ending:
        raise OwnDeputyError(person=act.person)
    unit = mandates.mandate(deputy.person, deputy.post, deputy.first).unit
    rule = asking.rules().engine.absence
    of_the_unit = rule is not None and rule.by_unit and act.unit == unit
    if not of_the_unit and act.person != deputy.deputy:
        raise NotOfTheUnitError(person=act.person, unit=act.unit, principal=deputy.person, needed=unit)


def over(asking: Asking) -> Iterator[Step]:
    """Yield the end of an absence whose days are over, on the clock's word."""
    yield Step(asking.own, End(asking.act, asking.case.no))


def follow(asking: Asking, _stream: str, fact: Any) -> Iterator[Step]:
    """Let the county's mandates know who stands in, and until when."""
    match fact:
        case Deputy():
            yield Step(mandates_stream(asking.case.county), NameDeputy(fact.act, fact))
        case AbsenceEnded(absence_no=no):
            yield Step(mandates_stream(asking.case.county), EndDeputy(fact.act, no))
        case _:
            return


def check_deputy(asking: Asking, request: AnyRequest) -> None:
    """Check that whoever asks on behalf of another stands in today, in such a case, up to its amount.

    Raises:
        RefusedError: If not.
    """
    act = asking.act
    if not act.on_behalf_of:
        return
    mandates, today = asking.read(MANDATE, mandates_stream(asking.case.county)), day_of(act.recorded_at)
    deputy = standing_in(mandates.deputies.values(), act.person, act.on_behalf_of, act.post, today)
    mandates.check_known(act.person, today)  # Who was dismissed since stands in for nobody.
    case, step = asking.case, answered_step(request)
    if isinstance(request, HandlingRequest):
        # Handing a step on is for whoever may answer it.
        case, step = handled_case(case), request.step
    elif isinstance(request, AttachPaper):
        # So is attaching a paper for it.
        step = request.step
    # The larger of the two: a field that means nothing at this step must not make a case small.
    amount_fen = max(_own_amount(request), amount_of(asking.read, case, step))
    check_scope(deputy, case.kind, step, amount_fen)


def amount_of(read: Read, case: CaseId, step: str) -> int:
    """Return what a case, or a step of it, is about, in fen: its claim, its plan's lines, its budget; 0 if nothing."""
    stream = case_id(*case)
    match case.kind:
        case "claim":
            lodged = read(CLAIM, stream).lodged
            return lodged.amount_fen if lodged else 0
        case "plan":
            drafted = read(PLAN, stream).drafted
            return sum(line.amount_fen for line in drafted.lines) if drafted else 0
        case "project":
            registered = read(PROJECT, stream).registered
            return registered.budget_fen if registered else 0
        case "fund" if step.startswith("release:"):
            drafted = read(PLAN, case_id(case.county, "plan", step.removeprefix("release:"))).drafted
            return sum(line.amount_fen for line in drafted.lines if line.fund_no == case.no) if drafted else 0
        case _:
            return 0


def _own_amount(request: AnyRequest) -> int:
    # A correction that leaves its lines as they are has None there.
    whole = sum(part.amount_fen for name in ("lines", "cuts", "portions") for part in getattr(request, name, ()) or ())
    return whole or max(getattr(request, "amount_fen", 0), getattr(request, "budget_fen", 0))
