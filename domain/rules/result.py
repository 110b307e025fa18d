"""What a rule found (核定结果): as a fact keeps it, and as a refusal tells it. Every amount that went in is listed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from domain.errors import RefusedError
from domain.words import Both

Unit = Literal["bp", "fen", "results"]
Comparator = Literal["at_least", "at_most", "exactly"]


class Amount(msgspec.Struct, frozen=True, omit_defaults=True):
    """An amount that went into a rule, in fen or (`loans`, `raised`, `households`) as its kind counts."""

    kind: str
    amount: int
    of: str = ""


class Basis(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stated quantity (依据) that a rule computes from: fen raised, fen of loans, households, a factor's count.

    `rule` is the rule's place in the profile, such as `splits.matching_award`; `record` the SHA-256 of its paper.
    """

    rule: str
    quantity: int
    project_no: str = ""
    township: str = ""
    factor: str = ""
    record: str = ""


class Reason(msgspec.Struct, frozen=True):
    """Why a soft rule (原则上) is not kept, or a decided amount differs from the computed one."""

    rule: str
    words: str


class RuleResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rule judged: what it is about, what it asks, what was found. Basis points (bp) or fen.

    `status`: met; open (not yet, but the free money can still do it); reason (soft, and a reason was given);
    unmet; warning (asks for nothing).
    """

    rule: str
    clause: str
    status: str
    of: str
    unit: str
    comparator: str
    bound: int
    value: int
    amounts: tuple[Amount, ...] = ()
    reason: str = ""


class RuleUnmetError(RefusedError):
    """A hard rule that a plan would break for good."""

    zh = "{name}未达到（{clause}）：{of} 为 {value}，须{asked}；计入 {amounts}（分）；{remedy}"
    en = "{name} is not met ({clause}): {of} has {value} and must have {asked}; counted {amounts} (fen); {remedy}"


class ReasonMissingError(RefusedError):
    """A soft rule (原则上) that a plan does not keep, without saying why."""

    zh = (
        "{name}未达到（{clause}）：{of} 为 {value}，须{asked}；计入 {amounts}（分）；"
        "{remedy}，或在 reasons 中写明 {rule} 的原因"
    )
    en = (
        "{name} is not met ({clause}): {of} has {value} and must have {asked}; counted {amounts} (fen); "
        "{remedy}, or give a reason for {rule} in reasons"
    )


# The kinds of amounts that rules count.
COUNTED: dict[str, Both] = {
    "planned": Both("安排", "planned"),
    "received": Both("到账", "received"),
    "free": Both("可用", "free"),
    "short": Both("缺口", "short"),
    "drawn": Both("动用", "drawn"),
    "entered": Both("入库", "entered"),
    "raised": Both("社会筹资", "raised"),
    "loans": Both("贷款", "loans"),
    "households": Both("户数", "households"),
    "factor": Both("因素", "factor"),
    "score": Both("评价得分", "score"),
}
NO_REMEDY = Both("", "")
_ASKED = {"at_least": ("不低于", "at least"), "at_most": ("不超过", "at most"), "exactly": ("等于", "exactly")}


@dataclass(frozen=True)
class Finding:
    """A rule judged, with what a refusal needs: its names, whether it is hard, and what would satisfy it."""

    rule: str
    zh: str
    en: str
    clause: str
    status: Literal["met", "open", "unmet", "warning"]
    hard: bool
    of: str
    unit: Unit
    comparator: Comparator
    bound: int
    value: int
    amounts: tuple[Amount, ...]
    remedy: Both = NO_REMEDY

    def result(self, reason: str = "") -> RuleResult:
        """Return what a fact keeps of it."""
        status = "reason" if self.status == "unmet" and reason else self.status
        return RuleResult(
            rule=self.rule,
            clause=self.clause,
            status=status,
            of=self.of,
            unit=self.unit,
            comparator=self.comparator,
            bound=self.bound,
            value=self.value,
            amounts=self.amounts,
            reason=reason,
        )

    def error(self) -> RefusedError:
        """Return the refusal, in both languages."""
        zh, en = _ASKED[self.comparator]
        bound = _shown(self.bound, self.unit)
        kind = RuleUnmetError if self.hard else ReasonMissingError
        return kind(
            rule=self.rule,
            name=Both(self.zh, self.en),
            clause=self.clause,
            of=self.of,
            value=_shown(self.value, self.unit),
            asked=Both(f"{zh} {bound.zh}", f"{en} {bound.en}"),
            amounts=Both(_listed(self.amounts, "zh"), _listed(self.amounts, "en")),
            remedy=self.remedy,
        )


def _listed(amounts: tuple[Amount, ...], language: Literal["zh", "en"]) -> str:
    said = (f"{getattr(COUNTED[a.kind], language)} {a.of} {a.amount}".replace("  ", " ") for a in amounts)
    return ", ".join(said) or "-"


def _shown(value: int, unit: Unit) -> Both:
    if unit == "fen":
        return Both(f"{value} 分", f"{value} fen")
    if unit == "results":
        return Both(f"{value} 项评价", f"{value} results")
    share = f"{value // 100}.{value % 100:02d}%"
    return Both(share, share)


def settle(findings: Iterable[Finding], reasons: Iterable[Reason]) -> tuple[RuleResult, ...]:
    """Return the results of *findings*, each soft one that is not kept with its reason.

    Raises:
        RuleUnmetError: If a hard rule is not kept.
        ReasonMissingError: If a soft one is not, and no reason is given.
    """
    return tuple(_settled(findings, {reason.rule: reason.words.strip() for reason in reasons}))


def _settled(findings: Iterable[Finding], given: Mapping[str, str]) -> Iterator[RuleResult]:
    for finding in findings:
        if finding.status != "unmet":
            yield finding.result()
            continue
        reason = "" if finding.hard else given.get(finding.rule, "")
        if not reason:
            raise finding.error()
        yield finding.result(reason)
