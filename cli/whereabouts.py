"""Whereabouts: where a command finds its store and the Temporal server that serves it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from domain.errors import BadInputError
from doors.stores import SQLITE
from doors.texts import t
from servers.ports import listens
from settings import Settings

STORE_OPTION = Annotated[str | None, typer.Option("--store", help=t("库的地址", "the store's URL"))]
ADDRESS_OPTION = Annotated[
    str | None,
    typer.Option("--address", help=t("Temporal 地址，默认 TEMPORAL_ADDRESS", "Temporal's; default TEMPORAL_ADDRESS")),
]
SAMPLE_OPTION = Annotated[bool, typer.Option("--sample", help=t("允许样例库", "allow a sample store"))]


def temporal_address(given: str | None, settings: Settings, url: str) -> str:
    """Return where the Temporal server is: as given, as set, or as the demo that serves this store noted it.

    Raises:
        BadInputError: If nobody says.
    """
    address = given or settings.temporal_address or noted_address(url)
    if not address:
        raise BadInputError("--address", t("未给出 Temporal 地址", "no Temporal address is given"))
    return address


def server_note(url: str) -> Path:
    """Return the file beside an SQLite store in which a demo, or `up`, notes the address of its server."""
    return Path(f"{url.removeprefix(SQLITE)}.server.json")


def noted_address(url: str) -> str | None:
    """Return the address that was noted beside a store."""
    return _noted(url, server_note(url))


def console_note(url: str) -> Path:
    """Return the file beside an SQLite store in which a console that runs notes its address."""
    return Path(f"{url.removeprefix(SQLITE)}.console.json")


def noted_console(url: str) -> str | None:
    """Return the address that a console noted beside a store."""
    return _noted(url, console_note(url))


def console_answers(address: str) -> bool:
    """Return whether anything listens at a noted address, which is on this machine."""
    return listens(urlsplit(address).port or 0)


def _noted(url: str, note: Path) -> str | None:
    if not url.startswith(SQLITE) or not note.is_file():
        return None
    return str(json.loads(note.read_text(encoding="utf-8"))["address"])


@contextmanager
def noted(url: str, address: str) -> Iterator[None]:
    """Note the server's address beside an SQLite store while the block lasts, so that `bridgefund act` finds it."""
    with _note(url, server_note(url), address):
        yield


@contextmanager
def console_noted(url: str, address: str) -> Iterator[None]:
    """Note a console's address beside an SQLite store while the block lasts, so that `bridgefund status` tells it.

    Of several the first that runs is noted.
    """
    if (other := noted_console(url)) and console_answers(other):
        yield
        return
    with _note(url, console_note(url), address):
        yield


@contextmanager
def _note(url: str, note: Path, address: str) -> Iterator[None]:
    if not url.startswith(SQLITE):
        yield
        return
    note.write_text(json.dumps({"address": address}), encoding="utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
