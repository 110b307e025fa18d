"""Each way in which Temporal's histories and the ledger can disagree is found, and what agrees is not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from audit.book import Book, Command, moment_in
from audit.comparing import GRACE, Compared, Known, compare
from audit.findings import KINDS, MENDED, Finding
from domain.calendar import SHANGHAI, start_of
from workflows.runs import DONE, UNANSWERED, Account, Decided, Run

CASE, CLOCK = "sample/fund/F1", "sample/obligation/fund-F1-arrival"
NOW = datetime(2026, 3, 10, 12, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
DUE = NOW - HOUR
RUN = Run(CASE, "run-1", "FundLifecycle", "q", "running", NOW - 3 * HOUR, None)
WATCH = Run(CLOCK, "run-2", "ObligationWatch", "q", "running", NOW - 3 * HOUR, None)


def book(*commands: tuple[str, Command], **is_open: bool) -> Book:
    """Return a book of both cases, open since two hours unless said otherwise."""
    made = Book(is_open={CASE: is_open.get("fund", True), CLOCK: is_open.get("clock", True)})
    made.began_at = dict.fromkeys(made.is_open, NOW - 2 * HOUR)
    made.changed_at = dict(made.began_at)
    made.commands = dict(commands)
    return made


def known(run: Run = RUN, **account: object) -> Known:
    """Return a run with what its history says."""
    return Known(run, Account(**account))  # type: ignore[arg-type]


def found(
    made: Book, *runs: Known, stands_at: datetime | None = None, queue: str = "q", shift_s: float = 0.0
) -> list[Finding]:
    """Compare."""
    by_case: dict[str, list[Known]] = {}
    for one in runs:
        by_case.setdefault(one.run.case, []).append(one)
    return sorted(compare(Compared(made, by_case, queue, shift_s, NOW, lambda _: stands_at)))


def asked(outcome: str = DONE, facts: int | None = 1) -> Mapping[str, Decided]:
    """Return one update and what came of it."""
    return {"c-1": Decided(outcome, "p-1", "2026-03-10", facts)}


BOTH = (known(), known(WATCH))
OF_FUND = Command(NOW - HOUR, "cli", [CASE])


def test_what_agrees_is_not_found() -> None:
    breach = Command(DUE, "clock", [CLOCK])
    made = book(("c-1", OF_FUND), (f"{CLOCK}@{DUE.isoformat()}", breach))
    made.clocks = {CLOCK: {DUE}}
    assert found(made, known(updates=asked()), known(WATCH, ticks={DUE}, asked_ticks={DUE})) == []


def test_an_open_case_without_a_run_is_found_and_a_closed_one_is_not() -> None:
    assert found(book(), known(WATCH)) == [Finding("no_run", CASE)]
    assert found(book(fund=False), known(WATCH)) == []


def test_a_case_that_has_just_begun_may_not_have_its_run_yet() -> None:
    made = book()
    made.began_at[CASE] = NOW - GRACE / 2
    assert found(made, known(WATCH)) == []


@pytest.mark.parametrize("status", ["terminated", "canceled", "failed", "timed_out", "completed"])
def test_an_open_case_whose_last_run_ended_is_found(status: str) -> None:
    ended = replace(RUN, status=status, closed_at=NOW - HOUR)
    assert found(book(), known(ended), known(WATCH)) == [Finding("ended", CASE, "run-1", status)]
    # Once another has taken its place, it is told and nothing is to be done.
    after = replace(RUN, run_id="run-9", started_at=NOW - HOUR)
    kinds = [one.kind for one in found(book(), known(ended), known(after), known(WATCH))]
    assert kinds == ([] if status == "completed" else ["run_ended_outside"])


def test_a_reset_run_is_found_until_it_has_read_the_ledger() -> None:
    base = replace(RUN, run_id="run-0", status="terminated", started_at=NOW - 3 * HOUR, closed_at=NOW - HOUR)
    for unread, kind in ((True, "reset"), (False, "run_reset_outside")):
        reset = known(reset_of="run-0", unread=unread)
        assert found(book(), known(base), reset, known(WATCH)) == [Finding(kind, CASE, "run-1", "run-0")]


def test_a_run_of_a_closed_case_is_found_after_a_moment() -> None:
    made = book(fund=False)
    assert found(made, *BOTH) == [Finding("stray", CASE, "run-1")]
    made.changed_at[CASE] = NOW - GRACE / 2
    assert found(made, *BOTH) == []


def test_a_run_that_is_not_the_cases_process_is_found() -> None:
    other = replace(RUN, process="ClaimReview")
    assert [(one.kind, one.said) for one in found(book(), known(other), known(WATCH))] == [
        ("foreign", "ClaimReview ≠ FundLifecycle")
    ]
    assert {one.kind for one in found(book(), *BOTH, queue="another")} == {"foreign"}
    assert {one.kind for one in found(book(), *BOTH, shift_s=60.0)} == {"foreign"}


def test_a_run_for_a_case_that_the_ledger_does_not_know_is_found() -> None:
    made = book()
    del made.is_open[CASE]
    assert found(made, *BOTH) == [Finding("unknown_case", CASE, "run-1")]
    # A first message that is refused leaves a run that ends by itself.
    young = replace(RUN, started_at=NOW - GRACE / 2)
    assert found(made, known(young), known(WATCH)) == []


def test_a_decision_that_was_answered_and_has_no_fact_is_found() -> None:
    assert found(book(), known(updates=asked()), known(WATCH)) == [Finding("update_lost", CASE, "run-1", "c-1")]
    # It repeated what stands, brought nothing about, or was not answered.
    assert found(book(), known(updates=asked(facts=0)), known(WATCH)) == []
    assert found(book(), known(updates=asked(UNANSWERED)), known(WATCH)) == []


def test_a_decision_of_an_older_build_is_counted_and_not_judged() -> None:
    side = Compared(
        book(), {CASE: [known(updates=asked(facts=None))], CLOCK: [known(WATCH)]}, "q", 0.0, NOW, lambda _: None
    )
    assert list(compare(side)) == []
    assert side.counts["updates_unreadable"] == 1


def test_a_refusal_without_its_record_is_found() -> None:
    refused = known(updates=asked("WrongPostError"))
    assert [one.kind for one in found(book(), refused, known(WATCH))] == ["refusal_lost"]
    recorded = book()
    recorded.refused.add((CASE, "c-1"))
    assert found(recorded, refused, known(WATCH)) == []
    # The record of that person's day is full.
    capped = book()
    capped.capped.add("sample/attempts/p-1/2026-03-10")
    assert found(capped, refused, known(WATCH)) == []
    # What is malformed is told, and leaves no record.
    assert found(book(), known(updates=asked("BadInputError")), known(WATCH)) == []


def test_a_timer_whose_fact_is_missing_is_found_if_the_clock_still_stands_there() -> None:
    ticked = known(WATCH, ticks={DUE}, asked_ticks={DUE})
    assert found(book(), known(), ticked, stands_at=DUE) == [Finding("tick_lost", CLOCK, "run-2", DUE.isoformat())]
    # Somebody was faster: the clock stands at a later moment, or at none.
    assert found(book(), known(), ticked, stands_at=NOW + HOUR) == []
    assert found(book(), known(), ticked) == []


def test_a_fact_that_came_through_no_run_is_found() -> None:
    assert found(book(("c-1", OF_FUND)), *BOTH) == [Finding("fact_alone", CASE, "", "c-1")]


def test_a_fact_that_was_asked_of_another_case_is_not_found() -> None:
    both = Command(NOW - HOUR, "cli", [CASE, CLOCK])
    assert found(book(("c-1", both)), known(), known(WATCH, updates=asked())) == []


def test_what_a_case_began_elsewhere_is_sought_at_the_case_itself() -> None:
    """The clock that a command began has no run of that moment; the fund's run can be read, and knows nothing."""
    begun = Command(NOW - HOUR, "cli", [CASE, CLOCK], [CLOCK])
    late = known(replace(WATCH, started_at=NOW - HOUR / 2))
    assert found(book(("c-1", begun)), known(), late) == [Finding("fact_alone", CASE, "", "c-1")]


@pytest.mark.parametrize("behind", ["before", "after"])
def test_what_rests_on_a_forgotten_run_is_counted_and_not_called_right(behind: str) -> None:
    at = NOW - 4 * HOUR if behind == "before" else NOW - HOUR
    run = RUN if behind == "before" else replace(RUN, closed_at=NOW - 2 * HOUR, status="completed")
    made = book(("c-1", Command(at, "cli", [CASE])), fund=behind == "before")
    side = Compared(made, {CASE: [known(run)], CLOCK: [known(WATCH)]}, "q", 0.0, NOW, lambda _: None)
    assert list(compare(side)) == []
    assert side.counts["commands_unreadable"] == 1


def test_what_a_desk_wrote_and_what_came_meanwhile_is_not_sought() -> None:
    made = book(("c-1", OF_FUND), ("c-2", replace_before(OF_FUND)))
    made.desk.add("c-1")
    assert found(made, *BOTH) == []


def replace_before(command: Command) -> Command:
    """Return a command that took effect while Temporal was being read."""
    return Command(command.at, command.door, list(command.cases), before=False)


def test_a_clocks_fact_without_its_timer_is_found() -> None:
    command_id = f"{CLOCK}@{DUE.isoformat()}"
    made = book((command_id, Command(NOW - HOUR, "clock", [CLOCK])))
    assert found(made, *BOTH) == [Finding("clock_fact_alone", CLOCK, "", command_id)]
    # Its work may be under way still.
    assert found(made, known(), known(WATCH, asked_ticks={DUE})) == []
    # What counted the days again was no timer.
    made.recomputed.add(command_id)
    assert found(made, *BOTH) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_finding_says_what_it_is_in_both_languages(kind: str) -> None:
    finding = Finding(kind, CASE, "run-1", "样例 said")
    assert finding.text("zh") != finding.text("en")
    assert ("样例 said" in finding.text("zh")) == ("样例 said" in finding.text("en"))
    assert finding.remedy in {"resume", "resume --closed", "person"}
    assert KINDS.keys() > MENDED


OTHER_CLOCKS = {
    "sample/emergency/1": "EmergencyDecision",
    "sample/absence/1": "AbsenceKeeping",
    "sample/watch/2026-W10": "DailyWatch",
    "sample/calendar": "CountyCalendar",
}


@pytest.mark.parametrize("case", OTHER_CLOCKS)
def test_the_clocks_of_absences_weeks_and_calendars_are_held_against_the_ledger_too(case: str) -> None:
    run = Run(case, "run-3", OTHER_CLOCKS[case], "q", "running", NOW - 3 * HOUR, None)
    day = start_of(NOW.date())
    moment, command_id = (
        (day, f"{case}@{day.date()}") if case.endswith("calendar") else (DUE, f"{case}@{DUE.isoformat()}")
    )
    assert moment_in(command_id, case) == moment
    told = Command(DUE, "clock", ["sample/dispatch/2026-03", case])
    made = book((command_id, told))
    made.is_open[case] = True
    made.began_at[case] = made.changed_at[case] = NOW - 2 * HOUR
    made.clocks = {case: {moment}}
    slept = known(run, ticks={moment}, asked_ticks={moment})
    assert found(made, *BOTH, slept) == []
    assert found(made, *BOTH, known(run)) == [Finding("clock_fact_alone", case, "", command_id)]
    made.commands, made.clocks = {}, {}
    lost = Finding("tick_lost", case, "run-3", moment.isoformat())
    assert found(made, *BOTH, slept, stands_at=moment) == [lost]
    assert found(made, *BOTH, slept, stands_at=moment + HOUR) == []


def test_a_clocks_command_names_its_case_and_its_moment_or_day() -> None:
    assert moment_in("c-1", CLOCK) is None
    assert moment_in(f"{CLOCK}@{DUE.isoformat()}#2", CLOCK) == DUE
    assert moment_in(f"{CLOCK}@{DUE.isoformat()}", CASE) is None
    assert moment_in(f"{CLOCK}@soon", CLOCK) is None
