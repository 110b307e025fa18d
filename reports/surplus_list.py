"""A year's sweeps of what is left over (结转结余) as a document: what was found, who approves, what is left to move."""

from collections.abc import Sequence

from projections.surplus import Sweep
from reports.document import Column, Kind, Report, Row, Table, total_row
from reports.words import Words, listed, wan_yuan


def surplus_report(sweeps: Sequence[Sweep], county: str, year: int, words: Words) -> Report:
    """Return both sweeps of a year, and the list of each."""
    say = words.say
    tables = (_sweeps(sweeps, words), *(_items(sweep, words) for sweep in sweeps))
    title = say("结转结余", "surplus")
    return Report("surplus", title, words.county(county), str(year), tables, unit=wan_yuan(words))


def _sweeps(sweeps: Sequence[Sweep], words: Words) -> Table:
    say, money = words.say, Kind.MONEY
    columns = (
        *map(Column, (say("清查", "sweep"), say("状态", "stage"))),
        Column(say("清查金额", "found"), money),
        Column(say("尚余", "left"), money),
        *map(Column, (say("牵头", "led by"), say("会签", "agreed by"), say("批准", "approved by"))),
        *map(Column, (say("由哪些计划安排", "moved by plans"), say("依据", "rests on"))),
    )
    nothing = say("没有清查清单", "no list was found")
    return Table(say("清查", "sweeps"), columns, tuple(_sweep(one, words) for one in sweeps), (), nothing)


def _sweep(one: Sweep, words: Words) -> Row:
    ours = words.say("（批准为我方所加）", " (the approval is ours)") if one.approval_is_ours else ""
    agreeing = listed(words, [words.named("post", post) for post in one.agreeing])
    return Row(
        (
            one.case,
            words.stage(one.stage),
            one.found_fen,
            one.left_fen,
            words.named("post", one.lead) if one.lead else "",
            agreeing,
            (words.named("post", one.approver) if one.approver else "") + ours,
            listed(words, one.plans),
            one.clause,
        )
    )


def _items(one: Sweep, words: Words) -> Table:
    say, money = words.say, Kind.MONEY
    columns = (
        *map(Column, (say("资金", "fund"), say("资金池", "pool"), say("项目", "project"))),
        Column(say("清查", "found"), money),
        Column(say("尚余", "left"), money),
    )
    rows = tuple(
        Row((item.fund_no, words.named("pool", item.pool), item.project_no, item.amount_fen, item.left_fen))
        for item in one.items
    )
    figures = (None, None, lambda item: item.amount_fen, lambda item: item.left_fen)
    total = total_row(say("合计", "total"), one.items, figures)
    title = say(f"清单 {one.case}（万元）", f"list of {one.case} (wan yuan)")
    return Table(title, columns, (*rows, total) if rows else (), (), say("清单为空", "the list is empty"))
