"""Days of publicity that were counted before a year's notice was out, counted again when it is.

Public on 28 January 2022, for three working days: to 2 February as far as was known, and to 7 February by the notice.
"""

from datetime import date, datetime

import msgspec
import pytest

from domain.calendar import WorkCalendar, due
from domain.disclosure import DISCLOSURE, next_moment, recounted, stage
from domain.disclosure_facts import (
    DisclosureArose,
    DisclosurePublished,
    DisclosureWithdrawn,
    EndPublicity,
    ObjectionRaised,
    ObjectionRuled,
    PublicityBegan,
    PublicityEnded,
    PublicityRecounted,
    PublicityResumed,
    PublicityTerm,
    RecountPublicity,
)
from tests.domain.given import PLACES, arose, by, fold, given
from tests.domain.test_recomputing import UNTIL_2021, UNTIL_2022, at

FIRST, BEFORE, NOW = date(2022, 1, 28), date(2022, 2, 2), date(2022, 2, 7)
TERM = PublicityTerm(3, "working", "GF L26")


def public(count: int = 3, first: date = FIRST, known: WorkCalendar = UNTIL_2021) -> tuple[object, ...]:
    """Return an entry that became public everywhere on a day, as its days were counted then."""
    made: DisclosureArose = arose(by("wang", date(2022, 1, 20)))
    term = msgspec.structs.replace(TERM, count=count)
    made = msgspec.structs.replace(made, terms=msgspec.structs.replace(made.terms, publicity=term))
    places = [DisclosurePublished(by("li", first), n, place, "e" * 64) for n, place in enumerate(PLACES, start=1)]
    end = due(first, count, "working", known)
    return made, *places, PublicityBegan(by("li", first), end.on, end.revision, end.provisional)


def look(moment: datetime, known: WorkCalendar = UNTIL_2022) -> RecountPublicity:
    return RecountPublicity(by("engine", moment.date(), recorded=moment), known)


def test_the_days_end_where_the_notice_puts_their_end() -> None:
    command = look(at(date(2022, 1, 29), 9))
    given(*public()).when(command).then(
        PublicityRecounted(command.act.under("GF L26"), BEFORE, NOW, "2021-2022/2021-10-25", provisional=False)
    )
    (fact,) = DISCLOSURE.decide(fold(DISCLOSURE, public()), command)
    state = fold(DISCLOSURE, (*public(), fact))
    assert next_moment(state) == at(date(2022, 2, 8))
    assert recounted(state, UNTIL_2022) is None


def test_they_do_not_end_on_the_old_day_and_end_on_the_new_one() -> None:
    (fact,) = DISCLOSURE.decide(fold(DISCLOSURE, public()), look(at(date(2022, 1, 29), 9)))
    early = EndPublicity(by("engine", recorded=at(date(2022, 2, 3))))
    given(*public(), fact).when(early).then()
    late = EndPublicity(by("engine", recorded=at(date(2022, 2, 8))))
    given(*public(), fact).when(late).then(PublicityEnded(late.act))


def test_days_that_are_left_after_an_objection_are_counted_again_from_its_ruling() -> None:
    ruled_on = date(2022, 1, 29)
    end = due(ruled_on, 2, "working", UNTIL_2021)
    story = (
        *public(),
        ObjectionRaised(by("zhao", FIRST), 1, "hotline", "户数不对", "", stops=True, days_left=2),
        ObjectionRuled(by("li", ruled_on), 1, upheld=False, reason="核实一致"),
        PublicityResumed(by("li", ruled_on), end.on, end.revision, end.provisional),
    )
    (fact,) = DISCLOSURE.decide(fold(DISCLOSURE, story), look(at(date(2022, 1, 29), 9)))
    assert (fact.until_before, fact.until) == (date(2022, 2, 1), due(ruled_on, 2, "working", UNTIL_2022).on)


OBJECTED = ObjectionRaised(by("zhao", FIRST), 1, "hotline", "户数不对", "", stops=True, days_left=2)


@pytest.mark.parametrize(
    "story",
    [
        pytest.param((*public(), PublicityEnded(by("engine"))), id="over"),
        pytest.param((*public(), DisclosureWithdrawn(by("li"), "重复")), id="taken back"),
        pytest.param((*public(), OBJECTED), id="stopped"),
        pytest.param(public(known=UNTIL_2022), id="final"),
        pytest.param(public()[:1], id="not public"),
    ],
)
def test_what_does_not_run_or_is_final_is_left_alone(story: tuple[object, ...]) -> None:
    before = stage(fold(DISCLOSURE, story))
    facts = () if before == "withdrawn" else DISCLOSURE.decide(fold(DISCLOSURE, story), look(at(date(2022, 2, 4), 9)))
    assert facts == ()
    assert recounted(fold(DISCLOSURE, story), UNTIL_2022) is None


def test_an_older_calendar_takes_nothing_back() -> None:
    given(*public(first=date(2022, 12, 29), known=UNTIL_2022)).when(look(at(date(2022, 12, 30), 9), UNTIL_2021)).then()
