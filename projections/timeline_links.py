"""Whose history a fact stands in, besides that of its own case."""

from sqlalchemy import Connection, Select, String, and_, bindparam, insert, literal, not_, null, or_, select

from domain.asset_facts import AssetFormed
from domain.cases import KINDS, case_id, kind_of, parse_case
from domain.claim_facts import ClaimLodged
from domain.disclosure_facts import DisclosureArose
from domain.emergency import EmergencyOpened
from domain.fund_facts import MoneyBounced, MoneyPaid, MoneyRefunded, MoneyReserved, MoneySent, ReservationFreed
from domain.handling_facts import StepAssigned, StepForwarded
from domain.ledger import Entry
from domain.meeting import ItemDecided
from domain.obligation_facts import ObligationOpened
from domain.papers import PAPERS, case_of_papers
from domain.performance_facts import PerformanceOpened
from domain.plan_facts import PlanDrafted, ReleaseNoted
from domain.registry import stored_name
from domain.terms import Line
from projections.timeline_tables import FACTS, HISTORY, LINKS

OF_CLAIM = (MoneyReserved, ReservationFreed, MoneySent, MoneyBounced, MoneyPaid, MoneyRefunded)
# A meeting decides on several plans, each decision being one plan's; that a fund released is told by the fund itself.
NOT_HANDED_ON = tuple(stored_name(fact) for fact in (ItemDecided, ReleaseNoted))


def _reach_of() -> Select[str]:
    reach = select(bindparam("start", type_=String).label("case")).cte("reach", recursive=True)
    reach = reach.union(select(LINKS.c.case).join(reach, LINKS.c.stream == reach.c.case))
    return select(reach.c.case)


_REACHED = _reach_of()  # Built once: it is asked for every fact.


def note_links(connection: Connection, entry: Entry) -> None:
    """Note which cases the entry's stream belongs to from now on, with all that it did before."""
    county = entry.stream.partition("/")[0]
    match entry.fact:
        case PlanDrafted(lines=lines):
            targets = [*_funds(county, lines), *(case_id(county, "project", line.project_no) for line in lines)]
        case ClaimLodged(lines=lines, project_no=project_no):
            targets = [case_id(county, "project", project_no), *_funds(county, lines)]
        case ObligationOpened(case=case) | EmergencyOpened(case=case):
            targets = [case]
        case DisclosureArose(of_stream=stream) if kind_of(stream) in KINDS:
            targets = [stream]
        case ItemDecided(item=item):
            targets = [item]
        case PerformanceOpened(project_no=project_no) | AssetFormed(project_no=project_no):
            targets = [case_id(county, "project", project_no)]
        case StepAssigned(of_case=case) | StepForwarded(of_case=case):
            targets = [case]
        case _:
            return
    new = _link(connection, entry.stream, targets)
    if entry.version == 1 and not _has_papers(connection, entry):  # It has no past.
        return
    for case in new:
        for reached in _reached(connection, case):
            _hand_on(connection, entry.stream, reached)


def case_of(entry: Entry) -> str:
    """Return the case that an entry is of: its stream, or that whose papers the stream holds."""
    return case_of_papers(entry.stream) if kind_of(entry.stream) == PAPERS.kind else entry.stream


def _has_papers(connection: Connection, entry: Entry) -> bool:
    """Return whether papers were attached to a claim before it was lodged."""
    past = select(HISTORY.c.position).where(HISTORY.c.case == entry.stream).limit(1)
    return isinstance(entry.fact, ClaimLodged) and connection.scalar(past) is not None


def cases_of(connection: Connection, entry: Entry) -> list[str]:
    """Return the cases in whose history the entry stands: its own first."""
    own = case_of(entry)
    match entry.fact:
        case ReleaseNoted():
            return [own]
        case ItemDecided(item=item):
            return [own, *_reached(connection, item)]
        case fact if isinstance(fact, OF_CLAIM):
            return [own, case_id(parse_case(own).county, "claim", fact.claim_no)]
        case _:
            return _reached(connection, own)


def _funds(county: str, lines: tuple[Line, ...]) -> list[str]:
    return [case_id(county, "fund", line.fund_no) for line in lines]


def _link(connection: Connection, stream: str, targets: list[str]) -> list[str]:
    """Link what is not linked yet, and return it."""
    known = set(connection.scalars(select(LINKS.c.case).where(LINKS.c.stream == stream)))
    if new := [case for case in dict.fromkeys(targets) if case not in known]:
        connection.execute(insert(LINKS), [{"stream": stream, "case": case} for case in new])
    return new


def _reached(connection: Connection, case: str) -> list[str]:
    """Return *case* and all that it belongs to: an obligation's claim, the claim's project and funds."""
    found = connection.scalars(_REACHED, {"start": case})
    return [case, *sorted(set(found) - {case})]


def _hand_on(connection: Connection, stream: str, case: str) -> None:
    """Give *case* the history of *stream* so far. None of its money is in it: that begins with the linking fact."""
    already = select(HISTORY.c.position).where(HISTORY.c.case == case)
    own_only = and_(FACTS.c.stream == stream, FACTS.c.fact.in_(NOT_HANDED_ON))
    # A claim's history holds movements of the funds it drew on before; they are not this one's.
    past = (
        select(literal(case), HISTORY.c.position, null())
        .join(FACTS, FACTS.c.position == HISTORY.c.position)
        .where(HISTORY.c.case == stream, HISTORY.c.position.not_in(already))
        .where(not_(or_(own_only, FACTS.c.kind == "fund")))
    )
    connection.execute(insert(HISTORY).from_select(["case", "position", "amount_fen"], past))
