"""Verifying funds in the background: one at a time, in a thread of its own; what came of each is kept to be read."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from audit.fund_verifying import FundVerified, Told, verify_fund
from console.errors import UNAVAILABLE, HereError
from console.house import House
from domain.errors import BridgefundError

WAITING_MOST = 10
KEPT_MOST = 200
Verify = Callable[[House, str, Told], FundVerified]


class TooManyChecksError(HereError):
    """More checks are waited for than is sensible."""

    status = UNAVAILABLE
    temporary = True
    zh = "排队等待核验的资金已有 {waiting} 笔，请稍后再试"
    en = "{waiting} funds wait to be verified: try again in a while"


@dataclass
class Check:
    """One check of a fund: when it was asked for, how far it is, and what came of it or why it could not be made."""

    asked_at: datetime
    done: int = 0
    of: int = 0
    seconds: float = 0.0
    outcome: FundVerified | None = None
    error: BridgefundError | None = None
    failed: bool = False
    work: Future[None] | None = None

    @property
    def ended(self) -> bool:
        """Return whether it is over."""
        return self.outcome is not None or self.error is not None or self.failed


def verified(house: House, fund: str, told: Told) -> FundVerified:
    """Verify a fund against the last seal of the house."""
    return verify_fund(house.ledger, fund, house.calendars, told=told)


class Checks:
    """The checks of one house."""

    def __init__(self, verify: Verify = verified) -> None:
        """Set up the one thread; *verify* is what it does."""
        self._verify = verify
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="verifying")
        self._checks: dict[tuple[str, str], Check] = {}

    def of(self, house: House, fund: str) -> Check | None:
        """Return the last check of a fund, if there was any since the console began."""
        return self._checks.get((house.ledger.url, fund))

    def ahead_of(self, own: Check) -> int:
        """Return how many checks that were asked for before are not over yet."""
        return sum(not one.ended and one is not own and one.asked_at < own.asked_at for one in self._checks.values())

    async def begin(self, house: House, fund: str, wait_s: float) -> Check:
        """Begin a check of a fund, or join the one that runs; return it when it is over, or after *wait_s* seconds.

        Raises:
            TooManyChecksError: If too many wait.
        """
        key = house.ledger.url, fund
        check = self._checks.get(key)
        if check is None or check.ended:
            waiting = sum(not one.ended for one in self._checks.values())
            if waiting >= WAITING_MOST:
                raise TooManyChecksError(waiting=waiting)
            check = self._put(key, Check(house.now()))
            check.work = self._thread.submit(self._run, house, fund, check)
        assert check.work is not None
        # Whoever waits may go: the thread works on it all the same.
        await asyncio.wait([asyncio.wrap_future(check.work)], timeout=wait_s)
        return check

    def _put(self, key: tuple[str, str], check: Check) -> Check:
        self._checks.pop(key, None)
        self._checks[key] = check
        for other in [name for name, one in self._checks.items() if one.ended][: max(0, len(self._checks) - KEPT_MOST)]:
            del self._checks[other]
        return check

    def _run(self, house: House, fund: str, check: Check) -> None:
        began = time.monotonic()

        def told(done: int, of: int) -> None:
            check.done, check.of = done, of

        try:
            found = self._verify(house, fund, told)
            check.seconds = time.monotonic() - began
            check.outcome = found
        except BridgefundError as error:
            check.error = error
        finally:
            # Whatever else it was is in the log of the thread; nobody waits for ever.
            check.failed = not check.ended


CHECKS = Checks()
