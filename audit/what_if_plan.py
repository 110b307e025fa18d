"""A plan under other rules: drafted anew on the money as it was, judged by what computes there, then each approval."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from audit.what_if_desk import Asked, Desk, Event
from audit.what_if_found import NOTHING, words_of
from audit.what_if_granting import PAPER, Granting
from audit.what_if_matching import lead_of, named, stages
from domain.cases import CaseId, case_id
from domain.errors import BadInputError
from domain.fund import FUND
from domain.ledger import Step
from domain.plan import PLAN
from domain.plan_facts import (
    BindMinutes,
    MinutesBound,
    PlanCorrected,
    PlanCosigned,
    PlanDrafted,
    PlanInForce,
    PlanMoved,
    PlanPaperNoted,
    PlanTerms,
    RulesJudged,
    StageDecided,
)
from domain.plan_state import MINUTES, PlanState
from domain.procedures import clocks, plans
from domain.procedures.asking import Asking, NoRuleStatedError
from domain.procedures.judging import findings_of_plan
from domain.project import PROJECT
from domain.requests import CosignPlan, DraftPlan
from domain.terms import StageTerm
from domain.words import Both


@dataclass
class PlanReplay:
    """One plan, from its facts."""

    desk: Desk
    case: CaseId
    terms: PlanTerms | None = None
    shown_by: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read which approvals the facts show, and say which of the other's they do not."""
        self.stream = case_id(*self.case)
        self.granting = Granting(self.desk)
        facts = [event.fact for event in self.desk.events(self.stream)]
        self.state = PlanState()
        for fact in facts:
            PLAN.evolve(self.state, fact)
        if self.state.drafted is None:
            return
        version = [n for n, fact in enumerate(facts) if isinstance(fact, PlanDrafted)][-1]
        latest = facts[version:]
        self.decided = {fact.stage for fact in latest if isinstance(fact, StageDecided)} | set(self.state.drafted.kept)
        self.filed = {fact.stage for fact in latest if isinstance(fact, MinutesBound)}
        try:
            self._compare(plans.terms_of(self.desk.there), self.state.drafted.terms)
        except NoRuleStatedError as no:
            why = Both(no.text("zh"), no.text("en"))
            self.desk.add("not_compared", self.stream, str(no.numbers["key"]), "", why)

    def _compare(self, theirs: PlanTerms, ours: PlanTerms) -> None:
        self.shown_by = stages(theirs.stages, ours.stages, self.desk.there.profile, self.desk.here.profile)
        kept = []
        shown = [n for n, stage in enumerate(theirs.stages) if self.shown_by.get(stage.id) in self.decided]
        self.desk.found.compared["approvals"] += len(theirs.stages)
        for n, stage in enumerate(theirs.stages):
            is_shown, by_now = n in shown, self.state.in_force or n < (shown[-1] if shown else -1)
            if not is_shown and by_now:
                self._missing(stage, ours)
                continue
            if (
                is_shown
                and stage.record == MINUTES
                and self.shown_by[stage.id] not in self.filed
                and self.state.in_force
            ):
                self._no_minutes(stage)
                kept.append(msgspec.structs.replace(stage, record=""))
                continue
            kept.append(stage)
        for one in (one for one in ours.stages if one.id in self.decided and one.id not in self.shown_by.values()):
            name = named(self.desk.here.profile, "steps", one.id)
            says = Both(f"那里没有的计划审批：{name.zh}", f"an approval of plans that is not known there: {name.en}")
            self.desk.add(
                "unknown", self.stream, "plan.approvals", one.clause, says, has=Both("已审批", "it was given")
            )
        self.terms = msgspec.structs.replace(theirs, stages=tuple(kept))

    def _missing(self, stage: StageTerm, ours: PlanTerms) -> None:
        there = self.desk.there.profile
        name, who = named(there, "steps", stage.id), named(there, "posts", stage.body)
        here = self.desk.here.profile
        given = [named(here, "posts", one.body) for one in ours.stages if one.id in self.decided]
        by = Both("、".join(one.zh for one in given) or "-", ", ".join(one.en for one in given) or "-")
        says = Both(f"缺少审批：{name.zh}", f"the approval is missing: {name.en}")
        has = Both(f"已由{by.zh}审批，没有这一审批的事实", f"approved by {by.en}; no fact of this approval")
        wants = Both(f"由{who.zh}审批", f"{who.en} approves it")
        rule = f"plan.approvals.{stage.id}"
        self.desk.add("missing", self.stream, rule, stage.clause, says, has=has, wants=wants)

    def _no_minutes(self, stage: StageTerm) -> None:
        name = named(self.desk.there.profile, "steps", stage.id)
        says = Both(f"缺少会议纪要：{name.zh}", f"the minutes are missing: {name.en}")
        wants, has = Both("会议纪要备案后才生效", "it is in force once the minutes are on file"), NOTHING
        rule = f"plan.approvals.{stage.id}.record"
        self.desk.add("missing", self.stream, rule, stage.clause, says, has=has, wants=wants)

    def see(self, event: Event) -> None:
        """Ask what one of its facts came from, of the other rules."""
        if self.terms is None:
            return
        fact = event.fact
        match fact:
            case PlanDrafted():
                self._draft(fact)
            case StageDecided():
                self._decide(fact)
            case MinutesBound():
                self._minutes(fact)
            case PlanCosigned():
                self._cosign(fact)
            case PlanInForce():
                self._in_force(fact)
            case PlanCorrected() | PlanPaperNoted():
                self.desk.fold(self.stream, msgspec.structs.replace(fact, fallen=()))
            case PlanMoved() | RulesJudged():
                pass
            case _:
                self.desk.fold(self.stream, fact)

    def _draft(self, fact: PlanDrafted) -> None:
        assert self.terms is not None
        said = (fact.year, fact.title, fact.lines, fact.cuts, fact.reason, fact.under, fact.bases, fact.reasons)
        self.desk.begin(self.stream)
        self.desk.found.compared["plans"] += 1
        self._computed(fact)
        if not self.desk.ask(self.case, Asked(fact.act, DraftPlan(*said)), plans.draft, self.granting):
            self.desk.fold(self.stream, fact)
        state: PlanState = self.desk.states[self.stream]
        assert state.drafted is not None
        kept = tuple(one for one in state.drafted.kept if one in {stage.id for stage in self.terms.stages})
        state.drafted = msgspec.structs.replace(state.drafted, terms=self.terms, kept=kept)

    def _computed(self, fact: PlanDrafted) -> None:
        """Say which rules that compute would refuse the plan, each by itself."""
        given = {one.rule for one in fact.reasons}
        try:
            findings = list(findings_of_plan(self.desk.read, self.desk.there.profile, fact))
        except BadInputError as no:
            says = Both(
                f"按数据核定的规则无从对应：{no.text('zh')}",
                f"rules that compute have names of their own: {no.text('en')}",
            )
            self.desk.add("not_compared", self.stream, "rules", "", says, on=fact.act.occurred_on)
            return
        self.desk.found.compared["rules"] += len(findings)
        nameless = dict(self._nameless(fact))
        self.granting.untold |= nameless.keys()
        for rule, names in nameless.items():
            says = Both(
                f"按 {names} 计算，本县没有这样的名称，无从比较",
                f"it counts {names}, which are no names of this county's",
            )
            there = self.desk.there.profile
            clause = next(one.clause for one in (*there.ratios, *there.floors) if rule.endswith(f".{one.id}"))
            self.desk.add("not_compared", self.stream, rule, clause, says, on=fact.act.occurred_on)
        for one in (one for one in findings if one.rule not in nameless):
            if one.status == "unmet" and (one.hard or one.rule not in given):
                on, says = fact.act.occurred_on, words_of(one.error())
                self.desk.add("refused", self.stream, one.rule, one.clause, says, wants=one.remedy, on=on)

    def _nameless(self, fact: PlanDrafted) -> Iterator[tuple[str, str]]:
        """Yield what counts sources, classes or villages of which this county, and this plan's projects, have none."""
        here, there, county = self.desk.here.profile, self.desk.there.profile, self.case.county
        if there.county.id == county:  # Another version of its own rules: what it names is what is named here.
            return
        projects = {line.project_no for line in fact.lines}
        registered = [self.desk.read(PROJECT, case_id(county, "project", no)).registered for no in projects]
        known = {
            "sources": {one.id for one in here.sources},
            "classes": {one.id for one in here.classes} | {one.use for one in registered if one},
        }
        groups = {group.id: set(group.members) for group in there.groups}
        villages = {name for one in registered if one for name in (one.village, one.township)}
        for floor in (one for one in there.floors if one.group):
            if not groups.get(floor.group or "", set()) & villages:
                yield f"floors.{floor.id}", ", ".join(sorted(groups.get(floor.group or "", ()))) or floor.group or ""
        for rule in there.ratios:
            for of, ours in known.items():
                names = {name for side in (rule.numerator, rule.denominator) for name in getattr(side, of)}
                if names and not names & ours:
                    yield f"ratios.{rule.id}", ", ".join(sorted(names))

    def _stage(self, stage: str) -> str | None:
        return next((there for there, here in self.shown_by.items() if here == stage), None)

    def _decide(self, fact: StageDecided) -> None:
        stage = self._stage(fact.stage)
        state: PlanState = self.desk.states[self.stream]
        if (
            stage is None
            or stage not in {one.id for one in (self.terms.stages if self.terms else ())}
            or state.in_force
        ):
            return
        open_now = state.drafted.terms.stages[state.passed].id if state.drafted else ""
        if stage != open_now:
            self._out_of_order(stage, open_now, fact)

        def procedure(asking: Asking, _: object) -> Iterator[Step]:
            yield from plans.decided(asking, stage, fact.meeting_no, fact.opinion, approve=True)

        if not self.desk.ask(self.case, Asked(fact.act, None), procedure, self.granting):
            self.desk.fold(self.stream, msgspec.structs.replace(fact, stage=stage))

    def _out_of_order(self, stage: str, open_now: str, fact: StageDecided) -> None:
        """Say that there another approval comes first, and let this one come first all the same."""
        state: PlanState = self.desk.states[self.stream]
        assert state.drafted is not None
        order = list(state.drafted.terms.stages)
        if stage in [one.id for one in order[: state.passed]]:
            return
        term = next(one for one in order if one.id == stage)
        says = Both(f"{stage} 的审批早于 {open_now}", f"{stage} approved it before {open_now}")
        wants = Both(f"先由 {open_now} 审批", f"{open_now} comes first")
        on = fact.act.occurred_on
        self.desk.add("refused", self.stream, "plan.approvals", term.clause, says, wants=wants, on=on)
        order.remove(term)
        order.insert(state.passed, term)
        terms = msgspec.structs.replace(state.drafted.terms, stages=tuple(order))
        state.drafted = msgspec.structs.replace(state.drafted, terms=terms)

    def _minutes(self, fact: MinutesBound) -> None:
        stage = self._stage(fact.stage)
        state: PlanState = self.desk.states[self.stream]
        if stage is None or not state.awaits_minutes:
            return

        def procedure(asking: Asking, _: object) -> Iterator[Step]:
            term = next(one for one in state.drafted.terms.stages if one.id == stage) if state.drafted else None
            clause = term.clause if term else ""
            yield Step(asking.own, BindMinutes(asking.act.under(clause), stage, fact.meeting_no, fact.digest or PAPER))

        if not self.desk.ask(self.case, Asked(fact.act, None), procedure, self.granting):
            self.desk.fold(self.stream, msgspec.structs.replace(fact, stage=stage))

    def _cosign(self, fact: PlanCosigned) -> None:
        state: PlanState = self.desk.states[self.stream]
        here, there = self.desk.here.profile, self.desk.there.profile
        lead = lead_of(here, fact.act.post)
        post = fact.act.post
        if post not in state.to_cosign:
            post = next((one for one in state.to_cosign if lead and lead_of(there, one) == lead), "")
        if post:
            act = msgspec.structs.replace(fact.act, post=post)
            self.desk.ask(self.case, Asked(act, CosignPlan(fact.opinion)), plans.cosign, self.granting)

    def _in_force(self, fact: PlanInForce) -> None:
        """Let it be in force if it is not yet, with the clocks of its money's release."""
        state: PlanState = self.desk.states[self.stream]
        if state.drafted is None:
            return
        if not state.in_force:
            self.desk.fold(self.stream, fact)
        if state.drafted.terms.at_once:
            return
        for fund_no in sorted({line.fund_no for line in state.drafted.lines}):
            of_fund = self.case._replace(kind="fund", no=fund_no)
            fund = self.desk.read(FUND, case_id(*of_fund))
            received, no = fund.received, f"fund-{fund_no}-release-{self.case.no}"
            # The clock of announced money starts when it arrives.
            if received is None or fund.awaited or f"{self.case.county}/obligation/{no}" in self.desk.states:
                continue
            asking = self.desk.asking(of_fund, fact.act)
            term, ref = received.terms.release, self.desk.there.ref
            self.desk.take("", list(clocks.start(asking, no, term, fact.act.occurred_on, ref)))
