"""A short year of any county, by what its rules say: money comes, one project goes all its steps, all of it is paid."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

from domain.bank_facts import EntryAnswer
from domain.claim import CLAIM
from domain.claim_facts import ClaimPaper
from domain.disclosure_facts import DisclosureArose
from domain.fund import FUND
from domain.fund_facts import PortionReceived
from domain.ledger import Ledger
from domain.money import share
from domain.obligation import OBLIGATION
from domain.plan import PLAN
from domain.plan_state import MINUTES
from domain.policy import Policy, Profile, Step, load, parse
from domain.policy.bars import bars
from domain.policy.claims import VOUCHERS
from domain.policy.office import parse_office, with_office
from domain.procedures.bans import linkage_setter, target_setter
from domain.project import PROJECT
from domain.project_state import ProjectState
from domain.requests import (
    AnswerGate,
    AnswerStep,
    AnyRequest,
    AttestBan,
    ConfirmPayment,
    CosignPlan,
    CosignStep,
    DecidePlan,
    DraftPlan,
    FileMinutes,
    LodgeClaim,
    NotifyDepartment,
    PublishDisclosure,
    RegisterProject,
    RegisterReceipt,
    ReleaseMoney,
    ReportReceipt,
    SendPayment,
    SetLinkage,
    SetTarget,
)
from domain.rules.result import Reason
from domain.terms import Line, StepTerm
from simulation.invariants import Invariants
from tests.domain.county import PAPER, POLICIES, County
from tests.domain.given import WAN
from tests.places import SAMPLES

POOLED = 50 * WAN
FUND_NO, PLAN_NO, PROJECT_NO = "F1", "P1", "R01"
A_DAY = timedelta(days=1)
BEGINS = date(2024, 3, 4)


def policy_from(rules: dict[str, Any]) -> Policy:
    """Return rules that are written as data.

    Raises:
        PolicyError: If anything is wrong in them.
    """
    return parse(toml(rules), "made up")


def toml(rules: dict[str, Any]) -> str:
    """Return data as TOML, a line for each key."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in rules.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def papers_of(profile: Profile) -> tuple[ClaimPaper, ...]:
    """Return the papers that a claim must hold beside its vouchers."""
    kinds = profile.claims.papers if profile.claims else ()
    return tuple(ClaimPaper(kind, PAPER) for kind in kinds if kind != VOUCHERS)


class StuckError(Exception):
    """The year cannot go on: nobody can do anything at this step."""


@dataclass
class Walk:
    """One county's short year. Every act is another person's, so that only the rules of posts and order can refuse."""

    county: County
    profile: Profile
    pools: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    one_person: bool = False

    @classmethod
    def of(cls, ledger: Ledger, policy: Policy, begins: date = BEGINS) -> Self:
        """Adopt a county's rules on a day."""
        county = County(ledger, policy.profile.county.id, begins)
        county.adopt(policy)
        return cls(county, policy.profile, [pool.id for pool in policy.profile.pools] or ["all"])

    @classmethod
    def real(cls, ledger: Ledger, folder: str) -> Self:
        """Adopt the rules of a sample year's county, with its office decision if it has one."""
        office = SAMPLES / folder / "office.toml"
        offices = (parse_office(office.read_text(encoding="utf-8"), folder),) if office.exists() else ()
        name, _, year = folder.rpartition("-")
        policy = load(POLICIES / f"{name}.toml")
        county = County(ledger, name, date(int(year), 3, 4))
        county.adopt(policy, *offices)
        profile = with_office(policy, offices)
        return cls(county, profile, [pool.id for pool in profile.pools] or ["all"])

    @property
    def project(self) -> ProjectState:
        """Return the project as it is."""
        state: ProjectState = self.county.state(PROJECT, PROJECT_NO)
        return state

    def ask(self, kind: str, no: str, request: AnyRequest, post: str | None) -> None:
        """Let somebody of *post* ask on the next day; where the rules name nobody, anybody asks."""
        self.county.today += A_DAY
        post = post or "anybody"
        person = f"p-{post}" if self.one_person else f"p-{post}-{self.county.asked}"
        if not isinstance(request, DraftPlan):
            self.county.ask(kind, no, request, post, person=person)
        # A plan that is in force at once finds its money gone when it is asked again; the activity knows a repeat.
        elif not self.county.run(kind, no, request, self.county.act(kind, post, person)):
            raise StuckError(no)

    def year(self) -> None:
        """Play it to the end, and check what came of it."""
        self.receive()
        self.register()
        self.go_on()
        self.pay()
        self.publish_all()
        self.check()

    def publish_all(self) -> None:
        """Make public what arose, where the rules say who does."""
        entries = [entry.fact for entry in self.county.ledger.log(of=(DisclosureArose,))]
        for arose in (entry for entry in entries if entry.terms.post):
            for place in arose.terms.places or ("样例·公开栏",):
                self.ask("disclosure", arose.entry, PublishDisclosure(place=place, record=PAPER), arose.terms.post)

    def receive(self) -> None:
        """Money comes, is reported and noticed."""
        rules, sources = self.profile.receipt, self.profile.sources
        arrived = RegisterReceipt(
            document_no="样例文〔2024〕1号",
            item_no="1",
            source=sources[0].id if sources else "any",
            tier="",
            fiscal_year=self.county.today.year,
            portions=tuple(PortionReceived(pool, POOLED) for pool in self.pools),
        )
        self.ask("fund", FUND_NO, arrived, rules.registrar if rules else None)
        self.ask("fund", FUND_NO, ReportReceipt(), rules.reporter if rules else None)
        if rules and rules.deadline and rules.deadline.conditions == ("report",):
            return
        self.ask("fund", FUND_NO, NotifyDepartment(department="样例·部门"), rules.notifier if rules else None)

    def register(self) -> None:
        """The project's first paper."""
        first = next(iter(self.profile.project.steps), None) if self.profile.project else None
        request = RegisterProject(
            name="样例·堤",
            village="样例村",
            township="样例乡",
            unit="样例·单位",
            use=next((rule.id for rule in self.profile.classes), "other"),
            budget_fen=len(self.pools) * POOLED,
            record=PAPER if first and first.record else "",
        )
        self.ask("project", PROJECT_NO, request, self._begins(first))
        self.explain()

    def explain(self) -> None:
        """Say of the project what its county's checks want to know."""
        registered = self.project.registered
        assert registered is not None
        for bar in bars(self.profile):
            if bar.when == "target_missing" and bar.at:
                target = SetTarget(target="样例·目标", record=PAPER)
                self.ask("project", PROJECT_NO, target, target_setter(self.profile, registered)[0])
            elif bar.when == "linkage_missing" and bar.at:
                linkage = SetLinkage(mode="样例·机制", households=9, record=PAPER)
                self.ask("project", PROJECT_NO, linkage, linkage_setter(self.profile, registered)[0])
            elif bar.when == "attested" and bar.attested_by:
                clear = AttestBan(ban=bar.id, clear=True, opinion="样例：无此情形")
                self.ask("project", PROJECT_NO, clear, bar.attested_by)

    def _begins(self, first: Step | None) -> str | None:
        """Return who answers the first step: before a plan's, the body that approves each project by itself."""
        approvals = self.profile.plan.approvals if self.profile.plan and first and first.kind == "plan" else ()
        bodies = [approval.body for approval in approvals if approval.subject == "project"]
        if bodies:
            return bodies[0]
        return first.post if first else None

    def go_on(self, until: str = "") -> None:
        """Take every step in the order that the project's own case names."""
        while (step := self.project.step) and step.id != until:
            self._take(step)
            if self.project.step == step:
                raise StuckError(step.id)

    def _take(self, step: StepTerm) -> None:
        match step.kind:
            case "plan":
                self.plan()
            case "release":
                self.release()
            case "payments":
                self.pay()
            case _:
                self.cosign()
                signs = step.kind == "contract"
                answer = AnswerStep(
                    step=step.id,
                    approve=True,
                    record=PAPER if step.record else "",
                    tests=self._tests() if step.kind == "bank" else (),
                    contractor="样例·施工单位" if signs else "",
                    amount_fen=len(self.pools) * POOLED if signs else 0,
                )
                self.ask("project", PROJECT_NO, answer, step.post)

    def cosign(self) -> None:
        """Let whoever takes a step of the project together with others sign for its own post."""
        for step, post in self.project.to_cosign:
            self.ask("project", PROJECT_NO, CosignStep(step=step.id), post)

    def _tests(self) -> tuple[EntryAnswer, ...]:
        """Attest what a person attests of a project that enters the bank."""
        tests = self.profile.bank.tests if self.profile.bank else ()
        return tuple(EntryAnswer(test.id, met=True) for test in tests if test.check == "attested")

    def plan(self) -> None:
        """A plan with all the money for the one project, through every body."""
        self.cosign()
        self.draft()
        self.cosign_plan()
        self.approve()

    def cosign_plan(self) -> None:
        """Let whoever drafts the plan together with others sign for its own post."""
        for post in self.county.state(PLAN, PLAN_NO).to_cosign:
            self.ask("plan", PLAN_NO, CosignPlan(), post)

    def draft(self) -> None:
        """Draft the plan."""
        rules = self.profile.plan
        lines = tuple(Line(FUND_NO, pool, PROJECT_NO, POOLED) for pool in self.pools)
        drafted = DraftPlan(
            year=self.county.today.year,
            title="样例计划",
            lines=lines,
            reasons=tuple(Reason(f"floors.{floor.id}", "样例：只有一个项目") for floor in self.profile.floors),
        )
        self.ask("plan", PLAN_NO, drafted, rules.drafter if rules else None)

    def approve(self) -> None:
        """Let every body approve the plan, with its minutes where it keeps them."""
        for term in self.county.state(PLAN, PLAN_NO).drafted.terms.stages:
            self.decide(term.id, term.body)
            if term.record == MINUTES:
                self.ask("plan", PLAN_NO, FileMinutes(stage=term.id, digest=PAPER), term.body)

    def decide(self, stage: str, body: str) -> None:
        """Let one body approve the plan today."""
        decided = DecidePlan(
            stage=stage, meeting_no=f"M-{stage}", held_on=self.county.today, present=9, quorum=7, approve=True
        )
        self.ask("plan", PLAN_NO, decided, body)

    def release(self) -> None:
        """Release the plan's money, unless it came with the plan."""
        if PLAN_NO not in self.county.state(FUND, FUND_NO).plans:
            self.plan()
        if PLAN_NO not in self.county.state(FUND, FUND_NO).released:
            rules = self.profile.release
            self.ask("fund", FUND_NO, ReleaseMoney(plan_no=PLAN_NO), rules.post if rules else None)

    def pay(self) -> None:
        """Claim everything that may be claimed by now, and have it paid; retention money after its days."""
        self.release()
        money, terms = self.project.money, self.project.registered.terms if self.project.registered else None
        assert terms is not None
        held = share(money.contract, terms.retention.share_bp) if money.contract and terms.retention else 0
        held -= sum(fen for kind, fen in money.claims.values() if kind == "retention")
        if open_fen := money.allotted - money.claimed - held:
            accepts = "accept" in {step.kind for step in terms.steps}
            kind = "settlement" if not accepts or "accept" in self.project.passed_on else "progress"
            self.claim(kind, open_fen)
        accepted_on = self.project.passed_on.get("accept")
        if held and terms.retention:
            if accepted_on:
                self.county.today = max(self.county.today, accepted_on + terms.retention.hold_days * A_DAY)
            self.claim("retention", held)

    def claim(self, kind: str, amount_fen: int) -> None:
        """Lodge a claim, let it through every gate, pay it."""
        no = f"C{len(self.claims) + 1}"
        self.lodge(no, kind, amount_fen)
        for gate in self.county.state(CLAIM, no).lodged.terms.gates:
            self.ask("claim", no, AnswerGate(gate=gate.id, approve=True), gate.post)
        rules = self.profile.claims
        self.ask("claim", no, SendPayment(), rules.payer if rules else None)
        self.ask("claim", no, ConfirmPayment(bank_ref=f"样例-{no}"), rules.confirmer if rules else None)

    def lodge(self, no: str, kind: str, amount_fen: int) -> None:
        """Lodge a claim."""
        request = LodgeClaim(
            project_no=PROJECT_NO,
            kind=kind,
            lines=tuple(self._lines(amount_fen)),
            payee=self.project.contractor or "样例·收款单位",
            vouchers=(PAPER,),
            papers=papers_of(self.profile),
        )
        self.ask("claim", no, request, self.profile.claims.lodger if self.profile.claims else None)
        self.claims.append(no)

    def _lines(self, amount_fen: int) -> Iterator[Line]:
        """Draw *amount_fen* on the pools in their order, as far as each goes."""
        balances = self.county.state(FUND, FUND_NO).balances
        for pool in self.pools:
            left = {bucket.value: fen for bucket, fen in balances.lines[pool, PROJECT_NO].items()}["claimable"]
            if taken := min(amount_fen, left):
                amount_fen -= taken
                yield Line(FUND_NO, pool, PROJECT_NO, taken)

    def check(self) -> None:
        """Check that all is paid and over, that the money adds up, and that no clock was forgotten."""
        county, whole = self.county, len(self.pools) * POOLED
        assert PROJECT.closed(self.project)
        assert (self.project.money.allotted, self.project.money.paid) == (whole, whole)
        invariants = Invariants(county.ledger, county.name, "-")
        for case in (f"{county.name}/fund/{FUND_NO}", f"{county.name}/project/{PROJECT_NO}"):
            invariants.check(case)
        for no in self.claims:
            invariants.check(f"{county.name}/claim/{no}")
            assert CLAIM.closed(county.state(CLAIM, no))
        invariants.check_all()
        assert FUND.closed(county.state(FUND, FUND_NO))
        assert self.unmet() == []

    def unmet(self) -> list[str]:
        """Return the clocks that nobody ended."""
        return [no for no in self.county.clocks() if not OBLIGATION.closed(self.county.state(OBLIGATION, no))]
