"""Attendance in a simulated year: who is away on which days, and what waited for whom to come back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Away:
    """A person's absence, from its first day to its last."""

    person: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1


@dataclass
class Wait:
    """What somebody's absence held up: a step of a case, whose it is, who was away, and until when (None: still is)."""

    case: str
    step: str
    post: str
    persons: tuple[str, ...]
    since: date
    until: date | None = None


@dataclass(frozen=True)
class TooLate:
    """What was refused when whoever was away came to it: the rule that said no, and its words."""

    rule: str
    zh: str
    en: str
    on: date


@dataclass
class Attendance:
    """Who is away when, of how many person-days; everybody is there on every day unless told otherwise."""

    away: Mapping[str, tuple[Away, ...]] = field(default_factory=dict)
    person_days: int = 0
    waits: list[Wait] = field(default_factory=list)
    too_late: list[TooLate] = field(default_factory=list)
    by_deputies: int = 0

    def is_there(self, person: str, on: date) -> bool:
        """Return whether a person is there on a day."""
        return not any(one.first <= on <= one.last for one in self.away.get(person, ()))

    def missed(self) -> int:
        """Return how many person-days were missed."""
        return sum(one.days for of_person in self.away.values() for one in of_person)

    def told(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "person_days": self.person_days,
            "missed": self.missed(),
            "by_deputies": self.by_deputies,
            "waits": [
                asdict(one) | {"since": str(one.since), "until": one.until and str(one.until)} for one in self.waits
            ],
            "too_late": [asdict(one) | {"on": str(one.on)} for one in self.too_late],
        }
