"""How a sample year's months are dispatched and its weeks watched: by the steps that each case itself waits for."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.act import OpenStep
from domain.calendar import month_last_day
from domain.dispatch import DISPATCH
from domain.dispatch_requests import (
    ActualSaid,
    AnswerRectification,
    CloseMonth,
    DoRoutine,
    EnterActuals,
    FindAnomaly,
    HandOverReferral,
    IssueCircular,
    RankSubjects,
    ReportWeek,
    SetMonthPlan,
    SettleAnomaly,
    TakeLook,
    TakeRung,
    TaskSaid,
    VerifyAnomaly,
    WarnOfAnomaly,
)
from domain.dispatch_state import DispatchState
from domain.dispatch_terms import OversightTerms, RoutineTerm
from domain.procedures.asking import rules_of
from domain.procedures.oversight import terms_of
from domain.procedures.spending import paid_by, projects_of
from domain.requests import AnyRequest
from domain.watch import DAYS_OF_A_WEEK, WATCH, WatchState, ending, ladder_of, monday_of, watchers
from simulation.agenda import Dice, Story, paper
from simulation.sample_model import Samples
from simulation.stage import Stage

LATE_DAY, DUE_DAY = 8, 4
TO_RECTIFY = timedelta(days=15)
# What is done at once when it waits; an answer to a rectification waits for its day.
WAITS_FOR_ITS_DAY = "answer-rectification"


async def month_story(stage: Stage, dice: Dice, samples: Samples, month: int) -> Story:
    """Take a month from its tasks to its record on file; the first of a year's is late."""
    year, no = samples.head.year, f"{samples.head.year}-{month:02}"
    late = month == samples.head.dispatched[0]
    yield date(year, month, LATE_DAY if late else DUE_DAY)
    terms = _rules(stage)
    tasks = terms.tasks
    assert tasks is not None, "a county without dispatch plays no month"
    await stage.act("dispatch", no, _plan(stage, samples, tasks, terms.task_subject, month), tasks.post)
    yield month_last_day(year, month) - timedelta(days=1)
    if tasks.topic == "dispatch":
        await stage.act("dispatch", no, DoRoutine(routine=tasks.id, said="样例：听取进展，研究问题"), tasks.post)
    while step := _next_step(stage, no):
        if step.id.startswith(WAITS_FOR_ITS_DAY):
            yield max(told.by or stage.today for told in _month(stage, no).rectifications.values())
        await stage.act("dispatch", no, _answer(stage, no, step, dice), _post(stage, no, step))
        yield stage.today
    keeper, record = terms.keeping("dispatch"), paper(stage.county, no, "record")
    await stage.act("dispatch", no, CloseMonth(record=record), keeper.keeper if keeper else None)


def _month(stage: Stage, no: str) -> DispatchState:
    return stage.state(DISPATCH, no)


def _next_step(stage: Stage, no: str) -> OpenStep | None:
    return next(iter(DISPATCH.open_steps(_month(stage, no))), None)


def _plan(stage: Stage, samples: Samples, tasks: RoutineTerm, kind: str, month: int) -> SetMonthPlan:
    record = paper(stage.county, month, "tasks") if tasks.record else ""
    of_kind = _amounts(stage, samples, kind, month) if kind in ("unit", "township") else _works(stage)
    return SetMonthPlan(tasks=tuple(of_kind), consulted=tasks.consults, record=record)


def _amounts(stage: Stage, samples: Samples, kind: str, month: int) -> Iterator[TaskSaid]:
    """Yield what the month's claims come to; every other month asks the later ones for more."""
    stretch = 5 if samples.head.dispatched.index(month) % 2 else 0
    known = set(paid_by(stage.ledger.state, stage.county, kind, stage.today, stage.today))
    subject = {project.project_no: str(getattr(project, kind)) for project in samples.projects}
    sums: dict[str, int] = {}
    for claim in samples.claims:
        if claim.month == month and subject[claim.project_no] in known:
            sums[subject[claim.project_no]] = sums.get(subject[claim.project_no], 0) + claim.amount_fen
    for n, (name, amount_fen) in enumerate(sorted(sums.items())):
        yield TaskSaid(name, amount_fen * (100 + n * stretch) // 100)


def _works(stage: Stage) -> Iterator[TaskSaid]:
    for no in sorted(projects_of(stage.ledger.state, stage.county, stage.today.year).projects):
        yield TaskSaid(no, words="样例：完成本月进度节点")


def _post(stage: Stage, no: str, step: OpenStep) -> str | None:
    """Return who answers a step; where the rung names nobody, the routine or the ranking does."""
    terms = _month(stage, no).terms
    routine = terms.routine("circular")
    by_way = {"circular": routine.post if routine else "", "rank": terms.rankings[0].post if terms.rankings else ""}
    return step.post or by_way.get(step.id) or None


def _answer(stage: Stage, no: str, step: OpenStep, dice: Dice) -> AnyRequest:
    state, (what, _, rest) = _month(stage, no), step.id.partition(":")
    rung, _, subject = rest.partition(":")
    ladder, _, rung = rung.partition(".")
    record = paper(stage.county, no, step.id)
    match what:
        case "enter-actuals":
            return EnterActuals(actuals=tuple(_actual(state, name, dice) for name in state.waits_for_figures))
        case "circular":
            return IssueCircular(said="样例：本月进展情况通报", record=record)
        case "rank":
            return RankSubjects(ranking=state.terms.rankings[0].id)
        case "hand-over":
            return HandOverReferral(received_by="样例·接收人", record=record)
        case "answer-rectification":
            name = rest
            of = next(of for of, told in state.rectifications if told == name)
            done = dice.happens(2)
            said = "样例：已整改到位" if done else "样例：整改不到位"
            return AnswerRectification(ladder=of, subject=name, is_done=done, said=said, record=record)
        case _:
            limited = any(r.limit for one in state.terms.ladders if one.id == ladder for r in one.rungs)
            talk = any(r.effect == "interview" for one in state.terms.ladders for r in one.rungs if r.id == rung)
            by = stage.today + TO_RECTIFY if talk and limited else None
            with_whom = "样例·负责人" if talk else ""
            return TakeRung(
                ladder=ladder, rung=rung, subject=subject, said="样例：加快进度", with_whom=with_whom, rectify_by=by
            )


def _actual(state: DispatchState, subject: str, dice: Dice) -> ActualSaid:
    """Take what the ledger counts; of work in words, most is done."""
    if state.tasks[subject].amount_fen:
        return ActualSaid(subject)
    return ActualSaid(subject, is_done=not dice.happens(4), words="样例：现场核实")


async def week_story(stage: Stage, dice: Dice, year: int, week: int) -> Story:
    """Watch a week, missing a look now and then; something is found in it, and dealt with on the next day."""
    no = f"{year}-W{week:02}"
    first = monday_of(no)
    yield first
    rules = _rules(stage)
    routine, report = rules.routine("watch"), rules.routine("report")
    assert routine is not None, "a county without a watch plays no week"
    assert report is not None, "a county without a watch plays no week"
    for n in range(DAYS_OF_A_WEEK):
        yield first + timedelta(days=n)
        for post in watchers(routine) * (routine.by_when.times if routine.by_when else 1):
            if n == 0 or not dice.happens(6):
                system = next((one.id for one in rules.systems if one.direction != "out"), "")
                await stage.act("watch", no, TakeLook(said="样例：未见异常", system=system), post)
        if n == 1:
            await _find(stage, no, routine.post)
        if n == 2:  # noqa: PLR2004 - the day after
            await _deal(stage, no)
    record = paper(stage.county, no, "report")
    said = ReportWeek(said="样例：一周汇总", record=record, took_part=report.together_with)
    await stage.act("watch", no, said, report.post)


def _rules(stage: Stage) -> OversightTerms:
    return terms_of(rules_of(stage.ledger.state, stage.county))


async def _find(stage: Stage, no: str, post: str) -> None:
    funds = projects_of(stage.ledger.state, stage.county, stage.today.year).funds
    found = FindAnomaly(no=f"{no}-1", subject=funds[0], said="样例：资金到账后三十日未使用")
    await stage.act("watch", no, found, post)


async def _deal(stage: Stage, no: str) -> None:
    week: WatchState = stage.state(WATCH, no)
    ladder = ladder_of(week.terms)
    assert ladder is not None
    end = ending(ladder)
    assert end is not None
    one = f"{no}-1"
    while step := next((s for s in WATCH.open_steps(stage.state(WATCH, no)) if s.id.endswith(one)), None):
        asked: dict[str, AnyRequest] = {
            "warn": WarnOfAnomaly(no=one, said="样例：提前预警"),
            "verify": VerifyAnomaly(no=one, holds=True, said="样例：情况属实"),
            "settle": SettleAnomaly(no=one, how="rectified", said="样例：已拨付使用", record=paper(stage.county, one)),
        }
        await stage.act("watch", no, asked[step.id.partition(":")[0]], step.post)
