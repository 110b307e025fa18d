"""A county's own ladder (逐级督促) on a deadline: who is told of a breach, of which effect, when, and on which line."""

from datetime import date, timedelta

from domain.act import Act
from domain.calendar import start_of
from domain.cases import county_stream
from domain.county import AdoptPolicy, PolicyAdopted
from domain.ledger import Ledger, Step
from domain.obligation import OBLIGATION, next_moment
from domain.obligation_facts import Breached, Rung, RungClimbed, Tick, Told
from domain.policy import not_set, parse
from domain.policy.office import adopted, parse_office, with_office
from domain.terms import PolicyRef
from tests.domain.county import DAY, ENGINE, ONE_DAY, POLICIES, County, line
from tests.domain.given import WAN

SAMPLE = (POLICIES / "sample.toml").read_text(encoding="utf-8")
LADDER = """
[[ladders]]
id = "late"
zh = "逾期督促"
en = "when a day limit is broken"
source = "sample L90"

[[ladders.rungs]]
id = "warn"
zh = "提醒责任股室"
en = "the section is warned"
trigger = "deadline_breached"
subject = "post"
actor = "chief_watch_post"
effect = "warn"
wait_days = 0
source = "sample L91"

[[ladders.rungs]]
id = "circular"
zh = "通报"
en = "circular"
trigger = "deadline_breached"
subject = "post"
actor = "chief_watch_post"
to = ["director", "deputy_director"]
effect = "circular"
wait_days = 5
source = "sample L92"

[[ladders.rungs]]
id = "slow"
zh = "进展缓慢的约谈"
en = "interview of the slow"
trigger = "slow_progress"
subject = "project_head"
actor = "leading_group"
effect = "interview"
wait_days = 6
source = "sample L93"

[[ladders.rungs]]
id = "interview"
zh = "约谈"
en = "interview"
trigger = "deadline_breached"
subject = "post"
actor = "leading_group"
effect = "interview"
wait_days = 10
source = "sample L94"
"""
ON_ARRIVAL = ('id = "arrival"\n', 'id = "arrival"\nladder = "late"\n')
ON_RELEASE = ('id = "release"\nkind = "counted"\n', 'id = "release"\nkind = "counted"\nladder = "late"\n')
DUE = DAY + 3 * ONE_DAY
OF_CHAIN = ["chief_watch_post", "deputy_director", "director"]


def text(*edits: tuple[str, str], ladder: str = LADDER) -> str:
    """Return the sample county's rules with a ladder for what is late."""
    made = SAMPLE.replace("[[performance]]", f"{ladder}\n[[performance]]", 1)
    for old, new in edits:
        assert made.count(old) == 1, old
        made = made.replace(old, new)
    return made


def county(ledger: Ledger, rules: str) -> County:
    """Return the county that adopted these rules."""
    made = County(ledger, "sample")
    made.adopt(parse(rules, "sample"))
    return made


def after(days: int) -> date:
    """Return a day so many days after the breach."""
    return DUE + ONE_DAY + timedelta(days=days)


def test_a_deadline_that_names_a_ladder_climbs_it_and_not_the_chain(ledger: Ledger) -> None:
    sample = county(ledger, text(ON_ARRIVAL))
    sample.receives()
    clock = sample.clock("fund-F1-arrival")
    assert clock.ladder == (
        Rung("chief_watch_post", after(0), "warn", clause="sample L91"),
        Rung(
            "director",
            after(5),
            "circular",
            actor="chief_watch_post",
            also=("deputy_director", "chief_watch_post"),
            clause="sample L92",
        ),
        Rung("leading_group", after(10), "interview", clause="sample L94"),
    )
    assert clock.ladder_clause == "sample L90"


def test_a_deadline_that_names_none_climbs_the_chain_as_before(ledger: Ledger) -> None:
    sample = county(ledger, text(ON_ARRIVAL))
    sample.receives()
    sample.banks("A01")
    sample.plans("P1", line(100 * WAN))
    clock = sample.clock("fund-F1-release-P1")
    assert [(rung.post, rung.effect, rung.clause) for rung in clock.ladder] == [(post, "", "") for post in OF_CHAIN]
    assert clock.ladder_clause == "engine"


def test_each_rung_is_climbed_on_its_day_with_its_effect_its_line_and_everybody_who_is_told(ledger: Ledger) -> None:
    sample = county(ledger, text(ON_ARRIVAL))
    sample.receives()
    state = sample.state(OBLIGATION, "fund-F1-arrival")
    holders = {post: f"p-{post}" for post in ("finance_section", "leading_group", *OF_CHAIN)}
    told: list[tuple[date, object]] = []
    now = start_of(DAY)
    while moment := next_moment(state, now):
        now = max(now, moment)
        act = Act(f"tick-{now}", "", "engine", "engine", "engine", "clock", now.date(), now)
        for fact in OBLIGATION.decide(state, Tick(act, holders)):
            told.append((now.date(), fact))
            OBLIGATION.evolve(state, fact)
    breached, *rungs = [(day, fact) for day, fact in told if isinstance(fact, Breached | RungClimbed)]
    assert breached[0] == after(0)
    assert [day for day, _ in rungs] == [after(0), after(5), after(10)]
    circular = rungs[1][1]
    assert isinstance(circular, RungClimbed)
    assert (circular.rung, circular.post, circular.person) == (2, "director", "p-director")
    assert (circular.effect, circular.actor) == ("circular", "chief_watch_post")
    assert circular.also == (
        Told("deputy_director", "p-deputy_director"),
        Told("chief_watch_post", "p-chief_watch_post"),
    )
    assert [fact.act.clause for _, fact in rungs if isinstance(fact, RungClimbed)] == [
        "sample L91",
        "sample L92",
        "sample L94",
    ]


def test_a_case_keeps_the_ladder_of_the_rules_it_began_under(ledger: Ledger) -> None:
    sample = county(ledger, text(ON_RELEASE))
    sample.receives()
    slower = text(ON_RELEASE, ('version = "2023.1"', 'version = "2023.2"'), ("wait_days = 5", "wait_days = 6"))
    sample.adopt(parse(slower, "slower"))
    sample.receives("F2", 100 * WAN)
    sample.banks("A01")
    sample.plans("P1", line(100 * WAN), line(100 * WAN, fund_no="F2"))
    waits = [
        [(rung.on - clock.due_on).days - 1 for rung in clock.ladder]
        for clock in (sample.clock("fund-F1-release-P1"), sample.clock("fund-F2-release-P1"))
    ]
    assert waits == [[0, 5, 10], [0, 6, 10]]


# What the text leaves open.


def test_a_rung_without_days_is_not_set_and_no_timer_climbs_it(ledger: Ledger) -> None:
    rules = text(ON_ARRIVAL, ("wait_days = 5\n", ""))
    assert "ladders.late.rungs.circular.wait_days" in not_set(parse(rules, "sample").profile)
    sample = county(ledger, rules)
    sample.receives()
    assert [rung.effect for rung in sample.clock("fund-F1-arrival").ladder] == ["warn", "interview"]


def test_a_rung_that_names_nobody_is_not_set_and_tells_nobody(ledger: Ledger) -> None:
    nobody = ('actor = "chief_watch_post"\neffect = "warn"\n', 'effect = "warn"\n')
    rules = text(ON_ARRIVAL, nobody)
    assert "ladders.late.rungs.warn.actor" in not_set(parse(rules, "sample").profile)
    sample = county(ledger, rules)
    sample.receives()
    assert [rung.effect for rung in sample.clock("fund-F1-arrival").ladder] == ["circular", "interview"]


def test_a_ladder_of_which_no_rung_has_days_is_not_replaced_by_the_chain(ledger: Ledger) -> None:
    days = (('wait_days = 0\nsource = "sample L91"', 'source = "sample L91"'), ("wait_days = 5\n", ""))
    sample = county(ledger, text(ON_ARRIVAL, *days, ("wait_days = 10\n", "")))
    sample.receives()
    clock = sample.clock("fund-F1-arrival")
    assert (clock.ladder, clock.ladder_clause) == ((), "sample L90")


OFFICE = """
[decision]
county = "sample"
no = "样例办〔2023〕1号"
date = 2023-01-05
source = "样例办〔2023〕1号"
sample = true

[profile.ladders.late.rungs.circular]
wait_days = 5
"""


def test_an_office_decision_fills_the_days_and_the_rung_names_it(ledger: Ledger) -> None:
    policy, office = parse(text(ON_ARRIVAL, ("wait_days = 5\n", "")), "sample"), parse_office(OFFICE, "office.toml")
    assert "ladders.late.rungs.circular.wait_days" not in not_set(with_office(policy, (office,)))
    sample = County(ledger, "sample")
    ref = PolicyRef(policy.profile.version, policy.digest, ENGINE.digest, (office.digest,))
    act = sample.act("adopt", "opener")
    fact = PolicyAdopted(act, "sample", ref, policy.text, ENGINE.text, (office.text,))
    ledger.execute(Step(county_stream("sample"), AdoptPolicy(act, fact)))
    sample.receives()
    circular = sample.clock("fund-F1-arrival").ladder[1]
    assert (circular.on, circular.effect) == (after(5), "circular")
    assert circular.clause == "sample L92; office decision 样例办〔2023〕1号 of 2023-01-05"


# What was adopted before a ladder had to say what follows a breach.


def test_rules_that_were_adopted_with_a_ladder_that_says_nothing_of_a_breach_are_still_read(ledger: Ledger) -> None:
    silent = text(('id = "arrival"\n', 'id = "arrival"\nladder = "slow_project"\n'), ladder="")
    assert adopted(silent, ()).receipt is not None
    sample = County(ledger, "sample")
    act = sample.act("adopt", "opener")
    fact = PolicyAdopted(act, "sample", PolicyRef("2023.1", "a" * 64, ENGINE.digest), silent, ENGINE.text)
    ledger.execute(Step(county_stream("sample"), AdoptPolicy(act, fact)))
    sample.receives()
    clock = sample.clock("fund-F1-arrival")
    assert ([rung.post for rung in clock.ladder], clock.ladder_clause) == (OF_CHAIN, "engine")
