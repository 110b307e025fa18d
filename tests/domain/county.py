"""One county's ledger, asked as people ask: what the stories of several tests are made of."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from activities.adopting import adopt_rules
from activities.calendars import load_calendars
from domain.act import Act
from domain.cases import case_id, parse_case
from domain.claim_facts import ClaimPaper
from domain.county import PolicyAdopted
from domain.errors import BridgefundError
from domain.fund_facts import PortionReceived
from domain.ledger import Ledger, Recorded
from domain.obligation import OBLIGATION
from domain.obligation_facts import ObligationOpened
from domain.plan import PLAN
from domain.policy import Policy, load_engine
from domain.policy.office import Office
from domain.procedures import Asking, expand
from domain.project import PROJECT
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
    RegisterProject,
    RegisterReceipt,
    ReleaseMoney,
    SendPayment,
    SetLinkage,
    SetTarget,
    to_body,
)
from domain.signature import digest_of
from domain.terms import Line, PolicyRef
from domain.words import Both
from tests.domain.given import WAN, noon

POLICIES = Path(__file__).parents[2] / "policies"
CALENDAR = load_calendars(POLICIES / "calendars")
ENGINE = load_engine(POLICIES / "engine.toml")
DAY = date(2023, 2, 16)
PAPER, MINUTES = "e" * 64, "d" * 64
ONE_DAY = timedelta(days=1)


@dataclass
class County:
    """One county's ledger, and the people who ask: the person `p-POST` holds each post."""

    ledger: Ledger
    name: str
    today: date = DAY
    asked: int = field(default=0)

    def adopt(self, policy: Policy, *offices: Office) -> None:
        """Adopt rules, with the office decisions that fill what they leave open."""
        digests = tuple(office.digest for office in offices)
        ref = PolicyRef(policy.profile.version, policy.digest, ENGINE.digest, digests)
        act = self.act("adopt", "opener")
        texts = tuple(office.text for office in offices)
        adopted = PolicyAdopted(act, self.name, ref, policy.text, ENGINE.text, texts)
        adopt_rules(self.ledger, adopted, CALENDAR)

    def act(self, what: str, post: str, person: str = "") -> Act:
        """Return an act of today, with a command id of its own."""
        self.asked += 1
        return Act(
            command_id=f"c-{self.asked}",
            digest=digest_of(what),
            person=person or f"p-{post}",
            post=post,
            unit=f"unit of {post}",
            door="test",
            occurred_on=self.today,
            recorded_at=noon(self.today),
        )

    def run(self, kind: str, no: str, request: AnyRequest, act: Act) -> list[Recorded]:
        """Let an act ask for something."""
        case = parse_case(case_id(self.name, kind, no))
        return self.ledger.transact(lambda read: expand(Asking(act, case, read, CALENDAR), request))

    def ask(
        self, kind: str, no: str, request: AnyRequest, post: str, *, person: str = "", on: date | None = None
    ) -> list[Recorded]:
        """Ask today, of something that happened *on* a day; then ask the very same again, which changes nothing."""
        act = msgspec.structs.replace(self.act(to_body(request), post, person), occurred_on=on or self.today)
        recorded = self.run(kind, no, request, act)
        assert recorded, "nothing came of it"
        assert all(r.fact.act.clause for r in recorded), "a fact without the clause that it rests on"
        assert self.run(kind, no, request, act) == []
        return recorded

    def refuses(
        self,
        kind: str,
        no: str,
        request: AnyRequest,
        post: str,
        error: type[BridgefundError],
        *numbers: object,
        person: str = "",
    ) -> None:
        """Check that the rule *error* refuses, telling *numbers* in both languages, and that nothing is stored."""
        before = len(list(self.ledger.log()))
        with pytest.raises(BridgefundError) as caught:
            self.run(kind, no, request, self.act(to_body(request), post, person))
        assert type(caught.value) is error, caught.value
        for language in ("zh", "en"):
            for number in numbers:
                said = number.zh if language == "zh" and isinstance(number, Both) else number
                assert str(said) in caught.value.text(language)
        assert len(list(self.ledger.log())) == before

    def state(self, decider: Any, no: str) -> Any:
        """Return the state of a case."""
        return self.ledger.state(decider, case_id(self.name, decider.kind, no))

    def clock(self, no: str) -> ObligationOpened:
        """Return how a clock was started."""
        opened = self.state(OBLIGATION, no).opened
        assert isinstance(opened, ObligationOpened), f"no clock {no}"
        return opened

    def clocks(self) -> list[str]:
        """Return the clocks that were ever started, in order."""
        return [e.fact.obligation for e in self.ledger.log() if isinstance(e.fact, ObligationOpened)]

    def waits(self, decider: Any, no: str) -> list[tuple[str, str]]:
        """Return the open steps of a case, with their posts."""
        return [(step.id, step.post) for step in decider.open_steps(self.state(decider, no))]

    # What the stories are made of.

    def receives(
        self, no: str = "F1", amount_fen: int = 300 * WAN, *, item_no: str = "1", on: date | None = None
    ) -> None:
        """Enter a receipt."""
        self.ask("fund", no, receipt(amount_fen, item_no=item_no, document_no=f"文件{no}"), self.registrar, on=on)

    @property
    def registrar(self) -> str:
        """Return who enters receipts and releases money."""
        return {"sample": "finance_section", "jiashi": "poverty_section"}[self.name]

    @property
    def drafter(self) -> str:
        """Return who drafts plans."""
        return {"sample": "rrb", "jiashi": "competent_department"}[self.name]

    def declares(self, no: str) -> None:
        """Bring a project into being; where it begins in the bank, its payments are attested too."""
        self.ask(
            "project",
            no,
            # Each its own place: what looks alike would have to be told apart.
            msgspec.structs.replace(PROJECT_REQUEST, village=f"{no}村"),
            "village_committee" if self.name == "sample" else "competent_department",
        )
        for ban in () if self.name == "sample" else ("irregular", "out_of_scope"):
            self.attests(no, ban, "review_group")

    def passes(self, no: str, step: str, post: str, *, record: str = "") -> None:
        """Pass a project's step."""
        self.ask("project", no, AnswerStep(step=step, approve=True, record=record), post)

    def explains(self, no: str) -> None:
        """Set a project's target and linkage, and attest that it duplicates nothing."""
        self.ask("project", no, TARGET, "village_committee")
        self.ask("project", no, LINKAGE, "village_committee")
        self.attests(no, "duplicate", "field_team")

    def attests(self, no: str, ban: str, post: str, *, clear: bool = True, opinion: str = "") -> None:
        """Say whether a project is clear of a ban."""
        self.ask("project", no, AttestBan(ban=ban, clear=clear, opinion=opinion), post)

    def banks(self, no: str) -> None:
        """Take a project as far as the bank."""
        self.declares(no)
        if self.name == "sample":
            self.explains(no)
            self.passes(no, "township_review", "township_office")
            self.passes(no, "field_survey", "field_team", record=PAPER)
            self.passes(no, "bank", "rrb")

    def drafts(self, no: str, *lines: Line) -> None:
        """Draft a plan."""
        self.ask("plan", no, DraftPlan(year=2023, title="年度计划", lines=lines), self.drafter, person="p-drafter")
        self.cosigns(no)

    def cosigns_steps(self, no: str) -> None:
        """Let whoever takes a project's step together with others sign for its own post."""
        for step, post in self.state(PROJECT, no).to_cosign:
            self.ask("project", no, CosignStep(step=step.id), post)

    def cosigns(self, no: str) -> None:
        """Let whoever drafts a plan together with others sign for its own post."""
        for post in self.state(PLAN, no).to_cosign:
            self.ask("plan", no, CosignPlan(), post)

    def approves(self, no: str, meeting_no: str) -> None:
        """Let the leading group approve a plan."""
        self.ask("plan", no, decision(meeting_no, self.today), "leading_group")

    def files(self, no: str) -> None:
        """File a plan's minutes."""
        self.ask("plan", no, FileMinutes(stage="leading_group", digest=MINUTES), "leading_group")

    def plans(self, no: str, *lines: Line) -> None:
        """Take a plan as far as in force."""
        self.drafts(no, *lines)
        self.approves(no, f"M-{no}")
        self.files(no)

    def releases(self, fund_no: str, plan_no: str) -> None:
        """Release a plan's money of one fund."""
        self.ask("fund", fund_no, ReleaseMoney(plan_no=plan_no), self.registrar)

    def signs(self, no: str, amount_fen: int) -> None:
        """Sign a project's contract."""
        self.ask("project", no, contract(amount_fen), "implementing_unit")

    def lodges(self, no: str, *lines: Line, kind: str = "progress") -> None:
        """Lodge a claim of project A01."""
        self.ask("claim", no, claim(*lines, kind=kind), "implementing_unit", person="p-lodger")

    def clears(self, no: str, *gates: str) -> None:
        """Pass gates, each by the holder of the post of the same name."""
        for gate in gates:
            self.ask("claim", no, AnswerGate(gate=gate, approve=True), gate)

    def pays(self, no: str) -> None:
        """Send a payment and confirm it."""
        self.ask("claim", no, SendPayment(), "payment_centre")
        self.ask("claim", no, ConfirmPayment(bank_ref=f"回单-{no}"), "treasury_officer")


def receipt(
    amount_fen: int = 300 * WAN,
    *,
    item_no: str = "1",
    document_no: str = "文件F1",
    pool: str = "integrated",
    source: str = "county",
) -> RegisterReceipt:
    return RegisterReceipt(
        document_no=document_no,
        item_no=item_no,
        source=source,
        tier="county" if source == "county" else "",
        fiscal_year=2023,
        portions=(PortionReceived(pool, amount_fen),),
    )


PROJECT_REQUEST = RegisterProject(
    name="食用菌大棚", village="一村", township="甲乡", unit="甲乡人民政府", use="industry", budget_fen=250 * WAN
)
TARGET = SetTarget(target="年产食用菌三百吨", record="f" * 64)
LINKAGE = SetLinkage(mode="订单收购", households=36)


def decision(
    meeting_no: str, held_on: date, *, approve: bool = True, opinion: str = "", present: int = 9
) -> DecidePlan:
    return DecidePlan(
        stage="leading_group",
        meeting_no=meeting_no,
        held_on=held_on,
        present=present,
        quorum=7,
        approve=approve,
        opinion=opinion,
    )


def contract(amount_fen: int) -> AnswerStep:
    return AnswerStep(step="contract", approve=True, record=PAPER, contractor="建筑公司", amount_fen=amount_fen)


def claim(*lines: Line, kind: str = "progress", project_no: str = "A01") -> LodgeClaim:
    return LodgeClaim(project_no=project_no, kind=kind, lines=lines, payee="建筑公司", vouchers=("c" * 64,))


def line(amount_fen: int, project_no: str = "A01", fund_no: str = "F1", pool: str = "integrated") -> Line:
    return Line(fund_no, pool, project_no, amount_fen)


# What Maojian wants with every claim, beside its vouchers (MJ L7).
MAOJIAN_PAPERS = tuple(ClaimPaper(kind, PAPER) for kind in ("application", "related_files", "measures", "plan"))
GATES = ("finance_section", "payment_centre", "deputy_director")
JIASHI_GATES = (
    "poverty_section",
    "watch_post",
    "payment_centre",
    "township_finance_section",
    "deputy_director",
    "director",
)
