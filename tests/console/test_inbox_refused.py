"""A decision at a card of the inbox that is refused: it is told at that card, and what was written is still there."""

import re

import pytest

from console import acting
from tests.console.counter import Answer, Counter, Seated
from workflows.client import NoAnswerError

CASE, STEP, OPINION = "sample/project/S02", "township_review", "面积与图纸\n不符"
CARD = re.compile(r'<li class="card.*?</li>', re.S)
ALERT = re.compile(r'<div class="alert".*?</div>', re.S)


@pytest.fixture
def desk(seated: Seated) -> Counter:
    """The counter, with the township's reviewer at it."""
    return seated("p-2")


def card_of(page: str) -> str:
    """Return the card of the step that is decided."""
    (card,) = (card for card in CARD.findall(page) if f'name="step" value="{STEP}"' in card)
    return str(card)


def held(card: str, name: str) -> str:
    """Return what a hidden field of a card holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', card)
    assert found is not None, name
    return found[1]


async def decided(desk: Counter, **other: str) -> tuple[Answer, dict[str, str]]:
    """Return what is answered to a decision at the card, and what was sent."""
    card = card_of((await desk.get("/inbox")).text)
    said = {name: held(card, name) for name in ("case", "step", "seat", "seen", "nonce", "page", "late", "group")}
    said |= {"do": "approve", "opinion": OPINION, **other}
    return await desk.post("/inbox/decide", said), said


async def test_what_was_written_stays_in_the_cards_field_and_the_refusal_stands_beside_it(desk: Counter) -> None:
    answer, said = await decided(desk, seen="0" * 64)
    assert answer.status == 409
    card = card_of(answer.text)
    assert re.search(rf"<textarea[^>]* autofocus>{OPINION}</textarea>", card)
    assert '<details class="decide" open>' in card
    (alert,) = ALERT.findall(card)
    assert "没有记入总账" in alert
    assert "须重新查看后再签" in alert
    assert ALERT.findall(answer.text) == [alert]
    others = [one for one in CARD.findall(answer.text) if one != card]
    assert [one for one in others if OPINION in one] == []
    # Refused under its number it stays refused: what is mended is another request.
    assert held(card, "nonce") != said["nonce"]
    again, _ = await decided(desk)
    assert again.status == 303, again.text


async def test_a_return_without_a_reason_is_told_at_the_card(desk: Counter) -> None:
    answer, _ = await decided(desk, do="return", opinion=" ")
    assert answer.status == 422
    assert "退回须写明要改什么" in ALERT.findall(card_of(answer.text))[0]


async def test_without_an_answer_the_same_may_be_sent_again(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_: object) -> None:
        raise NoAnswerError(seconds=60, address="there", reason="it sleeps")

    with monkeypatch.context() as patch:
        patch.setattr(acting, "decide", silent)
        answer, said = await decided(desk)
    assert answer.status == 503
    card = card_of(answer.text)
    assert (held(card, "nonce"), f">{OPINION}</textarea>" in card) == (said["nonce"], True)
    assert "可以原样再发" in card


async def test_of_a_step_that_waits_no_more_what_was_written_is_told_above_the_cards(desk: Counter) -> None:
    _, said = await decided(desk)
    answer = await desk.post("/inbox/decide", {**said, "nonce": "ab" * 12})
    assert answer.status == 422
    head = answer.text.partition('<ul class="card-list">')[0]
    assert ("这一环节已经不在等待" in head, f"<q>{OPINION}</q>" in head, CASE in head) == (True, True, True)
    assert [card for card in CARD.findall(answer.text) if OPINION in card] == []


async def test_the_same_part_of_the_inbox_is_shown_again(desk: Counter) -> None:
    answer, _ = await decided(desk, seen="0" * 64, group="post")
    assert re.search(r'<a href="/inbox\?group=post" aria-current="page">', answer.text)
    assert held(card_of(answer.text), "group") == "post"
    strange = await desk.post(
        "/inbox/decide", {"case": "//evil", "step": "x", "seat": "x", "nonce": "ab" * 12, "do": "x"}
    )
    assert (strange.status, 'href="///evil' in strange.text) == (404, False)
