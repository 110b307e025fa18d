"""What a request would bring about: the same procedures on copies of the states; nothing is stored."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from activities.calendars import load_calendars
from domain.act import Act, CaseState, Decider
from domain.calendar import WorkCalendar
from domain.cases import CaseId
from domain.ledger import THEN, Ledger, Read
from domain.procedures import Asking, expand
from domain.registry import DECIDER_OF
from domain.requests import AnyRequest

S = TypeVar("S", bound=CaseState)
_CALENDARS = Path(__file__).parents[1] / "policies" / "calendars"


@cache
def calendar() -> WorkCalendar:
    """Return the calendar by which days would be counted."""
    return load_calendars(_CALENDARS)


def foreseen(ledger: Ledger, case: CaseId, request: AnyRequest, act: Act) -> Read:
    """Return how the streams would read once a request took effect.

    Raises:
        RefusedError: If a rule says no.
    """
    after: dict[str, Any] = {}
    for step in expand(Asking(act, case, ledger.state, calendar()), request):
        if step is THEN:
            continue
        decider = DECIDER_OF[type(step.command)]
        state = after.setdefault(step.stream, deepcopy(ledger.state(decider, step.stream)))
        for fact in decider.decide(state, step.command):
            decider.evolve(state, fact)

    def read(decider: Decider[S], stream: str) -> S:
        return cast("S", after[stream]) if stream in after else ledger.state(decider, stream)

    return read
