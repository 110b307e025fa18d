"""`bridgefund console`: the door in the browser, for people at their desks."""

import asyncio
import json
import os
from contextlib import closing
from typing import Annotated

import typer

from cli.errors import exits_on_error, run_command
from cli.reading import JsonOption
from cli.whereabouts import ADDRESS_OPTION, SAMPLE_OPTION, STORE_OPTION, console_noted, temporal_address
from console.house import House
from console.serving import served
from doors.clock import wall_now
from doors.stores import open_store
from doors.texts import t
from settings import Settings
from worker import CALENDARS, check_kind, follow_starter, stop_at_signals

CONSOLE_PORT = typer.Option(
    "--port",
    min=0,
    max=65535,
    help=t("端口，默认 8470；0 为任一空闲端口", "the port; default 8470, 0: any that is free"),
)


def console(
    *,
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    sample: SAMPLE_OPTION = False,
    port: Annotated[int | None, CONSOLE_PORT] = None,
    url: Annotated[
        str | None,
        typer.Option(
            help=t(
                "对外地址，如 https://fund.example：前面有 TLS 反向代理时给出",
                "its public address, such as https://fund.example, where a proxy with TLS stands before it",
            )
        ),
    ] = None,
    follows: Annotated[bool, typer.Option("--follows", hidden=True)] = False,
    as_json: JsonOption = False,
) -> None:
    """运行网页端，直到 Ctrl-C 或 SIGTERM；只在本机监听。 / Serve the console on this machine until Ctrl-C or SIGTERM.

    就绪后输出 ready 和地址。Temporal 不应答时仍可查看，办理时提示稍后再试。账号用 bridgefund account 办理。

    "ready" and its address are printed once it answers. While Temporal does not answer, pages can be read, and whoever
    decides is told to try again. Accounts are made by `bridgefund account`.

    取用的设置：BRIDGEFUND_CONSOLE_PORT、_CONSOLE_URL、_CONSOLE_KEYS。

    Settings: BRIDGEFUND_CONSOLE_PORT, _CONSOLE_URL, _CONSOLE_KEYS.

    例 / example: bridgefund console --store sqlite:///ledger.db --url https://fund.example
    """
    with exits_on_error():
        # An option says it once more, and is checked like the setting.
        given = {"BRIDGEFUND_CONSOLE_URL": url} if url else {}
        given |= {} if port is None else {"BRIDGEFUND_CONSOLE_PORT": str(port)}
        settings = Settings.from_env({**os.environ, **given})
        ledger = open_store(store)
        check_kind(ledger, sample=sample)
        where = temporal_address(address, settings, ledger.url)
        house = House.of(ledger, settings, where, wall_now, CALENDARS)
    run_command(_serve(house, follows=follows, as_json=as_json))


async def _serve(house: House, *, follows: bool, as_json: bool) -> int:
    stop, settings = stop_at_signals(), house.settings
    if follows:
        follow_starter(stop)
    # Before the first visitor: what was written since is read once, and not while somebody waits.
    with closing(house):
        await asyncio.to_thread(house.fresh)
        async with served(house, settings.console_port, settings.console_url, settings.console_host) as at:
            with console_noted(house.ledger.url, at):
                url = settings.console_url or at
                typer.echo(json.dumps({"ready": True, "address": at, "url": url}) if as_json else f"ready {url}")
                await stop.wait()
    return 0
