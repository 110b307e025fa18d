"""The page of a claim: its gates as a track, the open gate's decision beside its vouchers, and its three amounts."""

from collections.abc import Sequence
from typing import Any

from console.house import House
from console.kinds.shared import link
from console.missing_view import missing_of
from console.track_view import days_of, entries_of, lanes_of
from console.visitor import Visitor
from console.vouchers import vouchers_of
from domain.cases import CaseId, case_id
from doors.names import Names
from doors.texts import t
from projections.cases import title_of
from projections.claims_read import ClaimRow, claim_row
from projections.track_shape import Records, Stage
from projections.tracks import track


def more(house: House, _: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what the page of a claim shows besides what all cases do."""
    row, names = claim_row(house.engine, case_id(*case)), house.names(case.county)
    assert row is not None  # Its facts are there, and the views are at the end of the log.
    stages = track(Records.of(house.ledger, house.engine), case, house.now())
    lacking = missing_of(house, case, stages)
    project = title_of(house.engine, case_id(case.county, "project", row.project_no))
    return {
        "heading": f"{names.field('kind', row.kind)} · {project or row.project_no}",
        "facts": _facts(row, case, names, project),
        "row": row,
        "stage": names.stage(row.stage),
        "back": _back(row, stages, names),
        "lanes": lanes_of(stages, names),
        "entries": entries_of(stages, names),
        "missing": {one.step: one for one in lacking},
        "vouchers": vouchers_of(house, case),
        "lines": [
            (link(case_id(case.county, "fund", one.fund_no)), names.named("pool", one.pool), one.amount_fen)
            for one in row.lines
        ],
    }


def _facts(row: ClaimRow, case: CaseId, names: Names, project: str) -> list[tuple[str, Any]]:
    found = [
        (t("项目", "project"), link(case_id(case.county, "project", row.project_no), project)),
        (t("款项", "kind"), names.field("kind", row.kind)),
        (t("收款人", "payee"), row.payee),
        (t("提交日期", "lodged on"), row.lodged_on),
        (t("重新提交", "lodged anew on"), row.lodged_anew_on),
        (t("第几次提交", "version"), row.version if row.version > 1 else None),
        (t("更正次数", "corrections"), row.corrections or None),
        (t("发出支付指令", "payment sent on"), row.sent_on),
        (t("支付日期", "paid on"), row.paid_on),
        (t("银行流水号", "bank reference"), row.bank_ref or None),
        (t("退款日期", "paid back on"), row.refunded_on),
    ]
    return [(name, value) for name, value in found if value is not None]


def _back(row: ClaimRow, stages: Sequence[Stage], names: Names) -> dict[str, str] | None:
    """Return who sent it back or ended it, when and why, while nothing has been done about it; else None."""
    if row.stage == "refunded":
        return _told(t("收款人已退款", "the payee paid it back"), "", str(row.refunded_on), row.refunded_because)
    if row.ended_on is None and row.stage not in ("lodge", "send"):
        return None
    backs = [(one.answer, stage) for stage in stages if stage.state == "returned" for one in stage.backs[-1:]]
    if not backs:
        if row.ended_on is None:
            return None
        return _told(t("已撤回", "withdrawn"), "", str(row.ended_on), row.ended_because)
    answer, stage = backs[-1]
    what = (
        t("已驳回", "rejected")
        if row.ended_on
        else t("支付未成，银行退回", "the bank sent the payment back")
        if row.stage == "send"
        else t("已退回，待修改后重新提交", "sent back: to be put right and lodged anew")
    )
    who = f"{names.step(stage.id)} {names.who(answer.post, answer.person)}"
    return _told(what, who, days_of(answer), answer.opinion)


def _told(what: str, who: str, day: str, why: str) -> dict[str, str]:
    return {"what": what, "who": who, "day": day, "why": why}
