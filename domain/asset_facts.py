"""What can happen to an asset (facts, stored), and what can be asked of it (one command, passing)."""

from dataclasses import dataclass

import msgspec

from domain.act import Act, Fact
from domain.terms import DeadlineTerm, PolicyRef


class AssetTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the county's text rules of an asset: who, under which document elsewhere, to whom, for which uses.

    *limits* are the kinds of its deadlines, the rule's and that of the project's own step, for which *responsible*
    answers: "prompt" makes no timer (A-04). A post of "" is not stated.
    """

    post: str
    clause: str
    under: str = ""
    to: str = ""
    limits: tuple[str, ...] = ()
    responsible: str = ""
    deadline: DeadlineTerm | None = None
    uses: tuple[str, ...] = ()


class AssetTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rules that an asset runs under; what the county's text does not rule is absent."""

    policy: PolicyRef
    formed: AssetTerm
    title: AssetTerm | None = None
    handover: AssetTerm | None = None
    keep: AssetTerm | None = None
    income: AssetTerm | None = None
    disposal: AssetTerm | None = None
    mends: AssetTerm | None = None


class PaidFrom(msgspec.Struct, frozen=True):
    """What one claim paid out of one portion (fund and pool), in fen."""

    claim_no: str
    fund_no: str
    pool: str
    amount_fen: int


class AssetFormed(Fact, frozen=True, tag="asset.formed/1"):
    """A project formed an asset (形成资产): its nature, and every payment that it was paid with."""

    county: str
    asset_no: str
    project_no: str
    name: str
    nature: str
    payments: tuple[PaidFrom, ...]
    terms: AssetTerms
    record: str = ""

    @property
    def amount_fen(self) -> int:
        """Return what was paid for it so far."""
        return sum(paid.amount_fen for paid in self.payments)


class PaymentsAdded(Fact, frozen=True, tag="asset.payments-added/1"):
    """Payments that were made since belong to the asset."""

    payments: tuple[PaidFrom, ...]


class PaymentTakenOut(Fact, frozen=True, tag="asset.payment-taken-out/1"):
    """A payment was refunded (退款): the asset was not paid with it."""

    claim_no: str


class TitleConfirmed(Fact, frozen=True, tag="asset.title-confirmed/1"):
    """The asset's owner is confirmed (确权) by a register's or an agreement's number, *under* a document elsewhere."""

    owner: str
    reference: str
    record: str
    under: str = ""


class AssetHandedOver(Fact, frozen=True, tag="asset.handed-over/1"):
    """The asset was handed over (移交), with its receipt; *role* is to whom the county's text wants it handed."""

    to: str
    record: str
    role: str = ""
    under: str = ""


class KeeperSet(Fact, frozen=True, tag="asset.keeper-set/1"):
    """Who answers for the upkeep (管护责任), and how. The latest one holds."""

    keeper: str
    words: str
    record: str = ""
    under: str = ""


class UpkeepLogged(Fact, frozen=True, tag="asset.upkeep-logged/1"):
    """Something was done for the upkeep."""

    words: str
    record: str = ""


class IncomeEntered(Fact, frozen=True, tag="asset.income-entered/1"):
    """The asset brought income (收益), in fen."""

    amount_fen: int
    words: str
    record: str = ""


class IncomeShared(Fact, frozen=True, tag="asset.income-shared/1"):
    """Income was distributed (收益分配) to a use, in the words of the county's text where it names uses."""

    amount_fen: int
    use: str
    to: str
    record: str = ""


class AssetWeaknessFound(Fact, frozen=True, tag="asset.weakness-found/1"):
    """The asset stands idle (闲置) or is run at a loss (经营亏损): what follows, on whom, by the county's ladder."""

    kind: str
    words: str
    subject: str = ""
    of: str = ""
    effect: str = ""
    effect_on: str = ""
    record: str = ""


class AssetWeaknessMended(Fact, frozen=True, tag="asset.weakness-mended/1"):
    """It was put right (整改), and how."""

    words: str
    record: str = ""


class AssetDisposed(Fact, frozen=True, tag="asset.disposed/1"):
    """The asset was disposed of (处置), for so much."""

    words: str
    amount_fen: int
    record: str


AssetFact = (
    AssetFormed
    | PaymentsAdded
    | PaymentTakenOut
    | TitleConfirmed
    | AssetHandedOver
    | KeeperSet
    | UpkeepLogged
    | IncomeEntered
    | IncomeShared
    | AssetWeaknessFound
    | AssetWeaknessMended
    | AssetDisposed
)


@dataclass(frozen=True)
class EnterAsset:
    """Enter a fact about an asset; *brought* by a step of its project, which may come again after a return."""

    act: Act
    fact: AssetFact
    brought: bool = False


FACTS: tuple[type, ...] = AssetFact.__args__
