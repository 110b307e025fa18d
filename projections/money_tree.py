"""Where the money of a fund went (资金去向): the tree source → project → payment, in fen.

Every branch is the sum of its branches. A portion's money is either free or some project's; a project's is not
released, not claimed, or in claims; a claim's is reserved, on its way, or paid. Which plans gave a project its money
stands beside its branch: claims draw on the portion, whichever plan filled it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Engine, select

from domain.cases import case_id, parse_case
from projections.claim_tables import CLAIMS
from projections.claim_tables import LINES as CLAIM_LINES
from projections.fund_ledger_read import LedgerLine, PortionRow, lines, portions
from projections.money_shape import Branch, Kind, OfPlan, Paid
from projections.plan_lines import MONEY, place_of


def tree_of_fund(engine: Engine, fund: str, *, most: int | None = None) -> Branch:
    """Return the tree of one fund; of each portion the *most* largest projects alone, the others in one branch."""
    county, _, fund_no = parse_case(fund)
    held, of_projects = portions(engine, fund=fund), lines(engine, fund=fund)
    shown = _largest(of_projects, most)
    known = _Known.of(engine, county, fund_no, shown if most is not None else None)
    branches = tuple(
        _portion(one, [line for line in of_projects if line.pool == one.pool], shown, known) for one in held
    )
    return Branch("fund", fund_no, sum(branch.fen for branch in branches), case=fund, branches=branches)


@dataclass(frozen=True)
class _Known:
    """What claims and plans have of a fund's places, by pool and project."""

    claims: dict[tuple[str, str], list[Branch]]
    plans: dict[tuple[str, str], list[OfPlan]]

    @classmethod
    def of(cls, engine: Engine, county: str, fund_no: str, only: set[tuple[str, str]] | None) -> "_Known":
        """Read them; *only* of some places, if not of all."""
        return cls(_claims(engine, county, fund_no, only), _plans(engine, county, fund_no, only))


def _largest(of_projects: Sequence[LedgerLine], most: int | None) -> set[tuple[str, str]]:
    """Return the places that are shown alone; one that would stand alone for the rest is shown by its own name."""
    shown: set[tuple[str, str]] = set()
    for pool in {line.pool for line in of_projects}:
        ranked = sorted(
            (one for one in of_projects if one.pool == pool), key=lambda one: (-one.allotted_fen, one.project_no)
        )
        alone = ranked if most is None or len(ranked) <= most + 1 else ranked[:most]
        shown |= {(pool, line.project_no) for line in alone}
    return shown


def _portion(row: PortionRow, of_projects: Sequence[LedgerLine], shown: set[tuple[str, str]], known: _Known) -> Branch:
    alone = [line for line in of_projects if (line.pool, line.project_no) in shown]
    rest = [line for line in of_projects if (line.pool, line.project_no) not in shown]
    ranked = sorted(alone, key=lambda line: (-line.allotted_fen, line.project_no))
    branches = [_project(row.county, line, known) for line in ranked if line.allotted_fen]
    if rest:
        branches.append(_rest(rest))
    if row.free_fen:
        branches.append(Branch("free", "free", row.free_fen))
    in_hand = row.announced_fen + row.received_fen - row.withdrawn_fen
    return Branch("portion", row.pool, in_hand, branches=tuple(branches))


def _project(county: str, line: LedgerLine, known: _Known) -> Branch:
    place = line.pool, line.project_no
    branches = (*_waits(line), *known.claims.get(place, ()))
    case = case_id(county, "project", line.project_no)
    plans = tuple(known.plans.get(place, ()))
    return Branch("project", line.project_no, line.allotted_fen, case=case, branches=branches, plans=plans)


def _waits(line: LedgerLine) -> tuple[Branch, ...]:
    found: tuple[tuple[Kind, int], ...] = (("unreleased", line.unreleased_fen), ("claimable", line.claimable_fen))
    return tuple(Branch(kind, kind, fen) for kind, fen in found if fen)


def _rest(rest: Sequence[LedgerLine]) -> Branch:
    """Return the projects that are not shown alone as one branch, with where their money lies."""
    sums = {
        name: sum(getattr(line, f"{name}_fen") for line in rest)
        for name in ("unreleased", "claimable", "reserved", "sent", "paid")
    }
    waits: tuple[Kind, ...] = ("unreleased", "claimable")
    branches = [Branch(kind, kind, sums[kind]) for kind in waits if sums[kind]]
    branches += [Branch("payment", kind, sums[kind]) for kind in ("reserved", "sent", "paid") if sums[kind]]
    fen = sum(line.allotted_fen for line in rest)
    return Branch("rest", "rest", fen, branches=tuple(branches), count=len(rest))


def _claims(
    engine: Engine, county: str, fund_no: str, only: Iterable[tuple[str, str]] | None
) -> dict[tuple[str, str], list[Branch]]:
    """Return the claims that hold money of a fund, by place, in the order in which they were lodged."""
    asked = select(CLAIM_LINES.c.pool, CLAIM_LINES.c.amount_fen.label("of_line_fen"), CLAIMS)
    asked = asked.join(CLAIMS, CLAIMS.c.claim == CLAIM_LINES.c.claim)
    asked = asked.where(CLAIM_LINES.c.fund_no == fund_no, CLAIMS.c.county == county)
    if only is not None:
        asked = asked.where(CLAIMS.c.project_no.in_({project_no for _, project_no in only}))
    asked = asked.order_by(CLAIMS.c.lodged_on, CLAIMS.c.claim)
    found: dict[tuple[str, str], list[Branch]] = {}
    with engine.connect() as connection:
        for row in connection.execute(asked).mappings():
            if (state := _state(row)) is not None:
                found.setdefault((row["pool"], row["project_no"]), []).append(_claim(row, state))
    return found


def _state(row: Any) -> Literal["reserved", "sent", "paid"] | None:
    """Return where the money of a claim lies; None where it holds none: sent back, ended, paid back."""
    if row["ended_on"] or row["stage"] in ("lodge", "refunded"):
        return None
    if row["paid_fen"]:
        return "paid"
    # A gate may be called like the bank's answer: past the last gate it is that.
    return "sent" if row["stage"] == "confirm" and row["approved_fen"] else "reserved"


def _claim(row: Any, state: Literal["reserved", "sent", "paid"]) -> Branch:
    said = Paid(state, row["payee"], row["lodged_on"], row["sent_on"], row["paid_on"], row["bank_ref"])
    payment = Branch("payment", state, row["of_line_fen"], payment=said)
    return Branch("claim", row["claim_no"], row["of_line_fen"], case=row["claim"], branches=(payment,))


def _plans(
    engine: Engine, county: str, fund_no: str, only: Iterable[tuple[str, str]] | None
) -> dict[tuple[str, str], list[OfPlan]]:
    """Return what each plan gave to each place of a fund, in the order in which they took effect."""
    # A place begins with its fund's case, and a blank.
    asked = select(MONEY).where(MONEY.c.place.startswith(f"{case_id(county, 'fund', fund_no)} ", autoescape=True))
    if only is not None:
        asked = select(MONEY).where(MONEY.c.place.in_({place_of(county, fund_no, *place) for place in only}))
    found: dict[tuple[str, str], list[OfPlan]] = {}
    with engine.connect() as connection:
        for row in connection.execute(asked.order_by(MONEY.c.place, MONEY.c.number)).mappings():
            _, pool, project_no = row["place"].split(" ")
            given = OfPlan(case_id(county, "plan", row["plan_no"]), row["plan_no"], row["allotted_fen"])
            found.setdefault((pool, project_no), []).append(given)
    return found


def tree_of_project(engine: Engine, county: str, project_no: str) -> tuple[Branch, ...]:
    """Return what a project has, by source → fund → portion, and where each yuan lies; the largest source first."""
    found: dict[str, list[Branch]] = {}
    of_funds: dict[str, list[LedgerLine]] = {}
    for line in lines(engine, county, project_no=project_no):
        of_funds.setdefault(line.fund, []).append(line)
    for fund, of_fund in of_funds.items():
        known = _Known.of(engine, county, of_fund[0].fund_no, {(line.pool, line.project_no) for line in of_fund})
        given = [(line.pool, _project(county, line, known)) for line in of_fund if line.allotted_fen]
        held = tuple(Branch("portion", pool, one.fen, branches=one.branches, plans=one.plans) for pool, one in given)
        if held:
            fen = sum(one.fen for one in held)
            found.setdefault(of_fund[0].source, []).append(
                Branch("fund", of_fund[0].fund_no, fen, case=fund, branches=held)
            )
    sources = (Branch("source", id_, sum(b.fen for b in of), branches=tuple(of)) for id_, of in found.items())
    return tuple(sorted(sources, key=lambda branch: (-branch.fen, branch.id)))
