"""The asset register (资产台账) as a document: what projects formed, whose it is, and the funds that paid for it."""

from collections.abc import Callable, Sequence

from domain.asset import ASSET, AssetState
from reports.document import Cell, Column, Kind, Report, Row, Table, total_row
from reports.words import Words, listed, wan_yuan

NOT_SET = "-"


def asset_report(states: Sequence[AssetState], county: str, words: Words) -> Report:
    """Return the register of all assets, and which payments formed each."""
    title = words.say("资产台账", "asset register")
    tables = (_assets(states, words), _payments(states, words))
    return Report("assets", title, words.county(county), "", tables, unit=wan_yuan(words))


def _assets(states: Sequence[AssetState], words: Words) -> Table:
    say = words.say
    money: list[tuple[str, Callable[[AssetState], Cell]]] = [
        (say("形成成本", "cost"), lambda state: state.cost),
        (say("收益", "income"), lambda state: state.income),
        (say("未分配", "not shared"), lambda state: state.left),
    ]
    columns = (
        *map(Column, (say("资产", "asset"), say("项目", "project"))),
        Column(say("形成日期", "formed on"), Kind.DATE),
        *(Column(name, Kind.MONEY) for name, _ in money),
        *map(Column, (say("权属", "owner"), say("移交给", "handed over to"), say("管护", "keeper"))),
        *map(Column, (say("状态", "stage"), say("待办", "waits for"))),
    )
    figures = [of for _, of in money]
    rows = [_asset(state, figures, words) for state in states]
    total = total_row(say("合计", "total"), states, (*[None] * 2, *figures, *[None] * 5))
    nothing = say("没有登记的资产", "no asset is registered")
    title = say("资产台账（万元）", "assets (wan yuan)")
    return Table(title, columns, (*rows, total) if rows else (), (), nothing, say("资产台账", "assets"))


def _asset(state: AssetState, figures: list[Callable[[AssetState], Cell]], words: Words) -> Row:
    formed = state.formed
    assert formed is not None
    waiting = listed(words, [words.step(step.id) for step in ASSET.open_steps(state)])
    return Row(
        (
            f"{formed.asset_no} {formed.name}",
            formed.project_no,
            formed.act.occurred_on,
            *(of(state) for of in figures),
            state.title.owner if state.title else NOT_SET,
            state.handed_over.to if state.handed_over else NOT_SET,
            state.keeper.keeper if state.keeper else NOT_SET,
            words.stage(ASSET.stage(state)),
            waiting,
        )
    )


def _payments(states: Sequence[AssetState], words: Words) -> Table:
    say = words.say
    names = (say("资产", "asset"), say("报账", "claim"), say("资金", "fund"), say("资金池", "pool"))
    rows = tuple(
        Row((state.formed.asset_no, paid.claim_no, paid.fund_no, words.named("pool", paid.pool), paid.amount_fen))
        for state in states
        if state.formed is not None
        for paid in state.payments
    )
    title = say("形成资产的支付（万元）", "the payments that formed them (wan yuan)")
    columns = (*map(Column, names), Column(say("金额", "amount"), Kind.MONEY))
    return Table(title, columns, rows, (), say("没有", "none"), say("支付", "payments"))
