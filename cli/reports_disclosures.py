"""`bridgefund report disclosures` and `report training`: the disclosure register and the training record of a year."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.clock import business_now
from cli.delivering import Outputs, deliver, leaving
from cli.names import Names
from cli.policy_phrases import both
from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.tables import table
from cli.texts import t
from domain.calendar import day_of
from domain.policy.watch import Keeping
from projections.disclosures import register, trainings
from reports.disclosure_register import disclosure_report

County = Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))]
Year = Annotated[int, typer.Argument(min=1, max=9999, help=t("年份，如 2022", "year, such as 2022"))]


@leaving
def of_disclosures(read: Reading, outputs: Outputs, county: County, year: Year) -> None:
    """Print the disclosure register of what arose in a year."""
    read.county(county)
    names, today = read.names(county), day_of(business_now(read.ledger))
    found = register(read.engine, county, year, today)
    kept, gaps = _kept(names), _by_hand(names)
    keeping = {"keeper": kept.keeper, "kinds": kept.kinds, "clause": kept.clause} if kept else None
    entries, told = ([asdict(row) for row in rows] for rows in (found.entries, found.reports))
    data: dict[str, Any] = {"register": keeping, "systems": _systems(names), "entries": entries, "reports": told}
    report = disclosure_report(found, county, year, names, list(_notes(names, kept, gaps)))
    deliver(read, outputs, report, county=county, year=year, today=today, **data, no_rule_stated=gaps)


def _notes(names: Names, kept: Keeping | None, gaps: list[str]) -> Iterator[str]:
    if kept:
        said = t("、", ", ").join(map(both, kept.kinds))
        yield f"{names.named('post', kept.keeper or '')}: {said} ({kept.clause})"
    for rule in gaps:
        yield t(f"{rule}：何时列入，未规定；由公开岗位补录", f"{rule}: no rule stated upon what; entered by hand")


def of_training(county: County, year: Year, *, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Print the trainings of a year."""
    with reading(store) as read:
        read.county(county)
        names, held = read.names(county), trainings(read.engine, county, year)
        if as_json:
            read.print_json(county=county, year=year, items=[asdict(row) for row in held])
            return
        people = t("人数", "people")
        columns = (t("编号", "no."), t("日期", "on"), t("内容", "topic"), t("形式", "form"), t("层级", "levels"))
        made = table(*columns, people, t("依据", "rests on"), right=(people,))
        for row in held:
            levels = t("、", ", ").join(names.level(level) for level in row.levels)
            said = (row.training, str(row.on), row.topic, both(row.form), levels)
            made.add_row(*said, str(row.attended), row.clause)
        read.console().print(f"{names.county(county)} {year} {t('培训记录', 'training record')}")
        read.console().print(made)


def _kept(names: Names) -> Keeping | None:
    """Return what the text says of the register itself, if anything."""
    records = names.profile.records if names.profile else ()
    return next((kept for kept in records if kept.kept_as == "disclosures"), None)


def _systems(names: Names) -> list[dict[str, Any]]:
    """Return the systems outside that carry disclosures, with what the text has them show."""
    profile = names.profile
    named = {rule.system for rule in profile.disclosures} if profile else set()
    systems = [system for system in profile.systems if system.id in named] if profile else []
    return [{"system": s.id, "direction": s.direction, "entries": s.entries, "clause": s.clause} for s in systems]


def _by_hand(names: Names) -> list[str]:
    """Return the rules that do not say upon what they have something disclosed."""
    return [rule.id for rule in names.profile.disclosures if not rule.upon] if names.profile else []
