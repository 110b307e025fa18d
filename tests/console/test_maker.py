"""The maker finds no way to check: whoever lodged a claim tries every offer, form, card and call on its gates.

Behind the console a server and a worker decide, as in daily use.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any, get_args

import pytest
from httpx2 import Response

from domain.claim import CLAIM
from domain.requests import KIND_OF, AnyRequest, name_of
from tests.console.desk import Desk, Somebody
from tests.console.samples import plain_of

CASE, GATE, CHECKER, CHECKERS_POST = "sample/claim/S04-2", "payment_centre", "p-109", "payment_centre"
MAKER, MAKERS_POST, SIGNED_GATE = "p-107", "implementing_unit", "finance_section"
STOOD_FOR = f"{CHECKERS_POST}@{CHECKER}"
# Desks that are not the maker's, and his own; and for whom he says that he stands in.
POSTS = (MAKERS_POST, CHECKERS_POST, SIGNED_GATE, "director", "", "*", f"{MAKERS_POST},{CHECKERS_POST}", STOOD_FOR)
PRINCIPALS = ("", CHECKER, MAKER, "p-108", "engine")
OF_CLAIMS = [one for one in get_args(AnyRequest) if KIND_OF[one] == "claim"]


def gates(desk: Desk) -> tuple[Any, ...]:
    """Return what the ledger has of the claim: its facts, and where it stands."""
    state = desk.house.ledger.state(CLAIM, CASE)
    return list(desk.house.ledger.facts(CASE)), CLAIM.open_steps(state), CLAIM.stage(state)


def refused(answer: Response) -> bool:
    """Return whether an answer is a no with words."""
    return 400 <= answer.status_code < 500 and any("\u4e00" <= letter <= "\u9fff" for letter in answer.text)


async def call(
    somebody: Somebody, request: Mapping[str, Any], post: str, *, dry_run: bool, principal: str = ""
) -> Response:
    """Ask by the API."""
    body = {"request": request, "post": post, "on_behalf_of": principal}
    return await somebody.ask("POST", f"/api/{CASE}/requests{'?dry_run=true' if dry_run else ''}", json=body)


def approval(gate: str) -> dict[str, Any]:
    """Return the request that lets the claim through a gate."""
    return {"type": "claim.answer/1", "gate": gate, "approve": True, "opinion": "核无误"}


async def test_no_call_from_whatever_desk(office: Desk) -> None:
    maker, before = office.person(MAKER), gates(office)
    for gate, post, principal, dry_run in product((GATE, SIGNED_GATE, "", "lodge"), POSTS, PRINCIPALS, (True, False)):
        answer = await call(maker, approval(gate), post, dry_run=dry_run, principal=principal)
        if dry_run and (post, principal) == (MAKERS_POST, ""):
            assert answer.json()["outcome"] == "refused"
            assert answer.json()["zh"]
        else:
            assert refused(answer), f"{gate} {post} {principal} {answer.status_code} {answer.text[:300]}"
    assert gates(office) == before


@pytest.mark.parametrize("request_type", OF_CLAIMS, ids=name_of)
async def test_no_kind_of_request_moves_a_gate(office: Desk, request_type: type) -> None:
    """Correcting and taking back one's own claim are the maker's: they pass no gate, and are only looked at."""
    maker, before = office.person(MAKER), gates(office)
    request = plain_of(request_type)
    request |= {"gate": GATE} if "gate" in request else {}
    for post, principal in (*product(POSTS[1:], ("", CHECKER)), (MAKERS_POST, CHECKER)):
        assert refused(await call(maker, request, post, dry_run=False, principal=principal))
    looked = await call(maker, request, MAKERS_POST, dry_run=True)
    assert looked.status_code in (200, 422), looked.text[:300]
    assert gates(office) == before


async def test_no_form_and_no_card(office: Desk) -> None:
    maker, before = office.person(MAKER), gates(office)
    form = {"approve": "yes", "opinion": "核无误", "gate": GATE, "nonce": "0" * 24}
    for step, seat, do in product((GATE, SIGNED_GATE, "", "lodge"), POSTS, ("send", "", "look")):
        path = f"/{CASE}/ask/claim.answer/1?step={step}"
        answer = await maker.ask("POST", path, data={**form, "seat": seat, "_step": step, "do": do})
        own = seat == MAKERS_POST and step == GATE and do == "look"
        assert own or refused(answer), f"{step} {seat} {do} {answer.status_code}"
        card = {"case": CASE, "step": step, "seat": seat, "nonce": "0" * 24, "do": "approve", "seen": ""}
        assert refused(await maker.ask("POST", "/inbox/decide", data=card)), f"{step} {seat}"
    assert gates(office) == before


async def test_no_list_of_many(office: Desk) -> None:
    maker, before = office.person(MAKER), gates(office)
    for seat, do in product(POSTS, ("approve", "look")):
        items = [f"{CASE}|{GATE}|{seat}|", f"{CASE}|{SIGNED_GATE}|{seat}|", f"{CASE}|{GATE}|{seat}|{'0' * 64}"]
        answer = await maker.ask("POST", "/inbox/bulk", data={"item": items, "do": do, "nonce": "0" * 24})
        assert "已办，记入总账" not in answer.text
        assert "可以办" not in answer.text
        assert answer.text.count("未予受理") == len(items)
    assert gates(office) == before


async def test_no_offer_is_the_makers(office: Desk) -> None:
    """The steps that wait tell him whose they are, and the page gives him no form for them."""
    maker = office.person(MAKER)
    [step] = (await maker.get(f"/api/{CASE}")).json()["steps"]
    assert (step["step"], [one["person"] for one in step["who"] if one["may"]]) == (GATE, [CHECKER])
    page = await maker.get(f"/{CASE}")
    assert "ask/claim.answer" not in page.text


async def test_standing_in_for_the_checker_makes_no_checker_of_the_maker(office: Desk) -> None:
    """Whoever stands in has the desk, and is refused as the one who lodged; the checker's own yes is taken."""
    today, before = office.house.today().isoformat(), gates(office)
    away = {"type": "absence.open/1", "deputy": MAKER, "first": today, "last": today, "reason": "样例：外出开会"}
    checker, maker = office.person(CHECKER), office.person(MAKER)
    answer = await checker.ask(
        "POST", "/api/sample/absence/A-1/requests", json={"request": away, "post": CHECKERS_POST}
    )
    assert answer.status_code == 200, answer.text
    seats = [(one["post"], one["on_behalf_of"]) for one in (await maker.get("/api/me")).json()["seats"]]
    assert (CHECKERS_POST, CHECKER) in seats
    for dry_run in (True, False):
        told = (await call(maker, approval(GATE), CHECKERS_POST, dry_run=dry_run, principal=CHECKER)).json()
        assert told.get("rule", told.get("title")) == "SamePersonError", told
    card = {"case": CASE, "step": GATE, "seat": STOOD_FOR, "nonce": "1" * 24, "do": "approve", "seen": ""}
    assert refused(await maker.ask("POST", "/inbox/decide", data=card))
    assert gates(office) == before


async def test_a_repeat_is_answered_the_same_and_another_body_is_refused(office: Desk) -> None:
    """Last, as the gate is passed by it: by the checker."""
    checker = office.person(CHECKER)
    body = {"request": approval(GATE), "post": CHECKERS_POST, "command_id": "of-our-own-1"}
    first = await checker.ask("POST", f"/api/{CASE}/requests", json=body)
    assert (first.status_code, first.json()["outcome"]) == (200, "done"), first.text
    assert first.json()["case"]["stage"] != GATE
    kept = office.kept()
    assert (await checker.ask("POST", f"/api/{CASE}/requests", json=body)).json() == first.json()
    other = {**body, "request": {**approval(GATE), "opinion": "另一个意见"}}
    answer = await checker.ask("POST", f"/api/{CASE}/requests", json=other)
    assert (answer.status_code, answer.json()["title"]) == (409, "RepeatDiffersError"), answer.text
    assert office.kept() == kept
