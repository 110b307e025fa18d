"""What is ordered about a person (任免、密钥): by whom, and what the mandates are told in the same transaction."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.act import Act
from domain.calendar import day_of
from domain.cases import CaseId, case_id, mandates_stream
from domain.errors import BadInputError
from domain.ledger import Step
from domain.mandate import MANDATE, MandateState
from domain.mandate_facts import (
    Appoint,
    Appointed,
    EndTerm,
    Found,
    KeyRegistered,
    MandateCommand,
    RegisterKey,
    RevokeKey,
    RotateKey,
    SetUnit,
)
from domain.mandate_refusals import (
    AlreadyHoldsError,
    KeyKnownError,
    LastAppointerError,
    OwnOrderError,
    PastTermError,
    UnknownKeyError,
)
from domain.order import Order, PersonOrdered
from domain.order_requests import (
    AppointPerson,
    ChangeUnit,
    DismissPerson,
    OrderRequest,
    RegisterPersonKey,
    RevokePersonKey,
    RotatePersonKey,
)
from domain.procedures.asking import Asking, NoRuleStatedError
from domain.requests import answered_step

CLAUSE = "engine A-81"
WHAT = "appoint people and register keys"
FOUNDING = "founding act of the operator"


def ask(asking: Asking, request: OrderRequest) -> Iterator[Step]:
    """Order something about a person, for the post that may; one's own key may be rotated and revoked by oneself.

    Raises:
        OwnOrderError: If somebody would appoint himself, or register a key for himself.
        LastAppointerError: If nobody would be left who may.
    """
    person, stream = asking.case.no, mandates_stream(asking.case.county)
    post = _check_asker(asking, request)
    command = _command(asking, request, asking.read(MANDATE, stream))
    if isinstance(command, EndTerm | RevokeKey):
        on = command.last + timedelta(days=1) if isinstance(command, EndTerm) else day_of(asking.act.recorded_at)
        before, after = asking.read(MANDATE, stream), asking.after(MANDATE, stream, command)
        if before.appointers(post, on) and not after.appointers(post, on):
            raise LastAppointerError(county=asking.case.county, post=post, clause=CLAUSE)
    ordered = PersonOrdered(
        command.act,
        asking.case.county,
        person,
        answered_step(request),
        getattr(request, "post", ""),
        getattr(request, "key_id", ""),
        getattr(request, "reason", ""),
    )
    yield Step(asking.own, Order(command.act, ordered))
    yield Step(stream, command)


def _check_asker(asking: Asking, request: OrderRequest) -> str:
    """Return the post that appoints, for which whoever asks acts."""
    rule, own = asking.rules().engine.people, asking.case.no in asking.act.hands
    if rule is None:
        raise NoRuleStatedError(question="who may appoint people and register keys?", key="engine.people")
    if own and isinstance(request, RotatePersonKey | RevokePersonKey):
        return rule.post
    asking.needs_post(rule.post, WHAT, CLAUSE)
    if own and not isinstance(request, DismissPerson):
        raise OwnOrderError(person=asking.case.no, clause=CLAUSE)
    return rule.post


def _command(asking: Asking, request: OrderRequest, mandates: MandateState) -> MandateCommand:
    act, person, today = asking.act.under(CLAUSE), asking.case.no, day_of(asking.act.recorded_at)
    match request:
        case AppointPerson():
            return Appoint(act, _appointed(asking, request, mandates))
        case DismissPerson(post=post, last=last, reason=reason):
            _check_not_past("last", last, today - timedelta(days=1))
            return EndTerm(act, person, post, last, reason)
        case ChangeUnit(post=post, unit=unit, first=first, reason=reason):
            _check_not_past("first", first, today)
            mandates.mandate(person, post, first)
            return SetUnit(act, person, post, unit, first, reason)
        case RegisterPersonKey():
            return RegisterKey(act, _registered(asking, request, mandates))
        case RotatePersonKey(old=old, reason=reason):
            _check_own_key(asking, mandates, old)
            return RotateKey(act, _registered(asking, request, mandates), old, reason)
        case RevokePersonKey(key_id=key_id, reason=reason):
            _check_own_key(asking, mandates, key_id)
            return RevokeKey(act, key_id, reason)


def _appointed(asking: Asking, request: AppointPerson, mandates: MandateState) -> Appointed:
    rules, person = asking.rules(), asking.case.no
    _check_not_past("first", request.first, day_of(asking.act.recorded_at))
    units = {post.id: post.unit for post in rules.profile.posts}
    if rules.engine.people is not None:
        units.setdefault(rules.engine.people.post, rules.engine.people.post)
    if request.post not in units:
        raise BadInputError("post", f"{request.post!r} is none of the county's: {', '.join(sorted(units))}")
    appointed = Appointed(
        asking.act.under(CLAUSE),
        asking.case.county,
        person,
        request.post,
        request.unit or units[request.post],
        request.first,
        request.last,
    )
    for held in mandates.held.get(request.post, []):
        ends = held.last or date.max
        if held.person == person and held.first <= (request.last or date.max) and request.first <= ends:
            last = held.last or "-"
            raise AlreadyHoldsError(person=person, post=request.post, first=held.first, last=last)
    return appointed


def _registered(asking: Asking, request: RegisterPersonKey | RotatePersonKey, mandates: MandateState) -> KeyRegistered:
    for key in mandates.keys.values():
        if request.key_id == key.key_id or request.public_key == key.public_key:
            raise KeyKnownError(key_id=request.key_id, known=key.key_id, owner=key.of_person or "-")
    act, case = asking.act.under(CLAUSE), asking.case
    return KeyRegistered(act, case.county, request.key_id, request.public_key, request.of_door, case.no)


def _check_own_key(asking: Asking, mandates: MandateState, key_id: str) -> None:
    key = mandates.keys.get(key_id)
    if key is None or key.of_person != asking.case.no:
        owned = ", ".join(sorted(k for k, one in mandates.keys.items() if one.of_person == asking.case.no)) or "-"
        reason = f"not a key of {asking.case.no}: {owned}"
        raise UnknownKeyError(key_id=key_id, person=asking.act.person, door=asking.act.door, reason=reason)
    if key_id in mandates.revoked:
        raise UnknownKeyError(key_id=key_id, person=asking.act.person, door=asking.act.door, reason="revoked")


def _check_not_past(name: str, asked: date, earliest: date) -> None:
    if asked < earliest:
        raise PastTermError(field=name, asked=asked, earliest=earliest)


def founding(act: Act, county: str, person: str, post: str, key: tuple[str, str, str]) -> Step:
    """Return the step by which an operator appoints the first who appoints, with a *key*: its id, public half, door."""
    case_id(*CaseId(county, "people", person))  # An id that no case could have would be nobody's.
    act = act.under(f"{CLAUSE}: {FOUNDING}")
    appointed = Appointed(act, county, person, post, post, act.occurred_on, None)
    return Step(mandates_stream(county), Found(act, appointed, KeyRegistered(act, county, *key, person)))
