"""Passwords of the console: which are taken, and how they are hashed, never more than two at once."""

import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import BridgefundError, RefusedError

LENGTH_LEAST = 12
LENGTH_MOST = 256
AT_ONCE = 2  # Each hash takes 64 MiB for a moment.
WAIT_S = 10.0
_DIFFERENT_LEAST = 5
# Long enough for us, and tried first by whoever guesses.
_COMMON = """
    123456789012 1234567890123 12345678901234 123456789012345 1234567890123456 123456123456 112233445566
    123123123123 121212121212 098765432109 987654321098 0123456789012 147258369147 password1234 password12345
    password123456 passwordpassword administrator administrator1 administrator123 adminadmin123 admin1234567
    admin12345678 admin@123456 qwertyuiop12 qwertyuiop123 qwertyuiop1234 qwertyuiopasdf qwertyuiopasdfghjkl
    qwerty123456 qwerty1234567 qwer12345678 1qaz2wsx3edc 1qaz2wsx3edc4rfv zaq12wsxcde3 asdfghjkl123 asdfghjkl1234
    zxcvbnm12345 zxcvbnmasdfgh abcdefghijkl abcdefg12345 abcdefgh1234 abcd12345678 abc123456789 abc1234567890
    a12345678901 a1234567890b aa1234567890 aa123456789. q1w2e3r4t5y6 1q2w3e4r5t6y woaini1314520 woaini5201314
    woaini123456 5201314520131 520131420131 iloveyou1234 iloveyou12345 iloveyouforever letmein12345 welcome12345
    welcome123456 p@ssw0rd1234 p@ssword1234 passw0rd1234 changeme1234 changeme12345 xiaoming1234 zhongguo1234
    zhonghua1234 beijing12345 shanghai1234 bridgefund12 bridgefund123 bridgefund1234 bridgefund2022 bridgefund2023
    bridgefund2024 bridgefund2025 bridgefund2026
"""
_COMMON_ONES = frozenset(_COMMON.split())


class PasswordRefusedError(RefusedError):
    """A new password is not taken."""


class PasswordLengthError(PasswordRefusedError):
    """It is too short to be hard to guess, or longer than anybody types."""

    zh = "新密码须有 {least} 至 {most} 个字符"
    en = "a new password has {least} to {most} characters"


class PasswordIsLoginError(PasswordRefusedError):
    """It is what everybody knows."""

    zh = "新密码不得与登录名或人员编号相同"
    en = "a new password must not be the login name or the person's id"


class PasswordIsOldError(PasswordRefusedError):
    """It is the one that was to be changed."""

    zh = "新密码不得与原密码相同"
    en = "a new password must differ from the old one"


class PasswordIsCommonError(PasswordRefusedError):
    """It is among the first that are guessed."""

    zh = "这个密码太常见或重复字符太多，容易被猜中；可用几个不相干的词连成一句"
    en = "this password is common or repeats few characters, so it is soon guessed; take a few words of no connection"


class BusyError(BridgefundError):
    """More people sign in at once than this machine can check."""

    temporary = True
    zh = "同时登录的人太多，请稍后再试"
    en = "too many people are signing in at once, try again in a moment"


def check_new(password: str, *known: str) -> None:
    """Check that a password may be taken; *known* is what everybody knows of its owner.

    Raises:
        PasswordRefusedError: If not; which rule it breaks is said.
    """
    plain = normal(password)
    if not LENGTH_LEAST <= len(plain) <= LENGTH_MOST:
        raise PasswordLengthError(least=LENGTH_LEAST, most=LENGTH_MOST)
    if plain.casefold() in {word.casefold() for word in known}:
        raise PasswordIsLoginError
    if plain.casefold() in _COMMON_ONES or len(set(plain)) < _DIFFERENT_LEAST:
        raise PasswordIsCommonError


def normal(password: str) -> str:
    """Return a password as it is hashed: full-width digits of a Chinese keyboard count as the usual ones.

    One that is too long to be anybody's becomes the empty one, which is nobody's.
    """
    return unicodedata.normalize("NFKC", password) if len(password) <= LENGTH_MOST else ""


class Passwords:
    """Hashes and verifies by argon2id. Whoever does so takes a turn first: a flood must not take all memory."""

    def __init__(self, hasher: PasswordHasher | None = None, wait_s: float = WAIT_S) -> None:
        self._hasher = hasher or PasswordHasher()
        self._wait_s = wait_s
        self._turns = BoundedSemaphore(AT_ONCE)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one of the few turns, and hold it.

        Raises:
            BusyError: If none comes for too long.
        """
        if not self._turns.acquire(timeout=self._wait_s):
            raise BusyError
        try:
            yield
        finally:
            self._turns.release()

    @cached_property
    def nobodys(self) -> str:
        """Return a hash that no password has: what is typed for an unknown login is verified against it."""
        return self.hash(secrets.token_urlsafe(32))

    def hash(self, password: str) -> str:
        """Return the hash of a password, with its parameters and salt."""
        return self._hasher.hash(_bytes(password))

    def fits(self, hashed: str, password: str) -> bool:
        """Tell whether a password has a hash."""
        try:
            return self._hasher.verify(hashed, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False

    def is_dated(self, hashed: str) -> bool:
        """Tell whether a hash was made with other parameters than those of today."""
        return self._hasher.check_needs_rehash(hashed)


def _bytes(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")
