"""Each route of the router: one rule, nobody without a sign-in, nobody of another county, no write that is forged."""

from typing import Any

import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from httpx2 import Response

from console import app as console_app
from console.access import COOKIE, CSRF_HEADER, RULES, anybody, check_routes, of_county, rule_of
from console.app import build, routers
from console.errors import PROBLEM
from tests.console.addresses import address, guarded, is_api, named, routes
from tests.console.desk import Desk, Somebody

MAKER, OTHERS, OTHERS_MAKER = "p-107", "jiashi", "p-003"
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
# What a form or a call may say that would be of use to a forger.
FIELDS = {
    "case": f"{OTHERS}/fund/F1",
    "item": f"{OTHERS}/fund/F1|report|finance_bureau|",
    "step": "payment_centre",
    "seat": "implementing_unit",
    "nonce": "0" * 24,
    "do": "draft",
    "lang": "en",
    "login": MAKER,
    "password": "-",
    "old": "-",
    "new": "-",
    "again": "-",
}
every_get = pytest.mark.parametrize("route", guarded("GET"), ids=named)
every_post = pytest.mark.parametrize("route", guarded("POST", "PUT", "PATCH", "DELETE"), ids=named)
OF_A_COUNTY = [one for one in routes("GET", "POST") if "{county}" in one.path]
of_a_county = pytest.mark.parametrize("route", OF_A_COUNTY, ids=named)
# But for those that are about oneself alone, and take no id.
ABOUT_OTHERS = [one for one in guarded("POST") if one.path not in ("/logout", "/password")]
every_post_about_others = pytest.mark.parametrize("route", ABOUT_OTHERS, ids=named)


def is_problem(answer: Response, status: int) -> bool:
    """Return whether an answer is a problem as RFC 9457 has it, with words in both languages."""
    told = answer.json() if answer.headers["content-type"] == PROBLEM else {}
    return (answer.status_code, told.get("status")) == (status, status) and bool(told["zh"] and told["en"])


async def sent(somebody: Somebody, route: APIRoute, county: str, **of: Any) -> Response:
    """Send something to a route: a call's body, or a form with every field that may be of use."""
    [method] = route.methods or set()
    if method == "GET":
        return await somebody.get(address(route, county))
    body: dict[str, Any] = {"json": ASKED} if is_api(route) else {"data": FIELDS}
    return await somebody.ask(method, address(route, county), **{**body, **of})


ASKED = {
    "request": {"type": "claim.answer/1", "gate": "payment_centre", "approve": True},
    "post": "implementing_unit",
    "command_id": "a-claim-0001",
}


def test_every_route_has_exactly_one_rule_and_one_method() -> None:
    for route in routes("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
        assert rule_of(route) in RULES, named(route)
        assert len(route.methods or ()) == 1, named(route)
        assert rule_of(route) is of_county or "{county}" not in route.path, named(route)


@pytest.mark.parametrize("path", ["/bare", "/{county}/bare"])
def test_the_console_does_not_start_with_a_route_without_a_rule(
    desk: Desk, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = APIRouter()
    bare.add_api_route(path, lambda: "anything")
    monkeypatch.setattr(console_app, "routers", lambda: (*routers(), bare))
    with pytest.raises(AssertionError, match="without a rule"):
        build(desk.house)


def test_a_countys_page_may_not_be_anybodys() -> None:
    bare = APIRouter(dependencies=[Depends(anybody)])
    bare.add_api_route("/{county}/bare", lambda: "anything")
    with pytest.raises(AssertionError, match="others may enter"):
        check_routes((bare,))


@every_get
async def test_nobody_reads_without_a_sign_in(desk: Desk, route: APIRoute) -> None:
    answer = await desk.ask("GET", address(route, "sample"))
    if is_api(route):
        assert is_problem(answer, 401), answer.text[:300]
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")


@every_post
async def test_nobody_writes_without_a_sign_in(desk: Desk, route: APIRoute) -> None:
    before = desk.kept()
    nobody = Somebody(desk, "", "no-session", "no-token")
    answer = await sent(nobody, route, "sample")
    assert answer.status_code == 401
    assert desk.kept() == before


@of_a_county
async def test_another_countys_pages_are_as_those_of_a_county_that_there_is_not(desk: Desk, route: APIRoute) -> None:
    before, maker = desk.kept(), desk.person(MAKER)
    theirs, nowhere = [await sent(maker, route, county) for county in (OTHERS, "nowhere")]
    assert theirs.status_code == nowhere.status_code == 404
    # Only the address that was asked for differs: nothing is theirs.
    assert theirs.text.replace(OTHERS, "nowhere") == nowhere.text
    assert desk.kept() == before


@every_post_about_others
async def test_another_countys_ids_in_what_is_sent_change_nothing(desk: Desk, route: APIRoute) -> None:
    """Neither in the fields of a form nor in a call's body."""
    facts, maker = desk.kept()["facts"], desk.person(MAKER)
    of_theirs = {"request": {"type": "fund.report/1"}, "post": "finance_bureau", "on_behalf_of": "p-041"}
    answer = await sent(maker, route, "sample", **({"json": of_theirs} if is_api(route) else {}))
    assert 200 <= answer.status_code < 500
    assert "伽师" not in answer.text
    assert desk.kept()["facts"] == facts
    desk.forget_drafts()


@every_post
@pytest.mark.parametrize("forged", ["none", "wrong", "another's", "origin", "site"])
async def test_a_write_that_is_forged_is_refused(desk: Desk, route: APIRoute, forged: str) -> None:
    """Without the token of this very sign-in, or from a page of somebody else's."""
    before, maker = desk.kept(), desk.person(MAKER)
    csrf = {"none": None, "wrong": "0" * 64, "another's": desk.person(OTHERS_MAKER).csrf}.get(forged, "own")
    headers = {"origin": {"origin": "https://example.org"}, "site": {"sec-fetch-site": "cross-site"}}.get(forged, {})
    answer = await sent(maker, route, "sample", csrf=csrf, headers=headers)
    assert answer.status_code == 403, answer.text[:300]
    assert is_problem(answer, 403) or not is_api(route)
    assert desk.kept() == before


@pytest.mark.parametrize("route", [one for one in routes("POST") if rule_of(one) is anybody], ids=named)
async def test_what_anybody_may_send_comes_from_a_page_of_ours_too(desk: Desk, route: APIRoute) -> None:
    for headers in ({"origin": "https://example.org"}, {"sec-fetch-site": "cross-site"}):
        answer = await desk.ask("POST", address(route, "sample"), data=FIELDS, headers=headers)
        assert answer.status_code == 403


async def test_reading_changes_nothing(desk: Desk) -> None:
    before, maker = desk.kept(), desk.person(MAKER)
    for route in routes("GET"):
        answer = await maker.get(address(route, "sample"))
        assert answer.status_code < 500, f"{named(route)}: {answer.text[:500]}"
        for method in ("HEAD", "OPTIONS"):
            assert (await maker.ask(method, address(route, "sample"), csrf=None)).status_code < 500
    assert desk.kept() == before


@pytest.mark.parametrize("path", ["/api/sample/claim", "/api/nothing/at/all/here", "/api/x", "/api/sample/claim/%00"])
async def test_what_there_is_not_in_the_api_is_a_problem(desk: Desk, path: str) -> None:
    assert is_problem(await desk.person(MAKER).get(path), 404)


async def test_every_method_that_a_call_does_not_know_is_a_problem(desk: Desk) -> None:
    for route in [one for one in routes("GET", "POST") if is_api(one) and one.path != "/api"]:
        for method in {"PUT", "PATCH", "DELETE"} - (route.methods or set()):
            answer = await desk.person(MAKER).ask(method, address(route, "sample"))
            assert is_problem(answer, 405), f"{named(route)} {method}: {answer.status_code} {answer.text[:300]}"


async def test_every_answer_and_problem_of_the_api_is_described(desk: Desk) -> None:
    """The description is anybody's, and knows every call."""
    answer = await desk.ask("GET", "/api/openapi.json")
    told = answer.json()
    assert (answer.status_code, told["openapi"]) == (200, "3.1.0")
    assert {one.path for one in routes("GET", "POST") if is_api(one)} - {"/api"} == set(told["paths"])
    for methods in told["paths"].values():
        for operation in methods.values():
            codes = operation["responses"]
            assert "200" in codes
            assert all(set(of["content"]) == {PROBLEM} for code, of in codes.items() if code != "200")


async def test_a_session_opens_nothing_under_another_name(desk: Desk) -> None:
    maker = desk.person(MAKER)
    for cookies in (f"other={maker.cookie}", f"{COOKIE}={maker.cookie}x", f"{COOKIE}=", f"{COOKIE}={maker.csrf}"):
        answer = await desk.ask("GET", "/api/me", headers={"cookie": cookies, CSRF_HEADER: maker.csrf})
        assert is_problem(answer, 401)
