"""The disclosure register (公开公示台账) as a document: what had to be public, by when, where; objections."""

from collections.abc import Iterator, Sequence

from projections.disclosures import Disclosed, Objection, Register
from reports.document import Column, Kind, Report, Row, Table
from reports.words import Words


def disclosure_report(found: Register, county: str, year: int, words: Words, notes: Sequence[str]) -> Report:
    """Return the register, and the public's reports beside it."""
    say = words.say
    title = say("公开公示台账", "disclosure register")
    tables = [_entries(found, words)]
    if found.reports:
        tables.append(_reports(found, words))
    return Report("disclosures", title, words.county(county), str(year), tuple(tables), tuple(notes))


def _entries(found: Register, words: Words) -> Table:
    say = words.say
    columns = (
        Column(say("条目", "entry")),
        Column(say("产生", "arose"), Kind.DATE),
        Column(say("期限", "due"), Kind.DATE),
        Column(say("状态", "stage")),
        Column(say("公开", "public")),
        Column(say("晚（日）", "days late"), Kind.COUNT),
        Column(say("异议", "objections")),
        Column(say("依据", "rests on")),
    )
    title = say("应公开信息", "what had to be public")
    nothing = say("没有应公开的信息", "nothing had to be public")
    return Table(title, columns, tuple(_entry(row, words) for row in found.entries), empty=nothing)


def _entry(row: Disclosed, words: Words) -> Row:
    return Row(
        (
            "\n".join(_of(row, words)),
            row.arose_on,
            row.due_on or words.say("未规定", "no rule stated"),
            words.stage(row.stage),
            "\n".join(_public(row, words)),
            row.days_late or None,
            "\n".join(_objection(one, words) for one in row.objections),
            "\n".join(part for part in (row.clause, row.reference) if part),
        )
    )


def _of(row: Disclosed, words: Words) -> Iterator[str]:
    say = words.say
    yield f"{row.entry}: {words.word(row.what)} {row.words}".rstrip()
    if row.mandatory:
        yield say("必须公开", "mandatory")
    if row.before:
        before = words.word(row.before)
        yield say(f"先于：{before}", f"before: {before}")
        yield say("未公开不得办理", "bars it") if row.blocks else say("不阻断", "bars nothing")
    yield words.named("post", row.post) if row.post else say("由谁公开：未规定", "by whom: no rule stated")


def _public(row: Disclosed, words: Words) -> Iterator[str]:
    say = words.say
    reached = {p.place: p for p in row.published}
    for place in row.places or reached:
        on = reached[place].on if place in reached else say("未公开", "not public")
        yield f"{words.both(place)}: {on}"
    if not row.places and not reached:
        yield say("地点未规定", "no place is stated")
    if row.public_until:
        yield say(f"公示至 {row.public_until}", f"until {row.public_until}")


def _objection(one: Objection, words: Words) -> str:
    if one.upheld is None:
        return f"{one.number}. {one.words}: {words.say('待处理', 'open')}"
    ruled = words.say("成立", "upheld") if one.upheld else words.say("不成立", "rejected")
    return f"{one.number}. {one.words}: {ruled}, {one.reason}"


def _reports(found: Register, words: Words) -> Table:
    say = words.say
    columns = (
        Column(say("反映", "report")),
        Column(say("日期", "day"), Kind.DATE),
        Column(say("内容", "what was said")),
        Column(say("答复", "answer")),
    )
    unanswered = say("待答复", "no answer yet")
    rows = tuple(
        Row((say(f"群众反映 {one.report}", f"report {one.report}"), one.on, one.words, one.answer or unanswered))
        for one in found.reports
    )
    return Table(say("群众反映", "reports of the public"), columns, rows)
