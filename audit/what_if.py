"""A case under other rules (换一套规定看): what would have been refused, missing, late or due elsewhere, fact by fact.

Its streams are replayed in the order of the log; the real procedures are asked what each act asked, as the ledger stood
before it, with the other county's rules in the place of its own. Nothing is stored.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from audit.what_if_claim import ClaimReplay
from audit.what_if_days import Days, last_day
from audit.what_if_desk import Desk, Event, Other
from audit.what_if_found import Findings
from audit.what_if_fund import FundReplay
from audit.what_if_granting import Granting
from audit.what_if_plan import PlanReplay
from audit.what_if_project import ProjectReplay
from domain.calendar import WorkCalendar
from domain.cases import CaseId, case_id, year_stream
from domain.disclosable import kind_of_fact
from domain.errors import BadInputError
from domain.fund import FUND
from domain.fund_facts import FundArrived, MoneyReleased
from domain.ledger import Ledger
from domain.plan import PLAN
from domain.procedures.moving import ref_of
from domain.project import PROJECT
from domain.project_facts import ClaimNoted, PlanIncluded
from domain.terms import PolicyRef
from domain.words import Both

KINDS = ("fund", "plan", "project", "claim")
_OF_OTHERS = ("project_banked", "performance_evaluated")
# What no fact of a case could tell of.
_NOT_ASKED = Both(
    "排名、通报、督查、培训等全县事项不属于单个案件",
    "rankings, circulars, inspections and training are the county's, and no case's",
)


@dataclass(frozen=True)
class WhatIf:
    """What came of it."""

    case: str
    here: PolicyRef
    there: PolicyRef
    facts: int
    findings: Findings


def what_if(
    ledger: Ledger,
    case: CaseId,
    other: Other,
    calendar: WorkCalendar,
    told: Callable[[int, int], None] = lambda _at, _end: None,
) -> WhatIf:
    """Return what another county's rules would have found of a case; *told* hears how far it has come.

    Raises:
        BadInputError: If there is no such case, or it is of a kind that has no rules of its own.
    """
    if case.kind not in KINDS:
        raise BadInputError("CASE", f"{case.kind}: {', '.join(KINDS)} are the kinds of cases that run under rules")
    here = ref_of(ledger.state, case)
    if here is None:
        raise BadInputError("CASE", f"no {case_id(*case)}")
    desk = Desk.of(ledger, case.county, here, other, calendar)
    desk.post_told = Granting(desk).post
    replays = dict(_replays(desk, case))
    seen = ((event, replay) for stream, replay in replays.items() for event in desk.events(stream))
    asked = (
        event for event, replay in seen if not _is_beside(replay) or isinstance(event.fact, FundArrived | MoneyReleased)
    )
    events = sorted(asked, key=lambda one: one.position)
    for n, event in enumerate(events):
        desk.now = event.position
        replays[event.stream].see(event)
        told(n, len(events))
    days = Days(desk, last_day(desk))
    days.clocks()
    days.disclosures(event for event in events if not _is_beside(replays[event.stream]))
    days.disclosures(_elsewhere_of(ledger, case))
    for stream, replay in replays.items():
        if isinstance(replay, ProjectReplay) and replay.state.is_closed:
            days.results(stream)
    desk.add("not_compared", case_id(*case), "-", "", _NOT_ASKED)
    return WhatIf(case_id(*case), here, desk.there.ref, len(events), desk.found)


def _elsewhere_of(ledger: Ledger, case: CaseId) -> Iterator[Event]:
    """Yield what is disclosable of a project and stands in other streams: its entry in the bank, its evaluations."""
    if case.kind != "project":
        return
    state = ledger.state(PROJECT, case_id(*case))
    years = {on.year for on in (state.passed_on.get("bank"),) if on}
    streams = (*(year_stream(case.county, year) for year in years), case_id(case.county, "performance", case.no))
    for stream in streams:
        for fact in ledger.facts(stream):
            if getattr(fact, "project_no", case.no) == case.no and (kind_of_fact(fact) or "") in _OF_OTHERS:
                yield Event(0, stream, fact)


def _is_beside(replay: Any) -> bool:
    """Return whether a stream is there for its releases only."""
    return isinstance(replay, FundReplay) and replay.releases is not None


def _replays(desk: Desk, case: CaseId) -> Iterator[tuple[str, Any]]:
    """Yield the streams of a case, each with what replays it: of a project also its plans, claims and releases."""
    match case.kind:
        case "fund":
            yield case_id(*case), FundReplay(desk, case)
        case "plan":
            yield case_id(*case), PlanReplay(desk, case)
            yield from _releases(desk, case.county, {case.no})
        case "claim":
            yield case_id(*case), ClaimReplay(desk, case)
        case "project":
            facts = [event.fact for event in desk.events(case_id(*case))]
            plans = dict.fromkeys(fact.plan_no for fact in facts if isinstance(fact, PlanIncluded))
            claims = dict.fromkeys(fact.claim_no for fact in facts if isinstance(fact, ClaimNoted))
            for plan_no in plans:
                of_plan = case._replace(kind="plan", no=plan_no)
                yield case_id(*of_plan), PlanReplay(desk, of_plan)
            yield case_id(*case), ProjectReplay(desk, case)
            for claim_no in claims:
                of_claim = case._replace(kind="claim", no=claim_no)
                yield case_id(*of_claim), ClaimReplay(desk, of_claim)
            yield from _releases(desk, case.county, set(plans))


def _releases(desk: Desk, county: str, plans: set[str]) -> Iterator[tuple[str, FundReplay]]:
    numbers: set[str] = set()
    for plan_no in plans:
        drafted = desk.ledger.state(PLAN, case_id(county, "plan", plan_no)).drafted
        numbers |= {line.fund_no for line in drafted.lines} if drafted else set()
    for fund_no in sorted(numbers):
        of_fund = CaseId(county, "fund", fund_no)
        if desk.ledger.state(FUND, case_id(*of_fund)).received is not None:
            yield case_id(*of_fund), FundReplay(desk, of_fund, frozenset(plans))
