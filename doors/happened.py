"""What happened, told: its days, who did it, and a sentence in the field's words."""

from collections.abc import Iterable
from dataclasses import asdict
from string import Formatter
from typing import Any

from doors.names import Names
from doors.texts import t
from doors.words import FACTS
from projections.timeline import Happened

LONG_GAP_DAYS = 30  # What was entered later than that stands out.


def history_data(happened: Iterable[Happened], names: Names) -> list[dict[str, Any]]:
    """Return a history for JSON: each fact with the name kept of its person, and the days between its two dates."""
    return [
        {
            **asdict(row),
            "person_name": names.people.get(row.person, ""),
            "gap_days": gap_days(row),
            "words": said(row, names),
        }
        for row in happened
    ]


def days_said(row: Happened) -> str:
    """Return when it happened, and when it was entered where that was later."""
    if not (late := gap_days(row)):
        return row.occurred_on.isoformat()
    long = "!" if late > LONG_GAP_DAYS else ""
    return t(
        f"{row.occurred_on}\n记 {row.recorded_on}（晚 {late} 日{long}）",
        f"{row.occurred_on}\nentered {row.recorded_on} (+{late} d{long})",
    )


def gap_days(row: Happened) -> int:
    """Return by how many days it was entered later than it happened."""
    return (row.recorded_on - row.occurred_on).days


def who_said(row: Happened, names: Names) -> str:
    """Return who did it, for which post, for whom, and who confirmed it with a second key."""
    who = names.who(row.post, row.person)
    absent, second = (f"{one} {names.people.get(one, '')}".strip() for one in (row.on_behalf_of, row.second))
    who += t(f"，代 {absent}", f", for {absent}") if absent else ""
    return who + (t(f"，应急，{second} 确认", f", emergency, confirmed by {second}") if second else "")


def said(row: Happened, names: Names) -> str:
    """Return what happened, in the field's words."""
    if row.fact not in FACTS:  # A fact of a newer build than these words.
        return row.fact
    template = t(*FACTS[row.fact])
    values = {"no": row.stream.rpartition("/")[2]}
    for _, field, _, _ in Formatter().parse(template):
        if field and field not in values:
            values[field] = names.field(field, row.content.get(field, ""))
    return " ".join(template.format_map(values).split()).strip("：:；; ")  # An opinion or a paper may be missing.
