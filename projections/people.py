"""View `people`: who holds which post from when to when and by whose word, who stands in for whom, and which keys sign.

Terms are read off the mandates' own state. Of a key there is its id, never the key.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Date, Integer, MetaData, String, Table

from domain.act import Act, Fact
from domain.calendar import day_of
from domain.cases import kind_of
from domain.ledger import PART
from domain.mandate import MANDATE, MandateState
from domain.mandate_facts import Appointed, DeputyEnded, DeputyNamed, KeyRegistered, KeyRevoked, TermEnded
from domain.order import PEOPLE, PersonOrdered
from projections.batch import Batch, Logged
from projections.book import Book, Row
from projections.view import View

TABLES = MetaData()
TERMS = Table(
    "view_people_terms",
    TABLES,
    Column("county", String, primary_key=True),
    Column("post", String, primary_key=True),
    Column("number", Integer, primary_key=True),  # Of the post's appointments.
    Column("place", Integer, nullable=False),  # Of the post among the county's, in order of first appointment.
    Column("person", String, nullable=False, index=True),
    Column("unit", String, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date),
    Column("by_person", String, nullable=False),
    Column("by_post", String, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Column("clause", String, nullable=False),
    Column("command", String, nullable=False),
)
ABSENCES = Table(
    "view_people_absences",
    TABLES,
    Column("county", String, primary_key=True),
    Column("absence_no", String, primary_key=True),
    Column("place", Integer, nullable=False),  # In the order in which they were entered.
    Column("person", String, nullable=False, index=True),
    Column("post", String, nullable=False),
    Column("deputy", String, nullable=False, index=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("amount_most_fen", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("by_person", String, nullable=False),
    Column("ended_on", Date),
    Column("ended_by", String, nullable=False),
)
KEYS = Table(
    "view_people_keys",
    TABLES,
    Column("county", String, primary_key=True),
    Column("key_id", String, primary_key=True),
    Column("person", String, nullable=False, index=True),  # "" where the door says who signs.
    Column("door", String, nullable=False),
    Column("registered_on", Date, nullable=False),
    Column("registered_by", String, nullable=False),
    Column("revoked_on", Date),
    Column("revoked_by", String, nullable=False),
    Column("reason", String, nullable=False),
)
CHANGES = Table(
    "view_people_changes",
    TABLES,
    Column("county", String, primary_key=True),
    Column("version", Integer, primary_key=True),  # The fact's place among the county's mandates.
    Column("person", String, nullable=False, index=True),
    Column("fact", String, nullable=False),
    Column("post", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("first", Date),
    Column("last", Date),
    Column("of", String, nullable=False),  # The key's id, or the absence's number.
    Column("deputy", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Column("by_person", String, nullable=False),
    Column("by_post", String, nullable=False),
    Column("clause", String, nullable=False),
    Column("command", String, nullable=False),
)
ORDERS = Table(
    "view_people_orders",
    TABLES,
    Column("command", String, primary_key=True),
    Column("county", String, nullable=False),
    Column("case", String, nullable=False),
    Column("order_no", Integer, nullable=False),  # Of the orders about one person.
)


def take(book: Book, batch: Batch) -> None:
    """Take in what was ordered and what became of it; the terms as they stand after it."""
    for entry in batch.entries:
        if kind_of(entry.stream) == PEOPLE.kind:
            _order(book, entry)
        else:
            _mandate(book, entry)
    for stream in batch.streams():
        if kind_of(stream) == MANDATE.kind:
            county = stream.partition("/")[0]
            book.replace(TERMS, county, _terms(county, batch.state(stream)))


VIEW = View("people", 1, TABLES, frozenset({MANDATE.kind, PEOPLE.kind}), take)


def _order(book: Book, entry: Logged) -> None:
    fact = entry.fact
    assert isinstance(fact, PersonOrdered)
    row = {"county": fact.county, "case": entry.stream, "order_no": entry.version}
    book.put(ORDERS, {"command": _command(fact.act), **row})


def _terms(county: str, state: MandateState) -> Iterator[Row]:
    for place, (post, held) in enumerate(state.held.items()):
        for number, term in enumerate(held, start=1):
            yield {
                "county": county,
                "post": post,
                "number": number,
                "place": place,
                "person": term.person,
                "unit": term.unit,
                "first": term.first,
                "last": term.last,
                **_by(term.act),
            }


def _mandate(book: Book, entry: Logged) -> None:
    county, fact = entry.stream.partition("/")[0], entry.fact
    on, who = day_of(fact.act.recorded_at), fact.act.person
    match fact:
        case DeputyNamed():
            book.put(ABSENCES, {"county": county, "place": entry.version, **_absence(fact)})
        case DeputyEnded():
            book.change(ABSENCES, county, fact.absence_no, ended_on=on, ended_by=who)
        case KeyRegistered():
            row = {"person": fact.of_person, "door": fact.of_door, "registered_on": on, "registered_by": who}
            book.put(KEYS, {"county": county, "key_id": fact.key_id, **row, "revoked_by": "", "reason": ""})
        case KeyRevoked():
            book.change(KEYS, county, fact.key_id, revoked_on=on, revoked_by=who, reason=fact.reason)
    book.put(CHANGES, {"county": county, "version": entry.version, **_said(book, county, fact), **_changed(entry)})


def _absence(fact: DeputyNamed) -> Row:
    one = fact.deputy
    return {
        "absence_no": one.absence_no,
        "person": one.person,
        "post": one.post,
        "deputy": one.deputy,
        "first": one.first,
        "last": one.last,
        "kinds": list(one.kinds),
        "steps": list(one.steps),
        "amount_most_fen": one.amount_most_fen,
        "reason": one.reason,
        "by_person": one.act.person,
        "ended_by": "",
    }


def _said(book: Book, county: str, fact: Fact) -> Row:
    """Return whom a fact is about, and what it says of it."""
    blank: Row = dict.fromkeys(("post", "unit", "of", "deputy", "reason"), "")
    match fact:
        case Appointed(person=person, post=post, unit=unit, first=first, last=last):
            said: Row = {"person": person, "post": post, "unit": unit, "first": first, "last": last}
        case TermEnded(person=person, post=post, first=first, last=last, reason=reason):
            said = {"person": person, "post": post, "first": first, "last": last, "reason": reason}
        case DeputyNamed(deputy=one):
            days = {"first": one.first, "last": one.last, "of": one.absence_no, "deputy": one.deputy}
            said = {"person": one.person, "post": one.post, "reason": one.reason, **days}
        case DeputyEnded(absence_no=no):
            named = book.row(ABSENCES, county, no)
            said = {name: named[name] for name in ("person", "post", "first", "last", "deputy")} | {"of": no}
        case KeyRegistered(key_id=key_id, of_person=person):
            said = {"person": person, "of": key_id}
        case KeyRevoked(key_id=key_id, reason=reason):
            said = {"person": book.row(KEYS, county, key_id)["person"], "of": key_id, "reason": reason}
        case _:
            raise AssertionError(fact)
    return blank | said


def _changed(entry: Logged) -> Row:
    return {"fact": entry.topic, "occurred_on": entry.fact.act.occurred_on, **_by(entry.fact.act)}


def _by(act: Act) -> Row:
    who: dict[str, Any] = {"by_person": act.person, "by_post": act.post, "clause": act.clause}
    return {**who, "recorded_on": day_of(act.recorded_at), "command": _command(act)}


def _command(act: Act) -> str:
    return act.command_id.partition(PART)[0]
