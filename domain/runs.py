"""Runs (流程运行记录): what a closed run of a case's workflow had been asked, kept because Temporal forgets it."""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from domain.act import Act, CaseState, Decider, Fact


class UpdateNoted(msgspec.Struct, frozen=True, omit_defaults=True):
    """One decision that a run was asked for: "" is done, else the rule that refused, or `unanswered`.

    `facts` is how many facts the run was told that the ledger had of it; None where it was not told.
    """

    command_id: str
    outcome: str = ""
    facts: int | None = None
    person: str = ""
    day: str = ""


class RunNoted(Fact, frozen=True, tag="runs.noted/1"):
    """A run closed (流程运行结束): how it ended, the updates it took, the moments at which its timers did their work.

    *ticks_undone*: timers that had gone off and whose work was under way when it closed. Moments are Temporal's own,
    not the business clock's. *reset_of* is the run that it was branched off, if any.
    """

    case: str
    run_id: str
    process: str
    status: str
    began_at: datetime
    started_at: datetime
    closed_at: datetime
    events: int
    updates: tuple[UpdateNoted, ...] = ()
    ticks: tuple[datetime, ...] = ()
    ticks_undone: tuple[datetime, ...] = ()
    reset_of: str = ""


@dataclass(frozen=True)
class NoteRun:
    """Note a run that has closed."""

    act: Act
    noted: RunNoted


@dataclass
class RunsState(CaseState):
    """The noted runs of one case, by run id."""

    noted: dict[str, RunNoted] = field(default_factory=dict)


def judge(state: RunsState, command: NoteRun) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    return () if command.noted.run_id in state.noted else (command.noted,)


def apply(state: RunsState, fact: Fact) -> None:
    """Fold one fact into the state."""
    assert isinstance(fact, RunNoted)
    state.noted[fact.run_id] = fact


RUNS = Decider("runs", RunsState, judge, apply, (NoteRun,), (RunNoted,))
