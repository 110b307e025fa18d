"""A small, complete story of the sample county, asked step by step of the procedures: for tests that read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count
from pathlib import Path

from activities.calendars import load_calendars
from domain.act import Act
from domain.calendar import SHANGHAI, WorkCalendar
from domain.cases import STORE, case_id, county_stream, parse_case
from domain.county import AdoptPolicy, PolicyAdopted
from domain.fund_facts import PortionReceived
from domain.handling_requests import AssignStep
from domain.ledger import Ledger, Step
from domain.obligation import OBLIGATION
from domain.obligation_facts import Tick
from domain.order_requests import AppointPerson, RegisterPersonKey, RevokePersonKey
from domain.people_requests import OpenAbsence
from domain.policy import Policy, load, load_engine
from domain.procedures import Asking, expand
from domain.procedures.orders import founding
from domain.requests import (
    AnnounceMoney,
    AnswerGate,
    AnswerStep,
    AnyRequest,
    AttestBan,
    BouncePayment,
    CloseYear,
    ConfirmPayment,
    DecidePlan,
    DraftPlan,
    FileMinutes,
    LodgeClaim,
    NotifyDepartment,
    RefundPayment,
    RegisterProject,
    RegisterReceipt,
    ReleaseMoney,
    ReportReceipt,
    SendPayment,
    SetLinkage,
    SetTarget,
    WithdrawMoney,
    to_body,
)
from domain.signature import digest_of
from domain.store import MarkedSample, MarkSample
from domain.terms import Line, PolicyRef

POLICIES = Path(__file__).parent.parent / "policies"
COUNTY = "sample"
MINUTES = "ab" * 32
WAN = 1_000_000  # Fen.
GATES = ("finance_section", "payment_centre", "deputy_director")


def day(month: int, of_month: int) -> date:
    """Return a day of the story's year."""
    return date(2023, month, of_month)


@dataclass
class Story:
    """A ledger, and whoever acts on it: the person `p-POST` holds each post."""

    ledger: Ledger
    calendar: WorkCalendar = field(default_factory=lambda: load_calendars(POLICIES / "calendars"))
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    def act(self, what: str, post: str, on: date, recorded: date | None = None) -> Act:
        """Return an act of the holder of *post*."""
        at = datetime.combine(recorded or on, time(10), SHANGHAI)
        digest = digest_of(what)
        return Act(f"c-{next(self._ids)}", digest, f"p-{post}", post, f"{post}的单位", "test", on, at)

    def ask(self, kind: str, no: str, request: AnyRequest, post: str, on: date, recorded: date | None = None) -> None:
        """Let the holder of *post* ask for something."""
        case = parse_case(case_id(COUNTY, kind, no))
        act = self.act(to_body(request), post, on, recorded)
        self.ledger.transact(lambda read: list(expand(Asking(act, case, read, self.calendar), request)))

    def tick(self, no: str, on: date) -> None:
        """Let a clock look, in the morning of a day."""
        posts = ("finance_section", "chief_watch_post", "deputy_director", "director", "payment_centre")
        stream = case_id(COUNTY, "obligation", no)
        opened = self.ledger.state(OBLIGATION, stream).opened
        assert opened is not None
        act = self.act(no, "engine", on).under(opened.act.clause)
        self.ledger.execute(Step(stream, Tick(act, {post: f"p-{post}" for post in posts})))

    def pass_step(self, no: str, step: str, post: str, on: date, record: str = "") -> None:
        """Pass a project's step."""
        self.ask("project", no, AnswerStep(step=step, approve=True, opinion="同意", record=record), post, on)

    def lodge(self, no: str, kind: str, lines: tuple[Line, ...], on: date) -> None:
        """Lodge a claim of project S01."""
        request = LodgeClaim(project_no="S01", kind=kind, lines=lines, payee="样例·施工方", vouchers=("cd" * 32,))
        self.ask("claim", no, request, "implementing_unit", on)

    def pass_gates(self, no: str, gates: tuple[str, ...], on: date) -> None:
        """Pass gates of a claim, all on one day."""
        for gate in gates:
            self.ask("claim", no, AnswerGate(gate=gate, approve=True, opinion="同意"), gate, on)

    def pay(self, no: str, on: date) -> None:
        """Send a claim's money and have it confirmed."""
        self.ask("claim", no, SendPayment(), "payment_centre", on)
        self.ask("claim", no, ConfirmPayment(bank_ref=f"bank-{no}"), "treasury_officer", on)


def open_county(story: Story, *, sample: bool = True) -> None:
    """Mark the store as a sample, and adopt the county's rules."""
    first = day(1, 1)
    if sample:
        act = story.act("mark", "opener", first)
        story.ledger.execute(Step(STORE, MarkSample(act, MarkedSample(act, act.recorded_at, 0.0, "open"))))
    policy, engine = load(POLICIES / f"{COUNTY}.toml"), load_engine(POLICIES / "engine.toml")
    ref = PolicyRef(policy.profile.version, policy.digest, engine.digest)
    act = story.act("adopt", "opener", first)
    adopted = PolicyAdopted(act, COUNTY, ref, policy.text, engine.text)
    story.ledger.execute(Step(county_stream(COUNTY), AdoptPolicy(act, adopted)))


def receive(story: Story) -> None:
    """Two receipts: F1 reported and notified in time (the report entered a day late), F2 notified 3 days late."""
    f1 = RegisterReceipt(
        document_no="样例财农〔2023〕11号",
        item_no="1",
        source="central",
        tier="central",
        fiscal_year=2023,
        portions=(PortionReceived("integrated", 480 * WAN),),
    )
    f2 = RegisterReceipt(
        document_no="样例县财〔2023〕6号",
        item_no="1",
        source="county",
        tier="county",
        fiscal_year=2023,
        portions=(PortionReceived("integrated", 100 * WAN), PortionReceived("original_use", 20 * WAN)),
    )
    post = "finance_section"
    story.ask("fund", "F1", f1, post, day(2, 16))
    story.ask("fund", "F1", ReportReceipt(), post, day(2, 17), day(2, 18))
    story.ask("fund", "F1", NotifyDepartment(department="样例·农业农村局"), post, day(2, 19))
    story.ask("fund", "F2", f2, post, day(3, 2))
    story.ask("fund", "F2", ReportReceipt(), post, day(3, 3))
    story.tick("fund-F2-arrival", day(3, 4))
    story.tick("fund-F2-arrival", day(3, 6))
    story.tick("fund-F2-arrival", day(3, 8))
    story.ask("fund", "F2", NotifyDepartment(department="样例·农业农村局"), post, day(3, 8))
    story.ask(
        "fund", "F2", WithdrawMoney(pool="original_use", amount_fen=5 * WAN, document_no="收回1号"), post, day(3, 9)
    )


def prepare(story: Story) -> None:
    """Project S01 into the bank, sent back once on the way; S02 waits at its township."""
    for no, name, budget_fen in (("S01", "样例·食用菌大棚", 268 * WAN), ("S02", "样例·排水沟", 86 * WAN)):
        request = RegisterProject(
            name=name,
            village="样例一村",
            township="样例甲乡",
            unit="样例·甲乡人民政府",
            use="industry",
            budget_fen=budget_fen,
        )
        story.ask("project", no, request, "village_committee", day(2, 20))
    story.pass_step("S01", "township_review", "township_office", day(2, 22))
    back = AnswerStep(step="field_survey", approve=False, opinion="选址须重核", return_to="township_review")
    story.ask("project", "S01", back, "field_team", day(2, 24))
    story.pass_step("S01", "township_review", "township_office", day(2, 27))
    story.pass_step("S01", "field_survey", "field_team", day(3, 1), "ee" * 32)
    explain(story)
    story.pass_step("S01", "bank", "rrb", day(3, 10))


def explain(story: Story) -> None:
    """S01's target and linkage; the field team first finds that it duplicates something, then that it does not."""
    village, field_team = "village_committee", "field_team"
    story.ask("project", "S01", SetTarget(target="样例：年产食用菌300吨"), village, day(2, 21))
    story.ask("project", "S01", SetLinkage(mode="样例：订单收购", households=36), village, day(2, 21))
    doubt = AttestBan(ban="duplicate", clear=False, opinion="样例：与邻村大棚相距不足一公里")
    story.ask("project", "S01", doubt, field_team, day(3, 2))
    clear = AttestBan(ban="duplicate", clear=True, opinion="样例：品种不同，不构成重复")
    story.ask("project", "S01", clear, field_team, day(3, 8))


def plan(story: Story) -> None:
    """Plan P1: returned once, drafted anew on two funds, approved, minutes filed, released in both."""
    draft = DraftPlan(year=2023, title="样例年度计划", lines=(Line("F1", "integrated", "S01", 188 * WAN),))
    story.ask("plan", "P1", draft, "rrb", day(3, 21))
    decide(story, "P1", "M1", day(3, 23), approve=False)
    lines = (Line("F1", "integrated", "S01", 188 * WAN), Line("F2", "integrated", "S01", 80 * WAN))
    story.ask("plan", "P1", DraftPlan(year=2023, title="样例年度计划", lines=lines), "rrb", day(3, 25))
    decide(story, "P1", "M2", day(3, 28), approve=True)
    story.ask("plan", "P1", FileMinutes(stage="leading_group", digest=MINUTES), "leading_group", day(3, 29))
    story.ask("fund", "F1", ReleaseMoney(plan_no="P1"), "finance_section", day(3, 31))
    story.ask("fund", "F2", ReleaseMoney(plan_no="P1"), "finance_section", day(4, 2))


def decide(story: Story, plan_no: str, meeting_no: str, on: date, *, approve: bool) -> None:
    """Let the leading group decide on a plan."""
    request = DecidePlan(
        stage="leading_group",
        meeting_no=meeting_no,
        held_on=on,
        present=9,
        quorum=7,
        approve=approve,
        opinion="同意" if approve else "补充县级配套",
    )
    story.ask("plan", plan_no, request, "leading_group", on)


def build(story: Story) -> None:
    """S01 is built and paid: C1 bounces once, C2 is returned and lodged again on both funds."""
    contract = AnswerStep(
        step="contract", approve=True, record="aa" * 32, contractor="样例·施工方", amount_fen=259_600_000
    )
    story.ask("project", "S01", contract, "implementing_unit", day(4, 10))
    story.lodge("C1", "advance", (Line("F1", "integrated", "S01", 77_880_000),), day(4, 12))
    story.pass_gates("C1", GATES, day(4, 13))
    story.ask("claim", "C1", SendPayment(), "payment_centre", day(4, 14))
    story.ask("claim", "C1", BouncePayment(reason="户名不符"), "treasury_officer", day(4, 15))
    story.pay("C1", day(4, 17))
    story.lodge("C2", "progress", (Line("F1", "integrated", "S01", 60 * WAN),), day(6, 1))
    story.pass_gates("C2", GATES[:1], day(6, 2))
    story.tick("claim-C2-v1-payment_centre", day(6, 6))
    back = AnswerGate(gate="payment_centre", approve=False, opinion="缺发票")
    story.ask("claim", "C2", back, "payment_centre", day(6, 6))
    lines = (Line("F1", "integrated", "S01", 60 * WAN), Line("F2", "integrated", "S01", 43_456_781))
    story.lodge("C2", "progress", lines, day(6, 8))
    story.pass_gates("C2", GATES, day(6, 9))
    story.pay("C2", day(6, 10))
    story.pass_step("S01", "build", "implementing_unit", day(7, 20), "bb" * 32)


def settle(story: Story) -> None:
    """S01 is accepted and handed over; C3 stands at its second gate, C4 was paid and paid back."""
    story.pass_step("S01", "accept", "competent_department", day(7, 28), "cc" * 32)
    story.lodge("C3", "settlement", (Line("F1", "integrated", "S01", 30 * WAN),), day(8, 1))
    story.pass_gates("C3", GATES[:1], day(8, 2))
    story.lodge("C4", "settlement", (Line("F1", "integrated", "S01", 1 * WAN),), day(8, 3))
    story.pass_gates("C4", GATES, day(8, 4))
    story.pay("C4", day(8, 5))
    story.ask("claim", "C4", RefundPayment(reason="重复申请"), "treasury_officer", day(8, 6))
    story.pass_step("S01", "title", "competent_department", day(8, 10), "dd" * 32)
    story.pass_step("S01", "handover", "competent_department", day(8, 11), "dd" * 32)
    story.pass_step("S01", "keep", "village_committee", day(8, 12), "dd" * 32)


CHAPTERS = (receive, prepare, plan, build, settle)


def tell(ledger: Ledger, *, sample: bool = True) -> Story:
    """Tell the whole story into *ledger*."""
    story = Story(ledger)
    open_county(story, sample=sample)
    for chapter in CHAPTERS:
        chapter(story)
    return story


def adopt(story: Story, policy: Policy, on: date) -> None:
    """Adopt other rules of the county."""
    engine = load_engine(POLICIES / "engine.toml")
    act = story.act(policy.digest, "opener", on)
    ref = PolicyRef(policy.profile.version, policy.digest, engine.digest)
    adopted = PolicyAdopted(act, COUNTY, ref, policy.text, engine.text)
    story.ledger.execute(Step(county_stream(COUNTY), AdoptPolicy(act, adopted)))


# What goes on after the year: told by the tests that need it.


def office(story: Story) -> None:
    """Personnel is founded and appoints who takes the second gate: C3 is given to her; she is away for a week."""
    holder, keys = "p-payment_centre", ("personnel-1", "a" * 64, "cli")
    found = founding(story.act("found", "operator", day(8, 13)), COUNTY, "p-personnel", "personnel", keys)
    story.ledger.execute(found)
    appointed = AppointPerson(post="payment_centre", first=day(8, 13), unit="centre")
    story.ask("people", holder, appointed, "personnel", day(8, 13))
    for no in ("1", "2"):
        key = RegisterPersonKey(key_id=f"centre-{no}", public_key=no * 64, of_door="cli")
        story.ask("people", holder, key, "personnel", day(8, 13))
    story.ask("people", holder, RevokePersonKey(key_id="centre-1", reason="样例：遗失"), "personnel", day(8, 14))
    away = OpenAbsence(deputy="p-personnel", first=day(8, 21), last=day(8, 25), reason="样例：培训")
    story.ask("absence", "2023-1", away, "payment_centre", day(8, 14))
    given = AssignStep(step="payment_centre", to=holder, reason="样例：熟悉情况")
    story.ask("handling", "claim-C3", given, "director", day(8, 14))


def close_year(story: Story, year: int, *funds: str) -> None:
    """Close a year of funds on its last day."""
    for fund in funds:
        story.ask("fund", fund, CloseYear(year=year), "finance_section", date(year, 12, 31))


def announce(story: Story) -> None:
    """F4: 90 wan of 2024, announced in December 2023."""
    request = AnnounceMoney(
        document_no="样例财农〔2023〕88号",
        item_no="1",
        source="next_year",
        tier="central",
        fiscal_year=2024,
        portions=(PortionReceived("integrated", 90 * WAN),),
    )
    story.ask("fund", "F4", request, "finance_section", day(12, 20))


def in_force(story: Story, plan_no: str, fund_no: str, amount_fen: int, on: date) -> None:
    """Plan money of a fund for S02, to the minutes on file."""
    lines = (Line(fund_no, "integrated", "S02", amount_fen),)
    story.ask("plan", plan_no, DraftPlan(year=on.year, title="样例", lines=lines), "rrb", on)
    decide(story, plan_no, f"M-{plan_no}", on, approve=True)
    story.ask("plan", plan_no, FileMinutes(stage="leading_group", digest=MINUTES), "leading_group", on)


def next_year(story: Story) -> None:
    """2024: of what 2023 left, S02 gets 50 wan, C3 is paid, C1's money and 5 wan go back; F3 arrives with 70 wan."""
    post = "finance_section"
    story.pass_step("S02", "township_review", "township_office", date(2024, 1, 5))
    story.pass_step("S02", "field_survey", "field_team", date(2024, 1, 8), "ee" * 32)
    story.ask("project", "S02", SetTarget(target="样例：出水120立方米"), "village_committee", date(2024, 1, 8))
    story.ask("project", "S02", SetLinkage(mode="样例：劳务带动", households=8), "village_committee", date(2024, 1, 8))
    story.ask("project", "S02", AttestBan(ban="duplicate", clear=True), "field_team", date(2024, 1, 8))
    story.pass_step("S02", "bank", "rrb", date(2024, 1, 9))
    in_force(story, "P2", "F1", 50 * WAN, date(2024, 2, 1))
    story.ask("fund", "F1", ReleaseMoney(plan_no="P2"), post, date(2024, 2, 3))
    story.pass_gates("C3", GATES[1:], date(2024, 2, 5))
    story.pay("C3", date(2024, 2, 6))
    story.ask("claim", "C1", RefundPayment(reason="多付"), "treasury_officer", date(2024, 2, 7))
    back = WithdrawMoney(pool="original_use", amount_fen=5 * WAN, document_no="收回2号")
    story.ask("fund", "F2", back, post, date(2024, 3, 1))
    f3 = RegisterReceipt(
        document_no="样例财农〔2024〕1号",
        item_no="1",
        source="central",
        tier="central",
        fiscal_year=2024,
        portions=(PortionReceived("integrated", 70 * WAN),),
    )
    story.ask("fund", "F3", f3, post, date(2024, 3, 2))
