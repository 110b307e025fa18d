"""Reading: follows the log in order, and queues the notices of each act with the position in one transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from domain.cases import parse_case
from domain.errors import BridgefundError, UnreadableFactError
from domain.ledger import Entry, Ledger
from domain.registry import stored_name
from notices.happened import Looking, acts
from notices.table import Notice, notices_of
from notices.tables import DELIVERIES, FAULTS, NOTICES, QUEUED, READER, create, moment
from notices.words import Naming, worded
from projections.store import writing

BATCH = 1_000  # More than one append may hold, so that every act that fits the log's page is there whole.
NAME = "notices"
Told = Callable[[int, int], None]  # Hears of the position reached and of the end.
# Not the fault of the act at hand, and it would be that of the next: reading stops.
STOPS = (UnreadableFactError, OperationalError, InterfaceError, InternalError)

log = structlog.get_logger()


class NotBegunError(BridgefundError):
    """Nobody has switched the notices of this store on."""

    zh = "本库尚未启用通知；先运行 bridgefund notices start（只发送此后的通知）"
    en = "notices are not switched on in this store; run `bridgefund notices start` (only what comes after is sent)"


class OtherLedgerError(BridgefundError):
    """The notices beside a store are of another ledger: it was made anew, or put back from a backup."""

    zh = "通知库读到第 {position} 条，与本总账不符（总账重建或由备份恢复）；请先移走通知库，再运行 notices start"
    en = (
        "the notices were read up to fact {position} of another ledger (this one was made anew or restored); "
        "put the notices' database aside, then run `notices start`"
    )


@dataclass(frozen=True)
class Begun:
    """From where notices are sent: what stands up to fact *after* is never sent."""

    position: int
    after: int
    at: str


@dataclass(frozen=True)
class Fault:
    """A fact whose notices could not be made, and why."""

    position: int
    stream: str
    fact: str
    error: str


def begin(ledger: Ledger, engine: Engine, now: datetime) -> Begun:
    """Switch the notices of a store on, from its last fact on; a second time changes nothing.

    Raises:
        OtherLedgerError: If it was switched on for another ledger.
    """
    create(engine)
    end = ledger.recorder.max_notification_id() or 0
    last = ledger.entries(end - 1, 1)[0] if end else None
    row = {"position": end, "begun_after": end, "begun_at": moment(now), "last": _mark(last) if last else ""}
    with writing(engine) as connection:
        connection.execute(_insert(connection, READER), {"name": NAME, **row})
    return begun(ledger, engine)


def begun(ledger: Ledger, engine: Engine) -> Begun:
    """Return from where on notices are sent.

    Raises:
        NotBegunError: If they are not switched on.
        OtherLedgerError: If they were, for another ledger.
    """
    with engine.connect() as connection:
        row = connection.execute(select(READER)).one_or_none()
    if row is None:
        raise NotBegunError
    if row.position:
        found = ledger.entries(row.position - 1, 1)
        if not found or found[0].position != row.position or _mark(found[0]) != row.last:
            raise OtherLedgerError(position=row.position)
    return Begun(row.position, row.begun_after, row.begun_at)


class Reader:
    """Reads on, for whoever sends. `channels`: how each person is reached."""

    def __init__(
        self,
        ledger: Ledger,
        engine: Engine,
        naming: Naming,
        channels: Mapping[str, Collection[str]],
        batch: int = BATCH,
    ) -> None:
        create(engine)
        self._ledger = ledger
        self._engine = engine
        self._naming = naming
        self._channels = channels
        self._batch = batch
        self._looking = Looking(ledger)

    def read_on(self, now: datetime, told: Told | None = None) -> int:
        """Queue the notices of what is new in the log, and return how many there are.

        Raises:
            NotBegunError, OtherLedgerError: If this ledger's are not switched on.
            UnreadableFactError: If the log holds a fact that this build cannot read. What stands before it is taken in.
        """
        queued = 0
        while True:
            start = begun(self._ledger, self._engine)
            reached, entries = start.position, self._whole_acts(start.position)
            if not entries:
                return queued
            with writing(self._engine) as connection:
                moved = connection.execute(
                    update(READER)
                    .where(READER.c.name == NAME, READER.c.position == reached)
                    .values(position=entries[-1].position, last=_mark(entries[-1]))
                )
                if moved.rowcount == 1:
                    queued += self._queue(connection, entries, moment(now), start.after)
                    self._tell(told, entries)
                    continue
            self._looking.forget()  # Another reader was faster: look where it came to.

    def look_back(self, told: Told | None = None) -> int:
        """Note the notices of before the start, to be read and never sent; return how many there are.

        Raises:
            NotBegunError, OtherLedgerError: If this ledger's are not switched on.
            UnreadableFactError: If the log holds a fact that this build cannot read.
        """
        end, position, noted = begun(self._ledger, self._engine).after, 0, 0
        self._looking.forget()
        while entries := [entry for entry in self._whole_acts(position) if entry.position <= end]:
            with writing(self._engine) as connection:
                noted += self._queue(connection, entries, "", end)
            position = entries[-1].position
            self._tell(told, entries)
        self._looking.forget()
        return noted

    def _tell(self, told: Told | None, entries: Sequence[Entry]) -> None:
        if told:
            told(entries[-1].position, self._ledger.recorder.max_notification_id() or 0)

    def _whole_acts(self, after: int) -> list[Entry]:
        """Return the next entries, up to the end of an act: one that is not there to its end waits."""
        limit = self._batch
        while True:
            try:
                entries = self._ledger.entries(after, limit)
            except UnreadableFactError:
                if limit == 1:
                    raise
                limit //= 2
                continue
            if len(entries) < limit:
                return entries
            whole = [entry for act in acts(entries)[:-1] for entry in act]
            if whole:
                return whole
            # One act fills the page. Either the page is small, or what cannot be read stands inside the act.
            if limit < self._batch:
                self._ledger.entries(after, limit * 2)
            limit *= 2

    def _queue(self, connection: Connection, entries: Sequence[Entry], now: str, begun_after: int) -> int:
        queued = 0
        for act in acts(entries):
            try:
                with connection.begin_nested():
                    queued += self._queue_act(connection, act, now, earlier=act[-1].position <= begun_after)
            except STOPS:
                self._looking.forget()
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the other acts' notices must go out
                self._looking.forget()
                self._lay_aside(connection, act[-1], error)
        return queued

    def _queue_act(self, connection: Connection, act: Sequence[Entry], now: str, *, earlier: bool) -> int:
        queued = 0
        for notice in notices_of(self._looking.at(act)):
            row = self._row(notice)
            asked = _insert(connection, NOTICES).values(**row, earlier=earlier).returning(NOTICES.c.id)
            if connection.execute(asked).first() is None:
                continue  # It is there, with whatever became of it.
            queued += 1
            for channel in () if earlier else self._channels.get(notice.person, ()):
                waits = {"state": QUEUED, "attempts": 0, "next_at": now}
                connection.execute(_insert(connection, DELIVERIES), {"notice": row["id"], "channel": channel, **waits})
        return queued

    def _row(self, notice: Notice) -> dict[str, Any]:
        entry = notice.entry
        row: dict[str, Any] = {
            "id": id_of(notice),
            "position": entry.position,
            "stream": entry.stream,
            "version": entry.version,
            "fact": stored_name(type(entry.fact)),
            "case": notice.case,
            "county": parse_case(notice.case).county,
            "kind": notice.kind,
            "post": notice.post,
            "person": notice.person,
            "due_on": next((due for s in notice.sentences if (due := s.told.get("due_on"))), None),
            "recorded_at": moment(entry.fact.act.recorded_at),
        }
        for lang in ("zh", "en"):
            said = worded(notice, self._naming, lang)
            row |= {f"subject_{lang}": said.subject, f"text_{lang}": said.text}
        return row

    def _lay_aside(self, connection: Connection, entry: Entry, error: Exception) -> None:
        what = f"{type(error).__name__}: {error}"
        fault = Fault(entry.position, entry.stream, stored_name(type(entry.fact)), what)
        log.error("no notice could be made", **asdict(fault))
        connection.execute(_insert(connection, FAULTS), asdict(fault))


def id_of(notice: Notice) -> str:
    """Return the id of a notice: of its fact, its case and its recipient, the same in every reading of the log."""
    entry = notice.entry
    # The command and moment too: two stores have streams of the same name, and may write to the same person.
    parts = (_mark(entry), notice.case, notice.post, notice.person)
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def _mark(entry: Entry) -> str:
    act = entry.fact.act
    return f"{entry.stream}#{entry.version} {act.command_id} {act.recorded_at.isoformat()}"


def _insert(connection: Connection, table: Any) -> Any:
    """Return an insert that leaves what is there under the same key as it is."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()
