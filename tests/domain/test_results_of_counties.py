"""Performance and linkage as each county's text has them: who acts, what waits, what is refused, by which line."""

from datetime import date, timedelta

import msgspec
import pytest

from domain.disclosure_facts import DisclosureArose
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.obligation_facts import ObligationOpened
from domain.performance import PERFORMANCE
from domain.performance_facts import LinkageRecorded, PerformanceOpened, Reached, ResultEvaluated
from domain.performance_refusals import (
    ModeError,
    NotABeneficiaryError,
    NotAnswerableError,
    OperatorMissingError,
    OutOfOrderError,
    PaperMissingError,
)
from domain.policy import PolicyError, parse
from domain.policy.bars import bars
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import TargetSet
from domain.requests import (
    Aim,
    Came,
    ClosePerformance,
    ConfirmHousehold,
    CorrectDeviation,
    EvaluateResult,
    ExplainShortfall,
    FindWeakness,
    Helped,
    HoldToAccount,
    MendWeakness,
    MonitorResult,
    RecordLinkage,
    ReportDuty,
    SetMeasures,
    SetTarget,
)
from tests.domain.county import DAY, PAPER, POLICIES, TARGET, County, line
from tests.domain.given import WAN
from tests.domain.results import adopted_profile, county_of, declares, passes_until

Row = pytest.mark.row
AIMS = SetMeasures(measures=(Aim("产量", "吨", 300),))


def followed(county: County, setter: str = "") -> str:
    """Declare A01 and set its target and measures; return who declared."""
    declared = declares(county)
    county.ask("project", "A01", TARGET, setter or declared)
    county.ask("performance", "A01", AIMS, setter or declared)
    return declared


def waits(county: County) -> list[tuple[str, str]]:
    return county.waits(PERFORMANCE, "A01")


def evaluation(county: County, tons: int = 300, *reached: Helped, record: str = PAPER) -> EvaluateResult:
    year, values = county.today.year, (Came("产量", tons),)
    return EvaluateResult(year=year, grade="良", score=86, values=values, reached=reached, record=record)


def opened(county: County) -> PerformanceOpened:
    fact = county.state(PERFORMANCE, "A01").opened
    assert isinstance(fact, PerformanceOpened)
    return fact


def linkage(*groups: tuple[str, int], mode: str = "样例方式", operator: str = "", record: str = PAPER) -> RecordLinkage:
    reached = tuple(Helped(group, count) for group, count in groups)
    return RecordLinkage(modes=(mode,), reached=reached, operator=operator, record=record)


# The target opens the case: a connection, and no second target


@Row("PF-01", "GF")
@Row("PF-01", "JS")
@Row("PF-01", "JH")
@Row("PF-02", "GF")
@Row("PF-02", "JS")
@Row("PF-02", "JH")
@pytest.mark.parametrize(
    ("folder", "clause"), [("guangfeng-2021", "GF L26"), ("jiashi-2022", "JS L20"), ("jinghe-2023", "JH L7")]
)
def test_target_rests_on_the_texts_line_and_opens_the_results(ledger: Ledger, folder: str, clause: str) -> None:
    county = county_of(ledger, folder)
    post = declares(county)
    recorded = county.ask("project", "A01", TARGET, post)
    assert [type(r.fact) for r in recorded] == [TargetSet, PerformanceOpened]
    assert [r.fact.act.clause for r in recorded] == [clause, clause]
    # The later target is the project's own; the results go on.
    again = county.ask("project", "A01", SetTarget(target="年产四百吨"), post)
    assert [type(r.fact) for r in again] == [TargetSet]
    # No text but one makes it a gate: the project goes on without.
    wanted = {bar.when for bar in bars(adopted_profile(county))}
    assert "target_missing" not in wanted


@Row("PF-01", "ML")
@Row("PF-02", "ML")
def test_meilans_target_is_the_money_gate_and_covers_every_project(ledger: Ledger) -> None:
    county = county_of(ledger, "meilan-2023")
    followed(county)
    assert opened(county).act.clause == "ML L19, L22"
    assert county.state(PROJECT, "A01").checks.target.act.clause == "ML L22"
    gates = [bar.at for bar in bars(adopted_profile(county)) if bar.id == "target"]
    assert gates == [("plan",)]


@Row("PF-02", "MJ")
def test_maojian_has_no_rule_on_targets_and_follows_every_kind_of_fund(ledger: Ledger) -> None:
    county = county_of(ledger, "maojian-2017")
    post = declares(county)
    (_, started) = county.ask("project", "A01", TARGET, post)
    assert started.fact.act.clause == "MJ L7"
    profile = adopted_profile(county)
    assert [hook.id for hook in profile.performance if hook.phase == "coverage"] == ["coverage"]


# Measures (PF-08)


@Row("PF-08", "GF")
@Row("PF-08", "JS")
@Row("PF-08", "JH")
@Row("PF-08", "MJ")
@pytest.mark.parametrize(
    ("folder", "measure"),
    [
        ("guangfeng-2021", "measures"),
        ("jiashi-2022", "payment_rate"),
        ("jinghe-2023", "measures"),
        ("maojian-2017", "measures"),
    ],
)
def test_measure_serves_one_of_the_countys_own(ledger: Ledger, folder: str, measure: str) -> None:
    county = county_of(ledger, folder)
    post = declares(county)
    wrong = SetMeasures(measures=(Aim("亩数", "亩", 500, of="area"),))
    county.refuses("performance", "A01", wrong, post, BadInputError, "area", measure)
    county.ask("performance", "A01", SetMeasures(measures=(Aim("亩数", "亩", 500, of=measure),)), post)
    assert county.state(PERFORMANCE, "A01").measures["亩数"].of == measure


def test_measure_stands_once_and_is_set_by_who_sets_the_target(ledger: Ledger) -> None:
    county = county_of(ledger, "jiashi-2022")
    post = declares(county)
    twice = SetMeasures(measures=(Aim("产量", "吨", 1), Aim("产量", "吨", 2)))
    county.refuses("performance", "A01", twice, post, BadInputError, "产量")
    county.refuses("performance", "A01", AIMS, "director", WrongPostError, post, "director", "JS L20")
    county.refuses("performance", "A99", AIMS, post, NoSuchProjectError, "A99")


# Monitoring, and the correction in the same year


@Row("PF-03", "JS")
@Row("PF-06", "JS")
def test_jiashi_monitors_on_and_offline_and_corrects_each_deviation_by_its_class(ledger: Ledger) -> None:
    county = county_of(ledger, "jiashi-2022")
    followed(county)
    year = county.today.year
    for channel in ("online", "offline"):
        look = MonitorResult(year=year, channel=channel, values=(Came("产量", 90),))
        county.ask("performance", "A01", look, "finance_bureau")
    county.refuses("performance", "A01", look, "director", WrongPostError, "finance_bureau", "JS L20")
    early = MonitorResult(year=year + 1, channel="online")
    county.refuses("performance", "A01", early, "finance_bureau", BadInputError, year + 1)
    late = MonitorResult(year=year, channel="online", deviation="进度滞后")
    county.ask("performance", "A01", late, "finance_bureau")
    assert ("correct:3", "finance_bureau") in waits(county)
    task = opened(county).terms.correction
    assert task is not None
    # "Prompt" makes no timer.
    assert task.limit == "prompt"
    assert not [no for no in county.clocks() if no.startswith("performance")]
    mend = CorrectDeviation(number=3, handling="限期整改", words="加派人手")
    county.refuses("performance", "A01", mend, "director", WrongPostError, "finance_bureau", "JS L20")
    county.ask("performance", "A01", mend, "finance_bureau")
    assert ("correct:3", "finance_bureau") not in waits(county)


@Row("PF-03", "JH")
def test_jinghe_monitors_and_has_no_rule_on_correction(ledger: Ledger) -> None:
    county = county_of(ledger, "jinghe-2023")
    followed(county)
    look = MonitorResult(year=county.today.year, channel="offline", deviation="进度滞后")
    county.ask("performance", "A01", look, "finance_side")
    assert [step for step, _ in waits(county)] == ["record-linkage", "evaluate"]
    mend = CorrectDeviation(number=1, handling="限期整改", words="加派人手")
    county.refuses("performance", "A01", mend, "finance_side", NoRuleStatedError, "performance.correction")


@Row("PF-03", "ML")
@Row("RO-04", "ML")
@Row("LG-01", "ML")
def test_meilans_leading_group_follows_up_and_those_who_answer_explain(ledger: Ledger) -> None:
    county = county_of(ledger, "meilan-2023")
    followed(county)
    look = MonitorResult(year=county.today.year, channel="offline", deviation="支出缓慢")
    county.refuses("performance", "A01", look, "rrb", WrongPostError, "leading_group", "ML L21")
    county.ask("performance", "A01", look, "leading_group")
    assert waits(county) == [
        ("explain:supervision", "competent_department"),
        ("explain:construction_ledger", "project_unit"),
    ]
    why = ExplainShortfall(duty="supervision", words="雨季停工")
    county.refuses("performance", "A01", why, "project_unit", WrongPostError, "competent_department", "ML L22")
    county.refuses(
        *("performance", "A01", msgspec.structs.replace(why, duty="x"), "project_unit", BadInputError),
        "supervision",
    )
    county.ask("performance", "A01", why, "competent_department")
    county.ask("performance", "A01", ExplainShortfall(duty="construction_ledger", words="台账已补"), "project_unit")
    assert waits(county) == []
    # The text evaluates nothing: who follows up closes.
    county.refuses("performance", "A01", evaluation(county), "leading_group", NoRuleStatedError, "evaluation")
    county.ask("performance", "A01", ClosePerformance(words="项目已验收"), "leading_group")


def test_counted_correction_has_its_clock(ledger: Ledger) -> None:
    text = (POLICIES / "jiashi.toml").read_text(encoding="utf-8")
    prompt = 'id = "performance_correction"\nkind = "prompt"'
    assert text.count(prompt) == 1
    counted = prompt.replace('"prompt"', '"counted"\ncount = 5\nunit = "calendar"\nstart = "anomaly_found"')
    county = County(ledger, "jiashi", date(2022, 3, 1))
    county.adopt(parse(text.replace(prompt, counted), "changed"))
    followed(county)
    look = MonitorResult(year=2022, channel="online", deviation="进度滞后")
    county.ask("performance", "A01", look, "finance_bureau")
    clock = county.clock("performance-A01-correct-1")
    assert (clock.due_on, clock.responsible) == (date(2022, 3, 6), "finance_bureau")
    county.ask("performance", "A01", CorrectDeviation(number=1, handling="整改", words="已改"), "finance_bureau")
    assert county.state(OBLIGATION, "performance-A01-correct-1").ended


# Evaluation, third parties, and who answers


@Row("PF-04", "JS")
@Row("PF-07", "JS")
@Row("RO-04", "JS")
@Row("RO-05", "JS")
def test_jiashis_third_party_evaluates_on_paper_and_no_result_is_answered_for(ledger: Ledger) -> None:
    county = county_of(ledger, "jiashi-2022")
    followed(county)
    county.refuses("performance", "A01", evaluation(county), "finance_bureau", WrongPostError, "third_party_team")
    blank = evaluation(county, record="")
    county.refuses("performance", "A01", blank, "third_party_team", PaperMissingError, "third_party_team", "JS L20")
    recorded, *disclosed = county.ask("performance", "A01", evaluation(county, 200), "third_party_team")
    assert isinstance(recorded.fact, ResultEvaluated)
    assert {type(r.fact) for r in disclosed} == {DisclosureArose, ObligationOpened}
    assert (recorded.fact.evaluator, recorded.fact.missed) == ("third_party_team", ("产量",))
    assert waits(county) == [
        ("explain:overall", "director"),
        ("explain:concrete", "deputy_director"),
        ("explain:chief_watch", "chief_watch_post"),
        ("account", "finance_bureau"),
    ]
    account = HoldToAccount(accountable="rrb", words="约谈")
    said = ("rrb", "chief_watch_post, deputy_director, director", "JS L20")
    county.refuses("performance", "A01", account, "finance_bureau", NotAnswerableError, *said)
    held = HoldToAccount(accountable="deputy_director", words="约谈")
    county.refuses("performance", "A01", held, "director", WrongPostError, "finance_bureau")
    county.ask("performance", "A01", held, "finance_bureau")
    for duty, post in (("overall", "director"), ("concrete", "deputy_director"), ("chief_watch", "chief_watch_post")):
        county.ask("performance", "A01", ExplainShortfall(duty=duty, words="旱情"), post)
    county.refuses("performance", "A01", ClosePerformance(words="办结"), "director", WrongPostError, "third_party_team")
    county.ask("performance", "A01", ClosePerformance(words="办结"), "third_party_team")


@Row("PF-04", "GF")
@Row("PF-07", "GF")
def test_guangfengs_appraisal_leads_to_accountability_of_a_post_of_its_own(ledger: Ledger) -> None:
    county = county_of(ledger, "guangfeng-2021")
    followed(county)
    (recorded,) = county.ask("performance", "A01", evaluation(county, 200, record=""), "finance_bureau")
    assert recorded.fact.act.clause.startswith("GF L26; office decision 样例")
    assert ("account", "leading_group") in waits(county)
    outside = HoldToAccount(accountable="planning_institute", words="约谈")
    county.refuses("performance", "A01", outside, "leading_group", NotAnswerableError, "planning_institute", "GF L26")
    county.ask("performance", "A01", HoldToAccount(accountable="rrb", words="约谈"), "leading_group")
    assert ("account", "leading_group") not in waits(county)
    county.refuses(
        *("performance", "A01", CorrectDeviation(number=1, handling="x", words="x"), "rrb", NoRuleStatedError),
        "performance.correction",
    )


@Row("PF-04", "JH")
def test_jinghe_evaluates_afterwards_and_holds_nobody_to_account(ledger: Ledger) -> None:
    county = county_of(ledger, "jinghe-2023")
    followed(county)
    county.ask("performance", "A01", evaluation(county, 200), "competent_department")
    assert [step for step, _ in waits(county)] == ["record-linkage"]
    account = HoldToAccount(accountable="township", words="约谈")
    county.refuses("performance", "A01", account, "competent_department", NoRuleStatedError, "accountability")


@Row("PF-04", "MJ")
@Row("RO-05", "MJ")
@Row("RO-04", "MJ")
@Row("RV-03", "MJ")
def test_maojians_agency_evaluates_and_those_who_answer_for_the_claim_explain(ledger: Ledger) -> None:
    county = county_of(ledger, "maojian-2017")
    followed(county)
    blank = evaluation(county, record="")
    county.refuses("performance", "A01", blank, "evaluation_agency", PaperMissingError, "MJ L7")
    (recorded,) = county.ask("performance", "A01", evaluation(county, 200), "evaluation_agency")
    assert recorded.fact.evaluator == "evaluation_agency"
    assert waits(county) == [
        ("explain:user_claims", "money_user"),
        ("explain:claim_truth", "competent_department"),
        ("record-linkage", "market_entities"),
    ]
    county.ask("performance", "A01", ExplainShortfall(duty="claim_truth", words="凭证延误"), "competent_department")
    county.ask("performance", "A01", ExplainShortfall(duty="user_claims", words="施工延误"), "money_user")
    monitor = MonitorResult(year=2017, channel="online")
    county.refuses("performance", "A01", monitor, "evaluation_agency", NoRuleStatedError, "performance.monitoring")


PERFORMED = [
    pytest.param("guangfeng-2021", "master_planning", "planning_institute", "GF L20", marks=Row("RO-05", "GF")),
    pytest.param("jiashi-2022", "performance_review", "third_party_team", "JS L20", marks=Row("RO-05", "JS")),
    pytest.param(
        *("maojian-2017", "village_projects", "third_party", "MJ L7"),
        marks=[Row("RO-05", "MJ"), Row("RV-09", "MJ"), Row("LC-18", "MJ")],
    ),
    pytest.param(
        *("maojian-2017", "evaluation", "evaluation_agency", "MJ L7"), marks=[Row("RO-05", "MJ"), Row("PF-04", "MJ")]
    ),
]


@pytest.mark.parametrize(("folder", "duty", "post", "clause"), PERFORMED)
def test_outside_party_hands_in_its_work_with_its_paper(
    ledger: Ledger, folder: str, duty: str, post: str, clause: str
) -> None:
    county = county_of(ledger, folder)
    declares(county)
    work = ReportDuty(duty=duty, words="已完成", record=PAPER)
    county.refuses("performance", "A01", work, "anybody", WrongPostError, post, clause)
    blank = msgspec.structs.replace(work, record="")
    county.refuses("performance", "A01", blank, post, PaperMissingError, post, clause)
    recorded = county.ask("performance", "A01", work, post)
    assert recorded[-1].fact.performer == post
    other = msgspec.structs.replace(work, duty="cooking")
    county.refuses("performance", "A01", other, post, BadInputError, "cooking", duty)


@Row("RO-03", "JS")
def test_jiashis_rrb_performs_its_part_without_a_paper_of_its_own(ledger: Ledger) -> None:
    county = county_of(ledger, "jiashi-2022")
    declares(county)
    county.ask("performance", "A01", ReportDuty(duty="surplus_business", words="参与清查"), "rrb")
    answers = ReportDuty(duty="overall", words="负总责")
    county.refuses("performance", "A01", answers, "director", BadInputError, "overall", "surplus_business")


# Groups


GROUPS = [
    pytest.param(
        *("guangfeng-2021", "finance_bureau", ("lifted_out", "three_categories")),
        ("key_village", "lifted_out_village", "non_poor_village"),
        marks=[Row("RO-06", "GF"), Row("FD-12", "GF"), Row("FD-13", "GF")],
    ),
    pytest.param(
        *("maojian-2017", "evaluation_agency", ("poor_households",), ("poor_villages",)),
        marks=[Row("RO-06", "MJ"), Row("FD-29", "MJ")],
    ),
    pytest.param(
        *("jinghe-2023", "competent_department", ("lifted_out", "monitored", "other_households"), ()),
        marks=Row("RO-06", "JH"),
    ),
]


@pytest.mark.parametrize(("folder", "post", "people", "villages"), GROUPS)
def test_people_are_counted_by_household_and_villages_apart(
    ledger: Ledger, folder: str, post: str, people: tuple[str, ...], villages: tuple[str, ...]
) -> None:
    county = county_of(ledger, folder)
    followed(county)
    reached = tuple(Helped(group, 10) for group in people) + tuple(Helped(group, 1) for group in villages)
    for group in (*people, *villages):
        twice = evaluation(county, 300, *reached, Helped(group, 1))
        county.refuses("performance", "A01", twice, post, BadInputError, group)
    unknown = evaluation(county, 300, Helped("everybody", 1))
    county.refuses("performance", "A01", unknown, post, NotABeneficiaryError, "everybody", people[0])
    (recorded,) = county.ask("performance", "A01", evaluation(county, 300, *reached), post)
    assert (recorded.fact.households, recorded.fact.villages) == (10 * len(people), len(villages))


@Row("RO-06", "ML")
@Row("FD-14", "ML")
def test_meilans_linkage_reaches_people_and_no_village(ledger: Ledger) -> None:
    county = county_of(ledger, "meilan-2023")
    declares(county)
    done = linkage(("farm_households", 5), ("lifted_out", 3), ("monitored", 0))
    recorded = county.ask("performance", "A01", done, "town")
    assert [one.group for one in recorded[-1].fact.reached] == ["farm_households", "lifted_out", "monitored"]
    village = linkage(("non_poor_village", 1))
    county.refuses("performance", "A01", village, "town", NotABeneficiaryError, "non_poor_village", "ML L13")
    assert adopted_profile(county).groups[-1].of == "villages"


# Linkage: what was really done


@Row("BL-01", "GF")
@Row("BL-02", "GF")
def test_guangfengs_linkage_is_a_record_that_is_waited_for(ledger: Ledger) -> None:
    county = county_of(ledger, "guangfeng-2021")
    post = declares(county)
    wanted = [bar.when for bar in bars(adopted_profile(county))]
    assert "linkage_missing" not in wanted
    county.ask("project", "A01", TARGET, post)
    assert ("record-linkage", post) in waits(county)
    village = linkage(("key_village", 1))
    county.refuses("performance", "A01", village, post, NotABeneficiaryError, "key_village", "GF L13")
    county.refuses("performance", "A01", linkage(("lifted_out", 1)), "rrb", WrongPostError, post, "GF L13")
    done = linkage(("lifted_out", 12), ("three_categories", 4))
    (recorded,) = county.ask("performance", "A01", done, post)
    # It is the project's own.
    assert (recorded.fact.subject, recorded.fact.of, recorded.fact.act.clause) == ("project", "A01", "GF L13")
    assert ("record-linkage", post) not in waits(county)


@Row("BL-01", "ML")
@Row("BL-02", "ML")
def test_meilans_linkage_is_a_wish_that_nobody_waits_for(ledger: Ledger) -> None:
    county = county_of(ledger, "meilan-2023")
    followed(county)
    passes_until(county, "bank")
    assert [step for step, _ in waits(county) if step == "record-linkage"] == []
    assert not [bar for bar in bars(adopted_profile(county)) if bar.when == "linkage_missing"]
    done = linkage(("farm_households", 5), ("lifted_out", 3), ("monitored", 1))
    (recorded,) = county.ask("performance", "A01", done, "town")
    assert recorded.fact.act.clause == "ML L13, L19"
    assert [one.rank for one in recorded.fact.reached] == [0, 0, 0]


JH_MODES = ["订单生产", "entrusted raising", "产品代销", "保护价收购 / protective price", "jobs", "乡村公益性岗位"]


@Row("BL-01", "JH")
@Row("BL-02", "JH")
@Row("BL-03", "JH")
@Row("BL-04", "JH")
def test_jinghes_operator_delivers_by_named_modes_to_groups_in_their_order(ledger: Ledger) -> None:
    county = county_of(ledger, "jinghe-2023")
    post = declares(county)
    gates = [bar.id for bar in bars(adopted_profile(county)) if bar.when == "linkage_missing"]
    assert gates == ["no_linkage", "linkage", "standing"]
    done = RecordLinkage(modes=tuple(JH_MODES), reached=(Helped("lifted_out", 9),), operator="合作社", record=PAPER)
    change = msgspec.structs.replace
    county.refuses("performance", "A01", change(done, operator=" "), post, OperatorMissingError, "A01", "JH L11")
    county.refuses("performance", "A01", change(done, modes=("送米",)), post, ModeError, "送米", "jobs", "JH L13")
    others = change(done, reached=(Helped("other_households", 2),))
    county.refuses("performance", "A01", others, post, OutOfOrderError, "lifted_out", "JH L10")
    skips = change(done, reached=(Helped("lifted_out", 2), Helped("other_households", 2)))
    county.refuses("performance", "A01", skips, post, OutOfOrderError, "monitored", "other_households", "JH L10")
    recorded = county.ask("performance", "A01", done, post)
    fact = recorded[-1].fact
    assert isinstance(fact, LinkageRecorded)
    assert fact.reached == (Reached("lifted_out", 9, 1),)
    assert fact.modes == tuple(next(rule.modes for rule in adopted_profile(county).linkage if rule.modes))
    assert (fact.subject, fact.of) == ("project", "A01")
    # Nobody of the second group is there; somebody says so, and the others may follow.
    none = change(skips, reached=(Helped("monitored", 0), Helped("other_households", 2)), reason="本村无监测对象")
    (later,) = county.ask("performance", "A01", none, post)
    assert [one.rank for one in later.fact.reached] == [2, 3]


@Row("BL-05", "JH")
@Row("BL-04", "JH")
def test_jinghes_weak_linkage_is_put_right_by_the_operator(ledger: Ledger) -> None:
    county = county_of(ledger, "jinghe-2023")
    followed(county)
    weak = FindWeakness(words="只带动两户")
    county.refuses("performance", "A01", weak, "township", WrongPostError, "industry_departments", "JH L14")
    (found,) = county.ask("performance", "A01", weak, "industry_departments")
    assert (found.fact.subject, found.fact.of) == ("project", "A01")
    assert (found.fact.effect, found.fact.effect_on) == ("rectify", "A01")
    assert ("mend", "operator") in waits(county)
    mend = MendWeakness(words="增签订单二十户", record=PAPER)
    county.refuses("performance", "A01", mend, "township", WrongPostError, "operator", "JH L11")
    blank = MendWeakness(words="增签订单二十户")
    county.refuses("performance", "A01", blank, "operator", PaperMissingError, "operator", "JH L11")
    county.ask("performance", "A01", mend, "operator")
    assert ("mend", "operator") not in waits(county)


@Row("BL-01", "MJ")
@Row("BL-02", "MJ")
@Row("BL-03", "MJ")
def test_maojians_market_entity_reports_and_a_person_confirms_each_household(ledger: Ledger) -> None:
    county = county_of(ledger, "maojian-2017")
    declares(county)
    done = linkage(("poor_households", 2), mode="龙头企业、合作社、能人大户带动", operator="样例茶叶合作社")
    change = msgspec.structs.replace
    post = "market_entities"
    county.refuses("performance", "A01", done, "village", WrongPostError, post, "MJ L5")
    county.refuses("performance", "A01", change(done, record=""), post, PaperMissingError, post, "MJ L5")
    county.refuses("performance", "A01", change(done, operator=""), post, OperatorMissingError, "MJ L5")
    county.refuses("performance", "A01", change(done, modes=("送米",)), post, ModeError, "送米", "MJ L5")
    (_, recorded) = county.ask("performance", "A01", done, post)
    assert (recorded.fact.subject, recorded.fact.of) == ("operator", "样例茶叶合作社")
    assert recorded.fact.reached == (Reached("poor_households", 2, 1),)
    household = ConfirmHousehold(household="H-1", group="poor_households", operator="样例茶叶合作社", record=PAPER)
    county.refuses("performance", "A01", household, "village", WrongPostError, "township")
    other = change(household, group="poor_villages")
    county.refuses("performance", "A01", other, "township", NotABeneficiaryError, "poor_villages", "MJ L5")
    (confirmed,) = county.ask("performance", "A01", household, "township")
    assert confirmed.fact.instrument == "household_award"


@pytest.mark.parametrize(
    ("folder", "request_", "key"),
    [
        ("jiashi-2022", linkage(("lifted_out", 1)), "linkage.standing"),
        ("jiashi-2022", FindWeakness(words="弱"), "linkage.weak"),
        ("guangfeng-2021", FindWeakness(words="弱"), "linkage.weak"),
        ("meilan-2023", MendWeakness(words="改"), "linkage.operator"),
        (
            "jinghe-2023",
            ConfirmHousehold(household="H-1", group="lifted_out", operator="合作社", record=PAPER),
            "linkage.standing.effect",
        ),
    ],
)
def test_what_a_text_does_not_have_is_not_there(ledger: Ledger, folder: str, request_: RecordLinkage, key: str) -> None:
    county = county_of(ledger, folder)
    post = declares(county)
    county.refuses("performance", "A01", request_, post, NoRuleStatedError, key)


# The days of monitoring and evaluation

DATED = """[[performance]]
id = "monitoring"
phase = "monitoring"
zh = "样例监控"
en = "monitoring"
post = "finance_section"
source = "sample"

[performance.deadline]
id = "monitoring"
kind = "counted"
count = 10
unit = "calendar"
start = "built"
source = "sample"

[[performance]]
id = "evaluation"
phase = "evaluation"
zh = "样例评价"
en = "evaluation"
post = "rrb"
source = "sample"

[performance.deadline]
id = "evaluation"
kind = "counted"
count = 60
unit = "calendar"
start = "accepted"
responsible = "leading_group"
source = "sample"

"""


def test_monitoring_and_evaluation_have_days_from_the_projects_own_steps(ledger: Ledger) -> None:
    text, title = (POLICIES / "sample.toml").read_text(encoding="utf-8"), '[[assets]]\nid = "title"'
    assert text.count(title) == 1
    county = County(ledger, "sample")
    county.adopt(parse(text.replace(title, DATED + title), "with days"))
    county.receives()
    county.banks("A01")
    county.plans("P1", line(200 * WAN))
    county.releases("F1", "P1")
    county.signs("A01", 180 * WAN)
    assert not [no for no in county.clocks() if no.startswith("performance")]
    county.passes("A01", "build", "implementing_unit", record=PAPER)
    watched = county.clock("performance-A01-monitoring")
    assert (watched.due_on - DAY, watched.responsible) == (timedelta(days=10), "finance_section")
    assert watched.case == "sample/performance/A01"
    county.passes("A01", "accept", "competent_department", record=PAPER)
    judged = county.clock("performance-A01-evaluation")
    assert (judged.due_on - DAY, judged.responsible) == (timedelta(days=60), "leading_group")
    county.ask("performance", "A01", MonitorResult(year=DAY.year, channel="online"), "finance_section")
    assert county.state(OBLIGATION, "performance-A01-monitoring").ended == "met"
    county.ask("performance", "A01", EvaluateResult(year=DAY.year, grade="良", values=()), "rrb")
    assert county.state(OBLIGATION, "performance-A01-evaluation").ended == "met"


def test_days_of_a_result_run_from_nothing_else() -> None:
    text, title = (POLICIES / "sample.toml").read_text(encoding="utf-8"), '[[assets]]\nid = "title"'
    wrong = DATED.replace('start = "built"', 'start = "notified"')
    with pytest.raises(PolicyError, match="built / accepted"):
        parse(text.replace(title, wrong + title), "with days")
