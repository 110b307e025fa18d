"""A console without a server: requests go straight into the application, and the engine decides in this process."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message

from activities.deciding import take_effect
from activities.files import Files
from console import acting
from console.access import COOKIE
from console.app import build
from console.house import House
from domain.calendar import SHANGHAI
from domain.cases import mandates_stream
from domain.errors import RefusedError
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.signature import SignedMessage
from files.store import files_url
from settings import Settings
from tests.domain.given import by
from tests.places import ROOT
from tests.story import tell
from workflows.client import RequestRefusedError

NOW = datetime(2023, 8, 14, 9, 0, tzinfo=SHANGHAI)
PASSWORD = "Lend-me-a-hand-42"  # noqa: S105 - of people that there are not
# What lies beside an SQLite store, and for PostgreSQL where it is said.
FOLDERS = ("FILES", "CONSOLE_KEYS", "PERSONAL_KEYS")
BOUNDARY = "----a-boundary-that-is-in-no-file"
# person: county and post.
PEOPLE = {
    "p-1": ("sample", "implementing_unit"),
    "p-2": ("sample", "township_office"),
    "p-3": ("sample", "field_team"),
    "p-9": ("elsewhere", "rrb"),
}


@dataclass(frozen=True)
class Answer:
    """What the application answered."""

    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        """Return the page."""
        return self.body.decode()


@dataclass(frozen=True)
class File:
    """A file in a form."""

    name: str
    content: bytes


@dataclass
class Counter:
    """The console's counter: somebody is signed in at it."""

    app: ASGIApp
    house: House
    person: str = ""
    token: str = ""
    csrf: str = ""
    read: int = 0
    _names: list[str] = field(default_factory=list)

    def sit(self, person: str) -> None:
        """Let *person* sign in."""
        session = self.house.accounts.sign_in(person, PASSWORD, self.house.wall_now(), demo=True)
        self.person, self.token, self.csrf = person, session.token, session.csrf

    async def get(self, path: str, *, lang: str = "zh") -> Answer:
        """Ask for a page."""
        return await self.ask("GET", path, lang=lang)

    async def post(self, path: str, said: Mapping[str, str | File | list[Any]], **more: Any) -> Answer:
        """Send a form, with the token that the person's forms have."""
        body = multipart({"csrf": self.csrf, **said})
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return await self.ask("POST", path, [body], {"content-type": kind, "content-length": str(len(body))}, **more)

    async def ask(
        self,
        method: str,
        path: str,
        body: Iterable[bytes] | AsyncIterator[bytes] = (),
        headers: Mapping[str, str] | None = None,
        *,
        lang: str = "zh",
    ) -> Answer:
        """Send anything; `read` says afterwards how many bytes of the body were asked for."""
        path, _, query = path.partition("?")
        said = {"host": "127.0.0.1", "cookie": f"{COOKIE}={self.token}; lang={lang}", **(headers or {})}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in said.items()],
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
        }
        pieces, self.read, done = iter(body), 0, False  # type: ignore[arg-type]

        async def receive() -> Message:
            nonlocal done
            if done:
                await asyncio.sleep(3600)
            piece = next(pieces, None)
            done = piece is None
            self.read += len(piece or b"")
            return {"type": "http.request", "body": piece or b"", "more_body": not done}

        told: list[Message] = []

        async def send(message: Message) -> None:
            told.append(message)

        await self.app(scope, receive, send)
        answer = b"".join(one.get("body", b"") for one in told[1:])
        return Answer(told[0]["status"], Headers(raw=told[0]["headers"]), answer)


# Seats somebody at a counter.
Seated = Callable[[str], Counter]


def multipart(said: Mapping[str, str | File | list[Any]]) -> bytes:
    """Return a form as a browser sends it; a name of a file goes out as its bytes are."""
    parts = []
    every = [(name, one) for name, value in said.items() for one in (value if isinstance(value, list) else [value])]
    for name, value in every:
        head = f'Content-Disposition: form-data; name="{name}"'
        content = value.content if isinstance(value, File) else value.encode()
        if isinstance(value, File):
            head += f'; filename="{value.name}"\r\nContent-Type: application/octet-stream'
        parts.append(f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def nonce_of(page: str) -> str:
    """Return what a page's form carries so that it is taken once."""
    found = re.search(r'name="nonce" value="([0-9a-f]+)"', page)
    assert found is not None, page
    return found[1]


def begun(place: Path | str, told: Callable[[Ledger], object] = tell, beside: Path | None = None) -> None:
    """Put the sample county's story into a store, with people at their posts and their accounts."""
    with Ledger(_url(place)) as ledger:
        told(ledger)
        for person, (county, post) in PEOPLE.items():
            act = by("opener")
            appointed = Appointed(act, county, person, post, f"{post}的单位", date(2023, 1, 1), None)
            ledger.execute(Step(mandates_stream(county), Appoint(act, appointed)))
        house = _house(ledger, beside)
        house.fresh()
        for person in PEOPLE:
            house.accounts.create(person, person, PASSWORD, NOW, must_change=False, sample=True)
        house.close()


def _house(ledger: Ledger, beside: Path | None) -> House:
    calendars = ROOT / "policies" / "calendars"
    folders = {f"BRIDGEFUND_{one}": f"{beside}/{one.lower()}" for one in FOLDERS if beside}
    return House.of(ledger, Settings.from_env(folders), "127.0.0.1:1", lambda: NOW, calendars, PASSWORD)


def _url(place: Path | str) -> str:
    return f"sqlite:///{place}/ledger.db" if isinstance(place, Path) else place


def counter(place: Path | str, patch: pytest.MonkeyPatch, beside: Path | None = None) -> Counter:
    """Return the counter on the store in a folder, or at an address with a folder *beside* it; nobody is signed in."""
    ledger = Ledger(_url(place))
    house = _house(ledger, beside)
    house.fresh()
    files = Files(files_url(house.settings.files, ledger.url))

    async def decide(_: Any, _queue: str, message: SignedMessage, _shift: float) -> None:
        """Decide as the worker's activity does, and answer as its client does."""
        try:
            take_effect(ledger, house.calendar, message, NOW, files)
        except RefusedError as e:
            raise RequestRefusedError(rule=type(e).__name__, zh=e.text("zh"), en=e.text("en")) from e

    async def nothing(*_: Any) -> None:
        """Neither connect nor wake anybody."""

    patch.setattr(acting, "decide", decide)
    patch.setattr(acting, "wake", nothing)
    patch.setattr(House, "client", nothing)
    return Counter(build(house), house)
