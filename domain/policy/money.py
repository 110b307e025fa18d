"""Money as a county sorts it: sources, pools, draw order; and rules that compute: shares, splits, floors."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from domain.policy.base import (
    BasisPoints,
    Breach,
    ClassId,
    Count,
    Fen,
    GroupId,
    Id,
    Model,
    Named,
    Open,
    OpenList,
    Period,
    PoolId,
    PostId,
    SourceId,
    Text,
    Tier,
    refuse,
)


class MoneySource(Named):
    """A source of money (资金来源); *announced_ahead* marks advance-notice money (提前告知资金)."""

    tier: Open[Tier] = None
    announced_ahead: bool = False


class Pool(Named):
    """A pool or ledger (资金池、专账): its place in the order of drawing, and whose shortage it covers."""

    draw: Open[Count] = None
    covers: tuple[PoolId, ...] = ()
    strictly: bool | None = None


class UseClass(Named):
    """A class that uses are reported by (资金类别)."""


class PermittedUse(Named):
    """A permitted use (使用范围): of a class, of some sources or tiers only, where the text says so."""

    of_class: ClassId | None = None
    sources: tuple[SourceId, ...] = ()
    tiers: tuple[Tier, ...] = ()


class Measure(Model):
    """What a ratio counts, by class, tier, source and year.

    `money` is what arrived; `plan` is what plans gave; or the funding of bank entries. Money has a class only once
    a plan gave it to a project.
    """

    zh: Text
    en: Text
    of: Literal["money", "plan", "bank_entries"]
    classes: tuple[ClassId, ...] = ()
    tiers: tuple[Tier, ...] = ()
    sources: tuple[SourceId, ...] = ()
    year: int | None = None


class ShareRule(Named):
    """A share rule (占比要求, S-10): a hard one refuses, a soft one (原则上) asks for a reason."""

    numerator: Measure
    denominator: Measure
    period: Period
    comparator: Literal["at_least", "at_most"]
    bound_bp: BasisPoints
    hard: bool
    trend: Literal["rising"] | None = None

    @model_validator(mode="after")
    def _can_be_judged(self) -> "ShareRule":
        refuse(self._breaches())
        return self

    def _breaches(self) -> Iterator[Breach]:
        if self.period not in ("year", "batch"):
            yield Breach(("period",), "占比按年度或批次核定", "a share is judged over a year or a batch")
        for side in ("numerator", "denominator"):
            measure: Measure = getattr(self, side)
            if measure.of == "money" and measure.classes:
                zh, en = "资金到账时没有类别；须写 plan", "money that arrives has no class: it must be plan"
                yield Breach((side, "of"), zh, en)
        if (self.numerator.of == "bank_entries") != (self.denominator.of == "bank_entries"):
            yield Breach(("denominator", "of"), "入库资金只能与入库资金相比", "bank entries compare with bank entries")


class Part(Model):
    """One side of a split, with its share."""

    of: Id
    zh: Text
    en: Text
    share: Count


class Split(Named):
    """A typed ratio (S-11): tiers that share a cost, a matching award, or a fund and its loans."""

    kind: Literal["tiers", "matching", "leverage"]
    parts: tuple[Part, ...]
    checked_on: Open[Literal["batch", "line", "project", "fund"]] = None

    @model_validator(mode="after")
    def _has_two_sides(self) -> "Split":
        refuse(self._breaches())
        return self

    def _breaches(self) -> Iterator[Breach]:
        if len(self.parts) < 2:  # noqa: PLR2004 - a ratio has two sides
            yield Breach(("parts",), "比例至少要有两方", "a ratio needs at least two parts")


class Floor(Named):
    """A floor (投入下限) for each of a kind, in a period."""

    amount_fen: Fen
    per: Literal["village", "township"]
    group: GroupId | None = None
    period: Period


class Growth(Named):
    """A rule that an input grows (稳定增长)."""

    of_tier: Open[Tier] = None
    least_bp: Open[BasisPoints] = None


class Factor(Named):
    """A factor of allocation (分配因素) and its weight, counted for each township."""

    weight_bp: Open[BasisPoints] = None


class Allocation(Named):
    """How money is divided (资金分配): who proposes with whom, by which factors."""

    lead: Open[PostId] = None
    together_with: tuple[PostId, ...] = ()
    factors: OpenList[Factor] = ()


class Instrument(Named):
    """A use without contractor or acceptance (S-21): insurance, risk fund, award, subsidy, work budget."""

    kind: Literal[
        "insurance",
        "risk_fund",
        "award",
        "interest_subsidy",
        "subsidy",
        "work_budget",
        "standing_fund",
        "matching_award",
    ]
    funder: Open[PostId] = None
    amount_fen: Open[Fen] = None
    amount_is: Literal["exact", "at_least", "nearly"] = "exact"
    per: Open[Literal["year", "household", "township_year", "total"]] = None
    groups: tuple[GroupId, ...] = ()
    confirmed_by: Open[PostId] = None

    def moot(self) -> frozenset[str]:
        """Only an award on result needs somebody who confirms the result (A-49)."""
        return frozenset() if self.kind == "award" else frozenset({"confirmed_by"})


class Ban(Named):
    """A ban (负面清单): checked by the machine where *when* can be computed, else attested by a post."""

    check: Literal["machine", "attested"]
    when: Literal["target_missing", "linkage_missing", "class_barred", "outside_bank"] | None = None
    barred_classes: tuple[ClassId, ...] = ()
    attested_by: Open[PostId] = None
    at: Open[Literal["bank", "plan", "payment"]] = None

    def moot(self) -> frozenset[str]:
        """A machine's check needs nobody to attest it."""
        return frozenset({"attested_by"}) if self.check == "machine" else frozenset()


class Reported(Named):
    """A figure as the text prints it (原文数字): shown beside what is computed, never mixed with it."""

    printed: Text
    amount_fen: int | None = None
    bp: int | None = None
    quantity: int | None = None
    year: int | None = None
