"""The figures of a case (数字与状态) in words: what each is called, its value, and what differs between two answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.money import wan
from doors.names import Names
from doors.texts import t

MONEY = {
    "amount": ("金额", "amount"),
    "budget": ("预算", "budget"),
    "contract": ("合同", "contract"),
    "announced": ("提前告知", "announced"),
    "received": ("到账", "received"),
    "withdrawn": ("收回", "withdrawn"),
    "free": ("未安排", "free"),
    "allotted": ("安排", "allotted"),
    "unreleased": ("已安排未下达", "not released"),
    "released": ("下达", "released"),
    "claimable": ("可报账", "claimable"),
    "reserved": ("占用", "reserved"),
    "sent": ("在途", "sent"),
    "claimed": ("报账", "claimed"),
    "approved": ("核准", "approved"),
    "paid": ("支付", "paid"),
    "planned": ("计划", "planned"),
}


def differences(changed: Mapping[str, tuple[Any, Any]], names: Names) -> Iterator[tuple[str, str, str]]:
    """Yield each figure that differs: what it is called, and both values."""
    for name, (before, after) in changed.items():
        yield _called(name, names), _value(name, before, names), _value(name, after, names)


def _called(name: str, names: Names) -> str:
    kind, _, rest = name.partition("/")
    match kind:
        case "stage":
            return t("状态", "stage")
        case "version":
            return t("版本", "version")
        case "waits":
            return f"{t('等待', 'waits for')} {names.step(rest)}"
        case "passed":
            return f"{t('已通过', 'passed')} {names.step(rest)}"
        case "deadline":
            return f"{t('时限', 'deadline')} {rest}"
        case "portion" | "line":
            pool, *project, money = rest.split("/")
            return " ".join((names.named("pool", pool), *project, _money(money)))
    return _money(name)


def _money(name: str) -> str:
    return t(*MONEY[name.removesuffix("_fen")])


def _value(name: str, value: Any, names: Names) -> str:
    if value is None:
        return t("无", "none")
    match name.partition("/")[0]:
        case "stage":
            return names.stage(value)
        case "waits":
            return names.named("post", value)
        case "deadline":
            stage, _, due_on = value.rpartition(" ")
            return f"{names.stage(stage)} {due_on}"
    if name.endswith("_fen"):
        return wan(value)
    return t("是", "yes") if value is True else str(value)
