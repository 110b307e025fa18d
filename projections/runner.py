"""The runner: reads the ledger in order, in batches, and writes each view's rows and position in one transaction."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace

import structlog
from sqlalchemy import Connection, Engine, inspect

from domain.errors import UnreadableFactError
from domain.following import Following
from domain.ledger import Ledger
from projections import positions
from projections.batch import Batch
from projections.book import Book
from projections.digesting import STOPS, Opened, Read, UnfoldableError, Wanted, decoded, digest, digest_or_park
from projections.positions import At, OvertakenError, Parked, Stopped
from projections.store import writing
from projections.view import View

BATCH = 2_000
STATES_KEPT_MAX = 10_000
# Before a transaction that may still put a fact before those that are there: a look so often, and for so long.
HELD_EVERY_S, HELD_S = 0.01, 30.0
Told = Callable[[int, int], None]

log = structlog.get_logger()


class Runner:
    """Keeps *views* at the end of the log. It knows from one batch to the next what it wrote; one thread may use it."""

    def __init__(self, ledger: Ledger, engine: Engine, views: Sequence[View], batch: int = BATCH) -> None:
        """Read *ledger*, write to *engine*."""
        self._ledger = ledger
        self._engine = engine
        self._batch = batch
        self._following = Following(ledger.facts, STATES_KEPT_MAX)
        self._opened = [Opened(view, Book(view.tables)) for view in views]
        # Where each book was left: anybody else's writing shows by another place.
        self._left: dict[str, At] = {}
        self._prepared = False
        self._stopped: list[Stopped] | None = None  # As the database has it; None where that is not known.
        self.reached = 0  # How far all views are that do not stand still.
        self.held = False  # Whether a running transaction may still put a fact before those that are there.

    def catch_up(self, told: Told | None = None, patience_s: float = HELD_S) -> list[Stopped]:
        """Bring the views to the end of the log; *told* hears of the position reached and of the end.

        Where a running transaction may still put a fact before those that are there, it is waited for, for so long.

        Returns:
            The views that stand still before a fact of theirs that this build cannot read. The others go on.
        """
        self._prepare()
        going, stopped = self._opened, list[Stopped]()
        while going:
            reached = {name: at.position for name, at in self._where(going).items()}
            start = self.reached = min(reached.values())
            at_start = [one for one in going if reached[one.view.name] == start]
            read = self._read(start, at_start, patience_s)
            if not read.rows:
                break
            # A view that is further on is joined, not overtaken, so that from there on each fact is read once for all.
            read = read.up_to(min((p for p in reached.values() if p > start), default=read.rows[-1].position))
            if stopping := _stopping(self._ledger, at_start, read):
                stopped += stopping
                going = [one for one in going if one.view.name not in {stop.view for stop in stopping}]
                continue
            try:
                took = self._took(at_start, read)
            except UnfoldableError as unable:
                stopped.append(
                    Stopped(unable.view.name, start, read.rows[0].topic, _reason(self._ledger, unable.error))
                )
                going = [one for one in going if one.view.name != unable.view.name]
                continue
            if took and told:
                told(read.rows[-1].position, self._ledger.recorder.max_notification_id() or 0)
            if took and read.ends and at_start == going:
                self.reached = read.rows[-1].position
                break
        self._note_stopped(stopped)
        return stopped

    def _where(self, opened: Sequence[Opened]) -> dict[str, At]:
        """Return where views are: as this runner left them, or where that is not known, as the database says."""
        names = [one.view.name for one in opened]
        if all(name in self._left for name in names):
            return {name: self._left[name] for name in names}
        with self._engine.connect() as connection:
            here = positions.found(connection, [one.view for one in opened])
        for one in opened:
            if self._left.get(one.view.name) != here[one.view.name]:
                one.book.forget(empty=here[one.view.name].position == 0)
        self._left |= here
        return here

    def _prepare(self) -> None:
        if self._prepared:
            return
        with writing(self._engine) as connection:
            positions.create(connection)
            for one in self._opened:
                if not positions.is_good(connection, one.view, self._ledger):
                    positions.reset(connection, one.view)
        self._prepared = True

    def _read(self, start: int, opened: Sequence[Opened], patience_s: float) -> Read:
        rows = self._ledger.rows(start, self._batch)
        until = time.monotonic() + patience_s
        while not rows and rows.held and time.monotonic() < until:
            time.sleep(HELD_EVERY_S)
            rows = self._ledger.rows(start, self._batch)
        self.held = rows.held
        ends = len(rows) < self._batch and not rows.held
        read = replace(decoded(rows, Wanted.by([one.view for one in opened])), ends=ends)
        broken = min((row.position for row, _ in read.broken.values()), default=0)
        # First what stands before a fact that cannot be read: then it is clear who stops and who goes on.
        return read.up_to(broken - 1) if read.broken and rows[0].position < broken else read

    def _took(self, opened: Sequence[Opened], read: Read) -> bool:
        """Take a batch; return False if another runner took it."""
        here = self._where(opened)
        try:
            self._take(opened, here, read)
        except OvertakenError:
            return False
        except STOPS:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it is looked for fact by fact, and parked
            self._take(opened, here, read, carefully=True)
        self._left |= {name: At(at.built, read.rows[-1].position) for name, at in here.items()}
        return True

    def _take(self, opened: Sequence[Opened], here: Mapping[str, At], read: Read, *, carefully: bool = False) -> None:
        try:
            with writing(self._engine) as connection:
                # First, so that a batch that comes twice is refused before money counts twice.
                positions.advance(connection, [one.view for one in opened], here, read.rows[-1])
                if carefully:
                    self._park(connection, opened, read)
                else:
                    digest(connection, opened, Batch.new(read.rows, read.entries, self._following))
        except BaseException:
            for one in opened:
                one.book.forget()
                self._left.pop(one.view.name, None)
            raise

    def _park(self, connection: Connection, opened: Sequence[Opened], read: Read) -> None:
        for one in opened:
            for parked in digest_or_park(connection, one, read, self._ledger.facts):
                positions.park(connection, parked)

    def _note_stopped(self, stopped: Sequence[Stopped]) -> None:
        for stop in stopped:  # Whether another build took it further is asked of the database each time.
            self._left.pop(stop.view, None)
        if self._stopped is None:
            with self._engine.connect() as connection:
                known = positions.stopped(connection)
            self._stopped = [stop for stop in known if stop.view in {one.view.name for one in self._opened}]
        if sorted(self._stopped, key=_view) == sorted(stopped, key=_view):
            return
        for stop in stopped:
            log.error("view stopped", **asdict(stop))
        with writing(self._engine) as connection:
            positions.stop(connection, [one.view for one in self._opened], stopped)
        self._stopped = list(stopped)


def catch_up(
    ledger: Ledger, engine: Engine, views: Sequence[View], batch: int = BATCH, told: Told | None = None
) -> list[Stopped]:
    """Bring *views* to the end of the log once; see `Runner.catch_up`."""
    return Runner(ledger, engine, views, batch).catch_up(told)


def parked(engine: Engine) -> list[Parked]:
    """Return the facts that a view could not digest: until it is rebuilt, it lacks them."""
    if not inspect(engine).has_table(positions.PARKED.name):
        return []
    with engine.connect() as connection:
        return positions.parked(connection)


def _stopping(ledger: Ledger, opened: Sequence[Opened], read: Read) -> list[Stopped]:
    """Return the views that cannot go past the first place of what was read, with the build that wrote it."""
    first = read.rows[0].position
    return [
        Stopped(one.view.name, first - 1, row.topic, _reason(ledger, error))
        for one in opened
        for kind, (row, error) in read.broken.items()
        if kind in one.view.kinds and row.position == first
    ]


def _view(stopped: Stopped) -> str:
    return stopped.view


def _reason(ledger: Ledger, error: UnreadableFactError) -> str:
    try:
        with ledger.telling_who_wrote():
            raise error
    except UnreadableFactError as told:
        return str(told)
