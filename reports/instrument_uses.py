"""Uses of fund money without a contractor (政策工具) as a document, beside what the text says of each."""

from collections.abc import Sequence

from domain.policy import Profile
from domain.policy.money import Instrument
from projections.instruments import Used
from reports.document import Column, Kind, Report, Row, Table
from reports.words import Words, wan_yuan


def instruments_report(
    found: Sequence[tuple[Instrument, Used]], profile: Profile, county: str, year: int, words: Words
) -> Report:
    """Return what was used of each instrument, in the year and in all."""
    tables = [_uses(found, words)]
    if profile.reported:
        tables.append(_printed(profile, words))
    title = words.say("政策工具", "instruments")
    return Report("instruments", title, words.county(county), str(year), tuple(tables), unit=wan_yuan(words))


def _uses(found: Sequence[tuple[Instrument, Used]], words: Words) -> Table:
    say, money = words.say, Kind.MONEY
    columns = (
        Column(say("政策工具", "instrument")),
        Column(say("原文金额", "text"), money),
        Column(say("本年", "in the year"), money),
        Column(say("累计", "in all"), money),
        Column(say("已付", "paid"), money),
        Column(say("户数", "households"), Kind.COUNT),
        Column(say("依据", "rests on")),
    )
    rows = tuple(
        Row(
            (
                say(rule.zh, rule.en),
                rule.amount_fen,
                used.year_fen,
                used.total_fen,
                used.paid_fen,
                used.households or None,
                rule.clause,
            )
        )
        for rule, used in found
    )
    nothing = say("本县的政策没有政策工具", "the county's text has no instruments")
    return Table(say("政策工具（万元）", "instruments (wan yuan)"), columns, rows, (), nothing)


def _printed(profile: Profile, words: Words) -> Table:
    """Return the figures that the county's text prints: shown, and never computed with."""
    say = words.say
    rows = tuple(Row((say(one.zh, one.en), one.printed, one.clause)) for one in profile.reported)
    names = (say("原文数字", "as printed"), say("原文", "printed"), say("依据", "rests on"))
    return Table(say("原文数字（不参与计算）", "printed figures (in no sum)"), tuple(map(Column, names)), rows)
