"""`bridgefund report disclosures` and `report training`: the disclosure register and the training record of a year."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.delivering import Outputs, deliver, leaving, source_of
from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.tables import table
from doors.ledger_documents import disclosures_of
from doors.names import Names
from doors.policy_phrases import both
from doors.texts import t
from projections.disclosures import trainings

County = Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))]
Year = Annotated[int, typer.Argument(min=1, max=9999, help=t("年份，如 2022", "year, such as 2022"))]


@leaving
def of_disclosures(read: Reading, outputs: Outputs, county: County, year: Year) -> None:
    """Print the disclosure register of what arose in a year."""
    read.county(county)
    source = source_of(read, county)
    made, report = disclosures_of(source, year)
    kept = made.kept
    keeping = {"keeper": kept.keeper, "kinds": kept.kinds, "clause": kept.clause} if kept else None
    entries, told = ([asdict(row) for row in rows] for rows in (made.found.entries, made.found.reports))
    data = {"register": keeping, "systems": _systems(source.names), "entries": entries, "reports": told}
    about = {"county": county, "year": year, "today": source.today}
    deliver(read, outputs, report, **about, **data, no_rule_stated=made.by_hand)


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


def _systems(names: Names) -> list[dict[str, Any]]:
    """Return the systems outside that carry disclosures, with what the text has them show."""
    profile = names.profile
    named = {rule.system for rule in profile.disclosures} if profile else set()
    systems = [system for system in profile.systems if system.id in named] if profile else []
    return [{"system": s.id, "direction": s.direction, "entries": s.entries, "clause": s.clause} for s in systems]
