"""Clocks of a request: the obligations that it opens and those whose conditions it fulfils."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.calendar import due
from domain.cases import mandates_stream
from domain.ledger import Step
from domain.mandate import MANDATE
from domain.obligation import OBLIGATION
from domain.obligation_facts import Fulfil, ObligationOpened, Open, Rung
from domain.procedures.asking import Asking
from domain.terms import DeadlineTerm, PolicyRef


def start(asking: Asking, no: str, term: DeadlineTerm | None, on: date, policy: PolicyRef) -> Iterator[Step]:
    """Open the obligation *no* on its trigger's day; nothing where the rules count no days."""
    if term is None:
        return
    rules = asking.rules(policy)
    end = due(on, term.count, term.unit, asking.calendar)
    chain = rules.profile.chain
    wait = timedelta(days=rules.engine.breach.rung_wait_days)
    first = end.on + timedelta(days=1)
    ladder = tuple(Rung(post, first + n * wait) for n, post in enumerate(chain.posts if chain else ()))
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
        ladder_clause=rules.engine.breach.source,
    )
    yield Step(asking.stream("obligation", no), Open(opened.act, opened))


def meet(asking: Asking, no: str, condition: str) -> Iterator[Step]:
    """Fulfil a condition of the obligation *no*, if there is such an obligation."""
    stream = asking.stream("obligation", no)
    state = asking.read(OBLIGATION, stream)
    if (opened := state.opened) is not None:
        holders = asking.read(MANDATE, mandates_stream(asking.case.county)).holders(opened.due_on)
        answered_for = holders.get(opened.responsible, "")
        yield Step(stream, Fulfil(asking.act.under(opened.act.clause), condition, answered_for))
