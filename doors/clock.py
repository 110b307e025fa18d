"""The command line's clock: the machine's, plus a sample store's shift. The one place here that reads it."""

from datetime import UTC, datetime, timedelta

from domain.calendar import SHANGHAI
from domain.cases import STORE
from domain.ledger import Ledger
from domain.store import STORE as STORE_DECIDER


def wall_now() -> datetime:
    """Return the machine's moment."""
    return datetime.now(UTC)  # noqa: TID251 - a door may look at the clock; rules and workflows are told


def business_now(ledger: Ledger) -> datetime:
    """Return the business moment of a store, in Asia/Shanghai."""
    # As `activities.processes.shift_s` has it, with which Temporal's client would be loaded wherever something is read.
    shift = timedelta(seconds=ledger.state(STORE_DECIDER, STORE).shift_s)
    return (wall_now() + shift).astimezone(SHANGHAI)
