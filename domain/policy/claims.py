"""Claims (报账): who lodges, through which gates, to whom the money goes; and retention money."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.policy.base import (
    BasisPoints,
    Breach,
    Count,
    Covered,
    Named,
    Open,
    OpenList,
    PostId,
    Rule,
    SystemId,
    refuse,
)
from domain.policy.deadline import Deadline

Precondition = Literal["approved_project", "minutes", "target", "indicator", "plan", "sign_off"]
VOUCHERS = "vouchers"  # Every claim has them.
Paper = Literal["application", "vouchers", "related_files", "measures", "plan"]


class Gate(Named):
    """One gate (审核关): a review (审核) or a re-check (复核), answered by one post.

    *with_former* says that it is open together with the gate before it (并行), in whatever order they answer;
    *papers* are what must be attached before it lets a claim through; *binds* what its signature covers.
    """

    post: Open[PostId] = None
    kind: Literal["review", "recheck"]
    deadline: Open[Deadline] = None
    with_former: bool = False
    papers: tuple[str, ...] = ()
    binds: tuple[Covered, ...] = ()


class Channel(Rule):
    """The way the money takes (支付渠道)."""

    zh: str
    en: str
    systems: tuple[SystemId, ...] = ()


class Claims(Rule):
    """Claims of a county. *answerable* is who answers for a claim's truth; *papers* is what it must hold.

    *begins_anew* says that a claim that was returned passes every gate again, though nothing changed.
    """

    lodger: Open[PostId] = None
    answerable: Open[PostId] = None
    papers: OpenList[Paper] = ()
    preconditions: OpenList[Precondition] = ()
    gates: OpenList[Gate] = ()
    payer: Open[PostId] = None
    confirmer: Open[PostId] = None
    payee: Open[Literal["unit", "contractor"]] = None
    channel: Open[Channel] = None
    begins_anew: bool = False

    @model_validator(mode="after")
    def _has_a_former(self) -> "Claims":
        refuse(self._breaches())
        return self

    def _breaches(self) -> Iterator[Breach]:
        if self.gates and self.gates[0].with_former:
            at = ("gates", 0, "with_former")
            yield Breach(at, "第一道关口之前没有关口可与之并行", "there is no gate before the first to be open with it")


class Retention(Rule):
    """Retention money (质保金): a share of the contract, held for days after acceptance, then paid in days."""

    share_bp: Annotated[BasisPoints, Field(ge=1, le=10_000)]
    hold_days: Count
    pay_days: Count
