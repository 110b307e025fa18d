"""The picture of a year's money: which source gave which project how much, and what of it is paid."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.charts import COLOURS, GREY, Link, Node, flow
from reports.document import Chart
from reports.money_of_year import YearMoney
from reports.words import Words

FLOW = "flow"  # The name of the picture.
PROJECTS_SHOWN_MAX = 14
_REST, _IDLE, _BACK, _PAID, _UNPAID = "rest", "idle", "back", "paid", "unpaid"


@dataclass(frozen=True)
class Flowed:
    """What the picture shows: heads of its columns, where money is, and what goes from where to where."""

    title: str
    heads: tuple[str, ...]
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    note: str


def flowed(found: YearMoney, projects: Mapping[str, str], words: Words) -> Flowed:
    """Return what the picture shows; *projects* gives each project's name. Beyond a number they stand as one."""
    say = words.say
    shown = _largest(found)
    links = tuple(link for link in _links(found, shown) if link.amount_fen > 0)
    heads = (say("资金来源", "source"), say("项目", "project"), say("支付", "payment"))
    rest = len({no for _, no in found.flows}) - len(shown)
    nodes = (*_sources(found, words), *(_project(no, projects) for no in shown), *_ends(rest, words))
    ends = {end for link in links for end in (link.start, link.end)}
    title = say("资金流向：来源→项目→支付（万元）", "where money went: source → project → payment (wan yuan)")
    return Flowed(title, heads, tuple(node for node in nodes if node.id in ends), links, _note(rest, words))


def flow_chart(found: YearMoney, projects: Mapping[str, str], words: Words) -> Chart:
    """Return the picture."""
    of = flowed(found, projects, words)
    return Chart(of.title, flow(of.heads, of.nodes, of.links), of.note, name=FLOW)


def _note(rest: int, words: Words) -> str:
    if rest <= 0:
        return ""
    most = PROJECTS_SHOWN_MAX
    return words.say(
        f"单列安排最多的 {most} 个项目，其余 {rest} 个合并。",
        f"the {most} projects that were allotted most stand alone, the other {rest} together.",
    )


def _largest(found: YearMoney) -> list[str]:
    sums: dict[str, int] = {}
    for (_, project_no), one in found.flows.items():
        sums[project_no] = sums.get(project_no, 0) + one.allotted_fen
    ranked = sorted(sums, key=lambda no: (-sums[no], no))
    # One that would stand alone for the rest is drawn by its own name.
    return ranked if len(ranked) <= PROJECTS_SHOWN_MAX + 1 else ranked[:PROJECTS_SHOWN_MAX]


def _links(found: YearMoney, shown: list[str]) -> list[Link]:
    sums: dict[tuple[str, str], int] = {}

    def add(start: str, end: str, amount_fen: int) -> None:
        sums[start, end] = sums.get((start, end), 0) + amount_fen

    for (source, project_no), one in found.flows.items():
        project = f"p:{project_no}" if project_no in shown else _REST
        add(f"s:{source}", project, one.allotted_fen)
        add(project, _PAID, one.paid_fen)
        add(project, _UNPAID, one.allotted_fen - one.paid_fen)
    for place, amounts in ((_IDLE, found.idle), (_BACK, found.withdrawn)):
        for source, fen in amounts.items():
            add(f"s:{source}", place, fen)
    return [Link(start, end, fen) for (start, end), fen in sums.items()]


def _sources(found: YearMoney, words: Words) -> list[Node]:
    gave: dict[str, int] = dict.fromkeys((*found.idle, *found.withdrawn), 0)
    for (source, _), one in found.flows.items():
        gave[source] = gave.get(source, 0) + one.allotted_fen
    ranked = sorted(gave, key=lambda source: (-gave[source], source))
    return [
        Node(f"s:{source}", words.named("source", source), 0, COLOURS[n % len(COLOURS)])
        for n, source in enumerate(ranked)
    ]


def _project(project_no: str, names: Mapping[str, str]) -> Node:
    return Node(f"p:{project_no}", names.get(project_no) or project_no, 1, "#8aa6b8")


def _ends(rest: int, words: Words) -> list[Node]:
    say = words.say
    return [
        Node(_REST, say(f"其余 {rest} 个项目", f"{rest} other projects"), 1, GREY),
        Node(_IDLE, say("未安排", "not allotted"), 1, "#cccccc"),
        Node(_BACK, say("上级收回", "withdrawn"), 1, "#cccccc"),
        Node(_PAID, say("已支付", "paid"), 2, "#588157"),
        Node(_UNPAID, say("已安排未支付", "allotted, not paid"), 2, "#c9a227"),
    ]
