"""A full disk: what is to be written is refused whole, what is stored can be read, and with room all goes on."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import door
from domain.disk import DiskFullError
from domain.ledger import Ledger, Step
from projections.rebuilding import rebuild
from projections.store import views_engine
from projections.views import VIEWS
from tests.disks import DISKS, Disk, disk_of
from tests.domain.test_ledger import arrives
from tests.story import Story, open_county, prepare, receive

FUNDS = ("fund", "list", "--json")
_numbers = count(1)


@pytest.fixture(params=DISKS)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    with disk_of(request, request.param, tmp_path) as made:
        yield made


def ask(disk: Disk, *words: str, language: str = "en") -> Result:
    return CliRunner().invoke(door(words), [*words, "--store", disk.url], env={"BRIDGEFUND_LANG": language})


def written_until_full(ledger: Ledger) -> DiskFullError:
    """Receive money in two funds at once, again and again, until that is refused; return in which words."""
    for _ in range(2_000):
        two = [Step(f"sample/fund/{one}{next(_numbers)}", arrives()) for one in "AB"]
        before = ledger.recorder.max_notification_id()
        try:
            ledger.execute(*two)
        except DiskFullError as full:
            # A log that was written once has room in it; what does not fit leaves nothing behind.
            assert ledger.recorder.max_notification_id() == before
            assert [ledger.facts(step.stream) for step in two] == [[], []]
            return full
    raise AssertionError("there is still room")


def rows(ledger: Ledger) -> dict[str, list[str]]:
    """Return the rows of every view."""
    engine = views_engine(ledger.url)
    tables = [table for view in VIEWS for table in view.tables.sorted_tables]
    with engine.connect() as connection:
        found = {one.name: sorted(map(str, connection.execute(one.select()).all())) for one in tables}
    engine.dispose()
    return found


def test_on_a_full_disk_nothing_is_half_written_reading_goes_on_and_with_room_all_does(disk: Disk) -> None:
    with Ledger(disk.url) as ledger:
        story = Story(ledger)
        open_county(story)
        receive(story)
        assert ask(disk, *FUNDS).exit_code == 0
        seen = ledger.recorder.max_notification_id()
        prepare(story)
        disk.fill()
        full = written_until_full(ledger)
        assert (full.temporary, "没有存入任何内容" in full.text("zh"), "make room" in full.text("en")) == (
            True,
            True,
            True,
        )
        end = ledger.recorder.max_notification_id()

        told = ask(disk, *FUNDS)
        assert told.exit_code == 0, (told.output, told.exception)
        assert [one["no"] for one in json.loads(told.stdout)["items"]][-2:] == ["F1", "F2"]
        assert "make room and try again" in told.stderr
        # SQLite's views cannot even be opened on a disk without any room, unless somebody has them open.
        behind = f"the views have read up to fact {seen}, the ledger ends at {end}"
        assert (behind in told.stderr) != ("completed in memory" in told.stderr)
        assert "视图" in ask(disk, *FUNDS, language="zh").stderr

        disk.make_room()
        ledger.execute(*[Step(f"sample/fund/{one}-LAST", arrives()) for one in "AB"])
        after = ask(disk, *FUNDS)
        assert (after.exit_code, after.stderr) == (0, "")
        assert {"F1", "F2", "A-LAST", "B-LAST"} <= {one["no"] for one in json.loads(after.stdout)["items"]}
        live = rows(ledger)
        engine = views_engine(disk.url)
        rebuilt = rebuild(ledger, engine, *VIEWS)
        engine.dispose()
        assert [(one.compared, one.differences) for one in rebuilt] == [(True, [])] * len(VIEWS)
        assert rows(ledger) == live


def test_a_store_that_nobody_has_open_is_read_on_a_full_disk_and_takes_nothing(disk: Disk) -> None:
    """What a reader shares with others would need a file of its own beside the store."""
    with Ledger(disk.url) as ledger:
        story = Story(ledger)
        open_county(story)
        receive(story)
    assert ask(disk, *FUNDS).exit_code == 0
    disk.fill()
    told = ask(disk, *FUNDS)
    assert told.exit_code == 0, (told.output, told.exception)
    assert [one["no"] for one in json.loads(told.stdout)["items"]] == ["F1", "F2"]
    digest = ask(disk, "digest")
    assert (digest.exit_code, len(digest.stdout.strip())) == (0, 64)
    disk.make_room()
    with Ledger(disk.url) as ledger:
        ledger.execute(Step("sample/fund/F9", arrives()))


def test_views_that_were_never_built_are_built_in_memory(disk: Disk) -> None:
    with Ledger(disk.url) as ledger:
        story = Story(ledger)
        open_county(story)
        receive(story)
        disk.fill()
        told = ask(disk, *FUNDS)
    assert told.exit_code == 0, (told.output, told.exception)
    assert [one["no"] for one in json.loads(told.stdout)["items"]] == ["F1", "F2"]
