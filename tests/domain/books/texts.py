"""Three counties' texts for one machine: the sample's, and what other counties do otherwise."""

import re
from functools import lru_cache

from tests.domain.county import POLICIES


def _with(text: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def _without(text: str, table: str) -> str:
    """Cut the one table that begins with *table* out of a text."""
    (found,) = re.findall(rf"^{re.escape(table)}.*?(?=^\[|\Z)", text, re.DOTALL | re.MULTILINE)
    return text.replace(found, "")


SECOND_BODY = """
[[plan.approvals]]
id = "bureau"
zh = "财政局批复"
en = "the finance bureau replies"
body = "finance_bureau"
subject = "plan"
record = "reply"
source = "sample, after ML L19"

[release]
"""
# Where the last body files no minutes, or none decides on a plan, the release counts from the plan.
MINUTES_FILED = ('start = "minutes_filed"', 'start = "plan_approved"')
PAYMENTS = """
[[project.steps]]
id = "payments"
zh = "支付完毕"
en = "paid in full"
kind = "payments"
source = "sample, after JS L18"

[[sources]]
id = "central"
"""

# Everything that can be disclosable is, and a project's money by two rules.
ON_PAPER = 'upon = ["policy_adopted", "fund_arrived", "plan_in_force", "project_arranged", "payment_confirmed"]\n'
ON_PROJECTS = 'upon = ["project_declared", "project_banked", "project_arranged", "project_closed"]\n'


@lru_cache
def texts() -> dict[str, str]:
    """Return the texts by what sets them apart."""
    sample = (POLICIES / "sample.toml").read_text("utf-8")
    two_bodies = _with(
        _without(_without(sample, "[retention]"), '[[project.steps]]\nid = "release"'),
        ("[release]\n", SECOND_BODY),
        ('form = "transfer"', 'form = "reimbursement"'),
        MINUTES_FILED,
        ('[[sources]]\nid = "central"\n', PAYMENTS),
    )
    by_project = _with(
        sample,
        ('subject = "plan"', 'subject = "project"'),
        MINUTES_FILED,
        ('record = "registration"\n', 'record = "registration"\nreturns_to = ["build", "accept"]\n'),
        ('record = "progress"\n', 'record = "progress"\nreturns_to = ["contract"]\n'),
    )
    disclosed = _with(
        sample,
        ('[[disclosures]]\nid = "arrivals"\n', '[[disclosures]]\nid = "arrivals"\n' + ON_PAPER),
        ('[[disclosures]]\nid = "projects"\n', '[[disclosures]]\nid = "projects"\n' + ON_PROJECTS),
    )
    return {"minutes": disclosed, "two bodies, reimbursed": two_bodies, "project by project": by_project}
