"""Claims (报账): who lodges, through which gates, to whom the money goes; and retention money."""

from typing import Annotated, Literal

from pydantic import Field

from domain.policy.base import BasisPoints, Count, Named, Open, OpenList, PostId, Rule, SystemId
from domain.policy.deadline import Deadline

Precondition = Literal["approved_project", "minutes", "target", "indicator", "plan", "sign_off"]
Paper = Literal["application", "vouchers", "related_files", "measures", "plan"]


class Gate(Named):
    """One gate (审核关): a review (审核) or a re-check (复核), answered by one post."""

    post: Open[PostId] = None
    kind: Literal["review", "recheck"]
    deadline: Open[Deadline] = None


class Channel(Rule):
    """The way the money takes (支付渠道)."""

    zh: str
    en: str
    systems: tuple[SystemId, ...] = ()


class Claims(Rule):
    """Claims of a county. *answerable* is who answers for a claim's truth; *papers* is what it must hold."""

    lodger: Open[PostId] = None
    answerable: Open[PostId] = None
    papers: OpenList[Paper] = ()
    preconditions: OpenList[Precondition] = ()
    gates: OpenList[Gate] = ()
    payer: Open[PostId] = None
    confirmer: Open[PostId] = None
    payee: Open[Literal["unit", "contractor"]] = None
    channel: Open[Channel] = None


class Retention(Rule):
    """Retention money (质保金): a share of the contract, held for days after acceptance, then paid in days."""

    share_bp: Annotated[BasisPoints, Field(ge=1, le=10_000)]
    hold_days: Count
    pay_days: Count
