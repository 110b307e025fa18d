import pytest

from domain.duties import SamePersonError
from domain.plan import PLAN, NoSuchPlanError, PlanReasonError, PlanStepError
from domain.plan_correcting import PlanLineError
from domain.plan_facts import (
    BindMinutes,
    DecideStage,
    Draft,
    MinutesBound,
    NoteRelease,
    PlanInForce,
    PlanReturned,
    ReleaseNoted,
    StageDecided,
)
from domain.terms import Line
from tests.domain.given import MINUTED, UNMINUTED, WAN, by, drafted, fold, given, line

DRAFTED = drafted(by("wang"), line(200 * WAN), line(100 * WAN, "A02"))
DECIDED = StageDecided(by("liu"), "leading_group", "M-1", "同意")
BOUND = MinutesBound(by("liu"), "leading_group", "M-1", "d" * 64)
IN_FORCE = PlanInForce(by("liu"))
ACT = by("chen")


def approves(stage: str = "leading_group", person: str = "chen", *, approve: bool = True) -> DecideStage:
    return DecideStage(by(person), stage, "M-1", approve=approve, opinion="")


# Drafting


def test_plan_is_drafted_as_its_first_version() -> None:
    given().when(Draft(ACT, drafted(ACT, line(5), version=9))).then(drafted(ACT, line(5), version=1))


def test_project_may_take_from_several_portions() -> None:
    lines = (line(5), line(6, pool="original_use"), line(7, fund_no="F2"))
    given().when(Draft(ACT, drafted(ACT, *lines))).then(drafted(ACT, *lines))


def test_plan_without_any_line_is_refused() -> None:
    given().when(Draft(ACT, drafted(ACT))).refuses(PlanLineError, "P1", 0)


@pytest.mark.parametrize("amount_fen", [0, -7])
def test_line_of_nothing_or_less_is_refused(amount_fen: int) -> None:
    given().when(Draft(ACT, drafted(ACT, line(5), line(amount_fen, "A02")))).refuses(
        PlanLineError, "F1 integrated A02", amount_fen
    )


def test_same_line_standing_twice_is_refused() -> None:
    lines: tuple[Line, ...] = (line(5), line(6))
    given().when(Draft(ACT, drafted(ACT, *lines))).refuses(PlanLineError, "F1 integrated A01", 6)


def test_plan_before_its_body_cannot_be_redrafted() -> None:
    given(DRAFTED).when(Draft(ACT, drafted(ACT, line(5)))).refuses(PlanStepError, "P1", "decide:leading_group", "draft")


def test_returned_plan_is_drafted_as_version_2() -> None:
    back = PlanReturned(by("liu"), "leading_group", "M-1", "金额偏高")
    given(DRAFTED, back).when(Draft(ACT, drafted(ACT, line(5)))).then(drafted(ACT, line(5), version=2))


# Approval and minutes


def test_body_approves_and_the_minutes_are_awaited() -> None:
    command = approves()
    given(DRAFTED).when(command).then(StageDecided(command.act, "leading_group", "M-1", ""))
    assert PLAN.stage(fold(PLAN, (DRAFTED, DECIDED))) == "minutes:leading_group"


def test_minutes_on_file_put_the_plan_in_force() -> None:
    given(DRAFTED, DECIDED).when(BindMinutes(ACT, "leading_group", "M-1", "d" * 64)).then(
        MinutesBound(ACT, "leading_group", "M-1", "d" * 64), PlanInForce(ACT)
    )


def test_minutes_before_the_decision_are_refused() -> None:
    given(DRAFTED).when(BindMinutes(ACT, "leading_group", "M-1", "d" * 64)).refuses(
        PlanStepError, "decide:leading_group", "minutes:leading_group"
    )


def test_body_that_needs_no_minutes_decides_at_once() -> None:
    plan, command = drafted(by("wang"), line(5), stages=(UNMINUTED,)), approves("government")
    given(plan).when(command).then(StageDecided(command.act, "government", "M-1", ""), PlanInForce(command.act))


def test_plan_passes_every_body_in_order() -> None:
    plan = drafted(by("wang"), line(5), stages=(MINUTED, UNMINUTED))
    given(plan).when(approves("government")).refuses(PlanStepError, "decide:leading_group", "decide:government")
    given(plan, DECIDED).when(BindMinutes(ACT, "leading_group", "M-1", "d" * 64)).then(
        MinutesBound(ACT, "leading_group", "M-1", "d" * 64)
    )
    command = approves("government")
    given(plan, DECIDED, BOUND).when(command).then(
        StageDecided(command.act, "government", "M-1", ""), PlanInForce(command.act)
    )


def test_body_sends_the_plan_back() -> None:
    command = DecideStage(ACT, "leading_group", "M-1", approve=False, opinion="金额偏高")
    given(DRAFTED).when(command).then(PlanReturned(ACT, "leading_group", "M-1", "金额偏高"))


def test_plan_sent_back_without_a_reason_is_refused() -> None:
    given(DRAFTED).when(approves(approve=False)).refuses(PlanReasonError, "P1", "leading_group", "opinion")


def test_drafter_does_not_approve_the_same_plan() -> None:
    given(DRAFTED).when(approves(person="wang")).refuses(SamePersonError, "wang", "draft", "approve")


def test_drafter_of_an_earlier_version_stays_barred() -> None:
    back = PlanReturned(by("liu"), "leading_group", "M-1", "金额偏高")
    second = drafted(by("zhao"), line(5), version=2)
    given(DRAFTED, back, second).when(approves(person="wang")).refuses(SamePersonError, "wang", "draft")


def test_drafter_may_approve_where_duties_are_joined() -> None:
    plan, command = drafted(by("wang"), line(5), separate=False), approves(person="wang")
    given(plan).when(command).then(StageDecided(command.act, "leading_group", "M-1", ""))


def test_plan_in_force_takes_no_more_answers() -> None:
    facts = (DRAFTED, DECIDED, BOUND, IN_FORCE)
    given(*facts).when(approves()).refuses(PlanStepError, "P1", "release", "decide:leading_group")
    given(*facts).when(Draft(ACT, drafted(ACT, line(5)))).refuses(PlanStepError, "release", "draft")
    given(*facts).when(BindMinutes(ACT, "leading_group", "M-1", "e" * 64)).refuses(PlanStepError, "release", "minutes")


@pytest.mark.parametrize(
    "command",
    [approves(), BindMinutes(ACT, "leading_group", "M-1", "d"), NoteRelease(ACT, "F1")],
    ids=lambda c: type(c).__name__,
)
def test_nothing_happens_to_a_plan_never_drafted(command: DecideStage | BindMinutes | NoteRelease) -> None:
    given().when(command).refuses(NoSuchPlanError)


# Release


def test_plan_is_over_once_every_fund_released() -> None:
    plan = drafted(by("wang"), line(5), line(6, fund_no="F2"))
    facts = (plan, DECIDED, BOUND, IN_FORCE)
    given(*facts).when(NoteRelease(ACT, "F1")).then(ReleaseNoted(ACT, "F1"))
    first, second = ReleaseNoted(by("li"), "F1"), ReleaseNoted(by("li"), "F2")
    given(*facts, first).when(NoteRelease(ACT, "F1")).then()
    stages = [PLAN.stage(fold(PLAN, seen)) for seen in (facts, (*facts, first), (*facts, first, second))]
    assert stages == ["in force", "in force", "released"]
    assert PLAN.closed(fold(PLAN, (*facts, first, second)))


def test_plan_waits_for_its_body_then_nobody() -> None:
    back = PlanReturned(by("liu"), "leading_group", "M-1", "x")

    def waits(*facts: object) -> list[tuple[str, str]]:
        return [(s.id, s.post) for s in PLAN.open_steps(fold(PLAN, facts))]

    assert waits() == []
    assert waits(DRAFTED) == [("decide:leading_group", "leading_group")]
    assert waits(DRAFTED, DECIDED) == [("minutes:leading_group", "leading_group")]
    assert waits(DRAFTED, back) == [("draft", "rrb")]
    assert waits(DRAFTED, DECIDED, BOUND, IN_FORCE) == []


def test_a_body_may_take_its_approval_back_until_its_minutes_are_on_file() -> None:
    act = by("liu")
    back = DecideStage(act, "leading_group", "M-2", approve=False, opinion="资金已被他用")
    given(DRAFTED, DECIDED).when(back).then(PlanReturned(act, "leading_group", "M-2", "资金已被他用"))
    state = fold(PLAN, (DRAFTED, DECIDED))
    assert (state.waits_for, PLAN.also_allowed(state)) == (
        "minutes:leading_group",
        ("decide:leading_group", "move", "correct", "withdraw"),
    )
    given(DRAFTED, DECIDED).when(approves()).refuses(PlanStepError, "minutes:leading_group")
    without = DecideStage(by("liu"), "leading_group", "M-2", approve=False, opinion=" ")
    given(DRAFTED, DECIDED).when(without).refuses(PlanReasonError, "leading_group")
    given(DRAFTED, DECIDED, BOUND, IN_FORCE).when(back).refuses(PlanStepError, "release")
    returned = fold(PLAN, (DRAFTED, DECIDED, PlanReturned(act, "leading_group", "M-2", "资金已被他用")))
    assert (returned.waits_for, PLAN.also_allowed(returned)) == ("draft", ("move", "correct", "withdraw"))
