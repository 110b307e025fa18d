"""The view of people: posts with their days and by whose order, who stands in, keys by their ids alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from domain.cases import mandates_stream
from domain.ledger import Ledger
from domain.mandate import MANDATE
from domain.order_requests import AppointPerson, ChangeUnit, DismissPerson
from domain.people_requests import EndAbsence
from projections.people import TABLES, VIEW
from projections.people_read import Term, absences, holders, keys, people, person_history, terms
from projections.rebuilding import rebuild
from projections.runner import catch_up
from projections.store import views_engine
from tests.projections.test_runner import rows
from tests.story import COUNTY, Story, day, office

HER, CHIEF = "p-payment_centre", "p-personnel"


@pytest.fixture(scope="module")
def told(told_store: str) -> Iterator[Engine]:
    """The story's people, and what becomes of her: she moves to another unit, comes back early, and is dismissed."""
    made = views_engine(told_store)
    with Ledger(told_store) as ledger:
        story = Story(ledger)
        office(story)
        moved = ChangeUnit(post="payment_centre", unit="样例·支付中心二部", first=day(8, 23), reason="样例：调整")
        story.ask("people", HER, moved, "personnel", day(8, 22))
        story.ask("absence", "2023-1", EndAbsence(reason="样例：提前返岗"), "payment_centre", day(8, 24))
        gone = DismissPerson(post="payment_centre", last=day(8, 30), reason="样例：调离")
        story.ask("people", HER, gone, "personnel", day(8, 25))
        again = AppointPerson(post="finance_section", first=day(9, 1), unit="finance")
        story.ask("people", HER, again, "personnel", day(8, 31))
        catch_up(ledger, made, [VIEW], batch=5)
        yield made
    made.dispose()


def test_a_county_has_its_people_of_a_day(told: Engine) -> None:
    assert people(told, COUNTY, day(8, 12)) == []
    assert people(told, COUNTY, day(8, 13)) == [HER, CHIEF]
    assert people(told, COUNTY, day(8, 31)) == [CHIEF]
    assert people(told, COUNTY, day(9, 1)) == [HER, CHIEF]
    assert people(told, "elsewhere", day(9, 1)) == []


def test_a_post_is_held_on_a_day_in_the_unit_of_that_day_by_an_order_with_its_number(told: Engine) -> None:
    [first] = holders(told, COUNTY, "payment_centre", day(8, 22))
    [then] = holders(told, COUNTY, "payment_centre", day(8, 30))
    assert holders(told, COUNTY, "payment_centre", day(8, 31)) == []
    assert (first.unit, first.first, first.last) == ("centre", day(8, 13), day(8, 22))
    assert (then.unit, then.first, then.last) == ("样例·支付中心二部", day(8, 23), day(8, 30))
    assert (first.by_person, first.by_post, first.clause) == (CHIEF, "personnel", "engine A-81")
    assert (first.order, first.order_no, then.order_no) == (f"{COUNTY}/people/{HER}", 1, 5)


def test_who_was_founded_was_appointed_by_no_order(told: Engine) -> None:
    [chief] = holders(told, COUNTY, "personnel", day(8, 13))
    assert (chief.order, chief.order_no, chief.by_person) == (None, None, "p-operator")


def test_terms_are_the_mandates_own_to_the_day(told: Engine, told_store: str) -> None:
    with Ledger(told_store) as ledger:
        state = ledger.state(MANDATE, mandates_stream(COUNTY))
    own = [(post, one.person, one.unit, one.first, one.last) for post, held in state.held.items() for one in held]
    assert [(t.post, t.person, t.unit, t.first, t.last) for t in terms(told, COUNTY)] == own
    assert {t.person for t in terms(told, person=HER)} == {HER}
    on = day(8, 13)
    while on <= day(9, 2):
        assert {_who(term) for term in terms(told, COUNTY, on=on)} == {
            (held.person, post) for post in state.held for held in state.holders_of(post, on)
        }
        on += timedelta(days=1)


def _who(term: Term) -> tuple[str, str]:
    return term.person, term.post


def test_a_deputy_stands_in_until_the_absence_ends_before_its_days(told: Engine) -> None:
    [away] = absences(told, COUNTY, on=day(8, 23))
    assert (away.person, away.post, away.deputy, away.reason) == (HER, "payment_centre", CHIEF, "样例：培训")
    assert (away.first, away.last, away.ended_on, away.ended_by) == (day(8, 21), day(8, 25), day(8, 24), HER)
    assert [absences(told, COUNTY, on=on) for on in (day(8, 20), day(8, 24))] == [[], []]
    assert absences(told, deputy=CHIEF, on=day(8, 23)) == absences(told, person=HER) == [away]
    assert away.covers(day(8, 23))
    assert not away.covers(day(8, 24))


def test_a_key_signs_until_it_is_revoked_and_stands_by_its_id_alone(told: Engine) -> None:
    on = {at: {key.key_id for key in keys(told, COUNTY, on=at)} for at in (day(8, 12), day(8, 13), day(8, 14))}
    assert on == {
        day(8, 12): set(),
        day(8, 13): {"personnel-1", "centre-1", "centre-2"},
        day(8, 14): {"personnel-1", "centre-2"},
    }
    [revoked] = [key for key in keys(told, person=HER) if key.revoked_on]
    assert (revoked.key_id, revoked.revoked_by, revoked.reason) == ("centre-1", CHIEF, "样例：遗失")
    with told.connect() as connection:
        stored = [str(value) for t in TABLES.sorted_tables for row in connection.execute(select(t)) for value in row]
    assert [value for value in stored if value in ("a" * 64, "1" * 64, "2" * 64)] == []


def test_a_persons_history_is_every_fact_about_posts_absences_and_keys(told: Engine) -> None:
    history = person_history(told, HER)
    assert [(one.fact.split(".")[1], one.post or one.of, one.order_no) for one in history] == [
        ("appointed/1", "payment_centre", 1),
        ("key-registered/1", "centre-1", 2),
        ("key-registered/1", "centre-2", 3),
        ("key-revoked/1", "centre-1", 4),
        ("deputy-named/1", "payment_centre", None),
        ("term-ended/1", "payment_centre", 5),
        ("appointed/1", "payment_centre", 5),
        ("deputy-ended/1", "payment_centre", None),
        ("term-ended/1", "payment_centre", 6),
        ("appointed/1", "finance_section", 7),
    ]
    assert [one.reason for one in history if one.fact == "mandate.term-ended/1"] == ["样例：调整", "样例：调离"]
    assert [one.of for one in person_history(told, CHIEF, COUNTY) if one.deputy == CHIEF] == ["2023-1", "2023-1"]
    assert person_history(told, CHIEF, "elsewhere") == []


def test_people_rebuilt_are_people_read_in_small_batches(told: Engine, told_store: str) -> None:
    read = rows(told, [VIEW])
    with Ledger(told_store) as ledger:
        rebuild(ledger, told, VIEW)
    assert rows(told, [VIEW]) == read
    assert all(read.values())
