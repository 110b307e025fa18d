"""What a fund's page shows besides what all cases do: its money, every fact by pages, its verification and its pack."""

from typing import Any

from audit.fund_verifying import last_seal
from audit.pack_refusals import NeverSealedError
from console.fund_view import Days, money_of
from console.house import House
from console.verifying import CHECKS
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.errors import BridgefundError
from domain.money import wan
from domain.sealed import said as sealed_said
from doors.happened import gap_days, said, who_said
from doors.waiting import why_not_text
from projections.timeline import history, history_size

FACTS_PER_PAGE = 50
NOW = Days()


def more(house: House, _: Visitor, case: CaseId, days: Days = NOW, number: int = 1) -> dict[str, Any]:
    """Return the values of the template."""
    return {
        **money_of(house, case, days),
        **facts_of(house, case, number),
        **verification(house, case),
        "pack_name": f"{case.county}-{case.no}.zip",
    }


def facts_of(house: House, case: CaseId, number: int) -> dict[str, Any]:
    """Return one page of every fact: both days, who, what, the fund's part of the money, clause, place in the log."""
    fund, names = case_id(*case), house.names(case.county)
    total = history_size(house.engine, fund)
    pages = max(1, -(-total // FACTS_PER_PAGE))
    number = min(number, pages)
    rows = history(house.engine, fund, limit=FACTS_PER_PAGE, offset=(number - 1) * FACTS_PER_PAGE)
    told = [
        {
            "occurred_on": row.occurred_on,
            "recorded_on": row.recorded_on,
            "late": gap_days(row),
            "who": who_said(row, names),
            "words": sealed_said(said(row, names), house.say),
            "amount": "" if row.amount_fen is None else wan(row.amount_fen),
            "clause": row.clause,
            "position": row.position,
            "place": f"{row.stream}#{row.version}",
        }
        for row in rows
    ]
    return {
        "history": told,
        "history_total": total,
        "history_page": number,
        "history_pages": pages,
        "history_url": lambda n: f"/{fund}?page={n}#history",
    }


def verification(house: House, case: CaseId) -> dict[str, Any]:
    """Return how the last verification ended or how far it is, and the seal that it would rest on."""
    fund, seal, refusal = case_id(*case), None, ""
    check = CHECKS.of(house, fund)
    try:
        seal = last_seal(house.ledger, fund).checkpoint
    except NeverSealedError:
        pass  # The page says so in its own words.
    except BridgefundError as error:
        refusal = why_not_text(error, house.names(case.county))
    return {
        "seal": seal,
        "seal_refusal": refusal,
        "check": check,
        "check_error": why_not_text(check.error, house.names(case.county)) if check and check.error else "",
        "check_ahead": CHECKS.ahead_of(check) if check and not check.ended else 0,
    }
