"""Who may grant a change of a deadline: the posts above the one that answers, and never who answers for it."""

from datetime import date, timedelta

import msgspec
import pytest

from domain.absence import Deputy
from domain.calendar import start_of
from domain.cases import case_id, county_stream, mandates_stream
from domain.county import AdoptPolicy, PolicyAdopted
from domain.errors import BadInputError
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed, NameDeputy
from domain.obligation import OBLIGATION
from domain.obligation_facts import (
    Breached,
    ObligationDropped,
    ObligationExtended,
    ObligationPaused,
    ObligationWaived,
    Tick,
)
from domain.obligation_refusals import BrokenClockError, ClockEndedError, NoSuchObligationError, OwnDeadlineError
from domain.obligation_requests import ExtendObligation, PauseObligation, ResumeObligation, WaiveObligation
from domain.policy import parse
from domain.policy.office import parse_office
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.requests import AnswerGate, NotifyDepartment, ReportReceipt
from domain.terms import PolicyRef
from tests.domain.county import DAY, ENGINE, ONE_DAY, POLICIES, County, line
from tests.domain.given import WAN

ARRIVAL = "fund-F1-arrival"
DUE = DAY + 3 * ONE_DAY
CHAIN = ("chief_watch_post", "deputy_director", "director")
MORE = ExtendObligation(reason="停电三日", days=5)
SAMPLE = (POLICIES / "sample.toml").read_text(encoding="utf-8")
OFFICE = """
[decision]
county = "{county}"
no = "样例办〔2023〕9号"
date = 2023-01-05
source = "样例办〔2023〕9号"
sample = true

[profile.granting]
posts = ["{post}"]
"""


def appoint(county: County, person: str, post: str, first: date = DAY) -> None:
    act = county.act(f"appoint {person}", "clerk")
    appointed = Appointed(act, county.name, person, post, "unit", first, None)
    county.ledger.execute(Step(mandates_stream(county.name), Appoint(act, appointed)))


@pytest.fixture
def running(sample: County) -> County:
    """The sample county with the arrival of F1 under way; each post is held by one person."""
    for post in ("finance_section", "rrb", *CHAIN):
        appoint(sample, f"p-{post}", post)
    sample.receives()
    return sample


def grant(county: County, request: object, post: str, no: str = ARRIVAL) -> list[object]:
    """Ask, and return what came to be in the deadline."""
    return [r.fact for r in county.ask("obligation", no, request, post)]  # type: ignore[arg-type]


def without_chain() -> str:
    """Return the sample county's rules without its chain of responsibility."""
    head, chain, tail = SAMPLE.partition("[chain]\n")
    assert chain
    return head + tail[tail.index("[[groups]]") :]


@pytest.mark.parametrize("post", CHAIN)
def test_each_post_that_a_breach_climbs_to_may_grant(running: County, post: str) -> None:
    (fact,) = grant(running, MORE, post)
    assert isinstance(fact, ObligationExtended)
    assert (fact.act.person, fact.act.post, fact.act.clause) == (f"p-{post}", post, "engine")
    assert (fact.post, fact.person, fact.reason) == ("finance_section", "p-finance_section", "停电三日")
    assert (fact.due_before, fact.due_on) == (DUE, DUE + 5 * ONE_DAY)


def test_whoever_else_is_told_who_may(running: County) -> None:
    running.refuses("obligation", ARRIVAL, MORE, "rrb", WrongPostError, " / ".join(CHAIN), "rrb")


@pytest.mark.parametrize(
    "request_", [MORE, PauseObligation(reason="停电"), WaiveObligation(reason="停电")], ids=["extend", "pause", "waive"]
)
def test_who_answers_grants_nothing_to_themself(running: County, request_: ExtendObligation) -> None:
    running.refuses("obligation", ARRIVAL, request_, "finance_section", OwnDeadlineError, ARRIVAL, "p-finance_section")


def test_who_answers_grants_nothing_from_another_post_of_theirs_either(running: County) -> None:
    appoint(running, "p-finance_section", "director")
    running.refuses("obligation", ARRIVAL, MORE, "director", OwnDeadlineError, person="p-finance_section")


def test_a_deputy_grants_nothing_for_who_answers(running: County) -> None:
    act = msgspec.structs.replace(running.act("x", "director"), on_behalf_of="p-finance_section")
    named = running.act("deputy", "opener")
    days = running.today, running.today
    deputy = Deputy(named, "sample", "1", "p-finance_section", "director", "p-director", *days, "培训")
    running.ledger.execute(Step(mandates_stream("sample"), NameDeputy(named, deputy)))
    with pytest.raises(OwnDeadlineError):
        running.run("obligation", ARRIVAL, MORE, act)


def test_who_was_late_does_not_waive_it_after_another_took_over(running: County) -> None:
    act = running.act("tick", "engine")
    late = msgspec.structs.replace(act, recorded_at=start_of(DUE + ONE_DAY))
    running.ledger.execute(Step(case_id("sample", "obligation", ARRIVAL), Tick(late, {}, "p-late")))
    running.today = DUE + 2 * ONE_DAY
    running.refuses("obligation", ARRIVAL, WaiveObligation(reason="x"), "director", OwnDeadlineError, person="p-late")
    (waived,) = grant(running, WaiveObligation(reason="项目取消"), "director")
    assert isinstance(waived, ObligationWaived)
    running.refuses("obligation", ARRIVAL, MORE, "director", ClockEndedError, "2023-02-21")


def test_a_subordinate_grants_no_time_to_a_superior(building: County) -> None:
    building.lodges("C1", line(20 * WAN))
    gates = [("finance_section", CHAIN), ("deputy_director", ("director",))]
    for gate in ("finance_section", "payment_centre"):
        building.ask("claim", "C1", AnswerGate(gate=gate, approve=True), gate)
    for gate, above in gates[1:]:
        no = f"claim-C1-v1-{gate}"
        building.refuses("obligation", no, MORE, "chief_watch_post", WrongPostError, " / ".join(above))
        grant(building, MORE, "director", no)


def test_a_county_that_names_who_grants_is_followed(ledger: Ledger) -> None:
    county = County(ledger, "sample")
    said = 'posts = ["rrb"]\nsource = "sample L7"\n'
    county.adopt(parse(SAMPLE.replace("[chain]\n", f"[granting]\n{said}\n[chain]\n"), "with granting"))
    county.receives()
    county.refuses("obligation", ARRIVAL, MORE, "director", WrongPostError, "rrb", "sample L7")
    (fact,) = grant(county, MORE, "rrb")
    assert isinstance(fact, ObligationExtended)
    assert fact.act.clause == "sample L7"


def test_where_nothing_says_who_nobody_grants_until_an_office_decides(ledger: Ledger) -> None:
    county, policy = County(ledger, "sample"), parse(without_chain(), "without a chain")
    county.adopt(policy)
    county.receives()
    county.refuses("obligation", ARRIVAL, MORE, "director", NoRuleStatedError, "granting")
    office = parse_office(OFFICE.format(county="sample", post="director"), "office.toml")
    county.adopt(policy, office)
    (fact,) = grant(county, MORE, "director")
    assert isinstance(fact, ObligationExtended)
    assert fact.act.clause == "office decision 样例办〔2023〕9号 of 2023-01-05"


def test_under_engine_rules_of_before_nobody_grants(ledger: Ledger) -> None:
    county, policy = County(ledger, "sample"), parse(SAMPLE, "sample")
    before = ENGINE.text.partition("# A-55")[0]
    act = county.act("adopt", "opener")
    fact = PolicyAdopted(act, "sample", PolicyRef("2023.1", policy.digest, "e" * 64), SAMPLE, before)
    ledger.execute(Step(county_stream("sample"), AdoptPolicy(act, fact)))
    county.receives()
    county.refuses("obligation", ARRIVAL, MORE, "director", NoRuleStatedError, "granting")


def test_nothing_is_granted_of_a_deadline_that_never_began(running: County) -> None:
    running.refuses("obligation", "fund-F9-arrival", MORE, "director", NoSuchObligationError, "fund-F9-arrival")


@pytest.mark.parametrize(
    "request_",
    [
        ExtendObligation(reason="x"),
        ExtendObligation(reason="x", days=1, until=DUE + 9 * ONE_DAY),
        ExtendObligation(reason="x", until=date(2101, 1, 1)),
        ExtendObligation(reason="x", until=date.max),
    ],
    ids=["neither", "both", "after the last year", "the last day there is"],
)
def test_more_time_that_cannot_be_counted_is_malformed(running: County, request_: ExtendObligation) -> None:
    with pytest.raises(BadInputError):
        running.run("obligation", ARRIVAL, request_, running.act("x", "director"))


def test_a_clock_is_paused_resumed_and_met_in_the_days_that_were_left(running: County) -> None:
    (paused,) = grant(running, PauseObligation(reason="上级复核"), "director")
    assert isinstance(paused, ObligationPaused)
    running.today = DUE + 10 * ONE_DAY
    grant(running, ResumeObligation(reason="复核完毕"), "deputy_director")
    running.today = DUE + 13 * ONE_DAY
    running.ask("fund", "F1", ReportReceipt(), "finance_section")
    running.ask("fund", "F1", NotifyDepartment(department="competent_department"), "finance_section")
    assert running.state(OBLIGATION, ARRIVAL).ended == "met"


def test_after_the_due_day_nothing_is_granted_but_a_waiver_that_names_who_was_late(running: County) -> None:
    running.today = DUE + ONE_DAY
    running.refuses("obligation", ARRIVAL, MORE, "director", BrokenClockError, DUE)
    breached, waived = grant(running, WaiveObligation(reason="款项已退"), "director")
    assert isinstance(breached, Breached)
    assert isinstance(waived, ObligationWaived)
    assert (breached.person, breached.act.clause) == ("p-finance_section", running.clock(ARRIVAL).act.clause)


def test_a_gate_that_another_returned_too_late_leaves_its_breach(ledger: Ledger) -> None:
    together = (
        'post = "payment_centre"\nkind = "review"',
        'post = "payment_centre"\nkind = "review"\nwith_former = true',
    )
    assert SAMPLE.count(together[0]) == 1
    county = County(ledger, "sample")
    county.adopt(parse(SAMPLE.replace(*together), "gates together"))
    appoint(county, "p-payment_centre", "payment_centre")
    county.receives()
    county.banks("A01")
    county.plans("P1", line(200 * WAN))
    county.releases("F1", "P1")
    county.signs("A01", 180 * WAN)
    county.lodges("C1", line(20 * WAN))
    county.today += timedelta(days=6)
    back = AnswerGate(gate="finance_section", approve=False, opinion="发票不符")
    facts = [r.fact for r in county.ask("claim", "C1", back, "finance_section")]
    of_other = [fact for fact in facts if isinstance(fact, Breached | ObligationDropped)]
    assert [type(fact) for fact in of_other][-2:] == [Breached, ObligationDropped]
    assert ("payment_centre", "p-payment_centre") in {(f.post, f.person) for f in of_other if isinstance(f, Breached)}
