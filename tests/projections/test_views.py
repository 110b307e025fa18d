"""The views: what they say of the sample county's story, to the fen."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from domain.cases import KINDS, kind_of
from domain.claim_facts import Lodge
from domain.ledger import Ledger, Step
from domain.papers import Attach, PaperAttached, papers_stream
from domain.procedures.spending import paid_between, paid_by, projects_of
from domain.requests import DraftPlan, FileMinutes
from domain.terms import Line
from projections.cases import case, cases, claims_of
from projections.obligations import obligations
from projections.runner import catch_up, parked
from projections.spending_read import Spending, paid_claims, with_money
from projections.statement_read import statement, years
from projections.store import views_engine
from projections.timeline import Happened, history
from projections.views import VIEWS
from tests.domain.given import by, line, lodged
from tests.story import COUNTY, MINUTES, WAN, Story, day, decide, open_county, prepare, receive


@dataclass(frozen=True)
class Views:
    """A ledger with the story in it, and its views."""

    ledger: Ledger
    engine: Engine

    def history(self, no: str) -> list[Happened]:
        """The history of a case of the story's county."""
        return history(self.engine, f"{COUNTY}/{no}")

    def facts(self, no: str) -> list[tuple[str, str]]:
        """Stream and fact of each row of a history."""
        return [(row.stream.removeprefix(f"{COUNTY}/"), row.fact.partition("/")[0]) for row in self.history(no)]


@pytest.fixture(scope="module")
def views(told_store: str) -> Iterator[Views]:
    engine = views_engine(told_store)
    with Ledger(told_store) as ledger:
        catch_up(ledger, engine, VIEWS)
        assert parked(engine) == []
        yield Views(ledger, engine)
    engine.dispose()


def test_every_fact_of_a_case_stands_in_its_own_history(views: Views) -> None:
    for entry in views.ledger.log():
        if kind_of(entry.stream) in KINDS:
            [row] = [row for row in history(views.engine, entry.stream) if row.position == entry.position]
            assert (row.stream, row.version) == (entry.stream, entry.version)
            assert (row.person, row.command_id) == (entry.fact.act.person, entry.fact.act.command_id)


def test_a_funds_history_from_receipt_to_payment(views: Views) -> None:
    facts = views.facts("fund/F1")
    expected = [
        ("fund/F1", "fund.received"),
        ("obligation/fund-F1-arrival", "obligation.opened"),
        ("fund/F1", "fund.reported"),
        ("obligation/fund-F1-arrival", "obligation.fulfilled"),
        ("fund/F1", "fund.notified"),
        ("obligation/fund-F1-arrival", "obligation.fulfilled"),
        ("obligation/fund-F1-arrival", "obligation.met"),
        ("plan/P1", "plan.drafted"),
        ("plan/P1", "plan.rules-judged"),
        ("meeting/M1", "meeting.held"),
        ("meeting/M1", "meeting.decided"),
        ("plan/P1", "plan.returned"),
        ("plan/P1", "plan.drafted"),
        ("plan/P1", "plan.rules-judged"),
        ("meeting/M2", "meeting.held"),
        ("meeting/M2", "meeting.decided"),
        ("plan/P1", "plan.decided"),
        ("meeting/M2", "meeting.minutes-filed"),
        ("plan/P1", "plan.minutes-bound"),
        ("plan/P1", "plan.rules-judged"),
        ("plan/P1", "plan.in-force"),
        ("fund/F1", "fund.allotted"),
        ("obligation/fund-F1-release-P1", "obligation.opened"),
        ("fund/F1", "fund.released"),
        ("obligation/fund-F1-release-P1", "obligation.fulfilled"),
        ("obligation/fund-F1-release-P1", "obligation.met"),
        ("claim/C1", "claim.lodged"),
        ("fund/F1", "fund.reserved"),
    ]
    assert facts[: len(expected)] == expected
    of_claim = [fact for stream, fact in facts if stream == "claim/C1"]
    assert of_claim == [
        "claim.lodged",
        *["claim.gate-passed"] * 3,
        "claim.payment-sent",
        "claim.payment-bounced",
        "claim.payment-sent",
        "claim.payment-confirmed",
    ]
    rows = views.history("fund/F1")
    [minutes] = [row for row in rows if row.fact == "meeting.minutes-filed/1"]
    assert minutes.content == {"digest": MINUTES}
    assert all(row.person and row.post and row.unit and row.clause and row.door for row in rows)
    assert [row.position for row in rows] == sorted(row.position for row in rows)


def test_both_dates_are_kept_and_the_gap_shows(views: Views) -> None:
    [report] = [row for row in views.history("fund/F1") if row.fact == "fund.reported/1"]
    assert (report.occurred_on, report.recorded_on) == (day(2, 17), day(2, 18))
    assert report.recorded_at == "2023-02-18T10:00:00+08:00"


def test_a_funds_history_holds_its_own_part_of_shared_money(views: Views) -> None:
    drafts = [row.amount_fen for row in views.history("fund/F2") if row.fact == "plan.drafted/1"]
    assert drafts == [None, 80 * WAN]  # The first draft took nothing of it, and is there all the same.
    of_claim = [(row.fact.partition("/")[0], row.amount_fen) for row in views.history("fund/F2") if row.amount_fen]
    assert of_claim[-5:] == [
        ("fund.reserved", 43_456_781),
        ("claim.payment-sent", 43_456_781),
        ("fund.sent", 43_456_781),
        ("claim.payment-confirmed", 43_456_781),
        ("fund.paid", 43_456_781),
    ]
    others = {row.stream for row in views.history("fund/F2") if kind_of(row.stream) == "fund"}
    assert others == {"sample/fund/F2"}


def test_a_claim_that_draws_on_a_fund_only_later_brings_its_past_along(views: Views) -> None:
    of_claim = [fact for stream, fact in views.facts("fund/F2") if stream == "claim/C2"]
    assert of_claim[:3] == ["claim.lodged", "claim.gate-passed", "claim.returned"]
    assert ("obligation/claim-C2-v1-payment_centre", "obligation.breached") in views.facts("fund/F2")


def test_money_that_goes_back_is_below_zero(views: Views) -> None:
    back = {row.fact: row.amount_fen for row in views.history("fund/F1") if (row.amount_fen or 0) < 0}
    assert back == {
        "claim.payment-bounced/1": -77_880_000,
        "fund.bounced/1": -77_880_000,
        "fund.freed/1": -60 * WAN,
        "claim.payment-refunded/1": -WAN,
        "fund.refunded/1": -WAN,
    }
    assert [r.amount_fen for r in views.history("fund/F2") if r.fact == "fund.withdrawn/1"] == [-5 * WAN]


def test_a_projects_history_holds_its_plan_claims_and_deadlines(views: Views) -> None:
    facts = views.facts("project/S01")
    streams = {stream for stream, _ in facts}
    assert {"project/S01", "plan/P1", "meeting/M1", "meeting/M2", "claim/C1", "claim/C4"} <= streams
    assert {"obligation/project-S01-retention", "obligation/claim-C2-v1-payment_centre"} <= streams
    assert not [stream for stream in streams if stream.startswith("fund/")]
    assert facts[0] == ("project/S01", "project.registered")
    steps = [
        row.content["step"]
        for row in views.history("project/S01")
        if row.fact == "project.step-passed/1" and row.content["step"] != "plan"
    ]
    assert steps == [
        "village_declaration",
        "township_review",
        "township_review",
        "field_survey",
        "bank",
        "release",
        "contract",
        "build",
        "accept",
        "title",
        "handover",
        "keep",
    ]
    assert views.facts("project/S02") == [
        ("project/S02", "project.registered"),
        ("project/S02", "project.step-passed"),
    ]


def test_a_claims_history_holds_its_money_in_every_fund(views: Views) -> None:
    moves = [(stream, fact) for stream, fact in views.facts("claim/C2") if stream.startswith("fund/")]
    assert moves == [
        ("fund/F1", "fund.reserved"),
        ("fund/F1", "fund.freed"),
        ("fund/F1", "fund.reserved"),
        ("fund/F2", "fund.reserved"),
        ("fund/F1", "fund.sent"),
        ("fund/F2", "fund.sent"),
        ("fund/F1", "fund.paid"),
        ("fund/F2", "fund.paid"),
    ]
    lodged = [row.amount_fen for row in views.history("claim/C2") if row.fact == "claim.lodged/1"]
    assert lodged == [60 * WAN, 103_456_781]


def test_papers_stand_in_the_history_of_their_case_and_what_it_belongs_to(store: str, engine: Engine) -> None:
    case, project = f"{COUNTY}/claim/A01-1", f"{COUNTY}/project/A01"
    with Ledger(store) as ledger:
        for paper in ("vouchers", "application"):
            act = by("sun")
            attached = PaperAttached(act, case, paper, "lodge", "凭证.pdf", "e" * 64, 9, "application/pdf")
            ledger.execute(Step(papers_stream(case), Attach(act, attached)))
            if paper == "vouchers":  # Before the claim was lodged; the other after it.
                lodging = by("sun")
                ledger.execute(Step(case, Lodge(lodging, lodged(lodging, line(5)))))
        catch_up(ledger, engine, VIEWS)
    facts = ["paper.attached/1", "claim.lodged/1", "paper.attached/1"]
    for of in (case, project):
        rows = history(engine, of)
        assert [(row.fact, row.content.get("paper")) for row in rows] == [
            (fact, paper) for fact, paper in zip(facts, ("vouchers", None, "application"), strict=True)
        ]
        assert [row.stream for row in rows if row.fact == "paper.attached/1"] == [papers_stream(case)] * 2


def test_a_meeting_gives_each_plan_its_own_decision_only(store: str, engine: Engine) -> None:
    with Ledger(store) as ledger:
        story = Story(ledger)
        for chapter in (open_county, receive, prepare):
            chapter(story)
        for plan_no, fund_no in (("P1", "F1"), ("P2", "F2")):
            lines = (Line(fund_no, "integrated", "S01", WAN),)
            story.ask("plan", plan_no, DraftPlan(year=2023, title="样例", lines=lines), "rrb", day(3, 21))
        decide(story, "P1", "M1", day(3, 23), approve=True)
        story.ask("plan", "P1", FileMinutes(stage="leading_group", digest=MINUTES), "leading_group", day(3, 24))
        decide(story, "P2", "M1", day(3, 23), approve=False)  # Entered when the minutes are on file already.
        catch_up(ledger, engine, VIEWS)
    views = Views(ledger, engine)
    for no, item in (("plan/P1", "sample/plan/P1"), ("fund/F2", "sample/plan/P2"), ("plan/P2", "sample/plan/P2")):
        of_meeting = [row for row in views.history(no) if row.stream == "sample/meeting/M1"]
        assert sorted(row.fact for row in of_meeting) == [
            "meeting.decided/1",
            "meeting.held/1",
            "meeting.minutes-filed/1",
        ]
        assert [row.content["item"] for row in of_meeting if row.fact == "meeting.decided/1"] == [item]
    items = [row.content["item"] for row in views.history("project/S01") if row.fact == "meeting.decided/1"]
    assert items == ["sample/plan/P1", "sample/plan/P2"]
    held = [row.position for row in views.history("project/S01") if row.fact == "meeting.held/1"]
    assert len(held) == 1


def test_cases_stand_where_the_ledger_says(views: Views) -> None:
    [f1, f2] = cases(views.engine, "fund")
    assert (f1.case, f1.source, f1.stage, f1.closed) == ("sample/fund/F1", "central", "released", False)
    assert f1.money == {
        "received_fen": 480 * WAN,
        "withdrawn_fen": 0,
        "free_fen": 292 * WAN,
        "allotted_fen": 188 * WAN,
        "released_fen": 188 * WAN,
        "claimable_fen": 188 * WAN - 77_880_000 - 60 * WAN - 30 * WAN,
        "reserved_fen": 30 * WAN,
        "sent_fen": 0,
        "paid_fen": 77_880_000 + 60 * WAN,
    }
    assert f2.money["withdrawn_fen"] == 5 * WAN
    waits = case(views.engine, "sample/project/S02")
    assert waits is not None
    assert (waits.stage, waits.waiting) == ("township_review", [{"step": "township_review", "post": "township_office"}])
    done = case(views.engine, "sample/project/S01")
    assert done is not None
    assert done.closed
    assert (done.money["contract_fen"], done.money["paid_fen"]) == (259_600_000, 181_336_781)
    assert (done.opened_on, done.changed_on) == (day(2, 20), day(8, 12))
    assert case(views.engine, "sample/project/S09") is None
    assert cases(views.engine, "fund", "elsewhere") == []


def test_claimed_approved_and_paid_are_three_numbers(views: Views) -> None:
    money = {claim.no: tuple(claim.money.values()) for claim in claims_of(views.engine, "sample/project/S01")}
    assert money == {
        "C1": (77_880_000, 77_880_000, 77_880_000),
        "C2": (103_456_781, 103_456_781, 103_456_781),
        "C3": (30 * WAN, 0, 0),
        "C4": (WAN, WAN, 0),
    }


def test_obligations_kept_and_broken(views: Views) -> None:
    late = obligations(views.engine, late_by=day(8, 5))
    assert [(o.obligation, o.stage, o.days_late) for o in late] == [
        ("sample/obligation/fund-F2-arrival", "met late", 3),
        ("sample/obligation/claim-C2-v1-payment_centre", "met late", 1),
    ]
    arrival = late[0]
    assert (arrival.case, arrival.due_on, arrival.met_on) == ("sample/fund/F2", day(3, 5), day(3, 8))
    assert (arrival.count, arrival.unit, arrival.clause) == (3, "calendar", "sample, after JS L15")
    assert [done["condition"] for done in arrival.fulfilled] == arrival.conditions == ["report", "notice"]
    assert arrival.breached_person == "p-finance_section"
    assert arrival.breached_at == "2023-03-06T10:00:00+08:00"
    assert [(rung["post"], rung["person"], rung["on"]) for rung in arrival.rungs] == [
        ("chief_watch_post", "p-chief_watch_post", "2023-03-06"),
        ("deputy_director", "p-deputy_director", "2023-03-08"),
    ]
    assert arrival.reminded_at == "2023-03-04T10:00:00+08:00"
    # Overdue at once, although no clock has come round yet.
    assert [o.obligation for o in obligations(views.engine, late_by=day(8, 6))][2:] == [
        "sample/obligation/claim-C3-v1-payment_centre"
    ]
    assert obligations(views.engine, "elsewhere") == []
    met = [o for o in obligations(views.engine) if o.stage == "met"]
    assert met
    assert all(o.days_late == 0 and not o.is_late(day(12, 31)) for o in met)


def test_the_statement_adds_up_to_the_fen(views: Views) -> None:
    found = statement(views.engine, COUNTY, 2023)
    assert found is not None
    [integrated, original] = found.pools
    assert integrated.pool == "integrated"
    assert integrated.by_source == {"central": 480 * WAN, "county": 100 * WAN}
    assert integrated.money == {
        "received": 580 * WAN,
        "withdrawn": 0,
        "allotted": 268 * WAN,
        "released": 268 * WAN,
        "free": 312 * WAN,
        "unreleased": 0,
        "claimable": 268 * WAN - 181_336_781 - 30 * WAN,
        "reserved": 30 * WAN,
        "sent": 0,
        "paid": 181_336_781,
        "claimed": 181_336_781 + 30 * WAN,
        "approved": 181_336_781,
        "bounced": 77_880_000,
        "refunded": WAN,
    }
    assert (integrated.projects, integrated.bounced_count, integrated.rate) == (1, 1, "67.66%")
    assert (original.pool, original.money["free"], original.rate) == ("original_use", 15 * WAN, None)
    assert found.total.money["received"] == 600 * WAN
    assert found.total.by_source == {"central": 480 * WAN, "county": 120 * WAN}
    assert (found.total.projects, found.total.money["paid"], found.total.rate) == (1, 181_336_781, "67.66%")
    assert statement(views.engine, COUNTY, 2022) is None
    assert years(views.engine) == [(COUNTY, 2023)]


def test_the_statement_and_the_cases_tell_the_same_money(views: Views) -> None:
    found = statement(views.engine, COUNTY, 2023)
    assert found is not None
    for name in ("received", "withdrawn", "free", "allotted", "released", "claimable", "reserved", "sent", "paid"):
        of_funds = sum(fund.money[f"{name}_fen"] for fund in cases(views.engine, "fund"))
        assert found.total.money[name] == of_funds, name


def test_payments_and_what_came_back_are_counted_as_those_who_act_count_them(views: Views) -> None:
    read, found = views.ledger.state, Spending.of_year(views.engine, COUNTY, 2023)
    known = projects_of(read, COUNTY, 2023)
    assert (found.funds, list(found.projects)) == (known.funds, list(known.projects))
    for first, last in (
        (day(1, 1), day(12, 31)),
        (day(4, 1), day(4, 30)),
        (day(8, 1), day(8, 5)),
        (day(8, 6), day(8, 6)),
    ):
        assert found.between(first, last) == paid_between(read, COUNTY, first, last)
        assert found.by("unit", first, last) == paid_by(read, COUNTY, "unit", first, last)
    assert found.between(day(8, 6), day(8, 6)) == {"S01": -1 * WAN}
    assert with_money(views.engine, COUNTY, 2023) == {"S01"}
    assert [claim.claim_no for claim in paid_claims(views.engine, COUNTY, "S01")] == ["C1", "C2", "C4"]
