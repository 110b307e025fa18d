from datetime import date

import pytest

from domain.act import Act, RepeatDiffersError
from domain.meeting import (
    MEETING,
    DecideItem,
    FileMinutes,
    ItemDecided,
    MeetingHeld,
    MinutesFiled,
    NotOnAgendaError,
    QuorumError,
)
from tests.domain.given import by, fold, given

PLAN, OTHER = "sample/plan/P1", "sample/plan/P2"
HELD_ON = date(2022, 3, 9)
ACT = by("liu")


def held(
    act: Act, *, on: date = HELD_ON, body: str = "leading_group", present: int = 9, quorum: int = 7
) -> MeetingHeld:
    return MeetingHeld(act, "sample", "M-1", body, on, present, quorum)


HELD = held(by("liu"))
DECIDED = ItemDecided(by("liu"), PLAN, approve=True, opinion="同意")
FILED = MinutesFiled(by("liu"), "d" * 64)


def test_first_item_opens_the_meeting() -> None:
    given().when(DecideItem(ACT, held(ACT), PLAN, approve=True, opinion="同意")).then(
        held(ACT), ItemDecided(ACT, PLAN, approve=True, opinion="同意")
    )


def test_next_item_belongs_to_the_same_meeting() -> None:
    given(HELD, DECIDED).when(DecideItem(ACT, held(ACT), OTHER, approve=False, opinion="缓议")).then(
        ItemDecided(ACT, OTHER, approve=False, opinion="缓议")
    )


def test_item_decided_again_the_same_way_changes_nothing() -> None:
    given(HELD, DECIDED).when(DecideItem(ACT, held(ACT), PLAN, approve=True, opinion="同意")).then()


def test_item_decided_the_other_way_is_refused() -> None:
    given(HELD, DECIDED).when(DecideItem(ACT, held(ACT), PLAN, approve=False, opinion="")).refuses(
        RepeatDiffersError, "M-1", PLAN
    )


@pytest.mark.parametrize(("present", "quorum"), [(6, 7), (0, 0), (0, -1), (-2, -3)])
def test_too_few_decide_nothing(present: int, quorum: int) -> None:
    few = held(ACT, present=present, quorum=quorum)
    given().when(DecideItem(ACT, few, PLAN, approve=True, opinion="")).refuses(QuorumError, "M-1", present)


def test_quorum_just_reached_is_enough() -> None:
    just = held(ACT, present=7, quorum=7)
    given().when(DecideItem(ACT, just, PLAN, approve=True, opinion="")).then(
        just, ItemDecided(ACT, PLAN, approve=True, opinion="")
    )


@pytest.mark.parametrize("other", [held(ACT, on=date(2022, 3, 8)), held(ACT, body="county_government")])
def test_meeting_has_one_body_and_one_day(other: MeetingHeld) -> None:
    given(HELD, DECIDED).when(DecideItem(ACT, other, OTHER, approve=True, opinion="")).refuses(
        RepeatDiffersError, "M-1", "leading_group 2022-03-09", f"{other.body} {other.held_on}"
    )


def test_minutes_of_what_was_decided_go_on_file() -> None:
    given(HELD, DECIDED).when(FileMinutes(ACT, "M-1", PLAN, "d" * 64)).then(MinutesFiled(ACT, "d" * 64))


def test_minutes_of_what_nobody_decided_are_refused() -> None:
    given().when(FileMinutes(ACT, "M-1", PLAN, "d" * 64)).refuses(NotOnAgendaError, "M-1", PLAN)
    given(HELD, DECIDED).when(FileMinutes(ACT, "M-1", OTHER, "d" * 64)).refuses(NotOnAgendaError, "M-1", OTHER)


def test_minutes_are_filed_once_for_all_items() -> None:
    other = ItemDecided(by("liu"), OTHER, approve=True, opinion="")
    given(HELD, DECIDED, other, FILED).when(FileMinutes(ACT, "M-1", OTHER, "d" * 64)).then()


def test_other_minutes_of_the_same_meeting_are_refused() -> None:
    given(HELD, DECIDED, FILED).when(FileMinutes(ACT, "M-1", PLAN, "e" * 64)).refuses(
        RepeatDiffersError, "M-1", "d" * 64, "e" * 64
    )


def test_meeting_waits_for_its_minutes_only() -> None:
    stories = [(), (HELD, DECIDED), (HELD, DECIDED, FILED)]
    states = [fold(MEETING, story) for story in stories]
    assert [[(s.id, s.post) for s in MEETING.open_steps(state)] for state in states] == [
        [],
        [("minutes", "leading_group")],
        [],
    ]
    assert [MEETING.stage(state) for state in states[1:]] == ["held", "filed"]
    # Nobody called it: it has no process of its own, its plans wait for its minutes.
    assert [MEETING.closed(state) for state in states] == [False, True, True]
