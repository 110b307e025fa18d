"""Assets as each county's text has them: formed out of payments, whose, kept by whom, what their income is for."""

from datetime import date

import msgspec
import pytest

from domain.asset import ASSET, AssetOrderError, NoSuchAssetError, OverIncomeError
from domain.asset_facts import AssetFormed, AssetHandedOver, KeeperSet, PaidFrom, TitleConfirmed
from domain.cases import case_id, parse_case
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.performance_refusals import PaperMissingError
from domain.policy import parse
from domain.policy.office import parse_office
from domain.procedures.asking import Asking, NoRuleStatedError, WrongPostError
from domain.procedures.asset_payments import NotBuiltError, NotPaidError, UseError
from domain.procedures.asset_steps import follow
from domain.project import PROJECT, NoSuchProjectError, RecordMissingError
from domain.project_facts import RefundNoted
from domain.requests import (
    AddPayments,
    AnswerStep,
    ConfirmTitle,
    DisposeAsset,
    EnterIncome,
    FindIdle,
    FormAsset,
    HandOverAsset,
    LogUpkeep,
    MendAsset,
    SetKeeper,
    ShareIncome,
)
from tests.domain.county import CALENDAR, PAPER, POLICIES, County, line
from tests.domain.given import WAN, by
from tests.domain.results import county_of, declares, passes_until, pays, stores
from tests.places import SAMPLES

Row = pytest.mark.row
FORM = FormAsset(project_no="A01", name="冷库", nature="经营性")
TITLE = ConfirmTitle(owner="一村集体", reference="琼〔2023〕1号", record=PAPER)
HANDOVER = HandOverAsset(to="一村集体", record=PAPER)
INCOME = EnterIncome(amount_fen=10 * WAN, words="2023年租金")


def built(ledger: Ledger, folder: str, until: str) -> County:
    """A county with project A01 as far as the step *until*, 80 万 of it paid out of two funds."""
    county = county_of(ledger, folder)
    declares(county)
    passes_until(county, until)
    pays(county, "C1", line(60 * WAN), line(20 * WAN, fund_no="F2"))
    return county


def waits(county: County) -> list[tuple[str, str]]:
    return county.waits(ASSET, "Z1")


@Row("AS-01", "ML")
@Row("AS-01", "JH")
@Row("AS-01", "MJ")
@pytest.mark.parametrize(
    ("folder", "before", "until", "post", "clause"),
    [
        ("meilan-2023", "accept", "title", "project_unit", "ML L22"),
        ("jinghe-2023", "build", "payments", "implementing_unit", "JH L11"),
        ("maojian-2017", "accept", "payments", "money_user", "MJ L2"),
    ],
)
def test_asset_is_formed_after_acceptance_and_costs_what_its_claims_were_paid(
    ledger: Ledger, folder: str, before: str, until: str, post: str, clause: str
) -> None:
    county = built(ledger, folder, before)
    county.refuses("asset", "Z1", FORM, post, NotBuiltError, "A01", "Z1", before, clause)
    passes_until(county, until)
    county.refuses("asset", "Z1", FORM, "anybody", WrongPostError, post, clause)
    formed, noted, *_ = county.ask("asset", "Z1", FORM, post)
    assert isinstance(formed.fact, AssetFormed)
    paid = (PaidFrom("C1", "F1", "integrated", 60 * WAN), PaidFrom("C1", "F2", "integrated", 20 * WAN))
    assert (formed.fact.payments, formed.fact.act.clause.partition(";")[0]) == (paid, clause)
    project = county.state(PROJECT, "A01")
    assert formed.fact.amount_fen == project.money.paid
    assert (noted.fact.asset_no, noted.fact.claims) == ("Z1", ("C1",))
    # Each payment is in one asset: another finds nothing left, and later payments are added.
    other = msgspec.structs.replace(FORM, name="道路")
    county.refuses("asset", "Z2", other, post, NotPaidError, "A01", clause)
    pays(county, "C2", line(5 * WAN))
    county.refuses("asset", "Z2", msgspec.structs.replace(other, claims=("C1",)), post, NotPaidError, "C1", "C2")
    county.ask("asset", "Z1", AddPayments(claims=("C2",)), post)
    assert county.state(ASSET, "Z1").cost == county.state(PROJECT, "A01").money.paid == 85 * WAN


@pytest.mark.parametrize("folder", ["guangfeng-2021", "jiashi-2022"])
def test_where_the_text_has_no_assets_there_are_none(ledger: Ledger, folder: str) -> None:
    county = county_of(ledger, folder)
    post = declares(county)
    county.refuses("asset", "Z1", FORM, post, NoRuleStatedError, "assets.formed")


def test_asset_of_no_project_or_of_a_claim_unpaid_is_refused(ledger: Ledger) -> None:
    county = county_of(ledger, "meilan-2023")
    county.refuses("asset", "Z1", FORM, "project_unit", NoSuchProjectError, "A01")
    county.refuses("asset", "Z1", TITLE, "competent_department", NoSuchAssetError)
    declares(county)
    passes_until(county, "title")
    county.refuses("asset", "Z1", FORM, "project_unit", NotPaidError, "A01")


def test_refunded_payment_leaves_its_asset(ledger: Ledger) -> None:
    county = built(ledger, "meilan-2023", "title")
    county.ask("asset", "Z1", FORM, "project_unit")
    pays(county, "C2", line(5 * WAN))
    county.ask("asset", "Z1", AddPayments(), "project_unit")
    # The funds of the claim are not in this story; what its project notes is.

    stream = case_id(county.name, "project", "A01")
    asking = Asking(county.act("refund", "payer"), parse_case(stream), county.ledger.state, CALENDAR)
    (step,) = follow(asking, stream, RefundNoted(by("payer"), "C2"))
    county.ledger.execute(step)
    stores(county, "project", "A01", RefundNoted(by("payer"), "C2"))
    assert county.state(ASSET, "Z1").cost == county.state(PROJECT, "A01").money.paid == 80 * WAN


# Title, handover, upkeep


@Row("AS-01", "ML")
@Row("AS-02", "ML")
@Row("AS-03", "ML")
@Row("AS-04", "ML")
@Row("RO-09", "ML")
def test_meilans_asset_is_titled_handed_over_and_kept_under_the_provinces_opinion(ledger: Ledger) -> None:
    county = built(ledger, "meilan-2023", "title")
    county.ask("asset", "Z1", FORM, "project_unit")
    assert waits(county) == [("title", "competent_department")]
    county.refuses("asset", "Z1", HANDOVER, "competent_department", AssetOrderError, "Z1", "title", "ML L22")
    county.refuses("asset", "Z1", TITLE, "project_unit", WrongPostError, "competent_department", "ML L22")
    (titled,) = county.ask("asset", "Z1", TITLE, "competent_department")
    assert titled.fact.under == "琼府办函〔2021〕329号"
    # "Promptly" makes no timer.
    assert (waits(county), county.clocks()) == ([("handover", "competent_department")], [])
    term = county.state(ASSET, "Z1").formed.terms.handover
    assert (term.limits, term.responsible) == (("prompt", "prompt step_open"), "competent_department")
    (handed,) = county.ask("asset", "Z1", HANDOVER, "competent_department")
    assert (handed.fact.role, handed.fact.under) == ("所有者 / the owner", "琼府办函〔2021〕329号")
    keep = SetKeeper(keeper="一村集体", words="专人看护，每季检修")
    log = LogUpkeep(words="检修制冷机")
    county.refuses("asset", "Z1", log, "asset_owner", AssetOrderError, "keep", "ML L22")
    county.refuses("asset", "Z1", keep, "competent_department", WrongPostError, "asset_owner", "ML L22")
    (kept,) = county.ask("asset", "Z1", keep, "asset_owner")
    assert kept.fact.under == "琼府办函〔2021〕329号"
    county.ask("asset", "Z1", log, "asset_owner")
    assert (waits(county), ASSET.stage(county.state(ASSET, "Z1"))) == ([], "kept")
    for request, key in (
        (INCOME, "assets.income"),
        (DisposeAsset(words="报废", amount_fen=0, record=PAPER), "disposal"),
    ):
        county.refuses("asset", "Z1", request, "asset_owner", NoRuleStatedError, key)
    county.refuses("asset", "Z1", FindIdle(kind="idle", words="停用"), "asset_owner", NoRuleStatedError, "linkage.weak")


@Row("AS-02", "ML")
@Row("AS-03", "ML")
@Row("AS-04", "ML")
def test_meilans_project_brings_its_steps_to_the_asset(ledger: Ledger) -> None:
    """The project's own steps stay; each that is passed says the same of its assets, once."""
    county = built(ledger, "meilan-2023", "title")
    county.ask("asset", "Z1", FORM, "project_unit")
    brought = []
    for step, post in (
        ("title", "competent_department"),
        ("handover", "competent_department"),
        ("keep", "asset_owner"),
    ):
        record = "" if step == "keep" else PAPER
        if record:
            blank = AnswerStep(step=step, approve=True)
            named = {"title": "registration", "handover": "handover_receipt"}[step]
            county.refuses("project", "A01", blank, post, RecordMissingError, named, "ML L22")
        answer = AnswerStep(step=step, approve=True, record=record, opinion="一村集体")
        brought += [r.fact for r in county.ask("project", "A01", answer, post) if "/asset/" in r.originator_id]
    assert [type(fact) for fact in brought] == [TitleConfirmed, AssetHandedOver, KeeperSet]
    assert [fact.under for fact in brought] == ["琼府办函〔2021〕329号"] * 3
    assert brought[0].record == brought[1].record == PAPER
    assert waits(county) == []
    assert county.state(PROJECT, "A01").is_closed


def test_project_without_assets_brings_nothing(ledger: Ledger) -> None:
    county = built(ledger, "meilan-2023", "title")
    answer = AnswerStep(step="title", approve=True, record=PAPER)
    recorded = county.ask("project", "A01", answer, "competent_department")
    assert {r.originator_id for r in recorded} == {"meilan/project/A01", "meilan/outbox/national_monitoring"}


@Row("AS-02", "JH")
def test_jinghes_title_is_set_by_a_plan_or_agreement_and_nothing_is_handed_over(ledger: Ledger) -> None:
    county = built(ledger, "jinghe-2023", "payments")
    county.ask("asset", "Z1", FORM, "implementing_unit")
    assert waits(county) == [("title", "competent_department")]
    (titled,) = county.ask("asset", "Z1", TITLE, "competent_department")
    assert titled.fact.act.clause.startswith("JH L13")
    assert waits(county) == []
    county.refuses("asset", "Z1", HANDOVER, "competent_department", NoRuleStatedError, "assets.handover")
    keep = SetKeeper(keeper="一村集体", words="看护")
    county.refuses("asset", "Z1", keep, "competent_department", NoRuleStatedError, "assets.keep")


def test_maojian_confirms_no_title(ledger: Ledger) -> None:
    county = built(ledger, "maojian-2017", "payments")
    county.ask("asset", "Z1", FORM, "money_user")
    county.refuses("asset", "Z1", TITLE, "money_user", NoRuleStatedError, "assets.title")
    assert waits(county) == []


def test_counted_handover_has_its_clock(ledger: Ledger) -> None:
    text = (POLICIES / "meilan.toml").read_text(encoding="utf-8")
    prompt = 'id = "asset_handover"\nkind = "prompt"'
    assert text.count(prompt) == 1
    counted = prompt.replace('"prompt"', '"counted"\ncount = 30\nunit = "calendar"\nstart = "step_open"')
    county = County(ledger, "meilan", date(2023, 3, 1))
    office = (SAMPLES / "meilan-2023" / "office.toml").read_text(encoding="utf-8")
    county.adopt(parse(text.replace(prompt, counted), "changed"), parse_office(office, "office"))
    declares(county)
    passes_until(county, "title")
    pays(county, "C1", line(60 * WAN))
    county.ask("asset", "Z1", FORM, "project_unit")
    assert county.clocks() == []
    county.ask("asset", "Z1", TITLE, "competent_department")
    clock = county.clock("asset-Z1-handover")
    assert (clock.due_on, clock.case) == (date(2023, 3, 31), "meilan/asset/Z1")
    answer = AnswerStep(step="title", approve=True, record=PAPER)
    county.ask("project", "A01", answer, "competent_department")
    county.ask("project", "A01", AnswerStep(step="handover", approve=True, record=PAPER), "competent_department")
    assert county.state(OBLIGATION, "asset-Z1-handover").ended


# Income


@Row("AS-05", "MJ")
def test_maojians_income_goes_to_three_uses_only(ledger: Ledger) -> None:
    county = built(ledger, "maojian-2017", "payments")
    county.ask("asset", "Z1", FORM, "money_user")
    post = "coordination_planner"
    county.refuses("asset", "Z1", INCOME, "money_user", WrongPostError, post, "MJ L2")
    county.ask("asset", "Z1", INCOME, post)
    share = ShareIncome(amount_fen=WAN, use="贫困户兜底救助", to="统筹资金专账")
    other = msgspec.structs.replace(share, use="干部津补贴")
    county.refuses("asset", "Z1", other, post, UseError, "干部津补贴", "扶贫产业发展", "MJ L2")
    for use in ("贫困户兜底救助", "poverty industry", "贫困村公共服务事业 / public services of poor villages"):
        county.ask("asset", "Z1", msgspec.structs.replace(share, use=use), post)
    state = county.state(ASSET, "Z1")
    assert (state.left, len(state.shared)) == (7 * WAN, 3)
    assert "贫困户兜底救助 / safety net of poor households" in state.shared
    over = msgspec.structs.replace(share, amount_fen=7 * WAN + 1)
    county.refuses("asset", "Z1", over, post, OverIncomeError, 7 * WAN, "MJ L2")


@Row("AS-05", "JH")
def test_jinghes_income_is_shared_by_a_plan_or_agreement_on_paper(ledger: Ledger) -> None:
    county = built(ledger, "jinghe-2023", "payments")
    county.ask("asset", "Z1", FORM, "implementing_unit")
    county.ask("asset", "Z1", INCOME, "implementing_unit")
    share = ShareIncome(amount_fen=WAN, use="村集体分红", to="一村集体")
    county.refuses("asset", "Z1", share, "implementing_unit", PaperMissingError, "JH L13")
    (shared,) = county.ask("asset", "Z1", msgspec.structs.replace(share, record=PAPER), "implementing_unit")
    assert shared.fact.use == "村集体分红"


# Idle and loss


@Row("BL-05", "JH")
@Row("BL-04", "JH")
@pytest.mark.parametrize("kind", ["idle", "loss"])
def test_jinghes_idle_asset_or_loss_is_put_right_by_its_operator(ledger: Ledger, kind: str) -> None:
    county = built(ledger, "jinghe-2023", "payments")
    county.ask("asset", "Z1", FORM, "implementing_unit")
    idle = FindIdle(kind=kind, words="闲置半年")  # type: ignore[arg-type]
    county.refuses("asset", "Z1", idle, "township", WrongPostError, "industry_departments", "JH L14")
    (found,) = county.ask("asset", "Z1", idle, "industry_departments")
    assert (found.fact.subject, found.fact.of) == ("project", "A01")
    assert (found.fact.effect, found.fact.effect_on) == ("rectify", "A01")
    assert ("mend", "operator") in waits(county)
    county.refuses("asset", "Z1", MendAsset(words="出租"), "operator", PaperMissingError, "operator", "JH L11")
    county.ask("asset", "Z1", MendAsset(words="出租", record=PAPER), "operator")
    assert ("mend", "operator") not in waits(county)


def test_disposal_needs_an_office_decision(ledger: Ledger) -> None:
    office = (SAMPLES / "meilan-2023" / "office.toml").read_text(encoding="utf-8")
    county = County(ledger, "meilan")
    more = '\n[profile.assets.disposal]\nzh = "样例·处置"\nen = "disposal"\ntopic = "disposal"\npost = "asset_owner"\n'
    policy = parse((POLICIES / "meilan.toml").read_text(encoding="utf-8"), "meilan")
    county.adopt(policy, parse_office(office + more, "office"))
    declares(county)
    passes_until(county, "title")
    pays(county, "C1", line(60 * WAN))
    county.ask("asset", "Z1", FORM, "project_unit")
    dispose = DisposeAsset(words="公开拍卖", amount_fen=3 * WAN, record=PAPER)
    county.refuses("asset", "Z1", dispose, "project_unit", WrongPostError, "asset_owner", "office decision")
    county.ask("asset", "Z1", dispose, "asset_owner")
    assert ASSET.closed(county.state(ASSET, "Z1"))


def test_title_and_upkeep_have_their_clocks_where_the_rules_count_days(ledger: Ledger) -> None:
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    for topic in ("title", "keep"):
        named = f'[[assets]]\nid = "{topic}"\n'
        assert text.count(named) == 1
        start = text.index(named)
        end = text.find("\n[[", start + 1)
        counted = f'\n[assets.deadline]\nid = "asset_{topic}"\nkind = "counted"\ncount = 7\nunit = "calendar"\n'
        text = text[:end] + counted + 'start = "step_open"\nsource = "sample"\n' + text[end:]
    county = County(ledger, "sample", date(2023, 3, 1))
    county.adopt(parse(text, "with days"))
    declares(county)
    passes_until(county, "title")
    pays(county, "C1", line(60 * WAN))
    county.ask("asset", "Z1", FORM, "implementing_unit")
    assert county.clock("asset-Z1-title").due_on == date(2023, 3, 8)
    county.ask("asset", "Z1", TITLE, "competent_department")
    assert county.state(OBLIGATION, "asset-Z1-title").ended == "met"
    county.ask("asset", "Z1", HANDOVER, "competent_department")
    keep = SetKeeper(keeper="一村集体", words="看护")
    assert county.clock("asset-Z1-keep").responsible == "village_committee"
    county.ask("asset", "Z1", keep, "village_committee")
    assert county.state(OBLIGATION, "asset-Z1-keep").ended == "met"
