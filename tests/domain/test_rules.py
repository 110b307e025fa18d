"""Rules that compute, each by the county file that has it: what is counted, what is refused, what asks for a reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInputError, RefusedError
from domain.policy import Profile, load
from domain.policy.money import Floor, Growth, Split
from domain.policy.people import Group
from domain.rules.factors import WeightsMissingError, by_count, by_factors, divide
from domain.rules.figures import BankEntry, Figures, Money, Use
from domain.rules.growth import growth
from domain.rules.places import draw_order, floors
from domain.rules.result import Basis, Finding, Reason, ReasonMissingError, RuleUnmetError, settle
from domain.rules.shares import bank_sizes, shares
from domain.rules.splits import splits
from tests.domain.county import PAPER, POLICIES
from tests.domain.given import WAN

KeyVillages = tuple[tuple[Floor, ...], list[Group]]
NOTHING = Figures(2021, (), ())


def rules(county: str, **changes: Any) -> Profile:
    """Return a county's rules, some changed."""
    return load(POLICIES / f"{county}.toml").profile.model_copy(update=changes)


def money(received: int, free: int = 0, *, source: str = "bridging", tier: str = "", pool: str = "") -> Money:
    """Return a portion, in wan."""
    return Money("F1", pool, source, tier, received * WAN, free * WAN)


def use(amount: int, of_class: str = "industry", no: str = "A01", **of: Any) -> Use:
    """Return what a project is given, in wan."""
    given_ = {"source": "bridging", "tier": "", "pool": "", "village": "一村", "township": "甲乡"} | of
    return Use(
        fund_no="F1",
        pool=given_["pool"],
        source=given_["source"],
        tier=given_["tier"],
        project_no=no,
        of_class=of_class,
        village=given_["village"],
        township=given_["township"],
        amount_fen=amount * WAN,
    )


def only(findings: Any) -> Finding:
    """Return the one finding."""
    [found] = findings
    assert isinstance(found, Finding)
    return found


def refusal(error: type[RefusedError], findings: Any, *numbers: object) -> None:
    """Check that *findings* are refused, with what satisfies the rule, in both languages."""
    with pytest.raises(RefusedError) as caught:
        settle(findings, ())
    assert type(caught.value) is error
    for language in ("zh", "en"):
        for number in numbers:
            assert str(number) in caught.value.text(language), caught.value.text(language)


# Shares.


@pytest.mark.row("FD-10", "GF")
def test_the_floor_counts_what_the_plan_gives_of_bridging_money_and_no_other() -> None:
    figures = Figures(
        2021,
        (money(8430), money(2200, source="new_countryside")),
        (use(4988), use(3442, "infrastructure", "A02"), use(2200, no="A03", source="new_countryside")),
    )
    found = only(shares(rules("guangfeng").ratios, figures, figures, None))
    assert (found.status, found.value, found.bound, found.hard) == ("met", 5917, 5000, True)
    assert {(a.kind, a.of, a.amount) for a in found.amounts} == {
        ("planned", "industry/bridging", 4988 * WAN),
        ("planned", "infrastructure/bridging", 3442 * WAN),
    }


@pytest.mark.row("FD-10", "GF")
@pytest.mark.parametrize(("industry", "status"), [(50, "met"), (49, "unmet")])
def test_not_less_than_half_is_inclusive(industry: int, status: str) -> None:
    figures = Figures(2021, (money(100),), (use(industry), use(100 - industry, "infrastructure", "A02")))
    found = only(shares(rules("guangfeng").ratios, figures, figures, None))
    assert found.status == status


@pytest.mark.row("FD-10", "GF")
def test_a_hard_floor_is_open_while_the_free_money_can_still_reach_it_and_then_refuses() -> None:
    ratios = rules("guangfeng").ratios
    reachable = Figures(2021, (money(100, 50),), (use(50, "infrastructure"),))
    assert only(shares(ratios, reachable, reachable, None)).status == "open"
    lost = Figures(2021, (money(100, 39),), (use(10), use(51, "infrastructure", "A02")))
    # At best (10 + 39) of 100: one wan is missing.
    refusal(RuleUnmetError, shares(ratios, lost, lost, None), "GF L13", "16.39%", "50.00%", 51 * WAN, WAN)


@pytest.mark.row("FD-10", "ML")
def test_meilans_floor_counts_all_tiers_of_its_year_whatever_the_batch() -> None:
    ratios = [rule for rule in rules("meilan").ratios if rule.id == "industry_share"]
    year = Figures(
        2023,
        (money(60, tier="central"), money(40, tier="county"), money(7, tier="society")),
        (use(54, tier="central"), use(46, "infrastructure", "A02", tier="county")),
    )
    batch = Figures(2023, (money(10, tier="county"),), (use(10, tier="county"),))
    refusal(RuleUnmetError, shares(ratios, year, batch, None), "54.00%", "55.00%", "ML L13", WAN)
    other = Figures(2022, year.money, year.uses)
    assert list(shares(ratios, other, other, None)) == []  # The text asks it of 2023.


@pytest.mark.row("FD-10", "ML")
def test_meilans_share_is_of_all_that_came_of_every_tier_planned_or_not() -> None:
    ratios = [rule for rule in rules("meilan").ratios if rule.id == "industry_share"]
    came = (money(60, 30, tier="central"), money(40, 10, tier="county"))
    year = Figures(2023, came, (use(30, tier="central"), use(30, no="A02", tier="county")))
    found = only(shares(ratios, year, year, None))
    assert (found.status, found.value) == ("met", 6000)


@pytest.mark.row("FD-10", "JH")
def test_jinghes_share_is_of_central_money_and_a_reason_lets_it_pass() -> None:
    ratios = rules("jinghe").ratios
    year = Figures(
        2023,
        (money(100, source="central"), money(300, source="region")),
        (
            use(40, source="central"),
            use(300, no="A02", source="region"),
            use(60, "infrastructure", "A03", source="central"),
        ),
    )
    found = only(shares(ratios, year, year, None))
    assert (found.status, found.hard, found.value) == ("unmet", False, 4000)
    refusal(ReasonMissingError, [found], "40.00%", "ratios.central_industry_share", "JH L5")
    [result] = settle([found], (Reason("ratios.central_industry_share", "样例：灾后道路先行"),))
    assert (result.status, result.reason) == ("reason", "样例：灾后道路先行")
    refusal(ReasonMissingError, [found])
    with pytest.raises(ReasonMissingError):
        settle([found], (Reason("ratios.central_industry_share", "  "),))


@pytest.mark.row("FD-11", "JH")
@pytest.mark.parametrize(("last", "status"), [(55, "met"), (56, "warning"), (70, "warning")])
def test_a_share_that_does_not_rise_warns_and_refuses_nothing(last: int, status: str) -> None:
    now = Figures(2023, (money(100, source="central"),), (use(56, source="central"),))
    before = Figures(2022, (money(100, source="central"),), (use(last, source="central"),))
    found = [f for f in shares(rules("jinghe").ratios, now, now, before) if f.rule.endswith(".trend")]
    assert (only(found).status, only(found).bound) == (status, last * 100)
    assert settle(found, ())


def test_a_share_of_nothing_is_not_judged() -> None:
    assert list(shares(rules("guangfeng").ratios, NOTHING, NOTHING, None)) == []


def test_a_batchs_share_counts_the_plan_alone() -> None:
    [rule] = rules("guangfeng").ratios
    year = Figures(2021, (money(200),), (use(150), use(50, "infrastructure", "A02")))
    batch = Figures(2021, (money(50),), (use(50, "infrastructure", "A02"),))
    found = only(shares([rule.model_copy(update={"period": "batch"})], year, batch, None))
    assert (found.status, found.value, found.of) == ("unmet", 0, "batch")


def test_a_ceiling_refuses_what_is_over_it_and_says_how_much() -> None:
    [rule] = rules("guangfeng").ratios
    ceiling = rule.model_copy(update={"comparator": "at_most", "bound_bp": 3000})
    year = Figures(2021, (money(100),), (use(31), use(69, "infrastructure", "A02")))
    refusal(RuleUnmetError, shares([ceiling], year, year, None), "31.00%", "30.00%", WAN)


amounts = st.integers(0, 10**12)


@given(amounts, amounts, amounts)
def test_what_is_open_can_be_met_and_what_is_unmet_cannot(industry: int, other: int, free: int) -> None:
    [rule] = rules("guangfeng").ratios
    uses = (
        Use("F1", "", "bridging", "", "A01", "industry", "", "", industry),
        Use("F1", "", "bridging", "", "A02", "infrastructure", "", "", other),
    )
    portion = Money("F1", "", "bridging", "", industry + other + free, free)
    figures = Figures(2021, (portion,), uses)
    found = list(shares([rule], figures, figures, None))
    whole = industry + other
    expected = "met" if 2 * industry >= whole else "open" if 2 * (industry + free) >= whole + free else "unmet"
    assert [f.status for f in found] == ([expected] if whole else [])
    best = Use("F1", "", "bridging", "", "A03", "industry", "", "", free)
    [after] = shares([rule], figures.with_plan([best]), figures, None) if whole else [None]
    assert after is None or (after.status == "unmet") == (expected == "unmet")


# The bank, growth.


@pytest.mark.row("LC-07", "ML")
@pytest.mark.parametrize(("entered", "status"), [(150, "met"), (149, "warning")])
def test_the_bank_is_to_be_half_as_large_again_and_refuses_no_project(entered: int, status: str) -> None:
    entries = {
        2022: (BankEntry("A01", "industry", 60 * WAN), BankEntry("A02", "infrastructure", 40 * WAN)),
        2023: (BankEntry("A03", "industry", entered * WAN),),
    }
    found = only(bank_sizes(rules("meilan").ratios, 2023, entries))
    assert (found.status, found.bound, found.value) == (status, 15_000, entered * 100)
    assert [(a.of, a.amount) for a in found.amounts] == [("2023", entered * WAN), ("2022", 100 * WAN)]
    assert list(bank_sizes(rules("meilan").ratios, 2023, {2023: entries[2023]})) == []  # No base, no share.


@pytest.mark.row("FD-11", "GF")
@pytest.mark.parametrize(
    ("now", "least", "status"), [(105, None, "met"), (100, None, "warning"), (104, 500, "warning")]
)
def test_growth_compares_two_years_that_the_ledger_has(now: int, least: int | None, status: str) -> None:
    rule = rules("guangfeng").growth
    assert isinstance(rule, Growth)
    rule = rule.model_copy(update={"least_bp": least})
    years = (
        Figures(2021, (money(now, tier="county"), money(900, tier="central")), ()),
        Figures(2020, (money(100, tier="county"),), ()),
    )
    assert only(growth(rule, *years)).status == status
    assert list(growth(rule, years[0], NOTHING)) == []
    assert list(growth(None, *years)) == []


# Floors and ledgers.


@pytest.fixture
def key_villages() -> KeyVillages:
    profile = rules("guangfeng")
    [group] = [g for g in profile.groups if g.id == "key_village"]
    return profile.floors, [group.model_copy(update={"members": ("一村", "二村")})]


@pytest.mark.row("FD-12", "GF")
def test_every_key_village_is_given_its_floor_of_all_project_money(key_villages: KeyVillages) -> None:
    floor, named = key_villages
    given_ = (
        use(60),
        use(40, "infrastructure", "A02"),
        use(99, no="A03", village="二村"),
        use(1, no="A04", village="三村"),
    )
    found = {f.of: f for f in floors(floor, named, Figures(2021, (money(200, 0),), given_))}
    assert {place: f.status for place, f in found.items()} == {"一村": "met", "二村": "unmet"}
    refusal(ReasonMissingError, [found["二村"]], "二村", 99 * WAN, 100 * WAN, WAN, "GF L19", "floors.key_village")


@pytest.mark.row("FD-12", "GF")
@pytest.mark.parametrize(("free", "status"), [(101, "open"), (100, "unmet")])
def test_a_floor_is_open_while_the_free_money_can_lift_all_villages(
    key_villages: KeyVillages, free: int, status: str
) -> None:
    floor, named = key_villages
    figures = Figures(2021, (money(300, free),), (use(50), use(49, no="A02", village="二村")))
    assert {f.status for f in floors(floor, named, figures)} == {status}


@pytest.mark.row("FD-12", "GF")
def test_a_plan_answers_for_a_floor_only_if_it_takes_money_away_from_it(key_villages: KeyVillages) -> None:
    floor, named = key_villages
    january = Figures(2021, (money(50, 50),), ())  # The villages lack 200, and only 50 have come so far.
    to_a_village = january.with_plan([use(50, pool="")])
    elsewhere = january.with_plan([use(50, no="A02", village="三村", pool="")])
    assert {f.status for f in floors(floor, named, to_a_village, january)} == {"warning"}
    assert {f.status for f in floors(floor, named, elsewhere, january)} == {"unmet"}


@pytest.mark.row("FD-10", "GF")
def test_a_plan_answers_for_a_share_only_if_it_makes_it_worse() -> None:
    ratios = rules("guangfeng").ratios
    # 70 of 100 went to roads before 10 of the free money were withdrawn: half is out of reach for good.
    lost = Figures(2021, (money(90, 20),), (use(70, "infrastructure"),))
    for of_class, status in (("industry", "warning"), ("infrastructure", "unmet")):
        after = lost.with_plan([use(20, of_class, "A02")])
        assert only(shares(ratios, after, after, None, lost)).status == status


def test_without_names_no_village_is_judged() -> None:
    profile = rules("guangfeng")
    assert list(floors(profile.floors, profile.groups, Figures(2021, (), (use(1),)))) == []


def test_a_floor_for_every_township_judges_those_that_have_projects() -> None:
    [floor] = rules("guangfeng").floors
    every = floor.model_copy(update={"per": "township", "group": None})
    found = list(floors([every], [], Figures(2021, (), (use(100), use(5, no="A02", township="乙镇")))))
    assert [(f.of, f.status) for f in found] == [("乙镇", "unmet"), ("甲乡", "met")]


@pytest.mark.row("FD-24", "MJ")
def test_a_ledger_that_covers_a_shortage_waits_until_there_is_one() -> None:
    pools = rules("maojian").pools
    plan = (use(10, pool="financing", source="financing"),)
    portions = money(50, 3, pool="poverty"), money(50, 0, pool="pooled"), money(50, 9, pool="financing")
    left = Figures(2017, portions, plan)
    found = only(draw_order(pools, left, plan))
    assert (found.status, found.hard, found.value) == ("unmet", False, 3 * WAN)
    refusal(ReasonMissingError, [found], "pools.financing", "MJ L2", 3 * WAN)
    used = Figures(2017, (money(50, 0, pool="poverty"), money(50, 0, pool="pooled")), plan)
    assert only(draw_order(pools, used, plan)).status == "met"
    assert list(draw_order(pools, left, (use(10, pool="poverty"),))) == []
    strict = [p.model_copy(update={"strictly": True}) if p.covers else p for p in pools]
    refusal(RuleUnmetError, draw_order(strict, left, plan), 3 * WAN)


@pytest.mark.row("FD-24", "MJ")
@pytest.mark.row("FD-03", "MJ")
@pytest.mark.parametrize(
    ("pool", "free", "left"),
    [("pooled", {"poverty": 4}, 4), ("financing", {"poverty": 0, "pooled": 5}, 5), ("financing", {"poverty": 6}, 6)],
)
def test_each_of_maojians_ledgers_waits_for_the_shortage_of_every_one_before_it(
    pool: str, free: dict[str, int], left: int
) -> None:
    """Mainly: another use needs a reason, and is not refused for good."""
    plan = (use(10, pool=pool),)
    portions = tuple(money(50, free.get(name, 0), pool=name) for name in ("poverty", "pooled", "financing"))
    found = only(draw_order(rules("maojian").pools, Figures(2017, portions, plan), plan))
    assert (found.status, found.hard, found.value) == ("unmet", False, left * WAN)
    refusal(ReasonMissingError, [found], f"pools.{pool}", left * WAN)


# Splits.


def city(part: int, other: int, no: str = "A01") -> tuple[Use, ...]:
    """Return one project's two shares, in fen."""
    return tuple(
        Use("F1", pool, pool, "", no, "industry", "", "", fen) for pool, fen in (("city", part), ("district", other))
    )


@pytest.mark.row("FD-09", "ML")
def test_a_batch_is_shared_45_to_55_and_a_single_line_only_warns() -> None:
    ours = rules("meilan").splits
    plan = city(4_500, 5_500) + city(46, 54, "A02") + city(44, 56, "A03")
    found = list(splits(ours, ("city_match",), (), plan))
    assert [(f.of, f.status) for f in found if f.status != "warning"] == [("batch: city", "met"), ("A01: city", "met")]
    assert {f.of for f in found if f.status == "warning"} == {
        "A02: city",
        "A02: district",
        "A03: city",
        "A03: district",
    }
    assert settle(found, ())
    refusal(RuleUnmetError, splits(ours, ("city_match",), (), city(4_600, 5_400)), "ML L15", 4_600, 4_500)


@pytest.mark.row("FD-09", "ML")
def test_the_split_binds_only_the_batch_that_is_under_it() -> None:
    assert list(splits(rules("meilan").splits, (), (), city(9_000, 1_000))) == []
    with pytest.raises(BadInputError, match="city_match"):
        list(splits(rules("meilan").splits, ("district_match",), (), city(1, 1)))
    with pytest.raises(BadInputError, match="none of city, district"):
        list(splits(rules("meilan").splits, ("city_match",), (), (use(1, pool="other"),)))


@given(st.integers(1, 10**13))
def test_an_odd_fen_breaks_no_split(whole: int) -> None:
    part = (2 * whole * 45 + 100) // 200
    found = list(splits(rules("meilan").splits, ("city_match",), (), city(part, whole - part)))
    assert {f.status for f in found} == {"met"}
    off = list(splits(rules("meilan").splits, ("city_match",), (), city(part + 1, whole - part - 1)))
    assert "unmet" in {f.status for f in off} or (part + 1) * 100 - whole * 45 < 100


@pytest.mark.row("FD-18", "GF")
@pytest.mark.parametrize(("given_", "status"), [(20, "met"), (19, "warning"), (21, "unmet")])
def test_society_one_government_two(given_: int, status: str) -> None:
    basis = Basis("splits.matching_award", 10 * WAN, "A01")
    found = only(splits(rules("guangfeng").splits, (), (basis,), (use(given_),)))
    assert (found.status, found.bound) == (status, 20 * WAN)
    if status == "unmet":
        refusal(RuleUnmetError, [found], "GF L19", 21 * WAN, 20 * WAN)


@pytest.mark.row("FD-19", "MJ")
@pytest.mark.parametrize(("loans", "status"), [(14_000, "met"), (14_001, "unmet"), (9_000, "warning")])
def test_a_risk_fund_stands_for_seven_times_its_amount(loans: int, status: str) -> None:
    basis = Basis("splits.risk_fund", loans * WAN, "A01")
    found = only(splits(rules("maojian").splits, (), (basis,), (use(2_000),)))
    assert (found.status, found.value, found.bound) == (status, loans * WAN, 14_000 * WAN)


@pytest.mark.parametrize("rule", ["splits.city_match", "splits.nothing"])
def test_a_basis_for_a_rule_that_takes_none_is_bad_input(rule: str) -> None:
    ours: tuple[Split, ...] = (*rules("meilan").splits, *rules("guangfeng").splits)
    with pytest.raises(BadInputError, match=r"bases\.rule.*splits\.matching_award"):
        list(splits(ours, (), (Basis(rule, 1, "A01"),), (use(1),)))


# Factors and awards.


@pytest.mark.row("FD-08", "ML")
def test_without_weights_no_rule_is_stated() -> None:
    ours = rules("meilan").allocation
    assert ours is not None
    basis = Basis(f"allocation.{ours.id}", 3, township="甲镇", factor=ours.factors[0].id)
    with pytest.raises(WeightsMissingError, match="no rule stated") as caught:
        list(by_factors(ours, (basis,), (use(1),)))
    assert "ML L11" in caught.value.text("zh")
    assert list(by_factors(ours, (), (use(1),))) == []


@pytest.mark.row("FD-08", "ML")
def test_factors_divide_to_the_fen_and_another_decision_asks_for_its_reason() -> None:
    ours = rules("meilan").allocation
    assert ours is not None
    first, second, *_ = ours.factors
    weighed = [
        f.model_copy(update={"weight_bp": {first.id: 6_000, second.id: 4_000}.get(f.id, 0)}) for f in ours.factors
    ]
    rule = ours.model_copy(update={"factors": tuple(weighed)})
    stated = [(first.id, "甲镇", 2), (first.id, "乙镇", 1), (second.id, "甲镇", 1), (second.id, "乙镇", 1)]
    bases = tuple(Basis(f"allocation.{rule.id}", q, township=town, factor=f) for f, town, q in stated)
    # 甲镇: 0.6 × 2/3 + 0.4 × 1/2 = 60 %.
    as_computed = (use(60, township="甲镇"), use(40, no="A02", township="乙镇"))
    assert {f.status for f in by_factors(rule, bases, as_computed)} == {"met"}
    decided = (use(50, township="甲镇"), use(50, no="A02", township="乙镇"))
    found = list(by_factors(rule, bases, decided))
    assert [(f.of, f.value, f.bound) for f in found] == [("乙镇", 50 * WAN, 40 * WAN), ("甲镇", 50 * WAN, 60 * WAN)]
    refusal(ReasonMissingError, found, "ML L11", 40 * WAN, 50 * WAN)
    assert {r.status for r in settle(found, (Reason(f"allocation.{rule.id}", "样例：已定数"),))} == {"reason"}
    with pytest.raises(BadInputError, match="counts nothing"):
        list(by_factors(rule, bases[:2], decided))
    with pytest.raises(BadInputError, match="none of"):
        list(by_factors(rule, (*bases, Basis(f"allocation.{rule.id}", 1, township="甲镇", factor="x")), decided))


@given(st.integers(0, 10**13), st.lists(st.integers(1, 10**6), min_size=1, max_size=20))
def test_a_division_loses_no_fen_and_is_off_by_less_than_one(total: int, parts: list[int]) -> None:
    whole = sum(parts)
    shares_ = {f"镇{n}": (part, whole) for n, part in enumerate(parts)}
    divided = divide(total, shares_)
    assert sum(divided.values()) == total
    assert all(abs(divided[p] * whole - total * part) < whole for p, (part, _) in shares_.items())


@pytest.mark.row("FD-20", "MJ")
@pytest.mark.parametrize(("households", "status"), [(100, "met"), (99, "unmet"), (101, "unmet")])
def test_an_award_is_a_thousand_yuan_for_each_household_that_a_paper_confirms(households: int, status: str) -> None:
    instruments = rules("maojian").instruments
    [award] = [i for i in instruments if i.kind == "award"]
    basis = Basis(f"instruments.{award.id}", households, "A01", record=PAPER)
    found = only(by_count(instruments, (basis,), (use(10),)))  # 10 万元.
    assert (found.status, found.bound) == (status, households * 100_000)
    with pytest.raises(BadInputError, match="no paper"):
        list(by_count(instruments, (Basis(basis.rule, households, "A01"),), (use(10),)))
    with pytest.raises(BadInputError, match=f"there is: instruments.{award.id}"):
        list(by_count(instruments, (Basis("instruments.x", 1, "A01", record=PAPER),), (use(10),)))
