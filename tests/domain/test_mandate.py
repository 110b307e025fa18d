from datetime import date

import pytest

from domain.act import Act, RepeatDiffersError
from domain.mandate import MANDATE, MandateState
from domain.mandate_facts import Appoint, Appointed, KeyRegistered, KeyRevoked, RegisterKey, RevokeKey
from domain.mandate_refusals import NotHolderError, TermError, UnknownKeyError
from tests.domain.given import by, fold, given

ACT = by("clerk")
JANUARY, JUNE, JULY = date(2022, 1, 1), date(2022, 6, 30), date(2022, 7, 1)


def appointed(person: str, first: date = JANUARY, last: date | None = None, *, act: Act | None = None) -> Appointed:
    return Appointed(act or by("clerk"), "sample", person, "finance_section", "finance_bureau", first, last)


def key(
    key_id: str = "k1", public: str = "11", door: str = "cli", person: str = "", *, act: Act | None = None
) -> KeyRegistered:
    return KeyRegistered(act or by("clerk"), "sample", key_id, public * 32, door, person)


def state_of(*facts: object) -> MandateState:
    state = fold(MANDATE, facts)
    assert isinstance(state, MandateState)
    return state


# Posts


def test_person_takes_a_post_for_its_days() -> None:
    given().when(Appoint(ACT, appointed("li", act=ACT))).then(appointed("li", act=ACT))


def test_same_appointment_twice_is_one() -> None:
    given(appointed("li")).when(Appoint(ACT, appointed("li"))).then()


@pytest.mark.parametrize(("first", "last"), [(JULY, JUNE), (date(2022, 1, 2), JANUARY)])
def test_appointment_that_ends_before_it_begins_is_refused(first: date, last: date) -> None:
    given().when(Appoint(ACT, appointed("li", first, last))).refuses(TermError, "li", "finance_section", first, last)


@pytest.mark.parametrize(
    ("on", "holder"),
    [(date(2021, 12, 31), None), (JANUARY, "li"), (JUNE, "li"), (JULY, "wang"), (date(2030, 1, 1), "wang")],
)
def test_post_is_held_from_first_day_to_last(on: date, holder: str | None) -> None:
    state = state_of(appointed("li", JANUARY, JUNE), appointed("wang", JULY))
    assert state.holders(on).get("finance_section") == holder
    for person in ("li", "wang"):
        if person == holder:
            assert state.mandate(person, "finance_section", on).person == holder
        else:
            with pytest.raises(
                NotHolderError, match=f"{person} does not hold finance_section on {on}.*: {holder or '-'}"
            ):
                state.mandate(person, "finance_section", on)


def test_latest_appointed_answers_for_a_shared_post() -> None:
    state = state_of(appointed("li"), appointed("wang", JULY))
    assert state.holders(JULY) == {"finance_section": "wang"}
    # Both may act; who is told of a breach is the latest.
    assert state.mandate("li", "finance_section", JULY).person == "li"


def test_unknown_post_is_held_by_nobody() -> None:
    with pytest.raises(NotHolderError, match=r"li does not hold mayor on 2022-07-01; who does: -"):
        state_of(appointed("li")).mandate("li", "mayor", JULY)


# Keys


def test_key_is_registered_for_its_door() -> None:
    given().when(RegisterKey(ACT, key(act=ACT))).then(key(act=ACT))
    given(key()).when(RegisterKey(ACT, key(act=ACT))).then()


@pytest.mark.parametrize(
    ("again", "recorded", "asked"),
    [
        (key(public="22"), "111111111111", "222222222222"),
        (key(door="console"), "cli", "console"),
        (key(person="li"), "cli", "li"),
    ],
)
def test_same_key_id_for_something_else_is_refused(again: KeyRegistered, recorded: str, asked: str) -> None:
    given(key()).when(RegisterKey(ACT, again)).refuses(RepeatDiffersError, "k1", recorded, asked)


def test_revoked_key_signs_no_more() -> None:
    given(key()).when(RevokeKey(ACT, "k1", "lost")).then(KeyRevoked(ACT, "k1", "lost"))
    state = state_of(key(), KeyRevoked(ACT, "k1", "lost"))
    with pytest.raises(UnknownKeyError, match=r"key k1 cannot sign for li at door cli: revoked"):
        state.key("k1", "li", "cli")
    given(key(), KeyRevoked(by("clerk"), "k1", "lost")).when(RevokeKey(ACT, "k1", "lost")).then()


def test_revoking_a_key_never_registered_is_refused() -> None:
    given(key()).when(RevokeKey(ACT, "k9", "lost")).refuses(UnknownKeyError, "k9")


def test_key_of_a_door_signs_for_whoever_it_let_in() -> None:
    assert state_of(key()).key("k1", "li", "cli").key_id == "k1"
    assert state_of(key(person="li")).key("k1", "li", "cli").key_id == "k1"


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (("k9", "li", "cli"), "not registered"),
        (("k1", "li", "console"), "it is the key of door cli"),
        (("k1", "wang", "cli"), "it is the key of li"),
    ],
)
def test_key_of_another_door_or_person_is_refused(asked: tuple[str, str, str], reason: str) -> None:
    with pytest.raises(UnknownKeyError, match=reason):
        state_of(key(person="li")).key(*asked)
