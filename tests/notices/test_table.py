"""Which facts bring a notice, and to whom."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from domain.emergency import EmergencyOpened
from domain.emergency import Open as OpenEmergency
from domain.fund_facts import PortionReceived
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep, HandlingRequest
from domain.ledger import Ledger, Step
from domain.obligation_facts import Open, Recompute
from domain.obligation_requests import ExtendObligation, PauseObligation, ResumeObligation, WaiveObligation
from domain.people_requests import EndAbsence, OpenAbsence
from domain.registry import stored_name
from domain.requests import RegisterReceipt
from notices.happened import Looking, acts
from notices.table import BRINGS, KINDS, Notice, notices_of
from tests.domain.given import by, noon
from tests.domain.overseen import Month, has_fund, knows, overseen
from tests.domain.test_dispatch import CIRCULAR, MARCH, ROADS, WATER, counted
from tests.domain.test_recomputing import UNTIL_2022, clock
from tests.domain.test_watch import IDLE, OFFICER, WEEK
from tests.notices.office import appoint, open_office
from tests.places import ROOT
from tests.story import CHAPTERS, WAN, Story, day, receive, tell

Told = tuple[str, str, str]
RECEIPT = RegisterReceipt(
    document_no="样例财农〔2023〕31号",
    item_no="1",
    source="central",
    tier="central",
    fiscal_year=2023,
    portions=(PortionReceived("integrated", WAN),),
)


@pytest.fixture
def memory() -> Iterator[Ledger]:
    with Ledger("sqlite://") as opened:
        yield opened


def notices(ledger: Ledger) -> list[Notice]:
    looking = Looking(ledger)
    return [notice for act in acts(ledger.entries(0, 2_000)) for notice in notices_of(looking.at(act))]


def told(ledger: Ledger, case: str, *kinds: str) -> list[Told]:
    """Return kind, post and person of the notices about a case, of some kinds."""
    found = (notice for notice in notices(ledger) if notice.case == case)
    return [(s.kind, n.post, n.person) for n in found for s in n.sentences if not kinds or s.kind in kinds]


def test_a_step_that_newly_waits_is_told_to_the_holder_of_its_post_with_its_day(memory: Ledger) -> None:
    story = open_office(memory)
    receive(story)
    first, *_ = [n for n in notices(memory) if n.case == "sample/fund/F1"]
    assert [(s.kind, s.told["step"], s.told["due_on"]) for s in first.sentences] == [
        ("waits", "report", day(2, 19)),
        ("waits", "notify", day(2, 19)),
    ]
    assert (first.post, first.person) == ("finance_section", "p-finance_section")
    # What goes on waiting is told once: the report was made, the notice to the department still waits.
    assert told(memory, "sample/fund/F1") == [("waits", "finance_section", "p-finance_section")] * 2


def test_a_reminder_a_breach_and_each_rung_are_told_to_those_whom_the_facts_name(memory: Ledger) -> None:
    story = open_office(memory)
    receive(story)
    assert told(memory, "sample/fund/F2", "reminded", "breached", "climbed") == [
        ("reminded", "finance_section", "p-finance_section"),
        ("breached", "finance_section", "p-finance_section"),
        ("climbed", "chief_watch_post", "p-chief_watch_post"),
        ("climbed", "deputy_director", "p-deputy_director"),
    ]


def test_what_is_sent_back_is_told_to_whoever_handed_it_in_and_whoever_must_act(memory: Ledger) -> None:
    story = open_office(memory)
    for chapter in CHAPTERS:
        chapter(story)
    lodger = ("implementing_unit", "p-implementing_unit")
    assert told(memory, "sample/claim/C2", "returned") == [("returned", *lodger)]
    assert told(memory, "sample/plan/P1", "returned") == [("returned", "rrb", "p-rrb")]
    assert told(memory, "sample/project/S01", "returned") == [
        ("returned", "village_committee", "p-village_committee"),
        ("returned", "township_office", "p-township_office"),
    ]
    returned = next(n for n in notices(memory) if n.case == "sample/claim/C2" and n.kind == "returned")
    # One notice says both: that it came back and why, and that it waits to be lodged again.
    assert [s.kind for s in returned.sentences] == ["returned", "waits"]
    assert returned.sentences[0].told == {"step": "payment_centre", "reason": "缺发票", "by": "payment_centre"}


def test_money_that_the_bank_sends_back_is_told_to_payer_and_lodger(memory: Ledger) -> None:
    story = open_office(memory)
    for chapter in CHAPTERS:
        chapter(story)
    assert told(memory, "sample/claim/C1", "bounced") == [
        ("bounced", "implementing_unit", "p-implementing_unit"),
        ("bounced", "payment_centre", "p-payment_centre"),
    ]


def test_a_deadline_without_a_step_is_told_by_itself_and_one_met_at_once_is_not(memory: Ledger) -> None:
    story = open_office(memory)
    for chapter in CHAPTERS:
        chapter(story)
    found = [n for n in notices(memory) if n.kind == "deadline"]
    assert [(n.entry.stream, n.post) for n in found] == [("sample/obligation/project-S01-retention", "payment_centre")]


def test_a_post_that_changes_hands_is_told_through_whoever_holds_it_then(memory: Ledger) -> None:
    story = open_office(memory, but="finance_section")
    appoint(memory, "p-old", "finance_section", day(1, 1), day(2, 28))
    appoint(memory, "p-new", "finance_section", day(3, 1))
    receive(story)
    waits = [n for n in notices(memory) if n.case.startswith("sample/fund/") and n.kind == "waits"]
    assert [n.person for n in waits] == ["p-old", "p-new"]


def test_a_later_appointment_changes_nothing_of_what_was_told(memory: Ledger) -> None:
    story = open_office(memory)
    receive(story)
    before = [(n.post, n.person) for n in notices(memory)]
    appoint(memory, "p-late", "finance_section", date(2023, 1, 1))
    assert [(n.post, n.person) for n in notices(memory)] == before


def test_a_post_that_nobody_holds_is_told_all_the_same(memory: Ledger) -> None:
    tell(memory)
    assert ("waits", "township_office", "") in told(memory, "sample/project/S02")


def test_leads_are_told_to_who_may_hand_them_over_and_not_to_those_they_are_for(memory: Ledger) -> None:
    month = jiashi_month(memory)
    month.ask(CIRCULAR, "finance_bureau")
    found = [n for n in notices(memory) if n.case == "jiashi/dispatch/2022-03"][-3:]
    assert {(n.kind, n.post) for n in found} == {
        ("referral", "finance_bureau"),
        ("rung", "party_committee"),
        ("rung", "county_government"),
    }
    (referral,) = (n for n in found if n.kind == "referral")
    assert referral.sentences[0].told == {"units": [WATER]}
    assert not [n for n in notices(memory) if n.post == "discipline_commission"]
    assert [s.kind for n in found if n.post == "party_committee" for s in n.sentences] == ["rung", "circular"]


def test_an_anomaly_is_told_to_whose_it_is(memory: Ledger) -> None:
    county = overseen(memory, "jiashi", date(2022, 3, 7))
    has_fund(county, "F1")
    county.ask("watch", WEEK, IDLE, OFFICER)
    (anomaly,) = (n for n in notices(memory) if n.kind == "anomaly")
    assert anomaly.sentences[0].told == {"subject": "F1", "said": "样例：资金闲置六十日"}


def test_every_act_brings_one_notice_for_each_case_and_recipient(memory: Ledger) -> None:
    story = open_office(memory)
    for chapter in CHAPTERS:
        chapter(story)
    found = [(n.entry.stream, n.entry.version, n.post, n.person) for n in notices(memory)]
    assert len(found) == len(set(found)) > 50


def test_a_day_that_is_counted_again_is_told_to_who_answers_for_it(memory: Ledger) -> None:
    open_office(memory)
    appoint(memory, "p-of-2022", "finance_section", date(2022, 1, 1), date(2022, 12, 31))
    stream, trigger = "sample/obligation/fund-F1-arrival", date(2022, 1, 28)
    opened = clock(trigger)
    memory.execute(Step(stream, Open(by("li", trigger), opened)))
    memory.execute(Step(stream, Recompute(by("li", date(2022, 1, 29)), UNTIL_2022)))
    first, again = (n for n in notices(memory) if n.case == "sample/fund/F1")
    assert (first.kind, again.kind) == ("deadline", "recomputed")
    told_of = again.sentences[0].told
    assert told_of["due_before"] == first.sentences[0].told["due_on"] == opened.due_on
    assert told_of["due_on"] != opened.due_on
    assert (again.post, again.person) == ("finance_section", "p-of-2022")


def test_a_change_of_a_deadline_is_told_to_who_answers_for_it_and_to_nobody_else(memory: Ledger) -> None:
    story = open_office(memory)
    receive(story)
    before = len(notices(memory))
    story.ask("fund", "F3", RECEIPT, "finance_section", day(4, 3))
    for request, on in (
        (ExtendObligation(reason="停电", days=5), day(4, 4)),
        (PauseObligation(reason="复核"), day(4, 5)),
        (ResumeObligation(reason="复核完毕"), day(4, 6)),
        (WaiveObligation(reason="并入F1办理"), day(4, 7)),
    ):
        story.ask("obligation", "fund-F3-arrival", request, "director", on)
    _, *changed = (n for n in notices(memory)[before:] if n.case == "sample/fund/F3")
    assert [(n.kind, n.post, n.person) for n in changed] == [
        (kind, "finance_section", "p-finance_section") for kind in ("extended", "paused", "resumed", "waived")
    ]
    assert changed[0].sentences[0].told["due_before"] == day(4, 6)
    assert changed[0].sentences[0].told["due_on"] == day(4, 11)
    assert changed[0].sentences[0].told["reason"] == "停电"


def absent(story: Story, **more: Any) -> None:
    """Let p-rrb stand in for the finance section's holder, from 1 to 9 March."""
    said: dict[str, Any] = {"deputy": "p-rrb", "first": day(3, 1), "last": day(3, 9), "reason": "培训"} | more
    unit = story.act("x", "finance_section", day(3, 1)).unit
    appoint(story.ledger, "p-finance_section", "finance_section", date(2022, 1, 1), unit=unit)
    story.ask("absence", "1", OpenAbsence(**said), "finance_section", day(3, 1))


def test_who_stands_in_is_told_so_and_what_the_one_is_told_who_is_absent(memory: Ledger) -> None:
    story = open_office(memory)
    absent(story)
    receive(story)  # F1 came before, F2 in the days of the absence.
    deputy = [n for n in notices(memory) if n.person == "p-rrb"]
    assert [(n.case, n.kind, n.principal) for n in deputy] == [
        ("sample/absence/1", "deputy", ""),
        ("sample/fund/F2", "waits", "p-finance_section"),
        ("sample/fund/F2", "reminded", "p-finance_section"),
        ("sample/fund/F2", "breached", "p-finance_section"),
    ]
    assert ("waits", "finance_section", "p-finance_section") in told(memory, "sample/fund/F2")


@pytest.mark.parametrize(
    ("scope", "kinds"),
    [
        ({"kinds": ("claim",)}, []),
        ({"kinds": ("fund",), "steps": ("notify",)}, ["waits", "reminded", "breached"]),
        ({"steps": ("release",)}, ["reminded", "breached"]),
    ],
)
def test_a_deputy_for_some_cases_or_steps_is_told_of_those(
    memory: Ledger, scope: dict[str, Any], kinds: list[str]
) -> None:
    story = open_office(memory)
    absent(story, **scope)
    receive(story)
    deputy = [n for n in notices(memory) if n.person == "p-rrb" and n.case == "sample/fund/F2"]
    assert [n.kind for n in deputy] == kinds
    steps = [s.told["step"] for n in deputy for s in n.sentences if s.kind == "waits"]
    assert steps == [step for step in scope.get("steps", ()) if "waits" in kinds]


def test_the_end_of_standing_in_is_told(memory: Ledger) -> None:
    story = open_office(memory)
    absent(story)
    story.ask("absence", "1", EndAbsence(reason="提前返岗"), "finance_section", day(3, 2))
    receive(story)
    assert [n.kind for n in notices(memory) if n.person == "p-rrb"] == ["deputy", "back"]


def test_who_is_handed_a_step_who_is_asked_and_who_asked_are_told(memory: Ledger) -> None:
    story = open_office(memory)
    story.ask("fund", "F9", RECEIPT, "finance_section", day(3, 1))
    asked: tuple[tuple[HandlingRequest, str], ...] = (
        (AssignStep(step="report", to="p-finance_section", reason="熟悉情况"), "director"),
        (ForwardStep(step="report", to="p-rrb", question="是否属实"), "finance_section"),
        (AdviseStep(step="report", opinion="属实"), "rrb"),
    )
    for request, post in asked:
        story.ask("handling", "fund-F9", request, post, day(3, 1))
    assert told(memory, "sample/fund/F9", "assigned", "asked", "advised") == [
        ("assigned", "finance_section", "p-finance_section"),
        ("asked", "rrb", "p-rrb"),
        ("advised", "finance_section", "p-finance_section"),
    ]


def test_where_several_hold_a_post_each_is_told(memory: Ledger) -> None:
    story = open_office(memory)
    appoint(memory, "p-second", "finance_section")
    receive(story)
    waits = [n.person for n in notices(memory) if n.case == "sample/fund/F1" and n.kind == "waits"]
    assert waits == ["p-finance_section", "p-second"]


def jiashi_month(ledger: Ledger) -> Month:
    """March 2022, with one unit below its task."""
    county = overseen(ledger, "jiashi", date(2022, 3, 4))
    knows(county, "A01", unit=WATER)
    knows(county, "A02", unit=ROADS)
    month = Month(county, MARCH)
    counted(month)
    return month


def test_the_docs_name_every_kind_and_every_fact_that_brings_one() -> None:
    page = (ROOT / "docs" / "notices.md").read_text(encoding="utf-8")
    rows = page.partition("## Who is told of what")[2].partition("\n## ")[0]
    assert {kind for kind in KINDS if f"`{kind}`" in rows} == set(KINDS)
    for fact in BRINGS:
        assert f"`{stored_name(fact).partition('/')[0]}`" in rows, fact


@pytest.mark.parametrize("auditor", ["rrb", ""])
def test_an_emergency_is_told_to_the_audit_post_where_the_rules_name_one(memory: Ledger, auditor: str) -> None:
    open_office(memory)
    act = by("li", day(4, 3))
    of = "sample/claim/C1", "payment_centre", "payment_centre", "{}", "e" * 64
    opened = EmergencyOpened(act, "sample", "E1", *of, "汛期抢险", "住院", "director", noon(day(4, 4)))
    memory.execute(Step("sample/emergency/E1", OpenEmergency(act, opened, auditor)))
    told_of = told(memory, "sample/emergency/E1")
    assert ("waits", "director", "p-director") in told_of
    assert [one for one in told_of if one[0] == "emergency"] == ([("emergency", "rrb", "p-rrb")] if auditor else [])
