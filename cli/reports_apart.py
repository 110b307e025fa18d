"""What a statement's JSON has apart from the year's own receipts: money announced and not arrived, money carried in."""

from typing import Any

from projections.statement_read import Carried, PoolUse, Statement


def announced_data(found: Statement) -> dict[str, Any]:
    """Return what is announced and not arrived, as JSON has it."""
    pools = [{"pool": use.pool, **_of_announced(use)} for use in found.announced]
    return {"pools": pools, "totals": _of_announced(found.announced_total)}


def carried_data(found: Statement) -> dict[str, Any]:
    """Return what was carried in and what became of it, as JSON has it."""
    portions = [{"first_fiscal_year": one.fiscal_year, "pool": one.pool, **_of_carried(one)} for one in found.carried]
    return {"portions": portions, "totals": _of_carried(found.carried_total)}


def _of_announced(use: PoolUse) -> dict[str, Any]:
    return {
        "announced_fen": use.money["received"],
        "free_fen": use.money["free"],
        "allotted_fen": use.money["allotted"],
        "projects": use.projects,
        "announced_by_source": use.by_source,
    }


def _of_carried(one: Carried) -> dict[str, Any]:
    return {
        "carried_fen": one.opening_fen,
        "carried": {f"{name}_fen": fen for name, fen in one.opening.items()},
        **{f"{name}_fen": fen for name, fen in one.moved.items()},
        "left_fen": one.left_fen,
        "left": {f"{name}_fen": fen for name, fen in one.left.items()},
    }
