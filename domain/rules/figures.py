"""Figures (计入的金额): what a year's funds received, have free and gave to projects; what every rule sums."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Money:
    """A portion of a fund: what it received (withdrawals taken off) and has free, in fen."""

    fund_no: str
    pool: str
    source: str
    tier: str
    received_fen: int
    free_fen: int


@dataclass(frozen=True)
class Use:
    """What a portion gives a project, in fen, with the class, place and origin that rules sort it by."""

    fund_no: str
    pool: str
    source: str
    tier: str
    project_no: str
    of_class: str
    village: str
    township: str
    amount_fen: int


@dataclass(frozen=True)
class Figures:
    """The money of one fiscal year and what plans gave of it."""

    year: int
    money: tuple[Money, ...]
    uses: tuple[Use, ...]

    def with_plan(self, plan: Iterable[Use]) -> "Figures":
        """Return the figures as they will be once *plan* (cuts below zero) is in force."""
        uses = {(u.fund_no, u.pool, u.project_no): u for u in self.uses}
        free = {(m.fund_no, m.pool): m for m in self.money}
        for use in plan:
            key = (use.fund_no, use.pool, use.project_no)
            before = uses[key].amount_fen if key in uses else 0
            uses[key] = replace(use, amount_fen=before + use.amount_fen)
            portion = free[use.fund_no, use.pool]
            free[use.fund_no, use.pool] = replace(portion, free_fen=portion.free_fen - use.amount_fen)
        return Figures(self.year, tuple(free.values()), tuple(u for u in uses.values() if u.amount_fen))


@dataclass(frozen=True)
class BankEntry:
    """A project that entered the bank in a year, with its budget in fen."""

    project_no: str
    of_class: str
    budget_fen: int
