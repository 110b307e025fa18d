"""The console of a sample store, whose people may sign in: `python -m tests.web.serve STORE ADDRESS PORT`."""

import os
import sys

import structlog
import uvicorn

from console.app import build
from console.demo import sample_accounts
from console.house import House
from domain.ledger import Ledger
from doors.clock import wall_now
from settings import Settings
from tests.places import ROOT
from tests.web.town import PASSWORD


def main(store: str, address: str, port: int) -> None:
    """Give each person who holds a post today an account, and serve until SIGTERM."""
    # Structlog's own way writes every local variable: passwords too, and minutes long.
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])
    with Ledger(store) as ledger:
        settings = Settings.from_env(os.environ)
        calendars = ROOT / "policies" / "calendars"
        house = House.of(ledger, settings, address, wall_now, calendars, demo_password=PASSWORD)
        sample_accounts(house)
        uvicorn.run(build(house), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
