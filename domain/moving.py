"""Moving a case to other rules of its county (改按新版本): it keeps its place in their order, or stays where it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.errors import RefusedError
from domain.terms import PolicyRef

MOVE = "move"
DIGEST_SHOWN = 12


class SameRulesError(RefusedError):
    """A move to the rules that the case runs under already."""

    zh = "{case} 已经按版本 {version} 办理；须是另一版本才可改（引擎规则）"
    en = "{case} runs under version {version} already; it must be another to be moved to (the engine's rule)"


class CaseOverError(RefusedError):
    """A move of a case that is over."""

    zh = "{case} 已经办结（{stage}），保留在版本 {version}；须未办结才可改按新版本（引擎规则）"
    en = (
        "{case} is over ({stage}) and stays under version {version}; "
        "only a case that is not over can be moved (the engine's rule)"
    )


class StepLostError(RefusedError):
    """The step that the case waits at is not among those of the other rules."""

    zh = (
        "{case} 正等待 {open}，版本 {version} 没有这一环节；原顺序：{old}；新顺序：{new}；"
        "先在原版本下办过这一环节（引擎规则）"
    )
    en = (
        "{case} waits for {open}, which version {version} does not have; order now: {old}; order there: {new}; "
        "let it pass that step under its own version first (the engine's rule)"
    )


class StepAheadError(RefusedError):
    """The other rules put a step that was not done before the one that the case waits at."""

    zh = (
        "{case} 正等待 {open}，版本 {version} 在它之前还有未办的 {step}（{clause}）；"
        "原顺序：{old}；新顺序：{new}；先退回到 {step} 之前再改"
    )
    en = (
        "{case} waits for {open}; version {version} puts {step} before it, which was not done ({clause}); "
        "order now: {old}; order there: {new}; send it back to before {step} first"
    )


class StepAgainError(RefusedError):
    """The other rules put a step that was done behind the one that the case waits at."""

    zh = (
        "{case} 正等待 {open}，版本 {version} 把已办的 {step} 排在它之后（{clause}），会再办一次；"
        "原顺序：{old}；新顺序：{new}；先在原版本下继续办理，到两个顺序都已过 {step} 时再改"
    )
    en = (
        "{case} waits for {open}; version {version} puts {step} behind it, which was done ({clause}) and would be "
        "done again; order now: {old}; order there: {new}; let it go on until it is past {step} in both"
    )


class StepChangedError(RefusedError):
    """The other rules have a step of the same id and of another kind."""

    zh = "{case} 的环节 {step} 是 {kind}，在版本 {version} 中是 {other}（{clause}）；同名的环节须是同一类"
    en = (
        "{case}: step {step} is of kind {kind}, in version {version} of kind {other} ({clause}); "
        "they must be of one kind"
    )


class Term(Protocol):
    """A step, stage or gate of some rules."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def clause(self) -> str:
        """The line of the county's text that it rests on."""


def named(ref: PolicyRef) -> str:
    """Return how people name a version: its number, and how its digest begins."""
    return f"{ref.version} ({ref.profile[:DIGEST_SHOWN]})"


def check_may_move(case: str, before: PolicyRef, to: PolicyRef, over: str) -> None:
    """Check that there is something to move: the case is not over, and the rules are others.

    Raises:
        CaseOverError: If it is over; *over* says how.
        SameRulesError: If these are its rules already.
    """
    if over:
        raise CaseOverError(case=case, stage=over, version=named(before))
    if before == to:
        raise SameRulesError(case=case, version=named(to))


@dataclass(frozen=True)
class Place:
    """Where a case stands in the order of its rules: what it passed of it, and what it waits for.

    `waits_for` is what waits behind them all, such as a payment behind its gates, where none of the order is `open`.
    """

    case: str
    order: Sequence[Term]
    passed: Collection[str]
    open: Collection[str]
    waits_for: str

    def check_kept(self, to: PolicyRef, order: Sequence[Sequence[Term]]) -> None:
        """Check that the place is there in another *order*, of terms or of groups of them that wait together.

        Raises:
            StepLostError: If a step that it waits for is not in it.
            StepAheadError: If a step that was not passed stands before it.
            StepAgainError: If a step that was passed stands behind it.
        """
        new = [term for group in order for term in group]
        numbers = {"case": self.case, "version": named(to), "old": listed(self.order), "new": listed(new)}
        waits_for = ", ".join(self.open) or self.waits_for
        for step in self.open:
            if step not in [term.id for term in new]:
                raise StepLostError(**numbers, open=step)
        at, group = next(
            ((n, group) for n, group in enumerate(order) if any(term.id not in self.passed for term in group)),
            (len(order), ()),
        )
        left = [term for term in group if term.id not in self.passed]
        if not set(self.open) <= {term.id for term in left} or (left and not self.open):
            raise StepAheadError(**numbers, open=waits_for, step=left[0].id, clause=left[0].clause)
        for term in (term for group in order[at + 1 :] for term in group):
            if term.id in self.passed:
                raise StepAgainError(**numbers, open=waits_for, step=term.id, clause=term.clause)


def listed(terms: Sequence[Term]) -> str:
    """Return an order as people read it."""
    return ", ".join(term.id for term in terms) or "-"
