"""Who may take a step: what is told beforehand of each person is what each is told when asking."""

from datetime import date

import msgspec
import pytest

from domain.absence import Deputy
from domain.cases import case_id, mandates_stream, parse_case
from domain.errors import RefusedError
from domain.ledger import Step
from domain.mandate_facts import Appoint, Appointed, NameDeputy
from domain.procedures.candidates import Candidate, candidates
from domain.requests import AnswerGate, AnyRequest, SendPayment, to_body
from tests.domain.county import DAY, GATES, County, contract, line
from tests.domain.given import WAN, noon

PEOPLE = {
    "finance_section": ("p-lodger", "li"),
    "payment_centre": ("li", "wang"),
    "deputy_director": ("li", "wang", "zhao"),
}


@pytest.fixture
def office(sample: County) -> County:
    """A claim at its first gate; posts with several holders, of whom some did something before; wang absent."""
    for post, holders in PEOPLE.items():
        for person in holders:
            act = sample.act(f"appoint {person} {post}", "opener")
            held = Appointed(act, sample.name, person, post, "finance_bureau", date(2023, 1, 1), None)
            sample.ledger.execute(Step(mandates_stream(sample.name), Appoint(act, held)))
    act = sample.act("deputy", "opener")
    stands_in = Deputy(act, sample.name, "1", "wang", "payment_centre", "zhao", DAY, DAY, "培训", amount_most_fen=WAN)
    sample.ledger.execute(Step(mandates_stream(sample.name), NameDeputy(act, stands_in)))
    sample.receives()
    sample.banks("A01")
    sample.plans("P1", line(200 * WAN))
    sample.releases("F1", "P1")
    sample.ask("project", "A01", contract(180 * WAN), "implementing_unit")
    sample.lodges("C1", line(100 * WAN))
    return sample


def told(office: County) -> list[Candidate]:
    case = parse_case(case_id(office.name, "claim", "C1"))
    return [*candidates(office.ledger.state, case, noon(office.today))]


def asked(office: County, one: Candidate, request: AnyRequest) -> RefusedError | None:
    act = office.act(to_body(request), one.post, one.person)
    act = msgspec.structs.replace(act, on_behalf_of=one.on_behalf_of)
    try:
        office.run("claim", "C1", request, act)
    except RefusedError as no:
        return no
    return None


def said(one: Candidate) -> tuple[str, str, str]:
    return one.person, one.on_behalf_of, type(one.why_not).__name__ if one.why_not else ""


def test_each_holder_and_each_deputy_is_told_yes_or_why_not(office: County) -> None:
    assert [said(one) for one in told(office)] == [("p-lodger", "", "SamePersonError"), ("li", "", "")]
    office.ask("claim", "C1", AnswerGate(gate="finance_section", approve=True), "finance_section", person="li")
    assert [said(one) for one in told(office)] == [
        ("li", "", "SamePersonError"),
        ("wang", "", ""),
        ("zhao", "wang", "DeputyLimitError"),
    ]


def test_what_is_told_beforehand_is_what_is_said_when_asked(office: County) -> None:
    steps: list[AnyRequest] = [*(AnswerGate(gate=gate, approve=True) for gate in GATES), SendPayment()]
    seen = set()
    for request in steps:
        before = told(office)
        assert before
        refused = [one for one in before if one.why_not]
        for one in refused:
            no = asked(office, one, request)
            assert type(no) is type(one.why_not)
            seen.add(said(one))
        allowed = next(one for one in before if not one.why_not)
        assert asked(office, allowed, request) is None
    assert {name for _, _, name in seen} == {"SamePersonError", "DeputyLimitError"}


def test_an_act_asked_about_leaves_no_trace(office: County) -> None:
    before = len(list(office.ledger.log()))
    assert told(office)
    assert len(list(office.ledger.log())) == before
