"""Pages of registers that grow for years: the assets of a county and its disclosures, counted and cut in SQL."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, func, or_, select
from sqlalchemy import case as when

from projections.asset_tables import ASSETS
from projections.disclosure_tables import ENTRIES, OBJECTIONS
from projections.obligations import OBLIGATIONS
from projections.project_tables import PROJECTS
from projections.spending import PROJECTS as CLASSES


class Which(StrEnum):
    """Which assets are shown: those that lie idle or lose money, those without title or keeper, those disposed of."""

    WEAK = "weak"
    NO_TITLE = "no-title"
    NO_KEEPER = "no-keeper"
    DISPOSED = "disposed"


_A, _P, _C = ASSETS.c, PROJECTS.c, CLASSES.c
_HELD = _A.disposed_on.is_(None)
_WHICH: dict[Which, ColumnElement[bool]] = {
    Which.WEAK: _A.stage == "weak",
    Which.NO_TITLE: and_(_HELD, _A.owner.is_(None)),
    Which.NO_KEEPER: and_(_HELD, _A.keeper.is_(None)),
    Which.DISPOSED: ~_HELD,
}


@dataclass(frozen=True)
class AssetRow:
    """One line of the asset register; class, township and village are its project's."""

    case: str
    asset_no: str
    name: str
    nature: str
    project_no: str
    of_class: str | None
    township: str | None
    village: str | None
    formed_on: date
    cost_fen: int
    income_fen: int
    left_fen: int
    owner: str | None
    keeper: str | None
    weak: dict[str, object] | None
    disposed_on: date | None
    stage: str


@dataclass(frozen=True)
class AssetsPage:
    """A page of the asset register, how many there are of each sort, and what all of them cost."""

    rows: list[AssetRow]
    counts: dict[Which | None, int]
    cost_fen: int


def assets_page(
    engine: Engine, county: str, which: Which | None = None, words: str = "", *, limit: int, offset: int = 0
) -> AssetsPage:
    """Return a page of a county's assets, what was formed last first; *words*: of name, number, keeper, village."""
    own = [_A.county == county]
    if words:
        places = (_A.name, _A.asset_no, _A.keeper, _P.village, _P.project_no)
        own.append(or_(*(place.contains(words, autoescape=True) for place in places)))
    joined = ASSETS.outerjoin(PROJECTS, and_(_P.county == _A.county, _P.project_no == _A.project_no))
    joined = joined.outerjoin(CLASSES, _C.project == _P.project)
    named = {column.name: column for table in (_C, _P, _A) for column in table}
    columns = [named[name] for name in AssetRow.__dataclass_fields__]
    asked = select(*columns).select_from(joined).where(*own).order_by(_A.position.desc())
    sums = [func.coalesce(func.sum(when((condition, 1), else_=0)), 0) for condition in _WHICH.values()]
    counted = select(func.count(), func.coalesce(func.sum(_A.cost_fen), 0), *sums).select_from(joined).where(*own)
    if which is not None:
        asked = asked.where(_WHICH[which])
    with engine.connect() as connection:
        total, cost_fen, *numbers = connection.execute(counted).one()
        rows = [AssetRow(**row) for row in connection.execute(asked.limit(limit).offset(offset)).mappings()]
    counts: dict[Which | None, int] = dict(zip(_WHICH, map(int, numbers), strict=True))
    return AssetsPage(rows, counts | {None: total}, int(cost_fen))


class State(StrEnum):
    """Where an entry of the disclosure register stands: late and not public, to be made public, objected to, public."""

    LATE = "late"
    TO_PUBLISH = "to-publish"
    OBJECTED = "objected"
    RUNNING = "running"
    DONE = "done"


_E, _O = ENTRIES.c, OBLIGATIONS.c
_WAITS = and_(_E.public_on.is_(None), ~_E.withdrawn)
_OPEN_OBJECTION = exists().where(OBJECTIONS.c.case == _E.case, OBJECTIONS.c.upheld.is_(None))


def _state(state: State, today: date) -> ColumnElement[bool]:
    match state:
        case State.LATE:
            return and_(_WAITS, _O.due_on < today, _O.stage.in_(("open", "overdue")))
        case State.TO_PUBLISH:
            return and_(_WAITS, or_(_O.due_on.is_(None), _O.due_on >= today, _O.stage.not_in(("open", "overdue"))))
        case State.OBJECTED:
            return or_(_OPEN_OBJECTION, _E.stage == "to correct")
        case State.RUNNING:
            return _E.stage == "public"
        case State.DONE:
            return _E.closed


@dataclass(frozen=True)
class DisclosuresPage:
    """A page of the disclosure register by the entries' case ids, and how many stand where."""

    cases: list[str]
    counts: dict[State | None, int]


def disclosures_page(
    engine: Engine,
    county: str,
    today: date,
    state: State | None = None,
    words: str = "",
    *,
    limit: int,
    offset: int = 0,
) -> DisclosuresPage:
    """Return a page of a county's entries: what is late first, then what waits by its due day, then the latest."""
    own = [_E.county == county]
    if words:
        own.append(or_(*(place.contains(words, autoescape=True) for place in (_E.entry, _E.words, _E.what))))
    joined = ENTRIES.outerjoin(OBLIGATIONS, _O.obligation == _E.clock)

    def of(asked: Select[str]) -> Select[str]:
        return asked.select_from(joined).where(*own)

    rank = when((_state(State.LATE, today), 0), (_OPEN_OBJECTION, 1), (_WAITS, 2), else_=3)
    near = when((_WAITS, _O.due_on), else_=None)
    asked = of(select(_E.case)).order_by(rank, near.is_(None), near, _E.position.desc())
    if state is not None:
        asked = asked.where(_state(state, today))
    sums = [func.coalesce(func.sum(when((_state(one, today), 1), else_=0)), 0) for one in State]
    with engine.connect() as connection:
        total, *numbers = connection.execute(select(func.count(), *sums).select_from(joined).where(*own)).one()
        cases: list[str] = list(connection.execute(asked.limit(limit).offset(offset)).scalars())
    counts: dict[State | None, int] = dict(zip(State, map(int, numbers), strict=True))
    return DisclosuresPage(cases, counts | {None: total})
