"""Choices that are in the store: the case's papers and open steps, people, projects, funds, plans, meetings."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from console.forms.money import both
from console.forms.offering import Context, Options, plain, worded
from domain.asset import ASSET
from domain.cases import case_id, county_stream, mandates_stream, parse_case
from domain.county import COUNTY
from domain.disclosure import DISCLOSURE
from domain.dispatch import DISPATCH
from domain.handling import HANDLING, handled_case
from domain.mandate import MANDATE
from domain.meeting import MEETING
from domain.papers import PAPERS, papers_stream
from domain.performance import PERFORMANCE
from domain.project import PROJECT
from domain.registry import BY_KIND
from projections.meetings_read import Where
from projections.meetings_read import meetings as called
from projections.offered import funds_with_free, newest_paid_claims, newest_plans
from projections.people_read import terms
from projections.projects_read import newest_projects, said_of_projects

_SHOWN = 12  # Digits of a digest.
OFFERED_MOST = 200  # A form has them once a row: of 10,000 projects it would be a page that nobody can open.


def nothing(_: Context) -> None:
    """Offer nothing: the field's name stands for something else here."""


def _state(context: Context, decider: Any, kind: str) -> Any:
    """Return the case's own state, or None where it is of another kind, or there is none yet."""
    case = context.case
    return context.read(decider, case_id(*case)) if case is not None and case.kind == kind else None


def _papers(context: Context) -> Iterator[Any]:
    if context.case is not None:
        yield from context.read(PAPERS, papers_stream(case_id(*context.case))).standing.values()


def papers(context: Context) -> Options:
    """Return the papers that are attached to the case, by digest."""
    return plain(((one.digest, f"{one.paper} · {one.file_name}") for one in _papers(context)), closed=True)


def papers_attached(context: Context) -> Options:
    """Return the papers that are attached, by their own name."""
    return plain((one.paper, f"{one.paper} · {one.file_name}") for one in _papers(context))


def papers_asked(context: Context) -> Options:
    """Return the kinds of papers that the project's open step asks for, and those that are attached already."""
    state = _state(context, PROJECT, "project")
    asked = (*state.step.papers, state.step.record) if state is not None and state.step is not None else ()
    return worded((*filter(None, asked), *(one.kind for one in _papers(context))), context.names.word, closed=False)


def open_steps(context: Context) -> Options:
    """Return the open steps of the case; of a handling, those of the case that it is about."""
    case = context.case
    if case is None or case.kind not in BY_KIND:
        return Options(())
    case = handled_case(case) if case.kind == HANDLING.kind else case
    decider = BY_KIND[case.kind]
    found = decider.open_steps(context.read(decider, case_id(*case)))
    return worded((step.id for step in found), context.names.step, closed=False)


def returns_to(context: Context) -> Options:
    """Return the steps to which the project's open step may send it back."""
    state = _state(context, PROJECT, "project")
    return worded(state.step.returns_to if state is not None and state.step is not None else (), context.names.step)


def persons(context: Context) -> Options:
    """Return who holds a post today, with name and posts."""
    state = context.read(MANDATE, mandates_stream(context.county))
    held: dict[str, list[str]] = {}
    for post in state.held:
        for one in sorted(state.all_holders(post, context.today)):
            held.setdefault(one, []).append(post)

    def words(person: str) -> str:
        name = context.names.people.get(person, "")
        return " ".join(filter(None, (person, name, *(context.names.named("post", post) for post in held[person]))))

    return worded(sorted(held), words, closed=False)


def keys(context: Context) -> Options:
    """Return the keys of the person whose record it is."""
    state = context.read(MANDATE, mandates_stream(context.county))
    if context.case is None or context.case.kind != "people":
        return Options(())
    return plain((key, "") for key in state.keys_of(context.case.no))


def policies(context: Context) -> Options:
    """Return the rules that the county has adopted, by how their digest begins."""
    state = context.read(COUNTY, county_stream(context.county))
    return plain((ref.profile[:_SHOWN], f"{ref.version} · {ref.profile[:_SHOWN]}") for ref in state.texts)


def projects(context: Context) -> Options:
    """Return the county's newest projects; the number of any other may be typed."""
    if context.engine is None:
        return Options(())
    newest = newest_projects(context.engine, context.county, _one_more())
    return _cut((no, f"{no} {name}") for no, name in newest)


def _one_more() -> int:
    return OFFERED_MOST + 1  # By the one more it is known that there are others.


def _cut(pairs: Iterable[tuple[str, str]]) -> Options:
    """Return the first of values with what they are called, and whether there are more."""
    found = list(pairs)
    return replace(plain(found[:OFFERED_MOST]), cut=len(found) > OFFERED_MOST)


def _of_projects(context: Context, field: str) -> Options:
    if context.engine is None:
        return Options(())
    return _cut((said, "") for said in said_of_projects(context.engine, context.county, field, _one_more()))


def villages(context: Context) -> Options:
    """Return the villages of the county's projects."""
    return _of_projects(context, "village")


def townships(context: Context) -> Options:
    """Return the townships of the county's projects."""
    return _of_projects(context, "township")


def units(context: Context) -> Options:
    """Return the units: of the posts' holders for a person, else those that implement projects."""
    if context.engine is not None and context.case is not None and context.case.kind == "people":
        return plain((term.unit, "") for term in terms(context.engine, context.county, on=context.today))
    return _of_projects(context, "unit")


def funds(context: Context) -> Options:
    """Return the county's funds, each with what of it is free; the number of any other may be typed."""
    if context.engine is None:
        return Options(())
    found = funds_with_free(context.engine, context.county, _one_more())
    about = {no: (f"{no} {document}", both(free)) for no, document, free in found[:OFFERED_MOST]}

    def words(fund: str) -> str:
        named, free = about[fund]
        return context.names.say(f"{named}，未安排 {free}", f"{named}, free: {free}")

    return replace(worded(about, words, closed=False), cut=len(found) > OFFERED_MOST)


def plans_in_force(context: Context) -> Options:
    """Return the plans in force, the newest first."""
    return _plans(context, in_force=True)


def plans_open(context: Context) -> Options:
    """Return the plans that are not settled: what a meeting may have on its agenda."""
    return _plans(context, in_force=False)


def _plans(context: Context, *, in_force: bool) -> Options:
    if context.engine is None:
        return Options(())
    found = newest_plans(context.engine, context.county, _one_more(), in_force=in_force)
    return _cut((no, f"{no} {title}") for no, title in found)


def meetings(context: Context) -> Options:
    """Return the county's meetings that are not over: those that are called, then those without minutes."""
    if context.engine is None:
        return Options(())
    found: list[str] = []
    for where in (Where.CALLED, Where.HELD):
        found += called(context.engine, context.county, where, limit=_one_more()).cases
    return _cut((parse_case(one).no, "") for one in found)


def claims(context: Context) -> Options:
    """Return the claims of the asset's project, else of the county, that are paid."""
    if context.engine is None:
        return Options(())
    state = _state(context, ASSET, "asset")
    project = state.formed.project_no if state is not None and state.formed is not None else ""
    found = newest_paid_claims(context.engine, context.county, _one_more(), project)
    return _cut((no, f"{no} · {of}") for no, of in found)


def loans(context: Context) -> Options:
    """Return the loans of the project."""
    state = _state(context, PROJECT, "project")
    return plain(((no, "") for no in state.loans.known), closed=True) if state is not None else Options(())


def items(context: Context) -> Options:
    """Return the items of the meeting that are not settled."""
    state = _state(context, MEETING, "meeting")
    if state is None or state.called is None:
        return Options(())
    return plain((one.no, f"{one.no} {one.plan_no or one.words}") for one in state.open_items)


def places(context: Context) -> Options:
    """Return the places at which the entry is to be public; where its rule names none, any place will do."""
    state = _state(context, DISCLOSURE, "disclosure")
    if state is None or state.arose is None:
        return Options(())
    return worded(state.arose.terms.places, lambda place: context.names.both(context.names.word(place)))


def measures(context: Context) -> Options:
    """Return the measures that were set for the project."""
    state = _state(context, PERFORMANCE, "performance")
    return plain((name, "") for name in state.measures) if state is not None else Options(())


def subjects(context: Context) -> Options:
    """Return the subjects of the month's tasks; before there are any, the townships and units of projects."""
    state = _state(context, DISPATCH, "dispatch")
    if state is not None and state.tasks:
        return plain((subject, "") for subject in state.tasks)
    if context.case is None or context.case.kind not in ("dispatch", "watch"):
        return Options(())
    parts = townships(context), _of_projects(context, "unit")
    every = [choice for part in parts for choice in part.choices]
    return Options(tuple(every), closed=False, cut=any(part.cut for part in parts))
