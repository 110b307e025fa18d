"""The project bank: what is tested at its door, what looks alike, what changes in it, and for which years it lists."""

from datetime import date

import msgspec
import pytest

from domain.bank import BANK, normalised
from domain.bank_facts import (
    ChangeEstimate,
    ConfirmEntry,
    EntryAnswer,
    EntryConfirmed,
    EntryRemoved,
    EntryResult,
    EntryTakenUp,
    EntryTested,
    EstimateChanged,
    RemoveEntry,
    TakeUpEntry,
    ToldApart,
    Unlike,
)
from domain.bank_refusals import (
    EntryLapsedError,
    EntryOpinionError,
    EntryTestError,
    EntryTestMissingError,
    LooksAlikeError,
    OutsideYearsError,
    RemovedEntryError,
)
from domain.cases import bank_stream
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.plan import PLAN
from domain.policy import load, parse
from domain.policy.office import parse_office
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.procedures.judging import judge_year
from domain.project import PROJECT, NoSuchProjectError
from domain.project_bank import EntryStateError, EstimateError, NotInBankError
from domain.project_facts import ProjectClosed, StepPassed
from domain.project_money import OverBudgetError
from domain.requests import ChangeEstimate as ChangeEstimateRequest
from domain.requests import ConfirmEntry as ConfirmEntryRequest
from domain.requests import DecidePlan, DraftPlan, RegisterProject, RegisterReceipt
from domain.requests import RemoveEntry as RemoveEntryRequest
from domain.requests import TakeUpEntry as TakeUpEntryRequest
from domain.terms import Line, StepTerm
from tests.domain.county import LINKAGE, PAPER, POLICIES, PROJECT_REQUEST, TARGET, County, line, receipt
from tests.domain.given import WAN, by, given, registered
from tests.domain.test_bans import attested_at_entry, goes_to, passing
from tests.places import SAMPLES

# The deciders: an entry that waits in the bank

ACT = by("bank office")
STEPS = (StepTerm("bank", "bank", "rrb", "GF L24"), StepTerm("plan", "plan", "", "JS L15"))
ENTERED = (registered(by("unit"), steps=STEPS), StepPassed(by("rrb"), "bank"))
REMOVED = EntryRemoved(by("rrb"), "选址不宜")


def test_an_entry_is_removed_with_a_reason_and_taken_up_again() -> None:
    given(*ENTERED).when(RemoveEntry(ACT, "选址不宜", PAPER)).then(EntryRemoved(ACT, "选址不宜", PAPER))
    given(*ENTERED, REMOVED).when(TakeUpEntry(ACT, "已改址")).then(EntryTakenUp(ACT, "已改址"))
    given(*ENTERED, REMOVED).when(RemoveEntry(ACT, "再次")).refuses(EntryStateError, "A01")
    given(*ENTERED).when(TakeUpEntry(ACT, "再次")).refuses(EntryStateError, "A01")


def test_an_estimate_is_changed_to_another_amount_that_is_one() -> None:
    given(*ENTERED).when(ChangeEstimate(ACT, 260 * WAN, "优化设计")).then(
        EstimateChanged(ACT, 250 * WAN, 260 * WAN, "优化设计")
    )
    for amount_fen in (0, -1, 250 * WAN):
        given(*ENTERED).when(ChangeEstimate(ACT, amount_fen, "x")).refuses(EstimateError, "A01", amount_fen, 250 * WAN)


def test_an_entry_is_confirmed_for_later_years_only() -> None:
    given(*ENTERED).when(ConfirmEntry(ACT, 2024, "仍属必要")).then(EntryConfirmed(ACT, 2024, "仍属必要"))
    given(*ENTERED).when(ConfirmEntry(ACT, 2022)).then()
    given(*ENTERED, EntryConfirmed(by("rrb"), 2024)).when(ConfirmEntry(ACT, 2024)).then()


@pytest.mark.parametrize(
    "command",
    [RemoveEntry(ACT, "x"), TakeUpEntry(ACT, "x"), ChangeEstimate(ACT, 5, "x"), ConfirmEntry(ACT, 2024)],
)
def test_what_is_not_in_the_bank_is_not_changed_there(
    command: RemoveEntry | TakeUpEntry | ChangeEstimate | ConfirmEntry,
) -> None:
    declared = registered(by("unit"), steps=(StepTerm("declare", "declare", "village", "GF L24"), *STEPS))
    given().when(command).refuses(NoSuchProjectError)
    given(declared, StepPassed(by("unit"), "declare")).when(command).refuses(NotInBankError, "A01")
    given(*ENTERED, ProjectClosed(by("x"))).when(command).refuses(NotInBankError, "A01")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("冷库建设项目", "新建冷库"),
        ("样例·冷库", "冷库（项目）"),
        ("一村冷库项目", "冷库"),
        ("甲乡一村 ３号 冷库", "3号冷库工程"),
        ("Cold Store 1", "cold-store 1"),
        ("冷库水渠", "水渠、冷库"),
    ],
)
def test_a_name_is_known_by_its_words_whatever_their_order_and_filling(one: str, other: str) -> None:
    assert normalised(one, "一村", "甲乡") == normalised(other, "一村", "甲乡") != ""


def test_other_numbers_and_other_words_are_other_names() -> None:
    assert normalised("冷库一期") != normalised("冷库二期")
    assert normalised("项目") != ""


# Entry tests, county by county


def county_of(ledger: Ledger, folder: str, today: date = date(2023, 2, 16)) -> County:
    county = County(ledger, folder.partition("-")[0], today)
    office = SAMPLES / folder / "office.toml"
    offices = (parse_office(office.read_text(encoding="utf-8"), folder),) if office.exists() else ()
    county.adopt(load(POLICIES / f"{county.name}.toml"), *offices)
    return county


def results_of(county: County) -> tuple[EntryResult, ...]:
    """Return what the latest entry recorded."""
    results: tuple[EntryResult, ...] = ()
    for entry in county.ledger.log():
        results = entry.fact.results if isinstance(entry.fact, EntryTested) else results
    return results


def came_of(county: County) -> list[tuple[str, str, str, bool | None]]:
    """Return what the latest entry recorded of each test."""
    return [(r.test, r.check, r.status, r.blocks) for r in results_of(county)]


@pytest.mark.row("LC-05", "GF")
def test_guangfeng_enters_what_is_in_scope_feasible_and_necessary(ledger: Ledger) -> None:
    county = county_of(ledger, "guangfeng-2021")
    goes_to(county, "bank")
    county.attests("A01", "outside_fund_rules", "field_team")
    ask = ("project", "A01")
    for n, test in enumerate(("scope", "feasible", "necessary")):
        others = [t for t in ("scope", "feasible", "necessary") if t != test]
        missing = (*ask, passing("bank", *others), "field_team", EntryTestMissingError)
        county.refuses(*missing, "A01", test, "GF L24", "field_team", person="p-head")
        answers = (EntryAnswer(test, met=False, opinion="不具备"), *(EntryAnswer(t, met=True) for t in others))
        unmet = msgspec.structs.replace(passing("bank"), tests=answers)
        county.refuses(*ask, unmet, "field_team", EntryTestError, "A01", test, "不具备", person=f"p-{n}")
    silent = msgspec.structs.replace(passing("bank"), tests=(EntryAnswer("scope", met=False, opinion=" "),))
    county.refuses(*ask, silent, "field_team", EntryOpinionError, "A01", "scope", person="p-head")
    county.refuses(*ask, passing("bank", "scope", "scope"), "field_team", BadInputError, "tests", person="p-head")
    county.refuses(*ask, passing("bank", "unheard_of"), "field_team", BadInputError, "unheard_of", person="p-head")
    county.ask(*ask, passing("bank", "scope", "feasible", "necessary"), "field_team", person="p-head")
    assert came_of(county) == [(t, "attested", "met", True) for t in ("scope", "feasible", "necessary")]
    assert county.waits(PROJECT, "A01") == [("leading_group", "leading_group")]


@pytest.mark.row("LC-05", "JS")
def test_jiashi_begins_in_the_bank_and_selects_from_it_alone(jiashi: County) -> None:
    jiashi.refuses("project", "A01", PROJECT_REQUEST, "finance_bureau", WrongPostError, "competent_department")
    jiashi.declares("A01")
    assert came_of(jiashi) == [("in_bank", "machine", "met", True)]
    assert list(jiashi.ledger.state(BANK, bank_stream("jiashi")).entries) == ["A01"]
    assert jiashi.state(PROJECT, "A01").entry.entered_year == 2023


@pytest.mark.row("LC-05", "ML")
@pytest.mark.row("LC-07", "ML")
def test_meilan_bars_without_a_clear_target_and_records_the_rest(ledger: Ledger) -> None:
    county = county_of(ledger, "meilan-2023")
    goes_to(county, "bank")
    assert county.waits(PROJECT, "A01") == [("bank", "town")]
    ask = ("project", "A01")
    county.refuses(*ask, passing("bank", "standard"), "town", EntryTestMissingError, "target", "ML L19, L22")
    county.refuses(*ask, passing("bank", "target"), "rrb", WrongPostError, "town", "ML L19")
    answers = (
        EntryAnswer("target", met=True),
        EntryAnswer("linkage", met=False, opinion="待完善"),
        EntryAnswer("industry_share", met=True),
    )
    county.ask(*ask, msgspec.structs.replace(passing("bank"), tests=answers), "town", person="p-head")
    assert came_of(county) == [
        ("target", "attested", "met", True),
        ("standard", "attested", "unanswered", None),
        ("linkage", "attested", "unmet", None),
        ("industry_share", "attested", "met", None),
    ]
    results = results_of(county)
    assert [r.about for r in results] == ["target", "standard", "linkage", "share"]


@pytest.mark.row("LC-05", "JH")
def test_jinghe_bars_without_linkage_and_without_a_clear_result(ledger: Ledger) -> None:
    county = county_of(ledger, "jinghe-2023")
    goes_to(county, "bank")
    county.ask("project", "A01", LINKAGE, "village_team")
    county.attests("A01", "no_clear_result", "industry_departments")
    ask, post = ("project", "A01"), "competent_department"
    county.refuses(*ask, passing("bank"), post, EntryTestMissingError, "result", "JH L14", post)
    unclear = msgspec.structs.replace(passing("bank"), tests=(EntryAnswer("result", met=False, opinion="无预期收益"),))
    county.refuses(*ask, unclear, post, EntryTestError, "result", "无预期收益", "JH L14")
    county.ask(*ask, passing("bank", "result"), post)
    assert came_of(county) == [("linkage", "machine", "met", True), ("result", "attested", "met", True)]
    results = results_of(county)
    assert [(r.about, r.clause) for r in results] == [("linkage", "JH L14"), ("result", "JH L14")]


@pytest.mark.row("LC-05", "MJ")
def test_maojian_enters_what_township_and_departments_reviewed(ledger: Ledger) -> None:
    county = county_of(ledger, "maojian-2017", date(2017, 2, 16))
    goes_to(county, "bank", "agriculture_industry")
    assert county.waits(PROJECT, "A01") == [("bank", "joint_review")]
    county.refuses("project", "A01", passing("bank"), "township", WrongPostError, "joint_review", "MJ L4")
    county.ask("project", "A01", passing("bank"), "joint_review", person="p-chair")
    assert came_of(county) == [("reviews", "machine", "met", True)]


def test_an_order_without_any_review_enters_nothing_that_wants_one(ledger: Ledger) -> None:
    county = County(ledger, "sample")
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    review = 'kind = "review"\npost = "township_office"'
    assert text.count(review) == 1
    county.adopt(parse(text.replace(review, review.replace("review", "prepare")), "changed"))
    goes_to(county, "bank")
    county.explains("A01")
    county.refuses("project", "A01", passing("bank"), "rrb", EntryTestError, "reviews", "sample, after GF L24")


def test_a_machine_cannot_run_a_test_of_which_nothing_says_what_it_looks_at(ledger: Ledger) -> None:
    county = County(ledger, "sample")
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    county.adopt(parse(text.replace('about = "reviews"', 'about = "necessary"'), "changed"))
    goes_to(county, "bank")
    county.explains("A01")
    county.refuses("project", "A01", passing("bank"), "rrb", NoRuleStatedError, "bank.tests.reviews")


def test_tests_are_answered_at_the_banks_step_and_nowhere_else(sample: County) -> None:
    asked = msgspec.structs.replace(PROJECT_REQUEST, tests=(EntryAnswer("reviews", met=True),))
    sample.refuses("project", "A01", asked, "village_committee", BadInputError, "village_declaration")
    sample.declares("A01")
    early = passing("township_review", "reviews")
    sample.refuses("project", "A01", early, "township_office", BadInputError, "township_review")


# Duplicates


def like(no: str, name: str, **changes: object) -> RegisterProject:
    del no
    return msgspec.structs.replace(PROJECT_REQUEST, name=name, **changes)


@pytest.mark.parametrize(
    ("folder", "clause"),
    [
        pytest.param("guangfeng-2021", "GF L20", marks=pytest.mark.row("LC-19", "GF")),
        pytest.param("meilan-2023", "ML L19", marks=pytest.mark.row("LC-19", "ML")),
        pytest.param("maojian-2017", "MJ L4", marks=pytest.mark.row("LC-19", "MJ")),
    ],
)
def test_a_duplicate_is_found_at_the_door_and_shown_to_whoever_decides(
    ledger: Ledger, folder: str, clause: str
) -> None:
    county = county_of(ledger, folder)
    use = "agriculture_industry" if county.name == "maojian" else "industry"
    tests = attested_at_entry(county)
    for no, name in (("A01", "冷库建设项目"), ("A02", "新建冷库")):
        steps = load(POLICIES / f"{county.name}.toml").profile.project
        assert steps is not None
        county.ask("project", no, like(no, name, use=use), steps.steps[0].post or "")
        while (step := county.state(PROJECT, no).step) and step.kind != "bank":
            county.cosigns_steps(no)
            county.ask("project", no, passing(step.id), step.post, person=f"p-{step.id}")
        if county.name == "guangfeng":
            county.attests(no, "outside_fund_rules", "field_team")
        if no == "A01":
            county.ask("project", no, passing("bank", *tests), step.post if step else "", person="p-head")
    post = county.waits(PROJECT, "A02")[0][1]
    ask, shown = passing("bank", *tests), ("A01", "冷库建设项目", "甲乡一村", clause)
    county.refuses("project", "A02", ask, post, LooksAlikeError, *shown, person="p-head")
    blank = msgspec.structs.replace(ask, unlike=(Unlike("A01", "  "),))
    county.refuses("project", "A02", blank, post, LooksAlikeError, *shown, person="p-head")
    strange = msgspec.structs.replace(ask, unlike=(Unlike("A01", "另一处"), Unlike("A09", "没有")))
    county.refuses("project", "A02", strange, post, BadInputError, "A09", person="p-head")
    county.ask("project", "A02", msgspec.structs.replace(ask, unlike=(Unlike("A01", "另一处"),)), post, person="p-head")
    told = [e.fact for e in county.ledger.log() if isinstance(e.fact, ToldApart)]
    assert [(o.project_no, o.name, o.reason) for o in told[0].others] == [("A01", "冷库建设项目", "另一处")]


@pytest.mark.parametrize(
    "changes",
    [{"village": "二村"}, {"township": "乙乡"}, {"name": "烘干房"}, {"first_year": 2024, "last_year": 2024}],
)
def test_another_place_object_or_year_is_another_project(jiashi: County, changes: dict[str, object]) -> None:
    jiashi.ask("project", "A01", like("A01", "冷库", first_year=2023, last_year=2023), "competent_department")
    other = msgspec.structs.replace(like("A02", "冷库项目"), **changes)
    jiashi.ask("project", "A02", other, "competent_department")


def test_a_project_that_begins_in_the_bank_is_compared_at_its_first_paper(jiashi: County) -> None:
    jiashi.ask("project", "A01", like("A01", "冷库"), "competent_department")
    asked = like("A02", "冷库建设")
    jiashi.refuses("project", "A02", asked, "competent_department", LooksAlikeError, "A01", "engine LC-19")
    apart = msgspec.structs.replace(asked, unlike=(Unlike("A01", "另一处"),))
    jiashi.ask("project", "A02", apart, "competent_department")
    jiashi.today = date(2024, 2, 1)
    jiashi.ask("project", "A03", asked, "competent_department")


# Changes of an entry


def in_maojian(ledger: Ledger) -> County:
    county = county_of(ledger, "maojian-2017", date(2017, 2, 16))
    goes_to(county, "plan", "agriculture_industry")
    return county


@pytest.mark.row("LC-06", "MJ")
def test_maojian_keeps_its_bank_current(ledger: Ledger) -> None:
    """Removed with a reason, no plan takes it; taken up again, it may; optimised, its estimate is another."""
    county = in_maojian(ledger)
    ask = ("project", "A01")
    county.refuses(*ask, RemoveEntryRequest(reason="选址不宜"), "township", WrongPostError, "joint_review", "MJ L3, L4")
    county.refuses(*ask, RemoveEntryRequest(reason="  "), "joint_review", BadInputError, "reason")
    county.refuses(*ask, TakeUpEntryRequest(reason="x"), "joint_review", EntryStateError, "A01")
    county.ask(*ask, RemoveEntryRequest(reason="选址不宜"), "joint_review")
    money(county)
    draft = plan(2017, 100)
    words = ("A01", "选址不宜", county.today, "MJ L3, L4")
    county.refuses("plan", "P1", draft, "coordination_planner", RemovedEntryError, *words)
    county.refuses(*ask, ChangeEstimateRequest(budget_fen=5, reason="x"), "joint_review", EntryStateError, "A01")
    county.ask(*ask, TakeUpEntryRequest(reason="已改址"), "joint_review")
    county.refuses("plan", "P1", plan(2017, 260), "coordination_planner", OverBudgetError, 250 * WAN)
    county.ask(*ask, ChangeEstimateRequest(budget_fen=260 * WAN, reason="优化设计"), "joint_review")
    county.ask("plan", "P1", plan(2017, 260), "coordination_planner")


@pytest.mark.row("LC-06", "ML")
@pytest.mark.parametrize("request_", [RemoveEntryRequest(reason="x"), ChangeEstimateRequest(budget_fen=5, reason="x")])
def test_meilan_says_that_its_bank_is_to_be_improved_and_not_how(
    ledger: Ledger, request_: RemoveEntryRequest | ChangeEstimateRequest
) -> None:
    county = county_of(ledger, "meilan-2023")
    goes_to(county, "plan")
    county.refuses("project", "A01", request_, "town", NoRuleStatedError, "bank.dynamic")


def test_what_a_plan_gave_money_to_is_not_removed_and_not_estimated_below_it(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.plans("P1", line(200 * WAN))
    sample.refuses("project", "A01", RemoveEntryRequest(reason="x"), "rrb", NotInBankError, "A01")
    lower = ChangeEstimateRequest(budget_fen=199 * WAN, reason="x")
    sample.refuses("project", "A01", lower, "rrb", EstimateError, 200 * WAN)
    sample.ask("project", "A01", ChangeEstimateRequest(budget_fen=200 * WAN, reason="x"), "rrb")
    assert sample.state(PROJECT, "A01").registered.budget_fen == 200 * WAN


def test_taken_up_again_it_is_compared_with_what_came_in_meanwhile(sample: County) -> None:
    sample.banks("A01")
    sample.ask("project", "A01", RemoveEntryRequest(reason="x"), "rrb")
    again = msgspec.structs.replace(PROJECT_REQUEST, village="A01村")
    sample.ask("project", "A02", again, "village_committee")
    sample.explains("A02")
    for step, post in (("township_review", "township_office"), ("field_survey", "field_team"), ("bank", "rrb")):
        sample.passes("A02", step, post, record=PAPER)
    sample.refuses("project", "A01", TakeUpEntryRequest(reason="x"), "rrb", LooksAlikeError, "A02")


def test_what_is_removed_counts_no_more_for_the_size_of_the_bank(ledger: Ledger) -> None:
    text = (POLICIES / "meilan.toml").read_text(encoding="utf-8")
    county = County(ledger, "meilan", date(2022, 3, 1))
    office = parse_office((SAMPLES / "meilan-2023" / "office.toml").read_text(encoding="utf-8"), "office")
    county.adopt(parse(text.replace('"to_be_improved"', '"kept_current"'), "changed"), office)
    goes_to(county, "plan")
    county.today = date(2023, 3, 1)
    for no in ("A02", "A03"):
        county.ask("project", no, msgspec.structs.replace(PROJECT_REQUEST, village=no, budget_fen=200 * WAN), "town")
        county.cosigns_steps(no)
        for step, tests in (("estimate", []), ("bank", attested_at_entry(county))):
            county.ask("project", no, passing(step, *tests), "town", person=f"p-{step}")
    profile = load(POLICIES / "meilan.toml").profile

    def size() -> tuple[str, int]:
        found = judge_year(county.ledger.state, profile, "meilan", 2023)
        [of_bank] = [result for result in found if result.rule == "ratios.bank_size"]
        return of_bank.status, of_bank.value

    assert size() == ("met", 16_000)
    county.ask("project", "A03", RemoveEntryRequest(reason="x"), "town")
    assert size() == ("warning", 8_000)


# The horizon


@pytest.mark.row("LC-07", "ML")
def test_meilan_lists_an_entry_for_two_years_and_then_wants_it_confirmed(ledger: Ledger) -> None:
    county = county_of(ledger, "meilan-2023")
    goes_to(county, "plan")
    county.ask("project", "A01", TARGET, "town")
    county.ask("fund", "F1", receipt(pool="city", source="city_batch_2"), "finance_bureau")
    draft = DraftPlan(year=2025, title="方案", lines=(line(100 * WAN, pool="city"),))
    county.today = date(2024, 12, 31)
    county.ask("plan", "P1", msgspec.structs.replace(draft, year=2024), "rrb")
    county.today = date(2025, 1, 1)
    words = ("A01", 2023, 2, 2024, 2025, "town", "ML L19")
    county.refuses("plan", "P2", draft, "rrb", EntryLapsedError, *words)
    county.refuses("project", "A01", ConfirmEntryRequest(), "rrb", WrongPostError, "town")
    county.ask("project", "A01", ConfirmEntryRequest(opinion="仍属必要"), "town")
    county.ask("plan", "P2", draft, "rrb")


def test_where_no_horizon_is_set_nothing_lapses_and_nothing_is_confirmed(jiashi: County) -> None:
    jiashi.declares("A01")
    jiashi.refuses("project", "A01", ConfirmEntryRequest(), "competent_department", NoRuleStatedError, "horizon_years")
    jiashi.today = date(2031, 2, 1)
    jiashi.receives()
    jiashi.drafts("P1", line(100 * WAN))


# Several years


def money(county: County, year: int = 2017, fund_no: str = "F1") -> None:
    arrived = RegisterReceipt(
        document_no=f"文件{fund_no}",
        item_no="1",
        source="central",
        tier="central",
        fiscal_year=year,
        portions=receipt(pool="poverty").portions,
    )
    county.ask("fund", fund_no, arrived, "account_keeper")


def plan(year: int, amount: int, fund_no: str = "F1") -> DraftPlan:
    return DraftPlan(year=year, title="方案", lines=(Line(fund_no, "poverty", "A01", amount * WAN),))


def approved(county: County, no: str, request: DraftPlan) -> None:
    county.ask("plan", no, request, "coordination_planner")
    for stage in county.state(PLAN, no).drafted.terms.stages:
        decided = DecidePlan(
            stage=stage.id, meeting_no=f"M-{no}-{stage.id}", held_on=county.today, present=9, quorum=7, approve=True
        )
        county.ask("plan", no, decided, stage.body)
    assert county.state(PLAN, no).in_force


@pytest.mark.row("LC-20", "MJ")
def test_maojian_plans_once_and_builds_by_year_and_the_year_before_plans_for_the_next(ledger: Ledger) -> None:
    county = county_of(ledger, "maojian-2017", date(2017, 2, 16))
    several = msgspec.structs.replace(PROJECT_REQUEST, use="agriculture_industry", first_year=2017, last_year=2018)
    county.ask("project", "A01", several, "village")
    goes_to(county, "plan", "agriculture_industry")
    money(county)
    county.refuses("plan", "P0", plan(2019, 100), "coordination_planner", OutsideYearsError, 2017, 2018, 2019)
    approved(county, "P1", plan(2017, 100))
    county.today = date(2017, 12, 1)
    approved(county, "P2", plan(2018, 100))
    project = county.state(PROJECT, "A01")
    assert (project.money.allotted, project.money.released) == (200 * WAN, 200 * WAN)
    county.refuses("plan", "P3", plan(2018, 60), "coordination_planner", OverBudgetError, 50 * WAN)


def test_a_project_of_several_years_is_none_where_the_text_knows_no_such(jiashi: County) -> None:
    several = msgspec.structs.replace(PROJECT_REQUEST, first_year=2023, last_year=2024)
    jiashi.refuses("project", "A01", several, "competent_department", NoRuleStatedError, "bank.cross_year")


@pytest.mark.parametrize("years", [(2023, 0), (0, 2023), (2024, 2023), (2022, 2023), (-1, 2023), (2023, 9999)])
def test_years_that_are_none_are_refused(jiashi: County, years: tuple[int, int]) -> None:
    asked = msgspec.structs.replace(PROJECT_REQUEST, first_year=years[0], last_year=years[1])
    jiashi.refuses("project", "A01", asked, "competent_department", BadInputError, "first_year")


def test_results_are_told_apart_by_what_they_say() -> None:
    """A result that nobody gave is no "not met"."""
    result = EntryResult("t", "target", "attested", "unanswered", "x")
    assert msgspec.json.decode(msgspec.json.encode(result)) == {
        "test": "t",
        "about": "target",
        "check": "attested",
        "status": "unanswered",
        "clause": "x",
    }


# Steps before and behind the bank


def steps_of(ledger: Ledger, folder: str, kinds: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
    """Return the steps of these kinds that a project of the county takes, as its own case has them."""
    county = county_of(ledger, folder)
    use = "agriculture_industry" if county.name == "maojian" else "industry"
    first = load(POLICIES / f"{county.name}.toml").profile.project
    assert first is not None
    asked = msgspec.structs.replace(PROJECT_REQUEST, use=use)
    county.ask("project", "A01", asked, first.steps[0].post or "")
    steps = county.state(PROJECT, "A01").registered.terms.steps
    return [(step.id, step.kind, step.post, step.record) for step in steps if step.kind in kinds]


@pytest.mark.row("LC-08", "GF")
def test_guangfeng_passes_up_once(ledger: Ledger) -> None:
    assert [step[1] for step in steps_of(ledger, "guangfeng-2021", ("declare", "review"))] == ["declare", "review"]


@pytest.mark.row("LC-08", "JH")
def test_jinghe_goes_up_and_down_twice(ledger: Ledger) -> None:
    assert steps_of(ledger, "jinghe-2023", ("declare", "review"))[:4] == [
        ("declaration_1", "declare", "village_team", ""),
        ("two_up_two_down_1", "review", "township", ""),
        ("declaration", "declare", "village_team", ""),
        ("two_up_two_down", "review", "township", ""),
    ]


@pytest.mark.row("LC-08", "MJ")
def test_maojian_passes_up_once(ledger: Ledger) -> None:
    kinds = [step[1] for step in steps_of(ledger, "maojian-2017", ("declare", "review"))]
    assert kinds == ["declare", "review", "review"]


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        pytest.param(
            "meilan-2023",
            ("implementation_plan", "prepare", "project_unit", "plan"),
            marks=pytest.mark.row("LC-16", "ML"),
        ),
        pytest.param(
            "maojian-2017",
            ("implementation_plan", "prepare", "money_user", "plan"),
            marks=pytest.mark.row("LC-16", "MJ"),
        ),
    ],
)
def test_an_implementation_plan_is_a_step_with_its_paper(
    ledger: Ledger, folder: str, expected: tuple[str, str, str, str]
) -> None:
    assert expected in steps_of(ledger, folder, ("prepare",))
