"""The charts: where money came from and went, source → project → payment; and spending against the schedule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.money import BASIS_POINTS, wan
from reports.document import Kind, seen, shown
from reports.drawing import Band, Box, Drawing, Label, Line, Point, Shape, fitted

COLOURS = ("#2f6f9f", "#c8553d", "#588157", "#b08900", "#7b5ea7", "#3d8b8b", "#a05195", "#6b705c")
GREY, DARK, RED, BLUE = "#9a9a9a", "#444444", "#c0392b", "#2f6f9f"
_WIDTH, _FLOW_HEIGHT, _LINES_HEIGHT = 760.0, 400.0, 180.0
_SIZE = 7.0
_NODE_WIDTH, _SLOT, _LABEL_WIDTH = 9.0, 10.0, 150.0
_HEAD = 16.0
_LIGHT = "70"  # How much a band lets through, as the last two digits of its colour.


@dataclass(frozen=True)
class Node:
    """Where money is: an id, what it is called, and in which column it stands."""

    id: str
    name: str
    column: int
    colour: str = GREY


@dataclass(frozen=True)
class Link:
    """Money that goes from one node to another, in whole fen."""

    start: str
    end: str
    amount_fen: int


@dataclass(frozen=True)
class _Placed:
    node: Node
    x: float
    y: float
    height: float
    amount_fen: int


def flow(heads: Sequence[str], nodes: Sequence[Node], links: Sequence[Link]) -> Drawing:
    """Draw the flow of money through columns of nodes; a band is as thick as its amount, a node as what it holds."""
    links = [link for link in links if link.amount_fen > 0]
    placed = _placed(nodes, links, len(heads))
    shapes: list[Shape] = [_head(text, n, len(heads)) for n, text in enumerate(heads)]
    shapes += _bands(placed, links)
    for one in placed.values():
        shapes.append(Box(one.x, one.y, _NODE_WIDTH, max(one.height, 0.8), one.node.colour))
        shapes.append(_name(one))
    return Drawing(_WIDTH, _FLOW_HEIGHT, tuple(shapes))


def _holds(node: Node, links: Iterable[Link]) -> int:
    came = sum(link.amount_fen for link in links if link.end == node.id)
    went = sum(link.amount_fen for link in links if link.start == node.id)
    return max(came, went)


def _placed(nodes: Sequence[Node], links: Sequence[Link], columns: int) -> dict[str, _Placed]:
    amounts = {node.id: _holds(node, links) for node in nodes}
    shown_nodes = [node for node in nodes if amounts[node.id]]
    by_column = [[node for node in shown_nodes if node.column == n] for n in range(columns)]
    scale = min((_scale([amounts[node.id] for node in of]) for of in by_column if of), default=0.0)
    found: dict[str, _Placed] = {}
    for n, of_column in enumerate(by_column):
        y = _HEAD
        for node in of_column:
            height = amounts[node.id] * scale
            slot = max(height + 2, _SLOT)  # A name needs its line, however little it holds.
            found[node.id] = _Placed(node, _x(n, columns), y + (slot - height) / 2, height, amounts[node.id])
            y += slot
    return found


def _scale(amounts: Sequence[int]) -> float:
    """Return how high a fen is, so that a column fits: what is small takes a line's height all the same."""
    room, left = _FLOW_HEIGHT - _HEAD - 4, sorted(amounts)
    while left:
        scale = (room - 2 * len(left)) / sum(left)
        if left[0] * scale + 2 >= _SLOT:
            return max(scale, 0.0)
        room -= _SLOT
        left = left[1:]
    return float("inf")


def _x(column: int, columns: int) -> float:
    return _LABEL_WIDTH + column * (_WIDTH - 2 * _LABEL_WIDTH - _NODE_WIDTH) / max(columns - 1, 1)


def _bands(placed: Mapping[str, _Placed], links: Sequence[Link]) -> Iterable[Shape]:
    leaves = {name: one.y for name, one in placed.items()}
    enters = dict(leaves)
    for link in sorted(links, key=lambda one: (placed[one.start].y, placed[one.end].y)):
        start, end = placed[link.start], placed[link.end]
        thick = start.height * link.amount_fen / start.amount_fen
        y0, y1 = leaves[link.start], enters[link.end]
        yield Band(start.x + _NODE_WIDTH, y0, end.x, y1, max(thick, 0.2), start.node.colour + _LIGHT)
        leaves[link.start] += thick
        enters[link.end] += thick


def _head(text: str, column: int, columns: int) -> Label:
    x = _x(column, columns)
    if column == 0:
        return Label(x + _NODE_WIDTH, 0, text, "right", 8.0, DARK)
    return Label(x, 0, text, "left", 8.0, DARK)


def _name(one: _Placed) -> Label:
    middle = one.y + one.height / 2 - _SIZE * 0.6
    amount = wan(one.amount_fen)
    text = f"{fitted(seen(one.node.name), _LABEL_WIDTH - (len(amount) + 3) * _SIZE * 0.62, _SIZE)} {amount}"
    if one.node.column == 0:
        return Label(one.x - 3, middle, text, "right", _SIZE)
    return Label(one.x + _NODE_WIDTH + 3, middle, text, "left", _SIZE)


@dataclass(frozen=True)
class Progress:
    """How far spending had come when a month ended, in basis points; *asked_bp* is what the policy asks, if it does."""

    month: str
    paid_bp: int | None
    even_bp: int
    asked_bp: int | None


def progress(months: Sequence[Progress], paid: str, even: str, asked: str) -> Drawing:
    """Draw spending by month against the schedule: what is asked by the policy, and the even line as a reference."""
    top = max([BASIS_POINTS, *(one.paid_bp or 0 for one in months)])
    plane = _Plane(len(months), top)
    shapes: list[Shape] = [*_grid(plane, months)]
    shapes.append(Line(plane.points([one.even_bp for one in months]), GREY, 1.0, dashed=True))
    names = [(even, GREY)]
    if any(one.asked_bp is not None for one in months):
        shapes.append(Line(plane.points([one.asked_bp for one in months]), RED, 1.2, dashed=True))
        names.append((asked, RED))
    shapes.append(Line(plane.points([one.paid_bp for one in months]), BLUE, 1.8))
    shapes += _values(plane, months)
    shapes += _legend([(paid, BLUE), *names])
    return Drawing(_WIDTH, _LINES_HEIGHT, tuple(shapes))


@dataclass(frozen=True)
class _Plane:
    """Where a month and a share are on the paper."""

    months: int
    top_bp: int
    left: float = 50.0
    upper: float = 26.0
    lower: float = _LINES_HEIGHT - 18

    def x(self, n: int) -> float:
        """Return where a month stands."""
        return self.left + (n + 0.5) * (_WIDTH - self.left - 20) / max(self.months, 1)

    def y(self, share_bp: int) -> float:
        """Return where a share stands."""
        return self.lower - (self.lower - self.upper) * share_bp / self.top_bp

    def points(self, shares: Iterable[int | None]) -> tuple[Point, ...]:
        """Return a line through all the shares that there are."""
        return tuple((self.x(n), self.y(share)) for n, share in enumerate(shares) if share is not None)


def _grid(plane: _Plane, months: Sequence[Progress]) -> Iterable[Shape]:
    for share in range(0, BASIS_POINTS + 1, BASIS_POINTS // 5):
        y = plane.y(share)
        yield Line(((plane.left, y), (_WIDTH - 20, y)), "#dddddd", 0.5)
        yield Label(plane.left - 5, y - 4, f"{share // 100}%", "right", _SIZE, DARK)
    for n, one in enumerate(months):
        yield Label(plane.x(n), plane.lower + 4, one.month, "center", _SIZE, DARK)


def _values(plane: _Plane, months: Sequence[Progress]) -> Iterable[Shape]:
    for n, one in enumerate(months):
        if one.paid_bp is not None:
            x, y = plane.x(n), plane.y(one.paid_bp)
            yield Box(x - 1.6, y - 1.6, 3.2, 3.2, BLUE)
            # Spending seldom falls: right below a point there is no line, but at the foot there are the months' names.
            beside = y + 14 < plane.lower
            at = (x + 14, y + 4) if beside else (x - 10, y - 11)
            yield Label(*at, shown(one.paid_bp, Kind.PERCENT), "center", 6.5, BLUE)


def _legend(names: Sequence[tuple[str, str]]) -> Iterable[Shape]:
    x = 50.0
    for n, (text, colour) in enumerate(names):
        yield Line(((x, 6), (x + 18, 6)), colour, 1.8 if n == 0 else 1.0, dashed=n > 0)
        yield Label(x + 22, 2, text, "left", _SIZE, DARK)
        x += 40 + len(text) * _SIZE
