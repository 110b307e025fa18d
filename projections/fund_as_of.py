"""A fund's page as of two days (生效日、知悉日): balance, equations and tree, built of the facts that count."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Engine

from domain.ledger import Ledger
from projections import claims, fund_ledger, plan_lines
from projections.as_of import Dates
from projections.as_of_store import as_of
from projections.fund_ledger_read import LedgerLine, LedgerSum, PortionRow, lines, portions, total
from projections.money_shape import Branch, Equation, balance
from projections.money_tree import tree_of_fund

VIEWS = (fund_ledger.VIEW, plan_lines.VIEW, claims.VIEW)


@dataclass(frozen=True)
class FundPage:
    """What a fund's page shows of its money: portions with their sum, lines, equations, and the tree.

    `equations` are of each pool, in the order of `portions`; `of_total` of their sum. `left_out` counts the facts
    that the two days cover and that rest on one which they do not.
    """

    fund: str
    portions: tuple[PortionRow, ...]
    total: LedgerSum
    lines: tuple[LedgerLine, ...]
    equations: tuple[tuple[Equation, ...], ...]
    of_total: tuple[Equation, ...]
    tree: Branch
    at: date | None = None
    known_on: date | None = None
    left_out: int = 0


def fund_now(engine: Engine, fund: str, *, most: int | None = None) -> FundPage | None:
    """Return a fund as it stands, or None if there is none of that id; *most* as in `tree_of_fund`."""
    held, of_projects = tuple(portions(engine, fund=fund)), tuple(lines(engine, fund=fund))
    if not held:
        return None
    whole = total(held)
    equations = tuple(balance(one) for one in held)
    tree = tree_of_fund(engine, fund, most=most)
    return FundPage(fund, held, whole, of_projects, equations, balance(whole), tree)


def fund_as_of(
    ledger: Ledger, engine: Engine, fund: str, at: date | None, known_on: date | None, *, most: int | None = None
) -> FundPage | None:
    """Return a fund as it stood on the day *at*, as known on another; None if it had not begun.

    Either day may be left out: it then sets no bound.
    """
    with as_of(ledger, engine, fund, Dates(at, known_on), lambda _n, _of: None, VIEWS) as found:
        page = fund_now(found.engine, fund, most=most)
        left = len(found.left_here)
    return replace(page, at=at, known_on=known_on, left_out=left) if page else None
