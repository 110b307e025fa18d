"""The picture of one fund's money: its portions, their projects, and where each project's money lies."""

from collections.abc import Iterator, Mapping

from doors.figure_lines import MONEY
from doors.names import Names
from doors.texts import t
from projections.money_shape import Branch
from reports.charts import COLOURS, GREY, Link, Node
from reports.money_flow import Flowed

FLOW = "fund"
_LEFT = "#cccccc"
_ENDS = {"unreleased": _LEFT, "claimable": "#c9a227", "reserved": "#b08968", "sent": "#8a6fa8", "paid": "#588157"}


def projects_in(tree: Branch) -> Iterator[str]:
    """Yield the cases of the projects of a fund's tree."""
    return (one.case for portion in tree.branches for one in portion.branches if one.kind == "project")


def flow_of_fund(tree: Branch, names: Names, titles: Mapping[str, str]) -> Flowed:
    """Return what the picture shows; *titles* gives each project's name, by its case."""
    nodes: dict[str, Node] = {}
    sums: dict[tuple[str, str], int] = {}
    for n, portion in enumerate(tree.branches):
        start = f"s:{portion.id}"
        nodes[start] = Node(start, names.named("pool", portion.id), 0, COLOURS[n % len(COLOURS)])
        for branch in portion.branches:
            end = _node(branch, titles, nodes)
            _add(sums, start, end, branch.fen)
            for state, fen in _lies(branch):
                nodes[state] = Node(state, t(*MONEY[state]), 2, _ENDS[state])
                _add(sums, end, state, fen)
    links = tuple(Link(*ends, fen) for ends, fen in sums.items() if fen > 0)
    used = {end for link in links for end in (link.start, link.end)}
    heads = (t("资金池", "pool"), t("项目", "project"), t("去处", "where it lies"))
    title = t("资金去向：资金池→项目→支付（万元）", "where the money went: pool → project → payment (wan yuan)")
    return Flowed(title, heads, tuple(node for node in nodes.values() if node.id in used), links, "")


def _node(branch: Branch, titles: Mapping[str, str], nodes: dict[str, Node]) -> str:
    id_ = f"p:{branch.id}" if branch.kind == "project" else branch.kind
    match branch.kind:
        case "project":
            nodes[id_] = Node(id_, titles.get(branch.case) or branch.id, 1, "#8aa6b8")
        case "free":
            nodes[id_] = Node(id_, t(*MONEY["free"]), 1, _LEFT)
        case _:
            nodes[id_] = Node(id_, t("其余项目", "other projects"), 1, GREY)
    return id_


def _lies(branch: Branch) -> Iterator[tuple[str, int]]:
    """Yield where the money of a project lies, each place once or more."""
    for one in branch.branches:
        if one.kind == "claim":
            yield from _lies(one)
        else:
            yield one.id, one.fen


def _add(sums: dict[tuple[str, str], int], start: str, end: str, fen: int) -> None:
    sums[start, end] = sums.get((start, end), 0) + fen
