"""A small office of the sample county: its store, its people, and a day's business through a real Temporal server."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.deciding import CaseView
from domain.act import Act
from domain.calendar import SHANGHAI, day_of
from domain.cases import case_id, county_stream
from domain.county import COUNTY as COUNTY_DECIDER
from domain.county import AdoptPolicy, PolicyAdopted
from domain.fund_facts import PortionReceived
from domain.ledger import Ledger, Step
from domain.policy import parse
from domain.requests import (
    AnswerGate,
    AnswerStep,
    AnyRequest,
    AttestBan,
    ConfirmPayment,
    DecidePlan,
    DraftPlan,
    FileMinutes,
    LodgeClaim,
    NotifyDepartment,
    RegisterProject,
    RegisterReceipt,
    ReleaseMoney,
    ReportReceipt,
    SendPayment,
    SetLinkage,
    SetTarget,
    answered_step,
)
from domain.terms import Line, PolicyRef
from simulation.keys import sample_key
from simulation.opening import open_county, open_store
from simulation.sample_model import Samples
from simulation.samples import load
from simulation.stage import Clock
from simulation.year import SECRET
from tests.places import SAMPLE_COUNTY
from workflows.client import Door

COUNTY = "sample"
QUEUE = "office"
OPENS = datetime(2022, 1, 1, 8, tzinfo=SHANGHAI)
PAPER = sha256(b"a sample paper").hexdigest()
WAN = 1_000_000
AFTER_CONTRACT = (
    ("build", "implementing_unit"),
    ("accept", "competent_department"),
    ("title", "competent_department"),
    ("handover", "competent_department"),
    ("keep", "village_committee"),
)
GATES = ("finance_section", "payment_centre", "deputy_director")


@dataclass
class Office:
    """Who asks for what: every request of the sample county, by the post that it is for."""

    ledger: Ledger
    door: Door
    now: Callable[[], Awaitable[datetime]]
    people: dict[str, str]
    asked: dict[str, int] = field(default_factory=dict)

    async def ask(
        self, kind: str, no: str, request: AnyRequest, post: str, command_id: str = "", *, deputy_of: str = ""
    ) -> CaseView:
        """Let the holder of *post* ask, or stand in for another; the command's id comes from case, step and count."""
        case = case_id(COUNTY, kind, no)
        key = f"{case}:{answered_step(request)}"
        self.asked[key] = self.asked.get(key, 0) + 1
        return await self.door.ask(
            case,
            request,
            command_id=command_id or f"{key}:{self.asked[key]}",
            person=self.people[post],
            post=deputy_of or post,
            now=await self.now(),
            on_behalf_of=self.people[deputy_of] if deputy_of else "",
        )

    async def receive(self, no: str, amount_fen: int) -> None:
        """Register money, report it, notify the department."""
        await self.ask("fund", no, receipt(no, amount_fen), "finance_section")
        await self.ask("fund", no, ReportReceipt(), "finance_section")
        await self.ask("fund", no, NotifyDepartment(department="competent_department"), "finance_section")

    async def declare(self, no: str) -> None:
        """Declare a project."""
        await self.ask("project", no, project(no), "village_committee")

    async def explain(self, no: str) -> None:
        """Set a project's target and linkage, and attest that it duplicates nothing."""
        await self.ask("project", no, SetTarget(target="样例目标"), "village_committee")
        await self.ask("project", no, SetLinkage(mode="样例机制", households=36), "village_committee")
        await self.ask("project", no, AttestBan(ban="duplicate", clear=True), "field_team")

    async def into_the_bank(self, no: str) -> None:
        """Take a project from its declaration into the bank."""
        await self.declare(no)
        await self.explain(no)
        await self.ask("project", no, AnswerStep(step="township_review", approve=True), "township_office")
        await self.ask("project", no, AnswerStep(step="field_survey", approve=True, record=PAPER), "field_team")
        await self.ask("project", no, AnswerStep(step="bank", approve=True), "rrb")

    async def plan(self, plan_no: str, *lines: Line) -> None:
        """Draft a plan, have it approved, file the minutes."""
        await self.ask("plan", plan_no, DraftPlan(year=2022, title="样例计划", lines=lines), "rrb")
        await self.ask("plan", plan_no, decision(plan_no), "leading_group")
        await self.ask("plan", plan_no, FileMinutes(stage="leading_group", digest=PAPER), "leading_group")

    async def up_to_contract(self) -> None:
        """Bring project P1 of 100 wan from fund F1 to its contract of 90 wan."""
        await self.receive("F1", 200 * WAN)
        await self.into_the_bank("P1")
        await self.plan("PL1", Line("F1", "integrated", "P1", 100 * WAN))
        await self.ask("fund", "F1", ReleaseMoney(plan_no="PL1"), "finance_section")
        await self.sign()

    async def sign(self) -> None:
        """Sign the contract of project P1."""
        signed = AnswerStep(step="contract", approve=True, record=PAPER, contractor="样例施工单位", amount_fen=90 * WAN)
        await self.ask("project", "P1", signed, "implementing_unit")

    async def answer(self, no: str, step: str, post: str, occurred_on: date | None = None) -> None:
        """Pass a project's step with its paper."""
        passed = AnswerStep(occurred_on=occurred_on, step=step, approve=True, record=PAPER)
        await self.ask("project", no, passed, post)

    async def up_to_the_keeper(self) -> None:
        """Take project P1 from its contract to the keeper's receipt."""
        for step, post in AFTER_CONTRACT:
            await self.answer("P1", step, post)

    async def lodge(self, no: str, amount_fen: int = 20 * WAN, kind: str = "advance") -> None:
        """Lodge a claim of project P1."""
        await self.ask("claim", no, claim(amount_fen, kind), "implementing_unit")

    async def pass_gates(self, no: str) -> None:
        """Let a claim through every gate."""
        for gate in GATES:
            await self.ask("claim", no, AnswerGate(gate=gate, approve=True), gate)

    async def pay(self, no: str) -> None:
        """Send a claim's money and confirm it."""
        await self.ask("claim", no, SendPayment(), "payment_centre")
        await self.ask("claim", no, ConfirmPayment(bank_ref="样例回单"), "treasury_officer")


def receipt(no: str, amount_fen: int, occurred_on: date | None = None) -> RegisterReceipt:
    """Return the receipt of central money, all of it integrated."""
    return RegisterReceipt(
        occurred_on=occurred_on,
        document_no=f"样例文〔2022〕{no}号",
        item_no="1",
        source="central",
        tier="central",
        fiscal_year=2022,
        portions=(PortionReceived("integrated", amount_fen),),
    )


def project(no: str) -> RegisterProject:
    """Return a project's declaration."""
    return RegisterProject(
        name=f"样例项目 {no}",
        village="样例村",
        township="样例乡",
        unit="样例单位",
        use="industry",
        budget_fen=100 * WAN,
        record=PAPER,
    )


def decision(plan_no: str, *, approve: bool = True) -> DecidePlan:
    """Return the leading group's decision on a plan."""
    return DecidePlan(
        stage="leading_group",
        meeting_no=f"M-{plan_no}",
        held_on=OPENS.date(),
        present=9,
        quorum=7,
        approve=approve,
        opinion="" if approve else "样例：先补绩效目标",
    )


def claim(amount_fen: int, kind: str = "advance") -> LodgeClaim:
    """Return a claim of project P1 on fund F1."""
    lines = (Line("F1", "integrated", "P1", amount_fen),)
    return LodgeClaim(project_no="P1", kind=kind, lines=lines, payee="样例施工单位", vouchers=(PAPER,))


def open_office(ledger: Ledger, client: Client, shift: timedelta, now: Callable[[], Awaitable[datetime]]) -> Office:
    """Open the sample county's store for business."""
    samples: Samples = load(SAMPLE_COUNTY)
    open_store(ledger, SECRET, OPENS, shift.total_seconds())
    open_county(ledger, samples, SECRET, OPENS)
    key_id, key = sample_key(ledger, COUNTY, "simulation")
    door = Door(client, QUEUE, "simulation", key_id, key, shift.total_seconds())
    return Office(ledger, door, now, {person.post: person.person for person in samples.people})


async def skipping_office(env: WorkflowEnvironment, ledger: Ledger) -> tuple[Office, Clock]:
    """Return an office on a time-skipping server, and the clock that moves it on."""
    shift = OPENS - await env.get_current_time()
    clock = Clock(env, shift, OPENS.date())
    return open_office(ledger, env.client, shift, clock.now), clock


async def living_office(client: Client, ledger: Ledger) -> Office:
    """Return an office on a server whose clock runs as ours does."""
    shift = OPENS - datetime.now(UTC)

    async def now() -> datetime:
        return (datetime.now(UTC) + shift).astimezone(SHANGHAI)

    return open_office(ledger, client, shift, now)


def morning(day: date) -> datetime:
    """Return 09:00 of a day."""
    return datetime.combine(day, time(9), SHANGHAI)


async def adopt(office: Office, *edits: tuple[str, str]) -> None:
    """Adopt the county's rules with pieces of their text replaced."""
    stream = county_stream(COUNTY)
    state = office.ledger.state(COUNTY_DECIDER, stream)
    assert state.current is not None
    now, text = await office.now(), state.texts[state.current]
    changed = text.profile_text
    for old, new in (('version = "2023.1"', 'version = "2023.2"'), *edits):
        assert changed.count(old) == 1, old
        changed = changed.replace(old, new)
    policy = parse(changed, "second version")
    ref = PolicyRef(policy.profile.version, policy.digest, state.current.engine)
    act = Act("adopt-2", "adopt-2", "operator", "operator", "operator", "cli", day_of(now), now)
    adopted = PolicyAdopted(act, COUNTY, ref, policy.text, text.engine_text)
    office.ledger.execute(Step(stream, AdoptPolicy(act, adopted)))
