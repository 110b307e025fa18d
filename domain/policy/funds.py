"""The fund's way (资金流程): its receipt, the plan that uses it and who approves, its release to the unit."""

from typing import Literal

from domain.policy.base import Covered, Named, Open, OpenList, PostId, ReferenceId, Rule
from domain.policy.deadline import Deadline

Record = Literal["minutes", "reply", "document"]
Subject = Literal["project", "plan", "batch", "money", "bank_entry"]


class Flow(Rule):
    """What starts the flow (S-03): a declaration, money that arrives, or a batch to be divided."""

    starts_with: Literal["declaration", "money", "batch"]


class Receipt(Rule):
    """A receipt (到账): who enters it, who reports it to whom, who notifies whom."""

    registrar: Open[PostId] = None
    reporter: Open[PostId] = None
    report_to: Open[PostId] = None
    notifier: Open[PostId] = None
    notify_to: Open[PostId] = None
    document: Open[Literal["required", "named"]] = None
    references: tuple[ReferenceId, ...] = ()
    deadline: Open[Deadline] = None


class Selection(Rule):
    """Selection of projects from the bank (遴选项目)."""

    post: Open[PostId] = None
    together_with: tuple[PostId, ...] = ()
    deadline: Open[Deadline] = None


class Approval(Named):
    """One body's approval (审批): of what, and by which record it is known; in the order listed.

    *binds* says what its signature covers.
    """

    body: Open[PostId] = None
    together_with: tuple[PostId, ...] = ()
    subject: Subject
    record: Open[Record] = None
    deadline: Open[Deadline] = None
    binds: tuple[Covered, ...] = ()


class Plan(Rule):
    """The plan (项目计划、资金使用方案): who proposes and drafts it, and its approvals in order.

    *begins_anew* says that a plan that was returned passes every body again, though nothing changed.
    """

    drafter: Open[PostId] = None
    together_with: tuple[PostId, ...] = ()
    form: Literal["annual", "batch", "coordination"]
    selection: Open[Selection] = None
    deadline: Open[Deadline] = None
    approvals: OpenList[Approval] = ()
    begins_anew: bool = False


class Release(Rule):
    """Release (下达、拨付): as a budget indicator without cash, a transfer, or by reimbursement."""

    form: Literal["indicator", "transfer", "reimbursement"]
    post: Open[PostId] = None
    basis: Open[Record] = None
    deadline: Open[Deadline] = None
