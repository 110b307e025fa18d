"""The project board: place, unit, money, days and years of each project, and its steps in order."""

import pytest

from domain.ledger import Ledger
from domain.requests import AnswerStep
from projections.projects_read import ProjectRow, project_row, project_rows, project_steps
from projections.runner import catch_up
from projections.store import views_engine
from projections.views import VIEWS
from tests.projections.conftest import Told
from tests.projections.long_story import on
from tests.story import WAN, day, tell


def project(told: Told, no: str) -> ProjectRow:
    """One project of the story."""
    found = project_row(told.engine, f"sample/project/{no}")
    assert found is not None
    return found


def test_a_project_says_where_it_is_who_builds_it_and_what_for(told: Told) -> None:
    s01 = project(told, "S01")
    assert (s01.name, s01.township, s01.village, s01.unit) == (
        "样例·食用菌大棚",
        "样例甲乡",
        "样例一村",
        "样例·甲乡人民政府",
    )
    assert (s01.use, s01.contractor) == ("industry", "样例·施工方")
    assert (s01.target, s01.linkage, s01.households) == ("样例：年产食用菌300吨", "样例：订单收购", 36)


def test_a_project_knows_its_money_from_declaration_to_payment(told: Told) -> None:
    s01 = project(told, "S01")
    assert (s01.declared_fen, s01.budget_fen, s01.contract_fen) == (268 * WAN, 268 * WAN, 259_600_000)
    assert (s01.allotted_fen, s01.released_fen) == (268 * WAN, 268 * WAN)
    assert s01.claimed_fen == s01.approved_fen == s01.paid_fen == 60 * WAN + 43_456_781 + 30 * WAN
    s03 = project(told, "S03")
    assert (s03.declared_fen, s03.budget_fen) == (60 * WAN, 55 * WAN)  # The bank changed the estimate.
    assert (s03.claimed_fen, s03.approved_fen, s03.paid_fen) == (10 * WAN, 0, 0)


def test_a_project_has_the_stated_days_of_its_steps(told: Told) -> None:
    s01 = project(told, "S01")
    assert (s01.declared_on, s01.surveyed_on, s01.banked_on) == (day(2, 20), day(3, 1), day(3, 10))
    assert (s01.planned_on, s01.released_on, s01.contracted_on) == (day(3, 29), day(4, 2), day(4, 10))
    assert (s01.started_on, s01.built_on, s01.accepted_on) == (day(4, 10), day(7, 20), day(7, 28))
    assert (s01.titled_on, s01.handed_over_on, s01.kept_on) == (day(8, 10), day(8, 11), day(8, 12))
    assert s01.settled_on == on(2, 6)  # C4 was paid back.
    assert (s01.closed, s01.days_in_stage(on(1, 1)), s01.returns) == (True, None, 1)


def test_a_project_that_waits_says_since_when(told: Told) -> None:
    s02, s03 = project(told, "S02"), project(told, "S03")
    assert (s02.stage, s02.stage_since, s02.days_in_stage(on(2, 13))) == ("contract", on(2, 3), 10)
    assert (s03.stage, s03.stage_since, s03.started_on, s03.built_on) == ("build", on(4, 11), on(4, 11), None)


def test_a_project_has_the_years_of_its_plans_and_of_their_money(told: Told) -> None:
    assert (project(told, "S01").plan_years, project(told, "S01").fund_years) == ((2023,), (2023,))
    assert (project(told, "S03").plan_years, project(told, "S03").fund_years) == ((2024,), (2023, 2024))
    assert (project(told, "S04").plan_years, project(told, "S04").fund_years) == ((), ())


def test_deadlines_of_a_project_and_of_its_claims_that_run_are_counted(told: Told) -> None:
    s03 = project(told, "S03")
    # C5's first gate, anew; C7's first.
    assert (s03.obligations, s03.next_due_on) == (2, on(4, 21))
    assert project(told, "S04").obligations == 0


def test_the_steps_stand_in_the_order_of_the_rules_each_with_who_passed_it(told: Told) -> None:
    steps = project_steps(told.engine, "sample/project/S01")
    assert [step.number for step in steps] == list(range(1, 13))
    review, survey = steps[1], steps[2]
    # It was sent back to the review, and both were done again.
    assert (review.opened_on, review.passed_on, review.days(day(12, 31))) == (day(2, 24), day(2, 27), 3)
    assert (survey.opened_on, survey.passed_on, survey.person) == (day(2, 27), day(3, 1), "p-field_team")
    assert {step.kind: step.person for step in steps}["release"] == ""  # A fund brings it.
    waiting = project_steps(told.engine, "sample/project/S02")
    assert [(step.step, step.opened_on) for step in waiting if step.state == "open"] == [("contract", on(2, 3))]
    assert {step.state for step in waiting[7:]} == {"ahead"}
    assert waiting[-1].days(on(3, 1)) is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"county": "sample"}, ["S01", "S02", "S03", "S04"]),
        ({"year": 2023}, ["S01", "S02", "S03"]),
        ({"year": 2024}, ["S02", "S03", "S04"]),
        ({"stage": "contract"}, ["S02"]),
        ({"open_only": True}, ["S02", "S03", "S04"]),
        ({"use": "infrastructure", "township": "样例甲乡"}, ["S03", "S04"]),
        ({"county": "elsewhere"}, []),
    ],
)
def test_projects_are_found_by_year_stage_and_place(told: Told, asked: dict[str, object], found: list[str]) -> None:
    assert [row.project_no for row in project_rows(told.engine, **asked)] == found  # type: ignore[arg-type]
    assert project_row(told.engine, "sample/project/none") is None


def test_a_rejected_project_says_why_and_waits_for_nobody() -> None:
    with Ledger("sqlite://") as ledger:
        story = tell(ledger)
        no = AnswerStep(step="township_review", approve=False, end=True, opinion="样例：选址不当")
        story.ask("project", "S02", no, "township_office", day(9, 1))
        engine = views_engine(ledger.url)
        catch_up(ledger, engine, VIEWS)
        row = project_row(engine, "sample/project/S02")
        assert row is not None
        assert (row.stage, row.closed, row.ended_because, row.stage_since) == (
            "rejected",
            True,
            "样例：选址不当",
            day(9, 1),
        )
        assert {step.state for step in project_steps(engine, row.project)} == {"passed", "ahead"}
        engine.dispose()
