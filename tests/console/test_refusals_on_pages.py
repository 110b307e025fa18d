"""Refusals as pages show them, of whatever was sent: in 万元, by names, with the place on a page and no command."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from console import keys
from domain.cases import mandates_stream
from domain.errors import BridgefundError
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from doors.names import Names
from doors.texts import speaking
from doors.waiting import why_not_text
from tests.console.counter import Counter, begun, counter, nonce_of
from tests.console.office import words_of
from tests.domain.given import by
from tests.story import tell

FORM = "/sample/fund/F2/ask/fund.withdraw/1"
OF_KEYS = [one for one in vars(keys).values() if isinstance(one, type) and one.__module__ == keys.__name__]


def with_two_posts(ledger: Ledger) -> None:
    """Tell the story; the township's reviewer holds the finance section's post too."""
    tell(ledger)
    act = by("opener of the section")
    appointed = Appointed(act, "sample", "p-2", "finance_section", "财政局", date(2023, 1, 1), None)
    ledger.execute(Step(mandates_stream("sample"), Appoint(act, appointed)))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store with which each test begins."""
    folder = tmp_path_factory.mktemp("story")
    begun(folder, with_two_posts)
    return folder


@pytest.fixture
def desk(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    """The counter, with the one of the two posts at it."""
    shutil.copytree(story, tmp_path, dirs_exist_ok=True)
    made = counter(tmp_path, monkeypatch)
    made.sit("p-2")
    yield made
    made.house.ledger.close()


async def asked(desk: Counter, seat: str, do: str) -> str:
    """Return how it is refused, on its form, to withdraw far more of a fund than there is."""
    page = (await desk.get(f"{FORM}?step=withdraw")).text
    said = {"seat": seat, "_step": "withdraw", "do": do, "pool": "integrated", "document_no": "收回1号"}
    said |= {"amount_fen": "70000", "amount_fen.unit": "wan", "nonce": nonce_of(page)}
    answer = await desk.post(FORM, said)
    assert answer.status == (200 if do == "look" else 409), answer.text
    (alert,) = re.findall(r'<div class="alert.*?</div>', answer.text, re.S)
    return words_of(alert)


@pytest.mark.parametrize("do", ["look", "send"])
async def test_posts_are_named_and_amounts_are_in_wan_whether_it_was_sent_or_not(desk: Counter, do: str) -> None:
    # So that what is refused is sent: whose key it would register is told before that.
    desk.house.keys.signing(desk.house.ledger, "sample", "p-2", desk.house.now())
    posts = [desk.house.names("sample").named("post", one) for one in ("finance_section", "township_office")]
    assert "由 {} 办理，{} 不能办理".format(*posts) in await asked(desk, "township_office", do)
    told = await asked(desk, "finance_section", do)
    assert "要 70,000.00 万元，只有 20.00 万元；最多可办 20.00 万元" in told
    assert re.findall(r"[0-9] ?分", told) == []


async def test_of_many_each_refusal_is_said_so(desk: Counter) -> None:
    page = (await desk.get("/inbox")).text
    item = f"sample/project/S02|township_review|township_office|{'0' * 64}"
    answer = await desk.post("/inbox/bulk", {"do": "approve", "item": item, "nonce": nonce_of(page), "opinion": "同意"})
    assert "须重新查看后再签" in answer.text
    answer = await desk.post("/inbox/bulk", {"do": "look", "item": item, "nonce": nonce_of(page), "opinion": "同意"})
    assert "须重新查看后再签" in answer.text


async def test_what_was_chosen_and_written_for_many_stays_until_it_is_done(desk: Counter) -> None:
    page = (await desk.get("/inbox")).text
    (item,) = re.findall(r'name="item" value="([^"]+)"', page)
    said = {"item": item, "opinion": "样例：材料齐全", "page": "1", "late": "false", "group": "post"}
    looked = (await desk.post("/inbox/bulk", {**said, "do": "look", "nonce": nonce_of(page)})).text
    assert "可以办" in looked
    assert re.findall(r'name="item" value="([^"]+)" checked', looked) == [item]
    assert ">样例：材料齐全</textarea>" in looked
    assert '<input type="hidden" name="group" value="post"></form>' in looked
    done = (await desk.post("/inbox/bulk", {**said, "do": "approve", "nonce": nonce_of(looked)})).text
    assert "已办，记入总账" in done
    assert "样例：材料齐全" not in done


async def test_what_was_written_for_many_stays_where_nothing_was_chosen(desk: Counter) -> None:
    page = (await desk.get("/inbox")).text
    answer = await desk.post("/inbox/bulk", {"do": "approve", "opinion": "样例：齐全", "nonce": nonce_of(page)})
    assert ">样例：齐全</textarea>" in answer.text


@pytest.mark.parametrize("part", ["page=5", "group=mine", "group=mine&page=3"])
async def test_of_a_part_that_is_empty_by_now_there_is_what_is_left(desk: Counter, part: str) -> None:
    whole, left = (await desk.get("/inbox")).text, (await desk.get(f"/inbox?{part}")).text
    items = re.findall(r'name="item" value="([^"]+)"', whole)
    assert items
    assert re.findall(r'name="item" value="([^"]+)"', left) == items
    assert "现在没有等您办理的事项" not in left


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", [one for one in OF_KEYS if issubclass(one, BridgefundError)])
def test_no_page_shows_the_operators_commands(kind: type[BridgefundError], lang: str) -> None:
    wanted = ("person", "county", "key_id", "public", "place", "mode", "as_person", "as_door")
    no = kind(**dict.fromkeys(wanted, "x"))
    with speaking(lang):
        told = why_not_text(no, Names(None, {}))
    assert re.findall(r"bridgefund|--|chmod|BRIDGEFUND", told) == []
    assert told != no.text(lang)
