"""Uses of fund money without a contractor: amounts, people, payees, loans of a risk fund, parts of the four parties."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from cli.reports_instruments import of_instruments
from domain.ban_refusals import BarredClassError
from domain.claim import CLAIM
from domain.errors import BadInputError
from domain.fund_facts import PortionReceived
from domain.instrument_facts import Part
from domain.ledger import Ledger
from domain.paper_requests import AttachPaper
from domain.plan import PLAN
from domain.policy import load
from domain.policy.office import parse_office
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.procedures.instruments import InstrumentAmountError, InstrumentGroupError, InstrumentPayeeError
from domain.project import PROJECT
from domain.project_loans import LoanError, LoansOpenError, OverLeverageError
from domain.requests import (
    AnswerGate,
    AnswerStep,
    AttestBan,
    ConfirmPayment,
    CoverLoss,
    DecidePlan,
    DraftPlan,
    GuaranteeLoan,
    InstrumentUse,
    LodgeClaim,
    RecoverLoss,
    RegisterProject,
    RegisterReceipt,
    ReleaseMoney,
    RepayLoan,
    ReportParts,
    SendPayment,
)
from domain.rules.result import Basis
from domain.terms import Line
from tests.domain.county import MAOJIAN_PAPERS, PAPER, POLICIES, PROJECT_REQUEST, County
from tests.domain.given import WAN
from tests.domain.test_bank import county_of
from tests.places import SAMPLES

LIST = "b" * 64
FILLED = """
[decision]
county = "maojian"
no = "样例茅办〔2017〕9号"
date = 2017-01-02
source = "样例：为测试拟定"
sample = true

[profile.instruments.household_award]
funder = "coordination_office"
confirmed_by = "township"

[profile.instruments.household_subsidy]
funder = "coordination_office"

[profile.instruments.enterprise_subsidy]
funder = "coordination_office"
"""


@pytest.fixture
def guangfeng(ledger: Ledger) -> County:
    return county_of(ledger, "guangfeng-2021", date(2021, 2, 16))


@pytest.fixture
def maojian(ledger: Ledger) -> County:
    """Maojian with its sample office, and who funds what its text leaves open."""
    county = County(ledger, "maojian", date(2017, 2, 16))
    office = (SAMPLES / "maojian-2017" / "office.toml").read_text(encoding="utf-8")
    given = [parse_office(office, "office")]
    if "instruments.household_award" not in office:
        given.append(parse_office(FILLED, "filled"))
    county.adopt(load(POLICIES / "maojian.toml"), *given)
    return county


def use_of(name: str, amount_fen: int, use: str = "help", township: str = "甲乡", **more: Any) -> RegisterProject:
    return RegisterProject(
        name=f"样例·{name}",
        village="",
        township=township,
        unit="样例·单位",
        use=use,
        budget_fen=amount_fen,
        record=PAPER,
        instrument=InstrumentUse(id=name, **more),
    )


def of_poor(name: str, amount_fen: int, households: int, **more: Any) -> RegisterProject:
    people: dict[str, Any] = {"group": "poor_households", "households": households, "list_digest": LIST} | more
    return use_of(name, amount_fen, "industry_subsidy", **people)


# Guangfeng


@pytest.mark.row("FD-22", "GF")
def test_guangfeng_buys_insurance_for_the_three_categories_up_to_350_wan_in_all(guangfeng: County) -> None:
    people: dict[str, Any] = {"group": "three_categories"}
    bought = use_of("insurance", 200 * WAN, "insurance", **people)
    guangfeng.refuses("project", "I1", bought, "rrb", WrongPostError, "finance_bureau", "GF L14")
    nobody = use_of("insurance", 200 * WAN, "insurance", group="lifted_out")
    guangfeng.refuses("project", "I1", nobody, "finance_bureau", InstrumentGroupError, "three_categories", "GF L14")
    unsaid = use_of("insurance", 200 * WAN, "insurance")
    guangfeng.refuses("project", "I1", unsaid, "finance_bureau", InstrumentGroupError, "three_categories")
    guangfeng.ask("project", "I1", bought, "finance_bureau")
    steps = guangfeng.state(PROJECT, "I1").registered.terms.steps
    assert [s.kind for s in steps] == ["declare", "approve", "plan", "release", "payments"]
    assert guangfeng.state(PROJECT, "I1").registered.terms.instrument.payee == "insurer"
    guangfeng.today = date(2022, 2, 1)
    over = use_of("insurance", 150 * WAN + 1, "insurance", **people)
    guangfeng.refuses("project", "I2", over, "finance_bureau", InstrumentAmountError, 200 * WAN, 150 * WAN, "GF L14")
    guangfeng.ask("project", "I2", use_of("insurance", 150 * WAN, "insurance", **people), "finance_bureau")


@pytest.mark.row("FD-21", "GF")
def test_guangfengs_pomelo_fund_stands_with_1000_wan_each_year(guangfeng: County) -> None:
    fund = use_of("pomelo_fund", 1_000 * WAN, "industry")
    guangfeng.refuses("project", "I1", fund, "rrb", WrongPostError, "finance_bureau", "GF L12")
    guangfeng.ask("project", "I1", fund, "finance_bureau")
    assert guangfeng.state(PROJECT, "I1").registered.terms.instrument.payee == "unit"
    more = use_of("pomelo_fund", 1, "industry")
    guangfeng.refuses("project", "I2", more, "finance_bureau", InstrumentAmountError, 1_000 * WAN, "GF L12")
    guangfeng.today = date(2022, 2, 1)
    guangfeng.ask("project", "I2", fund, "finance_bureau")


@pytest.mark.row("FD-23", "GF")
def test_guangfengs_work_budgets(guangfeng: County) -> None:
    """130 wan a year for the bureau; for each township at least 15 wan a year, from the township."""
    bureau = use_of("bureau_budget", 130 * WAN)
    guangfeng.refuses("project", "W1", bureau, "township", WrongPostError, "finance_bureau", "GF L6")
    guangfeng.ask("project", "W1", bureau, "finance_bureau")
    again = use_of("bureau_budget", 1)
    guangfeng.refuses("project", "W2", again, "finance_bureau", InstrumentAmountError, 130 * WAN, "GF L6")
    little = use_of("township_budget", 15 * WAN - 1)
    guangfeng.refuses("project", "W3", little, "finance_bureau", WrongPostError, "township", "GF L6")
    guangfeng.refuses("project", "W3", little, "township", InstrumentAmountError, 15 * WAN, "GF L6")
    guangfeng.ask("project", "W3", use_of("township_budget", 15 * WAN), "township")
    budget = guangfeng.state(PROJECT, "W3").registered.terms.instrument
    assert (budget.kind, budget.payee) == ("work_budget", "unit")
    # What is above the least may follow; another township, and another year, have their own.
    guangfeng.ask("project", "W4", use_of("township_budget", 1), "township")
    other = use_of("township_budget", 14 * WAN, township="乙乡")
    guangfeng.refuses("project", "W5", other, "township", InstrumentAmountError, 15 * WAN)
    guangfeng.today = date(2022, 2, 1)
    guangfeng.refuses("project", "W5", little, "township", InstrumentAmountError, 15 * WAN)
    guangfeng.ask("project", "W5", bureau, "finance_bureau")


@pytest.mark.row("FD-23", "GF")
@pytest.mark.row("FD-22", "GF")
def test_a_use_is_planned_paid_to_its_own_kind_and_closed_without_contract_or_acceptance(guangfeng: County) -> None:
    c = guangfeng
    c.ask("project", "W1", use_of("bureau_budget", 130 * WAN), "finance_bureau")
    arrived = RegisterReceipt(
        document_no="文件F1",
        item_no="1",
        source="industry_fund",
        tier="county",
        fiscal_year=2021,
        portions=(PortionReceived("industry", 1_000 * WAN),),
    )
    c.ask("fund", "F1", arrived, "finance_bureau")
    c.ask("project", "W1", AnswerStep(step="leading_group", approve=True, record=PAPER), "leading_group")
    c.ask(
        "plan", "P1", DraftPlan(year=2021, title="方案", lines=(Line("F1", "industry", "W1", 130 * WAN),)), "plan_clerk"
    )
    assert c.state(PLAN, "P1").in_force
    c.ask("fund", "F1", ReleaseMoney(plan_no="P1"), "finance_bureau")

    lines = (Line("F1", "industry", "W1", 130 * WAN),)

    def claim(payee: str) -> LodgeClaim:
        return LodgeClaim(project_no="W1", kind="settlement", lines=lines, payee=payee, vouchers=("c" * 64,))

    post = load_post(c, "lodger")
    c.refuses("claim", "C1", claim("样例·别家"), post, InstrumentPayeeError, "样例·单位", "bureau_budget", "GF L6")
    c.ask("claim", "C1", claim("样例·单位"), post)
    pay(c, "C1")
    assert c.state(CLAIM, "C1").paid
    assert PROJECT.closed(c.state(PROJECT, "W1"))


def load_post(county: County, name: str) -> str:
    office = parse_office((SAMPLES / f"{FOLDERS[county.name]}" / "office.toml").read_text(encoding="utf-8"), "office")
    return str(office.fills["claims"].get(name) or getattr(load(POLICIES / f"{county.name}.toml").profile.claims, name))


FOLDERS = {"guangfeng": "guangfeng-2021", "maojian": "maojian-2017"}


def pay(county: County, no: str) -> None:
    lodged = county.state(CLAIM, no).lodged
    for n, gate in enumerate(lodged.terms.gates):
        county.ask("claim", no, AnswerGate(gate=gate.id, approve=True), gate.post, person=f"p-gate-{n}")
    county.ask("claim", no, SendPayment(), lodged.terms.payer, person="p-payer")
    county.ask("claim", no, ConfirmPayment(bank_ref=f"回单-{no}"), lodged.terms.confirmer)


@pytest.mark.row("FD-18", "GF")
def test_guangfengs_four_parties_are_reported_and_never_computed_with(guangfeng: County) -> None:
    guangfeng.ask("project", "A01", PROJECT_REQUEST, "village")
    parts = (Part("society", 100), Part("government", 500), Part("collective", 0), Part("households", 7))
    asked = ("project", "A01")
    guangfeng.refuses(*asked, ReportParts(parts=parts), "township", WrongPostError, "village", "GF L19")
    guangfeng.refuses(*asked, ReportParts(parts=parts[:1]), "village", BadInputError, "society, government")
    guangfeng.refuses(*asked, ReportParts(parts=(*parts, parts[0])), "village", BadInputError, "parts")
    guangfeng.refuses(*asked, ReportParts(parts=(*parts[1:], Part("society", -1))), "village", BadInputError, "parts")
    # One to five is more than the text matches: reported all the same, since it is only reported.
    guangfeng.ask(*asked, ReportParts(parts=parts), "village")
    assert guangfeng.state(PROJECT, "A01").parts.parts == parts


def test_where_nothing_is_matched_no_parts_are_reported(jiashi: County) -> None:
    jiashi.declares("A01")
    parts = ReportParts(parts=(Part("society", 1), Part("government", 2)))
    jiashi.refuses("project", "A01", parts, "competent_department", NoRuleStatedError, "splits")


# Maojian


@pytest.mark.row("FD-20", "MJ")
def test_maojian_awards_1000_yuan_for_each_household_that_a_post_confirmed(maojian: County) -> None:
    post = "coordination_office"
    for wrong in (of_poor("household_award", 29 * 100_000, 30), of_poor("household_award", 31 * 100_000, 30)):
        maojian.refuses("project", "I1", wrong, post, InstrumentAmountError, 30 * 100_000, "MJ L5")
    none = of_poor("household_award", 0, 0)
    maojian.refuses("project", "I1", none, post, BadInputError, "budget_fen")
    for households, digest in ((0, LIST), (30, "")):
        asked = of_poor("household_award", 30 * 100_000, households, list_digest=digest)
        maojian.refuses("project", "I1", asked, post, BadInputError, "list_digest")
    villages = of_poor("household_award", 30 * 100_000, 30, group="poor_villages")
    maojian.refuses("project", "I1", villages, post, InstrumentGroupError, "poor_households", "poor_villages")
    maojian.ask("project", "I1", of_poor("household_award", 30 * 100_000, 30), post)
    confirm = AnswerStep(step="confirmation", approve=True, record=LIST)
    maojian.refuses("project", "I1", confirm, "village", WrongPostError, "township")
    back = AnswerStep(step="confirmation", approve=False, opinion="有户未脱贫", return_to="proposal")
    maojian.ask("project", "I1", back, "township")
    maojian.ask("project", "I1", AnswerStep(step="proposal", approve=True), post)
    maojian.ask("project", "I1", confirm, "township")
    assert maojian.state(PROJECT, "I1").step.kind == "plan"


@pytest.mark.row("FD-20", "MJ")
def test_maojian_subsidises_interest_at_a_rate_that_nobody_states(maojian: County) -> None:
    asked = use_of("interest_subsidy", 5 * WAN, "industry_subsidy")
    maojian.refuses("project", "I1", asked, "coordination_office", NoRuleStatedError, "interest_subsidy.amount_fen")


@pytest.mark.row("FD-20", "MJ")
@pytest.mark.row("FD-28", "MJ")
def test_without_an_office_decision_nobody_is_named_who_funds(ledger: Ledger) -> None:
    county = County(ledger, "maojian", date(2017, 2, 16))
    county.adopt(load(POLICIES / "maojian.toml"))
    asked = of_poor("household_subsidy", 5 * WAN, 30)
    county.refuses("project", "I1", asked, "village", NoRuleStatedError, "instruments.household_subsidy.funder")


@pytest.mark.row("FD-28", "MJ")
@pytest.mark.row("RV-05", "MJ")
def test_maojian_pays_subsidies_to_people_by_their_list_and_to_enterprises_by_name(maojian: County) -> None:
    post = "coordination_office"
    over = of_poor("household_subsidy", 2_800 * WAN + 1, 900)
    maojian.refuses("project", "I1", over, post, InstrumentAmountError, 2_800 * WAN, "MJ L3")
    maojian.refuses("project", "I1", of_poor("household_subsidy", WAN, 0), post, BadInputError, "households")
    grouped = use_of("household_subsidy", WAN, "industry_subsidy", households=3, list_digest=LIST)
    maojian.refuses("project", "I1", grouped, post, InstrumentGroupError, "poor_households")
    maojian.ask("project", "I1", of_poor("household_subsidy", 1_000 * WAN, 900), post)
    # Nearly 1,500 wan is no number to compute with.
    enterprise = use_of("enterprise_subsidy", 1_600 * WAN, "industry_subsidy")
    maojian.ask("project", "I2", enterprise, post)
    support = maojian.state(PROJECT, "I2").registered.terms.instrument
    assert (support.kind, support.payee) == ("subsidy", "enterprise")
    maojian.today = date(2018, 2, 1)
    rest = of_poor("household_subsidy", 1_800 * WAN + 1, 900)
    maojian.refuses("project", "I3", rest, post, InstrumentAmountError, 1_800 * WAN)
    funded(maojian, {"I1": 1_000 * WAN, "I2": 1_600 * WAN})
    for ban in ("image_projects", "county_building"):
        for no in ("I1", "I2"):
            maojian.ask("project", no, AttestBan(ban=ban, clear=True), "competent_department")

    def claim(no: str, fen: int, payee: str, *vouchers: str) -> LodgeClaim:
        lines = (Line("F1", "poverty", no, fen),)
        proof = ("c" * 64, *vouchers)
        return LodgeClaim(
            project_no=no, kind="settlement", lines=lines, payee=payee, vouchers=proof, papers=MAOJIAN_PAPERS
        )

    for wrong in (
        claim("I1", 1_000 * WAN, "households"),
        claim("I1", 1_000 * WAN, "张三", LIST),
        claim("I2", 1_600 * WAN, "households"),
        claim("I2", 1_600 * WAN, "样例·单位"),
    ):
        maojian.refuses("claim", "C1", wrong, "money_user", InstrumentPayeeError, "MJ L3", wrong.payee)
    maojian.ask("claim", "C1", claim("I1", 1_000 * WAN, "households", LIST), "money_user")
    maojian.ask("claim", "C2", claim("I2", 1_600 * WAN, "样例·合作社"), "money_user")
    listed = AttachPaper(
        paper="vouchers",
        step="lodge",
        file_name="户名册.pdf",
        digest=LIST,
        size_bytes=9,
        media_type="application/pdf",
    )
    maojian.ask("claim", "C1", listed, "money_user")
    other = msgspec.structs.replace(listed, digest="9" * 64, replaces=LIST, reason="换")
    maojian.refuses("claim", "C1", other, "money_user", InstrumentPayeeError, "households", "MJ L3")


def funded(county: County, given: dict[str, int], *, bases: tuple[Basis, ...] = ()) -> None:
    """Give uses their money by one plan of one fund."""
    arrived = RegisterReceipt(
        document_no="文件F1",
        item_no="1",
        source="central",
        tier="central",
        fiscal_year=county.today.year,
        portions=(PortionReceived("poverty", 5_000 * WAN),),
    )
    county.ask("fund", "F1", arrived, "account_keeper")
    lines = tuple(Line("F1", "poverty", no, fen) for no, fen in given.items())
    request = DraftPlan(year=county.today.year, title="方案", lines=lines, bases=bases)
    county.ask("plan", "P1", request, "coordination_planner")
    for stage in county.state(PLAN, "P1").drafted.terms.stages:
        decided = DecidePlan(
            stage=stage.id, meeting_no=f"M-{stage.id}", held_on=county.today, present=9, quorum=7, approve=True
        )
        county.ask("plan", "P1", decided, stage.body)


@pytest.mark.row("FD-19", "MJ")
def test_maojians_risk_fund_stands_for_seven_times_itself_and_covers_losses(maojian: County) -> None:
    c, ask = maojian, ("project", "R1")
    asked = use_of("risk_fund", 2_000 * WAN, "agriculture_industry")
    c.refuses(
        *ask, use_of("risk_fund", 2_000 * WAN + 1, "agriculture_industry"), FUNDER, InstrumentAmountError, "MJ L5"
    )
    c.refuses(*ask, asked, "coordination_office", WrongPostError, FUNDER, "MJ L5")
    c.ask(*ask, asked, FUNDER)
    guarantee = GuaranteeLoan(loan_no="L1", institution=BANKS, amount_fen=5_000 * WAN, record=PAPER)
    c.refuses(*ask, guarantee, FUNDER, OverLeverageError, 0)
    funded(c, {"R1": 2_000 * WAN})
    for ban in ("image_projects", "county_building"):
        c.ask(*ask, AttestBan(ban=ban, clear=True), "competent_department")
    lines = (Line("F1", "poverty", "R1", 2_000 * WAN),)
    lodged = LodgeClaim(
        project_no="R1",
        kind="settlement",
        lines=lines,
        payee="样例·银行",
        vouchers=(PAPER,),
        papers=MAOJIAN_PAPERS,
    )
    c.ask("claim", "C1", lodged, "money_user")
    pay(c, "C1")
    assert c.waits(PROJECT, "R1") == [("wind_up", FUNDER)]
    c.refuses(*ask, guarantee, "money_user", WrongPostError, FUNDER)
    c.refuses(*ask, msgspec.structs.replace(guarantee, institution="village"), FUNDER, BadInputError, BANKS)
    c.ask(*ask, guarantee, FUNDER)
    over = msgspec.structs.replace(guarantee, loan_no="L2", amount_fen=9_000 * WAN + 1)
    c.refuses(*ask, over, FUNDER, OverLeverageError, 14_000 * WAN, 9_000 * WAN, "MJ L5")
    c.ask(*ask, msgspec.structs.replace(over, amount_fen=9_000 * WAN), FUNDER)
    c.refuses(*ask, CoverLoss(loan_no="L1", amount_fen=2_000 * WAN + 1, record=PAPER), FUNDER, LoanError, 2_000 * WAN)
    c.refuses(*ask, CoverLoss(loan_no="L9", amount_fen=5, record=PAPER), FUNDER, LoanError, "L9")
    c.ask(*ask, CoverLoss(loan_no="L1", amount_fen=500 * WAN, record=PAPER), FUNDER)
    c.refuses(*ask, RecoverLoss(loan_no="L1", amount_fen=500 * WAN + 1), FUNDER, LoanError, 500 * WAN)
    c.ask(*ask, RecoverLoss(loan_no="L1", amount_fen=200 * WAN), FUNDER)
    loans = c.state(PROJECT, "R1").loans
    assert (loans.fund_fen(2_000 * WAN), sum(loans.open.values())) == (1_700 * WAN, 9_000 * WAN)
    third = msgspec.structs.replace(guarantee, loan_no="L3", amount_fen=2_900 * WAN + 1)
    c.refuses(*ask, third, FUNDER, OverLeverageError, 7 * 1_700 * WAN, 2_900 * WAN)
    wind_up = AnswerStep(step="wind_up", approve=True, record=PAPER)
    c.refuses(*ask, wind_up, FUNDER, LoansOpenError, 9_000 * WAN, "L2")
    c.ask(*ask, RepayLoan(loan_no="L2"), FUNDER)
    c.refuses(*ask, RepayLoan(loan_no="L2"), FUNDER, LoanError, "L2")
    c.today = date(2018, 2, 1)
    c.refuses("project", "R2", asked, FUNDER, InstrumentAmountError, 2_000 * WAN)
    c.ask(*ask, wind_up, FUNDER)


FUNDER, BANKS = "district_government", "financial_institutions"


@pytest.mark.row("FD-23", "MJ")
def test_maojian_bars_allowances_and_office_costs_whatever_instrument_they_come_by(maojian: County) -> None:
    for use in ("allowances", "office_costs"):
        asked = use_of("enterprise_subsidy", WAN, use)
        maojian.refuses("project", "I1", asked, "coordination_office", BarredClassError, use, "MJ L6")


def test_a_name_that_is_no_instrument_and_loans_of_what_is_no_fund_are_bad_input(maojian: County) -> None:
    asked = use_of("unheard_of", WAN, "industry_subsidy")
    maojian.refuses("project", "I1", asked, "coordination_office", BadInputError, "unheard_of", "risk_fund")
    maojian.ask("project", "I1", use_of("enterprise_subsidy", WAN, "industry_subsidy"), "coordination_office")
    loan = GuaranteeLoan(loan_no="L1", institution=BANKS, amount_fen=5, record=PAPER)
    maojian.refuses("project", "I1", loan, "coordination_office", BadInputError, "I1")


# What is shown


@pytest.mark.row("FD-18", "GF")
@pytest.mark.row("FD-18", "MJ")
@pytest.mark.row("FD-28", "MJ")
def test_what_is_used_stands_beside_what_the_text_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    app.command()(of_instruments)
    url = f"sqlite:///{tmp_path}/store.db"
    with Ledger(url) as ledger:
        guangfeng_, maojian_ = (
            county_of(ledger, "guangfeng-2021", date(2021, 2, 16)),
            county_of(ledger, "maojian-2017", date(2017, 2, 16)),
        )
        guangfeng_.ask("project", "W1", use_of("township_budget", 20 * WAN), "township")
        del maojian_
    monkeypatch.setenv("BRIDGEFUND_STORE", url)
    found = json.loads(CliRunner().invoke(app, ["guangfeng", "2021", "--json"]).stdout)
    [budget] = [one for one in found["instruments"] if one["id"] == "township_budget"]
    assert (budget["year_fen"], budget["total_fen"], budget["paid_fen"]) == (20 * WAN, 20 * WAN, 0)
    assert (budget["amount_fen"], budget["amount_is"], budget["per"]) == (15 * WAN, "at_least", "township_year")
    printed = {one["id"]: one["amount_fen"] for one in found["reported"]}
    assert (printed["social_raised"], printed["government_matched"]) == (7_037 * WAN, 14_000 * WAN)
    assert (printed["new_countryside"], printed["levered"]) == (6_390 * WAN, 28_000 * WAN)
    of_maojian = json.loads(CliRunner().invoke(app, ["maojian", "2017", "--json"]).stdout)
    printed = {one["id"]: one["amount_fen"] for one in of_maojian["reported"]}
    assert (printed["household_subsidy"], printed["enterprise_subsidy"]) == (2_800 * WAN, 1_500 * WAN)
    assert printed["social_capital"] == 70_000 * WAN
    assert CliRunner().invoke(app, ["maojian", "2017"]).exit_code == 0
