"""Reconcile: every update and timer in Temporal's histories has its fact, and the other way round; and who runs."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio.client import Client

from activities.processes import shift_s
from audit.book import Book, read_book
from audit.comparing import Compared, Known, compare
from audit.findings import MENDED, Finding
from audit.reading import Histories, Progress, as_known, nobody, note, read_histories, read_unlisted
from domain.absence import ABSENCE
from domain.absence import next_moment as end_of_absence
from domain.cases import kind_of
from domain.county_calendar import CALENDAR
from domain.disclosure import DISCLOSURE
from domain.disclosure import next_moment as end_of_publicity
from domain.emergency import EMERGENCY
from domain.emergency import next_moment as end_of_emergency
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.obligation import next_moment as next_tick
from domain.procedures.recurring import next_moment as next_day
from domain.runs import RunNoted
from domain.watch import WATCH
from domain.watch import next_moment as end_of_looks
from workflows.client import every_case


@dataclass
class Report:
    """What was compared, and what was found. `counts` has what could not be compared as well, by its name."""

    found: list[Finding] = field(default_factory=list)
    mended: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    noted: int = 0


async def reconcile(
    client: Client,
    ledger: Ledger,
    queue: str,
    now: datetime,
    *,
    keep: bool = False,
    told: Progress = nobody,
) -> Report:
    """Compare Temporal's histories with *ledger*; *now* is Temporal's moment, and with *keep* closed runs are noted.

    Temporal is read before the log: a fact is there before its run is told of it. *told* hears
    how far it has come, first with the runs, then with the log.

    Raises:
        ExceptionGroup: Of RPCError, if the server does not answer.
    """
    end = ledger.recorder.max_notification_id() or 0
    noted = [entry.fact for entry in await asyncio.to_thread(list, ledger.log(of=(RunNoted,)))]
    histories = await read_histories(
        client,
        queue,
        lambda: every_case(ledger),
        frozenset(one.run_id for one in noted),
        told,
    )
    shift = timedelta(seconds=shift_s(ledger))
    report = Report()
    if keep:
        read = [known for of_case in histories.known.values() for known in of_case]
        report.noted = await asyncio.to_thread(note, ledger, read, now + shift)
    book = await asyncio.to_thread(read_book, ledger, end, lambda position: told(position, end))
    await read_unlisted(client, _without_run(book, histories), histories)
    runs = _with_noted(histories, noted)
    whole = Compared(book, runs, queue, shift_s(ledger), now, lambda case: stands_at(ledger, case, now + shift))
    for finding in sorted(compare(whole)):
        (report.mended if finding.kind in MENDED else report.found).append(finding)
    report.counts = Counter(
        cases=len(book.is_open),
        open=sum(book.is_open.values()),
        running=sum(known.run.runs for of_case in runs.values() for known in of_case),
        runs=sum(map(len, runs.values())),
        runs_unreadable=len(histories.gone),
        **whole.counts,
    )
    return report


def _without_run(book: Book, histories: Histories) -> list[str]:
    """Return the open cases of which no running run was listed."""
    running = {case for case, of_case in histories.known.items() if any(known.run.runs for known in of_case)}
    return [case for case, is_open in book.is_open.items() if is_open and case not in running]


def _with_noted(histories: Histories, noted: Sequence[RunNoted]) -> dict[str, list[Known]]:
    """Return all runs by case; one that was read and noted counts once."""
    runs = {case: list(of_case) for case, of_case in histories.known.items()}
    read = {known.run.run_id for of_case in runs.values() for known in of_case}
    for known in as_known(noted):
        if known.run.run_id not in read:
            runs.setdefault(known.run.case, []).append(known)
    return runs


def stands_at(ledger: Ledger, case: str, now: datetime) -> datetime | None:
    """Return the moment for which the clock of *case* is set, by the ledger, or None if it is set for none."""
    match kind_of(case):
        case OBLIGATION.kind:
            return next_tick(ledger.state(OBLIGATION, case), now)
        case DISCLOSURE.kind:
            return end_of_publicity(ledger.state(DISCLOSURE, case))
        case ABSENCE.kind:
            return end_of_absence(ledger.state(ABSENCE, case))
        case EMERGENCY.kind:
            return end_of_emergency(ledger.state(EMERGENCY, case))
        case WATCH.kind:
            return end_of_looks(ledger.state(WATCH, case))
        case CALENDAR.kind:
            return next_day(ledger.state, case.partition("/")[0])
        case _:
            return None
