"""The ledger: the only place where a command becomes facts, and the one file that imports eventsourcing."""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import msgspec
from eventsourcing.application import Application
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    InternalError,
    Mapper,
    OperationalError,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.utils import retry

from domain.act import CaseState, Command, Decider
from domain.builds import build_of, note, noted
from domain.collecting import uncollected
from domain.disk import DiskFullError, is_disk_full
from domain.errors import (
    AnotherBuildError,
    ContendedError,
    RefusedError,
    StoreUnreachableError,
    UnfinishedCopyError,
    UnreadableFactError,
)
from domain.log_reading import PostgresLog, Row, Rows, SqliteLog, Stored, StoredLog
from domain.registry import DECIDER_OF, READERS, stored_name
from domain.store_address import place_of, store_settings
from domain.stored_facts import fact_at, in_order, read_fact

APPEND_ATTEMPTS_MAX = 5
OPEN_ATTEMPTS_MAX = 20
# The library's PostgreSQL recorder was seen to hang for good on one append of 1,000 events, and on one of 11 events and
# 894 KB, where 446 KB went through; see docs/decisions.
FACTS_PER_APPEND_MAX = 700
BYTES_PER_APPEND_MAX = 440_000
STATES_KEPT_MAX = 2_000
# What a look at the log raises where its database does not answer.
LOOK_ERRORS = (PersistenceError, sqlite3.Error)
# What the ledger raises of its database where that does not answer, or has no room, and nothing says so in our words.
NO_ANSWER_ERRORS = (OperationalError, InterfaceError, sqlite3.OperationalError)
# So many facts of a stream are in memory at once, and no connection is held while they are folded.
FACTS_PER_LOOK = 2_000
# A table that stands in a store while it is being copied from another, and in no other.
UNFINISHED = "unfinished_copy"

S = TypeVar("S", bound=CaseState)


class TooMuchAtOnceError(RefusedError):
    """One request that would bring about more than one append may hold."""

    zh = "一次办理会产生 {facts} 条事实、{size} 字节；最多 {facts_most} 条、{size_most} 字节，须分次办理（引擎规则）"
    en = (
        "it would bring about {facts} facts of {size} bytes at once, at most {facts_most} of {size_most} bytes: "
        "split it (the engine's rule)"
    )


@dataclass(frozen=True)
class Recorded:
    """A fact in its place: what the library sees of it."""

    originator_id: str
    originator_version: int
    fact: Any


class Entry(NamedTuple):
    """A fact with its position in the one log."""

    position: int
    stream: str
    version: int
    fact: Any


class Step(NamedTuple):
    """One command for one stream."""

    stream: str
    command: Command


# Stands in the command id of a part of a request, behind the request's own: each part takes effect once in a stream.
PART = "#part:"
# Between the steps of a request: what follows is decided on what the steps before it bring about.
THEN = Step("", None)  # type: ignore[arg-type]


class Read(Protocol):
    """How a procedure looks at a stream's state. It must not change what it gets."""

    def __call__(self, decider: Decider[S], stream: str) -> S:
        """Return the state of *stream*."""


class MsgspecMapper(Mapper[str]):
    """Stores a fact as its JSON under its own name, and reads every released shape."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Encode one fact."""
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=stored_name(type(domain_event.fact)),
            state=msgspec.json.encode(domain_event.fact),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Decode one fact, upcast to the newest shape.

        Raises:
            UnreadableFactError: If this build does not know the name or cannot read the content.
        """
        place = f"{stored_event.originator_id}#{stored_event.originator_version}"
        fact = read_fact(stored_event.topic, bytes(stored_event.state), place)
        return Recorded(str(stored_event.originator_id), stored_event.originator_version, fact)


class Ledger(Application[str]):
    """Streams of facts in one order, on SQLite or PostgreSQL, and the one way to add to them."""

    name = "ledger"

    def __init__(self, url: str, *, frozen: bool = False) -> None:
        """Open the ledger at *url*: `sqlite:///PATH`, `sqlite://` (in memory) or `postgresql://…`.

        A *frozen* one is read as it lies there: nothing is made in it, or beside its file, in order to open it.

        Raises:
            StoreUnreachableError: If it cannot be opened.
            DiskFullError: If it cannot, because the disk is full.
            UnfinishedCopyError: If it is a copy that was never finished.
        """
        self.url = url
        self._frozen = frozen
        settings = store_settings(url)
        if frozen:
            settings["CREATE_TABLE"] = "n"
        if frozen and (file := settings.get("SQLITE_DBNAME")):
            settings["SQLITE_DBNAME"] = f"{Path(file).absolute().as_uri()}?immutable=1"
        for attempt in range(1, OPEN_ATTEMPTS_MAX + 1):
            try:
                super().__init__(settings)
                break
            except LOOK_ERRORS as e:
                if is_disk_full(e) and "POSTGRES_DBNAME" in settings and "CREATE_TABLE" not in settings:
                    settings["CREATE_TABLE"] = "n"  # What is there can be read as it is.
                    continue
                # The library alters its tables at every start; of processes that start at once PostgreSQL lets one.
                if not isinstance(e, InternalError) or attempt == OPEN_ATTEMPTS_MAX:
                    raise self._unreachable(e) from e
        self.stored = stored_log(self.recorder)
        self.build = build_of(READERS)
        self._build_noted = False
        # A copy into this store was begun and not ended: a table of its own says so until the end.
        if self.stored.has(UNFINISHED):
            self.close()
            raise UnfinishedCopyError(place=self.place)
        self._states: OrderedDict[str, tuple[CaseState, int]] = OrderedDict()
        self._shared: set[str] = set()  # Of which of these states somebody else holds one.
        self._turn = RLock()

    @property
    def place(self) -> str:
        """Return where it is, without the password that stands before the "@"."""
        return place_of(self.url)

    def _unreachable(self, error: Exception) -> StoreUnreachableError:
        kind = DiskFullError if self._frozen or is_disk_full(error) else StoreUnreachableError
        return kind(place=self.place, reason=error)

    def construct_mapper(self) -> Mapper[str]:
        """Use our own mapper."""
        return MsgspecMapper(self.construct_transcoder())

    def state(self, decider: Decider[S], stream: str) -> S:
        """Return the state of *stream*: kept from the last look, and brought up to date."""
        with self._turn:
            return self._load(decider, stream)[0]

    def shared(self, decider: Decider[S], stream: str) -> S:
        """Return the state of *stream* as `state` does, for whoever looks at it while other threads write.

        It stays as it is: what comes later is folded into a copy.
        """
        with self._turn:
            state, _ = self._load(decider, stream)
            self._shared.add(stream)
            return state

    def execute(self, *steps: Step) -> list[Recorded]:
        """Run all *steps* or none, in one transaction; see `transact`."""
        return self.transact(lambda _: steps)

    def transact(self, expand: Callable[[Read], Iterable[Step]]) -> list[Recorded]:
        """Expand a request into steps and run all or none, in one transaction.

        Each step has a stream of its own; behind a `THEN` the streams may come again, as the steps before it left them.

        Returns:
            The new facts in their places; none if everything already took effect.

        Raises:
            RefusedError: If a rule says no, or it is too much at once. Nothing is stored then.
            ContendedError: If other writers were faster `APPEND_ATTEMPTS_MAX` times.
            DiskFullError: If the database has no room left. Nothing is stored then.
            StoreUnreachableError: If it cannot store for another reason of its own.
        """
        with self._turn:
            streams: list[str] = []
            for _ in range(APPEND_ATTEMPTS_MAX):
                # Afresh each time: what was decided on the old state may not hold on the new.
                streams, decided = self.decided(expand, {})
                check_size(decided)
                try:
                    saved = self.save(*decided)
                except IntegrityError:  # A version was taken meanwhile.
                    continue
                except (OperationalError, InterfaceError, sqlite3.OperationalError) as e:
                    raise self._unreachable(e) from e
                if saved:
                    self._note_build(saved[0].notification.id)
                return decided
            raise ContendedError(attempts=APPEND_ATTEMPTS_MAX, streams=", ".join(streams))

    def rows(self, after: int = 0, limit: int = 500) -> Rows:
        """Return the next rows of the log behind position *after*, in order and undecoded.

        Who goes on from the last of them never misses one: see `Rows.held`.
        """
        return self.stored.rows(after, limit)

    def entries(self, after: int = 0, limit: int = 500, *, of: Sequence[type] = ()) -> list[Entry]:
        """Return the next facts of the log behind position *after*, in order: all, or those *of* some types only."""
        topics = [stored_name(fact) for fact in of]
        with self.telling_who_wrote():
            return [entry_of(row) for row in self.stored.select(after, limit, topics)]

    def log(self, batch: int = 500, *, of: Sequence[type] = ()) -> Iterator[Entry]:  # type: ignore[override]
        """Yield every fact of the log, or every one *of* some types, in order."""
        position = 0
        while entries := self.entries(position, batch, of=of):
            yield from entries
            position = entries[-1].position

    def recall(self, command_id: str) -> list[Recorded]:
        """Return the facts that a command brought about, looking back from the end: it has just taken effect."""
        found: list[Recorded] = []
        end = self.recorder.max_notification_id() or 0
        while end > 0:
            start = max(0, end - FACTS_PER_APPEND_MAX)
            chunk = [e for e in self.entries(start, end - start) if e.position <= end]
            entries = [e for e in chunk if e.fact.act.command_id.partition(PART)[0] == command_id.partition(PART)[0]]
            found = [Recorded(e.stream, e.version, e.fact) for e in entries] + found
            if found and not entries:
                break
            end = start
        return found

    def facts(self, stream: str, most: int | None = None) -> list[Any]:
        """Return the facts of one stream, in order: all, or the first ones. What is behind them is not read."""
        with self.telling_who_wrote():
            return [fact for _, fact in in_order(stream, islice(self._facts_behind(stream, 0), most))]

    def position(self, stream: str, version: int) -> int:
        """Return where in the one log a fact of *stream* stands."""
        return self.stored.position(stream, version)

    def written_by(self, position: int) -> str:
        """Return the build that was the last to note itself before *position* was written, or "" if none did.

        Another may have been writing beside it: until it stopped, after the new one had begun.
        """
        try:
            return noted(self.stored, position)
        except LOOK_ERRORS:  # An older store has no such notes.
            return ""

    def decided(
        self, expand: Callable[[Read], Iterable[Step]], seen: dict[str, tuple[Any, int]]
    ) -> tuple[list[str], list[Recorded]]:
        """Return which streams a request touches, and the facts that it would bring about; nothing is stored.

        *seen* takes each stream's state and version as they were looked at once, and as the request leaves them.

        Raises:
            RefusedError: If a rule says no.
        """

        # One look at each stream: what is decided rests on the very state from which the steps came.
        def read(decider: Decider[S], stream: str) -> S:
            if stream not in seen:
                seen[stream] = self._load(decider, stream)
            state: Any = seen[stream][0]
            if isinstance(state, Folded):
                # Only a request of several rounds looks again at what it changed.
                state = state.fold()
                seen[stream] = (state, seen[stream][1])
            return cast("S", state)

        streams: list[str] = []
        decided: list[Recorded] = []
        steps: list[Step] = []
        for step in chain(expand(read), [THEN]):
            if step is not THEN:
                steps.append(step)
                continue
            named = [one.stream for one in steps]
            assert len(set(named)) == len(named), named
            # Looked at before anything is folded: all steps of a round are decided on the same states.
            facts = [(one.stream, *_facts_of(one, read)) for one in steps]
            for stream, decider, brought in facts:
                state, version = seen[stream]
                assert not isinstance(state, Folded)
                decided += [Recorded(stream, version + n, fact) for n, fact in enumerate(brought, start=1)]
                if brought:
                    seen[stream] = (Folded(decider, state, brought), version + len(brought))
            streams += named
            steps = []
        return streams, decided

    def rehearse(self, expand: Callable[[Read], Iterable[Step]], seen: dict[str, tuple[Any, int]]) -> list[Recorded]:
        """Return the facts that a request would bring about, as `decided` does; the states in *seen* stay as they are.

        Raises:
            RefusedError: If a rule says no.
        """
        with self._turn:
            decided = self.decided(expand, seen)[1]
            self._shared.update(self._states.keys() & seen.keys())
            return decided

    def _load(self, decider: Decider[S], stream: str) -> tuple[S, int]:
        state: Any
        state, version = self._states.pop(stream) if stream in self._states else (decider.initial(), 0)
        with self.telling_who_wrote(), uncollected():
            for reached, fact in in_order(stream, self._facts_behind(stream, version)):
                if stream in self._shared:
                    state = deepcopy(state)
                    self._shared.discard(stream)
                state = decider.evolve(state, fact)
                version = reached
        self._states[stream] = (state, version)
        if len(self._states) > STATES_KEPT_MAX:
            self._shared.discard(self._states.popitem(last=False)[0])
        return state, version

    def _note_build(self, position: int) -> None:
        """Note once that this build writes, if it is not the last that noted itself: nothing may fail for it."""
        if self._build_noted:
            return
        try:
            if self.written_by(position) != self.build:
                note(self.stored, self.build, position)
        except LOOK_ERRORS:  # The database is busy: the next append tries again.
            return
        self._build_noted = True

    @contextmanager
    def telling_who_wrote(self) -> Iterator[None]:
        """Say of a fact that cannot be read which build wrote it, if that is another one."""
        try:
            yield
        except UnreadableFactError as e:
            stream, _, version = e.numbers["place"].rpartition("#")
            written = self.written_by(self.stored.position(stream, int(version)))
            if written in ("", self.build):
                raise
            raise AnotherBuildError(**e.numbers, written=written, here=self.build) from e

    def _facts_behind(self, stream: str, version: int) -> Iterator[Stored]:
        """Yield the stored facts of *stream* behind a *version*, a bounded number of them at a time."""
        while found := self.stored.stream(stream, version, FACTS_PER_LOOK):
            yield from found
            if len(found) < FACTS_PER_LOOK:
                return
            version = found[-1][0]


def entry_of(row: Row) -> Entry:
    """Return a row of the log with its fact.

    Raises:
        UnreadableFactError: If this build does not know the name or cannot read the content.
    """
    position, stream, version, topic, state = row
    return Entry(position, stream, version, fact_at(stream, version, topic, state))


@dataclass(frozen=True)
class Folded:
    """A state, and the facts of an earlier round to be folded into a copy of it: nothing of them is stored yet."""

    decider: Decider[Any]
    state: Any
    facts: Sequence[Any]

    def fold(self) -> Any:
        """Return the state after the facts."""
        state = deepcopy(self.state)
        for fact in self.facts:
            state = self.decider.evolve(state, fact)
        return state


def stored_log(recorder: Any) -> StoredLog:
    """Return what reads the log that *recorder* writes, over its own connections."""
    store, table = recorder.datastore, recorder.events_table_name
    if hasattr(store, "schema"):
        # As the library's own reading: a connection that broke is made anew.
        again = retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
        return PostgresLog(store.get_connection, again, store.schema, table)
    return SqliteLog(store.transaction, table)


def _facts_of(step: Step, read: Read) -> tuple[Decider[Any], Sequence[Any]]:
    decider = DECIDER_OF[type(step.command)]
    return decider, decider.decide(read(decider, step.stream), step.command)


def check_size(decided: Sequence[Recorded]) -> None:
    """Check that what was decided fits into one append.

    Raises:
        TooMuchAtOnceError: If not.
    """
    size = sum(len(msgspec.json.encode(recorded.fact)) for recorded in decided)
    if len(decided) > FACTS_PER_APPEND_MAX or size > BYTES_PER_APPEND_MAX:
        most = {"facts_most": FACTS_PER_APPEND_MAX, "size_most": BYTES_PER_APPEND_MAX}
        raise TooMuchAtOnceError(facts=len(decided), size=size, **most)
