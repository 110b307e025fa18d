"""What was in force on a day, as the office knew it on another: which facts count, and which rest on one that does not.

A fact counts if it is stated up to the one day and on record up to the other. What is entered late may rest on a fact
that is stated later than itself: then it cannot stand without that one, and is left out too, with its whole act.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from domain.act import Act, Decider
from domain.calendar import day_of
from domain.cases import kind_of
from domain.fund_refusals import ShortfallError
from domain.fund_state import FundState, moves_of
from domain.ledger import PART, Entry
from domain.registry import BY_KIND

# What follows from an act and decides nothing of it: a clock that cannot stand leaves the act that met it alone.
ASIDE = frozenset({"obligation", "disclosure", "outbox"})


class Dates(NamedTuple):
    """Two days, both included: stated up to `at` (生效日), on record up to `known_on` (知悉日); None sets no bound."""

    at: date | None = None
    known_on: date | None = None

    def cover(self, act: Act) -> bool:
        """Return whether what an act brought about counts."""
        if self.at is not None and act.occurred_on > self.at:
            return False
        return self.known_on is None or day_of(act.recorded_at) <= self.known_on


class Left(NamedTuple):
    """A fact that the dates cover and that is left out all the same: it rests on *missing*, which they do not cover."""

    entry: Entry
    missing: Entry


class Log(Protocol):
    """Where facts are looked up."""

    def mixed(self, dates: Dates) -> Iterable[str]:
        """Return the streams in which a fact that the dates do not cover stands before one that they do."""

    def facts(self, stream: str) -> Sequence[Entry]:
        """Return all facts of a stream, in order."""

    def act(self, entry: Entry) -> Sequence[Entry]:
        """Return all facts of cases that one act brought about, *entry* among them."""


def left_out(log: Log, dates: Dates) -> dict[int, Left]:
    """Return by its position each fact that the dates cover and that rests on one which they do not."""
    left: dict[int, Left] = {}
    waiting = sorted(log.mixed(dates))
    while waiting:
        stream = waiting.pop(0)
        for entry, missing in _unfounded(log.facts(stream), dates, left):
            of_act = [entry] if kind_of(stream) in ASIDE else log.act(entry)
            new = [one for one in of_act if one.position not in left and dates.cover(one.fact.act)]
            left |= {one.position: Left(one, missing) for one in new}
            # What stands behind them is looked at once more; behind this one it is looked at just now.
            waiting += sorted({one.stream for one in new if one is not entry} - set(waiting))
    return left


def standing(facts: Iterable[Entry], dates: Dates, left: dict[int, Left]) -> list[Entry]:
    """Return which facts of a stream, or of several, count."""
    return [entry for entry in facts if entry.position not in left and dates.cover(entry.fact.act)]


def folded(decider: Decider[Any], facts: Iterable[Entry]) -> Any:
    """Return the state of a case by some of its facts."""
    state = decider.initial()
    for entry in facts:
        decider.evolve(state, entry.fact)
    return state


def _unfounded(facts: Sequence[Entry], dates: Dates, left: dict[int, Left]) -> Iterator[tuple[Entry, Entry]]:
    """Yield the facts of a stream that cannot stand on those before them that count, each with one that is missing."""
    decider = BY_KIND[kind_of(facts[0].stream)]
    whole, state, kept = decider.initial(), decider.initial(), list[Entry]()
    missing: Entry | None = None
    for entry in facts:
        before = _open(decider, whole) if missing else frozenset()
        decider.evolve(whole, entry.fact)
        if entry.position in left or not dates.cover(entry.fact.act):
            missing = left[entry.position].missing if entry.position in left else entry
            continue
        if missing and not _stands(decider, state, entry.fact, before - _open(decider, whole)):
            yield entry, missing
            state = folded(decider, kept)
            continue
        if not missing:
            decider.evolve(state, entry.fact)
        kept.append(entry)


def _open(decider: Decider[Any], state: Any) -> frozenset[tuple[str, int]]:
    """Return what can be done, by version: open steps, what else is allowed, and a step that another case brings."""
    said = getattr(state, "lodged", None) or getattr(state, "drafted", None)
    version = said.version if said else 0
    steps = [*(step.id for step in decider.open_steps(state)), *decider.also_allowed(state)]
    if decider.kind == "project":
        steps.append(f"at {decider.stage(state)}")
    return frozenset((step, version) for step in steps)


def _stands(decider: Decider[Any], state: Any, fact: Any, answers: frozenset[tuple[str, int]]) -> bool:
    """Fold a fact into a state if it can stand there: what it answers is open, its money is where it takes it from."""
    if not state.done or not answers <= _open(decider, state):
        return False
    try:
        if isinstance(state, FundState):
            state.balances.check(state.fund_no, moves_of(state, fact), ShortfallError, fact.act.clause)
        decider.evolve(state, fact)
        _open(decider, state)
        decider.stage(state)
    except Exception:  # noqa: BLE001 - a fold looks up what earlier facts left: whatever is not there, it rests on that
        return False
    return True


class Told:
    """A log in memory."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Hold facts of cases, in order."""
        self._streams: dict[str, list[Entry]] = {}
        self._acts: dict[str, list[Entry]] = {}
        for entry in entries:
            self._streams.setdefault(entry.stream, []).append(entry)
            self._acts.setdefault(act_of(entry), []).append(entry)

    def mixed(self, dates: Dates) -> Iterable[str]:
        """Return the streams in which a fact that the dates do not cover stands before one that they do."""
        covered = {name: [dates.cover(e.fact.act) for e in facts] for name, facts in self._streams.items()}
        return [name for name, of in covered.items() if of != sorted(of, reverse=True)]

    def facts(self, stream: str) -> Sequence[Entry]:
        """Return all facts of a stream, in order."""
        return self._streams[stream]

    def act(self, entry: Entry) -> Sequence[Entry]:
        """Return all facts that one act brought about."""
        return self._acts[act_of(entry)]


def act_of(entry: Entry) -> str:
    """Return the command id of the act that a fact is of, whatever part of it."""
    command_id: str = entry.fact.act.command_id
    return command_id.partition(PART)[0]
