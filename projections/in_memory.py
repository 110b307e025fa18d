"""Views in memory, for when their own place cannot be written to: a copy of the file as it lies, to be read on from."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from domain.store_address import store_settings
from projections.store import views_engine, views_path


def views_in_memory(store_url: str) -> Engine:
    """Return an engine in memory with the views of an SQLite store as they stand; else with nothing in it."""
    engine = views_engine("sqlite://")
    file = store_settings(store_url).get("SQLITE_DBNAME", "")
    if file and _is_whole(views_path(Path(file))):
        with suppress(sqlite3.Error), closing(engine.raw_connection()) as memory:
            _copy(views_path(Path(file)), memory.driver_connection)
    return engine


def _is_whole(path: Path) -> bool:
    """Tell whether all that was written stands in the file itself, and nothing in a log beside it."""
    log = path.with_name(f"{path.name}-wal")
    return path.is_file() and not (log.is_file() and log.stat().st_size)


def _copy(path: Path, memory: Any) -> None:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as lies:
        lies.backup(memory)
