"""A week's watch (盯办) as a document: looks and what was missed, by day and post; anomalies and how they ended."""

from projections.watch import Anomaly, Week
from reports.document import Column, Kind, Report, Row, Table
from reports.words import Words


def watch_report(week: Week, county: str, words: Words) -> Report:
    """Return the week."""
    say = words.say
    stage = words.stage(week.stage)
    tables = (_days(week, words), _anomalies(week, words))
    notes = (say(f"本周盯办：{stage}", f"the week's watch: {stage}"),)
    return Report("watch", say("盯办周报", "weekly watch"), words.county(county), week.week, tables, notes)


def _days(week: Week, words: Words) -> Table:
    say = words.say
    columns = (
        Column(say("日期", "day"), Kind.DATE),
        Column(say("岗位", "post")),
        Column(say("次数", "looks"), Kind.COUNT),
        Column(say("漏看", "missed"), Kind.COUNT),
    )
    rows = tuple(Row((day.on, words.named("post", day.post), day.looks, day.missed or None)) for day in week.days)
    return Table(say("逐日盯办", "looks by day"), columns, rows, (), say("本周没有记录", "nothing is on record"))


def _anomalies(week: Week, words: Words) -> Table:
    say = words.say
    columns = (
        *map(
            Column, (say("编号", "no"), say("对象", "subject"), say("异常", "anomaly"), say("责任", "answers for it"))
        ),
        Column(say("发现", "found on"), Kind.DATE),
        Column(say("限期", "by when")),
        Column(say("了结", "settled")),
        Column(say("了结日期", "settled on"), Kind.DATE),
    )
    rows = tuple(_anomaly(one, words) for one in week.anomalies)
    return Table(say("异常", "anomalies"), columns, rows, (), say("没有发现异常", "no anomaly was found"))


def _anomaly(one: Anomaly, words: Words) -> Row:
    ended = f"{words.word(one.how)}: {one.answer}" if one.how else words.say("未了结", "open")
    who = words.named("post", one.responsible) if one.responsible else ""
    return Row((one.no, one.subject, one.said, who, one.found_on, one.by_when, ended, one.settled_on))
