"""`--at` and `--known-on` (生效日、知悉日): a case as of two days, and what came to light after the first of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

import typer

from cli.reading import Dated, Reading, bar_if_slow
from domain.calendar import day_of
from domain.cases import parse_case
from doors.as_of import Asked, not_begun, other_of, told
from doors.clock import business_now
from doors.texts import t
from projections.as_of import Dates
from projections.as_of_store import AsOf
from projections.as_of_store import as_of as built
from projections.facts import began

AtOption = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help=t("生效日：只算发生日至该日的事实", "in force on that day: facts stated up to it"),
    ),
]
KnownOption = Annotated[
    datetime | None,
    typer.Option(
        "--known-on",
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help=t(
            "知悉日：只算该日结束时已记录的事实；默认今天", "known on that day: facts entered up to it; default today"
        ),
    ),
]


@contextmanager
def as_of(read: Reading, case: str, at: datetime | None, known_on: datetime | None) -> Iterator[Reading]:
    """Yield the store as a case stood on the day *at*, as known on another; the store itself if neither is given.

    The store itself also where there is no such case: whoever asks has words for it.

    Raises:
        BadInputError: If the days do not go together, lie ahead, or lie before the case began.
    """
    if (at is None and known_on is None) or began(read.engine, case) is None:
        yield read
        return
    dates = asked(read, at.date() if at else None, known_on.date() if known_on else None)
    option = "--known-on" if known_on else "--at"
    with dated(read, case, dates, option) as here, dated(read, case, other_of(dates)) as there:
        said = told(here, there, case, today_of(read), read.names(parse_case(case).county))
        yield replace(read, engine=here.engine, dated=Dated(said.at, said.data, said.lines, here.state))


def asked(read: Reading, at: date | None, known_on: date | None, option: str = "") -> Dates:
    """Return the two days that are asked for, as `doors.as_of.Asked` does.

    Raises:
        BadInputError: If the days do not go together or lie ahead.
    """
    return Asked(today_of(read)).dates(at, known_on, option)


def dated(read: Reading, case: str, dates: Dates, option: str = "") -> AsOf:
    """Return a case as of two days, as an *option* asks; where none does, it need not have begun.

    Raises:
        BadInputError: If it had not begun.
    """
    with bar_if_slow(t("按两个日期重新计算", "folding as of the dates")) as moved:
        found = built(read.ledger, read.engine, case, dates, moved)
    if option and not found.facts(case):
        found.engine.dispose()
        raise not_begun(option, case, began(read.engine, case))
    return found


def today_of(read: Reading) -> date:
    """Return the business day of a store."""
    return day_of(business_now(read.ledger))
