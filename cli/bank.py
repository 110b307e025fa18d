"""`bridgefund bank`: the entries of a county's project bank, with their years, where they stand, their estimates."""

from typing import Annotated, Any

import typer

from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.tables import amount, table
from domain.calendar import day_of
from domain.policy import Profile
from domain.procedures.asking import rules_of
from domain.terms import PolicyRef
from doors.clock import business_now
from doors.texts import t
from doors.words import BANK_STATES, PRINCIPLE_TOPICS
from projections.project_bank_read import Entry, entries

# What a text asks of the bank and the choice from it without a number or a step: shown here, and computed nowhere.
_SHOWN_TOPICS = ("planning", "groundwork", "allocation")


# What is printed of an entry, in this order; `listed_until` is None where the county's rules set no number of years.
_SHOWN = (
    *("project_no", "name", "village", "township", "use", "first_year", "last_year", "entered_year"),
    *("confirmed_year", "listed_until", "state", "estimate_fen"),
)


def bank(
    county: Annotated[str, typer.Argument(help=t("县名，如 meilan", "county id, such as meilan"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """项目库：入库项目的年度、状态、估算。 / The project bank: its entries, their years, where they stand, estimates.

    例 / example: bridgefund bank meilan
    """
    with reading(store) as read:
        profile = rules_of(read.ledger.state, county).profile
        found = _entries(read, county)
        if as_json:
            read.print_json(county=county, rules=_rules(profile), entries=found)
            return
        console, names = read.console(), read.names(county)
        console.print(f"{names.county(county)} {t('项目库', 'project bank')}")
        for line in _rule_lines(profile):
            console.print(line)
        made = table(
            t("项目", "project"),
            t("名称", "name"),
            t("地点", "place"),
            t("年度", "years"),
            t("入库", "entered"),
            t("列至", "listed until"),
            t("状态", "state"),
            t("估算（万元）", "estimate (wan)"),
            right=(t("估算（万元）", "estimate (wan)"),),
        )
        for one in found:
            made.add_row(*_cells(one))
        console.print(made)


def _cells(one: dict[str, Any]) -> tuple[str, ...]:
    first, last = one["first_year"], one["last_year"]
    years = str(first) if first == last else f"{first}-{last}"
    place = f"{one['township']} {one['village']}".strip()
    entered, until = (str(one[name] or "-") for name in ("entered_year", "listed_until"))
    stands = (t(*BANK_STATES[one["state"]]), amount(one["estimate_fen"]))
    return one["project_no"], one["name"], place, years, entered, until, *stands


def _entries(read: Reading, county: str) -> list[dict[str, Any]]:
    year = day_of(business_now(read.ledger)).year
    found = entries(read.engine, county)
    horizons = {policy: _horizon(read, county, policy) for policy in {one.policy for one in found}}
    return [_entry(one, one.listed_until(horizons[one.policy]), year) for one in found]


def _horizon(read: Reading, county: str, policy: PolicyRef) -> int | None:
    its_bank = rules_of(read.ledger.state, county, policy).profile.bank
    return its_bank.horizon_years if its_bank else None


def _entry(one: Entry, until: int | None, year: int) -> dict[str, Any]:
    told = {**vars(one), "listed_until": until, "state": one.state(until, year)}
    return {name: told[name] for name in _SHOWN}


def _rules(profile: Profile) -> dict[str, Any]:
    """Return what a county's text says of its bank; None is not set."""
    its_bank = profile.bank
    guides = [one for one in profile.principles if one.topic in _SHOWN_TOPICS]
    choice = profile.plan.selection if profile.plan else None
    return {
        "dynamic": its_bank.dynamic if its_bank else None,
        "horizon_years": its_bank.horizon_years if its_bank else None,
        "cross_year": its_bank.cross_year if its_bank else None,
        "clause": its_bank.clause if its_bank else None,
        "principles": [{"topic": one.topic, "zh": one.zh, "en": one.en, "clause": one.clause} for one in guides],
        "selection": choice.model_dump(mode="json", include={"post", "together_with", "source"}) if choice else None,
    }


def _rule_lines(profile: Profile) -> list[str]:
    rules = _rules(profile)
    unsaid = t("未规定", "not set")
    dynamic = {
        None: unsaid,
        "kept_current": t("动态调整", "kept current"),
        "to_be_improved": t("有待加强（原文要求，系统不拦）", "to be improved (shown, not enforced)"),
    }[rules["dynamic"]]
    several = t("一次性规划、分年度实施", "planned once, built by year") if rules["cross_year"] else unsaid
    lines = [
        f"{t('变动', 'changes')}：{dynamic}",
        f"{t('滚动年数', 'years of an entry')}：{rules['horizon_years'] or unsaid}",
        f"{t('跨年度', 'several years')}：{several}",
    ]
    for one in rules["principles"]:
        topic = t(*PRINCIPLE_TOPICS[one["topic"]])
        lines.append(f"{topic}：{t(one['zh'], one['en'])} ({one['clause']})")
    return lines
