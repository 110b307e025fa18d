"""The page of the system: what is told of server, store, seal and views; nothing of another county by name."""

from collections.abc import Callable
from time import monotonic

import pytest
from sqlalchemy import insert

from console.house import House
from console.pages.system import ANSWER_SECONDS, VIEW_NAMES
from projections.positions import PARKED
from projections.store import writing
from projections.views import VIEWS
from tests.console.offices import Desk


def test_without_temporal_the_page_says_so_in_time_and_shows_the_rest(at: Callable[[str], Desk], house: House) -> None:
    begun = monotonic()
    shown = at("p-108").get("/system")
    assert shown.status == 200
    assert monotonic() - begun < ANSWER_SECONDS + 20  # With signing in, on a busy machine.
    assert "Temporal 在 2 秒内没有应答" in shown.words
    end = house.ledger.recorder.max_notification_id()
    assert f"第 {end} 条事实" in shown.words
    assert house.ledger.build in shown.words
    assert "封印密钥 sample.county.example" in shown.words
    assert "2026-12-31" in shown.words
    assert 'hx-trigger="every 30s"' in shown.html


def test_every_view_is_listed_by_its_name(at: Callable[[str], Desk]) -> None:
    assert {view.name for view in VIEWS} == VIEW_NAMES.keys()
    zh, en = at("p-108").get("/system"), at("p-108").get("/system", "en")
    assert all(names[0] in zh.words and names[1] in en.words for names in VIEW_NAMES.values())


def test_parked_facts_of_others_are_counted_and_not_named(at: Callable[[str], Desk], house: House) -> None:
    with writing(house.engine) as connection:
        for position, stream in ((1, "sample/claim/OWN-1"), (2, "jiashi/claim/OTHER-1"), (3, "jiashi/claim/OTHER-2")):
            row = {"view": "claims", "position": position, "stream": stream, "fact": "claim.lodged/1", "error": "odd"}
            connection.execute(insert(PARKED).values(**row))
    try:
        shown = at("p-108").get("/system")
    finally:
        with writing(house.engine) as connection:
            connection.execute(PARKED.delete())
    assert "sample/claim/OWN-1" in shown.words
    assert "OTHER" not in shown.html
    assert "其他县另有 2 条" in shown.words


@pytest.mark.parametrize("person", ["p-108", "p-009"])
def test_no_case_of_another_county_is_named(at: Callable[[str], Desk], person: str) -> None:
    html = at(person).get("/system").html
    other = "jiashi/" if person == "p-108" else "sample/"
    assert other not in html
