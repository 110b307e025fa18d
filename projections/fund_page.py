"""What a fund's page shows of its money, by the views as they stand now or as of two days (生效日、知悉日)."""

from dataclasses import dataclass

from sqlalchemy import Engine

from projections import claims, fund_ledger, plan_lines
from projections.fund_ledger_read import LedgerLine, LedgerSum, PortionRow, lines, portions, total
from projections.money_shape import Branch, Equation, balance
from projections.money_tree import tree_of_fund

VIEWS = (fund_ledger.VIEW, plan_lines.VIEW, claims.VIEW)


@dataclass(frozen=True)
class FundPage:
    """What a fund's page shows of its money: portions with their sum, lines, equations, and the tree.

    `equations` are of each pool, in the order of `portions`; `of_total` of their sum.
    """

    fund: str
    portions: tuple[PortionRow, ...]
    total: LedgerSum
    lines: tuple[LedgerLine, ...]
    equations: tuple[tuple[Equation, ...], ...]
    of_total: tuple[Equation, ...]
    tree: Branch


def fund_now(engine: Engine, fund: str, *, most: int | None = None) -> FundPage | None:
    """Return a fund as it stands, or None if there is none of that id; *most* as in `tree_of_fund`."""
    held, of_projects = tuple(portions(engine, fund=fund)), tuple(lines(engine, fund=fund))
    if not held:
        return None
    whole = total(held)
    equations = tuple(balance(one) for one in held)
    tree = tree_of_fund(engine, fund, most=most)
    return FundPage(fund, held, whole, of_projects, equations, balance(whole), tree)
