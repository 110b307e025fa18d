"""The console as a server on this machine: uvicorn in the running loop, ended by whoever ends the loop's work."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from socket import AF_INET, IPPROTO_TCP, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket

import uvicorn
from fastapi import APIRouter

from console.app import build
from console.house import House
from domain.errors import BadInputError
from doors.texts import t

HOST = "127.0.0.1"
PORT = 8470
STARTED_EVERY_S = 0.05


class _Server(uvicorn.Server):
    """Leaves signals to the process that it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def served(
    house: House, port: int = PORT, url: str | None = None, host: str = HOST, more: Iterable[APIRouter] = ()
) -> AsyncIterator[str]:
    """Serve the console of a house while the block lasts, and yield its address; port 0 is any that is free.

    *url* is its public address, where it stands behind a proxy. *host* is another than this machine's own only where
    something else keeps strangers out, such as a container's walls. *more* routes stand before its own: what a
    benchmark measures beside them.

    Raises:
        BadInputError: If the port is taken.
    """
    listening = _listening(host, port)
    address = f"http://{HOST}:{listening.getsockname()[1]}"
    config = uvicorn.Config(
        build(house, url, more),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=5,
        limit_concurrency=200,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while True:
            await asyncio.sleep(STARTED_EVERY_S)
            if server.started or serving.done():
                break
        yield address
    finally:
        server.should_exit = True
        await serving


def _listening(host: str, port: int) -> socket:
    # Named, since asyncio spares only such a socket the wait of 40 ms between a head and its body.
    made = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)
    made.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as e:
        made.close()
        said = f"端口 {port} 已被占用，请换一个：{e.strerror}", f"port {port} is taken, choose another: {e.strerror}"
        raise BadInputError("--port", t(*said)) from e
    made.set_inheritable(False)
    return made
