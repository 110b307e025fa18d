"""An entry of the disclosure register, decided: where it is public, what is objected, how long it stays."""

from datetime import datetime, timedelta

import pytest

from domain.act import RepeatDiffersError
from domain.calendar import end_of
from domain.disclosure import DISCLOSURE, next_moment, open_steps, stage
from domain.disclosure_facts import (
    Arise,
    DisclosurePublished,
    DisclosureTakenDown,
    DisclosureWithdrawn,
    EndPublicity,
    Object,
    ObjectionRaised,
    ObjectionRuled,
    PublicityBegan,
    PublicityEnded,
    PublicityResumed,
    Publish,
    Rule,
    TakeDown,
    Withdraw,
)
from domain.disclosure_refusals import (
    CorrectionError,
    MustBePublicError,
    NoSuchDisclosureError,
    NoSuchObjectionError,
    NothingShownError,
    NotPublicYetError,
    PublicBeforeItAroseError,
    StillPublicError,
    UnknownPlaceError,
    WithdrawnError,
)
from tests.domain.given import DAY, PLACES, arose, by, fold, given, noon

COUNTY, VILLAGE = PLACES
PAPER = "e" * 64
ONE_DAY = timedelta(days=1)
UNTIL = DAY + 7 * ONE_DAY
AROSE = arose(by("wang"))
WITH_DAYS = arose(by("wang"), days=7)
EVERYWHERE = tuple(DisclosurePublished(by("li"), n, place, PAPER) for n, place in enumerate(PLACES, start=1))
BEGAN = PublicityBegan(by("li"), UNTIL)
PUBLIC = (WITH_DAYS, *EVERYWHERE, BEGAN)


def objected(number: int = 1, *, stops: bool = True, left: int = 4) -> ObjectionRaised:
    return ObjectionRaised(by("zhao"), number, "hotline", "户数不对", "", stops, left)


def steps(*facts: object) -> list[str]:
    return [step.id for step in open_steps(fold(DISCLOSURE, facts))]


def stands(*facts: object) -> str:
    return stage(fold(DISCLOSURE, facts))


# What arose


def test_entry_comes_to_be_and_waits_to_be_public() -> None:
    given().when(Arise(AROSE.act, AROSE)).then(AROSE)
    assert (steps(AROSE), stands(AROSE)) == (["publish"], "to publish")
    assert [step.post for step in open_steps(fold(DISCLOSURE, (AROSE,)))] == ["rrb"]


def test_same_entry_again_is_no_second_one_and_another_is_refused() -> None:
    given(AROSE).when(Arise(by("wang"), arose(by("wang")))).then()
    other = arose(by("wang"), what="by_hand")
    given(AROSE).when(Arise(other.act, other)).refuses(RepeatDiffersError, "D1")


@pytest.mark.parametrize(
    "command",
    [Publish(by("li"), COUNTY, PAPER), Object(by("li"), "hotline", "不对"), Rule(by("li"), 1, True, "是")],  # noqa: FBT003
)
def test_nothing_is_asked_of_an_entry_that_never_came_to_be(command: Publish | Object | Rule) -> None:
    given().when(command).refuses(NoSuchDisclosureError)


# Where


def test_every_place_that_is_named_must_be_reached() -> None:
    published = Publish(by("li"), COUNTY, PAPER)
    given(AROSE).when(published).then(DisclosurePublished(published.act, 1, COUNTY, PAPER))
    assert stands(AROSE, EVERYWHERE[0]) == "to publish"
    assert (steps(AROSE, *EVERYWHERE), stands(AROSE, *EVERYWHERE)) == ([], "disclosed")


def test_place_that_the_rule_does_not_name_is_refused() -> None:
    given(AROSE).when(Publish(by("li"), "报纸", PAPER)).refuses(UnknownPlaceError, "报纸", COUNTY, VILLAGE, "GF L26")


def test_where_no_place_is_named_one_of_the_disclosers_own_is_enough() -> None:
    anywhere = arose(by("wang"), places=())
    published = Publish(by("li"), "政务公开栏", "", "http://样例")
    fact = DisclosurePublished(published.act, 1, "政务公开栏", "", "http://样例")
    given(anywhere).when(published).then(fact)
    assert stands(anywhere, fact) == "disclosed"


@pytest.mark.parametrize("address", ["", "   "])
def test_publication_needs_something_that_shows_it(address: str) -> None:
    given(AROSE).when(Publish(by("li"), COUNTY, "", address)).refuses(NothingShownError, COUNTY)


def test_nothing_is_public_before_it_arose() -> None:
    too_early = Publish(by("li", DAY - ONE_DAY, recorded=noon(DAY)), COUNTY, PAPER)
    given(AROSE).when(too_early).refuses(PublicBeforeItAroseError, DAY, DAY - ONE_DAY)


def test_same_publication_again_is_no_second_one_and_another_is_refused() -> None:
    before = given(AROSE, EVERYWHERE[0])
    before.when(Publish(by("li"), COUNTY, PAPER)).then()
    before.when(Publish(by("li"), COUNTY, "f" * 64)).refuses(RepeatDiffersError, COUNTY)


# Corrected


def test_correction_names_the_publication_whose_place_it_takes() -> None:
    correct = Publish(by("li"), COUNTY, "f" * 64, corrects=1)
    given(AROSE, *EVERYWHERE).when(correct).then(DisclosurePublished(correct.act, 3, COUNTY, "f" * 64, "", 1))
    given(AROSE, *EVERYWHERE).when(Publish(by("li"), COUNTY, "f" * 64, corrects=2)).refuses(CorrectionError, 1, 2)
    given(AROSE).when(Publish(by("li"), COUNTY, "f" * 64, corrects=1)).refuses(CorrectionError, 0, 1)


# Objected


def test_only_what_is_public_can_be_objected_to() -> None:
    given(AROSE).when(Object(by("zhao"), "hotline", "不对")).refuses(NotPublicYetError, COUNTY)


def test_objection_waits_for_a_ruling_on_it_and_no_other() -> None:
    raised = Object(by("zhao"), "hotline", "户数不对", PAPER)
    given(AROSE, *EVERYWHERE).when(raised).then(ObjectionRaised(raised.act, 1, "hotline", "户数不对", PAPER))
    facts = (AROSE, *EVERYWHERE, objected(stops=False, left=0))
    assert (steps(*facts), stands(*facts)) == (["rule:1"], "objected")
    given(*facts).when(Rule(by("li"), 2, upheld=False, reason="属实")).refuses(NoSuchObjectionError, 2, 1)
    rejected = Rule(by("li"), 1, upheld=False, reason="属实")
    given(*facts).when(rejected).then(ObjectionRuled(rejected.act, 1, upheld=False, reason="属实"))
    ruled = (*facts, ObjectionRuled(by("li"), 1, upheld=False, reason="属实"))
    assert stands(*ruled) == "disclosed"
    given(*ruled).when(Rule(by("li"), 1, upheld=True, reason="有误")).refuses(NoSuchObjectionError, 1)


def test_upheld_objection_has_everything_that_stands_corrected() -> None:
    upheld = Rule(by("li"), 1, upheld=True, reason="有误")
    facts = (AROSE, *EVERYWHERE, objected(stops=False, left=0))
    given(*facts).when(upheld).then(ObjectionRuled(upheld.act, 1, upheld=True, reason="有误"))
    ruled = (*facts, ObjectionRuled(upheld.act, 1, upheld=True, reason="有误"))
    assert (steps(*ruled), stands(*ruled)) == (["correct"], "to correct")
    one = (*ruled, DisclosurePublished(by("li"), 3, COUNTY, "f" * 64, "", 1))
    assert stands(*one) == "to correct"
    both = (*one, DisclosurePublished(by("li"), 4, VILLAGE, "f" * 64, "", 2))
    assert stands(*both) == "disclosed"


# How long


def test_days_begin_once_it_is_public_everywhere() -> None:
    first = Publish(by("li"), COUNTY, PAPER, until=BEGAN)
    given(WITH_DAYS).when(first).then(DisclosurePublished(first.act, 1, COUNTY, PAPER))
    last = Publish(by("li"), VILLAGE, PAPER, until=BEGAN)
    given(WITH_DAYS, EVERYWHERE[0]).when(last).then(DisclosurePublished(last.act, 2, VILLAGE, PAPER), BEGAN)
    assert (steps(*PUBLIC), stands(*PUBLIC)) == ([], "public")
    assert next_moment(fold(DISCLOSURE, PUBLIC)) == end_of(UNTIL)


def test_days_end_at_the_end_of_the_last_one_and_once() -> None:
    end = EndPublicity(by("engine", UNTIL + ONE_DAY))
    given(*PUBLIC).when(EndPublicity(by("engine", UNTIL))).then()
    given(*PUBLIC).when(end).then(PublicityEnded(end.act))
    over = (*PUBLIC, PublicityEnded(end.act))
    assert (stands(*over), next_moment(fold(DISCLOSURE, over))) == ("disclosed", None)
    given(*over).when(EndPublicity(by("engine", UNTIL + 2 * ONE_DAY))).then()


def test_open_objection_stops_the_days_and_its_rejection_lets_them_run_on() -> None:
    raised = Object(by("zhao", DAY + 3 * ONE_DAY), "hotline", "户数不对", days_left=4)
    given(*PUBLIC).when(raised).then(ObjectionRaised(raised.act, 1, "hotline", "户数不对", "", stops=True, days_left=4))
    stopped = (*PUBLIC, objected())
    assert next_moment(fold(DISCLOSURE, stopped)) is None
    given(*stopped).when(EndPublicity(by("engine", UNTIL + 9 * ONE_DAY))).then()
    resumed = PublicityResumed(by("li"), DAY + 14 * ONE_DAY)
    rule = Rule(by("li"), 1, upheld=False, reason="属实", until=resumed)
    given(*stopped).when(rule).then(ObjectionRuled(rule.act, 1, upheld=False, reason="属实"), resumed)
    assert next_moment(fold(DISCLOSURE, (*stopped, ObjectionRuled(by("li"), 1, False, "属实"), resumed))) == end_of(  # noqa: FBT003
        DAY + 14 * ONE_DAY
    )


def test_of_two_objections_the_last_ruling_lets_the_days_run_on() -> None:
    stopped = (*PUBLIC, objected(), objected(2, stops=False, left=0))
    resumed = PublicityResumed(by("li"), DAY + 14 * ONE_DAY)
    rule = Rule(by("li"), 1, upheld=False, reason="属实", until=resumed)
    given(*stopped).when(rule).then(ObjectionRuled(rule.act, 1, upheld=False, reason="属实"))


def test_objection_after_the_days_are_over_stops_nothing() -> None:
    late = Object(by("zhao", UNTIL + ONE_DAY), "hotline", "户数不对", days_left=0)
    given(*PUBLIC).when(late).then(ObjectionRaised(late.act, 1, "hotline", "户数不对"))


def test_what_is_corrected_has_its_days_from_the_beginning() -> None:
    over = (*PUBLIC, PublicityEnded(by("engine", UNTIL + ONE_DAY)))
    again = PublicityBegan(by("li"), UNTIL + 9 * ONE_DAY)
    correct = Publish(by("li", UNTIL + 2 * ONE_DAY), COUNTY, "f" * 64, corrects=1, until=again)
    fact = DisclosurePublished(correct.act, 3, COUNTY, "f" * 64, "", 1)
    given(*over).when(correct).then(fact, again)
    assert stands(*over, fact, again) == "public"


# Taken back, taken down


def test_entry_may_be_taken_back_once_with_a_reason() -> None:
    back = Withdraw(by("li"), "涉及个人信息")
    given(AROSE).when(back).then(DisclosureWithdrawn(back.act, "涉及个人信息"))
    gone = (AROSE, DisclosureWithdrawn(by("li"), "涉及个人信息"))
    assert (steps(*gone), stands(*gone)) == ([], "withdrawn")
    given(*gone).when(Publish(by("li"), COUNTY, PAPER)).refuses(WithdrawnError, DAY, "涉及个人信息")


@pytest.mark.parametrize("kept", [{"mandatory": True}, {"blocks": True}])
def test_what_must_be_public_is_not_taken_back(kept: dict[str, bool]) -> None:
    given(arose(by("wang"), **kept)).when(Withdraw(by("li"), "不宜")).refuses(MustBePublicError, "D1", "GF L26")  # type: ignore[arg-type]


def test_it_is_taken_down_after_its_days_and_not_before() -> None:
    down = TakeDown(by("li"), "期满")
    given(*PUBLIC).when(down).refuses(StillPublicError, UNTIL)
    given(WITH_DAYS).when(down).refuses(NotPublicYetError, COUNTY)
    over = (*PUBLIC, PublicityEnded(by("engine", UNTIL + ONE_DAY)))
    taken = DisclosureTakenDown(down.act.under("GF L26"), "期满")
    given(*over).when(down).then(taken)
    assert stands(*over, taken) == "taken down"
    given(*over, taken).when(TakeDown(by("li"), "期满")).then()


def test_moment_is_none_while_nothing_runs() -> None:
    found: list[datetime | None] = [next_moment(fold(DISCLOSURE, facts)) for facts in ((), (AROSE,), (WITH_DAYS,))]
    assert found == [None, None, None]
