"""The command line's clock: the machine's, plus a sample store's shift. The one place here that reads it."""

from datetime import UTC, datetime, timedelta

from activities.processes import shift_s
from domain.calendar import SHANGHAI
from domain.ledger import Ledger


def wall_now() -> datetime:
    """Return the machine's moment."""
    return datetime.now(UTC)  # noqa: TID251 - a door may look at the clock; rules and workflows are told


def business_now(ledger: Ledger) -> datetime:
    """Return the business moment of a store, in Asia/Shanghai."""
    return (wall_now() + timedelta(seconds=shift_s(ledger))).astimezone(SHANGHAI)
