"""The verifier counts days by code of its own: held against the domain's, on any dates."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.calendars import load_calendars
from audit import verify
from audit.verify import Calendar, Report, read_year
from domain.act import Act
from domain.calendar import SHANGHAI, Unit, days_after, due
from domain.obligation import OBLIGATION
from domain.obligation_facts import Extend, Fulfil, ObligationOpened, Open, Pause, Recompute, Resume, Rung, Tick
from domain.recomputing import Change, Count
from tests.audit.handmade import CALENDARS, calendars

OURS = load_calendars(CALENDARS)
THEIRS = Calendar(dict(read_year(text, name) for name, text in calendars().items()))
DAYS = st.dates(date(2020, 12, 20), date(2027, 2, 1))
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["calendar", "working"])


@given(DAYS, st.integers(1, 60), UNITS)
def test_due_days_are_the_domains(start: date, count: int, unit: Unit) -> None:
    there = due(start, count, unit, OURS)
    assert THEIRS.after(start, count, unit) == (there.on, there.provisional)
    assert THEIRS.revision == OURS.revision


@given(DAYS, st.integers(0, 60), UNITS)
def test_days_held_are_the_domains(first: date, length: int, unit: Unit) -> None:
    last = first + timedelta(days=length)
    assert THEIRS.between(first, last, unit) == tuple(days_after(first, last, unit, OURS))


CHANGES = st.one_of(
    st.builds(Change, days=st.integers(1, 20)),
    st.builds(Change, until=DAYS),
    st.builds(lambda on, n: Change(paused=(on, on + timedelta(days=n))), DAYS, st.integers(0, 30)),
)


@given(DAYS, st.integers(1, 30), UNITS, st.lists(CHANGES, max_size=4))
@settings(max_examples=60)
def test_what_is_granted_counts_as_in_the_domain(start: date, days: int, unit: Unit, changes: list[Change]) -> None:
    there = Count(start, days, unit, tuple(changes)).due(OURS)
    plain = {"case": "a/fund/F", "trigger_on": str(start), "unit": unit, "count": days, "due_on": str(start)}
    clock = verify.Clock(verify.Node({**plain, "provisional": True, "calendar": ""}))
    clock.granted = [(one.days, one.until, one.paused) for one in changes]
    assert clock.counted(THEIRS) == (there.on, there.provisional)


def _act(on: date, hour: int = 10) -> Act:
    at = datetime(on.year, on.month, on.day, hour, tzinfo=SHANGHAI)
    return Act(f"c-{on}-{hour}", "", "p", "post", "unit", "test", on, at, clause="TX 1")


class Told:
    """One clock's facts, judged by the domain, as the verifier reads them."""

    def __init__(self, start: date, count: int, calendar: Any) -> None:
        end = due(start, count, "working", calendar)
        rungs = (Rung("head", end.on + timedelta(days=1)),)
        opened = ObligationOpened(
            _act(start), "a", "claim-1", "a/claim/1", start, count, "working", end.revision, end.on, end.provisional,
            ("answer",), "post", end.on - timedelta(days=1), rungs, "engine",
        )  # fmt: skip
        self.state, self.facts = OBLIGATION.initial(), []  # type: ignore[var-annotated]
        self.do(Open(opened.act, opened))

    def do(self, command: Any) -> None:
        """Do what *command* brings."""
        for fact in OBLIGATION.decide(self.state, command):
            self.facts.append(fact)
            OBLIGATION.evolve(self.state, fact)

    def stored(self, **changed: Any) -> list[verify.StoredFact]:
        """Return the facts as they are stored; of the last, some fields *changed*."""
        found = []
        for n, fact in enumerate(self.facts):
            kept = msgspec.structs.replace(fact, **changed) if changed and n == len(self.facts) - 1 else fact
            name = fact.__struct_config__.tag
            found.append((n, "a/obligation/claim-1", n + 1, name, msgspec.json.encode(kept)))
        return found


def _report(facts: list[verify.StoredFact]) -> Report:
    return verify.check_streams(facts, calendars())


@pytest.fixture
def told() -> Told:
    """A clock of ten working days, extended, paused and resumed over a holiday, met late after a breach."""
    clock = Told(date(2023, 9, 18), 10, OURS)
    clock.do(Extend(_act(date(2023, 9, 20)), "p", "more", OURS, days=3))
    clock.do(Pause(_act(date(2023, 9, 25)), "p", "waits", OURS))
    clock.do(Resume(_act(date(2023, 10, 12)), "p", "goes on", OURS))
    late = clock.state.opened.due_on + timedelta(days=2)  # type: ignore[union-attr]
    clock.do(Tick(_act(late, 9), {"post": "p", "head": "h"}))
    clock.do(Fulfil(_act(late), "answer", calendar=OURS))
    return clock


def test_clock_that_was_extended_paused_and_resumed_is_counted_again(told: Told) -> None:
    report = _report(told.stored())
    assert [one.text("en") for one in report.in_order()] == []
    assert report.checked["due_days_moved"] == 2


@pytest.mark.parametrize("n", [1, 3, 5, 7])
def test_day_of_any_of_its_facts_that_is_moved_is_found(told: Told, n: int) -> None:
    """Due, since, until, late: each by the field that says it."""
    told.facts = told.facts[: n + 1]
    fact = told.facts[-1]
    for name in ("due_on", "due_before", "since", "days", "days_late", "remind_on", "rung"):
        value = getattr(fact, name, None)
        if value is None:
            continue
        other = value + 1 if isinstance(value, int) else value + timedelta(days=1)
        report = _report(told.stored(**{name: other}))
        fields = [(one.place, one.field) for one in report.in_order()]
        assert (f"a/obligation/claim-1#{n + 1}", "due_on" if name == "days" and n == 1 else name) in fields


def test_day_counted_by_another_revision_is_a_note() -> None:
    """The calendar has been corrected since: its own revision says what it knew."""
    other = OURS.__class__("2021-2026/2022-01-01", OURS.years, frozenset(), frozenset())
    clock = Told(date(2023, 9, 28), 3, other)
    report = _report(clock.stored())
    assert report.found == 0
    assert any("another revision" in note.en for note in report.notes)
    unknown = Told(date(2023, 9, 28), 3, OURS.__class__("1990-1991/1990-01-01", OURS.years, frozenset(), frozenset()))
    assert any("its calendar is not here" in note.en for note in _report(unknown.stored()).notes)


def test_provisional_day_is_counted_again_by_the_years_that_its_calendar_knew() -> None:
    """Opened before the next year's notice was out: counted on fewer years, then on all."""
    early = {name: text for name, text in calendars().items() if not name.endswith("2024.toml")}
    early = {name: text for name, text in early.items() if name[10:14] < "2024"}
    knew = Calendar(dict(read_year(text, name) for name, text in early.items()))
    days = OURS.__class__(
        knew.revision,
        frozenset(knew.years),
        frozenset(day for day in OURS.holidays if any(day in year.off for year in knew.years.values())),
        frozenset(day for day in OURS.make_up_days if any(day in year.worked for year in knew.years.values())),
    )
    clock = Told(date(2023, 12, 20), 12, days)
    assert clock.state.opened.provisional  # type: ignore[union-attr]
    clock.do(Recompute(_act(date(2023, 12, 27)), OURS))
    assert len(clock.facts) == 2
    assert [one.text("en") for one in _report(clock.stored()).in_order()] == []
    moved = clock.stored(due_on=clock.facts[-1].due_on + timedelta(days=1))
    assert "due_on" in [one.field for one in _report(moved).in_order()]
