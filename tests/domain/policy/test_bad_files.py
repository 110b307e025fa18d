from pathlib import Path
from typing import NamedTuple

import pytest

from domain.errors import BadInputError
from domain.policy import PolicyError, load, load_engine, parse, parse_engine
from domain.policy.office import adopted
from domain.policy.reading import no_more

POLICIES = Path(__file__).parents[3] / "policies"
GOOD = (POLICIES / "sample.toml").read_text(encoding="utf-8")
ENGINE = (POLICIES / "engine.toml").read_text(encoding="utf-8")


def part(first: str, after: str) -> str:
    """Return the piece of the good file from *first* up to *after*."""
    return GOOD[GOOD.index(first) : GOOD.index(after)]


STEP_PLAN = part('[[project.steps]]\nid = "plan"', '[[project.steps]]\nid = "release"')
STEPS_BEFORE_THE_PLAN = part('[[project.steps]]\nid = "village_declaration"', STEP_PLAN)
NO_WAY_BACK = ('returns_to = ["build"]\n', "")
MONEY_FIRST = ('starts_with = "declaration"', 'starts_with = "money"')
LIMIT = """kind = "counted"
count = 5
unit = "working"
start = "step_open"
source = "x"

"""
APPROVED = 'body = "leading_group"\nsubject = "plan"\nrecord = "minutes"\nsource = "sample, after JS L15"\n\n'
ROUNDS = '[project.rounds]\nup = 3\ndown = 3\nsource = "x"\n\n[[sources]]'
HALF_SPLIT = """[[splits]]
id = "half"
zh = "分担"
en = "split"
kind = "tiers"
parts = [{ of = "city", zh = "市", en = "city", share = 45 }]
source = "x"

"""


class Case(NamedTuple):
    """What is changed in a good file, a piece of the line that is named, and what is said of it."""

    edits: tuple[tuple[str, str], ...]
    line: str
    said: str


def one(old: str, new: str, line: str, said: str) -> Case:
    return Case(((old, new),), line, said)


DIRECTOR = 'en = "bureau director"\nunit = "finance_bureau"'
BUREAU = 'en = "finance bureau"\nunit = "finance_bureau"'
GROUP = 'en = "rural revitalisation leading group"\nunit = "leading_group"'
ONE_FAULT = {
    "a post in a post": one(
        DIRECTOR,
        DIRECTOR.replace("finance_bureau", "finance_section"),
        'unit = "finance_section"',
        "posts.3.unit: a post stands in a unit, and 'finance_section' is a post",
    ),
    "a unit in another": one(
        BUREAU,
        BUREAU.replace('"finance_bureau"', '"leading_group"'),
        'unit = "leading_group"',
        "posts.2.unit: what is unit stands for itself: unit is 'finance_bureau'",
    ),
    "a body in a post": one(
        GROUP,
        GROUP.replace('"leading_group"', '"director"'),
        'unit = "director"',
        "posts.1.unit: a body stands for itself or in a unit, and 'director' is none",
    ),
    "a misspelt key": one("basis =", "bassis =", "bassis", "release.bassis: unknown key; did you mean 'basis'?"),
    "a key from nowhere": one("[release]\n", "[release]\nxyz = 1\n", "xyz", "release.xyz: unknown key"),
    "a table from nowhere": one("[release]\n", "[xyz]\n\n[release]\n", "[xyz]", "xyz: unknown key"),
    "minus one day": one("count = 2\n", "count = -1\n", "-1", "claims.gates.3.deadline.count: -1 is not at least 1"),
    "no days": one("count = 2\n", "count = 0\n", "count = 0", "claims.gates.3.deadline.count: 0 is not at least 1"),
    "days in words": one("count = 2\n", 'count = "2"\n', '"2"', "gates.3.deadline.count: '2' is not a whole number"),
    "too much retention": one("share_bp = 300", "share_bp = 30000", "30000", "share_bp: 30000 is not at most 10000"),
    "a number for a text": one('zh = "签订合同"', "zh = 5", "zh = 5", "project.steps.7.zh: 5 is not a text in quotes"),
    "a text for a list": one('papers = ["vouchers"]', 'papers = "all"', "papers", "list"),
    "a version in words": one('version = "2023.1"', 'version = "new"', "new", "version: 'new' does not match"),
    "a capital in an id": one('id = "sample"', 'id = "Sample"', "Sample", "county.id: 'Sample' does not match"),
    "no source": one(
        'source = "sample, made up"\n', "", "[retention]", "source: is missing: every rule names its source"
    ),
    "an empty source": one('"sample, made up"', '""', 'source = ""', "retention.source: must not be empty"),
    "a gate with an unknown post": one(
        'post = "payment_centre"\nkind',
        'post = "payment_center"\nkind',
        "payment_center",
        "claims.gates.2.post: 'payment_center' is not in posts; did you mean 'payment_centre'?",
    ),
    "an unknown post in the chain": one(
        '"deputy_director", "director"]',
        '"deputy_director", "mayor"]',
        "mayor",
        "chain.posts.3: 'mayor' is not in posts",
    ),
    "an unknown class": one('["industry"]', '["crafts"]', "crafts", "ratios.1.numerator.classes.1: 'crafts' is not in"),
    "a gate twice": one(
        '[[claims.gates]]\nid = "payment_centre"',
        '[[claims.gates]]\nid = "finance_section"',
        "finance_section",
        "claims.gates.2.id: there is a 'finance_section' already",
    ),
    "a first gate beside none": one(
        'post = "finance_section"\nkind = "review"\n',
        'post = "finance_section"\nkind = "review"\nwith_former = true\n',
        "with_former",
        "claims.gates.1.with_former: there is no gate before the first to be open with it",
    ),
    "a gate beside perhaps": one(
        'post = "deputy_director"\nkind = "recheck"\n',
        'post = "deputy_director"\nkind = "recheck"\nwith_former = "yes"\n',
        "with_former",
        "claims.gates.3.with_former: 'yes' is not true or false",
    ),
    "a step twice": one('id = "title"', 'id = "accept"', "accept", "project.steps.10.id: there is a 'accept' already"),
    "a deadline twice": one(
        'id = "release"\nkind = "counted"',
        'id = "arrival"\nkind = "counted"',
        "arrival",
        "release.deadline.id: there is a deadline 'arrival' already",
    ),
    "a kind that is none": one(
        'kind = "recheck"',
        'kind = "recheek"',
        "recheek",
        "claims.gates.3.kind: 'recheek' is not one of 'review', 'recheck'; did you mean 'recheck'?",
    ),
    "a return to a later step": one(
        '["township_review"]',
        '["accept"]',
        '["accept"]',
        "project.steps.3.returns_to.1: 'accept' is not an earlier step",
    ),
    "two rungs in the wrong order": one(
        "wait_days = 14", "wait_days = 3", "= 3", "rungs.3.wait_days: day 3 is before the former rung's day 7"
    ),
    "a ratio without denominator": one(
        part("[ratios.denominator]", "[[disclosures]]"),
        "",
        "[[ratios]]",
        "ratios.1.denominator: is missing: a ratio needs a denominator",
    ),
    "a counted deadline without count": one(
        "count = 2\n", "", "[claims.gates.deadline]", "claims.gates.3.deadline.count: a counted deadline needs it"
    ),
    "a count for what is prompt": one(
        'kind = "counted"\ncount = 2\n',
        'kind = "prompt"\ncount = 2\n',
        "count = 2",
        'claims.gates.3.deadline.count: only kind = "counted" has a number of days, not prompt',
    ),
    "a cadence without period": one(
        'every = "month"\n', "", "[routines.deadline]", "routines.1.deadline.every: a cadence needs its period"
    ),
    "a period for a count": one(
        "count = 2\n", 'count = 2\nevery = "day"\n', "every", 'deadline.every: is for kind = "cadence" only'
    ),
    "a release step and no release": one(
        part("[release]", "[claims]"),
        "",
        "[[project.steps]]",
        "project.steps.6: can never be passed, nor the next reached",
    ),
    "a declaration that no step takes": one(
        'kind = "declare"',
        'kind = "prepare"',
        "starts_with",
        "flow.starts_with: the flow starts with a declaration, and no",
    ),
    "a plan step after the release": Case(
        ((STEP_PLAN, ""), ("[[sources]]", STEP_PLAN + "[[sources]]")),
        "[[project.steps]]",
        "project.steps.12: can never be reached: the release step stands before it and waits for plan",
    ),
    "a second release": Case(
        (('kind = "build"', 'kind = "release"'), NO_WAY_BACK),
        "kind",
        "project.steps.8.kind: a second release step can never be reached",
    ),
    "an approval of what never comes": Case(
        (
            ('subject = "plan"', 'subject = "bank_entry"'),
            ('kind = "bank"', 'kind = "review"'),
            ('start = "minutes_filed"', 'start = "plan_approved"'),
        ),
        "subject",
        "plan.approvals.1.subject: can never be reached: no bank step",
    ),
    "a ladder that no broken deadline climbs": one(
        "count = 2\n",
        'count = 2\nladder = "slow_project"\n',
        'ladder = "slow_project"',
        "claims.gates.3.deadline.ladder: no rung of 'slow_project' has trigger = \"deadline_breached\"",
    ),
    "an unknown ladder": one(
        "count = 2\n",
        'count = 2\nladder = "none"\n',
        "none",
        "claims.gates.3.deadline.ladder: 'none' is not in ladders",
    ),
    "a half split": one("[[disclosures]]", HALF_SPLIT + "[[disclosures]]", "parts", "a ratio needs at least two parts"),
}

# What a file may say and the engine cannot run.
BEYOND_THE_ENGINE = {
    "conditions of a gate": one(
        'start = "gate_open"\n',
        'start = "gate_open"\nconditions = ["report"]\n',
        "conditions",
        "claims.gates.1.deadline.conditions: only the receipt's deadline (receipt.deadline) has conditions",
    ),
    "conditions of the release": one(
        'start = "minutes_filed"\n',
        'start = "minutes_filed"\nconditions = ["notice"]\n',
        "conditions",
        "release.deadline.conditions: only the receipt's deadline (receipt.deadline) has conditions",
    ),
    "conditions of a step": one(
        'start = "step_open"\n',
        'start = "step_open"\nconditions = ["report", "notice"]\n',
        "conditions",
        "project.steps.9.deadline.conditions: only the receipt's deadline (receipt.deadline) has conditions",
    ),
    "a return to the release": one(
        'record = "contract"\n',
        'record = "contract"\nreturns_to = ["bank", "release"]\n',
        "returns_to",
        "project.steps.7.returns_to.2: nobody answers the release step 'release'",
    ),
    "a return to the plan": one(
        'record = "contract"\n',
        'record = "contract"\nreturns_to = ["plan"]\n',
        "returns_to",
        "project.steps.7.returns_to.1: nobody answers the plan step 'plan'",
    ),
    "retention of no contract": one(
        'kind = "contract"',
        'kind = "prepare"',
        "[retention]",
        'retention: no retention money would ever be held: project.steps needs a step of kind = "contract"',
    ),
    "retention and nothing is accepted": one(
        'kind = "accept"', 'kind = "review"', "[retention]", 'project.steps needs a step of kind = "accept"'
    ),
    "retention, accepted before the contract": Case(
        (
            ('kind = "contract"', 'kind = "accept"'),
            ('kind = "accept"\npost = "competent', 'kind = "contract"\npost = "competent'),
        ),
        'kind = "accept"',
        "project.steps.7.kind: retention is of the contract: accept comes after contract",
    ),
    "retention, all paid before the acceptance": Case(
        (('kind = "build"', 'kind = "payments"'), NO_WAY_BACK),
        'kind = "payments"',
        "project.steps.8.kind: can never be passed: retention is paid only after acceptance",
    ),
    "retention, accepted twice": one(
        'kind = "title"', 'kind = "accept"', 'kind = "accept"', "project.steps.10.kind: retention is held from one"
    ),
    "a plan and no step for it": one(
        STEP_PLAN, "", "[plan]", 'plan: no project could ever be in a plan: project.steps needs a step of kind = "plan"'
    ),
    "a first step that nobody answers": Case(
        ((STEPS_BEFORE_THE_PLAN, ""), MONEY_FIRST),
        'kind = "plan"',
        "project.steps.1.kind: nobody answers a plan step, so that no project can begin",
    ),
    "a contract as the first step": Case(
        (('kind = "contract"', 'kind = "prepare"'), ('kind = "declare"', 'kind = "contract"'), MONEY_FIRST),
        'kind = "contract"',
        "project.steps.1.kind: no contract is signed when a project is registered",
    ),
    "two contracts": one(
        'kind = "build"', 'kind = "contract"', 'kind = "contract"', "project.steps.8.kind: a second contract takes the"
    ),
    "a receipt counted from the notice": one(
        'start = "fund_received"',
        'start = "notified"',
        "notified",
        "receipt.deadline.start: the clock runs from fund_received here, and cannot from 'notified'",
    ),
    "a release counted from an approval whose minutes are filed": one(
        'start = "minutes_filed"',
        'start = "plan_approved"',
        "plan_approved",
        "release.deadline.start: the clock runs from minutes_filed here, and cannot from 'plan_approved'",
    ),
    "a release counted from minutes that nobody files": one(
        'record = "minutes"',
        'record = "reply"',
        "minutes_filed",
        "release.deadline.start: the clock runs from plan_approved / money_approved here, and cannot from",
    ),
    "a release counted from the plan, the money being approved after it": Case(
        (
            (
                APPROVED,
                APPROVED + '[[plan.approvals]]\nid = "x"\nzh = "x"\nen = "x"\nsubject = "money"\nsource = "x"\n\n',
            ),
            ('start = "minutes_filed"', 'start = "plan_approved"'),
        ),
        "plan_approved",
        "release.deadline.start: the clock runs from money_approved here, and cannot from 'plan_approved'",
    ),
    "a gate counted from the lodging's minutes": one(
        'start = "gate_open"',
        'start = "minutes_filed"',
        "minutes_filed",
        "claims.gates.1.deadline.start: the clock runs from gate_open here, and cannot from 'minutes_filed'",
    ),
    "an acceptance counted from the building": one(
        'start = "step_open"',
        'start = "built"',
        "built",
        "project.steps.9.deadline.start: the clock runs from step_open here, and cannot from 'built'",
    ),
    "an approval counted from the selection": one(
        APPROVED,
        f'{APPROVED}[plan.approvals.deadline]\nid = "x"\n{LIMIT}'.replace("step_open", "selected"),
        "selected",
        "plan.approvals.1.deadline.start: the clock runs from step_open here, and cannot from 'selected'",
    ),
    "days to approve the bank's entry, which is no step": Case(
        (
            (APPROVED, f'{APPROVED}[plan.approvals.deadline]\nid = "x"\n{LIMIT}'.replace('"plan"', '"bank_entry"')),
            ('start = "minutes_filed"', 'start = "plan_approved"'),
        ),
        "counted",
        "plan.approvals.1.deadline.kind: no clock can be run here: counted deadlines stand at the receipt",
    ),
    "days to draft the plan": one(
        "[[plan.approvals]]",
        f'[plan.deadline]\nid = "x"\n{LIMIT}[[plan.approvals]]',
        "counted",
        "plan.deadline.kind: no clock can be run here",
    ),
    "an approval of each project called like a step": Case(
        (
            ('id = "leading_group"\nzh = "领导小组研究审批"', 'id = "bank"\nzh = "领导小组研究审批"'),
            ('subject = "plan"', 'subject = "project"'),
            ('start = "minutes_filed"', 'start = "plan_approved"'),
        ),
        'id = "bank"',
        "plan.approvals.1.id: an approval of each project is a step of it, and 'bank' is one",
    ),
    "a step called like one of a round": Case(
        (
            ('id = "field_survey"', 'id = "township_review_2"'),
            ('["field_survey"]', '["township_review_2"]'),
            ("[[sources]]", ROUNDS),
        ),
        'id = "township_review_2"',
        "project.steps.3.id: round 2 of township_review is a step called 'township_review_2' already",
    ),
    "rounds of nothing": Case(
        (
            ('kind = "declare"', 'kind = "prepare"'),
            ('kind = "review"\npost = "township_office"', 'kind = "prepare"\npost = "township_office"'),
            ("[[sources]]", ROUNDS),
            MONEY_FIRST,
        ),
        "[project.rounds]",
        "project.rounds: there is nothing to take again: a round is a declare step, and the review step next to it",
    ),
}


def broken(*edits: tuple[str, str]) -> str:
    text = GOOD
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def faults_of(text: str) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        parse(text, "x.toml")
    return caught.value


@pytest.mark.parametrize("name", [*ONE_FAULT, *BEYOND_THE_ENGINE])
def test_a_fault_is_named_with_its_line_and_what_would_be_right(name: str) -> None:
    case = {**ONE_FAULT, **BEYOND_THE_ENGINE}[name]
    text = broken(*case.edits)
    (fault,) = faults_of(text).faults
    assert case.said in fault.text("en")
    assert case.line in text.splitlines()[fault.line - 1]
    assert fault.text("en").startswith(f"x.toml:{fault.line}: {fault.key}: ")
    assert fault.zh != fault.en


@pytest.mark.parametrize("case", BEYOND_THE_ENGINE.values(), ids=BEYOND_THE_ENGINE)
def test_what_was_adopted_before_these_checks_came_is_read_as_before(case: Case) -> None:
    text = broken(*case.edits)
    assert adopted(text, ()) == parse(text, "x.toml", check=no_more).profile


def test_all_faults_of_a_file_are_named_at_once_in_the_order_of_its_lines() -> None:
    error = faults_of(broken(('["industry"]', '["crafts"]'), ("count = 2\n", "count = -1\n"), ("basis =", "bassis =")))
    assert [fault.key for fault in error.faults] == [
        "release.bassis",
        "claims.gates.3.deadline.count",
        "ratios.1.numerator.classes.1",
    ]
    assert str(error).count("\n") == 2
    assert "未知的键；是不是 'basis'？" in error.text("zh")


def test_the_line_of_a_key_in_an_inline_table_is_found() -> None:
    text = broken(
        ('    { id = "township", zh = "乡镇", en = "township" },', '    { id = "township", zh = "乡镇", n = 1 },')
    )
    unknown, missing = sorted(faults_of(text).faults, key=lambda fault: fault.key, reverse=True)
    assert (unknown.key, missing.key) == ("county.levels.2.n", "county.levels.2.en")
    assert unknown.line == missing.line == text[: text.index("n = 1")].count("\n") + 1


def test_the_line_of_a_dotted_key_is_found() -> None:
    text = broken(("[flow]\nstarts_with", 'release_note.x = 1\n[flow]\n"starts_with"'))
    (fault,) = faults_of(text).faults
    assert "release_note.x" in text.splitlines()[fault.line - 1]


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb = = 2\n", 2), ("a = 1\na = 2\n", 2), ('a = 1\n\nb = "', 3)])
def test_what_is_not_toml_is_named_with_its_line(text: str, line: int) -> None:
    (fault,) = faults_of(text).faults
    assert fault.text("en").startswith(f"x.toml:{line}: not TOML: ")


def test_an_empty_file_lacks_what_every_profile_needs() -> None:
    assert {fault.key for fault in faults_of("").faults} == {"version", "county", "posts", "flow"}


@pytest.mark.parametrize(
    "text", ['posts = 3\nproject = "x"\nflow = 1\nplan = []\n', "ladders = [1]\n[[posts]]\nid = {}\n"]
)
def test_any_shape_of_data_gives_faults_and_no_crash(text: str) -> None:
    assert faults_of(text).faults


def test_a_file_that_cannot_be_read_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"none\.toml"):
        load(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'a = "\xe9"')
    with pytest.raises(BadInputError, match="not UTF-8"):
        load(tmp_path / "latin.toml")


def test_the_engines_rules_are_checked_likewise(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_engine(ENGINE.replace("rung_wait_days = 2", "rung_wait_days = 0"), "engine.toml")
    assert "breach.rung_wait_days: 0 is not at least 1" in str(caught.value)
    (tmp_path / "engine.toml").write_text(ENGINE.replace("remind_days_before", "remind_days"), encoding="utf-8")
    with pytest.raises(PolicyError, match="did you mean 'remind_days_before'"):
        load_engine(tmp_path / "engine.toml")
