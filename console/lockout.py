"""Lock-outs: a try to sign in is counted as a failure before it is looked at, for a login that there is or not."""

import re
import unicodedata
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from console.account_tables import ACCOUNTS, kept
from domain.errors import BadInputError

FAILURES_MOST = 5
LOCKED_FIRST = timedelta(minutes=15)
LOCKED_LONGEST = timedelta(days=1)
_LOGIN = re.compile(r"[\w@.-]{1,64}\Z")
# Failures of logins that do not exist are noted in a row of their own, so that they take as long as others. No login
# can be called so.
NOBODY = "?"
_DOUBLINGS_MOST = 10  # Far beyond a day.
UNLOCKED = {"failed": 0, "lockouts": 0, "locked_until": None}


def tried(connection: Connection, login: str, now: datetime) -> tuple[Any, bool]:
    """Note a failure, and return the account as it was (None: there is none), and whether it may be looked at."""
    name = folded(login)
    row = row_of(connection, name) if _LOGIN.match(name) else None
    noted = row if row is not None else _nobody(connection, now)
    locked = noted.locked_until is not None and kept(now) < noted.locked_until
    values = {} if locked or row is None else _one_more(noted, now)
    trying = update(ACCOUNTS).where(ACCOUNTS.c.login == noted.login)
    connection.execute(trying.values(tried_at=kept(now), **values))  # One write, whatever was found.
    return row, not locked


def login_of(text: str) -> str:
    """Return a login name as it is kept: in small letters, full-width ones as the usual ones.

    Raises:
        BadInputError: If it is none.
    """
    name = folded(text)
    if not _LOGIN.match(name):
        raise BadInputError("login", "字母、汉字、数字、. _ - @，最多 64 个 / letters, digits, . _ - @, at most 64")
    return name


def folded(login: str) -> str:
    """Return a login name as it is looked up."""
    # Longer than any: nobody's, and not worth folding.
    return unicodedata.normalize("NFKC", login.strip()).casefold() if len(login) <= 200 else ""  # noqa: PLR2004


def row_of(connection: Connection, login: str) -> Any:
    """Return an account's row, held until the transaction ends, or None."""
    return connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.login == login).with_for_update()).first()


def _nobody(connection: Connection, now: datetime) -> Any:
    if (row := row_of(connection, NOBODY)) is not None:
        return row
    nothing = {"hash": "", "must_change": False, "disabled": True, "sample": False, "created_at": kept(now)}
    with suppress(IntegrityError), connection.begin_nested():  # Another process may be first.
        connection.execute(
            insert(ACCOUNTS).values(login=NOBODY, person=NOBODY, changed_at=kept(now), **UNLOCKED, **nothing)
        )
    return row_of(connection, NOBODY)


def _one_more(row: Any, now: datetime) -> dict[str, Any]:
    """Return what one more failure makes of an account."""
    if row.failed + 1 < FAILURES_MOST:
        return {"failed": row.failed + 1}
    locked = min(LOCKED_FIRST * 2 ** min(row.lockouts, _DOUBLINGS_MOST), LOCKED_LONGEST)
    return {"failed": 0, "lockouts": row.lockouts + 1, "locked_until": kept(now + locked)}
