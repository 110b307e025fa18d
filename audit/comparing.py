"""The comparison: what Temporal's histories tell of each case, against what the ledger says, both ways. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from audit.book import CLOCK, Book, Command, moment_in
from audit.findings import Finding
from domain.cases import attempts_stream, kind_of
from domain.errors import RefusedError
from workflows.runs import DONE, Account, Run, foreign

# A case that has just begun, or has just ended, may be a moment ahead of its workflow.
GRACE = timedelta(minutes=2)
UNVERIFIED = "unverified"
# Kinds of case with a clock whose moments are in the ids of its commands: `<case>@<moment>…`.
TIMED = frozenset({"obligation", "disclosure", "absence", "watch", "calendar", "emergency"})
OUTSIDE = frozenset({"terminated", "canceled", "failed", "timed_out"})


@dataclass(frozen=True)
class Known:
    """One run with what its history says; of a noted one the ledger's note says it."""

    run: Run
    account: Account

    @property
    def began_at(self) -> datetime:
        """Return when the first thing in its history happened: a reset run has its former's beginning in it."""
        return self.account.began_at or self.run.started_at


@dataclass
class Compared:
    """Everything to compare, and how much of it there was."""

    book: Book
    runs: Mapping[str, Sequence[Known]]
    queue: str
    shift_s: float
    now: datetime  # Temporal's.
    stands_at: Callable[[str], datetime | None]  # The moment for which a case's clock is set, by the ledger.
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def shift(self) -> timedelta:
        """Return by how much business time runs beside Temporal's."""
        return timedelta(seconds=self.shift_s)

    def count(self, what: str) -> None:
        """Count one."""
        self.counts[what] = self.counts.get(what, 0) + 1


def compare(side: Compared) -> Iterator[Finding]:
    """Yield what does not agree."""
    for case in {**dict.fromkeys(side.book.is_open), **dict.fromkeys(side.runs)}:
        runs = sorted(side.runs.get(case, ()), key=lambda known: known.run.started_at)
        yield from _standing(side, case, runs)
        for known in runs:
            yield from _updates(side, known)
            yield from _ticks(side, known)
    yield from _facts(side)


def _standing(side: Compared, case: str, runs: Sequence[Known]) -> Iterator[Finding]:
    """Yield what is wrong with how a case stands: whether it runs, once, as it should."""
    running = [known for known in runs if known.run.runs]
    branched, ended = {known.account.reset_of for known in runs}, ""
    is_open = side.book.is_open.get(case)
    business_now = side.now + side.shift
    young = business_now - side.book.began_at.get(case, business_now) <= GRACE
    settled = business_now - side.book.changed_at.get(case, business_now) > GRACE
    for known in running:
        run = known.run
        if is_open is None:
            # A workflow is started with the message that begins its case; refused, it ends after a minute.
            if side.now - run.started_at > GRACE:
                yield Finding("unknown_case", case, run.run_id)
        elif not is_open and settled:
            yield Finding("stray", case, run.run_id)
        elif why := foreign(run, side.queue, side.shift_s):
            yield Finding("foreign", case, run.run_id, why)
    if is_open and not running:
        last, waits = runs[-1].run if runs else None, case not in side.book.resting
        if last and (last.status in OUTSIDE or (waits and settled)):
            ended = last.run_id
            yield Finding("ended", case, ended, last.status)
        elif not last and waits and not young:
            yield Finding("no_run", case)
    for known in runs:
        if known.account.reset_of:
            kind = "reset" if known.run.runs and known.account.unread and is_open else "run_reset_outside"
            yield Finding(kind, case, known.run.run_id, known.account.reset_of)
        if known.run.status in OUTSIDE and known.run.run_id not in branched and known.run.run_id != ended:
            yield Finding("run_ended_outside", case, known.run.run_id, known.run.status)


def _updates(side: Compared, known: Known) -> Iterator[Finding]:
    case, run_id = known.run.case, known.run.run_id
    rules = _rules()
    for command_id, decided in known.account.updates.items():
        side.count("updates")
        if decided.outcome == DONE:
            if decided.facts is None:
                side.count("updates_unreadable")
            elif decided.facts and not _on_record(side.book, command_id):
                yield Finding("update_lost", case, run_id, command_id)
        elif decided.outcome in rules and (case, command_id) not in side.book.refused:
            county = case.partition("/")[0]
            streams = {attempts_stream(county, who, decided.day) for who in (decided.person, UNVERIFIED)}
            if not streams & side.book.capped:
                yield Finding("refusal_lost", case, run_id, f"{command_id}: {decided.outcome}")


def _on_record(book: Book, command_id: str) -> bool:
    return command_id in book.commands or command_id in book.aside or command_id in book.desk


@cache
def _rules() -> frozenset[str]:
    def below(error: type[RefusedError]) -> Iterator[str]:
        for one in error.__subclasses__():
            yield one.__name__
            yield from below(one)

    return frozenset(below(RefusedError))


def _ticks(side: Compared, known: Known) -> Iterator[Finding]:
    case = known.run.case
    if kind_of(case) not in TIMED:
        return
    for moment in known.account.ticks:
        side.count("ticks")
        if moment in side.book.clocks.get(case, ()):
            continue
        # Nothing came of it: right, if somebody was faster. Not if the clock still stands there.
        stands_at = side.stands_at(case)
        if stands_at is not None and stands_at <= moment:
            yield Finding("tick_lost", case, known.run.run_id, moment.isoformat())


def _facts(side: Compared) -> Iterator[Finding]:
    """Yield the facts that no update and no timer of a run that can be read accounts for."""
    asked = {command for runs in side.runs.values() for known in runs for command in known.account.updates}
    for command_id, command in side.book.commands.items():
        if not command.before or command_id in side.book.desk or command_id in side.book.recomputed:
            continue
        side.count("commands")
        if command.door == CLOCK:
            yield from _of_clock(side, command_id, command)
        elif command_id not in asked:
            if all(_readable(side, case, command.at) for case in command.asked_of):
                yield Finding("fact_alone", command.asked_of[0], "", command_id)
            else:
                side.count("commands_unreadable")


def _of_clock(side: Compared, command_id: str, command: Command) -> Iterator[Finding]:
    told_by = ((case, moment) for case in command.cases if (moment := moment_in(command_id, case)))
    case, moment = next(told_by, (command.cases[0], None))
    if kind_of(case) not in TIMED or moment is None:
        return
    if any(moment in known.account.asked_ticks for known in side.runs.get(case, ())):
        return
    if _readable(side, case, command.at):
        yield Finding("clock_fact_alone", case, "", command_id)
    else:
        side.count("commands_unreadable")


def _readable(side: Compared, case: str, at: datetime) -> bool:
    """Return whether a run of *case* that can be read was there at the business moment *at*."""
    moment = at - side.shift
    return any(known.began_at <= moment <= (known.run.closed_at or side.now) for known in side.runs.get(case, ()))
