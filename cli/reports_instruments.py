"""`bridgefund report instruments`: uses of fund money without a contractor, beside what the text says of each."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.tables import amount, table
from domain.policy import Profile
from domain.policy.money import Instrument
from domain.procedures.asking import rules_of
from doors.texts import t
from projections.instruments import used


def of_instruments(
    county: Annotated[str, typer.Argument(help=t("县名，如 guangfeng", "county id, such as guangfeng"))],
    year: Annotated[int, typer.Argument(min=1, max=9999, help=t("年度，如 2021", "year, such as 2021"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what was used of each instrument, in the year and in all."""
    with reading(store) as read:
        profile = rules_of(read.ledger.state, county).profile
        found = [_found(read, county, rule, year) for rule in profile.instruments]
        printed = reported(profile)
        if as_json:
            read.print_json(county=county, year=year, instruments=found, reported=printed)
            return
        console, names = read.console(), read.names(county)
        console.print(f"{names.county(county)} {year} {t('政策工具（万元）', 'instruments (wan yuan)')}")
        figures = (t("原文金额", "text"), t("本年", "in the year"), t("累计", "in all"), t("已付", "paid"))
        made = table(
            t("政策工具", "instrument"), *figures, t("户数", "households"), t("依据", "rests on"), right=figures
        )
        for one in found:
            money = (amount(one[key]) for key in ("amount_fen", "year_fen", "total_fen", "paid_fen"))
            made.add_row(t(one["zh"], one["en"]), *money, str(one["households"] or ""), one["clause"])
        console.print(made)
        for one in printed:
            console.print(
                f"{t('原文数字', 'as printed')}：{t(one['zh'], one['en'])} {one['printed']} ({one['clause']})"
            )


def _found(read: Reading, county: str, rule: Instrument, year: int) -> dict[str, Any]:
    return {
        "id": rule.id,
        "zh": rule.zh,
        "en": rule.en,
        "kind": rule.kind,
        "amount_fen": rule.amount_fen,
        "amount_is": rule.amount_is,
        "per": rule.per,
        "clause": rule.clause,
        **asdict(used(read.engine, county, rule.id, year)),
    }


def reported(profile: Profile) -> list[dict[str, Any]]:
    """Return the figures that the county's text prints: shown, and never computed with."""
    return [
        {
            "id": one.id,
            "zh": one.zh,
            "en": one.en,
            "printed": one.printed,
            "amount_fen": one.amount_fen,
            "clause": one.clause,
        }
        for one in profile.reported
    ]
