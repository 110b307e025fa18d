"""The page of a project: its track, what is missing for the next step, its money, and what it leads to."""

from collections.abc import Sequence
from typing import Any

from console.house import House
from console.kinds.shared import deadlines_of, flow_nodes, link
from console.listing import claim_row
from console.missing_view import missing_of
from console.track_view import entries_of, lanes_of
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from doors.names import Names
from doors.texts import t
from projections.claim_list import claim_list
from projections.listing import Wanted
from projections.money_tree import tree_of_project
from projections.plan_lines_read import PlanLine, plan_lines
from projections.project_beside import Beside, ProjectFacts, beside, project_facts
from projections.track_shape import Records
from projections.tracks import track

CLAIMS_SHOWN = 50


def more(house: House, _: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what the page of a project shows besides what all cases do."""
    row, names, today = project_facts(house.engine, case.county, case.no), house.names(case.county), house.today()
    assert row is not None  # Its facts are there, and the views are at the end of the log.
    stages = track(Records.of(house.ledger, house.engine), case, house.now())
    lacking = missing_of(house, case, stages)
    found = beside(house.engine, case_id(*case), case.county, case.no, row.assets)
    claims = claim_list(house.engine, Wanted(case.county, project_no=case.no), limit=CLAIMS_SHOWN)
    return {
        "heading": row.name,
        "facts": _facts(row, names),
        "figures": _figures(row),
        "row": row,
        "stage": names.stage(row.stage),
        "days_in_stage": row.days_in_stage(today),
        "lanes": lanes_of(stages, names),
        "entries": entries_of(stages, names),
        "missing": {one.step: one for one in lacking if one.post},
        "brought": [one for one in lacking if not one.post],
        "claims": [claim_row(house, one, names) for one in reversed(claims.rows)],
        "claims_total": claims.total,
        "plan_rows": _plan_rows(case, plan_lines(house.engine, case.county, project_no=case.no), names),
        "flow": flow_nodes(tree_of_project(house.engine, case.county, case.no), names),
        "deadlines": deadlines_of(found.deadlines, names, today),
        "linked": _linked(found, names),
    }


def _facts(row: ProjectFacts, names: Names) -> list[tuple[str, Any]]:
    years = str(row.first_year) if row.first_year == row.last_year else f"{row.first_year}-{row.last_year}"
    reach = t(f"，{row.households} 户", f", {row.households} households") if row.households else ""
    found = [
        (t("乡镇", "township"), row.township),
        (t("村", "village"), row.village),
        (t("实施单位", "unit"), row.unit),
        (t("用途", "use"), names.named("class", row.use)),
        (t("建设内容", "purpose"), names.word(row.purpose)),
        (t("建设年度", "years"), years if row.first_year else ""),
        (t("承建方", "contractor"), row.contractor),
        (t("绩效目标", "target"), row.target),
        (t("联农带农", "benefit linkage"), f"{names.word(row.linkage)}{reach}" if row.linkage else ""),
        (t("申报日期", "registered on"), row.registered_on),
        (t("退回次数", "times sent back"), row.returns or ""),
        (t("终止原因", "ended because"), row.ended_because),
    ]
    return [(name, value) for name, value in found if value != ""]


def _figures(row: ProjectFacts) -> list[tuple[str, int]]:
    """Return the money that it has of each kind; a contract only once there is one."""
    found = [(t("预算", "budget"), row.budget_fen)]
    if row.declared_fen != row.budget_fen:
        found.insert(0, (t("申报", "declared"), row.declared_fen))
    if row.contract_fen is not None:
        found.append((t("合同", "contract"), row.contract_fen))
    return [
        *found,
        (t("计划安排", "allotted"), row.allotted_fen),
        (t("下达", "released"), row.released_fen),
        (t("报账", "claimed"), row.claimed_fen),
        (t("核准", "approved"), row.approved_fen),
        (t("支付", "paid"), row.paid_fen),
    ]


def _plan_rows(case: CaseId, lines: Sequence[PlanLine], names: Names) -> list[tuple[Any, ...]]:
    return [
        (
            link(line.plan, line.title or line.plan_no),
            line.year,
            line.in_force_on or t("未生效", "not in force"),
            link(case_id(case.county, "fund", line.fund_no)),
            names.named("pool", line.pool),
            t("调减", "cut") if line.cut else t("安排", "given"),
            line.amount_fen,
            line.released_fen,
            line.paid_fen,
        )
        for line in lines
    ]


def _linked(found: Beside, names: Names) -> list[tuple[str, str, str, int | None]]:
    """Return the assets and the performance: what each is, its address, where it stands, and what was paid for it."""
    rows = [(t("绩效", "performance"), found.performance)] if found.performance else []
    rows += [(t(f"资产 {one.title}", f"asset {one.title}"), one) for one in found.assets]
    return [(text, f"/{one.case}", names.stage(one.stage), one.paid_fen) for text, one in rows]
