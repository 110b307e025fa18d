"""A claim folded: its latest version, the gates that it passed, and the signatures that stand over it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import msgspec

from domain.act import CaseState, Fact
from domain.claim_facts import (
    ClaimCorrected,
    ClaimLodged,
    ClaimMoved,
    ClaimPaperNoted,
    ClaimRejected,
    ClaimReturned,
    ClaimWithdrawn,
    GatePassed,
    PaymentBounced,
    PaymentConfirmed,
    PaymentRefunded,
    PaymentSent,
)
from domain.content import Attached, Content, with_paper
from domain.contents import of_claim
from domain.signing import (
    REJECTED,
    WITHDRAWN,
    Signature,
    Signatures,
)
from domain.terms import GateTerm

LODGE = "lodge"
TOGETHER = " + "  # Between the ids of gates that wait together; no id has a space.


@dataclass
class ClaimState(CaseState):
    """One claim: its latest version, the gates that it passed, and whose hands it went through."""

    lodged: ClaimLodged | None = None
    returned: bool = False
    gates_passed: set[str] = field(default_factory=set)  # Also such as a move left behind: none is passed twice.
    attempt: int = 0
    sent: bool = False
    paid: bool = False
    refunded: bool = False
    paid_on: date | None = None  # The stated days.
    refunded_on: date | None = None
    bank_ref: str = ""
    hands: dict[str, str] = field(default_factory=dict)
    # Who lodged any version. Kept apart: a gate may be called like a duty, and is a gate all the same.
    prepared: dict[str, str] = field(default_factory=dict)
    signed: Signatures = field(default_factory=Signatures)
    papers: dict[str, Attached] = field(default_factory=dict)  # Attached, by name.
    reopened: dict[str, int] = field(default_factory=dict)  # How often a gate of this version was opened anew.
    ended: str = ""  # Rejected, withdrawn.

    def content(self, step: str = "") -> Content:
        """Return what it says to whoever signs a step."""
        return of_claim(self.lodged, self.papers, step) if self.lodged else Content()

    def earlier(self, step: str) -> Iterator[Content]:
        """Yield what it has ever said to whoever signs a step."""
        for said in self.signed.said:
            lodged, papers = said.parts
            yield of_claim(lodged, papers, step)

    @property
    def passed(self) -> int:
        """Return how many of its gates have let the latest version through."""
        gates = self.lodged.terms.gates if self.lodged else ()
        return sum(gate.id in self.gates_passed for gate in gates)

    @property
    def open_gates(self) -> tuple[GateTerm, ...]:
        """Return the gates that wait: what is left of the first group that has not let it through whole."""
        if self.lodged is None or self.returned or self.ended:
            return ()
        groups = (tuple(g for g in group if g.id not in self.gates_passed) for group in self.lodged.terms.groups)
        return next((left for left in groups if left), ())

    @property
    def waits_for(self) -> str:
        """Return the id of the open step: lodge, a gate or several, send, confirm, or nothing."""
        if self.ended:
            return self.ended
        if self.lodged is None or self.returned:
            return "lodge"
        if gates := self.open_gates:
            return TOGETHER.join(gate.id for gate in gates)
        if self.paid:
            return "refunded" if self.refunded else "paid"
        return "confirm" if self.sent else "send"


def apply(state: ClaimState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case ClaimLodged():
            # A new version is reviewed afresh: but for those that are kept, the gates' earlier answers bind nobody.
            state.lodged, state.returned, state.gates_passed, state.reopened = fact, False, set(fact.kept), {}
            state.prepared |= dict.fromkeys(fact.act.hands, "lodge")
            state.signed.fall_but(fact.kept, fact.act)
            state.hands = state.prepared | state.signed.hands()
            _note(state)
        case GatePassed():
            state.gates_passed.add(fact.gate)
            state.hands |= dict.fromkeys(fact.act.hands, fact.gate)
            state.signed.sign(Signature(fact.gate, fact.act, state.content(fact.gate), _covers(state, fact.gate)))
        case ClaimCorrected():
            assert state.lodged is not None
            said = {"kind": fact.kind, "lines": fact.lines, "payee": fact.payee, "vouchers": fact.vouchers}
            before = state.open_gates
            state.prepared |= dict.fromkeys(fact.act.hands, "lodge")
            state.lodged = msgspec.structs.replace(state.lodged, **said, papers=fact.papers)
            _fell(state, fact, before)
        case ClaimPaperNoted():
            before, paper = state.open_gates, Attached(fact.step, fact.digest)
            if of_lodging(state, fact.paper, paper):
                state.prepared |= dict.fromkeys(fact.act.hands, LODGE)
            if state.lodged:
                state.lodged = put(state.lodged, state.papers, fact.paper, paper)
            state.papers = with_paper(state.papers, fact.paper, paper)
            _fell(state, fact, before)
        case ClaimRejected():
            state.ended = REJECTED
        case ClaimWithdrawn():
            state.ended = WITHDRAWN
        case ClaimReturned():
            state.returned = True
        case PaymentSent():
            state.sent, state.attempt = True, fact.attempt
        case PaymentBounced():
            state.sent = False
        case PaymentConfirmed():
            state.paid, state.bank_ref, state.paid_on = True, fact.bank_ref, fact.act.occurred_on
        case PaymentRefunded():
            state.refunded, state.refunded_on = True, fact.act.occurred_on
        case ClaimMoved():
            assert state.lodged is not None
            state.lodged = msgspec.structs.replace(state.lodged, terms=fact.terms)
        case _:
            raise AssertionError(fact)


def _covers(state: ClaimState, gate: str) -> tuple[str, ...]:
    gates = state.lodged.terms.gates if state.lodged else ()
    return next((one.covers for one in gates if one.id == gate), ())


def _note(state: ClaimState) -> None:
    if state.lodged:
        state.signed.note(state.lodged, state.papers)


def _fell(state: ClaimState, fact: ClaimCorrected | ClaimPaperNoted, before: tuple[GateTerm, ...]) -> None:
    """Let the signatures fall that *fact* names: the claim waits at the first of their gates."""
    state.signed.fall_named(fact.fallen, fact.act)
    fell = {one.step for one in fact.fallen}
    state.gates_passed -= fell
    state.hands = state.prepared | state.signed.hands()
    _note(state)
    for gate in fell | ({gate.id for gate in before} - {gate.id for gate in state.open_gates}):
        state.reopened[gate] = state.reopened.get(gate, 0) + 1


def of_lodging(state: ClaimState, name: str, paper: Attached) -> bool:
    """Return whether a paper is, or comes in the place of, one that the claim is lodged with: it prepares the claim."""
    before = state.papers.get(name)
    return LODGE in (paper.step, before.step if before else "")


def put(lodged: ClaimLodged, attached: dict[str, Attached], name: str, paper: Attached) -> ClaimLodged:
    """Return the claim with a paper in the place of the one before it, where that is one of the claim's own."""
    before = attached.get(name)
    if before is None or before.step != LODGE or not paper.digest:
        return lodged
    vouchers = tuple(paper.digest if digest == before.digest else digest for digest in lodged.vouchers)
    own = tuple(
        msgspec.structs.replace(one, digest=paper.digest) if one.digest == before.digest else one
        for one in lodged.papers
    )
    return msgspec.structs.replace(lodged, vouchers=vouchers, papers=own)
