"""What can be disclosable (应公开信息): which stored fact is of which kind, and its number in the register.

Facts are named as they are stored, so that a kind can be asked for by rules before anything brings it about.
"""

from typing import Any

from domain.policy.results import Arises
from domain.registry import stored_name

KIND_OF_FACT: dict[str, Arises] = {
    "county.policy-adopted/1": "policy_adopted",
    "fund.received/1": "fund_arrived",
    "fund.arrived/1": "fund_arrived",
    "plan.in-force/1": "plan_in_force",
    "project.registered/1": "project_declared",
    "year.project-banked/1": "project_banked",
    "project.plan-included/1": "project_arranged",
    "claim.payment-confirmed/1": "payment_confirmed",
    "project.closed/1": "project_closed",
    "performance.evaluated/1": "performance_evaluated",
}


def kind_of_fact(fact: Any) -> Arises | None:
    """Return of which disclosable kind a fact is, or None."""
    return KIND_OF_FACT.get(stored_name(type(fact)))


def number_of(stream: str, fact: Any) -> str:
    """Return the number by which what arose is known: its case's, a banked project's, or the version of the rules."""
    match stored_name(type(fact)):
        case "county.policy-adopted/1":
            return str(fact.policy.version)
        case "year.project-banked/1":
            return str(fact.project_no)
        case _:
            return stream.rpartition("/")[2]


def entry_no(rule: str, kind: Arises, number: str, again: int = 1) -> str:
    """Return the number of an entry in the register: the rule, what arose, of what, and the how manieth time."""
    return f"{rule}-{kind}-{number}" + (f"-{again}" if again > 1 else "")
