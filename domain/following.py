"""Following the log: the state of each entry's case right after it, in one pass and with bounded memory."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from domain.act import Decider
from domain.cases import kind_of
from domain.registry import BY_KIND

STATES_KEPT_MAX = 2_000


class Placed(Protocol):
    """A fact in its place."""

    @property
    def stream(self) -> str:
        """Whose it is."""

    @property
    def version(self) -> int:
        """Which of its stream."""

    @property
    def fact(self) -> Any:
        """What came to be."""


class Following:
    """Folds each case with its own decider, entry by entry.

    It is linear: each fact is folded onto the state kept from the one before it. Of the cases that were not seen for
    long the state is let go, and read anew if they come again.
    """

    def __init__(self, facts: Callable[[str, int], list[Any]], kept_max: int = STATES_KEPT_MAX) -> None:
        """Hold the way to the first facts of a stream, so many of them."""
        self._facts = facts
        self._kept_max = kept_max
        self._states: OrderedDict[str, tuple[Any, int]] = OrderedDict()

    def after(self, entry: Placed) -> Any:
        """Return the state of the entry's stream right after it. Its kind must be one of `BY_KIND`."""
        decider = BY_KIND[kind_of(entry.stream)]
        state, version = self._states.pop(entry.stream, (None, -1))
        if version != entry.version - 1:  # The first look, or whoever took the entry before gave it up again.
            state = decider.initial()
            # Not what comes after: it may be a fact that only a later build can read.
            for fact in self._facts(entry.stream, entry.version - 1) if entry.version > 1 else ():
                decider.evolve(state, fact)
        state = decider.evolve(state, entry.fact)
        self._states[entry.stream] = (state, entry.version)
        if len(self._states) > self._kept_max:
            self._states.popitem(last=False)
        return state


def rests(decider: Decider[Any], fact: Any, *, was_open: bool, rested: bool) -> bool:
    """Return whether a case rests after *fact*: it is open by quiet facts alone, such as rows that wait to be sent.

    Nothing starts a workflow for those; the first person who acts on the case does.
    """
    return isinstance(fact, decider.quiet) and (rested or not was_open)


def open_streams(entries: Iterable[Placed], kinds: Iterable[str], following: Following) -> dict[str, bool]:
    """Return every case of *kinds* in the order in which they began, each with whether it is still open."""
    wanted = frozenset(kinds)
    found: dict[str, bool] = {}
    for entry in entries:
        kind = kind_of(entry.stream)
        if kind in wanted:
            found[entry.stream] = not BY_KIND[kind].closed(following.after(entry))
    return found
