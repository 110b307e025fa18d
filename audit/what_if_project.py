"""A project under other rules: its steps asked anew in the other county's order, each by whoever took it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from audit.what_if_desk import Asked, Desk, Event
from audit.what_if_granting import GRANTED, PAPER, Granting
from audit.what_if_matching import steps
from audit.what_if_orders import Orders, standing
from domain.bank_facts import EntryAnswer, EntryTested, ToldApart, Unlike
from domain.cases import CaseId, case_id
from domain.ledger import Step
from domain.plan import PLAN
from domain.procedures import bank, bans, projects, purposes
from domain.procedures.asking import Asking, NoRuleStatedError
from domain.project import PROJECT
from domain.project_facts import (
    Attested,
    ContractSigned,
    Include,
    LinkageSet,
    NotePayment,
    NoteRelease,
    PaymentNoted,
    PlanIncluded,
    ProjectClosed,
    ProjectCorrected,
    ProjectMoved,
    ProjectPaperNoted,
    ProjectRegistered,
    ProjectTerms,
    ReleaseArrived,
    StepCosigned,
    StepPassed,
    StepReturned,
    TargetSet,
)
from domain.project_state import BROUGHT, ProjectState
from domain.requests import AnswerStep
from domain.terms import StepTerm
from domain.words import Both

_BRINGS: dict[type, str] = {PlanIncluded: "plan", ReleaseArrived: "release"}
# What is asked of other cases, or with another fact; what a version of rules brings about here.
_WITH_OTHERS = (EntryTested, ToldApart, ContractSigned, ProjectClosed, ProjectMoved)


@dataclass
class ProjectReplay:
    """One project, from its facts."""

    desk: Desk
    case: CaseId
    terms: ProjectTerms | None = None
    passed: dict[str, StepPassed] = field(default_factory=dict)
    ours: tuple[StepTerm, ...] = ()
    shown_by: dict[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Read what the facts show, and say what of the other order they do not."""
        self.stream = case_id(*self.case)
        self.granting = Granting(self.desk)
        facts = [event.fact for event in self.desk.events(self.stream)]
        self.state: ProjectState = _folded(facts)
        self.passed, self.ours = standing(facts)
        self.brought = {_BRINGS[type(fact)] for fact in facts if type(fact) in _BRINGS}
        registered = self.state.registered
        if registered is None:
            return
        if registered.terms.instrument:
            self._not_compared(
                "instruments",
                Both(
                    "无施工单位的使用方式：其环节由该县的办法自定，各县不同",
                    "a use without contractor has steps of its own in each county",
                ),
            )
            return
        try:
            self._compare_orders(projects.terms_of(self.desk.there))
        except NoRuleStatedError as no:
            self._not_compared(str(no.numbers["key"]), Both(no.text("zh"), no.text("en")))

    def _not_compared(self, rule: str, why: Both) -> None:
        self.desk.add("not_compared", self.stream, rule, "", why)

    def _compare_orders(self, terms: ProjectTerms) -> None:
        theirs = terms.steps
        self.shown_by = steps(theirs, self.ours)
        shown = [n for n, step in enumerate(theirs) if self._shows(step)]
        over = self.state.is_closed and not self.state.signed.ended
        last = shown[-1] if shown else -1
        missing = [s for n, s in enumerate(theirs) if n not in shown and (over or (n < last and s.kind not in BROUGHT))]
        self.desk.found.compared["steps"] += len(theirs)
        orders = Orders(self.desk, self.case, self.passed, self.ours, self.shown_by)
        for step in missing:
            orders.missing(step)
        for one in (one for one in self.ours if one.id in self.passed and one.id not in self.shown_by.values()):
            orders.unknown(one)
        left = len(theirs) - len(shown) - len(missing)
        if left:
            why = Both(f"尚未办到的环节：{left} 个", f"steps that it has not come to yet: {left}")
            self._not_compared("project.steps", why)
        self.missing = frozenset(step.id for step in missing)
        self.terms = terms

    def _shows(self, step: StepTerm) -> bool:
        """Return whether the facts show a step; what is brought is shown by what brings it, whatever its step here."""
        return step.kind in self.brought or self.shown_by.get(step.id) in self.passed

    def see(self, event: Event) -> None:
        """Ask what one of its facts came from, of the other rules."""
        if self.terms is None:
            return
        match event.fact:
            case ProjectRegistered():
                self._register(event.fact)
            case StepPassed() | StepReturned():
                self._step(event.fact)
            case PlanIncluded() | ReleaseArrived() | PaymentNoted():
                self._bring(event.fact)
            case StepCosigned():
                self._cosigned(event.fact)
            case ProjectCorrected() | ProjectPaperNoted():
                self.desk.fold(self.stream, self._fallen(event.fact))
            case TargetSet() | LinkageSet() | Attested():
                self._checked(event.fact)
            case _ if not isinstance(event.fact, _WITH_OTHERS):
                self.desk.fold(self.stream, event.fact)
        self._pass_missing(event)

    def _pass_missing(self, event: Event) -> None:
        """Let the steps that are missing be passed, as if they had been taken: each was told of already."""
        state: ProjectState = self.desk.states.get(self.stream, ProjectState())
        while state.registered is not None and state.step is not None and state.step.id in self.missing:
            act = msgspec.structs.replace(event.fact.act, person=GRANTED, command_id=f"{GRANTED}-{state.step.id}")
            self.desk.fold(self.stream, StepPassed(act, state.step.id, GRANTED, PAPER))

    def _with(self, act: Any, kind: type) -> Any:
        """Return the fact of a kind that the same command brought about, or None."""
        facts: Iterator[Any] = (event.fact for event in self.desk.events(self.stream))
        return next((one for one in facts if one.act.command_id == act.command_id and type(one) is kind), None)

    def _said(self, act: Any) -> dict[str, Any]:
        """Return what was attested and told apart at the bank's door, as far as the other rules ask for it."""
        tested: EntryTested | None = self._with(act, EntryTested)
        apart: ToldApart | None = self._with(act, ToldApart)
        there = self.desk.there.profile.bank
        asked = {test.id for test in there.tests if test.check == "attested"} if there else set()
        met = {"met": True, "unmet": False}
        results = tested.results if tested else ()
        answers = tuple(
            EntryAnswer(r.test, met[r.status], r.opinion) for r in results if r.test in asked and r.status in met
        )
        unlike = tuple(Unlike(one.project_no, one.reason) for one in apart.others) if apart else ()
        return {"tests": answers, "unlike": unlike}

    def _register(self, fact: ProjectRegistered) -> None:
        assert self.terms is not None
        # Its first paper is asked as any other step: it may begin there with another one.
        registered = msgspec.structs.replace(fact, terms=self.terms)
        first: StepPassed | None = self._with(fact.act, StepPassed)
        self.desk.begin(self.stream)
        self._class(fact)
        # Its command is not done by this: it passes the first step besides. Co-signatures of that come after it.
        opening = (msgspec.structs.replace(self.terms.steps[0], together=()), *self.terms.steps[1:])
        alone = msgspec.structs.replace(registered, terms=msgspec.structs.replace(self.terms, steps=opening))
        PROJECT.apply(self.desk.begin(self.stream), alone)
        self._pass_missing(Event(0, self.stream, fact))
        if first is not None:
            self._step(first)
        state: ProjectState = self.desk.states[self.stream]
        order = {step.id: step for step in self.terms.steps}
        steps_now = tuple(order[step.id] for step in state.registered.terms.steps) if state.registered else ()
        terms = msgspec.structs.replace(self.terms, steps=steps_now)
        state.registered = msgspec.structs.replace(registered, terms=terms)

    def _class(self, fact: ProjectRegistered) -> None:
        def procedure(_: Asking, __: object) -> Iterator[Step]:
            bans.check_class(self.desk.there.profile, fact.project_no, fact.use)
            purposes.check_class(self.desk.there.profile, fact.purpose, fact.use)
            yield from ()

        self.desk.ask(self.case, Asked(fact.act, None), procedure, self.granting)

    def _step(self, fact: StepPassed | StepReturned) -> None:
        theirs = {here: there for there, here in self.shown_by.items()}
        if isinstance(fact, StepReturned):
            self._returned(fact, theirs)
            return
        step = theirs.get(fact.step)
        kinds = {one.id: one.kind for one in self.ours}
        if step is None or kinds.get(fact.step) in BROUGHT:
            return
        state: ProjectState = self.desk.states[self.stream]
        if state.registered is None or step in {one.id for one in state.registered.terms.steps[: state.at]}:
            return
        contract: ContractSigned | None = self._with(fact.act, ContractSigned)
        request = AnswerStep(
            step,
            approve=True,
            opinion=fact.opinion,
            record=fact.record,
            contractor=contract.contractor if contract else "",
            amount_fen=contract.amount_fen if contract else 0,
            **self._said(fact.act),
        )
        if not self.desk.ask(self.case, Asked(fact.act, request), projects.answer, self.granting):
            self._force(step, fact)

    def _force(self, step: str, fact: StepPassed) -> None:
        """Let a step be passed as if it had been granted."""
        state: ProjectState = self.desk.states[self.stream]
        if state.step is not None and state.step.id == step:
            if contract := self._with(fact.act, ContractSigned):
                self.desk.fold(self.stream, contract)
            self.desk.fold(self.stream, msgspec.structs.replace(fact, step=step, fallen=()))

    def _returned(self, fact: StepReturned, theirs: dict[str, str]) -> None:
        """Send it back there too; where that order knows no such return, that is refused, and it goes back anyway."""
        self.desk.found.compared["returns"] += 1
        state: ProjectState = self.desk.states[self.stream]
        step, to = theirs.get(fact.step), theirs.get(fact.to)
        before = [one.id for one in state.registered.terms.steps[: state.at + 1]] if state.registered else []
        if to not in before or to is None:
            return
        back = AnswerStep(step or "", approve=False, opinion=fact.reason, return_to=to)
        asks = step is not None and state.step is not None and state.step.id == step
        if not asks or not self.desk.ask(self.case, Asked(fact.act, back), projects.answer, self.granting):
            forced = msgspec.structs.replace(fact, step=step or fact.step, to=to, keeps=(), withdrawn=())
            self.desk.fold(self.stream, forced)

    def _fallen(self, fact: ProjectCorrected | ProjectPaperNoted) -> Any:
        """Return a correction with the signatures that fall there: those of steps that are known there."""
        theirs = {here: there for there, here in self.shown_by.items()}
        fell = tuple(msgspec.structs.replace(one, step=theirs[one.step]) for one in fact.fallen if one.step in theirs)
        return msgspec.structs.replace(fact, fallen=fell)

    def _bring(self, fact: PlanIncluded | ReleaseArrived | PaymentNoted) -> None:
        command = self._command(fact)
        if command is None:
            return

        def procedure(asking: Asking, _: object) -> Iterator[Step]:
            if isinstance(fact, PlanIncluded):
                bans.check(asking, self.case.no, "plan")
                year = self.desk.read(PLAN, asking.stream("plan", fact.plan_no))
                bank.check_planned(
                    asking, self.case.no, year.drafted.year if year.drafted else fact.act.occurred_on.year
                )
            yield from projects.bring(asking, self.case.no, command)

        self.desk.found.compared["money"] += 1
        if not self.desk.ask(self.case, Asked(fact.act, command), procedure, self.granting):
            self.desk.fold(self.stream, fact)
            for released in command.released if isinstance(command, Include) else ():
                self.desk.fold(self.stream, ReleaseArrived(fact.act, command.plan_no, *released))

    def _command(self, fact: PlanIncluded | ReleaseArrived | PaymentNoted) -> Any:
        match fact:
            case PlanIncluded(act, plan_no, amount_fen):
                together = (
                    event.fact
                    for event in self.desk.events(self.stream)
                    if isinstance(event.fact, ReleaseArrived) and event.fact.act.command_id == act.command_id
                )
                return Include(act, plan_no, amount_fen, tuple((one.fund_no, one.amount_fen) for one in together))
            case ReleaseArrived(act, plan_no, fund_no, amount_fen):
                at_once = self._with(act, PlanIncluded)
                return None if at_once else NoteRelease(act, plan_no, fund_no, amount_fen)
            case PaymentNoted(act, claim_no):
                return NotePayment(act, claim_no)

    def _cosigned(self, fact: StepCosigned) -> None:
        theirs = {here: there for there, here in self.shown_by.items()}
        step = theirs.get(fact.step)
        if step is not None and self.terms and step in {one.id for one in self.terms.steps}:
            self.desk.fold(self.stream, msgspec.structs.replace(fact, step=step))

    def _checked(self, fact: TargetSet | LinkageSet | Attested) -> None:
        """Fold what was said of the project for its checks; who says it there is compared by the post."""
        state: ProjectState = self.desk.states[self.stream]
        profile, registered = self.desk.there.profile, state.registered
        self.desk.fold(self.stream, fact)
        if registered is None:
            return
        match fact:
            case TargetSet():
                post, clause, what = (*bans.target_setter(profile, registered), "set the target")
            case LinkageSet():
                post, clause, what = (*bans.linkage_setter(profile, registered), "set the linkage")
            case Attested(ban=name):
                ban = next((one for one in profile.bans if one.id == name), None)
                if ban is None or ban.attested_by is None:
                    return
                post, clause, what = ban.attested_by, ban.clause, f"attest {name}"
        self.post(fact.act, post, what, clause)

    def post(self, act: Any, post: str, what: str, clause: str) -> None:
        """Compare who did something with the post that does it there."""

        def procedure(asking: Asking, _: object) -> Iterator[Step]:
            asking.needs_post(post, what, clause)
            yield from ()

        self.desk.ask(self.case, Asked(act, None), procedure, self.granting)


def _folded(facts: list[Any]) -> ProjectState:
    state = ProjectState()
    for fact in facts:
        PROJECT.evolve(state, fact)
    return state
