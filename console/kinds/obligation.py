"""One deadline: its clause, how its day was counted, its ladder step by step, what would end it, what was granted."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from console.case_view import others_of
from console.house import House
from console.offers import offers
from console.visitor import Visitor
from domain.cases import CaseId, case_id, mandates_stream, parse_case
from domain.mandate import MANDATE
from domain.obligation import OBLIGATION
from domain.obligation_facts import Rung
from doors.names import Names
from doors.obligation_lines import (
    GRANTED,
    answers_now,
    conditions,
    days_counted,
    days_late,
    is_about,
    moves,
    stage_now,
)
from doors.texts import t
from projections.cases import case as case_of
from projections.obligations import Obligation, obligation


def more(house: House, visitor: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what the page of a deadline shows."""
    row, names, today = obligation(house.engine, case_id(*case)), house.names(case.county), house.today()
    assert row is not None
    of, running = parse_case(row.case), row.stage in ("open", "overdue", "paused")
    return {
        "heading": is_about(row, names),
        "row": row,
        "facts": list(_facts(house, row, names)),
        "running": running,
        "due_in": (row.due_on - today).days if running else None,
        "stage_said": names.stage(stage_now(row, today)),
        "late": days_late(row, today),
        "of_case": _of_case(house, of),
        "conditions": list(conditions(row, names)),
        "moves": list(moves(row, names)),
        "granted": row.granted,
        "granted_rows": [_granted(one, names) for one in row.granted],
        "ladder": list(_ladder(house, row, names)),
        "ladder_clause": _ladder_clause(house, row),
        "grants": others_of(house, visitor, offers(house, case)),
        "others": [],
    }


def _of_case(house: House, of: CaseId) -> dict[str, str]:
    found = case_of(house.engine, case_id(*of))
    title = found.title if found and found.title and of.kind != "claim" else ""
    return {"url": f"/{case_id(*of)}", "name": " ".join(part for part in (case_id(*of), title) if part)}


def _facts(house: House, row: Obligation, names: Names) -> Iterator[tuple[str, Any]]:
    """Yield how the due day came about: from which day, how many days of which kind, on which calendar."""
    who = names.who(row.responsible, answers_now(house.read, row, house.today()))
    yield t("责任", "Answers for it"), who
    yield t("条款", "Clause"), row.clause
    yield (
        t("起算", "Counted from"),
        t(f"{row.trigger_on}（当日不计）", f"{row.trigger_on} (that day is not counted)"),
    )
    yield t("天数", "Days"), days_counted(row)
    if row.unit == "working":
        yield t("工作日历", "Working calendar"), row.calendar
        yield t("其间休息日", "Days off in between"), _days_off(house, row)
    if row.first_due_on != row.due_on:
        yield t("原期限", "First due"), row.first_due_on
    provisional = t(
        "（暂定：该年度放假通知录入后重新计算）",
        " (provisional: counted again when that year's notice of holidays is in)",
    )
    yield t("期限", "Due"), f"{row.due_on}{provisional if row.provisional else ''}"
    if row.reminded_at:
        yield t("提醒", "Reminded"), row.reminded_at[:10]
    if row.breached_at:
        yield t("记为逾期", "Breach recorded"), row.breached_at[:10]
    if row.dropped_because:
        yield t("撤销原因", "Dropped because"), row.dropped_because


def _days_off(house: House, row: Obligation) -> str:
    days = (row.due_on - row.trigger_on).days
    all_days = [row.trigger_on + timedelta(days=n) for n in range(1, days + 1)]
    off = [day for day in all_days if not house.calendar.is_working(day)]
    holidays = sum(1 for day in off if day in house.calendar.holidays)
    made_up = sum(1 for day in all_days if day in house.calendar.make_up_days)
    return t(
        f"{len(off)} 天（其中节假日 {holidays} 天；另有调休上班 {made_up} 天计入）",
        f"{len(off)} (of them {holidays} of holidays; {made_up} made-up working days count)",
    )


def _granted(one: dict[str, Any], names: Names) -> tuple[str, ...]:
    moved = f"{one['due_before']} → {one['due_on']}" if one.get("due_on") else ""
    who = names.who(one["post"], one["person"])
    return one["on"], t(*GRANTED[one["what"]]), who, one["reason"], moved, one["clause"]


def _ladder(house: House, row: Obligation, names: Names) -> Iterator[dict[str, Any]]:
    """Yield the ladder's steps: those that were climbed as they are on record, and those to come as they would be."""
    state = house.read(OBLIGATION, row.obligation)
    holders = house.read(MANDATE, mandates_stream(row.county)).holders(house.today())
    climbed = {one["rung"]: one for one in row.rungs}
    for number, rung in enumerate(state.opened.ladder if state.opened else (), start=1):
        if (done := climbed.get(number)) is not None:
            yield _climbed(number, done, names)
        else:
            yield _to_come(number, rung, row, names, holders.get(rung.post, ""))


def _climbed(number: int, done: dict[str, Any], names: Names) -> dict[str, Any]:
    also = [names.who(told["post"], told["person"]) for told in done["also"]]
    return {
        "number": number,
        "climbed": True,
        "on": date.fromisoformat(done["on"]),
        "who": names.who(done["post"], done["person"]),
        "effect": names.word(done["effect"]),
        "actor": names.named("post", done["actor"]) if done["actor"] else "",
        "also": also,
        "clause": "",
        "void": False,
    }


def _to_come(number: int, rung: Rung, row: Obligation, names: Names, holder: str) -> dict[str, Any]:
    return {
        "number": number,
        "climbed": False,
        "on": rung.on,
        "who": names.who(rung.post, holder),
        "effect": names.word(rung.effect),
        "actor": names.named("post", rung.actor) if rung.actor else "",
        "also": [names.named("post", post) for post in rung.also],
        "clause": rung.clause,
        "void": row.stage not in ("open", "overdue", "paused"),
    }


def _ladder_clause(house: House, row: Obligation) -> str:
    opened = house.read(OBLIGATION, row.obligation).opened
    clause = opened.ladder_clause if opened else ""
    return t("系统默认的逐级上报", "the engine's own ladder") if clause == "engine" else clause
