"""A plan checked while it is drafted (拟定时核对): what each rule finds of it, how it would be refused.

Nothing is stored: the rules of the county are asked of lines that nobody has sent yet.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from domain.act import Act
from domain.balances import Bucket
from domain.calendar import WorkCalendar, day_of
from domain.cases import CaseId, case_id
from domain.correcting_requests import CorrectPlan
from domain.errors import BadInputError, RefusedError
from domain.fund import FUND
from domain.ledger import Ledger, Read
from domain.plan import PLAN
from domain.plan_facts import PlanDrafted
from domain.procedures.asking import rules_of
from domain.procedures.judging import findings_of_plan
from domain.procedures.plans import terms_of
from domain.project import PROJECT
from domain.requests import DraftPlan, from_body, to_body
from domain.rules.result import Comparator, Finding, Unit
from domain.signature import digest_of
from domain.terms import Line
from domain.words import Both
from doors.needs import Refusal, refused_because


@dataclass(frozen=True)
class Counted:
    """An amount that a rule counted: of which kind (`rules.result.COUNTED`), and of what; in fen or as counted."""

    kind: str
    amount: int
    of: str


@dataclass(frozen=True)
class RuleChecked:
    """One rule as the draft stands: asked is *comparator* *bound*, found is *value*; in basis points, fen or results.

    `status`: met; open (not yet, but money that is still free can do it); reason (soft, and the draft gives one);
    unmet; warning (asks for nothing). `kept` says whether the draft may go on by this rule.
    """

    rule: str
    name: Both
    of: str
    comparator: Comparator
    bound: int
    value: int
    unit: Unit
    amounts: tuple[Counted, ...]
    status: str
    kept: bool
    hard: bool
    clause: str
    remedy: Both
    reason: str = ""


@dataclass(frozen=True)
class PortionLeft:
    """What a portion has free, what the draft takes of it less what it gives back, and what is left, in fen."""

    fund_no: str
    pool: str
    free_fen: int
    taken_fen: int

    @property
    def left_fen(self) -> int:
        """Return what would be left; below zero where the draft asks for more than there is."""
        return self.free_fen - self.taken_fen


@dataclass(frozen=True)
class PlanChecked:
    """A draft as it stands: each rule, each portion that it draws on, and the refusal if it were sent now."""

    rules: tuple[RuleChecked, ...]
    portions: tuple[PortionLeft, ...]
    refused: Refusal | None


def check_plan(
    ledger: Ledger,
    calendar: WorkCalendar,
    case: CaseId,
    request: DraftPlan | CorrectPlan,
    by: tuple[str, str, str],
    now: datetime,
) -> PlanChecked:
    """Return what the rules say of a draft or a correction; *by* is the person, post and unit that would send it."""
    read = ledger.state
    person, post, unit = by
    today = request.occurred_on or day_of(now)
    act = Act("draft-checked", digest_of(to_body(request)), person, post, unit, "question", today, now)
    try:
        whole = from_body(to_body(request))
        assert isinstance(whole, DraftPlan | CorrectPlan)
        refused = refused_because(ledger, calendar, case, whole, act)
    except BadInputError as no:
        refused = no
    rules: tuple[RuleChecked, ...] = ()
    drafted = _whole(read, case, request)
    if drafted is None:
        return PlanChecked(rules, (), refused)
    try:
        rules = tuple(_rules(read, case, drafted, act))
    except (RefusedError, BadInputError) as no:
        refused = refused or no
    return PlanChecked(rules, _portions(read, case.county, drafted), refused)


def _whole(read: Read, case: CaseId, request: DraftPlan | CorrectPlan) -> DraftPlan | None:
    """Return what a plan would say: a correction leaves what it does not name; None if there is nothing to correct."""
    if isinstance(request, DraftPlan):
        return request
    before = read(PLAN, case_id(*case)).drafted
    if before is None:
        return None
    names = ("lines", "cuts", "under", "bases", "reasons")
    said = {name: getattr(before if getattr(request, name) is None else request, name) for name in names}
    title = request.title or before.title
    return DraftPlan(year=before.year, title=title, reason=before.reason, **said)


def _rules(read: Read, case: CaseId, request: DraftPlan, act: Act) -> list[RuleChecked]:
    before = read(PLAN, case_id(*case)).drafted
    # Drafted anew, a plan keeps the rules that it began under.
    rules = rules_of(read, case.county, before.terms.policy if before else None)
    lines, cuts = (_known(read, case.county, some) for some in (request.lines, request.cuts))
    said = {name: getattr(request, name) for name in ("reason", "under", "bases", "reasons")}
    drafted = PlanDrafted(
        act, case.county, case.no, 1, request.year, request.title, lines, terms_of(rules), cuts, **said
    )
    reasons = {reason.rule: reason.words.strip() for reason in request.reasons}
    return [
        _checked(finding, reasons.get(finding.rule, "")) for finding in findings_of_plan(read, rules.profile, drafted)
    ]


def _known(read: Read, county: str, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines that can be counted: a fund, pool and project that there are. Others are told by the refusal."""
    found: dict[tuple[str, str, str], Line] = {}
    for line in lines:
        pools = read(FUND, case_id(county, "fund", line.fund_no)).balances.portions if _named(line.fund_no) else {}
        project = read(PROJECT, case_id(county, "project", line.project_no)) if _named(line.project_no) else None
        if line.pool not in pools or project is None or project.registered is None or line.amount_fen <= 0:
            continue
        key = (line.fund_no, line.pool, line.project_no)
        fen = line.amount_fen + (found[key].amount_fen if key in found else 0)
        found[key] = msgspec.structs.replace(line, amount_fen=fen)
    return tuple(found.values())


def _named(no: str) -> bool:
    try:
        case_id("county", "fund", no)
    except BadInputError:
        return False
    return True


def _checked(finding: Finding, reason: str) -> RuleChecked:
    given = "" if finding.hard else reason
    result = finding.result(given)
    return RuleChecked(
        rule=finding.rule,
        name=Both(finding.zh, finding.en),
        of=finding.of,
        comparator=finding.comparator,
        bound=finding.bound,
        value=finding.value,
        unit=finding.unit,
        amounts=tuple(Counted(one.kind, one.amount, one.of) for one in finding.amounts),
        status=result.status,
        kept=result.status != "unmet",
        hard=finding.hard,
        clause=finding.clause,
        remedy=finding.remedy,
        reason=result.reason,
    )


def _portions(read: Read, county: str, request: DraftPlan) -> tuple[PortionLeft, ...]:
    taken: dict[tuple[str, str], int] = {}
    for sign, lines in ((1, request.lines), (-1, request.cuts)):
        for line in lines:
            key = line.fund_no, line.pool
            taken[key] = taken.get(key, 0) + sign * line.amount_fen
    found = []
    for (fund_no, pool), fen in taken.items():
        portions = read(FUND, case_id(county, "fund", fund_no)).balances.portions if _named(fund_no) else {}
        free = portions[pool].buckets[Bucket.FREE] if pool in portions else 0
        found.append(PortionLeft(fund_no, pool, free, fen))
    return tuple(found)
