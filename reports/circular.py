"""The monthly circular (月度通报): ranking, tasks, and spending against the schedule, as the record has them."""

from collections.abc import Iterator, Mapping, Sequence

from domain.policy import Profile
from projections.months import MonthReport, ScheduleRow, SubjectRow
from reports.document import Cell, Column, Kind, Report, Row, Table
from reports.money_of_year import MonthOfMoney
from reports.progress import asked_of, progress_chart, progress_table
from reports.words import Words, listed, wan_yuan


def circular(
    month: MonthReport, money: Sequence[MonthOfMoney], year: int, profile: Profile | None, county: str, words: Words
) -> Report:
    """Return the circular of a month; *money* are the year's months up to it."""
    say = words.say
    names = {one.id: say(one.zh, one.en) for one in (profile.project.schedule if profile and profile.project else ())}
    tables = [
        _ranking(month, names, words),
        _rules(month.schedule, names, words),
        progress_table(money, year, profile, words),
    ]
    tables += [table for table in (_rungs(month, words), _problems(month, words)) if table.rows]
    charts = (progress_chart(money, year, profile, words, 2),) if any(one.allotted_fen for one in money) else ()
    title = say("资金支出和任务完成情况通报", "circular on spending and tasks")
    notes = tuple(_notes(month, money, year, profile, words))
    of = (words.county(county), month.month)
    return Report("circular", title, *of, tuple(tables), notes, charts, wan_yuan(words))


def _notes(
    month: MonthReport, money: Sequence[MonthOfMoney], year: int, profile: Profile | None, words: Words
) -> Iterator[str]:
    say = words.say
    stage = words.stage(month.stage) if month.stage else say("未开始", "not begun")
    yield say(f"本月调度：{stage}", f"the month's dispatch: {stage}")
    if month.back:
        yield say("排名靠后：", "at the back: ") + listed(words, list(month.back))
    if money and (asked := asked_of(profile, money[-1], year)).bp is not None:
        behind = asked.is_behind(money[-1])
        yield (
            say("本月支付落后于规定进度", "spending is behind what is asked")
            if behind
            else say("本月支付达到规定进度", "spending is where it is asked to be")
        )


def _ranking(month: MonthReport, names: Mapping[str, str], words: Words) -> Table:
    say, money = words.say, Kind.MONEY
    columns = (
        Column(say("名次", "place"), Kind.COUNT),
        Column(say("对象", "subject")),
        Column(say("任务", "task"), money),
        Column(say("完成", "actual"), money),
        Column(say("总账计支付", "paid, by the ledger"), money),
        Column(say("差额", "short"), money),
        Column(say("落后于", "behind")),
    )
    # Whoever has no place stands below those who have one.
    ranked = sorted(month.subjects, key=lambda row: (row.place is None, row.place or 0, row.subject))
    rows = tuple(_subject(row, month, names, words) for row in ranked)
    nothing = say("本月没有下达任务", "no tasks were set for the month")
    return Table(say("任务完成与排名", "tasks and ranking"), columns, rows, (), nothing)


def _subject(row: SubjectRow, month: MonthReport, names: Mapping[str, str], words: Words) -> Row:
    task: Cell = row.words or row.task_fen
    actual: Cell = _done(row, words) if row.words else row.actual_fen
    behind = listed(words, [names.get(one.rule, one.rule) for one in month.schedule if row.subject in one.behind])
    return Row((row.place, row.subject, task, actual, row.counted_fen, row.short_fen or None, behind))


def _done(row: SubjectRow, words: Words) -> str:
    if row.is_done is None:
        return ""
    return words.say("完成", "done") if row.is_done else words.say("未完成", "not done")


def _rules(rows: Sequence[ScheduleRow], names: Mapping[str, str], words: Words) -> Table:
    say, money = words.say, Kind.MONEY
    columns = (
        Column(say("要求", "rule")),
        Column(say("期间", "period")),
        Column(say("任务", "task"), money),
        Column(say("完成", "actual"), money),
        Column(say("已支付", "paid"), money),
        Column(say("落后", "behind")),
        Column(say("依据", "rests on")),
    )
    nothing = say("序时进度：未规定", "schedule: no rule stated")
    return Table(say("序时进度", "schedule"), columns, tuple(_rule(row, names, words) for row in rows), (), nothing)


def _rule(row: ScheduleRow, names: Mapping[str, str], words: Words) -> Row:
    until = f"≤ {row.by}" if row.by else f"{row.first} — {row.last}"
    said = words.say("（预计）", " (expected)") if row.expected else ""
    behind = listed(words, list(row.behind))
    money = (row.task_fen, row.actual_fen, row.paid_fen)
    return Row((names.get(row.rule, row.rule) + said, until, *money, behind, row.clause))


def _rungs(month: MonthReport, words: Words) -> Table:
    say, day = words.say, Kind.DATE
    columns = (
        Column(say("日期", "day"), day),
        Column(say("对象", "subject")),
        Column(say("措施", "rung")),
        Column(say("由", "by")),
        Column(say("期限", "by when"), day),
    )
    rows = tuple(
        Row(
            (
                taken.act.occurred_on,
                taken.subject,
                words.named("rung", taken.rung),
                words.who(taken.act.post, taken.act.person),
                taken.rectify_by,
            )
        )
        for taken in month.rungs
    )
    return Table(say("已采取的措施", "rungs taken"), columns, rows)


def _problems(month: MonthReport, words: Words) -> Table:
    say = words.say
    columns = (Column(say("编号", "no")), Column(say("问题", "problem")), Column(say("建议", "proposal")))
    rows = tuple(Row((one.no, one.said, one.proposal)) for one in month.problems)
    return Table(say("困难问题及建议", "problems and proposals"), columns, rows)
