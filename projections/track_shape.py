"""What a track is made of (办理轨迹): the stages of a case as its own rules order them, with who, when and by when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self

from sqlalchemy import Engine

from domain.act import Act
from domain.calendar import day_of
from domain.ledger import Ledger, Read
from domain.terms import DeadlineTerm
from projections.as_of_store import AsOf

State = Literal["done", "current", "to_come", "returned", "skipped"]


@dataclass(frozen=True)
class Records:
    """Where a case is looked up: states, the facts of one stream in order, and views."""

    read: Read
    facts: Callable[[str], Sequence[Any]]
    engine: Engine

    @classmethod
    def of(cls, ledger: Ledger, engine: Engine) -> Self:
        """Return what a store knows by now."""
        return cls(ledger.state, ledger.facts, engine)

    @classmethod
    def as_of(cls, found: AsOf) -> Self:
        """Return what counts as of two days."""
        return cls(found.state, lambda stream: [entry.fact for entry in found.facts(stream)], found.engine)


@dataclass(frozen=True)
class Answer:
    """One answer (办理): both days, who gave it, for which post, for whom it stood in, and the opinion or reason.

    What another case brings (plan, release, payments) nobody answers: `person` is "" there. `second` is the other key
    of an emergency decision.
    """

    on: date
    recorded_on: date
    person: str = ""
    post: str = ""
    on_behalf_of: str = ""
    second: str = ""
    opinion: str = ""
    clause: str = ""

    @classmethod
    def of(cls, act: Act, opinion: str = "") -> Self:
        """Return what an act says of itself."""
        days = act.occurred_on, day_of(act.recorded_at)
        return cls(*days, act.person, act.post, act.on_behalf_of, act.second, opinion, act.clause)

    @classmethod
    def brought(cls, act: Act) -> Self:
        """Return the days of what another case brought."""
        return cls(act.occurred_on, day_of(act.recorded_at), clause=act.clause)


@dataclass(frozen=True)
class SentBack:
    """A return (退回), a rejection or a bounce: by whom and why, and to which stage; "" where the case ended by it."""

    answer: Answer
    to: str


@dataclass(frozen=True)
class CoSigner:
    """A post that takes part (会同), and its co-signature (会签), None while it is waited for."""

    post: str
    answer: Answer | None


@dataclass(frozen=True)
class Sitting:
    """A meeting (会议) that decided a stage: when it was held, by how many of how many, and its minutes (纪要).

    `minutes` is their SHA-256; "" and `filed` None while they are not on file, or none are asked for.
    """

    meeting_no: str
    held_on: date | None
    present: int
    quorum: int
    minutes: str = ""
    filed: Answer | None = None


@dataclass(frozen=True)
class Due:
    """A deadline (时限) of a stage: its stage is open, paused, overdue, met, met late, dropped or waived.

    `days_left` counts while it runs, below zero where it is overdue; None once it ended or stands still.
    """

    obligation: str
    due_on: date
    first_due_on: date
    stage: str
    overdue: bool
    days_left: int | None
    rungs: int
    clause: str


@dataclass(frozen=True)
class Part:
    """One part of a stage that has several: a plan of a project, a fund of a plan, a plan of a fund; amounts in fen.

    `done_fen` of `amount_fen` is through; `step` is the open step in `case` that the rest waits for, "" where nothing
    waits. A year (`year`) of a project built by year that no plan has yet stands with no case.
    """

    case: str
    no: str
    amount_fen: int
    done_fen: int = 0
    year: int = 0
    on: date | None = None
    answer: Answer | None = None
    step: str = ""
    post: str = ""
    due: Due | None = None


@dataclass(frozen=True)
class Stage:
    """One stage of a track.

    `id` is named by `Names.step`, or by `Names.stage` where `named` says so, best with the profile that the case is
    pinned to. `post` answers it; `open` are the open steps of the case that wait here. `beside`: open together with
    the stage before it (并行). `round` and `rounds`: which round up and down (上下对接) of how many, 0 where there are
    none. `answer` is the one that stands; `backs` all that ever sent the case back from here; `returns_to` where it
    may. `done_fen` of `of_fen` is through, where a stage is one of money. `term` is the deadline as the rules say it.
    """

    id: str
    kind: str
    state: State
    named: Literal["step", "stage"] = "step"
    post: str = ""
    clause: str = ""
    beside: bool = False
    round: int = 0
    rounds: int = 0
    open: tuple[str, ...] = ()
    answer: Answer | None = None
    backs: tuple[SentBack, ...] = ()
    together: tuple[CoSigner, ...] = ()
    sitting: Sitting | None = None
    returns_to: tuple[str, ...] = ()
    record: str = ""
    papers: tuple[str, ...] = ()
    term: DeadlineTerm | None = None
    due: Due | None = None
    parts: tuple[Part, ...] = ()
    done_fen: int | None = None
    of_fen: int | None = None
