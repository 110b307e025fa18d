"""Clocks of a request: the obligations that it opens and those whose conditions it fulfils."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.calendar import due
from domain.cases import mandates_stream
from domain.ledger import Step
from domain.mandate import MANDATE
from domain.obligation import OBLIGATION
from domain.obligation_facts import Drop, Fulfil, ObligationOpened, Open, Rung
from domain.policy import watch as policy
from domain.policy.watch import AT_A_BREACH
from domain.procedures.asking import Asking, Rules
from domain.recomputing import counted_again
from domain.terms import DeadlineTerm, PolicyRef


def start(
    asking: Asking, no: str, term: DeadlineTerm | None, on: date, policy: PolicyRef, done: str = ""
) -> Iterator[Step]:
    """Open the obligation *no* on its trigger's day; nothing where the rules count no days.

    *done* is the condition that the very act fulfils by which the clock is started.
    """
    if term is None:
        return
    rules = asking.rules(policy)
    end = due(on, term.count, term.unit, asking.calendar)
    ladder, ladder_clause = _ladder(rules, term, end.on + timedelta(days=1))
    remind = end.on - timedelta(days=rules.engine.breach.remind_days_before)
    opened = ObligationOpened(
        act=asking.act.under(term.clause),
        county=asking.case.county,
        obligation=no,
        case=asking.own,
        trigger_on=on,
        count=term.count,
        unit=term.unit,
        calendar=end.revision,
        due_on=end.on,
        provisional=end.provisional,
        conditions=term.conditions,
        responsible=term.responsible,
        # A reminder on the trigger's own day, or before it, would tell nobody anything.
        remind_on=remind if remind > on else None,
        ladder=ladder,
        ladder_clause=ladder_clause,
    )
    yield Step(asking.stream("obligation", no), Open(opened.act, opened, done, _answered_for(asking, opened, end.on)))


def _ladder(rules: Rules, term: DeadlineTerm, first: date) -> tuple[tuple[Rung, ...], str]:
    """Return who is told from the day *first* on, and by which clause: the county's own ladder, else its chain (A-52).

    A ladder that says nothing of a broken deadline is no rule for one.
    """
    own = next((ladder for ladder in rules.profile.ladders if ladder.id == term.ladder), None)
    rungs = [rung for rung in own.rungs if rung.trigger == AT_A_BREACH] if own else []
    if own and rungs:
        return tuple(made for rung in rungs if (made := _rung(rung, first))), own.clause
    chain, breach = rules.profile.chain, rules.engine.breach
    wait = timedelta(days=breach.rung_wait_days)
    return tuple(Rung(post, first + n * wait) for n, post in enumerate(chain.posts if chain else ())), breach.source


def _rung(rung: policy.Rung, first: date) -> Rung | None:
    """Return a rung of the county's own ladder, or None where its text leaves open when (A-04) or who."""
    told = tuple(dict.fromkeys((*rung.to, *((rung.actor,) if rung.actor else ()))))
    if rung.wait_days is None or not told:
        return None
    acts = rung.actor if rung.actor and rung.actor != told[0] else ""
    on = first + timedelta(days=rung.wait_days)
    return Rung(told[0], on, rung.effect, acts, told[1:], rung.clause)


def meet(asking: Asking, no: str, condition: str) -> Iterator[Step]:
    """Fulfil a condition of the obligation *no*, if there is such an obligation."""
    stream = asking.stream("obligation", no)
    if (opened := asking.read(OBLIGATION, stream).opened) is not None:
        act = asking.act.under(opened.act.clause)
        yield Step(stream, Fulfil(act, condition, answers_for(asking, stream), asking.calendar))


def _answered_for(asking: Asking, opened: ObligationOpened, due_on: date) -> str:
    """Return who held the responsible post when the due day ended."""
    return asking.read(MANDATE, mandates_stream(asking.case.county)).holders(due_on).get(opened.responsible, "")


def drop(asking: Asking, no: str, reason: str) -> Iterator[Step]:
    """Give the obligation *no* up, if there is such an obligation: what it waited for is not wanted any more."""
    stream = asking.stream("obligation", no)
    if (opened := asking.read(OBLIGATION, stream).opened) is not None:
        act = asking.act.under(opened.act.clause)
        yield Step(stream, Drop(act, reason, answers_for(asking, stream), asking.calendar))


def answers_for(asking: Asking, stream: str) -> str:
    """Return who held the responsible post when the due day, as it is now counted, ended or will end."""
    state = asking.read(OBLIGATION, stream)
    if (opened := state.opened) is None:
        return ""
    again = counted_again(opened, state.counted_from(), asking.calendar)
    return _answered_for(asking, opened, again.on if again else opened.due_on)
