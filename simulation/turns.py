"""Turns: of a year's stories one is told at a time, and a person who is away lets another go first."""

import asyncio
from datetime import date
from typing import Any


class Turns:
    """Who has the turn: one story at a time. One may give it away in the midst of an act, until a day."""

    def __init__(self) -> None:
        """Begin with nobody's turn."""
        self._given_away: asyncio.Future[tuple[date, asyncio.Future[None]]] | None = None

    async def wait_until(self, day: date) -> None:
        """Give the turn away, and return when it comes again on *day* or after it."""
        assert self._given_away is not None, "only a story that has the turn can give it away"
        again = asyncio.get_running_loop().create_future()
        self._given_away.set_result((day, again))
        await again

    async def taken(self, story: asyncio.Task[date | None]) -> tuple[date, asyncio.Future[None]] | None:
        """Let a story have the turn; return until when it gave it away, and what wakes it, or None if it is done."""
        self._given_away = asyncio.get_running_loop().create_future()
        either: set[asyncio.Future[Any]] = {story, self._given_away}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return self._given_away.result() if self._given_away.done() else None
