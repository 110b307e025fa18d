"""A county that is in no file of policies/ plays its year, as a person runs the program: its rules are data alone."""

import json
import re
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.calendar import day_of
from domain.ledger import Ledger
from tests.e2e.program import Ended, run
from tests.places import ROOT, UNKNOWN_COUNTY
from tests.test_layers import FILES

LATE_GATE = "river/obligation/claim-R02-1-v1-first_reading"


@dataclass(frozen=True)
class Played:
    """A copy of the county's folder, and the store that its year was played into."""

    cwd: Path
    folder: Path
    ended: Ended

    @property
    def store(self) -> str:
        """Return the store's URL."""
        return f"sqlite:///{self.cwd}/year.db"

    def read(self, *words: str) -> Any:
        """Return what a reading command prints as JSON."""
        told = run(self.cwd, *words, "--json", "--store", self.store)
        assert told.code == 0, told.err
        return json.loads(told.out)

    def facts(self, case: str) -> list[dict[str, Any]]:
        """Return the facts of a case as they are stored, each with its tag as `type`."""
        with Ledger(self.store) as ledger:
            return [msgspec.to_builtins(fact) for fact in ledger.facts(case)]


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The year, played once from a copy of the folder that lies where no program of ours looks by itself."""
    cwd = tmp_path_factory.mktemp("river")
    folder = Path(shutil.copytree(UNKNOWN_COUNTY, cwd / "anywhere"))
    words = ("simulate", "river", "--year", "2024", "--samples", str(folder), "--json")
    return Played(cwd, folder, run(cwd, *words, "--store", f"sqlite:///{cwd}/year.db", BRIDGEFUND_LANG="en"))


def on(fact: dict[str, Any]) -> date:
    """Return the day in Asia/Shanghai on which a fact was recorded."""
    return day_of(datetime.fromisoformat(fact["act"]["recorded_at"]))


def of(facts: list[dict[str, Any]], tag: str) -> list[dict[str, Any]]:
    """Return the facts with a tag."""
    return [fact for fact in facts if fact["type"] == tag]


def test_no_program_and_no_policy_knows_the_county() -> None:
    named = re.compile(r"\briver\b|河川", re.IGNORECASE)
    others = [*FILES, *(ROOT / "policies").rglob("*.toml"), *(ROOT / "samples").glob("*/*.*")]
    assert len(others) > 150
    assert [str(file) for file in others if named.search(file.read_bytes().decode(errors="replace"))] == []
    assert not (ROOT / "policies" / "river.toml").exists()


def test_its_rules_are_right(river: Played) -> None:
    checked = run(river.cwd, "policy", "check", str(river.folder / "policy.toml"), BRIDGEFUND_LANG="en")
    assert (checked.code, checked.err) == (0, "")
    assert "River County" in checked.out
    assert "ladders" not in checked.out


def test_it_runs_its_year_and_the_invariants_hold(river: Played) -> None:
    # The invariants are checked after every act: one that is broken ends the run with another code.
    assert river.ended.code == 0, river.ended.err
    told = json.loads(river.ended.out)
    assert (told["county"], told["year"], told["sample"]) == ("river", 2024, True)
    with Ledger(river.store) as ledger:
        assert told["facts"] == sum(1 for _ in ledger.log())
        assert not [entry.stream for entry in ledger.log() if "/attempts/" in entry.stream]


def test_its_statement_is_right_to_the_fen(river: Played) -> None:
    """By hand from the folder's rows.

    works: received 1,500,000.00 + 300,000.07 = 1,800,000.07 yuan, all of it for R01 and R03. R01 is paid in full,
    1,200,000.07; R03 150,000.00 + 100,000.00, and 50,000.00 waits at its second gate.
    care: received 800,000.00 + 400,000.00, of it 500,000.00 for R02 and 350,000.00 for R04; 100,000.00 withdrawn;
    paid 200,000.00 for R02.
    """
    told = river.read("report", "sources-and-uses", "river", "2024")
    pools = {pool.pop("pool"): pool for pool in told["pools"]}
    nothing = {"unreleased_fen": 0, "sent_fen": 0, "refunded_fen": 0}
    assert pools == {
        "works": {
            **nothing,
            "received_fen": 180_000_007,
            "received_by_source": {"upper": 150_000_000, "own": 30_000_007},
            "withdrawn_fen": 0,
            "free_fen": 0,
            "allotted_fen": 180_000_007,
            "released_fen": 180_000_007,
            "claimable_fen": 30_000_000,
            "reserved_fen": 5_000_000,
            "claimed_fen": 150_000_007,
            "approved_fen": 145_000_007,
            "paid_fen": 145_000_007,
            "rate": "80.56%",
            "projects": 2,
            "bounced_fen": 10_000_000,
            "bounced_count": 1,
        },
        "care": {
            **nothing,
            "received_fen": 120_000_000,
            "received_by_source": {"upper": 80_000_000, "own": 40_000_000},
            "withdrawn_fen": 10_000_000,
            "free_fen": 25_000_000,
            "allotted_fen": 85_000_000,
            "released_fen": 85_000_000,
            "claimable_fen": 65_000_000,
            "reserved_fen": 0,
            "claimed_fen": 20_000_000,
            "approved_fen": 20_000_000,
            "paid_fen": 20_000_000,
            "rate": "23.53%",
            "projects": 2,
            "bounced_fen": 0,
            "bounced_count": 0,
        },
    }
    assert told["totals"]["received_fen"] - told["totals"]["withdrawn_fen"] == 290_000_007
    assert (told["totals"]["paid_fen"], told["totals"]["rate"]) == (165_000_007, "62.26%")


def test_a_receipts_two_working_days_go_past_the_spring_festival(river: Played) -> None:
    """By 国办发明电〔2023〕7号.

    Received on Thursday 8 February 2024. Friday 9 is the first working day, 10 to 17 February are off, and Sunday 18
    February is worked for them: the second.
    """
    opened = of(river.facts("river/obligation/fund-F1-arrival"), "obligation.opened/1")[0]
    assert (opened["trigger_on"], opened["due_on"], opened["unit"]) == ("2024-02-08", "2024-02-18", "working")


def test_its_late_gate_breaches_on_the_right_working_day(river: Played) -> None:
    """Lodged inside the holiday week of 1 to 7 October 2024.

    Its five working days are Tuesday 8, Wednesday 9, Thursday 10, Friday 11, and Saturday 12 October, which the
    notice makes a working day.
    """
    facts = river.facts(LATE_GATE)
    opened = of(facts, "obligation.opened/1")[0]
    assert date(2024, 10, 1) <= date.fromisoformat(opened["trigger_on"]) <= date(2024, 10, 7)
    assert (opened["count"], opened["unit"], opened["due_on"]) == (5, "working", "2024-10-12")
    assert opened["provisional"] is False
    (breached,) = of(facts, "obligation.breached/1")
    assert (breached["post"], breached["person"]) == ("first_reader", "r-307")
    assert breached["act"]["clause"] == "样例河规 §9.1"
    assert on(breached) == date(2024, 10, 13)
    (met,) = of(facts, "obligation.met/1")
    assert (met["days_late"], on(met)) == (4, date(2024, 10, 16))
    # The money is paid all the same, and the claim's history tells why it took so long.
    told = river.read("claim", "show", "river/claim/R02-1")
    assert "obligation.breached/1" in [item["fact"] for item in told["history"]]


def test_its_late_gate_climbs_the_countys_own_ladder(river: Played) -> None:
    """Rungs of 0, 1 and 3 days, counted from 13 October, the day after the due day; each with its effect and line."""
    climbed = of(river.facts(LATE_GATE), "obligation.escalated/1")
    told = [(fact["rung"], on(fact), fact.get("effect"), fact["act"]["clause"]) for fact in climbed]
    assert told == [
        (1, date(2024, 10, 13), "warn", "样例河规 §16.1"),
        (2, date(2024, 10, 14), "interview", "样例河规 §16.2"),
        (3, date(2024, 10, 16), "accountability", "样例河规 §16.3"),
    ]
    for fact, actor in zip(climbed, ("watch_desk", "inspection_head", "discipline_desk"), strict=True):
        assert actor in (fact["post"], fact.get("actor"))


def test_a_deadline_without_a_ladder_climbs_the_chain(river: Played) -> None:
    """The second receipt is notified two days late: the chain's first post is told, the second not yet."""
    facts = river.facts("river/obligation/fund-F2-arrival")
    # Tuesday 5 March 2024 and two working days.
    assert of(facts, "obligation.opened/1")[0]["due_on"] == "2024-03-07"
    assert [fact["post"] for fact in of(facts, "obligation.escalated/1")] == ["watch_desk"]


def test_two_bodies_decide_in_order_before_any_release(river: Played) -> None:
    facts = river.facts("river/plan/P-2024-1")
    told = [(fact["type"], fact.get("stage", "")) for fact in facts]
    assert told == [
        ("plan.drafted/1", ""),
        ("plan.decided/1", "works"),
        ("plan.minutes-bound/1", "works"),
        ("plan.decided/1", "money"),
        ("plan.in-force/1", ""),
        ("plan.release-noted/1", ""),
        ("plan.release-noted/1", ""),
    ]
    posts = [fact["act"]["post"] for fact in of(facts, "plan.decided/1")]
    assert posts == ["standing_meeting", "money_committee"]
    for fund in ("F1", "F2"):
        (released,) = of(river.facts(f"river/fund/{fund}"), "fund.released/1")
        assert released["form"] == "indicator"
        assert on(released) > on(of(facts, "plan.in-force/1")[0])
        (met,) = of(river.facts(f"river/obligation/fund-{fund}-release-P-2024-1"), "obligation.met/1")
        assert met["days_late"] == 0


def test_its_project_goes_two_rounds_with_a_return_and_then_its_own_order(river: Played) -> None:
    facts = river.facts("river/project/R01")
    (back,) = of(facts, "project.step-returned/1")
    assert (back["step"], back["to"]) == ("township_review_1", "declaration_1")
    assert [fact["step"] for fact in of(facts, "project.step-passed/1")] == [
        "declaration_1",
        "declaration_1",
        "township_review_1",
        "declaration",
        "township_review",
        "bank",
        "plan",
        "tender",
        "release",
        "contract",
        "build",
        "title",
        "accept",
        "handover",
        "keep",
        "payments",
    ]
    # The other projects wait where their rows say.
    stages = {case["no"]: case["stage"] for case in river.read("project", "list", "--county", "river")["items"]}
    assert stages == {"R01": "closed", "R02": "build", "R03": "build", "R04": "tender", "R05": "declaration"}


def test_its_retention_is_paid_after_the_handover_and_in_its_days(river: Played) -> None:
    project = river.facts("river/project/R01")
    passed_on = {fact["step"]: on(fact) for fact in of(project, "project.step-passed/1")}
    facts = river.facts("river/obligation/project-R01-retention")
    opened = of(facts, "obligation.opened/1")[0]
    due_on = date.fromisoformat(opened["due_on"])
    # Held for 80 calendar days after the acceptance, then paid within 40.
    assert (due_on - passed_on["accept"]).days == 120
    assert (opened["responsible"], opened["act"]["clause"]) == ("paying_desk", "样例河规 §10")
    (met,) = of(facts, "obligation.met/1")
    assert met["days_late"] == 0
    assert passed_on["accept"] < passed_on["handover"] < passed_on["keep"] < on(met) <= due_on
    assert (on(met) - passed_on["accept"]).days >= 80
    # 5 % of 1,200,000.07 yuan, rounded half up: 60,000.00. It is the last payment, and closes the project.
    noted = {fact["claim_no"]: fact["amount_fen"] for fact in of(project, "project.claim-noted/1")}
    assert noted["R01-3"] == 6_000_000
    assert on(of(project, "project.closed/1")[0]) == on(met) == passed_on["payments"]


def test_without_its_rules_the_folder_is_of_no_county(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(UNKNOWN_COUNTY, tmp_path / "bare"))
    (folder / "policy.toml").unlink()
    ended = run(tmp_path, "simulate", "river", "--year", "2024", "--samples", str(folder), BRIDGEFUND_LANG="en")
    assert ended.code == 2
    assert "policy.toml" in ended.err


def test_help_tells_of_the_rules_in_the_folder(tmp_path: Path) -> None:
    for language in ("zh", "en"):
        assert "policy.toml" in run(tmp_path, "simulate", "--help", BRIDGEFUND_LANG=language).out
