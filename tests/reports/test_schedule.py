"""Spending against the schedule (序时进度): only the policy says what is behind; where it does not, nothing is."""

from dataclasses import replace
from datetime import date

import pytest

from domain.money import FEN_PER_WAN
from domain.policy import Profile, load
from domain.policy.faults import PolicyError
from domain.policy.office import parse_office, with_office
from doors.names import Names
from doors.policy_text import policy_text
from reports.money_of_year import MonthOfMoney, Moved, YearMoney, months_of
from reports.progress import asked_of, progress_chart, progress_table
from tests.places import ROOT

WAN = FEN_PER_WAN
DECISION = """
[decision]
county = "jiashi"
no = "样例伽办〔2022〕3号"
date = 2022-01-10
source = "样例"
sample = true

[profile.project.schedule.spending_schedule]
spent = [{ month = 3, bp = 3000 }, { month = 6, bp = 5000 }, { month = 12, bp = 9200 }]
"""
Row = pytest.mark.row


def month(number: int, paid: int, year: int = 2022) -> MonthOfMoney:
    """A month by whose end so many of 100 万 were paid."""
    return MonthOfMoney(year, number, 100 * WAN, 0, paid * WAN, paid * 100, number * 10_000 // 12)


def jiashi() -> Profile:
    """Jiashi's own text, which has a schedule and no figure in it."""
    return load(ROOT / "policies" / "jiashi.toml").profile


def decided() -> Profile:
    """The same with an office decision that says how far spending must have come."""
    return with_office(load(ROOT / "policies" / "jiashi.toml"), (parse_office(DECISION, "decision.toml"),))


@Row("LC-17", "JS")
def test_an_office_decision_sets_the_threshold_that_a_text_leaves_open() -> None:
    asked = asked_of(decided(), month(6, 40), 2022)
    assert (asked.bp, asked.is_behind(month(6, 40)), asked.is_behind(month(6, 50))) == (5000, True, False)
    assert "样例伽办〔2022〕3号" in asked.clause
    assert asked_of(jiashi(), month(6, 0), 2022).bp is None


def test_a_threshold_holds_until_the_next_and_none_before_the_first() -> None:
    profile = decided()
    assert [asked_of(profile, month(n, 0), 2022).bp for n in (1, 2, 3, 5, 6, 11, 12)] == [
        *(None, None),
        *(3000, 3000, 5000, 5000, 9200),
    ]
    # After the year it is asked what was asked of its last month.
    assert asked_of(profile, month(2, 0, 2023), 2022).bp == 9200


def test_behind_is_marked_by_the_policys_threshold_and_not_by_the_even_line() -> None:
    names = Names(decided(), {})
    months = [month(2, 0), month(3, 25), month(6, 50), month(12, 92)]
    table = progress_table(months, 2022, names.profile, names)
    assert [row.cells[-1] for row in table.rows] == ["未规定", "落后", "否", "否"]
    # Half of the year had passed by then, and more than half of the money was asked for by nobody.
    assert [row.cells[5] for row in table.rows] == [1666, 2500, 5000, 10_000]
    assert "资金支出序时进度" in table.notes[0]
    chart = progress_chart(months, 2022, names.profile, names, 0)
    assert "规定进度" in chart.drawing.texts
    assert [curve.column for curve in chart.curves] == [4, 5, 6]


def test_without_a_threshold_it_is_said_that_no_rule_is_stated() -> None:
    names = Names(jiashi(), {})
    table = progress_table([month(6, 0)], 2022, names.profile, names)
    assert table.rows[0].cells[-2:] == ("未规定", "未规定")
    assert "原文未规定" in table.notes[0]


@pytest.mark.parametrize("spent", ["[{ month = 13, bp = 1 }]", "[{ month = 0, bp = 1 }]", "[{ month = 3 }]"])
def test_a_threshold_of_no_month_is_refused_with_its_line(spent: str) -> None:
    text = DECISION.replace(DECISION.partition("spent = ")[2].strip(), spent)
    with pytest.raises(PolicyError) as refused:
        with_office(load(ROOT / "policies" / "jiashi.toml"), (parse_office(text, "decision.toml"),))
    assert "decision.toml" in str(refused.value)


def test_policy_show_reads_the_threshold() -> None:
    text = "\n".join(policy_text(replace(load(ROOT / "policies" / "jiashi.toml"), profile=decided())))
    assert "支付进度要求" in text
    assert "50.00%" in text


def test_months_end_with_the_present_one_and_go_on_while_money_moves() -> None:
    found = YearMoney(2022, moved={(2021, 11): Moved(100, 0), (2022, 3): Moved(0, 40), (2023, 2): Moved(0, 60)})
    rows = months_of(found, date(2022, 4, 9))
    assert [(row.month, row.allotted_fen, row.paid_fen, row.paid_in_all_fen) for row in rows] == [
        *((1, 100, 0, 0), (2, 100, 0, 0), (3, 100, 40, 40), (4, 100, 0, 40)),
    ]
    later = months_of(found, date(2023, 12, 31))
    assert [(row.year, row.month) for row in later[-2:]] == [(2022, 12), (2023, 2)]
    assert (later[-1].paid_in_all_fen, later[-1].paid_bp, later[-1].even_bp) == (100, 10_000, 10_000)
    assert [row.even_bp for row in later[:3]] == [833, 1667, 2500]


def test_a_share_that_is_only_rounded_up_to_what_is_asked_is_behind() -> None:
    whole = 100 * WAN
    fen_short = MonthOfMoney(2022, 6, whole, 0, whole // 2 - 1, 5000, 5000)
    reached = replace(fen_short, paid_in_all_fen=whole // 2)
    asked = asked_of(decided(), reached, 2022)
    assert (asked.bp, asked.is_behind(fen_short), asked.is_behind(reached)) == (5000, True, False)
