"""A plan's page: lines with their sums, rules judged; and its form, checked by the rules as lines are typed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.forms.reading import filled
from domain.ledger import Ledger
from domain.money import wan
from domain.order_requests import AppointPerson
from domain.plan import PLAN
from domain.requests import DraftPlan
from domain.terms import Line
from projections.fund_ledger_read import portions
from projections.plan_lines_read import plan_lines
from tests.console.desk import Somebody
from tests.console.office import desk_of, words_of
from tests.story import COUNTY, WAN, day, office, tell

PLAN_1 = "sample/plan/P1"
CHECK = "/sample/plan/P9/check/plan.draft/1"


@pytest.fixture
def official(tmp_path: Path) -> Iterator[Somebody]:
    """Whoever drafts plans, signed in."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        story = tell(ledger)
        office(story)
        appointed = AppointPerson(post="rrb", first=day(8, 15), unit="rrb")
        story.ask("people", "p-rrb", appointed, "personnel", day(8, 15))
        yield desk_of(ledger).person("p-rrb")


def form_of(*lines: Line, title: str = "样例·补充计划") -> dict[str, list[str]]:
    """Return a draft as its form sends it."""
    return filled(DraftPlan(year=2023, title=title, lines=lines))


def free_of_f1(official: Somebody) -> int:
    """Return what F1 has free."""
    return sum(one.free_fen for one in portions(official.desk.house.engine, fund=f"{COUNTY}/fund/F1"))


async def test_lines_and_sums_are_the_ledgers(official: Somebody) -> None:
    page = await official.get(f"/{PLAN_1}")
    assert page.status_code == 200
    lines = [one for one in plan_lines(official.desk.house.engine, plan=PLAN_1) if not one.cut]
    said = words_of(page.text)
    sums = " ".join(
        wan(sum(getattr(one, name) for one in lines))
        for name in ("amount_fen", "allotted_fen", "released_fen", "claimed_fen", "paid_fen")
    )
    assert f"合计 {sums}" in said
    for one in lines:
        assert f'href="/sample/project/{one.project_no}"' in page.text
        assert wan(one.amount_fen) in said


async def test_rules_judged_and_minutes_are_told(official: Somebody) -> None:
    page = await official.get(f"/{PLAN_1}")
    said = words_of(page.text)
    state = official.desk.house.ledger.state(PLAN, PLAN_1)
    assert state.results
    for one in state.results:
        assert f"≥ {one.bound / 100:.2f}%" in said
        assert f"{one.value / 100:.2f}%" in said
        assert one.clause in said
    assert "原则上" in said
    assert "纪要已归档" in said


async def test_a_form_is_checked_as_far_as_it_is_filled_in_and_nothing_is_kept(official: Somebody) -> None:
    free = free_of_f1(official)
    before = official.desk.kept()
    too_much = form_of(Line("F1", "integrated", "S01", free + 100 * WAN))
    found = await official.ask("POST", CHECK, data=too_much)
    assert found.status_code == 200
    assert "<html" not in found.text
    said = words_of(found.text)
    assert f"{wan(free)} {wan(free + 100 * WAN)} {wan(-100 * WAN)}" in said
    assert "不够" in said
    assert "照此提交会被拒绝" in said
    half = too_much | {"lines.1.fund_no": ["F1"], "title": [""]}
    unfinished = await official.ask("POST", CHECK, data=half)
    assert "还有 2 处没有填完或有误" in words_of(unfinished.text)
    assert wan(-100 * WAN) in words_of(unfinished.text)
    assert official.desk.kept() == before


async def test_a_form_with_nothing_in_it_says_what_would_be_checked(official: Somebody) -> None:
    for data in ({}, {"lines.0.amount_fen": ["十二"]}, {"year": ["x"], "lines.0.fund_no": ["<script>"]}):
        found = await official.ask("POST", CHECK, data=data)
        assert found.status_code == 200
        assert "随时核对" in words_of(found.text)
        assert "<script>" not in found.text


async def test_without_script_the_button_shows_the_same_check(official: Somebody) -> None:
    page = await official.get("/sample/plan/P9/ask/plan.draft/1")
    assert page.status_code == 200
    assert f'hx-post="{CHECK}"' in page.text
    [nonce] = re.findall(r'name="nonce" value="([^"]+)"', page.text)
    data = form_of(Line("F1", "integrated", "S01", free_of_f1(official) + WAN))
    seat = {"seat": ["rrb"], "nonce": [nonce], "do": ["look"], "csrf": [official.csrf]}
    looked = await official.ask("POST", "/sample/plan/P9/ask/plan.draft/1", data={**data, **seat})
    assert looked.status_code == 200
    assert "照此提交会被拒绝" in words_of(looked.text)
    assert "还剩" in words_of(looked.text)


async def test_only_forms_of_plans_are_checked_and_only_with_their_token(official: Somebody) -> None:
    assert (await official.ask("POST", CHECK, data={}, csrf="forged")).status_code == 403
    assert (await official.ask("POST", "/sample/fund/F9/check/fund.register/1", data={})).status_code == 404
    assert (await official.ask("POST", "/river/plan/P9/check/plan.draft/1", data={})).status_code == 404
