"""Whose history a fact stands in, besides that of its own case."""

from sqlalchemy import false, insert, literal, null, select

from domain.asset_facts import AssetFormed
from domain.cases import KINDS, case_id, kind_of, parse_case
from domain.claim_facts import ClaimLodged
from domain.disclosure_facts import DisclosureArose
from domain.emergency import EmergencyOpened
from domain.fund_facts import MoneyBounced, MoneyPaid, MoneyRefunded, MoneyReserved, MoneySent, ReservationFreed
from domain.handling_facts import StepAssigned, StepForwarded
from domain.meeting import ItemDecided
from domain.obligation_facts import ObligationOpened
from domain.papers import PAPERS, case_of_papers
from domain.performance_facts import PerformanceOpened
from domain.plan_facts import PlanDrafted, ReleaseNoted
from domain.terms import Line
from projections.batch import Logged
from projections.book import Book
from projections.timeline_tables import HISTORY, LINKS, PAPERED

OF_CLAIM = (MoneyReserved, ReservationFreed, MoneySent, MoneyBounced, MoneyPaid, MoneyRefunded)
# A meeting decides on several plans, each decision being one plan's; that a fund released is told by the fund itself.
NOT_HANDED_ON = (ItemDecided, ReleaseNoted)


def note_links(book: Book, entry: Logged) -> None:
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
    new = _link(book, entry.stream, targets)
    if entry.version == 1 and not _has_papers(book, entry):  # It has no past.
        return
    for case in new:
        for reached in _reached(book, case):
            _hand_on(book, entry.stream, reached)


def case_of(entry: Logged) -> str:
    """Return the case that an entry is of: its stream, or that whose papers the stream holds."""
    return case_of_papers(entry.stream) if kind_of(entry.stream) == PAPERS.kind else entry.stream


def _has_papers(book: Book, entry: Logged) -> bool:
    """Return whether papers were attached to a claim before it was lodged."""
    return isinstance(entry.fact, ClaimLodged) and book.get(PAPERED, entry.stream) is not None


def note_papers(book: Book, entry: Logged) -> None:
    """Note to which claims papers are attached."""
    if kind_of(entry.stream) == PAPERS.kind and kind_of(case_of(entry)) == "claim":
        book.put(PAPERED, {"claim": case_of(entry)})


def stays_with(entry: Logged, case: str) -> bool:
    """Return whether an entry is not handed on with the past of *case*.

    A claim's history holds movements of the funds it drew on before; they are not those of the fund it draws on now.
    """
    return kind_of(entry.stream) == "fund" or (entry.stream == case and isinstance(entry.fact, NOT_HANDED_ON))


def cases_of(book: Book, entry: Logged) -> list[str]:
    """Return the cases in whose history the entry stands: its own first."""
    own = case_of(entry)
    match entry.fact:
        case ReleaseNoted():
            return [own]
        case ItemDecided(item=item):
            return [own, *_reached(book, item)]
        case fact if isinstance(fact, OF_CLAIM):
            return [own, case_id(parse_case(own).county, "claim", fact.claim_no)]
        case _:
            return _reached(book, own)


def _funds(county: str, lines: tuple[Line, ...]) -> list[str]:
    return [case_id(county, "fund", line.fund_no) for line in lines]


def _link(book: Book, stream: str, targets: list[str]) -> list[str]:
    """Link what is not linked yet, and return it."""
    known = {row["case"] for row in book.rows(LINKS, stream)}
    new = [case for case in dict.fromkeys(targets) if case not in known]
    for case in new:
        book.put(LINKS, {"stream": stream, "case": case})
    return new


def _reached(book: Book, case: str) -> list[str]:
    """Return *case* and all that it belongs to: an obligation's claim, the claim's project and funds."""
    found, waiting = {case}, [case]
    while waiting:
        for row in book.rows(LINKS, waiting.pop()):
            if row["case"] not in found:
                found.add(row["case"])
                waiting.append(row["case"])
    return [case, *sorted(found - {case})]


def _hand_on(book: Book, stream: str, case: str) -> None:
    """Give *case* the history of *stream* so far. None of its money is in it: that begins with the linking fact."""
    history = book.table(HISTORY)
    already = select(history.c.position).where(history.c.case == case)
    past = select(literal(case), history.c.position, null(), false()).where(
        history.c.case == stream, ~history.c.stays, history.c.position.not_in(already)
    )
    book.execute(insert(history).from_select(["case", "position", "amount_fen", "stays"], past))
