"""A drawing: bands, boxes, lines and labels on a plane of points, whoever draws them in the end."""

import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

WIDE, NARROW = 1.0, 0.57  # Of a character, in its own height.
Point = tuple[float, float]


@dataclass(frozen=True)
class Band:
    """A band that runs from one height at the left to another at the right."""

    x0: float
    y0: float
    x1: float
    y1: float
    thick: float
    colour: str


@dataclass(frozen=True)
class Box:
    """A filled box."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Line:
    """A line through points."""

    points: tuple[Point, ...]
    colour: str
    thick: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Label:
    """Words beginning, ending or centred at a point: *anchor* is `left`, `right` or `center`."""

    x: float
    y: float
    text: str
    anchor: str = "left"
    size: float = 7.0
    colour: str = "#222222"


Shape = Band | Box | Line | Label


@dataclass(frozen=True)
class Drawing:
    """Shapes in the order in which they are drawn, on a plane of so many points; y grows downwards."""

    width: float
    height: float
    shapes: tuple[Shape, ...]

    def data(self) -> dict[str, Any]:
        """Return it as plain data, each shape with its kind."""
        shapes = [{"shape": type(shape).__name__.lower(), **asdict(shape)} for shape in self.shapes]
        return {"width": self.width, "height": self.height, "shapes": shapes}

    @property
    def texts(self) -> tuple[str, ...]:
        """Return all words in it."""
        return tuple(shape.text for shape in self.shapes if isinstance(shape, Label))


def width_of(text: str, size: float = 1.0) -> float:
    """Return about how wide a text is: Chinese characters are square, others about half of that."""
    return sum(WIDE if unicodedata.east_asian_width(c) in "WFA" else NARROW for c in text) * size


def fitted(text: str, width: float, size: float) -> str:
    """Return *text*, or as much of it as fits into *width*, with a sign that there is more."""
    if width_of(text, size) <= width:
        return text
    while text and width_of(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text}…"
