"""A console over a told story, without a server: quick to set up, for tests that change or break their own store."""

import re
from datetime import UTC, datetime

from console.app import build
from console.house import House
from domain.ledger import Ledger
from settings import Settings
from tests.console.desk import NO_SERVER, Desk
from tests.story import POLICIES

NOW = datetime(2024, 1, 5, 2, 0, tzinfo=UTC)


def desk_of(ledger: Ledger, now: datetime = NOW) -> Desk:
    """Return the console of a store, as of the beginning of the year after the story, or of *now*."""
    house = House.of(ledger, Settings.from_env({}), NO_SERVER, lambda: now, POLICIES / "calendars", "not a word of it")
    house.fresh()
    return Desk(house, build(house))


def words_of(page: str) -> str:
    """Return the words of a page, without its tags and with single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
