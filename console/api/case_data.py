"""A case as the JSON API has it: its row, the steps that wait, who may take them, and what may be asked."""

from itertools import groupby

from console.api.models import CandidateOut, CaseOut, OfferOut, RowOut, StepOut
from console.forms.asked import asked_words
from console.house import House
from console.offers import Offer, askers_of, offers
from domain.cases import CaseId, case_id
from domain.procedures.askers import Askers
from domain.procedures.candidates import Candidate
from domain.procedures.signatures import content_of, signed_as
from domain.registry import BY_KIND
from doors.names import Names
from doors.texts import language, t
from doors.waiting import candidate_data
from projections.cases import Case, case
from projections.inbox_read import Asked, Waiting, waiting
from projections.kind_pages import Dated, dated

SCHEMAS = "#/components/schemas/"


def case_of(house: House, found: CaseId) -> CaseOut:
    """Return a case as it now is."""
    names, offered = house.names(found.county), offers(house, found)
    rows = {(row.step, row.post): row for row in waiting(house.engine, Asked(case=case_id(*found)))}
    waits = groupby((one for one in offered if one.waits), key=lambda one: (one.step, one.post))
    return CaseOut(
        **_row_of(house, found, names).model_dump(),
        county=found.county,
        steps=[_step(house, names, list(of), rows.get(key)) for key, of in waits],
        offers=[_any_time(house, one) for one in offered if not one.waits],
    )


def row_of(row: Case, names: Names) -> RowOut:
    """Return a case as a row of a list."""
    return RowOut(
        case=row.case,
        kind=row.kind,
        no=row.no,
        title=names.field("kind", row.title) if row.kind == "claim" else row.title,
        parent=row.parent,
        year=row.year,
        stage=row.stage,
        stage_name=names.stage(row.stage),
        closed=row.closed,
        opened_on=row.opened_on,
        changed_on=row.changed_on,
        figures=row.money,
        waits=row.waiting,
    )


def candidate_of(one: Candidate, names: Names) -> CandidateOut:
    """Return who may take a step, or why not."""
    data = candidate_data(one)
    return CandidateOut(
        **{name: data[name] for name in CandidateOut.model_fields if name in data},
        name=names.people.get(one.person, ""),
    )


def unlisted(house: House, found: CaseId, names: Names, days: Dated) -> RowOut:
    """Return a case of a kind of which no view keeps rows: the ledger tells where it stands."""
    decider = BY_KIND[found.kind]
    state = house.read(decider, case_id(*found))
    return RowOut(
        case=case_id(*found),
        kind=found.kind,
        no=found.no,
        title="",
        parent="",
        year=None,
        stage=decider.stage(state),
        stage_name=names.stage(decider.stage(state)),
        closed=decider.closed(state),
        opened_on=days.opened_on,
        changed_on=days.changed_on,
        figures={},
        waits=[{"step": step.id, "post": step.post} for step in decider.open_steps(state)],
    )


def _row_of(house: House, found: CaseId, names: Names) -> RowOut:
    row = case(house.engine, case_id(*found))
    if row is not None:
        return row_of(row, names)
    return unlisted(house, found, names, dated(house.engine, [case_id(*found)])[case_id(*found)])


def _step(house: House, names: Names, of: list[Offer], row: Waiting | None) -> StepOut:
    first = of[0]
    content = content_of(house.read, first.case, signed_as(first.step))
    return StepOut(
        step=first.step,
        name=names.step(first.step),
        post=first.post,
        post_name=names.named("post", first.post),
        since=row.since if row else None,
        due_on=row.due_on if row else None,
        due_in_days=row.due_in(house.today()) if row else None,
        paused=row.paused if row else False,
        seen=content.digest if content and content.parts else "",
        who=[candidate_of(one, names) for one in first.who],
        offers=[_offer(one, Askers((one.post,))) for one in of],
    )


def _any_time(house: House, one: Offer) -> OfferOut:
    return _offer(one, askers_of(house, one))


def _offer(one: Offer, by: Askers) -> OfferOut:
    return OfferOut(
        type=one.name,
        title=t(*asked_words(one.request)),
        schema_ref=f"{SCHEMAS}{one.request.__name__}",
        step=one.step,
        fixed=dict(one.fixed),
        posts=list(by.posts),
        why_nobody=by.why_nobody.text(language()) if by.why_nobody else "",
    )
