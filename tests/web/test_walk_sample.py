"""A made-up project of the sample county, from its declaration to its keeper, by people who have only the pages."""

import csv
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from domain.calendar import SHANGHAI
from domain.claim import CLAIM
from domain.claim_facts import GatePassed
from domain.ledger import Ledger
from domain.project import PROJECT
from domain.project_facts import StepPassed, StepReturned
from tests.places import SAMPLE_COUNTY
from tests.web.county import FreshCounty, first_day
from tests.web.signing import Passes
from tests.web.visits import Visits
from tests.web.walking import WAITS, WHOLE_FORM, RefusedOnPageError, Values, Walker

BEGINS = datetime(2022, 3, 1, 9, tzinfo=SHANGHAI)
HELD = timedelta(days=61)  # The policy holds retention money for 60.
YUAN, WAN = 100, 1_000_000
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
# One who also sits where her own claims are checked, besides the samples' people.
BOTH = "p-107", "支付中心"
OPINIONS = {
    "乡审核": "资料齐全，同意上报",
    "现场调查核实": "现场核实与申报一致",
    "进入项目库": "符合入库条件",
    "竣工验收": "验收合格",
}
OPINION_OF = dict(zip(("township_review", "field_survey", "bank", "accept"), OPINIONS.values(), strict=True))
RETURNED = "预算漏列水电，请改为 100 万元"
GATES = {"finance_section": "业务股审核", "payment_centre": "支付中心审核", "deputy_director": "分管领导复核"}
PEOPLE = 11  # Of the county's thirteen: two are above the chain of one project.
CLAIMS = (("C1", "预付款", "30 万元"), ("C2", "进度款", "405,000.50 元"), ("C3", "结算款", "264,999.50 元"))
RETAINED = ("C4", "质保金", "3 万元")


@pytest_asyncio.fixture(loop_scope="session")
async def county(dev_server_exe: Path, tmp_path: Path) -> AsyncIterator[FreshCounty]:
    """The sample county on the day on which it begins."""
    async with first_day(tmp_path, with_another(tmp_path / "samples"), BEGINS, dev_server_exe) as county:
        yield county


def with_another(folder: Path) -> Path:
    """Return the county's samples with one more post for one of its people."""
    shutil.copytree(SAMPLE_COUNTY, folder)
    file = folder / "people.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    [hers] = [row for row in rows if row["person"] == BOTH[0]]
    with file.open("a", encoding="utf-8") as lines:
        csv.writer(lines).writerow(["payment_centre", hers["person"], hers["name"], hers["unit"]])
    return folder


def walker(browser: Browser, visits: Visits, url: str, passes: Passes | None = None) -> Walker:
    """Return a walker of whoever signs in at *url*."""
    known = passes or Passes(browser, url)

    async def sit(person: str) -> Page:
        return await visits.page(state=await known.of(person) if person else None, url=url)

    return Walker(sit, reader="p-111")


async def test_a_project_from_declaration_to_its_keeper_by_pages_alone(
    county: FreshCounty, browser: Browser, visits: Visits, tmp_path: Path
) -> None:
    paper = Papers(tmp_path)
    walk = walker(browser, visits, county.url)
    await money_comes(walk)
    await a_project_is_declared(walk)
    await it_is_returned_and_corrected(walk)
    await into_the_bank(walk, paper)
    await planned_and_released(walk, paper)
    await contracted_and_built(walk, paper)
    await accepted_and_handed_over(walk, paper)
    await an_asset_is_kept(walk, paper)
    with pytest.raises(RefusedOnPageError, match="2022-04-30"):
        await lodged(walk, paper, "C9", *RETAINED[1:])
    await county.reopen(BEGINS + HELD)
    later = walker(browser, visits, county.url)
    await paid(later, paper, *RETAINED)
    for section, no in (("项目", "R01"), ("资金", "F1")):
        page = await later.case(later.reader, section, no)
        assert "已办结" in await page.get_by_role("main").inner_text()
    the_ledger_has_what_was_typed(county)


def the_ledger_has_what_was_typed(county: FreshCounty) -> None:
    """Every amount and opinion stands in the facts as it was written, and nobody wrote at another door."""
    with Ledger(county.store) as ledger:
        project = ledger.state(PROJECT, "sample/project/R01")
        facts = [entry.fact for entry in ledger.log() if entry.fact.act.person.startswith("p-")]
        claims = [ledger.state(CLAIM, f"sample/claim/{no}").lodged for no in ("C1", "C2", "C3", "C4")]
    assert PROJECT.closed(project)
    assert (project.money.allotted, project.money.contract, project.money.paid) == (100 * WAN,) * 3
    assert [sum(line.amount_fen for line in claim.lines) for claim in claims if claim] == [
        30 * WAN,
        405_000 * YUAN + 50,
        264_999 * YUAN + 50,
        3 * WAN,
    ]
    passed = {fact.step: fact.opinion for fact in facts if isinstance(fact, StepPassed) and fact.opinion}
    assert passed == {"village_declaration": "已补列", **OPINION_OF}
    [returned] = [fact for fact in facts if isinstance(fact, StepReturned)]
    assert returned.reason == RETURNED
    assert {(fact.gate, fact.opinion) for fact in facts if isinstance(fact, GatePassed)} == {
        (gate, f"{name}：票据齐全") for gate, name in GATES.items()
    }
    assert {fact.act.door for fact in facts} == {"console"}
    assert len({fact.act.person for fact in facts}) == PEOPLE


class Papers:
    """Files that people upload: each of its own content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, name: str) -> Path:
        """Return a PDF of a name."""
        file = self._folder / f"{name}.pdf"
        file.write_bytes(PDF + name.encode())
        return file


async def money_comes(walk: Walker) -> None:
    [registrar] = await walk.holders("业务股")
    arrived: Values = {
        "资金文件号": "样例财农〔2022〕11号",
        "文件项次": "1",
        "资金来源": "中央财政衔接资金",
        "资金层级": "中央",
        "预算年度": "2022",
        "各资金池金额": [{"资金池": "统筹整合", "金额": "100 万元"}],
    }
    await walk.begin(registrar, "资金", "F1", arrived, "登记资金到账")
    await walk.take("资金", "F1", "报领导小组", "到账报领导小组", {})
    await walk.take("资金", "F1", "书面通知主管部门", "书面通知主管部门", {"主管部门": "项目主管部门"})


async def a_project_is_declared(walk: Walker) -> None:
    [village] = await walk.holders("村")
    declared: Values = {
        "项目名称": "样例·食用菌大棚",
        "村": "样例一村",
        "乡镇": "样例甲乡",
        "实施单位": "样例·甲乡人民政府",
        "项目类别": "产业发展类",
        "预算金额": "98 万元",
        "意见": "村民代表会议同意申报",
    }
    await walk.begin(village, "项目", "R01", declared)
    await walk.ask(village, "项目", "R01", "填报绩效目标", {"绩效目标": "建成大棚 12 座，带动 36 户"})
    await walk.ask(village, "项目", "R01", "填报联农带农机制", {"联农带农方式": "务工、入股分红", "带动户数": "36"})


async def it_is_returned_and_corrected(walk: Walker) -> None:
    returned = {"审核意见": "不同意", "退回到": "村申报", "意见": RETURNED}
    await walk.take("项目", "R01", "乡审核", "办理项目环节", returned)
    village = await walk.who("项目", "R01", "村申报")
    await walk.ask(village, "项目", "R01", "更正项目", {"预算金额": "100 万元", "事由": "补列水电"})
    await walk.take("项目", "R01", "村申报", "办理项目环节", {"审核意见": "同意", "意见": "已补列"}, village)


async def into_the_bank(walk: Walker, paper: Papers) -> None:
    await walk.take("项目", "R01", "乡审核", "办理项目环节", said("乡审核"))
    team = await walk.who("项目", "R01", "现场调查核实")
    clear = {"负面清单事项": "重复建设、低端无序建设", "认定结果": "无此情形", "意见": "周边三公里内无同类大棚"}
    await walk.ask(team, "项目", "R01", "负面清单认定", clear)
    survey: Values = {**said("现场调查核实"), "附件": paper("现场调查意见")}
    await walk.take("项目", "R01", "现场调查核实", "办理项目环节", survey)
    await walk.take("项目", "R01", "进入项目库", "办理项目环节", said("进入项目库"))


def said(step: str) -> Values:
    """Return an approval with the opinion that is written at a step."""
    return {"审核意见": "同意", "意见": OPINIONS[step]}


async def planned_and_released(walk: Walker, paper: Papers) -> None:
    [drafter] = await walk.holders("乡村振兴局")
    line = {"资金编号": "F1", "资金池": "统筹整合", "项目编号": "R01", "金额": "100 万元"}
    plan: Values = {"年度": "2022", "计划名称": "样例·2022年年度项目计划", "计划明细": [line]}
    await walk.begin(drafter, "计划", "P1", plan)
    decided = {
        "会议编号": "M1",
        "会议日期": "2022年3月1日",
        "到会人数": "9",
        "法定人数": "7",
        "审核意见": "同意",
        "意见": "同意列入年度计划",
    }
    await walk.take("计划", "P1", "审批 领导小组研究审批", "登记计划审批决定", decided)
    minutes: Values = {"会议纪要": paper("会议纪要")}
    await walk.take("计划", "P1", "会议纪要备案 领导小组研究审批", "会议纪要备案", minutes)
    await walk.take("资金", "F1", "下达资金 P1", "下达资金", {})


async def contracted_and_built(walk: Walker, paper: Papers) -> None:
    signed: Values = {
        "审核意见": "同意",
        "附件": paper("施工合同"),
        "中标（施工）单位": "样例施工公司",
        "合同金额": "100 万元",
    }
    await walk.take("项目", "R01", "签订合同", "办理项目环节", signed)
    await paid(walk, paper, *CLAIMS[0])
    await paid(walk, paper, *CLAIMS[1], try_to_check=True)
    built: Values = {"审核意见": "同意", "附件": paper("进度报告")}
    await walk.take("项目", "R01", "组织实施", "办理项目环节", built)


async def accepted_and_handed_over(walk: Walker, paper: Papers) -> None:
    accepted: Values = {**said("竣工验收"), "附件": paper("验收报告")}
    await walk.take("项目", "R01", "竣工验收", "办理项目环节", accepted)
    await paid(walk, paper, *CLAIMS[2])
    for step in ("确权登记", "移交所有者", "落实管护"):
        await walk.take("项目", "R01", step, "办理项目环节", {"审核意见": "同意", "附件": paper(step)})


async def lodged(walk: Walker, paper: Papers, no: str, kind: str, amount: str) -> None:
    """Lodge a claim with its vouchers."""
    lodger = (await walk.holders("项目实施单位"))[0]
    line = {"资金编号": "F1", "资金池": "统筹整合", "项目编号": "R01", "金额": amount}
    claim: Values = {
        "项目编号": "R01",
        "报账种类": kind,
        "报账明细": [line],
        "收款人": "样例施工公司",
        "报账凭证": [paper(f"{no}发票"), paper(f"{no}验收单")],
    }
    await walk.begin(lodger, "报账", no, claim)


async def paid(walk: Walker, paper: Papers, no: str, kind: str, amount: str, *, try_to_check: bool = False) -> None:
    """Lodge a claim, and take it through every gate to the bank's answer."""
    await lodged(walk, paper, no, kind, amount)
    for gate in GATES.values():
        if try_to_check and gate.startswith(BOTH[1]):
            await the_maker_may_not_check(walk, no)
        await walk.take("报账", no, gate, "审核报账", {"审核结论": "同意", "意见": f"{gate}：票据齐全"})
    await walk.take("报账", no, "发出支付指令", "发出支付指令", {})
    await walk.take("报账", no, "银行确认", "确认支付到账", {"银行回单号": f"样例回单-{no}"})


async def the_maker_may_not_check(walk: Walker, no: str) -> None:
    """She who lodged it holds the gate's post too, and finds the reason instead of a way."""
    [gate] = await walk.waiting("报账", no)
    assert gate.name == "支付中心审核"
    assert BOTH[0] not in gate.may
    assert "已经办过 提交报账，不能再办 支付中心审核（不相容岗位分离" in gate.may_not[BOTH[0]]
    page = await walk.case(BOTH[0], "报账", no)
    card = page.get_by_role("region", name=WAITS).locator(".card").filter(has_text=gate.name)
    await expect(card.locator(".why-not")).to_contain_text("不相容岗位分离")
    for way in ("审核报账", WHOLE_FORM, "同意"):
        assert await card.get_by_role("link", name=way).or_(card.get_by_role("button", name=way)).count() == 0


async def an_asset_is_kept(walk: Walker, paper: Papers) -> None:
    """What was built is an asset of the village's: whose it is, who has it, who keeps it up."""
    [unit, *_] = await walk.holders("项目实施单位")
    formed = {"项目编号": "R01", "资产名称": "样例·食用菌大棚 12 座", "资产性质": "集体经营性资产"}
    await walk.begin(unit, "资产", "A01", formed)
    title: Values = {"产权人": "样例一村村集体", "权证（协议）号": "样例确权〔2022〕1号", "权属证明": paper("权属证明")}
    await walk.take("资产", "A01", "确权登记", "确权登记", title)
    await walk.take(
        "资产", "A01", "移交所有者", "移交资产", {"移交给": "样例一村村集体", "移交清单": paper("移交清单")}
    )
    kept = {"管护人": "样例·村级管护员", "管护方式": "每月巡查一次"}
    await walk.take("资产", "A01", "落实管护", "落实管护人", kept)
