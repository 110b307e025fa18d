"""What the public is shown, what comes of the money: disclosure, performance, linkage, assets, surplus."""

from typing import Literal

from domain.policy.base import GroupId, Named, Open, OpenList, PostId, ReferenceId, Text
from domain.policy.deadline import Deadline
from domain.policy.watch import MeasuredBy

ByWhen = Literal["bank", "plan", "money", "start", "payment"]
# What makes information disclosable: each is a kind of fact of the ledger (see `domain/disclosable.py`).
Arises = Literal[
    "policy_adopted",
    "fund_arrived",
    "plan_in_force",
    "project_declared",
    "project_banked",
    "project_arranged",
    "payment_confirmed",
    "project_closed",
    "performance_evaluated",
]
# Those that are about one project, and can therefore stand before a step of it.
OF_A_PROJECT: tuple[Arises, ...] = ("project_declared", "project_banked", "project_arranged")


class Disclosure(Named):
    """An obligation to disclose (公告公示, S-14): what, where, by when, how long; whether it blocks a step.

    Each fact in *upon* is entered in the register as it arises; where none is stated, entries are made by hand only.
    """

    upon: OpenList[Arises] = ()
    post: Open[PostId] = None
    places: OpenList[Text] = ()
    deadline: Open[Deadline] = None
    duration: Open[Deadline] = None
    reference: ReferenceId | None = None
    before: ByWhen | None = None
    mandatory: bool | None = None
    blocks: Open[bool] = None


class Hotline(Named):
    """Where the public can object or report (举报电话、接受群众监督), and who takes it down."""

    post: Open[PostId] = None


class Hook(Named):
    """Where performance (绩效) takes hold (S-15): target, monitoring, evaluation, use of the result."""

    phase: Literal[
        "target",
        "coverage",
        "monitoring",
        "evaluation",
        "next_year",
        "correction",
        "accountability",
        "measure",
    ]
    post: Open[PostId] = None
    blocks: Open[ByWhen] = None
    deadline: Deadline | None = None

    def moot(self) -> frozenset[str]:
        """Only a target can be a gate; what is no act needs nobody to do it."""
        if self.phase == "target":
            return frozenset()
        return frozenset({"blocks"} if self.phase in ("monitoring", "evaluation", "correction") else {"blocks", "post"})


class Linkage(Named):
    """A rule of benefit linkage (联农带农, S-16): a gate, a record, an award on result, or a wish."""

    topic: Literal["standing", "order", "modes", "operator", "weak"]
    effect: Open[Literal["gate", "record", "award", "wish"]] = None
    groups: tuple[GroupId, ...] = ()
    ordered: Open[bool] = None
    modes: tuple[Text, ...] = ()
    subject: MeasuredBy | None = None

    def moot(self) -> frozenset[str]:
        """An effect belongs to the linkage itself, an order to its groups."""
        none_of = {"standing": "ordered", "order": "effect"}
        return frozenset({none_of[self.topic]} if self.topic in none_of else {"effect", "ordered"})


class AssetRule(Named):
    """A rule on what the money formed (资产): the asset, its title, handover, upkeep and income."""

    topic: Literal["formed", "title", "handover", "keep", "income"]
    post: Open[PostId] = None
    to: Text | None = None
    deadline: Open[Deadline] = None
    reference: ReferenceId | None = None
    uses: tuple[Text, ...] = ()

    def moot(self) -> frozenset[str]:
        """Only a handover has its day."""
        return frozenset() if self.topic == "handover" else frozenset({"deadline"})


class Sweep(Named):
    """A sweep of what is left (结转结余清查): found by whom, approved by whom, moved where."""

    kind: Literal["prior_year", "current_year"]
    lead: Open[PostId] = None
    together_with: tuple[PostId, ...] = ()
    approval: Open[PostId] = None
    approval_is_ours: bool = False
    moved_to: Literal["projects_of_the_year", "projects_with_a_gap"]
    deadline: Open[Deadline] = None
