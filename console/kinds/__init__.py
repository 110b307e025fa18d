"""What the page of each kind of case shows besides what all of them do: one file a kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console.house import House
from console.kinds import (
    asset,
    claim,
    disclosure,
    dispatch,
    emergency,
    handling,
    meeting,
    obligation,
    outbox,
    people,
    plan,
    project,
)
from console.visitor import Visitor
from domain.cases import CaseId

Extra = Callable[[House, Visitor, CaseId], dict[str, Any]]


@dataclass(frozen=True)
class KindPage:
    """A template that extends `case.html`, and what fills it beside what `console.case_view` gives to all.

    `tells_history`: *more* gives the history itself, since that of some kinds is too long for one page.
    """

    template: str
    more: Extra
    tells_history: bool = False


PAGES: Mapping[str, KindPage] = {
    "project": KindPage("kinds/project.html", project.more),
    "claim": KindPage("kinds/claim.html", claim.more),
    "obligation": KindPage("kinds/obligation.html", obligation.more),
    "plan": KindPage("kinds/plan.html", plan.more),
    "meeting": KindPage("kinds/meeting.html", meeting.more),
    "dispatch": KindPage("kinds/dispatch.html", dispatch.more),
    "asset": KindPage("kinds/asset.html", asset.more),
    "disclosure": KindPage("kinds/disclosure.html", disclosure.more),
    "emergency": KindPage("kinds/emergency.html", emergency.more),
    "outbox": KindPage("kinds/outbox.html", outbox.more),
    "handling": KindPage("kinds/handling.html", handling.more),
    "people": KindPage("kinds/people.html", people.more),
}
