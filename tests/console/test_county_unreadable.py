"""Posts in two counties, of which one has adopted rules that this build cannot read: the other is not kept back."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.cases import county_stream, mandates_stream
from domain.county import AdoptPolicy, PolicyAdopted
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.policy import load
from domain.terms import PolicyRef
from tests.console.counter import Counter, begun, counter, nonce_of
from tests.domain.county import ENGINE, POLICIES, PROJECT_REQUEST, County
from tests.domain.given import by

WHO, POST, THERE = "p-2", "township_office", "elsewhere"
OF_A_LATER_BUILD = "version = 99\n[[of_later"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    """The counter, with somebody at it for whom a project waits in either county."""
    begun(tmp_path)
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        county = County(ledger, THERE, date(2023, 8, 10))
        county.adopt(load(POLICIES / "sample.toml"))
        county.ask("project", "E01", PROJECT_REQUEST, "village_committee")
        act = by("opener")
        appointed = Appointed(act, THERE, WHO, POST, f"{POST}的单位", date(2023, 1, 1), None)
        ledger.execute(Step(mandates_stream(THERE), Appoint(act, appointed)))
    made = counter(tmp_path, monkeypatch)
    made.sit(WHO)
    yield made
    made.house.ledger.close()


def breaks(desk: Counter) -> None:
    """Let the other county adopt what this build cannot read."""
    act = by("opener of a later build")
    adopted = PolicyAdopted(act, THERE, PolicyRef("99", "f" * 64, ENGINE.digest), OF_A_LATER_BUILD, ENGINE.text)
    desk.house.ledger.execute(Step(county_stream(THERE), AdoptPolicy(act, adopted)))


def cases_on(page: str) -> set[str]:
    """Return the cases that a page has cards of."""
    return set(re.findall(r'name="case" value="([^"]+)"', page))


async def test_the_other_countys_rows_are_shown_and_the_broken_one_is_named_with_the_reason(desk: Counter) -> None:
    whole = await desk.get("/inbox")
    assert {f"{THERE}/project/E01", "sample/project/S02"} <= cases_on(whole.text)
    breaks(desk)
    answer = await desk.get("/inbox")
    assert (answer.status, "sample/project/S02" in cases_on(answer.text)) == (200, True), answer.text
    assert cases_on(answer.text) == {one for one in cases_on(whole.text) if not one.startswith(THERE)}
    (alert,) = re.findall(r'<div class="alert".*?</div>', answer.text, re.S)
    assert (f"{THERE} 的规则读不出来" in alert, "adopted policy:" in alert) == (True, True), alert
    answer = await desk.get("/api/inbox")
    told = json.loads(answer.body)
    assert [one["county"] for one in told["unreadable"]] == [THERE]
    assert {item["of_case"].partition("/")[0] for item in told["items"]} == {"sample"}
    assert told["total"] == len(told["items"])


async def test_no_shared_page_and_none_of_the_other_county_fails_for_it(desk: Counter) -> None:
    breaks(desk)
    shared = ("/inbox?late=true", "/inbox?group=post", "/system", "/password", "/api/me", "/api/system")
    own = (
        "/sample/projects",
        "/sample/project/S02",
        "/sample/people",
        "/sample/obligations",
        "/api/sample/project/S02",
    )
    for path in (*shared, *own):
        answer = await desk.get(path)
        assert answer.status == 200, f"{path} {answer.text}"


async def test_what_is_decided_in_the_other_county_is_taken(desk: Counter) -> None:
    breaks(desk)
    page = (await desk.get("/inbox")).text
    said = {"case": "sample/project/S02", "step": POST.replace("office", "review"), "seat": POST, "do": "approve"}
    answer = await desk.post("/inbox/decide", {**said, "nonce": nonce_of(page)})
    assert answer.status == 303, answer.text
