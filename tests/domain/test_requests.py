import json
from datetime import date, datetime
from typing import Any, get_args

import msgspec
import pytest

from domain.calendar import SHANGHAI
from domain.cases import parse_case
from domain.correcting_requests import (
    CorrectClaim,
    CorrectPlan,
    CorrectProject,
    WithdrawClaim,
    WithdrawPlan,
    WithdrawProject,
)
from domain.dispatch_requests import (
    ActualSaid,
    AnswerRectification,
    CloseMonth,
    DoRoutine,
    EnterActuals,
    FindAnomaly,
    FindProblem,
    HandOverReferral,
    IssueCircular,
    OpenDispatch,
    RankSubjects,
    ReportWeek,
    SetMonthPlan,
    SettleAnomaly,
    SignReport,
    TakeLook,
    TakeRung,
    TaskSaid,
    VerifyAnomaly,
    WarnOfAnomaly,
)
from domain.emergency_requests import ConfirmEmergency, OpenEmergency
from domain.errors import BadInputError
from domain.fund_facts import PortionReceived
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep, RecallQuestion, UnassignStep
from domain.instrument_facts import Part
from domain.meeting_facts import Decision
from domain.meeting_requests import CallMeeting, DecideItems, FileMeetingMinutes, ItemSaid, LeaveAgenda
from domain.obligation_requests import (
    DAYS_MAX,
    ExtendObligation,
    PauseObligation,
    ResumeObligation,
    WaiveObligation,
)
from domain.order_requests import (
    AppointPerson,
    ChangeUnit,
    DismissPerson,
    RegisterPersonKey,
    RevokePersonKey,
    RotatePersonKey,
)
from domain.outbox_facts import RowRefused
from domain.paper_requests import AttachPaper, WithdrawPaper
from domain.people_requests import EndAbsence, OpenAbsence
from domain.requests import (
    KIND_OF,
    NUMBER_MAX,
    AcknowledgeRows,
    AddPayments,
    AgreeSurplus,
    Aim,
    AnnounceMoney,
    AnswerGate,
    AnswerReport,
    AnswerStep,
    AnyRequest,
    ApproveSurplus,
    AttestBan,
    BouncePayment,
    Came,
    ChangeEstimate,
    ClosePerformance,
    CloseYear,
    ConfirmEntry,
    ConfirmHousehold,
    ConfirmPayment,
    ConfirmTitle,
    CorrectDeviation,
    CosignPlan,
    CosignStep,
    CoverLoss,
    DecidePlan,
    DisposeAsset,
    DraftPlan,
    EnterArrival,
    EnterDisclosure,
    EnterIncome,
    EvaluateResult,
    ExplainShortfall,
    ExportRows,
    FileMinutes,
    FindIdle,
    FindSurplus,
    FindWeakness,
    FormAsset,
    GuaranteeLoan,
    HandOverAsset,
    Helped,
    HoldToAccount,
    LodgeClaim,
    LogUpkeep,
    MendAsset,
    MendWeakness,
    MonitorResult,
    MoveClaim,
    MoveFund,
    MovePlan,
    MoveProject,
    MoveSurplus,
    NotifyDepartment,
    PublishDisclosure,
    RaiseObjection,
    RecordLinkage,
    RecordTraining,
    RecoverLoss,
    ReduceAllotment,
    RefundPayment,
    RegisterProject,
    RegisterReceipt,
    ReleaseMoney,
    RemoveEntry,
    RepayLoan,
    ReportDuty,
    ReportParts,
    ReportReceipt,
    ReverseRow,
    RuleObjection,
    SendPayment,
    SendRowAgain,
    SetKeeper,
    SetLinkage,
    SetMeasures,
    SetTarget,
    ShareIncome,
    TakeDownDisclosure,
    TakeReport,
    TakeUpEntry,
    WithdrawDisclosure,
    WithdrawMoney,
    answered_step,
    from_body,
    to_body,
)
from domain.surplus_facts import SurplusItem
from domain.terms import Line

LINES = (Line("F1", "integrated", "A01", 5),)
RECEIPT = RegisterReceipt(
    occurred_on=date(2022, 3, 10),
    evidence="文件第3页",
    document_no="财农〔2022〕1号",
    item_no="1",
    source="central",
    tier="",
    fiscal_year=2022,
    portions=(PortionReceived("integrated", 5),),
)
PAPER = AttachPaper(
    paper="contract",
    step="contract",
    file_name="合同.pdf",
    digest="d" * 64,
    size_bytes=9,
    media_type="application/pdf",
)
PAPER_BACK = WithdrawPaper(paper="contract#2", digest="d" * 64, reason="附错")
# Each request, the kind of case that it is for, and the step that it answers.
REQUESTS: list[tuple[AnyRequest, str, str]] = [
    (RECEIPT, "fund", ""),
    (ReportReceipt(), "fund", "report"),
    (NotifyDepartment(department="rrb"), "fund", "notify"),
    (ReleaseMoney(plan_no="P1"), "fund", "release:P1"),
    (WithdrawMoney(pool="integrated", amount_fen=5, document_no="退〔1〕"), "fund", "withdraw"),
    (DraftPlan(year=2022, title="年度计划", lines=LINES), "plan", "draft"),
    (
        DecidePlan(stage="group", meeting_no="M1", held_on=date(2022, 3, 9), present=9, quorum=7, approve=True),
        "plan",
        "decide:group",
    ),
    (FileMinutes(stage="group", digest="d" * 64), "plan", "minutes:group"),
    (
        RegisterProject(name="大棚", village="一村", township="甲乡", unit="乡政府", use="industry", budget_fen=5),
        "project",
        "",
    ),
    (AnswerStep(step="survey", approve=False, opinion="不符", return_to="review"), "project", "survey"),
    (
        LodgeClaim(project_no="A01", kind="advance", lines=LINES, payee="公司", vouchers=("c" * 64,)),
        "claim",
        "lodge",
    ),
    (AnswerGate(gate="centre", approve=True), "claim", "centre"),
    (SendPayment(), "claim", "send"),
    (BouncePayment(reason="户名不符"), "claim", "confirm"),
    (ConfirmPayment(bank_ref="回单-1"), "claim", "confirm"),
    (RefundPayment(reason="多付"), "claim", "refund"),
    (ReduceAllotment(pool="integrated", project_no="A01", amount_fen=5, reason="审减"), "fund", "reduce"),
    (CloseYear(year=2023), "fund", "close-year"),
    (AttestBan(ban="duplicate", clear=False, opinion="重复"), "project", "attest"),
    (SetTarget(target="年产三百吨", record="f" * 64), "project", "set-target"),
    (SetLinkage(mode="订单收购", households=36), "project", "set-linkage"),
    (
        AnnounceMoney(
            document_no="财农〔2022〕99号",
            item_no="1",
            source="next_year",
            tier="",
            fiscal_year=2023,
            portions=(PortionReceived("integrated", 5),),
        ),
        "fund",
        "",
    ),
    (
        EnterArrival(document_no="财农〔2023〕1号", item_no="1", portions=(PortionReceived("integrated", 0),)),
        "fund",
        "arrive",
    ),
    (MoveFund(reason="新办法施行", to="c" * 12), "fund", "move"),
    (MovePlan(reason="新办法施行"), "plan", "move"),
    (MoveProject(reason="新办法施行"), "project", "move"),
    (MoveClaim(reason="新办法施行"), "claim", "move"),
    (ExportRows(last=2, digest="d" * 64), "outbox", "export"),
    (AcknowledgeRows(batch=1, receipt_no="回执1", refused=(RowRefused(2, "不符"),)), "outbox", "acknowledge"),
    (ReverseRow(row_no=2, reason="录错", again=True), "outbox", "reverse"),
    (SendRowAgain(row_no=2, note="已补"), "outbox", "send-again"),
    (EnterDisclosure(rule="system", words="年度公告"), "disclosure", ""),
    (PublishDisclosure(place="门户网站", address="http://样例"), "disclosure", "publish"),
    (PublishDisclosure(place="门户网站", record="e" * 64, corrects=1), "disclosure", "correct"),
    (RaiseObjection(words="户数不对"), "disclosure", "object"),
    (RuleObjection(number=2, upheld=True, reason="核实有误"), "disclosure", "rule:2"),
    (WithdrawDisclosure(reason="涉及个人信息"), "disclosure", "withdraw"),
    (TakeDownDisclosure(reason="期满"), "disclosure", "take-down"),
    (
        RecordTraining(rule="r", levels=("village",), form="班", topic="资金管理", attended=30, record="e" * 64),
        "training",
        "",
    ),
    (TakeReport(words="路灯不亮", about="jiashi/project/A01"), "hotline", ""),
    (AnswerReport(founded=False, answer="已修"), "hotline", "answer"),
    (SetMeasures(measures=(Aim("产量", "吨", 300),)), "performance", "set-measures"),
    (
        MonitorResult(year=2022, channel="online", values=(Came("产量", 90),), deviation="滞后"),
        "performance",
        "monitor",
    ),
    (CorrectDeviation(number=1, handling="限期整改", words="加派人手"), "performance", "correct:1"),
    (
        EvaluateResult(
            year=2022, grade="良", score=85, values=(Came("产量", 300),), reached=(Helped("lifted_out", 3),)
        ),
        "performance",
        "evaluate",
    ),
    (ExplainShortfall(duty="overall", words="旱情"), "performance", "explain:overall"),
    (HoldToAccount(accountable="director", words="约谈"), "performance", "account"),
    (ReportDuty(duty="review", words="审核", record="f" * 64), "performance", "report-duty"),
    (
        RecordLinkage(modes=("吸纳就业",), reached=(Helped("lifted_out", 3),), operator="合作社"),
        "performance",
        "record-linkage",
    ),
    (
        ConfirmHousehold(household="H-1", group="poor", operator="合作社", record="f" * 64),
        "performance",
        "confirm-household",
    ),
    (FindWeakness(words="带动户数少"), "performance", "find-weakness"),
    (MendWeakness(words="增签订单"), "performance", "mend"),
    (ClosePerformance(words="已办结"), "performance", "close"),
    (FormAsset(project_no="A01", name="冷库", nature="经营性", claims=("C1",)), "asset", ""),
    (AddPayments(claims=("C2",)), "asset", "add-payments"),
    (ConfirmTitle(owner="一村", reference="证1", record="f" * 64), "asset", "title"),
    (HandOverAsset(to="一村", record="f" * 64), "asset", "handover"),
    (SetKeeper(keeper="一村", words="专人看护"), "asset", "keep"),
    (LogUpkeep(words="检修"), "asset", "upkeep"),
    (EnterIncome(amount_fen=5, words="租金"), "asset", "income"),
    (ShareIncome(amount_fen=5, use="产业", to="一村"), "asset", "share"),
    (FindIdle(kind="idle", words="停用"), "asset", "find-weakness"),
    (MendAsset(words="重新出租"), "asset", "mend"),
    (DisposeAsset(words="报废", amount_fen=0, record="f" * 64), "asset", "dispose"),
    (RemoveEntry(reason="选址不宜"), "project", "remove-entry"),
    (TakeUpEntry(reason="已改址", record="e" * 64), "project", "take-up-entry"),
    (ChangeEstimate(budget_fen=5, reason="优化设计"), "project", "change-estimate"),
    (ConfirmEntry(opinion="仍属必要"), "project", "confirm-entry"),
    (GuaranteeLoan(loan_no="L1", institution="bank", amount_fen=5, record="e" * 64), "project", "guarantee-loan"),
    (RepayLoan(loan_no="L1"), "project", "repay-loan"),
    (CoverLoss(loan_no="L1", amount_fen=5, record="e" * 64), "project", "cover-loss"),
    (RecoverLoss(loan_no="L1", amount_fen=5), "project", "recover-loss"),
    (ReportParts(parts=(Part("society", 5),)), "project", "report-parts"),
    (FindSurplus(items=(SurplusItem("F1", "integrated", 5),)), "surplus", "find"),
    (AgreeSurplus(party="rrb"), "surplus", "agree:rrb"),
    (ApproveSurplus(approve=True), "surplus", "approve"),
    (MoveSurplus(plan_no="P1"), "surplus", "move"),
    (OpenDispatch(), "dispatch", "open"),
    (SetMonthPlan(tasks=(TaskSaid("水利局", 5), TaskSaid("林业局", words="完工"))), "dispatch", "set-plan"),
    (EnterActuals(actuals=(ActualSaid("水利局", 0), ActualSaid("林业局", is_done=True))), "dispatch", "enter-actuals"),
    (FindProblem(no="1", said="停工"), "dispatch", "find-problem"),
    (IssueCircular(said="通报"), "dispatch", "circular"),
    (RankSubjects(ranking="townships"), "dispatch", "rank"),
    (
        TakeRung(ladder="slow", rung="interview", subject="A01", said="限期", rectify_by=date(2022, 4, 1)),
        "dispatch",
        "take-rung",
    ),
    (
        AnswerRectification(ladder="slow", subject="A01", is_done=False, said="未完"),
        "dispatch",
        "answer-rectification",
    ),
    (HandOverReferral(received_by="县纪委"), "dispatch", "hand-over"),
    (DoRoutine(routine="letter", said="请加快", place=1), "dispatch", "do-routine"),
    (SignReport(record="f" * 64), "dispatch", "sign"),
    (CloseMonth(record="f" * 64), "dispatch", "close"),
    (TakeLook(said="正常"), "watch", "look"),
    (FindAnomaly(no="1", subject="F1", said="闲置"), "watch", "find"),
    (WarnOfAnomaly(no="1", said="预警"), "watch", "warn"),
    (VerifyAnomaly(no="1", holds=True, said="属实"), "watch", "verify"),
    (SettleAnomaly(no="1", how="explained", said="已说明"), "watch", "settle"),
    (ReportWeek(said="一周汇总", record="f" * 64), "watch", "report"),
    (CosignStep(step="survey", opinion="同意"), "project", "cosign:survey"),
    (CosignPlan(opinion="同意"), "plan", "cosign"),
    (OpenAbsence(deputy="p-2", first=date(2022, 4, 1), last=date(2022, 4, 2), reason="培训"), "absence", "open"),
    (EndAbsence(reason="提前返岗"), "absence", "end"),
    (ExtendObligation(reason="停电", days=3), "obligation", "extend"),
    (ExtendObligation(reason="停电", until=date(2022, 4, 1), record="f" * 64), "obligation", "extend"),
    (PauseObligation(reason="复核"), "obligation", "pause"),
    (ResumeObligation(reason="复核完毕"), "obligation", "resume"),
    (WaiveObligation(reason="项目取消"), "obligation", "waive"),
    (CallMeeting(body="leading_group", on=date(2022, 3, 9), agenda=(ItemSaid(words="其他"),)), "meeting", ""),
    (DecideItems(held_on=date(2022, 3, 9), present=9, decisions=(Decision("1", True),)), "meeting", "decide:1"),  # noqa: FBT003
    (LeaveAgenda(items=("2",), reason="未及审议"), "meeting", "leave-items"),
    (FileMeetingMinutes(digest="d" * 64), "meeting", "minutes"),
    (
        OpenEmergency(
            case="sample/claim/C1",
            decision='{"approve":true,"gate":"section","type":"claim.answer/1"}',
            ground="汛期抢险",
            absent="住院",
            second_post="director",
            until=datetime(2022, 3, 11, 12, tzinfo=SHANGHAI),
        ),
        "emergency",
        "open",
    ),
    (ConfirmEmergency(decision="d" * 64, opinion="同意"), "emergency", "second-key"),
    (AssignStep(step="gate", to="p-2", reason="忙"), "handling", "assign"),
    (UnassignStep(step="gate", reason="不忙"), "handling", "unassign"),
    (ForwardStep(step="gate", to="p-2", question="是否属实？"), "handling", "forward"),
    (AdviseStep(step="gate", opinion="属实"), "handling", "advise"),
    (RecallQuestion(step="gate", reason="已查明"), "handling", "recall"),
    (AppointPerson(post="rrb", first=date(2022, 4, 1)), "people", "appoint"),
    (DismissPerson(post="rrb", last=date(2022, 4, 1), reason="退休"), "people", "dismiss"),
    (ChangeUnit(post="rrb", unit="甲乡", first=date(2022, 4, 1), reason="调动"), "people", "unit"),
    (RegisterPersonKey(key_id="k1", public_key="a" * 64, of_door="cli"), "people", "register-key"),
    (RotatePersonKey(key_id="k2", public_key="b" * 64, of_door="cli", old="k1", reason="换机"), "people", "rotate-key"),
    (RevokePersonKey(key_id="k2", reason="遗失"), "people", "revoke-key"),
    (PAPER, "paper", "attach"),
    (PAPER_BACK, "paper", "withdraw-paper"),
    (CorrectClaim(reason="金额有误", lines=LINES), "claim", "correct"),
    (CorrectPlan(reason="少列一项", lines=LINES), "plan", "correct"),
    (CorrectProject(reason="村名有误", village="二村"), "project", "correct"),
    (WithdrawClaim(reason="不再报账"), "claim", "withdraw"),
    (WithdrawPlan(reason="不再申报"), "plan", "withdraw"),
    (WithdrawProject(reason="不再申报"), "project", "withdraw"),
]
# Nested deeper than any reader follows, in a field that nobody asked for.
DEEP = '{"type":"fund.report/1","more":' + "[" * 100_000 + "]" * 100_000 + "}"


def broken(request: AnyRequest, **changes: Any) -> str:
    return json.dumps({**json.loads(to_body(request)), **changes})


def test_every_request_has_its_place_in_this_table() -> None:
    assert {type(request) for request, _, _ in REQUESTS} == set(get_args(AnyRequest))


@pytest.mark.parametrize(("request_", "kind", "step"), REQUESTS, ids=[type(r).__name__ for r, _, _ in REQUESTS])
def test_request_is_read_back_as_it_was_written(request_: AnyRequest, kind: str, step: str) -> None:
    body = to_body(request_)
    assert from_body(body) == request_
    assert to_body(from_body(body)) == body
    assert (KIND_OF[type(request_)], answered_step(request_)) == (kind, step)


def test_body_is_one_canonical_text_of_a_request() -> None:
    shuffled = json.dumps(dict(reversed(json.loads(to_body(RECEIPT)).items())), indent=2)
    assert to_body(from_body(shuffled)) == to_body(RECEIPT)
    assert "财农〔2022〕1号" in to_body(RECEIPT)


def test_amount_beyond_any_county_is_told() -> None:
    largest = msgspec.structs.replace(RECEIPT, portions=(PortionReceived("integrated", NUMBER_MAX),))
    assert from_body(to_body(largest)) == largest
    for amount_fen in (NUMBER_MAX + 1, -NUMBER_MAX - 1, 10**30):
        beyond = msgspec.structs.replace(RECEIPT, portions=(PortionReceived("integrated", amount_fen),))
        with pytest.raises(BadInputError, match=f"over {NUMBER_MAX}"):
            from_body(to_body(beyond))


@pytest.mark.parametrize("blank", ["\u200b", "\ufeff \u3000", "\u3164", "\u2800", "\u00ad\u2060", "\u200e\u202c"])
def test_a_text_that_nobody_can_see_is_none(blank: str) -> None:
    for request_, field in (
        (CorrectClaim(reason=blank), "reason"),
        (AnswerGate(gate="g", approve=False, opinion=blank), "opinion"),
        (WithdrawPaper(paper="invoice", digest="1" * 64, reason=blank), "reason"),
        (CorrectProject(reason="改", name=blank), "name"),
    ):
        with pytest.raises(BadInputError, match=field):
            from_body(to_body(request_))
    assert from_body(to_body(CorrectClaim(reason=f"改{blank}")))


@pytest.mark.parametrize("amount", [1.5, 1.0, "5", True, None])
def test_amount_that_is_no_whole_number_names_its_field(amount: object) -> None:
    with pytest.raises(BadInputError, match=r"int.*portions\[0\]\.amount_fen"):
        from_body(broken(RECEIPT, portions=[{"pool": "integrated", "amount_fen": amount}]))


@pytest.mark.parametrize("day", ["2022-02-30", "10.3.2022", "2022-13-01", "", 5])
def test_day_that_is_none_names_its_field(day: object) -> None:
    with pytest.raises(BadInputError, match="occurred_on"):
        from_body(broken(RECEIPT, occurred_on=day))


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (RECEIPT, "document_no"),
        (RECEIPT, "item_no"),
        (RECEIPT, "source"),
        (REQUESTS[2][0], "department"),
        (REQUESTS[4][0], "document_no"),
        (REQUESTS[5][0], "title"),
        (REQUESTS[8][0], "name"),
        (REQUESTS[8][0], "unit"),
        (REQUESTS[13][0], "reason"),
        (REQUESTS[14][0], "bank_ref"),
        (REQUESTS[15][0], "reason"),
        (REQUESTS[16][0], "reason"),
        (REQUESTS[18][0], "ban"),
        (REQUESTS[19][0], "target"),
        (REQUESTS[20][0], "mode"),
        (REQUESTS[21][0], "source"),
        (REQUESTS[22][0], "document_no"),
        (REQUESTS[22][0], "item_no"),
        (REQUESTS[23][0], "reason"),
        (REQUESTS[26][0], "reason"),
        (REQUESTS[80][0], "no"),
        (REQUESTS[83][0], "subject"),
        (REQUESTS[85][0], "received_by"),
        (REQUESTS[89][0], "said"),
    ],
)
def test_empty_word_where_one_is_needed_names_its_field(request_: AnyRequest, field: str) -> None:
    with pytest.raises(BadInputError, match=field):
        from_body(broken(request_, **{field: ""}))


@pytest.mark.parametrize("digest", ["", "d" * 63, "D" * 64, "g" * 64, "d" * 64 + "\n"])
def test_minutes_without_a_digest_name_the_field(digest: str) -> None:
    with pytest.raises(BadInputError, match="digest"):
        from_body(broken(REQUESTS[7][0], digest=digest))


@pytest.mark.parametrize(("changes", "field"), [({"households": 0}, "households"), ({"record": "a page"}, "record")])
def test_linkage_of_nobody_or_with_no_digest_names_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInputError, match=field):
        from_body(broken(REQUESTS[20][0], **changes))


@pytest.mark.parametrize("start", ["D", "2023.1", "d" * 65, "d\n"])
def test_version_to_move_to_is_the_start_of_a_digest(start: str) -> None:
    with pytest.raises(BadInputError, match="to"):
        from_body(broken(REQUESTS[23][0], to=start))


def test_missing_field_is_named() -> None:
    body = json.loads(to_body(RECEIPT))
    del body["item_no"]
    with pytest.raises(BadInputError, match="item_no"):
        from_body(json.dumps(body))


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"type":"fund.steal/1"}', "{}", DEEP])
def test_body_that_is_no_request_is_refused(body: str) -> None:
    with pytest.raises(BadInputError, match="request"):
        from_body(body)


@pytest.mark.parametrize(("kind", "most"), [("fund", 48), ("claim", 48), ("obligation", 160)])
def test_number_too_long_for_its_kind_is_refused(kind: str, most: int) -> None:
    assert parse_case(f"sample/{kind}/{'A' * most}").no == "A" * most
    with pytest.raises(BadInputError, match=str(most + 1)):
        parse_case(f"sample/{kind}/{'A' * (most + 1)}")


@pytest.mark.parametrize(
    ("request_", "changes", "field"),
    [
        (REQUESTS[41][0], {"measures": []}, "measures"),
        (REQUESTS[41][0], {"measures": [{"name": " ", "unit": "吨", "value": 1}]}, r"measures\[0\].name"),
        (REQUESTS[41][0], {"measures": [{"name": "产量", "unit": "吨", "value": -1}]}, r"measures\[0\].value"),
        (REQUESTS[42][0], {"channel": "by hand"}, "channel"),
        (REQUESTS[42][0], {"year": 22}, "year"),
        (REQUESTS[43][0], {"number": 0}, "number"),
        (REQUESTS[43][0], {"handling": "  "}, "handling"),
        (REQUESTS[44][0], {"score": 101}, "score"),
        (REQUESTS[44][0], {"reached": [{"group": "lifted_out", "count": -1}]}, "count"),
        (REQUESTS[45][0], {"words": "\t"}, "words"),
        (REQUESTS[48][0], {"modes": []}, "modes"),
        (REQUESTS[48][0], {"reached": []}, "reached"),
        (REQUESTS[49][0], {"household": "张三家"}, "household"),
        (REQUESTS[49][0], {"record": ""}, "record"),
        (REQUESTS[53][0], {"name": ""}, "name"),
        (REQUESTS[55][0], {"record": "a page"}, "record"),
        (REQUESTS[59][0], {"amount_fen": 0}, "amount_fen"),
        (REQUESTS[60][0], {"amount_fen": -5}, "amount_fen"),
        (REQUESTS[60][0], {"amount_fen": NUMBER_MAX + 1}, f"over {NUMBER_MAX}"),
        (REQUESTS[61][0], {"kind": "weak"}, "kind"),
        (REQUESTS[63][0], {"amount_fen": -1}, "amount_fen"),
    ],
)
def test_what_is_wrong_of_a_result_or_an_asset_is_named(
    request_: AnyRequest, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInputError, match=field):
        from_body(broken(request_, **changes))


@pytest.mark.parametrize(
    ("request_", "changes", "field"),
    [
        (REQUESTS[78][0], {"tasks": [{"subject": "水利局", "amount_fen": -1}]}, "amount_fen"),
        (REQUESTS[78][0], {"tasks": [{"subject": "", "amount_fen": 1}]}, "subject"),
        (REQUESTS[79][0], {"actuals": [{"subject": "水利局", "amount_fen": -1}]}, "amount_fen"),
        (REQUESTS[86][0], {"place": 0}, "place"),
        (REQUESTS[93][0], {"how": "forgotten"}, "how"),
        (REQUESTS[94][0], {"record": ""}, "record"),
    ],
)
def test_supervision_that_is_none_names_its_field(request_: AnyRequest, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInputError, match=field):
        from_body(broken(request_, **changes))


@pytest.mark.parametrize(
    ("request_", "changes", "field"),
    [
        (REQUESTS[99][0], {"reason": " \t\u3000"}, "reason"),
        (REQUESTS[99][0], {"days": 0}, "days"),
        (REQUESTS[99][0], {"days": DAYS_MAX + 1}, "days"),
        (REQUESTS[100][0], {"until": "soon"}, "until"),
        (REQUESTS[101][0], {"reason": ""}, "reason"),
        (REQUESTS[103][0], {"record": "a page"}, "record"),
        (CorrectClaim(reason="有误"), {"reason": "  "}, "reason"),
        (WithdrawPlan(reason="不报"), {"reason": " \t"}, "reason"),
        (CorrectProject(reason="有误"), {"budget_fen": -1}, "budget_fen"),
        (ReportReceipt(), {"seen": "half a digest"}, "seen"),
    ],
)
def test_what_is_wrong_of_a_grant_is_named(request_: AnyRequest, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInputError, match=field):
        from_body(broken(request_, **changes))


@pytest.mark.parametrize(
    ("request_", "changes", "field"),
    [
        (PAPER, {"paper": "../contract"}, "paper"),
        (PAPER, {"paper": "a b"}, "paper"),
        (PAPER, {"paper": "contract#0"}, "paper"),
        (PAPER, {"paper": "x" * 61}, "paper"),
        (PAPER, {"step": ""}, "step"),
        (PAPER, {"digest": "d" * 63}, "digest"),
        (PAPER, {"size_bytes": -1}, "size_bytes"),
        (PAPER, {"replaces": "a page"}, "replaces"),
        (PAPER_BACK, {"reason": " \t\u3000"}, "reason"),
        (PAPER_BACK, {"digest": ""}, "digest"),
    ],
)
def test_what_is_wrong_of_a_paper_is_named(request_: AnyRequest, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInputError, match=field):
        from_body(broken(request_, **changes))
