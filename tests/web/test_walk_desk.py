"""Desks of a played year, by pages alone: a meeting with its minutes, what is public and objected to, an inbox."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from domain.claim_facts import GatePassed
from domain.disclosure_facts import DisclosurePublished, ObjectionRaised, ObjectionRuled
from domain.ledger import Ledger
from domain.meeting_facts import ItemDecided, MinutesFiled
from tests.web.signing import Passes
from tests.web.test_walk_sample import Papers, walker
from tests.web.town import Town, living
from tests.web.visits import Visits
from tests.web.walking import MORE, WAITS, Values, Walker, fill, recorded, send

TEAM, DRAFTER, BODY = "p-104", "p-102", "p-101"
UNIT, SECTION = "p-107", "p-108"
BUREAU = "p-041"  # Of the other county, which made a way for the public to object.
PLANS = {"W1": "1 万元", "W2": "2 万元"}
MATTER = "样例：听取进展汇报"
AGREED, RETURNED, NOTED = "样例：同意，抓紧下达", "样例：请补充受益户名单", "样例：下月再听一次"
LISTED = "样例：2022年项目清单"
PLACES = ("县级平台", "乡级平台", "村级平台")
PORTAL = "政府门户网站专栏"
OBJECTED, UPHELD = "样例：公开的金额与文件不一致", "样例：录入有误，更正后重新公开"
CHECKED = "样例：发票、验收单核对无误"
CARDS_MOST = 60
CARD_OF_FOCUS = "document.activeElement.closest('[data-card]')?.innerText ?? ''"
FOCUS = "document.activeElement.value === '' ? document.activeElement.name : document.activeElement.innerText"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def year(dev_server_exe: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A played year of this module's own: no other test finds what is decided here."""
    async with living(tmp_path_factory.mktemp("year"), dev_server_exe) as town:
        yield town


@pytest.fixture(scope="module")
def signed_in(browser: Browser, year: Town) -> Passes:
    """The cookies of its people."""
    return Passes(browser, year.url)


@pytest.fixture
def walk(browser: Browser, visits: Visits, year: Town, signed_in: Passes) -> Walker:
    """Its people at their desks."""
    return walker(browser, visits, year.url, signed_in)


async def test_a_meeting_decides_item_by_item_and_files_its_minutes(walk: Walker, year: Town, tmp_path: Path) -> None:
    before = length(year)
    await two_plans_are_drafted(walk)
    page = await a_meeting_is_called(walk)
    await one_item_is_decided_by_itself(page)
    await the_others_are_looked_at_and_decided_together(page)
    minutes = Papers(tmp_path)("会议纪要")
    await page.get_by_role("main").get_by_role("link", name="备案会议纪要").click()
    await fill(page, {"会议纪要": minutes})
    await send(page)
    await expect(page.get_by_role("main")).to_contain_text("纪要已备案")
    await expect((await walk.case(DRAFTER, "计划", "W1")).get_by_role("main")).to_contain_text("已生效")
    [again] = [one.name for one in await walk.waiting("计划", "W2")]
    assert again == "拟定"
    facts = signed_since(year, before)
    said = {(fact.approve, fact.opinion) for fact in facts if isinstance(fact, ItemDecided)}
    assert said == {(True, AGREED), (False, RETURNED), (True, NOTED)}
    [filed] = [fact for fact in facts if isinstance(fact, MinutesFiled)]
    assert filed.digest == hashlib.sha256(minutes.read_bytes()).hexdigest()
    assert {fact.act.person for fact in facts} == {TEAM, DRAFTER, BODY}


async def two_plans_are_drafted(walk: Walker) -> None:
    """The year left a project at the bank's door: once it is in, a plan may name it."""
    clear: Values = {"负面清单事项": "重复建设、低端无序建设", "认定结果": "无此情形", "意见": "样例：无同类车间"}
    await walk.ask(TEAM, "项目", "S03", "负面清单认定", clear)
    await walk.take("项目", "S03", "进入项目库", "办理项目环节", {"审核意见": "同意", "意见": "样例：符合"}, DRAFTER)
    for no, amount in PLANS.items():
        line = {"资金编号": "F2", "资金池": "统筹整合", "项目编号": "S03", "金额": amount}
        await walk.begin(DRAFTER, "计划", no, {"年度": "2022", "计划名称": f"样例：计划 {no}", "计划明细": [line]})


async def a_meeting_is_called(walk: Walker) -> Page:
    """What waits for the body is on the agenda already; another matter is added in words."""
    page = await walk.desk(BODY)
    await page.get_by_role("navigation", name="主导航").get_by_role("link", name="会议", exact=True).click()
    body = page.locator(".card").filter(has=page.get_by_role("heading", name="乡村振兴领导小组", exact=True))
    for no in PLANS:
        await expect(body.get_by_label(f"样例：计划 {no}")).to_be_checked()
    await body.get_by_role("button", name="将所选列入新会议的议程").click()
    today = await page.get_by_role("contentinfo").locator("time").get_attribute("datetime") or ""
    await fill(page, {"会议日期": today, "应到人数": "9", "法定人数": "5"})
    await fill(page.locator("ol.rows > li").nth(len(PLANS)), {"其他议题": MATTER})
    await send(page)
    await expect(page.locator("ol.agenda > li")).to_have_count(len(PLANS) + 1)
    return page


def item(page: Page, title: str) -> Locator:
    """Return an item of the agenda of the meeting that stands open."""
    return page.locator("ol.agenda > li").filter(has=page.get_by_role("heading", name=title))


async def chosen(page: Page, title: str, decision: str, opinion: str) -> None:
    """Choose what is decided on an item, and say why."""
    await item(page, title).get_by_label(decision, exact=True).check()
    await item(page, title).get_by_label("意见（退回必填）").fill(opinion)


async def one_item_is_decided_by_itself(page: Page) -> None:
    await expect(page.get_by_label("法定人数", exact=True)).to_have_value("5")
    await page.get_by_label("到会人数", exact=True).fill("6")
    await chosen(page, "样例：计划 W1", "同意", AGREED)
    await item(page, "样例：计划 W1").get_by_role("button", name="只定这一项").click()
    await recorded(page)
    await expect(item(page, "样例：计划 W1")).to_contain_text(AGREED)
    await expect(item(page, "样例：计划 W1")).to_contain_text("由此办成")
    await expect(page.get_by_role("main")).to_contain_text("还有议题未定")


async def the_others_are_looked_at_and_decided_together(page: Page) -> None:
    """A return without a reason is not sent; what would come of the rest is told before it is."""
    await chosen(page, "样例：计划 W2", "退回修改", "")
    await chosen(page, MATTER, "同意", NOTED)
    await page.get_by_role("button", name="签名并登记以上决定").click()
    await expect(page.get_by_role("alert").first).to_contain_text("退回须写明要改什么")
    await chosen(page, "样例：计划 W2", "退回修改", RETURNED)
    await page.get_by_role("button", name="先看会怎样").click()
    await expect(page.get_by_role("status").first).to_contain_text("照此办理可以通过，尚未提交")
    await page.get_by_role("button", name="签名并登记以上决定").click()
    await recorded(page)
    await expect(item(page, "样例：计划 W2")).to_contain_text("未同意")
    await expect(item(page, "样例：计划 W2")).to_contain_text(RETURNED)
    await expect(item(page, MATTER)).to_contain_text(NOTED)
    await expect(page.get_by_role("main")).to_contain_text("会议纪要尚未备案")


async def test_a_list_is_made_public_at_each_of_its_places(walk: Walker, year: Town) -> None:
    before = length(year)
    page = await entered(walk, DRAFTER, "W-1", "所有使用衔接资金的项目", LISTED)
    main = page.get_by_role("main")
    for number, place in enumerate(PLACES, start=1):
        await expect(main.get_by_text("尚未公开")).to_have_count(len(PLACES) - number + 1)
        await taken(page, "公开", "登记公开", {"公开地点": place, "公开网址": f"https://sample.example/{number}"})
        await expect(published(page, number)).to_contain_text(place)
    await expect(main.get_by_text("尚未公开")).to_have_count(0)
    await expect(main).to_contain_text("已公开")
    facts = signed_since(year, before)
    assert len([fact for fact in facts if isinstance(fact, DisclosurePublished)]) == len(PLACES)


async def test_an_objection_is_upheld_and_what_is_public_corrected(walk: Walker, year: Town) -> None:
    before = length(year)
    page = await entered(walk, BUREAU, "W-2", "资金分配结果", LISTED)
    at = {"公开地点": PORTAL, "公开网址": "https://jiashi.example/1"}
    await taken(page, "公开", "登记公开", at)
    await page.get_by_text(MORE).click()
    await page.get_by_role("main").get_by_role("link", name="登记异议", exact=True).click()
    await fill(page, {"异议内容": OBJECTED})
    await send(page)
    objection = page.locator(".card").filter(has=page.get_by_role("heading", name="第 1 号异议", exact=True))
    await expect(objection).to_contain_text("待处理")
    await expect(objection).to_contain_text(OBJECTED)
    await taken(page, "处理异议 1", "处理异议", {"处理结论": "异议成立", "事由": UPHELD})
    await expect(objection).to_contain_text("成立，须更正")
    await expect(objection).to_contain_text(UPHELD)
    await expect(page.get_by_role("main")).to_contain_text("待更正")
    await taken(page, "更正", "登记公开", {**at, "公开网址": "https://jiashi.example/2", "更正第几号": "1"})
    await expect(published(page, 1)).to_contain_text("已更正")
    await expect(published(page, 2)).to_contain_text("有效")
    await expect(page.get_by_role("main")).to_contain_text("已公开")
    facts = signed_since(year, before)
    assert [fact.words for fact in facts if isinstance(fact, ObjectionRaised)] == [OBJECTED]
    assert [(fact.upheld, fact.reason) for fact in facts if isinstance(fact, ObjectionRuled)] == [(True, UPHELD)]
    assert [fact.corrects for fact in facts if isinstance(fact, DisclosurePublished)] == [0, 1]


async def entered(walk: Walker, person: str, no: str, rule: str, words: str) -> Page:
    """Enter by hand what is to be public, and return its page."""
    await walk.begin(person, "公示公告", no, {"公开规定": rule, "公开内容": words})
    page = await walk.desk(person)
    await expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    return page


async def taken(page: Page, step: str, do: str, values: Values) -> None:
    """Take a step that waits on the page that stands open."""
    cards = page.get_by_role("region", name=WAITS).locator(".card")
    card = cards.filter(has=page.get_by_role("heading", name=step, exact=True))
    await card.get_by_role("link", name=do, exact=True).click()
    await fill(page, values)
    await send(page)


def published(page: Page, number: int) -> Locator:
    """Return the row of a publication, in the table of all of them."""
    return page.get_by_role("group", name="每次公开").locator("tbody tr").nth(number - 1)


async def test_a_decision_at_the_inbox_by_keyboard_alone_and_a_look_at_many(
    walk: Walker, year: Town, tmp_path: Path
) -> None:
    for no in ("W1", "W2", "W3"):
        await lodged(walk, Papers(tmp_path), no)
    before = length(year)
    page = await walk.desk(SECTION)
    await expect(card_of(page, "W1")).to_have_count(1)
    await decided_by_keyboard(page, "W1")
    await expect(card_of(page, "W1")).to_have_count(0)
    [passed] = [fact for fact in signed_since(year, before) if isinstance(fact, GatePassed)]
    assert (passed.opinion, passed.act.person) == (CHECKED, SECTION)
    # Somebody takes one back while the page stands open: what would come of each is told, and nothing is written.
    await walk.ask(UNIT, "报账", "W3", "撤回报账", {"事由": "样例：金额有误"})
    before = length(year)
    await looked_at_many(page, "W2", "W3")
    assert by_people(year, before) == []
    await expect(card_of(page, "W2")).to_have_count(1)


async def lodged(walk: Walker, paper: Papers, no: str) -> None:
    line = {"资金编号": "F1", "资金池": "统筹整合", "项目编号": "S05", "金额": "1 万元"}
    claim: Values = {
        "项目编号": "S05",
        "报账种类": "进度款",
        "报账明细": [line],
        "收款人": "样例·施工单位（S05）",
        "报账凭证": [paper(f"{no}发票")],
    }
    await walk.begin(UNIT, "报账", no, claim)


def card_of(page: Page, no: str) -> Locator:
    """Return the card of a claim in the inbox that stands open."""
    return page.locator("li.card").filter(has_text=f"sample/claim/{no}")


async def decided_by_keyboard(page: Page, no: str) -> None:
    """Go to a claim's card, write an opinion and approve: no key but those of the page's own help, Tab and Enter."""
    for _ in range(CARDS_MOST):
        await page.keyboard.press("j")
        if f"sample/claim/{no}" in await page.evaluate(CARD_OF_FOCUS):
            break
    assert f"sample/claim/{no}" in await page.evaluate(CARD_OF_FOCUS)
    await page.keyboard.press("a")
    assert await page.evaluate(FOCUS) == "同意"
    await page.keyboard.press("Shift+Tab")
    assert await page.evaluate(FOCUS) == "opinion"
    await page.keyboard.insert_text(CHECKED)
    await page.keyboard.press("Tab")
    assert await page.evaluate(FOCUS) == "同意"
    await page.keyboard.press("Enter")
    await recorded(page)


async def looked_at_many(page: Page, stands: str, gone: str) -> None:
    """Choose two cards and look what would come of each, of which one is gone by now."""
    for no in (stands, gone):
        await card_of(page, no).get_by_label("选入批量").check()
    many = page.locator("section.card").filter(has=page.get_by_role("heading", name="批量办理"))
    await many.get_by_label("意见").fill(CHECKED)
    await many.get_by_role("button", name="先看各件会怎样").click()
    each = page.get_by_role("group", name="各件结果").locator("tbody tr")
    await expect(each.filter(has_text=f"sample/claim/{stands}")).to_contain_text("可以办")
    await expect(each.filter(has_text=f"sample/claim/{gone}")).to_contain_text("未予受理")
    await expect(each.filter(has_text=f"sample/claim/{gone}")).to_contain_text("已经不在等待")
    await expect(each).to_have_count(2)


def length(year: Town) -> int:
    """Return how far the log goes."""
    with Ledger(year.store) as ledger:
        return ledger.recorder.max_notification_id() or 0


def by_people(year: Town, after: int) -> list[Any]:
    """Return what people have written since; the engine's own clocks go on meanwhile."""
    with Ledger(year.store) as ledger:
        facts = [entry.fact for entry in ledger.log() if entry.position > after]
    return [fact for fact in facts if fact.act.person.startswith("p-")]


def signed_since(year: Town, before: int) -> list[Any]:
    """Return what people have written since: all of it at the console's door."""
    facts = by_people(year, before)
    assert {fact.act.door for fact in facts} == {"console"}
    return facts
