"""Whatever is sent: 4xx with words, or taken as the text that it is; no error of ours, nothing stored or leaked."""

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from httpx2 import Response

from console.errors import PROBLEM
from console.forms.faults import FormError
from console.forms.reading import parsed
from console.offers import BEGINS
from console.uploads import BODY_MOST
from domain.cases import KINDS
from domain.requests import KIND_OF, AnyRequest, name_of
from tests.console.addresses import address, guarded, is_api, named
from tests.console.desk import Desk, Somebody
from tests.console.samples import form_of, plain_of
from tests.places import ROOT

WHO, POST = "p-107", "implementing_unit"
TEXTS = {
    "sql": "'; DROP TABLE view_cases; --",
    "sql-union": '" OR 1=1 UNION SELECT password FROM accounts --',
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror=alert(1)>'",
    "template": "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}",
    "formula": '=HYPERLINK("http://example.org";"1")',
    "formula-at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "huge": "1" + "0" * 30,
    "below-zero": "-1",
    "not-a-number": "NaN",
    "infinite": "-Infinity",
    "exponent": "1e9",
    "full-width": "１２３．４５",
    "arabic": "١٢٣",
    "right-to-left": "\u202e反转\u2066.exe",
    "nothing-seen": "\u200b\u2060\ufeff",
    "nul": "a\0b",
    "controls": "\x1b[31m\r\nset-cookie: a=b\x07",
    "path": "../../../../etc/passwd",
    "long": "长" * 5_000,
    "mark": "[[p-1:某某]]",
    "other-county": "jiashi/fund/F1",
    "emoji": "\U0001f4a3" * 9,
    "day": "9999-99-99",
    "digits": "9" * 5_000,
}
each_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
REQUESTS = get_args(AnyRequest)
CASE_NO = "X-1"


def fine(answer: Response, *, told: str = "") -> bool:
    """Return whether an answer is no error of ours, tells nothing of the inside, and of wrong input says why."""
    said = answer.text
    leaks = ("Traceback", str(ROOT), "sqlite:", "ledger.db", "stored_events", "伽师", '.py"')
    assert answer.status_code < 500, f"{told} {answer.status_code} {said[:600]}"
    assert not [leak for leak in leaks if leak in said], f"{told} {said[:600]}"
    assert ("<script>alert" not in said and "<img src=x" not in said) or "json" in answer.headers["content-type"], told
    if answer.status_code >= 400 and answer.headers.get("content-type") == PROBLEM:
        assert answer.json()["zh"]
        assert answer.json()["en"]
    return True


@each_text
def test_each_field_of_each_form_takes_or_refuses_it(text: str) -> None:
    for request_type in REQUESTS:
        good = form_of(request_type)
        for field in good:
            try:
                parsed(request_type, {name: [value] for name, value in {**good, field: text}.items()})
            except FormError as error:
                assert error.errors  # noqa: PT017 - most is taken


@each_text
async def test_forms_say_what_is_wrong(desk: Desk, text: str) -> None:
    """Every form by which a case begins, every field filled with it: looked ahead, and kept as a draft."""
    facts, somebody = desk.kept()["facts"], desk.person(WHO)
    for kind, requests in BEGINS.items():
        for request in requests:
            path = f"/sample/{kind}/{CASE_NO}/ask/{name_of(request)}"
            fields = dict.fromkeys(form_of(request), text)
            for do in ("look", "draft"):
                own = {"seat": POST, "nonce": "0" * 24, "do": do}
                assert fine(await somebody.ask("POST", path, data={**fields, **own}), told=f"{path} {do}")
            assert fine(await somebody.get(path), told=path)
            assert fine(await somebody.ask("POST", path.replace("/ask/", "/draft/"), data=fields), told=path)
            assert fine(
                await somebody.ask("POST", path, data={**fields, **dict.fromkeys(("seat", "nonce", "do"), text)})
            )
    assert desk.kept()["facts"] == facts
    desk.forget_drafts()


@each_text
async def test_calls_say_what_is_wrong(desk: Desk, text: str) -> None:
    """Every request, every leaf of it replaced."""
    before, somebody = desk.kept(), desk.person(WHO)
    for request_type in REQUESTS:
        kind = KIND_OF[request_type] if KIND_OF[request_type] in KINDS else "claim"
        path = f"/api/sample/{kind}/{'S04-2' if kind == 'claim' else CASE_NO}/requests?dry_run=true"
        whole = {name: _replaced(value, text) for name, value in plain_of(request_type).items() if name != "type"}
        body = {"request": {**whole, "type": name_of(request_type)}, "post": POST}
        assert fine(await somebody.ask("POST", path, json=body), told=f"{path} {body}")
    assert desk.kept() == before


def _replaced(value: Any, text: str) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(one, text) for name, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, text) for one in value]
    return text if isinstance(value, str) else value


WRONG_NUMBERS: tuple[Any, ...] = (10**30, 1e9 + 0.5, 1.5, True, None, "1", [], {}, 2**63, -(2**63))


@pytest.mark.parametrize("number", WRONG_NUMBERS, ids=str)
async def test_calls_take_no_wrong_number(desk: Desk, number: Any) -> None:
    before, somebody = desk.kept(), desk.person(WHO)
    path = "/api/sample/claim/S04-9/requests"
    lodge = plain_of(next(one for one in REQUESTS if name_of(one) == "claim.lodge/1"))
    lodge["lines"][0]["amount_fen"] = number
    body = {"request": lodge}
    answer = await somebody.ask("POST", path, json={**body, "post": POST})
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM), answer.text
    assert desk.kept() == before


def bodies() -> Iterator[tuple[str, bytes, int]]:
    """Yield what no JSON reader should choke on, each with the status that answers it."""
    good = {"request": {"type": "claim.answer/1", "gate": "payment_centre", "approve": True}, "post": POST}
    text = json.dumps(good)
    yield "nothing", b"", 422
    yield "brackets", b"[" * 10_000, 422
    yield "brackets-closed", b'{"request":' + b"[" * 10_000 + b"]" * 10_000 + b',"post":"a"}', 422
    yield "objects", b'{"request":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b',"post":"a"}', 422
    yield "invalid-utf-8", text.replace(POST, "\xff").encode("latin-1"), 422
    yield "surrogate", text.replace(POST, r"\ud800").encode(), 422
    yield "surrogate-inside", text.replace("payment_centre", r"\udfff").encode(), 422
    yield "nul", text.replace("payment_centre", r"a\u0000b").encode(), 422
    yield "nan", text.replace("true", "NaN").encode(), 422
    yield "number", b"1", 422
    yield "list", b"[" + text.encode() + b"]", 422
    yield "unknown-field", json.dumps({**good, "person": "p-109"}).encode(), 422
    yield "unknown-type", text.replace("claim.answer/1", "claim.pay-me/1").encode(), 422
    yield "no-type", text.replace("claim.answer/1", "").encode(), 422
    yield "twice", b'{"post":"payment_centre",' + text.encode()[1:].replace(POST.encode(), b"payment_centre"), 403
    yield "own-id", json.dumps({**good, "command_id": "../../x'--"}).encode(), 422
    yield "own-id-long", json.dumps({**good, "command_id": "x" * 65}).encode(), 422
    yield "own-id-type", json.dumps({**good, "command_id": 7}).encode(), 422
    yield "seen", json.dumps({**good, "seen": "x"}).encode(), 422
    yield "post-type", json.dumps({**good, "post": ["a"]}).encode(), 422
    yield "post", json.dumps({**good, "post": "finance_bureau"}).encode(), 403
    yield "principal", json.dumps({**good, "on_behalf_of": "p-041"}).encode(), 403
    long = {**good["request"], "opinion": "长" * 350_000} if isinstance(good["request"], dict) else {}
    yield "a-megabyte", json.dumps({**good, "request": long}, ensure_ascii=False).encode(), 413
    yield "10000-fields", json.dumps({**good, **{f"f{n}": n for n in range(10_000)}}).encode(), 422
    rows = [{"plan_no": "P1", "fund_no": "F1", "pool": "x", "project_no": "S04", "amount_fen": 1} for _ in range(5_000)]
    yield "5000-rows", json.dumps({**good, "request": {"type": "plan.draft/1", "lines": rows}}).encode(), 413
    yield "too-large", b" " * (BODY_MOST + 1), 413


@pytest.mark.parametrize(("body", "status"), [one[1:] for one in bodies()], ids=[one[0] for one in bodies()])
async def test_no_body_does_harm(desk: Desk, body: bytes, status: int) -> None:
    before, somebody = desk.kept(), desk.person(WHO)
    for dry_run in ("", "?dry_run=true"):
        path = f"/api/sample/claim/S04-2/requests{dry_run}"
        answer = await somebody.ask("POST", path, content=body, headers={"content-type": "application/json"})
        assert fine(answer)
        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    assert desk.kept() == before


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/xml", "multipart/form-data", "application/json-x", "\xff"]
)
async def test_calls_take_json_alone(desk: Desk, kind: str) -> None:
    answer = await desk.person(WHO).ask(
        "POST", "/api/sample/claim/S04-2/requests", content=b"{}", headers={"content-type": kind.encode("latin-1")}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (415, PROBLEM)


async def test_a_body_of_no_stated_length_is_read_up_to_its_limit(desk: Desk) -> None:
    """Nobody waits for the rest of it."""
    given = 0

    async def endless() -> Any:
        nonlocal given
        while given < 100 * BODY_MOST:
            given += 1 << 16
            yield b"x=" + b"y" * ((1 << 16) - 3) + b"&"

    somebody = desk.person(WHO)
    for path in ("/api/sample/claim/S04-2/requests", "/inbox/decide"):
        given = 0
        kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
        answer = await somebody.ask("POST", path, content=endless(), headers={"content-type": kind})
        assert answer.status_code == 413, answer.text[:300]
        assert given <= BODY_MOST + (1 << 17)


FORMS = {
    "10000-fields": ("&".join(f"f{n}={n}" for n in range(10_000)).encode(), "application/x-www-form-urlencoded"),
    "invalid-utf-8": (b"opinion=%ff%fe&seat=%ed%a0%80&do=look&nonce=\xff", "application/x-www-form-urlencoded"),
    "nul": (
        b"opinion=a%00b&seat=%00&do=draft&approve=%00&nonce=%00&step=%00&case=%00",
        "application/x-www-form-urlencoded",
    ),
    "surrogate": (b"opinion=%ed%a0%80&do=draft&seat=implementing_unit", "application/x-www-form-urlencoded"),
    "twice": (b"do=look&do=send&seat=implementing_unit&seat=payment_centre&gate=a&gate=b&opinion=1&opinion=2", None),
    "no-boundary": (b"--x\r\n", "multipart/form-data"),
    "wrong-boundary": (b"--y\r\n\r\n", "multipart/form-data; boundary=x"),
    "unended": (b'--x\r\ncontent-disposition: form-data; name="do"\r\n\r\nlook', "multipart/form-data; boundary=x"),
    "no-name": (b"--x\r\ncontent-disposition: form-data\r\n\r\nlook\r\n--x--", "multipart/form-data; boundary=x"),
    "file-for-text": (
        b'--x\r\ncontent-disposition: form-data; name="do"; filename="../../a"\r\n\r\nlook\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    "charset": (b"do=look", "application/x-www-form-urlencoded; charset=utf-7"),
    "boundary-nul": (b"--\0\r\n", "multipart/form-data; boundary=\0"),
    "json": (b'{"do": "draft"}', "application/json"),
    "nothing": (b"", None),
}


@pytest.mark.parametrize(("body", "kind"), FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("route", [one for one in guarded("POST") if one.path != "/logout"], ids=named)
async def test_no_form_does_harm(desk: Desk, route: Any, body: bytes, kind: str | None) -> None:
    facts, somebody = desk.kept()["facts"], desk.person(WHO)
    headers = {"content-type": (kind or "application/x-www-form-urlencoded").encode("latin-1")}
    for csrf in ("own", None):
        answer = await somebody.ask("POST", address(route, "sample"), content=body, csrf=csrf, headers=headers)
        assert fine(answer)
    assert desk.kept()["facts"] == facts
    desk.forget_drafts()


PATHS = (
    "/{}/..%2f..%2fetc%2fpasswd",
    "/{}/../../etc/passwd",
    "/{}/%00",
    "/{}/S04-2%00",
    "/{}/" + "x" * 4_000,
    "/{}/项目一",
    "/{}/%ff%fe",
    "/{}/%ed%a0%80",
    "/{}/S04-2%0d%0aset-cookie:%20a=b",
    "/{}/'%20OR%201=1",
    "/{}/<script>alert(1)</script>",
    "/{}/S04-2/ask/claim.answer/999999999999999999999",
    "/{}/S04-2/ask/__class__/1",
    "/{}/S04-2/ask/claim.answer/1?step=%00",
    "/{}/S04-2/ask/claim.answer/1?step=" + "x" * 5_000,
    "/{}/S04-2/history?page=1e9",
)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:60])
async def test_no_address_does_harm(desk: Desk, path: str) -> None:
    before, somebody = desk.kept(), desk.person(WHO)
    for start in (
        "/sample/claim",
        "/sample/project",
        "/api/sample/claim",
        "/api/sample/cases",
        "/sample/reports",
        "/static",
    ):
        answer = await somebody.get(path.format(start))
        assert fine(answer, told=path)
        assert answer.status_code in (200, 303, 404, 409, 422), f"{start} {answer.status_code} {answer.text[:300]}"
    assert desk.kept() == before


QUERIES = (
    *(
        "page=0",
        "page=-1",
        "page=1e9",
        "page=99999999999999999999",
        "page=１",
        "limit=201",
        "limit=NaN",
        "late=perhaps",
    ),
    *("q=%00", "q=%25_%25'--", "q=" + "x" * 200, "no=%00&request=claim.lodge/1", "value=%00", "next=//example.org"),
    *("period=%00", "period=9999", "period=2022-W99", "year=0", "month=2022-13"),
    *("on=%00", "on=9999-12-31", "on=0001-01-01", "day=x"),
)


@pytest.mark.parametrize("query", QUERIES)
async def test_no_query_does_harm(desk: Desk, query: str) -> None:
    before, somebody = desk.kept(), desk.person(WHO)
    for route in guarded("GET"):
        plain = address(route, "sample").partition("?")[0]
        assert fine(await somebody.get(f"{plain}?{query}"), told=f"{plain}?{query}")
    assert desk.kept() == before


HEADERS = {
    "host": {"host": "example.org"},
    "host-at": {"host": "127.0.0.1@example.org"},
    "host-two": {"host": "127.0.0.1, example.org"},
    "forwarded-host": {"x-forwarded-host": "example.org", "forwarded": "host=example.org"},
    "forwarded-for": {"x-forwarded-for": "'; DROP TABLE a --", "x-real-ip": "::::"},
    "original-url": {"x-original-url": "/jiashi/funds", "x-rewrite-url": "/jiashi/funds"},
    "override": {"x-http-method-override": "DELETE"},
    "cookies": {"cookie": "; ".join(f"c{n}={'x' * 100}" for n in range(1_000))},
    "cookie": {"cookie": "bridgefund=" + "x" * 1_000_000},
    "cookie-odd": {"cookie": b"bridgefund=\xff\xfe; lang=\xff; county=<script>; flash=<script>"},
    "county": {"cookie": "county=jiashi; flash=__class__; lang=../../x"},
    "language": {"accept-language": "x" * 10_000},
    "length": {"content-length": "99999999999999999999"},
    "length-odd": {"content-length": "-1"},
    "accept": {"accept": "../../etc/passwd"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS.keys())
async def test_no_header_does_harm(desk: Desk, headers: dict[str, Any]) -> None:
    """Another host is not answered for; nobody is somebody else by a header."""
    before, somebody = desk.kept(), desk.person(WHO)
    for path in ("/inbox", "/sample/claim/S04-2", "/api/me", "/api/sample/claim/S04-2"):
        answer = await somebody.ask("GET", path, headers=headers)
        assert fine(answer)
        assert "example.org" not in answer.text.replace("127.0.0.1@example.org", "") or answer.status_code == 400
        assert answer.status_code == 400 or "host" not in headers
        jiashi = await somebody.ask("GET", "/api/jiashi/fund/F1", headers=headers)
        assert 400 <= jiashi.status_code < 500
    assert desk.kept() == before


async def test_what_a_draft_holds_is_shown_escaped(desk: Desk) -> None:
    somebody: Somebody = desk.person(WHO)
    path = "/sample/claim/S04-2/ask/claim.correct/1?step=correct"
    fields = dict.fromkeys(form_of(next(one for one in REQUESTS if name_of(one) == "claim.correct/1")), TEXTS["script"])
    answer = await somebody.ask(
        "POST", path, data={**fields, "do": "draft", "_step": "correct", "seat": POST, "nonce": "0" * 24}
    )
    assert answer.status_code == 303, answer.text[:500]
    page = await somebody.get(path)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert fine(page)
    desk.forget_drafts()


def test_every_call_that_writes_is_among_these() -> None:
    """A new one is to be named here, and given its hostile input."""
    assert [one.path for one in guarded("POST") if is_api(one)] == ["/api/{county}/{kind}/{no}/requests"]
