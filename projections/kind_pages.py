"""Pages of a county's cases of any kind, counted and cut in SQL: also of kinds of which no view keeps a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Engine, func, select

from projections.facts import FACTS
from projections.standing import STANDING


@dataclass(frozen=True)
class Dated:
    """A case by its id, the stated day on which it began, and the day of record of its last fact."""

    case: str
    opened_on: date
    changed_on: date


def kind_page(
    engine: Engine, kind: str, county: str, *, words: str = "", limit: int, offset: int = 0
) -> tuple[list[Dated], int]:
    """Return a page of the cases of a kind in a county, what changed last first, and how many there are in all.

    With *words* only those whose number has them.
    """
    where = _where(kind, county, words)
    latest = select(func.max(FACTS.c.position)).where(FACTS.c.stream == STANDING.c.case).scalar_subquery()
    page = select(STANDING.c.case).where(*where).order_by(latest.desc(), STANDING.c.case).limit(limit).offset(offset)
    with engine.connect() as connection:
        total = connection.execute(select(func.count()).select_from(STANDING).where(*where)).scalar_one()
        cases = list(connection.execute(page).scalars())
    days = dated(engine, cases)
    return [days[case] for case in cases], total


def dated(engine: Engine, cases: Sequence[str]) -> dict[str, Dated]:
    """Return when cases began and last changed, by their ids; nothing of those that there are not."""
    ends = select(func.min(FACTS.c.position).label("first"), func.max(FACTS.c.position).label("last"))
    own = ends.where(FACTS.c.stream.in_(cases)).group_by(FACTS.c.stream).subquery()
    first, last = FACTS.alias("first_fact"), FACTS.alias("last_fact")
    joined = own.join(first, first.c.position == own.c.first).join(last, last.c.position == own.c.last)
    asked = select(first.c.stream, first.c.occurred_on, last.c.recorded_on).select_from(joined)
    with engine.connect() as connection:
        return {row.stream: Dated(row.stream, row.occurred_on, row.recorded_on) for row in connection.execute(asked)}


def _where(kind: str, county: str, words: str) -> list[ColumnElement[bool]]:
    before = f"{county}/{kind}/"
    found = [STANDING.c.kind == kind, STANDING.c.case.startswith(before, autoescape=True)]
    if words:
        number = func.substr(STANDING.c.case, len(before) + 1)
        found.append(number.contains(words, autoescape=True))
    return found
