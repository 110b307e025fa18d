"""What is asked of a sweep of what is left over (结转结余): the list, who agrees, who approves, which plan moves it."""

import re
from collections.abc import Iterator

from domain.balances import ALLOTTED, Bucket
from domain.errors import BadInputError, RefusedError
from domain.fund import FUND
from domain.fund_refusals import NoSuchFundError
from domain.ledger import Step
from domain.plan import PLAN, NoSuchPlanError
from domain.plan_facts import PlanDrafted
from domain.policy.results import Sweep
from domain.procedures import clocks
from domain.procedures.asking import Asking, NoRuleStatedError, Rules, counted
from domain.project import PROJECT
from domain.requests import AgreeSurplus, ApproveSurplus, FindSurplus
from domain.requests import MoveSurplus as MoveSurplusRequest
from domain.surplus import SURPLUS, NoSuchSweepError, SurplusState
from domain.surplus_facts import (
    Agree,
    Call,
    Decide,
    Find,
    MoveSurplus,
    SurplusFound,
    SurplusItem,
    SweepCalled,
    SweepTerms,
)

_NO = re.compile(r"(20[0-9]{2})-(prior_year|current_year)\Z")
ITEMS_MAX = 80


class NotLeftError(RefusedError):
    """An item of the list that is not left over, or not so much of it."""

    zh = "清查 {sweep}：{item} 要求 {asked_fen} 分，{what}；最多 {left_fen} 分（{clause}）"
    en = "sweep {sweep}: {item} is put down with {asked_fen} fen, {what}; at most {left_fen} fen ({clause})"


class WrongYearError(RefusedError):
    """Money of a year that the sweep is not of."""

    zh = "清查 {sweep}：资金 {fund_no} 属 {fund_year} 年，须为{wanted}（{clause}）"
    en = "sweep {sweep}: fund {fund_no} is of {fund_year}, and must be of {wanted} ({clause})"


class WrongPlanError(RefusedError):
    """A plan that is not in force, or gives what is left over to projects that the text does not name."""

    zh = "清查 {sweep}：计划 {plan_no} {what}（{clause}）；须安排到 {moved_to}"
    en = "sweep {sweep}: plan {plan_no} {what} ({clause}); it must go to {moved_to}"


def find(asking: Asking, request: FindSurplus) -> Iterator[Step]:
    """Hand in the list of what is left over: each amount is there, of the year that is swept."""
    year, kind = _parts(asking)
    before = asking.read(SURPLUS, asking.own)
    rules = asking.rules(before.found.terms.policy if before.found else None)
    rule = _rule(rules, kind)
    terms = _terms(rules, rule)
    asking.needs_post(rule.lead, "sweep what is left over", rule.clause)
    if year > asking.act.occurred_on.year:
        raise BadInputError("case", f"{asking.case.no}: {year} has not come")
    keys = [item.key for item in request.items]
    # Only who is called to a sweep has to say that nothing is left.
    least = 0 if before.called and before.found is None else 1
    if not least <= len(keys) <= ITEMS_MAX or len(set(keys)) < len(keys):
        raise BadInputError("items", f"{len(keys)} items; from {least} to {ITEMS_MAX}, each portion and project once")
    for item in request.items:
        _check_item(asking, rule, year, item)
    act = asking.act.under(rule.clause)
    found = SurplusFound(act, asking.case.county, year, rule.kind, request.items, terms, request.record)
    yield Step(asking.own, Find(act, found))
    if before.found is None and keys:
        yield from clocks.start(asking, _clock_no(asking), terms.deadline, act.occurred_on, terms.policy)


def call(asking: Asking, rules: Rules) -> Iterator[Step]:
    """Call a sweep of the closing year, so that its lead is waited for; nothing if somebody began it."""
    year, kind = _parts(asking)
    rule = _rule(rules, kind)
    state = asking.read(SURPLUS, asking.own)
    if state.called is None and state.found is None:
        act = asking.act.under(rule.clause)
        called = SweepCalled(act, asking.case.county, year, rule.kind, rule.id, rule.lead or "", rules.ref)
        yield Step(asking.own, Call(act, called))


def _clock_no(asking: Asking) -> str:
    return f"surplus-{asking.case.no}"


def _parts(asking: Asking) -> tuple[int, str]:
    if not (parts := _NO.match(asking.case.no)):
        raise BadInputError("case", f"{asking.case.no!r} is not <year>-prior_year or <year>-current_year")
    return int(parts[1]), parts[2]


def _rule(rules: Rules, kind: str) -> Sweep:
    for rule in rules.profile.surplus:
        if rule.kind == kind:
            return rule
    raise NoRuleStatedError(question="how is what is left over swept?", key="surplus")


def _terms(rules: Rules, rule: Sweep) -> SweepTerms:
    if not rule.approval:
        raise NoRuleStatedError(question="who approves?", key=f"surplus.{rule.id}.approval")
    return SweepTerms(
        policy=rules.ref,
        rule=rule.id,
        lead=rule.lead or "",
        agreeing=rule.together_with,
        approver=rule.approval,
        moved_to=rule.moved_to,
        clause=rule.clause,
        approval_is_ours=rule.approval_is_ours,
        limit=rule.deadline.kind if rule.deadline else "",
        deadline=counted(rule.deadline, ("moved",), rule.lead),
        separate_duties=rules.engine.duties.separate,
        keeps=rules.keeps(begins_anew=False),
    )


def _check_item(asking: Asking, rule: Sweep, year: int, item: SurplusItem) -> None:
    state = asking.read(FUND, asking.stream("fund", item.fund_no))
    if state.received is None:
        raise NoSuchFundError(fund_no=item.fund_no)
    said = {"sweep": asking.case.no, "clause": rule.clause}
    prior = rule.kind == "prior_year"
    fund_year = state.received.fiscal_year
    # At the turn of the year the closing one is swept with those before it.
    if fund_year > year or (not prior and fund_year != year):
        wanted = f"<= {year}" if prior else str(year)
        raise WrongYearError(**said, fund_no=item.fund_no, fund_year=fund_year, wanted=wanted)
    line = state.balances.lines.get((item.pool, item.project_no), {})
    left, what = _left(asking, item, line, prior=prior)
    if not item.project_no and prior:
        portion = state.balances.portions.get(item.pool)
        left, what = (portion.buckets[Bucket.FREE] if portion else 0), "free"
    if not 0 < item.amount_fen <= left:
        name = " ".join(part for part in item.key if part)
        raise NotLeftError(**said, item=name, asked_fen=item.amount_fen, what=what, left_fen=max(0, left))


def _left(asking: Asking, item: SurplusItem, line: dict[Bucket, int], *, prior: bool) -> tuple[int, str]:
    """Return what is left of a project's line: nobody has claimed it, and its price leaves it over."""
    unclaimed = line.get(Bucket.CLAIMABLE, 0)
    if prior:
        return unclaimed, "claimable"
    money = asking.read(PROJECT, asking.stream("project", item.project_no or "-")).money
    price = money.contract or item.price_fen
    if item.price_fen <= 0 and money.contract is None:
        raise BadInputError("items.price_fen", f"{item.project_no or '-'} needs its contract or settlement price")
    planned = sum(line.get(bucket, 0) for bucket in ALLOTTED)
    return min(unclaimed, planned - price), f"planned {planned}, price {price}"


def _state(asking: Asking) -> tuple[SurplusState, SurplusFound]:
    state = asking.read(SURPLUS, asking.own)
    if state.found is None:
        raise NoSuchSweepError(sweep=asking.case.no)
    return state, state.found


def agree(asking: Asking, request: AgreeSurplus) -> Iterator[Step]:
    """Agree with the list, for one of those who sweep together."""
    _, found = _state(asking)
    terms = found.terms
    if request.party not in terms.agreeing:
        raise BadInputError("party", f"{request.party!r} is none of {', '.join(terms.agreeing) or '-'}")
    asking.needs_post(request.party, "agree with the list", terms.clause)
    yield Step(asking.own, Agree(asking.act.under(terms.clause), request.party))


def approve(asking: Asking, request: ApproveSurplus) -> Iterator[Step]:
    """Approve the list, or send it back, for the body."""
    _, found = _state(asking)
    terms = found.terms
    asking.needs_post(terms.approver, "approve the list", terms.clause)
    yield Step(asking.own, Decide(asking.act.under(terms.clause), request.approve, request.opinion, request.record))


def move(asking: Asking, request: MoveSurplusRequest) -> Iterator[Step]:
    """Say which plan moved it. The money moved by that plan, through every body that approves one."""
    _, found = _state(asking)
    terms = found.terms
    asking.needs_post(terms.lead, "move what is left over", terms.clause)
    plan = asking.read(PLAN, asking.stream("plan", request.plan_no))
    if plan.drafted is None:
        raise NoSuchPlanError(plan_no=request.plan_no)
    said = {"sweep": asking.case.no, "plan_no": request.plan_no, "clause": terms.clause, "moved_to": terms.moved_to}
    if not plan.in_force:
        raise WrongPlanError(**said, what="is not in force")
    if wrong := _wrong(asking, terms, plan.drafted):
        raise WrongPlanError(**said, what=wrong)
    command = MoveSurplus(asking.act.under(terms.clause), request.plan_no, tuple(_taken(plan.drafted)))
    yield Step(asking.own, command)
    if asking.after(SURPLUS, asking.own, command).is_closed:
        yield from clocks.meet(asking, _clock_no(asking), "moved")


def _wrong(asking: Asking, terms: SweepTerms, drafted: PlanDrafted) -> str:
    if terms.moved_to == "projects_of_the_year":
        year = asking.act.occurred_on.year
        return "" if drafted.year == year else f"is of {drafted.year}, not of {year}"
    given: dict[str, int] = {}
    for line in drafted.lines:
        given[line.project_no] = given.get(line.project_no, 0) + line.amount_fen
    new = [no for no, fen in given.items() if asking.read(PROJECT, asking.stream("project", no)).money.allotted <= fen]
    return f"gives it to projects that had no money yet: {', '.join(new)}" if new else ""


def _taken(drafted: PlanDrafted) -> Iterator[SurplusItem]:
    """Yield what the plan took: of each project that it cut, and of what was free in a portion."""
    free: dict[tuple[str, str], int] = {}
    for line in drafted.lines:
        free[line.fund_no, line.pool] = free.get((line.fund_no, line.pool), 0) + line.amount_fen
    for cut in drafted.cuts:
        yield SurplusItem(cut.fund_no, cut.pool, cut.amount_fen, cut.project_no)
        free[cut.fund_no, cut.pool] = free.get((cut.fund_no, cut.pool), 0) - cut.amount_fen
    yield from (SurplusItem(fund_no, pool, fen) for (fund_no, pool), fen in free.items() if fen > 0)
