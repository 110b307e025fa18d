"""The simulation: the same seed gives the same facts, another seed others; what is wrong is said."""

import json
import shutil
from pathlib import Path

from tests.e2e.program import run
from tests.places import SAMPLES


def digest(cwd: Path, seed: int) -> str:
    """Return the digest of the sample county's year, in which people are away now and then."""
    ended = run(cwd, "simulate", "sample", "--year", "2022", "--seed", str(seed), "--absent", "20%", "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert all((wait["persons"], wait["until"]) for wait in told["attendance"]["waits"])
    return str(told["digest"])


def test_the_same_seed_gives_the_same_facts_another_seed_others(tmp_path: Path) -> None:
    first, again, other = (digest(tmp_path, seed) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_plan_over_its_portion_stops_the_year_with_the_numbers(tmp_path: Path) -> None:
    samples = tmp_path / "sample-county"
    shutil.copytree(SAMPLES / "sample-county", samples)
    lines = samples / "lines.csv"
    text = lines.read_text(encoding="utf-8")
    amount = text.splitlines()[1].rpartition(",")[2]
    lines.write_text(text.replace(f",{amount}\n", ",9999999999999\n", 1), encoding="utf-8")
    store = f"sqlite:///{tmp_path}/year.db"
    ended = run(
        tmp_path,
        *("simulate", "sample", "--year", "2022", "--samples", str(samples), "--store", store),
        BRIDGEFUND_LANG="en",
    )
    assert ended.code == 2
    assert "9999999999999" in ended.err
    assert "at most" in ended.err


def test_a_county_without_samples_is_named(tmp_path: Path) -> None:
    ended = run(tmp_path, "simulate", "nowhere", "--year", "2022")
    assert ended.code == 2
    assert "nowhere-2022" in ended.err


def test_a_misspelt_setting_is_named(tmp_path: Path) -> None:
    ended = run(tmp_path, "doctor", BRIDGEFUND_STOER="x")
    assert ended.code == 2
    assert "BRIDGEFUND_STOER" in ended.err


def test_one_year_has_every_movement_of_money_and_closes(tmp_path: Path, played: Path) -> None:
    shutil.copytree(played, tmp_path, dirs_exist_ok=True)
    store = ("--store", f"sqlite:///{tmp_path}/year.db")
    told = run(tmp_path, "report", "sources-and-uses", "sample", "2022", "--json", *store)
    totals = json.loads(told.out)["totals"]
    left = totals["received_fen"] - totals["withdrawn_fen"] - totals["paid_fen"]
    places = ("free", "unreleased", "claimable", "reserved", "sent")
    assert left == sum(totals[f"{place}_fen"] for place in places)
    assert totals["withdrawn_fen"] == 3_000_000
    assert totals["refunded_fen"] == 39_540_000
    assert totals["bounced_fen"] == 39_540_000
    assert totals["free_fen"] == 8_280_000 - 3_000_000
    # What the closed year left is what the next begins with; next year's announced money is in neither.
    told = run(tmp_path, "report", "sources-and-uses", "sample", "2023", "--json", *store)
    next_year = json.loads(told.out)
    carried = next_year["carried"]["totals"]
    assert carried["carried_fen"] == carried["left_fen"] == left
    assert carried["carried"] == {f"{place}_fen": totals[f"{place}_fen"] for place in places}
    assert (next_year["totals"]["received_fen"], next_year["announced"]["totals"]["announced_fen"]) == (0, 150_000_000)
    history = json.loads(run(tmp_path, "fund", "history", "sample/fund/F1", "--json", *store).out)["items"]
    facts = [item["fact"] for item in history]
    for fact in ("fund.reduced/1", "fund.year-closed/1", "claim.payment-refunded/1", "claim.payment-bounced/1"):
        assert fact in facts, fact
    life = json.loads(run(tmp_path, "project", "show", "sample/project/S01", "--json", *store).out)["history"]
    order = [item["fact"] for item in life]
    # The retention money is paid after the keeper's receipt has closed the project.
    assert order.index("project.closed/1") < len(order) - 1 - order[::-1].index("project.payment-noted/1")


def test_what_happened_in_a_year_is_counted_by_kind(tmp_path: Path) -> None:
    ended = run(tmp_path, "simulate", "guangfeng", "--year", "2021", "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert sum(told["kinds"].values()) == told["facts"]
    assert told["cases"]["fund"] == told["kinds"]["fund.received/1"] == 3
    # Insurance, a standing fund and work budgets: money used without a contractor.
    assert told["cases"]["instrument"] == 4
    # Each month's dispatch begins by the calendar, whoever acts on it.
    assert told["cases"]["dispatch"] == told["kinds"]["dispatch.opened/1"] == told["kinds"]["calendar.day-came/1"] == 12
    assert {"instrument.used/1", "dispatch.opened/1", "disclosure.published/1"} <= told["kinds"].keys()


def test_the_deadlines_of_a_year_end_in_every_way_that_there_is(tmp_path: Path) -> None:
    """Of the five counties only Jiashi's text counts days; all of them calendar days, so none is counted again."""
    ended = run(tmp_path, "simulate", "jiashi", "--year", "2022", "--seed", "7", "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    stages, happened = told["obligations"]["stages"], told["obligations"]["happened"]
    assert sum(stages.values()) == told["cases"]["obligation"]
    assert [stage for stage, number in stages.items() if number == 0] == ["paused"]
    assert [what for what, number in happened.items() if number == 0] == ["recomputed"]
    assert list(told["obligations"]["rungs"]) == ["1", "2", "3"]
