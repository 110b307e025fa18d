"""The money of a fact, as each case in whose history it stands sees it. Below zero it goes back where it was."""

from collections.abc import Callable
from typing import Any

from domain.asset_facts import AssetDisposed, AssetFormed, IncomeEntered, IncomeShared, PaymentsAdded
from domain.bank_facts import EstimateChanged
from domain.cases import case_id, kind_of, parse_case
from domain.claim_facts import ClaimLodged, PaymentBounced, PaymentConfirmed, PaymentRefunded, PaymentSent
from domain.fund_facts import (
    AllotmentReduced,
    FundArrived,
    FundReceived,
    MoneyAllotted,
    MoneyBounced,
    MoneyPaid,
    MoneyRefunded,
    MoneyReleased,
    MoneyReserved,
    MoneySent,
    MoneyUnallotted,
    MoneyWithdrawn,
    ReservationFreed,
)
from domain.instrument_facts import LoanGuaranteed, LossCovered, LossRecovered
from domain.plan_facts import PlanDrafted
from domain.project_facts import (
    AllotmentCut,
    ClaimNoted,
    ClaimUnnoted,
    ContractSigned,
    PaymentNoted,
    PlanIncluded,
    ProjectRegistered,
    RefundNoted,
    ReleaseArrived,
)
from domain.surplus_facts import SurplusFound, SurplusMoved
from domain.terms import Line
from projections.batch import Logged
from projections.book import Book
from projections.timeline_tables import DRAWS

_FORTH = (ClaimLodged, PaymentSent, PaymentConfirmed, MoneySent, MoneyPaid, PaymentNoted)
_BACK = (
    PaymentBounced,
    PaymentRefunded,
    ReservationFreed,
    MoneyBounced,
    MoneyRefunded,
    ClaimUnnoted,
    RefundNoted,
)


def note_draws(book: Book, entry: Logged) -> None:
    """Keep what a claim draws on each fund, as last lodged."""
    if not isinstance(entry.fact, ClaimLodged):
        return
    county = parse_case(entry.stream).county
    drawn: dict[str, int] = {}
    for line in entry.fact.lines:
        fund = case_id(county, "fund", line.fund_no)
        drawn[fund] = drawn.get(fund, 0) + line.amount_fen
    rows = [{"claim": entry.stream, "fund": fund, "amount_fen": fen} for fund, fen in drawn.items()]
    book.replace(DRAWS, entry.stream, rows)


def amounts_for(book: Book, entry: Logged, cases: list[str]) -> dict[str, int | None]:
    """Return the amount of the entry for each of *cases*, or None where it moves no money of theirs."""
    seen_by = _amount(book, entry)
    return {case: seen_by(case) for case in cases}


def _amount(book: Book, entry: Logged) -> Callable[[str], int | None]:
    fact = entry.fact
    if isinstance(fact, PlanDrafted):
        return lambda case: _part(fact.lines, case)
    if isinstance(fact, _FORTH + _BACK):
        sign = 1 if isinstance(fact, _FORTH) else -1
        drawn = _drawn(book, entry)
        # A fund sees what is drawn on it; the claim and its project see the whole.
        return lambda case: _signed(sign, drawn.get(case) if kind_of(case) == "fund" else sum(drawn.values()))
    fixed = _fixed(fact)
    return lambda _: fixed


def _signed(sign: int, amount_fen: int | None) -> int | None:
    return None if amount_fen is None else sign * amount_fen


def _drawn(book: Book, entry: Logged) -> dict[str, int]:
    """Return what the claim that the entry is about draws on each fund; in a fund's own fact, on that fund only."""
    kind = kind_of(entry.stream)
    county = parse_case(entry.stream).county
    claim = entry.stream if kind == "claim" else case_id(county, "claim", entry.fact.claim_no)
    rows = book.rows(DRAWS, claim)
    return {row["fund"]: row["amount_fen"] for row in rows if kind != "fund" or row["fund"] == entry.stream}


def _part(lines: tuple[Line, ...], case: str) -> int | None:
    kind, no = parse_case(case).kind, parse_case(case).no
    if kind not in ("fund", "project"):
        return sum(line.amount_fen for line in lines)
    return sum(x.amount_fen for x in lines if no == (x.fund_no if kind == "fund" else x.project_no)) or None


def _fixed(fact: Any) -> int | None:
    match fact:
        case FundReceived(portions=parts) | MoneyAllotted(shares=parts) | MoneyReleased(shares=parts):
            return sum(part.amount_fen for part in parts)
        case FundArrived(portions=came):
            # What was announced stands in the announcement's words only: it was no money of the fund's yet.
            return sum(part.arrived_fen for part in came)
        case MoneyReserved(shares=parts):
            return sum(part.amount_fen for part in parts)
        case MoneyWithdrawn():
            return -fact.amount_fen
        case AllotmentReduced() | MoneyUnallotted():
            return -fact.share.amount_fen
        case AssetFormed() | IncomeEntered() | AssetDisposed():
            return fact.amount_fen
        case IncomeShared():
            return -fact.amount_fen
        case PaymentsAdded(payments=payments):
            return sum(paid.amount_fen for paid in payments)
        case AllotmentCut():
            return -fact.amount_fen
        case ProjectRegistered():
            return fact.budget_fen
        case SurplusFound(items=parts) | SurplusMoved(items=parts):
            return sum(part.amount_fen for part in parts)
        case LossCovered():
            return -fact.amount_fen
        case LoanGuaranteed() | LossRecovered():
            return fact.amount_fen
        case EstimateChanged():
            return fact.budget_fen - fact.before_fen
        case ContractSigned() | PlanIncluded() | ReleaseArrived() | ClaimNoted():
            return fact.amount_fen
        case _:
            return None
