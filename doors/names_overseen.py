"""How the fields of supervision's and meetings' facts are read: tasks, figures, days of looks, items of an agenda."""

from collections.abc import Callable
from typing import Any

from domain.money import wan
from doors.texts import t

_POSTS = ("to", "consulted", "took_part")
_PLAIN = ("back", "missed", "left", "open", "units", "advised_by")


def overseen(name: str, value: Any, post: Callable[[str], str]) -> str | None:
    """Return a field's value as people read it, or None where it is no field of supervision."""
    match name, value:
        case _, list() if name in _POSTS:
            return _joined(post(one) for one in value)
        case _, [str(), *_] if name in _PLAIN:
            return _joined(value)
        case (("back" | "missed" | "left" | "open" | "advised_by"), []):
            return "-"
        case "tasks", list():
            return _joined(f"{one['subject']} {_fen(one, 'amount_fen') or one.get('words', '')}" for one in value)
        case "actuals", list():
            return _joined(
                f"{one['subject']} {_fen(one, 'amount_fen') or _done(one.get('is_done', False))}" for one in value
            )
        case "units", [dict(), *_]:
            return _joined(f"{one['subject']} {wan(one['actual_fen'])} < {wan(one['task_fen'])}" for one in value)
        case "places", list():
            return _joined(f"{one['place']} {one['subject']}" for one in value)
        case "days", list():
            missed = sum(one["missed"] for one in value)
            looks = sum(one["looks"] for one in value)
            return t(f"共 {looks} 次，漏看 {missed} 次", f"{looks} looks, {missed} missed")
        case ("agenda", [dict(), *_]) | ("items", [{"item": _}, *_]):
            return _joined(f"{one['no']}. {one.get('plan_no') or one.get('words', '')}" for one in value)
        case "items", [str(), *_]:
            return _joined(value)
        case "is_done", bool():
            return _done(value)
        case "holds", bool():
            return t("属实", "it is one") if value else t("不属实", "it is none")
        case "how", str():
            return {"rectified": t("已整改", "put right"), "explained": t("已说明", "explained")}.get(value, value)
        case "rectify_by", None:
            return ""
        case "rectify_by", _:
            return t(f"期限 {value}", f"by {value}")
    return None


def _joined(parts: Any) -> str:
    return t("、", ", ").join(" ".join(str(part).split()) for part in parts)


def _fen(one: dict[str, Any], name: str) -> str:
    amount_fen = one.get(name, 0)
    return wan(amount_fen) if amount_fen else ""


def _done(is_done: bool) -> str:  # noqa: FBT001 - a fact's field
    return t("完成", "done") if is_done else t("未完成", "not done")
