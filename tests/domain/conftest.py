"""How hypothesis plays (the same everywhere by default), and the county that the stories are of."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from domain.ledger import Ledger
from domain.policy import load
from tests.domain.county import PAPER, POLICIES, County, line
from tests.domain.given import WAN

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    yield ledger
    ledger.close()


@pytest.fixture
def sample(ledger: Ledger) -> County:
    county = County(ledger, "sample")
    county.adopt(load(POLICIES / "sample.toml"))
    return county


@pytest.fixture
def jiashi(ledger: Ledger) -> County:
    county = County(ledger, "jiashi")
    county.adopt(load(POLICIES / "jiashi.toml"))
    return county


@pytest.fixture
def planned(sample: County) -> County:
    """F1 of 300 万 and project A01 in plan P1 with 200 万, in force."""
    sample.receives()
    sample.banks("A01")
    sample.plans("P1", line(200 * WAN))
    return sample


@pytest.fixture
def building(planned: County) -> County:
    """The same released, with a contract of 180 万."""
    planned.releases("F1", "P1")
    planned.signs("A01", 180 * WAN)
    return planned


@pytest.fixture
def accepted(building: County) -> County:
    """The same built and accepted."""
    building.passes("A01", "build", "implementing_unit", record=PAPER)
    building.passes("A01", "accept", "competent_department", record=PAPER)
    return building


# Arrival
