"""The story of the sample county, told into an SQLite file and into a real PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from domain.ledger import Ledger
from projections.store import views_engine
from tests.databases import KINDS, new_store
from tests.story import tell


@pytest.fixture(scope="module", params=KINDS)
def told_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a store with the whole story in it, for tests that only read."""
    with new_store(request, request.param, tmp_path_factory.mktemp("told")) as url:
        with Ledger(url) as ledger:
            tell(ledger)
        yield url


@pytest.fixture
def ledger(store: str) -> Iterator[Ledger]:
    """A ledger with the whole story in it."""
    with Ledger(store) as opened:
        tell(opened)
        yield opened


@pytest.fixture
def engine(store: str) -> Iterator[Engine]:
    """The engine of the store's views."""
    made = views_engine(store)
    yield made
    made.dispose()
