"""The disclosure register (公开公示台账), the public's reports and the trainings of a year, as the view has them."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, Engine, Table, select

from projections.disclosure_tables import ENTRIES, OBJECTIONS, PERIODS, PUBLISHED, REPORTS, TRAININGS
from projections.looking import Row, among, as_a, grouped, rows
from projections.obligations import OBLIGATIONS


@dataclass(frozen=True)
class Published:
    """Where it was made public, on which stated day, with what shows it."""

    number: int
    place: str
    on: date
    recorded_on: date
    record: str
    address: str
    corrects: int


@dataclass(frozen=True)
class Objection:
    """What was objected, and how it was ruled on; *upheld* is None while it is open."""

    number: int
    channel: str
    words: str
    on: date
    upheld: bool | None = None
    reason: str = ""
    ruled_on: date | None = None


@dataclass(frozen=True)
class Period:
    """What happened to the days of publicity (公示期), on which day: until when they run, or how many are left."""

    what: str
    on: date
    until: date | None
    provisional: bool
    days_left: int | None


@dataclass(frozen=True)
class Disclosed:
    """One entry: what arose, by when it is due (None: no rule stated), where it is public, what was objected.

    `days_late` of an entry that is not public yet counts to *today*; None where no days are counted.
    """

    entry: str
    rule: str
    what: str
    of: str
    words: str
    arose_on: date
    due_on: date | None
    stage: str
    post: str
    places: list[str]
    reference: str
    before: str
    blocks: bool
    mandatory: bool
    published: list[Published]
    public_on: date | None
    public_until: date | None
    objections: list[Objection]
    days_late: int | None
    clause: str


@dataclass(frozen=True)
class Reported:
    """What the public reported, and what came of it."""

    report: str
    channel: str
    words: str
    about: str
    on: date
    stage: str
    founded: bool | None
    answer: str


@dataclass(frozen=True)
class Training:
    """A training that was held: for which levels and posts, in which form, of what, how many came."""

    training: str
    on: date
    levels: list[str]
    form: str
    topic: str
    posts: list[str]
    attended: int
    record: str
    corrects: str
    by: str
    clause: str


@dataclass(frozen=True)
class Register:
    """A county's year."""

    entries: list[Disclosed] = field(default_factory=list)
    reports: list[Reported] = field(default_factory=list)


def register(engine: Engine, county: str, year: int, today: date) -> Register:
    """Return the entries of what arose in a year, in the order in which it was entered, and the year's reports."""
    with engine.connect() as connection:
        entries = _of_year(connection, ENTRIES, county, year)
        reports = [as_a(Reported, row) for row in _of_year(connection, REPORTS, county, year)]
        return Register(_entries(connection, entries, today), reports)


def entry(engine: Engine, case: str, today: date) -> Disclosed | None:
    """Return one entry of the register, or None if there is none."""
    with engine.connect() as connection:
        return next(iter(_entries(connection, among(connection, ENTRIES, [case]), today)), None)


def entries(engine: Engine, cases: list[str], today: date) -> list[Disclosed]:
    """Return entries of the register by their case ids, in the order in which they are asked for."""
    with engine.connect() as connection:
        found = {row["case"]: row for row in among(connection, ENTRIES, cases)}
        return _entries(connection, [found[case] for case in cases], today)


def periods(engine: Engine, case: str) -> list[Period]:
    """Return what happened to the days of publicity of an entry, in its order."""
    asked = select(PERIODS).where(PERIODS.c.case == case).order_by(PERIODS.c.version)
    with engine.connect() as connection:
        return [as_a(Period, row) for row in rows(connection, asked)]


def trainings(engine: Engine, county: str, year: int) -> list[Training]:
    """Return the trainings of a year that no other record takes the place of, in the order of their entry."""
    with engine.connect() as connection:
        corrected = set(connection.execute(select(TRAININGS.c.corrects).where(TRAININGS.c.county == county)).scalars())
        held = _of_year(connection, TRAININGS, county, year)
    return [as_a(Training, row) for row in held if row["training"] not in corrected]


def _of_year(connection: Connection, table: Table, county: str, year: int) -> list[Row]:
    asked = select(table).where(table.c.county == county, table.c.year == year)
    return rows(connection, asked.order_by(table.c.position))


def _entries(connection: Connection, entries: list[Row], today: date) -> list[Disclosed]:
    cases = [row["case"] for row in entries]
    clocks = {row["obligation"]: row for row in among(connection, OBLIGATIONS, [row["clock"] for row in entries])}
    published = grouped(among(connection, PUBLISHED, cases))
    objections = grouped(among(connection, OBJECTIONS, cases))
    return [
        as_a(
            Disclosed,
            row,
            due_on=clocks[row["clock"]]["due_on"] if row["clock"] in clocks else None,
            published=[as_a(Published, one) for one in published.get(row["case"], ())],
            objections=[as_a(Objection, one) for one in objections.get(row["case"], ())],
            days_late=_days_late(row, clocks.get(row["clock"]), today),
        )
        for row in entries
    ]


def _days_late(row: Row, clock: Row | None, today: date) -> int | None:
    """Return by how many days an entry is, or was made public, too late; None where no days are counted."""
    if clock is None or row["withdrawn"]:
        return None
    ends = [row["shown_on"] if row["public_on"] else today]
    # What is waived, or stands still, grows no later.
    granted = [one for one in clock["granted"] if one["what"] != "waived"]
    ends += [date.fromisoformat(one["on"]) for one in clock["granted"] if one["what"] == "waived"]
    ends += [date.fromisoformat(one["since"]) for one in granted[-1:] if one["what"] == "paused"]
    due_on: date = clock["due_on"]
    return max(0, (min(ends) - due_on).days)
