"""Reading the plans' lines: of a county, a plan, a fund or a project, with what became of each line's money."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, and_, func, select

from projections.plan_lines import LINES, MONEY, PLANS

_MONEY = ("allotted_fen", "released_fen", "claimed_fen", "paid_fen")


@dataclass(frozen=True)
class PlanLine:
    """One line of a plan, as it was last drafted or corrected, in fen.

    `change` is what a line of an adjustment does: add, drop, or move money from project to project within its portion;
    "" in a plan that takes nothing back. A `cut` takes money of earlier plans back and has none itself. `allotted_fen`
    is what stands of the line by now: its amount less what was cut; `claimed_fen` is lodged and live, paid or not.
    """

    plan: str
    county: str
    plan_no: str
    year: int
    title: str
    version: int
    corrections: int
    adjusts: bool
    reason: str
    stage: str
    closed: bool
    drafted_on: date
    in_force_on: date | None
    number: int
    cut: bool
    change: str
    fund_no: str
    pool: str
    project_no: str
    amount_fen: int
    allotted_fen: int
    released_fen: int
    claimed_fen: int
    paid_fen: int

    @property
    def cut_fen(self) -> int:
        """Return what was taken back of it, by later plans and lower settlements."""
        return 0 if self.cut or self.in_force_on is None else self.amount_fen - self.allotted_fen


@dataclass(frozen=True)
class PlanSum:
    """One plan with the sums of its lines, in fen."""

    plan: str
    county: str
    plan_no: str
    year: int
    title: str
    version: int
    corrections: int
    adjusts: bool
    reason: str
    stage: str
    closed: bool
    drafted_on: date
    in_force_on: date | None
    lines: int
    amount_fen: int
    cuts_fen: int
    allotted_fen: int
    released_fen: int
    claimed_fen: int
    paid_fen: int


def plan_lines(engine: Engine, county: str | None = None, *, in_force: bool = False, **equal: Any) -> list[PlanLine]:
    """Return lines in the order of their plans; *in_force*: only of plans that took effect.

    *equal* are columns and what they must hold: `plan`, `year`, `fund_no`, `pool`, `project_no`, `cut`, `change`.
    """
    money = and_(MONEY.c.place == LINES.c.place, MONEY.c.plan_no == PLANS.c.plan_no, ~LINES.c.cut)
    held = (func.coalesce(MONEY.c[name], 0).label(name) for name in _MONEY)
    own = (column for column in LINES.c if column.name not in ("plan", "place"))
    asked = select(*PLANS.c, *own, *held).join(LINES, LINES.c.plan == PLANS.c.plan).outerjoin(MONEY, money)
    if county is not None:
        asked = asked.where(PLANS.c.county == county)
    if in_force:
        asked = asked.where(PLANS.c.in_force_on.is_not(None))
    for name, value in equal.items():
        asked = asked.where((PLANS.c[name] if name in PLANS.c else LINES.c[name]) == value)
    asked = asked.order_by(PLANS.c.county, PLANS.c.drafted_on, PLANS.c.plan, LINES.c.number)
    with engine.connect() as connection:
        return [PlanLine(**row) for row in connection.execute(asked).mappings()]


def plans(engine: Engine, county: str | None = None, *, in_force: bool = False, **equal: Any) -> list[PlanSum]:
    """Return the plans that have such lines, each with the sums of these; asked for as in `plan_lines`."""
    by_plan: dict[str, list[PlanLine]] = {}
    for line in plan_lines(engine, county, in_force=in_force, **equal):
        by_plan.setdefault(line.plan, []).append(line)
    return [_sum(of_plan) for of_plan in by_plan.values()]


def _sum(of_plan: list[PlanLine]) -> PlanSum:
    first, given = of_plan[0], [line for line in of_plan if not line.cut]
    return PlanSum(
        **{column.name: getattr(first, column.name) for column in PLANS.c},
        lines=len(of_plan),
        amount_fen=sum(line.amount_fen for line in given),
        cuts_fen=sum(line.amount_fen for line in of_plan if line.cut),
        **{name: sum(getattr(line, name) for line in given) for name in _MONEY},
    )
