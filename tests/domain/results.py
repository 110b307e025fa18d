"""A project's results and an asset as facts, and the lives that the machine over all aggregates plays of them."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import msgspec

from domain.act import Act
from domain.asset_facts import (
    AssetDisposed,
    AssetFact,
    AssetFormed,
    AssetHandedOver,
    AssetTerm,
    AssetTerms,
    AssetWeaknessFound,
    AssetWeaknessMended,
    EnterAsset,
    IncomeEntered,
    IncomeShared,
    KeeperSet,
    PaidFrom,
    PaymentsAdded,
    PaymentTakenOut,
    TitleConfirmed,
    UpkeepLogged,
)
from domain.cases import case_id
from domain.claim_facts import ClaimLodged, ClaimTerms, PaymentConfirmed, PaymentSent
from domain.ledger import Ledger, Recorded
from domain.performance_facts import (
    DeviationCorrected,
    DutyPerformed,
    EnterResult,
    HeldToAccount,
    HouseholdConfirmed,
    LinkageRecorded,
    Measure,
    MeasuresSet,
    PerformanceClosed,
    PerformanceFact,
    PerformanceOpened,
    PerformanceTerms,
    Reached,
    ResultEvaluated,
    ResultMonitored,
    ShortfallExplained,
    Task,
    Value,
    WeaknessFound,
    WeaknessMended,
)
from domain.policy import Profile, load
from domain.policy.office import parse_office
from domain.procedures.asking import rules_of
from domain.project import PROJECT
from domain.project_facts import ClaimNoted, PaymentNoted, StepPassed
from domain.terms import Line
from tests.domain.county import DAY, PAPER, POLICIES, PROJECT_REQUEST, County
from tests.domain.given import REF, WAN, by
from tests.places import SAMPLES

Make = Callable[[Act], Any]
_numbers = count(1)


def task(name: str) -> Task:
    """Return a task of a post of the same name."""
    return Task(name, f"post of {name}", f"clause of {name}")


# Everything that any county's text has.
TERMS = PerformanceTerms(
    REF,
    monitoring=task("monitoring"),
    correction=task("correction"),
    evaluation=task("evaluation"),
    accountability=task("accountability"),
    explains=(task("overall"), task("concrete")),
    links=task("standing"),
    mends=task("operator"),
)
TONS = Measure("产量", "吨", 300)
WASTE = Measure("损耗", "吨", 20, at_most=True)


def followed(act: Act | None = None, terms: PerformanceTerms = TERMS) -> PerformanceOpened:
    """Return the opening of what project A01 comes to."""
    return PerformanceOpened(act or by("unit"), "sample", "A01", terms)


def measured(act: Act | None = None) -> MeasuresSet:
    """Return the target in numbers."""
    return MeasuresSet(act or by("unit"), (TONS, WASTE))


def evaluated(
    act: Act | None = None, *, tons: int = 300, waste: int = 20, year: int = 2022, grade: str = "良"
) -> ResultEvaluated:
    """Return a year's evaluation."""
    values = (Value(TONS.name, tons), Value(WASTE.name, waste))
    missed = tuple(m.name for m, v in zip((TONS, WASTE), values, strict=True) if not m.reached(v.value))
    return ResultEvaluated(act or by("team"), year, grade, values, missed, "team", 85)


def monitored(act: Act | None = None, number: int = 1, deviation: str = "") -> ResultMonitored:
    """Return what monitoring found."""
    return ResultMonitored(act or by("watch"), number, 2022, "online", (Value(TONS.name, 90),), deviation)


def linked(act: Act | None = None) -> LinkageRecorded:
    """Return what was done of the linkage."""
    return LinkageRecorded(act or by("unit"), ("吸纳就业",), (Reached("lifted_out", 12, 1),), "合作社")


def enters(make: Callable[[Act], PerformanceFact]) -> Make:
    """Return a command that enters what *make* makes, and opens the case if need be."""
    return lambda act: EnterResult(act, (followed(act), make(act)))


def life() -> list[Make]:
    """Return a life of a project's results, in an order in which everything takes effect."""
    return [
        lambda act: EnterResult(act, (followed(act),)),
        enters(measured),
        enters(lambda act: monitored(act, deviation="进度滞后")),
        enters(lambda act: DeviationCorrected(act, 1, "限期整改", "加派施工队")),
        enters(lambda act: DutyPerformed(act, "review", "team", "审核", PAPER)),
        enters(lambda act: evaluated(act, tons=250)),
        enters(lambda act: evaluated(act, tons=310)),
        enters(lambda act: ShortfallExplained(act, "overall", "旱情")),
        enters(lambda act: ShortfallExplained(act, "concrete", "旱情")),
        enters(lambda act: HeldToAccount(act, 2022, "director", "约谈")),
        enters(linked),
        enters(lambda act: HouseholdConfirmed(act, "H-1", "poor", "合作社", "award", PAPER)),
        enters(lambda act: WeaknessFound(act, "带动户数少")),
        enters(lambda act: WeaknessMended(act, "增签订单")),
        enters(lambda act: PerformanceClosed(act, "已办结")),
    ]


ASSET_TERMS = AssetTerms(
    REF,
    formed=AssetTerm("unit", "AS L1"),
    title=AssetTerm("department", "AS L2", under="府办〔2021〕1号"),
    handover=AssetTerm("department", "AS L3", to="所有者 / the owner"),
    keep=AssetTerm("owner", "AS L4"),
    income=AssetTerm("owner", "AS L5", uses=("产业 / industry", "救助 / relief")),
    disposal=AssetTerm("owner", "AS L6"),
    mends=AssetTerm("operator", "AS L7"),
)
PAID = (PaidFrom("C1", "F1", "integrated", 60 * WAN), PaidFrom("C1", "F2", "integrated", 20 * WAN))


def asset(act: Act | None = None, *, name: str = "冷库", terms: AssetTerms = ASSET_TERMS) -> AssetFormed:
    """Return the forming of asset Z1."""
    return AssetFormed(act or by("unit"), "sample", "Z1", "A01", name, "经营性", PAID, terms)


def _of(make: Callable[[Act], AssetFact]) -> Make:
    return lambda act: EnterAsset(act, make(act))


def asset_life() -> list[Make]:
    """Return an asset's life, in an order in which everything takes effect."""
    return [
        _of(asset),
        _of(lambda act: asset(act, name="冷藏库")),
        _of(lambda act: PaymentsAdded(act, (PaidFrom("C2", "F1", "integrated", WAN),))),
        _of(lambda act: PaymentTakenOut(act, "C2")),
        _of(lambda act: TitleConfirmed(act, "一村", "证1", PAPER)),
        lambda act: EnterAsset(act, TitleConfirmed(act, "一村", "title", PAPER), brought=True),
        _of(lambda act: AssetHandedOver(act, "一村", PAPER)),
        _of(lambda act: KeeperSet(act, "一村", "专人看护")),
        _of(lambda act: UpkeepLogged(act, "检修")),
        _of(lambda act: IncomeEntered(act, 5 * WAN, "租金")),
        _of(lambda act: IncomeShared(act, 3 * WAN, "产业 / industry", "一村")),
        _of(lambda act: IncomeShared(act, 2 * WAN, "救助 / relief", "一村")),
        _of(lambda act: AssetWeaknessFound(act, "idle", "停用")),
        _of(lambda act: AssetWeaknessMended(act, "重新出租")),
        _of(lambda act: AssetDisposed(act, "报废", 0, PAPER)),
    ]


# A county as its text has it and its sample office fills it, with facts put there as if its other cases had acted.


def county_of(ledger: Ledger, folder: str, on: date = DAY) -> County:
    """Return the county of a sample year, its rules adopted."""
    county = County(ledger, folder.partition("-")[0], on)
    office = SAMPLES / folder / "office.toml"
    offices = (parse_office(office.read_text(encoding="utf-8"), folder),) if office.exists() else ()
    county.adopt(load(POLICIES / f"{county.name}.toml"), *offices)
    return county


def declares(county: County, no: str = "A01", *, unit: str = "甲乡人民政府") -> str:
    """Declare a project, and return the post that did."""
    rules = adopted_profile(county).project
    assert rules is not None
    post = rules.steps[0].post or ""
    use = next((rule.id for rule in adopted_profile(county).classes), "any")
    # Each in a village of its own: two of one name at one place look like the same project.
    request = msgspec.structs.replace(PROJECT_REQUEST, use=use, unit=unit, village=f"{no}村")
    county.ask("project", no, request, post)
    return post


def adopted_profile(county: County) -> Profile:
    """Return the rules in force, office decisions included."""
    return rules_of(county.ledger.state, county.name).profile


def stored(person: str) -> Act:
    """Return an act whose command id is none of those that a county gives out."""
    return by(person, command_id=f"stored-{next(_numbers)}")


def stores(county: County, kind: str, no: str, *facts: Any) -> None:
    """Put facts at the end of a case's stream."""
    stream = case_id(county.name, kind, no)
    version = sum(entry.stream == stream for entry in county.ledger.log())
    county.ledger.save(*(Recorded(stream, version + n, fact) for n, fact in enumerate(facts, start=1)))


def passes_until(county: County, kind: str, no: str = "A01") -> None:
    """Let a project have passed every step up to those of *kind*, which waits."""
    while (step := county.state(PROJECT, no).step) and step.kind != kind:
        stores(county, "project", no, StepPassed(stored("somebody"), step.id))


def pays(county: County, claim_no: str, *lines: Line, no: str = "A01") -> None:
    """Let a claim of the project be paid."""
    terms = ClaimTerms(REF, "unit", (), "payer", "confirmer", "", "JS L18")
    act, paid = stored("lodger"), stored("confirmer")
    claim = ClaimLodged(act, county.name, claim_no, 1, no, "progress", lines, "公司", (PAPER,), terms)
    stores(county, "claim", claim_no, claim, PaymentSent(stored("payer"), 1), PaymentConfirmed(paid, 1, "回单"))
    noted = ClaimNoted(act, claim_no, "progress", claim.amount_fen)
    stores(county, "project", no, noted, PaymentNoted(paid, claim_no))
