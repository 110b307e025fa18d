"""A month's dispatch in each county's own way: tasks, figures, circular, ranking, interview, limit, referral."""

from datetime import date

import msgspec
import pytest

from domain.act import RepeatDiffersError
from domain.dispatch_facts import (
    Actual,
    ActualsEntered,
    CircularIssued,
    MonthClosed,
    Placed,
    ProblemFound,
    RankingMade,
    RectificationAnswered,
    ReferralDrafted,
    ReferralHandedOver,
    ReportSigned,
    RoutineDone,
    RungTaken,
    Short,
    TasksSet,
)
from domain.dispatch_refusals import (
    SUBJECTS,
    FiguresClosedError,
    FiguresMissingError,
    LimitMissingError,
    MonthClosedError,
    MonthNotBegunError,
    MonthStillOpenError,
    NoLimitError,
    NoneToAnswerError,
    NoTaskError,
    NotConsultedError,
    NoTriggerError,
    NotTogetherError,
    RungOrderError,
    RungPaperError,
    RungWayError,
    TaskError,
    UnknownRuleError,
    UnknownSubjectError,
)
from domain.dispatch_requests import (
    ActualSaid,
    AnswerRectification,
    CloseMonth,
    DoRoutine,
    EnterActuals,
    FindProblem,
    HandOverReferral,
    IssueCircular,
    OpenDispatch,
    RankSubjects,
    SetMonthPlan,
    SignReport,
    TakeRung,
    TaskSaid,
)
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.policy import PolicyError, load, parse
from domain.policy.office import parse_office
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from tests.domain.county import JIASHI_GATES, PAPER, POLICIES, County, line
from tests.domain.given import WAN
from tests.domain.overseen import Month, has_fund, knows, office_of, overseen

WATER, ROADS = "甲乡人民政府", "样例·交通运输局"
MARCH = "2022-03"


def plan(*tasks: TaskSaid, consulted: tuple[str, ...] = ("industry_departments",)) -> SetMonthPlan:
    return SetMonthPlan(tasks=tasks, consulted=consulted, record=PAPER)


def actuals(*said: ActualSaid, reason: str = "") -> EnterActuals:
    return EnterActuals(actuals=said, reason=reason)


CIRCULAR = IssueCircular(said="样例：三月支出任务完成情况", record=PAPER)
TASKS = (TaskSaid(WATER, 60 * WAN), TaskSaid(ROADS, 40 * WAN))

# Jiashi: tasks of units by the 5th, circular by the month's end, the leads of who is below the task.


@pytest.fixture
def jiashi_month(ledger: Ledger) -> Month:
    county = overseen(ledger, "jiashi", date(2022, 3, 4))
    knows(county, "A01", unit=WATER)
    knows(county, "A02", unit=ROADS)
    return Month(county, MARCH)


def counted(month: Month) -> None:
    """The plan and the figures: the first unit is below its task."""
    month.ask(plan(*TASKS), "finance_bureau")
    month.ask(actuals(ActualSaid(WATER, 59 * WAN), ActualSaid(ROADS, 40 * WAN)), "finance_bureau")


@pytest.mark.row("SV-01", "JS")
@pytest.mark.row("SV-02", "JS")
@pytest.mark.row("LC-17", "JS")
def test_months_tasks_go_to_units_with_the_departments_consulted(jiashi_month: Month) -> None:
    (tasks,) = jiashi_month.ask(plan(*TASKS), "finance_bureau")
    assert isinstance(tasks, TasksSet)
    assert [(task.subject, task.amount_fen) for task in tasks.tasks] == [(WATER, 60 * WAN), (ROADS, 40 * WAN)]
    assert (tasks.routine, tasks.consulted, tasks.to) == (
        "monthly_task",
        ("industry_departments",),
        ("implementing_unit",),
    )
    assert tasks.act.clause == "JS L13"
    assert jiashi_month.waits == [("enter-actuals", "finance_bureau")]


@pytest.mark.row("SV-01", "JS")
@pytest.mark.row("SV-02", "JS")
@pytest.mark.row("LC-17", "JS")
def test_a_plan_is_refused_without_consultation_paper_task_or_for_an_unknown_unit(jiashi_month: Month) -> None:
    refuses, no = jiashi_month.county.refuses, MARCH
    refuses("dispatch", no, plan(*TASKS, consulted=()), "finance_bureau", NotConsultedError, "industry_departments")
    refuses("dispatch", no, plan(*TASKS), "poverty_section", WrongPostError, "finance_bureau", "JS L13")
    bare = msgspec.structs.replace(plan(*TASKS), record="")
    refuses("dispatch", no, bare, "finance_bureau", RungPaperError, "月资金支出任务", "JS L13")
    refuses("dispatch", no, plan(), "finance_bureau", TaskError, "JS L13")
    refuses("dispatch", no, plan(TASKS[0], TASKS[0]), "finance_bureau", TaskError, WATER)
    refuses("dispatch", no, plan(TaskSaid(WATER)), "finance_bureau", TaskError, WATER)
    refuses("dispatch", no, plan(TaskSaid(WATER, 5, "both")), "finance_bureau", TaskError, WATER)
    refuses("dispatch", no, plan(TaskSaid("样例乡", 5)), "finance_bureau", UnknownSubjectError, "样例乡", WATER)
    refuses("dispatch", "2022-13", plan(*TASKS), "finance_bureau", BadInputError, "2022-13")
    refuses("dispatch", "2022-04", plan(*TASKS), "finance_bureau", MonthNotBegunError, "2022-04")
    assert jiashi_month.state.opened is None


def test_a_plan_is_issued_once(jiashi_month: Month) -> None:
    jiashi_month.ask(plan(*TASKS), "finance_bureau")
    other = plan(TaskSaid(WATER, 61 * WAN), TASKS[1])
    jiashi_month.county.refuses("dispatch", MARCH, other, "finance_bureau", RepeatDiffersError, 60 * WAN, 61 * WAN)
    same = jiashi_month.county.run("dispatch", MARCH, plan(*TASKS), jiashi_month.county.act("again", "finance_bureau"))
    assert same == []


@pytest.mark.row("SV-02", "JS")
@pytest.mark.row("SV-01", "JS")
@pytest.mark.row("LC-17", "JS")
@pytest.mark.parametrize(("day", "late"), [(5, "met"), (6, "met late")])
def test_the_plan_is_due_up_to_the_end_of_the_5th(jiashi_month: Month, day: int, late: str) -> None:
    jiashi_month.county.today = date(2022, 3, day)
    jiashi_month.ask(plan(*TASKS), "finance_bureau")
    clock = jiashi_month.county.clock("dispatch-2022-03-monthly_task")
    assert (clock.due_on, clock.responsible, clock.conditions) == (date(2022, 3, 5), "finance_bureau", ("done",))
    assert OBLIGATION.stage(jiashi_month.county.state(OBLIGATION, clock.obligation)) == late


@pytest.mark.row("SV-03", "JS")
@pytest.mark.row("SV-01", "JS")
@pytest.mark.row("LG-04", "JS")
def test_the_circular_is_due_on_the_last_day_of_the_month(jiashi_month: Month) -> None:
    counted(jiashi_month)
    clock = jiashi_month.county.clock("dispatch-2022-03-monthly_circular")
    assert (clock.due_on, clock.responsible) == (date(2022, 3, 31), "finance_bureau")
    assert jiashi_month.county.waits(OBLIGATION, clock.obligation) == [("done", "finance_bureau")]
    jiashi_month.ask(CIRCULAR, "finance_bureau")
    assert OBLIGATION.stage(jiashi_month.county.state(OBLIGATION, clock.obligation)) == "met"


@pytest.mark.row("RO-04", "JS")
def test_a_plan_that_is_late_is_told_up_the_chain(jiashi_month: Month) -> None:
    jiashi_month.ask(OpenDispatch(), "finance_bureau")
    ladder = jiashi_month.county.clock("dispatch-2022-03-monthly_task").ladder
    assert [rung.post for rung in ladder] == ["chief_watch_post", "deputy_director", "director"]
    assert jiashi_month.state.terms.answers == ("director", "deputy_director", "chief_watch_post")


@pytest.mark.row("SV-03", "JS")
@pytest.mark.row("SV-07", "JS")
@pytest.mark.row("EX-04", "JS")
@pytest.mark.row("LG-04", "JS")
@pytest.mark.row("SV-01", "JS")
def test_the_circular_names_who_is_below_the_task_and_the_engine_drafts_the_referral(jiashi_month: Month) -> None:
    counted(jiashi_month)
    circular, rung, draft = jiashi_month.ask(CIRCULAR, "finance_bureau")
    assert isinstance(circular, CircularIssued)
    assert (circular.routine, circular.to) == ("monthly_circular", ("party_committee", "county_government"))
    assert isinstance(rung, RungTaken)
    assert (rung.ladder, rung.rung, rung.effect, rung.subject) == ("monthly_task", "circular", "circular", WATER)
    assert rung.to == ("party_committee", "county_government")
    assert isinstance(draft, ReferralDrafted)
    assert draft.units == (Short(WATER, 60 * WAN, 59 * WAN),)
    assert draft.to == ("discipline_commission",)
    assert jiashi_month.waits == [("hand-over", "finance_bureau")]


@pytest.mark.row("SV-07", "JS")
@pytest.mark.row("EX-04", "JS")
def test_leads_are_handed_over_by_a_person_only_and_all_of_them(jiashi_month: Month) -> None:
    hand_over = HandOverReferral(received_by="样例·县纪委信访室", record=PAPER)
    county = jiashi_month.county
    counted(jiashi_month)
    county.refuses("dispatch", MARCH, hand_over, "finance_bureau", NoneToAnswerError)
    jiashi_month.ask(CIRCULAR, "finance_bureau")
    county.refuses("dispatch", MARCH, hand_over, "deputy_director", WrongPostError, "finance_bureau", "JS L13")
    rung = TakeRung(ladder="monthly_task", rung="referral", subject=ROADS, said="x")
    county.refuses("dispatch", MARCH, rung, "finance_bureau", RungWayError, "referral")
    handed, taken = jiashi_month.ask(hand_over, "finance_bureau", person="p-named")
    assert isinstance(handed, ReferralHandedOver)
    assert (handed.act.person, handed.received_by, handed.units) == ("p-named", "样例·县纪委信访室", (WATER,))
    assert isinstance(taken, RungTaken)
    assert (taken.rung, taken.effect, taken.to) == ("referral", "referral", ("discipline_commission",))
    other = msgspec.structs.replace(hand_over, received_by="他人")
    county.refuses("dispatch", MARCH, other, "finance_bureau", RepeatDiffersError, "他人")


def test_nobody_below_the_task_is_no_referral(jiashi_month: Month) -> None:
    jiashi_month.ask(plan(*TASKS), "finance_bureau")
    jiashi_month.ask(actuals(ActualSaid(WATER, 60 * WAN), ActualSaid(ROADS, 41 * WAN)), "finance_bureau")
    (circular,) = jiashi_month.ask(CIRCULAR, "finance_bureau")
    assert isinstance(circular, CircularIssued)
    hand_over = HandOverReferral(received_by="x")
    jiashi_month.county.refuses("dispatch", MARCH, hand_over, "finance_bureau", NoneToAnswerError, MARCH)


@pytest.mark.row("SV-03", "JS")
def test_no_circular_before_the_figures_nor_twice_nor_by_another(jiashi_month: Month) -> None:
    refuses = jiashi_month.county.refuses
    refuses("dispatch", MARCH, CIRCULAR, "finance_bureau", FiguresMissingError, "dispatch.set-plan")
    jiashi_month.ask(plan(*TASKS), "finance_bureau")
    jiashi_month.ask(actuals(ActualSaid(WATER, 59 * WAN)), "finance_bureau")
    refuses("dispatch", MARCH, CIRCULAR, "finance_bureau", FiguresMissingError, ROADS, "JS L13")
    jiashi_month.ask(actuals(ActualSaid(ROADS, 40 * WAN)), "finance_bureau")
    refuses("dispatch", MARCH, CIRCULAR, "poverty_section", WrongPostError, "finance_bureau")
    bare = IssueCircular(said="x")
    refuses("dispatch", MARCH, bare, "finance_bureau", RungPaperError, "通报")
    jiashi_month.ask(CIRCULAR, "finance_bureau")
    second = IssueCircular(said="另一份", record=PAPER)
    refuses("dispatch", MARCH, second, "finance_bureau", RepeatDiffersError, "另一份")


def test_figures_are_corrected_with_a_reason_and_before_the_circular(jiashi_month: Month) -> None:
    refuses = jiashi_month.county.refuses
    counted(jiashi_month)
    higher = (ActualSaid(WATER, 60 * WAN),)
    refuses("dispatch", MARCH, actuals(*higher), "finance_bureau", FiguresClosedError, 59 * WAN, 60 * WAN)
    (corrected,) = jiashi_month.ask(actuals(*higher, reason="回单漏录"), "finance_bureau")
    assert isinstance(corrected, ActualsEntered)
    assert corrected.actuals == (Actual(WATER, 60 * WAN, computed_fen=0),)
    jiashi_month.ask(CIRCULAR, "finance_bureau")
    lower = actuals(ActualSaid(WATER, 1), reason="再改")
    refuses("dispatch", MARCH, lower, "finance_bureau", FiguresClosedError)
    refuses(
        "dispatch", MARCH, actuals(ActualSaid("样例·林业局", 1)), "finance_bureau", NoTaskError, "样例·林业局", WATER
    )


@pytest.mark.row("SV-02", "JS")
@pytest.mark.row("LC-17", "JS")
def test_what_the_ledger_counts_of_the_month_stands_beside_what_is_entered(ledger: Ledger) -> None:
    county = overseen(ledger, "jiashi", date(2023, 2, 16))
    county.receives()
    county.declares("A01")
    county.plans("P1", line(200 * WAN))
    county.releases("F1", "P1")
    for no, amount_fen, on in (("A01-1", 30 * WAN, date(2023, 2, 27)), ("A01-2", 50 * WAN, date(2023, 3, 1))):
        county.lodges(no, line(amount_fen))
        county.clears(no, *JIASHI_GATES)
        county.today = on
        county.pays(no)
    for no, said, paid in (("2023-02", None, 30 * WAN), ("2023-03", 49 * WAN, 50 * WAN)):
        month = Month(county, no)
        month.ask(plan(TaskSaid(WATER, 60 * WAN)), "finance_bureau")
        (entered,) = month.ask(actuals(ActualSaid(WATER, said)), "finance_bureau")
        assert isinstance(entered, ActualsEntered)
        assert entered.actuals == (Actual(WATER, paid if said is None else said, computed_fen=paid),)


@pytest.mark.row("LG-04", "JS")
def test_the_month_goes_on_file_by_its_keeper_once_nothing_waits(jiashi_month: Month) -> None:
    refuses, close = jiashi_month.county.refuses, CloseMonth(record=PAPER)
    jiashi_month.ask(plan(*TASKS), "finance_bureau")
    refuses("dispatch", MARCH, close, "finance_bureau", MonthStillOpenError, WATER)
    jiashi_month.ask(actuals(ActualSaid(WATER, 1), ActualSaid(ROADS, 40 * WAN)), "finance_bureau")
    jiashi_month.ask(CIRCULAR, "finance_bureau")
    refuses("dispatch", MARCH, close, "finance_bureau", MonthStillOpenError, "dispatch.hand-over")
    jiashi_month.ask(HandOverReferral(received_by="样例·县纪委"), "finance_bureau")
    refuses("dispatch", MARCH, close, "treasury_officer", WrongPostError, "finance_bureau", "JS L13, L34")
    (closed,) = jiashi_month.ask(close, "finance_bureau")
    assert isinstance(closed, MonthClosed)
    assert (closed.missed, closed.left) == ((), ())
    refuses("dispatch", MARCH, plan(*TASKS), "finance_bureau", MonthClosedError, MARCH)


@pytest.mark.row("LG-04", "JS")
def test_a_closed_month_shows_what_was_missed(jiashi_month: Month) -> None:
    jiashi_month.ask(OpenDispatch(), "finance_bureau")
    (closed,) = jiashi_month.ask(CloseMonth(record=PAPER), "finance_bureau")
    assert isinstance(closed, MonthClosed)
    assert closed.missed == ("monthly_task", "monthly_circular")


@pytest.mark.row("SV-08", "JS")
@pytest.mark.row("RV-08", "JS")
def test_inspections_are_held_with_the_supervision_departments(jiashi_month: Month) -> None:
    refuses = jiashi_month.county.refuses
    alone = DoRoutine(routine="anomaly_inspection", said="样例：抽查两个项目")
    refuses("dispatch", MARCH, alone, "finance_bureau", NotTogetherError, "supervision_departments", "JS L25")
    together = msgspec.structs.replace(alone, took_part=("supervision_departments",))
    refuses("dispatch", MARCH, together, "review_group", WrongPostError, "finance_bureau")
    unknown = msgspec.structs.replace(together, subject="F9")
    refuses("dispatch", MARCH, unknown, "finance_bureau", UnknownSubjectError, "F9", SUBJECTS["money"])
    (done,) = jiashi_month.ask(together, "finance_bureau")
    assert isinstance(done, RoutineDone)
    assert (done.topic, done.took_part) == ("inspection", ("supervision_departments",))
    (scope,) = jiashi_month.ask(DoRoutine(routine="scope_review", said="样例：用途审核"), "review_group")
    assert isinstance(scope, RoutineDone)
    assert scope.topic == "scope_check"
    has_fund(jiashi_month.county, "F1")
    jiashi_month.ask(DoRoutine(routine="scope_review", said="样例：F1用途审核", subject="F1"), "review_group")
    refuses(
        "dispatch",
        MARCH,
        DoRoutine(routine="scope_review", said="x", subject="F9"),
        "review_group",
        UnknownSubjectError,
    )


@pytest.mark.row("SV-12", "JS")
@pytest.mark.row("SV-04", "JS")
def test_place_in_the_prefecture_is_entered_where_somebody_is_named_to(jiashi_month: Month) -> None:
    said = DoRoutine(routine="outside_review", said="样例：地区通报", place=3)
    jiashi_month.county.refuses("dispatch", MARCH, said, "finance_bureau", NoRuleStatedError, "JS L34")
    rank = RankSubjects(ranking="in_the_prefecture")
    jiashi_month.ask(OpenDispatch(), "finance_bureau")
    jiashi_month.county.refuses("dispatch", MARCH, rank, "finance_bureau", NoRuleStatedError, "JS L34")


NAMES_THE_POST = """[decision]
county = "jiashi"
no = "样例伽办〔2022〕1号"
date = 2022-01-01
source = "样例：为演示拟定"
sample = true

[profile.routines.outside_review]
post = "finance_bureau"
"""


@pytest.mark.row("SV-04", "JS")
@pytest.mark.row("SV-12", "JS")
def test_place_in_the_prefecture_is_part_of_the_outside_review(ledger: Ledger) -> None:
    county = County(ledger, "jiashi", date(2022, 3, 4))
    county.adopt(load(POLICIES / "jiashi.toml"), parse_office(NAMES_THE_POST, "office.toml"))
    said = DoRoutine(routine="outside_review", said="样例：地区通报", subject="jiashi", place=3)
    stray = msgspec.structs.replace(said, subject="甲乡")
    county.refuses("dispatch", MARCH, stray, "finance_bureau", UnknownSubjectError, SUBJECTS["county"])
    (entered,) = Month(county, MARCH).ask(said, "finance_bureau")
    assert isinstance(entered, RoutineDone)
    assert (entered.topic, entered.place) == ("assessment", 3)


# Guangfeng: townships are ranked; who stands at the back is interviewed, where the rules say how many.

TOWNS = ("样例甲镇", "样例乙镇", "样例丙镇")


@pytest.fixture
def guangfeng(ledger: Ledger) -> Month:
    return Month(town_county(ledger, filled=True), "2021-06")


def town_county(ledger: Ledger, *, filled: bool) -> County:
    county = overseen(ledger, "guangfeng", date(2021, 6, 3), filled=filled)
    for n, town in enumerate(TOWNS, start=1):
        knows(county, f"G0{n}", township=town)
    return county


def town_figures(month: Month, *paid: int) -> None:
    month.ask(SetMonthPlan(tasks=tuple(TaskSaid(town, 100 * WAN) for town in TOWNS)), "rrb")
    month.ask(actuals(*(ActualSaid(town, fen * WAN) for town, fen in zip(TOWNS, paid, strict=True))), "rrb")


RANK = RankSubjects(ranking="townships")


@pytest.mark.row("SV-04", "GF")
@pytest.mark.row("SV-05", "GF")
@pytest.mark.row("EX-04", "GF")
def test_townships_are_ranked_and_the_one_at_the_back_is_interviewed(guangfeng: Month) -> None:
    town_figures(guangfeng, 80, 120, 50)
    ranking, *rungs = guangfeng.ask(RANK, "rrb")
    assert isinstance(ranking, RankingMade)
    assert [(placed.subject, placed.place) for placed in ranking.places] == [
        ("样例乙镇", 1),
        ("样例甲镇", 2),
        ("样例丙镇", 3),
    ]
    assert ranking.back == ("样例丙镇",)
    # Who has done the task is not slow.
    assert [rung.subject for rung in rungs if isinstance(rung, RungTaken)] == ["样例甲镇", "样例丙镇"]
    assert guangfeng.waits == [("take-rung:slow_township.interview:样例丙镇", "party_leaders")]
    talk = TakeRung(
        ladder="slow_township", rung="interview", subject="样例丙镇", said="加快", with_whom="样例·丙镇镇长"
    )
    refuses = guangfeng.county.refuses
    refuses("dispatch", "2021-06", talk, "rrb", WrongPostError, "party_leaders", "GF L8")
    dated = msgspec.structs.replace(talk, rectify_by=date(2021, 7, 1))
    refuses("dispatch", "2021-06", dated, "party_leaders", NoLimitError, "2021-07-01")
    nobody = msgspec.structs.replace(talk, with_whom=" ")
    refuses("dispatch", "2021-06", nobody, "party_leaders", RungPaperError, "with_whom")
    (taken,) = guangfeng.ask(talk, "party_leaders")
    assert isinstance(taken, RungTaken)
    assert (taken.effect, taken.with_whom) == ("interview", "样例·丙镇镇长")
    first = msgspec.structs.replace(talk, subject="样例甲镇")
    refuses("dispatch", "2021-06", first, "party_leaders", NoTriggerError, "ranked_back", "样例甲镇", "GF L8")
    done = msgspec.structs.replace(talk, subject="样例乙镇")
    refuses("dispatch", "2021-06", done, "party_leaders", RungOrderError, "ranking")


@pytest.mark.row("SV-04", "GF")
@pytest.mark.row("SV-05", "GF")
def test_of_equal_ones_at_the_edge_all_are_at_the_back(guangfeng: Month) -> None:
    town_figures(guangfeng, 50, 120, 50)
    ranking, *_ = guangfeng.ask(RANK, "rrb")
    assert isinstance(ranking, RankingMade)
    assert [placed.place for placed in ranking.places] == [1, 2, 2]
    assert ranking.places[1] == Placed("样例甲镇", 2, 100 * WAN, 50 * WAN)
    assert set(ranking.back) == {"样例甲镇", "样例丙镇"}


@pytest.mark.row("SV-04", "GF")
def test_no_ranking_before_the_figures_nor_anew_with_others(guangfeng: Month) -> None:
    refuses = guangfeng.county.refuses
    refuses("dispatch", "2021-06", RANK, "rrb", FiguresMissingError, "dispatch.set-plan")
    refuses("dispatch", "2021-06", RankSubjects(ranking="villages"), "rrb", UnknownRuleError, "villages", "townships")
    town_figures(guangfeng, 80, 120, 50)
    guangfeng.ask(RANK, "rrb")
    guangfeng.ask(actuals(ActualSaid("样例丙镇", 130 * WAN), reason="漏录"), "rrb")
    refuses("dispatch", "2021-06", RANK, "rrb", RepeatDiffersError, "townships")


@pytest.mark.row("SV-04", "GF")
@pytest.mark.row("SV-05", "GF")
def test_where_no_number_is_set_there_is_a_list_and_no_interview(ledger: Ledger) -> None:
    county = town_county(ledger, filled=False)
    month = Month(county, "2021-06")
    county.refuses(
        "dispatch", "2021-06", SetMonthPlan(tasks=(TaskSaid(TOWNS[0], 5),)), "rrb", NoRuleStatedError, "GF L8"
    )
    county.refuses("dispatch", "2021-06", RANK, "rrb", NoRuleStatedError, "GF L8")
    month.ask(OpenDispatch(), "finance_bureau")
    term = month.state.terms.rankings[0]
    assert (term.id, term.back_count, term.post) == ("townships", None, "")


@pytest.mark.row("SV-01", "GF")
@pytest.mark.row("LG-04", "GF")
def test_the_monthly_dispatch_of_townships_is_held_and_filed(guangfeng: Month) -> None:
    strange = SetMonthPlan(tasks=(TaskSaid("样例·水利局", 5),))
    guangfeng.county.refuses("dispatch", "2021-06", strange, "rrb", UnknownSubjectError, SUBJECTS["township"], TOWNS[0])
    (held,) = guangfeng.ask(DoRoutine(routine="monthly_dispatch", said="样例：听取进展"), "rrb")
    assert isinstance(held, RoutineDone)
    assert (held.topic, held.act.clause.startswith("GF L8")) == ("dispatch", True)
    clock = guangfeng.county.state(OBLIGATION, "dispatch-2021-06-monthly_dispatch")
    # "Once a month" names no day, so it is over with the month.
    assert (clock.opened.due_on, clock.ended) == (date(2021, 6, 30), "met")
    close = CloseMonth(record=PAPER)
    guangfeng.county.refuses("dispatch", "2021-06", close, "finance_bureau", WrongPostError, "rrb", "GF L8")
    (closed,) = guangfeng.ask(close, "rrb")
    assert isinstance(closed, MonthClosed)
    assert closed.missed == ()


@pytest.mark.row("SV-01", "GF")
def test_a_month_without_its_dispatch_shows_it_as_missed(guangfeng: Month) -> None:
    guangfeng.ask(OpenDispatch(), "rrb")
    (closed,) = guangfeng.ask(CloseMonth(record=PAPER), "rrb")
    assert isinstance(closed, MonthClosed)
    assert closed.missed == ("monthly_dispatch",)


@pytest.mark.row("SV-03", "GF")
@pytest.mark.row("SV-11", "GF")
@pytest.mark.row("EX-04", "GF")
def test_a_problem_found_is_circulated(guangfeng: Month) -> None:
    circular = IssueCircular(said="样例：两个项目停工", record=PAPER)
    guangfeng.ask(FindProblem(no="1", said="样例：停工", subject="样例甲镇"), "rrb")
    assert guangfeng.waits == [("circular", "")]
    issued, rung = guangfeng.ask(circular, "rrb")
    assert isinstance(issued, CircularIssued)
    assert issued.routine == "circular"
    assert isinstance(rung, RungTaken)
    assert (rung.ladder, rung.rung, rung.effect, rung.subject) == ("slow_township", "circular", "circular", "1")
    guangfeng.county.refuses("dispatch", "2021-06", IssueCircular(said="x"), "rrb", RungPaperError, "通报", "GF L8")
    again = FindProblem(no="1", said="样例：复工", subject="样例甲镇")
    guangfeng.county.refuses("dispatch", "2021-06", again, "rrb", RepeatDiffersError, "样例：复工")
    strange = FindProblem(no="2", said="x", trigger="anomaly_found")
    guangfeng.county.refuses("dispatch", "2021-06", strange, "rrb", UnknownRuleError, "anomaly_found", "problem_found")


@pytest.mark.row("EX-05", "GF")
@pytest.mark.row("FD-26", "GF")
def test_a_letter_urges_the_departments_on(guangfeng: Month) -> None:
    letter = DoRoutine(routine="fund_letter", said="样例：请加快G01拨付", subject="G01", record=PAPER)
    guangfeng.county.refuses("dispatch", "2021-06", letter, "rrb", WrongPostError, "finance_bureau", "GF L26")
    stray = msgspec.structs.replace(letter, subject="样例甲镇")
    guangfeng.county.refuses(
        "dispatch", "2021-06", stray, "finance_bureau", UnknownSubjectError, SUBJECTS["project"], "G01"
    )
    (sent,) = guangfeng.ask(letter, "finance_bureau")
    assert isinstance(sent, RoutineDone)
    assert (sent.topic, sent.subject, sent.to) == ("letter", "G01", ("related_departments",))


@pytest.mark.row("LG-03", "GF")
def test_help_spending_is_counted_for_the_money_that_it_comes_from(guangfeng: Month) -> None:
    has_fund(guangfeng.county, "F1")
    counted = DoRoutine(routine="help_statistics", said="样例：五类支出统计", subject="F1")
    (done,) = guangfeng.ask(counted, "rrb")
    assert isinstance(done, RoutineDone)
    assert (done.topic, done.subject) == ("statistics", "F1")
    stray = msgspec.structs.replace(counted, subject=TOWNS[0])
    guangfeng.county.refuses(
        "dispatch", "2021-06", stray, "rrb", UnknownSubjectError, SUBJECTS["money"], "F1", "GF L15"
    )


@pytest.mark.row("SV-08", "GF")
@pytest.mark.row("RV-08", "GF")
def test_the_field_team_verifies_and_checks_each_project(guangfeng: Month) -> None:
    for routine, topic in (("field_survey", "inspection"), ("scope_check", "scope_check")):
        seen = DoRoutine(routine=routine, said="样例：核实", subject="G02")
        guangfeng.county.refuses("dispatch", "2021-06", seen, "rrb", WrongPostError, "field_team", "GF L24")
        stray = msgspec.structs.replace(seen, subject="G99")
        guangfeng.county.refuses(
            "dispatch", "2021-06", stray, "field_team", UnknownSubjectError, "G99", SUBJECTS["project"]
        )
        (done,) = guangfeng.ask(seen, "field_team")
        assert isinstance(done, RoutineDone)
        assert done.topic == topic


# Meilan: circular, interview with a limit, rectification, accountability.


@pytest.fixture
def meilan(ledger: Ledger) -> Month:
    county = overseen(ledger, "meilan", date(2023, 7, 3))
    knows(county, "LS1")
    knows(county, "LS2")
    month = Month(county, "2023-07")
    tasks = (TaskSaid("LS1", words="样例：完成主体"), TaskSaid("LS2", words="样例：完成招标"))
    month.ask(SetMonthPlan(tasks=tasks), "leading_group_office")
    month.ask(actuals(ActualSaid("LS1"), ActualSaid("LS2", is_done=True)), "leading_group_office")
    return month


TALK = TakeRung(
    ladder="slow_project",
    rung="interview",
    subject="LS1",
    said="样例：限期完成",
    with_whom="样例·LS1负责人",
    rectify_by=date(2023, 8, 10),
)
SLOW = IssueCircular(said="样例：LS1进展缓慢", record=PAPER)


@pytest.mark.row("SV-03", "ML")
@pytest.mark.row("SV-05", "ML")
@pytest.mark.row("SV-06", "ML")
@pytest.mark.row("SV-11", "ML")
@pytest.mark.row("EX-04", "ML")
def test_the_interview_sets_the_limit_and_what_is_not_put_right_is_answered_for(meilan: Month) -> None:
    refuses, no = meilan.county.refuses, "2023-07"
    refuses("dispatch", no, TALK, "leading_group", RungOrderError, "circular", "LS1", "ML L21")
    refuses("dispatch", no, SLOW, "leading_group", WrongPostError, "leading_group_office", "ML L21")
    _, rung = meilan.ask(SLOW, "leading_group_office")
    assert isinstance(rung, RungTaken)
    assert (rung.effect, rung.subject) == ("circular", "LS1")
    fine = msgspec.structs.replace(TALK, subject="LS2")
    refuses("dispatch", no, fine, "leading_group", RungOrderError, "LS2")
    undated = msgspec.structs.replace(TALK, rectify_by=None)
    refuses("dispatch", no, undated, "leading_group", LimitMissingError, "A-37", "ML L21")
    past = msgspec.structs.replace(TALK, rectify_by=date(2023, 7, 3))
    refuses("dispatch", no, past, "leading_group", LimitMissingError, "2023-07-03")
    refuses("dispatch", no, TALK, "leading_group_office", WrongPostError, "leading_group")
    talked, limited = meilan.ask(TALK, "leading_group")
    assert isinstance(talked, RungTaken)
    assert isinstance(limited, RungTaken)
    assert (talked.effect, limited.effect, limited.rectify_by) == ("interview", "rectify", date(2023, 8, 10))
    clock = meilan.county.clock("dispatch-2023-07-rectify-1")
    assert (clock.due_on, clock.responsible, clock.trigger_on) == (date(2023, 8, 10), "project_head", date(2023, 7, 3))
    answer_for = TakeRung(ladder="slow_project", rung="accountability", subject="LS1", said="样例：问责")
    refuses("dispatch", no, answer_for, "leading_group", NoTriggerError, "not_rectified", "ML L21")
    assert ("answer-rectification:LS1", "leading_group") in meilan.waits
    not_done = AnswerRectification(ladder="slow_project", subject="LS1", is_done=False, said="样例：仍未完工")
    refuses("dispatch", no, not_done, "rrb", WrongPostError, "leading_group")
    (answered,) = meilan.ask(not_done, "leading_group")
    assert isinstance(answered, RectificationAnswered)
    assert OBLIGATION.stage(meilan.county.state(OBLIGATION, clock.obligation)) == "dropped"
    (accountable,) = meilan.ask(answer_for, "leading_group")
    assert isinstance(accountable, RungTaken)
    assert accountable.effect == "accountability"


@pytest.mark.row("SV-06", "ML")
@pytest.mark.row("SV-11", "ML")
def test_what_is_put_right_in_time_is_nothing_to_answer_for(meilan: Month) -> None:
    meilan.ask(SLOW, "leading_group_office")
    meilan.ask(TALK, "leading_group")
    done = AnswerRectification(ladder="slow_project", subject="LS1", is_done=True, said="样例：已完工", record=PAPER)
    refuses = meilan.county.refuses
    refuses("dispatch", "2023-07", CloseMonth(record=PAPER), "leading_group_office", MonthStillOpenError, "LS1")
    meilan.ask(done, "leading_group")
    assert OBLIGATION.stage(meilan.county.state(OBLIGATION, "dispatch-2023-07-rectify-1")) == "met"
    refuses("dispatch", "2023-07", done, "leading_group", NoneToAnswerError, "LS1")
    meilan.county.today = date(2023, 9, 1)
    answer_for = TakeRung(ladder="slow_project", rung="accountability", subject="LS1", said="x")
    refuses("dispatch", "2023-07", answer_for, "leading_group", NoTriggerError, "LS1")


@pytest.mark.row("SV-06", "ML")
def test_a_limit_that_passed_unanswered_is_not_rectified(meilan: Month) -> None:
    meilan.ask(SLOW, "leading_group_office")
    meilan.ask(TALK, "leading_group")
    answer_for = TakeRung(ladder="slow_project", rung="accountability", subject="LS1", said="样例：问责")
    meilan.county.today = date(2023, 8, 10)
    meilan.county.refuses("dispatch", "2023-07", answer_for, "leading_group", NoTriggerError)
    meilan.county.today = date(2023, 8, 11)
    (taken,) = meilan.ask(answer_for, "leading_group")
    assert isinstance(taken, RungTaken)


@pytest.mark.row("SV-08", "ML")
@pytest.mark.row("SV-05", "ML")
def test_towns_are_visited_by_both_bureaus(meilan: Month) -> None:
    visit = DoRoutine(routine="joint_round", said="样例：实地督导", subject="样例甲乡", took_part=("finance_bureau",))
    refuses = meilan.county.refuses
    alone = msgspec.structs.replace(visit, took_part=())
    refuses("dispatch", "2023-07", alone, "rrb", NotTogetherError, "finance_bureau", "ML L21")
    refuses("dispatch", "2023-07", visit, "leading_group", WrongPostError, "rrb")
    refuses(
        "dispatch",
        "2023-07",
        msgspec.structs.replace(visit, subject="LS1"),
        "rrb",
        UnknownSubjectError,
        SUBJECTS["township"],
    )
    (done,) = meilan.ask(visit, "rrb")
    assert isinstance(done, RoutineDone)
    talks = DoRoutine(routine="supervise_and_interview", said="样例：督促检查", took_part=("finance_bureau",))
    refuses(
        "dispatch", "2023-07", msgspec.structs.replace(talks, took_part=()), "rrb", NotTogetherError, "finance_bureau"
    )
    refuses("dispatch", "2023-07", talks, "leading_group", WrongPostError, "rrb")
    (inspected,) = meilan.ask(talks, "rrb")
    assert isinstance(inspected, RoutineDone)
    assert (done.topic, inspected.topic) == ("inspection", "inspection")


@pytest.mark.row("SV-01", "ML")
@pytest.mark.row("LG-04", "ML")
@pytest.mark.row("RO-04", "ML")
def test_the_month_is_dispatched_and_filed(meilan: Month) -> None:
    assert meilan.state.terms.answers == ("competent_department", "project_unit")
    close = CloseMonth(record=PAPER)
    meilan.county.refuses("dispatch", "2023-07", close, "rrb", WrongPostError, "leading_group_office")
    (closed,) = meilan.ask(close, "leading_group_office")
    assert isinstance(closed, MonthClosed)
    assert closed.left == ("slow_project.circular: LS1",)


# Jinghe: the push meeting, its problems and proposals, one reviewer's signature.


@pytest.fixture
def jinghe(ledger: Ledger) -> Month:
    county = overseen(ledger, "jinghe", date(2023, 5, 8))
    knows(county, "J01")
    return Month(county, "2023-05")


@pytest.mark.row("SV-01", "JH")
@pytest.mark.row("LG-04", "JH")
def test_the_push_meeting_is_held_with_its_record_at_least_once(jinghe: Month) -> None:
    meeting = DoRoutine(routine="push_meeting", said="样例：通报进展", record=PAPER)
    refuses = jinghe.county.refuses
    bare = msgspec.structs.replace(meeting, record="")
    refuses("dispatch", "2023-05", bare, "competent_department", RungPaperError, "会议记录", "JH L6")
    refuses(
        "dispatch",
        "2023-05",
        msgspec.structs.replace(meeting, subject="J99"),
        "competent_department",
        UnknownSubjectError,
    )
    (held,) = jinghe.ask(meeting, "competent_department")
    assert isinstance(held, RoutineDone)
    assert held.topic == "dispatch"
    jinghe.ask(SignReport(record=PAPER), "reviewer")
    refuses("dispatch", "2023-05", CloseMonth(record=PAPER), "reviewer", WrongPostError, "competent_department")
    (closed,) = jinghe.ask(CloseMonth(record=PAPER), "competent_department")
    assert isinstance(closed, MonthClosed)
    assert closed.missed == ()


@pytest.mark.row("SV-03", "JH")
@pytest.mark.row("SV-11", "JH")
@pytest.mark.row("EX-04", "JH")
def test_a_problem_is_reported_and_solved_at_the_meeting(jinghe: Month) -> None:
    solved = IssueCircular(said="样例：推进会议定补征地手续", record=PAPER)
    jinghe.ask(OpenDispatch(), "competent_department")
    jinghe.county.refuses("dispatch", "2023-05", solved, "competent_department", NoRuleStatedError)
    jinghe.ask(FindProblem(no="1", said="样例：征地滞后", subject="J01"), "competent_department")
    assert jinghe.waits == [("circular", "competent_department")]
    jinghe.county.refuses("dispatch", "2023-05", solved, "reviewer", WrongPostError, "competent_department", "JH L6")
    _, rung = jinghe.ask(solved, "competent_department")
    assert isinstance(rung, RungTaken)
    assert (rung.ladder, rung.rung, rung.effect, rung.subject) == ("slow_project", "meeting", "circular", "1")


@pytest.mark.row("LG-06", "JH")
def test_a_month_with_a_problem_is_not_filed_without_a_proposal(jinghe: Month) -> None:
    refuses, close = jinghe.county.refuses, CloseMonth(record=PAPER)
    problem = FindProblem(no="1", said="样例：征地滞后", subject="J01")
    jinghe.ask(problem, "competent_department")
    jinghe.ask(SignReport(record=PAPER), "reviewer")
    refuses(
        "dispatch", "2023-05", close, "competent_department", MonthStillOpenError, "dispatch.find-problem 1", "JH L15"
    )
    proposed = msgspec.structs.replace(problem, proposal="样例：提前启动征地")
    (found,) = jinghe.ask(proposed, "competent_department")
    assert isinstance(found, ProblemFound)
    jinghe.ask(close, "competent_department")


@pytest.mark.row("EX-03", "JH")
@pytest.mark.row("EX-07", "JH")
@pytest.mark.row("FD-11", "JH")
@pytest.mark.row("FD-27", "JH")
@pytest.mark.row("LC-14", "JH")
@pytest.mark.parametrize(
    ("named", "line_no", "proposal"),
    [
        (
            "late_money",
            "JH L16",
            "次年资金以提前告知形式一次性下达 / announce all of the next year's money at once",
        ),
        (
            "share_against_choice",
            "JH L17",
            "取消产业类项目资金使用占比及其考核指标 / drop the share rule and its assessment",
        ),
    ],
)
def test_a_problem_that_the_text_names_brings_its_proposal(
    jinghe: Month, named: str, line_no: str, proposal: str
) -> None:
    problem = FindProblem(no="1", said="样例：七月才到账", named=named)
    (found,) = jinghe.ask(problem, "competent_department")
    assert isinstance(found, ProblemFound)
    assert (found.proposal, found.act.clause) == (proposal, line_no)
    strange = FindProblem(no="2", said="x", named="weather")
    jinghe.county.refuses("dispatch", "2023-05", strange, "competent_department", UnknownRuleError, "weather", named)


@pytest.mark.row("LG-07", "JH")
def test_the_report_is_signed_by_one_reviewer(jinghe: Month) -> None:
    refuses, sign, close = jinghe.county.refuses, SignReport(record=PAPER), CloseMonth(record=PAPER)
    jinghe.ask(OpenDispatch(), "competent_department")
    refuses("dispatch", "2023-05", close, "competent_department", MonthStillOpenError, "0/1", "JH L18")
    refuses("dispatch", "2023-05", sign, "competent_department", WrongPostError, "reviewer", "JH L18")
    (signed,) = jinghe.ask(sign, "reviewer")
    assert isinstance(signed, ReportSigned)
    other = SignReport(record="f" * 64)
    refuses("dispatch", "2023-05", other, "reviewer", RepeatDiffersError)
    refuses("dispatch", "2023-05", CloseMonth(record="f" * 64), "competent_department", MonthStillOpenError, "0/1")
    jinghe.ask(close, "competent_department")


@pytest.mark.row("SV-06", "JH")
@pytest.mark.row("BL-05", "JH")
def test_weak_effect_is_put_right_without_a_limit(jinghe: Month) -> None:
    refuses = jinghe.county.refuses
    rectify = TakeRung(ladder="weak_linkage", rung="rectify", subject="J01", said="样例：更换经营主体")
    refuses("dispatch", "2023-05", rectify, "competent_department", NoTriggerError, "weak_effect", "J01", "JH L14")
    weak = FindProblem(no="1", said="样例：带动效果差", subject="J01", trigger="weak_effect", proposal="样例：整改")
    stray = msgspec.structs.replace(weak, subject="J99")
    refuses("dispatch", "2023-05", stray, "competent_department", UnknownSubjectError, "J99", SUBJECTS["project"])
    jinghe.ask(weak, "competent_department")
    dated = msgspec.structs.replace(rectify, rectify_by=date(2023, 9, 1))
    refuses("dispatch", "2023-05", dated, "competent_department", NoLimitError, "2023-09-01")
    refuses("dispatch", "2023-05", rectify, "reviewer", WrongPostError, "competent_department")
    (taken,) = jinghe.ask(rectify, "competent_department")
    assert isinstance(taken, RungTaken)
    assert (taken.effect, taken.rectify_by) == ("rectify", None)


@pytest.mark.row("SV-08", "JH")
@pytest.mark.row("BL-05", "JH")
def test_supervision_on_site_and_of_linkage_with_the_departments(jinghe: Month) -> None:
    linkage = DoRoutine(routine="linkage_supervision", said="样例：核查分红", subject="J01")
    refuses = jinghe.county.refuses
    refuses("dispatch", "2023-05", linkage, "competent_department", NotTogetherError, "industry_departments", "JH L14")
    together = msgspec.structs.replace(linkage, took_part=("industry_departments",))
    on_site = DoRoutine(routine="on_site", said="样例：督促进度", subject="J01")
    for seen in (together, on_site):
        stray = msgspec.structs.replace(seen, subject="J99")
        refuses("dispatch", "2023-05", stray, "competent_department", UnknownSubjectError, "J99", SUBJECTS["project"])
        (done,) = jinghe.ask(seen, "competent_department")
        assert isinstance(done, RoutineDone)
        assert done.topic == "inspection"


@pytest.mark.row("SV-12", "JH")
def test_the_year_end_assessment_is_entered_of_the_county(jinghe: Month) -> None:
    result = DoRoutine(routine="year_end_assessment", said="样例：考核等次", subject="jinghe")
    stray = msgspec.structs.replace(result, subject="J01")
    jinghe.county.refuses("dispatch", "2023-05", stray, "finance_side", UnknownSubjectError, SUBJECTS["county"])
    ranked = msgspec.structs.replace(result, place=2)
    jinghe.county.refuses("dispatch", "2023-05", ranked, "finance_side", UnknownRuleError)
    (entered,) = jinghe.ask(result, "finance_side")
    assert isinstance(entered, RoutineDone)
    assert entered.topic == "assessment"


# Maojian: no dispatch; the appraisal by the province, and who answers.


@pytest.fixture
def maojian(ledger: Ledger) -> Month:
    county = overseen(ledger, "maojian", date(2017, 12, 20))
    knows(county, "M01")
    return Month(county, "2017-12")


@pytest.mark.row("SV-12", "MJ")
@pytest.mark.row("SV-04", "MJ")
@pytest.mark.row("RO-04", "MJ")
def test_the_provinces_appraisal_is_entered_with_its_place(maojian: Month) -> None:
    praise = DoRoutine(routine="province_appraisal", said="样例：全省通报表扬", subject="maojian", place=1)
    stray = msgspec.structs.replace(praise, subject="M01")
    maojian.county.refuses("dispatch", "2017-12", stray, "coordination_office", UnknownSubjectError, SUBJECTS["county"])
    (entered,) = maojian.ask(praise, "coordination_office")
    assert isinstance(entered, RoutineDone)
    assert (entered.topic, entered.place) == ("assessment", 1)
    assert maojian.state.terms.answers == ("money_user", "competent_department")
    plan_ = SetMonthPlan(tasks=(TaskSaid("M01", 5),))
    maojian.county.refuses("dispatch", "2017-12", plan_, "coordination_office", NoRuleStatedError)
    maojian.ask(CloseMonth(record=PAPER), "coordination_office")


@pytest.mark.row("SV-08", "MJ")
def test_unified_supervision_is_of_projects(maojian: Month) -> None:
    seen = DoRoutine(routine="unified_supervision", said="样例：监督", subject="M01")
    stray = msgspec.structs.replace(seen, subject="M99")
    maojian.county.refuses(
        "dispatch", "2017-12", stray, "coordination_office", UnknownSubjectError, SUBJECTS["project"], "M01"
    )
    (done,) = maojian.ask(seen, "coordination_office")
    assert isinstance(done, RoutineDone)
    assert done.topic == "inspection"


LIMIT = 'kind = "limit_unstated"\nstart = "interviewed"\n'
COUNTED = 'kind = "counted"\ncount = 20\nunit = "calendar"\nstart = "interviewed"\n'
PROMPT = 'kind = "prompt"\nstart = "anomaly_found"\n'
DAYS = 'kind = "counted"\ncount = 3\nunit = "calendar"\nstart = "anomaly_found"\n'


@pytest.mark.row("SV-06", "ML")
def test_a_limit_that_the_rules_count_is_counted_from_the_interview(ledger: Ledger) -> None:
    text = (POLICIES / "meilan.toml").read_text(encoding="utf-8")
    assert text.count(LIMIT) == 1
    county = County(ledger, "meilan", date(2023, 7, 3))
    office = parse_office(office_of("meilan"), "office.toml")
    county.adopt(parse(text.replace(LIMIT, COUNTED), "counted"), office)
    knows(county, "LS1")
    month = Month(county, "2023-07")
    month.ask(FindProblem(no="1", said="样例：停工", subject="LS1", trigger="slow_progress"), "leading_group_office")
    month.ask(SLOW, "leading_group_office")
    _, limited = month.ask(msgspec.structs.replace(TALK, rectify_by=None), "leading_group")
    assert isinstance(limited, RungTaken)
    assert limited.rectify_by == date(2023, 7, 23)
    assert county.clock("dispatch-2023-07-rectify-1").due_on == date(2023, 7, 23)


def test_days_that_no_clock_counts_are_refused_with_the_file() -> None:
    text = (POLICIES / "guangfeng.toml").read_text(encoding="utf-8")
    assert text.count(PROMPT) == 1
    with pytest.raises(PolicyError) as refused:
        parse(text.replace(PROMPT, DAYS), "x.toml")
    assert "routines" in refused.value.text("en")
