"""Floors for each village or township (投入下限), and the order in which ledgers are drawn on (先后用款)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from domain.policy.money import Floor, Pool
from domain.policy.people import Group
from domain.rules.figures import Figures, Use
from domain.rules.result import Amount, Finding
from domain.words import Both


def floors(
    rules: Iterable[Floor], groups: Iterable[Group], year: Figures, without: Figures | None = None
) -> Iterator[Finding]:
    """Judge what each place is given in the year, by all fiscal project money (A-14).

    A place is open as long as the free money can still lift all of them over the floor. What the year will still
    bring is not known, so a plan that takes that money away gives a reason; one that takes none is only warned.
    """
    members = {group.id: group.members for group in groups}
    for rule in rules:
        given = _given(rule, year)
        places = members.get(rule.group, ()) if rule.group else tuple(sorted(given))
        short, free = _short(rule, places, year)
        lacked = short - free
        if without is not None:
            short_without, free_without = _short(rule, places, without)
            lacked -= max(0, short_without - free_without)
        unmet: Literal["open", "unmet", "warning"] = "open" if short <= free else "unmet" if lacked > 0 else "warning"
        for place in places:
            yield _floor(rule, place, given[place], (short, free), unmet)


def _given(rule: Floor, year: Figures) -> Counter[str]:
    given: Counter[str] = Counter()
    for use in year.uses:
        given[use.village if rule.per == "village" else use.township] += use.amount_fen
    return given


def _short(rule: Floor, places: tuple[str, ...], year: Figures) -> tuple[int, int]:
    """Return what all *places* lack of the floor, and what is free, in fen."""
    given = _given(rule, year)
    return sum(max(0, rule.amount_fen - given[place]) for place in places), sum(m.free_fen for m in year.money)


def _floor(
    rule: Floor, place: str, given: int, left: tuple[int, int], unmet: Literal["open", "unmet", "warning"]
) -> Finding:
    missing, (short, free) = rule.amount_fen - given, left
    return Finding(
        rule=f"floors.{rule.id}",
        zh=rule.zh,
        en=rule.en,
        clause=rule.clause,
        status="met" if missing <= 0 else unmet,
        hard=False,
        of=place,
        unit="fen",
        comparator="at_least",
        bound=rule.amount_fen,
        value=given,
        amounts=(Amount("planned", given, place), Amount("short", short), Amount("free", free)),
        remedy=Both(
            f"{place} 还差 {missing} 分；各地共差 {short} 分，而可用资金只有 {free} 分",
            f"{place} lacks {missing} fen; all places lack {short} fen, and only {free} fen are free",
        ),
    )


def draw_order(pools: Iterable[Pool], year: Figures, plan: tuple[Use, ...]) -> Iterator[Finding]:
    """Judge whether a ledger that covers the shortage of others is drawn on while those still have money (FD-24)."""
    drawn = Counter[str]()
    for use in plan:
        drawn[use.pool] += use.amount_fen
    free = Counter[str]()
    for money in year.money:
        free[money.pool] += money.free_fen
    for pool in pools:
        if not pool.covers or drawn[pool.id] <= 0:
            continue
        left = sum(free[covered] for covered in pool.covers)
        yield Finding(
            rule=f"pools.{pool.id}",
            zh=pool.zh,
            en=pool.en,
            clause=pool.clause,
            status="met" if left == 0 else "unmet" if pool.strictly is not None else "warning",
            hard=bool(pool.strictly),
            of=", ".join(pool.covers),
            unit="fen",
            comparator="at_most",
            bound=0,
            value=left,
            amounts=(
                Amount("drawn", drawn[pool.id], pool.id),
                *(Amount("free", free[covered], covered) for covered in pool.covers),
            ),
            remedy=Both(
                f"先用完 {'、'.join(pool.covers)} 尚可用的 {left} 分",
                f"first use the {left} fen that {', '.join(pool.covers)} still has free",
            ),
        )
