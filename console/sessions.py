"""Sessions of the console: kept on the server, known by a random token of which only the SHA-256 is stored.

Moments are the machine's (`doors.clock.wall_now`), not a sample store's shifted ones: its clock may jump by months.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, or_, select, update

from console.account_tables import ACCOUNTS, SESSIONS, changing, kept, reading
from domain.disk import is_disk_full
from domain.errors import StoreUnreachableError

# A desk is left for lunch or for good: half an hour unused ends it; and nobody's working day is longer than twelve.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TOUCH_AFTER = timedelta(minutes=1)  # A page that is read writes nothing, or once a minute.
_TOKEN_BYTES = 32


@dataclass(frozen=True)
class Session:
    """Who is signed in, and the token that the cookie holds."""

    token: str = field(repr=False)
    login: str
    person: str
    must_change: bool  # Only the page that changes the password may be opened.
    sample: bool
    began_at: datetime

    @property
    def csrf(self) -> str:
        """Return the token that every form of this session carries: it cannot be told without the cookie's."""
        return sha256(f"bridgefund console csrf\n{self.token}".encode()).hexdigest()


@dataclass(frozen=True)
class Sessions:
    """The sessions beside one store."""

    engine: Engine

    def start(self, connection: Connection, login: str, now: datetime) -> str:
        """Begin a session within a transaction, sweep those that are over, and return the new token."""
        connection.execute(delete(SESSIONS).where(_over(now)))
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        row = {"digest": _digest(token), "login": login, "began_at": kept(now), "seen_at": kept(now)}
        connection.execute(insert(SESSIONS).values(row))
        return token

    def find(self, token: str, now: datetime, *, demo: bool = False) -> Session | None:
        """Return the session of a token, or None: unknown, over, or of an account that may not sign in (any more)."""
        digest = _digest(token)
        asked = select(SESSIONS, ACCOUNTS).join(ACCOUNTS, ACCOUNTS.c.login == SESSIONS.c.login)
        allowed = [SESSIONS.c.digest == digest, ~_over(now), ~ACCOUNTS.c.disabled]
        if not demo:
            allowed.append(~ACCOUNTS.c.sample)
        with reading(self.engine) as connection:
            row = connection.execute(asked.where(*allowed)).first()
        if row is None:
            return None
        if row.seen_at < kept(now - TOUCH_AFTER):
            self._touch(digest, now)
        began_at = datetime.fromisoformat(row.began_at)
        return Session(token, row.login, row.person, row.must_change, row.sample, began_at)

    def _touch(self, digest: str, now: datetime) -> None:
        try:
            with changing(self.engine) as connection:
                connection.execute(update(SESSIONS).where(SESSIONS.c.digest == digest).values(seen_at=kept(now)))
        except StoreUnreachableError as error:  # On a full disk people go on reading, as long as they were seen.
            if not is_disk_full(error):
                raise

    def end(self, token: str) -> None:
        """End a session: its token opens nothing any more."""
        with changing(self.engine) as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == _digest(token)))

    def end_all(self, login: str) -> int:
        """End every session of a login, and return how many there were."""
        with changing(self.engine) as connection:
            return end_all(connection, login)

    def sweep(self, now: datetime) -> int:
        """Delete what is over, and return how many sessions that were."""
        with changing(self.engine) as connection:
            return connection.execute(delete(SESSIONS).where(_over(now))).rowcount


def end_all(connection: Connection, login: str) -> int:
    """End every session of a login within a transaction, and return how many there were."""
    return connection.execute(delete(SESSIONS).where(SESSIONS.c.login == login)).rowcount


def _over(now: datetime) -> ColumnElement[bool]:
    return or_(SESSIONS.c.seen_at <= kept(now - IDLE), SESSIONS.c.began_at <= kept(now - LONGEST))


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
