"""One deadline in lines: what it is counted from, how its due day moved, what was granted, and how far it climbed."""

from collections.abc import Iterator
from typing import Any

from cli.names import Names
from cli.tables import pairs
from cli.texts import t
from projections.obligations import Obligation

_GRANTED = {
    "extended": ("延期", "extended"),
    "paused": ("暂停", "paused"),
    "resumed": ("恢复", "resumed"),
    "waived": ("免除", "waived"),
}


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
        yield f"{one['on']} {t(*_GRANTED[one['what']])} {who}{t('：', ': ')}{one['reason']}"


def rungs(row: Obligation, names: Names) -> Iterator[str]:
    """Yield each rung that was climbed."""
    for rung in row.rungs:
        yield f"{rung['on']} {names.who(rung['post'], rung['person'])}{names.field('effect', rung['effect'])}"


def life(row: Obligation, names: Names, stage: str, late: str, answers: str) -> Iterator[str]:
    """Yield a deadline from what triggered it to where it stands."""
    yield row.obligation
    days = t("个工作日", "working days") if row.unit == "working" else t("日", "days")
    yield from pairs(
        (
            (t("起因", "of"), row.case),
            (t("依据", "rests on"), row.clause),
            (t("起算", "counted from"), row.trigger_on.isoformat()),
            (t("天数", "count"), f"{row.count} {days}"),
            (t("工作日历", "calendar"), row.calendar),
            (t("原期限", "first due"), row.first_due_on.isoformat() if row.first_due_on != row.due_on else ""),
            (t("期限", "due"), f"{row.due_on}{names.field('provisional', row.provisional)}"),
            (t("责任", "answers"), answers),
            (t("状态", "stage"), stage),
            (t("晚（日）", "days late"), late),
            (t("须办", "to be done"), t("、", ", ").join(_conditions(row, names))),
        )
    )
    for said in (*_recounted(row, names), *(_moved(one) for one in row.granted if one.get("due_on"))):
        yield f"  {said}"


def _conditions(row: Obligation, names: Names) -> Iterator[str]:
    done: dict[str, dict[str, Any]] = {one["condition"]: one for one in row.fulfilled}
    for condition in row.conditions:
        name = names.named("condition", condition)
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
    what = t(*_GRANTED[one["what"]])
    return f"{one['on']} {what}{t('：', ': ')}{one['due_before']} → {one['due_on']}"
