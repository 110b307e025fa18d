"""Consoles that are asked without a server: over the demo's two counties, and one on which decisions are made."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from inspect import iscoroutinefunction
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from cli.resuming import resumed
from console.house import House
from servers.run import dev_server
from tests.console import offices
from tests.console.counter import Counter, Seated, begun, counter
from tests.console.desk import Desk, desk_over
from tests.web.town import played as played_town
from worker import build_worker

ASKED_OF_A_DESK = {"test_routes.py", "test_hostile.py", "test_maker.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what is asked of a desk in its module's loop: a console lives in one, as its server has it."""
    here = Path(__file__).parent
    for item in items:
        of_a_desk = item.path.parent == here and item.path.name in ASKED_OF_A_DESK
        if of_a_desk and iscoroutinefunction(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A console with no Temporal behind it: whatever gets as far as that is answered with 503."""
    with desk_over(tmp_path_factory.mktemp("desk")) as desk:
        for person in ("p-107", "p-003"):  # Of either county: their keys are registered before anything is counted.
            desk.person(person)
        yield desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(dev_server_exe: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A console behind which a server and a worker decide."""
    async with dev_server(dev_server_exe) as address:
        with desk_over(tmp_path_factory.mktemp("office"), address) as desk:
            client = await Client.connect(address)
            queue = desk.house.settings.task_queue
            async with build_worker(client, desk.house.ledger, queue):
                await resumed(desk.house.ledger, client, queue)
                yield desk


@pytest.fixture(scope="session")
def two_counties(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a played store of two counties; who changes anything takes a copy."""
    folder = tmp_path_factory.mktemp("two-counties")
    shutil.copytree(played_town(), folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def house(two_counties: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The console's house of a copy of the played store, of each module its own."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(two_counties, folder, dirs_exist_ok=True)
    with offices.house_of(folder / "ledger.db") as opened:
        yield opened


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the store of the sample county's story; who changes anything takes a copy."""
    folder = tmp_path_factory.mktemp("story")
    begun(folder)
    return folder


@pytest.fixture
def seated(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seated]:
    """Call it with a person: the counter on a copy of the story's store, with whom at it."""
    made: list[Counter] = []

    def sat(person: str) -> Counter:
        shutil.copytree(story, tmp_path, dirs_exist_ok=True)
        made.append(counter(tmp_path, monkeypatch))
        made[-1].sit(person)
        return made[-1]

    yield sat
    for one in made:
        one.house.close()
        one.house.ledger.close()


@pytest.fixture
def at(house: House) -> Callable[[str], offices.Desk]:
    """Sign a person in."""
    return lambda person: offices.Desk(house, person)
