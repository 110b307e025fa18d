"""Deadlines, dispatch, disclosure and assets as pages: what they say equals what the views say."""

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from console.house import House
from console.pages.obligations import PER_BUCKET, PER_DAY, PER_PAGE, bucket_name
from domain.money import wan
from domain.obligation_requests import ExtendObligation
from projections.assets import asset, income
from projections.disclosures import entry, register
from projections.months import month_report, months
from projections.obligations import OBLIGATIONS, obligation, obligations
from projections.obligations_read import (
    RUNNING,
    Bucket,
    Sought,
    board,
    bucket_counts,
    choices,
    day_counts,
    first_of_days,
)
from projections.people_read import terms
from projections.register_pages import State, disclosures_page
from tests.console.played import Desk, at_desk, both_counties, house_of, one_county, seat, take

TODAY = date(2022, 12, 31)
COUNTIES = [("p-005", "jiashi"), ("p-101", "sample")]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's two counties, of which nothing is changed here."""
    return both_counties(tmp_path_factory.mktemp("both"))


@pytest.fixture(scope="module")
def house(store: Path) -> House:
    """Their house, on the last day of the year."""
    return house_of(store, TODAY.isoformat())


@pytest.fixture
def meilan(tmp_path: Path) -> House:
    """A county whose project formed an asset, to be changed at will."""
    return house_of(one_county(tmp_path, "meilan", 2023), "2023-12-31")


@pytest.mark.parametrize("today", [date(2022, 3, 1), date(2022, 6, 6), TODAY])
@pytest.mark.parametrize("county", ["jiashi", "sample"])
def test_buckets_hold_each_deadline_once(house: House, county: str, today: date) -> None:
    sought, every = Sought(county), obligations(house.engine, county)
    counts = bucket_counts(house.engine, sought, today)
    found = {one: board(house.engine, sought, today, one, limit=1_000) for one in Bucket}
    assert counts == {one: len(rows) for one, rows in found.items()}
    assert sorted(row.obligation for rows in found.values() for row in rows) == sorted(r.obligation for r in every)
    assert all(row.is_late(today) for row in found[Bucket.OVERDUE])
    assert not any(row.is_late(today) for row in found[Bucket.TODAY] + found[Bucket.WEEK] + found[Bucket.LATER])


def test_the_week_ends_on_sunday(house: House) -> None:
    friday = next(row.due_on for row in obligations(house.engine, "jiashi") if row.stage == "open")
    monday = friday - timedelta(days=friday.weekday())
    for today in (monday + timedelta(days=n) for n in range(7)):
        counts = bucket_counts(house.engine, Sought("jiashi", on=friday), today)
        where = Bucket.TODAY if today == friday else Bucket.WEEK if today < friday else Bucket.OVERDUE
        assert counts[where] >= 1, today
    assert bucket_counts(house.engine, Sought("jiashi", on=friday), monday - timedelta(days=1))[Bucket.LATER] >= 1


def test_choices_and_filters_count_the_same(house: House) -> None:
    there = choices(house.engine, "jiashi")
    total = len(obligations(house.engine, "jiashi"))
    assert sum(there.responsible.values()) == sum(there.kinds.values()) == total
    for post, number in there.responsible.items():
        assert sum(bucket_counts(house.engine, Sought("jiashi", responsible=post), TODAY).values()) == number
    for kind, number in there.kinds.items():
        rows = board(house.engine, Sought("jiashi", kind=kind), TODAY, limit=1_000)
        assert len(rows) == number
        assert all(row.case.startswith(f"jiashi/{kind}/") for row in rows)


def test_pages_of_a_list_have_each_deadline_once(house: House) -> None:
    pages = [board(house.engine, Sought("jiashi"), TODAY, limit=7, offset=7 * n) for n in range(20)]
    found = [row.obligation for rows in pages for row in rows]
    assert len(found) == len(set(found)) == len(obligations(house.engine, "jiashi"))


def test_a_month_has_each_day_of_its_deadlines(house: House) -> None:
    first, last = date(2022, 10, 1), date(2022, 10, 31)
    due = [row for row in obligations(house.engine, "jiashi") if first <= row.due_on <= last]
    counts = day_counts(house.engine, Sought("jiashi"), first, last, TODAY)
    assert {day: sum(of.values()) for day, of in counts.items()} == {
        day: sum(row.due_on == day for row in due) for day in {row.due_on for row in due}
    }
    shown = first_of_days(house.engine, Sought("jiashi"), first, last, 1)
    assert all(len(rows) == 1 for rows in shown.values())
    assert shown.keys() == counts.keys()


@pytest.mark.parametrize(("person", "county"), COUNTIES)
async def test_the_board_says_what_the_view_says(house: House, person: str, county: str) -> None:
    counts = bucket_counts(house.engine, Sought(county), TODAY)
    async with at_desk(house, person) as desk:
        page = await desk.get(f"/{county}/obligations")
        assert page.status == 200
        assert f"逾期未办 {counts[Bucket.OVERDUE]}" in page.words
        late = await desk.get(f"/{county}/obligations?bucket=overdue")
        for row in board(house.engine, Sought(county), TODAY, Bucket.OVERDUE, limit=50):
            assert f"/{row.obligation}" in late.links()
            assert f"逾期 {(TODAY - row.due_on).days} 天" in late.words


async def test_of_many_deadlines_pages_stay_short_and_their_counts_say_all(tmp_path: Path) -> None:
    """Hundreds that are overdue, due on one day, and met: a column, a page, a day show some and lead to the rest."""
    house = house_of(both_counties(tmp_path), TODAY.isoformat())
    many = {TODAY - timedelta(days=40): ("overdue", 150), TODAY: ("open", 120), TODAY - timedelta(days=9): ("met", 90)}
    put_in(house, "jiashi", many)
    counts = bucket_counts(house.engine, Sought("jiashi"), TODAY)
    assert min(counts[Bucket.OVERDUE] - 150, counts[Bucket.TODAY] - 120, counts[Bucket.MET] - 90) >= 0
    async with at_desk(house, "p-005") as desk:
        shown = await desk.get("/jiashi/obligations")
        for bucket in RUNNING:
            assert counts[bucket] == 0 or f"{bucket_name(bucket)} {counts[bucket]}" in shown.words, bucket
        assert len(shown.links("/jiashi/obligation/")) <= PER_BUCKET * len(RUNNING)
        for bucket in (Bucket.OVERDUE, Bucket.TODAY):
            assert f"全部 {counts[bucket]} 项" in shown.words
            found = await paged(desk, f"/jiashi/obligations?bucket={bucket}", counts[bucket])
            assert len(found) == len(set(found)) == counts[bucket]
        month = await desk.get(f"/jiashi/obligations/calendar?month={TODAY:%Y-%m}")
        assert len(month.links("/jiashi/obligation/")) <= PER_DAY * 6 * 7
        due = sum(bucket_counts(house.engine, Sought("jiashi", on=TODAY), TODAY).values())
        assert f"另有 {due - PER_DAY} 项" in month.words
        found = await paged(desk, f"/jiashi/obligations?on={TODAY}", due)
        assert len(found) == len(set(found)) == due


async def paged(desk: Desk, address: str, total: int) -> list[str]:
    """Return the deadlines of a list, page by page, none of which is longer than it may be."""
    found: list[str] = []
    for number in range(1, -(-total // PER_PAGE) + 1):
        page = await desk.get(f"{address}&page={number}")
        rows = page.links("/jiashi/obligation/")
        assert len(rows) <= PER_PAGE
        assert f"共 {total} 条" in page.words
        found += rows
    return found


def put_in(house: House, county: str, many: dict[date, tuple[str, int]]) -> None:
    """Put further deadlines into the view, alike but for their number, day and stage."""
    like = asdict(obligations(house.engine, county)[0])
    with house.engine.begin() as connection:
        for day, (stage, number) in many.items():
            rows = [
                {**like, "obligation": f"{like['obligation']}-{day}-{n}", "due_on": day, "stage": stage}
                for n in range(number)
            ]
            connection.execute(insert(OBLIGATIONS), rows)


async def test_the_calendar_marks_holidays_and_days_made_up(house: House) -> None:
    async with at_desk(house, "p-006") as desk:
        page = await desk.get("/jiashi/obligations/calendar?month=2022-10")
    assert page.words.count("休（节假日）") == 7
    assert page.words.count("班（调休上班）") == 2
    assert "calendar?month=2022-09" in "".join(page.links("?") + page.links("/")) or "?month=2022-09" in page.source
    assert '<table class="month">' in page.source


async def test_the_month_to_begin_is_one_that_has_not_begun(house: House) -> None:
    begun = {row["month"] for row in months(house.engine, "jiashi")}
    assert {"2022-12"} <= begun
    async with at_desk(house, "p-006") as desk:
        page = await desk.get("/jiashi/dispatch")
    assert "/jiashi/begin/dispatch?no=2023-01" in page.links()


async def test_a_deadline_shows_its_ladder(house: House) -> None:
    climbed = next(row for row in obligations(house.engine, "jiashi") if row.rungs)
    async with at_desk(house, "p-007") as desk:
        page = await desk.get(f"/{climbed.obligation}")
    assert page.status == 200
    assert page.words.count("已上报") == len(climbed.rungs)
    names = house.names("jiashi")
    for rung in climbed.rungs:
        assert f"{names.who(rung['post'], rung['person'])}" in page.words
        assert rung["on"] in page.words
    assert climbed.clause in page.words
    assert f"{climbed.trigger_on}（当日不计）" in page.words


async def test_a_grant_is_on_its_page(tmp_path: Path) -> None:
    house = house_of(both_counties(tmp_path), TODAY.isoformat())
    row = next(r for r in obligations(house.engine, "jiashi") if r.stage == "open" and r.due_on == TODAY)
    async with at_desk(house, "p-009") as desk:
        before = await desk.get(f"/{row.obligation}")
        assert "没有批准过" in before.words
        assert any("obligation.extend/1" in link for link in before.links())
        by = seat("jiashi", "director", "p-009")
        take(house, row.obligation, ExtendObligation(reason="样例：大雪封路", days=5), by, "test-extend-0001")
        after, now = await desk.get(f"/{row.obligation}"), obligation(house.engine, row.obligation)
    assert now is not None
    assert f"{row.due_on} → {now.due_on}" in after.words
    assert "样例：大雪封路" in after.words


@pytest.mark.parametrize(("person", "county"), [("p-008", "jiashi"), ("p-102", "sample")])
async def test_each_month_of_dispatch(house: House, person: str, county: str) -> None:
    async with at_desk(house, person) as desk:
        listed = await desk.get(f"/{county}/dispatch")
        for row in months(house.engine, county):
            assert f"/{row['case']}" in listed.links()
        page = await desk.get(f"/{county}/dispatch/2022-07")
    report = month_report(house.engine, house.ledger.state, county, "2022-07")
    assert page.status == 200
    assert f"/{county}/reports/circular?period=2022-07" in page.links()
    for subject in report.subjects:
        assert subject.subject in page.words
    for taken in report.rungs:
        assert taken.subject in page.words
        assert taken.act.occurred_on.isoformat() in page.words


@pytest.mark.parametrize(("person", "county"), [("p-010", "jiashi"), ("p-103", "sample")])
async def test_the_disclosure_register(house: House, person: str, county: str) -> None:
    found = disclosures_page(house.engine, county, TODAY, limit=100)
    whole = register(house.engine, county, 2022, TODAY).entries
    assert found.counts[None] == len(whole) == len(found.cases)
    late = disclosures_page(house.engine, county, TODAY, State.LATE, limit=100)
    waiting = [e for e in whole if e.public_on is None and e.stage != "withdrawn" and e.days_late]
    assert late.counts[State.LATE] == len(late.cases) == len(waiting)
    assert found.cases[: len(late.cases)] == late.cases
    async with at_desk(house, person) as desk:
        page = await desk.get(f"/{county}/disclosures")
        assert page.status == 200
        assert page.links(f"/{county}/disclosure/") == [f"/{case}" for case in found.cases]


async def test_an_entry_has_its_objection_and_its_correction(house: House) -> None:
    case = "jiashi/disclosure/policies-policy_adopted-2022.1"
    row = entry(house.engine, case, TODAY)
    assert row is not None
    assert row.objections
    async with at_desk(house, "p-011") as desk:
        page = await desk.get(f"/{case}")
    for one in row.objections:
        assert one.words in page.words
        assert one.reason in page.words
    assert "成立，须更正" in page.words
    assert "更正第 1 次公开" in page.words


async def test_an_asset_and_the_money_that_formed_it(meilan: House) -> None:
    case = "meilan/asset/LS1-Z1"
    row = asset(meilan.engine, case)
    assert row is not None
    assert row.keeper is not None
    assert row.handed_over_to is not None
    async with at_desk(meilan, "p-308") as desk:
        listed, page = await desk.get("/meilan/assets"), await desk.get(f"/{case}")
        assert f"/{case}" in listed.links()
        assert row.keeper in listed.words
        assert {f"/meilan/claim/{paid.claim_no}" for paid in row.payments} <= set(page.links())
        assert {f"/meilan/fund/{one.fund_no}" for one in row.funds} <= set(page.links())
        assert row.handed_over_to in page.words
        names = meilan.names("meilan")
        for one in row.funds:
            assert f"{names.named('source', one.source)} {one.fiscal_year}" in page.words
        assert not any(f"{one.source} {one.fiscal_year}" in page.words for one in row.funds)
        assert "没有记录闲置或亏损" in page.words


async def test_an_asset_with_income_and_a_weakness_put_right(tmp_path: Path) -> None:
    house, case = house_of(one_county(tmp_path, "jinghe", 2023), "2023-12-31"), "jinghe/asset/J01-Z1"
    row, came = asset(house.engine, case), income(house.engine, case)
    assert row is not None
    assert came
    person = terms(house.engine, on=house.today())[0].person
    async with at_desk(house, person) as desk:
        page, weak = await desk.get(f"/{case}"), await desk.get("/jinghe/assets?which=weak")
    assert f"收益合计 {wan(row.income_fen)} 万元 ；未分配 {wan(row.left_fen)} 万元" in page.words
    for one in came:
        assert f"{one.on}" in page.words
        assert wan(one.amount_fen) in page.words
    assert "没有记录闲置或亏损" not in page.words
    assert (f"/{case}" in weak.links()) == (row.weak is not None)
