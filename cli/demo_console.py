"""The demo's console: its sample people may sign in, and something waits for each of them."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing

import typer
from temporalio.client import Client

from cli.reading import console_of
from cli.tables import table
from cli.whereabouts import console_noted
from console.demo import PASSWORD, sample_accounts
from console.house import House
from console.serving import served
from domain.ledger import Ledger
from doors.clock import business_now, wall_now
from doors.texts import t
from projections.inbox_people import inbox
from projections.people_read import terms
from servers.ports import listens
from settings import Settings
from simulation.leaving_open import leave_open
from simulation.sample_model import Samples
from worker import CALENDARS

_COLUMNS = (("登录名", "login"), ("县", "county"), ("岗位", "post"), ("待办", "waiting"))


async def _leave_open(ledger: Ledger, client: Client, queue: str, counties: Sequence[Samples]) -> None:
    """Leave open work for everybody, and say what changed samples left no room for."""
    of_counties = await asyncio.gather(
        *(leave_open(client, queue, ledger, samples, lambda: business_now(ledger)) for samples in counties)
    )
    for refused in (one for of_county in of_counties for one in of_county):
        zh, en = refused.why.text("zh"), refused.why.text("en")
        typer.echo(t(f"未能留作待办 {refused.case}：{zh}", f"not left open, {refused.case}: {en}"), err=True)


@asynccontextmanager
async def demo_console(
    ledger: Ledger, client: Client, address: str, queue: str, counties: Sequence[Samples]
) -> AsyncIterator[str]:
    """Leave work open; serve the console in this process, the only one that lets sample people in."""
    settings = Settings.from_env(os.environ)
    house = House.of(ledger, settings, address, wall_now, CALENDARS, PASSWORD)
    with closing(house):
        # Side by side: hashing thirty passwords takes as long as asking for all that is left open.
        logins, _ = await asyncio.gather(
            asyncio.to_thread(sample_accounts, house), _leave_open(ledger, client, queue, counties)
        )
        await asyncio.to_thread(house.fresh)
        # Another console may be running; the demo says where its own is.
        port = 0 if listens(settings.console_port) else settings.console_port
        async with served(house, port, settings.console_url, settings.console_host) as at:
            with console_noted(ledger.url, at):
                _tell(house, settings.console_url or at, logins)
                yield at


def _tell(house: House, at: str, logins: Sequence[str]) -> None:
    typer.echo(
        t(
            f"\n━━ 网页端：{at} ━━\n样例人员的密码都是 {PASSWORD}，仅在本演示中有效：",
            f"\n━━ The console: {at} ━━\nThe password of every sample person is {PASSWORD}, in this demo only:",
        )
    )
    shown = table(*(t(*column) for column in _COLUMNS))
    for person in logins:
        shown.add_row(person, *_seats(house, person), str(_waiting(house, person)))
    console_of(sample=True).print(shown)


def _seats(house: House, person: str) -> tuple[str, str]:
    held = terms(house.engine, person=person, on=house.today())
    counties = dict.fromkeys(house.names(term.county).county(term.county) for term in held)
    return ", ".join(counties), ", ".join(house.names(term.county).named("post", term.post) for term in held)


def _waiting(house: House, person: str) -> int:
    return inbox(house.engine, house.ledger.state, person, house.now(), limit=0).total
