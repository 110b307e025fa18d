"""`bridgefund report disclosures` and `report training`: the disclosure register and the training record of a year."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.clock import business_now
from cli.names import Names
from cli.policy_phrases import both, word
from cli.reading import JsonOption, StoreOption, reading
from cli.tables import table
from cli.texts import t
from domain.calendar import day_of
from domain.policy.watch import Keeping
from projections.disclosures import Disclosed, Objection, Register, register, trainings

County = Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))]
Year = Annotated[int, typer.Argument(help=t("年份，如 2022", "year, such as 2022"))]


def of_disclosures(county: County, year: Year, *, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Print the disclosure register of what arose in a year."""
    with reading(store) as read:
        read.county(county)
        names, today = read.names(county), day_of(business_now(read.ledger))
        found = register(read.engine, county, year, today)
        kept, gaps = _kept(names), _by_hand(names)
        if as_json:
            keeping = {"keeper": kept.keeper, "kinds": kept.kinds, "clause": kept.clause} if kept else None
            entries, reports = ([asdict(row) for row in rows] for rows in (found.entries, found.reports))
            data: dict[str, Any] = {"register": keeping, "systems": _systems(names), "entries": entries}
            data["reports"] = reports
            read.print_json(county=county, year=year, today=today, **data, no_rule_stated=gaps)
            return
        console = read.console()
        console.print(f"{names.county(county)} {year} {t('公开公示台账', 'disclosure register')}")
        if kept:
            said = t("、", ", ").join(map(both, kept.kinds))
            console.print(f"{names.named('post', kept.keeper or '')}: {said} ({kept.clause})")
        console.print(_table(found, names))
        for line in _reports(found):
            console.print(line)
        for rule in gaps:
            unsaid = f"{rule}：何时列入，未规定；由公开岗位补录", f"{rule}: no rule stated upon what; entered by hand"
            console.print(t(*unsaid))


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


def _table(found: Register, names: Names) -> Table:
    late = t("晚（日）", "days late")
    columns = (t("条目", "entry"), t("产生", "arose"), t("期限", "due"), t("状态", "stage"), t("公开", "public"))
    made = table(*columns, late, t("异议", "objections"), t("依据", "rests on"), right=(late,))
    for row in found.entries:
        made.add_row(
            "\n".join(_of(row, names)),
            str(row.arose_on),
            str(row.due_on or t("未规定", "no rule stated")),
            names.stage(row.stage),
            "\n".join(_public(row)),
            str(row.days_late or ""),
            "\n".join(map(_objection, row.objections)),
            "\n".join(part for part in (row.clause, row.reference) if part),
        )
    return made


def _of(row: Disclosed, names: Names) -> Iterator[str]:
    yield f"{row.entry}: {word(row.what)} {row.words}".rstrip()
    if row.mandatory:
        yield t("必须公开", "mandatory")
    if row.before:
        yield t(f"先于：{word(row.before)}", f"before: {word(row.before)}")
        yield t("未公开不得办理", "bars it") if row.blocks else t("不阻断", "bars nothing")
    yield names.named("post", row.post) if row.post else t("由谁公开：未规定", "by whom: no rule stated")


def _public(row: Disclosed) -> Iterator[str]:
    reached = {p.place: p for p in row.published}
    for place in row.places or reached:
        on = reached[place].on if place in reached else t("未公开", "not public")
        yield f"{both(place)}: {on}"
    if not row.places and not reached:
        yield t("地点未规定", "no place is stated")
    if row.public_until:
        yield t(f"公示至 {row.public_until}", f"until {row.public_until}")


def _objection(one: Objection) -> str:
    if one.upheld is None:
        return f"{one.number}. {one.words}: {t('待处理', 'open')}"
    return f"{one.number}. {one.words}: {t('成立', 'upheld') if one.upheld else t('不成立', 'rejected')}, {one.reason}"


def _reports(found: Register) -> Iterator[str]:
    for report in found.reports:
        answer = report.answer or t("待答复", "no answer yet")
        yield t(f"群众反映 {report.report}（{report.on}）", f"report {report.report} ({report.on})") + (
            f": {report.words} → {answer}"
        )
