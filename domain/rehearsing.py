"""Rehearsing (试办): what the ledger would say to requests, one upon the other; nothing of it is stored."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar, cast

from domain.act import CaseState, Decider
from domain.ledger import Folded, Ledger, Read, Recorded, Step, check_size

S = TypeVar("S", bound=CaseState)


class Desk(Protocol):
    """Where a request takes effect: the ledger, or a rehearsal."""

    def state(self, decider: Decider[S], stream: str) -> S:
        """Return the state of *stream*."""

    def transact(self, expand: Callable[[Read], Iterable[Step]]) -> list[Recorded]:
        """Expand a request into steps and run all or none."""

    def recall(self, command_id: str) -> list[Recorded]:
        """Return the facts that a command brought about."""


class Rehearsal:
    """A desk that keeps nothing: each request is decided on what those before it would have brought about."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with what the ledger has."""
        self._ledger = ledger
        self._seen: dict[str, tuple[Any, int]] = {}

    def state(self, decider: Decider[S], stream: str) -> S:
        """Return the state that *stream* would have."""
        if stream not in self._seen:
            return self._ledger.shared(decider, stream)
        state, version = self._seen[stream]
        if isinstance(state, Folded):
            state = state.fold()
            self._seen[stream] = (state, version)
        return cast("S", state)

    def transact(self, expand: Callable[[Read], Iterable[Step]]) -> list[Recorded]:
        """Return the facts that a request would bring about.

        Raises:
            RefusedError: If a rule would say no. It is then as if nobody had asked.
        """
        seen = dict(self._seen)
        decided = self._ledger.rehearse(expand, seen)
        check_size(decided)
        self._seen = seen
        return decided

    def recall(self, command_id: str) -> list[Recorded]:
        """Return the facts that a command brought about before."""
        return self._ledger.recall(command_id)
