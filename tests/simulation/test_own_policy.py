"""A samples folder that brings its county's own rules; and a county whose rules are hard on those who play it."""

import copy
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.cases import case_id, county_stream
from domain.claim import CLAIM
from domain.county import COUNTY
from domain.errors import BadInputError
from domain.fund_facts import DepartmentNotified, MoneyReleased
from domain.ledger import Ledger
from domain.obligation_facts import Breached, ObligationMet, ObligationOpened, RungClimbed
from domain.plan_facts import StageDecided
from domain.policy import load as load_policy
from domain.policy.faults import PolicyError
from simulation.opening import policy_of
from simulation.samples import load
from simulation.year import play_year
from tests.domain.walk import toml
from tests.places import SAMPLES, UNKNOWN_COUNTY
from worker import build_worker

QUEUE = "own-policy"
RULES = tomllib.loads((UNKNOWN_COUNTY / "policy.toml").read_text(encoding="utf-8"))


def copied(to: Path, change: Callable[[dict[str, Any]], None] = lambda _: None) -> Path:
    """Return a copy of the made-up county's folder with changed rules."""
    folder = Path(shutil.copytree(UNKNOWN_COUNTY, to / "river"))
    rules = copy.deepcopy(RULES)
    change(rules)
    (folder / "policy.toml").write_text(toml(rules), encoding="utf-8")
    return folder


def replaced(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")


async def play(env: WorkflowEnvironment, ledger: Ledger, folder: Path) -> None:
    async with build_worker(env.client, ledger, QUEUE, sandboxed=False):
        await play_year(env, ledger, [load(folder)], 1, task_queue=QUEUE, replay="-")


# Which rules a folder is played under.


def test_a_folders_own_rules_are_those_of_its_year() -> None:
    samples = load(UNKNOWN_COUNTY)
    assert policy_of(samples) == load_policy(UNKNOWN_COUNTY / "policy.toml")


def test_a_folder_of_a_county_of_the_house_takes_the_houses_rules() -> None:
    samples = load(SAMPLES / "sample-county")
    assert samples.policy is None
    assert policy_of(samples).profile.county.id == "sample"


def test_a_folders_own_rules_come_before_the_houses(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLES / "sample-county", tmp_path / "x"))
    text = (SAMPLES.parent / "policies" / "sample.toml").read_text(encoding="utf-8")
    (folder / "policy.toml").write_text(text.replace('version = "2023.1"', 'version = "2023.9"'), encoding="utf-8")
    assert policy_of(load(folder)).profile.version == "2023.9"


def test_rules_of_another_county_are_refused_with_their_file(tmp_path: Path) -> None:
    folder = copied(tmp_path, lambda rules: rules["county"].update(id="brook"))
    with pytest.raises(BadInputError, match=r"policy\.toml: it is of 'brook', and sample\.toml of 'river'"):
        load(folder)


def test_wrong_rules_are_refused_with_file_and_line(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(UNKNOWN_COUNTY, tmp_path / "river"))
    replaced(folder / "policy.toml", ('registrar = "receiving_desk"', 'registrar = "recieving_desk"'))
    with pytest.raises(PolicyError) as caught:
        load(folder)
    (fault,) = caught.value.faults
    line = (folder / "policy.toml").read_text(encoding="utf-8").splitlines().index('registrar = "recieving_desk"') + 1
    assert (fault.file, fault.line, fault.key) == (str(folder / "policy.toml"), line, "receipt.registrar")
    assert "did you mean 'receiving_desk'?" in fault.en


def test_a_county_without_any_rules_is_told_where_they_may_lie(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "policy.toml").unlink()
    with pytest.raises(BadInputError, match=r"policy\.toml: the samples' folder has none, and there is no .*river"):
        policy_of(load(folder))


async def test_a_post_that_nobody_holds_is_named(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    people = (folder / "people.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    left = [row for row in people if not row.startswith("receiving_desk,")]
    assert len(left) == len(people) - 1
    (folder / "people.csv").write_text("".join(left), encoding="utf-8")
    with (
        Ledger(f"sqlite:///{tmp_path}/year.db") as ledger,
        pytest.raises(BadInputError, match=r"people\.csv: post: nobody holds 'receiving_desk'"),
    ):
        await play(skipping, ledger, folder)


# A county that is hard on its people: its stories are told all the same, and what shall be late is late.


def hard(rules: dict[str, Any]) -> None:
    """No chain and no ladder; days of one; nobody gives notice; one office reads, reads again and signs."""
    del rules["chain"], rules["ladders"], rules["receipt"]["notifier"], rules["receipt"]["notify_to"]
    rules["receipt"]["deadline"]["conditions"] = ["report"]
    rules["release"]["deadline"]["count"] = 1
    rules["plan"]["approvals"][1]["body"] = "project_office"
    for gate in rules["claims"]["gates"]:
        del gate["deadline"]["ladder"]
        gate["post"] = "first_reader"


async def test_a_hard_countys_year_is_played_and_what_shall_be_late_is_late(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    folder = copied(tmp_path, hard)
    replaced(folder / "plans.csv", ("2024-04-08,,", "2024-04-08,,late_release"))
    with (folder / "people.csv").open("a", encoding="utf-8") as people:
        people.write("first_reader,r-401,样例·初核岗乙 (sample),treasury\n")
        people.write("first_reader,r-402,样例·初核岗丙 (sample),treasury\n")
        people.write("project_office,r-403,样例·项目办乙 (sample),project_office\n")
    with Ledger(f"sqlite:///{tmp_path}/year.db") as ledger:
        await play(skipping, ledger, folder)
        facts = [entry.fact for entry in ledger.log()]
        # Nobody else's notice is asked for, and no clock waits for it.
        assert not any(isinstance(fact, DepartmentNotified) for fact in facts)
        clocks = {fact.obligation for fact in facts if isinstance(fact, ObligationOpened)}
        for fund in ("F1", "F2"):
            no = f"fund-{fund}-release-P-2024-1"
            assert no in clocks
            of_release = ledger.facts(case_id("river", "obligation", no))
            assert [fact.days_late for fact in of_release if isinstance(fact, ObligationMet)] == [1]
            assert any(isinstance(fact, Breached) for fact in of_release)
        assert len([fact for fact in facts if isinstance(fact, MoneyReleased)]) == 2
        # Over the holiday week, and past its fifth working day, 12 October.
        late = ledger.facts(case_id("river", "obligation", "claim-R02-1-v1-first_reading"))
        assert [fact.days_late for fact in late if isinstance(fact, ObligationMet)] == [4]
        assert not any(isinstance(fact, RungClimbed) for fact in facts)
        # Three people of one post answer its three gates; of two who may approve, the drafter does not.
        claim = ledger.state(CLAIM, case_id("river", "claim", "R01-1"))
        assert claim.paid
        assert set(claim.hands) >= {"r-307", "r-401", "r-402"}
        decided = [fact.act.person for fact in facts if isinstance(fact, StageDecided)]
        assert decided == ["r-301", "r-403"]
        assert ledger.state(COUNTY, county_stream("river")).current is not None
