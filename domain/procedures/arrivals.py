"""What is asked of money that is announced ahead (提前告知资金): its announcement, and its arrival."""

from collections.abc import Iterator

from domain.fund import FUND
from domain.fund_facts import Announce, Arrive
from domain.fund_refusals import NotAnnouncedAheadError
from domain.ledger import Step
from domain.procedures import clocks
from domain.procedures.asking import Asking
from domain.procedures.funds import arrived, check_pools, entered, entry, received_under
from domain.requests import AnnounceMoney, EnterArrival


def announce(asking: Asking, request: AnnounceMoney) -> Iterator[Step]:
    """Enter an announcement, of a source that the county's rules announce ahead. No clock starts: nothing is there."""
    rules = asking.rules()
    steps = tuple(entry(asking, rules, request, Announce, "announce money"))
    sources = rules.profile.sources
    ahead = [source.id for source in sources if source.announced_ahead]
    if request.source not in ahead:
        receipt = rules.profile.receipt
        assert receipt is not None  # Or there would be no entry.
        clause = next((source.clause for source in sources if source.id == request.source), receipt.clause)
        raise NotAnnouncedAheadError(source=request.source, clause=clause, ahead=", ".join(ahead) or "-")
    yield from steps


def arrive(asking: Asking, request: EnterArrival) -> Iterator[Step]:
    """Enter the arrival of announced money: its clock starts, and those of the releases that waited for it."""
    received, rule = received_under(asking)
    state, no, terms = asking.read(FUND, asking.own), asking.case.no, received.terms
    asking.needs_post(rule.registrar, "enter an arrival", rule.clause)
    rules = asking.rules(terms.policy)
    check_pools(rules, request.portions)
    act = asking.act.under(rule.clause)
    yield entered(asking, act, request.document_no, request.item_no, request.portions)
    yield Step(asking.own, Arrive(act, no, request.document_no, request.item_no, request.portions))
    if not state.awaited:  # A repeat: its clocks have started.
        return
    yield from arrived(asking, rules, received.fiscal_year)
    for plan_no in state.waiting_plans:
        # Nothing could be released before both were there: the money, and the plan in force.
        on = max(act.occurred_on, state.allotted_on[plan_no])
        yield from clocks.start(asking, f"fund-{no}-release-{plan_no}", terms.release, on, terms.policy)
