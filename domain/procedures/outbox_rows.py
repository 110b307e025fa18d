"""What a fact tells a system outside: the kind of row, what it is about, an amount, and words by name."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from domain.claim import CLAIM
from domain.claim_facts import PaymentConfirmed, PaymentRefunded
from domain.fund_facts import AllotmentReduced, FundArrived, FundReceived, MoneyReleased, MoneyWithdrawn
from domain.policy.watch import RowKind
from domain.procedures.asking import Asking
from domain.project import PROJECT
from domain.project_facts import AllotmentCut, ContractSigned, PlanIncluded, ProjectRegistered, StepPassed
from domain.yearbook import ProjectBanked

# The steps by which a project is carried out (实施), and those that make it an asset.
CARRIED_OUT = ("tender", "contract", "build", "accept")
AS_ASSET = ("title", "handover", "keep")
Words = tuple[tuple[str, str], ...]


class Told(NamedTuple):
    """One row before a county's rules say whether, and to whom, it goes. *takes_back*: it reverses the latest one."""

    kind: RowKind
    about: str
    amount_fen: int | None
    words: Words
    takes_back: bool = False


def told(asking: Asking, stream: str, fact: Any) -> Iterator[Told]:
    """Yield what *fact* of *stream* tells."""
    teller = _TELLERS.get(type(fact))
    if teller is not None:
        yield from teller(asking, stream, fact)


def _received(_: Asking, stream: str, fact: FundReceived) -> Iterator[Told]:
    words = (("document_no", fact.document_no), ("item_no", fact.item_no), ("source", fact.source))
    more = (("tier", fact.tier), ("fiscal_year", str(fact.fiscal_year)))
    yield Told("arrival", stream, sum(portion.amount_fen for portion in fact.portions), (*words, *more))


def _arrived(_: Asking, stream: str, fact: FundArrived) -> Iterator[Told]:
    words = (("document_no", fact.document_no), ("item_no", fact.item_no))
    yield Told("arrival", stream, sum(portion.arrived_fen for portion in fact.portions), words)


def _withdrawn(_: Asking, stream: str, fact: MoneyWithdrawn) -> Iterator[Told]:
    """What went back to the upper level is a row of its own with a minus: the arrival was told rightly."""
    yield Told("arrival", stream, -fact.amount_fen, (("document_no", fact.document_no), ("pool", fact.pool)))


def _released(_: Asking, stream: str, fact: MoneyReleased) -> Iterator[Told]:
    words = (("plan_no", fact.plan_no), ("form", fact.form))
    yield Told("issue", stream, sum(share.amount_fen for share in fact.shares), words)


def _reduced(_: Asking, stream: str, fact: AllotmentReduced) -> Iterator[Told]:
    words = (("project_no", fact.share.project_no), ("pool", fact.share.pool), ("reason", fact.reason))
    yield Told("issue", stream, -fact.share.amount_fen, words)


def _included(asking: Asking, stream: str, fact: PlanIncluded) -> Iterator[Told]:
    yield Told("arrangement", stream, fact.amount_fen, (("plan_no", fact.plan_no), *_project(asking, stream)))


def _cut(asking: Asking, stream: str, fact: AllotmentCut) -> Iterator[Told]:
    words = (("fund_no", fact.fund_no), ("plan_no", fact.plan_no))
    yield Told("arrangement", stream, -fact.amount_fen, (*words, *_project(asking, stream)))


def _step(asking: Asking, stream: str, fact: StepPassed) -> Iterator[Told]:
    registered = _registered(asking, stream)
    step = next((s for s in registered.terms.steps if s.id == fact.step), None) if registered else None
    if step is not None and step.kind in (*CARRIED_OUT, *AS_ASSET):
        kind: RowKind = "asset" if step.kind in AS_ASSET else "implementation"
        words = (("step", fact.step), ("record", fact.record), *_project(asking, stream))
        yield Told(kind, f"{stream}#{fact.step}", None, words)


def _signed(asking: Asking, stream: str, fact: ContractSigned) -> Iterator[Told]:
    words = (("contractor", fact.contractor), *_project(asking, stream))
    yield Told("implementation", f"{stream}#contract-signed", fact.amount_fen, words)


def _banked(asking: Asking, _stream: str, fact: ProjectBanked) -> Iterator[Told]:
    stream = asking.stream("project", fact.project_no)
    registered = _registered(asking, stream)
    budget_fen = registered.budget_fen if registered else None
    yield Told("bank_entry", stream, budget_fen, _project(asking, stream) or (("project_no", fact.project_no),))


def _paid(asking: Asking, stream: str, fact: PaymentConfirmed) -> Iterator[Told]:
    lodged = asking.read(CLAIM, stream).lodged
    assert lodged is not None, stream
    words = (("project_no", lodged.project_no), ("kind", lodged.kind), ("payee", lodged.payee))
    amount_fen = sum(line.amount_fen for line in lodged.lines)
    yield Told("expenditure", stream, amount_fen, (*words, ("bank_ref", fact.bank_ref)))


def _refunded(_: Asking, stream: str, fact: PaymentRefunded) -> Iterator[Told]:
    yield Told("expenditure", stream, None, (("reason", fact.reason),), takes_back=True)


def _registered(asking: Asking, stream: str) -> ProjectRegistered | None:
    return asking.read(PROJECT, stream).registered


def _project(asking: Asking, stream: str) -> Words:
    registered = _registered(asking, stream)
    if registered is None:  # It comes into being by this very request: its next row tells its name.
        return ()
    words = (("project_no", registered.project_no), ("project", registered.name), ("unit", registered.unit))
    return (*words, ("village", registered.village), ("township", registered.township), ("class", registered.use))


_TELLERS: dict[type, Callable[[Asking, str, Any], Iterator[Told]]] = {
    FundReceived: _received,
    FundArrived: _arrived,
    MoneyWithdrawn: _withdrawn,
    MoneyReleased: _released,
    AllotmentReduced: _reduced,
    PlanIncluded: _included,
    AllotmentCut: _cut,
    StepPassed: _step,
    ContractSigned: _signed,
    ProjectBanked: _banked,
    PaymentConfirmed: _paid,
    PaymentRefunded: _refunded,
}
