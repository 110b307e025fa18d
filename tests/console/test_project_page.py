"""The page of a project and the list of them say what the store says, and ask it little."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from console import history_view
from domain.cases import CaseId, case_id
from domain.money import wan
from domain.project import PROJECT
from doors.texts import speaking
from projections.cases import cases
from projections.inbox_read import Asked, waiting
from projections.money_tree import tree_of_project
from projections.plan_lines_read import plan_lines
from projections.projects_read import project_row, project_rows
from projections.timeline import history_size
from projections.track_shape import Records
from projections.tracks import track
from tests.console.desk import Desk, Somebody
from tests.console.reading import part, rows, stages, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
READER = "p-108"
SEEN = [CaseId("sample", "project", no) for no in ("S01", "S02", "S03", "S04", "S05")]
QUERIES_MOST = 24


@contextmanager
def questions(engine: Engine) -> Iterator[list[str]]:
    """Collect the questions that the views are asked."""
    found: list[str] = []

    def note(*of: object) -> None:
        if not str(of[2]).startswith("BEGIN"):
            found.append(str(of[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("case", SEEN, ids=lambda case: case.no)
async def test_the_page_says_what_the_store_says(desk: Desk, case: CaseId) -> None:
    answer = await desk.person(READER).get(f"/{case_id(*case)}")
    assert answer.status_code == 200
    html, house = answer.text, desk.house
    row, names = project_row(house.engine, case_id(*case)), house.names(case.county)
    assert row is not None
    with speaking("zh"):
        walked = track(Records.of(house.ledger, house.engine), case, house.now())
        expected = [(names.step(stage.id), stage.state.replace("_", "-")) for stage in walked]
    assert stages(html) == expected
    said = text_of(html)
    for value in (row.village, row.township, row.unit, row.contractor, row.target):
        assert value in said
    figures = dict(re.findall(r"<div><dt>(.*?)</dt><dd><span[^>]*>(.*?) ?</span></dd></div>", html))
    amounts = {"预算": row.budget_fen, "计划安排": row.allotted_fen, "下达": row.released_fen, "支付": row.paid_fen}
    amounts |= {"报账": row.claimed_fen, "核准": row.approved_fen}
    assert {name: figures[name].strip() for name in amounts} == {name: wan(fen) for name, fen in amounts.items()}
    claims = [one for one in cases(house.engine, "claim", case.county) if one.parent == case_id(*case)]
    shown = rows(part(html, "claims-title"), "本项目的报账")
    assert {line[0]: line[-1] for line in shown if len(line) > 1} == {
        one.no: wan(one.money["paid_fen"]) for one in claims
    }


@pytest.mark.parametrize("case", SEEN, ids=lambda case: case.no)
async def test_its_plans_and_its_money_add_up(desk: Desk, case: CaseId) -> None:
    html = (await desk.person(READER).get(f"/{case_id(*case)}")).text
    lines = plan_lines(desk.house.engine, case.county, project_no=case.no)
    if lines:
        assert [row[6] for row in rows(html, "计划明细（万元）")] == [wan(line.amount_fen) for line in lines]
    tree = tree_of_project(desk.house.engine, case.county, case.no)
    assert all(branch.adds_up for branch in tree)
    state = desk.house.ledger.state(PROJECT, case_id(*case))
    assert sum(branch.fen for branch in tree) == state.money.allotted
    for source in tree:
        for fund in source.branches:
            assert f'href="/{fund.case}"' in html


async def test_what_is_missing_is_told_with_the_refusal(desk: Desk) -> None:
    said = text_of(part((await desk.person(READER).get("/sample/project/S05")).text, "steps-title"))
    assert "未附 验收报告" in said  # No acceptance report is attached.
    _, _, refusal = said.partition("现在同意会被拒绝")
    assert "验收报告" in refusal


async def test_a_long_history_is_folded_to_its_last_facts(desk: Desk) -> None:
    reader, case = desk.person(READER), "sample/project/S01"
    folded = (await reader.get(f"/{case}")).text
    every = [row for page in await walked(reader, f"/{case}?history=1", "next") for row in page]
    assert len(every) == history_size(desk.house.engine, case) > history_view.HISTORY_PAGE
    assert rows(folded, "每一条事实") == every[-30:]
    assert f'href="/{case}?history=1#history"' in folded
    assert f"共 {len(every)} 条，以下是第 {len(every) - 29} 至 {len(every)} 条（最近）" in text_of(folded)


async def test_a_history_that_is_longer_is_read_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the latest facts back to the first and forward again, each page bounded and none left out."""
    monkeypatch.setattr(history_view, "HISTORY_PAGE", 12)
    monkeypatch.setattr(history_view, "HISTORY_SHOWN", 5)
    reader, case = desk.person(READER), "sample/project/S01"
    size = history_size(desk.house.engine, case)
    back = await walked(reader, f"/{case}", "prev")
    assert len(back[0]) == 5
    earlier = [row for page in reversed(back[1:]) for row in page]
    forward = await walked(reader, f"/{case}?history=1", "next")
    every = [row for page in forward for row in page]
    assert [len(page) for page in forward[:-1]] == [12] * (len(forward) - 1)
    assert len(every) == size
    assert every[-5:] == back[0]
    assert every[: len(earlier)] == earlier
    assert len(earlier) >= size - 5
    beyond = await reader.get(f"/{case}?history=100000")
    assert rows(beyond.text, "每一条事实") == forward[-1]
    for wrong in ("0", "all", "-1"):
        assert (await reader.get(f"/{case}?history={wrong}")).status_code == 422


async def walked(reader: Somebody, address: str, way: str) -> list[list[list[str]]]:
    """Return the rows of a history's pages, from one to the next as its links lead."""
    found = []
    while address:
        html = (await reader.get(address)).text
        found.append(rows(html, "每一条事实"))
        link = re.search(rf'rel="{way}" href="([^"#]*)#history"', html)
        address = link[1] if link else ""
    return found


async def test_the_api_has_a_history_page_by_page(desk: Desk) -> None:
    reader, case = desk.person(READER), "sample/project/S01"
    size = history_size(desk.house.engine, case)
    pages = [(await reader.get(f"/api/{case}/history?limit=20&page={n}")).json() for n in range(1, -(-size // 20) + 2)]
    assert {page["total"] for page in pages} == {size}
    positions = [row["position"] for page in pages for row in page["history"]]
    assert len(positions) == len(set(positions)) == size
    assert positions == sorted(positions)
    assert pages[-1]["history"] == []


async def test_it_asks_little(desk: Desk) -> None:
    reader = desk.person(READER)
    for path in ("/sample/project/S01", "/sample/claim/S05-2", "/sample/projects", "/sample/claims"):
        assert (await reader.get(path)).status_code == 200
        with questions(desk.house.engine) as asked:
            answer = await reader.get(path)
        assert answer.status_code == 200
        assert len(asked) <= QUERIES_MOST, (path, len(asked))


async def test_the_list_is_searched_narrowed_and_paged(desk: Desk) -> None:
    reader, engine = desk.person("p-009"), desk.house.engine

    async def listed(query: str) -> tuple[list[str], str]:
        html = (await reader.get(f"/jiashi/projects{query}")).text
        return re.findall(r'href="/jiashi/project/([^"?]+)"', html), html

    every = project_rows(engine, "jiashi")
    first, html = await listed("")
    assert first == [row.project_no for row in every][:50]
    assert f"共 {len(every)} 条" in html
    assert (await listed("?page=2"))[0] == [row.project_no for row in every][50:]
    stage, township = every[0].stage, every[0].township
    assert (await listed(f"?stage={stage}"))[0] == [row.project_no for row in every if row.stage == stage][:50]
    there = [row.project_no for row in every if row.township == township]
    assert (await listed(f"?township={township}"))[0] == there[:50]
    assert (await listed(f"?q={every[3].name}"))[0] == [r.project_no for r in every if every[3].name in r.name]
    assert (await listed("?q=%25"))[0] == []  # A sign of SQL's own is looked for as it stands.


async def test_the_list_shows_what_is_late_and_what_waits(desk: Desk) -> None:
    reader, house = desk.person(READER), desk.house
    found = waiting(house.engine, Asked(county="sample"))
    late = {one.project for one in found if one.is_overdue(house.today())}
    late |= {one.of_case for one in found if one.is_overdue(house.today())}
    html = (await reader.get("/sample/projects?late=1")).text
    numbers = [row.project for row in project_rows(house.engine, "sample") if row.project in late]
    assert [f"sample/project/{no}" for no in re.findall(r'href="/sample/project/([^"?]+)"', html)] == numbers
    assert numbers
    post = next(one.post for one in found if one.kind == "project")
    html = (await reader.get(f"/sample/projects?post={post}")).text
    of_post = {one.of_case for one in found if one.kind == "project" and one.post == post}
    assert {f"sample/project/{no}" for no in re.findall(r'href="/sample/project/([^"?]+)"', html)} == of_post


async def test_another_countys_list_is_not_there(desk: Desk) -> None:
    assert (await desk.person(READER).get("/jiashi/projects")).status_code == 404
