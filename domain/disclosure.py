"""Disclosure (公告公示): one entry of the register, from what arose to where it is public, how long, what was objected.

Facts and commands stand in `disclosure_facts.py`, refusals in `disclosure_refusals.py`.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from domain.act import Act, CaseState, Decider, Fact, OpenStep, RepeatDiffersError
from domain.calendar import Due, WorkCalendar, day_of, end_of
from domain.disclosure_facts import (
    COMMANDS,
    FACTS,
    Arise,
    DisclosureArose,
    DisclosureCommand,
    DisclosurePublished,
    DisclosureTakenDown,
    DisclosureWithdrawn,
    EndPublicity,
    Object,
    ObjectionRaised,
    ObjectionRuled,
    PublicityBegan,
    PublicityEnded,
    PublicityRecounted,
    PublicityResumed,
    Publish,
    RecountPublicity,
    Rule,
    TakeDown,
    Withdraw,
)
from domain.disclosure_refusals import (
    CorrectionError,
    MustBePublicError,
    NoSuchDisclosureError,
    NoSuchObjectionError,
    NothingShownError,
    NotPublicYetError,
    PublicBeforeItAroseError,
    StillPublicError,
    UnknownPlaceError,
    WithdrawnError,
)
from domain.publicity import Run

PUBLISH, CORRECT, OBJECT, RULE, WITHDRAW, TAKE_DOWN = "publish", "correct", "object", "rule", "withdraw", "take-down"


@dataclass
class DisclosureState(CaseState):
    """One entry: where it stands public, what was objected, and how long it stays."""

    arose: DisclosureArose | None = None
    published: list[DisclosurePublished] = field(default_factory=list)
    stands: dict[str, int] = field(default_factory=dict)  # By place, the number of the publication that holds there.
    to_correct: set[str] = field(default_factory=set)  # Places at which an objection was upheld against what stands.
    objections: dict[int, bool] = field(default_factory=dict)  # By number, whether it is still open.
    run: Run | None = None  # The days of publicity, while they run.
    days_left: int | None = None  # Of the days of publicity, while an objection stops them.
    ended: bool = False
    withdrawn: DisclosureWithdrawn | None = None
    taken_down: bool = False

    @property
    def open_objections(self) -> list[int]:
        """Return the numbers of the objections that wait for a ruling."""
        return [number for number, is_open in self.objections.items() if is_open]

    @property
    def everywhere(self) -> bool:
        """Return whether it is public at every place that its rule names, and nothing of it is to be corrected."""
        places = self.arose.terms.places if self.arose else ()
        return bool(self.stands) and not self.to_correct and set(places) <= self.stands.keys()

    @property
    def is_public(self) -> bool:
        """Return whether it was public as it should be: everywhere, for its days, with no objection left open."""
        waits = self.arose is not None and self.arose.terms.publicity is not None and not self.ended
        return self.everywhere and not waits and not self.open_objections and self.withdrawn is None

    @property
    def stops_at(self) -> date | None:
        """Return the last day of publicity, or None where no days run."""
        return self.run.until if self.run and not self.open_objections else None


def judge(state: DisclosureState, command: DisclosureCommand) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if isinstance(command, Arise):
        return _arise(state, command)
    if state.arose is None:
        raise NoSuchDisclosureError(entry="-")  # The stream knows its number, an empty state does not.
    if isinstance(command, EndPublicity):
        over = state.stops_at is not None and not state.ended and command.act.recorded_at >= end_of(state.stops_at)
        return (PublicityEnded(command.act),) if over else ()
    if isinstance(command, RecountPublicity):
        return _recount(state, state.arose, command)
    if (gone := state.withdrawn) is not None:
        raise WithdrawnError(**_said(state.arose), on=gone.act.occurred_on, reason=gone.reason)
    match command:
        case Publish():
            return _publish(state, state.arose, command)
        case Object():
            return _object(state, state.arose, command)
        case Rule():
            return _rule(state, state.arose, command)
        case Withdraw(act, reason):
            if state.arose.terms.mandatory or state.arose.terms.blocks:
                why = "mandatory" if state.arose.terms.mandatory else "blocks"
                raise MustBePublicError(**_said(state.arose), why=why)
            return (DisclosureWithdrawn(act, reason),)
        case TakeDown(act, reason):
            return _take_down(state, state.arose, act.under(state.arose.terms.clause), reason)


def _recount(state: DisclosureState, arose: DisclosureArose, c: RecountPublicity) -> tuple[Fact, ...]:
    counted = recounted(state, c.calendar)
    if state.run is None or counted is None:
        return ()
    term = arose.terms.publicity
    act = c.act.under(term.clause if term else arose.terms.clause)
    return (PublicityRecounted(act, state.run.until, counted.on, counted.revision, counted.provisional),)


def recounted(state: DisclosureState, calendar: WorkCalendar) -> Due | None:
    """Return the last day of publicity as *calendar* has it, or None where nothing runs or nothing changes."""
    if state.run is None or state.stops_at is None or state.withdrawn is not None:
        return None
    return state.run.counted_again(calendar)


def _said(arose: DisclosureArose) -> dict[str, object]:
    return {"entry": arose.entry, "clause": arose.terms.clause}


def _arise(state: DisclosureState, c: Arise) -> tuple[Fact, ...]:
    if state.arose is None:
        return (c.arose,)
    before, asked = ((a.what, a.terms.rule, a.of_stream, a.words, a.act.occurred_on) for a in (state.arose, c.arose))
    if before != asked:
        raise RepeatDiffersError(key=f"disclosure {c.arose.entry}", recorded=before, asked=asked)
    return ()


def _publish(state: DisclosureState, arose: DisclosureArose, c: Publish) -> tuple[Fact, ...]:
    terms, place = arose.terms, c.place
    if terms.places and place not in terms.places:
        raise UnknownPlaceError(**_said(arose), place=place, places=", ".join(terms.places))
    if not c.record and not c.address.strip():
        raise NothingShownError(**_said(arose), place=place)
    if c.act.occurred_on < arose.act.occurred_on:
        raise PublicBeforeItAroseError(**_said(arose), arose=arose.act.occurred_on, on=c.act.occurred_on)
    stands = state.stands.get(place, 0)
    if stands and not c.corrects:
        return _again(state.published[stands - 1], c)
    if c.corrects != stands:
        raise CorrectionError(**_said(arose), place=place, stands=stands, asked=c.corrects)
    fact = DisclosurePublished(c.act, len(state.published) + 1, place, c.record, c.address, c.corrects)
    left = set(terms.places) - state.stands.keys() - {place} | state.to_correct - {place}
    begins = terms.publicity is not None and not left and not state.open_objections
    return (fact, c.until) if begins and c.until else (fact,)


def _again(before: DisclosurePublished, c: Publish) -> tuple[Fact, ...]:
    recorded = (before.act.occurred_on, before.record, before.address)
    asked = (c.act.occurred_on, c.record, c.address)
    if recorded != asked:
        raise RepeatDiffersError(key=f"publication {before.number} at {before.place}", recorded=recorded, asked=asked)
    return ()


def _object(state: DisclosureState, arose: DisclosureArose, c: Object) -> tuple[Fact, ...]:
    if not state.published:
        raise NotPublicYetError(**_said(arose), what=OBJECT, places=", ".join(arose.terms.places) or "-")
    stops = state.stops_at is not None and not state.ended and day_of(c.act.recorded_at) <= state.stops_at
    number = len(state.objections) + 1
    return (ObjectionRaised(c.act, number, c.channel, c.words, c.record, stops, c.days_left if stops else 0),)


def _rule(state: DisclosureState, arose: DisclosureArose, c: Rule) -> tuple[Fact, ...]:
    if not state.objections.get(c.number):
        waiting = ", ".join(map(str, state.open_objections)) or "-"
        raise NoSuchObjectionError(**_said(arose), number=c.number, open=waiting)
    ruled = ObjectionRuled(c.act, c.number, c.upheld, c.reason)
    last = state.open_objections == [c.number]
    runs_on = arose.terms.publicity and last and not c.upheld and state.everywhere and not state.ended
    return (ruled, c.until) if runs_on and c.until else (ruled,)


def _take_down(state: DisclosureState, arose: DisclosureArose, act: Act, reason: str) -> tuple[Fact, ...]:
    if not state.everywhere:
        raise NotPublicYetError(**_said(arose), what=TAKE_DOWN, places=", ".join(arose.terms.places) or "-")
    if not state.is_public:
        raise StillPublicError(**_said(arose), until=state.stops_at or "-")
    return () if state.taken_down else (DisclosureTakenDown(act, reason),)


def apply(state: DisclosureState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case DisclosureArose():
            state.arose = fact
        case DisclosurePublished():
            state.published.append(fact)
            state.stands[fact.place] = fact.number
            state.to_correct.discard(fact.place)
            # What is new there has its days from the beginning.
            state.run, state.days_left, state.ended, state.taken_down = None, None, False, False
        case PublicityBegan() | PublicityResumed():
            state.run, state.days_left = _run_of(state, fact), None
        case PublicityRecounted():
            assert state.run is not None
            state.run = replace(state.run, until=fact.until, calendar=fact.calendar, provisional=fact.provisional)
        case ObjectionRaised():
            state.objections[fact.number] = True
            if fact.stops:
                state.run, state.days_left = None, fact.days_left
        case ObjectionRuled():
            state.objections[fact.number] = False
            if fact.upheld:
                state.to_correct = set(state.stands)
        case PublicityEnded():
            state.run, state.ended = None, True
        case DisclosureWithdrawn():
            state.withdrawn = fact
        case DisclosureTakenDown():
            state.taken_down = True
        case _:
            raise AssertionError(fact)


def _run_of(state: DisclosureState, fact: PublicityBegan | PublicityResumed) -> Run:
    """Return what runs: from the latest stated day on which it became public, or from the day of a ruling."""
    assert state.arose is not None
    assert state.arose.terms.publicity is not None
    term = state.arose.terms.publicity
    standing = [one.act.occurred_on for one in state.published if state.stands[one.place] == one.number]
    start, days = max(standing), term.count
    if isinstance(fact, PublicityResumed):
        start = day_of(fact.act.recorded_at)
        days = days if state.days_left is None else state.days_left
    return Run(start, days, term.unit, fact.until, fact.calendar, fact.provisional)


def next_moment(state: DisclosureState) -> datetime | None:
    """Return when the days of publicity are over, or None if only people can change anything."""
    return end_of(state.stops_at) if state.stops_at and state.withdrawn is None else None


def open_steps(state: DisclosureState) -> tuple[OpenStep, ...]:
    """Return what waits for the post that discloses; the days of publicity wait for nobody."""
    if state.arose is None or closed(state):
        return ()
    post = state.arose.terms.post
    wanted = [f"{RULE}:{number}" for number in state.open_objections]
    if state.to_correct:
        wanted.append(CORRECT)
    if not state.stands or set(state.arose.terms.places) - state.stands.keys():
        wanted.append(PUBLISH)
    return tuple(OpenStep(step, post) for step in wanted)


def closed(state: DisclosureState) -> bool:
    """Return whether nothing is waited for: it was public as it should be, or was taken back."""
    return state.withdrawn is not None or state.is_public


def stage(state: DisclosureState) -> str:
    """Return where the entry stands."""
    if state.withdrawn is not None:
        return "withdrawn"
    if state.taken_down:
        return "taken down"
    if state.open_objections:
        return "objected"
    if state.to_correct:
        return "to correct"
    if not state.everywhere:
        return "to publish"
    return "disclosed" if state.is_public else "public"


def also_allowed(state: DisclosureState) -> tuple[str, ...]:
    """Return what may be asked for at any time: an objection to what is public, its correction, taking it back."""
    if state.arose is None or state.withdrawn is not None:
        return ()
    return (PUBLISH, CORRECT, OBJECT, WITHDRAW, TAKE_DOWN)


DISCLOSURE = Decider(
    "disclosure",
    DisclosureState,
    judge,
    apply,
    COMMANDS,
    FACTS,
    open_steps,
    stage,
    closed,
    also_allowed,
    births=(DisclosureArose,),
)
