"""Who asked for what, when, at which door: the part that every fact and every command has; and the decider."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Protocol, Self, TypeVar

import msgspec

from domain.errors import RefusedError

# The engine's rule under which two keys decide in place of a missing person.
BY_TWO_KEYS = "engine A-71"


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """One person's act (经办).

    `person` is an opaque id (names live outside the facts); `occurred_on` is the stated day, with its
    `evidence`; `recorded_at` is the business time of the record (aware, Asia/Shanghai); `clause` is the
    line of the county's text that the fact rests on; `digest` is of what was asked, so that a repeat is known;
    `second` is who confirmed an emergency decision (应急决定), with a key of the second person's own;
    `signed` is the digest of what the case said when it was decided on, "" where nothing of a content was decided.
    """

    command_id: str
    digest: str
    person: str
    post: str
    unit: str
    door: str
    occurred_on: date
    recorded_at: datetime
    on_behalf_of: str = ""
    evidence: str = ""
    clause: str = ""
    second: str = ""
    signed: str = ""

    @property
    def hands(self) -> tuple[str, ...]:
        """Return whose hands it went through: also of whom the person stands in for (代理), and the second key's."""
        if not (self.on_behalf_of or self.second):
            return (self.person,)
        return tuple(filter(None, (self.person, self.on_behalf_of, self.second)))

    def under(self, clause: str) -> "Act":
        """Return the same act resting on *clause*, and in an emergency on the engine's rule of two keys besides."""
        return msgspec.structs.replace(self, clause=f"{clause}; {BY_TWO_KEYS}" if self.second else clause)


class Fact(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came to be. The tag of a subclass is what is stored: a name of the field's own and a version.

    Defaults are left out, so that a field that comes later changes no byte of what is stored already.
    """

    act: Act

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the fact itself: nothing changes one, and states that are copied hold many."""
        return self


class RepeatDiffersError(RefusedError):
    """The same command id or business key came again with other content."""

    zh = "{key} 已经记录过，内容不同：已记 {recorded}，这次 {asked}；更正须用更正事项，不能重报（引擎规则）"
    en = (
        "{key} is on record with other content: recorded {recorded}, asked {asked}; "
        "to correct it, ask for a correction (the engine's rule)"
    )


@dataclass
class CaseState:
    """What every stream's fold keeps: the commands that took effect. It belongs to the one fold that builds it."""

    done: dict[str, str] = field(default_factory=dict)


class Command(Protocol):
    """Whatever carries an act."""

    @property
    def act(self) -> Act:
        """Who asks, when."""


S = TypeVar("S", bound=CaseState)


@dataclass(frozen=True)
class OpenStep:
    """A step that waits for somebody: its id, and the post that may answer it."""

    id: str
    post: str


def nothing_waits(_: Any) -> tuple[OpenStep, ...]:
    """Return the open steps of an aggregate whose cases wait for nobody."""
    return ()


@dataclass(frozen=True)
class Decider(Generic[S]):
    """All that the ledger knows of an aggregate.

    `judge` is a pure function of state and command, called only for what did not already take effect;
    `apply` changes in place the state that one fold owns, and never judges.
    """

    kind: str
    initial: Callable[[], S]
    judge: Callable[[S, Any], tuple[Any, ...]]
    apply: Callable[[S, Any], None]
    commands: tuple[type, ...]
    facts: tuple[type, ...]
    open_steps: Callable[[S], tuple[OpenStep, ...]] = nothing_waits
    stage: Callable[[S], str] = lambda _: ""
    closed: Callable[[S], bool] = lambda _: False
    # Steps that nobody is waited for, and that may be asked for all the same, even after the close.
    also_allowed: Callable[[S], tuple[str, ...]] = lambda _: ()
    # Facts by which a case comes into being at another case's request: its workflow is started, not woken.
    births: tuple[type, ...] = ()
    # Facts that never change what the case waits for: its workflow need not wake for them.
    quiet: tuple[type, ...] = ()
    # Who may not take an open step, by its id: each person with what was done before (separation of duties).
    excluded: Callable[[S, str], dict[str, str]] = lambda _state, _step: {}

    def decide(self, state: S, command: Command) -> tuple[Any, ...]:
        """Return the facts that *command* brings about, or none if it already took effect.

        Raises:
            RefusedError: If a rule says no.
        """
        act = command.act
        if (digest := state.done.get(act.command_id)) is not None:
            # Asked before "is it allowed?": after its own effect a repeat looks out of turn.
            if digest != act.digest:
                raise RepeatDiffersError(key=act.command_id, recorded=digest[:12], asked=act.digest[:12])
            return ()
        return self.judge(state, command)

    def evolve(self, state: S, fact: Any) -> S:
        """Fold one fact into *state*."""
        state.done[fact.act.command_id] = fact.act.digest
        self.apply(state, fact)
        return state
