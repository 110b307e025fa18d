"""The pictures: what goes in comes out, nothing runs off the paper, and no name covers another."""

from itertools import combinations

import pytest

from domain.money import FEN_PER_WAN
from reports.charts import Link, Node, Progress, flow, progress
from reports.drawing import Band, Box, Drawing, Label, Line, fitted, width_of

WAN = FEN_PER_WAN


def money(sources: int, projects: int) -> Drawing:
    """A year of so many sources and projects, from very small to very large."""
    nodes = [Node(f"s{n}", f"来源{n}", 0) for n in range(sources)]
    nodes += [Node(f"p{n}", f"样例·一个名称相当长的农村供水管网改造工程项目{n}", 1) for n in range(projects)]
    nodes += [Node("paid", "已支付", 2), Node("unpaid", "已安排未支付", 2)]
    links = []
    for n in range(projects):
        fen = WAN * 10 ** (n % 6)
        links.append(Link(f"s{n % sources}", f"p{n}", fen))
        links += [Link(f"p{n}", "paid", fen * 3 // 4), Link(f"p{n}", "unpaid", fen - fen * 3 // 4)]
    return flow(("资金来源", "项目", "支付"), nodes, links)


def extent(label: Label) -> tuple[float, float, float, float]:
    wide = width_of(label.text, label.size)
    left = label.x - {"left": 0.0, "right": wide, "center": wide / 2}[label.anchor]
    return left, label.y, left + wide, label.y + label.size


def overlaps(one: Label, other: Label) -> bool:
    (left, top, right, bottom), (l2, t2, r2, b2) = extent(one), extent(other)
    return left < r2 - 0.5 and l2 < right - 0.5 and top < b2 - 0.5 and t2 < bottom - 0.5


@pytest.mark.parametrize(("sources", "projects"), [(1, 1), (3, 5), (7, 17), (10, 17)])
def test_flow_stays_on_its_plane_and_names_stay_apart(sources: int, projects: int) -> None:
    drawn = money(sources, projects)
    labels = [shape for shape in drawn.shapes if isinstance(shape, Label)]
    assert [(a.text, b.text) for a, b in combinations(labels, 2) if overlaps(a, b)] == []
    for left, top, right, bottom in map(extent, labels):
        assert (left >= 0, top >= 0, right <= drawn.width, bottom <= drawn.height) == (True,) * 4
    boxes = [shape for shape in drawn.shapes if isinstance(shape, Box)]
    assert max(box.y + box.height for box in boxes) <= drawn.height
    assert len(boxes) == min(sources, projects) + projects + 2


def test_bands_are_as_thick_as_their_money() -> None:
    nodes = [Node("s", "来源", 0), Node("a", "甲", 1), Node("b", "乙", 1)]
    drawn = flow(("来源", "项目"), nodes, [Link("s", "a", 300 * WAN), Link("s", "b", 100 * WAN)])
    thick = [shape.thick for shape in drawn.shapes if isinstance(shape, Band)]
    assert thick[0] == pytest.approx(3 * thick[1])
    source, *_ = (shape for shape in drawn.shapes if isinstance(shape, Box))
    assert sum(thick) == pytest.approx(source.height)


def test_of_no_money_nothing_is_drawn() -> None:
    drawn = flow(("来源", "项目"), [Node("s", "来源", 0)], [])
    assert {type(shape) for shape in drawn.shapes} == {Label}
    assert progress([], "支付", "均摊", "规定").texts[:2] == ("0%", "20%")


def test_progress_draws_what_the_policy_asks_only_where_it_asks() -> None:
    months = [Progress(f"{n}月", n * 500, n * 833, None) for n in range(1, 13)]
    without = progress(months, "支付", "均摊", "规定")
    assert "规定" not in without.texts
    asked = progress([Progress(m.month, m.paid_bp, m.even_bp, 5000) for m in months], "支付", "均摊", "规定")
    assert "规定" in asked.texts
    assert sum(isinstance(s, Line) for s in asked.shapes) == sum(isinstance(s, Line) for s in without.shapes) + 2
    labels = [shape for shape in asked.shapes if isinstance(shape, Label)]
    assert [(a.text, b.text) for a, b in combinations(labels, 2) if overlaps(a, b)] == []
    assert all(0 <= y <= asked.height for s in asked.shapes if isinstance(s, Line) for _, y in s.points)


def test_a_name_that_is_too_long_says_that_there_is_more() -> None:
    assert fitted("农村供水", 100, 7) == "农村供水"
    assert fitted("农村供水管网改造", 35, 7) == "农村供水…"
