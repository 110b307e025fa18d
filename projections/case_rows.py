"""What a case's row says of its state, kind by kind: its name, whose it is, and its money in fen."""

from collections.abc import Callable
from typing import Any

from domain.asset import AssetState
from domain.balances import Bucket
from domain.cases import case_id
from domain.claim_state import ClaimState
from domain.fund_state import FundState
from domain.performance import PerformanceState
from domain.plan_state import PlanState
from domain.project_state import ProjectState

# All that the kinds have between them, in the order in which people read them.
MONEY = (
    "amount_fen",
    "budget_fen",
    "contract_fen",
    "announced_fen",
    "received_fen",
    "withdrawn_fen",
    "free_fen",
    "allotted_fen",
    "released_fen",
    "claimable_fen",
    "reserved_fen",
    "sent_fen",
    "claimed_fen",
    "approved_fen",
    "paid_fen",
)


def _fund(state: FundState) -> dict[str, Any]:
    received, portions = state.received, state.balances.portions.values()
    assert received is not None
    total_fen = sum(p.received for p in portions)
    named = (Bucket.FREE, Bucket.CLAIMABLE, Bucket.RESERVED, Bucket.SENT, Bucket.PAID)
    return {
        "title": f"{received.document_no} ({received.item_no})",
        "parent": "",
        "source": received.source,
        "year": received.fiscal_year,
        # Never mixed: what is announced is not received, until it has arrived.
        "announced_fen": total_fen if state.awaited else None,
        "received_fen": 0 if state.awaited else total_fen,
        "withdrawn_fen": sum(p.withdrawn for p in portions),
        "allotted_fen": sum(p.allotted for p in portions),
        "released_fen": sum(p.released for p in portions),
        **{f"{bucket.value}_fen": sum(p.buckets[bucket] for p in portions) for bucket in named},
    }


def _plan(state: PlanState) -> dict[str, Any]:
    drafted = state.drafted
    assert drafted is not None
    amount_fen = sum(line.amount_fen for line in drafted.lines)
    return {"title": drafted.title, "parent": "", "source": "", "year": drafted.year, "amount_fen": amount_fen}


def _project(state: ProjectState) -> dict[str, Any]:
    registered, money = state.registered, state.money
    assert registered is not None
    return {
        "title": registered.name,
        "parent": "",
        "source": "",
        "budget_fen": registered.budget_fen,
        "contract_fen": money.contract,
        "allotted_fen": money.allotted,
        "released_fen": money.released,
        "claimed_fen": money.claimed,
        "paid_fen": money.paid,
    }


def _claim(state: ClaimState) -> dict[str, Any]:
    lodged = state.lodged
    assert lodged is not None
    amount_fen = lodged.amount_fen
    approved = not state.returned and state.passed == len(lodged.terms.gates)
    # Claimed, approved and paid are three numbers.
    return {
        "title": lodged.kind,
        "parent": case_id(lodged.county, "project", lodged.project_no),
        "source": "",
        "claimed_fen": amount_fen,
        "approved_fen": amount_fen if approved else 0,
        "paid_fen": amount_fen if state.paid and not state.refunded else 0,
    }


def _performance(state: PerformanceState) -> dict[str, Any]:
    return {"title": state.project_no, "parent": "", "source": ""}


def _asset(state: AssetState) -> dict[str, Any]:
    assert state.formed is not None
    return {"title": state.formed.name, "parent": "", "source": "", "paid_fen": state.cost}


SUMMARIES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "fund": _fund,
    "plan": _plan,
    "project": _project,
    "claim": _claim,
    "performance": _performance,
    "asset": _asset,
}
