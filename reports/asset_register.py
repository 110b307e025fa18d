"""The asset register (资产台账) as a document: what projects formed, whose it is, and the funds that paid for it."""

from collections.abc import Callable, Sequence

from projections.assets import Asset
from reports.document import Cell, Column, Kind, Report, Row, Table, total_row
from reports.words import Words, listed, wan_yuan

NOT_SET = "-"


def asset_report(assets: Sequence[Asset], county: str, words: Words) -> Report:
    """Return the register of all assets, and which payments formed each."""
    title = words.say("资产台账", "asset register")
    tables = (_assets(assets, words), _payments(assets, words))
    return Report("assets", title, words.county(county), "", tables, unit=wan_yuan(words))


def _assets(assets: Sequence[Asset], words: Words) -> Table:
    say = words.say
    money: list[tuple[str, Callable[[Asset], Cell]]] = [
        (say("形成成本", "cost"), lambda asset: asset.cost_fen),
        (say("收益", "income"), lambda asset: asset.income_fen),
        (say("未分配", "not shared"), lambda asset: asset.left_fen),
    ]
    columns = (
        *map(Column, (say("资产", "asset"), say("项目", "project"))),
        Column(say("形成日期", "formed on"), Kind.DATE),
        *(Column(name, Kind.MONEY) for name, _ in money),
        *map(Column, (say("权属", "owner"), say("移交给", "handed over to"), say("管护", "keeper"))),
        *map(Column, (say("状态", "stage"), say("待办", "waits for"))),
    )
    figures = [of for _, of in money]
    rows = [_asset(asset, figures, words) for asset in assets]
    total = total_row(say("合计", "total"), assets, (*[None] * 2, *figures, *[None] * 5))
    nothing = say("没有登记的资产", "no asset is registered")
    title = say("资产台账（万元）", "assets (wan yuan)")
    return Table(title, columns, (*rows, total) if rows else (), (), nothing, say("资产台账", "assets"))


def _asset(asset: Asset, figures: list[Callable[[Asset], Cell]], words: Words) -> Row:
    waiting = listed(words, [words.step(step["step"]) for step in asset.open])
    return Row(
        (
            f"{asset.asset_no} {asset.name}",
            asset.project_no,
            asset.formed_on,
            *(of(asset) for of in figures),
            asset.owner or NOT_SET,
            asset.handed_over_to or NOT_SET,
            asset.keeper or NOT_SET,
            words.stage(asset.stage),
            waiting,
        )
    )


def _payments(assets: Sequence[Asset], words: Words) -> Table:
    say = words.say
    names = (say("资产", "asset"), say("报账", "claim"), say("资金", "fund"), say("资金池", "pool"))
    rows = tuple(
        Row((asset.asset_no, paid.claim_no, paid.fund_no, words.named("pool", paid.pool), paid.amount_fen))
        for asset in assets
        for paid in asset.payments
    )
    title = say("形成资产的支付（万元）", "the payments that formed them (wan yuan)")
    columns = (*map(Column, names), Column(say("金额", "amount"), Kind.MONEY))
    return Table(title, columns, rows, (), say("没有", "none"), say("支付", "payments"))
