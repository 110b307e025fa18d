"""Whose step it is (该谁办理), beside post and duty: who was named for it, whose unit it is, who granted whom the post.

One function, `check_step`, asked by every request that answers an open step, and beforehand by `candidates.py`.
"""

from datetime import date

from domain.act import Act, OpenStep
from domain.calendar import day_of
from domain.cases import CaseId, case_id, county_stream, mandates_stream
from domain.claim import CLAIM
from domain.correcting_requests import CorrectingRequest
from domain.county import COUNTY
from domain.duties import SamePersonError
from domain.handling import HANDLING, Handled, handling_stream
from domain.handling_refusals import AssignedToOtherError, GrantedByError, OpinionAwaitedError, WrongUnitError
from domain.ledger import Read
from domain.mandate import MANDATE, MandateState
from domain.meeting_requests import DecideItems, FileMeetingMinutes
from domain.paper_requests import PaperRequest
from domain.policy import EngineRules
from domain.procedures.asking import Asking, rules_of
from domain.procedures.claims import barred
from domain.project import PROJECT
from domain.registry import BY_KIND
from domain.requests import AnyRequest, answered_step

CLAUSE, APART, UNIT = "engine A-80", "engine A-82", "engine A-83"
# What is no case of people's steps: clocks, who stands in, who takes a step, who is who.
NOT_HANDLED = frozenset({"obligation", "absence", "handling", "people", "emergency"})


def check(asking: Asking, request: AnyRequest) -> None:
    """Check that the open step that *request* answers may be answered by whoever asks.

    Raises:
        RefusedError: If not.
    """
    if asking.case.kind in NOT_HANDLED:
        return
    if isinstance(request, CorrectingRequest | PaperRequest):
        # No step waits for it, and nobody is kept from it by what else he did: that is judged with the correction.
        own = OpenStep(answered_step(request), asking.act.post)
        check_step(asking.read, asking.case, own, asking.act, {}, assigned=False)
        return
    decider = BY_KIND[asking.case.kind]
    step = _answered(asking, request, decider.open_steps(asking.read(decider, asking.own)))
    if step is not None:
        excluded = excluded_from(asking.read, asking.case, step.id)
        check_step(asking.read, asking.case, step, asking.act, excluded, assigned=not asking.act.second)


def _answered(asking: Asking, request: AnyRequest, waiting: tuple[OpenStep, ...]) -> OpenStep | None:
    """Return the open step that a request answers: of those done together that of one's own post."""
    name = answered_step(request)
    if asking.case.kind == "plan" and isinstance(request, DecideItems | FileMeetingMinutes):
        # A meeting names its item, not the plan's stage: a plan waits for one body at a time.
        return next((one for one in waiting if one.post == asking.act.post), None)
    of_name = [one for one in waiting if one.id == name]
    return next((one for one in of_name if one.post == asking.act.post), of_name[0] if of_name else None)


def excluded_from(read: Read, case: CaseId, step: str) -> dict[str, str]:
    """Return who may not take an open step, each with what was done before; empty where duties are not separate."""
    decider = BY_KIND[case.kind]
    excluded = decider.excluded(read(decider, case_id(*case)), step)
    return {**barred(read, case), **excluded} if case.kind == "claim" and excluded else excluded


def check_step(
    read: Read, case: CaseId, step: OpenStep, act: Act, excluded: dict[str, str], *, assigned: bool = True
) -> None:
    """Check that the one of *act* may take an open step from which *excluded* are kept.

    Unless *assigned*, as if nobody had been named for it.

    Raises:
        AssignedToOtherError: If somebody else was named for it.
        OpinionAwaitedError: If a colleague's opinion is waited for.
        SamePersonError: If he advised in this case.
        WrongUnitError: If the case belongs to another unit's holder of the post.
        GrantedByError: If he gave one of the case's hands the post or the key, or the other way round.
    """
    handling, mandates = read(HANDLING, handling_stream(case)), read(MANDATE, mandates_stream(case.county))
    if assigned and (held := handling.steps.get((step.id, step.post))):
        _check_held(held, step.id, act, mandates)
    rules = _engine(read, case.county)
    # Two keys (应急决定) stand in for whoever was named, and for the unit's own holder.
    if not act.second and rules is not None and rules.units is not None and rules.units.by_project:
        _check_unit(read, case, step, act, mandates)
    if not excluded:
        return
    for person in act.hands:
        if person in handling.advised:
            before = handling.advised[person]
            raise SamePersonError(person=person, before=before, asked=step.id, clause=CLAUSE)
    check_granted(read, case, step.id, act, excluded)


def _engine(read: Read, county: str) -> EngineRules | None:
    return rules_of(read, county).engine if read(COUNTY, county_stream(county)).current else None


def _check_held(held: Handled, step: str, act: Act, mandates: MandateState) -> None:
    if not can_act(mandates, held, act):
        return
    if held.asked:
        raise OpinionAwaitedError(step=step, holder=held.holder, asked=held.asked)
    if held.holder in act.hands:
        return
    raise AssignedToOtherError(step=step, holder=held.holder, by=held.by, person=act.person, clause=CLAUSE)


def can_act(mandates: MandateState, held: Handled, act: Act) -> bool:
    """Return whether the one who has a step holds its post today, or stands in for one who does: else nobody has it."""
    return still_has(mandates, held.post, held.holder, day_of(act.recorded_at))


def still_has(mandates: MandateState, post: str, holder: str, today: date) -> bool:
    """Return whether *holder*, who was named for a step of a post, holds it on a day or stands in for one who does."""
    holders = mandates.all_holders(post, today)
    deputies = {one.deputy for held in holders for one in mandates.deputies_of(held, post, today)}
    return holder in holders | deputies


def _check_unit(read: Read, case: CaseId, step: OpenStep, act: Act, mandates: MandateState) -> None:
    project_no = case.no if case.kind == "project" else ""
    if case.kind == "claim" and (lodged := read(CLAIM, case_id(*case)).lodged):
        project_no = lodged.project_no
    registered = read(PROJECT, case_id(case.county, "project", project_no)).registered if project_no else None
    if registered is None:
        return
    own = {registered.unit, registered.township, registered.village} - {""}
    units = {held.unit for held in mandates.holders_of(step.post, day_of(act.recorded_at))}
    if units & own and act.unit not in own:
        needed = ", ".join(sorted(units & own))
        raise WrongUnitError(person=act.person, post=step.post, unit=act.unit, needed=needed, clause=UNIT)


def check_granted(read: Read, case: CaseId, step: str, act: Act, others: dict[str, str]) -> None:
    """Check that nobody of *act* gave one of the *others* post or key, nor the other way round, where rules say so.

    Raises:
        GrantedByError: If one did, with what the other has done.
    """
    rules, mandates = _engine(read, case.county), read(MANDATE, mandates_stream(case.county))
    if rules is None or rules.granted is None or not rules.granted.apart:
        return
    for person in act.hands:
        for other, before in others.items():
            for granter, granted in ((person, other), (other, person)):
                if granted in mandates.granted.get(granter, ()):
                    raise GrantedByError(
                        granter=granter,
                        granted=granted,
                        other=other,
                        before=before,
                        person=person,
                        asked=step,
                        clause=APART,
                    )
