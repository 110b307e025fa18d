"""Who may take a step (可办理人): every holder of its post and every deputy, each with yes, or why not.

The same functions answer that refuse the act itself: the decider's exclusions, what a deputy was named for, and
whose step it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain import duties
from domain.act import Act, OpenStep
from domain.calendar import day_of
from domain.cases import CaseId, case_id, mandates_stream
from domain.errors import RefusedError
from domain.handling_refusals import OpinionAwaitedError
from domain.ledger import Read
from domain.mandate import MANDATE
from domain.procedures.absences import amount_of
from domain.procedures.entitled import check_step, excluded_from
from domain.registry import BY_KIND
from domain.standing_in import check_scope, standing_in


@dataclass(frozen=True)
class Candidate:
    """A person who holds a step's post, or stands in for one who does; *why_not* is None where the answer is yes."""

    step: str
    post: str
    person: str
    on_behalf_of: str = ""
    why_not: RefusedError | None = None


def candidates(read: Read, case: CaseId, now: datetime) -> Iterator[Candidate]:
    """Yield who may take each open step of a case at a business moment, and who may not, with the reason."""
    decider = BY_KIND[case.kind]
    state = read(decider, case_id(*case))
    for step in decider.open_steps(state):
        yield from of_step(read, case, step, now)


def in_somebodys_hands(read: Read, case: CaseId, now: datetime) -> set[str]:
    """Return the open steps of a case that somebody may take at a business moment, or gives an opinion on first."""
    waited = (one for one in candidates(read, case, now) if isinstance(one.why_not, OpinionAwaitedError | None))
    return {one.step for one in waited}


def of_step(read: Read, case: CaseId, step: OpenStep, now: datetime, *, assigned: bool = True) -> Iterator[Candidate]:
    """Yield who may take one open step, and who may not; unless *assigned* as if nobody had been named for it."""
    excluded = excluded_from(read, case, step.id)
    mandates, today = read(MANDATE, mandates_stream(case.county)), day_of(now)
    for held in mandates.holders_of(step.post, today):
        for deputy in ("", *(d.deputy for d in mandates.deputies_of(held.person, step.post, today))):
            person, principal = (deputy, held.person) if deputy else (held.person, "")
            asked = f"may {person} {step.id}?"
            act = Act(asked, asked, person, step.post, held.unit, "question", today, now, principal)
            no = _why_not(read, case, step, act, excluded, assigned=assigned)
            yield Candidate(step.id, step.post, person, principal, no)


def _why_not(
    read: Read, case: CaseId, step: OpenStep, act: Act, excluded: dict[str, str], *, assigned: bool
) -> RefusedError | None:
    try:
        if act.on_behalf_of:
            deputies = read(MANDATE, mandates_stream(case.county)).deputies.values()
            deputy = standing_in(deputies, act.person, act.on_behalf_of, act.post, act.occurred_on)
            check_scope(deputy, case.kind, step.id, amount_of(read, case, step.id))
        duties.check(act, step.id, excluded)
        check_step(read, case, step, act, excluded, assigned=assigned)
    except RefusedError as no:
        return no
    return None
