"""Documents are made one at a time, in the language of whoever asks; too many that wait are told so."""

import asyncio
import threading

import pytest

from console.making import WAITING_MOST, BusyError, Maker
from doors.texts import language, speaking


async def test_one_document_is_made_at_a_time_and_the_loop_goes_on() -> None:
    maker, together, most = Maker(), 0, 0
    held = threading.Event()

    def make() -> str:
        nonlocal together, most
        together += 1
        most = max(most, together)
        assert held.wait(10)
        together -= 1
        return language()

    with speaking("en"):
        asked = [asyncio.create_task(maker.made(make)) for _ in range(3)]
    await asyncio.sleep(0)  # It comes back while the first is still being made.
    assert maker.waiting == 3
    held.set()
    assert await asyncio.gather(*asked) == ["en"] * 3
    assert (most, maker.waiting) == (1, 0)


async def test_more_than_can_wait_are_refused_and_later_taken_again() -> None:
    maker, held = Maker(), threading.Event()
    asked = [asyncio.create_task(maker.made(lambda: held.wait(10))) for _ in range(WAITING_MOST)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await maker.made(lambda: True)
    held.set()
    await asyncio.gather(*asked)
    assert await maker.made(lambda: "made") == "made"


async def test_what_goes_wrong_while_making_is_raised_and_frees_its_place() -> None:
    maker = Maker()
    with pytest.raises(ZeroDivisionError):
        await maker.made(lambda: 1 // 0)
    await asyncio.sleep(0)
    assert maker.waiting == 0
