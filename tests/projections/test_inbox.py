"""The inbox: what waits for whom, since when, until when; who may take it is the answer of the step itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import Engine

from domain.act import OpenStep
from domain.calendar import SHANGHAI
from domain.cases import CaseId
from domain.cosigning import Cosigned
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep
from domain.ledger import Ledger
from domain.obligation_requests import PauseObligation, ResumeObligation
from domain.people_requests import OpenAbsence
from domain.plan_state import PlanState
from domain.project_state import ProjectState
from domain.surplus import SurplusState
from projections import inbox as inbox_view
from projections import people
from projections.inbox_clocks import watched
from projections.inbox_people import Inbox, inbox, inbox_of_post
from projections.inbox_read import Asked, Waiting, load, waiting
from projections.inbox_steps import of_step
from projections.rebuilding import rebuild
from projections.runner import catch_up
from projections.store import views_engine
from tests.cli.test_gate_groups import beside, lodge
from tests.notices.office import POSTS, appoint
from tests.projections.test_runner import rows
from tests.story import COUNTY, GATES, WAN, Story, adopt, day

VIEWS = (people.VIEW, inbox_view.VIEW)
C3, G1, S02, RETENTION = (
    f"{COUNTY}/{no}" for no in ("claim/C3", "claim/G1", "project/S02", "obligation/project-S01-retention")
)
HOLDER, COLLEAGUE, DEPUTY, LODGER, ADVISER = "p-payment_centre", "p-2", "p-rrb", "p-implementing_unit", "p-director"
LATER = date(2033, 1, 1)
Seen = dict[tuple[str, str], tuple[str, bool, str]]


@dataclass(frozen=True)
class Desk:
    """A ledger and its inbox."""

    ledger: Ledger
    engine: Engine

    def of(self, person: str, on: date, **asked: Any) -> Inbox:
        """A person's inbox on a day."""
        return inbox(self.engine, self.ledger.state, person, noon(on), **asked)

    def seen(self, person: str, on: date) -> Seen:
        """Where each step stands in a person's inbox, whether they may take it, and by which rule not."""
        return {
            (item.row.case, item.row.step): (
                item.group,
                item.may,
                "".join(type(one.why_not).__name__ for one in item.who if one.why_not),
            )
            for item in self.of(person, on).items
        }

    def row(self, case: str, step: str) -> Waiting | None:
        """The row of a step."""
        found = [row for row in waiting(self.engine, Asked(case=case)) if row.step == step]
        assert len(found) <= 1
        return found[0] if found else None


def noon(on: date) -> datetime:
    return datetime.combine(on, time(12), SHANGHAI)


@pytest.fixture(scope="module")
def told(told_store: str) -> Iterator[dict[str, Any]]:
    """The story with its posts held, C3's second gate in several hands, and what was seen of it on the way."""
    engine, seen = views_engine(told_store), dict[str, Any]()
    with Ledger(told_store) as ledger:
        desk, story = Desk(ledger, engine), Story(ledger)

        def look(name: str, on: date) -> None:
            catch_up(ledger, engine, VIEWS, batch=7)
            persons = (HOLDER, COLLEAGUE, DEPUTY, LODGER, ADVISER)
            seen[name] = {person: desk.seen(person, on) for person in persons}
            seen[f"row {name}"], seen[f"clock {name}"] = desk.row(C3, "payment_centre"), desk.row(RETENTION, "paid")

        for post in POSTS:
            appoint(ledger, f"p-{post}", post)
        appoint(ledger, COLLEAGUE, "payment_centre")
        adopt(story, beside(), day(9, 1))
        lodge(story, "G1")
        story.pass_gates("G1", ("payment_centre",), day(9, 3))
        look("begun", day(9, 4))
        hand_on(story, look)
        seen["desk"] = desk
        lodge(Story(ledger), "G9")
        catch_up(ledger, engine, VIEWS)
        yield seen
    engine.dispose()


def hand_on(story: Story, look: Any) -> None:
    given = AssignStep(step="payment_centre", to=HOLDER, reason="样例：熟悉情况")
    story.ask("handling", "claim-C3", given, "director", day(9, 5))
    look("assigned", day(9, 5))
    for no, post, deputy in (("1", "payment_centre", DEPUTY), ("2", "finance_section", LODGER)):
        away = OpenAbsence(deputy=deputy, first=day(9, 6), last=day(9, 10), reason="样例：培训")
        story.ask("absence", no, away, post, day(9, 6))
    look("away", day(9, 7))
    question = ForwardStep(step="payment_centre", to=ADVISER, question="样例：是否属实")
    story.ask("handling", "claim-C3", question, "payment_centre", day(9, 11))
    look("asked", day(9, 11))
    opinion = AdviseStep(step="payment_centre", opinion="样例：属实")
    story.ask("handling", "claim-C3", opinion, "director", day(9, 12))
    clock = "project-S01-retention"
    story.ask("obligation", clock, PauseObligation(reason="样例：等待发票"), "director", day(9, 12))
    look("paused", day(9, 12))
    story.ask("obligation", clock, ResumeObligation(reason="样例：发票已到"), "director", day(9, 14))
    look("resumed", day(9, 14))
    story.pass_gates("C3", GATES[1:], day(9, 15))
    look("passed", day(9, 15))
    story.pay("C3", day(9, 16))
    look("paid", day(9, 16))


@pytest.fixture
def desk(told: dict[str, Any]) -> Desk:
    made: Desk = told["desk"]
    return made


def test_a_step_says_since_when_until_when_and_what_it_is_about(told: dict[str, Any]) -> None:
    row = told["row begun"]
    assert (row.post, row.kind, row.stage, row.amount_fen) == ("payment_centre", "claim", "payment_centre", 30 * WAN)
    assert (row.title, row.name, row.township) == ("settlement", "样例·食用菌大棚", "样例甲乡")
    assert (row.since, row.due_on, row.clock) == (
        day(8, 2),
        day(8, 5),
        f"{COUNTY}/obligation/claim-C3-v1-payment_centre",
    )
    assert (row.due_in(day(8, 3)), row.due_in(day(8, 5)), row.due_in(day(9, 4))) == (2, 0, -30)
    assert [row.is_overdue(on) for on in (day(8, 5), day(8, 6))] == [False, True]
    assert (row.person, row.asked, row.advised, row.signed, row.still) == ("", "", [], [], [])


def test_a_step_is_open_since_the_day_of_record_of_what_opened_it_last(desk: Desk) -> None:
    row = desk.row(S02, "township_review")
    assert row is not None
    assert (row.since, row.due_on, row.clock, row.due_in(day(9, 1))) == (day(2, 20), None, "", None)
    assert row.post == "township_office"


def test_a_post_that_signs_with_others_sees_who_has_signed_and_who_is_asked_besides(told: dict[str, Any]) -> None:
    row = told["desk"].row(G1, "finance_section")
    assert (row.signed, row.still, row.since) == (["payment_centre"], [], day(9, 2))


def test_of_gates_that_wait_together_each_names_the_other(desk: Desk) -> None:
    both = waiting(desk.engine, Asked(case=f"{COUNTY}/claim/G9"))
    assert {row.step: (row.signed, row.still) for row in both} == {
        "finance_section": ([], ["payment_centre"]),
        "payment_centre": ([], ["finance_section"]),
    }


def test_a_deadline_that_watches_no_open_step_waits_by_itself(desk: Desk) -> None:
    row = desk.row(RETENTION, "paid")
    assert row is not None
    assert (row.kind, row.of_case, row.post, row.clock) == (
        "obligation",
        f"{COUNTY}/project/S01",
        "payment_centre",
        RETENTION,
    )


def test_the_longest_overdue_comes_first_and_what_has_no_day_last(desk: Desk) -> None:
    found = waiting(desk.engine, Asked(COUNTY))
    days = [row.due_on or LATER for row in found]
    assert days == sorted(days)
    assert found[0].is_overdue(day(12, 1))
    assert found[-1].due_on is None


def test_a_step_that_is_given_to_one_moves_from_the_posts_to_hers(told: dict[str, Any]) -> None:
    step = (C3, "payment_centre")
    assert [told["begun"][one][step] for one in (HOLDER, COLLEAGUE)] == [("post", True, "")] * 2
    assert told["assigned"][HOLDER][step] == ("mine", True, "")
    assert told["assigned"][COLLEAGUE][step] == ("with_other", False, "AssignedToOtherError")
    assert (told["row assigned"].person, told["row assigned"].by_person) == (HOLDER, "p-director")


def test_an_absent_holders_step_shows_for_the_deputy_while_the_absence_lasts(told: dict[str, Any]) -> None:
    step = (C3, "payment_centre")
    assert step not in told["assigned"][DEPUTY]
    assert told["away"][DEPUTY][step] == ("stands_in", True, "")
    assert told["away"][HOLDER][step][0] == "mine"
    assert step not in told["asked"][DEPUTY]  # The day after.


def test_it_says_who_is_away_and_who_stands_in(told: dict[str, Any]) -> None:
    desk: Desk = told["desk"]
    [item] = [one for one in desk.of(LODGER, day(9, 7)).items if one.row.case == G1]
    assert [(one.person, one.deputy, one.last) for one in item.away] == [("p-finance_section", LODGER, day(9, 10))]
    assert [one.away for one in desk.of("p-finance_section", day(9, 12)).items if one.row.case == G1] == [()]


def test_own_work_is_shown_with_the_reason_why_it_may_not_be_taken(told: dict[str, Any]) -> None:
    assert told["away"][LODGER][G1, "finance_section"] == ("stands_in", False, "SamePersonError")


def test_who_is_asked_for_an_opinion_finds_the_question(told: dict[str, Any]) -> None:
    step = (C3, "payment_centre")
    assert step not in told["away"][ADVISER]
    assert told["asked"][ADVISER][step][0] == "opinion"
    assert told["asked"][HOLDER][step] == ("mine", False, "OpinionAwaitedError")
    assert told["row asked"].asked == ADVISER
    assert (told["row paused"].asked, told["row paused"].advised) == ("", [ADVISER])
    assert step not in told["paused"][ADVISER]


def test_a_clock_that_stands_still_makes_nothing_overdue(told: dict[str, Any]) -> None:
    paused, resumed = told["clock paused"], told["clock resumed"]
    assert (paused.paused, paused.due_in(LATER), paused.is_overdue(LATER)) == (True, None, False)
    assert not resumed.paused
    assert resumed.is_overdue(LATER)
    assert (resumed.due_on - told["clock begun"].due_on).days == 2


def test_a_gate_that_is_passed_waits_for_the_next_and_a_closed_case_for_nobody(told: dict[str, Any]) -> None:
    assert [case for case, _ in told["paused"][HOLDER]].count(C3) == 1
    assert told["passed"][HOLDER][C3, "send"] == ("post", True, "")
    assert [step for person in told["paid"].values() for step in person if step[0] == C3] == []
    closed = {f"{COUNTY}/{no}" for no in ("claim/C1", "claim/C2", "claim/C3", "claim/C4", "project/S01")}
    found = waiting(told["desk"].engine, Asked())
    assert [row for row in found if row.case in closed] == []


def test_a_post_sees_only_its_own_and_with_a_unit_only_its_projects(desk: Desk) -> None:
    def of(**asked: Any) -> set[str]:
        return {row.case for row in waiting(desk.engine, Asked(**asked))}

    assert of(post="township_office") == of(post="township_office", unit="样例甲乡") == {S02}
    assert of(post="township_office", unit="样例乙镇") == set()
    assert of(county=COUNTY) == of()
    assert of(county="elsewhere") == set()
    assert of(overdue_on=day(8, 7)) == set()


def test_pages_are_parts_of_one_list_and_say_how_much_there_is(desk: Desk) -> None:
    now = noon(day(9, 20))
    whole = inbox_of_post(desk.engine, desk.ledger.state, now, Asked(COUNTY), limit=None)
    pages = [
        inbox_of_post(desk.engine, desk.ledger.state, now, Asked(COUNTY), limit=1, offset=n) for n in range(whole.total)
    ]
    assert [item for page in pages for item in page.items] == whole.items
    assert {page.total for page in pages} == {len(whole.items)}
    late, all_ = (desk.of(HOLDER, day(9, 20), overdue=only) for only in (True, False))
    assert 0 < late.total < all_.total
    assert all(item.row.is_overdue(day(9, 20)) for item in late.items)


def test_each_posts_load_is_what_waits_for_it(desk: Desk) -> None:
    today, found = day(12, 1), waiting(desk.engine, Asked())
    assert [(one.post, one.waiting, one.overdue, one.oldest) for one in load(desk.engine, today)] == sorted(
        (
            (
                post,
                len(of := [row for row in found if row.post == post]),
                sum(row.is_overdue(today) for row in of),
                min(row.since for row in of),
            )
            for post in {row.post for row in found}
        ),
        key=lambda one: (-one[2], -one[1], one[0]),
    )


def test_an_inbox_rebuilt_is_the_inbox_read_in_small_batches(desk: Desk) -> None:
    read = rows(desk.engine, [inbox_view.VIEW])
    rebuild(desk.ledger, desk.engine, inbox_view.VIEW)
    assert rows(desk.engine, [inbox_view.VIEW]) == read


A, B, C = "post_a", "post_b", "post_c"
COSIGNED = Cosigned({"review": {A: ("p-1",)}, "draft": {A: ("p-1",)}})


@pytest.mark.parametrize(
    ("kind", "state", "steps"),
    [
        ("project", ProjectState(cosigned=COSIGNED), [("cosign:review", B), ("review", C), ("cosign:other", "d")]),
        ("plan", PlanState(cosigned=COSIGNED), [("cosign", B), ("cosign", C)]),
        ("surplus", SurplusState(agreed={A: "p-1"}), [(f"agree:{B}", B), (f"agree:{C}", C)]),
    ],
)
def test_who_signs_together_sees_who_has_and_who_is_asked_besides(
    kind: str, state: Any, steps: list[tuple[str, str]]
) -> None:
    waiting_for = [OpenStep(*step) for step in steps]
    row = of_step(CaseId("x1", kind, "1"), state, waiting_for[0], waiting_for)
    assert (row["signed"], row["still"]) == ([A], [C])


@pytest.mark.parametrize(
    ("number", "case", "conditions", "steps", "expected"),
    [
        ("claim-C2-1-v3-gate_2", "claim/C2-1", ["answer"], ["gate_2", "gate_1"], ["gate_2"]),
        ("claim-C2-v1-gate_2-2", "claim/C2", ["answer"], ["gate_2", "gate_1"], ["gate_2"]),
        ("claim-C2-v1-gate", "claim/C2", ["answer"], ["lodge"], []),
        ("plan-P1-v1-body", "plan/P1", ["answer"], ["decide:body"], ["decide:body"]),
        ("project-S1-accept-2", "project/S1", ["answer"], ["accept", "cosign:accept"], ["accept", "cosign:accept"]),
        ("project-S1-retention", "project/S1", ["paid"], ["keep"], []),
        ("fund-F1-arrival", "fund/F1", ["notice"], ["notify", "report"], ["notify"]),
        ("fund-F1-release-P-1", "fund/F1", ["release"], ["release:P", "release:P-1"], ["release:P-1"]),
        ("disclosure-a-b-1", "disclosure/a-b-1", ["publish"], ["publish", "rule:1"], ["publish"]),
        ("performance-S1-evaluation", "performance/S1", ["answer"], ["evaluate", "mend"], ["evaluate"]),
        ("surplus-2022-prior_year", "surplus/2022-prior_year", ["moved"], ["move"], ["move"]),
        ("performance-S1-correct-2", "performance/S1", ["answer"], ["correct:1", "correct:2"], ["correct:2"]),
    ],
)
def test_a_deadlines_number_and_conditions_name_the_step_that_it_watches(
    number: str, case: str, conditions: list[str], steps: list[str], expected: list[str]
) -> None:
    clock = {"obligation": f"x1/obligation/{number}", "case": f"x1/{case}", "conditions": conditions}
    assert watched(clock, dict.fromkeys(steps, ())) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("dispatch-2022-01-monthly_circular", ["circular"]),
        ("dispatch-2022-W03-weekly_round", ["set-plan"]),
        ("dispatch-2022-01-rectify-1", ["answer-rectification:x"]),
        ("dispatch-2022-01-rectify-2", []),
    ],
)
def test_a_routines_deadline_is_found_by_the_countys_own_name_of_it(number: str, expected: list[str]) -> None:
    steps = {
        "circular": ("monthly_circular",),
        "set-plan": ("weekly_round",),
        "answer-rectification:x": ("dispatch-2022-01-rectify-1",),
    }
    clock = {"obligation": f"x1/obligation/{number}", "case": "x1/dispatch/2022-01", "conditions": ["done"]}
    assert watched(clock, steps) == expected
