"""Facts and commands of a county's mandates (任职): terms of office, keys, who stands in."""

from dataclasses import dataclass
from datetime import date

from domain.absence import Deputy
from domain.act import Act, Fact


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


class TermEnded(Fact, frozen=True, tag="mandate.term-ended/1"):
    """A person's term at a post has this last day (免职)."""

    county: str
    person: str
    post: str
    first: date
    last: date
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


@dataclass(frozen=True)
class EndTerm:
    """Let a person's term at a post end with a last day."""

    act: Act
    person: str
    post: str
    last: date
    reason: str


@dataclass(frozen=True)
class SetUnit:
    """Let a person hold a post in another unit from a day on, to the end of the same term."""

    act: Act
    person: str
    post: str
    unit: str
    first: date
    reason: str


@dataclass(frozen=True)
class RotateKey:
    """Register a key in place of an old one, which signs no more."""

    act: Act
    registered: KeyRegistered
    old: str
    reason: str


@dataclass(frozen=True)
class Found:
    """Appoint, by the operator's hand, the first who appoints, with a key."""

    act: Act
    appointed: Appointed
    registered: KeyRegistered


MandateCommand = Appoint | RegisterKey | RevokeKey | NameDeputy | EndDeputy | EndTerm | SetUnit | RotateKey | Found
