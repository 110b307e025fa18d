"""Store: whether a ledger holds samples, and by how much its business clock is shifted. Production has no such fact."""

from dataclasses import dataclass
from datetime import datetime

from domain.act import Act, CaseState, Decider, Fact, RepeatDiffersError


class MarkedSample(Fact, frozen=True, tag="store.marked-sample/1"):
    """The store is a sample (样例库): business time is the server's plus *shift_s* seconds, and `--as POST` works.

    `secret` seeds the sample door's key. It is in the open on purpose: a sample store proves nothing about anybody.
    """

    starts_at: datetime
    shift_s: float
    secret: str


@dataclass(frozen=True)
class MarkSample:
    """Mark an empty store as a sample."""

    act: Act
    marked: MarkedSample


@dataclass
class StoreState(CaseState):
    """What kind of store this is."""

    sample: MarkedSample | None = None


def judge(state: StoreState, command: MarkSample) -> tuple[Fact, ...]:
    """Return the facts of *command*. A shift is set once: two would give one moment two dates."""
    if state.sample is not None and state.sample.shift_s != command.marked.shift_s:
        raise RepeatDiffersError(key="store", recorded=state.sample.shift_s, asked=command.marked.shift_s)
    return () if state.sample else (command.marked,)


def apply(state: StoreState, fact: Fact) -> None:
    """Fold one fact into the state."""
    assert isinstance(fact, MarkedSample)
    state.sample = fact


STORE = Decider("store", StoreState, judge, apply, (MarkSample,), (MarkedSample,))
