"""What one act changed, stream by stream, as it stood right then: the log read in order, an act at a time."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from domain.absence import Deputy
from domain.act import OpenStep
from domain.calendar import day_of
from domain.cases import KINDS, kind_of, mandates_stream
from domain.ledger import Entry, Ledger
from domain.mandate import MANDATE, MandateState
from domain.mandate_facts import Appointed, DeputyEnded, DeputyNamed, TermEnded
from domain.registry import BY_KIND

STATES_KEPT_MAX = 2_000
_MANDATES = (Appointed, TermEnded, DeputyNamed, DeputyEnded)


@dataclass(frozen=True)
class Change:
    """What one act changed in one case: its new facts, the case after them, and the steps that newly wait."""

    entries: tuple[Entry, ...]
    state: Any
    waits: tuple[OpenStep, ...]

    @property
    def case(self) -> str:
        """Return the case, or the obligation, that changed."""
        return self.entries[0].stream


class Happened(NamedTuple):
    """One act: what it changed, on which day, and the posts and deputies of a county as they then were."""

    changes: tuple[Change, ...]
    on: date
    mandates: Callable[[str], MandateState]

    def holders(self, county: str, post: str) -> list[str]:
        """Return everybody who held a post, by id; "" if nobody did."""
        return sorted(self.mandates(county).all_holders(post, self.on)) or [""]

    def deputies(self, county: str, person: str, post: str) -> list[Deputy]:
        """Return in which absences somebody stood in for *person* at *post*."""
        there = self.mandates(county).deputies.values()
        return [one for one in there if (one.person, one.post) == (person, post) and one.covers(self.on)]

    def a_post_of(self, county: str, person: str) -> str:
        """Return a post that a person held, "" if none."""
        mandates = self.mandates(county)
        return next((post for post in mandates.held if person in mandates.all_holders(post, self.on)), "")

    def facts(self, of: type) -> list[Any]:
        """Return the act's facts of one type."""
        return [entry.fact for change in self.changes for entry in change.entries if isinstance(entry.fact, of)]


def acts(entries: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    """Return a part of the log act by act: what one command brought about was appended in one transaction."""
    return [tuple(group) for _, group in groupby(entries, key=lambda entry: entry.fact.act.command_id)]


class Looking:
    """Folds each case as far as the log was read, never further: the same fact brings the same notice every time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._states: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._mandates: dict[str, MandateState] = {}
        self._begun = False

    def at(self, act: Sequence[Entry]) -> Happened:
        """Return what one act changed. Acts are to be asked for in the order of the log."""
        self._appoint(act)
        on = day_of(act[-1].fact.act.recorded_at)
        streams = dict.fromkeys(entry.stream for entry in act if kind_of(entry.stream) in KINDS)
        changes = tuple(self._change([entry for entry in act if entry.stream == stream]) for stream in streams)
        return Happened(changes, on, lambda county: self._mandates.get(mandates_stream(county)) or MandateState())

    def forget(self) -> None:
        """Start afresh, where another reader took an act or it is read again."""
        self._states.clear()
        self._mandates.clear()
        self._begun = False

    def _change(self, entries: list[Entry]) -> Change:
        stream, before = entries[0].stream, entries[0].version - 1
        decider = BY_KIND[kind_of(stream)]
        state, version = self._states.pop(stream, (None, -1))
        if version != before:
            state = decider.initial()
            for fact in self._ledger.facts(stream)[:before] if before else ():
                decider.evolve(state, fact)
        waited = set(decider.open_steps(state))
        for entry in entries:
            decider.evolve(state, entry.fact)
        self._states[stream] = (state, entries[-1].version)
        if len(self._states) > STATES_KEPT_MAX:
            self._states.popitem(last=False)
        waits = tuple(step for step in decider.open_steps(state) if step not in waited and step.post)
        return Change(tuple(entries), state, waits)

    def _appoint(self, act: Sequence[Entry]) -> None:
        """Take in who was appointed or stands in by now: from the log, since a stream may be ahead of what was read."""
        if not self._begun:
            self._begun = True
            for entry in self._ledger.log(of=_MANDATES):
                if entry.position >= act[0].position:
                    break
                self._take(entry)
        for entry in act:
            if isinstance(entry.fact, _MANDATES):
                self._take(entry)

    def _take(self, entry: Entry) -> None:
        MANDATE.evolve(self._mandates.setdefault(entry.stream, MANDATE.initial()), entry.fact)
