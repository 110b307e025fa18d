"""Where a ledger is kept: a store's address, as the library wants to have it."""

from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from domain.errors import BadInputError

_PORT = "HOST:PORT is not one; in a password / # ? and @ stand percent-encoded"


def place_of(url: str) -> str:
    """Return where a store is, without what may hold a password: what stands before the "@", or in the query."""
    place = url.rpartition("@")[2]
    return place if url.startswith("sqlite:") else place.partition("?")[0]


def shown(url: str) -> str:
    """Return what was given as an address as an error may show it: a database's without user and password."""
    scheme, slashes, rest = url.partition("://")
    if not slashes or scheme == "sqlite":
        return url
    return f"{scheme}://…@{place_of(rest)}" if "@" in rest else f"{scheme}://…"


def store_settings(url: str) -> dict[str, str]:
    """Return eventsourcing's settings for a store URL.

    Raises:
        BadInputError: If the URL is neither SQLite nor PostgreSQL, or names no database.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError as e:
        # The error may quote a piece of a password in which a "/" or "#" was not percent-encoded.
        raise BadInputError("store", f"{shown(url)!r} is neither a file nor a database's address: {_PORT}") from e
    common = {"ORIGINATOR_ID_TYPE": "text"}
    if parts.scheme == "sqlite" and not parts.netloc:
        path = parts.path[1:] if parts.path.startswith("//") else parts.path.removeprefix("/")
        module = {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_LOCK_TIMEOUT": "30",
            "APPLICATION_RECORDER_TOPIC": "domain.recorder_sqlite:SqliteRecorder",
        }
        return {**common, **module, "SQLITE_DBNAME": path or "file:ledger?mode=memory&cache=shared"}
    if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
        return {
            **common,
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "APPLICATION_RECORDER_TOPIC": "domain.recorder_postgres:PostgresRecorder",
            "POSTGRES_DBNAME": parts.path.strip("/"),
            "POSTGRES_HOST": _host(parts),
            "POSTGRES_PORT": str(port),
            "POSTGRES_USER": unquote(parts.username or "postgres"),
            "POSTGRES_PASSWORD": unquote(parts.password or ""),
        }
    forms = "sqlite:///PATH nor postgresql://USER:PASSWORD@HOST:PORT/NAME"
    raise BadInputError("store", f"{shown(url)!r} is neither {forms}")


def _host(parts: SplitResult) -> str:
    """Return a PostgreSQL host, or the folder of its socket: percent-encoded, or `?host=` as in its own URLs."""
    # `hostname` is put into lower case, and a folder's name must not be.
    written = unquote(parts.netloc.rpartition("@")[2].partition(":")[0])
    if written.startswith("/"):
        return written
    return parse_qs(parts.query).get("host", [parts.hostname or "127.0.0.1"])[0]
