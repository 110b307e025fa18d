"""A store is copied whole: every byte at its position, names and notices with it, and never half of it unnoticed."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGKILL

import pytest
from sqlalchemy import Engine, select
from typer.testing import CliRunner, Result

from cli.main import door
from domain.builds import build_of
from domain.disk import DiskFullError
from domain.errors import (
    BadInputError,
    BridgefundError,
    StoreUnreachableError,
    UnfinishedCopyError,
    UnreadableFactError,
)
from domain.ledger import Ledger, Step
from domain.registry import READERS
from doors.stores import names_file
from notices.tables import notices_engine
from projections.people_names import keep_name, kept_names
from projections.runner import catch_up
from projections.store import views_engine
from projections.views import VIEWS
from stores.copying import NotEmptyError, SamePlaceError, copy_store
from stores.events import NoSuchStoreError, Row, events_of
from tests.databases import KINDS, Postgres
from tests.disks import LimitedSqlite
from tests.domain.test_ledger import F1, arrives
from tests.notices.office import Desk, everybody_by_mail, open_office
from tests.places import ROOT
from tests.story import receive

Made = Callable[[str], str]
BUILD = build_of(READERS)
KILLED = """
import os, sys
from stores.copying import copy_store
copy_store(*sys.argv[1:], lambda part, *_: os.kill(os.getpid(), 9) if part == "copy" else None, batch=20)
"""


@pytest.fixture
def made(postgres: Postgres, tmp_path: Path) -> Iterator[Made]:
    """Make empty stores, as many as asked: a file that is not there yet, or a database."""
    with ExitStack() as stack:

        def one(kind: str) -> str:
            if kind == "sqlite":
                number = len(list(tmp_path.iterdir()))
                (tmp_path / str(number)).mkdir()
                return f"sqlite:///{tmp_path}/{number}/ledger.db"
            return stack.enter_context(postgres.database())

        yield one


@pytest.fixture(params=KINDS)
def origin(request: pytest.FixtureRequest, made: Made) -> str:
    """A county whose posts are held, with names; of seven notices one was sent, one is in doubt and five wait."""
    url = made(request.param)
    with Ledger(url) as ledger, notices_of(url) as engine:
        story = open_office(ledger)
        desk = Desk(ledger, engine, everybody_by_mail())
        desk.begin()
        receive(story)
        assert desk.read() == 7
        for (notice, channel, _), end in zip(desk.outbox.due(desk.clock()), ("sent", "doubt"), strict=False):
            claim = desk.outbox.claim(notice, channel, "a@example.test", desk.clock(), desk.clock.on(minutes=5))
            assert claim is not None
            assert desk.outbox.sent(claim, desk.clock()) if end == "sent" else desk.outbox.doubt(claim, "cut off")
    keep_name(url, "p-director", "样例·主任")
    return url


@pytest.fixture
def to(origin: str, made: Made) -> str:
    """An empty store of the other kind."""
    return made(KINDS[origin.startswith(KINDS[0])])


@contextmanager
def notices_of(url: str) -> Iterator[Engine]:
    engine = notices_engine(url)
    yield engine
    engine.dispose()


def rows(url: str) -> list[Row]:
    with events_of(url, writes=False) as events:
        return list(events.rows())


def builds(url: str) -> list[tuple[int, str]]:
    with events_of(url, writes=False) as events:
        return events.builds()


def queue(url: str) -> tuple[list[object], list[object], int]:
    """Return every notice with its deliveries, what is due, and how many more the log would bring."""
    with Ledger(url) as ledger, notices_of(url) as engine:
        desk = Desk(ledger, engine, everybody_by_mail())
        desk.clock.on(days=1)
        return [*desk.noted], [*desk.outbox.due(desk.clock())], desk.read()


def views(url: str) -> dict[str, list[str]]:
    """Return the rows of every view, in one order for both kinds of database."""
    engine = views_engine(url)
    with Ledger(url) as ledger:
        catch_up(ledger, engine, VIEWS)
        tables = [table for view in VIEWS for table in view.tables.sorted_tables]
    with engine.connect() as connection:
        found = {one.name: sorted(map(str, connection.execute(select(one)).all())) for one in tables}
    engine.dispose()
    return found


def test_a_copy_has_every_byte_at_its_position_and_goes_on_from_there(origin: str, to: str) -> None:
    before = rows(origin)
    copied = copy_store(origin, to, batch=7)
    assert (copied.same, copied.went_on_after, copied.to.events) == (True, 0, len(before))
    assert rows(origin) == rows(to) == before
    assert builds(to) == builds(origin) == [(1, BUILD)]
    assert {name: one.rows for name, one in copied.to.tables.items() if one.rows} == {
        "ledger_leaves": 25,  # One row for each append.
        "notice_deliveries": 7,
        "notice_notices": 7,
        "notice_reader": 1,
        "person_names": 1,
    }
    with Ledger(to) as ledger:
        ledger.execute(Step("sample/fund/NEXT", arrives()))
    added = rows(to)[len(before) :]
    assert [(row.position, row.stream) for row in added] == [(before[-1].position + 1, "sample/fund/NEXT")]


def test_nothing_is_sent_twice_from_a_copy_and_nothing_forgotten(origin: str, to: str) -> None:
    copy_store(origin, to)
    (notices, due, more), copy = queue(origin), queue(to)
    assert (notices, due, more) == copy
    assert (len(notices), len(due), more) == (7, 5, 0)
    assert kept_names(to) == kept_names(origin) == {"p-director": "样例·主任"}


def test_the_views_of_a_copy_are_built_anew_and_are_the_same(origin: str, to: str) -> None:
    found = views(origin)
    assert any(found.values())
    copy_store(origin, to)
    assert views(to) == found


def test_positions_that_are_missing_stay_missing(origin: str, to: str) -> None:
    """A database that refused an append has used up its position."""
    with events_of(origin, writes=True) as events:
        last = rows(origin)[-1]
        events.append([last._replace(position=last.position + 10, stream="sample/fund/LATER", version=1)])
    copy_store(origin, to)
    assert [row.position for row in rows(to)][-2:] == [last.position, last.position + 10]


# Cut off in the middle


def test_a_copy_that_was_killed_is_opened_by_nobody_and_is_taken_up_again(origin: str, to: str) -> None:
    before = rows(origin)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, origin, to], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert killed.returncode == -SIGKILL, killed.stderr
    with pytest.raises(UnfinishedCopyError):
        Ledger(to)
    refused = ask("fund", "list", "--store", to)
    assert (refused.exit_code, "run `bridgefund migrate` again" in refused.stderr) == (2, True)
    with pytest.raises(UnfinishedCopyError):
        copy_store(to, origin)
    assert rows(origin) == before
    copied = copy_store(origin, to)
    assert (copied.same, copied.went_on_after, rows(to) == before) == (True, before[19].position, True)
    Ledger(to).close()


def test_half_a_copy_that_somebody_wrote_to_is_not_gone_on_with(origin: str, to: str) -> None:
    half_copied(origin, to)
    with events_of(to, writes=True) as events:
        events.append([rows(origin)[-1]._replace(position=1_000_000, stream="sample/fund/STRAY")])
    result = ask("migrate", origin, to)
    assert result.exit_code == 2, result.output  # What is there is not of this store.
    assert "no unfinished copy of this store" in result.stderr


def test_a_store_that_is_written_to_meanwhile_is_told_and_then_taken_up(origin: str, to: str) -> None:
    def told(part: str, *_: int) -> None:
        if part == "copy":
            with Ledger(origin) as ledger:
                ledger.execute(Step("sample/fund/MEANWHILE", arrives()))

    copied = copy_store(origin, to, told)
    assert (copied.same, copied.origin.events - copied.to.events) == (False, 1)
    with pytest.raises(UnfinishedCopyError):
        Ledger(to)
    assert copy_store(origin, to).same


def half_copied(origin: str, to: str) -> None:
    """Leave a copy after its first batch."""

    def told(part: str, *_: int) -> None:
        if part == "copy":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        copy_store(origin, to, told, batch=20)


def test_half_a_copy_of_another_store_is_left_alone(origin: str, to: str, made: Made) -> None:
    other = made("sqlite")
    with Ledger(other) as ledger:
        ledger.execute(Step(F1, arrives()))
    half_copied(origin, to)
    with pytest.raises(NotEmptyError):
        copy_store(other, to)
    assert copy_store(origin, to).same


def test_a_copy_onto_a_disk_that_fills_up_is_finished_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = LimitedSqlite(tmp_path, monkeypatch)
    origin = f"sqlite:///{tmp_path}/origin.db"
    with Ledger(origin) as ledger:
        open_office(ledger)
    with pytest.raises(DiskFullError, match=f"the disk of the store {disk.url} is full"):
        copy_store(origin, disk.url, lambda part, *_: disk.fill() if part == "copy" else None, batch=5)
    with pytest.raises(UnfinishedCopyError):
        Ledger(disk.url)
    disk.make_room()
    copied = copy_store(origin, disk.url)
    assert copied.same
    assert copied.went_on_after > 0


# Refused


def test_a_place_that_holds_something_is_refused(origin: str, to: str) -> None:
    with Ledger(to) as ledger:
        ledger.execute(Step(F1, arrives()))
    before = rows(to)
    with pytest.raises(NotEmptyError, match="its log ends at 1"):
        copy_store(origin, to)
    assert rows(to) == before


def test_a_place_that_holds_but_a_name_is_refused(origin: str, to: str) -> None:
    keep_name(to, "p-1", "样例")
    with pytest.raises(NotEmptyError, match="person_names: 1"):
        copy_store(origin, to)


def test_the_same_place_twice_is_refused(origin: str) -> None:
    other = origin.replace("/ledger.db", "/../0/ledger.db") if origin.startswith("sqlite") else f"{origin}&x=y"
    with pytest.raises(SamePlaceError):
        copy_store(origin, other)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("sqlite:////nowhere/ledger.db", NoSuchStoreError),
        ("sqlite://", NoSuchStoreError),
        ("postgresql://u@127.0.0.1:1/none", StoreUnreachableError),
        ("mysql://x/y", BadInputError),
    ],
)
def test_a_store_that_is_not_there_is_told_and_nothing_is_made(
    url: str, error: type[BridgefundError], tmp_path: Path
) -> None:
    with pytest.raises(error):
        copy_store(url, f"sqlite:///{tmp_path}/to.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("topic", "state"), [("fund.received/9", b"{}"), ("fund.reported/1", b'{"type":')])
def test_what_this_build_cannot_read_is_not_handed_on(origin: str, topic: str, state: bytes, tmp_path: Path) -> None:
    with events_of(origin, writes=True) as events:
        events.append([Row(events.end() + 1, "sample/fund/NEWER", 1, topic, state)])
        events.put_builds([(1, "0.9+older"), (events.end(), "9.9+newer"), (events.end() + 1, "9.9+newest")])
    with pytest.raises(UnreadableFactError, match=r"sample/fund/NEWER#1.*build 9\.9\+newer was writing here"):
        copy_store(origin, f"sqlite:///{tmp_path}/to.db")
    assert not (tmp_path / "to.db").exists()


# At the door


def ask(*words: str) -> Result:
    return CliRunner().invoke(door(words), list(words), env={"BRIDGEFUND_LANG": "en"})


def test_the_command_says_what_it_copied(origin: str, to: str) -> None:
    told = ask("migrate", origin, to, "--json")
    assert told.exit_code == 0, told.output
    said = json.loads(told.stdout)
    assert (said["same"], said["origin"] == said["copy"], said["copy"]["events"]) == (True, True, len(rows(origin)))
    again = ask("migrate", origin, to)
    assert (again.exit_code, "is not empty" in again.stderr) == (2, True)


def test_a_copy_cut_off_at_its_very_end_gets_the_names_of_a_samples_people_all_the_same(made: Made) -> None:
    origin, to = made("sqlite"), made("sqlite")
    Ledger(origin).close()
    names_file(Path(origin.removeprefix("sqlite:///"))).write_text('{"p-1": "样例·甲"}', encoding="utf-8")

    def cut_off() -> None:
        keep_name(to, "p-1", "样例·甲")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_store(origin, to, last=cut_off)
    with pytest.raises(UnfinishedCopyError):
        Ledger(to)
    done = ask("migrate", origin, to)
    assert (done.exit_code, kept_names(to)) == (0, {"p-1": "样例·甲"}), done.output
