"""Played years behind the console, asked without any server: who is signed in, pages, and requests that take effect."""

import html
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from activities.deciding import take_effect
from activities.processes import shift_s
from console import acting
from console.accounts import AccountTakenError
from console.acting import Asked, signed
from console.app import build
from console.house import House
from console.visitor import Seat
from domain.calendar import SHANGHAI
from domain.cases import CaseId, case_id
from domain.ledger import Ledger
from domain.requests import AnyRequest
from domain.signature import SignedMessage
from settings import Settings
from tests.e2e.program import run
from tests.places import ROOT
from tests.web import town

PASSWORD = "Lend-me-a-hand-42"  # noqa: S105 - of people that there are not
HERE = "http://127.0.0.1"
_TAGS = re.compile(r"<(script|style|template)\b.*?</\1>|<[^>]+>", re.DOTALL)


def both_counties(folder: Path) -> Path:
    """Return a copy of the demo's two counties' year."""
    shutil.copytree(town.played(), folder, dirs_exist_ok=True)
    return folder / "ledger.db"


def one_county(folder: Path, county: str, year: int) -> Path:
    """Return a copy of a county's year, played where nobody has done so for these rules and samples."""
    kept = town.played() / f"{county}-{year}.db"
    with town.alone():
        if not kept.exists():
            playing = kept.with_suffix(".playing")
            playing.unlink(missing_ok=True)
            words = ("simulate", county, "--year", str(year), "--seed", "1", "--store", f"sqlite:///{playing}")
            ended = run(folder, *words)
            assert ended.code == 0, ended.err
            playing.rename(kept)
    return Path(shutil.copy(kept, folder / "ledger.db"))


def house_of(store: Path | str, today: str) -> House:
    """Return the house of a played store, at ten in the morning of a day."""
    ledger = Ledger(store if isinstance(store, str) else f"sqlite:///{store}")
    at = datetime.fromisoformat(f"{today}T10:00:00").replace(tzinfo=SHANGHAI) - timedelta(seconds=shift_s(ledger))
    calendars = ROOT / "policies" / "calendars"
    house = House.of(ledger, Settings.from_env({}), "127.0.0.1:1", lambda: at, calendars, PASSWORD)
    house.fresh()
    return house


@dataclass(frozen=True)
class Page:
    """An answered page: its status, its source, and its words as a reader has them."""

    status: int
    source: str

    @property
    def words(self) -> str:
        """Return what stands on it."""
        return " ".join(html.unescape(_TAGS.sub(" ", self.source)).split())

    @property
    def csrf(self) -> str:
        """Return what its forms carry."""
        return self.field("csrf")

    def field(self, name: str) -> str:
        """Return what a field of its forms holds."""
        found = re.search(rf'name="{re.escape(name)}"[^>]*value="([^"]*)"', self.source)
        assert found is not None, name
        return html.unescape(found[1])

    def links(self, start: str = "/") -> list[str]:
        """Return the addresses that it leads to."""
        return [html.unescape(one) for one in re.findall(r'href="([^"]+)"', self.source) if one.startswith(start)]


class Desk:
    """Somebody signed in."""

    def __init__(self, house: House, client: httpx2.AsyncClient) -> None:
        self.house, self._client = house, client

    async def get(self, url: str) -> Page:
        """Open a page."""
        answer = await self._client.get(url)
        return Page(answer.status_code, answer.text)

    async def post(self, url: str, data: Mapping[str, Any]) -> Page:
        """Send a form and go where it leads."""
        answer = await self._client.post(url, data=dict(data), follow_redirects=True)
        return Page(answer.status_code, answer.text)


@asynccontextmanager
async def at_desk(house: House, person: str, lang: str = "zh") -> AsyncIterator[Desk]:
    """Sign a person in; whoever an earlier test of the same house signed in has an account already."""
    with suppress(AccountTakenError):
        house.accounts.create(person, person, PASSWORD, house.wall_now(), must_change=False, sample=True)
    transport = httpx2.ASGITransport(app=build(house))
    async with httpx2.AsyncClient(transport=transport, base_url=HERE, cookies={"lang": lang}) as client:
        answer = await client.post("/login", data={"login": person, "password": PASSWORD, "next": "/inbox"})
        assert answer.status_code == 303, answer.text
        yield Desk(house, client)


def take(house: House, case: str, request: AnyRequest, seat: Seat, command_id: str) -> None:
    """Let a request take effect as the worker would: signed at the console, decided by the ledger."""
    message = signed(house, Asked(case, request, seat, command_id))
    take_effect(house.ledger, house.calendar, message, house.now())
    house.fresh()


def seat(county: str, post: str, person: str, unit: str = "") -> Seat:
    """Return a desk."""
    return Seat(county, post, person, unit)


def without_temporal(monkeypatch: pytest.MonkeyPatch, house: House) -> list[SignedMessage]:
    """Let what a page sends be decided at once, without workflows; return what was sent, as it comes."""
    sent: list[SignedMessage] = []

    async def client() -> None:
        return None

    async def decide(_client: object, _queue: str, message: SignedMessage, _shift: int) -> None:
        sent.append(message)
        take_effect(house.ledger, house.calendar, message, house.now())

    monkeypatch.setattr(house, "client", client)
    monkeypatch.setattr(acting, "decide", decide)
    return sent


def case(county: str, kind: str, no: str) -> str:
    """Return a case's id."""
    return case_id(*CaseId(county, kind, no))
