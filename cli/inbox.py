"""`bridgefund inbox`: what waits for a person, for a post, or for anybody; the longest overdue first."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

import typer

from cli.inbox_lines import load_table, page_line, rows_table
from cli.reading import CountyOption, JsonOption, Reading, StoreOption, reading
from domain.calendar import day_of
from domain.errors import BadInputError
from doors.clock import business_now
from doors.texts import t
from doors.waiting import candidate_data
from doors.words import GROUPS_OF_INBOX
from projections.inbox_people import Inbox, Item, inbox, inbox_of_post
from projections.inbox_read import LIMIT, Asked, load
from projections.people_read import absences, terms

_ZH = """例：bridgefund inbox --person p-112（本人的、本岗位的、代理的；不能办的也列出，并说明原因）

bridgefund inbox --post payment_centre --overdue（某岗位逾期未办的，谁可以办）

bridgefund inbox --county sample（全县在等谁：各岗位多少件、逾期多少件）

“起”是打开该环节的事实的记录日期；“期限”是看管该环节的限时义务的期限，没有义务看管的不计期限。"""
_EN = """Examples: bridgefund inbox --person p-112 (their own, their post's, those they stand in for; also what they may
not take, with the reason)

bridgefund inbox --post payment_centre --overdue (what a post is late with, and who may take it)

bridgefund inbox --county sample (whom a county waits for: how much at each post, how much of it late)

`since` is the day of record of the fact that opened the step; `due` is of the deadline that watches it: where none
does, no day is set."""

_MOST = 1_000_000  # Of rows on a page, and of pages: what is beyond no database can count.


def inbox_(
    *,
    person: Annotated[
        str | None, typer.Option(metavar="ID", help=t("谁的待办，如 p-112", "of which person, such as p-112"))
    ] = None,
    post: Annotated[
        str | None, typer.Option(metavar="POST", help=t("哪个岗位的待办", "of which post, such as payment_centre"))
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(
            metavar="UNIT",
            help=t(
                "与 --post 同用：只看该单位、乡镇或村的项目",
                "with --post: only of projects of this unit, township or village",
            ),
        ),
    ] = None,
    county: CountyOption = None,
    overdue: Annotated[bool, typer.Option("--overdue", help=t("只列逾期的", "only what is overdue"))] = False,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help=t("每页多少项", "rows on a page"))] = LIMIT,
    page: Annotated[int, typer.Option(min=1, max=_MOST, help=t("第几页", "which page"))] = 1,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits for somebody."""
    with reading(store) as read:
        now = business_now(read.ledger)
        asked = Asked(read.county(county), post=post, unit=unit, overdue_on=day_of(now) if overdue else None)
        _check(read, asked, person)
        pages: dict[str, Any] = {"limit": limit, "offset": (page - 1) * limit}
        if person:
            found = inbox(read.engine, read.ledger.state, person, now, county=asked.county, overdue=overdue, **pages)
        else:
            found = inbox_of_post(read.engine, read.ledger.state, now, asked, **pages)
        if as_json:
            _print_json(read, found, asked, person, now, page)
        else:
            _print(read, found, asked, person, day_of(now), page, limit)


_SAID = t(
    "待办：在等谁、从哪天起、到哪天止，逾期最久的在前。",
    "What waits for whom, since when, until when: the longest overdue first.",
)
inbox_.__doc__ = f"{_SAID}\n\n{t(_ZH, _EN)}"


def _check(read: Reading, asked: Asked, person: str | None) -> None:
    """Check that what is asked for is there: a misspelt name must not look like an empty inbox.

    Raises:
        BadInputError: If not.
    """
    if person and (asked.post or asked.unit):
        raise BadInputError("--person", t("不能与 --post、--unit 同用", "not together with --post or --unit"))
    if asked.unit and not asked.post:
        raise BadInputError("--unit", t("须与 --post 同用", "only together with --post"))
    if person and not (terms(read.engine, person=person) or absences(read.engine, deputy=person)):
        none = f"{person} 在本库从未任职；见 bridgefund people list", f"{person} never held a post in this store; "
        raise BadInputError("--person", t(none[0], none[1] + "see `bridgefund people list`"))
    if asked.post and not _is_known(read, asked.county, asked.post):
        none = f"本库没有岗位 {asked.post}；见 bridgefund people list", f"no post {asked.post} in this store; "
        raise BadInputError("--post", t(none[0], none[1] + "see `bridgefund people list`"))


def _is_known(read: Reading, county: str | None, post: str) -> bool:
    held = terms(read.engine, county, post=post)
    return bool(held or load(read.engine, date.max, Asked(county, post=post)))


def _print_json(read: Reading, found: Inbox, asked: Asked, person: str | None, now: datetime, page: int) -> None:
    today = day_of(now)
    posts = {} if person else {"posts": [asdict(one) for one in load(read.engine, today, asked)]}
    items = [_data(item, today) for item in found.items]
    whole = {"today": today, "total": found.total, "page": page, "groups": found.groups, "items": items, **posts}
    read.print_json(**whole)


def _data(item: Item, today: date) -> dict[str, Any]:
    row = item.row
    return {
        **asdict(row),
        "due_in": row.due_in(today),
        "overdue": row.is_overdue(today),
        "group": item.group,
        "may": item.may,
        "who": [candidate_data(one) for one in item.who],
        "away": [asdict(one) for one in item.away],
    }


def _print(read: Reading, found: Inbox, asked: Asked, person: str | None, today: date, page: int, limit: int) -> None:
    console = read.console()
    names = {county: read.names(county) for county in {item.row.county for item in found.items}}
    if not (person or asked.post):
        posts = load(read.engine, today, asked)
        names |= {one.county: read.names(one.county) for one in posts if one.county not in names}
        console.print(load_table(posts, names))
    for group, number in found.groups.items():
        items = [item for item in found.items if item.group == group]
        if person:
            console.print(f"{t(*GROUPS_OF_INBOX[group])} {number}")
        if items:
            console.print(rows_table(items, names, today, of_person=bool(person)))
    console.print(page_line(found, page, limit))
