"""An asset's life, whatever the county: facts, when something is entered."""

import msgspec
import pytest

from domain.act import RepeatDiffersError
from domain.asset import ASSET, AssetDisposedError, AssetOrderError, NoSuchAssetError, OverIncomeError
from domain.asset_facts import (
    AssetDisposed,
    AssetFact,
    AssetHandedOver,
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
from tests.domain.county import PAPER
from tests.domain.given import WAN, by, fold, given
from tests.domain.results import ASSET_TERMS, asset

FORMED = (asset(),)
TITLE = TitleConfirmed(by("clerk"), "一村", "证1", PAPER)
HANDED = AssetHandedOver(by("clerk"), "一村", PAPER)
KEPT = KeeperSet(by("owner"), "一村", "专人看护")
INCOME = IncomeEntered(by("owner"), 5 * WAN, "租金")


def enter(fact: AssetFact, *, brought: bool = False) -> EnterAsset:
    return EnterAsset(fact.act, fact, brought)


def waits(*facts: AssetFact) -> list[tuple[str, str]]:
    return [(step.id, step.post) for step in ASSET.open_steps(fold(ASSET, facts))]


def test_asset_is_formed_once_and_costs_what_was_paid() -> None:
    formed = asset()
    given().when(enter(formed)).then(formed)
    given(*FORMED).when(enter(asset(name="冷藏库"))).refuses(RepeatDiffersError, "冷藏库", "冷库")
    more = PaymentsAdded(by("unit"), (PaidFrom("C2", "F1", "integrated", 3 * WAN),))
    assert fold(ASSET, (*FORMED, more)).cost == 83 * WAN
    assert fold(ASSET, (*FORMED, more, PaymentTakenOut(by("x"), "C1"))).cost == 3 * WAN


def test_title_handover_and_upkeep_wait_in_order() -> None:
    stands = [(), (TITLE,), (TITLE, HANDED), (TITLE, HANDED, KEPT)]
    expected = [[("title", "department")], [("handover", "department")], [("keep", "owner")], []]
    assert [waits(*FORMED, *facts) for facts in stands] == expected
    states = [fold(ASSET, (*FORMED, *facts)) for facts in stands]
    assert [ASSET.stage(state) for state in states] == ["formed", "title confirmed", "handed over", "kept"]


def test_what_the_text_does_not_rule_is_not_waited_for() -> None:
    bare = msgspec.structs.replace(ASSET_TERMS, title=None, handover=None, keep=None)
    assert waits(asset(terms=bare)) == []
    no_title = asset(terms=msgspec.structs.replace(ASSET_TERMS, title=None))
    given(no_title).when(enter(HANDED)).then(HANDED)


@pytest.mark.parametrize("fact", [TITLE, HANDED, KEPT, INCOME])
def test_nothing_happens_to_an_asset_that_was_never_formed(fact: AssetFact) -> None:
    given().when(enter(fact)).refuses(NoSuchAssetError)


def test_out_of_turn_is_refused_with_what_waits() -> None:
    given(*FORMED).when(enter(HANDED)).refuses(AssetOrderError, "Z1", "handover", "title")
    again = TitleConfirmed(by("other"), "二村", "证2", PAPER)
    given(*FORMED, TITLE).when(enter(again)).refuses(AssetOrderError, "一村", "handover")
    twice = AssetHandedOver(by("other"), "二村", PAPER)
    given(*FORMED, TITLE, HANDED).when(enter(twice)).refuses(AssetOrderError, "一村")
    given(*FORMED).when(enter(UpkeepLogged(by("owner"), "检修"))).refuses(AssetOrderError, "keep")


def test_project_brings_what_still_waits_and_nothing_twice() -> None:
    given(*FORMED).when(enter(TITLE, brought=True)).then(TITLE)
    given(*FORMED, TITLE).when(enter(TITLE, brought=True)).then()
    given(*FORMED).when(enter(HANDED, brought=True)).then()
    given(*FORMED, TITLE).when(enter(HANDED, brought=True)).then(HANDED)


def test_keeper_may_change_and_upkeep_is_logged() -> None:
    other = KeeperSet(by("owner"), "合作社", "委托管护")
    given(*FORMED, TITLE, HANDED, KEPT).when(enter(other)).then(other)
    log = UpkeepLogged(by("owner"), "检修")
    given(*FORMED, KEPT).when(enter(log)).then(log)
    assert fold(ASSET, (*FORMED, KEPT, log)).upkeep == 1


def test_income_is_shared_up_to_what_came() -> None:
    share = IncomeShared(by("owner"), 5 * WAN, "产业 / industry", "一村")
    given(*FORMED, INCOME).when(enter(share)).then(share)
    over = IncomeShared(by("owner"), 5 * WAN + 1, "产业 / industry", "一村")
    given(*FORMED, INCOME).when(enter(over)).refuses(OverIncomeError, 5 * WAN, 5 * WAN + 1)
    one = IncomeShared(by("owner"), 1, "产业 / industry", "一村")
    given(*FORMED, INCOME, share).when(enter(one)).refuses(OverIncomeError, 0, 1)


def test_idle_asset_waits_until_it_is_mended() -> None:
    idle, mended = AssetWeaknessFound(by("a"), "idle", "停用"), AssetWeaknessMended(by("b"), "重新出租")
    assert ("mend", "operator") in waits(*FORMED, idle)
    given(*FORMED, idle).when(enter(mended)).then(mended)
    assert ("mend", "operator") not in waits(*FORMED, idle, mended)
    given(*FORMED).when(enter(mended)).refuses(AssetOrderError, "mend")
    given(*FORMED, idle).when(enter(AssetWeaknessFound(by("a"), "loss", "亏损"))).refuses(AssetOrderError, "idle")


def test_disposal_ends_it_once_its_income_is_shared_and_its_weakness_mended() -> None:
    disposed = AssetDisposed(by("owner"), "报废", 0, PAPER)
    given(*FORMED, INCOME).when(enter(disposed)).refuses(AssetOrderError, 5 * WAN)
    given(*FORMED, AssetWeaknessFound(by("a"), "idle", "停用")).when(enter(disposed)).refuses(AssetOrderError, "mend")
    given(*FORMED).when(enter(disposed)).then(disposed)
    given(*FORMED, disposed).when(enter(TITLE)).refuses(AssetDisposedError, "Z1")
    state = fold(ASSET, (*FORMED, disposed))
    assert (ASSET.closed(state), ASSET.also_allowed(state), ASSET.stage(state)) == (True, (), "disposed")
