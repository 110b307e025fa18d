"""The views of a case as of two days: built in memory of the facts that count, to be read like those of now."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, and_, func, select, true
from sqlalchemy import case as when

from domain.act import CaseState, Decider
from domain.cases import KINDS, case_id, kind_of, parse_case
from domain.following import Following
from domain.ledger import FACTS_PER_APPEND_MAX, Entry, Ledger
from domain.log_reading import Row
from domain.papers import PAPERS
from domain.registry import stored_name
from projections import asset_tables, cases, facts, fund_ledger, obligations, plan_lines, spending, statement, timeline
from projections.as_of import Dates, Left, act_of, folded, left_out, standing
from projections.batch import Batch, Logged
from projections.book import Book
from projections.digesting import Opened, digest
from projections.facts import FACTS
from projections.store import views_engine, writing
from projections.timeline_tables import HISTORY
from projections.view import View

# What one case is shown from.
VIEWS = (
    *(facts.VIEW, cases.VIEW, timeline.VIEW, obligations.VIEW, fund_ledger.VIEW, plan_lines.VIEW),
    *(statement.VIEW, spending.VIEW, asset_tables.VIEW),
)
DATED = frozenset({*KINDS, PAPERS.kind})
S = TypeVar("S", bound=CaseState)


class StoredFacts:
    """The facts of a county's cases in a store, each stream looked up when it is first asked for; see `as_of.Log`."""

    def __init__(self, ledger: Ledger, engine: Engine, county: str) -> None:
        """Read contents of *ledger*, places and dates of the view `facts`."""
        self._ledger = ledger
        self._engine = engine
        self._of_county = FACTS.c.stream.startswith(f"{county}/")
        self._streams: dict[str, list[Entry]] = {}

    def mixed(self, dates: Dates) -> Iterable[str]:
        """Return the streams in which a fact that the dates do not cover stands before one that they do."""
        covered = and_(
            true() if dates.at is None else FACTS.c.occurred_on <= dates.at,
            true() if dates.known_on is None else FACTS.c.recorded_on <= dates.known_on,
        )
        last, first = func.max(when((covered, FACTS.c.version))), func.min(when((~covered, FACTS.c.version)))
        asked = select(FACTS.c.stream).where(self._of_county).group_by(FACTS.c.stream).having(last > first)
        with self._engine.connect() as connection:
            return list(connection.execute(asked).scalars())

    def facts(self, stream: str) -> Sequence[Entry]:
        """Return all facts of a stream, in order."""
        if stream not in self._streams:
            asked = select(FACTS.c.version, FACTS.c.position).where(FACTS.c.stream == stream)
            with self._engine.connect() as connection:
                places = {row.version: row.position for row in connection.execute(asked)}
            # What came after the views were read is as if it came after the question.
            found = self._ledger.facts(stream, max(places, default=0)) if places else []
            numbered = ((version, fact) for version, fact in enumerate(found, start=1) if version in places)
            self._streams[stream] = [Entry(places[version], stream, version, fact) for version, fact in numbered]
        return self._streams[stream]

    def act(self, entry: Entry) -> Sequence[Entry]:
        """Return all facts that one act brought about; an append is never longer than that."""
        near = FACTS.c.position.between(entry.position - FACTS_PER_APPEND_MAX, entry.position + FACTS_PER_APPEND_MAX)
        of_act = FACTS.c.command_id.startswith(act_of(entry), autoescape=True)
        asked = select(FACTS.c.stream).where(near, self._of_county, of_act)
        with self._engine.connect() as connection:
            streams = list(connection.execute(asked.distinct()).scalars())
        return [one for stream in streams for one in self.facts(stream) if act_of(one) == act_of(entry)]

    def around(self, case: str) -> list[str]:
        """Return the streams from which a case is shown: all that stand in its history, and what its money lies in."""
        asked = select(FACTS.c.stream).join(HISTORY, HISTORY.c.position == FACTS.c.position)
        with self._engine.connect() as connection:
            found = set(connection.execute(asked.where(HISTORY.c.case == case).distinct()).scalars())
            found |= _money_of(connection, case)
        return sorted(found)


@dataclass
class AsOf:
    """A case as of two days: its views in memory, the facts that were left out, and the fold of any stream."""

    dates: Dates
    left: dict[int, Left]
    streams: frozenset[str]  # From which the case is shown.
    engine: Engine
    _log: StoredFacts
    _ledger: Ledger
    _states: dict[str, Any] = field(default_factory=dict)

    def state(self, decider: Decider[S], stream: str) -> S:
        """Return the state of a stream. What is no case has days of its own in its facts: all that was known counts."""
        if stream not in self._states:
            if decider.kind in DATED:
                found: Any = folded(decider, standing(self._log.facts(stream), self.dates, self.left))
            else:
                known = Dates(None, self.dates.known_on)
                found = decider.initial()
                for fact in self._ledger.facts(stream):
                    if known.cover(fact.act):
                        decider.evolve(found, fact)
            self._states[stream] = found
        state: S = self._states[stream]
        return state

    @property
    def left_here(self) -> list[int]:
        """Return the positions of what was left out of the streams from which the case is shown."""
        return [position for position, one in self.left.items() if one.entry.stream in self.streams]

    def facts(self, stream: str) -> list[Entry]:
        """Return the facts of a case that count."""
        return standing(self._log.facts(stream), self.dates, self.left)

    def __enter__(self) -> Self:
        """Hold the views."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the views."""
        self.engine.dispose()


def as_of(
    ledger: Ledger,
    engine: Engine,
    case: str,
    dates: Dates,
    told: Callable[[int, int], None],
    views: Sequence[View] = VIEWS,
) -> AsOf:
    """Return a case as of two days, from a store's *ledger* and its views in *engine*.

    *told* hears how many of how many streams were read; *views* are those that are built of the facts that count.
    """
    log = StoredFacts(ledger, engine, parse_case(case).county)
    left, kinds = left_out(log, dates), frozenset().union(*(view.kinds for view in views))
    streams = [stream for stream in log.around(case) if kind_of(stream) in kinds]
    found: list[Entry] = []
    for n, stream in enumerate(streams):
        told(n, len(streams))
        found += standing(log.facts(stream), dates, left)
    made = views_engine("sqlite://")
    _build(made, sorted(found), lambda stream: standing(log.facts(stream), dates, left), views)
    return AsOf(dates, left, frozenset(streams), made, log, ledger)


def _build(
    engine: Engine, found: Sequence[Entry], facts_of: Callable[[str], list[Entry]], views: Sequence[View]
) -> None:
    """Build the views of facts; a stream may have gaps in its versions."""
    stored = [(*e[:3], stored_name(type(e.fact)), msgspec.json.encode(e.fact), e.fact) for e in found]
    following = Following(lambda stream, n: [e.fact for e in facts_of(stream) if e.version <= n])
    batch = Batch.new([Row(*one[:5]) for one in stored], [Logged(*one) for one in stored], following)
    opened = [Opened(view, Book(view.tables)) for view in views]
    with writing(engine) as connection:
        for one in opened:
            one.view.tables.create_all(connection)
            one.book.forget(empty=True)
        digest(connection, opened, batch)


def _money_of(connection: Connection, case: str) -> set[str]:
    """Return where the money of a plan or an asset lies: no history of theirs holds what becomes of it there."""
    county, kind, _ = parse_case(case)
    lines, paid = plan_lines.LINES, asset_tables.PAYMENTS
    if kind == "asset":
        rows = connection.execute(select(paid.c.fund, paid.c.claim).where(paid.c.case == case))
        return {stream for row in rows for stream in row}
    if kind != "plan":
        return set()
    funds = set(connection.execute(select(lines.c.fund_no).where(lines.c.plan == case)).scalars())
    same = and_(lines.c.fund_no.in_(funds), lines.c.plan.startswith(f"{county}/"))
    plans = connection.execute(select(lines.c.plan).where(same).distinct())
    return {case_id(county, "fund", no) for no in funds} | set(plans.scalars())
