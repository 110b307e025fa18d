"""The statement of a county's short year, by its own pools: what came, what was paid, and the rate to two places."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import reports
from domain.ledger import Ledger
from tests.domain.walk import POOLED, Walk


def pools(tmp_path: Path, folder: str, paid_fen: int) -> dict[str, dict[str, Any]]:
    """Play a county's year up to one payment, and return its statement by pool."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    with Ledger(url) as ledger:
        walk = Walk.real(ledger, folder)
        walk.receive()
        walk.register()
        walk.go_on("payments")
        walk.claim("progress", paid_fen)
        county, year = walk.county.name, walk.county.today.year
    told = CliRunner().invoke(reports.app, ["sources-and-uses", county, str(year), "--json", "--store", url])
    assert told.exit_code == 0, told.output
    return {pool["pool"]: pool for pool in json.loads(told.stdout)["pools"]}


@pytest.mark.row("RV-10", "JS")
@pytest.mark.row("LG-03", "JS")
@pytest.mark.row("FD-03", "JS")
@pytest.mark.row("FD-17", "JS")
def test_jiashis_money_is_told_by_pool_with_the_rate_of_each_to_two_places(tmp_path: Path) -> None:
    found = pools(tmp_path, "jiashi-2022", POOLED + 16_666_667)
    assert {pool: (one["received_fen"], one["paid_fen"], one["rate"]) for pool, one in found.items()} == {
        "integrated": (POOLED, POOLED, "100.00%"),
        "original_use": (POOLED, 16_666_667, "33.33%"),
    }
    assert [one["projects"] for one in found.values()] == [1, 1]


@pytest.mark.row("LG-03", "JH")
@pytest.mark.row("FD-03", "JH")
def test_jinghes_money_is_told_by_source(tmp_path: Path) -> None:
    found = pools(tmp_path, "jinghe-2023", POOLED)
    assert {pool: one["paid_fen"] for pool, one in found.items()} == {
        **dict.fromkeys(("region", "minority", "state_farm"), 0),
        "central": POOLED,
    }


@pytest.mark.row("LG-03", "MJ")
@pytest.mark.row("FD-03", "MJ")
@pytest.mark.row("FD-17", "MJ")
def test_maojians_money_is_told_by_its_three_ledgers(tmp_path: Path) -> None:
    found = pools(tmp_path, "maojian-2017", 2 * POOLED)
    assert {pool: one["paid_fen"] for pool, one in found.items()} == {
        "poverty": POOLED,
        "pooled": POOLED,
        "financing": 0,
    }
