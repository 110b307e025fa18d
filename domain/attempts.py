"""Attempts (被拒绝的办理): what was refused to a person on a day, beside the cases and never in them."""

from dataclasses import dataclass, field

from domain.act import Act, CaseState, Decider, Fact

RECORDED_MAX = 100  # A script that knocks all night must not fill the ledger.


class AttemptRefused(Fact, frozen=True, tag="attempts.refused/1"):
    """A request was refused: by which rule, and with which words."""

    case: str
    request: str
    rule: str
    zh: str
    en: str


class AttemptsCapped(Fact, frozen=True, tag="attempts.capped/1"):
    """The day's record is full. Further refusals of this person on this day are answered and not recorded."""

    count: int


@dataclass(frozen=True)
class RecordRefusal:
    """Record a refusal."""

    act: Act
    refused: AttemptRefused


@dataclass
class AttemptsState(CaseState):
    """One person's refusals of one day, by command id."""

    refused: dict[str, AttemptRefused] = field(default_factory=dict)
    capped: bool = False


def judge(state: AttemptsState, command: RecordRefusal) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if state.capped:
        return ()
    if len(state.refused) + 1 == RECORDED_MAX:
        return (command.refused, AttemptsCapped(command.act, RECORDED_MAX))
    return (command.refused,)


def apply(state: AttemptsState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case AttemptRefused():
            state.refused[fact.act.command_id] = fact
        case AttemptsCapped():
            state.capped = True
        case _:
            raise AssertionError(fact)


ATTEMPTS = Decider("attempts", AttemptsState, judge, apply, (RecordRefusal,), (AttemptRefused, AttemptsCapped))
