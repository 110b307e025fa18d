"""Having tables for oneself before they are replaced, without getting into the way of those who read them."""

import time

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.exc import OperationalError

# Shorter than PostgreSQL waits before it looks for those who wait for each other, and ends one of them.
ONCE_MS = 100
PAUSE_S, PATIENCE_S = 0.05, 120.0


def claim(connection: Connection, *views: MetaData) -> None:
    """Let nobody else read or write the tables of *views*, as far as they are there, until the transaction ends.

    Who reads one table and goes on to the next is let go by: all that was claimed is given up, and claimed again.

    Raises:
        OperationalError: If somebody reads on for too long.
    """
    if connection.dialect.name != "postgresql":  # SQLite's readers keep what they see.
        return
    there = set(inspect(connection).get_table_names())
    names = ", ".join(f'"{name}"' for tables in views for name in tables.tables if name in there)
    until = time.monotonic() + PATIENCE_S
    while names:
        try:
            with connection.begin_nested():
                connection.execute(text(f"SET LOCAL lock_timeout = {ONCE_MS}"))
                connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
                connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable) or time.monotonic() > until:
                raise
            time.sleep(PAUSE_S)
        else:
            return
