"""The JSON API: who is signed in, what waits for them, and how the store stands."""

from typing import Annotated

from fastapi import APIRouter, Query

from console.access import HouseHere, SignedIn
from console.api.addresses import Limit, Number, offset_of
from console.api.case_data import candidate_of
from console.api.models import InboxOut, ItemOut, Me, SeatOut, SystemOut, UnreadableOut
from console.api.problems import READS
from console.house import House
from console.visitor import Seat
from projections.inbox_people import Item, inbox
from projections.runner import parked

router = APIRouter(prefix="/api", tags=["mine"], responses=READS)


@router.get("/me")
def me(house: HouseHere, visitor: SignedIn) -> Me:
    """本人及其岗位 / Who is signed in, from which desks they may act, and the token that a write carries."""
    return Me(
        account=visitor.account,
        person=visitor.person,
        name=visitor.name,
        csrf=visitor.csrf,
        today=house.today(),
        seats=[_seat(house, seat) for seat in visitor.seats],
    )


def _seat(house: House, seat: Seat) -> SeatOut:
    names = house.names(seat.county)
    return SeatOut(
        county=seat.county,
        county_name=names.county(seat.county),
        post=seat.post,
        post_name=names.named("post", seat.post),
        unit=seat.unit,
        on_behalf_of=seat.on_behalf_of,
    )


@router.get("/inbox")
def waits_for_me(
    house: HouseHere,
    visitor: SignedIn,
    number: Number = 1,
    limit: Limit = 50,
    late: Annotated[bool, Query(description="只看逾期的 / overdue only")] = False,  # noqa: FBT002 - a query's
) -> InboxOut:
    """待办 / What waits for the visitor, each step with whether they may take it."""
    house.fresh()
    unreadable = house.unreadable(visitor.counties)
    found = inbox(
        house.engine,
        house.read,
        visitor.person,
        house.now(),
        overdue=late,
        without=unreadable,
        limit=limit,
        offset=offset_of(number, limit),
    )
    items = [_item(house, item) for item in found.items]
    without = [UnreadableOut(county=one, zh=why.text("zh"), en=why.text("en")) for one, why in unreadable.items()]
    return InboxOut(total=found.total, page=number, limit=limit, groups=found.groups, items=items, unreadable=without)


def _item(house: House, item: Item) -> ItemOut:
    row, names = item.row, house.names(item.row.county)
    return ItemOut(
        case=row.case,
        of_case=row.of_case,
        step=row.step,
        name=names.step(row.step),
        post=row.post,
        group=item.group,
        title=names.field("kind", row.title) if row.kind == "claim" else row.title,
        amount_fen=row.amount_fen,
        since=row.since,
        due_on=row.due_on,
        due_in_days=row.due_in(house.today()),
        paused=row.paused,
        may=item.may,
        who=[candidate_of(one, names) for one in item.who],
    )


@router.get("/system")
def system(house: HouseHere, _: SignedIn) -> SystemOut:
    """系统 / How the store stands: its facts, how far the views are behind, and what they could not digest."""
    house.fresh()
    facts = house.ledger.recorder.max_notification_id() or 0
    return SystemOut(
        sample=house.sample,
        today=house.today(),
        facts=facts,
        views_behind=max(0, facts - house.reached),
        parked=len(parked(house.engine)),
    )
