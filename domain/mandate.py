"""Mandate (任职): who holds which post from when to when, who stands in, and which keys sign at which door."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import get_args

import msgspec

from domain.absence import Deputy
from domain.act import Act, CaseState, Decider, Fact, RepeatDiffersError
from domain.mandate_facts import (
    Appoint,
    Appointed,
    DeputyEnded,
    DeputyNamed,
    EndDeputy,
    EndTerm,
    Found,
    KeyRegistered,
    KeyRevoked,
    MandateCommand,
    NameDeputy,
    RegisterKey,
    RevokeKey,
    RotateKey,
    SetUnit,
    TermEnded,
)
from domain.mandate_refusals import AlreadyFoundedError, NotHolderError, TermError, UnknownKeyError
from domain.standing_in import UnknownPersonError, check_may_be_named


@dataclass
class MandateState(CaseState):
    """A county's posts and keys."""

    held: dict[str, list[Appointed]] = field(default_factory=dict)  # By post, in order of appointment.
    keys: dict[str, KeyRegistered] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    deputies: dict[str, Deputy] = field(default_factory=dict)  # By the number of their absence; only those that stand.
    granted: dict[str, set[str]] = field(default_factory=dict)  # To whom each ever gave a post or a key.

    def holders(self, on: date) -> dict[str, str]:
        """Return who holds each post on a day: the latest appointed of those whose days hold it."""
        return {post: held.person for post, all_held in self.held.items() for held in all_held if _covers(held, on)}

    def check_known(self, person: str, on: date) -> None:
        """Check that a person holds some post on a day.

        Raises:
            UnknownPersonError: If not.
        """
        if not self._is_known(person, on):
            raise UnknownPersonError(person=person, on=on)

    def _is_known(self, person: str, on: date) -> bool:
        return any(held.person == person and _covers(held, on) for of_post in self.held.values() for held in of_post)

    def all_holders(self, post: str, on: date) -> set[str]:
        """Return everybody who holds a post on a day."""
        return {held.person for held in self.holders_of(post, on)}

    def holders_of(self, post: str, on: date) -> list[Appointed]:
        """Return the appointments under which a post is held on a day."""
        return [held for held in self.held.get(post, []) if _covers(held, on)]

    def deputies_of(self, person: str, post: str, on: date) -> list[Deputy]:
        """Return the absences in which somebody stands in for a person at a post on a day, and holds a post then."""
        there = (one for one in self.deputies.values() if (one.person, one.post) == (person, post) and one.covers(on))
        return [one for one in there if self._is_known(one.deputy, on)]

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

    def keys_of(self, person: str) -> list[str]:
        """Return the keys of a person's own that are not revoked."""
        return [key_id for key_id, key in self.keys.items() if key.of_person == person and key_id not in self.revoked]

    def appointers(self, post: str, on: date) -> list[str]:
        """Return who holds the *post* that appoints, and has a key to sign with."""
        of_persons = {key.of_person for key_id, key in self.keys.items() if key_id not in self.revoked}
        return sorted(person for person in self.all_holders(post, on) if {"", person} & of_persons)

    def key(self, key_id: str, person: str, door: str, *, also_revoked: bool = False) -> KeyRegistered:
        """Return the key with which *person* may sign at *door*, or *also_revoked* could before it was.

        Raises:
            UnknownKeyError: If there is no such key for them.
        """
        key = self.keys.get(key_id)
        reason = ""
        if key is None:
            reason = "not registered"
        elif key_id in self.revoked and not also_revoked:
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


def judge(state: MandateState, command: MandateCommand) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    match command:
        case Appoint(_, appointed):
            return _appointed(state, appointed)
        case RegisterKey(_, registered):
            return _registered(state, registered)
        case RevokeKey(act, key_id, reason):
            return _revoked(state, act, key_id, reason)
        case RotateKey(act, registered, old, reason):
            return (*_registered(state, registered), *_revoked(state, act, old, reason))
        case EndTerm(act, person, post, last, reason):
            return tuple(_ended(act, held, last, reason) for held in _to_its_end(state, person, post, last))
        case SetUnit(act, _, _, unit, first, reason):
            held = _term(state, command.person, command.post, first)
            moved = msgspec.structs.replace(held, act=act, unit=unit, first=first)
            return (_ended(act, held, first - timedelta(days=1), reason), moved)
        case Found(_, appointed, registered):
            if persons := state.appointers(appointed.post, appointed.first):
                clause = appointed.act.clause
                raise AlreadyFoundedError(
                    county=appointed.county, persons=", ".join(persons), post=appointed.post, clause=clause
                )
            if registered.key_id in state.revoked:
                who = {"person": registered.of_person, "door": registered.of_door}
                raise UnknownKeyError(key_id=registered.key_id, **who, reason="revoked")
            return (*_appointed(state, appointed), *_registered(state, registered))
        case NameDeputy(act, deputy):
            check_may_be_named(deputy, state.deputies.values())
            return (DeputyNamed(act, deputy),)
        case EndDeputy(act, absence_no):
            return (DeputyEnded(act, absence_no),) if absence_no in state.deputies else ()


def _appointed(state: MandateState, appointed: Appointed) -> tuple[Fact, ...]:
    if appointed.last is not None and appointed.last < appointed.first:
        raise TermError(person=appointed.person, post=appointed.post, first=appointed.first, last=appointed.last)
    again = any(
        (h.person, h.first, h.last) == (appointed.person, appointed.first, appointed.last)
        for h in state.held.get(appointed.post, [])
    )
    return () if again else (appointed,)


def _registered(state: MandateState, registered: KeyRegistered) -> tuple[Fact, ...]:
    known = state.keys.get(registered.key_id)
    if known and known.content() != registered.content():
        key = f"key {registered.key_id}"
        raise RepeatDiffersError(key=key, recorded=known.content(), asked=registered.content())
    return () if known else (registered,)


def _revoked(state: MandateState, act: Act, key_id: str, reason: str) -> tuple[Fact, ...]:
    if key_id not in state.keys:
        # Silence would leave the key that was meant signing on.
        raise UnknownKeyError(key_id=key_id, person=act.person, door=act.door, reason="not registered")
    return () if key_id in state.revoked else (KeyRevoked(act, key_id, reason),)


def _term(state: MandateState, person: str, post: str, on: date) -> Appointed:
    """Return the term that holds a day, or begins after it."""
    return _to_its_end(state, person, post, on)[0]


def _to_its_end(state: MandateState, person: str, post: str, on: date) -> list[Appointed]:
    """Return the term that holds a day, or begins after it, with the parts of it that follow in other units."""
    terms = [h for h in state.held.get(post, []) if h.person == person and (h.last is None or on <= h.last)]
    terms = sorted((held for held in terms if not _is_void(held)), key=lambda held: held.first)
    if not terms:
        return [state.mandate(person, post, on)]  # Which tells who does hold it.
    found = terms[:1]
    for held in terms[1:]:
        if found[-1].last is None or held.first != found[-1].last + timedelta(days=1):
            break
        found.append(held)
    return found


def _is_void(held: Appointed) -> bool:
    # Ended before it began, or in another unit from its first day on.
    return held.last is not None and held.last < held.first


def _ended(act: Act, held: Appointed, last: date, reason: str) -> TermEnded:
    return TermEnded(act, held.county, held.person, held.post, held.first, last, reason)


def apply(state: MandateState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case Appointed():
            state.held.setdefault(fact.post, []).append(fact)
            _note_grant(state, fact.act, fact.person)
        case TermEnded():
            terms = state.held[fact.post]
            same = [n for n, h in enumerate(terms) if (h.person, h.first) == (fact.person, fact.first)]
            n = min((n for n in same if _runs(terms[n], fact)), key=lambda n: _is_void(terms[n]))
            terms[n] = msgspec.structs.replace(terms[n], last=fact.last)
        case KeyRegistered():
            state.keys[fact.key_id] = fact
            _note_grant(state, fact.act, fact.of_person)
        case KeyRevoked():
            state.revoked.add(fact.key_id)
        case DeputyNamed():
            state.deputies[fact.deputy.absence_no] = fact.deputy
        case DeputyEnded():
            state.deputies.pop(fact.absence_no)
        case _:
            raise AssertionError(fact)


def _runs(held: Appointed, ended: TermEnded) -> bool:
    # Terms of one person at one post do not overlap; one that was ended before it began may begin like another.
    return held.last is None or ended.last <= held.last


def _note_grant(state: MandateState, act: Act, person: str) -> None:
    for granter in act.hands:
        if person not in ("", granter):
            state.granted.setdefault(granter, set()).add(person)


MANDATE = Decider(
    "mandates",
    MandateState,
    judge,
    apply,
    get_args(MandateCommand),
    (Appointed, KeyRegistered, KeyRevoked, DeputyNamed, DeputyEnded, TermEnded),
)
