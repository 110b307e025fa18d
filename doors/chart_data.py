"""The figures of the charts, for a door that draws them itself: each with its words, and as a table beside it."""

from dataclasses import dataclass

from domain.periods import month_named
from doors.ledger_documents import project_names
from doors.source import Source
from doors.texts import t
from reports.document import Column, Kind, Row, Table
from reports.money_flow import Flowed, flowed
from reports.money_of_year import MonthOfMoney, money_of_year, months_of
from reports.progress import asked_of, month_name


def flow_of(source: Source, year: int) -> Flowed:
    """Return where a year's money came from and went; of a year without money nothing is in it."""
    found = money_of_year(source.ledger, source.county, year)
    return flowed(found, project_names(source), source.names)


def flow_table(flow: Flowed) -> Table:
    """Return the flow as a table: whoever sees no picture reads it here."""
    names = {node.id: node.name for node in flow.nodes}
    rows = tuple(Row((names[link.start], names[link.end], link.amount_fen)) for link in flow.links)
    columns = (Column(t("从", "from")), Column(t("到", "to")), Column(t("金额", "amount"), Kind.MONEY))
    return Table(flow.title, columns, rows, (flow.note,) if flow.note else (), t("没有资金", "no money"))


@dataclass(frozen=True)
class MonthSpent:
    """A month of the spending chart; *asked_bp* is what the policy asks by its end, where it does."""

    name: str
    money: MonthOfMoney
    asked_bp: int | None


def spending_of(source: Source, period: str) -> list[MonthSpent]:
    """Return spending month by month: up to a month such as 2022-06, or of a year, as far as its money has moved.

    Raises:
        BadInputError: If *period* is neither.
    """
    until = min(month_named(period).last, source.today) if "-" in period else source.today
    year, profile = int(period.partition("-")[0]), source.names.profile
    months = months_of(money_of_year(source.ledger, source.county, year), until)
    return [MonthSpent(month_name(one, year, source.names), one, asked_of(profile, one, year).bp) for one in months]
