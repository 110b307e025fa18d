"""Supervision (监督): what recurs, what climbs, who is ranked, which systems outside are served."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.policy.base import Breach, Count, Model, Named, Open, OpenList, PostId, Text, refuse
from domain.policy.deadline import Deadline

MeasuredBy = Literal["township", "unit", "project_head", "project", "post", "money", "county", "problem", "operator"]


class Routine(Named):
    """What recurs or is done as needed: dispatch (调度), tasks, circulars (通报), watches, inspections."""

    topic: Literal[
        "dispatch",
        "task",
        "circular",
        "watch",
        "report",
        "inspection",
        "letter",
        "assessment",
        "scope_check",
        "statistics",
    ]
    post: Open[PostId] = None
    together_with: tuple[PostId, ...] = ()
    consults: tuple[PostId, ...] = ()
    to: tuple[PostId, ...] = ()
    subject: MeasuredBy | None = None
    deadline: Open[Deadline] = None
    record: Text | None = None


# The trigger of a rung that the clock of a broken deadline climbs; what else sets off a ladder is no clock's.
AT_A_BREACH = "deadline_breached"


class Rung(Named):
    """One rung of a ladder: *actor* acts, those in *to* are told.

    *wait_days* counts from the ladder's first rung; for a broken deadline from the day after its due day.
    """

    trigger: Literal[
        "problem_found",
        "task_unmet",
        "ranked_back",
        "slow_progress",
        "not_rectified",
        "no_result",
        "anomaly_found",
        "weak_effect",
        "deadline_breached",
    ]
    subject: MeasuredBy
    actor: Open[PostId] = None
    to: tuple[PostId, ...] = ()
    effect: Literal[
        "warn",
        "notice",
        "circular",
        "rank",
        "interview",
        "verify",
        "rectify",
        "explain",
        "accountability",
        "referral",
    ]
    limit: Deadline | None = None
    wait_days: Open[Annotated[int, Field(ge=0)]] = None


class Ladder(Named):
    """An escalation ladder (逐级督促): its rungs, in the order in which they are climbed."""

    rungs: tuple[Rung, ...]

    @model_validator(mode="after")
    def _climbs(self) -> "Ladder":
        refuse(self._breaches())
        return self

    def _breaches(self) -> Iterator[Breach]:
        highest = 0
        for n, rung in enumerate(self.rungs):
            if rung.wait_days is not None and rung.wait_days < highest:
                yield Breach(
                    ("rungs", n, "wait_days"),
                    f"第 {rung.wait_days} 天早于前一级的第 {highest} 天；各级须按等待天数排列",
                    f"day {rung.wait_days} is before the former rung's day {highest}: order rungs by wait",
                )
            highest = max(highest, rung.wait_days or 0)


class Ranking(Named):
    """A ranking (排名); *back_count* says how many stand "at the back" (A-13)."""

    subject: MeasuredBy
    post: Open[PostId] = None
    back_count: Open[Count] = None


RowKind = Literal["bank_entry", "arrival", "issue", "arrangement", "implementation", "expenditure", "asset"]


class SystemRow(Model):
    """One kind of row of an outbox: what it tells *of*, and as which of the system's entries."""

    of: RowKind
    entry: Text


class System(Named):
    """A system outside (外部系统): what goes in or out by its outbox (S-22), and who sends it."""

    direction: Literal["in", "out", "both", "channel"]
    entries: OpenList[Text] = ()
    deadline: Deadline | None = None
    post: Open[PostId] = None
    rows: OpenList[SystemRow] = ()

    def moot(self) -> frozenset[str]:
        """A channel of payments, and what only comes in, have no outbox."""
        return frozenset() if self.direction in ("out", "both") else frozenset({"entries", "post", "rows"})

    @model_validator(mode="after")
    def _known_entries(self) -> "System":
        refuse(self._breaches())
        return self

    def _breaches(self) -> Iterator[Breach]:
        for n, row in enumerate(self.rows):
            if row.entry not in self.entries:
                known = " / ".join(self.entries)
                zh, en = f"entries 中没有 {row.entry!r}；有：{known}", f"{row.entry!r} is none of entries: {known}"
                yield Breach(("rows", n, "entry"), zh, en)
            if self.direction not in ("out", "both"):
                zh, en = (
                    "这一系统没有待报：direction 须为 out 或 both",
                    "it has no outbox: direction must be out or both",
                )
                yield Breach(("rows", n, "of"), zh, en)


class Keeping(Named):
    """A ledger, register or report that is kept (台账、报告), by whom and of what.

    One that the engine keeps itself is named in *kept_as*: its keeper enters by hand what no fact brings about, files a
    month's dispatch, signs its report or sums up a week's watch; its problems need proposals.
    """

    kept_as: Literal["disclosures", "dispatch", "problems", "report", "watch"] | None = None
    keeper: Open[PostId] = None
    kinds: tuple[Text, ...] = ()
    signatures: Count | None = None
