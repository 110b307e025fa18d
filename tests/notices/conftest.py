"""Stores whose people hold posts, a real mail server and a real receiver of webhooks."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from domain.ledger import Ledger
from notices.tables import notices_engine
from tests.notices.receivers import MailServerHere, WebhooksHere


@pytest.fixture
def ledger(store: str) -> Iterator[Ledger]:
    """An empty ledger, in SQLite and in PostgreSQL."""
    with Ledger(store) as opened:
        yield opened


@pytest.fixture
def engine(ledger: Ledger) -> Iterator[Engine]:
    """The engine of the store's notices."""
    made = notices_engine(ledger.url)
    yield made
    made.dispose()


@pytest.fixture
def mail_server() -> Iterator[MailServerHere]:
    """A mail server that takes everything, until it is told otherwise."""
    with MailServerHere() as server:
        yield server


@pytest.fixture
def webhooks() -> Iterator[WebhooksHere]:
    """A receiver of webhooks that takes everything, until it is told otherwise."""
    with WebhooksHere() as receiver:
        yield receiver
