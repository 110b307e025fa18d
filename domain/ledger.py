"""The ledger: the only place where a command becomes facts, and the one file that imports eventsourcing."""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple, Protocol, TypeVar, cast
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

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

from domain.act import CaseState, Command, Decider
from domain.disk import DiskFullError, is_disk_full
from domain.errors import (
    BadInputError,
    ContendedError,
    RefusedError,
    StoreUnreachableError,
    UnfinishedCopyError,
    UnreadableFactError,
)
from domain.registry import DECIDER_OF, READERS, stored_name

APPEND_ATTEMPTS_MAX = 5
OPEN_ATTEMPTS_MAX = 20
# The library's PostgreSQL recorder was seen to hang for good on one append of 1,000 events, and on one of 11 events and
# 894 KB, where 446 KB went through; see docs/decisions.
FACTS_PER_APPEND_MAX = 700
BYTES_PER_APPEND_MAX = 440_000
STATES_KEPT_MAX = 2_000
# A table that stands in a store while it is being copied from another, and in no other.
UNFINISHED = "unfinished_copy"
_TABLES = "SELECT 1 FROM sqlite_master"

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


def read_fact(name: str, state: bytes, place: str) -> Any:
    """Return the fact stored under *name*, upcast to its newest shape.

    Raises:
        UnreadableFactError: If this build does not know the name or cannot read the content.
    """
    if name not in READERS:
        raise UnreadableFactError(place=place, reason=f"{name} is not known to this build")
    try:
        fact = READERS[name].decode(state)
    except (msgspec.DecodeError, UnicodeDecodeError) as e:
        raise UnreadableFactError(place=place, reason=f"{name}: {e}") from e
    while hasattr(fact, "upcast"):
        fact = fact.upcast()
    return fact


class Ledger(Application[str]):
    """Streams of facts in one order, on SQLite or PostgreSQL, and the one way to add to them."""

    name = "ledger"

    def __init__(self, url: str, *, frozen: bool = False) -> None:
        """Open the ledger at *url*: `sqlite:///PATH`, `sqlite://` (in memory) or `postgresql://…`.

        A *frozen* one is an SQLite file as it lies there, to be read without making anything beside it.

        Raises:
            StoreUnreachableError: If it cannot be opened.
            DiskFullError: If it cannot, because the disk is full.
            UnfinishedCopyError: If it is a copy that was never finished.
        """
        self.url = url
        self._frozen = frozen
        settings = store_settings(url)
        if frozen:
            settings["SQLITE_DBNAME"] = f"{Path(settings['SQLITE_DBNAME']).absolute().as_uri()}?immutable=1"
        for attempt in range(1, OPEN_ATTEMPTS_MAX + 1):
            try:
                super().__init__(settings)
                break
            except (PersistenceError, sqlite3.Error) as e:
                # The library alters its tables at every start; of processes that start at once PostgreSQL lets one.
                if not isinstance(e, InternalError) or attempt == OPEN_ATTEMPTS_MAX:
                    raise self._unreachable(e) from e
        if self._is_unfinished():
            self.close()
            raise UnfinishedCopyError(place=self.place)
        self._states: OrderedDict[str, tuple[CaseState, int]] = OrderedDict()
        self._turn = RLock()

    @property
    def place(self) -> str:
        """Return where it is, without the password that stands before the "@"."""
        return self.url.rpartition("@")[2]

    def _unreachable(self, error: Exception) -> StoreUnreachableError:
        kind = DiskFullError if self._frozen or is_disk_full(error) else StoreUnreachableError
        return kind(place=self.place, reason=error)

    def _is_unfinished(self) -> bool:
        """Tell whether a copy into this store was begun and not ended: a table of its own says so until the end."""
        name = f"'{UNFINISHED}'"
        postgresql = self.url.startswith("postgres")
        asked = f"to_regclass({name}) IS NOT NULL" if postgresql else f"EXISTS ({_TABLES} WHERE name = {name})"
        with self.recorder.datastore.transaction(commit=False) as cursor:  # type: ignore[attr-defined]
            cursor.execute(f"SELECT {asked} AS found")
            return bool(cursor.fetchone()["found"])

    def construct_mapper(self) -> Mapper[str]:
        """Use our own mapper."""
        return MsgspecMapper(self.construct_transcoder())

    def state(self, decider: Decider[S], stream: str) -> S:
        """Return the state of *stream*: kept from the last look, and brought up to date."""
        with self._turn:
            return self._load(decider, stream)[0]

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
                    self.save(*decided)
                except IntegrityError:  # A version was taken meanwhile.
                    continue
                except (OperationalError, InterfaceError, sqlite3.OperationalError) as e:
                    raise self._unreachable(e) from e
                return decided
            raise ContendedError(attempts=APPEND_ATTEMPTS_MAX, streams=", ".join(streams))

    def entries(self, after: int = 0, limit: int = 500, *, of: Sequence[type] = ()) -> list[Entry]:
        """Return the next facts of the log behind position *after*, in order: all, or those *of* some types only."""
        topics = [stored_name(fact) for fact in of]
        found = self.recorder.select_notifications(start=after, limit=limit, topics=topics, inclusive_of_start=False)
        return [
            Entry(
                n.id,
                str(n.originator_id),
                n.originator_version,
                read_fact(n.topic, bytes(n.state), f"{n.originator_id}#{n.originator_version}"),
            )
            for n in found
        ]

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

    def facts(self, stream: str) -> list[Any]:
        """Return the facts of one stream, in order."""
        return [recorded.fact for recorded in self.events.get(stream)]  # type: ignore[attr-defined]

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

    def _load(self, decider: Decider[S], stream: str) -> tuple[S, int]:
        state: Any
        state, version = self._states.pop(stream) if stream in self._states else (decider.initial(), 0)
        for recorded in self.events.get(stream, gt=version):
            state = decider.evolve(state, recorded.fact)  # type: ignore[attr-defined]
            version = recorded.originator_version
        self._states[stream] = (state, version)
        if len(self._states) > STATES_KEPT_MAX:
            self._states.popitem(last=False)
        return state, version


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


def store_settings(url: str) -> dict[str, str]:
    """Return eventsourcing's settings for a store URL.

    Raises:
        BadInputError: If the URL is neither SQLite nor PostgreSQL, or names no database.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError as e:
        raise BadInputError("store", f"{url!r} is neither a file nor a database's address: {e}") from e
    common = {"ORIGINATOR_ID_TYPE": "text"}
    if parts.scheme == "sqlite" and not parts.netloc:
        path = parts.path[1:] if parts.path.startswith("//") else parts.path.removeprefix("/")
        module = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_LOCK_TIMEOUT": "30"}
        return {**common, **module, "SQLITE_DBNAME": path or "file:ledger?mode=memory&cache=shared"}
    if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
        return {
            **common,
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.path.strip("/"),
            "POSTGRES_HOST": _host(parts),
            "POSTGRES_PORT": str(port),
            "POSTGRES_USER": unquote(parts.username or "postgres"),
            "POSTGRES_PASSWORD": unquote(parts.password or ""),
        }
    raise BadInputError("store", f"{url!r} is neither sqlite:///PATH nor postgresql://USER:PASSWORD@HOST:PORT/NAME")


def _host(parts: SplitResult) -> str:
    """Return a PostgreSQL host, or the folder of its socket: percent-encoded, or `?host=` as in its own URLs."""
    # `hostname` is put into lower case, and a folder's name must not be.
    written = unquote(parts.netloc.rpartition("@")[2].partition(":")[0])
    if written.startswith("/"):
        return written
    return parse_qs(parts.query).get("host", [parts.hostname or "127.0.0.1"])[0]


def canonical(fact: Any) -> Mapping[str, Any]:
    """Return a fact as plain data with every moment cut to its business day: the same in every run of a seed."""
    plain: Mapping[str, Any] = {"fact": stored_name(type(fact)), **_plain(fact)}
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        # How far a sample's clock is shifted depends on the day on which it is run, and says nothing of the year.
        names = [n for n in value.__struct_fields__ if n != "shift_s"]
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
