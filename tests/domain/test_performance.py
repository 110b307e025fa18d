"""What a project's results ask of those who answer for them, whatever the county: facts, when something is entered."""

import pytest

from domain.act import RepeatDiffersError
from domain.duties import SamePersonError
from domain.performance import PERFORMANCE
from domain.performance_facts import (
    DeviationCorrected,
    EnterResult,
    HeldToAccount,
    HouseholdConfirmed,
    MeasuresSet,
    PerformanceClosed,
    PerformanceFact,
    PerformanceTerms,
    ResultMonitored,
    ShortfallExplained,
    Value,
    WeaknessFound,
    WeaknessMended,
)
from domain.performance_refusals import (
    ConfirmedBeforeError,
    NothingToAnswerError,
    PerformanceClosedError,
    StillOpenError,
    UnknownMeasureError,
)
from tests.domain.county import PAPER
from tests.domain.given import REF, by, fold, given
from tests.domain.results import evaluated, followed, linked, measured, monitored, task

FOLLOWED = (followed(), measured())


def enter(*facts: PerformanceFact) -> EnterResult:
    return EnterResult(facts[0].act, facts)


def waits(*facts: PerformanceFact) -> list[tuple[str, str]]:
    return [(step.id, step.post) for step in PERFORMANCE.open_steps(fold(PERFORMANCE, facts))]


def test_first_fact_opens_the_case_and_a_later_one_does_not_open_it_again() -> None:
    act = by("unit")
    opened, measures = followed(act), measured(act)
    given().when(enter(opened, measures)).then(opened, measures)
    given(*FOLLOWED).when(enter(opened, measures)).then(measures)
    given(*FOLLOWED).when(enter(opened)).then()


def test_evaluation_and_linkage_wait_for_their_posts_from_the_start() -> None:
    assert waits(*FOLLOWED) == [("record-linkage", "post of standing"), ("evaluate", "post of evaluation")]
    assert waits(*FOLLOWED, linked(), evaluated()) == []
    bare = followed(terms=PerformanceTerms(REF))
    assert waits(bare) == []


def test_deviation_waits_for_its_correction() -> None:
    deviation = monitored(deviation="进度滞后")
    assert ("correct:1", "post of correction") in waits(*FOLLOWED, deviation)
    assert ("correct:1", "post of correction") not in waits(*FOLLOWED, monitored())
    corrected = DeviationCorrected(by("watch"), 1, "限期整改", "加派人手")
    given(*FOLLOWED, deviation).when(enter(corrected)).then(corrected)
    for facts in (FOLLOWED, (*FOLLOWED, deviation, corrected)):
        again = DeviationCorrected(by("watch"), 1, "限期整改", "加派人手")
        given(*facts).when(enter(again)).refuses(NothingToAnswerError, "A01", "correct:1")


def test_deviation_is_explained_by_those_who_answer_where_nothing_is_corrected() -> None:
    terms = PerformanceTerms(REF, monitoring=task("monitoring"), explains=(task("overall"), task("concrete")))
    facts = (followed(terms=terms), measured(), monitored(deviation="进度滞后"))
    assert [step for step, _ in waits(*facts)] == ["explain:overall", "explain:concrete"]
    assert [step for step, _ in waits(*facts, ShortfallExplained(by("a"), "overall", "旱"))] == ["explain:concrete"]


def test_missed_target_is_explained_and_answered_for() -> None:
    short = evaluated(tons=299)
    assert short.missed == ("产量",)
    assert evaluated(waste=21).missed == ("损耗",)
    assert evaluated(tons=301, waste=0).missed == ()
    facts = (*FOLLOWED, linked(), short)
    assert waits(*facts) == [
        ("explain:overall", "post of overall"),
        ("explain:concrete", "post of concrete"),
        ("account", "post of accountability"),
    ]
    account = HeldToAccount(by("head"), 2022, "director", "约谈")
    given(*facts).when(enter(account)).then(account)
    given(*FOLLOWED, linked(), evaluated()).when(enter(account)).refuses(NothingToAnswerError, "account", "A01")
    given(*FOLLOWED).when(enter(ShortfallExplained(by("a"), "overall", "旱"))).refuses(
        NothingToAnswerError, "explain:overall"
    )


def test_year_is_evaluated_once() -> None:
    facts = (*FOLLOWED, evaluated())
    given(*facts).when(enter(evaluated())).then()
    given(*facts).when(enter(evaluated(tons=400))).refuses(RepeatDiffersError, 2022)
    later = evaluated(year=2023)
    given(*facts).when(enter(later)).then(later)


def test_who_set_the_measures_does_not_evaluate() -> None:
    given(*FOLLOWED).when(enter(evaluated(by("unit")))).refuses(SamePersonError, "unit", "evaluate")


@pytest.mark.parametrize("values", [(), (("产量", 1),), (("产量", 1), ("损耗", 1), ("电量", 1))])
def test_evaluation_gives_each_measure_that_was_set_and_no_other(values: tuple[tuple[str, int], ...]) -> None:
    whole = evaluated()
    given_values = tuple(Value(*value) for value in values)
    fact = type(whole)(by("team"), 2022, "良", given_values, (), "team")
    given(*FOLLOWED).when(enter(fact)).refuses(UnknownMeasureError, "产量, 损耗")


def test_monitoring_of_a_measure_that_nobody_set_or_twice_is_refused() -> None:
    for names in (("电量",), ("产量", "产量")):
        fact = ResultMonitored(by("watch"), 1, 2022, "online", tuple(Value(name, 1) for name in names))
        given(*FOLLOWED).when(enter(fact)).refuses(UnknownMeasureError, names[-1])


def test_latest_measures_hold() -> None:
    fewer = MeasuresSet(by("unit"), measured().measures[:1])
    assert list(fold(PERFORMANCE, (*FOLLOWED, fewer)).measures) == ["产量"]


def test_household_is_confirmed_once() -> None:
    confirmed = HouseholdConfirmed(by("clerk"), "H-1", "poor", "合作社", "award", PAPER)
    given(*FOLLOWED).when(enter(confirmed)).then(confirmed)
    again = HouseholdConfirmed(by("other"), "H-1", "poor", "公司", "award", PAPER)
    given(*FOLLOWED, confirmed).when(enter(again)).refuses(ConfirmedBeforeError, "H-1", "clerk")


def test_weakness_waits_until_it_is_mended() -> None:
    found, mended = WeaknessFound(by("a"), "带动少"), WeaknessMended(by("b"), "增签订单")
    assert ("mend", "post of operator") in waits(*FOLLOWED, found)
    assert ("mend", "post of operator") not in waits(*FOLLOWED, found, mended)
    given(*FOLLOWED).when(enter(mended)).refuses(NothingToAnswerError, "mend")
    given(*FOLLOWED, found).when(enter(WeaknessFound(by("a"), "更少"))).refuses(RepeatDiffersError, "带动少")


def test_close_waits_for_everything_and_nothing_comes_after_it() -> None:
    closed = PerformanceClosed(by("team"), "办结")
    given(*FOLLOWED).when(enter(closed)).refuses(StillOpenError, "record-linkage, evaluate")
    facts = (*FOLLOWED, linked(), evaluated())
    given(*facts).when(enter(closed)).then(closed)
    given(*facts, closed).when(enter(measured())).refuses(PerformanceClosedError, "A01")
    state = fold(PERFORMANCE, (*facts, closed))
    assert (PERFORMANCE.closed(state), PERFORMANCE.stage(state), PERFORMANCE.also_allowed(state)) == (
        *(True, "closed"),
        (),
    )
