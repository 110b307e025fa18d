"""How one attempt to send can end, and how long to wait for the next."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from notices.addresses import Person
from notices.outbox import Claim

FIRST_WAIT_S = 60.0
WAIT_S_MAX = 3_600.0  # Of one delivery; there is no last attempt.
REST_S_MAX = 300.0  # Of a server that does not answer at all: once it does, all that waits goes at once.
RETRY_AFTER_S_MAX = 86_400.0  # A server may ask for more; nobody waits longer than a day.


@dataclass(frozen=True)
class Sent:
    """The other side has confirmed that it has it."""


@dataclass(frozen=True)
class Later:
    """It was not taken, and may be another time. *whole*: it is its server's fault, which is then left alone."""

    reason: str
    whole: bool = False
    wait_s: float | None = None  # As the other side asks.


@dataclass(frozen=True)
class Never:
    """It was refused for good."""

    reason: str


@dataclass(frozen=True)
class Doubt:
    """It was handed over, and no answer came: the other side may have it. *whole*: as for `Later`."""

    reason: str
    whole: bool = True


Outcome = Sent | Later | Never | Doubt
# Called right before the other side may have it; False if this sender must let go.
HandOver = Callable[[], Awaitable[bool]]


class Channel(Protocol):
    """One way to bring a notice to a person."""

    name: str
    # Whether the receiver knows a repeat by its id, so that what is in doubt may be sent again.
    repeatable: bool

    def address(self, person: Person) -> str | None:
        """Return where the person is reached, or None."""

    def server(self, person: Person) -> str:
        """Return what is down for all where it is down for one."""

    async def deliver(self, claim: Claim, person: Person, hand_over: HandOver) -> Outcome:
        """Try once."""


def wait_s(attempts: int) -> float:
    """Return how long a delivery waits after so many attempts: a minute, doubled each time, at most an hour."""
    return min(FIRST_WAIT_S * 2.0 ** min(attempts - 1, 20), WAIT_S_MAX)


def rest_s(failures: int) -> float:
    """Return how long a server is left alone after so many failures in a row: 5 s, doubled, at most 5 minutes."""
    return min(5.0 * 2.0 ** min(failures - 1, 20), REST_S_MAX)
