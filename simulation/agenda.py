"""The agenda of a simulated year: stories that say until which day they wait, played in one order."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from random import Random

from simulation.stage import Clock
from simulation.turns import Turns

Story = AsyncIterator[date]


class Dice:
    """Chance that a seed and a business key fix: the same story rolls the same, whatever else is played."""

    def __init__(self, seed: int, key: str) -> None:
        """Derive the rolls."""
        self._random = Random(f"{seed}/{key}")  # noqa: S311 - a play, not a secret

    def days(self, least: int, most: int) -> timedelta:
        """Return a number of days."""
        return timedelta(days=self._random.randint(least, most))

    def one_of(self, numbers: Sequence[int]) -> int:
        """Return one of some numbers."""
        return self._random.choice(numbers)

    def chance(self, of: float) -> bool:
        """Return whether something happens that has a chance *of* 0 to 1."""
        return self._random.random() < of

    def happens(self, one_in: int) -> bool:
        """Return whether something happens that happens once in so many times."""
        return self._random.randrange(one_in) == 0


def paper(*words: object) -> str:
    """Return the digest of a sample paper: there is no file, and everybody can see that it is a sample."""
    return sha256("/".join(("sample paper", *map(str, words))).encode()).hexdigest()


async def play(clock: Clock, stories: list[Story], last_day: date, turns: Turns) -> None:
    """Play all stories day by day until each has ended, or its next day lies after *last_day*."""
    waiting: list[tuple[date, int]] = [(date.min, number) for number in range(len(stories))]
    asleep: dict[int, tuple[asyncio.Task[date | None], asyncio.Future[None]]] = {}
    while waiting:
        day, number = heapq.heappop(waiting)
        if day > last_day:
            continue
        if day > clock.today:
            await clock.open_office(day)
        if number in asleep:
            story, again = asleep.pop(number)
            again.set_result(None)
        else:
            story = asyncio.create_task(_next_day(stories[number]))
        if given := await turns.taken(story):
            asleep[number] = (story, given[1])
            heapq.heappush(waiting, (given[0], number))
        elif (until := story.result()) is not None:
            heapq.heappush(waiting, (max(until, clock.today), number))
    for story, _ in asleep.values():
        story.cancel()
    await asyncio.gather(*(story for story, _ in asleep.values()), return_exceptions=True)
    await clock.open_office(last_day)


async def _next_day(story: Story) -> date | None:
    return await anext(story, None)
