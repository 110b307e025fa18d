"""The inbox's cards: what is to be done in words, the case's id once; and other places that named things by ids."""

import re
from collections.abc import Callable

from tests.console.offices import Desk

At = Callable[[str], Desk]
CARD = re.compile(r'<li class="card.*?</li>', re.S)
TITLE = re.compile(r"data-open>(.*?)</a>")


def test_a_deadline_is_said_in_words_with_its_case_once(at: At) -> None:
    cards = CARD.findall(at("p-041").get("/inbox").html)
    said = [(title, card) for card in cards for title in TITLE.findall(card)]
    circulars = [card for title, card in said if title == "月末通报当月支出任务完成情况，报送县委、县政府"]
    assert circulars
    for card in circulars:
        assert "/obligation/" not in card
        assert len(re.findall(r">jiashi/dispatch/[0-9-]+<", card)) == 1
    assert [title for title, _ in said if "/" in title] == []


def test_a_steps_title_says_what_its_case_is(at: At) -> None:
    assert "支付中心审核 · 进度款 样例·机耕道硬化项目" in TITLE.findall(at("p-109").get("/inbox").html)


def test_a_link_that_proposes_a_number_leads_to_the_form(at: At) -> None:
    proposed = at("p-041").get("/jiashi/begin/dispatch?no=2022-12")
    assert (proposed.status, "已经有了" in proposed.words) == (200, False)
    taken = at("p-041").get("/jiashi/begin/dispatch?no=2022-12&request=dispatch.open/1")
    assert (taken.status, "已经有了" in taken.words) == (422, True)


def test_a_signature_of_a_body_is_named(at: At) -> None:
    shown = at("p-009").get("/jiashi/plan/P-2022-ADJ1", "en").html
    signed = " ".join(re.findall(r'<p class="signature">.*?</p>', shown, re.S))
    assert "leading group" in signed
    assert ">leading_group<" not in signed
    assert ">co-signature<" in signed


def test_a_form_leads_back_to_a_page_that_is_there(at: At) -> None:
    new = at("p-109").get("/sample/claim/S99-9/ask/claim.lodge/1")
    assert (new.status, "/sample/claim/S99-9" in new.links, "/inbox" in new.links) == (200, False, True)
    assign = at("p-109").get("/sample/handling/claim-S04-2/ask/handling.assign/1?step=payment_centre")
    assert (assign.status, "/sample/claim/S04-2" in assign.links) == (200, True)
    assert "/sample/handling/claim-S04-2" not in assign.links


def test_every_page_of_a_sample_store_says_that_it_is_one(at: At) -> None:
    for address in ("/inbox", "/jiashi/policies", "/jiashi/people", "/jiashi/plan/P-2022-ADJ1"):
        assert "sample-banner" in at("p-009").get(address).html, address
