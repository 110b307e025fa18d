"""The loans of a risk fund (风险基金): what it stands for, at most so many times itself; losses, and what came back."""

from dataclasses import dataclass, field

from domain.act import RepeatDiffersError
from domain.errors import RefusedError
from domain.instrument_facts import (
    CoverLoss,
    GuaranteeLoan,
    LoanCommand,
    LoanFact,
    LoanGuaranteed,
    LoanRepaid,
    LossCovered,
    LossRecovered,
    RecoverLoss,
    RepayLoan,
)

LOANS = ("guarantee-loan", "repay-loan", "cover-loss", "recover-loss", "report-parts")


class OverLeverageError(RefusedError):
    """Loans beyond what the risk fund may stand for."""

    zh = (
        "风险基金 {project_no} 现有 {fund_fen} 分，按 {times} 倍最多担保 {bound_fen} 分；已担保 {open_fen} 分，"
        "再担保 {asked_fen} 分超出（{clause}）；最多再担保 {left_fen} 分"
    )
    en = (
        "risk fund {project_no} has {fund_fen} fen and may stand for {times} times that, {bound_fen} fen; it stands "
        "for {open_fen}, so {asked_fen} more are too many ({clause}): at most {left_fen} fen"
    )


class LoanError(RefusedError):
    """An act on a loan that does not stand so, or an amount that does not fit it."""

    zh = "风险基金 {project_no} 的贷款 {loan_no} {state}，不能记 {asked_fen} 分（{clause}）；最多 {left_fen} 分"
    en = "risk fund {project_no}: loan {loan_no} is {state}, so not {asked_fen} fen ({clause}); at most {left_fen} fen"


class LoansOpenError(RefusedError):
    """A risk fund that is wound up while it stands for loans."""

    zh = "风险基金 {project_no} 尚担保 {open_fen} 分贷款：{loans}（{clause}）；须先还清或代偿，才能清算"
    en = "risk fund {project_no} stands for {open_fen} fen of loans: {loans} ({clause}); they must be ended first"


@dataclass
class LoansOfProject:
    """Sums in fen, kept as facts come."""

    open: dict[str, int] = field(default_factory=dict)
    known: dict[str, LoanGuaranteed] = field(default_factory=dict)
    covered: dict[str, int] = field(default_factory=dict)
    recovered: dict[str, int] = field(default_factory=dict)

    def fund_fen(self, paid_fen: int) -> int:
        """Return what is in the fund: what was paid into it, less losses, with what came back of them."""
        return paid_fen - sum(self.covered.values()) + sum(self.recovered.values())

    def judge(self, project_no: str, paid_fen: int, command: LoanCommand) -> tuple[LoanFact, ...]:
        """Return the fact of *command*.

        Raises:
            RefusedError: If the fund may not stand for it, or the loan does not stand so.
        """
        said = {"project_no": project_no, "clause": command.act.clause, "loan_no": command.loan_no}
        match command:
            case GuaranteeLoan():
                return self._guarantee(project_no, paid_fen, command)
            case RepayLoan(act, loan_no):
                if loan_no not in self.open:
                    raise LoanError(**said, state=self._state(loan_no), asked_fen=0, left_fen=0)
                return (LoanRepaid(act, loan_no),)
            case CoverLoss(act, loan_no, amount_fen, record):
                left = min(self.open.get(loan_no, 0), self.fund_fen(paid_fen))
                if not 0 < amount_fen <= left:
                    raise LoanError(**said, state=self._state(loan_no), asked_fen=amount_fen, left_fen=left)
                return (LossCovered(act, loan_no, amount_fen, record),)
            case RecoverLoss(act, loan_no, amount_fen):
                left = self.covered.get(loan_no, 0) - self.recovered.get(loan_no, 0)
                if not 0 < amount_fen <= left:
                    raise LoanError(**said, state=self._state(loan_no), asked_fen=amount_fen, left_fen=left)
                return (LossRecovered(act, loan_no, amount_fen),)

    def _guarantee(self, project_no: str, paid_fen: int, c: GuaranteeLoan) -> tuple[LoanFact, ...]:
        if (before := self.known.get(c.loan_no)) is not None:
            recorded, asked = (before.institution, before.amount_fen), (c.institution, c.amount_fen)
            if recorded != asked:
                raise RepeatDiffersError(key=f"loan {c.loan_no}", recorded=recorded, asked=asked)
            return ()
        of_fund, of_loans = c.times
        fund, standing = self.fund_fen(paid_fen), sum(self.open.values())
        bound = fund * of_loans // of_fund
        if c.amount_fen <= 0 or standing + c.amount_fen > bound:
            raise OverLeverageError(
                project_no=project_no,
                fund_fen=fund,
                times=of_loans if of_fund == 1 else f"{of_loans}/{of_fund}",
                bound_fen=bound,
                open_fen=standing,
                asked_fen=c.amount_fen,
                left_fen=max(0, bound - standing),
                clause=c.act.clause,
            )
        return (LoanGuaranteed(c.act, c.loan_no, c.institution, c.amount_fen, c.record),)

    def check_ended(self, project_no: str, clause: str) -> None:
        """Check that the fund stands for nothing.

        Raises:
            LoansOpenError: If it does.
        """
        if self.open:
            loans, whole = ", ".join(self.open), sum(self.open.values())
            raise LoansOpenError(project_no=project_no, open_fen=whole, loans=loans, clause=clause)

    def _state(self, loan_no: str) -> str:
        return "open" if loan_no in self.open else "covered" if loan_no in self.covered else "not guaranteed"

    def note(self, fact: object) -> None:
        """Fold one fact, in place."""
        match fact:
            case LoanGuaranteed():
                self.known[fact.loan_no], self.open[fact.loan_no] = fact, fact.amount_fen
            case LoanRepaid():
                del self.open[fact.loan_no]
            case LossCovered():
                del self.open[fact.loan_no]
                self.covered[fact.loan_no] = fact.amount_fen
            case LossRecovered():
                self.recovered[fact.loan_no] = self.recovered.get(fact.loan_no, 0) + fact.amount_fen
            case _:
                pass
