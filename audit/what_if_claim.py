"""A claim under other rules: lodged anew, each gate asked in the other county's order, and its payment."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from audit.what_if_desk import Asked, Desk, Event
from audit.what_if_granting import Granting
from audit.what_if_matching import gates, named
from domain.cases import CaseId, case_id
from domain.claim import CLAIM
from domain.claim_facts import (
    ClaimCorrected,
    ClaimLodged,
    ClaimMoved,
    ClaimPaperNoted,
    ClaimTerms,
    GatePassed,
    PaymentConfirmed,
    PaymentRefunded,
    PaymentSent,
)
from domain.claim_state import ClaimState
from domain.procedures import claims
from domain.procedures.asking import NoRuleStatedError
from domain.requests import AnswerGate, ConfirmPayment, LodgeClaim, RefundPayment, SendPayment
from domain.terms import GateTerm
from domain.words import Both


@dataclass
class ClaimReplay:
    """One claim, from its facts."""

    desk: Desk
    case: CaseId
    terms: ClaimTerms | None = None
    shown_by: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read which gates the facts show, and say which of the other's they do not."""
        self.stream = case_id(*self.case)
        self.granting = Granting(self.desk)
        facts = [event.fact for event in self.desk.events(self.stream)]
        self.state = ClaimState()
        for fact in facts:
            CLAIM.evolve(self.state, fact)
        if self.state.lodged is None:
            return
        try:
            self._compare(claims.terms_of(self.desk.there), self.state.lodged.terms)
        except NoRuleStatedError as no:
            why = Both(no.text("zh"), no.text("en"))
            self.desk.add("not_compared", self.stream, str(no.numbers["key"]), "", why)

    def _compare(self, theirs: ClaimTerms, ours: ClaimTerms) -> None:
        self.shown_by = gates(theirs.gates, ours.gates, self.desk.there.profile, self.desk.here.profile)
        passed = self.state.gates_passed
        shown = [n for n, gate in enumerate(theirs.gates) if self.shown_by.get(gate.id) in passed]
        past = self.state.sent or self.state.paid
        last = shown[-1] if shown else -1
        missing = [gate for n, gate in enumerate(theirs.gates) if n not in shown and (past or n < last)]
        self.desk.found.compared["gates"] += len(theirs.gates)
        for gate in (one for one in missing if one.id not in self._together(theirs, shown) or past):
            self._missing(gate)
        for one in (one for one in ours.gates if one.id in passed and one.id not in self.shown_by.values()):
            name = named(self.desk.here.profile, "gates", one.id)
            says = Both(f"那里没有的关口：{name.zh}", f"a gate that is not known there: {name.en}")
            self.desk.add("unknown", self.stream, "claims.gates", one.clause, says, has=Both("已审", "it was passed"))
        if left := len(theirs.gates) - len(shown) - len(missing):
            why = Both(f"尚未办到的关口：{left} 个", f"gates that it has not come to yet: {left}")
            self.desk.add("not_compared", self.stream, "claims.gates", "", why)
        self.terms = msgspec.structs.replace(theirs, gates=tuple(g for g in theirs.gates if g not in missing))

    def _together(self, theirs: ClaimTerms, shown: list[int]) -> set[str]:
        """Return the gates that are open beside one that was passed: in any order, they may still come."""
        ids = {theirs.gates[n].id for n in shown}
        return {gate.id for group in theirs.groups if ids & {one.id for one in group} for gate in group}

    def _missing(self, gate: GateTerm) -> None:
        there = self.desk.there.profile
        name, who = named(there, "gates", gate.id), named(there, "posts", gate.post)
        says = Both(f"缺少关口：{name.zh}", f"the gate is missing: {name.en}")
        has = Both("没有相当的关口", "no gate that would be it")
        wants = Both(f"支付前由{who.zh}审核", f"{who.en} lets it through before it is paid")
        self.desk.add("missing", self.stream, f"claims.gates.{gate.id}", gate.clause, says, has=has, wants=wants)

    def see(self, event: Event) -> None:
        """Ask what one of its facts came from, of the other rules."""
        if self.terms is None:
            return
        fact = event.fact
        match fact:
            case ClaimLodged():
                self._lodge(fact)
            case GatePassed():
                self._gate(fact)
            case PaymentSent():
                self._pay(fact, SendPayment())
            case PaymentConfirmed():
                self._pay(fact, ConfirmPayment(fact.bank_ref))
            case PaymentRefunded():
                self._pay(fact, RefundPayment(fact.reason))
            case ClaimCorrected() | ClaimPaperNoted():
                fell = tuple(one for one in fact.fallen if one.step in {gate.id for gate in self.terms.gates})
                self.desk.fold(self.stream, msgspec.structs.replace(fact, fallen=fell))
            case ClaimMoved():
                pass
            case _:
                self.desk.fold(self.stream, fact)

    def _lodge(self, fact: ClaimLodged) -> None:
        request = LodgeClaim(fact.project_no, fact.kind, fact.lines, fact.payee, fact.vouchers, fact.papers)
        self.desk.begin(self.stream)
        self.desk.found.compared["claims"] += 1
        assert self.terms is not None
        if not self.desk.ask(self.case, Asked(fact.act, request), claims.lodge, self.granting):
            self.desk.fold(self.stream, fact)
        state: ClaimState = self.desk.states[self.stream]
        assert state.lodged is not None
        kept = tuple(gate for gate in state.lodged.kept if gate in {one.id for one in self.terms.gates})
        state.lodged = msgspec.structs.replace(state.lodged, terms=self.terms, kept=kept)
        # Gates that nobody passed have no clock that anybody could keep.
        asking = self.desk.asking(self.case, fact.act)
        prefix = f"{self.case.county}/obligation/claim-{self.case.no}-v{state.lodged.version}-"
        for stream in [one for one in self.desk.states if one.startswith(prefix)]:
            del self.desk.states[stream]
        self.desk.take(self.stream, list(claims.gate_clocks(asking, ClaimState(), state)))

    def _gate(self, fact: GatePassed) -> None:
        gate = next((there for there, here in self.shown_by.items() if here == fact.gate), None)
        state: ClaimState = self.desk.states[self.stream]
        if gate is None or gate in state.gates_passed:
            return
        asked = Asked(fact.act, AnswerGate(gate, approve=True, opinion=fact.opinion))
        if not self.desk.ask(self.case, asked, claims.answer, self.granting):
            self.desk.fold(self.stream, msgspec.structs.replace(fact, gate=gate))

    def _pay(self, fact: Any, request: Any) -> None:
        self.desk.found.compared["payments"] += 1
        if not self.desk.ask(self.case, Asked(fact.act, request), claims.pay, self.granting):
            self.desk.fold(self.stream, fact)
