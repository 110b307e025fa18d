"""Asset (资产): what a project's money formed, whose it is, who keeps it up, what it earns, until it is disposed of.

Who may ask is the procedure's to check (`domain/procedures/assets.py`); here is what hangs on what came before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.act import CaseState, Decider, OpenStep, RepeatDiffersError
from domain.asset_facts import (
    FACTS,
    AssetDisposed,
    AssetFact,
    AssetFormed,
    AssetHandedOver,
    AssetWeaknessFound,
    AssetWeaknessMended,
    EnterAsset,
    IncomeEntered,
    IncomeShared,
    KeeperSet,
    PaidFrom,
    PaymentsAdded,
    PaymentTakenOut,
    TitleConfirmed,
    UpkeepLogged,
)
from domain.errors import RefusedError

ALLOWED = ("add-payments", "keep", "upkeep", "income", "share", "find-weakness", "dispose")


class NoSuchAssetError(RefusedError):
    """An act on an asset that was never formed."""

    zh = "没有资产 {asset_no}；先登记项目形成的资产（引擎规则）"
    en = "no such asset: {asset_no}; enter first that a project formed it (the engine's rule)"


class AssetDisposedError(RefusedError):
    """An act on an asset that was disposed of."""

    zh = "资产 {asset_no} 已处置；须在处置前办理（引擎规则）"
    en = "asset {asset_no} was disposed of; all else must come before that (the engine's rule)"


class AssetOrderError(RefusedError):
    """An act out of turn: what must come first is not there, or it was done already."""

    zh = "资产 {asset_no} 现在不能办理“{what}”（{clause}）：{needs}；须先办 {open}"
    en = "asset {asset_no}: {what} is out of turn ({clause}): {needs}; first {open}"


class OverIncomeError(RefusedError):
    """More income distributed than was received."""

    zh = (
        "资产 {asset_no} 的收益 {income_fen} 分，已分配 {shared_fen} 分，最多再分配 {left_fen} 分；"
        "这次 {asked_fen} 分（{clause}）"
    )
    en = (
        "asset {asset_no} brought {income_fen} fen, {shared_fen} are distributed: at most {left_fen} fen more; "
        "asked: {asked_fen} ({clause})"
    )


@dataclass
class AssetState(CaseState):
    """One asset: what paid for it, where it stands, and its income in fen."""

    formed: AssetFormed | None = None
    payments: list[PaidFrom] = field(default_factory=list)
    title: TitleConfirmed | None = None
    handed_over: AssetHandedOver | None = None
    keeper: KeeperSet | None = None
    upkeep: int = 0
    income: int = 0
    shared: dict[str, int] = field(default_factory=dict)
    weak: AssetWeaknessFound | None = None
    disposed: AssetDisposed | None = None

    @property
    def cost(self) -> int:
        """Return what was paid for it."""
        return sum(paid.amount_fen for paid in self.payments)

    @property
    def left(self) -> int:
        """Return the income that is not distributed."""
        return self.income - sum(self.shared.values())


def open_steps(state: AssetState) -> tuple[OpenStep, ...]:
    """Return what waits for a post."""
    return tuple(_open(state)) if state.formed and not state.disposed else ()


def _open(state: AssetState) -> Iterator[OpenStep]:
    assert state.formed is not None
    terms = state.formed.terms
    if terms.title and not state.title:
        yield OpenStep("title", terms.title.post)
    elif terms.handover and not state.handed_over:
        yield OpenStep("handover", terms.handover.post)
    elif terms.keep and not state.keeper:
        yield OpenStep("keep", terms.keep.post)
    if state.weak:
        yield OpenStep("mend", terms.mends.post if terms.mends else "")


def judge(state: AssetState, command: EnterAsset) -> tuple[AssetFact, ...]:
    """Return the fact of *command*, or none if a step of its project brings what is there already."""
    fact = command.fact
    if isinstance(fact, AssetFormed):
        return _form(state, fact)
    if state.formed is None:
        raise NoSuchAssetError(asset_no="-")
    asset_no = state.formed.asset_no
    if state.disposed is not None:
        raise AssetDisposedError(asset_no=asset_no)
    match fact:
        case TitleConfirmed() | AssetHandedOver() | KeeperSet() if command.brought:
            return (fact,) if _wanted(state, fact) else ()
        case TitleConfirmed() if state.title:
            raise _out_of_turn(state, "title", fact, f"owner {state.title.owner}")
        case AssetHandedOver() if "handover" not in _waiting(state):
            raise _out_of_turn(state, "handover", fact, state.handed_over.to if state.handed_over else "title")
        case UpkeepLogged() if state.keeper is None:
            raise _out_of_turn(state, "upkeep", fact, "keep")
        case AssetWeaknessFound() if state.weak:
            raise _out_of_turn(state, "find-weakness", fact, state.weak.kind)
        case AssetWeaknessMended() if state.weak is None:
            raise _out_of_turn(state, "mend", fact, "find-weakness")
        case IncomeShared(amount_fen=amount_fen) if amount_fen > state.left:
            raise OverIncomeError(
                asset_no=asset_no,
                income_fen=state.income,
                shared_fen=state.income - state.left,
                left_fen=state.left,
                asked_fen=amount_fen,
                clause=fact.act.clause,
            )
        case AssetDisposed() if state.left or state.weak:
            raise _out_of_turn(state, "dispose", fact, f"{state.left} fen" if state.left else "mend")
        case _:
            return (fact,)


def _form(state: AssetState, fact: AssetFormed) -> tuple[AssetFact, ...]:
    if state.formed is None:
        return (fact,)
    recorded, asked = _content(state.formed), _content(fact)
    raise RepeatDiffersError(key=f"asset {fact.asset_no}", recorded=recorded, asked=asked)


def _content(fact: AssetFormed) -> tuple[object, ...]:
    return fact.project_no, fact.name, fact.nature


def _wanted(state: AssetState, fact: AssetFact) -> bool:
    """Return whether what a project's step brings is still to come: each once, in the order of the text."""
    waiting = _waiting(state)
    match fact:
        case TitleConfirmed():
            return "title" in waiting
        case AssetHandedOver():
            return "handover" in waiting
        case _:
            return "keep" in waiting


def _waiting(state: AssetState) -> tuple[str, ...]:
    return tuple(step.id for step in open_steps(state))


def _out_of_turn(state: AssetState, what: str, fact: AssetFact, needs: str) -> AssetOrderError:
    assert state.formed is not None
    waiting = ", ".join(_waiting(state)) or "-"
    return AssetOrderError(asset_no=state.formed.asset_no, what=what, clause=fact.act.clause, needs=needs, open=waiting)


def apply(state: AssetState, fact: AssetFact) -> None:
    """Fold one fact into the state."""
    match fact:
        case AssetFormed():
            state.formed = fact
            state.payments = list(fact.payments)
        case PaymentsAdded(payments=payments):
            state.payments += payments
        case PaymentTakenOut(claim_no=claim_no):
            state.payments = [paid for paid in state.payments if paid.claim_no != claim_no]
        case TitleConfirmed():
            state.title = fact
        case AssetHandedOver():
            state.handed_over = fact
        case KeeperSet():
            state.keeper = fact
        case UpkeepLogged():
            state.upkeep += 1
        case IncomeEntered(amount_fen=amount_fen):
            state.income += amount_fen
        case IncomeShared(amount_fen=amount_fen, use=use):
            state.shared[use] = state.shared.get(use, 0) + amount_fen
        case AssetWeaknessFound():
            state.weak = fact
        case AssetWeaknessMended():
            state.weak = None
        case AssetDisposed():
            state.disposed = fact


def _stage(state: AssetState) -> str:
    done = (
        (state.disposed, "disposed"),
        (state.weak, "weak"),
        (state.keeper, "kept"),
        (state.handed_over, "handed over"),
        (state.title, "title confirmed"),
        (state.formed, "formed"),
    )
    return next((stage for fact, stage in done if fact), "")


ASSET = Decider(
    "asset",
    AssetState,
    judge,
    apply,
    (EnterAsset,),
    FACTS,
    open_steps,
    _stage,
    lambda s: s.disposed is not None,
    lambda s: ALLOWED if s.formed and not s.disposed else (),
    births=(AssetFormed,),
    quiet=(PaymentTakenOut,),
)
