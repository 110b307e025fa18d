"""Accounts of the console: who is let in, who is locked out, and what nobody can read in the tables."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update

from console.account_tables import ACCOUNTS, SESSIONS, TABLES, accounts_engine, changing, kept
from console.accounts import (
    Accounts,
    AccountTakenError,
    NoAccountError,
    SignInRefusedError,
)
from console.drafts import BYTES_MOST, DRAFTS_MOST, DraftTooLongError
from console.lockout import FAILURES_MOST, LOCKED_FIRST, LOCKED_LONGEST, tried
from console.passwords import (
    AT_ONCE,
    BusyError,
    PasswordIsCommonError,
    PasswordIsLoginError,
    PasswordIsOldError,
    PasswordLengthError,
    Passwords,
    check_new,
)
from console.sessions import IDLE, LONGEST, TOUCH_AFTER
from domain.errors import BadInputError
from tests.databases import ON_SQLITE

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
RIGHT, WRONG, NEXT = "right horse 27 staple", "wrong horse 27 staple", "another horse 28"


@pytest.fixture
def engine(store: str) -> Iterator[Engine]:
    """The engine of accounts beside an empty store, on SQLite and on PostgreSQL."""
    made = accounts_engine(store)
    yield made
    made.dispose()


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    """Accounts with one person in them, whose password was changed already."""
    made = Accounts(engine, CHEAP)
    made.create("li", "p-1", RIGHT, NOW, must_change=False)
    return made


def refused(accounts: Accounts, login: str, password: str, now: datetime, *, demo: bool = False) -> str:
    """Return the words with which somebody is not let in."""
    with pytest.raises(SignInRefusedError) as caught:
        accounts.sign_in(login, password, now, demo=demo)
    return caught.value.text("zh") + caught.value.text("en")


def fail(accounts: Accounts, times: int, now: datetime) -> None:
    for _ in range(times):
        refused(accounts, "li", WRONG, now)


def stored(engine: Engine) -> str:
    """Return all that the tables hold, as text."""
    with engine.connect() as connection:
        return "\n".join(
            repr(tuple(row)) for table in TABLES.sorted_tables for row in connection.execute(select(table))
        )


def test_who_knows_the_password_is_let_in(accounts: Accounts) -> None:
    session = accounts.sign_in("li", RIGHT, NOW)
    assert (session.login, session.person, session.must_change, session.sample) == ("li", "p-1", False, False)
    assert accounts.sessions.find(session.token, NOW + SECOND) == session
    assert accounts.account("li").signed_in_at == NOW
    assert accounts.sign_in(" ＬＩ ", RIGHT, NOW).login == "li"  # As a phone's keyboard has it.


def test_one_word_for_every_reason(accounts: Accounts) -> None:
    accounts.create("wang", "p-2", RIGHT, NOW, sample=True)
    accounts.create("zhao", "p-3", RIGHT, NOW)
    accounts.disable("zhao")
    tries = (("li", WRONG), ("nobody", RIGHT), ("?", RIGHT), ("", ""), ("a\0b", "\0"), ("x" * 900, "y" * 9000))
    said = {refused(accounts, *words, NOW) for words in (*tries, ("wang", RIGHT), ("zhao", RIGHT), ("li", "\ud800"))}
    fail(accounts, FAILURES_MOST, NOW)
    assert {*said, refused(accounts, "li", RIGHT, NOW)} == said
    assert len(said) == 1


def test_a_login_that_does_not_exist_is_verified_and_noted_as_others_are(accounts: Accounts) -> None:
    verified: list[str] = []
    fits = Passwords.fits

    class Watched(Passwords):
        def fits(self, hashed: str, password: str) -> bool:
            verified.append(hashed)
            return fits(self, hashed, password)

    accounts._passwords = Watched(CHEAP)
    refused(accounts, "nobody", RIGHT, NOW)
    refused(accounts, "li", WRONG, NOW)
    assert len(verified) == 2
    assert all(hashed.startswith("$argon2id$v=19$m=8,t=1,p=1$") for hashed in verified)
    with accounts.engine.connect() as connection:
        tried = connection.execute(select(ACCOUNTS.c.login).where(ACCOUNTS.c.tried_at == kept(NOW))).scalars()
        assert sorted(tried) == ["?", "li"]
    assert [one.login for one in accounts.all()] == ["li"]


def test_five_failures_lock_out_and_the_sixth_right_password_too(accounts: Accounts) -> None:
    fail(accounts, FAILURES_MOST - 1, NOW)
    accounts.sign_in("li", RIGHT, NOW)  # Which counts anew from here.
    fail(accounts, FAILURES_MOST, NOW)
    refused(accounts, "li", RIGHT, NOW + LOCKED_FIRST - SECOND)
    assert accounts.account("li").locked_until == NOW + LOCKED_FIRST
    accounts.sign_in("li", RIGHT, NOW + LOCKED_FIRST)
    assert accounts.account("li").locked_until is None


def test_each_lock_out_is_twice_as_long_up_to_a_day_and_nothing_makes_it_longer(accounts: Accounts) -> None:
    at, lengths = NOW, []
    for _ in range(9):
        fail(accounts, FAILURES_MOST, at)
        fail(accounts, 2, at + SECOND)  # Who is locked out is not counted.
        until = accounts.account("li").locked_until
        assert until is not None
        lengths.append(until - at)
        at = until
    assert lengths[:4] == [LOCKED_FIRST * 2**n for n in range(4)]
    assert lengths[-2:] == [LOCKED_LONGEST, LOCKED_LONGEST]
    accounts.sign_in("li", RIGHT, at)
    fail(accounts, FAILURES_MOST, at)
    assert accounts.account("li").locked_until == at + LOCKED_FIRST


def test_of_many_tries_at_once_no_more_than_allowed_are_looked_at(accounts: Accounts) -> None:
    def look(_: int) -> bool:
        with changing(accounts.engine) as connection:
            return tried(connection, "li", NOW)[1]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, range(16))).count(True) == FAILURES_MOST
    refused(accounts, "li", RIGHT, NOW)


def test_the_operator_lifts_a_lock_out(accounts: Accounts) -> None:
    fail(accounts, FAILURES_MOST, NOW)
    accounts.enable("li")
    accounts.sign_in("li", RIGHT, NOW)


def test_a_disabled_account_is_out_at_once(accounts: Accounts) -> None:
    token = accounts.sign_in("li", RIGHT, NOW).token
    accounts.disable("LI")
    assert accounts.sessions.find(token, NOW) is None
    refused(accounts, "li", RIGHT, NOW)
    accounts.enable("li")
    assert accounts.sessions.find(token, NOW) is None
    accounts.sign_in("li", RIGHT, NOW)


def test_a_reset_ends_what_was_and_wants_a_change(accounts: Accounts) -> None:
    token = accounts.sign_in("li", RIGHT, NOW).token
    fail(accounts, FAILURES_MOST, NOW)
    accounts.reset("li", NEXT, NOW + SECOND)
    assert accounts.sessions.find(token, NOW + SECOND) is None
    refused(accounts, "li", RIGHT, NOW + SECOND)
    session = accounts.sign_in("li", NEXT, NOW + SECOND)
    found = accounts.sessions.find(session.token, NOW + SECOND)
    assert found is not None
    assert found.must_change
    assert session.must_change


def test_a_change_of_password_begins_a_session_and_ends_all_others(accounts: Accounts) -> None:
    others = [accounts.sign_in("li", RIGHT, NOW).token for _ in range(3)]
    accounts.create("wang", "p-2", RIGHT, NOW)
    of_another = accounts.sign_in("wang", RIGHT, NOW).token
    new = accounts.change_password("li", RIGHT, NEXT, NOW + SECOND)
    assert [accounts.sessions.find(token, NOW + SECOND) for token in others] == [None] * 3
    assert accounts.sessions.find(new.token, NOW + SECOND) == new
    assert accounts.sessions.find(of_another, NOW + SECOND) is not None
    refused(accounts, "li", RIGHT, NOW + SECOND)
    changed = accounts.change_password("wang", RIGHT, NEXT, NOW + SECOND)
    assert not changed.must_change
    assert accounts.account("wang").changed_at == NOW + SECOND


def test_a_change_needs_the_old_password_and_counts_as_a_try(accounts: Accounts) -> None:
    for _ in range(FAILURES_MOST):
        with pytest.raises(SignInRefusedError):
            accounts.change_password("li", WRONG, NEXT, NOW)
    refused(accounts, "li", RIGHT, NOW)


@ON_SQLITE
@pytest.mark.parametrize(
    ("new", "error"),
    [
        ("short", PasswordLengthError),
        ("十一个字的一句话还不够", PasswordLengthError),
        ("x1y2z" * 60, PasswordLengthError),
        (RIGHT, PasswordIsOldError),
        ("Ｑwertyuiop１２３", PasswordIsCommonError),
        ("ababababababab", PasswordIsCommonError),
    ],
)
def test_a_weak_password_is_refused_with_words_and_is_no_failure(
    accounts: Accounts, new: str, error: type[Exception]
) -> None:
    for _ in range(FAILURES_MOST + 1):
        with pytest.raises(error):
            accounts.change_password("li", RIGHT, new, NOW)
    accounts.sign_in("li", RIGHT, NOW)


def test_what_everybody_knows_of_a_person_is_no_password() -> None:
    with pytest.raises(PasswordIsLoginError):
        check_new("Township-Office-3", "township-office-3", "p-1")
    check_new("township office 3", "township-office-3", "p-1")


def test_a_login_and_a_person_have_one_account(accounts: Accounts) -> None:
    for taken in (("LI", "p-2"), ("wang", "p-1")):
        with pytest.raises(AccountTakenError):
            accounts.create(*taken, RIGHT, NOW)
    for bad in ("", "a b", "?", "x" * 65, "a/b", "a\0"):
        with pytest.raises(BadInputError):
            accounts.create(bad, "p-9", RIGHT, NOW)
    for change in (accounts.disable, accounts.enable):
        with pytest.raises(NoAccountError):
            change("?")
    with pytest.raises(NoAccountError):
        accounts.reset("nobody", RIGHT, NOW)


def test_people_of_a_demo_sign_in_where_it_runs_and_nowhere_else(accounts: Accounts) -> None:
    accounts.create("demo", "p-7", RIGHT, NOW, must_change=False, sample=True)
    refused(accounts, "demo", RIGHT, NOW)
    session = accounts.sign_in("demo", RIGHT, NOW, demo=True)
    assert accounts.sessions.find(session.token, NOW) is None
    assert accounts.sessions.find(session.token, NOW, demo=True) == session


def test_a_hash_is_made_anew_when_the_parameters_change(accounts: Accounts, engine: Engine) -> None:
    dearer = Accounts(accounts.engine, PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    dearer.sign_in("li", RIGHT, NOW)
    assert "m=16,t=2,p=1" in stored(engine)
    dearer.sign_in("li", RIGHT, NOW)


def test_what_was_verified_before_a_reset_opens_nothing_after_it(accounts: Accounts) -> None:
    row = accounts._verified("li", RIGHT, NOW, demo=False)
    accounts.reset("li", NEXT, NOW)
    with pytest.raises(SignInRefusedError):
        accounts._let_in(row, NOW, {})


def test_a_session_ends_unused_or_after_a_working_day(accounts: Accounts) -> None:
    find = accounts.sessions.find
    unused = accounts.sign_in("li", RIGHT, NOW).token
    assert find(unused, NOW + IDLE) is None
    used, at = accounts.sign_in("li", RIGHT, NOW).token, NOW
    while at + IDLE - SECOND < NOW + LONGEST:
        at += IDLE - SECOND
        assert find(used, at) is not None, at - NOW
    assert find(used, NOW + LONGEST) is None


def test_reading_pages_writes_once_a_minute(accounts: Accounts, engine: Engine) -> None:
    token = accounts.sign_in("li", RIGHT, NOW).token

    def seen() -> str:
        with engine.connect() as connection:
            return str(connection.execute(select(SESSIONS.c.seen_at)).scalar_one())

    accounts.sessions.find(token, NOW + TOUCH_AFTER)
    assert seen() == kept(NOW)
    accounts.sessions.find(token, NOW + TOUCH_AFTER + MOMENT)
    assert seen() == kept(NOW + TOUCH_AFTER + MOMENT)


def test_what_is_over_is_swept(accounts: Accounts, engine: Engine) -> None:
    old = [accounts.sign_in("li", RIGHT, NOW) for _ in range(3)]
    accounts.sessions.end(old[0].token)
    assert accounts.sessions.find(old[0].token, NOW) is None
    accounts.sign_in("li", RIGHT, NOW + IDLE)
    with engine.connect() as connection:
        assert len(connection.execute(select(SESSIONS)).all()) == 1
    assert accounts.sessions.sweep(NOW + IDLE) == 0
    assert accounts.sessions.end_all("li") == 1
    assert accounts.sessions.find("\ud800\0", NOW) is None


def test_each_session_has_tokens_of_its_own(accounts: Accounts) -> None:
    sessions = [accounts.sign_in("li", RIGHT, NOW) for _ in range(4)]
    assert len({one.token for one in sessions} | {one.csrf for one in sessions}) == 8
    assert all(len(one.token) == 43 for one in sessions)
    assert all(one.token not in repr(one) for one in sessions)


@ON_SQLITE
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=12, max_size=40).filter(lambda p: len(set(p)) >= 8),
        min_size=2,
        max_size=2,
        unique=True,
    )
)
def test_no_row_and_no_byte_holds_a_password_or_a_token(engine: Engine, tmp_path: Path, words: list[str]) -> None:
    accounts, (first, second) = Accounts(engine, CHEAP), words
    login = f"of-{len(accounts.all())}"
    try:
        accounts.create(login, login, first, NOW)
        token = accounts.sign_in(login, first, NOW).token
        session = accounts.change_password(login, first, second, NOW)
    except (PasswordLengthError, PasswordIsOldError, PasswordIsCommonError):
        return  # Folded it is too short, or the same.
    refused(accounts, login, first, NOW)
    refused(accounts, first, second, NOW)
    rows, files = stored(engine), b"".join(file.read_bytes() for file in tmp_path.glob("ledger.accounts.db*"))
    for secret in (first, second, token, session.token, session.csrf):
        assert secret not in rows
        assert repr(secret)[1:-1] not in rows
        assert secret.encode() not in files


@ON_SQLITE
def test_the_file_of_accounts_is_its_owners_alone(accounts: Accounts, tmp_path: Path) -> None:
    accounts.sign_in("li", RIGHT, NOW)
    files = list(tmp_path.glob("ledger.accounts.db*"))
    assert files
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}


def test_no_more_than_two_hash_at_once_and_who_waits_too_long_is_told() -> None:
    passwords, inside, go = Passwords(CHEAP, wait_s=0.05), threading.Semaphore(0), threading.Event()

    def hold() -> None:
        with passwords.turn():
            inside.release()
            go.wait()

    threads = [threading.Thread(target=hold) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        inside.acquire()
    with pytest.raises(BusyError), passwords.turn():
        pass
    go.set()
    for thread in threads:
        thread.join()
    with passwords.turn():
        pass


@ON_SQLITE
def test_who_was_not_given_a_turn_is_not_counted(accounts: Accounts) -> None:
    accounts._passwords = Passwords(CHEAP, wait_s=0.0)
    with accounts._passwords.turn(), accounts._passwords.turn():
        for _ in range(FAILURES_MOST):
            with pytest.raises(BusyError):
                accounts.sign_in("li", WRONG, NOW)
    accounts.sign_in("li", RIGHT, NOW)


def test_a_draft_is_kept_until_it_is_dropped(accounts: Accounts) -> None:
    drafts = accounts.drafts
    drafts.save("li", "sample/claim/S04-2:approve", '{"note": "看过"}', NOW)
    drafts.save("li", "sample/claim/S04-2:approve", '{"note": "看过了"}', NOW + SECOND)
    assert drafts.load("li", "sample/claim/S04-2:approve") == '{"note": "看过了"}'
    assert drafts.load("wang", "sample/claim/S04-2:approve") is None
    drafts.drop("li", "sample/claim/S04-2:approve")
    assert drafts.load("li", "sample/claim/S04-2:approve") is None


def test_a_draft_has_a_size_a_form_and_is_json(accounts: Accounts) -> None:
    drafts = accounts.drafts
    longest = '"' + "x" * (BYTES_MOST - 2) + '"'
    drafts.save("li", "f", longest, NOW)
    with pytest.raises(DraftTooLongError):
        drafts.save("li", "f", f"{longest} ", NOW)
    assert drafts.load("li", "f") == longest
    for form, body in (
        ("f", "{"),
        ("f", '"\0"'),
        ("f", '"\ud800"'),
        ("f", "[" * 60_000),
        ("", "1"),
        ("a\0", "1"),
        ("x" * 301, "1"),
    ):
        with pytest.raises(BadInputError):
            drafts.save("li", form, body, NOW)
    assert drafts.load("li", "a\0") is None
    drafts.drop("li", "a\0")


def test_beyond_a_hundred_drafts_the_oldest_goes(accounts: Accounts) -> None:
    drafts = accounts.drafts
    for number in range(DRAFTS_MOST + 2):
        drafts.save("li", f"f{number}", "1", NOW + number * SECOND)
    drafts.save("wang", "f0", "2", NOW)
    drafts.save("li", "f3", "3", NOW - SECOND)
    assert [drafts.load("li", f"f{n}") for n in (0, 1, 2, 3, 101)] == [None, None, "1", "3", "1"]
    assert drafts.load("wang", "f0") == "2"


def test_a_hash_that_was_damaged_lets_nobody_in(accounts: Accounts) -> None:
    with accounts.engine.begin() as connection:
        connection.execute(update(ACCOUNTS).values(hash="?"))
    refused(accounts, "li", RIGHT, NOW)
