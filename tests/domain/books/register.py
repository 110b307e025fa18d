"""The disclosure register as a clerk keeps it: what the text makes disclosable, against what was entered.

A table of its own says which fact is of which kind: were the engine's wrong, the two would differ.
"""

from typing import Any

from tests.domain.books.kept import Books

DISCLOSABLE = {
    "policy_adopted": {"county.policy-adopted/1"},
    "fund_arrived": {"fund.received/1", "fund.arrived/1"},
    "plan_in_force": {"plan.in-force/1"},
    "project_declared": {"project.registered/1"},
    "project_banked": {"year.project-banked/1"},
    "project_arranged": {"project.plan-included/1"},
    "payment_confirmed": {"claim.payment-confirmed/1"},
    "project_closed": {"project.closed/1"},
    "performance_evaluated": {"performance.evaluated/1"},
}


def enter(books: Books, stream: str, name: str, fact: dict[str, Any]) -> None:
    """Note what a fact makes disclosable, and what is entered."""
    command = fact["act"]["command_id"]
    for rule in books.text.get("disclosures", ()):
        books.disclosable |= {
            (rule["id"], stream, command, name) for kind in rule.get("upon", ()) if name in DISCLOSABLE[kind]
        }
    if name == "disclosure.arose/1" and fact["what"] != "by_hand":
        key = (fact["terms"]["rule"], fact["of_stream"], command, fact["of_fact"])
        assert key not in books.entered, f"{key} was entered twice"
        assert stream == f"{books.county}/disclosure/{fact['entry']}"
        books.entered[key] = fact["act"]["occurred_on"]
