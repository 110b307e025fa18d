"""The fund ledger: every movement with what it leaves, by portion and line, and sums that add up."""

from dataclasses import replace
from datetime import date

from projections.fund_ledger_read import FIGURES, lines, movements, portions, sums, total
from tests.projections.conftest import Told
from tests.projections.long_story import on
from tests.story import WAN, day


def moves(told: Told, fund_no: str, year: int) -> list[tuple[str, str, str, int]]:
    """What each movement of a fund in a year was, from where to where, in fen."""
    rows = movements(told.engine, fund=f"sample/fund/{fund_no}", since=date(year, 1, 1), until=date(year, 12, 31))
    return [(row.fact.partition("/")[0], row.start, row.end, row.amount_fen) for row in rows]


def test_a_portion_says_what_was_received_and_where_it_is(told: Told) -> None:
    [f2, original] = portions(told.engine, fund="sample/fund/F2")
    assert (f2.pool, f2.source, f2.tier, f2.fiscal_year, f2.stage) == (
        "integrated",
        "county",
        "county",
        2023,
        "released",
    )
    assert (f2.document_no, f2.item_no) == ("样例县财〔2023〕6号", "1")
    assert (f2.arrived_on, f2.reported_on, f2.notified_on) == (day(3, 2), day(3, 3), day(3, 8))
    assert (f2.received_fen, f2.allotted_fen, f2.released_fen, f2.paid_fen) == (
        100 * WAN,
        80 * WAN,
        80 * WAN,
        43_456_781,
    )
    assert (f2.left_fen, f2.in_claims_fen, f2.claimable_fen) == (56_543_219, 0, 36_543_219)
    assert (original.received_fen, original.withdrawn_fen, original.left_fen) == (20 * WAN, 10 * WAN, 10 * WAN)


def test_what_bounced_and_came_back_is_told_beside_where_it_lies_now(told: Told) -> None:
    [f1] = portions(told.engine, fund="sample/fund/F1")
    assert (f1.bounced_fen, f1.refunded_fen) == (77_880_000, WAN + 77_880_000)
    [line] = lines(told.engine, project_no="S01", fund="sample/fund/F1")
    assert (line.allotted_fen, line.paid_fen, line.claimable_fen) == (188 * WAN, 90 * WAN, 98 * WAN)
    assert (line.bounced_fen, line.refunded_fen) == (f1.bounced_fen, f1.refunded_fen)


def test_each_movement_is_a_row_with_its_day_paper_and_balance(told: Told) -> None:
    rows = movements(told.engine, fund="sample/fund/F2", pool="original_use")
    assert [(row.fact, row.occurred_on, row.document, row.amount_fen, row.left_fen) for row in rows] == [
        ("fund.received/1", day(3, 2), "样例县财〔2023〕6号", 20 * WAN, 20 * WAN),
        ("fund.withdrawn/1", day(3, 9), "收回1号", 5 * WAN, 15 * WAN),
        ("fund.year-closed/1", day(12, 31), "", 0, 15 * WAN),
        ("fund.withdrawn/1", on(3, 1), "收回2号", 5 * WAN, 10 * WAN),
    ]
    assert {(row.person, row.post) for row in rows} == {("p-finance_section", "finance_section")}
    of_claim = movements(told.engine, claim_no="C2")
    assert [(row.fund_no, row.fact, row.amount_fen) for row in of_claim][:2] == [
        ("F1", "fund.reserved/1", 60 * WAN),
        ("F1", "fund.freed/1", 60 * WAN),
    ]
    assert {row.fund_no for row in of_claim} == {"F1", "F2"}
    assert [row.plan_no for row in movements(told.engine, fund="sample/fund/F3", project_no="S03")][:2] == ["P5", "P5"]


def test_a_claim_that_is_corrected_gives_back_what_it_held_before(told: Told) -> None:
    assert [row for row in moves(told, "F1", 2024) if row[3] in (6 * WAN, 8 * WAN)] == [
        ("fund.reserved", "claimable", "reserved", 8 * WAN),
        ("fund.reserved", "claimable", "reserved", 8 * WAN),
        ("fund.freed", "reserved", "claimable", 8 * WAN),
        ("fund.reserved", "claimable", "reserved", 6 * WAN),
        ("fund.freed", "reserved", "claimable", 8 * WAN),
    ]


def test_announced_money_is_not_received_until_it_arrives_and_the_difference_moves(told: Told) -> None:
    rows = movements(told.engine, fund="sample/fund/F4")
    came = [(row.fact.partition("/")[0], row.announced_fen, row.received_fen) for row in rows]
    assert came[:4] == [
        ("fund.announced", 90 * WAN, 0),
        ("fund.allotted", 90 * WAN, 0),
        ("fund.unallotted", 90 * WAN, 0),
        ("fund.arrived", 0, 85 * WAN),
    ]
    assert moves(told, "F4", 2024)[1:3] == [
        ("fund.unallotted", "unreleased", "free", 5 * WAN),
        ("fund.arrived", "free", "", 5 * WAN),
    ]
    [unallotted] = [row for row in rows if row.fact == "fund.unallotted/1"]
    assert (unallotted.plan_no, unallotted.reason) == ("P3", "P4")  # Whose money, and by which plan.


def test_what_a_cut_and_a_settlement_take_says_why(told: Told) -> None:
    reduced = [row for row in movements(told.engine, project_no="S02") if row.fact == "fund.reduced/1"]
    assert [(row.reason, row.amount_fen) for row in reduced] == [("P5", 20 * WAN), ("样例：审减", 3 * WAN)]


def test_days_of_record_bound_what_is_asked_for(told: Told) -> None:
    every = movements(told.engine, "sample")
    first, rest = movements(told.engine, until=day(12, 31)), movements(told.engine, since=on(1, 1))
    assert first + rest == every
    assert every == sorted(every, key=lambda row: (row.position, row.number))
    assert first
    assert rest
    assert movements(told.engine, "elsewhere") == []


def test_sums_by_source_tier_and_pool_add_up_to_the_total(told: Told) -> None:
    rows = portions(told.engine, "sample")
    whole = total(rows)
    for by in (("source",), ("tier",), ("pool",), ("fiscal_year",), ("source", "pool"), ("document_no", "item_no")):
        parts = sums(rows, *by)
        for name in FIGURES:
            assert sum(getattr(part, name) for part in parts) == getattr(whole, name), (by, name)
        assert sum(part.portions for part in parts) == whole.portions == len(rows)
    assert {part.key: part.received_fen for part in sums(rows, "source")} == {
        ("central",): 550 * WAN,
        ("county",): 120 * WAN,
        ("next_year",): 85 * WAN,
    }
    assert [row.fund_no for row in portions(told.engine, fiscal_year=2024)] == ["F3", "F4"]
    assert [row.fund_no for row in portions(told.engine, source="county", pool="original_use")] == ["F2"]
    assert total([]).left_fen == 0


def test_a_row_that_does_not_add_up_says_which_equation_is_broken(told: Told) -> None:
    [row] = portions(told.engine, fund="sample/fund/F3")
    assert row.broken == ()
    assert replace(row, free_fen=row.free_fen - 1).broken == ("received - withdrawn = free + allotted",)
    assert replace(row, sent_fen=-1, claimable_fen=row.claimable_fen + 1).broken == ("nothing below zero",)
