"""The outbox: what waits to be sent, who has taken it, and what became of it. Every step is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, func, or_, select, update
from sqlalchemy import exists as there_is

from notices.reading import Fault
from notices.tables import DELIVERIES, FAULTS, NOTICES, QUEUED, create, moment
from projections.store import writing

SENDING = "sending"
SENT = "sent"
PARKED = "parked"
IN_DOUBT = "in_doubt"
STATES = (QUEUED, SENDING, SENT, PARKED, IN_DOUBT)
NO_END = "the sender ended before it knew"


@dataclass(frozen=True)
class Delivery:
    """One notice to one person on one channel, as it stands."""

    notice: str
    channel: str
    state: str
    attempts: int
    next_at: str
    sent_at: str | None
    address: str | None
    reason: str | None


@dataclass(frozen=True)
class Noted:
    """A notice, with its deliveries: none where the person has no address, or it is of before the start."""

    id: str
    position: int
    stream: str
    version: int
    fact: str
    case: str
    county: str
    kind: str
    post: str
    person: str
    due_on: date | None
    recorded_at: str
    subject_zh: str
    text_zh: str
    subject_en: str
    text_en: str
    earlier: bool
    deliveries: list[Delivery] = field(default_factory=list)


@dataclass(frozen=True)
class Claim:
    """A delivery that one sender has taken, for its *attempt*: no other has the same number."""

    notice: Noted
    channel: str
    attempt: int


_KEY = ("notice", "channel", "state", "attempts", "next_at", "sent_at", "address", "reason")
_ASKED = [DELIVERIES.c[name] for name in _KEY]


class Outbox:
    """The deliveries of one store."""

    def __init__(self, engine: Engine) -> None:
        create(engine)
        self._engine = engine

    def due(self, now: datetime) -> list[tuple[str, str, str]]:
        """Return what waits to be sent by *now*: notice, channel and person, what has waited longest first."""
        asked = (
            select(DELIVERIES.c.notice, DELIVERIES.c.channel, NOTICES.c.person)
            .join(NOTICES)
            .where(DELIVERIES.c.state == QUEUED, DELIVERIES.c.next_at <= moment(now))
            .order_by(DELIVERIES.c.next_at, NOTICES.c.position, NOTICES.c.id, DELIVERIES.c.channel)
        )
        with self._engine.connect() as connection:
            return [(row.notice, row.channel, row.person) for row in connection.execute(asked)]

    def claim(self, notice: str, channel: str, address: str, now: datetime, until: datetime) -> Claim | None:
        """Take a delivery, or return None where another sender was faster."""
        with writing(self._engine) as connection:
            of = _of(notice, channel)
            taken = connection.execute(
                update(DELIVERIES)
                .where(of, DELIVERIES.c.state == QUEUED, DELIVERIES.c.next_at <= moment(now))
                .values(
                    state=SENDING,
                    attempts=DELIVERIES.c.attempts + 1,
                    claimed_until=moment(until),
                    handed_over_at=None,
                    address=address,
                )
            )
            if taken.rowcount != 1:
                return None
            attempt = connection.scalars(select(DELIVERIES.c.attempts).where(of)).one()
            return Claim(_noted(connection, NOTICES.c.id == notice)[0], channel, attempt)

    def hand_over(self, claim: Claim, now: datetime, until: datetime) -> bool:
        """Note that from here on the other side may have it; False if the claim has run out meanwhile."""
        return self._settle(claim, (SENDING,), handed_over_at=moment(now), claimed_until=moment(until))

    def sent(self, claim: Claim, now: datetime) -> bool:
        """Note that the other side has confirmed it: also where the claim ran out, as long as nobody else took it."""
        return self._settle(claim, STATES, state=SENT, sent_at=moment(now), reason=None)

    def later(self, claim: Claim, at: datetime, reason: str) -> bool:
        """Put it back, to be tried again from *at* on."""
        return self._settle(claim, (SENDING,), state=QUEUED, next_at=moment(at), reason=reason)

    def park(self, claim: Claim, reason: str) -> bool:
        """Lay it aside: sent again as it is, it would be refused again."""
        return self._settle(claim, (SENDING,), state=PARKED, reason=reason)

    def doubt(self, claim: Claim, reason: str) -> bool:
        """Note that nobody here knows whether the other side has it."""
        return self._settle(claim, (SENDING,), state=IN_DOUBT, reason=reason)

    def park_unaddressed(self, notice: str, channel: str, reason: str) -> None:
        """Lay a delivery aside whose person is no longer reached on that channel."""
        with writing(self._engine) as connection:
            waits = and_(_of(notice, channel), DELIVERIES.c.state == QUEUED)
            connection.execute(update(DELIVERIES).where(waits).values(state=PARKED, reason=reason))

    def recover(self, now: datetime, *, doubted: Sequence[str]) -> int:
        """Settle what senders left behind that ended in the middle; return how many there were.

        What was not handed over goes back into the queue; so does what was, but on the channels *doubted*: there it
        is in doubt, since to send again might be to send twice.
        """
        ran_out = and_(DELIVERIES.c.state == SENDING, DELIVERIES.c.claimed_until <= moment(now))
        in_doubt = and_(ran_out, DELIVERIES.c.handed_over_at.is_not(None), DELIVERIES.c.channel.in_(doubted))
        with writing(self._engine) as connection:
            doubts = connection.execute(update(DELIVERIES).where(in_doubt).values(state=IN_DOUBT, reason=NO_END))
            again = connection.execute(
                update(DELIVERIES).where(ran_out).values(state=QUEUED, next_at=moment(now), reason=NO_END)
            )
            return doubts.rowcount + again.rowcount

    def retry(self, now: datetime, states: Sequence[str], notice: str | None = None) -> int:
        """Queue what is parked or in doubt once more, all or of one notice; return how many deliveries."""
        asked = update(DELIVERIES).where(DELIVERIES.c.state.in_(states))
        if notice is not None:
            asked = asked.where(DELIVERIES.c.notice == notice)
        with writing(self._engine) as connection:
            return connection.execute(asked.values(state=QUEUED, next_at=moment(now))).rowcount

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many deliveries stand where, by channel and state."""
        asked = select(DELIVERIES.c.channel, DELIVERIES.c.state, func.count()).group_by(
            DELIVERIES.c.channel, DELIVERIES.c.state
        )
        found: dict[str, dict[str, int]] = {}
        with self._engine.connect() as connection:
            for channel, state, number in connection.execute(asked):
                found.setdefault(channel, dict.fromkeys(STATES, 0))[state] = number
        return found

    def troubled(self) -> list[tuple[Noted, Delivery]]:
        """Return what is parked, in doubt, or failed at its last attempt, with the reason."""
        wrong = or_(
            DELIVERIES.c.state.in_((PARKED, IN_DOUBT)),
            and_(DELIVERIES.c.state == QUEUED, DELIVERIES.c.reason.is_not(None)),
        )
        with self._engine.connect() as connection:
            ids = select(DELIVERIES.c.notice).where(wrong)
            notices = _noted(connection, NOTICES.c.id.in_(ids))
        return [
            (notice, one)
            for notice in notices
            for one in notice.deliveries
            if one.state in (PARKED, IN_DOUBT) or (one.state == QUEUED and one.reason)
        ]

    def unreached(self) -> dict[str, int]:
        """Return how many notices reached nobody outside, by person ("" where nobody held the post)."""
        asked = (
            select(NOTICES.c.person, func.count().label("number"))
            .where(NOTICES.c.earlier.is_(False), ~there_is().where(DELIVERIES.c.notice == NOTICES.c.id))
            .group_by(NOTICES.c.person)
            .order_by(NOTICES.c.person)
        )
        with self._engine.connect() as connection:
            found = connection.execute(asked).mappings()
            return {row["person"]: row["number"] for row in found}

    def noted(
        self, *, county: str | None = None, post: str | None = None, person: str | None = None, case: str | None = None
    ) -> list[Noted]:
        """Return notices in the order of their facts: of a county, to a post or person, about a case, or all."""
        asked = {"county": county, "post": post, "person": person, "case": case}
        wanted = [NOTICES.c[name] == value for name, value in asked.items() if value is not None]
        with self._engine.connect() as connection:
            return _noted(connection, *wanted)

    def faults(self) -> list[Fault]:
        """Return the facts whose notices could not be made."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(FAULTS).order_by(FAULTS.c.position)).mappings()
            return [Fault(**row) for row in rows]

    def _settle(self, claim: Claim, states: Sequence[str], **values: Any) -> bool:
        # The attempt's number is this claim's alone: whoever took it over since has another.
        mine = and_(_of(claim.notice.id, claim.channel), DELIVERIES.c.attempts == claim.attempt)
        with writing(self._engine) as connection:
            asked = update(DELIVERIES).where(mine, DELIVERIES.c.state.in_(states)).values(**values)
            return connection.execute(asked).rowcount == 1


def _of(notice: str, channel: str) -> Any:
    return and_(DELIVERIES.c.notice == notice, DELIVERIES.c.channel == channel)


def _noted(connection: Connection, *wanted: Any) -> list[Noted]:
    ids = select(NOTICES.c.id).where(*wanted)
    deliveries: dict[str, list[Delivery]] = {}
    for row in connection.execute(select(*_ASKED).where(DELIVERIES.c.notice.in_(ids)).order_by(*_ASKED[:2])).mappings():
        deliveries.setdefault(row["notice"], []).append(Delivery(**row))
    rows = connection.execute(select(NOTICES).where(*wanted).order_by(NOTICES.c.position, NOTICES.c.id)).mappings()
    return [Noted(**row, deliveries=deliveries.get(row["id"], [])) for row in rows]
