"""A meeting with an agenda: called, held with a quorum, a decision per item that reaches its plan, minutes for all."""

from datetime import date
from typing import Any

import pytest

from domain.act import RepeatDiffersError
from domain.balances import Bucket
from domain.errors import BadInputError
from domain.fund import FUND
from domain.ledger import PART
from domain.meeting import MEETING
from domain.meeting_facts import Decision, ItemDecided, MinutesFiled
from domain.meeting_refusals import (
    AttendanceError,
    ItemsOpenError,
    NoSuchMeetingError,
    NotCalledForError,
    QuorumError,
)
from domain.meeting_requests import CallMeeting, DecideItems, FileMeetingMinutes, ItemSaid, LeaveAgenda
from domain.plan import PLAN, PlanStepError
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.requests import FileMinutes
from tests.domain.county import DAY, MINUTES, ONE_DAY, County, decision, line
from tests.domain.given import WAN

GROUP = "leading_group"
OTHER = ItemSaid(words="样例：其他事项")
FILE = FileMeetingMinutes(digest=MINUTES)


def of_plan(no: str) -> ItemSaid:
    return ItemSaid(plan_no=no, stage=GROUP)


def called(*agenda: ItemSaid, on: date = DAY, members: int = 0, quorum: int = 7) -> CallMeeting:
    return CallMeeting(body=GROUP, on=on, agenda=agenda, members=members, quorum=quorum)


def sat(*decided: tuple[str, bool], present: int = 9, attended: tuple[str, ...] = (), **changes: Any) -> DecideItems:
    decisions = tuple(Decision(no, approve, "" if approve else "样例：缓议") for no, approve in decided)
    return DecideItems(held_on=DAY, present=present, decisions=decisions, attended=attended, **changes)


@pytest.fixture
def called_county(sample: County) -> County:
    """Two plans on one fund and another matter, before the leading group."""
    sample.receives()
    for no in ("A01", "A02"):
        sample.banks(no)
    sample.drafts("P1", line(100 * WAN))
    sample.drafts("P2", line(50 * WAN, project_no="A02"))
    sample.ask("meeting", "M1", called(of_plan("P1"), of_plan("P2"), OTHER, members=11), GROUP)
    return sample


def plan(county: County, no: str) -> str:
    return PLAN.stage(county.state(PLAN, no))


def test_one_request_decides_items_one_by_one_and_each_reaches_its_plan(called_county: County) -> None:
    county = called_county
    assert county.waits(MEETING, "M1") == [(f"decide:{n}", GROUP) for n in (1, 2, 3)]
    recorded = county.ask("meeting", "M1", sat(("1", True), ("2", False)), GROUP)
    assert (plan(county, "P1"), plan(county, "P2")) == (f"minutes:{GROUP}", "draft")
    # One transaction, each plan a part of the request with a command id of its own.
    of_plans = [r.fact.act.command_id for r in recorded if "/plan/" in r.originator_id]
    assert [PART in command for command in of_plans] == [True, True]
    assert [r.fact.approve for r in recorded if isinstance(r.fact, ItemDecided)] == [True, False]
    assert county.waits(MEETING, "M1") == [("decide:3", GROUP)]


def test_minutes_filed_once_bind_to_all_that_was_decided_though_plans_share_a_fund(called_county: County) -> None:
    county = called_county
    county.ask("meeting", "M1", sat(("1", True), ("2", True), ("3", True)), GROUP)
    assert county.waits(MEETING, "M1") == [("minutes", GROUP)]
    recorded = county.ask("meeting", "M1", FILE, GROUP)
    assert len([r for r in recorded if isinstance(r.fact, MinutesFiled)]) == 1
    assert [plan(county, no) for no in ("P1", "P2")] == ["in force", "in force"]
    portion = county.state(FUND, "F1").balances.portions["integrated"]
    assert portion.buckets[Bucket.UNRELEASED] == 150 * WAN
    assert portion.buckets[Bucket.FREE] == 150 * WAN
    assert MEETING.closed(county.state(MEETING, "M1"))
    county.refuses("meeting", "M1", FileMeetingMinutes(digest="c" * 64), GROUP, RepeatDiffersError, "M1")


def test_all_or_none_what_one_plan_refuses_none_is_decided(called_county: County) -> None:
    county = called_county
    # P1 was decided elsewhere meanwhile: then nothing of this request holds, P2 included.
    county.ask("plan", "P1", decision("M9", DAY), GROUP)
    county.refuses("meeting", "M1", sat(("1", True), ("2", True)), GROUP, PlanStepError, "P1")
    assert plan(county, "P2") == f"decide:{GROUP}"
    assert county.state(MEETING, "M1").held is None


def test_the_same_answer_again_is_nothing_new_and_another_is_refused(called_county: County) -> None:
    county = called_county
    county.ask("meeting", "M1", sat(("1", True)), GROUP)
    recorded = county.ask("meeting", "M1", sat(("1", True), ("2", True)), GROUP)
    assert [r.fact.item for r in recorded if isinstance(r.fact, ItemDecided)] == ["sample/plan/P2"]
    county.refuses("meeting", "M1", sat(("1", False)), GROUP, RepeatDiffersError, "M1")


@pytest.mark.parametrize(
    ("request_", "error", "numbers"),
    [
        (sat(("4", True)), NotCalledForError, ("M1", "4", "1, 2, 3")),
        (sat(("1", True), present=6), QuorumError, ("M1", 6, 7)),
        (sat(("1", True), present=8, quorum=9), QuorumError, ("M1", 8, 9)),
        (sat(("1", True), ("1", False)), BadInputError, ("decisions",)),
        (sat(), BadInputError, ("decisions",)),
        (sat(("1", True), present=12), AttendanceError, ("12", "11")),
        (sat(("1", True), present=7, attended=(*"abcdef", "f")), AttendanceError, ("f",)),
        (sat(("1", True), present=9, attended=tuple("abcdefg")), AttendanceError, ("7", "9")),
        (FILE, ItemsOpenError, ("M1", "1, 2, 3")),
        (LeaveAgenda(items=("5",), reason="未及审议"), NotCalledForError, ("5",)),
        (LeaveAgenda(items=("1", "1"), reason="未及审议"), BadInputError, ("items",)),
        (LeaveAgenda(items=("1",), reason="未及审议", to_meeting="M2"), NoSuchMeetingError, ("M2",)),
        (LeaveAgenda(items=("1",), reason="未及审议", to_meeting="M1"), NoSuchMeetingError, ("M1",)),
        (called(of_plan("P1")), RepeatDiffersError, ("M1",)),
    ],
)
def test_what_does_not_belong_to_the_meeting_is_refused(
    called_county: County, request_: Any, error: type, numbers: tuple[object, ...]
) -> None:
    called_county.refuses("meeting", "M1", request_, GROUP, error, *numbers)


def test_a_meeting_held_on_a_day_to_come_or_by_another_post_is_refused(called_county: County) -> None:
    late = DecideItems(held_on=DAY + ONE_DAY, present=9, decisions=(Decision("1", approve=True),))
    called_county.refuses("meeting", "M1", late, GROUP, BadInputError, "held_on")
    for asked in (sat(("1", True)), FILE, LeaveAgenda(items=("1",), reason="样例")):
        called_county.refuses("meeting", "M1", asked, "rrb", WrongPostError, GROUP)


def test_a_meeting_that_nobody_called_has_no_agenda_to_decide(sample: County) -> None:
    for asked in (sat(("1", True)), FILE, LeaveAgenda(items=("1",), reason="样例")):
        sample.refuses("meeting", "M7", asked, GROUP, NoSuchMeetingError, "M7")


@pytest.mark.parametrize(
    ("agenda", "body", "error"),
    [
        ((), GROUP, BadInputError),
        ((of_plan("P1"), of_plan("P1")), GROUP, BadInputError),
        ((ItemSaid(plan_no="P1"),), GROUP, BadInputError),
        ((ItemSaid(plan_no="P1", stage=GROUP, words="样例"),), GROUP, BadInputError),
        ((ItemSaid(words=" "),), GROUP, BadInputError),
        ((OTHER,), "village_committee", NoRuleStatedError),
        (tuple(ItemSaid(words=str(n)) for n in range(41)), GROUP, BadInputError),
    ],
)
def test_an_agenda_names_plans_with_their_stage_or_matters_for_a_body_that_decides(
    called_county: County, agenda: tuple[ItemSaid, ...], body: str, error: type
) -> None:
    called_county.refuses("meeting", "M2", CallMeeting(body=body, on=DAY, agenda=agenda), GROUP, error)


def test_items_not_reached_go_to_the_next_meeting_or_off_the_agenda(called_county: County) -> None:
    county = called_county
    county.ask("meeting", "M2", called(ItemSaid(words="样例：下次")), GROUP)
    county.ask("meeting", "M1", sat(("1", True)), GROUP)
    county.ask("meeting", "M1", LeaveAgenda(items=("2",), reason="样例：材料不全", to_meeting="M2"), GROUP)
    county.ask("meeting", "M1", LeaveAgenda(items=("3",), reason="样例：撤回"), GROUP)
    county.refuses("meeting", "M1", sat(("2", True)), GROUP, NotCalledForError, "2")
    county.ask("meeting", "M1", FILE, GROUP)
    assert (plan(county, "P1"), plan(county, "P2")) == ("in force", f"decide:{GROUP}")
    assert county.waits(MEETING, "M2") == [("decide:1", GROUP), ("decide:2", GROUP)]
    county.ask("meeting", "M2", sat(("1", True), ("2", True)), GROUP)
    county.ask("meeting", "M2", FileMeetingMinutes(digest="c" * 64), GROUP)
    assert plan(county, "P2") == "in force"


def test_a_meeting_whose_items_were_all_left_is_over_without_minutes(called_county: County) -> None:
    called_county.ask("meeting", "M1", LeaveAgenda(items=("1", "2", "3"), reason="样例：取消"), GROUP)
    assert MEETING.stage(called_county.state(MEETING, "M1")) == "closed"
    assert MEETING.closed(called_county.state(MEETING, "M1"))
    called_county.refuses("meeting", "M1", sat(("1", True)), GROUP, NoSuchMeetingError, "M1")


def test_the_old_requests_of_a_plan_keep_to_the_agenda_of_a_meeting_that_was_called(called_county: County) -> None:
    county = called_county
    county.banks("A03")
    county.drafts("P3", line(5 * WAN, project_no="A03"))
    county.refuses("plan", "P3", decision("M1", DAY), GROUP, NotCalledForError, "sample/plan/P3")
    county.ask("plan", "P1", decision("M1", DAY), GROUP)
    minutes = FileMinutes(stage=GROUP, digest=MINUTES)
    county.refuses("plan", "P1", minutes, GROUP, ItemsOpenError, "2, 3")
    county.ask("meeting", "M1", sat(("2", True), ("3", True)), GROUP)
    county.ask("plan", "P1", minutes, GROUP)
    assert (plan(county, "P1"), plan(county, "P2")) == ("in force", f"minutes:{GROUP}")
    # The minutes are on file; the other plan is told of them by its own request, as before.
    county.ask("plan", "P2", minutes, GROUP)
    assert plan(county, "P2") == "in force"
