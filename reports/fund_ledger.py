"""The fund ledger (资金台账): each portion of each fund of a year, from its arrival to what is left of it."""

from collections.abc import Callable

from projections.fund_ledger_read import PortionRow
from reports.document import Cell, Column, Kind, Report, Row, Table, total_row
from reports.words import Words, wan_yuan


def fund_ledger(rows: list[PortionRow], county: str, year: int, words: Words) -> Report:
    """Return the ledger as a document."""
    say = words.say
    columns, figures = _columns(rows, words)
    lines = [Row((*_who(row, words), *(of(row) for of in figures))) for row in rows]
    total = total_row(say("合计", "total"), rows, (*[None] * (len(columns) - len(figures) - 1), *figures))
    table = Table(
        say("资金台账（万元）", "fund ledger (wan yuan)"),
        columns,
        (*lines, total) if rows else (),
        (say("结余＝到账－上级收回－支付。", "left = received - withdrawn - paid."),),
        say(f"{year} 年没有资金", f"no money of {year}"),
        say("资金台账", "funds"),
    )
    title = say("资金台账", "fund ledger")
    return Report("funds", title, words.county(county), str(year), (table,), unit=wan_yuan(words))


def _columns(rows: list[PortionRow], words: Words) -> tuple[tuple[Column, ...], list[Callable[[PortionRow], Cell]]]:
    say = words.say
    money: list[tuple[str, Callable[[PortionRow], Cell]]] = [
        (say("到账", "received"), lambda row: row.received_fen),
        (say("上级收回", "withdrawn"), lambda row: row.withdrawn_fen),
        (say("未安排", "free"), lambda row: row.free_fen),
        (say("安排", "allotted"), lambda row: row.allotted_fen),
        (say("下达", "released"), lambda row: row.released_fen),
        (say("报账在办", "in claims"), lambda row: row.in_claims_fen),
        (say("支付", "paid"), lambda row: row.paid_fen),
        (say("结余", "left"), lambda row: row.left_fen),
    ]
    if any(row.announced_fen for row in rows):
        money.insert(0, (say("提前告知", "announced"), lambda row: row.announced_fen))
    texts = (
        say("资金", "fund"),
        say("文件（项）", "document (item)"),
        say("来源", "source"),
        say("层级", "tier"),
        say("资金池（专账）", "pool (account)"),
        say("状态", "stage"),
    )
    heads = (*map(Column, texts), Column(say("到账日期", "arrived on"), Kind.DATE))
    return (*heads, *(Column(name, Kind.MONEY) for name, _ in money)), [of for _, of in money]


def _who(row: PortionRow, words: Words) -> tuple[Cell, ...]:
    return (
        row.fund_no,
        f"{row.document_no} ({row.item_no})",
        words.named("source", row.source),
        words.named("tier", row.tier),
        words.named("pool", row.pool),
        words.stage(row.stage),
        row.arrived_on,
    )
