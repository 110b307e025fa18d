"""The ledger's side: read once, what each case's facts say of the commands and the clocks that they come from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from activities.deciding import PROCESSES
from domain.act import Act
from domain.attempts import AttemptRefused, AttemptsCapped
from domain.calendar import start_of
from domain.cases import kind_of
from domain.following import Following, rests
from domain.ledger import PART, Entry, Ledger
from domain.mandate_facts import DeputyEnded, DeputyNamed
from domain.obligation_facts import ObligationRecomputed
from domain.papers import PAPERS, case_of_papers
from domain.registry import BY_KIND
from domain.runs import RunNoted
from workflows.client import STATES_KEPT_MAX

CLOCK = "clock"
# What is written to these comes from a desk and through no case, and so does what follows from it in cases.
DESKS = frozenset({"store", "county", "mandates", "testimony"})


@dataclass(slots=True)
class Command:
    """One command that took effect: when, at which door, and in which cases' streams; *born*: those that it began."""

    at: datetime
    door: str
    cases: list[str] = field(default_factory=list)
    born: list[str] = field(default_factory=list)
    before: bool = True  # It was on record before Temporal was looked at.

    @property
    def asked_of(self) -> list[str]:
        """Return the cases of which it may have been asked: not those that it began elsewhere, if others remain."""
        return [case for case in self.cases if case not in self.born] or self.cases


@dataclass
class Book:
    """What the ledger says."""

    is_open: dict[str, bool] = field(default_factory=dict)
    resting: set[str] = field(default_factory=set)
    began_at: dict[str, datetime] = field(default_factory=dict)
    changed_at: dict[str, datetime] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    clocks: dict[str, set[datetime]] = field(default_factory=dict)  # The moments at which a case's clock told.
    aside: set[str] = field(default_factory=set)  # Commands with facts in streams that are no case's.
    recomputed: set[str] = field(default_factory=set)  # Commands by which a clock's days were counted again.
    desk: set[str] = field(default_factory=set)
    refused: set[tuple[str, str]] = field(default_factory=set)  # Case and command.
    capped: set[str] = field(default_factory=set)  # Streams of attempts that are full.
    noted: dict[str, list[RunNoted]] = field(default_factory=dict)


def read_book(ledger: Ledger, before: int, told: Callable[[int], None] = lambda _: None) -> Book:
    """Read the whole log; what stands behind position *before* came while Temporal was looked at."""
    book, following = Book(), Following(ledger.facts, STATES_KEPT_MAX)
    for entry in ledger.log():
        told(entry.position)
        match kind_of(entry.stream), entry.fact:
            case _, RunNoted():
                book.noted.setdefault(entry.fact.case, []).append(entry.fact)
            case _, AttemptRefused(act=act, case=case):
                # A second refusal under one id stands under an id of its own, with a piece of its digest behind it.
                book.refused |= {(case, act.command_id), (case, act.command_id.rpartition("~")[0])}
            case _, AttemptsCapped():
                book.capped.add(entry.stream)
            case kind, fact if kind in PROCESSES:
                _of_case(book, entry, fact, following, before=entry.position <= before)
            case _, DeputyNamed() | DeputyEnded():  # Of an absence, which is a case.
                book.aside.add(entry.fact.act.command_id)
            case PAPERS.kind, fact:  # Asked through their case.
                _command(book, fact.act, case_of_papers(entry.stream), before=entry.position <= before)
            # What was ordered about a person came by a case of its own, and its order stands before it.
            case kind, fact if kind in DESKS and fact.act.command_id not in book.commands:
                book.desk.add(fact.act.command_id)
            case _, fact:
                book.aside.add(fact.act.command_id)
    return book


def _of_case(book: Book, entry: Entry, fact: Any, following: Following, *, before: bool) -> None:
    decider, act, case = BY_KIND[kind_of(entry.stream)], fact.act, entry.stream
    was_open, rested = book.is_open.get(case, False), case in book.resting
    (book.resting.add if rests(decider, fact, was_open=was_open, rested=rested) else book.resting.discard)(case)
    book.is_open[case] = not decider.closed(following.after(entry))
    book.began_at.setdefault(case, act.recorded_at)
    book.changed_at[case] = act.recorded_at
    command = _command(book, act, case, before=before)
    if isinstance(fact, decider.births):
        command.born.append(case)
    if isinstance(fact, ObligationRecomputed):
        book.recomputed.add(act.command_id)
    if act.door == CLOCK and (moment := moment_in(act.command_id, case)):
        book.clocks.setdefault(case, set()).add(moment)


def _command(book: Book, act: Act, case: str, *, before: bool) -> Command:
    # What a meeting decided, or two keys, reaches other cases as parts of the one command that was asked.
    command_id = act.command_id.partition(PART)[0]
    command = book.commands.get(command_id)
    if command is None:
        command = Command(act.recorded_at, act.door, before=before)
        book.commands[command_id] = command
    if not command.cases or command.cases[-1] != case:
        command.cases.append(case)
    return command


def moment_in(command_id: str, case: str) -> datetime | None:
    """Return the moment in a clock's command id, `<case>@<moment>` with what may stand behind a #, or None."""
    own, mark, said = command_id.partition("@")
    if own != case or not mark:
        return None
    try:
        moment = datetime.fromisoformat(said.partition("#")[0])
    except ValueError:
        return None
    return moment if moment.tzinfo else start_of(moment.date())  # A calendar's command names the day that came.
