"""Orders about people (任免、密钥): by whom, never for oneself, not back in time, never so that nobody is left."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from domain.act import Act
from domain.cases import mandates_stream
from domain.errors import BadInputError, BridgefundError
from domain.ledger import Recorded
from domain.mandate import MANDATE, MandateState
from domain.mandate_facts import Appointed, KeyRegistered, KeyRevoked, TermEnded
from domain.mandate_refusals import (
    AlreadyFoundedError,
    AlreadyHoldsError,
    KeyKnownError,
    LastAppointerError,
    NotHolderError,
    OwnOrderError,
    PastTermError,
    TermError,
    UnknownKeyError,
)
from domain.order import PersonOrdered
from domain.order_requests import (
    AppointPerson,
    ChangeUnit,
    DismissPerson,
    OrderRequest,
    RegisterPersonKey,
    RevokePersonKey,
    RotatePersonKey,
)
from domain.people_requests import OpenAbsence
from domain.procedures.asking import WrongPostError
from domain.procedures.orders import founding
from domain.requests import to_body
from tests.domain.county import DAY, County

YESTERDAY, TOMORROW, LATER = DAY - timedelta(days=1), DAY + timedelta(days=1), DAY + timedelta(days=30)
HE = ("personnel", "he")
OWN = ("finance_section", "li")


def key(no: str) -> str:
    return no * 64


@pytest.fixture
def office(sample: County) -> County:
    """A county in which he was founded as the one who appoints, with a key; li holds a post with a key."""
    sample.ledger.execute(founding(sample.act("found", "operator", "operator"), "sample", "he", "personnel", KEY_OF_HE))
    ask(sample, "li", AppointPerson(post="finance_section", first=DAY))
    ask(sample, "li", RegisterPersonKey(key_id="li-1", public_key=key("1"), of_door="cli"))
    return sample


KEY_OF_HE = ("he-1", key("a"), "cli")


def ask(
    county: County, person: str, request: OrderRequest, who: tuple[str, str] = HE, *, for_: str = ""
) -> list[Recorded]:
    post, asks = who
    act: Act = msgspec.structs.replace(county.act(to_body(request), post, asks), on_behalf_of=for_)
    recorded = county.run("people", person, request, act)
    assert county.run("people", person, request, act) == [], "asked again, it took effect again"
    assert all(r.fact.act.clause == "engine A-81" for r in recorded)
    return recorded


def refused(
    county: County, person: str, request: OrderRequest, error: type[BridgefundError], *said: object,
    who: tuple[str, str] = HE, for_: str = "",
) -> None:  # fmt: skip
    before = len(list(county.ledger.log()))
    with pytest.raises(BridgefundError) as caught:
        ask(county, person, request, who, for_=for_)
    assert type(caught.value) is error, caught.value
    for language in ("zh", "en"):
        assert [one for one in said if str(one) not in caught.value.text(language)] == [], caught.value
    assert len(list(county.ledger.log())) == before


def mandates(county: County) -> MandateState:
    return county.ledger.state(MANDATE, mandates_stream(county.name))


def holders(county: County, post: str, on: date) -> dict[str, str]:
    return {held.person: held.unit for held in mandates(county).holders_of(post, on)}


def test_the_operator_founds_once_and_says_so(office: County) -> None:
    first = office.ledger.facts(mandates_stream(office.name))[0]
    assert isinstance(first, Appointed)
    assert (first.person, first.act.person, "founding" in first.act.clause) == ("he", "operator", True)
    again = founding(office.act("found", "operator", "operator"), "sample", "ma", "personnel", ("m", key("b"), "cli"))
    with pytest.raises(AlreadyFoundedError, match="he"):
        office.ledger.execute(again)


def test_a_person_is_appointed_with_dates_to_the_posts_own_unit_or_another(office: County) -> None:
    ordered, appointed = (r.fact for r in ask(office, "wu", AppointPerson(post="rrb", first=TOMORROW, last=LATER)))
    assert isinstance(ordered, PersonOrdered)
    assert (ordered.person, ordered.what, ordered.post) == ("wu", "appoint", "rrb")
    assert (appointed.unit, appointed.first, appointed.last) == ("rrb", TOMORROW, LATER)
    assert [holders(office, "rrb", day) for day in (DAY, LATER)] == [{}, {"wu": "rrb"}]
    ask(office, "ma", AppointPerson(post="township_office", unit="乙乡", first=DAY))
    assert holders(office, "township_office", DAY) == {"ma": "乙乡"}


@pytest.mark.parametrize(
    ("person", "request_", "error", "said"),
    [
        ("he", AppointPerson(post="director", first=DAY), OwnOrderError, ("he", "A-81")),
        ("he", RegisterPersonKey(key_id="he-2", public_key=key("c"), of_door="cli"), OwnOrderError, ("he",)),
        ("wu", AppointPerson(post="rrb", first=YESTERDAY), PastTermError, (YESTERDAY, DAY)),
        ("wu", AppointPerson(post="rrb", first=LATER, last=DAY), TermError, (LATER, DAY)),
        ("wu", AppointPerson(post="emperor", first=DAY), BadInputError, ("emperor", "township_office")),
        ("li", AppointPerson(post="finance_section", first=LATER), AlreadyHoldsError, ("li", DAY)),
        ("li", DismissPerson(post="rrb", last=DAY, reason="x"), NotHolderError, ("li", "rrb")),
        ("li", DismissPerson(post="finance_section", last=DAY - timedelta(2), reason="x"), PastTermError, (YESTERDAY,)),
        ("li", ChangeUnit(post="finance_section", unit="rrb", first=YESTERDAY, reason="x"), PastTermError, (DAY,)),
        ("li", ChangeUnit(post="rrb", unit="rrb", first=DAY, reason="x"), NotHolderError, ("li",)),
        ("wu", RegisterPersonKey(key_id="wu-1", public_key=key("1"), of_door="cli"), KeyKnownError, ("li-1", "li")),
        ("li", RegisterPersonKey(key_id="li-1", public_key=key("d"), of_door="cli"), KeyKnownError, ("li-1",)),
        ("li", RevokePersonKey(key_id="he-1", reason="x"), UnknownKeyError, ("he-1", "li-1")),
        ("he", RevokePersonKey(key_id="he-1", reason="x"), LastAppointerError, ("personnel", "A-81")),
        ("he", DismissPerson(post="personnel", last=DAY, reason="x"), LastAppointerError, ("personnel",)),
    ],
)
def test_what_is_wrong_of_an_order_is_refused(
    office: County, person: str, request_: OrderRequest, error: type[BridgefundError], said: tuple[Any, ...]
) -> None:
    refused(office, person, request_, error, *said)


def test_only_personnel_orders_and_nobody_through_a_deputy_for_himself(office: County) -> None:
    post = AppointPerson(post="rrb", first=DAY)
    refused(office, "wu", post, WrongPostError, "personnel", "finance_section", who=OWN)
    refused(office, "li", RegisterPersonKey(key_id="x", public_key=key("e"), of_door="cli"), WrongPostError, who=OWN)
    act = office.act("absent", *HE)
    office.run("absence", "1", OpenAbsence(deputy="li", first=DAY, last=LATER, reason="样例：培训"), act)
    refused(office, "li", post, OwnOrderError, "li", who=("personnel", "li"), for_="he")
    assert ask(office, "wu", post, ("personnel", "li"), for_="he")


def test_a_dismissed_person_holds_the_post_to_the_last_day(office: County) -> None:
    ask(office, "li", DismissPerson(post="finance_section", last=LATER, reason="样例：退休"))
    assert [holders(office, "finance_section", day) for day in (LATER, LATER + timedelta(1))] == [
        {"li": "finance_bureau"},
        {},
    ]
    *_, ended = ask(office, "li", DismissPerson(post="finance_section", last=YESTERDAY, reason="样例：即日免职"))
    assert isinstance(ended.fact, TermEnded)
    assert holders(office, "finance_section", DAY) == {}
    ask(office, "li", AppointPerson(post="finance_section", first=DAY))
    assert holders(office, "finance_section", DAY) == {"li": "finance_bureau"}


def test_a_unit_changes_from_a_day_on_and_the_term_stays(office: County) -> None:
    ask(office, "ma", AppointPerson(post="township_office", unit="甲乡", first=DAY, last=LATER))
    ask(office, "ma", ChangeUnit(post="township_office", unit="乙乡", first=TOMORROW, reason="样例：调动"))
    days = (DAY, TOMORROW, LATER, LATER + timedelta(days=1))
    assert [holders(office, "township_office", day) for day in days] == [
        {"ma": "甲乡"},
        {"ma": "乙乡"},
        {"ma": "乙乡"},
        {},
    ]


def test_a_dismissal_ends_what_was_to_follow_in_another_unit(office: County) -> None:
    ask(office, "ma", AppointPerson(post="township_office", unit="甲乡", first=DAY))
    ask(office, "ma", ChangeUnit(post="township_office", unit="乙乡", first=LATER, reason="样例：下月调动"))
    ask(office, "ma", DismissPerson(post="township_office", last=DAY, reason="样例：免职"))
    assert [holders(office, "township_office", day) for day in (DAY, TOMORROW, LATER)] == [{"ma": "甲乡"}, {}, {}]


def test_a_dismissal_leaves_a_later_term_that_was_given_by_itself(office: County) -> None:
    ask(office, "ma", AppointPerson(post="township_office", unit="甲乡", first=DAY, last=TOMORROW))
    ask(office, "ma", AppointPerson(post="township_office", unit="甲乡", first=LATER))
    ask(office, "ma", DismissPerson(post="township_office", last=DAY, reason="样例：提前免职"))
    assert [holders(office, "township_office", day) for day in (TOMORROW, LATER)] == [{}, {"ma": "甲乡"}]


def test_a_dismissal_ends_the_term_that_runs_and_no_void_one(office: County) -> None:
    """Of the same first day is also what was ended before it began, or moved to another unit on that day."""
    ask(office, "ma", AppointPerson(post="township_office", unit="甲乡", first=DAY))
    ask(office, "ma", ChangeUnit(post="township_office", unit="乙乡", first=DAY, reason="样例：单位填错"))
    ask(office, "ma", DismissPerson(post="township_office", last=YESTERDAY, reason="样例：免职"))
    assert holders(office, "township_office", DAY) == {}
    ask(office, "ma", AppointPerson(post="township_office", unit="甲乡", first=DAY))
    assert holders(office, "township_office", DAY) == {"ma": "甲乡"}
    ask(office, "ma", DismissPerson(post="township_office", last=YESTERDAY, reason="样例：又免职"))
    assert holders(office, "township_office", DAY) == {}
    refused(
        office, "ma", DismissPerson(post="township_office", last=YESTERDAY, reason="样例：再免"), NotHolderError, "ma"
    )


def test_a_key_is_rotated_by_its_owner_in_one_transaction(office: County) -> None:
    rotate = RotatePersonKey(key_id="li-2", public_key=key("2"), of_door="cli", old="li-1", reason="样例：换机")
    refused(office, "li", rotate, WrongPostError, "personnel", who=("finance_section", "wu"))
    _, new, old = (r.fact for r in ask(office, "li", rotate, OWN))
    assert (type(new), new.key_id, new.of_person) == (KeyRegistered, "li-2", "li")
    assert (type(old), old.key_id) == (KeyRevoked, "li-1")
    state = mandates(office)
    with pytest.raises(UnknownKeyError, match="revoked"):
        state.key("li-1", "li", "cli")
    assert state.key("li-1", "li", "cli", also_revoked=True).public_key == key("1")
    again = msgspec.structs.replace(rotate, key_id="li-3", public_key=key("3"))
    refused(office, "li", again, UnknownKeyError, "li-1", who=OWN)
    ask(office, "li", RevokePersonKey(key_id="li-2", reason="样例：遗失"), OWN)


def test_with_a_second_one_who_appoints_the_first_may_go(office: County) -> None:
    ask(office, "ma", AppointPerson(post="personnel", first=DAY))
    refused(
        office, "he", DismissPerson(post="personnel", last=DAY, reason="样例：退休"), LastAppointerError, "personnel"
    )
    ask(office, "ma", RegisterPersonKey(key_id="ma-1", public_key=key("b"), of_door="cli"))
    ask(office, "he", DismissPerson(post="personnel", last=DAY, reason="样例：退休"))
    assert mandates(office).appointers("personnel", TOMORROW) == ["ma"]


def test_the_operator_founds_anew_where_nobody_is_left(office: County) -> None:
    """Dates may leave nobody where no order did: a term that was given with an end."""
    ask(office, "ma", AppointPerson(post="personnel", first=DAY, last=DAY))
    ask(office, "ma", RegisterPersonKey(key_id="ma-1", public_key=key("b"), of_door="cli"))
    ask(office, "he", RevokePersonKey(key_id="he-1", reason="样例：遗失"))
    office.today = TOMORROW
    again = founding(office.act("found", "operator", "operator"), "sample", "ma", "personnel", ("m2", key("c"), "cli"))
    assert office.ledger.execute(again)
