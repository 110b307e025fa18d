"""Where a fund's money went: branches that add up to their ledger's balances, now and as of any two days."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.cases import case_id
from domain.registry import BY_KIND
from projections.as_of import Dates
from projections.as_of_store import as_of
from projections.fund_ledger_read import portions
from projections.fund_page import VIEWS, fund_now
from projections.money_shape import Branch, Equation, Term
from projections.money_tree import tree_of_fund
from tests.projections.conftest import Told
from tests.projections.watched import check_tree, leaves
from tests.story import COUNTY, WAN, day

FUNDS = tuple(case_id(COUNTY, "fund", no) for no in ("F1", "F2", "F3", "F4"))


@pytest.mark.parametrize("fund", FUNDS)
def test_every_branch_is_the_sum_of_its_branches_and_the_ledgers_own(told: Told, fund: str) -> None:
    check_tree(told.ledger, told.engine, fund)


def test_fund_project_claim_payment_follow_each_other(told: Told) -> None:
    fund = tree_of_fund(told.engine, FUNDS[0])
    held = portions(told.engine, fund=FUNDS[0])
    assert fund.fen == sum(row.received_fen + row.announced_fen - row.withdrawn_fen for row in held)
    [project] = [one for one in fund.branches[0].branches if one.id == "S01"]
    assert [plan.plan_no for plan in project.plans] == ["P1"]
    claim = next(one for one in project.branches if one.id == "C2")
    assert (claim.kind, claim.case, claim.fen) == ("claim", f"{COUNTY}/claim/C2", 60 * WAN)
    [payment] = claim.branches
    assert payment.payment is not None
    assert (payment.payment.state, payment.payment.bank_ref, payment.payment.paid_on) == ("paid", "bank-C2", day(6, 10))


def test_a_claim_that_gave_its_money_back_is_no_branch(told: Told) -> None:
    [portion] = tree_of_fund(told.engine, FUNDS[0]).branches
    claims = {claim.id for project in portion.branches for claim in project.branches if claim.kind == "claim"}
    assert "C2" in claims
    assert "C4" not in claims, "C4 was paid back"


def test_the_smaller_projects_stand_together_and_nothing_is_lost(told: Told) -> None:
    for fund in FUNDS:
        whole, short = tree_of_fund(told.engine, fund), tree_of_fund(told.engine, fund, most=0)
        assert short.adds_up
        assert short.fen == whole.fen
        for one, other in zip(whole.branches, short.branches, strict=True):
            assert leaves(one) == leaves(other)
            projects = [branch for branch in one.branches if branch.kind == "project"]
            rest = [branch for branch in other.branches if branch.kind == "rest"]
            # One that would stand alone for the rest has its own name.
            assert sum(branch.count for branch in rest) in (0, len(projects)) or rest[0].count >= len(projects)


def test_a_tree_that_loses_a_fen_does_not_add_up(told: Told) -> None:
    tree = tree_of_fund(told.engine, FUNDS[0])

    def without_a_fen(branch: Branch) -> Branch:
        if not branch.branches:
            return replace(branch, fen=branch.fen - 1)
        first, *others = branch.branches
        return replace(branch, branches=(without_a_fen(first), *others))

    assert tree.adds_up
    assert not without_a_fen(tree).adds_up
    assert not Equation((Term("received", 3), Term("withdrawn", 1, -1)), (Term("free", 1),)).holds


def test_a_fund_as_of_any_day_adds_up_and_is_the_fold_of_that_day(told: Told) -> None:
    compared = 0
    for n in range(0, 400, 23):
        on = day(2, 16) + timedelta(days=n)
        for fund in FUNDS[:2]:
            with as_of(told.ledger, told.engine, fund, Dates(on, on), lambda _n, _of: None, VIEWS) as found:
                page, own = fund_now(found.engine, fund), found.state(BY_KIND["fund"], fund).balances
            if page is None:
                assert not own.portions
                continue
            compared += 1
            assert page.tree.adds_up
            assert all(one.holds for equations in (*page.equations, page.of_total) for one in equations)
            for branch in page.tree.branches:
                buckets = own.portions[branch.id].buckets
                assert leaves(branch) == {bucket.value: fen for bucket, fen in buckets.items() if fen}
    assert compared > 25


def test_a_fund_without_bounds_is_the_fund_now(told: Told) -> None:
    with as_of(told.ledger, told.engine, FUNDS[0], Dates(None, None), lambda _n, _of: None, VIEWS) as found:
        assert fund_now(found.engine, FUNDS[0]) == fund_now(told.engine, FUNDS[0])
    assert fund_now(told.engine, f"{COUNTY}/fund/F9") is None
