"""`bridgefund report performance` and `report assets`: what came of the money, and what it formed."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from cli.delivering import Outputs, deliver, leaving, source_of
from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.tables import table
from domain.county import NoPolicyError
from domain.policy import Profile
from doors.ledger_documents import assets_of
from doors.names import Names
from doors.texts import t
from projections.assets import Asset
from projections.results import MeasureOfYear, ResultOfYear, results_of_year, uncovered

CountyArgument = Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))]
NOT_SET = "-"


def of_performance(
    county: CountyArgument,
    year: Annotated[int, typer.Argument(min=1, max=9999, help=t("年度，如 2022", "year, such as 2022"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the results of a county's year."""
    with reading(store) as read:
        names, profile = _rules(read, county)
        found = results_of_year(read.engine, profile, county, year)
        missing = uncovered(profile, found)
        if as_json:
            rest = {"measures": _printed(profile), "problems": _problems(profile), "principles": _principles(profile)}
            projects = [_result(one) for one in found]
            read.print_json(county=county, year=year, projects=projects, uncovered=missing, **rest)
            return
        console = read.console()
        console.print(f"{names.county(county)} {year} {t('绩效', 'performance')}")
        right = (t("支付率", "paid"), t("户", "households"), t("村", "villages"))
        heads = (t("项目", "project"), t("指标", "measures"), t("评价", "evaluation"), *right, t("待办", "waits for"))
        made = table(*heads, right=right)
        for one in found:
            made.add_row(*_row(one, names))
        console.print(made)
        if missing:
            console.print(t(f"未纳入绩效管理：{'、'.join(missing)}", f"not followed: {', '.join(missing)}"))
        for line in _lines(profile):
            console.print(line)


@leaving
def of_assets(read: Reading, outputs: Outputs, county: CountyArgument) -> None:
    """Print the assets that a county's projects formed."""
    _rules(read, county)
    found, report = assets_of(source_of(read, county))
    deliver(read, outputs, report, county=county, assets=[_asset(one) for one in found])


def _rules(read: Reading, county: str) -> tuple[Names, Profile]:
    names = read.names(county)
    if names.profile is None:
        raise NoPolicyError(county=county)
    return names, names.profile


def _result(one: ResultOfYear) -> dict[str, Any]:
    return {
        "project_no": one.project_no,
        "name": one.name,
        "unit": one.unit,
        "township": one.township,
        "followed": one.followed,
        "target": one.target,
        "measures": [_measure(m) for m in one.measures],
        "evaluation": one.evaluation,
        "paid_bp": one.paid_bp,
        "in_time": one.in_time,
        "linkage": one.linkage,
        "households_confirmed": one.households,
        "deviations": [
            {"number": d.number, "since": d.since, "words": d.words, "limit": one.correction_limit}
            for d in one.deviations
        ],
        "open": one.open,
    }


def _measure(one: MeasureOfYear) -> dict[str, Any]:
    return {**to_builtins(one.measure), "came": one.value, "reached": one.is_reached}


def _row(one: ResultOfYear, names: Names) -> tuple[str, ...]:
    evaluated = one.evaluation
    said = NOT_SET
    if evaluated:
        score = evaluated.get("score")
        said = f"{evaluated['grade']} {'' if score is None else score}".strip()
    paid = NOT_SET if one.paid_bp is None else f"{one.paid_bp // 100}.{one.paid_bp % 100:02d}%"
    reached = (str(evaluated.get("households", 0)), str(evaluated.get("villages", 0))) if evaluated else ("", "")
    waiting = t("、", ", ").join(names.step(step["step"]) for step in one.open)
    return one.project_no, t("；", "; ").join(_measures(one)), said, paid, *reached, waiting


def _measures(one: ResultOfYear) -> Iterator[str]:
    for m in one.measures:
        came = NOT_SET if m.value is None else str(m.value)
        yield f"{m.measure.name} {came}/{m.measure.value} {m.measure.unit}"


def _printed(profile: Profile) -> list[dict[str, Any]]:
    """Return the county's own measures, each with the figures that its text prints of it (原文数字)."""
    printed = {one.id: one for one in profile.reported}
    return [
        {
            "id": hook.id,
            "zh": hook.zh,
            "en": hook.en,
            "clause": hook.clause,
            "printed": [printed[name].model_dump(exclude_none=True) for name in hook.figures],
        }
        for hook in profile.performance
        if hook.phase == "measure"
    ]


def _problems(profile: Profile) -> list[dict[str, Any]]:
    """Return what the text names openly as a problem (困难问题), with what it proposes."""
    return [problem.model_dump(exclude_none=True) for problem in profile.problems]


def _principles(profile: Profile) -> dict[str, list[str]]:
    """Return by topic what guides people and computes nothing."""
    found: dict[str, list[str]] = {}
    for principle in profile.principles:
        found.setdefault(principle.topic, []).append(t(principle.zh, principle.en))
    return found


def _lines(profile: Profile) -> Iterator[str]:
    for measure in _printed(profile):
        figures = (f"{t(one['zh'], one['en'])} {one['printed']}" for one in measure["printed"])
        head = t(f"原文成效指标：{measure['zh']}", f"measures of the text: {measure['en']}")
        yield t("；", "; ").join((head, *figures))
    for problem in profile.problems:
        proposal = t(problem.proposal_zh or NOT_SET, problem.proposal_en or NOT_SET)
        yield t(f"困难问题：{problem.zh}；建议：{proposal}", f"problem: {problem.en}; proposed: {proposal}")


def _asset(one: Asset) -> dict[str, Any]:
    names = ("claim_no", "fund_no", "pool", "amount_fen")
    return {
        "asset_no": one.asset_no,
        "project_no": one.project_no,
        "name": one.name,
        "nature": one.nature,
        "formed_on": one.formed_on,
        "cost_fen": one.cost_fen,
        "payments": [{name: getattr(paid, name) for name in names} for paid in one.payments],
        "owner": one.owner,
        "title": one.title,
        "handed_over_to": one.handed_over_to,
        "keeper": one.keeper,
        "upkeep": one.upkeep,
        "income_fen": one.income_fen,
        "shared": one.shared,
        "left_fen": one.left_fen,
        "weak": one.weak,
        "stage": one.stage,
        "open": [step for step in one.open if step["limits"] is not None],
    }
