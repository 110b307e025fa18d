"""What is asked of a project: its first paper, each step's answer; and what other cases bring to it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from domain.bank_facts import EntryResult, LookedAlike
from domain.cases import year_stream
from domain.correcting_requests import CorrectProject, WithdrawProject
from domain.errors import BadInputError
from domain.ledger import Step
from domain.obligation import OBLIGATION
from domain.policy import Profile, ProjectRules
from domain.policy import Step as PolicyStep
from domain.policy.project import taken_again
from domain.procedures import attached, bank, bans, clocks, instruments, purposes
from domain.procedures.asking import Asking, NoRuleStatedError, Rules, counted
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import (
    Answer,
    Correct,
    Cosign,
    NotePaper,
    ProjectCommand,
    ProjectRegistered,
    ProjectTerms,
    Register,
    Withdraw,
)
from domain.project_signing import CORRECTED
from domain.project_state import BROUGHT, ProjectState
from domain.requests import AnswerStep, CosignStep, RegisterProject
from domain.signing import CLAUSE
from domain.terms import DeadlineTerm, RetentionTerm, StepTerm
from domain.yearbook import BankProject

# By these a project leaves its step though nobody answered there.
_UNANSWERED = (Correct, Withdraw, NotePaper)


def register(asking: Asking, request: RegisterProject) -> Iterator[Step]:
    """Bring a project into being by its county's first step."""
    rules = asking.rules()
    terms = instruments.terms_of(rules, request) if request.instrument else terms_of(rules)
    first = terms.steps[0]
    asking.needs_post(first.post, first.id, first.clause)
    if request.budget_fen <= 0:
        raise BadInputError("budget_fen", f"{request.budget_fen} is not above zero")
    bans.check_class(rules.profile, asking.case.no, request.use)
    purposes.check_class(rules.profile, request.purpose, request.use)
    bank.check_years(asking, rules.profile.bank, request.first_year, request.last_year)
    act = asking.act.under(first.clause)
    registered = ProjectRegistered(
        act,
        asking.case.county,
        asking.case.no,
        request.name,
        request.village,
        request.township,
        request.unit,
        request.use,
        request.budget_fen,
        terms,
        request.first_year,
        request.last_year,
        request.purpose,
    )
    if request.instrument:
        yield from instruments.used(asking, rules.profile, registered)
    tested, unlike = _at_the_door(asking, rules.profile, ProjectState(registered=registered), first, request)
    record = attached.record_of(asking, first, request.record)
    said = (request.opinion, record, tested, unlike, attached.before(asking))
    yield from _take(asking, asking.case.no, Register(act, registered, *said))


def _at_the_door(
    asking: Asking, profile: Profile, state: ProjectState, step: StepTerm, request: RegisterProject | AnswerStep
) -> tuple[tuple[EntryResult, ...], tuple[LookedAlike, ...]]:
    """Return what was tested of a project that enters the bank by *step*, and what it was told apart from."""
    registered = state.registered
    assert registered is not None
    if not bank.enters(registered, step):
        if request.tests or request.unlike:
            raise BadInputError("tests, unlike", f"{step.id} is not the bank's step")
        return (), ()
    if isinstance(request, RegisterProject) and asking.read(PROJECT, asking.own).registered:  # Asked once more.
        return (), ()
    tested = bank.tested(profile, state, step, request.tests)
    return tested, bank.told_apart(asking, profile, registered, request.unlike)


def terms_of(rules: Rules) -> ProjectTerms:
    """Return the rules that a project runs under.

    Raises:
        NoRuleStatedError: If the county's text names no steps.
    """
    profile = rules.profile
    if profile.project is None or not profile.project.steps:
        raise NoRuleStatedError(question="which steps does a project take?", key="project.steps")
    held = None
    if profile.retention is not None:
        payer = (profile.claims.payer if profile.claims else None) or ""
        r = profile.retention
        held = RetentionTerm(r.share_bp, r.hold_days, r.pay_days, payer, r.clause)
    keeps = rules.keeps(begins_anew=profile.project.begins_anew)
    return ProjectTerms(rules.ref, tuple(_steps(profile)), held, rules.engine.duties.separate, keeps=keeps)


@dataclass(frozen=True)
class _Rounds:
    """Rounds up and down (两上两下): which steps are taken again; the last round alone has their own names."""

    again: tuple[PolicyStep, ...]
    last: int

    @classmethod
    def of(cls, rules: ProjectRules) -> "_Rounds":
        """Return the rounds: of the declaration and its review."""
        again = tuple(rules.steps[n] for n in taken_again([step.kind for step in rules.steps]))
        return cls(again, rules.rounds.up if rules.rounds and rules.rounds.down else 1)

    def name(self, step: str, number: int) -> str:
        """Return the id of a step in round *number*."""
        again = number < self.last and any(step == up.id for up in self.again)
        return f"{step}_{number}" if again else step

    def term(self, step: PolicyStep, number: int) -> StepTerm:
        """Return a step in round *number*: it returns to steps of its own round, and of the one before."""
        numbers = (number, number - 1) if number > 1 and step in self.again else (number,)
        returns_to = tuple(dict.fromkeys(self.name(to, of) for of in numbers for to in step.returns_to))
        deadline = counted(step.deadline, ("answer",), step.post)
        name = self.name(step.id, number)
        record, together = step.record or "", step.together_with
        more = (together, step.papers, step.binds)
        return StepTerm(name, step.kind, step.post or "", step.clause, record, returns_to, deadline, *more)


def _steps(profile: Profile) -> Iterator[StepTerm]:
    """Yield the county's steps in order, each round up and down by itself (S-02, LC-08).

    A body that approves each project by itself stands as a step before the plan.
    """
    assert profile.project is not None
    rounds = _Rounds.of(profile.project)
    for step in profile.project.steps:
        if step in rounds.again[:1]:
            yield from (rounds.term(up, number) for number in range(1, rounds.last) for up in rounds.again)
        if step.kind == "plan" and profile.plan is not None:
            for a in (a for a in profile.plan.approvals if a.subject == "project"):
                days = counted(a.deadline, ("answer",), a.body)
                record = a.record or ""
                yield StepTerm(a.id, "approve", a.body or "", a.clause, record, deadline=days, covers=a.binds)
        yield rounds.term(step, rounds.last)


def answer(asking: Asking, request: AnswerStep) -> Iterator[Step]:
    """Answer the open step, for the post that the county's order names."""
    state = asking.read(PROJECT, asking.own)
    if state.registered is None:
        raise NoSuchProjectError(project_no=asking.case.no)
    step = state.step
    clause, record = step.clause if step else "", request.record
    tested: tuple[EntryResult, ...] = ()
    unlike: tuple[LookedAlike, ...] = ()
    if step is not None and step.id == request.step and step.kind not in BROUGHT:
        asking.needs_post(step.post, step.id, clause)
        if request.approve and (point := bans.point_of(step.kind)):
            bans.check(asking, asking.case.no, point)
        if request.approve:
            profile = asking.rules(state.registered.terms.policy).profile
            tested, unlike = _at_the_door(asking, profile, state, step, request)
            record = attached.record_of(asking, step, request.record)
    command = Answer(
        asking.act.under(clause),
        request.step,
        request.approve,
        request.opinion,
        record,
        request.return_to,
        request.contractor,
        request.amount_fen,
        tested,
        unlike,
        request.end,
    )
    yield from _take(asking, asking.case.no, command)


def correct(asking: Asking, request: CorrectProject) -> Iterator[Step]:
    """Correct a project under way, for the post that declared it; an empty field leaves what there is."""
    registered = _registered(asking)
    first = registered.terms.steps[0]
    asking.needs_post(first.post, "correct a project", first.clause)
    profile = asking.rules(registered.terms.policy).profile
    said = {
        name: getattr(registered, name) if (given := getattr(request, name)) in ("", 0) else given for name in CORRECTED
    }
    purposes.check_class(profile, said["purpose"], registered.use)
    if request.first_year or request.last_year:
        bank.check_years(asking, profile.bank, said["first_year"], said["last_year"])
    command = Correct(asking.act.under(CLAUSE), **said, budget_fen=request.budget_fen, reason=request.reason)
    if registered.terms.instrument and (now := check(asking, asking.case.no, command).registered):
        yield from instruments.used(asking, profile, now)
    listed = _listed_anew(asking, registered, command)
    if listed is None:
        if request.unlike:
            raise BadInputError("unlike", f"the bank does not list {asking.case.no} anew by this")
        yield from _take(asking, asking.case.no, command)
        return
    told_apart = bank.told_apart(asking, profile, listed, request.unlike)
    yield from _take(asking, asking.case.no, replace(command, told_apart=told_apart))
    yield bank.entered(asking, command.act, profile, listed)


def _listed_anew(asking: Asking, before: ProjectRegistered, command: Correct) -> ProjectRegistered | None:
    """Return what a project is by a correction, if it is in the bank, stays there, and is listed otherwise by it.

    One that a correction takes back to before the bank's step is looked at there.
    """
    after = check(asking, asking.case.no, command)
    there = _is_in(asking.read(PROJECT, asking.own)) and _is_in(after)
    names = ("name", "village", "township", "first_year", "last_year")
    now = after.registered
    return now if there and any(getattr(now, name) != getattr(before, name) for name in names) else None


def withdraw(asking: Asking, request: WithdrawProject) -> Iterator[Step]:
    """Take a project back before it is in a plan, for the post that declared it."""
    first = _registered(asking).terms.steps[0]
    asking.needs_post(first.post, "take a project back", first.clause)
    yield from _take(asking, asking.case.no, Withdraw(asking.act.under(CLAUSE), request.reason))


def _registered(asking: Asking) -> ProjectRegistered:
    registered = asking.read(PROJECT, asking.own).registered
    if registered is None:
        raise NoSuchProjectError(project_no=asking.case.no)
    return registered


def cosign(asking: Asking, request: CosignStep) -> Iterator[Step]:
    """Sign, for one's own post, a step that is taken together with others."""
    state = asking.read(PROJECT, asking.own)
    steps = state.registered.terms.steps if state.registered else ()
    clause = next((step.clause for step in steps if step.id == request.step), "")
    yield from _take(asking, asking.case.no, Cosign(asking.act.under(clause), request.step, request.opinion))


def check(asking: Asking, project_no: str, command: ProjectCommand) -> ProjectState:
    """Return what a project will be once *command* took effect.

    Raises:
        RefusedError: If there is no such project, or a rule says no.
    """
    stream = asking.stream("project", project_no)
    if asking.read(PROJECT, stream).registered is None and not isinstance(command, Register):
        raise NoSuchProjectError(project_no=project_no)
    return asking.after(PROJECT, stream, command)


def bring(asking: Asking, project_no: str, command: ProjectCommand) -> Iterator[Step]:
    """Bring to a project what another case did: a plan, a release, a claim, a payment."""
    yield from _take(asking, project_no, command)


def _take(asking: Asking, project_no: str, command: ProjectCommand) -> Iterator[Step]:
    """Yield the project's step, with the clocks of the steps that it ends and begins."""
    stream = asking.stream("project", project_no)
    before = asking.read(PROJECT, stream)
    after = check(asking, project_no, command)
    yield Step(stream, command)
    if after.registered is None:
        return
    on, policy = command.act.occurred_on, after.registered.terms.policy
    for_project = Asking(asking.act, asking.case._replace(kind="project", no=project_no), asking.read, asking.calendar)
    if "bank" in after.passed_on and "bank" not in before.passed_on:
        book = year_stream(asking.case.county, after.passed_on["bank"].year)
        yield Step(book, BankProject(command.act, project_no))
    if after.signed.ended and not before.signed.ended:
        yield from instruments.unused(asking, after.registered)
    if _is_in(after) and not _is_in(before):
        yield bank.entered(asking, command.act, asking.rules(policy).profile, after.registered)
    left, entered = _visit(before), _visit(after)
    if left != entered:
        if left and isinstance(command, _UNANSWERED):
            yield from clocks.drop(asking, f"project-{project_no}-{left}", getattr(command, "reason", "") or CLAUSE)
        elif left:  # Whatever the rules say by now: a clock that was started is there to be met.
            yield from clocks.meet(asking, f"project-{project_no}-{left}", "answer")
        if entered and after.step and after.step.deadline:
            yield from clocks.start(for_project, f"project-{project_no}-{entered}", after.step.deadline, on, policy)
    if "accept" in after.passed_on and "accept" not in before.passed_on:
        yield from _hold(for_project, after, after.registered.terms.retention, on)


def _is_in(state: ProjectState) -> bool:
    """Return whether the project has entered the bank, or, where its order has none, begun."""
    if state.registered is None or state.registered.terms.instrument:
        return False
    return "bank" in state.passed_on or all(step.kind != "bank" for step in state.registered.terms.steps)


def _visit(state: ProjectState) -> str:
    """Return the name of this stay at a step: a step that is reached again after a return has a clock of its own."""
    step = state.step
    return f"{step.id}-{state.returns + 1}" if state.registered and step else ""


def _hold(asking: Asking, after: ProjectState, retention: RetentionTerm | None, on: date) -> Iterator[Step]:
    """Start the clock of the retention money, which outlives the handover."""
    if retention is None or after.money.contract is None or after.registered is None:
        return
    days = retention.hold_days + retention.pay_days
    term = DeadlineTerm("retention", days, "calendar", retention.responsible, retention.clause, ("paid",))
    no = f"project-{asking.case.no}-retention"
    if asking.read(OBLIGATION, asking.stream("obligation", no)).opened:  # Accepted anew: it runs since the first time.
        return
    yield from clocks.start(asking, no, term, on, after.registered.terms.policy)
