"""Judging (核定): a year's figures gathered from its funds and projects, and every rule that computes asked of them."""

from collections.abc import Iterator

from domain.balances import ALLOTTED, Bucket
from domain.cases import case_id, year_stream
from domain.fund import FUND
from domain.ledger import Read
from domain.performance import PERFORMANCE
from domain.plan_facts import PlanDrafted
from domain.policy import Profile
from domain.procedures.awards import award_of
from domain.project import PROJECT
from domain.rules.factors import by_count, by_factors
from domain.rules.figures import BankEntry, Figures, Money, Use
from domain.rules.growth import growth
from domain.rules.outcomes import next_year
from domain.rules.places import draw_order, floors
from domain.rules.result import Finding, RuleResult, settle
from domain.rules.shares import bank_sizes, shares
from domain.rules.splits import splits
from domain.terms import Line
from domain.yearbook import YEARBOOK


def judge_plan(read: Read, profile: Profile, drafted: PlanDrafted) -> tuple[RuleResult, ...]:
    """Return what the county's rules find of a plan, as the ledger stands before it takes effect.

    Raises:
        RuleUnmetError: If a hard rule would be broken for good.
        ReasonMissingError: If a soft one is not kept and the plan gives no reason.
        BadInputError: If the plan names a rule that is none.
    """
    return settle(findings_of_plan(read, profile, drafted), drafted.reasons)


def judge_year(read: Read, profile: Profile, county: str, year: int) -> tuple[RuleResult, ...]:
    """Return where the rules over a whole year stand today; nothing is refused here."""
    now = figures(read, county, year, set())
    before = figures(read, county, year - 1, set())
    entries = {of: tuple(_entries(read, county, of)) for of in _entry_years(profile, year)}
    found = (
        *shares(profile.ratios, now, now, before),
        *bank_sizes(profile.ratios, year, entries),
        *floors(profile.floors, profile.groups, now),
        *growth(profile.growth, now, before),
    )
    return tuple(finding.result() for finding in found)


def fiscal_years(read: Read, county: str, lines: tuple[Line, ...]) -> dict[int, set[str]]:
    """Return the fiscal years that *lines* draw on, each with its funds."""
    years: dict[int, set[str]] = {}
    for fund_no in sorted({line.fund_no for line in lines}):
        received = read(FUND, case_id(county, "fund", fund_no)).received
        if received is not None:
            years.setdefault(received.fiscal_year, set()).add(fund_no)
    return years


def findings_of_plan(read: Read, profile: Profile, drafted: PlanDrafted) -> Iterator[Finding]:
    """Yield what each rule that computes finds of a plan; nothing is refused here."""
    county = drafted.county
    whole = tuple(_uses(read, county, drafted.lines, 1)) + tuple(_uses(read, county, drafted.cuts, -1))
    for year, funds in sorted(fiscal_years(read, county, (*drafted.lines, *drafted.cuts)).items()):
        of_year = tuple(use for use in whole if use.fund_no in funds)
        without = figures(read, county, year, funds)
        after = without.with_plan(of_year)
        batch = Figures(year, _as_money(of_year), of_year)
        yield from shares(profile.ratios, after, batch, figures(read, county, year - 1, set()), without)
        yield from floors(profile.floors, profile.groups, after, without)
        yield from draw_order(profile.pools, after, of_year)
        before = _results(read, county, year - 1)
        yield from next_year(profile.performance, year, _units(read, county, of_year), before)
    given = tuple(use for use in whole if use.amount_fen > 0)
    yield from splits(profile.splits, drafted.under, drafted.bases, given)
    yield from by_factors(profile.allocation, drafted.bases, given)
    confirmed = {basis.project_no: _unawarded(read, profile, county, basis.project_no) for basis in drafted.bases}
    yield from by_count(profile.instruments, drafted.bases, given, confirmed)


def _unawarded(read: Read, profile: Profile, county: str, project_no: str) -> int:
    """Return how many households were confirmed of a project and not awarded yet, by what plans gave it before."""
    award = award_of(profile)
    if award is None or not award.amount_fen or not project_no:
        return 0
    confirmed = len(read(PERFORMANCE, case_id(county, "performance", project_no)).households)
    return confirmed - read(PROJECT, case_id(county, "project", project_no)).money.allotted // award.amount_fen


def _results(read: Read, county: str, year: int) -> dict[str, dict[str, int | None]]:
    """Return, by unit, the projects that a year's money went to, each with its score of that year, None if none."""
    found: dict[str, dict[str, int | None]] = {}
    for project_no in sorted({use.project_no for use in figures(read, county, year, set()).uses}):
        registered = read(PROJECT, case_id(county, "project", project_no)).registered
        evaluated = read(PERFORMANCE, case_id(county, "performance", project_no)).evaluated.get(year)
        if registered is not None:
            found.setdefault(registered.unit, {})[project_no] = (evaluated.score or 0) if evaluated else None
    return found


def _units(read: Read, county: str, uses: tuple[Use, ...]) -> Iterator[str]:
    for use in (use for use in uses if use.amount_fen > 0):
        registered = read(PROJECT, case_id(county, "project", use.project_no)).registered
        if registered is not None:
            yield registered.unit


def _as_money(uses: tuple[Use, ...]) -> tuple[Money, ...]:
    return tuple(Money(u.fund_no, u.pool, u.source, u.tier, u.amount_fen, 0) for u in uses)


def figures(read: Read, county: str, year: int, funds: set[str]) -> Figures:
    """Return the money and the uses of a fiscal year: of the funds in its book, and of *funds*."""
    money: list[Money] = []
    uses: list[Use] = []
    for fund_no in sorted({*read(YEARBOOK, year_stream(county, year)).funds, *funds}):
        state = read(FUND, case_id(county, "fund", fund_no))
        if (received := state.received) is None:
            continue
        for pool, portion in state.balances.portions.items():
            in_hand, free = portion.received - portion.withdrawn, portion.buckets[Bucket.FREE]
            money.append(Money(fund_no, pool, received.source, received.tier, in_hand, free))
        lines = tuple(
            Line(fund_no, pool, project_no, amount_fen)
            for (pool, project_no), line in state.balances.lines.items()
            if (amount_fen := sum(line[bucket] for bucket in ALLOTTED))
        )
        uses += _uses(read, county, lines, 1)
    return Figures(year, tuple(money), tuple(uses))


def _uses(read: Read, county: str, lines: tuple[Line, ...], sign: int) -> Iterator[Use]:
    for line in lines:
        received = read(FUND, case_id(county, "fund", line.fund_no)).received
        project = read(PROJECT, case_id(county, "project", line.project_no)).registered
        if received is None or project is None:
            continue  # Whoever asks for such a line is told so where the line is checked.
        yield Use(
            fund_no=line.fund_no,
            pool=line.pool,
            source=received.source,
            tier=received.tier,
            project_no=line.project_no,
            of_class=project.use,
            village=project.village,
            township=project.township,
            amount_fen=sign * line.amount_fen,
        )


def _entry_years(profile: Profile, year: int) -> set[int]:
    asked = {m.year for rule in profile.ratios for m in (rule.numerator, rule.denominator)}
    return {year, *(of for of in asked if of is not None)}


def _entries(read: Read, county: str, year: int) -> Iterator[BankEntry]:
    for project_no in read(YEARBOOK, year_stream(county, year)).banked:
        project = read(PROJECT, case_id(county, "project", project_no))
        # What was taken out of the bank again is no part of its funding.
        if (registered := project.registered) is not None and project.entry.removed is None:
            yield BankEntry(project_no, registered.use, registered.budget_fen)
