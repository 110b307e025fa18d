"""What is disclosed (公告公示): the entry that follows from every disclosable fact, and what is asked of one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from domain.calendar import Due, day_of, due
from domain.disclosable import entry_no, kind_of_fact, number_of
from domain.disclosure import DISCLOSURE, DisclosureState, recounted, stage
from domain.disclosure_facts import (
    BY_HAND,
    Arise,
    DisclosureArose,
    DisclosureTerms,
    Object,
    PublicityBegan,
    PublicityResumed,
    PublicityTerm,
    Publish,
    Rule,
    TakeDown,
    Withdraw,
)
from domain.disclosure_refusals import NoSuchDisclosureError, NotDisclosedError
from domain.errors import BadInputError
from domain.ledger import Step
from domain.policy import Profile
from domain.policy.bars import Point
from domain.policy.people import Reference
from domain.policy.results import OF_A_PROJECT, Arises, Disclosure
from domain.procedures import clocks
from domain.procedures.asking import Asking, NoRuleStatedError, Rules, counted
from domain.registry import stored_name
from domain.requests import (
    EnterDisclosure,
    PublishDisclosure,
    RaiseObjection,
    RuleObjection,
    TakeDownDisclosure,
    WithdrawDisclosure,
)

# What the rules call the point at which money is given.
_POINTS: dict[str, Point] = {"bank": "bank", "plan": "plan", "money": "plan", "start": "start", "payment": "payment"}


def arises(asking: Asking, stream: str, fact: Any) -> Iterator[Step]:
    """Enter what *fact* makes disclosable by the county's current rules, and start its clock (A-27)."""
    if (kind := kind_of_fact(fact)) is None:
        return
    rules = asking.rules()
    for rule in (rule for rule in rules.profile.disclosures if kind in rule.upon):
        no = _free(asking, rule, kind, number_of(stream, fact))
        act, county = asking.act.under(rule.clause), asking.case.county
        terms, name = terms_of(rules, rule), stored_name(type(fact))
        yield from _enter(asking, DisclosureArose(act, county, no, kind, terms, stream, name))


def _free(asking: Asking, rule: Disclosure, kind: Arises, number: str) -> str:
    """Return the next free number: what comes once more, such as a version of the rules, is disclosed once more."""
    again = 1
    while _read(asking, no := entry_no(rule.id, kind, number, again)).arose is not None:
        again += 1
    return no


def _read(asking: Asking, no: str) -> DisclosureState:
    return asking.read(DISCLOSURE, asking.stream("disclosure", no))


def _enter(asking: Asking, arose: DisclosureArose) -> Iterator[Step]:
    own = replace(asking, case=asking.case._replace(kind="disclosure", no=arose.entry))
    yield Step(own.own, Arise(arose.act, arose))
    if _read(asking, arose.entry).arose is None:  # Entered by hand again, its clock runs already.
        terms = arose.terms
        yield from clocks.start(own, clock_no(arose.entry), terms.deadline, arose.act.occurred_on, terms.policy)


def clock_no(entry: str) -> str:
    """Return the number of the clock by which an entry is to be public."""
    return f"disclosure-{entry}"


def terms_of(rules: Rules, rule: Disclosure) -> DisclosureTerms:
    """Return the rule of disclosure that an entry runs under."""
    duration = counted(rule.duration, ("publicity",), rule.post)
    reference = next((_named(r) for r in rules.profile.references if r.id == rule.reference), "")
    return DisclosureTerms(
        policy=rules.ref,
        rule=rule.id,
        post=rule.post or "",
        places=rule.places,
        clause=rule.clause,
        deadline=counted(rule.deadline, ("publish",), rule.post),
        publicity=PublicityTerm(duration.count, duration.unit, duration.clause) if duration else None,
        reference=reference,
        before=rule.before or "",
        blocks=bool(rule.blocks),
        mandatory=bool(rule.mandatory),
    )


def _named(reference: Reference) -> str:
    return " ".join(part for part in (reference.issuer, reference.number or reference.id) if part)


def enter(asking: Asking, request: EnterDisclosure) -> Iterator[Step]:
    """Enter by hand what no fact brings about, for the register's keeper, or the post that discloses."""
    _check_words("words", request.words)
    before = _read(asking, asking.case.no).arose
    rules = asking.rules(before.terms.policy if before else None)
    known = {rule.id: rule for rule in rules.profile.disclosures}
    if not known:
        raise NoRuleStatedError(question="what is disclosed?", key="disclosures")
    if (rule := known.get(request.rule)) is None:
        raise BadInputError("rule", f"{request.rule!r} is not one of {', '.join(known)}")
    kept = next((kept for kept in rules.profile.records if kept.kept_as == "disclosures"), None)
    keeper, clause = (kept.keeper, kept.clause) if kept and kept.keeper else (rule.post, rule.clause)
    asking.needs_post(keeper, "enter a disclosure", clause)
    act, terms = asking.act.under(rule.clause), terms_of(rules, rule)
    arose = DisclosureArose(act, asking.case.county, asking.case.no, BY_HAND, terms, words=request.words)
    yield from _enter(asking, arose)


def _check_words(field: str, words: str) -> None:
    if not words.strip():
        raise BadInputError(field, "it must say something")


def _arose(asking: Asking) -> tuple[DisclosureState, DisclosureArose]:
    state = _read(asking, asking.case.no)
    if state.arose is None:
        raise NoSuchDisclosureError(entry=asking.case.no)
    return state, state.arose


def _needs_post(asking: Asking, arose: DisclosureArose, what: str) -> None:
    """Check that who asks is of the post that discloses; a gap may have been filled since the entry arose."""
    terms = arose.terms
    post = terms.post or next((r.post for r in asking.rules().profile.disclosures if r.id == terms.rule), None)
    asking.needs_post(post, what, terms.clause)


def publish(asking: Asking, request: PublishDisclosure) -> Iterator[Step]:
    """Make an entry public at a place; at the last place its clock is met, and its days of publicity begin."""
    before, arose = _arose(asking)
    _check_words("place", request.place)
    _needs_post(asking, arose, "make public")
    act = asking.act.under(arose.terms.clause)
    until = None
    if (term := arose.terms.publicity) is not None:
        # The days begin once it is public everywhere: on the latest of the stated days.
        others = [p.act.occurred_on for p in before.published if before.stands[p.place] == p.number]
        end = due(max(act.occurred_on, *others, date.min), term.count, term.unit, asking.calendar)
        until = PublicityBegan(act.under(term.clause), end.on, end.revision, end.provisional)
    command = Publish(act, request.place, request.record, request.address, request.corrects, until)
    yield Step(asking.own, command)
    if asking.after(DISCLOSURE, asking.own, command).everywhere and not before.everywhere:
        yield from clocks.meet(asking, clock_no(asking.case.no), "publish")


def raise_objection(asking: Asking, request: RaiseObjection) -> Iterator[Step]:
    """Enter what somebody outside objects, where the rules open a way for it."""
    before, arose = _arose(asking)
    _check_words("words", request.words)
    hotline = asking.rules(arose.terms.policy).profile.hotline or asking.rules().profile.hotline
    if hotline is None:
        raise NoRuleStatedError(question="where can the public object?", key="hotline")
    asking.needs_post(hotline.post or arose.terms.post, "enter an objection", hotline.clause)
    left = _days_left(asking, before, arose)
    act = asking.act.under(hotline.clause)
    yield Step(asking.own, Object(act, hotline.id, request.words, request.record, left))


def _days_left(asking: Asking, state: DisclosureState, arose: DisclosureArose) -> int:
    """Return how many days of publicity come after today, the day of record."""
    counted, term = recounted(state, asking.calendar), arose.terms.publicity
    until = counted.on if counted else state.stops_at
    today = day_of(asking.act.recorded_at)
    left = 0
    while until and term and due(today, left + 1, term.unit, asking.calendar).on <= until:
        left += 1
    return left


def rule_objection(asking: Asking, request: RuleObjection) -> Iterator[Step]:
    """Uphold an objection or reject it, for the post that discloses; with the last one the days run on."""
    before, arose = _arose(asking)
    _check_words("reason", request.reason)
    _needs_post(asking, arose, "rule on an objection")
    act, term = asking.act.under(arose.terms.clause), arose.terms.publicity
    until = None
    if term is not None:
        end = _resumed(asking, before, term)
        until = PublicityResumed(act.under(term.clause), end.on, end.revision, end.provisional)
    yield Step(asking.own, Rule(act, request.number, request.upheld, request.reason, until))


def _resumed(asking: Asking, state: DisclosureState, term: PublicityTerm) -> Due:
    """Return when what is left of the days ends, counted from today: the day of record cannot be stated."""
    today = day_of(asking.act.recorded_at)
    left = term.count if state.days_left is None else state.days_left
    return due(today, left, term.unit, asking.calendar) if left else Due(today, provisional=False, revision="")


def withdraw(asking: Asking, request: WithdrawDisclosure) -> Iterator[Step]:
    """Take an entry back, with the reason; its clock is dropped."""
    _, arose = _arose(asking)
    _check_words("reason", request.reason)
    _needs_post(asking, arose, "take a disclosure back")
    yield Step(asking.own, Withdraw(asking.act.under(arose.terms.clause), request.reason))
    yield from clocks.drop(asking, clock_no(asking.case.no), request.reason)


def take_down(asking: Asking, request: TakeDownDisclosure) -> Iterator[Step]:
    """Take down what was public for its days, where the rules count any."""
    _, arose = _arose(asking)
    _check_words("reason", request.reason)
    _needs_post(asking, arose, "take a publication down")
    if arose.terms.publicity is None:
        key = f"disclosures.{arose.terms.rule}.duration"
        raise NoRuleStatedError(question="how long does it stay public?", key=key)
    yield Step(asking.own, TakeDown(asking.act.under(arose.terms.clause), request.reason))


def check(asking: Asking, profile: Profile, project_no: str, point: Point) -> None:
    """Check that what must be public before a project goes past *point* is.

    Raises:
        NotDisclosedError: If something of it is not.
    """
    for rule in profile.disclosures:
        if not rule.blocks or rule.before is None or _POINTS[rule.before] != point:
            continue
        for kind in (kind for kind in rule.upon if kind in OF_A_PROJECT):
            _check_public(asking, project_no, rule, kind)


def _check_public(asking: Asking, project_no: str, rule: Disclosure, kind: Arises) -> None:
    again = 1
    while (arose := (state := _read(asking, entry_no(rule.id, kind, project_no, again))).arose) is not None:
        if not state.is_public:
            raise NotDisclosedError(
                project_no=project_no,
                entry=arose.entry,
                stands=stage(state),
                clause=arose.terms.clause,
                post=arose.terms.post or "-",
                places=", ".join(arose.terms.places) or "-",
            )
        again += 1
