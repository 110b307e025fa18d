"""`bridgefund report performance` and `report assets`: what came of the money, and what it formed."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from cli.delivering import ForceOption, Outputs, PdfOption, XlsxOption, deliver, reporting
from cli.names import Names
from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.tables import table
from cli.texts import t
from domain.asset import ASSET, AssetState
from domain.asset_facts import AssetFormed
from domain.cases import parse_case
from domain.county import NoPolicyError
from domain.performance import open_steps
from domain.performance_facts import PerformanceOpened
from domain.policy import Profile
from domain.procedures.results_of_year import ResultOfYear, results_of_year, uncovered
from reports.asset_register import asset_report

CountyArgument = Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))]
NOT_SET = "-"


def of_performance(
    county: CountyArgument,
    year: Annotated[int, typer.Argument(help=t("年度，如 2022", "year, such as 2022"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the results of a county's year."""
    with reading(store) as read:
        names, profile = _rules(read, county)
        followed = {parse_case(e.stream).no for e in read.ledger.log(of=(PerformanceOpened,)) if _of(e.stream, county)}
        found = results_of_year(read.ledger.state, profile, county, year, followed)
        missing = uncovered(profile, found)
        if as_json:
            rest = {"measures": _printed(profile), "problems": _problems(profile), "principles": _principles(profile)}
            projects = [_result(one, year) for one in found]
            read.print_json(county=county, year=year, projects=projects, uncovered=missing, **rest)
            return
        console = read.console()
        console.print(f"{names.county(county)} {year} {t('绩效', 'performance')}")
        right = (t("支付率", "paid"), t("户", "households"), t("村", "villages"))
        heads = (t("项目", "project"), t("指标", "measures"), t("评价", "evaluation"), *right, t("待办", "waits for"))
        made = table(*heads, right=right)
        for one in found:
            made.add_row(*_row(one, year, names))
        console.print(made)
        if missing:
            console.print(t(f"未纳入绩效管理：{'、'.join(missing)}", f"not followed: {', '.join(missing)}"))
        for line in _lines(profile):
            console.print(line)


def of_assets(
    county: CountyArgument,
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
    xlsx: XlsxOption = None,
    pdf: PdfOption = None,
    force: ForceOption = False,
) -> None:
    """Print the assets that a county's projects formed."""
    outputs = Outputs(as_json, xlsx, pdf, force)
    with reporting(store, outputs) as read:
        names, _ = _rules(read, county)
        streams = [e.stream for e in read.ledger.log(of=(AssetFormed,)) if _of(e.stream, county)]
        states = [read.ledger.state(ASSET, stream) for stream in streams]
        report = asset_report(states, county, names)
        deliver(read, outputs, report, county=county, assets=[_asset(state) for state in states])


def _rules(read: Reading, county: str) -> tuple[Names, Profile]:
    names = read.names(county)
    if names.profile is None:
        raise NoPolicyError(county=county)
    return names, names.profile


def _of(stream: str, county: str) -> bool:
    return stream.startswith(f"{county}/")


def _result(one: ResultOfYear, year: int) -> dict[str, Any]:
    registered, results = one.project.registered, one.results
    assert registered is not None
    evaluated = results.evaluated.get(year)
    terms = results.opened.terms if results.opened else None
    limit = terms.correction.limit if terms and terms.correction else ""
    return {
        "project_no": one.project_no,
        "name": registered.name,
        "unit": registered.unit,
        "township": registered.township,
        "followed": results.opened is not None,
        "target": one.project.checks.target.target if one.project.checks.target else None,
        "measures": [{**to_builtins(m.measure), "came": m.value, "reached": m.is_reached} for m in one.measures],
        "evaluation": to_builtins(evaluated) if evaluated else None,
        "paid_bp": one.paid_bp,
        "in_time": one.in_time,
        "linkage": [to_builtins(linked) for linked in results.linked],
        "households_confirmed": len(results.households),
        "deviations": [
            {"number": number, "since": fact.act.occurred_on, "words": fact.deviation, "limit": limit}
            for number, fact in results.uncorrected.items()
        ],
        "open": [{"step": step.id, "post": step.post} for step in open_steps(results)],
    }


def _row(one: ResultOfYear, year: int, names: Names) -> tuple[str, ...]:
    evaluated = one.results.evaluated.get(year)
    said = f"{evaluated.grade} {'' if evaluated.score is None else evaluated.score}".strip() if evaluated else NOT_SET
    paid = NOT_SET if one.paid_bp is None else f"{one.paid_bp // 100}.{one.paid_bp % 100:02d}%"
    reached = (str(evaluated.households), str(evaluated.villages)) if evaluated else ("", "")
    waiting = t("、", ", ").join(names.step(step.id) for step in open_steps(one.results))
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


def _asset(state: AssetState) -> dict[str, Any]:
    formed = state.formed
    assert formed is not None
    terms = formed.terms
    waiting = [
        {"step": step.id, "post": step.post, "limits": term.limits, "responsible": term.responsible}
        for step in ASSET.open_steps(state)
        if (term := getattr(terms, "mends" if step.id == "mend" else step.id)) is not None
    ]
    return {
        "asset_no": formed.asset_no,
        "project_no": formed.project_no,
        "name": formed.name,
        "nature": formed.nature,
        "formed_on": formed.act.occurred_on,
        "cost_fen": state.cost,
        "payments": to_builtins(state.payments),
        "owner": state.title.owner if state.title else None,
        "title": to_builtins(state.title) if state.title else None,
        "handed_over_to": state.handed_over.to if state.handed_over else None,
        "keeper": state.keeper.keeper if state.keeper else None,
        "upkeep": state.upkeep,
        "income_fen": state.income,
        "shared": [{"use": use, "amount_fen": fen} for use, fen in state.shared.items()],
        "left_fen": state.left,
        "weak": to_builtins(state.weak) if state.weak else None,
        "stage": ASSET.stage(state),
        "open": waiting,
    }
