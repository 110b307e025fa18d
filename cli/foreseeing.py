"""What a request would bring about: rehearsed on the ledger's own states; nothing is stored."""

from functools import cache
from pathlib import Path

from activities.calendars import load_calendars
from domain.act import Act
from domain.calendar import WorkCalendar
from domain.cases import CaseId
from domain.ledger import Ledger, Read
from domain.procedures import Asking, expand
from domain.rehearsing import Rehearsal
from domain.requests import AnyRequest, from_body, to_body
from doors.vault import sealed_request

_CALENDARS = Path(__file__).parents[1] / "policies" / "calendars"


@cache
def calendar() -> WorkCalendar:
    """Return the calendar by which days would be counted."""
    return load_calendars(_CALENDARS)


def foreseen(ledger: Ledger, case: CaseId, request: AnyRequest, act: Act) -> Read:
    """Return how the streams would read once a request took effect.

    Raises:
        RefusedError: If a rule says no.
        BadInputError: If the request would not be read, such as a reason of blanks.
    """
    request = from_body(to_body(sealed_request(ledger, request, keep=False)))
    rehearsal = Rehearsal(ledger)
    rehearsal.transact(lambda read: expand(Asking(act, case, read, calendar()), request))
    return rehearsal.state
