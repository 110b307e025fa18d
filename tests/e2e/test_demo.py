"""The demo: two counties' year into a fresh store, told from the ledger to the last fen."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from domain.cases import kind_of
from domain.ledger import Ledger
from doors.stores import DEMO_STORE
from tests.e2e.program import Ended, run
from tests.places import SAMPLES

RECEIVED = 128_293_240_000
INTEGRATED, INTEGRATED_PAID = 94_995_470_000, 93_362_510_000
ORIGINAL, ORIGINAL_PAID = 33_297_770_000, 28_591_650_000


def statement(cwd: Path) -> dict[str, dict[str, int | str]]:
    """Return the pools of Jiashi's statement."""
    told = run(cwd, "report", "sources-and-uses", "jiashi", "2022", "--json")
    assert told.code == 0, told.err
    return {pool["pool"]: pool for pool in json.loads(told.out)["pools"]}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """The demo as committed, run once for the tests below."""
    cwd = tmp_path_factory.mktemp("demo")
    ended = run(cwd, "demo", "--exit")
    assert ended.code == 0, ended.err[-2000:]
    return cwd, ended


def test_the_demo_prints_the_printed_totals_of_the_text(demo: tuple[Path, Ended]) -> None:
    out = demo[1].out
    for figure in (
        "128,293.24",
        "94,995.47",
        "93,362.51",
        "98.28%",
        "33,297.77",
        "28,591.65",
        "85.87%",
    ):
        assert figure in out, figure


def test_the_demo_tells_the_projects_life_with_one_gate_late(demo: tuple[Path, Ended]) -> None:
    out = demo[1].out
    life = [
        "sample/project/S01",
        "claim-S01-2-v1-finance_section",
    ]
    assert all(word in out for word in life)


def test_the_statement_has_the_same_figures_in_whole_fen(demo: tuple[Path, Ended]) -> None:
    pools = statement(demo[0])
    integrated, original = pools["integrated"], pools["original_use"]
    assert integrated["received_fen"] + original["received_fen"] == RECEIVED  # type: ignore[operator]
    assert (integrated["allotted_fen"], integrated["projects"]) == (INTEGRATED, 31)
    assert (integrated["paid_fen"], integrated["rate"]) == (INTEGRATED_PAID, "98.28%")
    assert (original["allotted_fen"], original["projects"]) == (ORIGINAL, 26)
    assert (original["paid_fen"], original["rate"]) == (ORIGINAL_PAID, "85.87%")


def test_a_countys_year_has_every_process_that_its_text_speaks_of(demo: tuple[Path, Ended]) -> None:
    with Ledger(f"sqlite:///{demo[0]}/{DEMO_STORE}") as ledger:
        kinds = {kind_of(entry.stream) for entry in ledger.log() if entry.stream.startswith("jiashi/")}
    assert kinds > {
        *("fund", "plan", "meeting", "project", "claim", "obligation", "bank"),
        *("disclosure", "hotline", "training", "dispatch", "watch", "performance", "surplus", "outbox"),
    }


@pytest.mark.parametrize(
    ("other", "rules"),
    [("guangfeng", {"project.steps.field_survey", "plan.approvals.leading_group"}), ("jinghe", {"bans.no_linkage"})],
)
def test_a_simulated_project_under_another_countys_rules(demo: tuple[Path, Ended], other: str, rules: set[str]) -> None:
    told = run(demo[0], "what-if", "jiashi/project/A09", "--policy", other, "--json")
    assert told.code == 0, told.err
    assert rules <= {one["rule"] for one in json.loads(told.out)["missing"]}


def test_a_funds_history_names_actor_dates_and_clause(demo: tuple[Path, Ended]) -> None:
    told = run(demo[0], "fund", "history", "jiashi/fund/F4", "--json")
    assert told.code == 0, told.err
    items = json.loads(told.out)["items"]
    facts = [item["fact"] for item in items]
    for fact in (
        "fund.received/1",
        "fund.reported/1",
        "fund.notified/1",
        "obligation.opened/1",
        "obligation.met/1",
        "plan.drafted/1",
        "plan.decided/1",
        "meeting.minutes-filed/1",
        "fund.released/1",
        "claim.gate-passed/1",
        "fund.paid/1",
    ):
        assert fact in facts, fact
    for item in items:
        assert item["person"]
        assert item["post"]
        assert item["occurred_on"]
        assert item["recorded_at"]
    assert all(item["clause"] for item in items if item["fact"] == "claim.gate-passed/1")


def test_a_fen_less_and_a_claim_left_at_a_gate_are_seen(tmp_path: Path) -> None:
    """One payment of the integrated pool is a fen lower; one claim on original use is left at gate 4."""
    changed = tmp_path / "samples"
    shutil.copytree(SAMPLES, changed)
    left = _change(changed / "jiashi-2022" / "claims.csv")
    ended = run(tmp_path, "demo", "--exit", "--samples", str(changed))
    assert ended.code == 0, ended.err[-2000:]
    pools = statement(tmp_path)
    assert pools["integrated"]["paid_fen"] == INTEGRATED_PAID - 1
    assert pools["original_use"]["paid_fen"] == ORIGINAL_PAID - left
    assert pools["original_use"]["reserved_fen"] == left


def _change(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lower = next(row for row in rows if row["pool"] == "integrated")
    lower["amount_fen"] = str(int(lower["amount_fen"]) - 1)
    stopped = next(row for row in rows if row["pool"] == "original_use" and not row["story"])
    stopped["stop_at_gate"] = "4"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return int(stopped["amount_fen"])
