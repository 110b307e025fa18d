"""The real servers, running."""

from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from servers import find
from servers.errors import ServerNotStartedError
from servers.health import answers
from servers.ports import free_ports, listens
from servers.progress import QUIET
from servers.run import dev_server, time_skipping
from tests.servers.conftest import FakeMachine


@workflow.defn(sandboxed=False)
class Month:
    """Waits for thirty days."""

    @workflow.run
    async def run(self) -> str:
        """Wait."""
        await workflow.sleep(timedelta(days=30))
        return "waited"


async def test_the_dev_server_answers_while_the_block_lasts_and_not_after() -> None:
    async with dev_server(find.temporal_cli(QUIET)) as address:
        client = await Client.connect(address)
        handle = await client.start_workflow(Month.run, id="month", task_queue="q")
        assert (await handle.describe()).id == "month"

    assert address.startswith("127.0.0.1:")
    assert not await answers(address)


async def test_with_a_database_the_dev_server_remembers(tmp_path: Path) -> None:
    cli, db = find.temporal_cli(QUIET), tmp_path / "temporal.db"
    async with dev_server(cli, db=db) as address:
        await (await Client.connect(address)).start_workflow(Month.run, id="month", task_queue="q")
    async with dev_server(cli, db=db) as address:
        described = await (await Client.connect(address)).get_workflow_handle("month").describe()

    assert described.id == "month"


async def test_a_port_of_ones_own_choice_is_used_or_refused() -> None:
    cli = find.temporal_cli(QUIET)
    [port] = free_ports(1)
    async with dev_server(cli, port=port) as address:
        assert address == f"127.0.0.1:{port}"
        with pytest.raises(ServerNotStartedError, match="is taken"):
            async with dev_server(cli, port=port):
                pass


async def test_a_dev_server_that_ends_at_once_is_told_with_its_last_words(machine: FakeMachine) -> None:
    broken = machine.program("temporal", "sys.exit('unknown flag: --headless')")

    with pytest.raises(ServerNotStartedError) as caught:
        async with dev_server(broken):
            pass

    assert "unknown flag: --headless" in caught.value.text("zh")


async def test_the_time_skipping_server_skips_a_month_and_ends() -> None:
    async with time_skipping(find.test_server(QUIET), data_converter=pydantic_data_converter) as environment:
        began = await environment.get_current_time()
        async with Worker(environment.client, task_queue="q", workflows=[Month], max_cached_workflows=0):
            assert await environment.client.execute_workflow(Month.run, id="m", task_queue="q") == "waited"
        gone_by = await environment.get_current_time() - began
        port = int(environment.client.service_client.config.target_host.rpartition(":")[2])
        assert environment.client.data_converter is pydantic_data_converter
        assert listens(port)

    assert gone_by >= timedelta(days=30)
    assert not listens(port)


async def test_a_time_skipping_server_that_ends_at_once_is_told(machine: FakeMachine) -> None:
    broken = machine.program(machine.folder / "broken", "sys.exit(1)")

    with pytest.raises(ServerNotStartedError):
        async with time_skipping(broken, start_seconds=1):
            pass
