"""A county on PostgreSQL from its first day: played, taken up by `up`, decided in, looked at, and copied away again."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import door
from domain.ledger import Ledger
from simulation.digest import ledger_digest
from tests.databases import Postgres
from tests.e2e.program import Ended, run
from tests.e2e.test_up import LIMIT_S, assert_all_gone, told, up
from tests.e2e.town import OPEN_CLAIM


@pytest.fixture
def store(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as url:
        yield url


def test_a_year_on_postgresql_is_the_year_on_sqlite_and_goes_on_there(tmp_path: Path, played: Path, store: str) -> None:
    simulated = run(tmp_path, "simulate", "sample", "--year", "2022", "--seed", "1", "--store", store)
    assert simulated.code == 0, simulated.err
    assert digest_at(store) == digest_at(f"sqlite:///{played}/year.db")
    with up(tmp_path, "--store", store) as process:
        said = told(process)
        decided_and_seen(tmp_path, store, said["address"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0
        assert_all_gone(said)
    home = f"sqlite:///{tmp_path}/home.db"
    assert json.loads(here("migrate", store, home))["same"]
    shown = [json.loads(here("claim", "show", OPEN_CLAIM, "--store", url)) for url in (store, home)]
    assert shown[0] == shown[1]
    assert "deputy_director" in json.dumps(shown[0])


def digest_at(url: str) -> str:
    with Ledger(url) as ledger:
        return ledger_digest(ledger)


def here(*words: str) -> str:
    """Run a command that needs no server in this very process, and return its JSON."""
    result = CliRunner().invoke(door(words), [*words, "--json"])
    assert result.exit_code == 0, result.output
    return result.stdout


def decided_and_seen(cwd: Path, store: str, address: str) -> None:
    """Somebody decides, and every overseer finds the store as it should be."""

    def ask(*words: str) -> Ended:
        return run(cwd, *words, "--store", store, "--address", address)

    assert ask("act", OPEN_CLAIM, "approve", "--as", "payment_centre").code == 0
    resumed = json.loads(ask("resume", "--sample", "--json").out)
    assert resumed["found"] == {"running": resumed["cases"]}
    reconciled = ask("reconcile", "--json")
    assert (reconciled.code, json.loads(reconciled.out)["found"]) == (0, [])
    healthy = json.loads(ask("status", "--json").out)
    assert (healthy["wrong"], healthy["store"]["kind"]) == ([], "postgresql")
