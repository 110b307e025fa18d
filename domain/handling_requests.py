"""Requests about who takes an open step of a case: `<county>/handling/<kind>-<no>` of it. Kept for ever.

Where a step waits for several posts under one name (会签), *post* says whose it is.
"""

from domain.request import Request, Said, Words


class AssignStep(Request, frozen=True, tag="handling.assign/1"):
    """Let *to*, who holds the post or stands in for a holder, take the open step (改派)."""

    step: Words
    to: Words
    reason: Said
    post: str = ""


class UnassignStep(Request, frozen=True, tag="handling.unassign/1"):
    """Take the step back: everybody who holds the post may take it again (收回)."""

    step: Words
    reason: Said
    post: str = ""


class ForwardStep(Request, frozen=True, tag="handling.forward/1"):
    """Ask a colleague for an opinion on one's own open step, and keep the decision (转办、征求意见)."""

    step: Words
    to: Words
    question: Said
    post: str = ""


class AdviseStep(Request, frozen=True, tag="handling.advise/1"):
    """Answer with an opinion; who gives one decides nothing in this case afterwards (提出意见)."""

    step: Words
    opinion: Said
    post: str = ""


class RecallQuestion(Request, frozen=True, tag="handling.recall/1"):
    """Take back one's question: the opinion is not waited for any more (收回征求)."""

    step: Words
    reason: Said
    post: str = ""


HandlingRequest = AssignStep | UnassignStep | ForwardStep | AdviseStep | RecallQuestion
