"""On which line of a TOML file a key stands: tomllib gives values without positions, tree-sitter has them."""

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from domain.policy.base import Loc

_TOML = Language(tree_sitter_toml.language())


class Lines:
    """The lines of one file, by location in its data."""

    def __init__(self, text: str) -> None:
        self._line_of: dict[Loc, int] = {(): 1}
        self._tables: dict[Loc, int] = {}
        for node in Parser(_TOML).parse(text.encode()).root_node.named_children:
            self._read(node)

    def of(self, loc: Loc) -> int:
        """Return the line of *loc*, or of the nearest table around it."""
        while loc not in self._line_of:
            loc = loc[:-1]
        return self._line_of[loc]

    def _read(self, node: Node) -> None:
        match node.type:
            case "pair":
                self._read_pair((), node)
            case "table" | "table_array_element":
                self._read_table(node)

    def _read_table(self, node: Node) -> None:
        header, *pairs = (child for child in node.named_children if child.type != "comment")
        *outer, last = _keys(header)
        loc = (*self._current(outer), last)
        if node.type == "table_array_element":
            self._line_of.setdefault(loc, _line(node))
            self._tables[loc] = self._tables.get(loc, 0) + 1
            loc = (*loc, self._tables[loc] - 1)
        self._line_of[loc] = _line(node)
        for pair in pairs:
            self._read_pair(loc, pair)

    def _current(self, keys: list[str]) -> Loc:
        """Return where a header's outer keys lead: into the last element of each array of tables."""
        loc: Loc = ()
        for key in keys:
            loc = (*loc, key)
            if loc in self._tables:
                loc = (*loc, self._tables[loc] - 1)
        return loc

    def _read_pair(self, loc: Loc, pair: Node) -> None:
        key, value = (child for child in pair.named_children if child.type != "comment")
        for part in _keys(key):
            loc = (*loc, part)
            self._line_of.setdefault(loc, _line(pair))
        self._read_value(loc, value)

    def _read_value(self, loc: Loc, value: Node) -> None:
        inside = [child for child in value.named_children if child.type != "comment"]
        if value.type == "inline_table":
            for pair in inside:
                self._read_pair(loc, pair)
        elif value.type == "array":
            for n, item in enumerate(inside):
                self._line_of[(*loc, n)] = _line(item)
                self._read_value((*loc, n), item)


def _line(node: Node) -> int:
    return node.start_point.row + 1


def _keys(node: Node) -> list[str]:
    if node.type == "dotted_key":
        return [key for child in node.named_children for key in _keys(child)]
    return [(node.text or b"").decode().strip("\"'")]
