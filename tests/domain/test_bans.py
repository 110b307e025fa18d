"""The negative list, targets and linkages: what refuses by itself, what a post must attest, and before what."""

import msgspec
import pytest

from domain.ban_refusals import (
    BannedError,
    BarredClassError,
    LinkageMissingError,
    NotAttestedError,
    OutsideBankError,
    TargetMissingError,
)
from domain.bank_facts import EntryAnswer
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.plan import PLAN
from domain.policy import load, parse
from domain.policy.bars import bars
from domain.policy.office import parse_office
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.project import PROJECT, NoSuchProjectError
from domain.project_bank import OF_AN_ENTRY
from domain.project_checks import CHECKS, ClosedProjectError, OpinionMissingError
from domain.project_facts import (
    Attest,
    Attested,
    LinkageSet,
    ProjectClosed,
    SetLinkage,
    SetTarget,
    StepPassed,
    TargetSet,
)
from domain.project_loans import LOANS
from domain.project_state import BROUGHT
from domain.requests import AnswerStep, AttestBan, DecidePlan, DraftPlan, FileMinutes, RegisterReceipt
from domain.words import Both
from tests.domain.county import (
    LINKAGE,
    MAOJIAN_PAPERS,
    MINUTES,
    PAPER,
    POLICIES,
    PROJECT_REQUEST,
    TARGET,
    County,
    claim,
    contract,
    line,
    receipt,
)
from tests.domain.given import WAN, by, fold, given, registered
from tests.places import SAMPLES

ACT = by("judge")
DECLARED = (registered(by("village")), StepPassed(by("village"), "declare"))
OPINION = "与邻村冷库相距不足一公里"

# The deciders


def test_attestation_is_a_fact_of_the_project() -> None:
    given(*DECLARED).when(Attest(ACT, "halls", clear=True)).then(Attested(ACT, "halls", clear=True))
    caught = Attest(ACT, "halls", clear=False, opinion=OPINION, record=PAPER)
    given(*DECLARED).when(caught).then(Attested(ACT, "halls", clear=False, opinion=OPINION, record=PAPER))


@pytest.mark.parametrize("opinion", ["", "  "])
def test_who_finds_a_ban_to_catch_the_project_must_say_why(opinion: str) -> None:
    caught = Attest(ACT, "halls", clear=False, opinion=opinion)
    given(*DECLARED).when(caught).refuses(OpinionMissingError, "A01", "halls")


def test_later_word_replaces_the_earlier_which_stays_in_the_history() -> None:
    caught, clear = Attested(by("a"), "halls", clear=False, opinion=OPINION), Attested(by("b"), "halls", clear=True)
    other = Attested(by("a"), "show", clear=True)
    state = fold(PROJECT, (*DECLARED, caught, other, clear))
    assert state.checks.attested == {"halls": clear, "show": other}
    given(*DECLARED, clear).when(Attest(ACT, "halls", clear=False, opinion="又建")).then(
        Attested(ACT, "halls", clear=False, opinion="又建")
    )


def test_target_and_linkage_are_facts_and_the_latest_holds() -> None:
    given(*DECLARED).when(SetTarget(ACT, "年产三百吨", PAPER)).then(TargetSet(ACT, "年产三百吨", PAPER))
    given(*DECLARED).when(SetLinkage(ACT, "订单收购", 36)).then(LinkageSet(ACT, "订单收购", 36))
    first, second = TargetSet(by("a"), "年产三百吨"), TargetSet(by("a"), "年产二百吨")
    assert fold(PROJECT, (*DECLARED, first, second)).checks.target == second


@pytest.mark.parametrize("command", [Attest(ACT, "halls", clear=True), SetTarget(ACT, "x"), SetLinkage(ACT, "x", 1)])
def test_nothing_is_said_of_a_project_before_its_first_paper_or_after_its_close(
    command: Attest | SetTarget | SetLinkage,
) -> None:
    given().when(command).refuses(NoSuchProjectError)
    given(*DECLARED, ProjectClosed(by("keeper"))).when(command).refuses(ClosedProjectError, "A01")


def test_checks_may_be_asked_for_at_any_step_until_the_close() -> None:
    states = [fold(PROJECT, facts) for facts in ((), DECLARED, (*DECLARED, ProjectClosed(by("keeper"))))]
    assert [PROJECT.also_allowed(state) for state in states] == [
        (),
        (*CHECKS, "move", *OF_AN_ENTRY, *LOANS, "correct", "withdraw"),
        (),
    ]
    assert [step.id for step in PROJECT.open_steps(states[1])] == ["review"]


# What bars, county by county

FOUND = {
    "guangfeng": [
        ("outside_fund_rules", "attested", ("bank",), "field_team"),
        ("duplicate", "attested", (), None),
        ("low_end", "attested", (), None),
    ],
    "jiashi": [
        ("irregular", "attested", ("payment",), "review_group"),
        ("out_of_scope", "attested", ("payment",), "review_group"),
        ("idle", "attested", (), "treasury_officer"),
        ("wasted", "attested", (), "treasury_officer"),
        ("in_bank", "outside_bank", ("plan",), None),
    ],
    "meilan": [
        ("unrelated", "attested", (), None),
        ("no_target", "target_missing", ("plan",), None),
        ("negative_list", "attested", (), None),
        ("target", "target_missing", ("plan",), None),
    ],
    "jinghe": [
        ("no_linkage", "linkage_missing", ("bank",), None),
        ("no_clear_result", "attested", ("bank",), None),
        ("linkage", "linkage_missing", ("bank",), None),
        ("standing", "linkage_missing", ("bank",), None),
    ],
    "maojian": [
        ("image_projects", "attested", ("payment",), None),
        ("county_building", "attested", ("payment",), None),
        ("halls", "class_barred", ("payment",), None),
        ("allowances", "class_barred", ("payment",), None),
        ("office_costs", "class_barred", ("payment",), None),
        *((name, "attested", (), None) for name in ("up_in_down_out", "show_places", "balancing")),
        *((name, "attested", (), None) for name in ("living_money", "standards")),
    ],
}


@pytest.mark.row("FD-15", "GF")
@pytest.mark.row("FD-15", "JS")
@pytest.mark.row("FD-15", "ML")
@pytest.mark.row("FD-15", "JH")
@pytest.mark.row("FD-15", "MJ")
@pytest.mark.row("LC-19", "GF")
@pytest.mark.row("RV-08", "ML")
@pytest.mark.parametrize("name", FOUND)
def test_each_countys_list_is_checked_where_its_text_says(name: str) -> None:
    """Where the text names no point nothing is barred: it is shown as not set."""
    found = bars(load(POLICIES / f"{name}.toml").profile)
    assert [(bar.id, bar.when, bar.at, bar.attested_by) for bar in found] == FOUND[name]


# Each county, as its text has it, and as its sample office fills it


@pytest.fixture
def adopted(ledger: Ledger, request: pytest.FixtureRequest) -> County:
    """The county that the test names, with the office decision of its sample year."""
    folder = request.param
    county = County(ledger, folder.partition("-")[0])
    office = SAMPLES / folder / "office.toml"
    offices = (parse_office(office.read_text(encoding="utf-8"), folder),) if office.exists() else ()
    county.adopt(load(POLICIES / f"{county.name}.toml"), *offices)
    return county


def county_of(folder: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("adopted", [folder], indirect=True, ids=[folder])


def goes_to(county: County, kind: str, use: str = "industry") -> None:
    """Declare project A01 and take it as far as a step of *kind*."""
    if county.state(PROJECT, "A01").registered is None:
        rules = load(POLICIES / f"{county.name}.toml").profile.project
        assert rules is not None
        post = rules.steps[0].post or ""
        county.ask("project", "A01", msgspec.structs.replace(PROJECT_REQUEST, use=use), post)
    while (step := county.state(PROJECT, "A01").step) and step.kind != kind:
        assert step.kind not in BROUGHT, step
        tests = attested_at_entry(county) if step.kind == "bank" else ()
        county.cosigns_steps("A01")
        county.ask("project", "A01", passing(step.id, *tests), step.post, person=f"p-{step.id}")


def attested_at_entry(county: County) -> list[str]:
    bank = load(POLICIES / f"{county.name}.toml").profile.bank
    return [test.id for test in bank.tests if test.check == "attested"] if bank else []


def passing(step: str, *tests: str) -> AnswerStep:
    return AnswerStep(step=step, approve=True, record=PAPER, tests=tuple(EntryAnswer(test, met=True) for test in tests))


@pytest.mark.row("FD-15", "GF")
@pytest.mark.row("RV-08", "GF")
@county_of("guangfeng-2021")
def test_guangfeng_enters_the_bank_once_the_field_team_attests_its_scope(adopted: County) -> None:
    goes_to(adopted, "bank")
    words = ("A01", "outside_fund_rules", "GF L24", "field_team", "attest --ban outside_fund_rules")
    adopted.refuses("project", "A01", passing("bank"), "field_team", NotAttestedError, *words, person="p-head")
    adopted.attests("A01", "outside_fund_rules", "field_team")
    adopted.ask("project", "A01", passing("bank", "scope", "feasible", "necessary"), "field_team", person="p-head")
    assert "bank" in adopted.state(PROJECT, "A01").passed_on


@pytest.mark.row("LC-05", "JH")
@pytest.mark.row("BL-01", "JH")
@pytest.mark.row("FD-15", "JH")
@county_of("jinghe-2023")
def test_jinghe_no_mechanism_no_bank_entry(adopted: County) -> None:
    """A-43: a hard rule; whether the result is clear, a person judges."""
    goes_to(adopted, "bank")
    bank, post = passing("bank", "result"), "competent_department"
    words = ("A01", "no_linkage", "JH L14", "village_team", "linkage")
    adopted.refuses("project", "A01", bank, post, LinkageMissingError, *words)
    adopted.refuses("project", "A01", LINKAGE, "township", WrongPostError, "village_team", "township", "JH L14")
    adopted.ask("project", "A01", LINKAGE, "village_team")
    words = ("A01", "no_clear_result", "JH L14", "industry_departments", "office decision 样例精办〔2023〕1号")
    adopted.refuses("project", "A01", bank, post, NotAttestedError, *words)
    adopted.attests("A01", "no_clear_result", "industry_departments", clear=False, opinion="没有预期收益")
    caught = ("no_clear_result", "p-industry_departments", adopted.today, "没有预期收益", "JH L14")
    adopted.refuses("project", "A01", bank, post, BannedError, *caught)
    adopted.attests("A01", "no_clear_result", "industry_departments")
    adopted.ask("project", "A01", bank, post)


@pytest.mark.row("FD-15", "ML")
@pytest.mark.row("PF-01", "ML")
@pytest.mark.row("LC-05", "ML")
@county_of("meilan-2023")
def test_meilan_no_clear_target_no_money(adopted: County) -> None:
    goes_to(adopted, "plan")
    adopted.ask("fund", "F1", receipt(pool="city", source="city_batch_2"), "finance_bureau")
    draft = DraftPlan(year=2023, title="方案", lines=(line(100 * WAN, pool="city"),))
    adopted.refuses("plan", "P1", draft, "rrb", TargetMissingError, "A01", "no_target", "ML L22", "town", "target")
    adopted.refuses("project", "A01", TARGET, "rrb", WrongPostError, "town", "rrb", "ML L22")
    adopted.ask("project", "A01", TARGET, "town")
    adopted.ask("plan", "P1", draft, "rrb")


@pytest.mark.row("FD-15", "JS")
@pytest.mark.row("RV-08", "JS")
def test_jiashi_pays_once_its_review_group_attests_regularity_and_scope(jiashi: County) -> None:
    jiashi.receives()
    jiashi.ask("project", "A01", msgspec.structs.replace(PROJECT_REQUEST, use="of no class"), "competent_department")
    jiashi.plans("P1", line(200 * WAN))
    jiashi.releases("F1", "P1")
    asked = ("claim", "A01-1", claim(line(50 * WAN)), "implementing_unit")
    jiashi.refuses(*asked, NotAttestedError, "A01", "irregular", "JS L18", "review_group")
    jiashi.attests("A01", "irregular", "review_group")
    jiashi.refuses(*asked, NotAttestedError, "A01", "out_of_scope", "JS L18, L25", "review_group")
    jiashi.attests("A01", "out_of_scope", "review_group")
    jiashi.lodges("A01-1", line(50 * WAN))
    # What the text bars without naming a point may be attested, and bars nothing.
    jiashi.attests("A01", "idle", "treasury_officer", clear=False, opinion="结余未用")
    jiashi.lodges("A01-2", line(50 * WAN))


def money_in_maojian(county: County) -> None:
    """F1 of 300 万 in the pool of poverty money, and project A01 in a plan in force with 200 万, at once released."""
    arrived = RegisterReceipt(
        document_no="文件F1",
        item_no="1",
        source="central",
        tier="central",
        fiscal_year=2023,
        portions=receipt(pool="poverty").portions,
    )
    county.ask("fund", "F1", arrived, "account_keeper")
    lines = (line(200 * WAN, pool="poverty"),)
    county.ask("plan", "P1", DraftPlan(year=2023, title="方案", lines=lines), "coordination_planner")
    drafted = county.state(PLAN, "P1").drafted
    for stage in drafted.terms.stages:
        decided = DecidePlan(
            stage=stage.id, meeting_no=f"M-{stage.id}", held_on=county.today, present=9, quorum=7, approve=True
        )
        county.ask("plan", "P1", decided, stage.body)
        if stage.record == "minutes":
            county.ask("plan", "P1", FileMinutes(stage=stage.id, digest=MINUTES), stage.body)
    assert county.state(PLAN, "P1").in_force


@pytest.mark.row("FD-15", "MJ")
@pytest.mark.row("RV-08", "MJ")
@county_of("maojian-2017")
def test_maojian_pays_for_village_infrastructure_once_it_is_attested_to_be_no_county_building(adopted: County) -> None:
    """A-46: judged by a person, not by the word infrastructure."""
    goes_to(adopted, "plan", "infrastructure")
    money_in_maojian(adopted)
    request = msgspec.structs.replace(claim(line(50 * WAN, pool="poverty")), papers=MAOJIAN_PAPERS)
    for ban in ("image_projects", "county_building"):
        words = ("A01", ban, "MJ L6", "competent_department", "样例茅办〔2017〕1号")
        adopted.refuses("claim", "C1", request, "money_user", NotAttestedError, *words)
        adopted.attests("A01", ban, "competent_department")
    adopted.ask("claim", "C1", request, "money_user")


@pytest.mark.row("FD-15", "MJ")
@pytest.mark.row("RV-08", "MJ")
@pytest.mark.parametrize("use", ["halls", "allowances", "office_costs"])
@county_of("maojian-2017")
def test_maojian_registers_no_project_of_a_barred_class(adopted: County, use: str) -> None:
    asked = msgspec.structs.replace(PROJECT_REQUEST, use=use)
    adopted.refuses("project", "A01", asked, "village", BarredClassError, "A01", use, "MJ L6")


# The sample county, and rules like its own

BAN = """
[[bans]]
id = "extra"
zh = "另一项"
en = "another one"
source = "sample, made up"
"""


def ruled(ledger: Ledger, *, changes: dict[str, str] | None = None, ban: str = "") -> County:
    """Return the sample county under its rules with some words changed, or one ban more."""
    county = County(ledger, "sample")
    county.adopt(parse(text_with(changes or {}, ban), "changed"))
    return county


def text_with(changes: dict[str, str], ban: str = "") -> str:
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    for before, after in changes.items():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text + (BAN + ban if ban else "")


def test_bank_wants_linkage_and_the_field_teams_word_and_the_plan_a_target(sample: County) -> None:
    goes_to(sample, "bank")
    bank = ("project", "A01", passing("bank"), "rrb")
    sample.refuses(*bank, NotAttestedError, "duplicate", "field_team", "sample, after GF L20, L24")
    sample.attests("A01", "duplicate", "field_team")
    sample.refuses(*bank, LinkageMissingError, "linkage", "village_committee", "sample, after JH L14")
    sample.ask("project", "A01", LINKAGE, "village_committee")
    sample.ask(*bank)
    sample.receives()
    draft = ("plan", "P1", DraftPlan(year=2023, title="年度计划", lines=(line(200 * WAN),)), "rrb")
    sample.refuses(*draft, TargetMissingError, "target", "village_committee", "sample, after ML L22")
    sample.ask("project", "A01", TARGET, "village_committee")
    sample.ask(*draft, person="p-drafter")
    said = sample.state(PROJECT, "A01").checks
    assert said.target.act.clause == "sample, after ML L22"
    assert said.linkage.act.clause == "sample, after JH L14"
    assert said.attested["duplicate"].act.clause == "sample, after GF L20, L24"


def test_what_the_bank_bars_may_still_be_sent_back(sample: County) -> None:
    goes_to(sample, "bank")
    back = AnswerStep(step="bank", approve=False, opinion="须先认定", return_to="field_survey")
    sample.ask("project", "A01", back, "rrb")
    assert sample.waits(PROJECT, "A01") == [("field_survey", "field_team")]


def test_only_the_named_post_attests_and_only_what_a_post_must_judge(sample: County) -> None:
    sample.refuses("project", "A01", AttestBan(ban="duplicate", clear=True), "field_team", NoSuchProjectError, "A01")
    sample.declares("A01")
    mine = AttestBan(ban="duplicate", clear=True)
    sample.refuses("project", "A01", mine, "rrb", WrongPostError, "duplicate", "field_team", "rrb", "GF L20")
    for unknown in ("linkage", "no_such"):
        other = AttestBan(ban=unknown, clear=True)
        sample.refuses("project", "A01", other, "field_team", BadInputError, unknown, "duplicate")
    unsaid = AttestBan(ban="duplicate", clear=False)
    sample.refuses("project", "A01", unsaid, "field_team", OpinionMissingError, "A01", "duplicate")


def test_who_attests_has_no_hand_in_the_case(sample: County) -> None:
    """An attestation neither prepares a case nor decides it: the same person may answer the bank's step."""
    goes_to(sample, "bank")
    sample.ask("project", "A01", LINKAGE, "village_committee")
    sample.ask("project", "A01", AttestBan(ban="duplicate", clear=True), "field_team", person="p-one")
    sample.ask("project", "A01", passing("bank"), "rrb", person="p-one")


def test_no_post_named_stops_where_the_attestation_is_needed(ledger: Ledger) -> None:
    county = ruled(ledger, changes={'attested_by = "field_team"\n': ""})
    goes_to(county, "bank")
    clause = "sample, after GF L20, L24"
    county.refuses("project", "A01", passing("bank"), "rrb", NoRuleStatedError, "duplicate", clause)
    mine = AttestBan(ban="duplicate", clear=True)
    county.refuses("project", "A01", mine, "field_team", NoRuleStatedError, "duplicate", clause)


def test_words_of_who_attests_are_there_in_both_languages() -> None:
    error = NoRuleStatedError(question="who: attest duplicate?", key="GF L20")
    assert "who: attest duplicate? (GF L20)" in error.text("en")
    assert error.text("zh").startswith("未规定：“认定负面清单 duplicate”由谁办理？（GF L20）")
    banned = NotAttestedError(project_no="A01", ban="x", words=Both("中文", "English"), clause="L1", case="c", post="p")
    assert "“中文”" in banned.text("zh")
    assert '"English"' in banned.text("en")


AT_PLAN = {'attested_by = "field_team"\nat = "bank"': 'attested_by = "field_team"\nat = "plan"'}


def test_word_taken_back_while_the_plan_is_a_draft_keeps_it_from_coming_in_force(ledger: Ledger) -> None:
    county = ruled(ledger, changes=AT_PLAN)
    county.receives()
    county.banks("A01")
    county.drafts("P1", line(200 * WAN))
    county.approves("P1", "M-P1")
    county.attests("A01", "duplicate", "field_team", clear=False, opinion=OPINION)
    minutes = FileMinutes(stage="leading_group", digest=MINUTES)
    words = ("A01", "duplicate", "p-field_team", county.today, OPINION)
    county.refuses("plan", "P1", minutes, "leading_group", BannedError, *words)
    county.attests("A01", "duplicate", "field_team")
    county.files("P1")
    assert county.state(PLAN, "P1").in_force


def test_draft_with_a_project_that_is_not_attested_is_refused(ledger: Ledger) -> None:
    county = ruled(ledger, changes=AT_PLAN)
    county.receives()
    goes_to(county, "bank")
    county.ask("project", "A01", LINKAGE, "village_committee")
    county.ask("project", "A01", TARGET, "village_committee")
    county.passes("A01", "bank", "rrb")
    draft = DraftPlan(year=2023, title="年度计划", lines=(line(200 * WAN),))
    county.refuses("plan", "P1", draft, "rrb", NotAttestedError, "A01", "duplicate", "field_team")


@pytest.mark.parametrize(
    ("when", "at"),
    [
        ("target_missing", ("bank", "plan", "payment")),
        ("linkage_missing", ("bank", "plan", "payment")),
        ("class_barred", ("bank", "plan", "payment")),
        ("outside_bank", ("plan", "payment")),
    ],
)
def test_machine_check_without_a_point_is_made_at_each(when: str, at: tuple[str, ...]) -> None:
    profile = parse(text_with({}, f'check = "machine"\nwhen = "{when}"\n'), "changed").profile
    extra = next(bar for bar in bars(profile) if bar.id == "extra")
    assert (extra.when, extra.at) == (when, at)


def test_bank_wants_a_target_where_nothing_says_at_which_point(ledger: Ledger) -> None:
    county = ruled(ledger, ban='check = "machine"\nwhen = "target_missing"\n')
    goes_to(county, "bank")
    county.attests("A01", "duplicate", "field_team")
    county.ask("project", "A01", LINKAGE, "village_committee")
    words = ("A01", "extra", "village_committee", "sample, made up")
    county.refuses("project", "A01", passing("bank"), "rrb", TargetMissingError, *words)
    county.ask("project", "A01", TARGET, "village_committee")
    county.passes("A01", "bank", "rrb")


@pytest.mark.parametrize(
    "check", ['check = "attested"', 'check = "attested"\nattested_by = "rrb"', 'check = "machine"']
)
def test_ban_of_which_nothing_says_when_or_what_bars_nothing(ledger: Ledger, check: str) -> None:
    county = ruled(ledger, ban=check)
    county.receives()
    county.banks("A01")
    county.plans("P1", line(200 * WAN))
    county.releases("F1", "P1")
    county.signs("A01", 180 * WAN)
    county.lodges("A01-1", line(50 * WAN))


PAYMENT = 'check = "attested"\nattested_by = "rrb"\nat = "payment"\n'


def test_payment_waits_for_the_word_and_stops_when_it_is_taken_back(ledger: Ledger) -> None:
    county = ruled(ledger, ban=PAYMENT)
    county.receives()
    county.banks("A01")
    county.plans("P1", line(200 * WAN))
    county.releases("F1", "P1")
    county.signs("A01", 180 * WAN)
    asked = ("claim", "A01-1", claim(line(50 * WAN)), "implementing_unit")
    county.refuses(*asked, NotAttestedError, "A01", "extra", "rrb", "attest --ban extra", "sample, made up")
    county.attests("A01", "extra", "rrb")
    county.lodges("A01-1", line(50 * WAN))
    county.attests("A01", "extra", "rrb", clear=False, opinion=OPINION)
    second = ("claim", "A01-2", claim(line(5 * WAN)), "implementing_unit")
    county.refuses(*second, BannedError, "A01", "extra", OPINION, "p-rrb")


def test_start_wants_a_target_where_the_county_says_so(ledger: Ledger) -> None:
    county = ruled(ledger, changes={'blocks = "money"': 'blocks = "start"'})
    county.receives()
    goes_to(county, "bank")
    county.attests("A01", "duplicate", "field_team")
    county.ask("project", "A01", LINKAGE, "village_committee")
    county.passes("A01", "bank", "rrb")
    county.plans("P1", line(200 * WAN))
    county.releases("F1", "P1")
    signs = ("project", "A01", contract(180 * WAN), "implementing_unit")
    county.refuses(*signs, TargetMissingError, "A01", "village_committee")
    county.ask("project", "A01", TARGET, "village_committee")
    county.signs("A01", 180 * WAN)


def test_performance_rules_post_sets_the_target_where_it_names_one(ledger: Ledger) -> None:
    county = ruled(ledger, changes={'blocks = "money"': 'blocks = "money"\npost = "rrb"'})
    county.declares("A01")
    county.refuses("project", "A01", TARGET, "village_committee", WrongPostError, "rrb", "village_committee")
    county.ask("project", "A01", TARGET, "rrb")


OUTSIDE = 'check = "machine"\nwhen = "outside_bank"\n'


def test_plan_takes_no_project_from_outside_the_bank(ledger: Ledger) -> None:
    """Even where the county's order has no bank in it."""
    county = ruled(ledger, changes={'kind = "bank"': 'kind = "review"'}, ban=OUTSIDE)
    county.receives()
    county.banks("A01")
    draft = DraftPlan(year=2023, title="年度计划", lines=(line(200 * WAN),))
    county.refuses("plan", "P1", draft, "rrb", OutsideBankError, "A01", "extra", "sample, made up")


def test_project_in_the_bank_is_not_outside_of_it(ledger: Ledger) -> None:
    county = ruled(ledger, ban=OUTSIDE)
    county.receives()
    county.banks("A01")
    county.drafts("P1", line(200 * WAN))


def test_where_a_project_begins_in_the_bank_its_entry_is_checked_at_the_plan(ledger: Ledger) -> None:
    county = County(ledger, "jiashi")
    text = (POLICIES / "jiashi.toml").read_text(encoding="utf-8")
    wanted = BAN + 'check = "machine"\nwhen = "linkage_missing"\nat = "bank"\n'
    county.adopt(parse(text + wanted, "changed"))
    county.receives()
    county.declares("A01")
    draft = ("plan", "P1", DraftPlan(year=2023, title="计划", lines=(line(200 * WAN),)), "competent_department")
    county.refuses(*draft, LinkageMissingError, "A01", "extra", "competent_department")
    county.ask("project", "A01", LINKAGE, "competent_department")
    county.ask(*draft)


# Classes


def test_use_is_one_of_the_countys_classes(sample: County) -> None:
    for use in ("", "office", "Industry"):
        asked = msgspec.structs.replace(PROJECT_REQUEST, use=use)
        numbers = (repr(use), "industry, infrastructure, employment")
        sample.refuses("project", "A01", asked, "village_committee", BadInputError, "use", *numbers)
    sample.declares("A01")


BARRED = 'check = "machine"\nwhen = "class_barred"\nbarred_classes = ["employment"]\nat = "payment"\n'


def test_case_keeps_the_rules_it_began_under(sample: County) -> None:
    """A ban adopted later catches the projects that come later."""
    employment = msgspec.structs.replace(PROJECT_REQUEST, use="employment")
    sample.receives()
    sample.ask("project", "A01", employment, "village_committee")
    sample.adopt(parse(text_with({'version = "2023.1"': 'version = "2023.2"'}, BARRED), "stricter"))
    sample.refuses("project", "A02", employment, "village_committee", BarredClassError, "A02", "employment", "extra")
    sample.explains("A01")
    goes_to(sample, "bank")
    sample.passes("A01", "bank", "rrb")
    sample.plans("P1", line(200 * WAN))
    sample.releases("F1", "P1")
    sample.signs("A01", 180 * WAN)
    sample.lodges("A01-1", line(50 * WAN))
