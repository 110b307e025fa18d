"""What is asked of a fund: its arrival, report and notice, the release of a plan's money, withdrawal."""

from collections.abc import Iterator, Sequence

from domain.act import Act
from domain.cases import year_stream
from domain.document import DocumentEntered, Enter, document_stream
from domain.errors import BadInputError, RefusedError
from domain.fund import FUND
from domain.fund_facts import (
    Announce,
    CloseYear,
    FundAnnounced,
    FundReceived,
    FundTerms,
    Notify,
    PortionReceived,
    Reduce,
    Register,
    Release,
    Report,
    Share,
    Withdraw,
)
from domain.fund_refusals import NoSuchFundError
from domain.fund_state import FundState
from domain.ledger import Step
from domain.plan_facts import NoteRelease
from domain.policy.base import Named
from domain.policy.funds import Receipt
from domain.procedures import clocks, projects
from domain.procedures.asking import Asking, NoRuleStatedError, Rules, counted
from domain.project_facts import Cut
from domain.project_facts import NoteRelease as NoteReleaseOfProject
from domain.requests import (
    AnnounceMoney,
    NotifyDepartment,
    ReduceAllotment,
    RegisterReceipt,
    ReleaseMoney,
    ReportReceipt,
    WithdrawMoney,
)
from domain.requests import CloseYear as CloseYearRequest
from domain.yearbook import EnterFund


class TierError(RefusedError):
    """A receipt of another tier than its source's."""

    zh = "来源 {source} 属 {tier} 级（{clause}），填的是 {asked}；层级须一致，或留空"
    en = "money of {source} is of the tier {tier} ({clause}), not {asked}: the tier must be its source's, or left out"


def register(asking: Asking, request: RegisterReceipt) -> Iterator[Step]:
    """Enter a receipt and start the clock of its report and notice."""
    rules = asking.rules()
    yield from entry(asking, rules, request, Register, "register a receipt")
    yield from arrived(asking, rules, request.fiscal_year)


def entry(
    asking: Asking,
    rules: Rules,
    request: RegisterReceipt | AnnounceMoney,
    command: type[Register | Announce],
    what: str,
) -> Iterator[Step]:
    """Enter what an item of a document brings to its pools, for the post that enters receipts."""
    receipt = receipt_of(rules)
    asking.needs_post(receipt.registrar, what, receipt.clause)
    if not request.source.strip():  # Also where a county's text names no sources.
        raise BadInputError("source", "money needs the source that it comes from")
    _check_known("source", request.source, rules.profile.sources)
    _check_tier(rules, request)
    check_pools(rules, request.portions)
    act = asking.act.under(receipt.clause)
    yield entered(asking, act, request.document_no, request.item_no, request.portions)
    yield Step(
        asking.own,
        command(
            act,
            asking.case.no,
            asking.case.county,
            request.document_no,
            request.item_no,
            request.source,
            request.tier,
            request.fiscal_year,
            request.portions,
            terms_of(rules),
        ),
    )


def arrived(asking: Asking, rules: Rules, fiscal_year: int) -> Iterator[Step]:
    """Enter money that is there in its year's book, and start the clock of report and notice on its stated day."""
    receipt = receipt_of(rules)
    book = year_stream(asking.case.county, fiscal_year)
    yield Step(book, EnterFund(asking.act.under(receipt.clause), asking.case.no))
    term = counted(receipt.deadline, ("report", "notice"), receipt.reporter)
    yield from clocks.start(asking, f"fund-{asking.case.no}-arrival", term, asking.act.occurred_on, rules.ref)


def _check_tier(rules: Rules, request: RegisterReceipt | AnnounceMoney) -> None:
    """Check that money is of the tier that its source belongs to, where receipt and text both say one."""
    source = next((source for source in rules.profile.sources if source.id == request.source), None)
    if source and source.tier and request.tier and request.tier != source.tier:
        raise TierError(source=source.id, tier=source.tier, asked=request.tier, clause=source.clause)


def entered(asking: Asking, act: Act, document_no: str, item_no: str, portions: tuple[PortionReceived, ...]) -> Step:
    """Return the step by which an item of a document is this fund's, and no other's."""
    county, total = asking.case.county, sum(portion.amount_fen for portion in portions)
    fact = DocumentEntered(act, county, document_no, item_no, asking.case.no, total)
    return Step(document_stream(county, document_no, item_no), Enter(act, fact))


def check_pools(rules: Rules, portions: tuple[PortionReceived, ...]) -> None:
    """Check that the county's rules name each portion's pool, if they name any.

    Raises:
        BadInputError: With the pools that there are.
    """
    for portion in portions:
        _check_known("portions.pool", portion.pool, rules.profile.pools)


def _check_known(field: str, asked: str, named: Sequence[Named]) -> None:
    known = [rule.id for rule in named]
    if known and asked not in known:
        raise BadInputError(field, f"{asked!r} is not one of {', '.join(known)}")


def receipt_of(rules: Rules) -> Receipt:
    """Return what the rules say of a receipt.

    Raises:
        NoRuleStatedError: If they say nothing.
    """
    if rules.profile.receipt is None:
        raise NoRuleStatedError(question="who enters a receipt?", key="receipt")
    return rules.profile.receipt


def terms_of(rules: Rules) -> FundTerms:
    """Return the rules that a fund runs under.

    Raises:
        NoRuleStatedError: If the county's text says nothing of receipts.
    """
    receipt, release = receipt_of(rules), rules.profile.release
    releaser = release.post if release else None
    return FundTerms(
        policy=rules.ref,
        reporter=receipt.reporter or "",
        notifier=receipt.notifier or "",
        releaser=releaser or "",
        form=release.form if release else "",
        release=counted(release.deadline, ("release",), releaser) if release else None,
    )


def received_under(asking: Asking) -> tuple[FundReceived | FundAnnounced, Receipt]:
    """Return the fund's entry, and what the rules that it runs under say of one."""
    received = asking.read(FUND, asking.own).received
    if received is None:
        raise NoSuchFundError(fund_no=asking.case.no)
    return received, receipt_of(asking.rules(received.terms.policy))


def report(asking: Asking, _: ReportReceipt) -> Iterator[Step]:
    """Report the arrival to the leading group."""
    received, rule = received_under(asking)
    asking.needs_post(received.terms.reporter, "report a receipt", rule.clause)
    act = asking.act.under(rule.clause)
    yield Step(asking.own, Report(act, asking.case.no))
    yield from clocks.meet(asking, f"fund-{asking.case.no}-arrival", "report")


def notify(asking: Asking, request: NotifyDepartment) -> Iterator[Step]:
    """Tell the competent department in writing."""
    received, rule = received_under(asking)
    asking.needs_post(received.terms.notifier, "give written notice", rule.clause)
    act = asking.act.under(rule.clause)
    yield Step(asking.own, Notify(act, asking.case.no, request.department))
    yield from clocks.meet(asking, f"fund-{asking.case.no}-arrival", "notice")


def release(asking: Asking, request: ReleaseMoney) -> Iterator[Step]:
    """Release what a plan allotted of this fund, and tell the plan and each of its projects."""
    terms = received_under(asking)[0].terms
    rule = asking.rules(terms.policy).profile.release
    clause = rule.clause if rule else "release"
    asking.needs_post(terms.releaser, "release money", clause)
    act, fund_no, plan_no = asking.act.under(clause), asking.case.no, request.plan_no
    yield Step(asking.own, Release(act, fund_no, plan_no, terms.form))
    state: FundState = asking.read(FUND, asking.own)
    if plan_no in state.released:  # Money goes out once, whoever asks again: its projects know already.
        return
    by_project: dict[str, int] = {}
    for share in state.plans.get(plan_no, ()):
        by_project[share.project_no] = by_project.get(share.project_no, 0) + share.amount_fen
    if by_project:
        yield Step(asking.stream("plan", plan_no), NoteRelease(act, fund_no))
    for project_no, amount_fen in by_project.items():
        yield from projects.bring(asking, project_no, NoteReleaseOfProject(act, plan_no, fund_no, amount_fen))
    yield from clocks.meet(asking, f"fund-{fund_no}-release-{plan_no}", "release")


def withdraw(asking: Asking, request: WithdrawMoney) -> Iterator[Step]:
    """Hand free money back to the upper level."""
    _, rule = received_under(asking)
    asking.needs_post(rule.registrar, "withdraw money", rule.clause)
    act = asking.act.under(rule.clause)
    yield Step(
        asking.own,
        Withdraw(act, asking.case.no, request.pool, request.amount_fen, request.document_no),
    )


def reduce(asking: Asking, request: ReduceAllotment) -> Iterator[Step]:
    """Free the difference of a lower settlement (审减), for the post that drafts plans."""
    received, _ = received_under(asking)
    plan = asking.rules(received.terms.policy).profile.plan
    clause = plan.clause if plan else "plan"
    asking.needs_post(plan.drafter if plan else None, "reduce an allotment", clause)
    if not request.reason.strip():
        raise BadInputError("reason", "a reduction needs a reason")
    act, fund_no = asking.act.under(clause), asking.case.no
    share = Share(request.pool, request.project_no, request.amount_fen)
    yield Step(asking.own, Reduce(act, fund_no, share, request.reason))
    yield from projects.bring(asking, request.project_no, Cut(act, ((fund_no, request.amount_fen),)))


def close_year(asking: Asking, request: CloseYearRequest) -> Iterator[Step]:
    """Close a year of the fund (年终结转)."""
    _, rule = received_under(asking)
    asking.needs_post(rule.registrar, "close a year", rule.clause)
    yield Step(asking.own, CloseYear(asking.act.under(rule.clause), asking.case.no, request.year))
