"""What is asked of a project's results (绩效): by whom, under which rule of the county's, and what it opens."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from domain.act import Act
from domain.cases import case_id, kind_of, parse_case
from domain.errors import BadInputError
from domain.ledger import Step
from domain.performance import PERFORMANCE, PerformanceState
from domain.performance_facts import (
    DeviationCorrected,
    DutyPerformed,
    EnterResult,
    HeldToAccount,
    Measure,
    MeasuresSet,
    PerformanceClosed,
    PerformanceFact,
    PerformanceOpened,
    PerformanceTerms,
    ResultEvaluated,
    ResultMonitored,
    ShortfallExplained,
    Task,
    Value,
)
from domain.performance_refusals import NotAnswerableError
from domain.policy import Profile
from domain.policy.results import Hook
from domain.procedures import clocks
from domain.procedures.asking import Asking, NoRuleStatedError, Rules, counted
from domain.procedures.bans import target_setter
from domain.procedures.beneficiaries import reached, sums
from domain.procedures.third_parties import check_third_party
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import ProjectRegistered, StepPassed, TargetSet
from domain.requests import (
    ClosePerformance,
    CorrectDeviation,
    EvaluateResult,
    ExplainShortfall,
    HoldToAccount,
    MonitorResult,
    ReportDuty,
    SetMeasures,
)

# What of a project's results may have a day that runs from the project's own steps.
DATED = ("monitoring", "evaluation")


@dataclass(frozen=True)
class About:
    """The project whose results are asked about, with the rules that they run under."""

    asking: Asking
    registered: ProjectRegistered
    rules: Rules
    state: PerformanceState

    @property
    def profile(self) -> Profile:
        """Return the county's rules."""
        return self.rules.profile

    def hook(self, phase: str, question: str) -> Hook:
        """Return the county's rule on a phase.

        Raises:
            NoRuleStatedError: If its text has none.
        """
        found = next((hook for hook in self.profile.performance if hook.phase == phase), None)
        if found is None:
            raise NoRuleStatedError(question=question, key=f"performance.{phase}")
        return found

    def by(self, post: str | None, what: str, clause: str) -> Act:
        """Return the act under *clause*, of who acts for *post*."""
        self.asking.needs_post(post, what, clause)
        return self.asking.act.under(clause)


def about(asking: Asking, project_no: str) -> About:
    """Return what is to be known of a project for its results.

    Raises:
        NoSuchProjectError: If there is none.
        NoRuleStatedError: If the county's text says nothing of results, nor of linkage.
    """
    registered = asking.read(PROJECT, asking.stream("project", project_no)).registered
    if registered is None:
        raise NoSuchProjectError(project_no=project_no)
    state = asking.read(PERFORMANCE, asking.stream("performance", project_no))
    rules = asking.rules(state.opened.terms.policy if state.opened else registered.terms.policy)
    if not rules.profile.performance and not rules.profile.linkage:
        raise NoRuleStatedError(question="are results followed?", key="performance")
    return About(asking, registered, rules, state)


def enter(asked: About, fact: PerformanceFact) -> Iterator[Step]:
    """Yield the step that enters *fact*, and opens the case if it is the first."""
    stream = case_id(asked.asking.case.county, "performance", asked.registered.project_no)
    facts = (fact,) if asked.state.opened else (_opening(asked, fact.act), fact)
    yield Step(stream, EnterResult(fact.act, facts))


def _opening(asked: About, act: Act) -> PerformanceOpened:
    return PerformanceOpened(act, asked.registered.county, asked.registered.project_no, terms_of(asked))


def terms_of(asked: About) -> PerformanceTerms:
    """Return the rules that a project's results run under."""
    hooks = {hook.phase: hook for hook in asked.profile.performance}
    tasks = {
        phase: Task(hook.id, hook.post or "", hook.clause, hook.deadline.kind if hook.deadline else "")
        for phase, hook in hooks.items()
        if phase in ("monitoring", "correction", "evaluation", "accountability")
    }
    answers = tuple(Task(d.id, d.post or "", d.clause) for d in asked.profile.duties if d.kind == "answers")
    rules = {rule.topic: rule for rule in asked.profile.linkage}
    standing, operator, weak = (rules.get(topic) for topic in ("standing", "operator", "weak"))
    # A wish is no duty: it may be recorded, and nobody is waited for.
    due = standing is not None and standing.effect in ("gate", "record", "award")
    links = Task(standing.id, standing.post or _setter(asked), standing.clause) if standing and due else None
    mends = Task(operator.id, operator.post or "", operator.clause) if operator and weak else None
    return PerformanceTerms(asked.rules.ref, **tasks, explains=answers, links=links, mends=mends)


def _setter(asked: About) -> str:
    return asked.registered.terms.steps[0].post


def follow(asking: Asking, stream: str, fact: Any) -> Iterator[Step]:
    """Open a project's results with its target (绩效目标), where the county's text follows results at all.

    Once the project is built or accepted, the days of its monitoring and evaluation run, where the text counts them.
    """
    if kind_of(stream) == "project" and isinstance(fact, StepPassed):
        yield from _due_once(asking, parse_case(stream).no, fact)
    if not isinstance(fact, TargetSet) or kind_of(stream) != "project":
        return
    project_no = parse_case(stream).no
    registered = asking.read(PROJECT, stream).registered
    if registered is None or not asking.rules(registered.terms.policy).profile.performance:
        return
    asked = about(asking, project_no)
    if asked.state.opened is None:
        covers = next((h for h in asked.profile.performance if h.phase == "coverage"), asked.profile.performance[0])
        act = fact.act.under(covers.clause)
        yield Step(asking.stream("performance", project_no), EnterResult(act, (_opening(asked, act),)))


def _due_once(asking: Asking, project_no: str, fact: StepPassed) -> Iterator[Step]:
    state = asking.read(PERFORMANCE, asking.stream("performance", project_no))
    if state.opened is None or state.is_closed:
        return
    profile = asking.rules(state.opened.terms.policy).profile
    kinds = {step.id: step.kind for step in profile.project.steps} if profile.project else {}
    passed = {"build": "built", "accept": "accepted"}.get(kinds.get(fact.step, ""))
    for hook in profile.performance:
        if hook.phase in DATED and hook.deadline is not None and hook.deadline.start == passed:
            own = replace(asking, case=asking.case._replace(kind="performance", no=project_no))
            term = counted(hook.deadline, ("answer",), hook.post)
            no = f"performance-{project_no}-{hook.phase}"
            yield from clocks.start(own, no, term, fact.act.occurred_on, state.opened.terms.policy)


def record(asking: Asking, request: Any) -> Iterator[Step]:
    """Enter what a request says of a project's results."""
    asked = about(asking, asking.case.no)
    fact = _FACT_OF[type(request)](asked, request)
    yield from enter(asked, fact)
    if isinstance(fact, ResultMonitored | ResultEvaluated):
        phase = "monitoring" if isinstance(fact, ResultMonitored) else "evaluation"
        yield from clocks.meet(asking, f"performance-{asking.case.no}-{phase}", "answer")
    match fact:
        case ResultMonitored(number=number, deviation=deviation) if deviation:
            correction = next((h for h in asked.profile.performance if h.phase == "correction"), None)
            if correction is not None:
                term = counted(correction.deadline, ("answer",), correction.post)
                yield from clocks.start(asking, _clock(asking, number), term, fact.act.occurred_on, asked.rules.ref)
        case DeviationCorrected(number=number):
            yield from clocks.meet(asking, _clock(asking, number), "answer")


def _clock(asking: Asking, number: int) -> str:
    return f"performance-{asking.case.no}-correct-{number}"


def _measures(asked: About, request: SetMeasures) -> PerformanceFact:
    post, clause = target_setter(asked.profile, asked.registered)
    act = asked.by(post, "set the target", clause)
    names = [aim.name for aim in request.measures]
    if len(set(names)) != len(names):
        raise BadInputError("measures.name", f"one stands twice: {', '.join(names)}")
    known = [hook.id for hook in asked.profile.performance if hook.phase == "measure"]
    for aim in request.measures:
        if aim.of and aim.of not in known:
            raise BadInputError("measures.of", f"{aim.of!r} is none of the county's: {', '.join(known) or '-'}")
    measures = tuple(Measure(aim.name, aim.unit, aim.value, aim.at_most, aim.of) for aim in request.measures)
    return MeasuresSet(act, measures, request.record)


def _monitored(asked: About, request: MonitorResult) -> PerformanceFact:
    hook = asked.hook("monitoring", "is a result monitored?")
    act = asked.by(hook.post, "monitor a result", hook.clause)
    check_third_party(asked.profile, asked.asking.act, "monitor a result", request.record, hook.clause)
    _check_begun(request.year, act)
    values = tuple(Value(came.measure, came.value) for came in request.values)
    number = len(asked.state.monitored) + 1
    deviation = request.deviation.strip()
    return ResultMonitored(act, number, request.year, request.channel, values, deviation, request.record)


def _check_begun(year: int, act: Act) -> None:
    if year > act.occurred_on.year:
        raise BadInputError("year", f"{year} has not begun on {act.occurred_on}")


def _corrected(asked: About, request: CorrectDeviation) -> PerformanceFact:
    hook = asked.hook("correction", "is a deviation corrected in the year?")
    act = asked.by(hook.post, "correct a deviation", hook.clause)
    return DeviationCorrected(act, request.number, request.handling, request.words, request.record)


def _evaluated(asked: About, request: EvaluateResult) -> PerformanceFact:
    hook = asked.hook("evaluation", "is a result evaluated?")
    act = asked.by(hook.post, "evaluate a result", hook.clause)
    unit = check_third_party(asked.profile, asked.asking.act, "evaluate a result", request.record, hook.clause)
    _check_begun(request.year, act)
    values = tuple(Value(came.measure, came.value) for came in request.values)
    measures = asked.state.measures
    missed = tuple(v.measure for v in values if v.measure in measures and not measures[v.measure].reached(v.value))
    groups = reached(asked.profile, request.reached, hook.clause)
    households, villages = sums(asked.profile, groups)
    said = (request.year, request.grade, values, missed, unit, request.score)
    return ResultEvaluated(act, *said, groups, households, villages, request.record)


def _explained(asked: About, request: ExplainShortfall) -> PerformanceFact:
    task = next((task for task in _terms(asked).explains if task.id == request.duty), None)
    if task is None:
        known = ", ".join(task.id for task in _terms(asked).explains) or "-"
        raise BadInputError("duty", f"{request.duty!r} is none that answers: {known}")
    act = asked.by(task.post, "explain a shortfall", task.clause)
    return ShortfallExplained(act, task.id, request.words, request.record)


def _terms(asked: About) -> PerformanceTerms:
    return asked.state.opened.terms if asked.state.opened else terms_of(asked)


def _held(asked: About, request: HoldToAccount) -> PerformanceFact:
    hook = asked.hook("accountability", "who is held to account for no result?")
    act = asked.by(hook.post, "hold to account", hook.clause)
    # Where no duty answers, the county's text leaves open who does: any post of its own may be named.
    known = {task.post for task in _terms(asked).explains} or {p.id for p in asked.profile.posts if p.kind != "outside"}
    if request.accountable not in known:
        said = {"accountable": request.accountable, "known": ", ".join(sorted(known)), "clause": hook.clause}
        raise NotAnswerableError(project_no=asked.registered.project_no, **said)
    return HeldToAccount(act, asked.state.unaccounted, request.accountable, request.words, request.record)


def _performed(asked: About, request: ReportDuty) -> PerformanceFact:
    duties = {duty.id: duty for duty in asked.profile.duties if duty.kind == "performs"}
    if request.duty not in duties:
        known = ", ".join(duties) or "-"
        raise BadInputError("duty", f"{request.duty!r} is none that is performed for the county: {known}")
    duty = duties[request.duty]
    act = asked.by(duty.post, "perform a duty", duty.clause)
    unit = check_third_party(asked.profile, asked.asking.act, "perform a duty", request.record, duty.clause)
    return DutyPerformed(act, duty.id, unit, request.words, request.record)


def _closed(asked: About, request: ClosePerformance) -> PerformanceFact:
    """Whoever evaluates closes; where nobody evaluates, who monitors; else who set the target."""
    post, clause = target_setter(asked.profile, asked.registered)
    terms = _terms(asked)
    if task := terms.evaluation or terms.monitoring:
        post, clause = task.post, task.clause
    return PerformanceClosed(asked.by(post, "close a performance case", clause), request.words)


_FACT_OF: dict[type, Callable[[About, Any], PerformanceFact]] = {
    SetMeasures: _measures,
    MonitorResult: _monitored,
    CorrectDeviation: _corrected,
    EvaluateResult: _evaluated,
    ExplainShortfall: _explained,
    HoldToAccount: _held,
    ReportDuty: _performed,
    ClosePerformance: _closed,
}
