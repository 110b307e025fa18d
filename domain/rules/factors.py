"""Allocation by factors (因素法分配), exact to the fen: weights and counts are data. And awards by count."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from domain.errors import BadInputError, RefusedError
from domain.money import BASIS_POINTS
from domain.policy.money import Allocation, Instrument
from domain.rules.figures import Use
from domain.rules.result import Amount, Basis, Finding
from domain.words import Both


class WeightsMissingError(RefusedError):
    """A division by factors whose weights nobody has set, or whose weights are no whole (A-30)."""

    zh = "未规定因素权重（{clause}）：{weights}；合计须为 10000（万分比）；须先采纳写明权重的办理规定"
    en = (
        "no rule stated: the factors' weights ({clause}): {weights}; they must come to 10,000 basis points; "
        "adopt an office decision that sets them first"
    )


def divide(total_fen: int, parts: dict[str, tuple[int, int]]) -> dict[str, int]:
    """Return *total_fen* by exact shares (numerator, common denominator), the last fen to the largest remainders."""
    whole = {place: total_fen * part // of for place, (part, of) in parts.items()}
    rest = {place: total_fen * part % of for place, (part, of) in parts.items()}
    for place in sorted(rest, key=lambda p: (-rest[p], p))[: total_fen - sum(whole.values())]:
        whole[place] += 1
    return whole


def by_factors(rule: Allocation | None, bases: tuple[Basis, ...], plan: tuple[Use, ...]) -> Iterator[Finding]:
    """Compute what the factors give each township; a decided amount that differs asks for its reason.

    Raises:
        WeightsMissingError: If the weights are not set.
        BadInputError: If a factor is unknown, or nobody has a share in one that weighs.
    """
    stated = [basis for basis in bases if basis.rule.startswith("allocation.")]
    if not stated or rule is None:
        if stated:
            raise BadInputError("bases.rule", f"{stated[0].rule!r}: the county's rules have no allocation")
        return
    decided = Counter[str]()
    for use in plan:
        decided[use.township] += use.amount_fen
    computed = divide(sum(decided.values()), _shares(rule, stated))
    for place in sorted(computed.keys() | decided.keys()):
        value, bound = decided[place], computed.get(place, 0)
        yield Finding(
            rule=f"allocation.{rule.id}",
            zh=rule.zh,
            en=rule.en,
            clause=rule.clause,
            status="met" if value == bound else "unmet",
            hard=False,
            of=place,
            unit="fen",
            comparator="exactly",
            bound=bound,
            value=value,
            amounts=tuple(Amount("factor", b.quantity, f"{b.factor}/{b.township}") for b in stated),
            remedy=Both(f"按因素 {place} 为 {bound} 分", f"by factors {place} gets {bound} fen"),
        )


def _shares(rule: Allocation, stated: list[Basis]) -> dict[str, tuple[int, int]]:
    """Return each township's share as a fraction over one common denominator."""
    weights = {factor.id: factor.weight_bp for factor in rule.factors}
    if None in weights.values() or sum(w or 0 for w in weights.values()) != BASIS_POINTS:
        raise WeightsMissingError(clause=rule.clause, weights=", ".join(f"{k} {v or '-'}" for k, v in weights.items()))
    if unknown := {basis.factor for basis in stated} - weights.keys():
        raise BadInputError("bases.factor", f"{sorted(unknown)} are none of {', '.join(weights)}")
    totals = Counter[str]()
    for basis in stated:
        totals[basis.factor] += basis.quantity
    common = BASIS_POINTS
    for factor, weight in weights.items():
        if weight and totals[factor] <= 0:
            raise BadInputError("bases.quantity", f"factor {factor} weighs {weight} and counts nothing")
        common *= totals[factor] or 1
    shares = Counter[str]()
    for basis in stated:
        if totals[basis.factor]:
            weight = weights[basis.factor] or 0
            shares[basis.township] += common // BASIS_POINTS // totals[basis.factor] * weight * basis.quantity
    return {place: (part, common) for place, part in shares.items()}


def by_count(
    rules: Iterable[Instrument],
    bases: tuple[Basis, ...],
    plan: tuple[Use, ...],
    confirmed: Mapping[str, int] | None = None,
) -> Iterator[Finding]:
    """Judge an award of so much a household against the households that a person confirmed (A-49).

    *confirmed* holds, by project, how many were confirmed one by one and not awarded yet: no basis may state more.

    Raises:
        BadInputError: If the rule is none with an amount per household, or the confirmation has no paper.
    """
    by_id = {rule.id: rule for rule in rules if rule.per == "household" and rule.amount_fen}
    for basis in bases:
        kind, _, name = basis.rule.partition(".")
        if kind != "instruments":
            continue
        rule = by_id.get(name)
        if rule is None or rule.amount_fen is None:
            known = ", ".join(f"instruments.{known}" for known in by_id) or "-"
            raise BadInputError("bases.rule", f"{basis.rule!r} has no amount per household; there is: {known}")
        if not basis.record:
            raise BadInputError("bases.record", f"{basis.rule}: the confirmation of the households has no paper")
        one_by_one = (confirmed or {}).get(basis.project_no, 0)
        if confirmed is not None and rule.kind == "award" and basis.quantity > one_by_one:
            said = f"{basis.rule}: {basis.quantity} households, {one_by_one} of {basis.project_no} are confirmed"
            raise BadInputError("bases.quantity", f"{said} and not awarded yet ({rule.clause})")
        given = sum(use.amount_fen for use in plan if use.project_no == basis.project_no)
        bound = rule.amount_fen * basis.quantity
        yield Finding(
            rule=basis.rule,
            zh=rule.zh,
            en=rule.en,
            clause=rule.clause,
            status="met" if given == bound else "unmet",
            hard=True,
            of=basis.project_no,
            unit="fen",
            comparator="exactly",
            bound=bound,
            value=given,
            amounts=(Amount("planned", given, basis.project_no), Amount("households", basis.quantity)),
            remedy=Both(
                f"每户 {rule.amount_fen} 分 × {basis.quantity} 户 = {bound} 分",
                f"{rule.amount_fen} fen a household, {basis.quantity} households: {bound} fen",
            ),
        )
