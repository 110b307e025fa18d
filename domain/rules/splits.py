"""Typed ratios (S-11): tiers that share a cost 45:55, society's money matched 1:2, a risk fund and its loans 1:7."""

from collections import Counter
from collections.abc import Iterable, Iterator

from domain.errors import BadInputError
from domain.policy.money import Part, Split
from domain.rules.figures import Use
from domain.rules.result import Amount, Basis, Finding
from domain.words import Both

SIDES = 2


def splits(
    rules: Iterable[Split], under: tuple[str, ...], bases: tuple[Basis, ...], plan: tuple[Use, ...]
) -> Iterator[Finding]:
    """Judge the splits that a plan says it is under (A-35), and those that it states a basis for.

    Raises:
        BadInputError: If it names a split that the county's rules do not have.
    """
    by_id = {rule.id: rule for rule in rules}
    for name in under:
        rule = by_id.get(name)
        if rule is None or rule.kind != "tiers":
            known = ", ".join(r.id for r in by_id.values() if r.kind == "tiers") or "-"
            raise BadInputError("under", f"{name!r} is no split between tiers; there is: {known}")
        yield from _tiers(rule, plan)
    for basis in bases:
        kind, _, name = basis.rule.partition(".")
        if kind != "splits":
            continue
        rule = by_id.get(name)
        if rule is None or rule.kind == "tiers" or len(rule.parts) != SIDES:
            known = ", ".join(f"splits.{r.id}" for r in by_id.values() if r.kind != "tiers") or "-"
            raise BadInputError("bases.rule", f"{basis.rule!r} takes no basis; there is: {known}")
        yield _matched(rule, basis, plan)


def _tiers(rule: Split, plan: tuple[Use, ...]) -> Iterator[Finding]:
    """Judge the batch whole; a single project out of the ratio is a warning, or a breach where the rule says line."""
    lines: dict[str, list[Use]] = {}
    for use in plan:
        lines.setdefault(use.project_no, []).append(use)
    by_line = rule.checked_on in ("line", "project")
    if not by_line:
        yield from _shared(rule, "batch", plan, breach="unmet")
    for project_no, uses in lines.items():
        yield from _shared(rule, project_no, tuple(uses), breach="unmet" if by_line else "warning")


def _shared(rule: Split, of: str, uses: tuple[Use, ...], *, breach: str) -> Iterator[Finding]:
    given = Counter[str]()
    for use in uses:
        given[_side(rule, use)] += use.amount_fen
    whole, shares = sum(given.values()), sum(part.share for part in rule.parts)
    amounts = tuple(Amount("planned", given[part.of], part.of) for part in rule.parts)
    for part in rule.parts:
        asked = _fen(part, whole, shares)
        # The parts of an odd amount differ from their shares by less than a fen.
        kept = abs(given[part.of] * shares - whole * part.share) < shares
        if kept and part is not rule.parts[0]:
            continue  # Where all parts fit, the first one says so for all.
        yield Finding(
            rule=f"splits.{rule.id}",
            zh=rule.zh,
            en=rule.en,
            clause=rule.clause,
            status="met" if kept else "warning" if breach == "warning" else "unmet",
            hard=True,
            of=f"{of}: {part.of}",
            unit="fen",
            comparator="exactly",
            bound=asked,
            value=given[part.of],
            amounts=amounts,
            remedy=Both(
                f"{part.zh}应为 {asked} 分（{whole} 分的 {part.share}/{shares}）",
                f"{part.en} should bear {asked} fen ({part.share}/{shares} of {whole})",
            ),
        )


def _side(rule: Split, use: Use) -> str:
    """Return which part a use falls to: by its pool, source or tier, whichever the rule's parts are named after.

    Raises:
        BadInputError: If it falls to none.
    """
    names = {part.of for part in rule.parts}
    for name in (use.pool, use.source, use.tier):
        if name in names:
            return name
    raise BadInputError("under", f"{use.fund_no} {use.pool} is none of {', '.join(sorted(names))} of {rule.id}")


def _fen(part: Part, whole: int, shares: int) -> int:
    return (2 * whole * part.share + shares) // (2 * shares)


def _matched(rule: Split, basis: Basis, plan: tuple[Use, ...]) -> Finding:
    """Judge an amount against its other side: the government's against society's, the loans against the fund."""
    given = sum(use.amount_fen for use in plan if use.project_no == basis.project_no)
    first, second = rule.parts
    if rule.kind == "matching":
        # The first side is stated (society), the second is the plan's: at most its multiple.
        value, bound, kind = given, basis.quantity * second.share // first.share, "raised"
        of_zh, of_en = second.zh, second.en
    else:
        # The first side is the plan's (the fund), the second is stated (the loans that it stands for).
        value, bound, kind = basis.quantity, given * second.share // first.share, "loans"
        of_zh, of_en = second.zh, second.en
    return Finding(
        rule=f"splits.{rule.id}",
        zh=rule.zh,
        en=rule.en,
        clause=rule.clause,
        status="met" if value == bound else "unmet" if value > bound else "warning",
        hard=True,
        of=basis.project_no,
        unit="fen",
        comparator="at_most",
        bound=bound,
        value=value,
        amounts=(Amount("planned", given, basis.project_no), Amount(kind, basis.quantity, basis.project_no)),
        remedy=Both(f"{of_zh}最多 {bound} 分", f"{of_en}: at most {bound} fen"),
    )
