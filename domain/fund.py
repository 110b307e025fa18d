"""Fund (资金): one receipt, split into portions, and every movement of its money.

Facts and commands stand in `fund_facts.py`, the fold in `fund_state.py`, the balances in `balances.py`; money that is
announced before it is there in `fund_ahead.py`.
"""

from datetime import date

import msgspec

from domain.act import Act, Decider, OpenStep, RepeatDiffersError
from domain.balances import Bucket
from domain.calendar import day_of
from domain.cases import case_id
from domain.fund_ahead import arrive, enter, less, needs_arrival, unallotted
from domain.fund_facts import (
    COMMANDS,
    FACTS,
    Allot,
    AllotmentReduced,
    Announce,
    AnnouncementRevoked,
    Arrive,
    Bounce,
    CloseYear,
    Confirm,
    DepartmentNotified,
    Free,
    FundAnnounced,
    FundArrived,
    FundCommand,
    FundFact,
    FundMoved,
    FundReceived,
    FundTerms,
    MoneyAllotted,
    MoneyReleased,
    MoneyReserved,
    MoneyUnallotted,
    MoneyWithdrawn,
    Move,
    Notify,
    PortionCarried,
    ReceiptReported,
    Reduce,
    Refund,
    Register,
    Release,
    Report,
    Reserve,
    ReserveAnew,
    Send,
    Share,
    Withdraw,
    YearClosed,
)
from domain.fund_refusals import (
    AmountError,
    NoSuchFundError,
    NotAllottedError,
    NotReservedError,
    SecondTimeError,
    ShortfallError,
    YearOpenError,
)
from domain.fund_state import CLAIM_MOVES, CLAIM_STEPS, OF_CLAIMS, FundState, Hold, moves_of
from domain.moving import MOVE, StepLostError, check_may_move, named


def judge(state: FundState, command: FundCommand) -> tuple[FundFact, ...]:
    """Return the facts of *command*. Every money fact is tried on the balances before it is handed out."""
    if isinstance(command, Register | Announce):
        return enter(state, command)
    if state.received is None:
        raise NoSuchFundError(fund_no=command.fund_no)
    facts = _judge_act(state, command)
    moves = tuple(m for fact in facts for m in moves_of(state, fact))
    state.balances.check(state.fund_no, moves, ShortfallError, command.act.clause)
    return facts


def _judge_act(state: FundState, command: FundCommand) -> tuple[FundFact, ...]:
    match command:
        case Arrive():
            return arrive(state, command)
        case Report(act):
            needs_arrival(state, act, "report a receipt")
            _once("report to the leading group", state.reported_on, act)
            return (ReceiptReported(act),)
        case Notify(act, department=department):
            needs_arrival(state, act, "give written notice")
            _once("notice to the competent department", state.notified_on, act)
            return (DepartmentNotified(act, department),)
        case Allot(act, plan_no=plan_no, shares=shares):
            if _same(state.plans.get(plan_no), shares, f"plan {plan_no}"):
                return ()
            if shares and command.form:
                needs_arrival(state, act, "release money")
            cuts = _cuts(state, command, _checked(command.cuts))
            allotted = (MoneyAllotted(act, plan_no, _checked(shares)),) if shares else ()
            released = (MoneyReleased(act, plan_no, shares, command.form),) if shares and command.form else ()
            return (*cuts, *allotted, *released)
        case Release(act, plan_no=plan_no, form=form):
            if plan_no in state.released:
                return ()
            if not state.plans.get(plan_no):
                raise NotAllottedError(plan_no=plan_no, fund_no=state.fund_no, clause=act.clause)
            needs_arrival(state, act, "release money")
            return (MoneyReleased(act, plan_no, state.plans[plan_no], form),)
        case Withdraw(act, pool=pool, amount_fen=amount_fen, document_no=document_no):
            _checked((Share(pool, "", amount_fen),))
            # The business key of a withdrawal is its document and the pool.
            if (before := state.withdrawals.get((document_no, pool))) is not None:
                if before != amount_fen:
                    raise RepeatDiffersError(key=f"withdrawal {document_no} {pool}", recorded=before, asked=amount_fen)
                return ()
            # Money that never came cannot go back: its announcement is revoked.
            taken = AnnouncementRevoked if state.awaited else MoneyWithdrawn
            return (taken(act, pool, amount_fen, document_no),)
        case Reduce(act, share=share, reason=reason):
            _checked((share,))
            return (AllotmentReduced(act, share, reason),)
        case CloseYear(act, year=year):
            return _close_year(state, act, year)
        case Move():
            return _move(state, command)
        case Reserve() | ReserveAnew() | Free() | Send() | Bounce() | Confirm() | Refund():
            return _judge_claim(state, command)
        case _:
            raise AssertionError(command)


def _cuts(state: FundState, c: Allot, cuts: tuple[Share, ...]) -> tuple[FundFact, ...]:
    if state.awaited:
        return unallotted(state, c)
    return tuple(AllotmentReduced(c.act, cut, c.plan_no) for cut in cuts)


def _close_year(state: FundState, act: Act, year: int) -> tuple[FundFact, ...]:
    needs_arrival(state, act, "close a year")
    portions = state.balances.portions
    sent = sum(portion.buckets[Bucket.SENT] for portion in portions.values())
    if year in state.years_closed:
        raise SecondTimeError(what=f"the close of {year}", on=state.years_closed[year], clause=act.clause)
    # Figures are of now: an earlier year's would come too late, and what moves in a year to come would be in none.
    first = max([state.received.fiscal_year if state.received else year, *(y + 1 for y in state.years_closed)])
    now = day_of(act.recorded_at).year
    if sent or not first <= year <= now:
        raise YearOpenError(fund_no=state.fund_no, year=year, sent_fen=sent, first=first, now=now, clause=act.clause)
    left = (Bucket.FREE, Bucket.UNRELEASED, Bucket.CLAIMABLE, Bucket.RESERVED)
    carried = tuple(PortionCarried(pool, *(p.buckets[b] for b in left)) for pool, p in sorted(portions.items()))
    return (YearClosed(act, year, carried),)


def _move(state: FundState, c: Move) -> tuple[FundFact, ...]:
    assert state.received is not None
    before, case = state.received.terms, case_id(state.received.county, "fund", state.fund_no)
    check_may_move(case, before.policy, c.terms.policy, stage(state) if closed(state) else "")
    posts = _posts(c.terms)
    # Its steps have no order among them; what waits for somebody must not wait for nobody. Announced money waits for
    # its arrival, which every county's rules have, and behind it for the release of what is planned.
    for step in _releases(state) if state.awaited else open_steps(state):
        if step.post and not posts[step.id.partition(":")[0]]:
            old, new = (", ".join(name for name, post in _posts(terms).items() if post) for terms in (before, c.terms))
            version = named(c.terms.policy)
            raise StepLostError(case=case, open=step.id, version=version, old=old or "-", new=new or "-")
    return (FundMoved(c.act, c.terms, before.policy, c.reason),)


def _posts(terms: FundTerms) -> dict[str, str]:
    return {"report": terms.reporter, "notify": terms.notifier, "release": terms.releaser}


ClaimMove = Reserve | ReserveAnew | Free | Send | Bounce | Confirm | Refund


def _judge_claim(state: FundState, command: ClaimMove) -> tuple[FundFact, ...]:
    hold = state.holds.get(command.claim_no)
    if isinstance(command, Reserve):
        held = hold.shares if hold and hold.bucket not in (None, Bucket.CLAIMABLE) else None
        if _same(held, command.shares, f"claim {command.claim_no}"):
            return ()
        return (MoneyReserved(command.act, command.claim_no, command.version, _checked(command.shares)),)
    start, fact, _ = CLAIM_STEPS[Free if isinstance(command, ReserveAnew) else type(command)]
    if hold is None or hold.bucket is not start:
        where = hold.bucket.value if hold and hold.bucket else "not reserved"
        raise NotReservedError(
            claim_no=command.claim_no,
            fund_no=state.fund_no,
            state=where,
            wanted=type(command).__name__.lower(),
            needed=start.value,
            clause=command.act.clause,
        )
    moved = fact(command.act, command.claim_no)
    if isinstance(command, ReserveAnew):
        return (moved, MoneyReserved(command.act, command.claim_no, command.version, _checked(command.shares)))
    return (moved,)


def apply(state: FundState, fact: FundFact) -> None:
    """Fold one fact into the state."""
    if isinstance(fact, OF_CLAIMS):
        hold = state.holds[fact.claim_no]
        start, hold.bucket = CLAIM_MOVES[type(fact)]
        state.balances.carry(hold.shares, start, hold.bucket)
        return
    if isinstance(fact, MoneyReserved):
        state.balances.carry(fact.shares, Bucket.CLAIMABLE, Bucket.RESERVED)
        state.holds[fact.claim_no] = Hold(fact.version, fact.shares, Bucket.RESERVED)
        return
    state.balances.move(moves_of(state, fact))
    match fact:
        case FundReceived() | FundAnnounced():
            state.fund_no, state.received, state.registrar = fact.fund_no, fact, fact.act.post
        case FundArrived():
            state.arrived = fact
        case ReceiptReported():
            state.reported_on = fact.act.occurred_on
        case DepartmentNotified():
            state.notified_on = fact.act.occurred_on
        case MoneyAllotted():
            state.plans[fact.plan_no] = fact.shares
            state.allotted_on[fact.plan_no] = fact.act.occurred_on
        case MoneyUnallotted():
            state.plans[fact.plan_no] = less(state.plans[fact.plan_no], fact.share)
        case MoneyReleased():
            state.released.add(fact.plan_no)
        case YearClosed():
            state.years_closed[fact.year] = fact.act.occurred_on
        case FundMoved():
            assert state.received is not None
            state.received = msgspec.structs.replace(state.received, terms=fact.terms)
            state.registrar = fact.act.post
        case MoneyWithdrawn() | AnnouncementRevoked():
            state.withdrawals[fact.document_no, fact.pool] = fact.amount_fen
        case _:
            pass


def _once(what: str, on: date | None, act: Act) -> None:
    if on is not None:
        raise SecondTimeError(what=what, on=on, clause=act.clause)


def _same(recorded: tuple[Share, ...] | None, asked: tuple[Share, ...], key: str) -> bool:
    if recorded is None:
        return False
    if recorded != asked:
        raise RepeatDiffersError(key=key, recorded=recorded, asked=asked)
    return True


def _checked(shares: tuple[Share, ...]) -> tuple[Share, ...]:
    for share in shares:
        if share.amount_fen <= 0:
            raise AmountError(place=f"{share.pool} {share.project_no}".strip(), amount_fen=share.amount_fen)
    return shares


def open_steps(state: FundState) -> tuple[OpenStep, ...]:
    """Return what waits for somebody: report and notice while not done, a release for each allotted plan.

    Money that is only announced waits for its arrival alone, if anything is left of the announcement.
    """
    if state.received is None:
        return ()
    terms = state.received.terms
    if state.awaited:
        return () if state.balances.all_paid() else (OpenStep("arrive", state.registrar),)
    # Only where the county's rules name who does it: silence asks for nothing.
    steps = [] if state.reported_on or not terms.reporter else [OpenStep("report", terms.reporter)]
    steps += [] if state.notified_on or not terms.notifier else [OpenStep("notify", terms.notifier)]
    return (*steps, *_releases(state))


def _releases(state: FundState) -> tuple[OpenStep, ...]:
    releaser = state.received.terms.releaser if state.received else ""
    return tuple(OpenStep(f"release:{plan_no}", releaser) for plan_no in state.waiting_plans)


def stage(state: FundState) -> str:
    """Return where the fund stands: announced, arrived, planned, released, or closed."""
    if closed(state):
        return "closed"
    if state.awaited:
        return "announced"
    if not any(state.plans.values()):
        return "arrived"
    return "planned" if state.waiting_plans else "released"


def closed(state: FundState) -> bool:
    """Return whether every fen is paid or withdrawn, and what the rules ask for on arrival is done."""
    return state.received is not None and not open_steps(state) and state.balances.all_paid()


def also_allowed(state: FundState) -> tuple[str, ...]:
    """Return what may be asked for although nobody is waited for it; moved is only what is not over."""
    always = ("withdraw", "reduce", "close-year")
    if state.received is None or closed(state):
        return always
    if not state.awaited:
        return (*always, MOVE)
    # Too early, and for the rule to say so with its reason and on record, not for the door.
    return (*always, MOVE, "report", "notify", *(step.id for step in _releases(state)))


MOVES_OF_CLAIMS = (MoneyReserved, *(step[1] for step in CLAIM_STEPS.values()))
FUND = Decider(
    "fund",
    FundState,
    judge,
    apply,
    COMMANDS,
    FACTS,
    open_steps,
    stage,
    closed,
    also_allowed,
    MOVES_OF_CLAIMS,
)
