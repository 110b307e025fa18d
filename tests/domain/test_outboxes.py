"""Rows for systems outside come by themselves with what a request brings about; people send them and enter answers."""

import copy
import tomllib
from collections import Counter
from typing import Any

import pytest

from domain.ledger import Ledger
from domain.outbox import OUTBOX, OutboxState, digest_of
from domain.outbox_facts import RowRefused
from domain.policy import parse
from domain.policy.faults import PolicyError
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.procedures.outboxes import NoSuchSystemError
from domain.requests import AcknowledgeRows, ExportRows, RefundPayment, ReverseRow, SendRowAgain, WithdrawMoney
from tests.domain.county import POLICIES, County
from tests.domain.walk import FUND_NO, Walk, policy_from

Rows = list[tuple[str, str, int | None]]


def walked(ledger: Ledger, folder: str) -> Walk:
    walk = Walk.real(ledger, folder)
    walk.year()
    return walk


def outbox(county: County, system: str) -> OutboxState:
    state: OutboxState = county.state(OUTBOX, system)
    return state


def rows(county: County, system: str) -> Rows:
    return [(row.row.kind, row.row.entry, row.row.amount_fen) for row in outbox(county, system).rows]


def sends(county: County, system: str, post: str) -> None:
    """Send what waits, and let the system outside take it all."""
    waiting = outbox(county, system).waiting()
    county.ask("outbox", system, ExportRows(last=waiting[-1].row_no, digest=digest_of(waiting)), post)
    batch = len(outbox(county, system).batches)
    county.ask("outbox", system, AcknowledgeRows(batch=batch, receipt_no=f"回执{batch}"), post)


@pytest.mark.row("LG-02", "ML")
@pytest.mark.row("AS-01", "ML")
def test_the_national_system_is_told_of_six_kinds(ledger: Ledger) -> None:
    walk = walked(ledger, "meilan-2023")
    found = rows(walk.county, "national_monitoring")
    whole = sum(fen or 0 for kind, _, fen in found if kind == "arrival")
    assert {entry.split(" / ")[1] for _, entry, _ in found} == {
        *("arrival", "issue", "arrangement", "implementation", "expenditure claim", "assets")
    }
    for kind in ("issue", "arrangement", "expenditure"):
        assert sum(fen or 0 for k, _, fen in found if k == kind) == whole, kind


@pytest.mark.row("SV-09", "JS")
def test_the_platforms_that_watch_money_are_told_of_arrivals_releases_and_payments(ledger: Ledger) -> None:
    walk = walked(ledger, "jiashi-2022")
    for system in ("mof_monitor", "prefecture_loop"):
        found = rows(walk.county, system)
        assert Counter(kind for kind, _, _ in found).keys() == {"arrival", "issue", "expenditure"}
        # One row for the receipt; each row names the fact that it rests on.
        assert {row.row.fact for row in outbox(walk.county, system).rows} == {
            *("fund.received/1", "fund.released/1", "claim.payment-confirmed/1")
        }
        assert outbox(walk.county, system).post == "treasury_officer"
        sends(walk.county, system, "treasury_officer")
        assert OUTBOX.closed(outbox(walk.county, system))


@pytest.mark.row("FD-25", "JH")
def test_the_budget_system_is_told_of_bank_entries_and_of_indicators(ledger: Ledger) -> None:
    walk = walked(ledger, "jinghe-2023")
    found = rows(walk.county, "budget_system")
    assert [kind for kind, _, _ in found] == ["bank_entry", "issue"]
    assert outbox(walk.county, "budget_system").rows[1].row.words[1] == ("form", "indicator")


def test_a_payment_that_comes_back_takes_its_row_back(ledger: Ledger) -> None:
    walk = walked(ledger, "jiashi-2022")
    sends(walk.county, "mof_monitor", "treasury_officer")
    paid = next(r for r in reversed(outbox(walk.county, "mof_monitor").rows) if r.row.kind == "expenditure")
    no = paid.row.about.rsplit("/", 1)[1]
    assert walk.profile.claims is not None
    walk.ask("claim", no, RefundPayment(reason="多付"), walk.profile.claims.confirmer)
    (back,) = outbox(walk.county, "mof_monitor").waiting()
    assert (back.row.reverses, back.row.amount_fen, back.row.note) == (paid.row_no, -(paid.row.amount_fen or 0), "多付")
    assert outbox(walk.county, "mof_monitor").state_of(paid.row_no) == "reversed"


def test_what_was_never_taken_in_is_not_taken_back(ledger: Ledger) -> None:
    walk = walked(ledger, "jiashi-2022")
    waiting = outbox(walk.county, "mof_monitor").waiting()
    post = "treasury_officer"
    walk.ask("outbox", "mof_monitor", ExportRows(last=waiting[-1].row_no, digest=digest_of(waiting)), post)
    paid = next(r for r in waiting if r.row.kind == "expenditure")
    refused = AcknowledgeRows(batch=1, receipt_no="回执1", refused=(RowRefused(paid.row_no, "收款人未登记"),))
    walk.ask("outbox", "mof_monitor", refused, post)
    assert walk.profile.claims is not None
    no = paid.row.about.rsplit("/", 1)[1]
    walk.ask("claim", no, RefundPayment(reason="多付"), walk.profile.claims.confirmer)
    assert outbox(walk.county, "mof_monitor").waiting() == []


def test_money_taken_back_by_the_upper_level_is_a_row_with_a_minus(jiashi: County) -> None:
    jiashi.receives(amount_fen=500)
    back = WithdrawMoney(pool="integrated", amount_fen=200, document_no="退〔1〕")
    jiashi.ask("fund", FUND_NO, back, "poverty_section")
    assert [fen for _, _, fen in rows(jiashi, "mof_monitor")] == [500, -200]


def test_only_the_post_of_the_rules_sends(jiashi: County) -> None:
    jiashi.receives()
    waiting = outbox(jiashi, "mof_monitor").waiting()
    request = ExportRows(last=1, digest=digest_of(waiting))
    jiashi.refuses("outbox", "mof_monitor", request, "director", WrongPostError, "treasury_officer", "JS L23")
    jiashi.refuses("outbox", "mof_monitor", ReverseRow(row_no=1, reason="错"), "director", WrongPostError)
    jiashi.refuses("outbox", "mof_monitor", SendRowAgain(row_no=1, note="补"), "director", WrongPostError)


def test_a_system_that_no_rule_names_has_no_outbox(jiashi: County) -> None:
    request = ExportRows(last=1, digest="0" * 64)
    jiashi.refuses("outbox", "nowhere", request, "treasury_officer", NoSuchSystemError, "mof_monitor", "nowhere")


def test_where_no_post_is_stated_nobody_sends(ledger: Ledger) -> None:
    walk = Walk.of(ledger, policy_from(changed(lambda rules: rules["systems"][0].pop("post"))))
    walk.receive()
    waiting = outbox(walk.county, "mof_monitor").waiting()
    request = ExportRows(last=waiting[-1].row_no, digest=digest_of(waiting))
    walk.county.refuses("outbox", "mof_monitor", request, "treasury_officer", NoRuleStatedError)


def changed(change: Any) -> dict[str, Any]:
    rules = copy.deepcopy(tomllib.loads((POLICIES / "jiashi.toml").read_text(encoding="utf-8")))
    change(rules)
    return rules


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('{ of = "arrival", entry = "资金到账 / arrival" }', '{ of = "arrival", entry = "到账" }', "rows"),
        ('direction = "both"', 'direction = "channel"', "rows"),
        ('of = "issue"', 'of = "issues"', "of"),
    ],
)
def test_rows_that_fit_no_entry_or_no_outbox_are_refused_with_their_line(before: str, after: str, key: str) -> None:
    text = (POLICIES / "jiashi.toml").read_text(encoding="utf-8")
    assert before in text
    with pytest.raises(PolicyError) as caught:
        parse(text.replace(before, after, 1), "jiashi.toml")
    assert key in caught.value.text("en")
