"""Share rules (占比要求, S-10): a numerator and a denominator with filters of their own, over a year or a batch."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from domain.money import BASIS_POINTS
from domain.policy.money import Measure, ShareRule
from domain.rules.figures import BankEntry, Figures, Money, Use
from domain.rules.result import Amount, Finding
from domain.words import Both


@dataclass(frozen=True)
class _Sums:
    """What a rule counts, and what it could come to with the money that is still free, in fen."""

    part: int
    whole: int
    best_part: int
    best_whole: int

    def is_worse_than(self, other: "_Sums", comparator: str) -> bool:
        """Say whether the best that can still be reached is further from the bound than *other*'s."""
        ours, theirs = self.best_part * other.best_whole, other.best_part * self.best_whole
        return ours < theirs if comparator == "at_least" else ours > theirs

    def keeps(self, rule: ShareRule, *, at_best: bool) -> bool:
        part, whole = (self.best_part, self.best_whole) if at_best else (self.part, self.whole)
        difference = part * BASIS_POINTS - rule.bound_bp * whole
        return difference >= 0 if rule.comparator == "at_least" else difference <= 0


def shares(
    rules: Iterable[ShareRule],
    year: Figures,
    batch: Figures,
    before: Figures | None,
    without: Figures | None = None,
) -> Iterator[Finding]:
    """Judge every share rule over money; *batch* holds one plan alone, *before* the year before.

    A year's rule that is not kept yet is open as long as the free money can still bring it about. A plan is held to
    it only where it makes things worse than they are *without* it: or no plan could follow a withdrawal.
    """
    for rule in rules:
        if rule.numerator.of == "bank_entries" or not _is_of(rule, year.year):
            continue
        figures = batch if rule.period == "batch" else year
        sums = _sums(rule, figures)
        if not sums.whole:
            continue
        found = _finding(rule, figures, sums, str(year.year) if figures is year else "batch")
        if found.status == "unmet" and figures is year and without is not None:
            as_it_is = _sums(rule, without)
            if as_it_is.best_whole and not sums.is_worse_than(as_it_is, rule.comparator):
                found = replace(found, status="warning")
        yield found
        if rule.trend == "rising" and before is not None and figures is year:
            yield from _trend(rule, sums, before)


def _is_of(rule: ShareRule, year: int) -> bool:
    years = {m.year for m in (rule.numerator, rule.denominator)} - {None}
    return years <= {year}


def _finding(rule: ShareRule, figures: Figures, sums: _Sums, of: str) -> Finding:
    kept, can_be = sums.keeps(rule, at_best=False), sums.keeps(rule, at_best=True)
    return Finding(
        rule=f"ratios.{rule.id}",
        zh=rule.zh,
        en=rule.en,
        clause=rule.clause,
        status="met" if kept else "open" if can_be else "unmet",
        hard=rule.hard,
        of=of,
        unit="bp",
        comparator=rule.comparator,
        bound=rule.bound_bp,
        value=basis_points(sums.part, sums.whole),
        amounts=tuple(_amounts(rule, figures)),
        remedy=_remedy(rule, sums),
    )


def _remedy(rule: ShareRule, sums: _Sums) -> Both:
    """Say how much more (or less) of the numerator the whole would need."""
    needed = -(-rule.bound_bp * sums.best_whole // BASIS_POINTS)
    if rule.comparator == "at_least":
        short = needed - sums.best_part
        return Both(
            f"“{rule.numerator.zh}”还差 {short} 分（已计入可用资金）",
            f"{rule.numerator.en}: {short} fen more are needed, all free money counted in",
        )
    over = sums.part - rule.bound_bp * sums.whole // BASIS_POINTS
    return Both(f"“{rule.numerator.zh}”须减少 {over} 分", f"{rule.numerator.en}: {over} fen less")


def _trend(rule: ShareRule, sums: _Sums, before: Figures) -> Iterator[Finding]:
    """Compare with the year before: a warning, never a refusal (A-42)."""
    last = _sums(rule, before)
    if not last.whole:
        return
    value, bound = basis_points(sums.part, sums.whole), basis_points(last.part, last.whole)
    yield Finding(
        rule=f"ratios.{rule.id}.trend",
        zh=f"{rule.zh}：逐年提高",
        en=f"{rule.en}: rising each year",
        clause=rule.clause,
        status="met" if value > bound else "warning",
        hard=False,
        of=str(before.year),
        unit="bp",
        comparator="at_least",
        bound=bound,
        value=value,
        amounts=tuple(_amounts(rule, before)),
    )


def bank_sizes(rules: Iterable[ShareRule], year: int, entries: dict[int, tuple[BankEntry, ...]]) -> Iterator[Finding]:
    """Judge the rules over the funding of bank entries (入库资金规模): they refuse no project (A-36)."""
    for rule in rules:
        if rule.numerator.of != "bank_entries":
            continue
        ours, theirs = rule.numerator.year or year, rule.denominator.year or year
        part, whole = (
            _entered(m, entries.get(of, ())) for m, of in ((rule.numerator, ours), (rule.denominator, theirs))
        )
        if not whole or year != ours:
            continue
        kept = _Sums(part, whole, part, whole).keeps(rule, at_best=False)
        yield Finding(
            rule=f"ratios.{rule.id}",
            zh=rule.zh,
            en=rule.en,
            clause=rule.clause,
            status="met" if kept else "warning",
            hard=False,
            of=str(ours),
            unit="bp",
            comparator=rule.comparator,
            bound=rule.bound_bp,
            value=basis_points(part, whole),
            amounts=(Amount("entered", part, str(ours)), Amount("entered", whole, str(theirs))),
        )


def _entered(measure: Measure, entries: tuple[BankEntry, ...]) -> int:
    return sum(e.budget_fen for e in entries if not measure.classes or e.of_class in measure.classes)


def basis_points(part: int, whole: int) -> int:
    """Return a share in basis points, half up (A-07); for display, never for the comparison."""
    return (2 * part * BASIS_POINTS + whole) // (2 * whole)


def _sums(rule: ShareRule, figures: Figures) -> _Sums:
    part, whole = _count(rule.numerator, figures), _count(rule.denominator, figures)
    free_part, free_whole = (_free(m, figures) for m in (rule.numerator, rule.denominator))
    grows = free_whole if rule.denominator.of == "plan" else 0
    if rule.comparator == "at_most":
        return _Sums(part, whole, part, whole + grows)
    return _Sums(part, whole, part + (free_part if rule.numerator.of == "plan" else 0), whole + grows)


def _count(measure: Measure, figures: Figures) -> int:
    if measure.of == "plan":
        return sum(u.amount_fen for u in figures.uses if _takes(measure, u))
    return sum(m.received_fen for m in figures.money if _takes(measure, m))


def _free(measure: Measure, figures: Figures) -> int:
    return sum(m.free_fen for m in figures.money if _takes(measure, m))


def _takes(measure: Measure, counted: Money | Use) -> bool:
    of_class = counted.of_class if isinstance(counted, Use) else None
    return (
        (not measure.tiers or counted.tier in measure.tiers)
        and (not measure.sources or counted.source in measure.sources)
        and (not measure.classes or of_class is None or of_class in measure.classes)
    )


def _amounts(rule: ShareRule, figures: Figures) -> Iterator[Amount]:
    """List what went in: what plans gave by class and source, what arrived and what is free by source."""
    planned: Counter[str] = Counter()
    for use in figures.uses:
        if _takes(rule.numerator, use) or (rule.denominator.of == "plan" and _takes(rule.denominator, use)):
            planned[f"{use.of_class}/{use.source}"] += use.amount_fen
    received: Counter[str] = Counter()
    free: Counter[str] = Counter()
    for money in figures.money:
        if _takes(rule.denominator, money):
            received[money.source] += 0 if rule.denominator.of == "plan" else money.received_fen
            free[money.source] += money.free_fen
    for kind, counted in (("planned", planned), ("received", received), ("free", free)):
        yield from (Amount(kind, amount, of) for of, amount in sorted(counted.items()) if amount)
