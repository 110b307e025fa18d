"""A case under other rules: what another county would have refused, missed, found late, or asked for besides."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import permutations

import pytest

from audit.what_if import KINDS, WhatIf, what_if
from audit.what_if_desk import Other
from audit.what_if_found import GROUPS, Found
from domain.cases import CaseId, case_id, parse_case
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.policy import load, parse
from domain.policy.office import parse_office, with_office
from domain.registry import BY_KIND
from tests.domain.county import CALENDAR, POLICIES
from tests.domain.walk import Walk
from tests.places import SAMPLES
from tests.story import announce, close_year, next_year, tell

YEARS = ("guangfeng-2021", "jiashi-2022", "meilan-2023", "jinghe-2023", "maojian-2017")
CASES = (("fund", "F1"), ("plan", "P1"), ("project", "R01"), ("claim", "C1"))
# Said of every case: no fact of it could tell.
ALWAYS = "-"


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ledger]]:
    """The short year of each county."""
    place = tmp_path_factory.mktemp("years")
    ledgers = {folder: Ledger(f"sqlite:///{place}/{folder}.db") for folder in YEARS}
    for folder, ledger in ledgers.items():
        Walk.real(ledger, folder).year()
    yield ledgers
    for ledger in ledgers.values():
        ledger.close()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The sample county's story: returns, a bounce, a refund, money announced, and what 2024 made of it."""
    with Ledger(f"sqlite:///{tmp_path_factory.mktemp('story')}/ledger.db") as ledger:
        whole = tell(ledger)
        close_year(whole, 2023, "F1", "F2")
        announce(whole)
        next_year(whole)
        yield ledger


def rules(folder: str, *, office: bool = False) -> Other:
    """A county's rules, with its sample office decision where it has one."""
    policy = load(POLICIES / f"{folder.partition('-')[0]}.toml")
    file = SAMPLES / folder / "office.toml"
    read = (parse_office(file.read_text(encoding="utf-8"), folder),) if office and file.exists() else ()
    return Other(policy, with_office(policy, read), read)


def changed(county: str, *changes: tuple[str, str]) -> Other:
    """A county's rules with some of their text replaced, each piece once."""
    text = (POLICIES / f"{county}.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    policy = parse(text, "changed")
    return Other(policy, policy.profile)


def looked_at(ledger: Ledger, case: str, other: Other) -> WhatIf:
    return what_if(ledger, parse_case(case), other, CALENDAR)


def told(found: WhatIf, group: str) -> list[Found]:
    return [one for one in found.findings.found if one.group == group and one.rule != ALWAYS]


def shown(found: WhatIf, group: str) -> list[tuple[str, str]]:
    return [(one.rule, one.clause) for one in told(found, group)]


def cases_of(ledger: Ledger) -> list[str]:
    streams = dict.fromkeys(entry.stream for entry in ledger.log())
    return [one for one in streams if one.count("/") == len(CaseId._fields) - 1 and one.split("/")[1] in KINDS]


def test_a_jiashi_project_under_guangfengs_rules_lacks_the_field_survey_and_a_decision_of_its_own(
    years: dict[str, Ledger],
) -> None:
    found = looked_at(years["jiashi-2022"], "jiashi/project/R01", rules("guangfeng-2021"))
    assert shown(found, "missing") == [
        ("project.steps.village_declaration", "GF L24"),
        ("project.steps.township_review", "GF L24"),
        ("project.steps.field_survey", "GF L7, L24"),
        ("plan.approvals.leading_group", "GF L7, L24"),
        ("bans.outside_fund_rules", "GF L24"),
        ("bank.tests.scope", "GF L24"),
        ("bank.tests.feasible", "GF L24"),
        ("bank.tests.necessary", "GF L24"),
    ]
    survey, decision = told(found, "missing")[2:4]
    assert "现场调查核实" in survey.says.zh
    assert "项目联合调研督导组" in survey.wants.zh
    assert "survey_opinion" in survey.wants.zh
    assert survey.has.zh == "没有这一环节的事实"
    assert "领导小组" in decision.says.zh
    assert decision.has.en == (
        "no decision on this project by itself; approved within a plan as a whole: P1 (leading_group) 2022-03-16"
    )


def test_a_jiashi_project_under_jinghes_rules_lacks_the_benefit_linkage(years: dict[str, Ledger]) -> None:
    found = looked_at(years["jiashi-2022"], "jiashi/project/R01", rules("jinghe-2023"))
    [linkage] = [one for one in told(found, "missing") if "linkage" in one.rule]
    assert (linkage.rule, linkage.clause, linkage.case) == ("bans.no_linkage", "JH L14", "jiashi/project/R01")
    assert linkage.says.zh == "缺少联农带农机制：“没有建立联农带农机制的项目”"
    assert linkage.has.zh == "没有联农带农机制的事实"
    assert "村队" in linkage.wants.zh
    assert "填报联农带农机制" in linkage.wants.zh
    assert ("plan.approvals.finance_committee", "JH L7") in shown(found, "missing")
    [committee] = [one for one in told(found, "missing") if one.rule == "plan.approvals.finance_committee"]
    assert "领导小组（leading_group）审批" in committee.has.zh


@pytest.mark.parametrize("folder", YEARS)
def test_a_case_under_its_own_rules_shows_only_what_was_late_in_fact(years: dict[str, Ledger], folder: str) -> None:
    """The walk publishes at its end: one disclosure of Jiashi's was late there too, and its facts say so."""
    county = folder.partition("-")[0]
    late: dict[str, int] = {}
    for kind, no in CASES:
        found = looked_at(years[folder], case_id(county, kind, no), rules(folder, office=True))
        assert found.here == found.there
        assert [one.group for one in found.findings.found if one.group != "late" and one.rule != ALWAYS] == []
        assert found.findings.compared["asked"] > 0
        late |= {one.rule: one.days_late for one in told(found, "late")}
    assert late == ({"disclosures.arrivals": 3} if county == "jiashi" else {})


def test_a_long_story_under_its_own_rules_shows_only_its_own_broken_deadlines(story: Ledger) -> None:
    """Returns, claims lodged anew, bounces, refunds and carried money are asked anew, and nothing is refused."""
    late: dict[str, int] = {}
    for case in cases_of(story):
        found = looked_at(story, case, changed("sample"))
        assert {one.group for one in found.findings.found} <= {"late", "not_compared"}
        late |= {one.rule: one.days_late for one in told(found, "late")}
    assert late == {
        "deadline.fund-F2-arrival": 3,
        "deadline.claim-C2-v1-payment_centre": 1,
        "deadline.claim-C3-v1-payment_centre": 184,
        "deadline.project-S01-retention": 148,
    }


@pytest.mark.parametrize("office", [False, True], ids=["text alone", "with office decisions"])
def test_every_countys_cases_can_be_looked_at_under_every_others_rules(
    years: dict[str, Ledger], *, office: bool
) -> None:
    for here, there in permutations(YEARS, 2):
        other = rules(there, office=office)
        for kind, no in CASES:
            found = looked_at(years[here], case_id(here.partition("-")[0], kind, no), other)
            for one in found.findings.found:
                assert one.group in GROUPS
                assert one.says.zh
                assert one.says.en
                assert one.clause or one.group == "not_compared", one
            assert told(found, "not_compared") or found.findings.compared["asked"] > 0


@pytest.mark.parametrize("there", YEARS)
def test_looking_stores_nothing_and_leaves_the_kept_states_as_they_are(years: dict[str, Ledger], there: str) -> None:
    ledger = years["jiashi-2022"]
    before = list(ledger.log())
    kept = deepcopy([ledger.state(BY_KIND[kind], case_id("jiashi", kind, no)) for kind, no in CASES])
    for kind, no in CASES:
        looked_at(ledger, case_id("jiashi", kind, no), rules(there, office=True))
    assert list(ledger.log()) == before
    assert [ledger.state(BY_KIND[kind], case_id("jiashi", kind, no)) for kind, no in CASES] == kept


def test_a_shorter_deadline_elsewhere_is_late_by_its_days(years: dict[str, Ledger]) -> None:
    """The arrival of 5 March was reported on the 6th and noticed on the 7th."""
    found = looked_at(years["jiashi-2022"], "jiashi/fund/F1", changed("jiashi", ("count = 3", "count = 1")))
    [late] = [one for one in told(found, "late") if one.rule.startswith("deadline")]
    assert (late.rule, late.clause, late.days_late) == ("deadline.fund-F1-arrival", "JS L15", 1)
    assert (str(late.on), str(late.due), str(late.done)) == ("2022-03-05", "2022-03-06", "2022-03-07")
    assert "here 3 calendar days, due 2022-03-08" in late.has.en


def test_working_days_are_counted_by_the_calendar(years: dict[str, Ledger]) -> None:
    """The plan was in force on Wednesday, 16 March 2022: five working days end on the 23rd, not on the 21st."""
    other = changed("jiashi", ('count = 5\nunit = "calendar"', 'count = 5\nunit = "working"'))
    found = looked_at(years["jiashi-2022"], "jiashi/plan/P1", other)
    [due] = [one for one in told(found, "due") if one.rule.startswith("deadline")]
    assert str(due.due) == "2022-03-23"
    assert "due 2022-03-21" in due.has.en


def test_a_deadline_that_is_there_alone_is_due_elsewhere(years: dict[str, Ledger]) -> None:
    found = looked_at(years["guangfeng-2021"], "guangfeng/fund/F1", rules("jiashi-2022"))
    [arrival] = [one for one in told(found, "due") if one.rule.startswith("deadline")]
    assert (arrival.rule, arrival.clause, str(arrival.due)) == ("deadline.fund-F1-arrival", "JS L15", "2021-03-08")
    assert arrival.has.zh == "本县没有这一时限"
    assert "扶贫股" in arrival.says.zh


def test_what_would_be_made_public_elsewhere_is_named_with_its_places(years: dict[str, Ledger]) -> None:
    found = looked_at(years["jiashi-2022"], "jiashi/project/R01", rules("guangfeng-2021"))
    [public] = [one for one in told(found, "due") if one.rule == "disclosures.projects"]
    assert public.clause == "GF L26"
    assert "区级平台" in public.wants.zh
    jinghe = looked_at(years["jiashi-2022"], "jiashi/project/R01", rules("jinghe-2023"))
    [public] = [one for one in told(jinghe, "due") if one.rule.startswith("disclosures.")]
    assert public.wants.en.endswith("makes it public: a place that is not stated")


def test_a_retention_that_is_larger_elsewhere_refuses_what_was_claimed(story: Ledger) -> None:
    """30 % of a contract of 259.6 wan held back leave 181.72 wan: C3 takes more, as lodged on 1 August."""
    other = changed("sample", ("share_bp = 300", "share_bp = 3000"))
    [over] = told(looked_at(story, "sample/claim/C3", other), "refused")
    assert over.rule == "OverContract"
    assert "181720000" in over.says.en
    assert str(over.on) == "2023-08-01"
    assert {one.case for one in told(looked_at(story, "sample/project/S01", other), "refused")} == {
        "sample/claim/C3",
        "sample/claim/C4",
    }


def test_steps_taken_in_another_order_are_refused_where_that_order_holds(years: dict[str, Ledger]) -> None:
    found = looked_at(years["jinghe-2023"], "jinghe/project/R01", rules("meilan-2023", office=True))
    [order] = [one for one in told(found, "refused") if one.rule == "StepOrder"]
    assert "is at step bank, not implementation_plan" in order.says.en
    assert order.has.en == "implementation_plan on 2023-03-20"


def test_gates_of_a_claim_that_are_missing_are_each_named(years: dict[str, Ledger]) -> None:
    found = looked_at(years["maojian-2017"], "maojian/claim/C1", rules("jiashi-2022"))
    gates = [rule for rule, _ in shown(found, "missing") if rule.startswith("claims.gates")]
    assert gates == [
        f"claims.gates.{gate}"
        for gate in ("watch_post", "payment_centre", "township_finance_section", "deputy_director", "director")
    ]
    assert [rule for rule, _ in shown(found, "missing") if rule.startswith("bans")] == [
        "bans.irregular",
        "bans.out_of_scope",
    ]
    assert len(told(found, "unknown")) == 5  # Of six gates one is of the same lead: of the money.


def test_papers_that_a_claim_must_hold_elsewhere_are_missing(years: dict[str, Ledger]) -> None:
    found = looked_at(years["jiashi-2022"], "jiashi/claim/C1", rules("maojian-2017", office=True))
    [papers] = [one for one in told(found, "missing") if one.rule == "ClaimContent"]
    assert "application, related_files, measures, plan" in papers.says.en
    assert "由项目实施单位（" in papers.has.zh
    assert papers.clause.startswith("MJ L2, L7")


def test_posts_are_compared_by_name_then_by_lead_and_else_said_not_to_be(years: dict[str, Ledger]) -> None:
    """Jiashi knows no planner's post; but who plans in Maojian is of the money's lead, and here of the business's."""
    lead = looked_at(years["jiashi-2022"], "jiashi/plan/P1", rules("maojian-2017", office=True))
    assert [one.says.en for one in told(lead, "refused") if one.rule == "posts"] == [
        "draft a plan is for planner of the coordination office (sample) (coordination_planner) there"
    ]
    name = looked_at(years["maojian-2017"], "maojian/project/R01", rules("jinghe-2023", office=True))
    [bank] = [one for one in told(name, "refused") if "bank" in one.says.en and one.rule == "posts"]
    assert "competent_department" in bank.wants.en
    none = looked_at(years["jiashi-2022"], "jiashi/project/R01", rules("guangfeng-2021"))
    said = [one.says.zh for one in told(none, "not_compared") if one.rule == "posts"]
    assert any("项目联合调研督导组" in one and "本县没有这一岗位" in one for one in said)


def test_a_share_that_another_version_asks_for_refuses_the_plan(years: dict[str, Ledger]) -> None:
    """The year's one project is of industry: a share of infrastructure has nothing, and no reason is given."""
    [share] = told(looked_at(years["jinghe-2023"], "jinghe/plan/P1", another_share()), "refused")
    assert (share.rule, share.clause) == ("ratios.central_industry_share", "JH L5, L17")
    assert "must have at least 50.00%" in share.says.en


def another_share() -> Other:
    """Jinghe's rules with a share of another class."""
    text = (POLICIES / "jinghe.toml").read_text(encoding="utf-8")
    before, rest = text.split("[ratios.numerator]")
    policy = parse(before + "[ratios.numerator]" + rest.replace('"industry"', '"infrastructure"', 1), "another share")
    return Other(policy, policy.profile)


def test_names_that_mean_nothing_here_are_not_compared(years: dict[str, Ledger]) -> None:
    found = looked_at(years["jiashi-2022"], "jiashi/project/R01", rules("guangfeng-2021", office=True))
    said = {one.rule: one.says.en for one in told(found, "not_compared")}
    assert said["ratios.industry_share"] == "it counts industry, which are no names of this county's"
    assert "floors.key_village" in said
    assert "'other' is none of" in said["use"]
    found = looked_at(years["jiashi-2022"], "jiashi/fund/F1", rules("guangfeng-2021"))
    assert [one.rule for one in told(found, "not_compared")] == ["receipt"]


@pytest.mark.parametrize("case", ["jiashi/project/R99", "jiashi/meeting/M-leading_group", "nowhere/fund/F1"])
def test_no_such_case_and_a_kind_without_rules_are_refused(years: dict[str, Ledger], case: str) -> None:
    with pytest.raises(BadInputError):
        looked_at(years["jiashi-2022"], case, rules("guangfeng-2021"))
