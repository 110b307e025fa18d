"""A played sample store of two counties behind the console, asked as an ASGI app: no server, no Temporal."""

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx2

from console.app import build
from console.demo import sample_accounts
from console.house import House
from domain.ledger import Ledger
from doors.clock import wall_now
from settings import Settings
from tests.places import ROOT

PASSWORD = "Lend-me-a-hand-42"  # noqa: S105 - of people that there are not
NOBODY_LISTENS = "127.0.0.1:9"


@dataclass(frozen=True)
class Answer:
    """What a page answered: its status, and its text without tags."""

    status: int
    html: str

    @property
    def words(self) -> str:
        """Return what a person reads."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    @property
    def links(self) -> list[str]:
        """Return where its links lead."""
        return [unescape(one) for one in re.findall(r'<a\b[^>]*?href="([^"]*)"', self.html)]


@dataclass(frozen=True)
class Desk:
    """Somebody who is signed in at the console of a house."""

    house: House
    person: str

    def get(self, address: str, lang: str = "zh") -> Answer:
        """Return what a page answers."""
        return asyncio.run(self._asked("GET", address, lang, None))

    def post(self, form: str, at: str, /, **values: str) -> Answer:
        """Return what a form answers that was opened at *form* and sent *at* an address with these values."""
        return asyncio.run(self._asked("POST", at, "zh", (form, values)))

    async def _asked(self, method: str, address: str, lang: str, form: tuple[str, dict[str, str]] | None) -> Answer:
        transport = httpx2.ASGITransport(app=build(self.house))
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60) as client:
            signed_in = await client.post("/login", data={"login": self.person, "password": PASSWORD, "next": "/inbox"})
            assert signed_in.status_code == 303, signed_in.text
            client.cookies.set("lang", lang)
            if form is None:
                answer = await client.get(address)
            else:
                opened = await client.get(form[0])
                assert opened.status_code == 200, opened.text
                main = opened.text.partition("<main")[2]
                kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main))
                answer = await client.request(method, address, data={**kept, **form[1]})
            return Answer(answer.status_code, answer.text)


@contextmanager
def house_of(store: Path) -> Iterator[House]:
    """Open the console's house of a sample store, with an account for everybody who holds a post."""
    with Ledger(f"sqlite:///{store}") as ledger:
        settings = Settings.from_env(os.environ)
        calendars = ROOT / "policies" / "calendars"
        house = House.of(ledger, settings, NOBODY_LISTENS, wall_now, calendars, PASSWORD)
        sample_accounts(house)
        yield house
        house.close()
