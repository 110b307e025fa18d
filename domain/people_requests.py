"""Requests about people: absences and who stands in. Kept for ever."""

from datetime import date
from typing import Annotated

import msgspec

from domain.request import Request, Said, Words


class OpenAbsence(Request, frozen=True, tag="absence.open/1"):
    """Enter an absence with its deputy: one's own, or that of *person* of one's own unit.

    The deputy stands in from *first* to *last*, for these kinds of case and steps (all where none is named), up to
    *amount_most_fen* (any amount where it is 0).
    """

    deputy: Words
    first: date
    last: date
    reason: Said
    person: str = ""
    post: str = ""
    kinds: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    amount_most_fen: Annotated[int, msgspec.Meta(ge=0)] = 0


class EndAbsence(Request, frozen=True, tag="absence.end/1"):
    """End an absence before its last day: from then on nobody stands in."""

    reason: Said


PeopleRequest = OpenAbsence | EndAbsence
