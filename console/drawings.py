"""A drawing as SVG: shapes with the attributes that a page may write without any style of its own."""

from dataclasses import dataclass

from reports.document import Chart, seen
from reports.drawing import Band, Box, Drawing, Label, Line, Shape

_RISE = 0.86  # From the top of a line of words to the foot of its letters, in their height.
_ANCHORS = {"left": "start", "right": "end", "center": "middle"}
_DASHES = "4 3"
_OPAQUE = 7  # Characters of a colour that lets nothing through.
Attributes = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Element:
    """One element of an SVG: its tag, its attributes, and its words if it has any."""

    tag: str
    attributes: Attributes
    text: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart for a page: what it is called, what it says to who cannot see it, and what is drawn."""

    name: str
    title: str
    note: str
    described: str
    width: str
    height: str
    elements: tuple[Element, ...]


def picture(chart: Chart) -> Picture:
    """Return a chart as a page draws it; its words are read out in the order in which they stand."""
    drawing = chart.drawing
    said = " · ".join(seen(text) for text in drawing.texts)
    size = _n(drawing.width), _n(drawing.height)
    return Picture(chart.name, seen(chart.title), seen(chart.note), said, *size, elements(drawing))


def elements(drawing: Drawing) -> tuple[Element, ...]:
    """Return what a drawing is made of."""
    return tuple(_element(shape) for shape in drawing.shapes)


def _element(shape: Shape) -> Element:
    match shape:
        case Band():
            return Element("path", (("d", _band(shape)), *_paint("fill", shape.colour)))
        case Box(x, y, width, height, colour):
            spot = (("x", _n(x)), ("y", _n(y)), ("width", _n(width)), ("height", _n(height)))
            return Element("rect", (*spot, *_paint("fill", colour)))
        case Line(points, colour, thick, dashed):
            way = ("points", " ".join(f"{_n(x)},{_n(y)}" for x, y in points))
            dash = (("stroke-dasharray", _DASHES),) if dashed else ()
            line = (way, ("fill", "none"), *_paint("stroke", colour), ("stroke-width", _n(thick)), *dash)
            return Element("polyline", line)
        case Label(x, y, text, anchor, size, colour):
            place = (("x", _n(x)), ("y", _n(y + size * _RISE)), ("text-anchor", _ANCHORS[anchor]))
            return Element("text", (*place, ("font-size", _n(size)), *_paint("fill", colour)), seen(text))


def _band(band: Band) -> str:
    middle = _n((band.x0 + band.x1) / 2)
    left, right = _n(band.x0), _n(band.x1)
    top = f"M{left},{_n(band.y0)} C{middle},{_n(band.y0)} {middle},{_n(band.y1)} {right},{_n(band.y1)}"
    low0, low1 = _n(band.y0 + band.thick), _n(band.y1 + band.thick)
    return f"{top} L{right},{low1} C{middle},{low1} {middle},{low0} {left},{low0} Z"


def _paint(what: str, colour: str) -> Attributes:
    """Return a colour; how much it lets through stands by itself, as older browsers want it."""
    if len(colour) == _OPAQUE:
        return ((what, colour),)
    return ((what, colour[:_OPAQUE]), (f"{what}-opacity", _n(int(colour[_OPAQUE:], 16) / 255)))


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
