"""One deadline in lines: what it is counted from, how its due day moved, what was granted, and how far it climbed."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from domain.cases import mandates_stream, parse_case
from domain.ledger import Read
from domain.mandate import MANDATE
from doors.names import Names
from doors.texts import t
from projections.obligations import Obligation

GRANTED = {
    "extended": ("延期", "extended"),
    "paused": ("暂停", "paused"),
    "resumed": ("恢复", "resumed"),
    "waived": ("免除", "waived"),
}


_DONE = "done"  # What a rhythm waits for.


def due_lines(row: Obligation, names: Names) -> Iterator[str]:
    """Yield the due day, and each time that it was counted again."""
    yield f"{row.due_on}{names.field('provisional', row.provisional)}"
    for again in row.recomputed:
        yield t(f"原 {again['due_before']}", f"before: {again['due_before']}")
        yield t(f"{again['on']} 重算", f"recomputed {again['on']}")
        if void := again["void_breach"]:
            yield names.field("void_breach", void).strip("；; ")
    for granted in row.granted:
        if before := granted.get("due_before"):
            yield t(f"原 {before}", f"before: {before}")


def granted_lines(row: Obligation, names: Names) -> Iterator[str]:
    """Yield each extension, pause, its end and waiver: on which day, by whom, and why."""
    for one in row.granted:
        who = names.who(one["post"], one["person"])
        yield f"{one['on']} {t(*GRANTED[one['what']])} {who}{t('：', ': ')}{one['reason']}"


def rungs(row: Obligation, names: Names) -> Iterator[str]:
    """Yield each rung that was climbed."""
    for rung in row.rungs:
        yield f"{rung['on']} {names.who(rung['post'], rung['person'])}{names.field('effect', rung['effect'])}"


def life(row: Obligation, names: Names, stage: str, late: str, answers: str) -> Iterator[tuple[str, str]]:
    """Yield what a deadline is, from what triggered it to where it stands; what there is nothing to say of is ""."""
    yield t("起因", "of"), row.case
    yield t("依据", "rests on"), row.clause
    yield t("起算", "counted from"), row.trigger_on.isoformat()
    yield t("天数", "count"), days_counted(row)
    yield t("工作日历", "calendar"), row.calendar
    yield t("原期限", "first due"), row.first_due_on.isoformat() if row.first_due_on != row.due_on else ""
    yield t("期限", "due"), f"{row.due_on}{names.field('provisional', row.provisional)}"
    yield t("责任", "answers"), answers
    yield t("状态", "stage"), stage
    yield t("晚（日）", "days late"), late
    yield t("须办", "to be done"), t("、", ", ").join(conditions(row, names))


def days_counted(row: Obligation) -> str:
    """Return how many days it has, and of which kind."""
    days = t("个工作日", "working days") if row.unit == "working" else t("日", "days")
    return f"{row.count} {days}"


def moves(row: Obligation, names: Names) -> Iterator[str]:
    """Yield each time that the due day was counted again, or moved by what was granted."""
    yield from _recounted(row, names)
    yield from (_moved(one) for one in row.granted if one.get("due_on"))


def stage_now(row: Obligation, today: date) -> str:
    """Return where it stands: overdue from the first moment, also where no clock has come round to record it."""
    return "overdue" if row.stage == "open" and row.is_late(today) else row.stage


def days_late(row: Obligation, today: date) -> int:
    """Return by how many days it is late, or was; 0 in time."""
    if row.days_late is not None:
        return row.days_late
    if row.stage in ("dropped", "waived", "paused"):  # Nobody grows late with what nobody waits for.
        return 0
    return max(0, (today - row.due_on).days)


def answers_now(read: Read, row: Obligation, today: date) -> str:
    """Return who answers for a deadline: whom its breach names, else who holds the post today."""
    held = read(MANDATE, mandates_stream(row.county))
    return row.breached_person or held.holders(today).get(row.responsible, "")


def is_about(row: Obligation, names: Names) -> str:
    """Return what is to be done by then: its conditions; of a rhythm its routine."""
    return to_be_done(row.obligation, row.case, row.conditions, names)


def to_be_done(obligation: str, of_case: str, asked: Sequence[str], names: Names) -> str:
    """Return what a deadline of a case waits for: the conditions that are *asked*; of a rhythm its routine."""
    if list(asked) != [_DONE]:
        return t("、", ", ").join(names.named("condition", one) for one in asked)
    case = parse_case(of_case)
    return names.named("routine", parse_case(obligation).no.removeprefix(f"{case.kind}-{case.no}-"))


def conditions(row: Obligation, names: Names) -> Iterator[str]:
    """Yield what is to be done, each with who did it when, or that it is not done."""
    done: dict[str, dict[str, Any]] = {one["condition"]: one for one in row.fulfilled}
    for condition in row.conditions:
        name = is_about(row, names) if condition == _DONE else names.named("condition", condition)
        if one := done.get(condition):
            who = names.who(one["post"], one["person"])
            yield t(f"{name}（{one['occurred_on']} {who}）", f"{name} ({one['occurred_on']} {who})")
        else:
            yield t(f"{name}（未办）", f"{name} (not done)")


def _recounted(row: Obligation, names: Names) -> Iterator[str]:
    for again in row.recomputed:
        moved, notices = f"{again['due_before']} → {again['due_on']}", names.field("notices", again["notices"])
        yield t(f"{again['on']} 重算{notices}：{moved}", f"{again['on']} recomputed{notices}: {moved}")


def _moved(one: dict[str, Any]) -> str:
    what = t(*GRANTED[one["what"]])
    return f"{one['on']} {what}{t('：', ': ')}{one['due_before']} → {one['due_on']}"
