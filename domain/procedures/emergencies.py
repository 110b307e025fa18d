"""What is asked of an emergency decision (应急决定): who may ask, who may confirm, and how it reaches its case."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import msgspec

from domain import duties
from domain.act import BY_TWO_KEYS, Act, OpenStep
from domain.calendar import day_of
from domain.cases import mandates_stream, parse_case
from domain.emergency import CONFIRM, EMERGENCY, Confirm, EmergencyOpened, Expire, NoSuchEmergencyError, Open, excluded
from domain.emergency_refusals import (
    FIRST,
    SECOND,
    EmergencyBodyError,
    EmergencyDeputyError,
    EmergencyKeyError,
    EmergencyKindError,
    EmergencyNeedlessError,
    EmergencyStepError,
    EmergencyUntilError,
)
from domain.emergency_requests import EmergencyRequest, OpenEmergency
from domain.errors import BadInputError
from domain.ledger import PART, Step
from domain.mandate import MANDATE
from domain.policy.engine import EmergencyRule
from domain.procedures.asking import Asking, NoRuleStatedError, Rules
from domain.procedures.entitled import check_granted, excluded_from
from domain.procedures.signatures import bound
from domain.registry import BY_KIND
from domain.requests import (
    KIND_OF,
    AnswerGate,
    AnswerStep,
    AnyRequest,
    CosignPlan,
    CosignStep,
    SendPayment,
    answered_step,
    from_body,
    name_of,
    to_body,
)
from domain.signature import digest_of
from domain.words import Both

# What one person decides, at a step of his own. A body's decision is no missing person's.
DECISIONS = (AnswerGate, AnswerStep, CosignStep, CosignPlan, SendPayment)


def ask(asking: Asking, request: EmergencyRequest) -> Iterator[Step]:
    """Ask for a decision with the first key, or confirm it with the second."""
    rules = asking.rules()
    _rule(rules)
    act = asking.act.under(BY_TWO_KEYS)
    if asking.act.on_behalf_of:
        raise EmergencyDeputyError(person=act.person, other=act.on_behalf_of)
    if isinstance(request, OpenEmergency):
        asked = _opened(asking, act, rules, request)
        yield Step(asking.own, Open(asked.act, asked, _auditor(rules)))
        return
    opened = asking.read(EMERGENCY, asking.own).opened
    if opened is None:
        raise NoSuchEmergencyError(emergency_no=asking.case.no)
    _check_key(act.post, (opened.second_post,), SECOND)
    _check_first_still(asking, opened)
    check_not_holder(asking, act.person, opened.post)
    _check_apart(asking, act.person, opened.act.person)
    # Who appointed the other, or registered the key, might turn both.
    check_granted(asking.read, asking.case, CONFIRM, act, excluded(asking.read(EMERGENCY, asking.own), CONFIRM))
    yield Step(asking.own, Confirm(act, asking.case.no, request.decision, request.opinion, _auditor(rules)))


def _rule(rules: Rules) -> EmergencyRule:
    if (rule := rules.engine.emergency) is None:
        raise NoRuleStatedError(question="may two keys decide in an emergency?", key="emergency")
    return rule


def _auditor(rules: Rules) -> str:
    return rules.profile.auditor.post if rules.profile.auditor else ""


def _opened(asking: Asking, act: Act, rules: Rules, request: OpenEmergency) -> EmergencyOpened:
    decision = _decision(asking, request)
    step = _waiting(asking, request.case, decision)
    _check_keys(rules, step, act, request.second_post)
    check_not_holder(asking, act.person, step.post)
    now, until, most = act.recorded_at, request.until, _rule(rules).hours_most
    if not now < until <= now + timedelta(hours=most):
        raise EmergencyUntilError(until=until.isoformat(), now=now.isoformat(), most=most)
    duties.check(act, step.id, excluded_from(asking.read, parse_case(request.case), step.id))
    text = to_body(decision)
    # What the case says to the first key is what the second confirms.
    seen = bound(replace(asking, case=parse_case(request.case)), decision, decision.seen).act.signed
    return EmergencyOpened(
        msgspec.structs.replace(act, signed=seen),
        asking.case.county,
        asking.case.no,
        request.case,
        step.id,
        step.post,
        text,
        digest_of(text),
        request.ground,
        request.absent,
        request.second_post,
        until,
        request.record,
    )


def _decision(asking: Asking, request: OpenEmergency) -> AnyRequest:
    """Return the decision that is asked for.

    Raises:
        BadInputError: If it is none about a case of this county.
        EmergencyKindError: If it is not one that may be asked for.
    """
    case, decision = parse_case(request.case), from_body(request.decision)
    if case.county != asking.case.county:
        raise BadInputError("case", f"{request.case} is not of {asking.case.county}")
    if not isinstance(decision, DECISIONS):
        allowed = ", ".join(name_of(one) for one in DECISIONS)
        raise EmergencyKindError(request=name_of(type(decision)), allowed=allowed)
    if KIND_OF[type(decision)] != case.kind:
        raise BadInputError("decision", f"{name_of(type(decision))} is not for a {case.kind}")
    today = day_of(asking.act.recorded_at)
    if decision.occurred_on and decision.occurred_on > today:
        raise BadInputError("occurred_on", f"{decision.occurred_on} lies after today, {today}")
    return decision


def _waiting(asking: Asking, case: str, decision: AnyRequest) -> OpenStep:
    """Return the step that a decision answers, which must wait for somebody.

    Raises:
        EmergencyStepError: If it does not.
        NoRuleStatedError: If nobody is named whose step it is.
    """
    decider, asked = BY_KIND[parse_case(case).kind], answered_step(decision)
    waiting = decider.open_steps(asking.read(decider, case))
    step = next((one for one in waiting if one.id == asked), None)
    if step is None:
        open_steps = ", ".join(one.id for one in waiting) or "-"
        raise EmergencyStepError(case=case, open=open_steps, asked=asked)
    if not step.post:
        raise NoRuleStatedError(question=f"who: {asked}?", key=asked)
    return step


def _check_keys(rules: Rules, step: OpenStep, act: Act, second_post: str) -> None:
    """Check that both keys are in the hands that the engine's rule gives them to.

    Raises:
        EmergencyBodyError: If the step is a body's.
        NoRuleStatedError: If the county's text names no chain.
        EmergencyKeyError: If a post may not hold its key.
    """
    first, second = key_posts(rules, step)
    if act.post != step.post:  # Whoever holds the post hears that it is no emergency.
        _check_key(act.post, first, FIRST)
    _check_key(second_post, second, SECOND)


def key_posts(rules: Rules, step: OpenStep) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which posts may hold the first key of an emergency decision at a step, and which the second (A-71).

    Raises:
        EmergencyBodyError: If the step is a body's.
        NoRuleStatedError: If two keys may not decide here, or the county's text names no chain.
    """
    rule = _rule(rules)
    if any(post.id == step.post and post.kind == "body" for post in rules.profile.posts):
        raise EmergencyBodyError(step=step.id, post=step.post)
    chain = rules.profile.chain.posts if rule.second_by_chain and rules.profile.chain else ()
    second = tuple(post for post in chain if post != step.post)
    if not second:
        raise NoRuleStatedError(question="who is the second key of an emergency decision?", key="chain")
    units = {post.id: post.unit for post in rules.profile.posts}
    colleagues = [post for post, unit in units.items() if rule.first_by_unit and unit == units.get(step.post)]
    first = tuple(post for post in dict.fromkeys((*colleagues, *second)) if post != step.post)
    return first, second


def _check_key(post: str, allowed: tuple[str, ...], which: Both) -> None:
    if post not in allowed:
        raise EmergencyKeyError(which=which, needed=" / ".join(allowed), post=post)


def _check_first_still(asking: Asking, opened: EmergencyOpened) -> None:
    """Check that the first key is still in the hand of somebody who may turn it: it is turned when both are.

    Raises:
        NotHolderError: If the first has lost the post.
        EmergencyNeedlessError: If the first has come to hold the missing one's.
    """
    first, today = opened.act, day_of(asking.act.recorded_at)
    asking.read(MANDATE, mandates_stream(asking.case.county)).mandate(first.person, first.post, today)
    check_not_holder(asking, first.person, opened.post)


def check_not_holder(asking: Asking, person: str, post: str) -> None:
    """Check that a key is not turned by somebody whose step it is, or who stands in there.

    Raises:
        EmergencyNeedlessError: If it is.
    """
    mandates, today = asking.read(MANDATE, mandates_stream(asking.case.county)), day_of(asking.act.recorded_at)
    stand_in = {one.deputy for one in mandates.deputies.values() if one.post == post and one.covers(today)}
    if person in mandates.all_holders(post, today) | stand_in:
        raise EmergencyNeedlessError(person=person, post=post)


def _check_apart(asking: Asking, person: str, other: str) -> None:
    mandates, today = asking.read(MANDATE, mandates_stream(asking.case.county)), day_of(asking.act.recorded_at)
    both = {person, other}
    if any({one.person, one.deputy} == both and one.covers(today) for one in mandates.deputies.values()):
        raise EmergencyDeputyError(person=person, other=other)


def reached(asking: Asking) -> Iterator[tuple[Asking, AnyRequest]]:
    """Yield the case that a confirmation reaches, with the decision as both have made it, in place of the missing one.

    It is a part of the request with a command id of its own, and goes the way of every such decision.
    """
    state = asking.read(EMERGENCY, asking.own)
    if (opened := state.opened) is None or state.outcome:
        return
    case, decision = parse_case(opened.case), from_body(opened.decision)
    decision = msgspec.structs.replace(decision, seen=decision.seen or opened.act.signed)
    units = {post.id: post.unit for post in asking.rules().profile.posts}
    act = msgspec.structs.replace(
        asking.act,
        command_id=f"{asking.act.command_id}{PART}{case.kind}",
        person=opened.act.person,
        post=opened.post,
        unit=units.get(opened.post, ""),
        second=asking.act.person,
        occurred_on=decision.occurred_on or opened.act.occurred_on,
        evidence=decision.evidence,
    )
    yield replace(asking, act=act, case=case), decision


def over(asking: Asking) -> Iterator[Step]:
    """Yield the end of what nobody confirmed in time, on the clock's word."""
    yield Step(asking.own, Expire(asking.act, _auditor(asking.rules())))
