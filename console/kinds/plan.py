"""What a plan's page shows besides what all cases do: lines with their sums, rules judged, stages, meetings, cuts."""

from collections.abc import Callable, Sequence
from typing import Any

from console.house import House
from console.rules_shown import judged_rows
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.plan import PLAN
from doors.names import Names
from doors.texts import t
from projections.plan_lines_read import PlanLine, plan_lines
from projections.projects_read import ProjectRow, project_rows
from projections.track_shape import Records, Sitting, Stage
from projections.tracks import pinned, track

_DIGEST_SHOWN = 12
_LOOKS = {"done": "done", "current": "current", "to_come": "to-come", "returned": "returned", "skipped": "to-come"}
FIGURES = ("amount_fen", "allotted_fen", "released_fen", "claimed_fen", "paid_fen")


def more(house: House, _: Visitor, case: CaseId) -> dict[str, Any]:
    """Return the values of the template."""
    own, names = case_id(*case), house.names(case.county)
    lines = plan_lines(house.engine, plan=own)
    given, cuts = [one for one in lines if not one.cut], [one for one in lines if one.cut]
    projects = _projects(house, case.county, lines)
    stages = track(Records.of(house.ledger, house.engine), case, house.now())
    rules = pinned(house.ledger.shared, case)
    state = house.ledger.shared(PLAN, own)
    return {
        "lines": [_line(one, names, projects) for one in given],
        "lines_sum": _sums(given),
        "cuts": [_line(one, names, projects) for one in cuts],
        "cuts_fen": sum(one.amount_fen for one in cuts),
        "by_pool": _grouped(given, lambda one: names.named("pool", one.pool)),
        "by_project": _grouped(given, lambda one: _project(one.project_no, projects)),
        "stages": [_stage(one, names) for one in stages],
        "sittings": [_sitting(one, names, case.county) for one in stages if one.sitting],
        "rules": judged_rows(state.results, names, rules.profile if rules else None),
        "judged_when": _when(in_force=state.in_force),
        "adjusts": any(one.adjusts for one in lines),
    }


def _when(*, in_force: bool) -> str:
    if in_force:
        return t("计划生效时按规则核定的结果", "as the rules found it when the plan took effect")
    return t(
        "拟定或更正时按规则核定的结果，生效前再核一次",
        "as found when it was drafted; found again before it takes effect",
    )


def _projects(house: House, county: str, lines: Sequence[PlanLine]) -> dict[str, ProjectRow]:
    found: dict[str, ProjectRow] = {}
    for no in dict.fromkeys(one.project_no for one in lines):
        found |= {row.project_no: row for row in project_rows(house.engine, county, project_no=no)}
    return found


def _project(no: str, projects: dict[str, ProjectRow]) -> str:
    return f"{no} {projects[no].name}" if no in projects else no


def _line(one: PlanLine, names: Names, projects: dict[str, ProjectRow]) -> dict[str, Any]:
    row = projects.get(one.project_no)
    return {
        "project": _project(one.project_no, projects),
        "project_url": f"/{one.county}/project/{one.project_no}",
        "fund": one.fund_no,
        "fund_url": f"/{one.county}/fund/{one.fund_no}",
        "pool": names.named("pool", one.pool),
        "class": names.named("class", row.use) if row else "",
        "change": t(*_CHANGES[one.change]) if one.change in _CHANGES else "",
        "money": [getattr(one, name) for name in FIGURES],
    }


_CHANGES = {"add": ("调增", "added"), "drop": ("调减", "dropped"), "move": ("调剂", "moved")}


def _sums(lines: Sequence[PlanLine]) -> list[int]:
    return [sum(getattr(one, name) for one in lines) for name in FIGURES]


def _grouped(lines: Sequence[PlanLine], key: Callable[[PlanLine], str]) -> list[list[Any]]:
    """Return a row of sums for each name, in the order of the lines."""
    groups: dict[str, list[PlanLine]] = {}
    for one in lines:
        groups.setdefault(key(one), []).append(one)
    return [[name, *_sums(of)] for name, of in groups.items()]


def _stage(one: Stage, names: Names) -> dict[str, Any]:
    made = {
        "state": _LOOKS[one.state],
        "name": names.stage(one.id) if one.named == "stage" else names.step(one.id),
        "post": names.named("post", one.post) if one.post else None,
        "day": one.answer.on if one.answer else None,
        "note": _note(one, names),
    }
    return {name: value for name, value in made.items() if value is not None}


def _note(one: Stage, names: Names) -> str | None:
    if one.state == "skipped":
        return t("不再办理", "not taken any more")
    if one.state == "current" and one.open:
        waits = t("、", ", ").join(names.step(step) for step in one.open)
        due = t(f"，{one.due.due_on} 前", f", by {one.due.due_on}") if one.due else ""
        return t(f"等：{waits}{due}", f"waits: {waits}{due}")
    return one.backs[-1].answer.opinion or None if one.state == "returned" and one.backs else None


def _sitting(one: Stage, names: Names, county: str) -> dict[str, Any]:
    sat = one.sitting
    assert sat is not None
    return {
        "stage": names.step(one.id),
        "no": sat.meeting_no,
        "url": f"/{county}/meeting/{sat.meeting_no}" if sat.meeting_no and sat.held_on else "",
        "held_on": sat.held_on,
        "present": _present(sat),
        "opinion": one.answer.opinion if one.answer else "",
        "minutes": sat.minutes[:_DIGEST_SHOWN],
        "filed": f"{sat.filed.on} {names.who(sat.filed.post, sat.filed.person)}" if sat.filed else "",
        "asked": bool(one.papers),
    }


def _present(sat: Sitting) -> str:
    return t(f"{sat.present} 人，法定 {sat.quorum} 人", f"{sat.present}, quorum {sat.quorum}") if sat.present else ""
