"""What a statement shows apart from the year's own receipts: money announced and not arrived, money carried in."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.table import Table

from cli.names import Names
from cli.tables import amount, table
from cli.texts import t
from projections.statement_read import Carried, PoolUse, Statement


def figures_table(uses: Iterable[PoolUse], rows: Iterable[tuple[str, ...]], names: Names) -> Table:
    """Return a table with a column for each pool, and one for their total."""
    return _of([names.named("pool", use.pool) if use.pool else t("合计", "total") for use in uses], rows)


def apart_tables(found: Statement, names: Names) -> Iterator[tuple[str, Table]]:
    """Yield what is to be seen apart, each with its title; nothing where there is no such money."""
    if found.announced:
        title = t("提前告知、尚未到账（万元，不计入上表）", "announced and not arrived (wan yuan, in no sum above)")
        uses = [*found.announced, found.announced_total]
        yield title, figures_table(uses, _announced_rows(uses, names), names)
    if found.carried:
        title = t("以前年度结转（万元，不计入上表）", "carried in from earlier years (wan yuan, in no sum above)")
        columns = [*found.carried, found.carried_total]
        yield title, _of([_whose(one, names) for one in columns], _carried_rows(columns))


def announced_data(found: Statement) -> dict[str, Any]:
    """Return what is announced and not arrived, as JSON has it."""
    pools = [{"pool": use.pool, **_of_announced(use)} for use in found.announced]
    return {"pools": pools, "totals": _of_announced(found.announced_total)}


def carried_data(found: Statement) -> dict[str, Any]:
    """Return what was carried in and what became of it, as JSON has it."""
    portions = [{"first_fiscal_year": one.fiscal_year, "pool": one.pool, **_of_carried(one)} for one in found.carried]
    return {"portions": portions, "totals": _of_carried(found.carried_total)}


def _of(columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Table:
    made = table("", *columns)
    for column in made.columns[1:]:
        column.justify = "right"
    for row in rows:
        made.add_row(*row)
    return made


def _announced_rows(uses: list[PoolUse], names: Names) -> Iterator[tuple[str, ...]]:
    yield t("提前告知", "announced"), *(amount(use.money["received"]) for use in uses)
    for source in uses[-1].by_source:
        name = names.named("source", source)
        yield t(f"　其中：{name}", f"  of it: {name}"), *(amount(use.by_source.get(source)) for use in uses)
    yield t("未安排", "free"), *(amount(use.money["free"]) for use in uses)
    yield (
        t("安排（到账后下达）", "allotted (released once it arrives)"),
        *(amount(use.money["allotted"]) for use in uses),
    )
    yield t("项目（个）", "projects"), *(str(use.projects) for use in uses)


def _of_announced(use: PoolUse) -> dict[str, Any]:
    return {
        "announced_fen": use.money["received"],
        "free_fen": use.money["free"],
        "allotted_fen": use.money["allotted"],
        "projects": use.projects,
        "announced_by_source": use.by_source,
    }


def _whose(one: Carried, names: Names) -> str:
    return f"{one.fiscal_year} {names.named('pool', one.pool)}" if one.fiscal_year else t("合计", "total")


def _carried_rows(columns: list[Carried]) -> Iterator[tuple[str, ...]]:
    places = _places()
    yield t("年初结转", "carried in"), *(amount(one.opening_fen) for one in columns)
    for name in (name for name in places if any(one.opening[name] for one in columns)):
        yield _of_it(places[name]), *(amount(one.opening[name]) for one in columns)
    for name, title in _changes().items():
        yield title, *(amount(one.moved[name]) for one in columns)
    yield t("仍结余", "still left"), *(amount(one.left_fen) for one in columns)
    for name in (name for name in places if any(one.left[name] for one in columns)):
        yield _of_it(places[name]), *(amount(one.left[name]) for one in columns)


def _of_it(name: str) -> str:
    return t(f"　其中：{name}", f"  of it: {name}")


def _places() -> dict[str, str]:
    return {
        "free": t("未安排", "free"),
        "unreleased": t("已安排未下达", "allotted, not released"),
        "claimable": t("可报账", "claimable"),
        "reserved": t("报账占用", "reserved by claims"),
        "sent": t("支付在途", "payments on their way"),
    }


def _changes() -> dict[str, str]:
    return {
        "allotted": t("本年安排", "allotted in the year"),
        "released": t("本年下达", "released in the year"),
        "paid": t("本年支付（已减退款）", "paid in the year, less refunds"),
        "refunded": t("　其中退款", "  refunds in it"),
        "withdrawn": t("本年上级收回", "withdrawn in the year"),
    }


def _of_carried(one: Carried) -> dict[str, Any]:
    return {
        "carried_fen": one.opening_fen,
        "carried": {f"{name}_fen": fen for name, fen in one.opening.items()},
        **{f"{name}_fen": fen for name, fen in one.moved.items()},
        "left_fen": one.left_fen,
        "left": {f"{name}_fen": fen for name, fen in one.left.items()},
    }
