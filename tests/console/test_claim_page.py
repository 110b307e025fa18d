"""The page of a claim: its gates, the decision beside its vouchers, its three amounts; and the list of claims."""

import re

import pytest

from domain.cases import CaseId, parse_case
from domain.claim import CLAIM
from domain.money import wan
from doors.texts import speaking
from projections.claims_read import claim_row, claim_rows
from projections.track_shape import Records
from projections.tracks import track
from tests.console.desk import Desk
from tests.console.reading import part, rows, stages, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
READER, CHECKER, OPEN = "p-108", "p-109", "sample/claim/S04-2"
TOGETHER = "当场收到的凭证不齐，请补验收单"


def form_of(html: str, step: str) -> dict[str, str]:
    """Return what the form of a decision carries."""
    forms = re.findall(r'<form method="post" action="/[^"]*/decide".*?</form>', html, re.DOTALL)
    fields = [dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)) for form in forms]
    return next(one for one in fields if one["step"] == step)


@pytest.mark.parametrize("no", ["S01-1", "S04-2", "S05-1", "S05-2"])
async def test_the_page_says_what_the_store_says(desk: Desk, no: str) -> None:
    case, house = CaseId("sample", "claim", no), desk.house
    html = (await desk.person(READER).get(f"/sample/claim/{no}")).text
    row, names = claim_row(house.engine, f"sample/claim/{no}"), house.names("sample")
    assert row is not None
    with speaking("zh"):
        walked = track(Records.of(house.ledger, house.engine), case, house.now())
        expected = [
            (names.stage(one.id) if one.named == "stage" else names.step(one.id), one.state.replace("_", "-"))
            for one in walked
        ]
    assert stages(html) == expected
    figures = re.findall(r"<div><dt>(.*?)</dt><dd><span[^>]*>(.*?) ?</span></dd></div>", html)
    assert [amount.strip() for _, amount in figures] == [
        wan(fen) for fen in (row.claimed_fen, row.approved_fen, row.paid_fen)
    ]
    assert [line[2] for line in rows(html, "出自哪笔资金（万元）")] == [wan(one.amount_fen) for one in row.lines]
    assert row.payee in text_of(html)
    lodged = house.ledger.state(CLAIM, f"sample/claim/{no}").lodged
    assert lodged is not None
    vouchers = part(html, "vouchers-title")
    assert re.findall(r'<code title="(\w+)">', vouchers)[: len(lodged.vouchers)] == list(lodged.vouchers)


async def test_the_decision_stands_beside_the_vouchers(desk: Desk) -> None:
    mine = (await desk.person(CHECKER).get(f"/{OPEN}")).text
    columns = mine[mine.index('<div class="columns even">') :]
    assert columns.index("/decide") < columns.index('id="vouchers"')
    assert [word for word, _ in re.findall(r'name="do" value="(\w+)"[^>]*>(.*?)<', columns)][:3] == [
        "approve",
        "return",
        "reject",
    ]
    theirs = (await desk.person(READER).get(f"/{OPEN}")).text
    assert "/decide" not in theirs
    assert "您不能办理" in theirs


async def test_a_return_without_a_reason_is_told_there(desk: Desk) -> None:
    checker, before = desk.person(CHECKER), desk.kept()
    form = form_of((await checker.get(f"/{OPEN}")).text, "payment_centre")
    answer = await checker.ask("POST", f"/{OPEN}/decide", data={**form, "do": "return", "opinion": " "})
    assert answer.status_code == 422
    assert "退回须写明要改什么" in text_of(answer.text)
    forged = await desk.person(READER).ask("POST", f"/{OPEN}/decide", data={**form, "do": "approve"})
    assert 400 <= forged.status_code < 500
    assert desk.kept() == before


async def test_what_was_written_stays_when_nobody_answers(desk: Desk) -> None:
    checker = desk.person(CHECKER)
    form = form_of((await checker.get(f"/{OPEN}")).text, "payment_centre")
    answer = await checker.ask("POST", f"/{OPEN}/decide", data={**form, "do": "return", "opinion": TOGETHER})
    assert answer.status_code == 503
    assert f">{TOGETHER}</textarea>" in answer.text


async def test_a_returned_claim_says_why_on_top(office: Desk) -> None:
    checker = office.person(CHECKER)
    form = form_of((await checker.get(f"/{OPEN}")).text, "payment_centre")
    answer = await checker.ask("POST", f"/{OPEN}/decide", data={**form, "do": "return", "opinion": TOGETHER})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{OPEN}")
    html = (await checker.get(f"/{OPEN}")).text
    assert "已退回，待修改后重新提交" in html
    assert html.index(TOGETHER) < html.index('class="lanes"')
    assert dict(stages(html))["支付中心审核"] == "returned"


async def test_the_list_is_narrowed(desk: Desk) -> None:
    reader, house = desk.person(READER), desk.house
    every = sorted(claim_rows(house.engine, "sample"), key=lambda one: (one.lodged_on, one.claim), reverse=True)

    async def listed(query: str) -> list[str]:
        return re.findall(r'href="/(sample/claim/[^"?]+)"', (await reader.get(f"/sample/claims{query}")).text)

    assert await listed("") == [one.claim for one in every]
    assert await listed("?stage=paid") == [one.claim for one in every if one.stage == "paid"]
    assert await listed("?q=S05") == [one.claim for one in every if one.project_no == "S05"]
    waits = [one.claim for one in every if "payment_centre" in {gate.post for gate in one.open}]
    assert set(waits) <= set(await listed("?post=payment_centre"))
    html = (await reader.get("/sample/claims")).text
    paid = {row[0]: row[-1] for row in rows(html, "报账")}
    assert paid == {parse_case(one.claim).no: wan(one.paid_fen) for one in every}
