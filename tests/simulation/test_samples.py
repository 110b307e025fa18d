import csv
import shutil
import tomllib
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from domain.errors import BadInputError
from domain.money import fen_of_wan, percent
from simulation.sample_model import Samples
from simulation.samples import load

ROOT = Path(__file__).parents[2]
JIASHI = load(ROOT / "samples" / "jiashi-2022")
SAMPLE = load(ROOT / "samples" / "sample-county")
BOTH = pytest.mark.parametrize("samples", [JIASHI, SAMPLE], ids=["jiashi", "sample"])


def paid_fen(samples: Samples, pool: str) -> int:
    """All claims that nothing stops are paid when the year is over."""
    portions = chain.from_iterable(c.portions for c in samples.claims if c.stop_at_gate is None)
    return sum(portion.amount_fen for portion in portions if portion.pool == pool)


def received_fen(samples: Samples) -> Counter[tuple[str, str]]:
    return Counter({(p.fund_id, p.pool): p.amount_fen for r in samples.receipts for p in r.portions})


def printed(id_: str) -> int | None:
    figure = next(figure for figure in JIASHI.head.printed if figure.id == id_)
    return figure.amount_fen if figure.amount_fen is not None else figure.count or figure.bp


# Jiashi's printed totals, to the fen.


def test_jiashis_receipts_add_up_to_the_printed_sources() -> None:
    by_source = {receipt.source: receipt.amount_fen for receipt in JIASHI.receipts}
    assert by_source == {
        "bridging": fen_of_wan("62,371.80"),
        "integration": fen_of_wan("35,658.94"),
        "bond": fen_of_wan("30,000"),
        "prefecture": fen_of_wan("62.5"),
        "county": fen_of_wan("200"),
    }
    assert by_source == {source: printed(f"received_{source}") for source in by_source}
    assert sum(by_source.values()) == printed("received") == fen_of_wan("128,293.24")


def test_the_integration_money_stands_in_both_pools() -> None:
    (integration,) = (receipt for receipt in JIASHI.receipts if receipt.source == "integration")
    assert {portion.pool: portion.amount_fen for portion in integration.portions} == {
        "integrated": fen_of_wan("2,361.17"),
        "original_use": fen_of_wan("33,297.77"),
    }
    assert len(JIASHI.receipts) == 5


@pytest.mark.parametrize(
    ("pool", "projects", "arranged", "paid", "rate"),
    [
        ("integrated", 31, "94,995.47", "93,362.51", "98.28%"),
        ("original_use", 26, "33,297.77", "28,591.65", "85.87%"),
    ],
)
def test_each_of_jiashis_pools_adds_up(pool: str, projects: int, arranged: str, paid: str, rate: str) -> None:
    lines_fen = sum(line.amount_fen for line in JIASHI.lines if line.pool == pool)
    budgets_fen = sum(project.budget_fen for project in JIASHI.projects if project.pool == pool)
    assert lines_fen == budgets_fen == printed(pool) == fen_of_wan(arranged)
    assert paid_fen(JIASHI, pool) == printed(f"{pool}_paid") == fen_of_wan(paid)
    assert sum(project.pool == pool for project in JIASHI.projects) == printed(f"{pool}_projects") == projects
    assert percent(paid_fen(JIASHI, pool), lines_fen) == rate
    assert printed(f"{pool}_rate") == round(float(rate.rstrip("%")) * 100)


def test_jiashis_year_holds_each_story_once_and_leaves_nothing_open() -> None:
    stories = Counter(claim.story for claim in JIASHI.claims if claim.story)
    assert stories == {"returned": 1, "bounced": 1, "late_gate": 1}
    assert [plan.story for plan in JIASHI.plans] == ["", "late_release"]
    assert all(claim.stop_at_gate is None for claim in JIASHI.claims)
    assert all(not project.stop_at_step for project in JIASHI.projects)
    assert len(JIASHI.claims) == 115


# The sample county.


def test_the_sample_countys_main_project_is_paid_to_its_contract_with_retention() -> None:
    (main,) = (project for project in SAMPLE.projects if not project.stop_at_step)
    claims = {claim.kind: claim for claim in SAMPLE.claims if claim.project_no == main.project_no}
    assert list(claims) == ["advance", "progress", "settlement", "retention"]
    assert sum(claim.amount_fen for claim in claims.values()) == main.contract_fen
    assert main.contract_fen is not None
    assert claims["retention"].amount_fen == main.contract_fen * 300 // 10_000
    assert claims["progress"].story == "late_gate"


def test_the_sample_countys_other_projects_wait_at_different_steps() -> None:
    waiting = [project.stop_at_step for project in SAMPLE.projects if project.stop_at_step]
    assert len(waiting) == len(set(waiting)) == 4
    assert [project.story for project in SAMPLE.projects].count("returned") == 1
    assert [claim.stop_at_gate for claim in SAMPLE.claims if claim.stop_at_gate] == [2]


# What holds in both.


@BOTH
def test_lines_use_up_each_portion_and_each_budget(samples: Samples) -> None:
    planned, budgets = Counter[tuple[str, str]](), Counter[str]()
    for line in samples.lines:
        planned[line.fund_id, line.pool] += line.amount_fen
        budgets[line.project_no] += line.amount_fen
    assert planned == received_fen(samples)
    in_plan = {project.project_no: project.budget_fen for project in samples.projects}
    assert budgets.items() <= in_plan.items()
    left = in_plan.keys() - budgets.keys()
    assert left == {"S02", "S03"} & in_plan.keys()


@BOTH
def test_no_claim_draws_more_than_its_projects_lines(samples: Samples) -> None:
    left = Counter({(x.project_no, x.fund_id, x.pool): x.amount_fen for x in samples.lines})
    for claim in samples.claims:
        left.subtract({(claim.project_no, p.fund_id, p.pool): p.amount_fen for p in claim.portions})
    assert min(left.values()) >= 0


@BOTH
def test_claims_leave_room_for_the_contract_and_its_retention(samples: Samples) -> None:
    for project in samples.projects:
        claims = [claim for claim in samples.claims if claim.project_no == project.project_no]
        if project.contract_fen is not None:
            assert project.contract_fen <= project.budget_fen
            other = sum(claim.amount_fen for claim in claims if claim.kind != "retention")
            assert other <= project.contract_fen * 97 // 100
        months = [claim.month for claim in claims]
        assert months == sorted(months)


@BOTH
def test_a_project_draws_on_one_pool_and_its_plan_on_the_same(samples: Samples) -> None:
    pools = {project.project_no: project.pool for project in samples.projects}
    plans = {plan.plan_no: plan for plan in samples.plans}
    received = {receipt.fund_id: receipt.received_on for receipt in samples.receipts}
    for line in samples.lines:
        assert line.pool == pools[line.project_no] == plans[line.plan_no].pool
        assert received[line.fund_id] <= plans[line.plan_no].drafted_on


@BOTH
def test_whatever_is_not_printed_is_marked_as_a_sample(samples: Samples) -> None:
    names = [project.name_zh for project in samples.projects]
    places = [place for p in samples.projects for place in (p.village, p.township, p.unit)]
    others = [receipt.document_no for receipt in samples.receipts] + [plan.title for plan in samples.plans]
    assert all(name.startswith("样例") for name in [*names, *places, *others])
    assert all(person.name.startswith("样例·") and "(sample)" in person.name for person in samples.people)
    assert len(names) == len(set(names))


@BOTH
def test_no_person_holds_two_posts(samples: Samples) -> None:
    assert len({person.person for person in samples.people}) == len(samples.people)


@BOTH
def test_ids_are_those_of_the_countys_policy(samples: Samples) -> None:
    path = ROOT / "policies" / f"{samples.head.county}.toml"
    policy: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    ids = {key: {x["id"] for x in policy[key]} for key in ("posts", "sources", "pools")}
    steps = {step["id"] for step in policy["project"]["steps"]}
    units = {post["id"]: post["unit"] for post in policy["posts"]}
    assert {receipt.source for receipt in samples.receipts} <= ids["sources"]
    assert {pool for _, pool in received_fen(samples)} <= ids["pools"]
    assert {project.stop_at_step for project in samples.projects} - {""} <= steps
    assert all(person.unit == units[person.post] for person in samples.people)
    assert acting_posts(policy) <= {person.post for person in samples.people}
    assert all((c.stop_at_gate or 1) <= len(policy["claims"]["gates"]) for c in samples.claims)


def acting_posts(policy: dict[str, Any]) -> set[str]:
    receipt, claims = policy["receipt"], policy["claims"]
    posts = {receipt["registrar"], receipt["reporter"], receipt["notifier"], policy["plan"]["drafter"]}
    posts |= {approval["body"] for approval in policy["plan"]["approvals"]} | {policy["release"]["post"]}
    posts |= {claims["lodger"], claims["payer"], claims["confirmer"]}
    posts |= {gate["post"] for gate in claims["gates"]} | set(policy["chain"]["posts"])
    return posts | {step["post"] for step in policy["project"]["steps"] if "post" in step}


# Copies, changed by hand.


def copied(folder: Path, to: Path, file: str, old: str, new: str) -> Path:
    shutil.copytree(folder, to)
    text = (to / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
    (to / file).write_text(text.replace(old, new), encoding="utf-8")
    return to


def changed(to: Path, file: str, old: str, new: str) -> Path:
    return copied(ROOT / "samples" / "sample-county", to / "x", file, old, new)


def test_a_payment_one_fen_lower_loads_and_lowers_its_pool_by_one_fen(tmp_path: Path) -> None:
    folder = ROOT / "samples" / "jiashi-2022"
    copy = load(copied(folder, tmp_path / "x", "claims.csv", "4921881224", "4921881223"))
    assert paid_fen(copy, "integrated") == paid_fen(JIASHI, "integrated") - 1
    assert paid_fen(copy, "original_use") == paid_fen(JIASHI, "original_use")


def test_a_claim_left_at_gate_4_loads_and_is_not_paid(tmp_path: Path) -> None:
    folder = ROOT / "samples" / "jiashi-2022"
    row = "A02-2,A02,F3,integrated,settlement,4921881224,8,"
    copy = load(copied(folder, tmp_path / "x", "claims.csv", f"{row},", f"{row}4,"))
    assert paid_fen(copy, "integrated") == paid_fen(JIASHI, "integrated") - 4921881224
    assert [claim.claim_no for claim in copy.claims if claim.stop_at_gate == 4] == ["A02-2"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("lines.csv", "S01,F1,integrated,188000000", "S01,F1,integrated,488000000"),  # plan over portion
        ("claims.csv", "advance,77880000", "advance,977880000"),  # claim over release and contract
        ("receipts.csv", "integrated,480000000", "integrated,479999999"),
        ("receipts.csv", "样例县财〔2022〕6号", "样例财农〔2022〕11号"),  # one item twice, two amounts
    ],
)
def test_what_a_rule_of_the_domain_judges_is_not_refused_here(tmp_path: Path, file: str, old: str, new: str) -> None:
    load(changed(tmp_path, file, old, new))


def test_columns_may_stand_in_any_order_and_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "samples" / "sample-county", tmp_path / "x")
    with (folder / "lines.csv").open(encoding="utf-8", newline="") as file:
        rows = [row[::-1] for row in csv.reader(file)]
    with (folder / "lines.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    assert load(folder).lines == SAMPLE.lines


# Bad files, each named by file, line and field.

S01 = "S01-1,S01,F1,integrated,advance,77880000,5,,"
LATE = "S01-2,S01,F2,integrated,progress,43456780,6,,late_gate"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("claims.csv", "77880000", "778800.5", "claims.csv:2: amount_fen: '778800.5' is not a whole number"),
        ("claims.csv", "77880000", "-1", "claims.csv:2: amount_fen: -1 is out of bounds: at least 1"),
        ("claims.csv", "77880000", "0", "claims.csv:2: amount_fen: 0 is out of bounds: at least 1"),
        ("claims.csv", "77880000", "", "claims.csv:2: amount_fen: '' is not a whole number"),
        ("claims.csv", "77880000", "７", "claims.csv:2: amount_fen: '７' is not a whole number"),
        ("claims.csv", "77880000", "1" * 16, "claims.csv:2: amount_fen: '1111111111111111' is not a whole"),
        ("claims.csv", "S01-1,S01,", "S01-1,S99,", "claims.csv:2: project_no: project 'S99' is unknown"),
        ("claims.csv", "S01-1,S01,F1", "S01-1,S01,F9", "claims.csv:2: fund_id: fund 'F9' is unknown"),
        (
            *("claims.csv", "F1,integrated,advance,77880000", "F1,original_use,advance,77880000"),
            "claims.csv:2: fund_id + pool: portion 'F1 original_use' is unknown",
        ),
        ("claims.csv", "retention", "gift", "claims.csv:7: kind: 'gift' is none of advance, progress"),
        ("claims.csv", S01, S01 + "lost", "claims.csv:2: story: 'lost' is none of bounced, late_gate, returned"),
        ("claims.csv", "68412350,12,2", "68412350,12,0", "claims.csv:9: stop_at_gate: 0 is out of bounds"),
        ("claims.csv", "68412350,12,2", "68412350,12,two", "claims.csv:9: stop_at_gate: 'two' is not a whole"),
        ("claims.csv", "68412350,12,2", "68412350,13,2", "claims.csv:9: month: 13 is out of bounds: 1 to 12"),
        ("claims.csv", LATE, LATE.replace("F2", "F1"), "'S01-2 F1 integrated' is there already, in "),
        ("claims.csv", LATE, LATE.replace(",6,", ",7,"), "claims.csv:4: month: '7' differs from '6' in "),
        ("claims.csv", S01, S01 + ",", "claims.csv:2: 10 cells where the header has 9"),
        ("claims.csv", "claim_no,", "claim_on,", "claims.csv:1: claim_on: the column is unknown; wanted: "),
        ("claims.csv", "month,", "", "claims.csv:1: month: the column is missing"),
        ("claims.csv", "month,", "kind,", "claims.csv:1: kind: the column stands twice"),
        ("lines.csv", "P-2022-1,S04", "P-2022-9,S04", "lines.csv:4: plan_no: plan 'P-2022-9' is unknown"),
        ("lines.csv", "P-2022-1,S04,", "P-2022-1,S01,", "'P-2022-1 S01 F1 integrated' is there already"),
        ("lines.csv", "S04,F1,", "S94,F1,", "lines.csv:4: project_no: project 'S94' is unknown"),
        ("plans.csv", "2022-03-21", "2022-02-30", "plans.csv:2: drafted_on: '2022-02-30' is no day"),
        ("plans.csv", "2022-03-21", "21/3/2022", "plans.csv:2: drafted_on: '21/3/2022' is not a day"),
        ("plans.csv", "2022-03-21,late_release", "2022-03-21,late", "plans.csv:2: story: 'late' is none of late_release"),
        ("plans.csv", "integrated", "poverty", "plans.csv:2: pool: 'poverty' is none of integrated"),
        ("plans.csv", "P-2022-1", "P/1", "plans.csv:2: plan_no: 'P/1' is not a number"),
        ("projects.csv", "\nS02", "\nS01", "projects.csv:3: project_no: 'S01' is there already, in "),
        ("projects.csv", "86500000,,", "86500000,x,", "projects.csv:3: contract_fen: 'x' is not a whole number"),
        ("projects.csv", "employment", "jobs", "projects.csv:4: kind: 'jobs' is none of employment"),
        ("projects.csv", "样例·机耕道硬化项目", " ", "projects.csv:5: name_zh: is empty"),
        ("projects.csv", "township_review", "Review!", "projects.csv:3: stop_at_step: 'Review!' is not an id"),
        ("receipts.csv", "2022-02-16", "2022-13-01", "receipts.csv:2: received_on: '2022-13-01' is no day"),
        ("receipts.csv", "central,2022,", "central,22,", "receipts.csv:2: fiscal_year: 22 is out of bounds"),
        ("receipts.csv", "\nF2,", "\nF1,", "receipts.csv:3: fund_id + portion_pool: 'F1 integrated' is there"),
        ("people.csv", "director,p-113", "director,p 113", "people.csv:14: person: 'p 113' is not a number"),
        ("people.csv", "\nrrb,p-102", "\nleading_group,p-102", "people.csv:3: post: 'leading_group' is there"),
        ("people.csv", "p-113,样例·局长", "p-112,样例·局长", "people.csv:14: name: '样例·局长 (sample)' differs"),
        ("sample.toml", "sample = true", "sample = false", "sample.toml: sample: Input should be True"),
        ("sample.toml", "year = 2022", "yaer = 2022", "sample.toml: yaer: Extra inputs are not permitted"),
        ("sample.toml", "year = 2022", "year = ", "sample.toml: Invalid value"),
    ],
)
def test_a_bad_file_is_refused_with_file_line_and_field(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    folder = changed(tmp_path, file, old, new)
    with pytest.raises(BadInputError) as caught:
        load(folder)
    assert str(caught.value).startswith(f"{folder}/{file}")
    assert message in str(caught.value)


def test_a_portion_of_the_same_receipt_must_say_the_same_of_it(tmp_path: Path) -> None:
    folder = ROOT / "samples" / "jiashi-2022"
    old = "2022,2022-01-24,original_use"
    copy = copied(folder, tmp_path / "x", "receipts.csv", old, old.replace("24", "25"))
    with pytest.raises(BadInputError, match=r"receipts\.csv:4: received_on: '2022-01-25' differs from"):
        load(copy)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "samples" / "sample-county", tmp_path / "x")
    (folder / "plans.csv").unlink()
    with pytest.raises(BadInputError, match=r"plans\.csv: the file is missing"):
        load(folder)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "samples" / "sample-county", tmp_path / "x")
    text = (folder / "people.csv").read_text(encoding="utf-8")
    (folder / "people.csv").write_text(text, encoding="gb18030")
    with pytest.raises(BadInputError, match=r"people\.csv: cannot be read as CSV in UTF-8"):
        load(folder)


@pytest.mark.parametrize("figures", ["", "count = 3\nbp = 9828"])
def test_a_printed_figure_is_one_figure(tmp_path: Path, figures: str) -> None:
    added = f'\n[[printed]]\nid = "x"\nzh = "x"\nen = "x"\nsource = "JS L6"\n{figures}\n'
    folder = shutil.copytree(ROOT / "samples" / "sample-county", tmp_path / "x")
    with (folder / "sample.toml").open("a", encoding="utf-8") as file:
        file.write(added)
    with pytest.raises(BadInputError, match=r"sample\.toml: printed\.0: .*one of amount_fen"):
        load(folder)
