"""A month of dispatch and a week of watching, as every act on them: to be asked in any order."""

from datetime import date

from domain.act import Act
from domain.dispatch_facts import DispatchOpened
from domain.dispatch_requests import (
    ActualSaid,
    AnswerRectification,
    CloseMonth,
    DispatchRequest,
    DoRoutine,
    EnterActuals,
    FindAnomaly,
    FindProblem,
    HandOverReferral,
    IssueCircular,
    OpenDispatch,
    RankSubjects,
    ReportWeek,
    SetMonthPlan,
    SettleAnomaly,
    SignReport,
    TakeLook,
    TakeRung,
    TaskSaid,
    VerifyAnomaly,
    WarnOfAnomaly,
    WatchRequest,
)
from domain.dispatch_terms import ByWhen, KeepingTerm, LadderTerm, OversightTerms, RankingTerm, RoutineTerm, RungTerm
from domain.watch_facts import WatchOpened
from tests.domain.given import REF

_LIMIT = ByWhen("limit_unstated", "L5", "head", "interviewed")
_RUNGS = (
    RungTerm("circular", "slow_progress", "unit", "circular", "L1", "office"),
    RungTerm("rank", "slow_progress", "unit", "rank", "L2", "office"),
    RungTerm("interview", "ranked_back", "unit", "interview", "L3", "group"),
    RungTerm("rectify", "slow_progress", "unit", "rectify", "L4", "group", limit=_LIMIT),
    RungTerm("answer_for", "not_rectified", "unit", "accountability", "L5", "group", wait_days=3),
)
TERMS = OversightTerms(
    REF,
    (
        RoutineTerm("tasks", "task", "L0", "office", subject="unit"),
        RoutineTerm("circular", "circular", "L1", "office", subject="unit"),
        RoutineTerm("visit", "inspection", "L6", "office"),
        RoutineTerm("looks", "watch", "L7", "officer", by_when=ByWhen("cadence", "L7", every="day", times=2)),
        RoutineTerm("weekly", "report", "L8", "officer"),
    ),
    (
        LadderTerm("slow", "L1", _RUNGS),
        LadderTerm(
            "unmet", "L9", (RungTerm("lead", "task_unmet", "unit", "referral", "L9", "office", ("commission",)),)
        ),
        LadderTerm(
            "anomaly",
            "L10",
            (
                RungTerm("warn", "anomaly_found", "money", "warn", "L10", "office"),
                RungTerm("deal", "anomaly_found", "money", "rectify", "L11", "officer"),
            ),
        ),
    ),
    (RankingTerm("units", "unit", "L2", "office", 1),),
    (KeepingTerm("report", "report", "L12", "reviewer", 1), KeepingTerm("month", "dispatch", "L13", "office")),
)
PAPER = "e" * 64


def opened_month(act: Act) -> DispatchOpened:
    """Return the opening of March."""
    return DispatchOpened(act, "sample", "2022-03", TERMS)


def opened_week(act: Act) -> WatchOpened:
    """Return the opening of the week of 7 March."""
    return WatchOpened(act, "sample", "2022-W10", TERMS)


_TALK = TakeRung(
    ladder="slow", rung="interview", subject="甲", said="限期", with_whom="负责人", rectify_by=date(2022, 4, 1)
)
OF_A_MONTH: tuple[DispatchRequest, ...] = (
    OpenDispatch(),
    SetMonthPlan(tasks=(TaskSaid("甲", 10), TaskSaid("乙", words="完工"))),
    EnterActuals(actuals=(ActualSaid("甲"), ActualSaid("乙", is_done=True))),
    EnterActuals(actuals=(ActualSaid("甲", 9),), reason="更正"),
    FindProblem(no="1", subject="乙", said="停工", trigger="slow_progress"),
    IssueCircular(said="通报"),
    RankSubjects(ranking="units"),
    _TALK,
    AnswerRectification(ladder="slow", subject="甲", is_done=False, said="未完"),
    TakeRung(ladder="slow", rung="answer_for", subject="甲", said="问责"),
    AnswerRectification(ladder="slow", subject="甲", is_done=True, said="已完"),
    HandOverReferral(received_by="县纪委"),
    DoRoutine(routine="visit", said="检查"),
    SignReport(record=PAPER),
    CloseMonth(record=PAPER),
)
OF_A_WEEK: tuple[WatchRequest, ...] = (
    TakeLook(said="正常"),
    FindAnomaly(no="1", subject="F1", said="闲置"),
    FindAnomaly(no="1", subject="F1", said="别的"),
    WarnOfAnomaly(no="1", said="预警"),
    VerifyAnomaly(no="1", holds=True, said="属实"),
    VerifyAnomaly(no="1", holds=False, said="不属实"),
    SettleAnomaly(no="1", how="rectified", said="已整改"),
    SettleAnomaly(no="1", how="explained", said="已说明"),
    ReportWeek(said="汇总", record=PAPER),
)
