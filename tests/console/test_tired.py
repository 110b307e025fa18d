"""A tired user: the same form twice, a form that is over, one that is too long; odd links; rules nobody can read."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from console.account_tables import SESSIONS, changing
from console.forms.choices_store import OFFERED_MOST, projects
from console.forms.offering import Context
from domain.cases import county_stream
from domain.county import COUNTY as COUNTY_DECIDER
from domain.ledger import Ledger
from domain.requests import AnswerGate
from projections.projects_read import newest_projects
from tests.console.desk import Desk
from tests.console.office import NOW, desk_of, words_of
from tests.console.played import seat, take
from tests.story import COUNTY, Story, office, tell

CASE, GATE, WHO = "sample/claim/C3", "payment_centre", "p-payment_centre"
FORM, NONCE = f"/{CASE}/ask/claim.answer/1", "ab" * 12
SENT = {"_step": GATE, "seat": GATE, "nonce": NONCE, "do": "send", "approve": "yes", "opinion": "核无误"}


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Story]:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        story = tell(ledger)
        office(story)
        yield story


@pytest.fixture
def desk(told: Story) -> Desk:
    return desk_of(told.ledger)


async def test_a_form_that_took_effect_and_comes_again_is_said_to_have_done_so(desk: Desk) -> None:
    request = AnswerGate(gate=GATE, approve=True, opinion="核无误")
    take(desk.house, CASE, request, seat(COUNTY, GATE, WHO, "centre"), f"{CASE}:{GATE}:{WHO}:console-{NONCE}")
    before, somebody = desk.kept(), desk.person(WHO)
    answer = await somebody.ask("POST", FORM, data=SENT)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{CASE}")
    assert "flash=before" in answer.headers["set-cookie"]
    other = await somebody.ask("POST", FORM, data={**SENT, "nonce": "cd" * 12})
    assert other.status_code == 409
    assert f"打开 {CASE} 看现状" in words_of(other.text)
    assert (await somebody.get(f"{FORM}?step={GATE}")).status_code == 409
    assert (await somebody.get(f"/{CASE}/ask/fund.close-year/1?step={GATE}")).status_code == 404
    assert desk.kept()["drafts"] == before["drafts"]


@pytest.mark.parametrize("do", ["send", "draft"])
async def test_what_is_too_long_for_a_draft_stays_on_the_page(
    desk: Desk, do: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.drafts.BYTES_MOST", 10)
    answer = await desk.person(WHO).ask("POST", FORM, data={**SENT, "opinion": "这是我写的意见", "do": do})
    assert "这是我写的意见" in answer.text
    assert answer.status_code == (503 if do == "send" else 409), words_of(answer.text)
    assert ("草稿过长" in answer.text) == (do == "draft")
    assert desk.kept()["drafts"] == 0


@pytest.mark.parametrize(
    "link", ["//[", "http://[", "//evil", "/\\evil", "\\evil", "/\t/evil", "https:evil", "", "／／e"]
)
async def test_no_link_leads_out_of_the_console(desk: Desk, link: str) -> None:
    answer = await desk.ask("GET", "/login", params={"next": link})
    assert answer.status_code == 200
    assert 'name="next" value="/inbox"' in answer.text


async def test_an_origin_that_is_no_address_is_refused(desk: Desk) -> None:
    answer = await desk.ask("POST", "/login", headers={"origin": "http://["}, data={"login": "a", "password": "b"})
    assert answer.status_code == 403


async def test_after_signing_in_one_is_back_at_the_very_form(desk: Desk) -> None:
    answer = await desk.ask("GET", f"{FORM}?step={GATE}&x=1")
    assert answer.headers["location"] == f"/login?next={FORM}%3Fstep%3D{GATE}%26x%3D1"
    page = await desk.ask("GET", answer.headers["location"])
    assert f'value="{FORM}?step={GATE}&amp;x=1"' in page.text


async def test_whoever_signs_in_ends_the_session_of_whoever_sat_there(desk: Desk) -> None:
    before = desk.person(WHO)
    desk.house.accounts.create("li", "li", "Lend-me-a-hand-42", NOW, must_change=False, sample=True)
    said = {"login": "li", "password": "Lend-me-a-hand-42"}
    answer = await desk.ask("POST", "/login", data=said, headers={"cookie": f"bridgefund={before.cookie}"})
    assert answer.status_code == 303
    assert (await before.get("/inbox")).headers["location"].startswith("/login")


async def test_what_is_wrong_with_an_address_is_said_in_the_readers_language(desk: Desk) -> None:
    somebody = desk.person(WHO)
    for path, said in (("/inbox?page=0", "须不小于 1"), ("/inbox?page=x", "须为整数")):
        page = await somebody.get(path)
        assert (page.status_code, said in page.text, "Input should" in page.text) == (422, True, False)
    many = await somebody.ask("POST", "/inbox/bulk", data={"do": "look", "nonce": "a", "item": ["x"] * 201})
    assert (many.status_code, "最多 200 项" in many.text) == (422, True)


async def test_rules_that_this_build_cannot_read_leave_pages_with_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = desk.person(WHO)
    state = desk.house.ledger.shared(COUNTY_DECIDER, county_stream(COUNTY))
    assert state.current is not None
    odd = msgspec.structs.replace(state.texts[state.current], profile_text="version = 99\n[[of_later")
    monkeypatch.setattr(state, "texts", {**state.texts, state.current: odd})
    monkeypatch.setattr(desk.house.ledger, "state", lambda *_: state)
    desk.house._names.clear()  # As of a console that has just started.
    for path in ("/inbox", "/system", "/nothing", f"/{COUNTY}/claims"):
        page = await somebody.get(path)
        assert "退出" in page.text, path
        said = words_of(page.text)
        assert page.status_code in (200, 404) or "adopted policy" in said, f"{path} {page.status_code} {said}"


def test_of_many_projects_the_newest_are_offered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    house = desk.house
    context = Context(house.read, COUNTY, None, house.names(COUNTY), house.engine, house.today())
    all_of_them = [choice.value for choice in projects(context).choices]
    assert len(all_of_them) > 1
    assert newest_projects(house.engine, COUNTY, 1)[0][0] == all_of_them[0]
    monkeypatch.setattr("console.forms.choices_store.OFFERED_MOST", 1)
    assert [choice.value for choice in projects(context).choices] == all_of_them[:1]
    assert not projects(context).closed
    assert OFFERED_MOST == 200


def test_an_error_of_the_database_tells_no_value(desk: Desk) -> None:
    row = {"digest": "secret-of-a-cookie", "login": "x", "began_at": "", "seen_at": ""}
    with changing(desk.house.accounts.engine) as connection:
        connection.execute(insert(SESSIONS).values(row))
        with pytest.raises(IntegrityError) as caught:
            connection.execute(insert(SESSIONS).values(row))
    assert "secret-of-a-cookie" not in str(caught.value)
