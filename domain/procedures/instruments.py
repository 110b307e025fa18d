"""What is asked of a use of fund money without a contractor (S-21): its proposal, its amount, its payee, its loans."""

from collections.abc import Callable, Iterator, Mapping

from domain.cases import instrument_stream
from domain.claim_facts import ClaimLodged
from domain.errors import BadInputError, RefusedError
from domain.instrument import INSTRUMENT
from domain.instrument_facts import (
    CoverLoss,
    GuaranteeLoan,
    InstrumentTerm,
    InstrumentUsed,
    Payee,
    RecoverLoss,
    RepayLoan,
    ReportParts,
    UseInstrument,
)
from domain.ledger import Step
from domain.policy import Profile
from domain.policy.money import Instrument
from domain.procedures.asking import Asking, NoRuleStatedError, Rules, counted
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import ProjectRegistered, ProjectTerms
from domain.requests import (
    CoverLoss as CoverLossRequest,
)
from domain.requests import (
    GuaranteeLoan as GuaranteeLoanRequest,
)
from domain.requests import (
    RecoverLoss as RecoverLossRequest,
)
from domain.requests import (
    RegisterProject,
)
from domain.requests import (
    RepayLoan as RepayLoanRequest,
)
from domain.requests import (
    ReportParts as ReportPartsRequest,
)
from domain.terms import StepTerm

# Whom each kind pays; a subsidy for people pays them, by their list.
_PAYEES: dict[str, Payee] = {
    "insurance": "insurer",
    "risk_fund": "bank",
    "award": "enterprise",
    "interest_subsidy": "bank",
    "subsidy": "enterprise",
    "work_budget": "unit",
    "standing_fund": "unit",
    "matching_award": "unit",
}
HOUSEHOLDS = "households"


class InstrumentAmountError(RefusedError):
    """A use whose amount is not what the county's text says."""

    zh = (
        "“{words}”（{instrument}，{clause}）{rule}；此前已有 {before_fen} 分，这次 {asked_fen} 分；"
        "这次应为 {least_fen} 至 {most_fen} 分"
    )
    en = (
        '"{words}" ({instrument}, {clause}) is {rule}; there are {before_fen} fen before, and {asked_fen} are asked: '
        "it must be {least_fen} to {most_fen} fen"
    )


class InstrumentGroupError(RefusedError):
    """A use for people that the county's text does not name."""

    zh = "“{words}”（{instrument}，{clause}）只能用于 {allowed}；要求用于 {asked}"
    en = '"{words}" ({instrument}, {clause}) is only for {allowed}; asked for {asked}'


class InstrumentPayeeError(RefusedError):
    """A payment to somebody else than the kind of use pays, or without the list of households."""

    zh = "报账 {claim_no}：{instrument} 的收款人应为{payee}，凭证须含户名册摘要 {listed}；要求付给 {asked}（{clause}）"
    en = (
        "claim {claim_no}: {instrument} must be paid to the {payee}, with the digest of the list of households among "
        "its vouchers: {listed}; asked for {asked} ({clause})"
    )


def rule_of(profile: Profile, name: str) -> Instrument:
    """Return the county's instrument.

    Raises:
        BadInputError: If there is none of that name.
    """
    known = {one.id: one for one in profile.instruments}
    if name not in known:
        raise BadInputError("instrument.id", f"{name!r} is none of {', '.join(known) or '-'}")
    return known[name]


def terms_of(rules: Rules, request: RegisterProject) -> ProjectTerms:
    """Return the rules of a use: proposed by who funds it, planned, released, paid; an award is confirmed first.

    Raises:
        NoRuleStatedError: If the county's text does not say who funds it, who confirms, or how much a subsidy is.
    """
    assert request.instrument is not None
    rule = rule_of(rules.profile, request.instrument.id)
    key = f"instruments.{rule.id}"
    if rule.kind == "interest_subsidy" and rule.amount_fen is None:
        raise NoRuleStatedError(question="at which rate is interest subsidised?", key=f"{key}.amount_fen")
    if rule.funder is None:
        raise NoRuleStatedError(question="who proposes this use?", key=f"{key}.funder")
    if rule.kind == "award" and rule.confirmed_by is None:
        raise NoRuleStatedError(question="who confirms what is awarded?", key=f"{key}.confirmed_by")
    use = request.instrument
    payee = HOUSEHOLDS if rule.kind == "subsidy" and rule.groups else _PAYEES[rule.kind]
    term = InstrumentTerm(rule.id, rule.kind, payee, rule.clause, use.group, use.households, use.list_digest)  # type: ignore[arg-type]
    steps = tuple(_steps(rules.profile, rule))
    keeps = rules.keeps(begins_anew=rules.profile.project is not None and rules.profile.project.begins_anew)
    return ProjectTerms(rules.ref, steps, None, rules.engine.duties.separate, term, keeps)


def _steps(profile: Profile, rule: Instrument) -> Iterator[StepTerm]:
    """Yield the shorter way; where money comes with its plan, nothing waits for a release."""
    funder = rule.funder or ""
    yield StepTerm("proposal", "declare", funder, rule.clause, "agreement" if rule.kind == "risk_fund" else "")
    if rule.kind == "award":
        yield StepTerm("confirmation", "review", rule.confirmed_by or "", rule.clause, "household_list", ("proposal",))
    if profile.plan is not None:
        for a in (a for a in profile.plan.approvals if a.subject == "project"):
            days = counted(a.deadline, ("answer",), a.body)
            yield StepTerm(a.id, "approve", a.body or "", a.clause, a.record or "", deadline=days)
    kinds = [step.kind for step in profile.project.steps] if profile.project else []
    for kind in ("plan", "release", "payments"):
        if kind != "release" or kind in kinds:
            yield StepTerm(kind, kind, "", rule.clause)
    if rule.kind == "risk_fund":
        yield StepTerm("wind_up", "confirm", funder, rule.clause, "report")


def used(asking: Asking, profile: Profile, registered: ProjectRegistered) -> Iterator[Step]:
    """Note a use, once its people and its amount are what the county's text says.

    Raises:
        RefusedError: If they are not.
        BadInputError: If a list of households is wanted and missing.
    """
    term = registered.terms.instrument
    assert term is not None
    rule = rule_of(profile, term.id)
    said = {"instrument": rule.id, "words": f"{rule.zh} / {rule.en}", "clause": rule.clause}
    if (rule.groups and term.group not in rule.groups) or (term.group and term.group not in rule.groups):
        raise InstrumentGroupError(**said, allowed=", ".join(rule.groups) or "-", asked=term.group or "-")
    if (rule.per == "household" or term.payee == HOUSEHOLDS) and not (term.households > 0 and term.list_digest):
        raise BadInputError("instrument", f"{rule.id} needs households above zero, and list_digest, their list")
    stream = instrument_stream(asking.case.county, rule.id)
    before = asking.read(INSTRUMENT, stream).uses.get(registered.project_no)
    # A use that is corrected stays one of the year in which it was proposed.
    year = before.year if before else asking.act.occurred_on.year
    if before is None or (before.amount_fen, before.township) != (registered.budget_fen, registered.township):
        _check_amount(asking, rule, registered, year, said)
    act = asking.act.under(rule.clause)
    use = InstrumentUsed(act, registered.project_no, year, registered.township, term.households, registered.budget_fen)
    yield Step(stream, UseInstrument(act, use))


def unused(asking: Asking, registered: ProjectRegistered) -> Iterator[Step]:
    """Note that a project that was rejected or taken back is no use of its instrument any more."""
    if (term := registered.terms.instrument) is None:
        return
    stream = instrument_stream(asking.case.county, term.id)
    if (before := asking.read(INSTRUMENT, stream).uses.get(registered.project_no)) is not None:
        act = asking.act.under(term.clause)
        none = InstrumentUsed(act, registered.project_no, before.year, before.township, 0, 0)
        yield Step(stream, UseInstrument(act, none))


def _check_amount(
    asking: Asking, rule: Instrument, registered: ProjectRegistered, year: int, said: Mapping[str, object]
) -> None:
    term = registered.terms.instrument
    if rule.amount_fen is None or rule.amount_is == "nearly" or term is None:
        return  # What is said nearly is shown, and never computed with.
    state = asking.read(INSTRUMENT, instrument_stream(asking.case.county, rule.id))
    counts: Callable[[InstrumentUsed], bool] | None = {
        "year": lambda use: use.year == year,
        "township_year": lambda use: (use.year, use.township) == (year, registered.township),
        "total": lambda _: True,
    }.get(rule.per or "")
    others = (use for use in state.uses.values() if use.project_no != registered.project_no)
    before = sum(use.amount_fen for use in others if counts and counts(use))
    whole = rule.amount_fen * (term.households if rule.per == "household" else 1)
    left, asked = max(0, whole - before), registered.budget_fen
    exactly = rule.per == "household"
    kept = asked >= left if rule.amount_is == "at_least" else asked == left if exactly else asked <= left
    if not kept:
        least = left if exactly or rule.amount_is == "at_least" else min(1, left)
        most = "-" if rule.amount_is == "at_least" else left
        text = f"{rule.amount_is} {rule.amount_fen} fen per {rule.per}"
        raise InstrumentAmountError(
            **said, rule=text, before_fen=before, asked_fen=asked, least_fen=least, most_fen=most
        )


def check_payee(claim_no: str, request: ClaimLodged, registered: ProjectRegistered) -> None:
    """Check whom a claim on such a use pays; the names of people stand in their list alone.

    Raises:
        InstrumentPayeeError: If it is somebody else, or their list is not among the vouchers.
    """
    term = registered.terms.instrument
    if term is None:
        return
    wanted = {"unit": registered.unit, HOUSEHOLDS: HOUSEHOLDS}.get(term.payee, "")
    others = {registered.unit, HOUSEHOLDS} - {wanted}
    listed = not term.list_digest or term.list_digest in request.vouchers
    fits = request.payee == wanted if wanted else request.payee.strip() and request.payee not in others
    if not fits or not listed:
        raise InstrumentPayeeError(
            claim_no=claim_no,
            instrument=term.id,
            payee=wanted or term.payee,
            listed=term.list_digest[:12] or "-",
            asked=request.payee or "-",
            clause=term.clause,
        )


LoanRequest = GuaranteeLoanRequest | RepayLoanRequest | CoverLossRequest | RecoverLossRequest


def _registered(asking: Asking) -> ProjectRegistered:
    registered = asking.read(PROJECT, asking.own).registered
    if registered is None:
        raise NoSuchProjectError(project_no=asking.case.no)
    return registered


def loans(asking: Asking, request: LoanRequest) -> Iterator[Step]:
    """Let a risk fund stand for a loan, or note what became of it: for who funds it."""
    registered = _registered(asking)
    term, profile = registered.terms.instrument, asking.rules(registered.terms.policy).profile
    if term is None or term.kind != "risk_fund":
        raise BadInputError("case", f"{asking.case.no} is no risk fund: it stands for no loans")
    first = registered.terms.steps[0]
    asking.needs_post(first.post, "guarantee loans", term.clause)
    act = asking.act.under(term.clause)
    match request:
        case GuaranteeLoanRequest(loan_no=no, institution=institution, amount_fen=fen, record=record):
            outside = [post.id for post in profile.posts if post.kind == "outside"]
            if institution not in outside:
                raise BadInputError("institution", f"{institution!r} is no party outside: {', '.join(outside)}")
            yield Step(asking.own, GuaranteeLoan(act, no, institution, fen, record, _times(profile)))
        case RepayLoanRequest(loan_no=no):
            yield Step(asking.own, RepayLoan(act, no))
        case CoverLossRequest(loan_no=no, amount_fen=fen, record=record):
            yield Step(asking.own, CoverLoss(act, no, fen, record))
        case RecoverLossRequest(loan_no=no, amount_fen=fen):
            yield Step(asking.own, RecoverLoss(act, no, fen))


def _times(profile: Profile) -> tuple[int, int]:
    """Return the fund's share and the loans': 1 and 7 where a fund stands for seven times itself.

    Raises:
        NoRuleStatedError: If the county's text does not say.
    """
    for split in (split for split in profile.splits if split.kind == "leverage" and split.checked_on == "fund"):
        share = {part.of: part.share for part in split.parts}
        if "fund" in share and "loans" in share:
            return share["fund"], share["loans"]
    raise NoRuleStatedError(question="for how many loans does the fund stand?", key="splits")


def report_parts(asking: Asking, request: ReportPartsRequest) -> Iterator[Step]:
    """Record what each party put into a project that society's money is matched for, as reported."""
    registered = _registered(asking)
    profile = asking.rules(registered.terms.policy).profile
    matching = next((split for split in profile.splits if split.kind == "matching"), None)
    if matching is None:
        raise NoRuleStatedError(question="is society's money matched?", key="splits")
    first = registered.terms.steps[0]
    asking.needs_post(first.post, "report the parties' parts", matching.clause)
    said = [part.of for part in request.parts]
    sides = [part.of for part in matching.parts]
    if len(set(said)) < len(said) or not set(sides) <= set(said) or any(p.amount_fen < 0 for p in request.parts):
        raise BadInputError("parts", f"each party once, none below zero, among them {', '.join(sides)}; given: {said}")
    yield Step(asking.own, ReportParts(asking.act.under(matching.clause), request.parts, request.record))
