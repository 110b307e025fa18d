"""What the pages of projects and of claims say alike: links to other cases, deadlines, branches of money."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from markupsafe import Markup

from domain.cases import parse_case
from doors.names import Names
from doors.texts import t
from doors.words import STAGES
from projections.money_shape import Branch
from projections.obligations import Obligation

_LEAVES = {
    "unreleased": ("未下达", "not released"),
    "claimable": ("已下达未报账", "released, not claimed"),
    "reserved": ("审核中", "under review"),
    "sent": ("已发支付指令", "payment sent"),
    "paid": ("已支付", "paid"),
}
_RUNS = ("open", "overdue", "paused")


def link(case: str, text: str = "") -> Markup:
    """Return a link to another case, by its number unless *text* is given."""
    return Markup('<a href="/{}">{}</a>').format(case, text or parse_case(case).no)


def deadlines_of(rows: Iterable[Obligation], names: Names, today: date) -> list[dict[str, Any]]:
    """Return deadlines: what is due by whom, when, how it stands; those that run first."""
    found = [_deadline(row, names, today) for row in rows]
    return sorted(found, key=lambda one: not one["runs"])


def _deadline(row: Obligation, names: Names, today: date) -> dict[str, Any]:
    ended = row.stage not in _RUNS
    stage = t(*STAGES[row.stage]) if row.stage in STAGES else row.stage
    late = t(f"逾期 {row.days_late} 天", f"{row.days_late} days late") if row.days_late else ""
    return {
        "url": f"/{row.obligation}",
        "what": t("、", ", ").join(names.named("condition", one) for one in row.conditions),
        "of": link(row.case),
        "post": names.named("post", row.responsible),
        "due_on": row.due_on,
        "due_in": (row.due_on - today).days,
        "paused": row.stage == "paused",
        "runs": not ended,
        "ended": " ".join(part for part in (stage, str(row.met_on or ""), late) if part),
        "late": row.is_late(today),
        "clause": row.clause,
    }


def flow_nodes(branches: Iterable[Branch], names: Names) -> list[dict[str, Any]]:
    """Return branches of money as the flow shows them: source, fund and portion, then claims and what waits."""
    return [_node(branch, names) for branch in branches]


def _node(branch: Branch, names: Names) -> dict[str, Any]:
    node = {"fen": branch.fen, "children": flow_nodes(branch.branches, names)}
    match branch.kind:
        case "source":
            return node | {"name": names.named("source", branch.id)}
        case "portion":
            plans = t("、", ", ").join(one.plan_no for one in branch.plans)
            return node | {"name": names.named("pool", branch.id), "note": t(f"计划 {plans}", f"plan {plans}")}
        case "fund":
            return node | {"name": t(f"资金 {branch.id}", f"fund {branch.id}"), "url": f"/{branch.case}"}
        case "claim":
            return node | {"name": t(f"报账 {branch.id}", f"claim {branch.id}"), "url": f"/{branch.case}"}
        case "payment" if (said := branch.payment) is not None:
            day = said.paid_on or said.sent_on or said.lodged_on
            note = " · ".join(part for part in (said.payee, str(day), said.bank_ref) if part)
            return node | {"name": t(*_LEAVES[said.state]), "note": note}
        case _:
            return node | {"name": t(*_LEAVES.get(branch.kind, (branch.id, branch.id)))}
