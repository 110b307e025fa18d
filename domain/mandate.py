"""Mandate (任职): who holds which post from when to when, who stands in, and which keys sign at which door."""

from dataclasses import dataclass, field
from datetime import date

from domain.absence import Deputy
from domain.act import Act, CaseState, Decider, Fact, RepeatDiffersError
from domain.errors import RefusedError
from domain.standing_in import UnknownPersonError, check_may_be_named


class NotHolderError(RefusedError):
    """A person acted for a post not held on that day."""

    zh = "{person} 在 {on} 不任 {post}；当日任职者：{holders}；须由任职者办理，或先任命（引擎规则）"
    en = (
        "{person} does not hold {post} on {on}; who does: {holders}; one of them must ask, "
        "or {person} be appointed first (the engine's rule)"
    )


class UnknownKeyError(RefusedError):
    """A signature by a key that is not registered, is revoked, or belongs to another door or person."""

    zh = "签名密钥 {key_id} 不能用于 {person} 在 {door} 办理：{reason}；须用在该入口登记的密钥（引擎规则）"
    en = (
        "key {key_id} cannot sign for {person} at door {door}: {reason}; "
        "it must be one registered there (the engine's rule)"
    )


class TermError(RefusedError):
    """A term of office that ends before it begins."""

    zh = "{person} 任 {post} 的起止日期有误：{first} 至 {last}；末日须不早于首日（引擎规则）"
    en = (
        "{person} would hold {post} from {first} to {last}: "
        "the last day must not lie before the first (the engine's rule)"
    )


class Appointed(Fact, frozen=True, tag="mandate.appointed/1"):
    """A person took a post, from the first day to the last (or none)."""

    county: str
    person: str
    post: str
    unit: str
    first: date
    last: date | None


class KeyRegistered(Fact, frozen=True, tag="mandate.key-registered/1"):
    """A public Ed25519 key (hex) may sign at a door: for one person, or for whoever the door let in ("")."""

    county: str
    key_id: str
    public_key: str
    of_door: str
    of_person: str

    def content(self) -> tuple[str, ...]:
        """Return what the key is and who may sign with it."""
        return self.public_key, self.of_door, self.of_person


class KeyRevoked(Fact, frozen=True, tag="mandate.key-revoked/1"):
    """A key signs no more."""

    key_id: str
    reason: str


class DeputyNamed(Fact, frozen=True, tag="mandate.deputy-named/1"):
    """A person stands in (代理) for another, as an absence of this number says; see `domain/absence.py`."""

    deputy: Deputy


class DeputyEnded(Fact, frozen=True, tag="mandate.deputy-ended/1"):
    """The absence of this number is over: nobody stands in by it any more."""

    absence_no: str


@dataclass(frozen=True)
class Appoint:
    """Appoint a person to a post."""

    act: Act
    appointed: Appointed


@dataclass(frozen=True)
class RegisterKey:
    """Register a key."""

    act: Act
    registered: KeyRegistered


@dataclass(frozen=True)
class RevokeKey:
    """Revoke a key."""

    act: Act
    key_id: str
    reason: str


@dataclass(frozen=True)
class NameDeputy:
    """Let a person stand in for another."""

    act: Act
    deputy: Deputy


@dataclass(frozen=True)
class EndDeputy:
    """Let nobody stand in by an absence any more."""

    act: Act
    absence_no: str


@dataclass
class MandateState(CaseState):
    """A county's posts and keys."""

    held: dict[str, list[Appointed]] = field(default_factory=dict)  # By post, in order of appointment.
    keys: dict[str, KeyRegistered] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    deputies: dict[str, Deputy] = field(default_factory=dict)  # By the number of their absence; only those that stand.

    def holders(self, on: date) -> dict[str, str]:
        """Return who holds each post on a day: the latest appointed of those whose days hold it."""
        return {post: held.person for post, all_held in self.held.items() for held in all_held if _covers(held, on)}

    def check_known(self, person: str, on: date) -> None:
        """Check that a person holds some post on a day.

        Raises:
            UnknownPersonError: If not.
        """
        if not any(held.person == person and _covers(held, on) for of_post in self.held.values() for held in of_post):
            raise UnknownPersonError(person=person, on=on)

    def all_holders(self, post: str, on: date) -> set[str]:
        """Return everybody who holds a post on a day."""
        return {held.person for held in self.holders_of(post, on)}

    def holders_of(self, post: str, on: date) -> list[Appointed]:
        """Return the appointments under which a post is held on a day."""
        return [held for held in self.held.get(post, []) if _covers(held, on)]

    def deputies_of(self, person: str, post: str, on: date) -> list[Deputy]:
        """Return the absences in which somebody stands in for a person at a post on a day."""
        return [one for one in self.deputies.values() if (one.person, one.post) == (person, post) and one.covers(on)]

    def mandate(self, person: str, post: str, on: date) -> Appointed:
        """Return the appointment under which *person* acts for *post*.

        Raises:
            NotHolderError: If there is none on that day.
        """
        valid = self.holders_of(post, on)
        for held in valid:
            if held.person == person:
                return held
        holders = ", ".join(held.person for held in valid) or "-"
        raise NotHolderError(person=person, post=post, on=on, holders=holders)

    def key(self, key_id: str, person: str, door: str) -> KeyRegistered:
        """Return the key with which *person* may sign at *door*.

        Raises:
            UnknownKeyError: If there is no such key for them.
        """
        key = self.keys.get(key_id)
        reason = ""
        if key is None:
            reason = "not registered"
        elif key_id in self.revoked:
            reason = "revoked"
        elif key.of_door != door:
            reason = f"it is the key of door {key.of_door}"
        elif key.of_person not in ("", person):
            reason = f"it is the key of {key.of_person}"
        if key is None or reason:
            raise UnknownKeyError(key_id=key_id, person=person, door=door, reason=reason)
        return key


def _covers(held: Appointed, on: date) -> bool:
    return held.first <= on and (held.last is None or on <= held.last)


def judge(state: MandateState, command: Appoint | RegisterKey | RevokeKey | NameDeputy | EndDeputy) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    match command:
        case Appoint(_, appointed):
            if appointed.last is not None and appointed.last < appointed.first:
                last = appointed.last
                raise TermError(person=appointed.person, post=appointed.post, first=appointed.first, last=last)
            again = any(
                (h.person, h.first, h.last) == (appointed.person, appointed.first, appointed.last)
                for h in state.held.get(appointed.post, [])
            )
            return () if again else (appointed,)
        case RegisterKey(_, registered):
            known = state.keys.get(registered.key_id)
            if known and known.content() != registered.content():
                key = f"key {registered.key_id}"
                raise RepeatDiffersError(key=key, recorded=known.content(), asked=registered.content())
            return () if known else (registered,)
        case RevokeKey(act, key_id, reason):
            if key_id not in state.keys:
                # Silence would leave the key that was meant signing on.
                raise UnknownKeyError(key_id=key_id, person=act.person, door=act.door, reason="not registered")
            return () if key_id in state.revoked else (KeyRevoked(act, key_id, reason),)
        case NameDeputy(act, deputy):
            check_may_be_named(deputy, state.deputies.values())
            return (DeputyNamed(act, deputy),)
        case EndDeputy(act, absence_no):
            return (DeputyEnded(act, absence_no),) if absence_no in state.deputies else ()


def apply(state: MandateState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case Appointed():
            state.held.setdefault(fact.post, []).append(fact)
        case KeyRegistered():
            state.keys[fact.key_id] = fact
        case KeyRevoked():
            state.revoked.add(fact.key_id)
        case DeputyNamed():
            state.deputies[fact.deputy.absence_no] = fact.deputy
        case DeputyEnded():
            state.deputies.pop(fact.absence_no)
        case _:
            raise AssertionError(fact)


MANDATE = Decider(
    "mandates",
    MandateState,
    judge,
    apply,
    (Appoint, RegisterKey, RevokeKey, NameDeputy, EndDeputy),
    (Appointed, KeyRegistered, KeyRevoked, DeputyNamed, DeputyEnded),
)
