"""The results of a year (绩效) as a document: what each project was to bring and brought, and what its text asks."""

from collections.abc import Iterator, Sequence

from domain.policy import Profile
from projections.results import ResultOfYear
from reports.document import Cell, Column, Kind, Report, Row, Table
from reports.words import Words, listed

NOT_SET = "-"


def performance_report(
    found: Sequence[ResultOfYear],
    uncovered: Sequence[str] | None,
    profile: Profile,
    county: str,
    year: int,
    words: Words,
) -> Report:
    """Return the results; *uncovered* are the projects that nobody follows though the text covers every one."""
    say = words.say
    tables = [_projects(found, words)]
    tables += [table for table in (_printed(profile, words), _problems(profile, words)) if table.rows]
    missing = listed(words, list(uncovered or ()))
    notes = (say(f"未纳入绩效管理：{missing}", f"not followed: {missing}"),) if missing else ()
    return Report("performance", say("绩效", "performance"), words.county(county), str(year), tuple(tables), notes)


def _projects(found: Sequence[ResultOfYear], words: Words) -> Table:
    say, count = words.say, Kind.COUNT
    columns = (
        *map(Column, (say("项目", "project"), say("指标（完成/目标）", "measures (came to/aimed at)"))),
        Column(say("评价", "evaluation")),
        Column(say("支付率", "paid"), Kind.PERCENT),
        Column(say("户", "households"), count),
        Column(say("村", "villages"), count),
        *map(Column, (say("待纠正的偏差", "deviations to correct"), say("待办", "waits for"))),
    )
    nothing = say("没有有资金或受跟踪的项目", "no project had money or was followed")
    title = say("项目绩效", "results of projects")
    return Table(title, columns, tuple(_project(one, words) for one in found), (), nothing)


def _project(one: ResultOfYear, words: Words) -> Row:
    evaluated = one.evaluation
    score = evaluated.get("score") if evaluated else None
    said = f"{evaluated['grade']} {'' if score is None else score}".strip() if evaluated else NOT_SET
    reached: tuple[Cell, ...] = (None, None)
    if evaluated:
        reached = (evaluated.get("households", 0), evaluated.get("villages", 0))
    return Row(
        (
            f"{one.project_no} {one.name}",
            "\n".join(_measures(one)),
            said,
            NOT_SET if one.paid_bp is None else one.paid_bp,
            *reached,
            "\n".join(f"{late.number}. {late.since} {late.words}" for late in one.deviations),
            listed(words, [words.step(step["step"]) for step in one.open]),
        )
    )


def _measures(one: ResultOfYear) -> Iterator[str]:
    for m in one.measures:
        came = NOT_SET if m.value is None else str(m.value)
        yield f"{m.measure.name} {came}/{m.measure.value} {m.measure.unit}"


def _printed(profile: Profile, words: Words) -> Table:
    """Return the county's own measures with the figures that its text prints of them: in no sum."""
    say = words.say
    printed = {one.id: one for one in profile.reported}
    measures = [hook for hook in profile.performance if hook.phase == "measure"]
    rows = tuple(
        Row((say(hook.zh, hook.en), say(printed[name].zh, printed[name].en), printed[name].printed, hook.clause))
        for hook in measures
        for name in hook.figures
    )
    names = (say("成效指标", "measure"), say("数字", "figure"), say("原文", "printed"), say("依据", "rests on"))
    title = say("原文成效指标（照原文列示）", "measures of the text (as printed)")
    return Table(title, tuple(map(Column, names)), rows)


def _problems(profile: Profile, words: Words) -> Table:
    """Return what the text names openly as a problem, with what it proposes."""
    say = words.say
    rows = tuple(
        Row((say(one.zh, one.en), say(one.proposal_zh or NOT_SET, one.proposal_en or NOT_SET), one.clause))
        for one in profile.problems
    )
    names = (say("困难问题", "problem"), say("建议", "proposed"), say("依据", "rests on"))
    return Table(say("困难问题及建议", "problems and proposals"), tuple(map(Column, names)), rows)
