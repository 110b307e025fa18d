"""Performance (绩效) of one project: measures, monitoring, evaluation, what follows from it, and its real linkage.

Who may ask is the procedure's to check (`domain/procedures/performance.py`, `linkage.py`); here is what hangs on what
came before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from domain import duties
from domain.act import CaseState, Decider, OpenStep, RepeatDiffersError
from domain.performance_facts import (
    FACTS,
    DeviationCorrected,
    DutyPerformed,
    EnterResult,
    HeldToAccount,
    HouseholdConfirmed,
    LinkageRecorded,
    Measure,
    MeasuresSet,
    PerformanceClosed,
    PerformanceFact,
    PerformanceOpened,
    ResultEvaluated,
    ResultMonitored,
    ShortfallExplained,
    Task,
    Value,
    WeaknessFound,
    WeaknessMended,
)
from domain.performance_refusals import (
    ConfirmedBeforeError,
    NothingToAnswerError,
    PerformanceClosedError,
    StillOpenError,
    UnknownMeasureError,
)

# Nobody is waited for with these.
ALLOWED = (
    "set-measures",
    "monitor",
    "evaluate",
    "report-duty",
    "record-linkage",
    "confirm-household",
    "find-weakness",
    "close",
)


@dataclass
class PerformanceState(CaseState):
    """What was aimed at, what came of it, and what waits for an answer."""

    opened: PerformanceOpened | None = None
    measures: dict[str, Measure] = field(default_factory=dict)
    hands: dict[str, str] = field(default_factory=dict)  # Who set the measures: they prepare, and may not evaluate.
    monitored: list[ResultMonitored] = field(default_factory=list)
    uncorrected: dict[int, ResultMonitored] = field(default_factory=dict)
    evaluated: dict[int, ResultEvaluated] = field(default_factory=dict)
    unexplained: dict[str, Task] = field(default_factory=dict)
    unaccounted: int = 0  # The year whose result nobody was held to account for yet; 0 where nobody is to be.
    linked: list[LinkageRecorded] = field(default_factory=list)
    households: dict[str, HouseholdConfirmed] = field(default_factory=dict)
    weak: WeaknessFound | None = None
    is_closed: bool = False

    @property
    def project_no(self) -> str:
        """Return whose results these are."""
        return self.opened.project_no if self.opened else "-"


def open_steps(state: PerformanceState) -> tuple[OpenStep, ...]:
    """Return what waits for a post."""
    return tuple(_open(state)) if state.opened and not state.is_closed else ()


def _open(state: PerformanceState) -> Iterator[OpenStep]:
    assert state.opened is not None
    terms = state.opened.terms
    for number in state.uncorrected:
        yield OpenStep(f"correct:{number}", terms.correction.post if terms.correction else "")
    for task in state.unexplained.values():
        yield OpenStep(f"explain:{task.id}", task.post)
    if state.unaccounted and terms.accountability:
        yield OpenStep("account", terms.accountability.post)
    if terms.links and not state.linked:
        yield OpenStep("record-linkage", terms.links.post)
    if state.weak:
        yield OpenStep("mend", terms.mends.post if terms.mends else "")
    if terms.evaluation and not state.evaluated:
        yield OpenStep("evaluate", terms.evaluation.post)


def judge(state: PerformanceState, command: EnterResult) -> tuple[PerformanceFact, ...]:
    """Return the facts of *command*; what is on record already in the same words is not entered again."""
    if state.is_closed:
        raise PerformanceClosedError(project_no=state.project_no)
    opening = () if state.opened else tuple(f for f in command.facts if isinstance(f, PerformanceOpened))
    rest = tuple(fact for fact in command.facts if not isinstance(fact, PerformanceOpened))
    assert state.opened or opening, "a case is opened with its first fact"
    return (*opening, *(fact for fact in rest if _is_new(state, fact)))


def _is_new(state: PerformanceState, fact: PerformanceFact) -> bool:
    """Return whether a fact is to be entered.

    Raises:
        RefusedError: If what came before forbids it.
    """
    match fact:
        case ResultMonitored(values=values):
            _check_known(state, values)
        case ResultEvaluated():
            return _is_new_evaluation(state, fact)
        case DeviationCorrected(number=number):
            _check_open(state, f"correct:{number}", fact)
        case ShortfallExplained(duty=duty):
            _check_open(state, f"explain:{duty}", fact)
        case HeldToAccount():
            _check_open(state, "account", fact)
        case WeaknessMended():
            _check_open(state, "mend", fact)
        case WeaknessFound() if state.weak is not None:
            raise RepeatDiffersError(key="weakness", recorded=state.weak.words, asked=fact.words)
        case HouseholdConfirmed(household=household) if household in state.households:
            before, clause = state.households[household].act, fact.act.clause
            raise ConfirmedBeforeError(household=household, on=before.occurred_on, person=before.person, clause=clause)
        case PerformanceClosed() if waiting := open_steps(state):
            names = ", ".join(step.id for step in waiting)
            raise StillOpenError(project_no=state.project_no, open=names, clause=fact.act.clause)
        case _:
            pass
    return True


def _is_new_evaluation(state: PerformanceState, fact: ResultEvaluated) -> bool:
    before = state.evaluated.get(fact.year)
    if before is not None:
        recorded, asked = _content(before), _content(fact)
        if recorded != asked:
            raise RepeatDiffersError(key=f"evaluation of {fact.year}", recorded=recorded, asked=asked)
        return False
    duties.check(fact.act, "evaluate", state.hands)
    _check_known(state, fact.values)
    if missing := set(state.measures) - {value.measure for value in fact.values}:
        _refuse_measures(state, tuple(sorted(set(state.measures) - missing)))
    return True


def _content(fact: ResultEvaluated) -> tuple[object, ...]:
    return fact.grade, fact.score, fact.values, fact.reached


def _check_known(state: PerformanceState, values: tuple[Value, ...]) -> None:
    names = tuple(value.measure for value in values)
    if len(set(names)) != len(names) or set(names) - set(state.measures):
        _refuse_measures(state, names)


def _refuse_measures(state: PerformanceState, given: tuple[str, ...]) -> None:
    wanted = ", ".join(state.measures) or "-"
    raise UnknownMeasureError(project_no=state.project_no, wanted=wanted, given=", ".join(given) or "-")


def _check_open(state: PerformanceState, step: str, fact: PerformanceFact) -> None:
    waiting = [waits.id for waits in open_steps(state)]
    if step not in waiting:
        said = ", ".join(waiting) or "-"
        raise NothingToAnswerError(project_no=state.project_no, what=step, open=said, clause=fact.act.clause)


def apply(state: PerformanceState, fact: PerformanceFact) -> None:
    """Fold one fact into the state."""
    match fact:
        case PerformanceOpened():
            state.opened = fact
        case MeasuresSet(measures=measures):
            state.measures = {measure.name: measure for measure in measures}
            state.hands |= dict.fromkeys(fact.act.hands, "declare")
        case ResultMonitored():
            state.monitored.append(fact)
            if fact.deviation:
                _ask_why(state, fact)
        case ResultEvaluated():
            state.evaluated[fact.year] = fact
            if fact.missed:
                _ask_who(state, fact)
        case DeviationCorrected(number=number):
            del state.uncorrected[number]
        case ShortfallExplained(duty=duty):
            del state.unexplained[duty]
        case HeldToAccount():
            state.unaccounted = 0
        case LinkageRecorded():
            state.linked.append(fact)
        case HouseholdConfirmed(household=household):
            state.households[household] = fact
        case WeaknessFound():
            state.weak = fact
        case WeaknessMended():
            state.weak = None
        case PerformanceClosed():
            state.is_closed = True
        case DutyPerformed():
            pass


def _ask_why(state: PerformanceState, fact: ResultMonitored) -> None:
    """A deviation is corrected where the text says so, else explained by those who answer."""
    assert state.opened is not None
    if state.opened.terms.correction:
        state.uncorrected[fact.number] = fact
    else:
        state.unexplained.update({task.id: task for task in state.opened.terms.explains})


def _ask_who(state: PerformanceState, fact: ResultEvaluated) -> None:
    """A missed target is explained by those who answer, and answered for where the text says so."""
    assert state.opened is not None
    state.unexplained.update({task.id: task for task in state.opened.terms.explains})
    if state.opened.terms.accountability:
        state.unaccounted = fact.year


def _stage(state: PerformanceState) -> str:
    if state.is_closed:
        return "closed"
    return "evaluated" if state.evaluated else "monitored" if state.monitored else "followed" if state.opened else ""


PERFORMANCE = Decider(
    "performance",
    PerformanceState,
    judge,
    apply,
    (EnterResult,),
    FACTS,
    open_steps,
    _stage,
    lambda s: s.is_closed,
    lambda s: ALLOWED if s.opened and not s.is_closed else (),
    births=(PerformanceOpened,),
)
