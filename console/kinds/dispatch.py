"""One month's dispatch: tasks beside what came of them, ranking, who is below and what follows, spending, routines."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from console.documents import shown_report
from console.house import House
from console.making import source_of
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.dispatch import DISPATCH
from domain.dispatch_state import DispatchState
from domain.periods import month_named
from doors.ledger_documents import circular_of
from doors.names import Names
from doors.source import told
from doors.texts import t
from doors.words import TRIGGERS
from projections.months import MonthReport, RhythmRow, SubjectRow
from reports.progress import SPENDING

_WHOLE_BP = 10_000


def more(house: House, _: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what the page of a month shows."""
    names, county = house.names(case.county), case.county
    (found, _months), report = circular_of(source_of(house, county), case.no)
    state = house.ledger.shared(DISPATCH, case_id(*case))
    shown = shown_report(told(report, house.say))
    return {
        "heading": t(f"{names.county(county)} {case.no} 调度", f"{names.county(county)}: dispatch of {case.no}"),
        "facts": list(_facts(found, names)),
        "month": found,
        "subjects": [_subject(row, found, names) for row in _ranked(found)],
        "sums": _sums(found),
        "below": list(_below(state, min(house.today(), month_named(case.no).last), names)),
        "rungs": [_rung(one, names) for one in found.rungs],
        "referral": _referral(found, names),
        "rhythms": [_rhythm(row, names) for row in found.rhythms],
        "problems": [
            (one.no, one.said, t(*TRIGGERS.get(one.trigger, (one.trigger, one.trigger))), one.proposal)
            for one in found.problems
        ],
        # The circular's own: schedule, and spending month by month with its picture.
        "tables": shown.tables[1:3],
        "pictures": shown.pictures,
        "urls": {SPENDING: f"/api/{county}/charts/spending?month={case.no}"},
        "circular_url": f"/{county}/reports/circular?period={case.no}",
    }


def _facts(found: MonthReport, names: Names) -> Iterator[tuple[str, Any]]:
    yield t("现在", "Now"), names.stage(found.stage) if found.stage else t("未开始", "not begun")
    if found.back:
        yield t("排名靠后", "At the back"), t("、", ", ").join(found.back)
    if found.answers:
        yield t("责任岗位", "Answer for it"), t("、", ", ").join(names.named("post", post) for post in found.answers)
    if found.principles:
        yield (
            t("原则", "Principles"),
            t("；", "; ").join(names.named("principle", name) for name, _ in found.principles),
        )


def _ranked(found: MonthReport) -> list[SubjectRow]:
    """Return the subjects in the order of their places; whoever has none stands below."""
    return sorted(found.subjects, key=lambda row: (row.place is None, row.place or 0, row.subject))


def _subject(row: SubjectRow, found: MonthReport, names: Names) -> dict[str, Any]:
    share = row.actual_fen * _WHOLE_BP // row.task_fen if row.task_fen and row.actual_fen is not None else None
    rules = {one.id: t(one.zh, one.en) for one in _schedule(names)}
    behind = [rules.get(one.rule, one.rule) for one in found.schedule if row.subject in one.behind]
    return {
        "subject": row.subject,
        "task_fen": row.task_fen,
        "words": row.words,
        "actual_fen": row.actual_fen,
        "done": row.is_done,
        "counted_fen": row.counted_fen,
        "short_fen": row.short_fen,
        "share_bp": share,
        "share": f"{share // 100}.{share % 100:02}%" if share is not None else "",
        "place": row.place,
        "at_the_back": row.subject in found.back,
        "behind": behind,
    }


def _schedule(names: Names) -> tuple[Any, ...]:
    project = names.profile.project if names.profile else None
    return tuple(project.schedule) if project else ()


def _sums(found: MonthReport) -> dict[str, int]:
    return {
        "task_fen": sum(row.task_fen for row in found.subjects),
        "actual_fen": sum(row.actual_fen or 0 for row in found.subjects),
        "counted_fen": sum(row.counted_fen or 0 for row in found.subjects),
        "short_fen": sum(row.short_fen for row in found.subjects),
    }


def _below(state: DispatchState, on: date, names: Names) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield who is due for which rung: the subject, the rung with its effect, who acts, whom it is told, the clause."""
    effects = dict.fromkeys(rung.effect for ladder in state.terms.ladders for rung in ladder.rungs)
    for effect in effects:
        for _, rung, subject in state.due(effect, on):
            to = t("、", ", ").join(names.named("post", post) for post in rung.to)
            actor = names.named("post", rung.actor) if rung.actor else t("未规定", "not set")
            yield subject, f"{names.named('rung', rung.id)}（{names.word(effect)}）", actor, to, rung.clause


def _rung(one: Any, names: Names) -> tuple[Any, ...]:
    to = t("、", ", ").join(names.named("post", post) for post in one.to)
    who = names.who(one.act.post, one.act.person)
    rung = f"{names.named('rung', one.rung)}（{names.word(one.effect)}）"
    return one.act.occurred_on, one.subject, rung, one.said, who, to, one.rectify_by or ""


def _referral(found: MonthReport, names: Names) -> dict[str, Any] | None:
    """Return the leads that the engine listed, and whether somebody handed them over."""
    if found.referral is None:
        return None
    handed = found.handed_over
    return {
        "units": [(unit.subject, unit.task_fen, unit.actual_fen) for unit in found.referral.units],
        "to": t("、", ", ").join(names.named("post", post) for post in found.referral.to),
        "handed": names.who(handed.act.post, handed.act.person) if handed else "",
        "handed_on": handed.act.occurred_on if handed else None,
        "received_by": handed.received_by if handed else "",
    }


def _rhythm(row: RhythmRow, names: Names) -> dict[str, Any]:
    return {
        "name": names.named("routine", row.routine),
        "post": names.named("post", row.post) if row.post else "",
        "to": t("、", ", ").join(names.named("post", post) for post in row.to),
        "wanted": row.wanted,
        "done": row.done,
        "kept": row.wanted is None or row.done >= row.wanted,
        "clause": row.clause,
    }
