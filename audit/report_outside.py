"""What lies beside the log, in the audit report: the files of papers, and what Temporal remembers."""

from audit.files import FilesReport
from audit.reconcile import Report
from audit.report_parts import Cell, Finding, Part, named
from domain.words import Both

COUNTS = {
    "cases": Both("案件", "cases"),
    "open": Both("未结案件", "open cases"),
    "running": Both("正在运行的流程", "running workflows"),
    "runs": Both("读到的运行", "runs read"),
    "updates": Both("核对的决定", "decisions compared"),
    "ticks": Both("核对的计时", "timers compared"),
    "commands": Both("总账中的办理", "commands in the ledger"),
    "runs_unreadable": Both("已读不到历史的运行", "runs whose history cannot be read any more"),
    "commands_unreadable": Both("Temporal 已不再保存其运行的办理", "commands whose runs Temporal has forgotten"),
    "updates_unreadable": Both(
        "旧版本未说明结果的决定", "decisions of an older build that do not say what came of them"
    ),
}
UNREADABLE = ("runs_unreadable", "commands_unreadable", "updates_unreadable")
PAPERS, TEMPORAL = Both("附件", "Papers"), Both("流程与总账", "Temporal and ledger")
FILES = Both("附件文件与摘要相符（全库）", "files are what their digests say (whole store)")
HELD = Both("流程历史与总账双向相符（全库）", "histories and ledger agree, both ways (whole store)")


def papers_part(county: str, report: FilesReport | None, why: Both | None = None) -> Part:
    """Return the part on papers, or *why* there is nothing to say; findings are the county's."""
    part = Part(PAPERS)
    if report is None:
        part.unchecked(FILES, why)
        return part
    found = [
        Finding(one.case, 0, one.paper, Both(f"{one.file_name}：{said.zh}", f"{one.file_name}: {said.en}"))
        for one in report.found
        if one.case.startswith(f"{county}/")
        for said in (one.words(),)
    ]
    part.checked(FILES, report.files, found)
    part.counted(Both("依据这些文件的附件", "papers that rest on them"), report.papers)
    part.counted(Both("没有附件指向的文件", "files that no paper names"), report.orphans)
    return part


def temporal_part(county: str, report: Report | None, why: Both | None = None) -> Part:
    """Return the part on Temporal, or *why* it was not asked; findings are the county's."""
    part = Part(TEMPORAL)
    if report is None:
        part.unchecked(HELD, why)
        return part
    found = [
        Finding(one.case, 0, one.run_id or one.kind, Both(one.text("zh"), one.text("en")))
        for one in report.found
        if one.case.startswith(f"{county}/")
    ]
    gone = sum(report.counts[name] for name in UNREADABLE)
    lost = Both(f"{gone} 项已无从核对，见下表", f"{gone} can be compared no more: see the table below")
    compared = report.counts["updates"] + report.counts["commands"]
    compared -= report.counts["updates_unreadable"] + report.counts["commands_unreadable"]
    part.checked(HELD, compared, found, lost if gone else None)
    rows: list[tuple[Cell, ...]] = [(words, report.counts[name]) for name, words in COUNTS.items()]
    part.listed(TEMPORAL, named((("项目", "what", "text"), ("数量", "count", "count"))), rows)
    return part
