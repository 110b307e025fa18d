"""A reason of which nothing can be seen is none: blanks, also the wide one, and marks of no width."""

import pytest

from domain.claim_correcting import ClaimContentError
from domain.emergency_requests import OpenEmergency
from domain.errors import BadInputError
from domain.handling_requests import AssignStep
from domain.project import ReturnError
from domain.request import says_something
from domain.requests import AnswerGate, AnswerStep, AnyRequest, from_body, to_body
from tests.domain.county import County, contract, line
from tests.domain.given import DAY, WAN, noon

BLANKS = ["", " \t\n", "\u3000", "\u00a0", "\x07"]
NOTHING = [*BLANKS, "\u200b", "\ufeff", "\u2060\u200d", "\u00ad", "\u202e", "\u3164", "\u2800"]


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_seen_is_nothing_said(text: str) -> None:
    assert not says_something(text)
    assert says_something(f"{text}核")
    asked = {"ground": text, "absent": "住院", "second_post": "director", "until": noon(DAY)}
    requests: tuple[AnyRequest, ...] = (
        AssignStep(step="bank", to="wu", reason=text),
        OpenEmergency(case="sample/claim/C1", decision="{}", **asked),  # type: ignore[arg-type]
    )
    for request in requests:
        with pytest.raises(BadInputError) as caught:
            from_body(to_body(request))
        assert str(caught.value).endswith(("not only blanks - at `$.reason`", "not only blanks - at `$.ground`"))


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_is_returned_without_a_reason_that_can_be_seen(sample: County, text: str) -> None:
    sample.receives()
    sample.banks("A01")
    sample.plans("P1", line(200 * WAN))
    sample.releases("F1", "P1")
    sample.ask("project", "A01", contract(180 * WAN), "implementing_unit")
    sample.lodges("C1", line(100 * WAN))
    back = AnswerGate(gate="finance_section", approve=False, opinion=text)
    sample.refuses("claim", "C1", back, "finance_section", ClaimContentError, "opinion")
    sample.declares("A02")
    back_to = AnswerStep(step="township_review", approve=False, opinion=text, return_to="village_declaration")
    sample.refuses("project", "A02", back_to, "township_office", ReturnError, "township_review")
