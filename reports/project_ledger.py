"""The project ledger (项目建设台账): each project that a year banked or gave money to, from place to handover."""

from collections.abc import Callable

from domain.policy import Profile
from projections.projects_read import ProjectRow
from reports.document import Cell, Column, Kind, Report, Row, Table, total_row
from reports.words import Words, wan_yuan


def project_ledger(rows: list[ProjectRow], county: str, year: int, profile: Profile | None, words: Words) -> Report:
    """Return the ledger as a document; a step that the county's projects do not take has no column."""
    say = words.say
    kinds = {step.kind for step in profile.project.steps} if profile and profile.project else set()
    days = [(name, of) for kind, name, of in _days(words) if kind in kinds or any(map(of, rows))]
    money: list[tuple[str, Callable[[ProjectRow], Cell]]] = [
        (say("预算", "budget"), lambda row: row.budget_fen),
        (say("安排", "allotted"), lambda row: row.allotted_fen),
        (say("支付", "paid"), lambda row: row.paid_fen),
    ]
    if "contract" in kinds or any(row.contract_fen is not None for row in rows):
        money.insert(1, (say("合同价", "contract"), lambda row: row.contract_fen))
    columns = (
        *map(Column, (say("编号", "no"), say("项目", "project"), say("地点", "place"), say("实施单位", "unit"))),
        *map(Column, (say("类别", "class"), say("环节", "stage"))),
        *(Column(name, Kind.MONEY) for name, _ in money),
        *(Column(name, Kind.DATE) for name, _ in days),
    )
    lines = [Row((*_who(row, words), *(of(row) for _, of in (*money, *days)))) for row in rows]
    total = total_row(say("合计", "total"), rows, (*[None] * 5, *(of for _, of in money), *[None] * len(days)))
    said = "金额为项目全部资金，不分年度；没有的日期，该环节尚未办结。"
    meant = "amounts are of the whole project, of all years; no day: not passed yet."
    table = Table(
        say("项目建设台账（万元）", "project ledger (wan yuan)"),
        columns,
        (*lines, total) if rows else (),
        (say(said, meant),),
        say(f"{year} 年没有入库或安排资金的项目", f"no project was banked or given money in {year}"),
        say("项目建设台账", "projects"),
    )
    title = say("项目建设台账", "project ledger")
    return Report("projects", title, words.county(county), str(year), (table,), unit=wan_yuan(words))


def _days(words: Words) -> list[tuple[str, str, Callable[[ProjectRow], Cell]]]:
    say = words.say
    return [
        ("declare", say("申报", "declared"), lambda row: row.declared_on),
        ("contract", say("签订合同", "contracted"), lambda row: row.contracted_on),
        ("build", say("开工", "started"), lambda row: row.started_on),
        ("build", say("建设完成", "built"), lambda row: row.built_on),
        ("accept", say("验收", "accepted"), lambda row: row.accepted_on),
        ("title", say("确权", "titled"), lambda row: row.titled_on),
        ("handover", say("移交", "handed over"), lambda row: row.handed_over_on),
    ]


def _who(row: ProjectRow, words: Words) -> tuple[Cell, ...]:
    place = " ".join(dict.fromkeys(part for part in (row.township, row.village) if part))
    return row.project_no, row.name, place, row.unit, words.named("class", row.use), words.stage(row.stage)
