import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from domain.duties import DECIDES, PREPARES
from domain.errors import BadInputError
from domain.money import fen_of_wan, percent
from domain.policy import Profile
from domain.policy import load as load_policy
from domain.policy.bars import bars
from domain.procedures.bans import class_fault
from domain.project_state import BROUGHT
from simulation.opening import POLICIES, profile_of
from simulation.sample_model import Line, Printed, Samples
from simulation.samples import load

ROOT = Path(__file__).parents[2]
JIASHI = load(ROOT / "samples" / "jiashi-2022")
SAMPLE = load(ROOT / "samples" / "sample-county")
GUANGFENG = load(ROOT / "samples" / "guangfeng-2021")
MEILAN = load(ROOT / "samples" / "meilan-2023")
JINGHE = load(ROOT / "samples" / "jinghe-2023")
MAOJIAN = load(ROOT / "samples" / "maojian-2017")
EVERY = [JIASHI, SAMPLE, GUANGFENG, MEILAN, JINGHE, MAOJIAN]
ALL = pytest.mark.parametrize("samples", EVERY, ids=[samples.head.county for samples in EVERY])


def paid_fen(samples: Samples, pool: str) -> int:
    """All claims that nothing stops are paid when the year is over."""
    portions = chain.from_iterable(c.portions for c in samples.claims if c.stop_at_gate is None)
    return sum(portion.amount_fen for portion in portions if portion.pool == pool)


def received_fen(samples: Samples) -> Counter[tuple[str, str]]:
    return Counter({(p.fund_id, p.pool): p.amount_fen for r in samples.receipts for p in r.portions})


def printed(id_: str, samples: Samples = JIASHI) -> int | None:
    return value(next(figure for figure in samples.head.printed if figure.id == id_))


def value(figure: Printed) -> int | None:
    return figure.amount_fen if figure.amount_fen is not None else figure.count or figure.bp


def by_class(samples: Samples, lines: tuple[Line, ...] | None = None) -> Counter[str]:
    """What the plans give to each class of project."""
    kinds = {project.project_no: project.kind for project in samples.projects}
    sums = Counter[str]()
    for line in samples.lines if lines is None else lines:
        sums[kinds[line.project_no]] += line.amount_fen
    return sums


def by_source(samples: Samples) -> Counter[str]:
    sums = Counter[str]()
    for receipt in samples.receipts:
        sums[receipt.source] += receipt.amount_fen
    return sums


def with_a_base(samples: Samples) -> set[str]:
    return {figure.id for figure in samples.head.printed if not figure.reported}


# Jiashi's printed totals, to the fen.


def test_jiashis_receipts_add_up_to_the_printed_sources() -> None:
    sources = by_source(JIASHI)
    assert sources == {
        "bridging": fen_of_wan("62,371.80"),
        "integration": fen_of_wan("35,658.94"),
        "bond": fen_of_wan("30,000"),
        "prefecture": fen_of_wan("62.5"),
        "county": fen_of_wan("200"),
    }
    assert sources == {source: printed(f"received_{source}") for source in sources}
    assert sources.total() == printed("received") == fen_of_wan("128,293.24")


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
    assert lines_fen == printed(pool) == fen_of_wan(arranged)
    # One project has a gap, which what is left over of another fills.
    assert budgets_fen - lines_fen == (fen_of_wan("100.00") if pool == "integrated" else 0)
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


# Guangfeng prints two amounts of the year that have a base, and one of a project; the rest is reported.


def test_guangfengs_lines_add_up_to_industry_and_infrastructure() -> None:
    assert by_class(GUANGFENG) == {"industry": fen_of_wan("4,988.3"), "infrastructure": fen_of_wan("5,642.3")}
    assert by_class(GUANGFENG) == {kind: printed(kind, GUANGFENG) for kind in by_class(GUANGFENG)}
    greenhouses = [line for line in GUANGFENG.lines if line.amount_fen == printed("greenhouse_first_batch", GUANGFENG)]
    assert [(line.fund_id, line.pool, line.amount_fen) for line in greenhouses] == [
        ("F1", "industry", fen_of_wan("3,750"))
    ]
    assert GUANGFENG.receipts[0].source == "bridging"


def test_what_guangfeng_prints_without_a_base_is_reported_and_no_receipt_is_of_it() -> None:
    assert with_a_base(GUANGFENG) == {"industry", "infrastructure", "greenhouse_first_batch"}
    reported = {value(figure) for figure in GUANGFENG.head.printed if figure.reported and figure.amount_fen}
    assert {fen_of_wan("2,290"), fen_of_wan("1,000"), fen_of_wan("350"), fen_of_wan("28,000")} <= reported
    assert not reported & {receipt.amount_fen for receipt in GUANGFENG.receipts}
    assert set(by_source(GUANGFENG)) == {"bridging", "new_countryside"}
    # what is printed contradicts itself, so nothing is computed from it.
    assert percent(by_class(GUANGFENG)["industry"], by_class(GUANGFENG).total()) == "46.92%"
    assert printed("industry_share", GUANGFENG) == 5500
    parts = ("social_raised", "government_matched", "new_countryside")
    assert sum(printed(part, GUANGFENG) or 0 for part in parts) == fen_of_wan("27,427")
    assert printed("levered", GUANGFENG) == fen_of_wan("28,000")


def test_each_key_help_village_of_guangfengs_samples_gets_100_wan() -> None:
    key = [project for project in GUANGFENG.projects if "重点帮扶" in project.village]
    assert len(key) == 3
    assert all(project.budget_fen >= (printed("key_village", GUANGFENG) or 0) for project in key)


# Meilan prints one batch, by town and tier.


def test_meilans_batch_adds_up_by_town_and_tier() -> None:
    towns = {project.project_no: project.township for project in MEILAN.projects}
    sums = Counter[tuple[str, str]]()
    for line in MEILAN.lines:
        sums[towns[line.project_no], line.pool] += line.amount_fen
    assert sums == {
        ("灵山镇", "city"): fen_of_wan("18"),
        ("灵山镇", "district"): fen_of_wan("22"),
        ("三江镇", "city"): fen_of_wan("4.5"),
        ("三江镇", "district"): fen_of_wan("5.5"),
    }
    names = {"灵山镇": "lingshan", "三江镇": "sanjiang"}
    assert sums == {(town, pool): printed(f"{names[town]}_{pool}", MEILAN) for town, pool in sums}


def test_meilans_receipts_are_the_two_printed_documents() -> None:
    assert [(r.document_no, r.source, r.amount_fen) for r in MEILAN.receipts] == [
        ("海乡振发〔2023〕15号", "city_batch_2", fen_of_wan("22.5")),
        ("美乡振通〔2023〕53号", "district", fen_of_wan("27.5")),
    ]
    assert [printed("batch_city", MEILAN), printed("batch_district", MEILAN)] == [2250 * 10_000, 2750 * 10_000]
    assert by_source(MEILAN).total() == printed("batch", MEILAN) == fen_of_wan("50")
    assert with_a_base(MEILAN) == {figure.id for figure in MEILAN.head.printed}


def test_meilans_match_is_45_to_55_on_the_batch_and_on_every_project() -> None:
    city, district = printed("city_share", MEILAN), printed("district_share", MEILAN)
    assert (city, district) == (4500, 5500)
    for project in MEILAN.projects:
        lines = {line.pool: line.amount_fen for line in MEILAN.lines if line.project_no == project.project_no}
        assert lines["city"] * 55 == lines["district"] * 45
        assert sum(lines.values()) == project.budget_fen


# Jinghe prints sources and classes, both of all its money.


def test_jinghes_receipts_add_up_to_the_printed_sources() -> None:
    sources = by_source(JINGHE)
    assert sources == {
        "central": fen_of_wan("2,372"),
        "region": fen_of_wan("2,316"),
        "minority": fen_of_wan("330"),
        "state_farm": fen_of_wan("108"),
    }
    assert sources == {source: printed(f"received_{source}", JINGHE) for source in sources}
    assert sources.total() == printed("received", JINGHE) == fen_of_wan("5,126")


def test_jinghes_lines_add_up_to_the_printed_classes_counts_and_shares() -> None:
    classes, projects = by_class(JINGHE), Counter(project.kind for project in JINGHE.projects)
    assert list(classes.items()) == [
        ("industry", fen_of_wan("2,120")),
        ("infrastructure", fen_of_wan("2,916")),
        ("employment", fen_of_wan("60")),
        ("other", fen_of_wan("30")),
    ]
    assert classes == {kind: printed(kind, JINGHE) for kind in classes}
    assert projects == {kind: printed(f"{kind}_projects", JINGHE) for kind in classes}
    assert projects.total() == printed("projects", JINGHE) == 13
    shares = {kind: percent(amount, classes.total()) for kind, amount in classes.items()}
    assert list(shares.values()) == ["41.36%", "56.89%", "1.17%", "0.59%"]
    for kind, share in shares.items():
        assert share == f"{(printed(f'{kind}_share', JINGHE) or 0) / 100:.2f}%"
    assert with_a_base(JINGHE) == {figure.id for figure in JINGHE.head.printed} - {"annual_return", "employment_led"}


def test_half_of_jinghes_central_money_goes_to_industry() -> None:
    central = tuple(line for line in JINGHE.lines if line.fund_id == "F1")
    assert by_class(JINGHE, central)["industry"] * 2 >= (printed("received_central", JINGHE) or 0)


# Maojian prints three classes of one year, in its own regime; the rest spans years.


def test_maojians_lines_add_up_to_the_three_classes_of_2017() -> None:
    classes = by_class(MAOJIAN)
    assert classes == {
        "agriculture_industry": fen_of_wan("6,118"),
        "infrastructure": fen_of_wan("23,000"),
        "relocation": fen_of_wan("12,000"),
    }
    assert classes == {kind: printed(kind, MAOJIAN) for kind in classes}
    assert with_a_base(MAOJIAN) == set(classes)
    assert "解读" in MAOJIAN.head.note_zh
    assert "our reading" in MAOJIAN.head.note_en


def test_maojians_ledgers_are_drawn_in_their_order() -> None:
    order = [
        pool.id for pool in sorted(load_policy(POLICIES / "maojian.toml").profile.pools, key=lambda p: p.draw or 0)
    ]
    assert order == ["poverty", "pooled", "financing"]
    drawn: dict[str, list[int]] = {}
    for line in MAOJIAN.lines:
        drawn.setdefault(line.project_no, []).append(order.index(line.pool))
    assert all(places == sorted(places) for places in drawn.values())
    assert [0, 1] in drawn.values()


# All four.


FOUR = pytest.mark.parametrize(
    "samples", [GUANGFENG, MEILAN, JINGHE, MAOJIAN], ids=["guangfeng", "meilan", "jinghe", "maojian"]
)


@FOUR
def test_a_countys_year_is_small_holds_each_story_once_and_leaves_little_open(samples: Samples) -> None:
    assert 6 <= len(samples.projects) <= 15
    assert Counter(c.story for c in samples.claims if c.story) == {"returned": 1, "bounced": 1, "late_gate": 1}
    assert sum(any(c.stop_at_gate for c in samples.claims if c.claim_no == no) for no in claim_nos(samples)) == 1
    assert sum(bool(project.stop_at_step) for project in samples.projects) <= 2
    in_full = [p for p in samples.projects if claimed_fen(samples, p.project_no) == p.budget_fen]
    assert len(in_full) >= len(samples.projects) - 3


def claim_nos(samples: Samples) -> list[str]:
    return [claim.claim_no for claim in samples.claims]


def claimed_fen(samples: Samples, project_no: str) -> int:
    return sum(claim.amount_fen for claim in samples.claims if claim.project_no == project_no)


@FOUR
def test_printed_figures_are_those_of_the_countys_policy(samples: Samples) -> None:
    of_policy = {r.id: (r.amount_fen, r.quantity, r.bp, r.source) for r in policy_of(samples).reported}
    here = {f.id: (f.amount_fen, f.count, f.bp, f.source) for f in samples.head.printed}
    assert of_policy.keys() <= here.keys()
    assert {id_: here[id_] for id_ in of_policy} == of_policy


def policy_of(samples: Samples) -> Profile:
    return load_policy(POLICIES / f"{samples.head.county}.toml").profile


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


def test_the_sample_county_has_next_years_money_announced_and_not_arrived() -> None:
    (announced,) = (move for move in SAMPLE.moves if move.kind in ("announce", "arrive"))
    assert (announced.kind, announced.on.year) == ("announce", SAMPLE.head.year)
    assert announced.fund_id not in {receipt.fund_id for receipt in SAMPLE.receipts}
    assert announced.note.startswith("样例")
    assert [source.id for source in policy_of(SAMPLE).sources if source.announced_ahead] == ["next_year"]


# What holds in all.


@ALL
def test_lines_use_up_each_portion_and_each_budget(samples: Samples) -> None:
    planned, budgets = Counter[tuple[str, str]](), Counter[str]()
    for line in samples.lines:
        planned[line.fund_id, line.pool] += line.amount_fen
        budgets[line.project_no] += line.amount_fen
    for move in samples.moves:  # An adjustment gives more, and never more than the budget.
        if move.kind == "adjust":
            budgets[move.to_project_no] += move.amount_fen
    assert planned == received_fen(samples)
    in_plan = {project.project_no: project.budget_fen for project in samples.projects}
    assert budgets.items() <= in_plan.items()
    left = in_plan.keys() - budgets.keys()
    assert left == {"S02", "S03"} & in_plan.keys()


@ALL
def test_no_claim_draws_more_than_its_projects_lines(samples: Samples) -> None:
    left = Counter({(x.project_no, x.fund_id, x.pool): x.amount_fen for x in samples.lines})
    for claim in samples.claims:
        left.subtract({(claim.project_no, p.fund_id, p.pool): p.amount_fen for p in claim.portions})
    assert min(left.values()) >= 0


@ALL
def test_claims_leave_room_for_the_contract_and_its_retention(samples: Samples) -> None:
    for project in samples.projects:
        claims = [claim for claim in samples.claims if claim.project_no == project.project_no]
        if project.contract_fen is not None:
            assert project.contract_fen <= project.budget_fen
            other = sum(claim.amount_fen for claim in claims if claim.kind != "retention")
            assert other <= project.contract_fen * 97 // 100
        months = [claim.month for claim in claims]
        assert months == sorted(months)


@ALL
def test_a_project_draws_on_one_pool_and_its_plan_on_the_same(samples: Samples) -> None:
    pools = {project.project_no: project.pool for project in samples.projects}
    plans = {plan.plan_no: plan for plan in samples.plans}
    received = {receipt.fund_id: receipt.received_on for receipt in samples.receipts}
    for line in samples.lines:
        assert pools[line.project_no] in ("", line.pool)
        assert plans[line.plan_no].pool in ("", line.pool)
        assert received[line.fund_id] <= plans[line.plan_no].drafted_on


@ALL
def test_whatever_is_not_printed_is_marked_as_a_sample(samples: Samples) -> None:
    names = [project.name_zh for project in samples.projects]
    places = [place for p in samples.projects for place in (p.village, p.township, p.unit)]
    others = [receipt.document_no for receipt in samples.receipts] + [plan.title for plan in samples.plans]
    assert all(name.startswith("样例") for name in names)
    # Meilan's text prints its two documents and its two towns; the policy holds its words.
    text = (POLICIES / f"{samples.head.county}.toml").read_text(encoding="utf-8")
    made_up = [word for word in [*places, *others] if not word.startswith("样例")]
    assert all(word in text for word in made_up)
    assert not made_up or samples is MEILAN
    assert all(person.name.startswith("样例·") and "(sample)" in person.name for person in samples.people)
    assert len(names) == len(set(names))


@ALL
def test_no_person_holds_two_posts(samples: Samples) -> None:
    assert len({person.person for person in samples.people}) == len(samples.people)


@ALL
def test_ids_are_those_of_the_countys_policy_and_its_office_decision(samples: Samples) -> None:
    profile = profile_of(samples)
    assert profile.project is not None
    assert profile.claims is not None
    steps = {step.id for step in profile.project.steps}
    units = {post.id: post.unit for post in profile.posts}
    assert {receipt.source for receipt in samples.receipts} <= {source.id for source in profile.sources}
    assert {receipt.tier for receipt in samples.receipts} <= {"", *(str(source.tier) for source in profile.sources)}
    assert {pool for _, pool in received_fen(samples)} <= {pool.id for pool in profile.pools}
    assert {class_fault(profile, project.kind) for project in samples.projects} == {""}
    assert {project.stop_at_step for project in samples.projects} - {""} <= steps
    assert all(person.unit == units[person.post] for person in samples.people)
    assert set(acting_posts(profile)) <= {person.post for person in samples.people}
    assert all((c.stop_at_gate or 1) <= len(profile.claims.gates) for c in samples.claims)


def acting_posts(profile: Profile) -> Iterator[str | None]:
    """Every post that must act for a year to be played; None where nobody may."""
    receipt, plan, release, claims = profile.receipt, profile.plan, profile.release, profile.claims
    assert receipt
    assert plan
    assert release
    assert claims
    assert profile.project
    kinds = {step.kind for step in profile.project.steps}
    yield from (receipt.registrar, receipt.reporter, receipt.notifier, plan.drafter)
    yield from (approval.body for approval in plan.approvals)
    yield from (claims.lodger, claims.payer, claims.confirmer)
    yield from (gate.post for gate in claims.gates)
    yield from profile.chain.posts if profile.chain else ()
    yield from (step.post for step in profile.project.steps if step.kind not in BROUGHT)
    yield from (post for step in profile.project.steps for post in step.together_with)
    yield from plan.together_with
    if "release" in kinds:
        yield release.post
    yield from (bar.attested_by for bar in bars(profile) if bar.when == "attested" and bar.at)


@ALL
def test_a_post_that_prepares_and_decides_in_one_project_has_a_person_for_each(samples: Samples) -> None:
    profile = profile_of(samples)
    assert profile.project is not None
    assert profile.claims is not None
    steps = profile.project.steps
    prepare = {post for s in steps if s.kind in PREPARES for post in (s.post, *s.together_with)} | {
        profile.claims.lodger
    }
    decide = {step.post for step in steps if step.kind in DECIDES} | {profile.claims.payer}
    decide |= {gate.post for gate in profile.claims.gates}
    holders = Counter(person.post for person in samples.people)
    assert {post for post, count in holders.items() if count > 1} == prepare & decide
    assert profile.plan is not None
    assert profile.plan.drafter not in {approval.body for approval in profile.plan.approvals}


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
        (
            "plans.csv",
            "2022-03-21,,late_release",
            "2022-03-21,,late",
            "plans.csv:2: story: 'late' is none of late_release",
        ),
        ("plans.csv", "integrated", "poverty", "plans.csv:2: pool: 'poverty' is none of integrated"),
        ("plans.csv", "P-2022-1", "P/1", "plans.csv:2: plan_no: 'P/1' is not a number"),
        ("projects.csv", "\nS02", "\nS01", "projects.csv:3: project_no: 'S01' is there already, in "),
        ("projects.csv", "86500000,,", "86500000,x,", "projects.csv:3: contract_fen: 'x' is not a whole number"),
        ("projects.csv", "employment", "Jobs!", "projects.csv:4: kind: 'Jobs!' is not an id"),
        ("projects.csv", "样例·机耕道硬化项目", " ", "projects.csv:5: name_zh: is empty"),
        ("projects.csv", "township_review", "Review!", "projects.csv:3: stop_at_step: 'Review!' is not an id"),
        ("receipts.csv", "2022-02-16", "2022-13-01", "receipts.csv:2: received_on: '2022-13-01' is no day"),
        ("receipts.csv", "central,2022,", "central,22,", "receipts.csv:2: fiscal_year: 22 is out of bounds"),
        ("receipts.csv", "\nF2,", "\nF1,", "receipts.csv:3: fund_id + portion_pool: 'F1 integrated' is there"),
        ("people.csv", "director,p-113", "director,p 113", "people.csv:14: person: 'p 113' is not a number"),
        ("people.csv", "\nrrb,p-102", "\nleading_group,p-101", "'leading_group p-101' is there already, in "),
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


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2022-11-25,vanish,F2,integrated,,,3,,x", "moves.csv:2: kind: 'vanish' is none of"),
        ("2022-11-25,withdraw,F9,integrated,,,3,,x", "moves.csv:2: fund_id: fund 'F9' is unknown"),
        ("2022-11-25,withdraw,F2,integrated,,,-3,,x", "moves.csv:2: amount_fen"),
        ("2022-11-25,adjust,F2,integrated,S01,,3,S99,x", "moves.csv:2: to_project_no: project 'S99' is unknown"),
        ("2022-11-25,refund,,,,S01-9,,,x", "moves.csv:2: claim_no: 'S01-9' is none of"),
        ("25.11.2022,close_year,F1,,,,,,x", "moves.csv:2: on"),
        ("2022-11-25,close_year,F1,,,,,,", "moves.csv:2: note"),
        ("2022-11-25,announce,F2,integrated,,,3,,x", "moves.csv:2: fund_id: fund 'F2' is there already"),
        ("2022-11-25,announce,F3,Pool!,,,3,,x", "moves.csv:2: pool: 'Pool!' is not an id"),
        ("2022-11-25,announce,F3,integrated,,,0,,x", "moves.csv:2: amount_fen"),
        ("2022-11-25,arrive,F3,integrated,,,3,,x", "moves.csv:2: fund_id: fund 'F3' is unknown"),
        ("2022-11-25,arrive,F2,integrated,,,3,,x", "moves.csv:2: fund_id: fund 'F2' is unknown"),
    ],
)
def test_bad_movement_is_refused_with_line_and_field(tmp_path: Path, row: str, message: str) -> None:
    folder = tmp_path / "sample-county"
    shutil.copytree(ROOT / "samples" / "sample-county", folder)
    header = "on,kind,fund_id,pool,project_no,claim_no,amount_fen,to_project_no,note"
    (folder / "moves.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        load(folder)
    assert message in str(caught.value)
