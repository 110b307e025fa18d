"""Sending: takes what is due out of the outbox, tries, and writes down how it ended; what cannot go now waits."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from notices.addresses import EMAIL, Person
from notices.outbox import Claim, Outbox
from notices.outcomes import Channel, Doubt, Later, Never, Outcome, Sent, rest_s, wait_s

LANE_MAX = 50  # Of one server in one round: what is new, and another's, need not wait for all of a long queue.
# Longer than any attempt may last: until then nobody else takes what one sender has taken.
CLAIM_S = 300.0
HANDED_OVER_S = 1_800.0
Clock = Callable[[], datetime]

log = structlog.get_logger()


@dataclass
class Tally:
    """What one round came to."""

    sent: int = 0
    later: int = 0
    parked: int = 0
    in_doubt: int = 0
    resting: int = 0  # Not tried: their server does not answer.

    @property
    def moved(self) -> int:
        """Return how many left the queue."""
        return self.sent + self.parked + self.in_doubt

    def plus(self, other: "Tally") -> "Tally":
        """Return what this round and a later one came to; what rests is told by the later one."""
        both = (self.sent + other.sent, self.later + other.later, self.parked + other.parked)
        return Tally(*both, self.in_doubt + other.in_doubt, other.resting)


class Sender:
    """One sender; any number may work on one store. *again*: e-mail in doubt goes again, with the same Message-ID."""

    def __init__(
        self, outbox: Outbox, channels: Sequence[Channel], people: Mapping[str, Person], clock: Clock, *, again: bool
    ) -> None:
        self._outbox = outbox
        self._channels = {channel.name: channel for channel in channels}
        self._people = people
        self._clock = clock
        self._doubted = [] if again else [EMAIL]
        self._rests: dict[str, tuple[int, datetime]] = {}  # By server: failures in a row, and until when it rests.

    async def round(self) -> Tally:
        """Try what is due, each server's in order, and the servers side by side."""
        tally = Tally()
        await asyncio.to_thread(self._outbox.recover, self._clock(), doubted=self._doubted)
        lanes: dict[str, list[tuple[str, str, str]]] = {}
        for notice, channel, person in await asyncio.to_thread(self._outbox.due, self._clock()):
            reached = self._reached(channel, person)
            if reached is None:
                said = f"{person} has no {channel} in the address file"
                await asyncio.to_thread(self._outbox.park_unaddressed, notice, channel, said)
                tally.parked += 1
            else:
                lanes.setdefault(reached[0].server(reached[1]), []).append((notice, channel, person))
        ended = await asyncio.gather(
            *(self._lane(server, lane, tally) for server, lane in lanes.items()), return_exceptions=True
        )
        for error in ended:  # Only after all have ended: none is left in the middle for another's fault.
            if error is not None:
                raise error
        return tally

    def _reached(self, channel: str, person: str) -> tuple[Channel, Person] | None:
        one, by = self._people.get(person), self._channels.get(channel)
        return (by, one) if by and one and by.address(one) is not None else None

    async def _lane(self, server: str, lane: list[tuple[str, str, str]], tally: Tally) -> None:
        failures, until = self._rests.get(server, (0, self._clock()))
        if until > self._clock():
            tally.resting += len(lane)
            return
        for number, (notice, channel, person) in enumerate(lane[:LANE_MAX]):
            outcome = await self._try(notice, channel, person, tally)
            # One letter in doubt is enough: who does not confirm it would not confirm the next.
            if isinstance(outcome, Later | Doubt) and outcome.whole:
                self._rests[server] = (failures + 1, self._clock() + timedelta(seconds=rest_s(failures + 1)))
                log.warning("a notices' server does not take anything", server=server, reason=outcome.reason)
                tally.resting += len(lane) - number - 1
                return
            if outcome is not None:
                self._rests.pop(server, None)
                failures = 0

    async def _try(self, notice: str, channel: str, person: str, tally: Tally) -> Outcome | None:
        """Try one delivery, and return how it ended, or None where another sender has it."""
        reached = self._reached(channel, person)
        assert reached is not None
        by, one = reached
        now = self._clock()
        claim = await asyncio.to_thread(
            self._outbox.claim, notice, channel, by.address(one) or "", now, now + timedelta(seconds=CLAIM_S)
        )
        if claim is None:
            return None
        outcome = await self._deliver(claim, by, one)
        await self._settle(claim, outcome, tally)
        return outcome

    async def _deliver(self, claim: Claim, by: Channel, person: Person) -> Outcome:
        handed_over = False

        async def hand_over() -> bool:
            nonlocal handed_over
            now = self._clock()
            until = now + timedelta(seconds=HANDED_OVER_S)
            handed_over = await asyncio.to_thread(self._outbox.hand_over, claim, now, until)
            return handed_over

        try:
            return await by.deliver(claim, person, hand_over)
        except Exception as error:  # A fault of ours in one letter must not hold up the others.
            log.exception("a notice could not be sent", notice=claim.notice.id, channel=claim.channel)
            reason = f"{type(error).__name__}: {error}"
            return Doubt(reason, whole=False) if handed_over and not by.repeatable else Never(reason)

    async def _settle(self, claim: Claim, outcome: Outcome, tally: Tally) -> None:
        now = self._clock()
        match outcome:
            case Sent():
                tally.sent += 1
                done = await asyncio.to_thread(self._outbox.sent, claim, now)
            case Later():
                tally.later += 1
                wait = 0.0 if outcome.whole else wait_s(claim.attempt)
                at = now + timedelta(seconds=max(wait, outcome.wait_s or 0.0))
                done = await asyncio.to_thread(self._outbox.later, claim, at, outcome.reason)
            case Never():
                tally.parked += 1
                done = await asyncio.to_thread(self._outbox.park, claim, outcome.reason)
            case Doubt() if self._doubted:
                tally.in_doubt += 1
                done = await asyncio.to_thread(self._outbox.doubt, claim, outcome.reason)
            case Doubt():
                tally.later += 1
                at = now + timedelta(seconds=wait_s(claim.attempt))
                done = await asyncio.to_thread(self._outbox.later, claim, at, outcome.reason)
        if not done:
            log.warning("another sender took a notice over", notice=claim.notice.id, channel=claim.channel)


async def follow(
    read_on: Callable[[], int],
    sender: Sender,
    every_s: float,
    stop: asyncio.Event,
    told: Callable[[Tally], None] = lambda _: None,
) -> None:
    """Read on and send, round after round, until *stop*; a round that has begun is ended.

    What fails is logged and tried again: a database that is away for a while must not end the notices.
    """
    while not stop.is_set():
        try:
            await asyncio.to_thread(read_on)
        except Exception:  # What is queued goes out all the same.
            log.exception("the log could not be read for notices")
        try:
            told(await sender.round())
        except Exception:
            log.exception("a round of notices failed")
        try:
            await asyncio.wait_for(stop.wait(), every_s)
        except TimeoutError:
            continue
