"""The story goes on: money that is announced and arrives short, adjusted and corrected plans, a bank that changes."""

from datetime import date

from domain.bank_facts import Unlike
from domain.correcting_requests import CorrectClaim, CorrectPlan, WithdrawClaim, WithdrawPlan
from domain.fund_facts import PortionReceived
from domain.ledger import Ledger
from domain.policy import parse
from domain.requests import (
    AnswerGate,
    AnswerStep,
    AttestBan,
    ChangeEstimate,
    ConfirmEntry,
    DraftPlan,
    EnterArrival,
    FileMinutes,
    LodgeClaim,
    ReduceAllotment,
    RegisterProject,
    ReleaseMoney,
    RemoveEntry,
    SetLinkage,
    SetTarget,
    TakeUpEntry,
)
from domain.terms import Line
from tests.story import COUNTY, MINUTES, POLICIES, WAN, Story, adopt, announce, close_year, decide, next_year, tell

NEXT = 2024


def on(month: int, of_month: int) -> date:
    """Return a day of the year after the story's."""
    return date(NEXT, month, of_month)


def tell_long(ledger: Ledger) -> None:
    """Tell the story, and the year behind it."""
    story = tell(ledger)
    announce(story)
    close_year(story, 2023, "F1", "F2")
    next_year(story)
    for chapter in (bank_changes, arrives_short, adjust, correct, side_by_side):
        chapter(story)


def bank_changes(story: Story) -> None:
    """S03's estimate changes, it is removed and taken up again; S04 looks like it, and is told apart."""
    declare(story, "S03", "样例·蓄水池", on(3, 4))
    story.ask("project", "S03", AnswerStep(step="bank", approve=True, opinion="同意"), "rrb", on(3, 8))
    story.ask("project", "S03", ChangeEstimate(budget_fen=55 * WAN, reason="样例：优化线路"), "rrb", on(3, 11))
    story.ask("project", "S03", RemoveEntry(reason="样例：暂缓"), "rrb", on(3, 12))
    story.ask("project", "S03", TakeUpEntry(reason="样例：重新列入"), "rrb", on(3, 18))
    declare(story, "S04", "样例·蓄水池工程", on(3, 18))
    unlike = (Unlike("S03", "样例：在村西，不在村东"),)
    story.ask("project", "S04", AnswerStep(step="bank", approve=True, opinion="同意", unlike=unlike), "rrb", on(3, 19))


def declare(story: Story, no: str, name: str, day: date) -> None:
    """Bring a project to the bank's door, all on one day."""
    request = RegisterProject(
        name=name,
        village="样例一村",
        township="样例甲乡",
        unit="样例·甲乡人民政府",
        use="infrastructure",
        budget_fen=60 * WAN,
    )
    village = "village_committee"
    story.ask("project", no, request, village, day)
    story.ask("project", no, SetTarget(target="样例：蓄水二千立方米"), village, day)
    story.ask("project", no, SetLinkage(mode="样例：公益岗位", households=5), village, day)
    story.ask("project", no, AttestBan(ban="duplicate", clear=True), "field_team", day)
    story.pass_step(no, "township_review", "township_office", day)
    story.pass_step(no, "field_survey", "field_team", day, "ee" * 32)


def arrives_short(story: Story) -> None:
    """Of F4's 90 wan 85 come: P3 had planned 30 for S02, and P4 cut 5 of them before."""
    plan(story, "P3", (line("F4", "S02", 30),), on(3, 20))
    plan(story, "P4", (), on(3, 21), cuts=(line("F4", "S02", 5),))
    came = EnterArrival(
        document_no="样例财农〔2024〕9号", item_no="1", portions=(PortionReceived("integrated", 85 * WAN),)
    )
    story.ask("fund", "F4", came, "finance_section", on(3, 25))
    story.ask("fund", "F4", ReleaseMoney(plan_no="P3"), "finance_section", on(3, 26))


def adjust(story: Story) -> None:
    """P5 moves 20 wan of F1 from S02 to S03, and gives S03 10 wan of F3; a settlement takes 3 wan from S02."""
    plan(story, "P5", (line("F1", "S03", 20), line("F3", "S03", 10)), on(4, 1), cuts=(line("F1", "S02", 20),))
    for fund in ("F1", "F3"):
        story.ask("fund", fund, ReleaseMoney(plan_no="P5"), "finance_section", on(4, 3))
    reduced = ReduceAllotment(pool="integrated", project_no="S02", amount_fen=3 * WAN, reason="样例：审减")
    story.ask("fund", "F1", reduced, "rrb", on(4, 4))


def correct(story: Story) -> None:
    """P6 is corrected and then taken back; of S03's claims C5 is corrected at its second gate, C6 taken back there."""
    drafted = DraftPlan(year=NEXT, title="样例", lines=(line("F3", "S03", 5),))
    story.ask("plan", "P6", drafted, "rrb", on(4, 8))
    story.ask("plan", "P6", CorrectPlan(reason="样例：少列", lines=(line("F3", "S03", 6),)), "rrb", on(4, 9))
    story.ask("plan", "P6", WithdrawPlan(reason="样例：并入下批"), "rrb", on(4, 10))
    contract = AnswerStep(step="contract", approve=True, record="aa" * 32, contractor="样例·乙", amount_fen=30 * WAN)
    story.ask("project", "S03", contract, "implementing_unit", on(4, 11))
    for no in ("C5", "C6"):
        lodge(story, no, (line("F1", "S03", 8),), on(4, 15))
        story.pass_gates(no, ("finance_section",), on(4, 16))
    fixed = CorrectClaim(reason="样例：少报", lines=(line("F1", "S03", 6), line("F3", "S03", 3)))
    story.ask("claim", "C5", fixed, "implementing_unit", on(4, 18))
    story.ask("claim", "C6", WithdrawClaim(reason="样例：重复"), "implementing_unit", on(4, 18))


def side_by_side(story: Story) -> None:
    """Under other rules two gates wait together: C7 is through one of them, one sends C8 back; S04 is confirmed."""
    second = 'post = "payment_centre"\nkind = "review"\n'
    text = (POLICIES / f"{COUNTY}.toml").read_text(encoding="utf-8")
    adopt(story, parse(text.replace(second, f"{second}with_former = true\n"), "together"), on(4, 20))
    for no in ("C7", "C8"):
        lodge(story, no, (line("F1", "S03", 1),), on(4, 22))
    story.pass_gates("C7", ("payment_centre",), on(4, 24))
    back = AnswerGate(gate="payment_centre", approve=False, opinion="样例：缺发票")
    story.ask("claim", "C8", back, "payment_centre", on(4, 25))
    story.ask("project", "S04", ConfirmEntry(opinion="样例：仍需建设"), "rrb", date(NEXT + 1, 1, 10))


def line(fund_no: str, project_no: str, amount_wan: int) -> Line:
    """Return a line of the integrated pool."""
    return Line(fund_no, "integrated", project_no, amount_wan * WAN)


def plan(story: Story, no: str, lines: tuple[Line, ...], day: date, *, cuts: tuple[Line, ...] = ()) -> None:
    """Draft a plan, and put it in force the same day."""
    reason = "样例：调整" if cuts else ""
    drafted = DraftPlan(year=day.year, title=f"样例 {no}", lines=lines, cuts=cuts, reason=reason)
    story.ask("plan", no, drafted, "rrb", day)
    decide(story, no, f"M-{no}", day, approve=True)
    story.ask("plan", no, FileMinutes(stage="leading_group", digest=MINUTES), "leading_group", day)


def lodge(story: Story, no: str, lines: tuple[Line, ...], day: date) -> None:
    """Lodge a claim of S03."""
    request = LodgeClaim(project_no="S03", kind="advance", lines=lines, payee="样例·乙", vouchers=("cd" * 32,))
    story.ask("claim", no, request, "implementing_unit", day)
