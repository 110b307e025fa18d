"""Which streams a fund's audit pack (审计包) holds: what the fund paid for, and what hangs on each of those cases."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from audit.seal_refusals import OddFactError
from domain.asset_facts import AssetFormed
from domain.cases import CaseId, case_id, county_stream, kind_of, mandates_stream, parse_case
from domain.disclosure_facts import DisclosureArose
from domain.emergency import EmergencyOpened
from domain.errors import UnreadableFactError
from domain.fund import FUND
from domain.handling_facts import StepAssigned, StepForwarded
from domain.leaves import is_odd
from domain.ledger import Ledger
from domain.log_reading import Row
from domain.meeting_facts import ItemDecided, ItemsAdded, MeetingCalled
from domain.obligation_facts import ObligationOpened
from domain.papers import PaperAttached, case_of_papers
from domain.performance_facts import PerformanceOpened
from domain.plan_facts import PlanCorrected, PlanDrafted
from domain.registry import stored_name
from domain.stored_facts import read_fact
from domain.surplus_facts import SurplusFound, SurplusMoved

ROWS = 2_000
Told = Callable[[int, int], None]
# Of a fund's facts: what names a case that it paid, or set money aside for.
NAMED = {"plan_no": "plan", "by_plan_no": "plan", "project_no": "project", "claim_no": "claim"}
# What names the case that its stream hangs on. Attempts, runs and a county's own books hang on none.
HANGING: tuple[type, ...] = (
    ObligationOpened,
    EmergencyOpened,
    DisclosureArose,
    StepAssigned,
    StepForwarded,
    PerformanceOpened,
    AssetFormed,
    MeetingCalled,
    ItemsAdded,
    ItemDecided,
    SurplusFound,
    SurplusMoved,
    PaperAttached,
)


def streams_of(ledger: Ledger, fund: str, until: int, told: Told = lambda *_: None) -> frozenset[str]:
    """Return the streams of the pack of a *fund*'s case, of what the log holds up to position *until*.

    They are the fund; every plan, project and claim that its facts name, and those that plans drew up on it; whatever
    hangs on one of these, or on what hangs on it; and its county's policies and posts. The log is gone through twice,
    each time only facts of few kinds; what is kept is as large as what is found.
    """
    of = parse_case(fund)
    cores = _paid(_rows(ledger, (*FUND.facts, PlanDrafted, PlanCorrected), until, told), of)
    found = _hung(_rows(ledger, HANGING, until, told), of, cores)
    return frozenset(found | {county_stream(of.county), mandates_stream(of.county)})


def _rows(ledger: Ledger, facts: Iterable[type], until: int, told: Told) -> Iterator[Row]:
    topics, after = [stored_name(fact) for fact in facts], 0
    while rows := ledger.stored.select(after, ROWS, topics):
        for row in checked(rows):
            if row.position > until:
                return
            yield row
        after = rows[-1].position
        told(after, until)


def checked(rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows, each column of which is as a ledger writes it.

    Raises:
        OddFactError: If one is not.
    """
    if odd := next(filter(is_odd, rows), None):
        raise OddFactError(position=odd.position)
    return rows


def _read(row: Row) -> Any:
    return read_fact(row.topic, row.state, f"{row.stream}#{row.version}")


def _content(row: Row) -> Any:
    try:
        return msgspec.json.decode(row.state)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnreadableFactError(place=f"{row.stream}#{row.version}", reason=error) from error


def _paid(rows: Iterable[Row], fund: CaseId) -> set[str]:
    """Return the fund and the plans, projects and claims that it paid, or that were drawn up on it."""
    own = case_id(*fund)
    found = {own}
    for row in rows:
        if row.stream == own:
            named = _named(_content(row))
            found |= {case_id(fund.county, kind, no) for kind, no in named}
        elif kind_of(row.stream) == "plan" and row.stream.startswith(f"{fund.county}/"):
            plan: Any = _read(row)
            on_it = [line for line in (*plan.lines, *plan.cuts) if line.fund_no == fund.no]
            if on_it:
                found |= {row.stream, *(case_id(fund.county, "project", line.project_no) for line in on_it)}
    return found


def _named(content: Any) -> Iterator[tuple[str, str]]:
    """Yield the kind and the number of each case that a fund's fact names, in whatever field it does."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key in NAMED and isinstance(value, str) and value:
                yield NAMED[key], value
            elif key != "act":
                yield from _named(value)
    elif isinstance(content, list):
        for item in content:
            yield from _named(item)


def _hung(rows: Iterable[Row], fund: CaseId, cores: set[str]) -> set[str]:
    """Return *cores* and all that hangs on them. What hangs on something not known yet waits for it."""
    found, waiting = set(cores), dict[str, list[str]]()
    for row in rows:
        if not row.stream.startswith(f"{fund.county}/") or row.stream in found:
            continue
        owners = list(_owners(_read(row), row.stream, fund))
        if any(owner in found for owner in owners):
            _add(row.stream, found, waiting)
            continue
        for owner in owners:
            # The cases that money goes to are known already; only these may turn up later.
            if owner and kind_of(owner) not in ("fund", "plan", "project", "claim"):
                waiting.setdefault(owner, []).append(row.stream)
    return found


def _add(stream: str, found: set[str], waiting: dict[str, list[str]]) -> None:
    more = [stream]
    while more:
        one = more.pop()
        if one not in found:
            found.add(one)
            more += waiting.pop(one, ())


def _owners(fact: Any, stream: str, fund: CaseId) -> Iterator[str]:
    """Yield the cases that a stream hangs on by one of its facts."""
    match fact:
        case ObligationOpened(case=case) | EmergencyOpened(case=case):
            yield case
        case DisclosureArose(of_stream=of_stream):
            yield of_stream
        case StepAssigned(of_case=case) | StepForwarded(of_case=case):
            yield case
        case PerformanceOpened(project_no=no) | AssetFormed(project_no=no):
            yield f"{fund.county}/project/{no}"
        case MeetingCalled(agenda=items) | ItemsAdded(items=items):
            yield from (one.item for one in items)
        case ItemDecided(item=item):
            yield item
        case SurplusFound(items=left):
            yield from (case_id(*fund) for one in left if one.fund_no == fund.no)
        case SurplusMoved(plan_no=plan_no, items=left):
            yield f"{fund.county}/plan/{plan_no}"
            yield from (case_id(*fund) for one in left if one.fund_no == fund.no)
        case PaperAttached():
            yield case_of_papers(stream)
