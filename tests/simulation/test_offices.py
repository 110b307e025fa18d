"""Office decisions of the sample years: they fill what a county's text leaves open, and without them its year stops."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.asset import ASSET
from domain.balances import Bucket
from domain.cases import case_id, county_stream, kind_of
from domain.claim import CLAIM
from domain.county import COUNTY
from domain.errors import BadInputError
from domain.fund import FUND
from domain.fund_facts import FundReceived, MoneyReleased
from domain.ledger import Ledger
from domain.money import fen_of_wan
from domain.performance import PERFORMANCE
from domain.plan import PLAN
from domain.plan_facts import PlanInForce
from domain.policy import load as load_policy
from domain.policy.faults import PolicyError
from domain.policy.office import parse_office
from domain.project import PROJECT
from simulation.opening import POLICIES, profile_of
from simulation.sample_model import Samples
from simulation.samples import load
from simulation.year import play_year
from tests.places import SAMPLES
from worker import build_worker
from workflows.client import RequestRefusedError

QUEUE = "offices"
FOUR = ("guangfeng-2021", "meilan-2023", "jinghe-2023", "maojian-2017")
EACH = pytest.mark.parametrize("folder", FOUR)


def dumped(samples: Samples, *, with_office: bool) -> dict[str, Any]:
    profile = profile_of(samples) if with_office else load_policy(POLICIES / f"{samples.head.county}.toml").profile
    return profile.model_dump(exclude_none=True)


def said(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Everything that a profile says, by its place; a rule in a list stands under its id."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from said(item, f"{at}.{key}")
    elif isinstance(value, tuple | list) and value and isinstance(value[0], dict) and "id" in value[0]:
        for item in value:
            yield from said(item, f"{at}.{item['id']}")
    elif value not in ((), []):
        yield at, value


# What the files say.


@pytest.mark.parametrize("folder", ["jiashi-2022", "sample-county"])
def test_a_county_whose_text_leaves_nothing_open_that_a_year_needs_has_no_office_decision(folder: str) -> None:
    assert load(SAMPLES / folder).office is None


@EACH
def test_an_office_decision_is_a_sample_with_number_date_and_source(folder: str) -> None:
    samples = load(SAMPLES / folder)
    assert samples.office is not None
    decided = parse_office(samples.office, folder).decided
    assert decided.sample
    assert decided.no.startswith("样例")
    assert decided.source.startswith("样例")
    assert decided.county == samples.head.county
    assert decided.date == date(samples.head.year, 1, 1)
    assert samples.office == (SAMPLES / folder / "office.toml").read_bytes().decode()


@EACH
def test_an_office_decision_fills_gaps_and_changes_nothing_of_the_text(folder: str) -> None:
    samples = load(SAMPLES / folder)
    text, merged = (dict(said(dumped(samples, with_office=filled))) for filled in (False, True))
    assert text.items() <= merged.items()
    label = parse_office(samples.office or "", folder).decided.label
    added = {at: value for at, value in merged.items() if at not in text}
    assert added
    # Each rule that took something names the decision, as its source or beside the text's line.
    tables = {at.rpartition(".")[0] for at in added}
    assert all(label in (merged[f"{table}.source"], merged.get(f"{table}.office")) for table in tables)


@EACH
def test_an_office_decision_sets_no_deadline_and_its_posts_are_marked(folder: str) -> None:
    samples = load(SAMPLES / folder)
    office = parse_office(samples.office or "", folder)
    assert not [at for at, _ in said(office.fills) if "deadline" in at or "days" in at]
    posts = office.fills["posts"]
    assert all(post["zh"].startswith("样例·") and post["en"].endswith("(sample)") for post in posts.values())
    known = {post.id for post in load_policy(POLICIES / f"{samples.head.county}.toml").profile.posts}
    assert not known & posts.keys()


@pytest.mark.parametrize(
    ("folder", "kept", "open_"),
    [
        ("meilan-2023", "plan.approvals.approve.body", "district_government"),
        ("maojian-2017", "plan.approvals.plan.body", "district_government"),
        ("maojian-2017", "claims.gates.level_5.post", "sign_5"),
        ("jinghe-2023", "project.steps.feasibility.post", "industry_departments"),
        ("guangfeng-2021", "receipt.registrar", "finance_bureau"),
        ("jinghe-2023", "bans.no_clear_result.attested_by", "industry_departments"),
        ("maojian-2017", "bans.county_building.attested_by", "competent_department"),
    ],
)
def test_what_the_text_leaves_open_is_filled(folder: str, kept: str, open_: str) -> None:
    samples = load(SAMPLES / folder)
    assert f".{kept}" not in dict(said(dumped(samples, with_office=False)))
    assert dict(said(dumped(samples, with_office=True)))[f".{kept}"] == open_


# Bad files: refused before anything happens.


def changed(to: Path, old: str, new: str) -> Path:
    folder = shutil.copytree(SAMPLES / "jinghe-2023", to / "jinghe-2023")
    text = (folder / "office.toml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / "office.toml").write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("date = 2023-01-01", 'date = "soon"', "office.toml:7"),
        ("[decision]", "[decided]", "only decision and profile"),
        ('no = "样例精办〔2023〕1号"', "", "office.toml"),
        ('registrar = "finance_side"', "registrar =", "not TOML"),
    ],
)
def test_a_file_that_is_no_office_decision_does_not_load(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(changed(tmp_path, old, new))
    assert words in caught.value.text("en")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('registrar = "finance_side"', 'notifier = "township"', "the text says 'finance_side'"),
        ('county = "jinghe"', 'county = "meilan"', "of meilan"),
        ('registrar = "finance_side"', 'registrar = "finance_sied"', "finance_sied"),
        ('lodger = "implementing_unit"', 'lodger_post = "implementing_unit"', "lodger_post"),
    ],
)
async def test_an_office_decision_that_does_not_fit_stops_the_year_before_its_first_fact(
    skipping: WorkflowEnvironment, tmp_path: Path, old: str, new: str, words: str
) -> None:
    with Ledger(f"sqlite:///{tmp_path}/year.db") as ledger:
        with pytest.raises(PolicyError) as caught:
            await play(skipping, ledger, load(changed(tmp_path, old, new)))
        assert words in caught.value.text("en")
        assert next(ledger.log(), None) is None


async def test_a_project_of_no_class_stops_the_year_before_its_first_fact(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    folder = shutil.copytree(SAMPLES / "maojian-2017", tmp_path / "maojian-2017")
    text = (folder / "projects.csv").read_text(encoding="utf-8")
    (folder / "projects.csv").write_text(text.replace(",relocation,", ",relocatoin,", 1), encoding="utf-8")
    with Ledger(f"sqlite:///{tmp_path}/year.db") as ledger:
        with pytest.raises(BadInputError, match=r"M09: kind: 'relocatoin' is none of .*relocation"):
            await play(skipping, ledger, load(folder))
        assert next(ledger.log(), None) is None


# Meilan's year, with and without.


async def play(env: WorkflowEnvironment, ledger: Ledger, samples: Samples, *, with_offices: bool = True) -> None:
    async with build_worker(env.client, ledger, QUEUE, sandboxed=False):
        await play_year(env, ledger, [samples], 1, task_queue=QUEUE, replay="-", with_offices=with_offices)


async def test_meilans_year_arranges_the_printed_batch_to_the_fen(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    samples = load(SAMPLES / "meilan-2023")
    with Ledger(f"sqlite:///{tmp_path}/year.db") as ledger:
        await play(skipping, ledger, samples)
        funds = [ledger.state(FUND, case_id("meilan", "fund", no)) for no in ("F1", "F2")]
        portions = {pool: portion for fund in funds for pool, portion in fund.balances.portions.items()}
        arranged = {pool: portion.allotted for pool, portion in portions.items()}
        assert arranged == {"city": fen_of_wan("22.5"), "district": fen_of_wan("27.5")}
        assert sum(arranged.values()) == fen_of_wan("50")
        for portion in portions.values():
            assert portion.received == portion.allotted == portion.released
            assert portion.buckets[Bucket.FREE] == 0
        waiting = [c for c in samples.claims if c.stop_at_gate]
        done = sum(c.amount_fen for c in samples.claims) - sum(c.amount_fen for c in waiting)
        assert sum(portion.buckets[Bucket.PAID] for portion in portions.values()) == done
        assert [ledger.state(CLAIM, case_id("meilan", "claim", c.claim_no)).waits_for for c in waiting] == [
            "finance_review"
        ]
        stages = Counter(
            PROJECT.stage(ledger.state(PROJECT, case_id("meilan", "project", p.project_no))) for p in samples.projects
        )
        assert stages == {"closed": 5, "build": 1}
        kinds = {kind_of(entry.stream) for entry in ledger.log()}
        assert kinds > {"asset", "performance", "disclosure", "dispatch", "outbox"}
        plan = ledger.state(PLAN, case_id("meilan", "plan", "P-2023-1"))
        assert plan.in_force
        assert plan.drafted is not None
        # The approver is the office decision's, and every fact of the approval says so.
        (stage,) = plan.drafted.terms.stages
        assert (stage.id, stage.body) == ("approve", "district_government")
        in_force = next(entry.fact for entry in ledger.log() if isinstance(entry.fact, PlanInForce))
        assert "office decision 样例美办〔2023〕1号 of 2023-01-01" in in_force.act.clause
        assert in_force.act.clause.startswith("ML L5, L9, L15")
        # What its acts ask of results and of an asset went through their own processes.
        asset = ledger.state(ASSET, case_id("meilan", "asset", "LS1-Z1"))
        assert (ASSET.stage(asset), asset.cost) == ("kept", ledger.state(PROJECT, "meilan/project/LS1").money.paid)
        results = ledger.state(PERFORMANCE, case_id("meilan", "performance", "LS1"))
        assert (len(results.monitored), len(results.linked), PERFORMANCE.open_steps(results)) == (1, 1, ())
        county = ledger.state(COUNTY, county_stream("meilan"))
        assert county.current is not None
        assert len(county.current.office) == 1
        assert county.texts[county.current].office_texts == (samples.office,)


@pytest.mark.parametrize(
    ("folder", "missing", "clause"),
    [
        ("guangfeng-2021", "who enters a receipt?", "receipt"),
        ("meilan-2023", "who: register a receipt?", "ML L9"),
        ("jinghe-2023", "who: three_notices_one_announcement?", "JH L6"),
        ("maojian-2017", "who enters a receipt?", "receipt"),
    ],
)
async def test_without_its_office_decision_a_year_stops_where_the_text_is_silent(
    skipping: WorkflowEnvironment, tmp_path: Path, folder: str, missing: str, clause: str
) -> None:
    samples = load(SAMPLES / folder)
    with Ledger(f"sqlite:///{tmp_path}/year.db") as ledger:
        with pytest.raises(RequestRefusedError) as caught:
            await play(skipping, ledger, samples, with_offices=False)
        assert caught.value.rule == "NoRuleStatedError"
        assert f"no rule stated: {missing} ({clause})" in caught.value.text("en")
        assert "未规定" in caught.value.text("zh")
        facts = [entry.fact for entry in ledger.log()]
        assert not any(isinstance(fact, FundReceived | MoneyReleased) for fact in facts)
        refused = [fact for fact in facts if type(fact).__name__ == "AttemptRefused"]
        assert [fact.rule for fact in refused] == ["NoRuleStatedError"]
