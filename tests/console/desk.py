"""A console over a copy of the demo's two counties, asked without a server; people are signed in without a password."""

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy import func, select
from starlette.types import ASGIApp

from console.access import COOKIE, CSRF_HEADER
from console.account_tables import DRAFTS, changing, reading
from console.app import build
from console.house import House
from domain.ledger import Ledger
from doors.clock import wall_now
from projections.people_read import terms
from settings import Settings
from tests.places import ROOT
from tests.web.town import played

URL = "http://127.0.0.1"
NO_SERVER = "127.0.0.1:1"


@dataclass(frozen=True)
class Somebody:
    """Somebody who is signed in."""

    desk: "Desk"
    person: str
    cookie: str
    csrf: str

    async def ask(self, method: str, path: str, *, csrf: str | None = "own", **of: Any) -> Response:
        """Send a request with the session's cookie, and with its token unless another, or none, is named."""
        given = {CSRF_HEADER: self.csrf if csrf == "own" else csrf} if csrf is not None else {}
        headers = {"cookie": f"{COOKIE}={self.cookie}", **given, **of.pop("headers", {})}
        return await self.desk.ask(method, path, headers=headers, **of)

    async def get(self, path: str) -> Response:
        """Read a page."""
        return await self.ask("GET", path, csrf=None)


@dataclass
class Desk:
    """A house and its console."""

    house: House
    app: ASGIApp
    _known: dict[str, Somebody] = field(default_factory=dict)

    async def ask(self, method: str, path: str, **of: Any) -> Response:
        """Send a request, and return whatever is answered."""
        transport = ASGITransport(app=self.app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url=URL, timeout=60) as client:
            return await client.request(method, path, follow_redirects=False, **of)

    def person(self, person: str) -> Somebody:
        """Return somebody, signed in."""
        if person not in self._known:
            house, now = self.house, self.house.wall_now()
            password = secrets.token_hex(12)
            house.accounts.create(person, person, password, now, must_change=False, sample=True)
            session = house.accounts.sign_in(person, password, now, demo=True)
            self._known[person] = Somebody(self, person, session.token, session.csrf)
            # On a sample store a key is registered when it first signs.
            for county in {term.county for term in terms(house.engine, person=person, on=house.today())}:
                house.keys.signing(house.ledger, county, person, house.now())
        return self._known[person]

    def kept(self) -> Mapping[str, int]:
        """Return how much is stored: the facts of the log, and drafts."""
        with reading(self.house.accounts.engine) as connection:
            drafts = connection.execute(select(func.count()).select_from(DRAFTS)).scalar_one()
        return {"facts": self.house.ledger.recorder.max_notification_id() or 0, "drafts": drafts}

    def forget_drafts(self) -> None:
        """Drop every draft."""
        with changing(self.house.accounts.engine) as connection:
            connection.execute(DRAFTS.delete())


@contextmanager
def desk_over(folder: Path, address: str = NO_SERVER) -> Iterator[Desk]:
    """Set up a console in *folder* over a copy of the played year."""
    shutil.copytree(played(), folder, dirs_exist_ok=True)
    with Ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        settings = Settings.from_env({name: text for name, text in os.environ.items() if name.startswith("FUND_")})
        house = House.of(ledger, settings, address, wall_now, ROOT / "policies" / "calendars", "not a word of it")
        house.fresh()
        yield Desk(house, build(house))
