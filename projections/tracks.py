"""The track of a case (办理轨迹): where it stands in the order of the very rules that it is pinned to."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from domain.calendar import day_of
from domain.cases import CaseId, case_id
from domain.errors import BadInputError
from domain.ledger import Read
from domain.procedures.asking import Rules, rules_of
from domain.registry import BY_KIND
from projections.track_claim import of_claim
from projections.track_fund import of_fund
from projections.track_plan import of_plan
from projections.track_project import of_project
from projections.track_shape import Records, Stage

_TRACKS: dict[str, Callable[[Records, CaseId, date], tuple[Stage, ...]]] = {
    "project": of_project,
    "claim": of_claim,
    "plan": of_plan,
    "fund": of_fund,
}
TRACKED = frozenset(_TRACKS)
# In which field of its state a case has the fact that carries its terms.
_BEGAN = {"project": "registered", "claim": "lodged", "plan": "drafted", "fund": "received"}


def track(records: Records, case: CaseId, now: datetime) -> tuple[Stage, ...]:
    """Return the stages of a case in the order of its rules, as of a business moment.

    Raises:
        RefusedError: If there is no such case.
        BadInputError: If its kind has no track.
    """
    if case.kind not in _TRACKS:
        raise BadInputError("case", f"a {case.kind} has no track; only: {', '.join(sorted(TRACKED))}")
    return _TRACKS[case.kind](records, case, day_of(now))


def pinned(read: Read, case: CaseId) -> Rules | None:
    """Return the rules that a case runs under, its move to others included; None if there is no such case."""
    began: Any = getattr(read(BY_KIND[case.kind], case_id(*case)), _BEGAN[case.kind])
    return rules_of(read, case.county, began.terms.policy) if began else None
