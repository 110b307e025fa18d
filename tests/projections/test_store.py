"""Where the views live."""

from pathlib import Path

import pytest

from domain.errors import BadInputError, StoreUnreachableError
from projections.store import reachable, views_engine, views_path


def test_the_views_lie_beside_the_ledger() -> None:
    assert views_path(Path("a/ledger.db")) == Path("a/ledger.views.db")
    assert views_engine("sqlite:////tmp/x.db").url.database == "/tmp/x.views.db"  # noqa: S108 - nothing is opened
    assert views_engine("sqlite:///x.db").url.database == "x.views.db"


def test_in_memory_they_are_in_memory() -> None:
    engine = views_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 0
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://u:p%40ss@db.example:5433/ledger", "db.example", 5433),
        ("postgres://u:p%40ss@%2Frun%2FPg:5433/ledger", "/run/Pg", 5433),
        ("postgresql://u:p%40ss@/ledger?host=/run/Pg", "/run/Pg", 5432),
    ],
)
def test_in_postgresql_they_share_the_ledgers_database(url: str, host: str, port: int) -> None:
    found = views_engine(url).url
    assert found.drivername == "postgresql+psycopg"
    assert (found.host, found.port, found.database) == (host, port, "ledger")
    assert (found.username, found.password) == ("u", "p@ss")


def test_another_address_is_refused() -> None:
    with pytest.raises(BadInputError):
        views_engine("mysql://u@h/d")


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    engine = views_engine(f"sqlite:///{tmp_path}/none/x.db")
    with pytest.raises(StoreUnreachableError, match="unable to open"), reachable(engine), engine.connect():
        pass
