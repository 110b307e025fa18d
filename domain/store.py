"""Store: whether a ledger holds samples, and by how much its business clock is shifted. Production has no such fact."""

from dataclasses import dataclass
from datetime import datetime

from domain.act import Act, CaseState, Decider, Fact, RepeatDiffersError
from domain.errors import RefusedError


class MarkedSample(Fact, frozen=True, tag="store.marked-sample/1"):
    """The store is a sample (样例库): business time is the server's plus *shift_s* seconds, and `--as POST` works.

    `secret` seeds the sample door's key. It is in the open on purpose: a sample store proves nothing about anybody.
    """

    starts_at: datetime
    shift_s: float
    secret: str


class ClockMoved(Fact, frozen=True, tag="store.clock-moved/1"):
    """A sample's business clock was set anew, forward only: its year was played on a server whose clock ran ahead."""

    shift_s: float


class ClockBackwardError(RefusedError):
    """A shift that would let business time run twice."""

    zh = "样例库的时钟只能向前：已记到 {recorded}，要求改为 {asked}；须改为不早于 {recorded}（引擎规则）"
    en = (
        "a sample's clock only goes forward: recorded up to {recorded}, asked for {asked}; "
        "it must not be set before {recorded} (the engine's rule)"
    )


class NotSampleError(RefusedError):
    """Something that only a sample store allows."""

    zh = "只有样例库可以这样做（引擎规则）；须先建样例库"
    en = "only a sample store allows this (the engine's rule); make one first"


@dataclass(frozen=True)
class MoveClock:
    """Set a sample's clock anew; the act's moment is what it will then show."""

    act: Act
    shift_s: float


@dataclass(frozen=True)
class MarkSample:
    """Mark an empty store as a sample."""

    act: Act
    marked: MarkedSample


@dataclass
class StoreState(CaseState):
    """What kind of store this is, and its clock's shift in seconds."""

    sample: MarkedSample | None = None
    shift_s: float = 0.0
    set_at: datetime | None = None


def judge(state: StoreState, command: MarkSample | MoveClock) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    match command:
        case MarkSample(_, marked):
            if state.sample is not None:
                raise RepeatDiffersError(key="store", recorded=state.sample.starts_at, asked=marked.starts_at)
            return (marked,)
        case MoveClock(act, shift_s):
            if state.sample is None or state.set_at is None:
                raise NotSampleError
            if act.recorded_at < state.set_at:
                raise ClockBackwardError(recorded=state.set_at, asked=act.recorded_at)
            return (ClockMoved(act, shift_s),)


def apply(state: StoreState, fact: Fact) -> None:
    """Fold one fact into the state."""
    assert isinstance(fact, MarkedSample | ClockMoved)
    if isinstance(fact, MarkedSample):
        state.sample = fact
    state.shift_s, state.set_at = fact.shift_s, fact.act.recorded_at


STORE = Decider("store", StoreState, judge, apply, (MarkSample, MoveClock), (MarkedSample, ClockMoved))
