"""What can happen to a use of fund money without a contractor (S-21): its uses, the loans it guarantees, the parts."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from domain.act import Act, Fact

Payee = Literal["insurer", "bank", "households", "enterprise", "unit"]


class InstrumentTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """The instrument (政策工具) that a case is a use of: its kind, whom it pays, for which people, how many households.

    *list_digest*: SHA-256 of the list of households, in hex; their names stand in no fact.
    """

    id: str
    kind: str
    payee: Payee
    clause: str
    group: str = ""
    households: int = 0
    list_digest: str = ""


class Part(msgspec.Struct, frozen=True):
    """What one of the four parties (财政、集体、农户、社会) put in, in fen, as reported."""

    of: Literal["government", "collective", "households", "society"]
    amount_fen: int


class InstrumentUsed(Fact, frozen=True, tag="instrument.used/1"):
    """A use of the instrument was proposed: for which year and township, how many households, how much, in fen.

    Of a project that was corrected, the latest holds; one that was rejected or taken back uses nothing any more.
    """

    project_no: str
    year: int
    township: str
    households: int
    amount_fen: int


class LoanGuaranteed(Fact, frozen=True, tag="project.loan-guaranteed/1"):
    """A loan (贷款) stands behind the risk fund from now on; `record` is the agreement's SHA-256."""

    loan_no: str
    institution: str
    amount_fen: int
    record: str


class LoanRepaid(Fact, frozen=True, tag="project.loan-repaid/1"):
    """A guaranteed loan was paid back."""

    loan_no: str


class LossCovered(Fact, frozen=True, tag="project.loss-covered/1"):
    """The risk fund covered the loss of a loan (代偿), in fen; the loan is guaranteed no more."""

    loan_no: str
    amount_fen: int
    record: str = ""


class LossRecovered(Fact, frozen=True, tag="project.loss-recovered/1"):
    """Some of a covered loss was recovered (追偿), in fen."""

    loan_no: str
    amount_fen: int


class PartsReported(Fact, frozen=True, tag="project.parts-reported/1"):
    """What each party put into the project, as reported: shown, and never computed with."""

    parts: tuple[Part, ...]
    record: str = ""


@dataclass(frozen=True)
class UseInstrument:
    """Note a use."""

    act: Act
    used: InstrumentUsed


@dataclass(frozen=True)
class GuaranteeLoan:
    """Let the risk fund stand for a loan; *times* of what is in the fund it may stand for in all."""

    act: Act
    loan_no: str
    institution: str
    amount_fen: int
    record: str
    times: tuple[int, int] = (1, 0)


@dataclass(frozen=True)
class RepayLoan:
    """Note that a loan was paid back."""

    act: Act
    loan_no: str


@dataclass(frozen=True)
class CoverLoss:
    """Cover a loss."""

    act: Act
    loan_no: str
    amount_fen: int
    record: str = ""


@dataclass(frozen=True)
class RecoverLoss:
    """Recover of a covered loss."""

    act: Act
    loan_no: str
    amount_fen: int


@dataclass(frozen=True)
class ReportParts:
    """Report the parties' parts."""

    act: Act
    parts: tuple[Part, ...]
    record: str = ""


LoanCommand = GuaranteeLoan | RepayLoan | CoverLoss | RecoverLoss
LoanFact = LoanGuaranteed | LoanRepaid | LossCovered | LossRecovered
