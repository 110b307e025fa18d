"""The JSON API: the figures of the charts, each with the words in which it is shown."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from console.access import HouseHere, of_county
from console.api.addresses import County
from console.api.problems import READS
from console.fund_view import fund_flow
from console.making import source_of
from domain.cases import CaseId
from domain.errors import BadInputError
from domain.money import wan
from doors.chart_data import MonthSpent, flow_of, spending_of
from doors.texts import t
from reports.charts import Link
from reports.document import seen
from reports.money_flow import Flowed

_DAY = Query(max_length=60, examples=["2022-06-30"])
_MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
router = APIRouter(prefix="/api", tags=["charts"], responses=READS)


class FlowNode(BaseModel):
    """Where money is: an id, its words, its column from the left, and what it holds, in fen and in 万元."""

    id: str
    name: str
    column: int
    colour: str
    amount_fen: int
    shown: str


class FlowLink(BaseModel):
    """Money that goes from one node to another, in whole fen, and as it is shown in 万元."""

    start: str
    end: str
    amount_fen: int
    shown: str


class FlowChart(BaseModel):
    """Where a year's money came from and went."""

    kind: Literal["flow"] = "flow"
    title: str
    heads: list[str]
    nodes: list[FlowNode]
    links: list[FlowLink]
    note: str


class SpendingMonth(BaseModel):
    """A month: what was paid in it, in fen and in 万元; shares of what was allotted by its end, in basis points."""

    name: str
    paid_fen: int
    paid_shown: str
    paid_bp: int | None
    even_bp: int
    asked_bp: int | None


class SpendingWords(BaseModel):
    """What the bars and lines are called."""

    paid: str
    rate: str
    even: str
    asked: str


class SpendingChart(BaseModel):
    """Spending against the schedule."""

    kind: Literal["spending"] = "spending"
    title: str
    words: SpendingWords
    months: list[SpendingMonth]


@router.get("/{county}/charts/flow", dependencies=[Depends(of_county)])
def flow(house: HouseHere, county: County, year: Annotated[int, Query(ge=1, le=9999)]) -> FlowChart:
    """Return where a year's money came from and went."""
    found = flow_of(source_of(house, county), year)
    links = [_link(one) for one in found.links]
    return FlowChart(title=found.title, heads=list(found.heads), nodes=_nodes(found), links=links, note=found.note)


@router.get("/{county}/charts/fund/{no}", dependencies=[Depends(of_county)])
def of_fund(
    house: HouseHere, county: str, no: str, at: Annotated[str, _DAY] = "", known_on: Annotated[str, _DAY] = ""
) -> FlowChart:
    """Return where one fund's money went, as it stands or as of two days."""
    found = fund_flow(house, CaseId(county, "fund", no), at, known_on)
    links = [_link(one) for one in found.links]
    return FlowChart(title=found.title, heads=list(found.heads), nodes=_nodes(found), links=links, note=found.note)


def _link(one: Link) -> FlowLink:
    return FlowLink(start=one.start, end=one.end, amount_fen=one.amount_fen, shown=wan(one.amount_fen))


def _nodes(found: Flowed) -> list[FlowNode]:
    made = []
    for one in found.nodes:
        came = sum(link.amount_fen for link in found.links if link.end == one.id)
        fen = max(came, sum(link.amount_fen for link in found.links if link.start == one.id))
        words = {"id": one.id, "name": seen(one.name), "colour": one.colour, "shown": wan(fen)}
        made.append(FlowNode(column=one.column, amount_fen=fen, **words))
    return made


@router.get("/{county}/charts/spending", dependencies=[Depends(of_county)])
def spending(
    house: HouseHere,
    county: County,
    month: Annotated[str | None, Query(pattern=_MONTH, examples=["2022-06"])] = None,
    year: Annotated[int | None, Query(ge=1, le=9999)] = None,
) -> SpendingChart:
    """Return spending against the schedule, month by month: up to one, or of a year as far as there is any.

    Raises:
        BadInputError: If neither a month nor a year is asked for.
    """
    if month is None and year is None:
        raise BadInputError("month", t("须给出月份或年度", "a month or a year is to be named"))
    words = SpendingWords(
        paid=t("当月支付（万元）", "paid in the month (wan yuan)"),
        rate=t("累计支付占安排", "paid of allotted"),
        even=t("按月均摊（参考）", "even by month (reference)"),
        asked=t("规定进度", "asked by the policy"),
    )
    months = [_month(one) for one in spending_of(source_of(house, county), month or str(year))]
    return SpendingChart(title=t("支付进度与序时进度", "spending and the schedule"), words=words, months=months)


def _month(one: MonthSpent) -> SpendingMonth:
    money = one.money
    shares = {"paid_bp": money.paid_bp, "even_bp": money.even_bp, "asked_bp": one.asked_bp}
    return SpendingMonth(name=one.name, paid_fen=money.paid_fen, paid_shown=wan(money.paid_fen), **shares)
