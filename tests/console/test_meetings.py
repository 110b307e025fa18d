"""Meetings as pages: what could go on an agenda, one form for all that a meeting decides, and what came of it."""

from pathlib import Path

import pytest

from console.house import House
from domain.meeting import MEETING
from domain.meeting_requests import CallMeeting, ItemSaid
from domain.plan import PLAN
from domain.requests import AnswerStep, AttestBan, DraftPlan
from domain.signature import SignedMessage
from domain.terms import Line
from projections.fund_ledger_read import portions
from projections.meetings_read import Where, meetings
from projections.people_read import terms
from tests.console.played import Page, at_desk, both_counties, case, house_of, seat, take, without_temporal

MEMBER = seat("sample", "leading_group", "p-101")
CALLED = case("sample", "meeting", "M-T")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """The demo's counties on the last day of their year."""
    found = house_of(both_counties(tmp_path), "2022-12-31")
    # The year left a project at the bank's door: once it is in, a plan may name it.
    project = case("sample", "project", "S03")
    clear = AttestBan(ban="duplicate", clear=True, opinion="样例：联合调研组核实")
    take(found, project, clear, seat("sample", "field_team", "p-104"), "test-attest-0001")
    rrb = seat("sample", "rrb", "p-102")
    take(found, project, AnswerStep(step="bank", approve=True), rrb, "test-bank-0001")
    return found


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, house: House) -> list[SignedMessage]:
    """What the pages send, decided at once."""
    return without_temporal(monkeypatch, house)


def drafted(house: House, no: str) -> str:
    """Draft a plan over what a fund of the sample county has free, by whoever drafts there; return its case."""
    profile = house.names("sample").profile
    assert profile is not None
    assert profile.plan is not None
    post = profile.plan.drafter or ""
    person = next(
        one.person for one in terms(house.engine, on=house.today()) if (one.county, one.post) == ("sample", post)
    )
    free = next(row for row in portions(house.engine, "sample") if row.free_fen >= 300)
    request = DraftPlan(year=2022, title=f"样例：计划 {no}", lines=(Line(free.fund_no, free.pool, "S03", 100),))
    take(house, case("sample", "plan", no), request, seat("sample", post, person), f"test-draft-{no}")
    return case("sample", "plan", no)


def called(house: House) -> None:
    """Call a meeting on two plans and another matter."""
    items = (
        *(ItemSaid(plan_no=no, stage="leading_group") for no in ("P-T1", "P-T2")),
        ItemSaid(words="样例：其他事项"),
    )
    request = CallMeeting(body="leading_group", on=house.today(), agenda=items, members=9, quorum=5)
    take(house, CALLED, request, MEMBER, "test-call-0001")


def form(page: Page, **filled: str) -> dict[str, str]:
    """Return the form of a meeting's page as it is sent."""
    seen = {f"seen.{no}": page.field(f"seen.{no}") for no in ("1", "2") if f'name="seen.{no}"' in page.source}
    own = {name: page.field(name) for name in ("csrf", "nonce", "seat")}
    return {**own, **seen, "held_on": "2022-12-31", "present": "6", "quorum": "5", "do": "send", **filled}


async def test_what_waits_goes_on_an_agenda(house: House, sent: list[SignedMessage]) -> None:
    plan = drafted(house, "P-T1")
    async with at_desk(house, "p-101") as desk:
        page = await desk.get("/sample/meetings")
        assert f"/{plan}" in page.links()
        asked = await desk.post("/sample/meetings/agenda", {"csrf": page.csrf, "body": "leading_group", "item": plan})
        assert asked.status == 200
        assert "/ask/meeting.call/1" in asked.source
        assert asked.field("agenda.0.plan_no") == "P-T1" or '<option value="P-T1" selected>' in asked.source
    assert sent == []


async def test_one_form_decides_all_and_is_signed_once(house: House, sent: list[SignedMessage]) -> None:
    plans = [drafted(house, no) for no in ("P-T1", "P-T2")]
    called(house)
    async with at_desk(house, "p-101") as desk:
        page = await desk.get(f"/{CALLED}")
        assert "样例：计划 P-T1" in page.words
        chosen = {"choice.1": "approve", "choice.2": "return", "opinion.2": "样例：请补充依据", "choice.3": "leave"}
        looked = await desk.post(f"/{CALLED}/decide", form(page, **chosen) | {"do": "look"})
        assert "照此办理可以通过" in looked.words
        assert sent == []
        done = await desk.post(f"/{CALLED}/decide", form(looked, **chosen))
        assert done.status == 200
        assert "由此办成" in done.words
        assert "样例：请补充依据" in done.words
    assert len(sent) == 1
    state = house.ledger.state(MEETING, CALLED)
    assert state.decided == {plans[0]: True, plans[1]: False}
    assert [one.no for one in state.open_items] == ["3"]
    assert house.ledger.state(PLAN, plans[1]).returned


async def test_one_item_is_decided_by_itself(house: House, sent: list[SignedMessage]) -> None:
    plans = [drafted(house, no) for no in ("P-T1", "P-T2")]
    called(house)
    async with at_desk(house, "p-101") as desk:
        page = await desk.get(f"/{CALLED}")
        chosen = {"choice.1": "approve", "choice.2": "approve", "choice.3": "approve", "only": "2"}
        await desk.post(f"/{CALLED}/decide", form(page, **chosen))
    assert len(sent) == 1
    assert house.ledger.state(MEETING, CALLED).decided == {plans[1]: True}


async def test_what_is_wrong_is_said_and_nothing_is_sent(house: House, sent: list[SignedMessage]) -> None:
    for no in ("P-T1", "P-T2"):
        drafted(house, no)
    called(house)
    async with at_desk(house, "p-101") as desk:
        page = await desk.get(f"/{CALLED}")
        nothing = await desk.post(f"/{CALLED}/decide", form(page))
        assert (nothing.status, "请至少对一个议题" in nothing.words) == (422, True)
        bare = await desk.post(f"/{CALLED}/decide", form(page, **{"choice.1": "return"}))
        assert (bare.status, "退回须写明要改什么" in bare.words) == (422, True)
        stale = await desk.post(f"/{CALLED}/decide", form(page, **{"choice.1": "approve", "seen.1": "0" * 64}))
        assert (stale.status, "有改动" in stale.words) == (422, True)
        few = await desk.post(f"/{CALLED}/decide", form(page, **{"choice.1": "approve", "present": "2"}))
        assert few.status >= 400
        forged = await desk.post(f"/{CALLED}/decide", form(page, **{"choice.1": "approve", "seat": "finance_bureau"}))
        assert forged.status >= 400
        other = await desk.post("/sample/meeting/M-none/decide", form(page, **{"choice.1": "approve"}))
        assert other.status == 404
    assert house.ledger.state(MEETING, CALLED).decided == {}
    assert len(sent) == 1  # Of too few members: the ledger said no.


async def test_who_is_no_member_has_no_form(house: House) -> None:
    drafted(house, "P-T1")
    drafted(house, "P-T2")
    called(house)
    async with at_desk(house, "p-105") as desk:
        page = await desk.get(f"/{CALLED}")
        assert "/decide" not in page.source
        listed = await desk.get("/sample/meetings?where=called")
        assert f"/{CALLED}" in listed.links()
        assert " 0/3 " in listed.words
        assert "<built-in" not in (await desk.get("/sample/meetings")).words


def test_each_meeting_stands_somewhere(house: House) -> None:
    for county in ("sample", "jiashi"):
        whole = meetings(house.engine, county, limit=100)
        parts = [meetings(house.engine, county, where, limit=100) for where in Where]
        assert sorted(whole.cases) == sorted(one for part in parts for one in part.cases)
        assert sum(whole.counts.values()) == len(whole.cases) > 0
        assert all(house.ledger.state(MEETING, one).minutes for one in parts[-1].cases)
