"""What can happen to a deadline (facts, stored) and what can be asked of it (commands, passing)."""

from dataclasses import dataclass
from datetime import date

import msgspec

from domain.act import Act, Fact
from domain.calendar import WorkCalendar


class Rung(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rung (层级) of the ladder: the post that is told, and on which day if the deadline is still broken.

    A county's own ladder says more: the *effect* (措施), such as a circular, the post that acts on it where it is
    another, who else is told, and the rung's own clause.
    """

    post: str
    on: date
    effect: str = ""
    actor: str = ""
    also: tuple[str, ...] = ()
    clause: str = ""


class Told(msgspec.Struct, frozen=True):
    """A post that was told, and who held it."""

    post: str
    person: str


class ObligationOpened(Fact, frozen=True, tag="obligation.opened/1"):
    """A clock started (限时起算): its clause is the act's; due at the end of *due_on*."""

    county: str
    obligation: str
    case: str
    trigger_on: date
    count: int
    unit: str
    calendar: str
    due_on: date
    provisional: bool
    conditions: tuple[str, ...]
    responsible: str
    remind_on: date | None
    ladder: tuple[Rung, ...]
    ladder_clause: str


class ConditionFulfilled(Fact, frozen=True, tag="obligation.fulfilled/1"):
    """One of the acts under the clock was done."""

    condition: str


class ObligationMet(Fact, frozen=True, tag="obligation.met/1"):
    """All conditions are fulfilled; *days_late* is 0 in time."""

    days_late: int


class ObligationDropped(Fact, frozen=True, tag="obligation.dropped/1"):
    """The clock lost its object, such as the gate of a claim that was returned."""

    reason: str


class Reminded(Fact, frozen=True, tag="obligation.reminded/1"):
    """The person responsible was reminded before the due day."""

    post: str
    person: str


class Breached(Fact, frozen=True, tag="obligation.breached/1"):
    """The due day ended unmet (逾期). The person named held the responsible post at that moment."""

    post: str
    person: str


class RungClimbed(Fact, frozen=True, tag="obligation.escalated/1"):
    """The next post up the ladder was told (逐级上报), of which *effect* and by whose hand where the ladder says so."""

    rung: int
    post: str
    person: str
    effect: str = ""
    actor: str = ""
    also: tuple[Told, ...] = ()


class ObligationRecomputed(Fact, frozen=True, tag="obligation.recomputed/1"):
    """A provisional due day was counted again (重新计算), on a calendar that knows more of its days.

    `notices` are the State Council's on which the count now rests. `void_breach` is the day of record of a breach
    before whose moment the deadline, as now counted, had not ended: it no longer stands, nor what was told of it.
    """

    calendar: str
    due_before: date
    due_on: date
    provisional: bool
    remind_on: date | None
    ladder: tuple[Rung, ...]
    notices: tuple[str, ...] = ()
    void_breach: date | None = None


class ObligationExtended(Fact, frozen=True, tag="obligation.extended/1"):
    """More time was granted for this one case (延期), by the act's person.

    *days* more of the clock's own, or to *until* at least. *post* and *person* answered for the deadline then.
    """

    post: str
    person: str
    reason: str
    calendar: str
    due_before: date
    due_on: date
    provisional: bool
    remind_on: date | None
    ladder: tuple[Rung, ...]
    days: int = 0
    until: date | None = None
    record: str = ""


class ObligationPaused(Fact, frozen=True, tag="obligation.paused/1"):
    """The clock stands still (暂停) after the day *since*, by the act's person, until it is resumed."""

    post: str
    person: str
    reason: str
    since: date
    record: str = ""


class ObligationResumed(Fact, frozen=True, tag="obligation.resumed/1"):
    """The clock runs on (恢复计时), by the act's person: *days* of its own were held since *since* and are added."""

    post: str
    person: str
    reason: str
    since: date
    days: int
    calendar: str
    due_before: date
    due_on: date
    provisional: bool
    remind_on: date | None
    ladder: tuple[Rung, ...]
    record: str = ""


class ObligationWaived(Fact, frozen=True, tag="obligation.waived/1"):
    """It is waited for no longer (免除), by the act's person. A breach on record stays there."""

    post: str
    person: str
    reason: str
    record: str = ""


@dataclass(frozen=True)
class Open:
    """Start a clock; the condition *done*, if there is one, is fulfilled by the very act that starts it."""

    act: Act
    opened: ObligationOpened
    done: str = ""
    answered_for: str = ""


@dataclass(frozen=True)
class Fulfil:
    """Fulfil one condition. `answered_for`: who held the responsible post when the due day ended.

    With a `calendar`, a provisional due day is counted again before it is judged by.
    """

    act: Act
    condition: str
    answered_for: str = ""
    calendar: WorkCalendar | None = None


@dataclass(frozen=True)
class Drop:
    """Give the clock up, with the reason. What it had earned by then is judged as for `Fulfil`."""

    act: Act
    reason: str
    answered_for: str = ""
    calendar: WorkCalendar | None = None


@dataclass(frozen=True)
class Tick:
    """Let the clock see what is due by the act's moment.

    `holders`: who holds which post now; `answered_for`: who held the responsible one when the due day ended.
    """

    act: Act
    holders: dict[str, str]
    answered_for: str = ""


@dataclass(frozen=True)
class Recompute:
    """Count a provisional due day again, if *calendar* knows more than the one that it was counted on."""

    act: Act
    calendar: WorkCalendar


@dataclass(frozen=True)
class Extend:
    """Grant more time: so many *days*, or *until* a day. `person` holds the responsible post now."""

    act: Act
    person: str
    reason: str
    calendar: WorkCalendar
    days: int = 0
    until: date | None = None
    record: str = ""


@dataclass(frozen=True)
class Pause:
    """Let the clock stand still from the act's day of record."""

    act: Act
    person: str
    reason: str
    calendar: WorkCalendar
    record: str = ""


@dataclass(frozen=True)
class Resume:
    """Let the clock run on from the act's day of record."""

    act: Act
    person: str
    reason: str
    calendar: WorkCalendar
    record: str = ""


@dataclass(frozen=True)
class Waive:
    """Wait for it no longer. `answered_for`: who held the responsible post when the due day ended."""

    act: Act
    person: str
    reason: str
    calendar: WorkCalendar
    answered_for: str = ""
    record: str = ""


Granted = Extend | Pause | Resume | Waive
ObligationCommand = Open | Fulfil | Drop | Tick | Recompute | Granted
COMMANDS: tuple[type, ...] = ObligationCommand.__args__
FACTS = (
    ObligationOpened,
    ConditionFulfilled,
    ObligationMet,
    ObligationDropped,
    Reminded,
    Breached,
    RungClimbed,
    ObligationRecomputed,
    ObligationExtended,
    ObligationPaused,
    ObligationResumed,
    ObligationWaived,
)
