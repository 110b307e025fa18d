"""What always holds, whatever is asked in whatever order; and that asking twice is asking once."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from domain import (
    absence,
    claim_facts,
    disclosure_facts,
    emergency,
    fund_facts,
    plan_facts,
    project_facts,
    surplus_facts,
)
from domain.act import Act, RepeatDiffersError
from domain.attempts import AttemptRefused, RecordRefusal
from domain.balances import ALLOTTED, Bucket
from domain.bank_facts import (
    ChangeEstimate,
    ConfirmEntry,
    ListProject,
    ProjectListed,
    RemoveEntry,
    TakeUpEntry,
)
from domain.calendar import WorkCalendar
from domain.claim_facts import AnswerGate, BouncePayment, ConfirmPayment, Lodge, RefundPayment, SendPayment
from domain.county import AdoptPolicy, PolicyAdopted
from domain.county_calendar import LetDayCome, OpenCalendar
from domain.disclosure_facts import (
    Arise,
    EndPublicity,
    Object,
    PublicityBegan,
    PublicityResumed,
    Publish,
    RecountPublicity,
    Rule,
    TakeDown,
)
from domain.dispatch_facts import InDispatch
from domain.dispatch_requests import DispatchRequest, WatchRequest
from domain.document import DocumentEntered, Enter
from domain.errors import RefusedError
from domain.fund import FUND
from domain.fund_facts import (
    Allot,
    Arrive,
    Bounce,
    CloseYear,
    Confirm,
    Free,
    FundCommand,
    Notify,
    PortionReceived,
    Reduce,
    Refund,
    Release,
    Report,
    Reserve,
    Send,
    Share,
    Withdraw,
)
from domain.fund_state import FundState
from domain.handling_facts import Advise, Assign, EndHandling, Forward, Recall, Unassign
from domain.hotline import AnswerReport, ReportTaken, TakeReport
from domain.instrument_facts import (
    CoverLoss,
    GuaranteeLoan,
    InstrumentUsed,
    Part,
    RecoverLoss,
    RepayLoan,
    ReportParts,
    UseInstrument,
)
from domain.mandate_facts import (
    Appoint,
    Appointed,
    EndDeputy,
    EndTerm,
    Found,
    KeyRegistered,
    NameDeputy,
    RegisterKey,
    RevokeKey,
    RotateKey,
    SetUnit,
)
from domain.meeting import DecideItem, FileMinutes, MeetingHeld
from domain.meeting_facts import AddItems, AgendaItem, Call, Decision, LeaveItems, MeetingCalled, Sit
from domain.obligation_facts import (
    Drop,
    Extend,
    Fulfil,
    ObligationOpened,
    Open,
    Pause,
    Recompute,
    Resume,
    Rung,
    Tick,
    Waive,
)
from domain.order import Order, PersonOrdered
from domain.outbox import digest_of
from domain.outbox_facts import Acknowledge, Export, Queue, Reverse, RowContent, RowQueued, RowRefused, SendAgain
from domain.papers import Attach, PaperAttached, PaperWithdrawn
from domain.papers import Withdraw as WithdrawPaper
from domain.plan_facts import BindMinutes, DecideStage, Draft, NoteCut
from domain.plan_facts import NoteRelease as NoteReleaseOfPlan
from domain.project_facts import (
    Answer,
    Attest,
    Cut,
    Include,
    NoteAsset,
    NoteClaim,
    NotePayment,
    NoteRefund,
    NoteRelease,
    Register,
    SetLinkage,
    SetTarget,
    UnnoteClaim,
)
from domain.registry import BY_KIND, DECIDERS
from domain.runs import NoteRun, RunNoted, UpdateNoted
from domain.store import MarkedSample, MarkSample, MoveClock
from domain.surplus_facts import SurplusFound, SurplusItem, SweepCalled, SweepTerms
from domain.terms import PolicyRef
from domain.testimony_facts import (
    AddRows,
    ImportedRow,
    ImportOpened,
    ImportStatement,
    OpenImport,
    SealImport,
    digest_of_rows,
)
from domain.training import HoldTraining, TrainingHeld
from domain.watch_facts import BeginWeek, EndDays, InWatch
from domain.yearbook import BankProject, EnterFund, EnterPlan
from tests.domain import lives, results
from tests.domain.given import (
    DAY,
    FUND_TERMS,
    PLACES,
    REF,
    STEPS,
    announced,
    announcement,
    arose,
    by,
    drafted,
    fold,
    line,
    lodged,
    noon,
    receipt,
    received,
    registered,
)

# One fund: two pools, three projects, three plans, four claims; amounts from below nothing to more than there is.

pools = st.sampled_from([*["integrated"] * 5, *["original_use"] * 2, "unknown"])
projects = st.sampled_from([*["A01"] * 4, "A02", "A03"])
plans = st.sampled_from(["P1", "P2", "P3"])
claims = st.sampled_from(["C1", "C2", "C3", "C4"])
amounts = st.one_of(st.integers(1, 12), st.integers(1, 12), st.integers(-1, 60))
shares = st.lists(st.builds(Share, pools, projects, amounts), min_size=1, max_size=2).map(tuple)
likely_shares = st.sampled_from(
    [
        (Share("integrated", "A01", 7),),
        (Share("integrated", "A02", 11),),
        (Share("integrated", "A01", 3), Share("original_use", "A01", 2)),
    ]
)
Asked = Callable[[Act, FundState], FundCommand]
# What a claim may sensibly ask for next; a claim without a hold reserves.
TURNS: dict[Bucket, tuple[type, type]] = {
    Bucket.RESERVED: (Send, Free),
    Bucket.SENT: (Confirm, Bounce),
    Bucket.PAID: (Refund, Confirm),
}


def _any_step(kind: type, no: str) -> Asked:
    return lambda act, _: kind(act, "F1", no)


def _next_step(no: str, asked: tuple[Share, ...], first_choice: bool) -> Asked:  # noqa: FBT001
    def ask(act: Act, state: FundState) -> FundCommand:
        hold = state.holds.get(no)
        if hold is None or hold.bucket not in TURNS:
            return Reserve(act, "F1", no, 1, asked)
        command: FundCommand = TURNS[hold.bucket][0 if first_choice else 1](act, "F1", no)
        return command

    return ask


money_commands: st.SearchStrategy[Asked] = st.one_of(
    st.tuples(plans, shares).map(lambda t: lambda act, _: Allot(act, "F1", t[0], t[1])),
    plans.map(lambda plan: lambda act, _: Release(act, "F1", plan, "transfer")),
    st.tuples(pools, amounts, st.sampled_from(["退1", "退2"])).map(
        lambda t: lambda act, _: Withdraw(act, "F1", t[0], t[1], t[2])
    ),
    st.builds(Share, pools, projects, amounts).map(lambda share: lambda act, _: Reduce(act, "F1", share, "审减")),
    st.tuples(claims, shares, st.integers(1, 2)).map(lambda t: lambda act, _: Reserve(act, "F1", t[0], t[2], t[1])),
    st.builds(_any_step, st.sampled_from([Free, Send, Bounce, Confirm, Refund]), claims),
    st.builds(_next_step, claims, shares, st.booleans()),
    *[st.builds(_next_step, claims, likely_shares, st.sampled_from([True, True, True, False]))] * 4,
)


def check_money(state: FundState) -> None:
    """Check conservation per pool, and that lines and claims make up what their pool says."""
    balances = state.balances
    for pool, portion in balances.portions.items():
        portion.check()
        lines = [of_line for (of_pool, _), of_line in balances.lines.items() if of_pool == pool]
        for bucket in ALLOTTED:
            assert sum(of_line[bucket] for of_line in lines) == portion.buckets[bucket]
    for of_line in balances.lines.values():
        assert min(of_line.values()) >= 0
    for bucket in (Bucket.RESERVED, Bucket.SENT, Bucket.PAID):
        held = sum(s.amount_fen for hold in state.holds.values() if hold.bucket is bucket for s in hold.shares)
        in_fund = sum(portion.buckets[bucket] for portion in balances.portions.values())
        assert held == in_fund


# A plan with money for all projects, released: without it, hardly a claim would ever be paid.
GIVEN_OUT: list[Asked] = [
    lambda act, _: Allot(
        act,
        "F1",
        "P0",
        (Share("integrated", "A01", 40), Share("integrated", "A02", 30), Share("original_use", "A01", 20)),
    ),
    lambda act, _: Release(act, "F1", "P0", "transfer"),
]


@given(st.sampled_from([GIVEN_OUT, GIVEN_OUT, []]), st.lists(money_commands, min_size=20, max_size=80))
def test_no_order_of_commands_makes_or_loses_a_fen(given_out: list[Asked], asked: list[Asked]) -> None:
    state = fold(FUND, (received(receipt(("integrated", 100), ("original_use", 40))),))
    took_effect = 0
    for make in [*given_out, *asked]:
        command, before = make(by("li"), state), deepcopy(state)
        try:
            facts = FUND.decide(state, command)
        except RefusedError:
            facts = ()
        assert state == before, "deciding changed the state"
        for fact in facts:
            FUND.evolve(state, fact)
        took_effect += bool(facts)
        check_money(state)
    event(f"{took_effect // 10 * 10} or more commands took effect")
    event(f"{sum(h.bucket is Bucket.PAID for h in state.holds.values())} claims are paid")
    assert sum(p.received for p in state.balances.portions.values()) == 140


# Money announced ahead: planned, cut and revoked before it is there, and released, claimed and paid after it.

ahead_commands: st.SearchStrategy[Asked] = st.one_of(
    st.tuples(plans, shares).map(lambda t: lambda act, _: Allot(act, "F1", t[0], t[1])),
    st.tuples(st.sampled_from(["P4", "P5"]), shares).map(lambda t: lambda act, _: Allot(act, "F1", t[0], (), "", t[1])),
    st.tuples(pools, amounts, st.sampled_from(["退1", "退2"])).map(
        lambda t: lambda act, _: Withdraw(act, "F1", t[0], t[1], t[2])
    ),
    plans.map(lambda plan: lambda act, _: Release(act, "F1", plan, "transfer")),
)


def check_ahead(state: FundState) -> None:
    """Check that what waits in plans is what is unreleased, and that of awaited money nothing is released."""
    waiting = sum(s.amount_fen for plan_no in state.waiting_plans for s in state.plans[plan_no])
    assert waiting == sum(portion.buckets[Bucket.UNRELEASED] for portion in state.balances.portions.values())
    if state.awaited:
        assert not any(p.released or p.withdrawn for p in state.balances.portions.values())


@given(
    st.lists(ahead_commands, max_size=30),
    st.tuples(st.integers(0, 130), st.integers(0, 60)),
    st.lists(money_commands, min_size=20, max_size=60),
)
def test_announced_money_makes_or_loses_no_fen(before: list[Asked], came: tuple[int, int], after: list[Asked]) -> None:
    state = fold(FUND, (announced(announcement(("integrated", 100), ("original_use", 40))),))
    for make in [*before, lambda act, _: _arrives(act, *came), *after]:
        try:
            facts = FUND.decide(state, make(by("li"), state))
        except RefusedError:
            facts = ()
        for fact in facts:
            FUND.evolve(state, fact)
        check_money(state)
        check_ahead(state)
    event(f"arrived: {state.arrived is not None}")
    if state.arrived is not None:
        # Whatever was announced, cut or revoked on the way: received is what came.
        assert sum(p.received for p in state.balances.portions.values()) == sum(came)


# Every aggregate: the commands of its life, to be asked in any order and number. Acts are made on the spot.

Make = Callable[[Act], Any]
T = TypeVar("T", bound=msgspec.Struct)
JUNE = date(2022, 6, 1)
MINUTES = "d" * 64


def _arrives(act: Act, integrated: int, original_use: int) -> Arrive:
    portions = (PortionReceived("integrated", integrated), PortionReceived("original_use", original_use))
    return Arrive(act, "F1", "到账文件", "1", portions)


def _passes(gate: str) -> Make:
    return lambda act: AnswerGate(act, gate, approve=True, opinion="", barred={})


def _steps() -> list[Make]:
    return [
        lambda act, step=step: Answer(act, step.id, True, "同意", "e" * 64, "", "公司", 90)  # type: ignore[misc] # noqa: FBT003
        for step in STEPS
    ]


def _sweep(act: Act) -> SurplusFound:
    terms = SweepTerms(
        FUND_TERMS.policy, "prior_year", "li", ("rrb",), "leading_group", "projects_of_the_year", "JS L29"
    )
    return SurplusFound(act, "sample", 2022, "prior_year", (SurplusItem("F1", "integrated", 5),), terms)


def _deputy(act: Act) -> absence.Deputy:
    return absence.Deputy(act, "sample", "1", "li", "finance_section", "wang", DAY, DAY, "培训")


def _emergency(act: Act, second_post: str = "director") -> emergency.EmergencyOpened:
    step = "sample/claim/C1", "section", "finance_section", "{}", "e" * 64
    said = "汛期抢险", "住院", second_post, noon(DAY + timedelta(days=1))
    return emergency.EmergencyOpened(act, "sample", "E1", *step, *said)


def _paper(act: Act, digest: str, name: str = "contract", replaces: str = "") -> PaperAttached:
    case = "sample/project/A01"
    return PaperAttached(act, case, name, "contract", "合同.pdf", digest, 9, "application/pdf", replaces, replaces)


def _opened(act: Act) -> ObligationOpened:
    ladder = (Rung("watch_post", DAY + timedelta(days=4)), Rung("director", DAY + timedelta(days=6)))
    return ObligationOpened(
        act,
        "sample",
        "o1",
        "sample/fund/F1",
        DAY,
        3,
        "working",
        "2021-2021/2020-11-25",
        DAY + timedelta(days=3),
        provisional=True,
        conditions=("report", "notice"),
        responsible="finance_section",
        remind_on=DAY + timedelta(days=2),
        ladder=ladder,
        ladder_clause="engine",
    )


def _founded(act: Act) -> Appointed:
    return Appointed(act, "sample", "he", "personnel", "personnel", DAY, None)


def _tick(days: int) -> Make:
    return lambda act: Tick(replace_moment(act, days), {"finance_section": "li"})


def replace_moment(act: Act, days: int) -> Act:
    return msgspec.structs.replace(act, recorded_at=noon(DAY + timedelta(days=days)))


def moved(terms: T) -> T:
    return msgspec.structs.replace(terms, policy=PolicyRef("2022.2", "c" * 64, "b" * 64))


def _adopts(version: str) -> Make:
    ref = PolicyRef(version, "a" * 64, "b" * 64)
    return lambda act: AdoptPolicy(act, PolicyAdopted(act, "sample", ref, "profile", "engine"))


def _imports(file: str, *nos: int) -> list[Make]:
    rows = tuple(ImportedRow(n, "asset", name=f"样例资产 {no}") for n, no in enumerate(nos, start=2))
    said = ImportStatement("sample", 2021, f"{file}.xlsx", file * 64, len(rows), digest_of_rows(rows))
    signed = (
        msgspec.json.encode(said).decode(),
        "k1",
        "2022-03-10T12:00:00+08:00",
        "2022-03-10T12:15:00+08:00",
        "00" * 64,
    )
    opening = f"import {file}"

    def begins(act: Act) -> OpenImport:
        # Rows and seal name the act that opened the import.
        own = msgspec.structs.replace(act, command_id=opening, digest=said.rows_digest)
        opened = ImportOpened(own, "sample", 2021, said.file_name, said.file_digest, len(rows), *signed)
        return OpenImport(own, opened, rows)

    return [
        begins,
        lambda act: AddRows(act, opening, 0, rows[:1]),
        lambda act: AddRows(act, opening, 1, rows[1:]),
        lambda act: SealImport(act, opening),
    ]


def _public(act: Act) -> PublicityBegan:
    return PublicityBegan(act, DAY + timedelta(days=7))


def _resumed(act: Act) -> PublicityResumed:
    return PublicityResumed(act, DAY + timedelta(days=9))


def _held(act: Act, attended: int = 30) -> TrainingHeld:
    return TrainingHeld(act, "sample", "T1", "funds", REF, ("village",), "班", "资金管理", (), attended, "e" * 64)


NOTICED = WorkCalendar("2021-2022/2021-10-25", frozenset({2021, 2022}), frozenset(), frozenset())

CLAIM = "sample/claim/C1"
TOLD = RowContent("arrival", "到账", "sample/fund/F1", "fund.received/1", "sample/fund/F1", 300)


def _asks_month(request: DispatchRequest) -> Make:
    # Only the first act opens a month: the others find it open.
    return lambda act: InDispatch(act, request, lives.opened_month(act), {"甲": 5})


def _asks_week(request: WatchRequest) -> Make:
    return lambda act: InWatch(act, request, lives.opened_week(act))


def _notes_run(run_id: str, status: str) -> Make:
    at = noon(DAY)
    return lambda act: NoteRun(
        act, RunNoted(act, "sample/fund/F1", run_id, "FundLifecycle", status, at, at, at, 9, (UpdateNoted("c-1"),))
    )


LIVES: dict[str, list[Make]] = {
    "store": [
        lambda act: MarkSample(act, MarkedSample(act, noon(DAY), 0.0, "open")),
        lambda act: MoveClock(act, 60.0),
        lambda act: MoveClock(replace_moment(act, -1), 60.0),
    ],
    "county": [_adopts("1.0"), _adopts("2.0")],
    "mandates": [
        lambda act: Appoint(act, Appointed(act, "sample", "li", "finance_section", "", DAY, None)),
        lambda act: Appoint(act, Appointed(act, "sample", "wang", "finance_section", "", JUNE, DAY)),
        lambda act: RegisterKey(act, KeyRegistered(act, "sample", "k1", "11" * 32, "cli", "")),
        lambda act: RegisterKey(act, KeyRegistered(act, "sample", "k1", "22" * 32, "cli", "")),
        lambda act: RevokeKey(act, "k1", "lost"),
        lambda act: NameDeputy(act, _deputy(act)),
        lambda act: EndDeputy(act, "1"),
        lambda act: EndTerm(act, "li", "finance_section", JUNE, "调离"),
        lambda act: SetUnit(act, "li", "finance_section", "rrb", DAY, "调动"),
        lambda act: RotateKey(act, KeyRegistered(act, "sample", "k2", "33" * 32, "cli", ""), "k1", "换机"),
        lambda act: Found(act, _founded(act), KeyRegistered(act, "sample", "k3", "44" * 32, "cli", "he")),
    ],
    "attempts": [
        lambda act: RecordRefusal(act, AttemptRefused(act, "sample/fund/F1", "report", "WrongPostError", "不", "no"))
    ],
    "document": [
        lambda act: Enter(act, DocumentEntered(act, "sample", "文件", "1", "F1", 5)),
        lambda act: Enter(act, DocumentEntered(act, "sample", "文件", "1", "F2", 5)),
    ],
    "fund": [
        lambda act: receipt(("integrated", 100), ("original_use", 40), act=act),
        lambda act: Report(act, "F1"),
        lambda act: Notify(act, "F1", "rrb"),
        lambda act: Allot(act, "F1", "P1", (Share("integrated", "A01", 60),)),
        lambda act: Release(act, "F1", "P1", "transfer"),
        lambda act: Withdraw(act, "F1", "original_use", 10, "退1"),
        lambda act: Reduce(act, "F1", Share("integrated", "A01", 5), "审减"),
        lambda act: Allot(act, "F1", "P2", (Share("integrated", "A02", 9),), "", (Share("integrated", "A01", 4),)),
        lambda act: CloseYear(act, "F1", 2022),
        lambda act: Reserve(act, "F1", "C1", 1, (Share("integrated", "A01", 20),)),
        lambda act: fund_facts.ReserveAnew(act, "F1", "C1", 1, (Share("integrated", "A01", 15),)),
        *(lambda act, kind=kind: kind(act, "F1", "C1") for kind in (Free, Send, Bounce, Confirm, Refund)),
        lambda act: announcement(("integrated", 100), ("original_use", 40), act=act),
        lambda act: _arrives(act, 90, 45),
        lambda act: _arrives(act, 91, 0),
        lambda act: fund_facts.Move(act, "F1", moved(FUND_TERMS), "新办法"),
    ],
    "year": [
        lambda act: EnterFund(act, "F1"),
        lambda act: EnterPlan(act, "P1"),
        lambda act: BankProject(act, "A01"),
        lambda act: EnterFund(act, "F2"),
    ],
    "plan": [
        lambda act: Draft(act, drafted(act, line(5))),
        lambda act: DecideStage(act, "leading_group", "M-1", approve=True, opinion=""),
        lambda act: DecideStage(act, "leading_group", "M-1", approve=False, opinion="偏高"),
        lambda act: BindMinutes(act, "leading_group", "M-1", MINUTES),
        lambda act: NoteReleaseOfPlan(act, "F1"),
        lambda act: NoteCut(act, ("F1", "F2"), "P2"),
        lambda act: plan_facts.Move(act, moved(drafted(act, line(5)).terms), "新办法"),
        lambda act: plan_facts.Cosign(act, "同意"),
        lambda act: plan_facts.Correct(act, drafted(act, line(6)), "少列"),
        lambda act: plan_facts.NotePaper(act, "scheme", "draft", "a" * 64),
        lambda act: plan_facts.Withdraw(act, "不再申报"),
    ],
    "meeting": [
        *(
            lambda act, item=item, yes=yes: DecideItem(
                act, MeetingHeld(act, "sample", "M-1", "leading_group", DAY, 9, 7), item, yes, ""
            )
            for item in ("P1", "P2")
            for yes in (True, False)
        ),
        lambda act: FileMinutes(act, "M-1", "P1", MINUTES),
        lambda act: FileMinutes(act, "M-1", "P2", "f" * 64),
        lambda act: Call(act, MeetingCalled(act, "sample", "M-1", "leading_group", DAY, _agenda("P1", "P2", "M-1:3"))),
        lambda act: AddItems(act, _agenda("P4"), "M-0"),
        lambda act: Sit(
            act,
            MeetingHeld(act, "sample", "M-1", "leading_group", DAY, 9, 7),
            (Decision("1", True), Decision("2", False)),  # noqa: FBT003
        ),
        lambda act: LeaveItems(act, ("3", "4"), "未及审议", "M-2"),
    ],
    "project": [
        lambda act: Register(act, registered(act)),
        *_steps(),
        lambda act: Answer(act, "survey", approve=False, opinion="不符", return_to="review"),
        lambda act: Include(act, "P1", 100),
        lambda act: NoteRelease(act, "P1", "F1", 100),
        lambda act: NoteClaim(act, "C1", "progress", 50),
        lambda act: Cut(act, (("F1", 10),), "P2"),
        lambda act: NoteClaim(act, "C2", "settlement", 30),
        lambda act: Attest(act, "duplicate", clear=True),
        lambda act: Attest(act, "duplicate", clear=False, opinion="重复"),
        lambda act: SetTarget(act, "年产三百吨"),
        lambda act: SetLinkage(act, "订单收购", 36),
        lambda act: project_facts.Move(act, moved(registered(act).terms), "新办法"),
        lambda act: NoteAsset(act, "Z1", ("C1",)),
        lambda act: RemoveEntry(act, "选址不宜"),
        lambda act: TakeUpEntry(act, "已改址"),
        lambda act: ChangeEstimate(act, 300, "优化设计"),
        lambda act: ConfirmEntry(act, 2023),
        lambda act: GuaranteeLoan(act, "L1", "bank", 5, "e" * 64, (1, 7)),
        lambda act: CoverLoss(act, "L1", 3, "e" * 64),
        lambda act: RecoverLoss(act, "L1", 2),
        lambda act: RepayLoan(act, "L1"),
        lambda act: ReportParts(act, (Part("society", 5), Part("government", 10))),
        lambda act: project_facts.Cosign(act, "survey"),
        lambda act: project_facts.NotePaper(act, "photo", "survey", "a" * 64),
        lambda act: project_facts.Correct(act, "冷库", "二村", "甲乡", "乡政府", 400, 0, 0, "", "村名有误"),
        lambda act: project_facts.Withdraw(act, "不再申报"),
    ],
    "claim": [
        lambda act: Lodge(act, lodged(act, line(5))),
        *map(_passes, ("section", "centre", "deputy")),
        lambda act: AnswerGate(act, "centre", approve=False, opinion="不符", barred={}),
        lambda act: SendPayment(act, {}),
        lambda act: BouncePayment(act, "户名不符"),
        lambda act: ConfirmPayment(act, "回单-1"),
        lambda act: ConfirmPayment(act, "回单-2"),
        lambda act: RefundPayment(act, "多付"),
        lambda act: claim_facts.Move(act, moved(lodged(act, line(5)).terms), "新办法"),
        lambda act: claim_facts.Correct(act, "progress", (line(6),), "供货商", ("b" * 64,), (), "少报"),
        lambda act: claim_facts.NotePaper(act, "invoice", "lodge", "a" * 64),
        lambda act: claim_facts.Withdraw(act, "不再报账"),
    ],
    "obligation": [
        lambda act: Open(act, _opened(act)),
        lambda act: Fulfil(act, "report"),
        lambda act: Fulfil(act, "notice"),
        lambda act: Drop(act, "退回"),
        *map(_tick, range(7)),
        # The notice comes: due 2 days later, so that a breach of before no longer stands.
        lambda act: Recompute(act, NOTICED),
        *(
            lambda act, days=days, kind=kind: kind(replace_moment(act, days), "li", "停电", NOTICED)
            for days, kind in ((1, Pause), (2, Resume), (2, Waive), (4, Pause), (6, Resume), (9, Waive))
        ),
        lambda act: Extend(replace_moment(act, 1), "li", "停电", NOTICED, days=3),
        lambda act: Extend(replace_moment(act, 2), "li", "停电", NOTICED, until=DAY + timedelta(days=9)),
    ],
    "surplus": [
        lambda act: surplus_facts.Call(
            act, SweepCalled(act, "sample", 2022, "prior_year", "prior_year", "finance_bureau", REF)
        ),
        lambda act: surplus_facts.Find(act, _sweep(act)),
        lambda act: surplus_facts.Agree(act, "rrb"),
        lambda act: surplus_facts.Decide(act, approve=False, opinion="再核"),
        lambda act: surplus_facts.Decide(act, approve=True),
        lambda act: surplus_facts.MoveSurplus(act, "P1", (SurplusItem("F1", "integrated", 3),)),
        lambda act: surplus_facts.MoveSurplus(act, "P2", (SurplusItem("F1", "integrated", 9),)),
        lambda act: surplus_facts.NotePaper(act, "list", "find", "a" * 64),
    ],
    "instrument": [
        lambda act: UseInstrument(act, InstrumentUsed(act, "I1", 2022, "甲乡", 0, 5)),
        lambda act: UseInstrument(act, InstrumentUsed(act, "I2", 2022, "甲乡", 3, 5)),
    ],
    "bank": [
        lambda act: ListProject(act, ProjectListed(act, "A01", "冷库", "一村", "甲乡", "冷库", 2022, 2023)),
        lambda act: ListProject(act, ProjectListed(act, "A01", "冷库", "一村", "甲乡", "冷库", 2023, 2024)),
        lambda act: ListProject(act, ProjectListed(act, "A02", "冷库", "二村", "甲乡", "冷库", 2022, 2023)),
    ],
    "testimony": [*_imports("1", 1, 2), *_imports("2", 3, 4), *_imports("3", 2, 5)],
    "outbox": [
        lambda act: Queue(act, (TOLD, TOLD), "clerk"),
        lambda act: Export(act, 2, digest_of([RowQueued(act, n, TOLD) for n in (1, 2)])),
        lambda act: Acknowledge(act, 1, "回执1", (RowRefused(2, "不符"),)),
        lambda act: SendAgain(act, 2, "已补"),
        lambda act: Reverse(act, 1, "录错", again=True),
    ],
    "disclosure": [
        lambda act: Arise(act, arose(act, days=7)),
        *(lambda act, place=place: Publish(act, place, "e" * 64, until=_public(act)) for place in PLACES),
        lambda act: Object(act, "hotline", "户数不对", days_left=3),
        lambda act: Rule(act, 1, upheld=False, reason="属实", until=_resumed(act)),
        lambda act: Object(act, "hotline", "金额不对"),
        lambda act: Rule(act, 2, upheld=True, reason="有误"),
        *(
            lambda act, n=n, place=place: Publish(act, place, "f" * 64, corrects=n, until=_public(act))
            for n, place in enumerate(PLACES, start=1)
        ),
        lambda act: RecountPublicity(act, NOTICED),
        lambda act: EndPublicity(msgspec.structs.replace(act, recorded_at=noon(DAY + timedelta(days=30)))),
        lambda act: TakeDown(act, "期满"),
        lambda act: disclosure_facts.Withdraw(act, "不宜公开"),
    ],
    "training": [lambda act: HoldTraining(act, _held(act)), lambda act: HoldTraining(act, _held(act, attended=31))],
    "hotline": [
        lambda act: TakeReport(act, ReportTaken(act, "sample", "R1", "hotline", "路灯不亮", "rrb")),
        lambda act: TakeReport(act, ReportTaken(act, "sample", "R1", "hotline", "路面开裂", "rrb")),
        lambda act: AnswerReport(act, founded=True, answer="已修"),
        lambda act: AnswerReport(act, founded=False, answer="不实"),
    ],
    "performance": results.life(),
    "asset": results.asset_life(),
    "dispatch": [_asks_month(request) for request in lives.OF_A_MONTH],
    "absence": [
        lambda act: absence.Open(act, _deputy(act)),
        lambda act: absence.End(act, "1", "提前返岗"),
        lambda act: absence.End(act, "1"),
    ],
    "watch": [
        lambda act: BeginWeek(act, lives.opened_week(act)),
        *[_asks_week(request) for request in lives.OF_A_WEEK[:1]],
        lambda act: EndDays(act, date(2022, 3, 10)),
        *[_asks_week(request) for request in lives.OF_A_WEEK[1:]],
    ],
    "calendar": [
        lambda act: OpenCalendar(act, "sample", DAY),
        *(lambda act, n=n: LetDayCome(_on(act, n), REF, ("sample/dispatch/2022-03",)) for n in (0, 7, 3, 8)),
    ],
    "emergency": [
        lambda act: emergency.Open(act, _emergency(act), "auditor"),
        lambda act: emergency.Open(act, _emergency(act, "deputy_director"), "auditor"),
        lambda act: emergency.Confirm(act, "E1", "e" * 64, "同意", "auditor"),
        lambda act: emergency.Expire(msgspec.structs.replace(act, recorded_at=noon(DAY + timedelta(days=3))), ""),
    ],
    "runs": [_notes_run("run-1", "completed"), _notes_run("run-1", "terminated"), _notes_run("run-2", "failed")],
    "handling": [
        lambda act: Assign(act, CLAIM, "gate", "finance_section", "li", "忙"),
        lambda act: Assign(act, CLAIM, "gate", "finance_section", "wang", "忙"),
        lambda act: Unassign(act, "gate", "finance_section", "不忙"),
        lambda act: Forward(act, CLAIM, "gate", "finance_section", "li", "是否属实？"),
        lambda act: Advise(msgspec.structs.replace(act, person="li"), "gate", "finance_section", "属实"),
        lambda act: Forward(act, CLAIM, "send", "payment_centre", "zhao", "是否属实？"),
        lambda act: Recall(msgspec.structs.replace(act, person="wang"), "gate", "finance_section", "已查明"),
        lambda act: EndHandling(act, (("gate", "finance_section"), ("send", "payment_centre"))),
    ],
    "people": [lambda act: Order(act, PersonOrdered(act, "sample", "li", "appoint", "finance_section"))],
    "papers": [
        lambda act: Attach(act, _paper(act, MINUTES)),
        lambda act: Attach(act, _paper(act, "e" * 64, replaces=MINUTES)),
        lambda act: Attach(act, _paper(act, "e" * 64, "progress#2")),
        lambda act: WithdrawPaper(act, PaperWithdrawn(act, "sample/project/A01", "progress#2", "e" * 64, "附错")),
    ],
}


def _agenda(*items: str) -> tuple[AgendaItem, ...]:
    return tuple(AgendaItem(str(n), item) for n, item in enumerate(items, start=1))


def _on(act: Act, days: int) -> Act:
    return msgspec.structs.replace(act, occurred_on=DAY + timedelta(days=days))


# These are asked only by a claim's own case, after it was noted; the claim's turns keep them in order.
OF_A_NOTED_CLAIM = {UnnoteClaim, NotePayment, NoteRefund, project_facts.NoteClaimAnew}


def test_every_command_of_every_aggregate_is_played() -> None:
    assert set(LIVES) == {decider.kind for decider in DECIDERS}
    for kind, life in LIVES.items():
        played = {type(make(by("li"))) for make in life}
        assert played == set(BY_KIND[kind].commands) - OF_A_NOTED_CLAIM, kind


def play(kind: str, moves: list[tuple[Make, str]]) -> int:
    """Ask all, each thrice: as it is, again, and again with other content. Return how much took effect."""
    decider = BY_KIND[kind]
    state, took_effect = decider.initial(), 0
    for make, person in moves:
        act = by(person)
        command = make(act)
        before = deepcopy(state)
        try:
            facts = decider.decide(state, command)
        except RefusedError:
            assert state == before, "a refused command changed the state"
            continue
        assert state == before, "deciding changed the state"
        for fact in facts:
            decider.evolve(state, fact)
        after = deepcopy(state)
        assert decider.decide(state, command) == (), "asked again, it took effect again"
        if facts:
            took_effect += 1
            forged = replace(command, act=msgspec.structs.replace(command.act, digest="of something else"))
            with pytest.raises(RepeatDiffersError):
                decider.decide(state, forged)
        assert state == after
        decider.stage(state)
        waiting = [step.id for step in decider.open_steps(state)]
        assert len(waiting) == len(set(waiting)), "a step waits twice"
    return took_effect


@pytest.mark.parametrize("kind", sorted(LIVES))
def test_any_command_may_be_repeated_at_any_time(kind: str) -> None:
    people = st.sampled_from(["li", "wang", "zhao", "qian", "sun"])

    @given(st.lists(st.tuples(st.sampled_from(LIVES[kind]), people), max_size=25))
    def any_life(moves: list[tuple[Make, str]]) -> None:
        # Straight through once, so that every later stage is reached, and then in any order.
        straight = [(make, f"person-{n}") for n, make in enumerate(LIVES[kind])]
        assert play(kind, straight + moves) > 0
        play(kind, moves)

    any_life()


def test_noted_claim_is_paid_or_given_back_once_per_command() -> None:
    steps = [(make, f"person-{n}") for n, make in enumerate(LIVES["project"])]
    by_kind: dict[type, Make] = {
        UnnoteClaim: lambda act: UnnoteClaim(act, "C1"),
        NotePayment: lambda act: NotePayment(act, "C1"),
        NoteRefund: lambda act: NoteRefund(act, "C1"),
    }
    straight = [
        steps[0],
        steps[2],
        steps[3],
        (lambda act: Include(act, "P1", 100), "group"),
        (lambda act: NoteRelease(act, "P1", "F1", 100), "li"),
        (LIVES["project"][6], "unit"),
        (lambda act: NoteClaim(act, "C1", "progress", 50), "unit"),
    ]
    anew = (lambda act: project_facts.NoteClaimAnew(act, "C1", "progress", 60), "unit")
    assert play("project", [*straight, anew, (by_kind[UnnoteClaim], "li")]) == len(straight) + 2
    assert play("project", [*straight, (by_kind[NotePayment], "li"), (by_kind[NoteRefund], "li")]) == len(straight) + 2
