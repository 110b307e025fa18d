"""No interleaving of reading, sending, crashing and asking again delivers twice what was confirmed."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Engine, update

from domain.ledger import Ledger
from notices.addresses import EMAIL, WEBHOOK, Person
from notices.mail import Mail
from notices.outbox import IN_DOUBT, PARKED, SENDING, SENT, Claim
from notices.outcomes import (
    REST_S_MAX,
    WAIT_S_MAX,
    Doubt,
    HandOver,
    Later,
    Never,
    Outcome,
    Sent,
    rest_s,
    wait_s,
)
from notices.sending import CLAIM_S, HANDED_OVER_S, Sender, Tally, follow
from notices.tables import QUEUED, READER, notices_engine
from projections.store import writing
from tests.notices.office import Desk, everybody_by_mail, mail_at, open_office
from tests.notices.receivers import MailServerHere
from tests.story import receive

DAY_S = 86_400.0
ENDS = ("sent", "later", "whole", "never", "doubt", "killed before", "killed after", "fault before", "fault after")


class KilledError(BaseException):
    """The process ended here: nothing that comes after is run."""


@dataclass
class Wire:
    """A channel without a network: it ends as it is told, and remembers what the other side has."""

    name: str
    repeatable: bool
    has: Counter[str] = field(default_factory=Counter)  # What came, each time.
    confirmed: set[str] = field(default_factory=set)  # What the other side confirmed to us.
    end: Callable[[], str] = lambda: "sent"

    def address(self, person: Person) -> str | None:
        """Return where a person is reached."""
        return person.email if self.name == EMAIL else person.webhook

    def server(self, _: Person) -> str:
        """Return the server."""
        return self.name

    async def deliver(self, claim: Claim, _: Person, hand_over: HandOver) -> Outcome:
        """End as told."""
        end, notice = self.end(), claim.notice.id
        if end == "killed before":
            raise KilledError
        if end == "fault before":
            raise ValueError(end)
        if end == "whole":
            return Later(end, whole=True)
        if not await hand_over():
            return Later("taken over")
        match end:
            case "later":
                return Later(end)
            case "never":
                return Never(end)
        assert notice not in self.confirmed, "sent again after it was confirmed"
        self.has[notice] += 1
        if end == "killed after":
            raise KilledError
        if end == "fault after":
            raise ValueError(end)
        if end == "doubt":
            return Doubt(end) if not self.repeatable else Later(end, whole=True)
        self.confirmed.add(notice)
        return Sent()


def both(post: str) -> Person:
    return Person.model_validate(
        {"email": f"{post}@example.test", "webhook": "http://127.0.0.1:9/x", "webhook_secret_file": "x"}
    )


class Interleaving(RuleBasedStateMachine):
    """One store, several senders and readers, each of which may end in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="bridgefund-notices-")
        self.ledger = Ledger(f"sqlite:///{Path(self.folder.name)}/ledger.db")
        self.engine = notices_engine(self.ledger.url)
        story = open_office(self.ledger)
        posts = ("finance_section", "chief_watch_post", "deputy_director")
        self.desk = Desk(self.ledger, self.engine, {f"p-{post}": both(post) for post in posts})
        self.desk.begin()
        receive(story)
        self.wires = [Wire(EMAIL, repeatable=False), Wire(WEBHOOK, repeatable=True)]
        self.senders = [self.sender() for _ in range(2)]

    def sender(self) -> Sender:
        """Return a new sender, as of a new process."""
        return Sender(self.desk.outbox, self.wires, self.desk.people, self.desk.clock, again=False)

    def teardown(self) -> None:
        """Take everything away."""
        self.engine.dispose()
        self.ledger.close()
        self.folder.cleanup()

    @rule()
    def read(self) -> None:
        """Read on."""
        self.desk.read()

    @rule()
    def replay(self) -> None:
        """Read everything again, from the first fact on."""
        there = len(self.desk.noted)
        with writing(self.engine) as connection:
            connection.execute(update(READER).values(position=0, last=""))
        self.desk.read()
        assert there in (0, len(self.desk.noted))

    @rule(ends=st.lists(st.sampled_from(ENDS), max_size=8), which=st.integers(0, 1))
    def send(self, ends: list[str], which: int) -> None:
        """Let one sender go round; what it meets ends so, and then well."""
        left = iter(ends)
        for wire in self.wires:
            wire.end = lambda: next(left, "sent")
        try:
            asyncio.run(self.senders[which].round())
        except KilledError:
            self.senders[which] = self.sender()

    @rule(seconds=st.sampled_from([1.0, 30.0, 120.0, CLAIM_S, HANDED_OVER_S, DAY_S]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.desk.clock.on(seconds=seconds)

    @rule()
    def retry_parked(self) -> None:
        """Ask again for what is parked."""
        self.desk.outbox.retry(self.desk.clock(), [PARKED])

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every notice to somebody with an address is on its way, has come, or is shown as not to come."""
        states = {(one.id, delivery.channel): delivery.state for one in self.desk.noted for delivery in one.deliveries}
        assert len(states) == sum(len(self.desk.people[n.person].channels) for n in self.desk.noted)
        for wire in self.wires:
            for notice in wire.confirmed:
                assert states[notice, wire.name] == SENT
            if not wire.repeatable:  # A letter comes at most once; where nobody knows, it is said so.
                assert set(wire.has.values()) <= {1}
                for notice in wire.has.keys() - wire.confirmed:
                    assert states[notice, wire.name] in (SENDING, IN_DOUBT)

    @rule()
    def end_well(self) -> None:
        """Let everything go well from here on: then every notice has come, or is shown."""
        self.desk.read()
        for wire in self.wires:
            wire.end = lambda: "sent"
        for _ in range(4):
            self.desk.clock.on(seconds=DAY_S)
            asyncio.run(self.senders[0].round())
        email, webhook = self.wires
        left = {state for _, state in self.desk.states()}
        assert left <= {SENT, PARKED, IN_DOUBT}
        counts = self.desk.outbox.counts()
        if counts:
            assert counts[WEBHOOK][IN_DOUBT] == 0
            assert counts[EMAIL][SENT] == len(email.confirmed)
            assert counts[WEBHOOK][SENT] == len(webhook.confirmed)


TestInterleaving = Interleaving.TestCase
TestInterleaving.settings = settings(max_examples=25, stateful_step_count=14, deadline=None)


@pytest.fixture
def desk(ledger: Ledger, engine: Engine) -> Desk:
    """Seven notices by e-mail, in either kind of store."""
    story = open_office(ledger)
    made = Desk(ledger, engine, everybody_by_mail())
    made.begin()
    receive(story)
    assert made.read() == 7
    return made


def test_processes_at_once_send_each_letter_once(desk: Desk, mail_server: MailServerHere) -> None:
    def run(_: int) -> Tally:
        engine = notices_engine(desk.ledger.url)
        try:
            own = Desk(desk.ledger, engine, desk.people)
            channels = [Mail(mail_at(mail_server.port))]
            return asyncio.run(Sender(own.outbox, channels, own.people, own.clock, again=False).round())
        finally:
            engine.dispose()

    with ThreadPoolExecutor(3) as pool:
        tallies = list(pool.map(run, range(3)))
    assert sum(tally.sent for tally in tallies) == 7
    assert len({letter.message["message-id"] for letter in mail_server.taken}) == len(mail_server.taken) == 7


async def test_what_a_sender_left_behind_is_taken_up_once_its_time_is_over(desk: Desk) -> None:
    wire = Wire(EMAIL, repeatable=False)
    wire.end = iter(["killed before", "killed after"]).__next__
    for _ in range(2):
        with pytest.raises(KilledError):
            await Sender(desk.outbox, [wire], desk.people, desk.clock, again=False).round()
    wire.end = lambda: "sent"
    sender = Sender(desk.outbox, [wire], desk.people, desk.clock, again=False)
    assert await sender.round() == Tally(sent=5)
    assert desk.outbox.counts()[EMAIL][SENDING] == 2
    desk.clock.on(seconds=CLAIM_S)  # The one was not handed over: nobody can have it.
    assert await sender.round() == Tally(sent=1)
    desk.clock.on(seconds=HANDED_OVER_S)
    assert await sender.round() == Tally()
    assert desk.outbox.counts()[EMAIL] == {QUEUED: 0, SENDING: 0, SENT: 6, PARKED: 0, IN_DOUBT: 1}


async def test_a_sender_that_was_asleep_does_not_hand_over_what_another_took(desk: Desk) -> None:
    awake = Wire(EMAIL, repeatable=False)
    other = Sender(desk.outbox, [awake], desk.people, desk.clock, again=False)

    class Sleepy(Wire):
        async def deliver(self, claim: Claim, person: Person, hand_over: HandOver) -> Outcome:
            desk.clock.on(seconds=CLAIM_S)
            await other.round()
            return await super().deliver(claim, person, hand_over)

    sleepy = Sleepy(EMAIL, repeatable=False)
    await Sender(desk.outbox, [sleepy], desk.people, desk.clock, again=False).round()
    assert sleepy.has == Counter()
    assert set(awake.has.values()) == {1}
    assert len(awake.has) == 7


async def test_an_answer_that_comes_late_ends_the_doubt(desk: Desk) -> None:
    class Slow(Wire):
        async def deliver(self, claim: Claim, person: Person, hand_over: HandOver) -> Outcome:
            ended = await super().deliver(claim, person, hand_over)
            desk.clock.on(seconds=HANDED_OVER_S)
            desk.outbox.recover(desk.clock(), doubted=[EMAIL])
            return ended

    slow = Slow(EMAIL, repeatable=False)
    await Sender(desk.outbox, [slow], desk.people, desk.clock, again=False).round()
    assert {state for _, state in desk.states()} == {SENT}


async def test_a_fault_of_ours_in_one_letter_holds_up_no_other(desk: Desk) -> None:
    wire = Wire(EMAIL, repeatable=False)
    wire.end = iter(["fault before", "fault after", *["sent"] * 5]).__next__
    tally = await Sender(desk.outbox, [wire], desk.people, desk.clock, again=False).round()
    assert tally == Tally(sent=5, parked=1, in_doubt=1)
    assert {d.reason for _, d in desk.outbox.troubled()} == {"ValueError: fault before", "ValueError: fault after"}


async def test_a_long_queue_of_one_server_holds_up_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notices.sending.LANE_MAX", 2)
    wire = Wire(EMAIL, repeatable=False)
    sender = Sender(desk.outbox, [wire], desk.people, desk.clock, again=False)
    assert [(await sender.round()).sent for _ in range(5)] == [2, 2, 2, 1, 0]


async def test_the_one_that_its_server_does_not_take_is_not_always_the_first(desk: Desk) -> None:
    """Otherwise one address that hangs would keep all others of its server waiting."""
    first = desk.noted[0].id

    class Picky(Wire):
        async def deliver(self, claim: Claim, person: Person, hand_over: HandOver) -> Outcome:
            if claim.notice.id == first:
                return Later("hangs", whole=True)
            return await super().deliver(claim, person, hand_over)

    wire = Picky(EMAIL, repeatable=False)
    sender = Sender(desk.outbox, [wire], desk.people, desk.clock, again=False)
    desk.clock.on(seconds=1)
    assert await sender.round() == Tally(later=1, resting=6)
    desk.clock.on(seconds=5)
    assert await sender.round() == Tally(sent=6, later=1)


async def test_following_outlives_what_fails_for_a_while(desk: Desk) -> None:
    stop, failures, wire = asyncio.Event(), iter([True, True, False]), Wire(EMAIL, repeatable=False)
    sender = Sender(desk.outbox, [wire], desk.people, desk.clock, again=False)
    rounds: list[Tally] = []

    def read_on() -> int:
        if next(failures, False):
            raise ConnectionError("the database went away")
        return 0

    def told(tally: Tally) -> None:
        rounds.append(tally)
        if len(rounds) == 4:
            stop.set()

    await follow(read_on, sender, 0.01, stop, told)
    assert rounds == [Tally(sent=7), Tally(), Tally(), Tally()]


def test_waits_grow_to_a_bound_and_there_is_no_last_one() -> None:
    assert [wait_s(n) for n in (1, 2, 3, 6, 7, 5_000)] == [60, 120, 240, 1920, WAIT_S_MAX, WAIT_S_MAX]
    assert [rest_s(n) for n in (1, 2, 6, 7, 5_000)] == [5, 10, 160, REST_S_MAX, REST_S_MAX]
