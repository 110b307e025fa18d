"""The console's pages with ten thousand projects and a million facts, beside an empty page and a bare SELECT.

    python -m benchmarks.console

Each page is asked for over HTTP of a running console, as a person who is signed in sees it, each time about another
case.
"""

import asyncio
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx2
from fastapi import APIRouter, Request
from starlette.responses import Response

from benchmarks.large_county import FACTS, PROJECTS, county_of
from benchmarks.side_by_side import Floor, Row, Table, markdown, measured
from benchmarks.stores import Stores
from console.access import SignedIn
from console.house import House
from console.rendering import page
from console.serving import served
from domain.ledger import Ledger
from doors.clock import wall_now
from projections.inbox_read import load
from projections.people_read import terms
from settings import Settings
from worker import CALENDARS

ASKED = 100  # Times in a round.
P95 = 0.95
MOST = 10.0  # Times the base.
PASSWORD = "a bench of many words"  # noqa: S105 - of a store that is thrown away
Look = Callable[[], object]


def tables(_: Stores) -> Iterator[tuple[Table, ExitStack]]:
    """Yield the table of the pages."""
    with ExitStack() as stack:
        table = _table(stack)
        yield table, stack.pop_all()


def _table(stack: ExitStack) -> Table:
    county, store = county_of()
    house = _house(store)
    stack.callback(house.close)
    address = stack.enter_context(_running(house))
    client = stack.enter_context(httpx2.Client(base_url=address, timeout=60))
    _sign_in(client, house, county)
    chance = random.Random(1)  # noqa: S311 - the same cases each time
    cases = {kind: _ids(store, county, kind) for kind in ("project", "fund")}
    connection = stack.enter_context(closing(sqlite3.connect(store.with_name("ledger.views.db"))))

    def of(kind: str) -> Look:
        return lambda: _page(client, f"/{chance.choice(cases[kind])}")

    def row(name: str, look: Look) -> Row:
        return Row(name, lambda: p95(look), Floor("at most", MOST))

    def select() -> object:
        found = connection.execute('SELECT * FROM view_cases WHERE "case" = ?', (chance.choice(cases["project"]),))
        return found.fetchone()

    base = Row("a bare indexed SELECT, and an empty page", lambda: p95(select) + p95(lambda: _page(client, "/empty")))
    rows = (row("inbox", lambda: _page(client, "/inbox")), row("project", of("project")), row("fund", of("fund")))
    return Table(f"Pages with {PROJECTS:,} projects in the county, {FACTS:,} facts, SQLite, p95", "ms", base, rows)


def _empty_page() -> APIRouter:
    """Return a page with the frame that all have, and nothing in it."""
    router = APIRouter()

    @router.get("/empty")
    def empty(request: Request, _: SignedIn) -> Response:
        return page(request, "base.html", "-")

    return router


def p95(look: Look) -> float:
    """Return the 95th of a hundred, in ms; a first look is not counted, which loads what the process has not yet."""
    look()
    took = []
    for _ in range(ASKED):
        began = time.perf_counter()
        look()
        took.append(time.perf_counter() - began)
    return sorted(took)[int(P95 * ASKED) - 1] * 1000


def _page(client: httpx2.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == httpx2.codes.OK, (path, answer.status_code, answer.text[-900:])


def _house(store: Path) -> House:
    # Kept facts are of years that are over: the day is that of the last of them.
    house = House.of(Ledger(f"sqlite:///{store}"), Settings.from_env(os.environ), "127.0.0.1:9", wall_now, CALENDARS)
    house.fresh()
    return house


def _sign_in(client: httpx2.Client, house: House, county: str) -> None:
    """Sign in as somebody of the post for which most waits."""
    held = {one.post: one.person for one in terms(house.engine, county, on=house.today())}
    busiest = next(one for one in load(house.engine, house.today()) if one.county == county and one.post in held)
    person = held[busiest.post]
    if person not in {one.person for one in house.accounts.all()}:
        house.accounts.create(person, person, PASSWORD, house.wall_now(), must_change=False)
    answer = client.post("/login", data={"login": person, "password": PASSWORD})
    assert answer.status_code == httpx2.codes.SEE_OTHER, answer.text


def _ids(store: Path, county: str, kind: str) -> Sequence[str]:
    with closing(sqlite3.connect(store.with_name("ledger.views.db"))) as connection:
        asked = 'SELECT "case" FROM view_cases WHERE county = ? AND kind = ? ORDER BY "case"'
        return [case for (case,) in connection.execute(asked, (county, kind))]


@contextmanager
def _running(house: House) -> Iterator[str]:
    """Serve the console in a thread of its own."""
    ready, ended, where = threading.Event(), threading.Event(), list[str]()

    async def serve() -> None:
        async with served(house, 0, more=(_empty_page(),)) as address:
            where.append(address)
            ready.set()
            await asyncio.to_thread(ended.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    ready.wait()
    try:
        yield where[0]
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    with ExitStack() as held:
        print(markdown(measured(_table(held))))
