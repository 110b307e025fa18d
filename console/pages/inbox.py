"""Page: the inbox of whoever is signed in; a decision at the card, and one decision on many."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from console.access import HouseHere, SignedIn
from console.acting import Asked, ask, foreseen_all, refused, step_of
from console.decisions import asked_in_a_word
from console.errors import status_of
from console.house import House
from console.inbox_rows import rows_of
from console.nonces import checked, fresh, of_item
from console.rendering import page, see
from console.visitor import Visitor
from domain.errors import BridgefundError
from doors.names import Names
from doors.rehearsed import DONE, REFUSED, UNKNOWN, WOULD, Outcome, on_pages, refused_item
from doors.texts import language, t
from doors.waiting import why_not_text
from doors.words import GROUPS_OF_INBOX
from projections.inbox_people import GROUPS, Inbox, inbox
from workflows.client import NoAnswerError

router = APIRouter()
PER_PAGE = 20
BULK_MOST = 200
Text = Annotated[str, Form(max_length=4_000)]
Short = Annotated[str, Form(max_length=200)]
_OF_A_GROUP = f"^({'|'.join(GROUPS)})?$"


@dataclass(frozen=True)
class Listed:
    """Which part of the inbox a page shows: its number, only what is late, only one group."""

    number: int = 1
    late: bool = False
    group: str = ""

    def url(self, number: int) -> str:
        """Return the address of another page of the same part."""
        return f"/inbox?page={number}{'&late=true' if self.late else ''}{f'&group={self.group}' if self.group else ''}"


def _of_a_form(
    page_no: Annotated[int, Form(alias="page", ge=1, le=100_000)] = 1,
    late: Annotated[bool, Form()] = False,  # noqa: FBT002 - a form's
    group: Annotated[str, Form(pattern=_OF_A_GROUP)] = "",
) -> Listed:
    return Listed(page_no, late, group)


Part = Annotated[Listed, Depends(_of_a_form)]  # From which part of the inbox a form was sent: it is shown again.


@dataclass(frozen=True)
class Tried:
    """A decision at a card that did not take effect: at which step, what was written, and why.

    *again*: nobody knows whether it did, so it may be sent as it is; the form keeps its number *nonce* for that.
    """

    case: str
    step: str
    opinion: str
    nonce: str
    error: BridgefundError

    @property
    def again(self) -> bool:
        """Return whether sending the same once more is what to do next."""
        return isinstance(self.error, NoAnswerError)


@dataclass(frozen=True)
class Many:
    """What came of a decision on many, or would come of it; what was chosen, and what was written."""

    outcomes: Sequence[Outcome]
    chosen: frozenset[str]
    opinion: str


@router.get("/inbox")
def show(
    request: Request,
    house: HouseHere,
    visitor: SignedIn,
    page_no: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    late: Annotated[bool, Query()] = False,  # noqa: FBT002 - a query's
    group: Annotated[str, Query(pattern=_OF_A_GROUP)] = "",
) -> Response:
    """Show what waits for the visitor: the longest overdue first."""
    return _shown(request, house, visitor, Listed(page_no, late, group))


@router.post("/inbox/decide")
async def decide_one(
    request: Request,
    house: HouseHere,
    visitor: SignedIn,
    case: Short,
    step: Short,
    seat: Short,
    nonce: Short,
    do: Short,
    listed: Part,
    seen: Short = "",
    opinion: Text = "",
) -> Response:
    """Decide on one step at its card; a refusal is told there, and what was written stays."""
    try:
        asked = await run_in_threadpool(
            asked_in_a_word, house, visitor, (case, step, seat, seen), do, opinion, checked(nonce)
        )
        await ask(house, asked)
    except BridgefundError as error:
        tried = Tried(case, step, opinion, nonce, error)
        return await run_in_threadpool(_shown, request, house, visitor, listed, tried=tried)
    return see("/inbox", "done")


@router.post("/inbox/bulk")
async def decide_many(
    request: Request,
    house: HouseHere,
    visitor: SignedIn,
    do: Short,
    nonce: Short,
    listed: Part,
    item: Annotated[list[str], Form(max_length=BULK_MOST)] = [],  # noqa: B006 - FastAPI copies it
    opinion: Text = "",
) -> Response:
    """Decide on all that were chosen, each by itself; or only look what would come of each.

    What was written stays, and of what was chosen all that is still there: after a look one goes on without choosing
    anew.
    """
    outcomes: list[Outcome] = []
    nonce = checked(nonce)
    word = "approve" if do == "look" else do
    all_asked: list[Asked] = []
    for number, one in enumerate(item):
        parts = (*one.split("|"), "", "", "", "")[:4]
        try:
            all_asked.append(
                await run_in_threadpool(asked_in_a_word, house, visitor, parts, word, opinion, of_item(nonce, number))
            )
        except BridgefundError as error:
            told = refused_item(parts[0][:100], parts[1][:100], REFUSED, error)
            outcomes.append(on_pages(told, error, _names(house, visitor, parts[0])))
    if do == "look":
        outcomes += await run_in_threadpool(foreseen_all, house, all_asked)
    else:
        outcomes += [await _outcome(house, asked) for asked in all_asked]
    many = Many(outcomes, frozenset(item), opinion)
    return await run_in_threadpool(_shown, request, house, visitor, listed, many=many)


async def _outcome(house: House, asked: Asked) -> Outcome:
    try:
        await ask(house, asked)
    except NoAnswerError as error:
        return refused(house, asked, UNKNOWN, error)
    except BridgefundError as error:
        return refused(house, asked, REFUSED, error)
    return Outcome(asked.case, step_of(asked), DONE)


def _shown(
    request: Request,
    house: House,
    visitor: Visitor,
    listed: Listed,
    *,
    many: Many | None = None,
    tried: Tried | None = None,
) -> Response:
    house.fresh()
    unreadable = house.unreadable(visitor.counties)
    listed, found, count = _left(house, visitor, listed, unreadable)
    rows = rows_of(house, visitor, found)
    return page(
        request,
        "inbox.html",
        t("待办", "Inbox"),
        status=status_of(tried.error) if tried else 200,
        rows=rows,
        tabs=_tabs(found, listed),
        listed=listed,
        page=listed.number,
        pages=_pages(count),
        total=count,
        page_url=listed.url,
        nonce=fresh(),
        bulk=any(row["decide"] for row in rows),
        outcomes=[_row(one) for one in many.outcomes] if many else [],
        chosen=many.chosen if many else (),
        opinion=many.opinion if many and not _all_done(many) else "",
        outcomes_title=t("各件结果", "What came of each"),
        unreadable=[(house.names(county).county(county), why.text(language())) for county, why in unreadable.items()],
        tried=_tried(house, visitor, tried, rows) if tried else None,
    )


def _left(house: House, visitor: Visitor, listed: Listed, without: Collection[str]) -> tuple[Listed, Inbox, int]:
    """Return the part that was asked for, or what there is where that is empty by now; with how much it holds."""
    found = _found(house, visitor, listed, without)
    count = found.groups.get(listed.group, 0) if listed.group else found.total
    if listed.group and not count:
        return _left(house, visitor, Listed(late=listed.late), without)
    if listed.number > _pages(count):
        return _left(house, visitor, replace(listed, number=_pages(count)), without)
    return listed, found, count


def _pages(count: int) -> int:
    return max(1, -(-count // PER_PAGE))


def _all_done(many: Many) -> bool:
    return bool(many.outcomes) and all(one.outcome == DONE for one in many.outcomes)


def _tried(house: House, visitor: Visitor, tried: Tried, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what the page says of a decision that did not take effect: at its card, where that is still shown."""
    told = t("没有答复，可以原样再发", "No answer; it may be sent again as it is")
    no = t("未予受理，没有记入总账", "It was refused, and nothing of it is in the ledger")
    return {
        "title": told if tried.again else no,
        "why": why_not_text(tried.error, _names(house, visitor, tried.case)),
        "opinion": tried.opinion,
        "nonce": tried.nonce if tried.again else fresh(),
        "at": next((n for n, row in enumerate(rows) if (row["case"], row["step"]) == (tried.case, tried.step)), None),
        "case": tried.case,
    }


def _names(house: House, visitor: Visitor, case: str) -> Names:
    """Return the words of a case's county; of one that is not the visitor's, or none at all, no county's words."""
    county = case.partition("/")[0]
    return house.names(county) if county in visitor.counties else Names(None, house.people)


def _tabs(found: Inbox, listed: Listed) -> list[tuple[str, str, bool, int | None]]:
    """Return the groups as links: all, one's own, one's post's, those that one stands in for; and what is late."""
    late, group = listed.late, listed.group
    plain = not (late or group)
    tabs: list[tuple[str, str, bool, int | None]] = [
        ("/inbox", t("全部", "All"), plain, None if late else found.total),
        ("/inbox?late=true", t("逾期的", "Overdue"), late and not group, found.total if late else None),
    ]
    for name, number in ({} if late else found.groups).items():
        tabs.append((f"/inbox?group={name}", t(*GROUPS_OF_INBOX[name]), group == name, number))
    return tabs


def _row(one: Outcome) -> tuple[str, str, str]:
    words = {
        DONE: ("已办，记入总账", "done"),
        WOULD: ("可以办", "would be done"),
        REFUSED: ("未予受理", "refused"),
        UNKNOWN: ("没有答复，可重发", "no answer; may be sent again"),
    }
    return one.case, t(*words.get(one.outcome, (one.outcome, one.outcome))), one.en if language() == "en" else one.zh


def _found(house: House, visitor: Visitor, listed: Listed, without: Collection[str]) -> Inbox:
    found = inbox(
        house.engine,
        house.read,
        visitor.person,
        house.now(),
        overdue=listed.late,
        only=listed.group or None,
        without=without,
        limit=PER_PAGE,
        offset=(listed.number - 1) * PER_PAGE,
    )
    return Inbox(found.total, {name: found.groups[name] for name in GROUPS if name in found.groups}, found.items)
