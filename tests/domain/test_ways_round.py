"""Ways round a signature (规避签名): what somebody might try with corrections, papers, returns and stand-ins."""

from datetime import date

import msgspec
import pytest

from domain.cases import mandates_stream
from domain.correcting_requests import CorrectPlan
from domain.ledger import Step
from domain.mandate_facts import Appoint, Appointed
from domain.people_requests import OpenAbsence
from domain.plan import PLAN
from domain.standing_in import DeputyLimitError
from tests.domain.county import GATES, County, line
from tests.domain.given import WAN

UNIT = "implementing_unit"


@pytest.fixture
def claimed(building: County) -> County:
    """A claim of 50 万 that two of three gates let through."""
    building.lodges("A01-1", line(50 * WAN))
    building.clears("A01-1", *GATES[:2])
    return building


def appoints(county: County, person: str, post: str, unit: str) -> None:
    """Appoint somebody."""
    act = county.act("appoint", "opener")
    held = Appointed(act, county.name, person, post, unit, date(2023, 1, 1), None)
    county.ledger.execute(Step(mandates_stream(county.name), Appoint(act, held)))


# Stand-ins


def test_a_deputy_corrects_a_plan_whose_lines_he_leaves_as_they_are_within_his_limit(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(200 * WAN))
    appoints(sample, "p-drafter", "rrb", "rrb")
    appoints(sample, "p-deputy", "director", "rrb")
    absence = OpenAbsence(
        deputy="p-deputy",
        first=sample.today,
        last=sample.today,
        reason="培训",
        post="rrb",
        person="p-drafter",
        amount_most_fen=210 * WAN,
    )
    sample.run(
        "absence", "2023-1", absence, msgspec.structs.replace(sample.act("away", "rrb", "p-drafter"), unit="rrb")
    )
    asked = {"on_behalf_of": "p-drafter", "unit": "rrb"}
    act = msgspec.structs.replace(sample.act("title", "rrb", "p-deputy"), **asked)
    assert sample.run("plan", "P1", CorrectPlan(reason="改名", title="另一名称"), act)
    assert sample.state(PLAN, "P1").drafted.title == "另一名称"
    act = msgspec.structs.replace(sample.act("over", "rrb", "p-deputy"), **asked)
    with pytest.raises(DeputyLimitError):
        sample.run("plan", "P1", CorrectPlan(reason="加", lines=(line(211 * WAN),)), act)
