"""A case as of two days (生效日、知悉日), in words: what is asked, what is left out, what was known otherwise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.calendar import day_of
from domain.errors import BadInputError
from doors.figure_lines import differences
from doors.names import Names
from doors.texts import t
from projections.as_of import Dates, Left
from projections.as_of_store import AsOf
from projections.figures import changed, figures
from projections.timeline import Happened, history

FACTS_NAMED_MAX = 5


@dataclass(frozen=True)
class Asked:
    """What the two days are called where they were asked for, and the business day of the store."""

    today: date
    at: str = "--at"
    known_on: str = "--known-on"

    def dates(self, at: date | None, known_on: date | None, option: str = "") -> Dates:
        """Return the two days that are asked for, where one may be missing; `known_on` None is all that is on record.

        Refusals name the *option* that gave the days, if it was another than those of their names.

        Raises:
            BadInputError: If the days do not go together or lie ahead.
        """
        for name, day in ((self.at, at), (self.known_on, known_on)):
            if day is not None and day > self.today:
                ahead = f"{day} 在今天（{self.today}）之后", f"{day} lies after today, {self.today}"
                raise BadInputError(option or name, t(*ahead))
        if at is not None and known_on is not None and at > known_on:
            later = (
                f"{at} 在知悉日 {known_on} 之后：那时还没有发生日在其后的事实",
                f"{at} lies after {self.known_on} {known_on}: nothing was known then of what was stated later",
            )
            raise BadInputError(self.at, t(*later))
        return Dates(at or known_on or self.today, known_on)


@dataclass(frozen=True)
class Told:
    """What an answer says of itself: its days, what it leaves out, how it differs; for JSON, and in lines."""

    at: date
    data: dict[str, Any]
    lines: tuple[str, ...]


def other_of(dates: Dates) -> Dates:
    """Return the other answer: what the office knew when that day ended, where it was not asked; else all by now."""
    return Dates(dates.at, dates.at if dates.known_on is None else None)


def told(here: AsOf, there: AsOf, case: str, today: date, names: Names) -> Told:
    """Return what an answer says of itself; *there* is the `other_of` it, with which it is compared."""
    dates = here.dates
    assert dates.at is not None
    other_day = there.dates.known_on or today
    was = figures_of(there, case)
    differs = changed(was, figures_of(here, case))
    only = _only_one_has(history(here.engine, case), history(there.engine, case))
    left = [_left(here.left[position]) for position in sorted(here.left_here)]
    facts = [_place(row) for row in only]
    data = {"at": dates.at, "known_on": dates.known_on or today, "left_out": left}
    data["differs_from"] = {"known_on": other_day, "figures": told_apart(differs), "facts": facts}
    lines = [_head(dates, today), *map(_left_line, left)]
    lines += _difference(differs if was else {}, only, other_day, names) if differs or only else ()
    if not was:
        lines.append(t(f"  {other_day} 还没有记录此案件", f"  nothing of this case was on record on {other_day}"))
    return Told(dates.at, data, tuple(lines))


def not_begun(option: str, case: str, began: tuple[date, date] | None) -> BadInputError:
    """Return the refusal of days before a case began; *began* are the days of its first fact."""
    on, entered = began or ("-", "-")
    not_yet = (
        f"{case} 那时还没有开始：发生日 {on}，记录日 {entered}",
        f"{case} had not begun then: it began on {on}, entered on {entered}",
    )
    return BadInputError(option, t(*not_yet))


def figures_of(found: AsOf, case: str) -> dict[str, Any]:
    """Return the figures of a case as of two days; none if it had not begun."""
    return figures(found.state, found.engine, case) if found.facts(case) else {}


def told_apart(differs: dict[str, tuple[Any, Any]]) -> dict[str, dict[str, Any]]:
    """Return what differs for JSON."""
    return {name: {"before": before, "after": after} for name, (before, after) in differs.items()}


def _head(dates: Dates, today: date) -> str:
    if dates.known_on is None:
        return t(
            f"{dates.at} 生效的内容（发生日至该日），按今天（{today}）所知",
            f"in force on {dates.at} (stated up to then), as known today, {today}",
        )
    return t(
        f"{dates.at} 生效的内容（发生日至该日），按 {dates.known_on} 结束时所知（记录日至该日）",
        f"in force on {dates.at} (stated up to then), as known when {dates.known_on} ended (entered up to then)",
    )


def _left(one: Left) -> dict[str, Any]:
    act, missing = one.entry.fact.act, one.missing
    return {
        "fact": f"{one.entry.stream}#{one.entry.version}",
        "occurred_on": act.occurred_on,
        "recorded_on": day_of(act.recorded_at),
        "rests_on": f"{missing.stream}#{missing.version}",
        "which_occurred_on": missing.fact.act.occurred_on,
    }


def _left_line(one: dict[str, Any]) -> str:
    fact, on, rests_on, stated = one["fact"], one["occurred_on"], one["rests_on"], one["which_occurred_on"]
    return t(
        f"未计入 {fact}（发生 {on}）：所依据的 {rests_on} 发生在 {stated}",
        f"left out: {fact} (stated {on}), since it rests on {rests_on}, which is stated {stated}",
    )


def _only_one_has(one: Sequence[Happened], other: Sequence[Happened]) -> list[Happened]:
    """Return the facts that one of two histories has and the other has not."""
    both = {row.position for row in one} & {row.position for row in other}
    return [row for row in sorted((*one, *other), key=lambda row: row.position) if row.position not in both]


def _place(row: Happened) -> str:
    return f"{row.stream}#{row.version}"


def _difference(
    differs: dict[str, tuple[Any, Any]], only: list[Happened], other_day: date, names: Names
) -> Iterator[str]:
    named = t("、", ", ").join(
        t(
            f"{_place(row)}（发生 {row.occurred_on}，记录 {row.recorded_on}）",
            f"{_place(row)} (stated {row.occurred_on}, entered {row.recorded_on})",
        )
        for row in only[:FACTS_NAMED_MAX]
    )
    more = t("等", ", …") if len(only) > FACTS_NAMED_MAX else ""
    yield t(
        f"与按 {other_day} 所知不同，相差 {len(only)} 条事实：{named}{more}",
        f"differs from what was known on {other_day} by {len(only)} facts: {named}{more}",
    )
    for name, there, here in differences(differs, names):
        yield t(
            f"  {name}：按 {other_day} 所知 {there}，此处 {here}",
            f"  {name}: {there} as known on {other_day}, {here} here",
        )
