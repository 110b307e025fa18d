"""A project that is sent back from behind its contract or its acceptance, where a county's order has that."""

import pytest

from domain.ledger import Ledger
from domain.policy import parse
from domain.project import PROJECT
from domain.project_money import BelowClaimedError, TooEarlyError
from domain.requests import AnswerStep
from tests.domain.books.texts import texts
from tests.domain.county import DAY, ONE_DAY, PAPER, County, claim, contract, line
from tests.domain.given import WAN


@pytest.fixture
def accepted(ledger: Ledger) -> County:
    """Project A01, contract of 180 万, accepted; its title may send it back to acceptance and beyond."""
    county = County(ledger, "sample")
    county.adopt(parse(texts()["project by project"], "project by project"))
    county.receives()
    county.banks("A01")
    county.passes("A01", "leading_group", "leading_group", record=PAPER)
    county.drafts("P1", line(200 * WAN))
    county.releases("F1", "P1")
    county.signs("A01", 180 * WAN)
    county.passes("A01", "build", "implementing_unit", record=PAPER)
    county.passes("A01", "accept", "competent_department", record=PAPER)
    return county


def back(county: County, step: str, to: str, post: str) -> None:
    county.ask("project", "A01", AnswerStep(step=step, approve=False, opinion="渗水", return_to=to), post)


def test_acceptance_is_done_again_and_its_days_count_anew(accepted: County) -> None:
    back(accepted, "title", "accept", "competent_department")
    accepted.refuses("claim", "C1", claim(line(5), kind="settlement"), "implementing_unit", TooEarlyError, "C1")
    accepted.today += 30 * ONE_DAY
    accepted.passes("A01", "accept", "competent_department", record=PAPER)
    accepted.lodges("C1", line(5), kind="settlement")
    retention = claim(line(5), kind="retention")
    accepted.today = DAY + 89 * ONE_DAY
    accepted.refuses("claim", "C2", retention, "implementing_unit", TooEarlyError, DAY + 90 * ONE_DAY)
    accepted.today = DAY + 90 * ONE_DAY
    accepted.lodges("C2", line(5), kind="retention")


def test_contract_is_signed_anew_for_what_is_claimed_or_more(accepted: County) -> None:
    accepted.lodges("C1", line(97 * WAN))
    back(accepted, "title", "build", "competent_department")
    back(accepted, "build", "contract", "implementing_unit")
    lower = contract(100 * WAN - 1)
    accepted.refuses("project", "A01", lower, "implementing_unit", BelowClaimedError, "A01", 97 * WAN, 97 * WAN - 1)
    accepted.ask("project", "A01", contract(100 * WAN), "implementing_unit")
    assert accepted.state(PROJECT, "A01").money.contract == 100 * WAN
