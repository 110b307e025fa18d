"""What can happen to an entry of the disclosure register (facts, stored) and what can be asked of it (commands)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import msgspec

from domain.act import Act, Fact
from domain.calendar import WorkCalendar
from domain.terms import DeadlineTerm, PolicyRef

BY_HAND = "by_hand"


class PublicityTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """For how many days something stays public (公示期), where the rules count them."""

    count: int
    unit: Literal["calendar", "working"]
    clause: str


class DisclosureTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rule of disclosure (公告公示) that an entry runs under. A post of "" is not stated, nor are no places.

    *reference* is the number of a rule made elsewhere; *before* the point of a project that it stands before, and
    *blocks* whether that point is closed until then. *mandatory*: what arose must be public, nobody may take it back.
    """

    policy: PolicyRef
    rule: str
    post: str
    places: tuple[str, ...]
    clause: str
    deadline: DeadlineTerm | None = None
    publicity: PublicityTerm | None = None
    reference: str = ""
    before: str = ""
    blocks: bool = False
    mandatory: bool = False


class DisclosureArose(Fact, frozen=True, tag="disclosure.arose/1"):
    """Information arose that must be public (应公开信息产生), on the act's stated day (A-27).

    *what* says which kind; *of_stream* and *of_fact* name the fact, which has the same command id. Entered by hand
    it is `by_hand`, and says in *words* what it is.
    """

    county: str
    entry: str
    what: str
    terms: DisclosureTerms
    of_stream: str = ""
    of_fact: str = ""
    words: str = ""


class DisclosurePublished(Fact, frozen=True, tag="disclosure.published/1"):
    """It was made public at a place on the act's stated day, with what shows it: a paper's SHA-256, or an address.

    *corrects* is the number of the publication there that it takes the place of.
    """

    number: int
    place: str
    record: str = ""
    address: str = ""
    corrects: int = 0


class PublicityBegan(Fact, frozen=True, tag="disclosure.publicity-began/1"):
    """All places were reached: the days for which it stays public (公示期) run, to the end of *until*."""

    until: date
    calendar: str = ""
    provisional: bool = False


class ObjectionRaised(Fact, frozen=True, tag="disclosure.objection-raised/1"):
    """Somebody outside objected (异议、举报), by a channel; there are words, and no name.

    *days_left* of the days of publicity are kept where it stopped them.
    """

    number: int
    channel: str
    words: str
    record: str = ""
    stops: bool = False
    days_left: int = 0


class ObjectionRuled(Fact, frozen=True, tag="disclosure.objection-ruled/1"):
    """The objection was upheld, so that what is public is to be corrected, or rejected; with the reason."""

    number: int
    upheld: bool
    reason: str


class PublicityResumed(Fact, frozen=True, tag="disclosure.publicity-resumed/1"):
    """No objection is open any more: the days that were left run on, to the end of *until*."""

    until: date
    calendar: str = ""
    provisional: bool = False


class PublicityRecounted(Fact, frozen=True, tag="disclosure.publicity-recounted/1"):
    """Provisional days of publicity were counted again (重新计算), on a calendar that knows more of them."""

    until_before: date
    until: date
    calendar: str
    provisional: bool


class PublicityEnded(Fact, frozen=True, tag="disclosure.publicity-ended/1"):
    """The days of publicity (公示期) have passed without an open objection."""


class DisclosureWithdrawn(Fact, frozen=True, tag="disclosure.withdrawn/1"):
    """The entry was taken back: it is not, or no longer, to be public; with the reason."""

    reason: str


class DisclosureTakenDown(Fact, frozen=True, tag="disclosure.taken-down/1"):
    """After its days it was taken down (撤下)."""

    reason: str


@dataclass(frozen=True)
class Arise:
    """Enter what must be public."""

    act: Act
    arose: DisclosureArose


@dataclass(frozen=True)
class Publish:
    """Make it public at a place; *until* is how long it then stays public, if it is everywhere."""

    act: Act
    place: str
    record: str = ""
    address: str = ""
    corrects: int = 0
    until: PublicityBegan | None = None


@dataclass(frozen=True)
class Object:
    """Enter an objection; *days_left* are those that it stops."""

    act: Act
    channel: str
    words: str
    record: str = ""
    days_left: int = 0


@dataclass(frozen=True)
class Rule:
    """Uphold or reject an objection; *until* is when the days that are left end, if they run on."""

    act: Act
    number: int
    upheld: bool
    reason: str
    until: PublicityResumed | None = None


@dataclass(frozen=True)
class EndPublicity:
    """Let the days of publicity end, if they have passed by the act's moment."""

    act: Act


@dataclass(frozen=True)
class RecountPublicity:
    """Count provisional days of publicity again, if *calendar* knows more than the one that they were counted on."""

    act: Act
    calendar: WorkCalendar


@dataclass(frozen=True)
class Withdraw:
    """Take the entry back."""

    act: Act
    reason: str


@dataclass(frozen=True)
class TakeDown:
    """Take down what was public long enough."""

    act: Act
    reason: str


DisclosureCommand = Arise | Publish | Object | Rule | EndPublicity | RecountPublicity | Withdraw | TakeDown
COMMANDS: tuple[type, ...] = DisclosureCommand.__args__
FACTS = (
    DisclosureArose,
    DisclosurePublished,
    PublicityBegan,
    ObjectionRaised,
    ObjectionRuled,
    PublicityResumed,
    PublicityEnded,
    DisclosureWithdrawn,
    DisclosureTakenDown,
    PublicityRecounted,
)
