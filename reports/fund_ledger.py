"""The fund ledger (资金台账): each portion of each fund of a year, from its arrival to what is left of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.balances import Bucket, Portion
from domain.cases import case_id, year_stream
from domain.fund import FUND
from domain.fund_state import FundState
from domain.ledger import Ledger
from domain.yearbook import YEARBOOK
from reports.document import Cell, Column, Kind, Report, Row, Table, total_row
from reports.words import Words, wan_yuan


@dataclass(frozen=True)
class PortionRow:
    """One pool of one fund, in fen. What is announced is not received until it has arrived."""

    fund_no: str
    document_no: str
    item_no: str
    source: str
    tier: str
    fiscal_year: int
    pool: str
    stage: str
    arrived_on: date | None
    announced_fen: int
    received_fen: int
    withdrawn_fen: int
    free_fen: int
    allotted_fen: int
    released_fen: int
    claimed_fen: int  # Reserved by claims or on its way to the payee.
    paid_fen: int
    left_fen: int  # Received, and neither paid nor withdrawn.


def portions_of(ledger: Ledger, county: str, year: int) -> list[PortionRow]:
    """Return the portions of a fiscal year's funds, in the order of their entry."""
    numbers = ledger.state(YEARBOOK, year_stream(county, year)).funds
    states = (ledger.state(FUND, case_id(county, "fund", no)) for no in numbers)
    return [
        _portion(state, pool, portion)
        for state in states
        if state.received is not None
        for pool, portion in state.balances.portions.items()
    ]


def _portion(state: FundState, pool: str, portion: Portion) -> PortionRow:
    entry, in_ = state.received, portion.buckets
    assert entry is not None
    came = state.arrived.act if state.arrived else entry.act
    return PortionRow(
        fund_no=state.fund_no or entry.fund_no,
        document_no=entry.document_no,
        item_no=entry.item_no,
        source=entry.source,
        tier=entry.tier,
        fiscal_year=entry.fiscal_year,
        pool=pool,
        stage=FUND.stage(state),
        arrived_on=None if state.awaited else came.occurred_on,
        announced_fen=portion.received if state.awaited else 0,
        received_fen=0 if state.awaited else portion.received,
        withdrawn_fen=portion.withdrawn,
        free_fen=in_[Bucket.FREE],
        allotted_fen=portion.allotted,
        released_fen=portion.released,
        claimed_fen=in_[Bucket.RESERVED] + in_[Bucket.SENT],
        paid_fen=in_[Bucket.PAID],
        left_fen=0 if state.awaited else portion.received - portion.withdrawn - in_[Bucket.PAID],
    )


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
        (say("报账在办", "in claims"), lambda row: row.claimed_fen),
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
