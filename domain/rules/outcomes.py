"""Results as a basis of the next year's allocation (考核结果作为分配依据): which of last year's a plan has seen."""

from collections.abc import Iterable, Iterator, Mapping

from domain.policy.results import Hook
from domain.rules.result import Amount, Finding
from domain.words import Both


def next_year(
    hooks: Iterable[Hook], year: int, units: Iterable[str], before: Mapping[str, Mapping[str, int | None]]
) -> Iterator[Finding]:
    """Judge, for each unit that a plan gives money, whether last year's results of its projects are there.

    *before* holds, by unit, the projects that had money in the year before, each with its score: None where nobody
    evaluated it, 0 where the evaluation gave a grade and no score. A missing one asks for a reason: the text makes
    the result an important basis (重要依据), and no bar.
    """
    rule = next((hook for hook in hooks if hook.phase == "next_year"), None)
    if rule is None:
        return
    for unit in sorted(set(units)):
        projects = before.get(unit, {})
        if not projects:
            continue
        missing = sorted(no for no, score in projects.items() if score is None)
        done = len(projects) - len(missing)
        yield Finding(
            rule=f"performance.{rule.id}",
            zh=rule.zh,
            en=rule.en,
            clause=rule.clause,
            status="unmet" if missing else "met",
            hard=False,
            of=unit,
            unit="results",
            comparator="at_least",
            bound=len(projects),
            value=done,
            amounts=tuple(Amount("score", score, no) for no, score in sorted(projects.items()) if score is not None),
            remedy=Both(
                f"先评价 {year - 1} 年的 {', '.join(missing)}", f"evaluate {', '.join(missing)} of {year - 1} first"
            ),
        )
