"""A plan's form checked while it is filled in: the county's rules judge what is there; nothing is sent."""

import re
from dataclasses import dataclass
from typing import Any

from console.forms.faults import FormError
from console.forms.reading import parsed
from console.house import House
from console.offers import Offer
from console.rules_shown import checked_rows
from console.visitor import Seat
from domain.cases import CaseId
from domain.correcting_requests import CorrectPlan
from domain.requests import DraftPlan
from doors.plan_check import PlanChecked, check_plan
from doors.texts import t
from doors.waiting import why_not_text

CHECKED = (DraftPlan, CorrectPlan)
Values = dict[str, list[str]]
_ROW = re.compile(r"(?P<rows>[a-z_]+)\.(?P<number>[0-9]+)\.")
# What a plan must say, and no rule looks at: the check need not wait for it.
_STANDS_FOR = {"title": "-", "reason": "-"}


@dataclass(frozen=True)
class Read:
    """What could be read of a form that is still being filled in: *left* says how many rows and fields could not."""

    request: DraftPlan | CorrectPlan | None
    left: int


def read_so_far(house: House, offer: Offer, values: Values) -> Read:
    """Return the request that a form would be without what is not filled in yet, or filled in wrongly."""
    wanted: Any = offer.request
    try:
        return Read(parsed(wanted, values), 0)
    except FormError as error:
        wrong = {one.path for one in error.errors}
    rows = {found[0] for path in wrong if (found := _ROW.match(path))}
    kept = {
        path: value for path, value in values.items() if path not in wrong and not path.startswith(tuple(rows) or "\0")
    }
    kept |= {name: [text] for name, text in _STANDS_FOR.items() if name in wrong}
    if "year" in wrong:
        kept["year"] = [str(house.today().year)]
    try:
        return Read(parsed(wanted, kept), len(rows) + len([path for path in wrong if not _ROW.match(path)]))
    except FormError as error:
        return Read(None, len(error.errors))


def live(house: House, offer: Offer, seat: Seat | None, values: Values) -> dict[str, Any] | None:
    """Return the template's values of a check; None where the form is not of a plan, or nobody could send it."""
    if offer.request not in CHECKED or seat is None:
        return None
    found = read_so_far(house, offer, values)
    if found.request is None or not _says_something(found.request):
        return {"nothing": True, "left": found.left, "rules": [], "portions": [], "refusal": "", "accepted": False}
    by = seat.person, seat.post, seat.unit
    checked = check_plan(house.ledger, house.calendar, offer.case, found.request, by, house.now())
    return shown(house, offer.case, checked, found.left)


def shown(house: House, case: CaseId, checked: PlanChecked, left: int) -> dict[str, Any]:
    """Return a check for the template."""
    names = house.names(case.county)
    short = t("不够", "too little")
    portions = [
        [
            one.fund_no,
            names.named("pool", one.pool),
            *(one.free_fen, one.taken_fen, one.left_fen),
            short if one.left_fen < 0 else t("够", "enough"),
        ]
        for one in checked.portions
    ]
    return {
        "nothing": False,
        "left": left,
        "rules": checked_rows(checked.rules, names),
        "portions": portions,
        "refusal": why_not_text(checked.refused, names) if checked.refused else "",
        # With something left out of it nobody knows yet.
        "accepted": checked.refused is None and not left,
    }


def _says_something(request: DraftPlan | CorrectPlan) -> bool:
    return isinstance(request, CorrectPlan) or bool(request.lines or request.cuts)
