"""What a fund's page shows of its money: as of two days or now; equations, a tree to unfold, and a picture."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from console.documents import ShownTable, shown_table
from console.drawings import Picture, picture
from console.errors import NotHereError
from console.forms.days import read_day
from console.forms.faults import UnreadError
from console.house import House
from domain.cases import CaseId, case_id
from domain.errors import BadInputError, BridgefundError
from domain.sealed import said as sealed_said
from doors.as_of import Asked, not_begun, other_of, told
from doors.chart_data import flow_table
from doors.figure_lines import MONEY
from doors.fund_flow import FLOW, flow_of_fund, projects_in
from doors.names import Names
from doors.texts import t
from doors.waiting import why_not_text
from projections import claims
from projections.as_of import Dates
from projections.as_of_store import VIEWS, AsOf, as_of
from projections.cases import titles
from projections.facts import began
from projections.fund_page import FundPage, fund_now
from projections.money_shape import Branch, Equation
from reports.charts import flow
from reports.document import Chart
from reports.money_flow import Flowed

PROJECTS_SHOWN = 12
_ALL_VIEWS = (*VIEWS, claims.VIEW)


@dataclass(frozen=True)
class Days:
    """What was asked of a fund's page: the slider's day and where it stood before, and the two days as typed."""

    at: str = ""
    known_on: str = ""
    day: int | None = None
    was: int | None = None
    whole: bool = False  # Every project by its own name.

    def read(self, first: date) -> tuple[date | None, date | None]:
        """Return the two days; the slider's counts where it was moved and the day was not typed anew.

        Raises:
            BadInputError: If one of them is no day.
        """
        at, known_on = _read(self.at, _AT), _read(self.known_on, _KNOWN_ON)
        moved = self.day is not None and self.day != self.was
        if moved and (self.was is None or at in (None, first + timedelta(days=self.was))):
            at = first + timedelta(days=self.day or 0)
        return at, known_on


_AT = ("发生日截至", "stated up to")
_KNOWN_ON = ("记录日截至", "on record up to")


def _read(text: str, name: tuple[str, str]) -> date | None:
    if not text.strip():
        return None
    try:
        return read_day(text)
    except UnreadError as error:
        raise BadInputError(t(*name), t(error.zh, error.en)) from error


def money_of(house: House, case: CaseId, days: Days) -> dict[str, Any]:
    """Return the template's values of a fund's money, with the refusal in words where the days do not go together."""
    fund, today = case_id(*case), house.today()
    first = (began(house.engine, fund) or (today, today))[0]
    refusal, at, known_on = "", None, None
    lines: tuple[str, ...] = ()
    try:
        at, known_on = days.read(first)
        page, lines = _page(house, fund, at, known_on, days)
    except BridgefundError as error:
        refusal, page = why_not_text(error, house.names(case.county)), None
    shown_day = at or known_on or today
    return {
        "money": shown(house, case, page) if page else None,
        "refusal": refusal,
        "told": lines,
        "whole": days.whole,
        "dated": at is not None or known_on is not None,
        "at": days.at if refusal else (at.isoformat() if at else ""),
        "known_on": days.known_on if refusal else (known_on.isoformat() if known_on else ""),
        "first": first,
        "last_day": max(0, (today - first).days),
        "day": max(0, min((shown_day - first).days, (today - first).days)),
        "shown_day": shown_day,
        "moved": days.day is not None and days.day != days.was,
        "swapped": False,
    }


def fund_flow(house: House, case: CaseId, at: str, known_on: str) -> Flowed:
    """Return the picture of a fund's money as of two days as they were typed, or as it stands if neither was.

    Raises:
        NotHereError: If there is no such fund.
        BadInputError: If the days do not go together, lie ahead, or lie before the fund began.
    """
    house.fresh()
    days = Days(at, known_on)
    page, _ = _page(house, case_id(*case), *days.read(house.today()), days)
    if page is None:
        raise NotHereError
    return flow_of_fund(page.tree, house.names(case.county), titles(house.engine, projects_in(page.tree)))


def _page(
    house: House, fund: str, at: date | None, known_on: date | None, days: Days
) -> tuple[FundPage | None, tuple[str, ...]]:
    most = None if days.whole else PROJECTS_SHOWN
    if at is None and known_on is None:
        return fund_now(house.engine, fund, most=most), ()
    dates = Asked(house.today(), t(*_AT), t(*_KNOWN_ON)).dates(at, known_on)
    with _as_of(house, fund, dates) as here, _as_of(house, fund, other_of(dates)) as there:
        if not here.facts(fund):
            name = _KNOWN_ON if known_on else _AT
            raise not_begun(t(*name), fund, began(house.engine, fund))
        said = told(here, there, fund, house.today(), house.names(fund.partition("/")[0]))
        return fund_now(here.engine, fund, most=most), said.lines


def _as_of(house: House, fund: str, dates: Dates) -> AsOf:
    return as_of(house.ledger, house.engine, fund, dates, lambda _n, _of: None, _ALL_VIEWS)


def shown(house: House, case: CaseId, page: FundPage) -> dict[str, Any]:
    """Return a fund's figures for the template: portions with their equations, the tree, the picture and its table."""
    names = house.names(case.county)
    of_projects = titles(house.engine, projects_in(page.tree))
    flowed = flow_of_fund(page.tree, names, of_projects)
    portions = [
        (names.named("pool", one.pool), [equation(it) for it in equations])
        for one, equations in zip(page.portions, page.equations, strict=True)
    ]
    return {
        "portions": portions,
        "total": [equation(one) for one in page.of_total],
        "adds_up": page.tree.adds_up and all(one.holds for one in page.of_total),
        "tree": [_branch(one, names, of_projects, house) for one in page.tree.branches],
        "in_hand_fen": page.tree.fen,
        "together": any(one.kind == "rest" for portion in page.tree.branches for one in portion.branches),
        "picture": _picture(flowed) if flowed.links else None,
        "table": _table(flowed),
    }


def equation(of: Equation) -> dict[str, Any]:
    """Return an equation: the terms of both sides with their signs and names, what they come to, whether it holds."""
    sides = [
        [("−" if term.sign < 0 else "+", t(*MONEY[term.name]), term.fen) for term in side]
        for side in (of.left, of.right)
    ]
    return {"left": sides[0], "right": sides[1], "holds": of.holds, "left_fen": of.left_fen, "right_fen": of.right_fen}


def _picture(flowed: Flowed) -> Picture:
    return picture(Chart(flowed.title, flow(flowed.heads, flowed.nodes, flowed.links), "", name=FLOW))


def _table(flowed: Flowed) -> ShownTable:
    return shown_table(flow_table(flowed))


def _branch(one: Branch, names: Names, of_projects: dict[str, str], house: House) -> dict[str, Any]:
    plans = [(plan.plan_no, f"/{plan.plan}", plan.allotted_fen) for plan in one.plans]
    inner = [_branch(branch, names, of_projects, house) for branch in one.branches]
    return {
        "name": _named(one, names, of_projects),
        "url": f"/{one.case}" if one.case else "",
        "fen": one.fen,
        "note": _note(one, house),
        "plans": plans,
        "inner": inner,
        "open": one.kind == "portion",
    }


def _named(one: Branch, names: Names, of_projects: dict[str, str]) -> str:
    match one.kind:
        case "portion":
            return names.named("pool", one.id)
        case "project":
            return f"{one.id} {of_projects.get(one.case, '')}".strip()
        case "claim":
            return t(f"报账 {one.id}", f"claim {one.id}")
        case "rest":
            return t(f"其余 {one.count} 个项目", f"{one.count} other projects")
    return t(*MONEY[one.id])


def _note(one: Branch, house: House) -> str:
    paid = one.payment
    if paid is None:
        return ""
    days = [t(f"提交 {paid.lodged_on}", f"lodged {paid.lodged_on}")]
    days += [t(f"付出 {paid.sent_on}", f"sent {paid.sent_on}")] if paid.sent_on else []
    days += [t(f"到账 {paid.paid_on}", f"paid {paid.paid_on}")] if paid.paid_on else []
    days += [t(f"流水 {paid.bank_ref}", f"bank no. {paid.bank_ref}")] if paid.bank_ref else []
    to = sealed_said(paid.payee, house.say)
    payee = t(f"收款 {to}", f"to {to}") if to else ""
    return "；".join(filter(None, (payee, *days)))
