"""A month's tasks (月任务), what came of them, and the problems (问题) that were found."""

from domain.act import Act, Fact, RepeatDiffersError
from domain.dispatch_facts import Actual, ActualsEntered, ProblemFound, Task, TasksSet
from domain.dispatch_refusals import FiguresClosedError, NoTaskError, NotConsultedError, NothingCountedError, TaskError
from domain.dispatch_requests import ActualSaid, EnterActuals, FindProblem, SetMonthPlan, TaskSaid
from domain.dispatch_said import check_paper, kept_clause, month_of, unknown
from domain.dispatch_state import DispatchState
from domain.words import Both


def set_plan(state: DispatchState, act: Act, r: SetMonthPlan) -> tuple[Fact, ...]:
    """Return the month's tasks.

    Raises:
        RefusedError: If somebody was not consulted, the paper is missing, or tasks are none.
    """
    routine = state.terms.tasks
    assert routine is not None  # Or the procedure would have named nobody who sets it.
    if missing := [post for post in routine.consults if post not in r.consulted]:
        asked = ", ".join(r.consulted) or "-"
        raise NotConsultedError(routine=routine.id, needed=", ".join(missing), asked=asked, clause=routine.clause)
    check_paper(routine, r.record)
    tasks = _tasks(r.tasks, routine.clause)
    if state.tasks:
        before = tuple(state.tasks.values())
        if before != tasks:
            key = f"{month_of(state)} {routine.id}"
            raise RepeatDiffersError(key=key, recorded=_amounts(before), asked=_amounts(tasks))
        return ()
    return (TasksSet(act.under(routine.clause), routine.id, tasks, r.consulted, routine.to, r.record),)


def _amounts(tasks: tuple[Task, ...]) -> str:
    return ", ".join(f"{task.subject} {task.amount_fen or task.words}" for task in tasks)


def _tasks(said: tuple[TaskSaid, ...], clause: str) -> tuple[Task, ...]:
    subjects = [task.subject for task in said]
    for task in said:
        if bool(task.amount_fen) == bool(task.words.strip()) or subjects.count(task.subject) > 1:
            raise TaskError(subject=task.subject, clause=clause)
    if not said:
        raise TaskError(subject="-", clause=clause)
    return tuple(Task(task.subject, task.amount_fen, task.words) for task in said)


def enter_actuals(
    state: DispatchState, act: Act, r: EnterActuals, computed: dict[str, int]
) -> tuple[ActualsEntered, ...]:
    """Return the figures that are new, or corrected in time and with a reason.

    Raises:
        RefusedError: If there is no such task, or nothing to count.
    """
    routine = state.terms.tasks
    clause = routine.clause if routine else ""
    for said in r.actuals:
        if said.subject not in state.tasks:
            there = ", ".join(state.tasks) or "-"
            raise NoTaskError(subject=said.subject, month=month_of(state), there=there, clause=clause)
    new = tuple(_actual(state.tasks[said.subject], said, computed, clause) for said in r.actuals)
    changed = tuple(actual for actual in new if state.actuals.get(actual.subject) != actual)
    for actual in changed:
        before = state.actuals.get(actual.subject)
        if before is not None and (state.circulars or not r.reason.strip()):
            recorded, asked = before.amount_fen or before.is_done, actual.amount_fen or actual.is_done
            raise FiguresClosedError(subject=actual.subject, recorded=recorded, asked=asked)
    return (ActualsEntered(act.under(clause), changed, r.reason),) if changed else ()


def _actual(task: Task, said: ActualSaid, computed: dict[str, int], clause: str) -> Actual:
    counted = computed.get(said.subject)
    if not task.amount_fen:
        return Actual(said.subject, said.amount_fen or 0, said.is_done, counted, said.words)
    amount_fen = counted if said.amount_fen is None else said.amount_fen
    if amount_fen is None:
        raise NothingCountedError(subject=said.subject, clause=clause)
    return Actual(said.subject, amount_fen, False, counted, said.words)  # noqa: FBT003


def find_problem(state: DispatchState, act: Act, r: FindProblem) -> tuple[Fact, ...]:
    """Return a problem under its number.

    Raises:
        RefusedError: If no rule says what follows from it.
    """
    terms = state.terms
    named = next((problem for problem in terms.problems if problem.id == r.named), None)
    if r.named and named is None:
        raise unknown(state, Both("问题", "problem"), r.named, [problem.id for problem in terms.problems])
    rungs = [rung for ladder in terms.ladders for rung in ladder.rungs if rung.trigger == r.trigger]
    noted = r.trigger == "problem_found" and (named or terms.keeping("problems"))
    if not rungs and not noted:
        there = [rung.trigger for ladder in terms.ladders for rung in ladder.rungs]
        raise unknown(state, Both("触发情形", "trigger"), r.trigger, there)
    proposal = r.proposal or (f"{named.proposal_zh} / {named.proposal_en}" if named else "")
    clause = named.clause if named else rungs[0].clause if rungs else kept_clause(state, "problems")
    found = ProblemFound(act.under(clause), r.no, r.subject, r.trigger, r.said, proposal, r.named)
    if (before := state.problems.get(r.no)) is not None:
        if (before.subject, before.trigger, before.said) != (r.subject, r.trigger, r.said):
            raise RepeatDiffersError(key=r.no, recorded=before.said, asked=r.said)
        return () if before.proposal == proposal else (found,)
    return (found,)
