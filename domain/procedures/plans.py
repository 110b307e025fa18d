"""What is asked of a plan: drafting against what the portions have, each body's decision, the minutes."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from domain.act import Act
from domain.balances import Bucket, Move
from domain.calendar import day_of
from domain.cases import year_stream
from domain.correcting_requests import CorrectPlan, WithdrawPlan
from domain.errors import BadInputError
from domain.fund import FUND
from domain.fund_ahead import needs_arrival
from domain.fund_facts import Allot, Share
from domain.fund_refusals import NoSuchFundError, ShortfallError
from domain.ledger import Step
from domain.meeting import DecideItem, MeetingHeld
from domain.meeting import FileMinutes as FileMinutesOfMeeting
from domain.plan import PLAN, NoSuchPlanError
from domain.plan_facts import (
    BindMinutes,
    Correct,
    Cosign,
    DecideStage,
    Draft,
    NoteCut,
    PlanDrafted,
    PlanTerms,
    Withdraw,
)
from domain.plan_state import PlanState
from domain.policy import Plan
from domain.procedures import bank, bans, clocks, projects, purposes
from domain.procedures.asking import Asking, NoRuleStatedError, Rules, counted
from domain.procedures.judging import fiscal_years, judge_plan
from domain.procedures.stages import reopened, stage_clocks
from domain.project_facts import Cut, Include
from domain.requests import CosignPlan, DecidePlan, DraftPlan, FileMinutes
from domain.rules.result import RuleResult
from domain.signing import CLAUSE
from domain.terms import Line, StageTerm
from domain.yearbook import EnterPlan

# One transaction takes a whole plan; see FACTS_PER_APPEND_MAX.
LINES_MAX = 80
# A project that is approved by itself, or at the bank's door, is approved in its own case.
OF_A_PLAN = ("plan", "batch", "money")


def draft(asking: Asking, request: DraftPlan) -> Iterator[Step]:
    """Draft a plan whose lines fit what its portions have free."""
    before = asking.read(PLAN, asking.own).drafted
    # Drafted anew, a plan keeps the rules that it began under.
    rules = asking.rules(before.terms.policy if before else None)
    plan = plan_of(rules)
    asking.needs_post(plan.drafter, "draft a plan", plan.clause)
    if request.cuts and not request.reason.strip():
        raise BadInputError("reason", "an adjustment that cuts projects needs a reason")
    act = asking.act.under(plan.clause)
    drafted = PlanDrafted(
        act,
        asking.case.county,
        asking.case.no,
        1,
        request.year,
        request.title,
        request.lines,
        terms_of(rules),
        request.cuts,
        request.reason,
        request.under,
        request.bases,
        request.reasons,
    )
    _check_fits(asking, rules, Draft(act, drafted), drafted)
    results = _judged(asking, drafted)
    yield from _toward_force(asking, Draft(act, drafted, results))


def _check_fits(asking: Asking, rules: Rules, command: Draft | Correct, drafted: PlanDrafted) -> None:
    """Check a draft, or what it is corrected to, against its portions and its projects.

    Raises:
        RefusedError: If a rule says no.
    """
    if (count := len(drafted.lines) + len(drafted.cuts)) > LINES_MAX:
        raise BadInputError("lines", f"{count} lines, at most {LINES_MAX} a plan; split it")
    asking.after(PLAN, asking.own, command)
    _check_free(asking, drafted.lines, drafted.cuts, command.act.clause)
    if drafted.terms.at_once:
        _check_there(asking, command.act, drafted.lines)
    # A project that is not yet in the bank, or has its money, would leave the plan without minutes for ever.
    for project_no, amount_fen in _by_project(drafted.lines).items():
        projects.check(asking, project_no, Include(command.act, asking.case.no, amount_fen))
        bans.check(asking, project_no, "plan")
        bank.check_planned(asking, project_no, drafted.year)
    purposes.check_money(asking, rules.profile, drafted.lines)


def correct(asking: Asking, request: CorrectPlan) -> Iterator[Step]:
    """Correct a plan under way, for the post that drafted it; what the request leaves out stays."""
    _, drafted = state_of(asking)
    rules = asking.rules(drafted.terms.policy)
    clause = plan_of(rules).clause
    asking.needs_post(drafted.terms.drafter, "correct a plan", clause)
    names = ("lines", "cuts", "under", "bases", "reasons")
    said = {name: given for name in names if (given := getattr(request, name)) is not None}
    corrected = msgspec.structs.replace(drafted, **said, title=request.title or drafted.title)
    act = asking.act.under(CLAUSE)
    _check_fits(asking, rules, Correct(asking.act.under(clause), corrected, request.reason), corrected)
    command = Correct(act, corrected, request.reason, _judged(asking, corrected))
    yield Step(asking.own, command)
    yield from reopened(asking, command, request.reason)


def withdraw(asking: Asking, request: WithdrawPlan) -> Iterator[Step]:
    """Take a plan back before it is in force, for the post that drafted it."""
    _, drafted = state_of(asking)
    asking.needs_post(drafted.terms.drafter, "take a plan back", drafted.act.clause)
    command = Withdraw(asking.act.under(CLAUSE), request.reason)
    asking.after(PLAN, asking.own, command)
    yield Step(asking.own, command)
    yield from reopened(asking, command, request.reason)


def _judged(asking: Asking, drafted: PlanDrafted) -> tuple[RuleResult, ...]:
    """Judge the plan by the rules that it runs under; one in force is asked for again, and counts already."""
    if asking.read(PLAN, asking.own).in_force:
        return ()
    return judge_plan(asking.read, asking.rules(drafted.terms.policy).profile, drafted)


def plan_of(rules: Rules) -> Plan:
    """Return what the rules say of a plan.

    Raises:
        NoRuleStatedError: If they do not say who approves one.
    """
    plan = rules.profile.plan
    if plan is None or not plan.approvals:
        raise NoRuleStatedError(question="who approves?", key="plan.approvals")
    return plan


def terms_of(rules: Rules) -> PlanTerms:
    """Return the rules that a plan runs under.

    Raises:
        NoRuleStatedError: If the county's text does not say who approves one.
    """
    plan = plan_of(rules)
    stages = tuple(
        StageTerm(a.id, a.body or "", a.clause, a.record or "", counted(a.deadline, ("answer",), a.body), a.binds)
        for a in plan.approvals
        if a.subject in OF_A_PLAN
    )
    separate, keeps = rules.engine.duties.separate, rules.keeps(begins_anew=plan.begins_anew)
    return PlanTerms(rules.ref, plan.drafter or "", stages, separate, _at_once(rules), plan.together_with, keeps)


def _at_once(rules: Rules) -> bool:
    """Whether money is released with its plan: reimbursed (报账制), with no release among the project's steps."""
    release, project = rules.profile.release, rules.profile.project
    kinds = {step.kind for step in project.steps} if project else set()
    return release is not None and release.form == "reimbursement" and "release" not in kinds


def _check_free(asking: Asking, lines: tuple[Line, ...], cuts: tuple[Line, ...], clause: str) -> None:
    """Refuse a plan over a portion while it is still a draft (requests R60), not only at its approval."""
    for fund_no in _funds(lines, cuts):
        state = asking.read(FUND, asking.stream("fund", fund_no))
        if state.received is None:
            raise NoSuchFundError(fund_no=fund_no)
        # Of money that is announced only, nothing is released: a cut takes what its plans set aside.
        start = Bucket.UNRELEASED if state.awaited else Bucket.CLAIMABLE
        cut = [Move(s.pool, s.project_no, start, Bucket.FREE, s.amount_fen) for s in _of(fund_no, cuts)]
        given = [Move(s.pool, s.project_no, Bucket.FREE, Bucket.UNRELEASED, s.amount_fen) for s in _of(fund_no, lines)]
        state.balances.check(fund_no, (*cut, *given), ShortfallError, clause)


def _check_there(asking: Asking, act: Act, lines: tuple[Line, ...]) -> None:
    """Refuse a plan that releases at once money that has not arrived, while it is still a draft."""
    for fund_no in _funds(lines):
        needs_arrival(asking.read(FUND, asking.stream("fund", fund_no)), act, "release money")


def _funds(*lines: tuple[Line, ...]) -> list[str]:
    return sorted({line.fund_no for some in lines for line in some})


def _of(fund_no: str, lines: tuple[Line, ...]) -> tuple[Share, ...]:
    return tuple(Share(line.pool, line.project_no, line.amount_fen) for line in lines if line.fund_no == fund_no)


def _by_project(lines: tuple[Line, ...]) -> dict[str, int]:
    by_project: dict[str, int] = {}
    for line in lines:
        by_project[line.project_no] = by_project.get(line.project_no, 0) + line.amount_fen
    return by_project


def state_of(asking: Asking) -> tuple[PlanState, PlanDrafted]:
    """Return a plan and its latest draft.

    Raises:
        NoSuchPlanError: If it was never drafted.
    """
    state = asking.read(PLAN, asking.own)
    if state.drafted is None:
        raise NoSuchPlanError(plan_no=asking.case.no)
    return state, state.drafted


def stage_of(drafted: PlanDrafted, stage: str) -> StageTerm:
    """Return a stage of a plan's approval.

    Raises:
        BadInputError: If it has none of that id.
    """
    for term in drafted.terms.stages:
        if term.id == stage:
            return term
    stages = ", ".join(term.id for term in drafted.terms.stages)
    raise BadInputError("stage", f"{stage!r} is not one of {stages}")


def decide(asking: Asking, request: DecidePlan) -> Iterator[Step]:
    """Enter a body's decision; where no minutes are needed, the last one puts the plan in force."""
    _, drafted = state_of(asking)
    term = stage_of(drafted, request.stage)
    asking.needs_post(term.body, "approve a plan", term.clause)
    if request.held_on > (today := day_of(asking.act.recorded_at)):
        raise BadInputError("held_on", f"{request.held_on} lies after today, {today}")
    act = asking.act.under(term.clause)
    held = MeetingHeld(
        act,
        asking.case.county,
        request.meeting_no,
        term.body,
        request.held_on,
        request.present,
        request.quorum,
    )
    item = DecideItem(act, held, asking.own, request.approve, request.opinion)
    yield Step(asking.stream("meeting", request.meeting_no), item)
    said = (request.stage, request.meeting_no, request.opinion)
    yield from decided(asking, *said, approve=request.approve, end=request.end)


def decided(
    asking: Asking, stage: str, meeting_no: str, opinion: str, *, approve: bool, end: bool = False
) -> Iterator[Step]:
    """Bring to the plan what a body that met decided on it; where no minutes are needed, it may be in force by that."""
    _, drafted = state_of(asking)
    term = stage_of(drafted, stage)
    asking.needs_post(term.body, "approve a plan", term.clause)
    command = DecideStage(asking.act.under(term.clause), stage, meeting_no, approve, opinion, end=end)
    yield from _toward_force(asking, command)


def cosign(asking: Asking, request: CosignPlan) -> Iterator[Step]:
    """Sign the draft, for one's own post; where no body approves it, the last one puts the plan in force."""
    _, drafted = state_of(asking)
    yield from _toward_force(asking, Cosign(asking.act.under(drafted.act.clause), request.opinion))


def file_minutes(asking: Asking, request: FileMinutes) -> Iterator[Step]:
    """File the minutes; with those of the last body, the plan is in force."""
    state, drafted = state_of(asking)
    term = stage_of(drafted, request.stage)
    asking.needs_post(term.body, "file minutes", term.clause)
    act, meeting_no = asking.act.under(term.clause), state.awaits_minutes
    if meeting_no:
        filed = FileMinutesOfMeeting(act, meeting_no, asking.own, request.digest)
        yield Step(asking.stream("meeting", meeting_no), filed)
    yield from _toward_force(asking, BindMinutes(act, request.stage, meeting_no, request.digest))


def bound(asking: Asking, meeting_no: str, digest: str) -> Iterator[Step]:
    """Bring the minutes of a meeting to the plan, if its open stage waits for them."""
    state, drafted = state_of(asking)
    if state.awaits_minutes == meeting_no:
        term = drafted.terms.stages[state.passed]
        yield from _toward_force(asking, BindMinutes(asking.act.under(term.clause), term.id, meeting_no, digest))


def _toward_force(asking: Asking, command: Draft | DecideStage | BindMinutes | Cosign) -> Iterator[Step]:
    """Take the plan a step on; once in force, allot its money, tell its projects, and start each release's clock."""
    decided = list(stage_clocks(asking, command))
    after = asking.after(PLAN, asking.own, command)
    drafted = after.drafted
    if not after.in_force or drafted is None:
        yield Step(asking.own, command)
        yield from decided
        return
    # Judged once more: the year may have moved on since the plan was drafted.
    results = _judged(asking, drafted)
    yield Step(asking.own, replace(command, results=results))
    yield from decided
    act = command.act
    for year in fiscal_years(asking.read, asking.case.county, (*drafted.lines, *drafted.cuts)):
        yield Step(year_stream(asking.case.county, year), EnterPlan(act, asking.case.no))
    for fund_no in _funds(drafted.lines, drafted.cuts):
        yield from _allot(asking, act, drafted, fund_no)
    yield from _tell_projects(asking, act, drafted)
    yield from _tell_plans_cut_to_nothing(asking, act, drafted)


def _allot(asking: Asking, act: Act, drafted: PlanDrafted, fund_no: str) -> Iterator[Step]:
    state = asking.read(FUND, asking.stream("fund", fund_no))
    received = state.received
    if received is None:
        raise NoSuchFundError(fund_no=fund_no)
    allot = _allotment(act, drafted, fund_no, received.terms.form)
    yield Step(asking.stream("fund", fund_no), allot)
    # The clock of announced money starts when it arrives.
    if drafted.terms.at_once or not allot.shares or state.awaited:
        return
    # The clock is the fund's: its post releases, and its history shows when.
    of_fund = replace(asking, case=asking.case._replace(kind="fund", no=fund_no))
    no = f"fund-{fund_no}-release-{asking.case.no}"
    yield from clocks.start(of_fund, no, received.terms.release, act.occurred_on, received.terms.policy)


def _allotment(act: Act, drafted: PlanDrafted, fund_no: str, form: str) -> Allot:
    shares, cuts = _of(fund_no, drafted.lines), _of(fund_no, drafted.cuts)
    return Allot(act, fund_no, drafted.plan_no, shares, form if drafted.terms.at_once else "", cuts)


def _tell_projects(asking: Asking, act: Act, drafted: PlanDrafted) -> Iterator[Step]:
    for project_no, amount_fen in _by_project(drafted.lines).items():
        released = _of_project(drafted.lines, project_no) if drafted.terms.at_once else ()
        # Again: what was attested while it was a draft may have been taken back since.
        bans.check(asking, project_no, "plan")
        bank.check_planned(asking, project_no, drafted.year)
        yield from projects.bring(asking, project_no, Include(act, drafted.plan_no, amount_fen, released))
    unreleased = tuple(fund_no for fund_no in _funds(drafted.cuts) if _is_awaited(asking, fund_no))
    for project_no in _by_project(drafted.cuts):
        cut = Cut(act, _of_project(drafted.cuts, project_no), drafted.plan_no, unreleased)
        yield from projects.bring(asking, project_no, cut)


def _is_awaited(asking: Asking, fund_no: str) -> bool:
    return asking.read(FUND, asking.stream("fund", fund_no)).awaited


def _tell_plans_cut_to_nothing(asking: Asking, act: Act, drafted: PlanDrafted) -> Iterator[Step]:
    """Tell earlier plans of which funds nothing will ever be released: otherwise they would wait for it for ever."""
    emptied: dict[str, list[str]] = {}
    for fund_no in (no for no in _funds(drafted.cuts) if _is_awaited(asking, no)):
        stream = asking.stream("fund", fund_no)
        left = asking.after(FUND, stream, _allotment(act, drafted, fund_no, "")).waiting_plans
        for plan_no in asking.read(FUND, stream).waiting_plans:
            if plan_no not in left:
                emptied.setdefault(plan_no, []).append(fund_no)
    for plan_no, fund_nos in emptied.items():
        yield Step(asking.stream("plan", plan_no), NoteCut(act, tuple(fund_nos), drafted.plan_no))


def _of_project(lines: tuple[Line, ...], project_no: str) -> tuple[tuple[str, int], ...]:
    by_fund: dict[str, int] = {}
    for line in lines:
        if line.project_no == project_no:
            by_fund[line.fund_no] = by_fund.get(line.fund_no, 0) + line.amount_fen
    return tuple(by_fund.items())
