from datetime import date, datetime, timedelta

import pytest

from domain.act import Act, RepeatDiffersError
from domain.attempts import ATTEMPTS, RECORDED_MAX, AttemptRefused, AttemptsCapped, RecordRefusal
from domain.cases import (
    KINDS,
    attempts_stream,
    case_id,
    county_stream,
    kind_of,
    mandates_stream,
    parse_case,
)
from domain.county import COUNTY, AdoptPolicy, PolicyAdopted
from domain.document import DocumentEntered, Enter, EnteredBeforeError, document_stream
from domain.errors import BadInputError
from domain.store import (
    STORE,
    ClockBackwardError,
    ClockMoved,
    MarkedSample,
    MarkSample,
    MoveClock,
    NotSampleError,
)
from domain.terms import PolicyRef
from tests.domain.given import DAY, REF, WAN, by, fold, given, noon

ACT = by("opener")
NEWER = PolicyRef("2023.1", "c" * 64, "b" * 64)
OPENS = noon(date(2022, 1, 1))


# The county and its rules


def adopted(ref: PolicyRef, act: Act | None = None) -> PolicyAdopted:
    return PolicyAdopted(act or by("clerk"), "sample", ref, f"profile {ref.version}", "engine")


def test_county_adopts_rules_with_their_text() -> None:
    given().when(AdoptPolicy(ACT, adopted(REF, ACT))).then(adopted(REF, ACT))
    given(adopted(REF)).when(AdoptPolicy(ACT, adopted(REF, ACT))).then()


def test_earlier_rules_stay_at_hand_for_running_cases() -> None:
    first, second = adopted(REF), adopted(NEWER)
    state = fold(COUNTY, (first, second))
    assert state.current == NEWER
    assert state.texts == {REF: first, NEWER: second}


def test_county_may_go_back_to_earlier_rules() -> None:
    given(adopted(REF), adopted(NEWER)).when(AdoptPolicy(ACT, adopted(REF, ACT))).then(adopted(REF, ACT))


# The store and its clock


def marked(act: Act | None = None, starts_at: datetime = OPENS) -> MarkedSample:
    return MarkedSample(act or by("opener", OPENS.date()), starts_at, -3600.0, "open secret")


def test_empty_store_is_marked_as_a_sample_once() -> None:
    given().when(MarkSample(ACT, marked(ACT))).then(marked(ACT))
    later = marked(ACT, OPENS + timedelta(days=1))
    given(marked()).when(MarkSample(ACT, later)).refuses(RepeatDiffersError, "2022-01-01", "2022-01-02")


def test_samples_clock_goes_forward_only() -> None:
    given(marked()).when(MoveClock(ACT, 60.0)).then(ClockMoved(ACT, 60.0))
    moved = ClockMoved(by("opener", DAY), 60.0)
    assert fold(STORE, (marked(), moved)).shift_s == 60.0
    early = by("opener", DAY, recorded=noon(DAY) - timedelta(seconds=1))
    given(marked(), moved).when(MoveClock(early, 0.0)).refuses(
        ClockBackwardError, "2022-03-10 12:00:00", "2022-03-10 11:59:59"
    )


def test_clock_of_a_real_store_cannot_be_moved() -> None:
    given().when(MoveClock(ACT, 60.0)).refuses(NotSampleError)


# What was refused, beside the cases


def refused(n: int, act: Act | None = None) -> AttemptRefused:
    return AttemptRefused(
        act or by("li", command_id=f"a-{n}"), "sample/fund/F1", "report", "WrongPostError", "不", "no"
    )


def test_refusal_is_kept_with_its_words() -> None:
    given().when(RecordRefusal(ACT, refused(0, ACT))).then(refused(0, ACT))
    assert fold(ATTEMPTS, (refused(1),)).refused["a-1"].en == "no"


def test_day_of_knocking_fills_the_record_once() -> None:
    knocks = [refused(n) for n in range(RECORDED_MAX - 1)]
    given(*knocks).when(RecordRefusal(ACT, refused(0, ACT))).then(refused(0, ACT), AttemptsCapped(ACT, RECORDED_MAX))
    full = (*knocks, refused(RECORDED_MAX - 1), AttemptsCapped(by("li"), RECORDED_MAX))
    given(*full).when(RecordRefusal(ACT, refused(0, ACT))).then()


# Items of fund documents


def entered(act: Act, fund_no: str = "F1", amount_fen: int = 300 * WAN) -> DocumentEntered:
    return DocumentEntered(act, "sample", "财农〔2022〕1号", "1", fund_no, amount_fen)


def test_item_of_a_document_is_entered_once() -> None:
    given().when(Enter(ACT, entered(ACT))).then(entered(ACT))
    given(entered(by("li"))).when(Enter(ACT, entered(ACT))).then()


@pytest.mark.parametrize(("fund_no", "amount_fen"), [("F2", 300 * WAN), ("F1", 299 * WAN)])
def test_item_entered_as_something_else_is_refused(fund_no: str, amount_fen: int) -> None:
    given(entered(by("li"))).when(Enter(ACT, entered(ACT, fund_no, amount_fen))).refuses(
        EnteredBeforeError, "财农〔2022〕1号", "F1", 300 * WAN, fund_no, amount_fen
    )


def test_item_has_one_stream_however_it_is_spaced() -> None:
    stream = document_stream("sample", "财农〔2022〕1号", "1")
    assert document_stream("sample", " 财农〔2022〕1号 ", "1 ") == stream
    others = [("other", "财农〔2022〕1号", "1"), ("sample", "财农〔2022〕1", "号1"), ("sample", "财农〔2022〕1号", "2")]
    assert stream not in [document_stream(*other) for other in others]
    assert kind_of(stream) == "document"


# Names of cases


@pytest.mark.parametrize("kind", ["fund", "plan", "project", "claim", "meeting", "obligation"])
def test_case_is_named_by_county_kind_and_number(kind: str) -> None:
    name = case_id("sample", kind, "A01-1.x_y")
    assert parse_case(name) == ("sample", kind, "A01-1.x_y")
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("F1", f"'F1' is not <county>/<{'|'.join(KINDS)}>/<no>"),
        ("sample/fund/F1/x", "'sample/fund/F1/x' is not"),
        ("sample/assets/F1", "'sample/assets/F1' is not"),
        ("Sample/fund/F1", "'Sample' is not a county id"),
        ("s/fund/F1", "'s' is not a county id"),
        ("sample/fund/", "'' is not a number of a case"),
        ("sample/fund/F 1", "'F 1' is not a number of a case"),
        ("sample/fund/F1\n", "is not a number of a case"),
        ("sample/fund/资金", "'资金' is not a number of a case"),
        ("sample/fund/" + "F" * 121, "is not a number of a case"),
    ],
)
def test_name_that_is_no_case_tells_which_part(name: str, told: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parse_case(name)
    assert told in str(caught.value)


def test_case_number_that_would_break_out_is_refused() -> None:
    with pytest.raises(BadInputError, match="case"):
        case_id("sample", "fund", "F1/../../x")


def test_other_streams_have_kinds_of_their_own() -> None:
    streams = [
        "store",
        county_stream("sample"),
        mandates_stream("sample"),
        attempts_stream("sample", "li", "2022-03-10"),
    ]
    assert [kind_of(s) for s in streams] == ["store", "county", "mandates", "attempts"]
