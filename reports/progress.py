"""Spending against the schedule (序时进度): by month, beside what the policy asks for; or that it asks nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.money import BASIS_POINTS
from domain.policy import Profile
from domain.policy.project import Milestone
from reports.charts import Progress, progress
from reports.document import Chart, Column, Curve, Kind, Row, Table
from reports.money_of_year import MonthOfMoney
from reports.words import Words

SPENDING = "spending"  # The name of the picture.
_RATE, _EVEN, _ASKED = 4, 5, 6  # Columns of the table that the chart draws.


@dataclass(frozen=True)
class Asked:
    """What a policy asks of spending by the end of a month, and whether it was kept."""

    bp: int | None
    rule: Milestone | None
    clause: str

    def is_behind(self, month: MonthOfMoney) -> bool | None:
        """Return whether spending was behind it, or None where nothing is asked or nothing is allotted.

        To the fen: a share that is shown rounded up to what is asked has not come so far.
        """
        if self.bp is None or not month.allotted_fen:
            return None
        return month.paid_in_all_fen * BASIS_POINTS < self.bp * month.allotted_fen


def asked_of(profile: Profile | None, month: MonthOfMoney, year: int) -> Asked:
    """Return what the rules ask by the end of *month*; after the year, what they asked of its last month."""
    rules = profile.project.schedule if profile and profile.project else ()
    return _asked(rules, month.month if month.year == year else 12)


def _asked(rules: Sequence[Milestone], month: int) -> Asked:
    for rule in rules:
        if (asked := rule.asked(month)) is not None:
            return Asked(asked.bp, rule, asked.clause)
    return Asked(None, None, "")


def month_name(month: MonthOfMoney, year: int, words: Words) -> str:
    """Return a month as a chart has it."""
    if month.year == year:
        return words.say(f"{month.month}月", f"{year}-{month.month:02}")
    return f"{month.year}-{month.month:02}"


def progress_table(months: Sequence[MonthOfMoney], year: int, profile: Profile | None, words: Words) -> Table:
    """Return spending by month as a table."""
    say, money, share = words.say, Kind.MONEY, Kind.PERCENT
    asked = [asked_of(profile, month, year) for month in months]
    columns = (
        Column(say("月份", "month")),
        Column(say("累计安排", "allotted by then"), money),
        Column(say("当月支付", "paid in the month"), money),
        Column(say("累计支付", "paid by then"), money),
        Column(say("支付进度", "paid of allotted"), share),
        Column(say("按月均摊（参考）", "even by month (reference)"), share),
        Column(say("规定进度", "asked by the policy"), share),
        Column(say("落后", "behind")),
    )
    rows = tuple(_row(*one, year, words) for one in zip(months, asked, strict=True))
    rules = (f"{say(one.rule.zh, one.rule.en)} ({one.clause})" for one in reversed(asked) if one.rule)
    rule = next(rules, "")
    note = say(f"规定进度：{rule}", f"asked by the policy: {rule}") if rule else no_threshold(words)
    return Table(
        say("支付与序时进度", "spending against the schedule"),
        columns,
        rows,
        (note,),
        say("没有资金", "no money"),
        say("序时进度", "schedule"),
    )


def no_threshold(words: Words) -> str:
    """Return what is said where the text sets no threshold."""
    return words.say(
        "支付进度的要求：原文未规定，因此不标落后；按月均摊只供参考。",
        "how far spending must have come: no rule stated, so nothing is marked behind; the even line is a reference.",
    )


def _row(month: MonthOfMoney, asked: Asked, year: int, words: Words) -> Row:
    behind = asked.is_behind(month)
    said = "" if behind is None else words.say("落后", "behind") if behind else words.say("否", "no")
    unsaid = words.say("未规定", "no rule stated")
    return Row(
        (
            month_name(month, year, words),
            month.allotted_fen,
            month.paid_fen,
            month.paid_in_all_fen,
            month.paid_bp,
            month.even_bp,
            unsaid if asked.bp is None else asked.bp,
            unsaid if asked.bp is None else said,
        )
    )


def progress_chart(
    months: Sequence[MonthOfMoney], year: int, profile: Profile | None, words: Words, table: int
) -> Chart:
    """Return the picture of the table at *table*."""
    say = words.say
    drawn = [
        Progress(month_name(one, year, words), one.paid_bp, one.even_bp, asked_of(profile, one, year).bp)
        for one in months
    ]
    asks = any(one.asked_bp is not None for one in drawn)
    return Chart(
        say("支付进度与序时进度", "spending and the schedule"),
        progress(
            drawn,
            say("累计支付占安排", "paid of allotted"),
            say("按月均摊（参考）", "even by month (reference)"),
            say("规定进度", "asked by the policy"),
        ),
        table=table,
        curves=(Curve(_RATE), Curve(_EVEN, is_reference=True), *((Curve(_ASKED),) if asks else ())),
        name=SPENDING,
    )
