"""The pages of people: posts on a day, one person's record, who takes a step, and emergency decisions of two keys."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from activities.deciding import take_effect
from console.acting import Asked, signed
from console.house import House
from console.offers import offers
from console.visitor import Seat
from domain.cases import CaseId, parse_case
from domain.claim import CLAIM
from domain.emergency import CONFIRM, EMERGENCY
from domain.emergency_requests import ConfirmEmergency, OpenEmergency
from domain.handling import HANDLING
from domain.handling_requests import AdviseStep, AssignStep, ForwardStep
from domain.people_requests import OpenAbsence
from domain.requests import AnswerGate, AnyRequest, to_body
from doors.vault import vault_of
from projections.people_read import terms
from tests.console.offices import Desk, house_of

CLAIM_ID, STEP = "sample/claim/S04-2", "payment_centre"
HOLDER, ABOVE, DIRECTOR, OUTSIDE = "p-109", "p-112", "p-113", "p-107"
HANDLING_ID = "sample/handling/claim-S04-2"
ASSIGN = f"/{HANDLING_ID}/ask/handling.assign/1?step={STEP}"
EMERGENCY_AT = f"/{CLAIM_ID}/emergency?step={STEP}&post={STEP}"


@pytest.fixture
def own(two_counties: Path, tmp_path: Path) -> Path:
    """The path of a copy of the store that this test alone changes."""
    shutil.copytree(two_counties, tmp_path / "store")
    return tmp_path / "store" / "ledger.db"


def done(house: House, case: str, request: AnyRequest, person: str) -> None:
    """Let a request of somebody take effect, signed at this door with the person's own key."""
    [term] = terms(house.engine, "sample", person=person, on=house.today())
    asked = Asked(
        case, request, Seat("sample", term.post, person, term.unit), f"{case}:{person}:{type(request).__name__}"
    )
    take_effect(house.ledger, house.calendar, signed(house, asked), house.now())
    house.fresh()


def test_posts_are_those_of_the_day(at: Callable[[str], Desk], house: House) -> None:
    today = at("p-108").get("/sample/people")
    assert today.status == 200
    assert "p-109" in today.words
    assert "支付中心" in today.words
    assert "/sample/people/p-109" in today.links
    before = at("p-108").get("/sample/people?on=2021-12-31")
    assert "这一天无人任职" in before.words
    assert at("p-108").get("/sample/people?on=2022-13-45").status == 422
    assert at("p-108").get("/sample/people", "en").status == 200
    assert house.today().isoformat() in today.words


def test_another_countys_people_are_not_there(at: Callable[[str], Desk]) -> None:
    for address in ("/jiashi/people", "/jiashi/people/p-009", "/sample/people/p-009", "/sample/people/nobody"):
        assert at("p-108").get(address).status == 404


def test_person_has_a_record_without_any_order(at: Callable[[str], Desk]) -> None:
    page = at("p-108").get("/sample/people/p-109")
    assert page.status == 200
    assert "任命" in page.words
    assert "由岗位“人事”办理" in page.words
    own = at("p-109").get("/sample/people/p-109")
    assert [one for one in own.links if "people.revoke-key" in one]
    assert not [one for one in own.links if "people.appoint" in one]


def test_absence_is_shown_with_its_deputy_and_a_fresh_number_is_suggested(own: Path) -> None:
    with house_of(own) as house:
        desk, today = Desk(house, HOLDER), house.today()
        [first] = [one for one in desk.get("/sample/people").links if "/ask/absence.open/1" in one]
        case = "/".join(first.split("/")[1:4])
        assert desk.get(first).status == 200
        request = OpenAbsence(
            deputy="p-110", first=today, last=today, reason="培训", kinds=("claim",), amount_most_fen=5_000_000
        )
        done(house, case, request, HOLDER)
        page = desk.get("/sample/people")
        assert "p-110" in page.words
        assert "报账，不超过 5.00 万元" in page.words
        assert f"/{case}" in page.links
        assert first not in page.links
        assert desk.get(f"/{case}").status == 200
        assert "外出，指定代理人" in desk.get(f"/sample/people/{HOLDER}").words


@pytest.mark.parametrize(
    ("person", "offered"),
    [
        (ABOVE, {"handling.assign"}),
        (HOLDER, {"handling.forward"}),
        (OUTSIDE, set[str]()),
    ],
)
def test_step_is_handed_on_by_whom_the_rules_let(person: str, offered: set[str], at: Callable[[str], Desk]) -> None:
    links = at(person).get(f"/{CLAIM_ID}").links
    assert {link.split("/ask/")[1].partition("/")[0] for link in links if "/handling/" in link} == offered


def test_opinion_is_offered_to_who_is_asked_alone(own: Path) -> None:
    with house_of(own) as house:
        done(house, HANDLING_ID, ForwardStep(step=STEP, to="p-110", question="发票是否属实？"), HOLDER)
        asked, holder = Desk(house, "p-110").get(f"/{CLAIM_ID}"), Desk(house, HOLDER).get(f"/{CLAIM_ID}")
        assert [link for link in asked.links if "handling.advise" in link]
        assert [link for link in holder.links if "handling.recall" in link]
        assert not [link for link in holder.links if "handling.advise" in link]
        assert "正在征求" in asked.words
        done(house, HANDLING_ID, AdviseStep(step=STEP, opinion="属实"), "p-110")
        assert house.ledger.state(HANDLING, HANDLING_ID).advised
        assert f"/{CLAIM_ID}" in Desk(house, HOLDER).get(f"/{HANDLING_ID}").links


def test_form_of_handing_on_has_step_and_post_filled_in(house: House, at: Callable[[str], Desk]) -> None:
    page = at(ABOVE).get(ASSIGN)
    assert page.status == 200
    assert 'name="to"' in page.html
    assert 'name="post"' not in page.html
    [offer] = [one for one in offers(house, parse_case(HANDLING_ID)) if one.request is AssignStep]
    assert offer.fixed == {"step": STEP, "post": STEP}
    looked = at(ABOVE).post(ASSIGN, ASSIGN.partition("?")[0], to=OUTSIDE, reason="外出", do="look")
    assert "照此办理会被拒绝" in looked.words
    assert offers(house, CaseId("sample", "handling", "nothing")) == []


def test_emergency_is_offered_to_the_first_key_alone(at: Callable[[str], Desk]) -> None:
    assert EMERGENCY_AT in at(ABOVE).get(f"/{CLAIM_ID}").links
    assert at(ABOVE).get(EMERGENCY_AT).status == 200
    for person in (HOLDER, OUTSIDE):
        assert EMERGENCY_AT not in at(person).get(f"/{CLAIM_ID}").links
        assert at(person).get(EMERGENCY_AT).status == 404
    assert at(ABOVE).get(f"/{CLAIM_ID}/emergency?step=nothing&post={STEP}").status == 404


def test_emergency_form_is_rehearsed_with_the_persons_own_key(at: Callable[[str], Desk], house: House) -> None:
    until = (house.now() + timedelta(hours=5)).strftime("%Y-%m-%d %H:%M")
    said = {
        "emergency-ground": "汛期抢险，须当日支付",
        "emergency-absent": "住院",
        "emergency-second_post": "director",
        "emergency-until": until,
        "approve": "yes",
        "do": "look",
    }
    to = EMERGENCY_AT.partition("?")[0]
    looked = at(ABOVE).post(EMERGENCY_AT, to, **said)
    assert "照此办理可以通过" in looked.words, looked.words
    lacking = at(ABOVE).post(EMERGENCY_AT, to, **{**said, "emergency-ground": "", "approve": ""})
    assert lacking.status == 422
    assert "有 2 处需要修改" in lacking.words
    late = (house.now() + timedelta(days=30)).strftime("%Y-%m-%d %H:%M")
    assert "照此办理会被拒绝" in at(ABOVE).post(EMERGENCY_AT, to, **{**said, "emergency-until": late}).words
    sent = at(ABOVE).post(EMERGENCY_AT, to, **{**said, "do": "send"})
    assert sent.status == 503  # Nothing answers here; what was filled in is still there.
    assert "汛期抢险" in sent.html


def test_a_name_in_an_emergency_that_is_refused_or_not_sent_is_not_kept(
    at: Callable[[str], Desk], house: House
) -> None:
    late, soon = [(house.now() + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M") for hours in (720, 5)]
    said = {
        "emergency-ground": "[[h-7:户主某]]家房屋进水",
        "emergency-absent": "住院",
        "emergency-second_post": "director",
        "approve": "yes",
        "opinion": "先付[[h-8:户主另]]家",
        "do": "send",
    }
    for until, status in ((late, 409), (soon, 503)):
        sent = at(ABOVE).post(EMERGENCY_AT, EMERGENCY_AT.partition("?")[0], **said, **{"emergency-until": until})
        assert sent.status == status, sent.words
        assert dict(vault_of(house.ledger.url).names()) == {}


def test_two_keys_of_two_persons_decide(own: Path) -> None:
    """Both sign at this door, each with an own key: the claim passes the gate, and each sees what was confirmed."""
    case = "sample/emergency/E1"
    with house_of(own) as house:
        decision = AnswerGate(gate=STEP, approve=True, opinion="同意支付")
        request = OpenEmergency(
            case=CLAIM_ID,
            decision=to_body(decision),
            ground="汛期抢险",
            absent="住院",
            second_post="director",
            until=house.now() + timedelta(hours=5),
        )
        done(house, case, request, ABOVE)
        page = Desk(house, DIRECTOR).get(f"/{case}")
        assert "汛期抢险" in page.words
        assert "同意支付" in page.words
        form = f"/{case}/ask/emergency.second-key/1?step={quote(CONFIRM)}"
        assert form in page.links
        assert form not in Desk(house, ABOVE).get(f"/{case}").links
        looked = Desk(house, DIRECTOR).post(form, form.partition("?")[0], opinion="同意", do="look")
        assert "照此办理可以通过" in looked.words, looked.words
        [offer] = [one for one in offers(house, parse_case(case)) if one.request is ConfirmEmergency]
        done(house, case, ConfirmEmergency(decision=offer.fixed["decision"], opinion="同意"), DIRECTOR)
        assert house.ledger.state(EMERGENCY, case).outcome == "confirmed"
        assert STEP not in [step.id for step in CLAIM.open_steps(house.ledger.state(CLAIM, CLAIM_ID))]
