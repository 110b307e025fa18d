"""What each of the five texts has disclosed: upon what, by whom, where, by when; objections, the hotline, blocking."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from domain.act import RepeatDiffersError
from domain.disclosure import DISCLOSURE
from domain.disclosure_facts import BY_HAND, ObjectionRaised, PublicityBegan, PublicityResumed
from domain.disclosure_refusals import (
    MustBePublicError,
    NoSuchDisclosureError,
    NotDisclosedError,
    StillPublicError,
    UnknownPlaceError,
)
from domain.errors import BadInputError
from domain.hotline import HOTLINE, AnsweredError, NoSuchReportError
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.policy import PolicyError, load, parse
from domain.policy.office import Office, parse_office
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.requests import (
    AnswerReport,
    EnterDisclosure,
    PublishDisclosure,
    RaiseObjection,
    RuleObjection,
    TakeDownDisclosure,
    TakeReport,
    WithdrawDisclosure,
)
from tests.domain.county import POLICIES
from tests.domain.disclosed import ADDRESS, Disclosing, office_of
from tests.domain.walk import PROJECT_NO

PORTAL = "政府门户网站专栏 / own column on the government portal"
LEVELS = ["区级平台 / district platform", "乡级平台 / township platform", "村级平台 / village platform"]
JIASHI_RULE = "新扶贫领字〔2018〕27号"
HAINAN_RULE = "海南省扶贫办、海南省财政厅 琼扶办发〔2018〕184号"
PROJECT_ENTRY = "projects-project_arranged-R01"
NOTICES = "three_notices_one_announcement-project_declared-R01"
OBJECTION = RaiseObjection(words="户数与实际不符")
REASON = "核实无误"
Opens = Callable[..., Disclosing]


@pytest.fixture
def opens(ledger: Ledger) -> Opens:
    """Open one of the five counties."""
    return lambda name, *offices: Disclosing.opened(ledger, name, *offices)


def filled(county: str, *lines: str) -> tuple[Office, ...]:
    """Return the county's sample office decision, and another that fills more."""
    head = (
        f'[decision]\ncounty = "{county}"\nno = "样例补〔1〕"\ndate = 2017-01-02\nsource = "made up"\nsample = true\n'
    )
    return (*office_of(county), parse_office("\n".join((head, *lines)), "made up"))


# Jiashi: policies, arrivals, allocations, performance; a column of the portal; within 20 days; a hotline; a register


@pytest.mark.row("DS-01", "JS")
@pytest.mark.row("DS-06", "JS")
def test_jiashis_register_has_policies_arrivals_and_allocations_as_they_arise(opens: Opens) -> None:
    jiashi = opens("jiashi")
    jiashi.planned()
    found = {no: (arose.what, arose.terms.post, arose.terms.mandatory) for no, arose in jiashi.entries().items()}
    assert found == {
        "policies-policy_adopted-2022.1": ("policy_adopted", "finance_bureau", False),
        "arrivals-fund_arrived-F1": ("fund_arrived", "finance_bureau", False),
        "allocations-plan_in_force-P1": ("plan_in_force", "finance_bureau", False),
    }
    assert [rule.upon for rule in jiashi.profile.disclosures if rule.id == "performance"] == [
        ("performance_evaluated",)
    ]


@pytest.mark.row("DS-03", "JS")
@pytest.mark.row("DS-01", "JS")
@pytest.mark.parametrize(
    "no", ["policies-policy_adopted-2022.1", "arrivals-fund_arrived-F1", "allocations-plan_in_force-P1", "K1"]
)
def test_jiashi_discloses_within_twenty_days_of_the_day_on_which_it_arose(opens: Opens, no: str) -> None:
    jiashi = opens("jiashi")
    jiashi.planned()
    by_hand = EnterDisclosure(rule="performance", words="2022年度项目资金绩效评价结果")
    jiashi.county.ask("disclosure", "K1", by_hand, "finance_bureau")
    clock, arose = jiashi.county.clock(f"disclosure-{no}"), jiashi.entries()[no]
    assert (clock.trigger_on, clock.due_on) == (arose.act.occurred_on, arose.act.occurred_on + timedelta(days=20))
    assert (clock.count, clock.unit, clock.responsible) == (20, "calendar", "finance_bureau")
    assert (clock.case, clock.act.clause) == (f"jiashi/disclosure/{no}", "JS L32")
    jiashi.publish(no, PORTAL, "finance_bureau")
    assert jiashi.county.state(OBLIGATION, f"disclosure-{no}").ended == "met"


@pytest.mark.row("DS-03", "JS")
def test_publication_that_is_entered_late_is_late_whatever_day_it_states(opens: Opens) -> None:
    jiashi = opens("jiashi")
    jiashi.receive()
    no, arose_on = "arrivals-fund_arrived-F1", jiashi.entries()["arrivals-fund_arrived-F1"].act.occurred_on
    jiashi.county.today = arose_on + timedelta(days=23)
    request = PublishDisclosure(place=PORTAL, address=ADDRESS)
    jiashi.county.ask("disclosure", no, request, "finance_bureau", on=arose_on + timedelta(days=2))
    state = jiashi.county.state(OBLIGATION, f"disclosure-{no}")
    assert (state.ended, state.breached) == ("met late", True)


@pytest.mark.row("DS-02", "JS")
@pytest.mark.row("DS-01", "JS")
@pytest.mark.parametrize("rule", ["policies", "arrivals", "allocations", "performance"])
def test_jiashi_discloses_in_its_column_of_the_portal_by_the_finance_bureau(opens: Opens, rule: str) -> None:
    jiashi = opens("jiashi")
    jiashi.county.ask("disclosure", "K1", EnterDisclosure(rule=rule, words="补录"), "finance_bureau")
    elsewhere = PublishDisclosure(place="报纸", address=ADDRESS)
    jiashi.county.refuses("disclosure", "K1", elsewhere, "finance_bureau", UnknownPlaceError, "报纸", "JS L32")
    there = PublishDisclosure(place=PORTAL, address=ADDRESS)
    jiashi.county.refuses("disclosure", "K1", there, "poverty_section", WrongPostError, "finance_bureau")
    jiashi.publish("K1", PORTAL, "finance_bureau")
    assert DISCLOSURE.closed(jiashi.entry("K1"))


@pytest.mark.row("DS-07", "JS")
@pytest.mark.row("DS-08", "JS")
@pytest.mark.parametrize("rule", ["policies", "arrivals", "allocations", "performance"])
def test_jiashis_entries_name_the_outside_rule_and_bar_nothing(opens: Opens, rule: str) -> None:
    jiashi = opens("jiashi")
    jiashi.county.ask("disclosure", "K1", EnterDisclosure(rule=rule, words="补录"), "finance_bureau")
    terms = jiashi.entries()["K1"].terms
    assert (terms.reference, terms.before, terms.blocks) == (JIASHI_RULE, "", False)
    jiashi.planned()
    jiashi.go_on()
    assert jiashi.project.is_closed, "nothing was public yet, and nothing waited for it"


@pytest.mark.row("DS-06", "JS")
def test_jiashis_register_is_completed_by_hand_by_its_keeper(opens: Opens) -> None:
    jiashi = opens("jiashi").county
    request = EnterDisclosure(rule="policies", words="衔接资金管理办法")
    jiashi.refuses("disclosure", "K1", request, "poverty_section", WrongPostError, "finance_bureau", "JS L32")
    jiashi.ask("disclosure", "K1", request, "finance_bureau")
    arose = jiashi.state(DISCLOSURE, "K1").arose
    assert (arose.what, arose.words, arose.of_stream) == (BY_HAND, "衔接资金管理办法", "")
    other = EnterDisclosure(rule="policies", words="另一办法")
    jiashi.refuses("disclosure", "K1", other, "finance_bureau", RepeatDiffersError, "K1")


@pytest.mark.row("DS-05", "JS")
def test_jiashis_hotline_takes_objections_and_the_bureau_rules_on_them(opens: Opens) -> None:
    jiashi = opens("jiashi")
    jiashi.receive()
    no = "arrivals-fund_arrived-F1"
    jiashi.publish(no, PORTAL, "finance_bureau")
    jiashi.county.refuses("disclosure", no, OBJECTION, "poverty_section", WrongPostError, "finance_bureau", "JS L32")
    (raised,) = jiashi.county.ask("disclosure", no, OBJECTION, "finance_bureau")
    assert isinstance(raised.fact, ObjectionRaised)
    assert (raised.fact.channel, raised.fact.words, raised.fact.number) == ("hotline", OBJECTION.words, 1)
    ruling = RuleObjection(number=1, upheld=True, reason="核实有误")
    jiashi.county.refuses("disclosure", no, ruling, "director", WrongPostError, "finance_bureau")
    jiashi.county.ask("disclosure", no, ruling, "finance_bureau")
    assert jiashi.county.waits(DISCLOSURE, no) == [("correct", "finance_bureau")]
    jiashi.publish(no, PORTAL, "finance_bureau", corrects=1)
    assert DISCLOSURE.closed(jiashi.entry(no))


@pytest.mark.row("DS-05", "JS")
def test_jiashis_hotline_takes_reports_and_answers_each_once(opens: Opens) -> None:
    jiashi = opens("jiashi")
    jiashi.receive()
    county, taken = jiashi.county, TakeReport(words="资金到账未见公开", about="jiashi/fund/F1")
    county.refuses("hotline", "R1", taken, "poverty_section", WrongPostError, "finance_bureau", "JS L32")
    county.ask("hotline", "R1", taken, "finance_bureau")
    assert county.waits(HOTLINE, "R1") == [("answer", "finance_bureau")]
    answer = AnswerReport(founded=False, answer="已在门户网站公开")
    county.refuses("hotline", "R1", answer, "director", WrongPostError, "finance_bureau")
    county.ask("hotline", "R1", answer, "finance_bureau")
    assert HOTLINE.closed(county.state(HOTLINE, "R1"))
    again = AnswerReport(founded=True, answer="属实")
    county.refuses("hotline", "R1", again, "finance_bureau", AnsweredError, "R1", "已在门户网站公开")
    county.refuses("hotline", "R2", answer, "finance_bureau", NoSuchReportError, "R2")
    county.refuses("hotline", "R2", TakeReport(words=" "), "finance_bureau", BadInputError)
    nowhere = TakeReport(words="不实", about="jiashi/fund/F9")
    county.refuses("hotline", "R2", nowhere, "finance_bureau", BadInputError, "jiashi/fund/F9")
    county.refuses("hotline", "R1", TakeReport(words="另一件"), "finance_bureau", RepeatDiffersError, "R1")


# Guangfeng: every project that uses the funds, on the platforms of three levels, open to the public


@pytest.mark.row("DS-01", "GF")
@pytest.mark.row("DS-02", "GF")
def test_guangfengs_project_is_public_on_three_levels_or_not_at_all(opens: Opens) -> None:
    guangfeng = opens("guangfeng")
    guangfeng.planned()
    assert list(guangfeng.entries()) == [PROJECT_ENTRY]
    for place in LEVELS[:-1]:
        guangfeng.publish(PROJECT_ENTRY, place, "rrb")
        assert not DISCLOSURE.closed(guangfeng.entry(PROJECT_ENTRY))
    village = PublishDisclosure(place="村务公开栏", address=ADDRESS)
    guangfeng.county.refuses("disclosure", PROJECT_ENTRY, village, "rrb", UnknownPlaceError, *LEVELS)
    guangfeng.publish(PROJECT_ENTRY, LEVELS[-1], "rrb")
    assert DISCLOSURE.closed(guangfeng.entry(PROJECT_ENTRY))
    assert "disclosure-" not in "".join(guangfeng.county.clocks()), "the text counts no days"


@pytest.mark.row("DS-08", "GF")
def test_guangfengs_disclosure_is_mandatory_and_holds_up_nothing(opens: Opens) -> None:
    guangfeng = opens("guangfeng")
    guangfeng.planned()
    guangfeng.go_on()
    assert guangfeng.project.is_closed
    back = WithdrawDisclosure(reason="不宜公开")
    guangfeng.county.refuses("disclosure", PROJECT_ENTRY, back, "rrb", MustBePublicError, "GF L26")


@pytest.mark.row("DS-05", "GF")
def test_guangfengs_public_supervises_through_the_post_that_discloses(opens: Opens) -> None:
    guangfeng = opens("guangfeng")
    guangfeng.planned()
    for place in LEVELS:
        guangfeng.publish(PROJECT_ENTRY, place, "rrb")
    (raised,) = guangfeng.county.ask("disclosure", PROJECT_ENTRY, OBJECTION, "rrb")
    assert (raised.fact.channel, raised.fact.act.clause) == ("public", "GF L26")
    guangfeng.county.ask("disclosure", PROJECT_ENTRY, RuleObjection(number=1, upheld=False, reason=REASON), "rrb")
    # No line says who would take a report down that concerns no entry.
    guangfeng.county.refuses("hotline", "R1", TakeReport(words="路灯不亮"), "rrb", NoRuleStatedError, "GF L26")


# Meilan: four objects, by an outside rule; by whom and where is unsaid


@pytest.mark.row("DS-01", "ML")
@pytest.mark.row("DS-07", "ML")
@pytest.mark.row("DS-08", "ML")
def test_meilan_discloses_four_objects_by_the_outside_rule(opens: Opens) -> None:
    meilan = opens("meilan")
    meilan.planned()
    meilan.go_on()
    assert meilan.project.is_closed, "whether anything waits for it is unsaid"
    assert sorted(meilan.entries()) == [
        "allocations-plan_in_force-P1",
        "arrangement-project_arranged-R01",
        "bank-project_banked-R01",
        "use_results-project_closed-R01",
    ]
    for no, arose in meilan.entries().items():
        assert (arose.terms.reference, arose.terms.blocks, arose.terms.places) == (HAINAN_RULE, False, ())
        meilan.publish(no, "样例·政务公开栏", "rrb")
        assert DISCLOSURE.closed(meilan.entry(no))


@pytest.mark.row("DS-02", "ML")
def test_where_a_text_names_no_post_nobody_discloses_before_an_office_decision(opens: Opens) -> None:
    (office,) = office_of("meilan")
    silent = parse_office(office.text[: office.text.index("[profile.disclosures")], "without")
    meilan = opens("meilan", silent)
    meilan.receive()
    meilan.register()
    meilan.go_on("plan")
    no, request = "bank-project_banked-R01", PublishDisclosure(place="公开栏", address=ADDRESS)
    meilan.county.refuses("disclosure", no, request, "rrb", NoRuleStatedError, "ML L22")
    # Decided later, it fills what the text leaves open for what is in the register already.
    meilan.county.adopt(load(POLICIES / "meilan.toml"), office)
    meilan.county.ask("disclosure", no, request, "rrb")
    meilan.county.refuses("disclosure", no, OBJECTION, "rrb", NoRuleStatedError, "hotline")


# Jinghe: three notices and one announcement, before bank entry by default; Maojian: a system, contents unsaid


@pytest.mark.row("DS-01", "JH")
@pytest.mark.row("DS-08", "JH")
def test_jinghes_notices_stand_before_the_bank_and_do_not_bar_it(opens: Opens) -> None:
    jinghe = opens("jinghe")
    jinghe.receive()
    jinghe.register()
    assert list(jinghe.entries()) == [NOTICES]
    terms = jinghe.entries()[NOTICES].terms
    assert (terms.before, terms.blocks, terms.mandatory) == ("bank", False, True)
    kinds = {step.id: step.kind for step in jinghe.project.registered.terms.steps}  # type: ignore[union-attr]
    assert kinds["three_notices_one_announcement"] == "prepare"
    assert list(kinds).index("three_notices_one_announcement") < list(kinds).index("bank")
    jinghe.go_on("plan")
    assert "bank" in jinghe.project.passed_on
    back = WithdrawDisclosure(reason="不宜公开")
    jinghe.county.refuses("disclosure", NOTICES, back, "township", MustBePublicError, "JH L6")
    jinghe.publish(NOTICES, "村务公开栏", "township")
    objection = RaiseObjection(words="不对")
    jinghe.county.refuses("disclosure", NOTICES, objection, "township", NoRuleStatedError, "hotline")


@pytest.mark.row("DS-08", "JH")
def test_with_an_office_decision_that_they_bar_it_the_bank_waits_for_them(opens: Opens) -> None:
    bars = filled("jinghe", "[profile.disclosures.three_notices_one_announcement]", "blocks = true")
    jinghe = opens("jinghe", *bars)
    jinghe.receive()
    jinghe.register()
    jinghe.go_on("bank")
    step = jinghe.project.step
    assert step is not None
    with pytest.raises(NotDisclosedError) as refused:
        jinghe.go_on("plan")
    for said in (NOTICES, PROJECT_NO, "JH L6", "township"):
        assert said in refused.value.text("zh")
        assert said in refused.value.text("en")
    jinghe.publish(NOTICES, "村务公开栏", "township")
    jinghe.go_on("plan")
    assert "bank" in jinghe.project.passed_on


@pytest.mark.row("DS-01", "MJ")
@pytest.mark.row("DS-08", "MJ")
def test_maojians_system_is_filled_by_hand_and_must_be_public(opens: Opens) -> None:
    maojian = opens("maojian")
    maojian.planned()
    maojian.go_on()
    assert maojian.project.is_closed
    assert maojian.entries() == {}, "contents unsaid: nothing is disclosable by itself"
    county, request = maojian.county, EnterDisclosure(rule="system", words="统筹项目方案")
    county.refuses("disclosure", "K1", request, "village", WrongPostError, "coordination_office", "MJ L7")
    county.ask("disclosure", "K1", request, "coordination_office")
    back = WithdrawDisclosure(reason="不宜公开")
    county.refuses("disclosure", "K1", back, "coordination_office", MustBePublicError, "MJ L7")
    maojian.publish("K1", "样例·公开栏", "coordination_office")
    unknown = EnterDisclosure(rule="other", words="方案")
    county.refuses("disclosure", "K2", unknown, "coordination_office", BadInputError, "system")


# Days of publicity, which no text counts and an office decision may


def publicity(unit: str) -> tuple[Office, ...]:
    duration = f'duration = {{ id = "shown", kind = "counted", count = 7, unit = "{unit}", start = "published" }}'
    return filled("guangfeng", "[profile.disclosures.projects]", duration)


def public(opens: Opens, unit: str) -> Disclosing:
    guangfeng = opens("guangfeng", *publicity(unit))
    guangfeng.planned()
    guangfeng.county.today = date(2023, 9, 25)
    for place in LEVELS:
        guangfeng.publish(PROJECT_ENTRY, place, "rrb")
    return guangfeng


@pytest.mark.parametrize(
    ("unit", "until", "resumed"),
    # The National Day holidays of 2023: 29 September to 6 October; the 7th and 8th were worked.
    [("calendar", date(2023, 10, 2), date(2023, 10, 15)), ("working", date(2023, 10, 10), date(2023, 10, 11))],
)
def test_days_of_publicity_stop_while_an_objection_is_open(opens: Opens, unit: str, until: date, resumed: date) -> None:
    guangfeng = public(opens, unit)
    began = [e.fact.until for e in guangfeng.county.ledger.log(of=(PublicityBegan,))]
    assert began == [until]
    early = TakeDownDisclosure(reason="期满")
    guangfeng.county.refuses("disclosure", PROJECT_ENTRY, early, "rrb", StillPublicError, until)
    guangfeng.county.today = date(2023, 9, 27)
    guangfeng.county.ask("disclosure", PROJECT_ENTRY, OBJECTION, "rrb")
    guangfeng.county.today = date(2023, 10, 10) if unit == "calendar" else date(2023, 10, 6)
    guangfeng.county.ask("disclosure", PROJECT_ENTRY, RuleObjection(number=1, upheld=False, reason=REASON), "rrb")
    assert [e.fact.until for e in guangfeng.county.ledger.log(of=(PublicityResumed,))] == [resumed]


def test_objection_on_the_last_day_leaves_the_day_of_its_ruling(opens: Opens) -> None:
    guangfeng = public(opens, "calendar")
    guangfeng.county.today = date(2023, 10, 2)
    guangfeng.county.ask("disclosure", PROJECT_ENTRY, OBJECTION, "rrb")
    guangfeng.county.today = date(2023, 10, 5)
    guangfeng.county.ask("disclosure", PROJECT_ENTRY, RuleObjection(number=1, upheld=False, reason=REASON), "rrb")
    assert [e.fact.until for e in guangfeng.county.ledger.log(of=(PublicityResumed,))] == [date(2023, 10, 5)]


def test_nothing_is_taken_down_where_no_rule_says_how_long_it_stays(opens: Opens) -> None:
    jiashi = opens("jiashi")
    jiashi.receive()
    no = "arrivals-fund_arrived-F1"
    jiashi.publish(no, PORTAL, "finance_bureau")
    down = TakeDownDisclosure(reason="期满")
    jiashi.county.refuses("disclosure", no, down, "finance_bureau", NoRuleStatedError, "disclosures.arrivals.duration")


def test_entry_that_is_taken_back_drops_its_clock(opens: Opens) -> None:
    jiashi = opens("jiashi")
    jiashi.receive()
    no = "arrivals-fund_arrived-F1"
    jiashi.county.ask("disclosure", no, WithdrawDisclosure(reason="退回重拨"), "finance_bureau")
    assert jiashi.county.state(OBLIGATION, f"disclosure-{no}").ended == "dropped"
    again = PublishDisclosure(place=PORTAL, address=ADDRESS)
    with pytest.raises(Exception, match="taken back"):
        jiashi.publish(no, again.place, "finance_bureau")


# Bad input


@pytest.mark.parametrize(
    "request_",
    [
        PublishDisclosure(place=PORTAL, address=ADDRESS),
        OBJECTION,
        RuleObjection(number=1, upheld=True, reason=REASON),
        WithdrawDisclosure(reason=REASON),
        TakeDownDisclosure(reason=REASON),
    ],
)
def test_unknown_entry_is_named(opens: Opens, request_: PublishDisclosure) -> None:
    opens("jiashi").county.refuses("disclosure", "D9", request_, "finance_bureau", NoSuchDisclosureError, "D9")


@pytest.mark.parametrize(
    "request_",
    [
        PublishDisclosure(place=" ", address=ADDRESS),
        RaiseObjection(words=" "),
        RuleObjection(number=1, upheld=True, reason="\t"),
        WithdrawDisclosure(reason=" "),
        TakeDownDisclosure(reason=" "),
    ],
)
def test_blank_words_are_refused(opens: Opens, request_: PublishDisclosure) -> None:
    jiashi = opens("jiashi")
    jiashi.county.refuses("disclosure", "policies-policy_adopted-2022.1", request_, "finance_bureau", BadInputError)
    jiashi.county.refuses(
        "disclosure", "K1", EnterDisclosure(rule="policies", words=" "), "finance_bureau", BadInputError
    )


# What the file's check refuses


DURATION = 'duration = { id = "d", kind = "counted", count = 7, unit = "calendar", start = "%s", source = "x" }\n'


@pytest.mark.parametrize(
    ("added", "key"),
    [
        ('upon = ["plan_in_force"]\nbefore = "bank"\nblocks = true\n', "disclosures.1.blocks"),
        ('upon = ["project_declared"]\nblocks = true\n', "disclosures.1.blocks"),
        ('before = "bank"\nblocks = true\n', "disclosures.1.blocks"),
        (DURATION % "fund_received", "disclosures.1.duration.start"),
    ],
)
def test_what_could_never_come_true_is_refused_with_its_key(added: str, key: str) -> None:
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    before, found, after = text.partition('[[disclosures]]\nid = "arrivals"\n')
    assert found
    parse(before + found + DURATION % "published" + after, "made up")
    with pytest.raises(PolicyError, match=key.replace(".", r"\.")):
        parse(before + found + added + after, "made up")
