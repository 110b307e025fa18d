"""What is asked of a deadline: more time, a pause, its end, a waiver; and who may grant it (decision 39)."""

from collections.abc import Iterator

from domain.calendar import day_of
from domain.cases import mandates_stream
from domain.errors import BadInputError
from domain.ledger import Step
from domain.mandate import MANDATE
from domain.obligation import OBLIGATION
from domain.obligation_facts import Extend, Granted, ObligationOpened, Pause, Resume, Waive
from domain.obligation_granting import check_last_year
from domain.obligation_refusals import NoSuchObligationError, OwnDeadlineError
from domain.obligation_requests import ExtendObligation, ObligationRequest, PauseObligation, ResumeObligation
from domain.procedures import clocks
from domain.procedures.asking import Asking, NoRuleStatedError, WrongPostError
from domain.requests import answered_step


def grant(asking: Asking, request: ObligationRequest) -> Iterator[Step]:
    """Grant a change of one deadline, for who may, and never for who answers for it."""
    opened = asking.read(OBLIGATION, asking.own).opened
    if opened is None:
        raise NoSuchObligationError(obligation=asking.case.no)
    what = f"{answered_step(request)} a deadline"
    posts, clause = grantors(asking, opened)
    _check_not_own(asking, opened, what)
    if asking.act.post not in posts:
        raise WrongPostError(what=what, needed=" / ".join(posts), post=asking.act.post, clause=clause)
    yield Step(asking.own, _command(asking, opened, request, clause))


def grantors(asking: Asking, opened: ObligationOpened) -> tuple[tuple[str, ...], str]:
    """Return the posts that may grant, and by which clause: the county's own, else those that a breach climbs to.

    Of the ladder only the posts above the one that answers: nobody grants time to a superior (engine A-55).

    Raises:
        NoRuleStatedError: If neither says who.
    """
    rules = asking.rules()
    if (own := rules.profile.granting) is not None:
        return own.posts, own.clause
    rungs = [(rung.post, rung.actor, *rung.also) for rung in opened.ladder]
    first = next((n for n, posts in enumerate(rungs, start=1) if opened.responsible in posts), 0)
    above = tuple(dict.fromkeys(post for posts in rungs[first:] for post in posts if post))
    if rules.engine.granting is None or not rules.engine.granting.by_ladder or not above:
        raise NoRuleStatedError(question="who may extend, pause or waive a deadline?", key="granting")
    return above, rules.engine.granting.source


def _check_not_own(asking: Asking, opened: ObligationOpened, what: str) -> None:
    state = asking.read(OBLIGATION, asking.own)
    held = asking.read(MANDATE, mandates_stream(asking.case.county))
    today = day_of(asking.act.recorded_at)
    answer = {*held.all_holders(opened.responsible, today), *held.all_holders(opened.responsible, opened.due_on)}
    asks = set(asking.act.hands)
    own = asks & (answer | {state.breached_person})
    if asking.act.post == opened.responsible:
        own.add(asking.act.person)
    if own:
        post = opened.responsible
        raise OwnDeadlineError(person=min(own), obligation=opened.obligation, post=post, what=what)


def _command(asking: Asking, opened: ObligationOpened, request: ObligationRequest, clause: str) -> Granted:
    today = day_of(asking.act.recorded_at)
    holders = asking.read(MANDATE, mandates_stream(asking.case.county)).holders(today)
    act, person = asking.act.under(clause), holders.get(opened.responsible, "")
    match request:
        case ExtendObligation(reason=reason, days=days, until=until, record=record):
            if (days is None) == (until is None):
                raise BadInputError("days, until", "give one of the two: how many days more, or until which day")
            if until is not None:
                check_last_year(until)
            return Extend(act, person, reason, asking.calendar, days or 0, until, record)
        case PauseObligation():
            return Pause(act, person, request.reason, asking.calendar, request.record)
        case ResumeObligation():
            return Resume(act, person, request.reason, asking.calendar, request.record)
    late = clocks.answers_for(asking, asking.own)
    return Waive(act, person, request.reason, asking.calendar, late, request.record)
