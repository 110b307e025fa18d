"""Growth of an input from year to year (投入增长): told, never refused; last year's amount is never derived (A-17)."""

from collections.abc import Iterator

from domain.money import BASIS_POINTS
from domain.policy.money import Growth
from domain.rules.figures import Figures
from domain.rules.result import Amount, Finding
from domain.rules.shares import basis_points


def growth(rule: Growth | None, year: Figures, before: Figures | None) -> Iterator[Finding]:
    """Compare a tier's money of the year with the year before, where the ledger has both."""
    if rule is None or before is None:
        return
    now, then = (
        sum(m.received_fen for m in figures.money if rule.of_tier in (None, m.tier)) for figures in (year, before)
    )
    if not then:
        return
    bound = BASIS_POINTS + (rule.least_bp or 0)
    kept = now * BASIS_POINTS >= then * bound if rule.least_bp else now > then
    yield Finding(
        rule="growth",
        zh=rule.zh,
        en=rule.en,
        clause=rule.clause,
        status="met" if kept else "warning",
        hard=False,
        of=str(year.year),
        unit="bp",
        comparator="at_least",
        bound=bound,
        value=basis_points(now, then),
        amounts=(Amount("received", now, str(year.year)), Amount("received", then, str(before.year))),
    )
