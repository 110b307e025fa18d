"""The story of the sample county, told into an SQLite file and into a real PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine

from domain.cases import case_id
from domain.ledger import Ledger
from domain.registry import BY_KIND
from projections.runner import catch_up, parked
from projections.store import views_engine
from projections.views import VIEWS
from tests.databases import KINDS, Postgres, new_store
from tests.projections.long_story import tell_long
from tests.story import COUNTY, office, tell


@pytest.fixture(scope="module", params=KINDS)
def told_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a store with the whole story in it, for tests that only read."""
    with new_store(request, request.param, tmp_path_factory.mktemp("told")) as url:
        with Ledger(url) as ledger:
            tell(ledger)
        yield url


@pytest.fixture
def ledger(store: str) -> Iterator[Ledger]:
    """A ledger with the whole story in it, its people too."""
    with Ledger(store) as opened:
        office(tell(opened))
        yield opened


@pytest.fixture
def engine(store: str) -> Iterator[Engine]:
    """The engine of the store's views."""
    made = views_engine(store)
    yield made
    made.dispose()


@dataclass(frozen=True)
class Told:
    """A ledger with the long story in it, and its views."""

    ledger: Ledger
    engine: Engine

    def state(self, kind: str, no: str) -> Any:
        """Return the state of a case of the story's county."""
        return self.ledger.state(BY_KIND[kind], case_id(COUNTY, kind, no))


@pytest.fixture(scope="session")
def tellings(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Told]]:
    """Tells the story and the year behind it into a store of a kind, once for all tests, and reads it in batches."""
    with ExitStack() as stack:
        known: dict[str, Told] = {}

        def of(kind: str) -> Told:
            if kind not in known:
                file = f"sqlite:///{tmp_path_factory.mktemp('long')}/ledger.db"
                url = file if kind == "sqlite" else stack.enter_context(postgres.database())
                ledger, engine = stack.enter_context(Ledger(url)), views_engine(url)
                stack.callback(engine.dispose)
                tell_long(ledger)
                catch_up(ledger, engine, VIEWS, batch=7)
                assert parked(engine) == []
                known[kind] = Told(ledger, engine)
            return known[kind]

        yield of


@pytest.fixture(params=KINDS)
def told(request: pytest.FixtureRequest, tellings: Callable[[str], Told]) -> Told:
    """The story and the year behind it, for tests that only read."""
    return tellings(request.param)
