"""The statement (资金来源与使用情况表) as a document: pools side by side, months, where money came from and went."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from domain.policy import Profile
from projections.statement_read import Carried, PoolUse, Statement
from reports.document import Cell, Column, Kind, Report, Row, Table, bp
from reports.money_flow import flow_chart
from reports.money_of_year import MonthOfMoney, YearMoney
from reports.progress import progress_chart, progress_table
from reports.words import Words, wan_yuan

_Of = Callable[[PoolUse], Cell]


def statement_report(
    found: Statement,
    money: YearMoney,
    months: Sequence[MonthOfMoney],
    projects: Mapping[str, str],
    profile: Profile | None,
    words: Words,
    printed: Table | None,
    note: str,
) -> Report:
    """Return the statement; *printed* are the figures that the county's text prints, *projects* their names."""
    say, year = words.say, found.year
    apart = list(_apart(found, words))
    tables = [*([_main(found, words)] if found.pools else []), *apart, *([printed] if printed else [])]
    charts = []
    if money.flows:
        tables.append(progress_table(months, year, profile, words))
        charts = [
            flow_chart(money, projects, words),
            progress_chart(months, year, profile, words, len(tables) - 1),
        ]
    return Report(
        "sources-and-uses",
        say("资金来源与使用情况表", "sources and uses of funds"),
        words.county(found.county),
        str(year),
        tuple(tables),
        (note,) if note else (),
        tuple(charts),
        wan_yuan(words),
    )


def _main(found: Statement, words: Words) -> Table:
    say = words.say
    uses = [*found.pools, found.total]
    title = say("资金来源与使用情况表（万元）", "sources and uses of funds (wan yuan)")
    return Table(title, _columns(uses, words), tuple(_rows(found, uses, words)), name=say("来源与使用", "statement"))


def _columns(uses: Iterable[PoolUse], words: Words) -> tuple[Column, ...]:
    total = words.say("合计", "total")
    heads = (words.named("pool", use.pool) if use.pool else total for use in uses)
    return (Column(words.say("项目", "item")), *(Column(head, Kind.MONEY) for head in heads))


def _rows(found: Statement, uses: list[PoolUse], words: Words) -> Iterator[Row]:
    say = words.say

    def row(name: str, of: _Of, kind: Kind | None = None) -> Row:
        return Row((name, *(of(use) for use in uses)), kind)

    def money(name: str, key: str) -> Row:
        return row(name, lambda use: use.money[key])

    yield money(say("到账", "received"), "received")
    yield from _by_source(found.total, uses, words)
    yield money(say("上级收回", "withdrawn"), "withdrawn")
    yield money(say("未安排", "free"), "free")
    yield money(say("安排", "allotted"), "allotted")
    yield row(say("项目（个）", "projects"), lambda use: use.projects, Kind.COUNT)
    yield money(say("下达", "released"), "released")
    yield money(say("可报账", "claimable"), "claimable")
    yield money(say("报账占用", "reserved by claims"), "reserved")
    yield money(say("支付在途", "payments on their way"), "sent")
    yield money(say("报账（已提交未退回）", "claimed (lodged and live)"), "claimed")
    yield money(say("核准（已过最后关口）", "approved (past the last gate)"), "approved")
    yield money(say("支付", "paid"), "paid")
    yield row(say("支付率", "paid of allotted"), lambda use: "-" if use.rate is None else bp(use.rate), Kind.PERCENT)
    yield money(say("退款", "refunded"), "refunded")
    yield money(say("退汇", "bounced"), "bounced")
    yield row(say("退汇（次）", "bounced (times)"), lambda use: use.bounced_count, Kind.COUNT)


def _by_source(total: PoolUse, uses: list[PoolUse], words: Words) -> Iterator[Row]:
    for source in total.by_source:
        name = words.named("source", source)
        yield Row((words.say(f"　其中：{name}", f"  of it: {name}"), *(use.by_source.get(source) for use in uses)))


def _apart(found: Statement, words: Words) -> Iterator[Table]:
    """Yield what is to be seen apart; nothing where there is no such money."""
    say = words.say
    if found.announced:
        uses = [*found.announced, found.announced_total]
        title = say("提前告知、尚未到账（万元，不计入上表）", "announced and not arrived (wan yuan, in no sum above)")
        rows = tuple(_announced(uses, words))
        yield Table(title, _columns(uses, words), rows, name=say("提前告知", "announced"))
    if found.carried:
        portions = [*found.carried, found.carried_total]
        title = say("以前年度结转（万元，不计入上表）", "carried in from earlier years (wan yuan, in no sum above)")
        columns = (Column(say("项目", "item")), *(Column(_whose(one, words), Kind.MONEY) for one in portions))
        yield Table(title, columns, tuple(_carried(portions, words)), name=say("以前年度结转", "carried in"))


def _announced(uses: list[PoolUse], words: Words) -> Iterator[Row]:
    say = words.say
    yield Row((say("提前告知", "announced"), *(use.money["received"] for use in uses)))
    yield from _by_source(uses[-1], uses, words)
    yield Row((say("未安排", "free"), *(use.money["free"] for use in uses)))
    yield Row(
        (say("安排（到账后下达）", "allotted (released once it arrives)"), *(use.money["allotted"] for use in uses))
    )
    yield Row((say("项目（个）", "projects"), *(use.projects for use in uses)), Kind.COUNT)


def _whose(one: Carried, words: Words) -> str:
    return f"{one.fiscal_year} {words.named('pool', one.pool)}" if one.fiscal_year else words.say("合计", "total")


def _carried(portions: list[Carried], words: Words) -> Iterator[Row]:
    say, places = words.say, _places(words)
    yield Row((say("年初结转", "carried in"), *(one.opening_fen for one in portions)))
    for name in (name for name in places if any(one.opening[name] for one in portions)):
        yield Row((_of_it(places[name], words), *(one.opening[name] for one in portions)))
    for name, title in _changes(words).items():
        yield Row((title, *(one.moved[name] for one in portions)))
    yield Row((say("仍结余", "still left"), *(one.left_fen for one in portions)))
    for name in (name for name in places if any(one.left[name] for one in portions)):
        yield Row((_of_it(places[name], words), *(one.left[name] for one in portions)))


def _of_it(name: str, words: Words) -> str:
    return words.say(f"　其中：{name}", f"  of it: {name}")


def _places(words: Words) -> dict[str, str]:
    say = words.say
    return {
        "free": say("未安排", "free"),
        "unreleased": say("已安排未下达", "allotted, not released"),
        "claimable": say("可报账", "claimable"),
        "reserved": say("报账占用", "reserved by claims"),
        "sent": say("支付在途", "payments on their way"),
    }


def _changes(words: Words) -> dict[str, str]:
    say = words.say
    return {
        "allotted": say("本年安排", "allotted in the year"),
        "released": say("本年下达", "released in the year"),
        "paid": say("本年支付（已减退款）", "paid in the year, less refunds"),
        "refunded": say("　其中退款", "  refunds in it"),
        "withdrawn": say("本年上级收回", "withdrawn in the year"),
    }
