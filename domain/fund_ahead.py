"""Money announced ahead (提前告知资金): its entry, its arrival, and what a plan takes back of it before it is there."""

from domain.act import Act, RepeatDiffersError
from domain.balances import Bucket, Portion
from domain.fund_facts import (
    Allot,
    Announce,
    Arrive,
    FundAnnounced,
    FundArrived,
    FundFact,
    FundReceived,
    MoneyUnallotted,
    PoolArrived,
    PortionReceived,
    Register,
    Share,
)
from domain.fund_refusals import (
    AmountError,
    ArrivalDocumentError,
    ArrivedLowerError,
    EnteredOtherwiseError,
    NotArrivedError,
    NotAwaitedError,
    PoolUnsaidError,
    ShortfallError,
)
from domain.fund_state import FundState


def enter(state: FundState, c: Register | Announce) -> tuple[FundFact, ...]:
    """Return the fact of a receipt or of an announcement."""
    if not c.portions:
        raise AmountError(place="portions", amount_fen=0)
    for portion in c.portions:
        if portion.amount_fen <= 0:
            raise AmountError(place=f"portion {portion.pool}", amount_fen=portion.amount_fen)
    kind = FundReceived if isinstance(c, Register) else FundAnnounced
    fact = kind(
        c.act,
        c.county,
        c.fund_no,
        c.document_no,
        c.item_no,
        c.source,
        c.tier,
        c.fiscal_year,
        c.portions,
        c.terms,
    )
    before = state.received
    if before is None:
        return (fact,)
    # The business key of a receipt is document and item: the same content again asks for nothing new.
    if fact.content() != before.content():
        key = f"receipt {before.document_no} item {before.item_no}"
        raise RepeatDiffersError(key=key, recorded=before.content(), asked=fact.content())
    if type(before) is not kind:
        recorded, asked = _entered_as(before), _entered_as(fact)
        place = {"document_no": before.document_no, "item_no": before.item_no, "fund_no": before.fund_no}
        raise EnteredOtherwiseError(**place, recorded=recorded, asked=asked)
    return ()


def _entered_as(fact: FundReceived | FundAnnounced) -> str:
    return "money received" if isinstance(fact, FundReceived) else "money announced"


def needs_arrival(state: FundState, act: Act, what: str) -> None:
    """Check that the money is there, not only announced.

    Raises:
        NotArrivedError: If it is not.
    """
    if state.awaited and state.received is not None:
        entry = state.received
        place = {"fund_no": entry.fund_no, "document_no": entry.document_no, "item_no": entry.item_no}
        raise NotArrivedError(**place, what=what, clause=act.clause or "-")


def arrive(state: FundState, c: Arrive) -> tuple[FundFact, ...]:
    """Return the fact of an arrival. What was announced and did not come is taken from what is free."""
    asked = _by_pool(c.portions)
    if state.arrived is not None:
        again = (c.document_no, c.item_no, tuple(sorted((pool, fen) for pool, fen in asked.items() if fen)))
        if again == state.arrived.content():
            return ()
        raise RepeatDiffersError(key=f"arrival of {c.fund_no}", recorded=state.arrived.content(), asked=again)
    _check_awaited(state, c)
    if not any(asked.values()):  # An announcement of which nothing comes is revoked.
        raise AmountError(place="portions", amount_fen=0)
    announced = {pool: portion for pool, portion in state.balances.portions.items() if portion.received}
    for pool, promised in announced.items():
        _check_pool(c.fund_no, pool, promised, asked.get(pool))
    pools = sorted(announced.keys() | {pool for pool, fen in asked.items() if fen})
    came = tuple(PoolArrived(p, announced[p].received if p in announced else 0, asked[p]) for p in pools)
    return (FundArrived(c.act, c.document_no, c.item_no, came),)


def _by_pool(portions: tuple[PortionReceived, ...]) -> dict[str, int]:
    by_pool: dict[str, int] = {}
    for portion in portions:
        if portion.amount_fen < 0:
            raise AmountError(place=f"portion {portion.pool}", amount_fen=portion.amount_fen)
        by_pool[portion.pool] = by_pool.get(portion.pool, 0) + portion.amount_fen
    return by_pool


def _check_awaited(state: FundState, c: Arrive) -> None:
    entry = state.received
    assert entry is not None
    place = {"fund_no": entry.fund_no, "document_no": entry.document_no, "item_no": entry.item_no}
    if not state.awaited or state.balances.all_paid():
        why = "the announcement was revoked" if state.awaited else _entered_as(entry)
        raise NotAwaitedError(**place, state=why)
    if (c.document_no.strip(), c.item_no.strip()) == (entry.document_no.strip(), entry.item_no.strip()):
        raise ArrivalDocumentError(**place)


def _check_pool(fund_no: str, pool: str, portion: Portion, arrived_fen: int | None) -> None:
    if arrived_fen is None:
        raise PoolUnsaidError(fund_no=fund_no, pool=pool, announced_fen=portion.received)
    lacking, free = portion.received - arrived_fen, portion.buckets[Bucket.FREE]
    if lacking > free:
        raise ArrivedLowerError(
            fund_no=fund_no,
            pool=pool,
            arrived_fen=arrived_fen,
            announced_fen=portion.received,
            lacking_fen=lacking,
            free_fen=free,
            cut_fen=lacking - free,
        )


def unallotted(state: FundState, c: Allot) -> tuple[FundFact, ...]:
    """Return what a plan's cuts take back of announced money: from the latest plan first."""
    facts: list[FundFact] = []
    plans = dict(state.plans)
    for cut in c.cuts:
        wanted = cut.amount_fen
        left = sum(_of_line(shares, cut) for shares in plans.values())
        if left < wanted:
            place, bucket = f"{cut.pool} {cut.project_no}", Bucket.UNRELEASED.value
            numbers = {"bucket": bucket, "asked_fen": wanted, "left_fen": left}
            raise ShortfallError(fund_no=c.fund_no, place=place, clause=c.act.clause, **numbers)
        for plan_no in reversed(plans):
            if taken := min(wanted, _of_line(plans[plan_no], cut)):
                share = Share(cut.pool, cut.project_no, taken)
                facts.append(MoneyUnallotted(c.act, plan_no, share, c.plan_no))
                plans[plan_no] = less(plans[plan_no], share)
                wanted -= taken
    return tuple(facts)


def less(shares: tuple[Share, ...], cut: Share) -> tuple[Share, ...]:
    """Return what is left of a plan's *shares* after *cut*; a share of nothing is gone."""
    left, wanted = [], cut.amount_fen
    for share in shares:
        taken = min(wanted, share.amount_fen) if _is_of(share, cut) else 0
        wanted -= taken
        if share.amount_fen > taken:
            left.append(Share(share.pool, share.project_no, share.amount_fen - taken))
    return tuple(left)


def _of_line(shares: tuple[Share, ...], line: Share) -> int:
    return sum(share.amount_fen for share in shares if _is_of(share, line))


def _is_of(share: Share, line: Share) -> bool:
    return (share.pool, share.project_no) == (line.pool, line.project_no)
