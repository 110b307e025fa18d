"""Rounds up and down (两上两下): which steps are taken again, and where a return inside or between rounds leads."""

from datetime import date

import pytest

from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.policy import Policy, PolicyError, parse
from domain.policy.reading import no_more
from domain.project import PROJECT, ReturnError
from domain.requests import AnswerStep
from domain.terms import StepTerm
from tests.domain.county import DAY, ONE_DAY, POLICIES, PROJECT_REQUEST, County

REVIEW = 'post = "township_office"\nreturns_to = ["village_declaration"]\n'
DEADLINE = (
    'deadline = { id = "review", kind = "counted", count = 4, unit = "calendar", start = "step_open", source = "x" }\n'
)
# A first step of the county's own, before anybody declares.
CALL = """[[project.steps]]
id = "call"
zh = "样例·征集"
en = "call"
kind = "prepare"
post = "rrb"
source = "made up"

"""
APPROVAL = """[[plan.approvals]]
id = "each_project"
zh = "样例·逐个项目审批"
en = "each project by itself"
body = "leading_group"
subject = "project"
source = "made up"

[plan.approvals.deadline]
id = "each_project"
kind = "counted"
count = 10
unit = "working"
start = "step_open"
source = "made up"

"""
FIRST_STEP = '[[project.steps]]\nid = "village_declaration"'


def rounds(up: int, *changes: tuple[str, str], down: int = 2) -> Policy:
    """Return the sample county's rules with rounds, and other changes."""
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    added = f'[project.rounds]\nup = {up}\ndown = {down}\nsource = "made up"\n\n'
    text = text.replace("[[sources]]", f"{added}[[sources]]", 1)
    return parse(text, "rounds")


def county(ledger: Ledger, policy: Policy) -> County:
    made = County(ledger, "sample")
    made.adopt(policy)
    return made


def terms(of: County) -> tuple[StepTerm, ...]:
    registered = of.state(PROJECT, "A01").registered
    assert registered is not None
    steps: tuple[StepTerm, ...] = registered.terms.steps
    return steps


def names(of: County, until: str) -> list[str]:
    ids = [step.id for step in terms(of)]
    return ids[: ids.index(until) + 1]


def back(step: str, to: str) -> AnswerStep:
    return AnswerStep(step=step, approve=False, opinion="材料不全", return_to=to)


@pytest.mark.parametrize(
    ("up", "down", "first"),
    [
        (1, 1, []),
        (2, 0, []),
        (2, 2, ["village_declaration_1", "township_review_1"]),
        (
            3,
            2,
            ["village_declaration_1", "township_review_1", "village_declaration_2", "township_review_2"],
        ),
    ],
)
def test_each_round_declares_and_reviews_again(ledger: Ledger, up: int, down: int, first: list[str]) -> None:
    made = county(ledger, rounds(up, down=down))
    made.declares("A01")
    last = ["village_declaration", "township_review", "field_survey", "bank"]
    assert names(made, "bank") == [*first, *last]


def test_every_step_returns_to_steps_that_stand_before_it(ledger: Ledger) -> None:
    made = county(ledger, rounds(3))
    made.declares("A01")
    steps = terms(made)
    ids = [step.id for step in steps]
    for n, step in enumerate(steps):
        assert set(step.returns_to) <= set(ids[:n]), step.id
    assert [s.returns_to for s in steps if s.kind == "review"] == [
        ("village_declaration_1",),
        ("village_declaration_2", "village_declaration_1"),
        ("village_declaration", "village_declaration_2"),
    ]
    # What follows the rounds goes back into the last one.
    assert next(s.returns_to for s in steps if s.kind == "survey") == ("township_review",)


def test_return_inside_a_round_stays_in_it(ledger: Ledger) -> None:
    made = county(ledger, rounds(2))
    made.declares("A01")
    made.refuses(
        "project",
        "A01",
        back("township_review_1", "village_declaration"),
        "township_office",
        ReturnError,
        "village_declaration_1",
    )
    made.ask("project", "A01", back("township_review_1", "village_declaration_1"), "township_office")
    assert made.waits(PROJECT, "A01") == [("village_declaration_1", "village_committee")]
    made.passes("A01", "village_declaration_1", "village_committee")
    made.passes("A01", "township_review_1", "township_office")
    assert made.waits(PROJECT, "A01") == [("village_declaration", "village_committee")]


def test_return_between_rounds_leads_to_the_former_one(ledger: Ledger) -> None:
    made = county(ledger, rounds(2))
    made.declares("A01")
    made.passes("A01", "township_review_1", "township_office")
    made.passes("A01", "village_declaration", "village_committee")
    made.ask("project", "A01", back("township_review", "village_declaration_1"), "township_office")
    for step, post in (
        ("village_declaration_1", "village_committee"),
        # Nothing was changed, so the review of the first round stands.
        ("village_declaration", "village_committee"),
        ("township_review", "township_office"),
    ):
        assert made.waits(PROJECT, "A01") == [(step, post)]
        made.passes("A01", step, post)
    assert made.waits(PROJECT, "A01") == [("field_survey", "field_team")]


def test_each_rounds_review_has_a_clock_of_its_own(ledger: Ledger) -> None:
    made = county(ledger, rounds(2, (REVIEW, REVIEW + DEADLINE)))
    made.declares("A01")
    made.today += ONE_DAY
    made.ask("project", "A01", back("township_review_1", "village_declaration_1"), "township_office")
    made.today += ONE_DAY
    made.passes("A01", "village_declaration_1", "village_committee")
    made.passes("A01", "township_review_1", "township_office")
    made.today += ONE_DAY
    made.passes("A01", "village_declaration", "village_committee")
    due = {no: made.clock(no).due_on for no in made.clocks()}
    assert due == {
        "project-A01-township_review_1-1": DAY + 4 * ONE_DAY,
        "project-A01-township_review_1-2": DAY + 6 * ONE_DAY,
        "project-A01-township_review-2": DAY + 7 * ONE_DAY,
    }
    stages = [OBLIGATION.stage(made.state(OBLIGATION, no)) for no in due]
    assert stages == ["met", "met", "open"]


ROUND = ["village_declaration_1", "township_review_1", "village_declaration", "township_review"]


@pytest.mark.parametrize("kind", ["prepare", "review"])
def test_rounds_stand_where_the_declaration_stands(ledger: Ledger, kind: str) -> None:
    before = CALL.replace('"prepare"', f'"{kind}"')
    made = county(ledger, rounds(2, (FIRST_STEP, before + FIRST_STEP)))
    made.ask("project", "A01", PROJECT_REQUEST, "rrb")
    assert names(made, "field_survey") == ["call", *ROUND, "field_survey"]


def test_review_before_the_declaration_is_of_its_round(ledger: Ledger) -> None:
    before = CALL.replace('"prepare"', '"review"')
    review = 'kind = "review"\npost = "township_office"'
    policy = rounds(2, (FIRST_STEP, before + FIRST_STEP), (review, review.replace("review", "prepare", 1)))
    made = county(ledger, policy)
    made.ask("project", "A01", PROJECT_REQUEST, "rrb")
    assert names(made, "township_review") == [
        "call_1",
        "village_declaration_1",
        "call",
        "village_declaration",
        "township_review",
    ]


def test_review_after_the_bank_is_no_round(ledger: Ledger) -> None:
    """Where money comes first and nobody declares, nothing is taken again; such a file is refused by now."""
    text = (POLICIES / "jiashi.toml").read_text(encoding="utf-8")
    review = CALL.replace('"call"', '"price"').replace('"prepare"', '"review"').replace('"rrb"', '"watch_post"')
    with_rounds = '[project.rounds]\nup = 2\ndown = 2\nsource = "made up"\n\n'
    assert text.count('[[sources]]\nid = "bridging"') == 1
    text = text.replace("[[sources]]", f"{review}{with_rounds}[[sources]]", 1)
    made = County(ledger, "jiashi")
    with pytest.raises(PolicyError, match="there is nothing to take again"):
        parse(text, "review at the end")
    made.adopt(parse(text, "adopted before", check=no_more))
    made.declares("A01")
    assert names(made, "price") == ["bank", "plan", "release", "payments", "price"]


def test_body_that_approves_each_project_has_its_days_counted(ledger: Ledger) -> None:
    made = county(ledger, rounds(1, ("[release]\n", APPROVAL + "[release]\n")))
    made.today = date(2023, 9, 27)
    made.banks("A01")
    assert made.waits(PROJECT, "A01") == [("each_project", "leading_group")]
    clock = made.clock("project-A01-each_project-1")
    # 28 September, then the Mid-Autumn and National Day week to 6 October; 7 and 8 October are worked for it:
    # 28 | 7 8 9 10 11 12 13 | 16 17.
    assert (clock.due_on, clock.responsible, clock.conditions) == (date(2023, 10, 17), "leading_group", ("answer",))
    made.passes("A01", "each_project", "leading_group")
    assert OBLIGATION.stage(made.state(OBLIGATION, "project-A01-each_project-1")) == "met"
