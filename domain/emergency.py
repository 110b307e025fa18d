"""Emergency decision (应急决定): two keys decide in place of a person who cannot act; it is reported by itself."""

from dataclasses import dataclass
from datetime import datetime

from domain import duties
from domain.act import Act, CaseState, Decider, Fact, OpenStep, RepeatDiffersError
from domain.errors import RefusedError

CONFIRM = "second-key"
# What is reported to the audit post.
OPENED, CONFIRMED, EXPIRED = "opened", "confirmed", "expired"


class NoSuchEmergencyError(RefusedError):
    """A confirmation of what nobody asked for."""

    zh = "没有应急决定 {emergency_no}；须先由第一人提出（引擎规则）"
    en = "no such emergency decision: {emergency_no}; a first person must ask for it first (the engine's rule)"


class EmergencyOverError(RefusedError):
    """A confirmation that comes too late, or once more."""

    zh = "应急决定 {emergency_no} 已结束（{how}，确认以 {until} 为限）；须另行提出（引擎规则）"
    en = (
        "emergency decision {emergency_no} is over ({how}, to be confirmed by {until}); "
        "another must be asked for (the engine's rule)"
    )


class EmergencyDiffersError(RefusedError):
    """A second key that was turned for another decision than the first."""

    zh = "应急决定 {emergency_no} 的内容摘要是 {recorded}，确认的是 {asked}；第二人须确认同一决定（引擎规则）"
    en = (
        "emergency decision {emergency_no} is of the text {recorded}, confirmed was {asked}; "
        "the second must confirm the same decision (the engine's rule)"
    )


class EmergencyOpened(Fact, frozen=True, tag="emergency.opened/1"):
    """A first person asked for a decision in place of whoever cannot take it.

    *decision* is the text of a request that answers *step* of *case*, which waits for *post*. It takes effect if
    somebody of *second_post* confirms it before *until*.
    """

    county: str
    emergency_no: str
    case: str
    step: str
    post: str
    decision: str
    digest: str
    ground: str
    absent: str
    second_post: str
    until: datetime
    record: str = ""

    def content(self) -> tuple[object, ...]:
        """Return what makes this emergency what it is."""
        said = self.ground, self.absent, self.record
        return self.case, self.step, self.post, self.digest, *said, self.second_post, self.until


class EmergencyConfirmed(Fact, frozen=True, tag="emergency.confirmed/1"):
    """A second person confirmed it with a key of the person's own: the decision took effect in its case."""

    emergency_no: str
    opinion: str = ""


class EmergencyExpired(Fact, frozen=True, tag="emergency.expired/1"):
    """Nobody confirmed it in time: nothing was decided."""

    emergency_no: str


class EmergencyReported(Fact, frozen=True, tag="emergency.reported/1"):
    """It was reported to the county's audit post (审计岗位) by itself: *auditor*, empty where no rule names one."""

    emergency_no: str
    case: str
    step: str
    outcome: str
    auditor: str
    first: str
    second: str = ""


@dataclass(frozen=True)
class Open:
    """Ask for a decision with the first key; the audit post is *auditor*."""

    act: Act
    opened: EmergencyOpened
    auditor: str


@dataclass(frozen=True)
class Confirm:
    """Confirm a decision, the one of *digest*, with the second key."""

    act: Act
    emergency_no: str
    digest: str
    opinion: str
    auditor: str


@dataclass(frozen=True)
class Expire:
    """Let it expire, on the clock's word."""

    act: Act
    auditor: str


@dataclass
class EmergencyState(CaseState):
    """One emergency decision."""

    opened: EmergencyOpened | None = None
    outcome: str = ""


def judge(state: EmergencyState, command: Open | Confirm | Expire) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    match command:
        case Open(opened=opened):
            return _open(state, opened, command.auditor)
        case Confirm():
            return _confirm(state, command)
        case Expire(act, auditor):
            opened_ = state.opened
            if opened_ is None or state.outcome or act.recorded_at < opened_.until:
                return ()  # The clock looks once more.
            return (EmergencyExpired(act, opened_.emergency_no), _reported(act, opened_, EXPIRED, auditor))


def _open(state: EmergencyState, opened: EmergencyOpened, auditor: str) -> tuple[Fact, ...]:
    if state.opened is None:
        return opened, _reported(opened.act, opened, OPENED, auditor)
    recorded, asked = state.opened.content(), opened.content()
    if recorded != asked:
        raise RepeatDiffersError(key=f"emergency {opened.emergency_no}", recorded=recorded, asked=asked)
    return ()


def _confirm(state: EmergencyState, c: Confirm) -> tuple[Fact, ...]:
    opened = state.opened
    if opened is None:
        raise NoSuchEmergencyError(emergency_no=c.emergency_no)
    if state.outcome or c.act.recorded_at >= opened.until:
        how = state.outcome or EXPIRED
        raise EmergencyOverError(emergency_no=c.emergency_no, how=how, until=opened.until.isoformat())
    if c.digest != opened.digest:
        numbers = {"recorded": opened.digest[:12], "asked": c.digest[:12]}
        raise EmergencyDiffersError(emergency_no=c.emergency_no, **numbers)
    # Two keys are two persons, whatever a county says of duties.
    duties.check(c.act, CONFIRM, excluded(state, CONFIRM))
    reported = _reported(c.act, opened, CONFIRMED, c.auditor, c.act.person)
    return EmergencyConfirmed(c.act, opened.emergency_no, c.opinion), reported


def _reported(act: Act, opened: EmergencyOpened, outcome: str, auditor: str, second: str = "") -> EmergencyReported:
    of = opened.emergency_no, opened.case, opened.step
    return EmergencyReported(act, *of, outcome, auditor, opened.act.person, second)


def excluded(state: EmergencyState, _step: str) -> dict[str, str]:
    """Return who may not confirm: whoever asked."""
    return {state.opened.act.person: "first key"} if state.opened else {}


def apply(state: EmergencyState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case EmergencyOpened():
            state.opened = fact
        case EmergencyConfirmed():
            state.outcome = CONFIRMED
        case EmergencyExpired():
            state.outcome = EXPIRED
        case EmergencyReported():
            pass
        case _:
            raise AssertionError(fact)


def next_moment(state: EmergencyState) -> datetime | None:
    """Return when it expires, if nobody confirms it."""
    return state.opened.until if state.opened and not state.outcome else None


def open_steps(state: EmergencyState) -> tuple[OpenStep, ...]:
    """Return the confirmation that is waited for."""
    return (OpenStep(CONFIRM, state.opened.second_post),) if state.opened and not state.outcome else ()


EMERGENCY = Decider(
    "emergency",
    EmergencyState,
    judge,
    apply,
    (Open, Confirm, Expire),
    (EmergencyOpened, EmergencyConfirmed, EmergencyExpired, EmergencyReported),
    open_steps,
    stage=lambda s: s.outcome or ("asked" if s.opened else ""),
    closed=lambda s: bool(s.outcome),
    excluded=excluded,
)
