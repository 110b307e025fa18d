"""A project's life (项目生命周期) as an ordered list of steps, and the bank (项目库) that it enters."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.policy.base import (
    BasisPoints,
    Breach,
    ClassId,
    Count,
    Covered,
    Named,
    Open,
    OpenList,
    Period,
    PostId,
    ReferenceId,
    Rule,
    refuse,
)
from domain.policy.deadline import Deadline

StepKind = Literal[
    "declare",
    "review",
    "survey",
    "bank",
    "plan",
    "release",
    "prepare",
    "tender",
    "contract",
    "build",
    "payments",
    "accept",
    "title",
    "handover",
    "keep",
]
# These wait for something else than a post's answer; each can only come true after the former.
WAITS: tuple[StepKind, ...] = ("plan", "release", "payments")
MONEY_ORDER: tuple[StepKind, ...] = ("bank", *WAITS)
# What a round is made of: the declaration and its review.
ROUND_KINDS = ("declare", "review")
ROUND_STEPS = 2


class Step(Named):
    """One step (环节): answered by a post, or waiting for the plan's approvals, the release, the payments.

    *record* is the paper that passing it makes; *papers* are what must be attached before it is passed; *binds* what
    its signature covers.
    """

    kind: StepKind
    post: Open[PostId] = None
    together_with: tuple[PostId, ...] = ()
    deadline: Open[Deadline] = None
    record: str | None = None
    papers: tuple[str, ...] = ()
    reference: ReferenceId | None = None
    returns_to: tuple[str, ...] = ()
    binds: tuple[Covered, ...] = ()

    def moot(self) -> frozenset[str]:
        """Nobody answers a step that waits, and no day is set for it."""
        return frozenset({"post", "deadline"}) if self.kind in WAITS else frozenset()


class Rounds(Rule):
    """Up-and-down rounds (上下对接) between village, township and county."""

    up: Count
    down: int


class SpentBy(Rule):
    """How much of what is allotted must be paid when a month ends, in basis points."""

    month: Annotated[int, Field(ge=1, le=12)]
    bp: BasisPoints


class Milestone(Named):
    """A schedule or a date that the work is measured by (序时进度); a date may be for some *classes* of project.

    *spent* says how far spending must have come by which month; where no text says so, nothing is behind.
    """

    every: Period | None = None
    by: date | None = None
    expected: bool = False
    classes: tuple[ClassId, ...] = ()
    spent: tuple[SpentBy, ...] = ()

    def asked(self, month: int) -> SpentBy | None:
        """Return what holds when *month* ends, which the last month named up to it asks for, or None."""
        return max((one for one in self.spent if one.month <= month), key=lambda one: one.month, default=None)


class EntryTest(Named):
    """A test of bank entry (入库要求); *blocks* says whether failing it bars the entry."""

    about: Literal[
        "target",
        "linkage",
        "result",
        "scope",
        "feasible",
        "necessary",
        "in_bank",
        "reviews",
        "share",
        "standard",
    ]
    check: Literal["machine", "attested"]
    blocks: Open[bool] = None


class Bank(Rule):
    """The project bank: its tests, whether it is kept up to date, and the years that it spans."""

    tests: OpenList[EntryTest] = ()
    dynamic: Open[Literal["kept_current", "to_be_improved"]] = None
    horizon_years: Open[Count] = None
    cross_year: Open[Literal["plan_once_build_yearly"]] = None


class ProjectRules(Rule):
    """The steps of a project in order, and what binds it beside them.

    *begins_anew* says that after a return every step is taken again, though nothing changed.
    """

    steps: tuple[Step, ...]
    rounds: Open[Rounds] = None
    schedule: OpenList[Milestone] = ()
    begins_anew: bool = False

    def unsaid(self) -> frozenset[str]:
        """Return the returns: where there are none, the text says nothing of what follows a rejection."""
        return frozenset(() if any(step.returns_to for step in self.steps) else {"steps.returns_to"})

    @model_validator(mode="after")
    def _can_be_walked(self) -> "ProjectRules":
        refuse(self._breaches())
        return self

    def _breaches(self) -> Iterator[Breach]:
        earlier: list[str] = []
        for n, step in enumerate(self.steps):
            for m, target in enumerate(step.returns_to):
                if target not in earlier:
                    yield Breach(
                        ("steps", n, "returns_to", m),
                        f"{target!r} 不是之前的环节；之前有 {earlier}",
                        f"{target!r} is not an earlier step; earlier are {earlier}",
                    )
            earlier.append(step.id)
        yield from self._out_of_reach()

    def _out_of_reach(self) -> Iterator[Breach]:
        kinds = [step.kind for step in self.steps]
        for kind in (kind for kind, times in Counter(kinds).items() if times > 1 and kind in MONEY_ORDER):
            second = len(kinds) - 1 - kinds[::-1].index(kind)
            zh, en = f"第二个 {kind} 环节永远到不了", f"a second {kind} step can never be reached"
            yield Breach(("steps", second, "kind"), zh, en)
        present = [kind for kind in MONEY_ORDER if kind in kinds]
        for before, after in pairwise(present):
            if kinds.index(before) > kinds.index(after):
                yield Breach(
                    ("steps", kinds.index(before)),
                    f"永远到不了：{after} 环节排在前面，而它要等 {before}",
                    f"can never be reached: the {after} step stands before it and waits for {before}",
                )


def taken_again(kinds: Sequence[object]) -> tuple[int, ...]:
    """Return which steps, by their kinds, a round takes again.

    The first declaration and its review, which stands right after it, or right before.
    """
    start = kinds.index("declare") if "declare" in kinds else 0
    before, after = list(kinds[start - 1 : start]), list(kinds[start + 1 : start + 2])
    start -= before == ["review"] != after
    return tuple(n for n in range(start, min(start + ROUND_STEPS, len(kinds))) if kinds[n] in ROUND_KINDS)
