"""`bridgefund report dispatch` and `report watch`: a month's tasks and what followed, a week's looks and anomalies."""

from collections.abc import Iterable
from typing import Annotated

import typer
from msgspec import to_builtins
from rich.table import Table

from cli.reading import JsonOption, StoreOption, reading
from cli.tables import amount, table
from domain.calendar import day_of
from domain.errors import BadInputError
from domain.watch import monday_of
from doors.clock import business_now
from doors.names import Names
from doors.texts import t
from doors.words import TRIGGERS
from projections.months import MonthReport, RhythmRow, ScheduleRow, SubjectRow, month_report
from projections.watch import Anomaly
from projections.watch import week as week_of

_CountyArgument = Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))]


def of_dispatch(
    county: _CountyArgument,
    month: Annotated[str, typer.Argument(help=t("月份，如 2022-03", "month, such as 2022-03"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a month's dispatch."""
    with reading(store) as read:
        names = read.names(county)
        report = month_report(read.engine, read.ledger.state, county, month)
        if as_json:
            read.print_json(county=county, **to_builtins(report))
            return
        console = read.console()
        stage = names.stage(report.stage) if report.stage else t("未开始", "not begun")
        console.print(f"{names.county(county)} {month} {t('调度（万元）', 'dispatch (wan yuan)')}: {stage}")
        for title, made in _tables(report, names):
            if made.row_count:
                console.print()
                console.print(title)
                console.print(made)
        for line in _lines(report, names):
            console.print(line)


def _tables(report: MonthReport, names: Names) -> Iterable[tuple[str, Table]]:
    yield t("任务与完成", "tasks and what came of them"), _subjects(report.subjects)
    yield t("已采取的措施", "rungs taken"), _rungs(report, names)
    yield t("定期工作", "rhythms"), _rhythms(report.rhythms, names)
    yield t("序时进度", "schedule"), _schedule(report.schedule)
    yield t("困难问题及建议", "problems and proposals"), _problems(report)


def _subjects(rows: Iterable[SubjectRow]) -> Table:
    task, done, counted, short = (
        t("任务", "task"),
        t("完成", "actual"),
        t("总账计", "counted"),
        t("差额", "short"),
    )
    made = table(
        t("对象", "subject"), task, done, counted, short, t("名次", "place"), right=(task, done, counted, short)
    )
    for row in rows:
        words = _is_done(row) if row.words else amount(row.actual_fen)
        place = str(row.place or "")
        made.add_row(
            row.subject,
            row.words or amount(row.task_fen),
            words,
            amount(row.counted_fen),
            amount(row.short_fen) if row.short_fen else "",
            place,
        )
    return made


def _is_done(row: SubjectRow) -> str:
    if row.is_done is None:
        return ""
    return t("完成", "done") if row.is_done else t("未完成", "not done")


def _rungs(report: MonthReport, names: Names) -> Table:
    made = table(
        t("日期", "day"), t("对象", "subject"), t("措施", "rung"), t("由", "by"), t("告", "to"), t("期限", "by when")
    )
    for taken in report.rungs:
        to = t("、", ", ").join(names.named("post", post) for post in taken.to)
        by = taken.rectify_by.isoformat() if taken.rectify_by else ""
        who = names.who(taken.act.post, taken.act.person)
        made.add_row(taken.act.occurred_on.isoformat(), taken.subject, names.named("rung", taken.rung), who, to, by)
    return made


def _rhythms(rows: Iterable[RhythmRow], names: Names) -> Table:
    made = table(t("工作", "routine"), t("由", "by"), t("应办", "wanted"), t("已办", "done"), t("依据", "rests on"))
    for row in rows:
        post = names.named("post", row.post) if row.post else t("未规定", "not set")
        made.add_row(names.named("routine", row.routine), post, str(row.wanted or ""), str(row.done), row.clause)
    return made


def _schedule(rows: Iterable[ScheduleRow]) -> Table:
    task, done, paid = t("任务", "task"), t("完成", "actual"), t("已支付", "paid")
    made = table(
        t("要求", "rule"), t("期间", "period"), task, done, paid, t("落后", "behind"), right=(task, done, paid)
    )
    for row in rows:
        until = f"≤ {row.by}" if row.by else f"{row.first} — {row.last}"
        said = t("（预计）", " (expected)") if row.expected else ""
        money = (amount(row.task_fen), amount(row.actual_fen), amount(row.paid_fen))
        made.add_row(row.rule + said, until, *money, t("、", ", ").join(row.behind))
    return made


def _problems(report: MonthReport) -> Table:
    made = table(t("编号", "no"), t("问题", "problem"), t("情形", "kind"), t("建议", "proposal"))
    for problem in report.problems:
        kind = t(*TRIGGERS.get(problem.trigger, (problem.trigger, problem.trigger)))
        made.add_row(problem.no, problem.said, kind, problem.proposal)
    return made


def _lines(report: MonthReport, names: Names) -> Iterable[str]:
    if report.back:
        yield t("排名靠后：", "at the back: ") + t("、", ", ").join(report.back)
    if report.referral:
        units = t("、", ", ").join(unit.subject for unit in report.referral.units)
        handed = report.handed_over
        by = names.who(handed.act.post, handed.act.person) if handed else ""
        said = (
            t(f"已由 {by} 移交", f"handed over by {by}")
            if handed
            else t("引擎拟出，尚未移交", "drafted, not handed over")
        )
        yield t(f"拟移交线索：{units}（{said}）", f"referral: {units} ({said})")
    if report.answers:
        yield t("责任：", "answer for it: ") + t("、", ", ").join(names.named("post", post) for post in report.answers)
    if report.principles:
        guides = (names.named("principle", name) for name, _ in report.principles)
        yield t("原则：", "principles: ") + t("；", "; ").join(guides)
    for step, post in report.waits:
        yield t("等待：", "waits: ") + f"{names.step(step)} {names.named('post', post)}"


def of_watch(
    county: _CountyArgument,
    week: Annotated[str, typer.Argument(help=t("周，如 2022-W10", "ISO week, such as 2022-W10"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a week's watch."""
    with reading(store) as read:
        monday_of(week)
        found = week_of(read.engine, county, week, day_of(business_now(read.ledger)))
        if found is None:
            raise BadInputError("WEEK", t(f"{county} {week} 没有盯办", f"{county} has no watch in {week}"))
        anomalies = {one.no: _anomaly(one) for one in found.anomalies}
        if as_json:
            days = to_builtins(found.days)
            read.print_json(county=county, week=week, stage=found.stage, days=days, anomalies=anomalies)
            return
        names, console = read.names(county), read.console()
        console.print(f"{names.county(county)} {week} {t('盯办', 'watch')}: {names.stage(found.stage)}")
        made = table(t("日期", "day"), t("岗位", "post"), t("次数", "looks"), t("漏看", "missed"))
        for day in found.days:
            made.add_row(day.on.isoformat(), names.named("post", day.post), str(day.looks), str(day.missed or ""))
        console.print(made)
        for no, one in anomalies.items():
            console.print(f"{t('异常', 'anomaly')} {no}: {one['subject']} {one['said']} — {one['settled'] or '…'}")


def _anomaly(one: Anomaly) -> dict[str, str]:
    return {
        "subject": one.subject,
        "said": one.said,
        "system": one.system,
        "responsible": one.responsible,
        "by_when": one.by_when,
        "settled": f"{one.how}: {one.answer}" if one.how else "",
    }
