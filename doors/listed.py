"""Lists in facts about results and assets, as people read them: measures, values, who was reached, payments."""

from collections.abc import Callable
from typing import Any

from domain.money import wan
from doors.texts import t

LISTED = ("conditions", "measures", "values", "reached", "payments", "missed", "modes", "claims")


def listed(name: str, value: list[Any], named: Callable[[str, str], str]) -> str:
    """Return a list in the field *name*, one of `LISTED`, as a phrase; *named* gives an id its name."""
    match name:
        case "conditions":
            return _joined(named("", item) for item in value)
        case "measures":
            signs = (f"{m['name']} {'≤' if m.get('at_most') else '≥'} {m['value']} {m['unit']}" for m in value)
            return _joined(signs)
        case "values":
            return _joined(f"{v['measure']} {v['value']}" for v in value)
        case "reached":
            return _joined(f"{named('group', r['group'])} {r['count']}" for r in value)
        case "payments":
            return _joined(f"{p['claim_no']} {p['fund_no']} {p['pool']} {wan(p['amount_fen'])}" for p in value)
        case _:
            return _joined(value)


def _joined(parts: Any) -> str:
    return t("、", ", ").join(parts) or "-"
