"""A fund under other rules: its entry, report and notice, and the release of each plan's money."""

from dataclasses import dataclass
from typing import Any

import msgspec

from audit.what_if_desk import Asked, Desk, Event
from audit.what_if_granting import Granting
from domain.cases import CaseId, case_id
from domain.fund import FUND
from domain.fund_facts import (
    DepartmentNotified,
    FundAnnounced,
    FundArrived,
    FundMoved,
    FundReceived,
    MoneyAllotted,
    MoneyReleased,
    MoneyWithdrawn,
    ReceiptReported,
)
from domain.procedures import arrivals, clocks, funds
from domain.procedures.asking import NoRuleStatedError
from domain.requests import (
    AnnounceMoney,
    NotifyDepartment,
    RegisterReceipt,
    ReleaseMoney,
    ReportReceipt,
    WithdrawMoney,
)
from domain.words import Both


@dataclass
class FundReplay:
    """One fund, from its facts; of one that only gave its money to a case, the *releases* to those plans."""

    desk: Desk
    case: CaseId
    releases: frozenset[str] | None = None
    states_nothing: bool = False

    def __post_init__(self) -> None:
        """Say so where the other text says nothing of receipts."""
        self.stream = case_id(*self.case)
        self.granting = Granting(self.desk)
        try:
            funds.receipt_of(self.desk.there)
        except NoRuleStatedError as no:
            self.states_nothing = True
            if self.releases is None:
                why = Both(no.text("zh"), no.text("en"))
                self.desk.add("not_compared", self.stream, str(no.numbers["key"]), "", why)

    def see(self, event: Event) -> None:
        """Ask what one of its facts came from, of the other rules."""
        fact = event.fact
        if isinstance(fact, FundArrived):
            self._start_releases(fact)
        if isinstance(fact, MoneyReleased):
            if self.releases is None or fact.plan_no in self.releases:
                self._release(fact)
        elif self.releases is None:
            self._whole(fact)

    def _whole(self, fact: Any) -> None:
        match fact:
            case FundReceived() | FundAnnounced():
                self._enter(fact)
            case ReceiptReported():
                self._ask(fact, ReportReceipt(), funds.report)
            case DepartmentNotified(department=department):
                self._ask(fact, NotifyDepartment(department), funds.notify)
            case MoneyWithdrawn(pool=pool, amount_fen=amount_fen, document_no=number):
                self._ask(fact, WithdrawMoney(pool, amount_fen, number), funds.withdraw)
            case FundArrived():
                self.desk.fold(self.stream, fact)
                self._clock(fact)
            case FundMoved():
                pass
            case _:
                self.desk.fold(self.stream, fact)

    def _start_releases(self, fact: FundArrived) -> None:
        """Start the clocks of the releases that waited for announced money, as its arrival does."""
        asking, state = self.desk.asking(self.case, fact.act), self.desk.read(FUND, self.stream)
        if state.received is None:
            return
        term = self.desk.fund_terms(state.received.terms).release
        for plan_no in (no for no in state.waiting_plans if self.releases is None or no in self.releases):
            on = max(fact.act.occurred_on, state.allotted_on[plan_no])
            no = f"fund-{self.case.no}-release-{plan_no}"
            self.desk.take("", list(clocks.start(asking, no, term, on, self.desk.there.ref)))

    def _enter(self, fact: FundReceived | FundAnnounced) -> None:
        said = (fact.document_no, fact.item_no, fact.source, fact.tier, fact.fiscal_year, fact.portions)
        self.desk.begin(self.stream)
        self.desk.found.compared["receipts"] += 1
        done = False
        if not self.states_nothing and isinstance(fact, FundReceived):
            asked = Asked(fact.act, RegisterReceipt(*said))
            done = self.desk.ask(self.case, asked, funds.register, self.granting)
        elif not self.states_nothing:
            asked = Asked(fact.act, AnnounceMoney(*said))
            done = self.desk.ask(self.case, asked, arrivals.announce, self.granting)
        if not done:
            terms = self.desk.fund_terms(fact.terms)
            self.desk.fold(self.stream, msgspec.structs.replace(fact, terms=terms))
            if isinstance(fact, FundReceived):
                self._clock(fact)

    def _clock(self, fact: FundReceived | FundArrived) -> None:
        """Start the clock of report and notice all the same."""
        if self.states_nothing:
            return
        state = self.desk.states[self.stream]
        year = state.received.fiscal_year if state.received else fact.act.occurred_on.year
        asking = self.desk.asking(self.case, fact.act)
        self.desk.take("", list(funds.arrived(asking, self.desk.there, year)))

    def _ask(self, fact: Any, request: Any, procedure: Any) -> None:
        if self.states_nothing or not self.desk.ask(self.case, Asked(fact.act, request), procedure, self.granting):
            self.desk.fold(self.stream, fact)

    def _release(self, fact: MoneyReleased) -> None:
        self.desk.found.compared["releases"] += 1
        if self.states_nothing:
            if self.releases is None:
                self.desk.fold(self.stream, fact)
            return
        if self._at_once(fact):
            # The plan's command, which started the clock, is done there already.
            act = msgspec.structs.replace(fact.act, command_id=f"{fact.act.command_id}#release")
            asking = self.desk.asking(self.case, act)
            self.desk.take("", list(clocks.meet(asking, f"fund-{self.case.no}-release-{fact.plan_no}", "release")))
            if self.releases is None:
                self.desk.fold(self.stream, fact)
            return
        asked = Asked(fact.act, ReleaseMoney(fact.plan_no))
        done = self.desk.ask(self.case, asked, funds.release, self.granting)
        if not done and self.releases is None:
            self.desk.fold(self.stream, fact)

    def _at_once(self, fact: MoneyReleased) -> bool:
        """Return whether money was released with its plan (报账制): nobody was asked to release it."""
        facts = (event.fact for event in self.desk.events(self.stream))
        return any(isinstance(one, MoneyAllotted) and one.act.command_id == fact.act.command_id for one in facts)
