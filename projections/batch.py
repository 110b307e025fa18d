"""A batch of the log as views take it: facts in order, and each case's state after the last of them, folded once."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from domain.act import OpenStep, nothing_waits
from domain.cases import kind_of
from domain.following import Following
from domain.log_reading import Row
from domain.registry import BY_KIND, DECIDERS

# Kinds whose cases wait for somebody.
WAITING = frozenset(one.kind for one in DECIDERS if one.open_steps is not nothing_waits)


class Logged(NamedTuple):
    """A fact in its place in the log, with the bytes under which it is stored."""

    position: int
    stream: str
    version: int
    topic: str  # The name under which it is stored, with the version of its shape.
    state: bytes
    fact: Any


class Folds:
    """The states of the cases that a batch touches: each is folded when a view first asks for it, and then shared."""

    def __init__(self, following: Following, entries: Sequence[Logged]) -> None:
        """Hold what folds, and the whole batch."""
        self._following = following
        self._all = entries
        self._entries: dict[str, list[Logged]] = {}
        self._states: dict[str, Any] = {}
        self._closed: dict[str, list[bool]] = {}
        self._steps: dict[str, list[tuple[OpenStep, ...]]] = {}

    def entries(self, stream: str) -> list[Logged]:
        """Return what the batch holds of a stream."""
        if not self._entries:
            for entry in self._all:
                self._entries.setdefault(entry.stream, []).append(entry)
        return self._entries[stream]

    def state(self, stream: str) -> Any:
        """Return the state of a stream after the batch. Views share it: they must not change it."""
        if stream not in self._states:
            decider = BY_KIND[kind_of(stream)]
            waits = decider.kind in WAITING
            closed, steps = self._closed[stream], self._steps[stream] = [], []
            for entry in self.entries(stream):
                self._states[stream] = state = self._following.after(entry)
                if decider.quiet:
                    closed.append(decider.closed(state))
                if waits:
                    steps.append(() if decider.closed(state) else decider.open_steps(state))
        return self._states[stream]

    def closed(self, stream: str) -> list[bool]:
        """Return after each of the batch's facts of a stream whether its case was over; of kinds with quiet facts."""
        self.state(stream)
        return self._closed[stream]

    def steps(self, stream: str) -> list[tuple[OpenStep, ...]]:
        """Return what a case, if open, waited for after each of the batch's facts of it; of kinds in `WAITING`."""
        self.state(stream)
        return self._steps[stream]


class Batch:
    """Facts in the order of the log, of the kinds that a view reads.

    `rows` are as they are stored, for views that decode only what they need; `entries` are decoded.
    """

    def __init__(self, rows: Sequence[Row], entries: Sequence[Logged], folds: Folds) -> None:
        """Hold the facts, and the states of all that they touch."""
        self.rows = rows
        self.entries = entries
        self._folds = folds

    @classmethod
    def new(cls, rows: Sequence[Row], entries: Sequence[Logged], following: Following) -> "Batch":
        """Return a batch whose cases are folded on by *following*."""
        return cls(rows, entries, Folds(following, entries))

    def of(self, kinds: frozenset[str], *, lean: bool) -> "Batch":
        """Return the part of some kinds only, as stored (*lean*) or decoded; states are shared with the whole."""
        if lean:
            return Batch([row for row in self.rows if kind_of(row.stream) in kinds], (), self._folds)
        return Batch((), [entry for entry in self.entries if kind_of(entry.stream) in kinds], self._folds)

    def streams(self) -> Iterable[str]:
        """Return the streams that it touches, in the order in which they come."""
        return dict.fromkeys(entry.stream for entry in self.entries)

    def entries_of(self, stream: str) -> list[Logged]:
        """Return what it holds of one stream."""
        return self._folds.entries(stream)

    def state(self, stream: str) -> Any:
        """Return the state of a stream after the batch. Views share it: they must not change it."""
        return self._folds.state(stream)

    def closed(self, stream: str) -> list[bool]:
        """Return after each of its facts of a stream whether that case was over; of kinds with quiet facts only."""
        return self._folds.closed(stream)

    def steps(self, stream: str) -> list[tuple[OpenStep, ...]]:
        """Return what a case, if open, waited for after each of its facts of it; of kinds in `WAITING` only."""
        return self._folds.steps(stream)
