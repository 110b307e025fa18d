"""What can happen in a week of watching (盯办): facts, stored; and the one command, passing."""

from dataclasses import dataclass
from datetime import date

import msgspec

from domain.act import Act, Fact
from domain.dispatch_requests import WatchRequest
from domain.dispatch_terms import OversightTerms


class DayOfLooks(msgspec.Struct, frozen=True):
    """How often a post looked on a day, and how often less than the rules say."""

    on: date
    post: str
    looks: int
    missed: int


class WatchOpened(Fact, frozen=True, tag="watch.opened/1"):
    """A week of watching began, under these rules."""

    county: str
    week: str
    terms: OversightTerms


class LookTaken(Fact, frozen=True, tag="watch.looked/1"):
    """A post looked, once."""

    said: str
    system: str = ""


class AnomalyFound(Fact, frozen=True, tag="watch.anomaly-found/1"):
    """An anomaly (异常) was seen. It stays open until it is put right or explained; `responsible` is whose it is."""

    no: str
    ladder: str
    subject: str
    said: str
    responsible: str
    by_when: str = ""
    system: str = ""


class AnomalyRungTaken(Fact, frozen=True, tag="watch.rung-taken/1"):
    """A rung before the anomaly's end was taken, such as the early warning (提前预警)."""

    no: str
    rung: str
    effect: str
    said: str
    to: tuple[str, ...] = ()
    record: str = ""


class AnomalyVerified(Fact, frozen=True, tag="watch.anomaly-verified/1"):
    """It was looked into (查证) whether the anomaly is one."""

    no: str
    holds: bool
    said: str


class AnomalySettled(Fact, frozen=True, tag="watch.anomaly-settled/1"):
    """An anomaly was put right (整改) or explained (说明); the answer goes back into the system it came from."""

    no: str
    how: str
    said: str
    answered_in: str = ""
    record: str = ""


class WeekReported(Fact, frozen=True, tag="watch.reported/1"):
    """The week's summary (每周汇总) is on file, with every day's looks as they were."""

    routine: str
    said: str
    record: str
    days: tuple[DayOfLooks, ...]
    open: tuple[str, ...] = ()
    took_part: tuple[str, ...] = ()


class LooksMissed(Fact, frozen=True, tag="watch.looks-missed/1"):
    """Days of the week ended on which a post looked less often than the rules say: each of them, as it was."""

    days: tuple[DayOfLooks, ...]


@dataclass(frozen=True)
class BeginWeek:
    """Begin a week by the county's calendar."""

    act: Act
    opening: WatchOpened


@dataclass(frozen=True)
class EndDays:
    """Let the days of the week end that are over before *today*."""

    act: Act
    today: date


@dataclass(frozen=True)
class InWatch:
    """Ask something of a week's watch; the first to ask opens it."""

    act: Act
    request: WatchRequest
    opening: WatchOpened | None = None


FACTS = (
    WatchOpened,
    LookTaken,
    AnomalyFound,
    AnomalyRungTaken,
    AnomalyVerified,
    AnomalySettled,
    WeekReported,
    LooksMissed,
)
