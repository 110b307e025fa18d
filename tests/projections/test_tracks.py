"""The track of a case: where it stands in the order of its own rules, who passed what, and by when the next is due."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import Engine

from domain.cases import CaseId
from domain.correcting_requests import WithdrawClaim
from domain.errors import BadInputError, RefusedError
from domain.ledger import Ledger
from domain.policy import parse
from domain.requests import (
    AnswerGate,
    AnswerStep,
    BouncePayment,
    DraftPlan,
    FileMinutes,
    MoveProject,
    RegisterProject,
    ReleaseMoney,
    SendPayment,
)
from domain.terms import Line
from projections.as_of import Dates
from projections.as_of_store import as_of
from projections.cases import cases
from projections.runner import catch_up
from projections.store import views_engine
from projections.track_shape import Records, Stage
from projections.tracks import TRACKED, pinned, track
from projections.views import VIEWS
from tests.domain.given import noon
from tests.projections.conftest import Told
from tests.projections.watched import COUNTIES, Watched, check_track, watched
from tests.story import (
    COUNTY,
    GATES,
    MINUTES,
    POLICIES,
    WAN,
    Story,
    adopt,
    day,
    decide,
    open_county,
    plan,
    prepare,
    receive,
)

Track = Callable[[str, str, date], dict[str, Stage]]


@pytest.fixture
def story() -> Iterator[Story]:
    """The sample county, before anything happened."""
    with Ledger("sqlite://") as ledger:
        told = Story(ledger)
        open_county(told)
        yield told


@pytest.fixture
def look(story: Story) -> Iterator[Track]:
    """Looks at a case's track on a day, by stage."""
    engine = views_engine("sqlite://")

    def of(kind: str, no: str, on: date) -> dict[str, Stage]:
        catch_up(story.ledger, engine, VIEWS)
        stages = track(Records.of(story.ledger, engine), CaseId(COUNTY, kind, no), noon(on))
        return {stage.id: stage for stage in stages}

    yield of
    engine.dispose()


def states(stages: dict[str, Stage]) -> dict[str, str]:
    """Return each stage's state."""
    return {id_: stage.state for id_, stage in stages.items()}


@pytest.mark.parametrize("folder", COUNTIES)
def test_a_track_waits_where_its_case_waits_all_year_in_every_county(folder: str) -> None:
    with Ledger("sqlite://") as ledger:
        year = watched(ledger, folder, Watched)
        year.year()
        assert year.looks > 50
        for case, looks in year.seen.items():
            assert {stage.state for stage in looks[-1]} == {"done"}, case
            for before, after in pairwise(looks):
                # Nothing was sent back in this year: what is done stays done.
                done = {stage.id for stage in before if stage.state == "done"}
                assert done - {"paid", "plan", "release"} <= {stage.id for stage in after if stage.state == "done"}, (
                    case
                )
        own = {step.id for step in year.project.registered.terms.steps} if year.project.registered else set()
        [project] = [looks[-1] for case, looks in year.seen.items() if "/project/" in case]
        assert {stage.id for stage in project} == own
        year.engine.dispose()


def test_the_long_story_has_a_track_for_every_case(told: Told) -> None:
    found = [row.case for kind in sorted(TRACKED) for row in cases(told.engine, kind)]
    assert len(found) > 15
    for case in found:
        check_track(told.ledger, told.engine, case, noon(date(2025, 1, 1)))


def test_a_project_that_was_sent_back_waits_where_it_was_sent_to(story: Story, look: Track) -> None:
    request = RegisterProject(
        name="样例·渠", village="样例一村", township="样例甲乡", unit="样例·单位", use="industry", budget_fen=9 * WAN
    )
    story.ask("project", "S01", request, "village_committee", day(2, 20))
    story.pass_step("S01", "township_review", "township_office", day(2, 22))
    back = AnswerStep(step="field_survey", approve=False, opinion="选址须重核", return_to="township_review")
    story.ask("project", "S01", back, "field_team", day(2, 24))
    found = look("project", "S01", day(2, 25))
    assert list(states(found).values())[:4] == ["done", "current", "returned", "to_come"]
    assert found["township_review"].open == ("township_review",)
    assert found["township_review"].answer is None
    [sent] = found["field_survey"].backs
    assert (sent.to, sent.answer.opinion, sent.answer.person, sent.answer.on) == (
        "township_review",
        "选址须重核",
        "p-field_team",
        day(2, 24),
    )
    assert found["field_survey"].returns_to == ("township_review",)
    # Passed once more, the survey waits again, and its return stays on record.
    story.pass_step("S01", "township_review", "township_office", day(2, 27))
    again = look("project", "S01", day(2, 27))
    assert (again["field_survey"].state, len(again["field_survey"].backs)) == ("current", 1)
    answer = again["township_review"].answer
    assert answer is not None
    assert (answer.person, answer.on, answer.opinion) == ("p-township_office", day(2, 27), "同意")


def test_a_rejected_project_takes_no_further_step(story: Story, look: Track) -> None:
    prepare(story)
    no = AnswerStep(step="township_review", approve=False, opinion="样例：不符合规划", end=True)
    story.ask("project", "S02", no, "township_office", day(3, 2))
    found = look("project", "S02", day(3, 3))
    assert found["township_review"].state == "returned"
    assert found["township_review"].backs[-1].to == ""
    assert set(list(states(found).values())[2:]) == {"skipped"}


def test_money_steps_tell_what_is_through_and_by_which_plan(story: Story, look: Track) -> None:
    for chapter in (receive, prepare):
        chapter(story)
    before = look("project", "S01", day(3, 11))["plan"]
    assert (before.state, before.done_fen, before.of_fen, before.parts) == ("current", 0, 268 * WAN, ())
    plan(story)
    found = look("project", "S01", day(4, 3))
    assert [(p.no, p.year, p.amount_fen, p.done_fen, p.on) for p in found["plan"].parts] == [
        ("P1", 2023, 268 * WAN, 268 * WAN, day(3, 29))
    ]
    assert (found["release"].state, found["release"].done_fen) == ("done", 268 * WAN)
    assert found["plan"].answer is not None
    assert found["plan"].answer.person == "", "a plan is nobody's answer in the project"


def test_a_plan_tells_meeting_minutes_and_each_release(story: Story, look: Track) -> None:
    for chapter in (receive, prepare):
        chapter(story)
    lines = (Line("F1", "integrated", "S01", 188 * WAN), Line("F2", "integrated", "S01", 80 * WAN))
    story.ask("plan", "P1", DraftPlan(year=2023, title="样例年度计划", lines=lines), "rrb", day(3, 21))
    decide(story, "P1", "M1", day(3, 23), approve=False)
    returned = look("plan", "P1", day(3, 23))
    assert list(states(returned).values()) == ["current", "returned", "to_come", "to_come"]
    assert returned["decide:leading_group"].backs[0].answer.opinion == "补充县级配套"
    story.ask("plan", "P1", DraftPlan(year=2023, title="样例年度计划", lines=lines), "rrb", day(3, 25))
    decide(story, "P1", "M2", day(3, 28), approve=True)
    decided = look("plan", "P1", day(3, 28))["decide:leading_group"]
    assert (decided.state, decided.open) == ("current", ("minutes:leading_group",))
    assert decided.sitting is not None
    assert (decided.sitting.meeting_no, decided.sitting.held_on, decided.sitting.present) == ("M2", day(3, 28), 9)
    assert (decided.sitting.minutes, decided.sitting.filed) == ("", None)
    story.ask("plan", "P1", FileMinutes(stage="leading_group", digest=MINUTES), "leading_group", day(3, 29))
    story.ask("fund", "F1", ReleaseMoney(plan_no="P1"), "finance_section", day(3, 31))
    found = look("plan", "P1", day(4, 1))
    assert list(states(found).values()) == ["done", "done", "done", "current"]
    sitting = found["decide:leading_group"].sitting
    assert sitting is not None
    assert sitting.minutes == MINUTES
    assert sitting.filed is not None
    assert sitting.filed.on == day(3, 29)
    parts = {part.no: part for part in found["release"].parts}
    assert (parts["F1"].done_fen, parts["F1"].on, parts["F1"].step) == (188 * WAN, day(3, 31), "")
    assert (parts["F2"].done_fen, parts["F2"].step, parts["F2"].post) == (0, "release:P1", "finance_section")
    assert parts["F2"].due is not None
    assert parts["F2"].due.stage == "open"
    assert (found["release"].done_fen, found["release"].of_fen) == (188 * WAN, 268 * WAN)


def contracted(story: Story) -> None:
    """S01 has its money and a contract."""
    for chapter in (receive, prepare, plan):
        chapter(story)
    signed = AnswerStep(step="contract", approve=True, record="aa" * 32, contractor="样例·施工方", amount_fen=250 * WAN)
    story.ask("project", "S01", signed, "implementing_unit", day(4, 10))
    story.lodge("C1", "progress", (Line("F1", "integrated", "S01", 60 * WAN),), day(6, 1))


def test_a_claim_tells_its_gate_that_is_late(story: Story, look: Track) -> None:
    contracted(story)
    story.pass_gates("C1", GATES[:1], day(6, 2))
    in_time = look("claim", "C1", day(6, 2))
    assert list(states(in_time).values()) == ["done", "done", "current", "to_come", "to_come", "to_come"]
    due = in_time["payment_centre"].due
    assert due is not None
    assert (due.overdue, due.days_left) == (False, (due.due_on - day(6, 2)).days)
    met = in_time["finance_section"].due
    assert met is not None
    assert met.stage == "met"
    late = look("claim", "C1", day(7, 1))["payment_centre"].due
    assert late is not None
    assert late.overdue
    assert late.days_left == (late.due_on - day(7, 1)).days < 0


def test_a_returned_claim_waits_with_its_lodger(story: Story, look: Track) -> None:
    contracted(story)
    story.pass_gates("C1", GATES[:1], day(6, 2))
    back = AnswerGate(gate="payment_centre", approve=False, opinion="缺发票")
    story.ask("claim", "C1", back, "payment_centre", day(6, 3))
    found = look("claim", "C1", day(6, 4))
    assert list(states(found).values()) == ["current", "done", "returned", "to_come", "to_come", "to_come"]
    assert (found["lodge"].open, found["lodge"].post) == (("lodge",), "implementing_unit")
    assert found["payment_centre"].backs[0].answer.opinion == "缺发票"
    story.ask("claim", "C1", WithdrawClaim(reason="样例：另报"), "implementing_unit", day(6, 5))
    assert set(list(states(look("claim", "C1", day(6, 5))).values())[3:]) == {"skipped"}


def test_a_payment_that_bounced_is_to_be_sent_again(story: Story, look: Track) -> None:
    contracted(story)
    story.pass_gates("C1", GATES, day(6, 2))
    story.ask("claim", "C1", SendPayment(), "payment_centre", day(6, 5))
    assert look("claim", "C1", day(6, 5))["confirm"].state == "current"
    story.ask("claim", "C1", BouncePayment(reason="户名不符"), "treasury_officer", day(6, 6))
    found = look("claim", "C1", day(6, 6))
    assert (found["send"].state, found["confirm"].state) == ("current", "returned")
    assert found["confirm"].backs[0].answer.opinion == "户名不符"


def test_a_fund_tells_report_and_notice_side_by_side_and_its_money(story: Story, look: Track) -> None:
    receive(story)
    found = look("fund", "F1", day(3, 10))
    assert states(found) == {
        "arrived": "done",
        "report": "done",
        "notify": "done",
        "plan": "current",
        "release": "to_come",
        "paid": "to_come",
    }
    assert found["notify"].beside
    report = found["report"].answer
    assert report is not None
    assert (report.on, report.recorded_on, report.person) == (day(2, 17), day(2, 18), "p-finance_section")
    assert (found["plan"].done_fen, found["plan"].of_fen) == (0, 480 * WAN)
    late = look("fund", "F2", day(3, 10))["notify"].due
    assert late is not None
    assert late.stage == "met late"


def test_a_project_moved_to_other_rules_is_told_by_those(story: Story, look: Track) -> None:
    prepare(story)
    text = (POLICIES / f"{COUNTY}.toml").read_text(encoding="utf-8")
    other = text.replace('post = "township_office"', 'post = "rrb"').replace('version = "2023.1"', 'version = "2023.2"')
    assert other != text
    adopt(story, parse(other, "样例二版"), day(3, 12))
    before = look("project", "S02", day(3, 12))["township_review"]
    assert before.post == "township_office", "a case keeps the rules that it began under"
    story.ask("project", "S02", MoveProject(reason="样例：改按新版本"), "village_committee", day(3, 13))
    assert look("project", "S02", day(3, 13))["township_review"].post == "rrb"
    rules = pinned(story.ledger.state, CaseId(COUNTY, "project", "S02"))
    assert rules is not None
    assert rules.ref.version == "2023.2"


def test_a_track_as_of_two_days_is_the_one_of_that_day(told: Told) -> None:
    case = f"{COUNTY}/claim/C2"
    dates = Dates(day(6, 7), day(6, 7))
    with as_of(told.ledger, told.engine, case, dates, lambda _n, _of: None) as found:
        stages = {one.id: one for one in track(Records.as_of(found), CaseId(COUNTY, "claim", "C2"), noon(day(6, 7)))}
    assert (stages["lodge"].state, stages["payment_centre"].state) == ("current", "returned")


def test_a_case_that_is_none_is_refused_in_words(story: Story) -> None:
    engine: Engine = views_engine("sqlite://")
    catch_up(story.ledger, engine, VIEWS)
    records = Records.of(story.ledger, engine)
    for kind in ("project", "claim", "plan", "fund"):
        with pytest.raises(RefusedError, match="no such"):
            track(records, CaseId(COUNTY, kind, "X9"), noon(day(3, 1)))
        assert pinned(story.ledger.state, CaseId(COUNTY, kind, "X9")) is None
    with pytest.raises(BadInputError, match="no track"):
        track(records, CaseId(COUNTY, "meeting", "X9"), noon(day(3, 1)))
    engine.dispose()
