"""Moving a case to other rules of its county (改按新版本): who may, to which, and what its terms are from then on."""

from collections.abc import Iterator

from domain.cases import CaseId, case_id, county_stream
from domain.claim import CLAIM, NoSuchClaimError
from domain.claim_facts import Move as MoveOfClaim
from domain.county import COUNTY
from domain.errors import BadInputError
from domain.fund import FUND
from domain.fund_facts import Move as MoveOfFund
from domain.fund_refusals import NoSuchFundError
from domain.ledger import Read, Step
from domain.moving import named
from domain.plan import PLAN, NoSuchPlanError
from domain.plan_facts import Move as MoveOfPlan
from domain.procedures import claims, funds, plans, projects
from domain.procedures.asking import Asking, Rules
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import Move as MoveOfProject
from domain.requests import AnyMove, MoveClaim, MoveFund, MovePlan, MoveProject
from domain.terms import PolicyRef

WHAT = "move a case to other rules"


def move(asking: Asking, request: AnyMove) -> Iterator[Step]:
    """Move a case, for the post by which a case of its kind begins under the rules that it is moved to.

    A clock that runs keeps its due day; those that start from now on follow the new terms.
    """
    if not request.reason.strip():
        raise BadInputError("reason", "a move to other rules needs a reason")
    rules = adopted_rules(asking, request.to)
    match request:
        case MoveFund():
            yield _fund(asking, rules, request.reason)
        case MovePlan():
            yield _plan(asking, rules, request.reason)
        case MoveProject():
            yield _project(asking, rules, request.reason)
        case MoveClaim():
            yield from _claim(asking, rules, request.reason)


def adopted_rules(asking: Asking, to: str) -> Rules:
    """Return the county's rules whose profile's digest begins with *to*, or its current ones.

    Of one profile that was adopted with several office decisions the latest adoption counts.

    Raises:
        BadInputError: If there are none, or several profiles.
    """
    texts = asking.read(COUNTY, county_stream(asking.case.county)).texts
    if not to:
        return asking.rules()
    found = [ref for ref in texts if ref.profile.startswith(to)]
    if len({ref.profile for ref in found}) != 1:
        known = ", ".join(named(ref) for ref in texts) or "-"
        raise BadInputError("to", f"{to!r} is not the start of one adopted version's digest; adopted: {known}")
    return asking.rules(max(found, key=lambda ref: texts[ref].act.recorded_at))


def mover(kind: str, rules: Rules) -> tuple[str, str]:
    """Return the post that moves a case of *kind* to rules, and the clause: that by which such a case begins.

    Raises:
        NoRuleStatedError: If the rules have no such cases.
        BadInputError: If such a case cannot be moved.
    """
    match kind:
        case "fund":
            receipt = funds.receipt_of(rules)
            return receipt.registrar or "", receipt.clause
        case "plan":
            plan = plans.plan_of(rules)
            return plan.drafter or "", plan.clause
        case "project":
            first = projects.terms_of(rules).steps[0]
            return first.post, first.clause
        case "claim":
            terms = claims.terms_of(rules)
            return terms.lodger, terms.clause
    raise BadInputError("case", f"a {kind} keeps the rules that it began under")


def ref_of(read: Read, case: CaseId) -> PolicyRef | None:
    """Return the rules that a case of a kind that can be moved runs under."""
    stream = case_id(*case)
    match case.kind:
        case "fund":
            received = read(FUND, stream).received
            return received.terms.policy if received else None
        case "plan":
            drafted = read(PLAN, stream).drafted
            return drafted.terms.policy if drafted else None
        case "project":
            registered = read(PROJECT, stream).registered
            return registered.terms.policy if registered else None
        case "claim":
            lodged = read(CLAIM, stream).lodged
            return lodged.terms.policy if lodged else None
    return None


def _fund(asking: Asking, rules: Rules, reason: str) -> Step:
    if asking.read(FUND, asking.own).received is None:
        raise NoSuchFundError(fund_no=asking.case.no)
    post, clause = mover("fund", rules)
    asking.needs_post(post, WHAT, clause)
    act = asking.act.under(clause)
    return Step(asking.own, MoveOfFund(act, asking.case.no, funds.terms_of(rules), reason))


def _plan(asking: Asking, rules: Rules, reason: str) -> Step:
    if asking.read(PLAN, asking.own).drafted is None:
        raise NoSuchPlanError(plan_no=asking.case.no)
    post, clause = mover("plan", rules)
    asking.needs_post(post, WHAT, clause)
    return Step(asking.own, MoveOfPlan(asking.act.under(clause), plans.terms_of(rules), reason))


def _project(asking: Asking, rules: Rules, reason: str) -> Step:
    if asking.read(PROJECT, asking.own).registered is None:
        raise NoSuchProjectError(project_no=asking.case.no)
    post, clause = mover("project", rules)
    asking.needs_post(post, WHAT, clause)
    return Step(asking.own, MoveOfProject(asking.act.under(clause), projects.terms_of(rules), reason))


def _claim(asking: Asking, rules: Rules, reason: str) -> Iterator[Step]:
    before = asking.read(CLAIM, asking.own)
    if before.lodged is None:
        raise NoSuchClaimError(claim_no=asking.case.no)
    terms = claims.terms_of(rules)
    asking.needs_post(terms.lodger, WHAT, terms.clause)
    command = MoveOfClaim(asking.act.under(terms.clause), terms, reason)
    yield Step(asking.own, command)
    # The new rules may open more gates together with the one that waits.
    yield from claims.gate_clocks(asking, before, asking.after(CLAIM, asking.own, command))
