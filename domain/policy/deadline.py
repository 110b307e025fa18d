"""Deadlines (时限): a count of days, "prompt", a limit without number, a rhythm; only a count makes a timer."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.policy.base import Breach, Count, Id, LadderId, Open, Period, PostId, Rule, refuse

Trigger = Literal[
    "fund_received",
    "notified",
    "selected",
    "minutes_filed",
    "plan_approved",
    "money_approved",
    "gate_open",
    "step_open",
    "built",
    "accepted",
    "information_arises",
    "anomaly_found",
    "interviewed",
    "surplus_found",
    "year_closed",
    "published",
]
Condition = Literal["report", "notice"]


class Deadline(Rule):
    """One deadline. Its conditions must all be done inside the one clock (S-05).

    A count needs a unit and a start. A rhythm (定期) needs a period, and may name the last day of the month,
    or a day of it up to which it is in time (A-02).
    """

    id: Id
    kind: Literal["counted", "prompt", "limit_unstated", "cadence"]
    count: Count | None = None
    unit: Literal["calendar", "working"] | None = None
    start: Trigger | None = None
    conditions: tuple[Condition, ...] = ()
    responsible: Open[PostId] = None
    ladder: LadderId | None = None
    every: Period | None = None
    times: Count | None = None
    by_day: Annotated[int, Field(ge=1, le=31)] | None = None
    month_end: bool | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> "Deadline":
        refuse(self._breaches())
        return self

    def unsaid(self) -> frozenset[str]:
        """Return the count, which "prompt" and a limit without number leave open."""
        return frozenset({"count"} if self.kind in ("prompt", "limit_unstated") else ())

    def _breaches(self) -> Iterator[Breach]:
        counted = {"count": self.count, "unit": self.unit, "start": self.start}
        rhythm = {key: getattr(self, key) for key in ("every", "times", "by_day", "month_end")}
        if self.kind == "counted":
            for key in (key for key, value in counted.items() if value is None):
                yield Breach((key,), "计日的时限必须填写", "a counted deadline needs it")
        elif self.count is not None:
            yield Breach(
                ("count",),
                f'只有 kind = "counted" 才有天数，这里是 {self.kind}',
                f'only kind = "counted" has a number of days, not {self.kind}',
            )
        if self.kind == "cadence" and self.every is None:
            yield Breach(("every",), "定期的时限必须填写周期", "a cadence needs its period")
        if self.kind != "cadence":
            for key in (key for key, value in rhythm.items() if value is not None):
                yield Breach((key,), '只用于 kind = "cadence"', 'is for kind = "cadence" only')
