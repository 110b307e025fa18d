"""Accounts of the console: who may sign in, by which password, and what happens to whoever guesses.

Moments are the machine's (`doors.clock.wall_now`), not a sample store's shifted ones.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from console.account_tables import ACCOUNTS, changing, kept, moment_of, reading
from console.drafts import Drafts
from console.lockout import FAILURES_MOST, NOBODY, UNLOCKED, folded, login_of, row_of, tried
from console.passwords import PasswordIsOldError, Passwords, check_new, normal
from console.sessions import Session, Sessions, end_all
from domain.errors import RefusedError, StoreUnreachableError


class SignInRefusedError(RefusedError):
    """Nobody is let in. The same words for every reason: an outsider must not learn which logins exist."""

    zh = (
        "登录名或密码不正确，或账号暂时不能登录。连续输错 {most} 次，账号停用 15 分钟，再错则加倍，最长一天，"
        "其间密码正确也不能登录；忘记密码或急用，请找系统管理员"
    )
    en = (
        "the login name or the password is wrong, or the account cannot sign in now. After {most} wrong passwords in a "
        "row an account is locked for 15 minutes, then twice as long, up to a day, for the right one too; "
        "the administrator can help"
    )

    def __init__(self) -> None:
        super().__init__(most=FAILURES_MOST)


class NoAccountError(RefusedError):
    """The operator named a login that there is not."""

    zh = "没有登录名为 {login} 的账号；已有的见 bridgefund account list"
    en = "there is no account {login}; `bridgefund account list` tells which there are"


class AccountTakenError(RefusedError):
    """A login or a person has an account already."""

    zh = "登录名 {login} 或人员 {person} 已有账号；重设密码用 bridgefund account reset"
    en = "login {login} or person {person} has an account; `bridgefund account reset` gives a new password"


@dataclass(frozen=True)
class Account:
    """What there is to tell of an account: all but its hash."""

    login: str
    person: str
    must_change: bool
    disabled: bool
    sample: bool
    locked_until: datetime | None
    created_at: datetime
    changed_at: datetime  # Of the password.
    signed_in_at: datetime | None


class Accounts:
    """The accounts beside one store, with their sessions and drafts."""

    def __init__(self, engine: Engine, hasher: PasswordHasher | None = None) -> None:
        self.engine = engine
        self.sessions = Sessions(engine)
        self.drafts = Drafts(engine)
        self._passwords = Passwords(hasher)

    def create(
        self, login: str, person: str, password: str, now: datetime, *, must_change: bool = True, sample: bool = False
    ) -> Account:
        """Make an account and return it; *sample* ones sign in where a demo says so, and nowhere else.

        Raises:
            AccountTakenError: If the login or the person has one.
            BadInputError: If the login is none.
            PasswordRefusedError: If the password is not taken.
        """
        login = login_of(login)
        check_new(password, login, person)
        made = {"login": login, "person": person, "hash": self._hashed(password), "must_change": must_change}
        fresh = {**UNLOCKED, "disabled": False, "sample": sample, "created_at": kept(now), "changed_at": kept(now)}
        try:
            with changing(self.engine) as connection:
                connection.execute(insert(ACCOUNTS).values(**made, **fresh))
        except IntegrityError as e:
            raise AccountTakenError(login=login, person=person) from e
        return self.account(login)

    def sign_in(self, login: str, password: str, now: datetime, *, demo: bool = False) -> Session:
        """Begin a session for whoever knows the password.

        Raises:
            SignInRefusedError: If nobody is let in, whatever the reason.
            BusyError: If too many are signing in at once.
        """
        with self._passwords.turn():
            row = self._verified(login, password, now, demo=demo)
            dated = self._passwords.is_dated(row.hash)
            return self._let_in(row, now, {"hash": self._passwords.hash(password)} if dated else {})

    def change_password(self, login: str, old: str, new: str, now: datetime, *, demo: bool = False) -> Session:
        """Change a password; every session of the login ends, and a new one begins.

        Raises:
            SignInRefusedError: If the old one is wrong; this counts as a failure to sign in.
            PasswordRefusedError: If the new one is not taken.
            BusyError: If too many are signing in at once.
        """
        # First the new one: what is wrong with it is no failure to sign in.
        check_new(new, folded(login), *(one.person for one in self.all() if one.login == folded(login)))
        if normal(new) == normal(old):
            raise PasswordIsOldError
        with self._passwords.turn():
            row = self._verified(login, old, now, demo=demo)
            changed = {"hash": self._passwords.hash(new), "must_change": False, "changed_at": kept(now)}
            return self._let_in(row, now, changed, others_end=True)

    def reset(self, login: str, password: str, now: datetime) -> None:
        """Give an account a one-time password; its sessions and its lock-out end.

        Raises:
            NoAccountError: If there is no such login.
            PasswordRefusedError: If the password is not taken.
        """
        check_new(password, login)
        self._change(login, hash=self._hashed(password), must_change=True, changed_at=kept(now), **UNLOCKED)

    def disable(self, login: str) -> None:
        """Let an account sign in no more; its sessions end.

        Raises:
            NoAccountError: If there is no such login.
        """
        self._change(login, disabled=True)

    def enable(self, login: str) -> None:
        """Let an account sign in again: it was disabled, or locked out.

        Raises:
            NoAccountError: If there is no such login.
        """
        self._change(login, disabled=False, **UNLOCKED)

    def account(self, login: str) -> Account:
        """Return an account.

        Raises:
            NoAccountError: If there is no such login.
        """
        found = [one for one in self.all() if one.login == folded(login)]
        if not found:
            raise NoAccountError(login=login)
        return found[0]

    def all(self) -> list[Account]:
        """Return every account, by login."""
        asked = select(ACCOUNTS).where(ACCOUNTS.c.login != NOBODY).order_by(ACCOUNTS.c.login)
        with reading(self.engine) as connection:
            return [_account(row) for row in connection.execute(asked)]

    def _hashed(self, password: str) -> str:
        with self._passwords.turn():
            return self._passwords.hash(password)

    def _verified(self, login: str, password: str, now: datetime, *, demo: bool) -> Any:
        """Return the row of an account whose password this is.

        A try is counted as a failure before it is looked at: of many at once not one more than allowed is looked at.
        """
        unknown = self._passwords.nobodys  # Made by the first of all tries, for a known login or not.
        with changing(self.engine) as connection:
            row, counted = tried(connection, login, now)
        fits = self._passwords.fits(row.hash if row is not None else unknown, password)
        # One who is locked out is told nothing either: else guessing would go on behind the lock.
        if row is None or not fits or not counted or row.disabled or (row.sample and not demo):
            raise SignInRefusedError
        return row

    def _let_in(self, row: Any, now: datetime, changed: dict[str, Any], *, others_end: bool = False) -> Session:
        try:
            return self._begun(row, now, changed, others_end=others_end)
        except StoreUnreachableError:
            # The password was right: what has no room for a session must not lock anybody out.
            with suppress(StoreUnreachableError), changing(self.engine) as connection:
                connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.login == row.login).values(UNLOCKED))
            raise

    def _begun(self, row: Any, now: datetime, changed: dict[str, Any], *, others_end: bool) -> Session:
        with changing(self.engine) as connection:
            current = row_of(connection, row.login)
            # Meanwhile it may have been reset, changed or disabled: what was verified then opens nothing now.
            if current is None or current.hash != row.hash or current.disabled:
                raise SignInRefusedError
            values = {**UNLOCKED, "signed_in_at": kept(now), **changed}
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.login == row.login).values(values))
            if others_end:
                end_all(connection, row.login)
            token = self.sessions.start(connection, row.login, now)
        must_change = changed.get("must_change", current.must_change)
        return Session(token, row.login, row.person, must_change, row.sample, now)

    def _change(self, login: str, **values: Any) -> None:
        name = folded(login)
        with changing(self.engine) as connection:
            changed = update(ACCOUNTS).where(ACCOUNTS.c.login == name, ACCOUNTS.c.login != NOBODY).values(values)
            if not connection.execute(changed).rowcount:
                raise NoAccountError(login=login)
            end_all(connection, name)


def _account(row: Any) -> Account:
    flags = row.login, row.person, row.must_change, row.disabled, row.sample
    made, changed = (datetime.fromisoformat(moment) for moment in (row.created_at, row.changed_at))
    return Account(*flags, moment_of(row.locked_until), made, changed, moment_of(row.signed_in_at))
