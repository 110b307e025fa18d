"""The keys that a policy sets, the rows that each serves, and the same text with one key changed or taken out."""

import copy
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import tree_sitter_toml
from pydantic.fields import FieldInfo
from tree_sitter import Language, Node, Parser

from domain.policy import Profile
from domain.policy.base import Loc
from domain.policy.lines import Lines
from domain.policy.shapes import model_in, walk

_TOML = Language(tree_sitter_toml.language())
_ROWS = re.compile(r"#((?: [A-Z]{2}-\d{2})+)")
# Words for people, and names by which rules are found: what they say is read, and no rule is computed from it.
WORDS = frozenset({"id", "zh", "en", "source", "reading", "printed", "regime_zh", "regime_en", "version"})


class Key(NamedTuple):
    """One key that is set, or a whole table (then *value* is the table)."""

    at: Loc
    field: FieldInfo
    value: Any
    rows: tuple[str, ...]
    line: int


@dataclass
class _Block:
    """One table of the file as written: from its header to the next one, and the rows named above it."""

    at: Loc
    rows: tuple[str, ...]
    span: tuple[int, int]


@dataclass
class _Pair:
    """One pair as written, and its value's place."""

    span: tuple[int, int]
    value: tuple[int, int]


class PolicyText:
    """A policy's text, which can be written anew with one key changed."""

    def __init__(self, text: str) -> None:
        self.data = tomllib.loads(text)
        self._bytes = text.encode()
        self._lines = text.splitlines()
        self._blocks: list[_Block] = []
        self._pairs: dict[Loc, _Pair] = {}
        self._counts: dict[Loc, int] = {}
        self._line_of = Lines(text)
        for node in Parser(_TOML).parse(self._bytes).root_node.named_children:
            self._read(node)

    def all_keys(self) -> Iterator[Key]:
        """Yield every key that is set and is no word, and every table."""
        for at, field, value in walk(Profile, self.data):
            if at[-1] in WORDS or at == ("county",):
                continue
            if model_in(field) and isinstance(value, list):
                yield from (self._key((*at, n), field, item) for n, item in enumerate(value))
            else:
                yield self._key(at, field, value)

    def words(self) -> int:
        """Return how many keys are words."""
        return sum(at[-1] in WORDS for at, _, _ in walk(Profile, self.data))

    def without(self, at: Loc) -> str:
        """Return the text without a key or table."""
        if any(block.at == at for block in self._blocks):
            return self._cut([block.span for block in self._blocks if block.at[: len(at)] == at])
        if at in self._pairs:
            return self._cut([self._pairs[at].span])
        pair, inner = self._around(at)
        return self._written(pair, changed(self._value(pair), inner))

    def having(self, at: Loc, value: Any) -> str:
        """Return the text with another value of a key."""
        pair, inner = self._around(at)
        return self._written(pair, changed(self._value(pair), inner, value))

    def _key(self, at: Loc, field: FieldInfo, value: Any) -> Key:
        return Key(at, field, value, self._rows(at), self._line_of.of(at))

    def _rows(self, at: Loc) -> tuple[str, ...]:
        """Return the rows named above the innermost table around *at* that names any."""
        around = [block for block in self._blocks if block.at and block.at == at[: len(block.at)] and block.rows]
        return max(around, key=lambda block: len(block.at)).rows if around else ()

    def _around(self, at: Loc) -> tuple[Loc, Loc]:
        """Return the pair as written that *at* stands in, and where in its value."""
        outer = at
        while outer not in self._pairs:
            outer = outer[:-1]
        return outer, at[len(outer) :]

    def _value(self, at: Loc) -> Any:
        value: Any = self.data
        for part in at:
            value = value[part]
        return value

    def _written(self, pair: Loc, value: Any) -> str:
        start, end = self._pairs[pair].value
        return (self._bytes[:start] + literal(value).encode() + self._bytes[end:]).decode()

    def _cut(self, spans: list[tuple[int, int]]) -> str:
        left = self._bytes
        for start, end in sorted(spans, reverse=True):
            left = left[:start] + left[end:]
        return left.decode()

    def _read(self, node: Node) -> None:
        if node.type == "pair":
            self._read_pair((), node)
        elif node.type in ("table", "table_array_element"):
            header, *pairs = (child for child in node.named_children if child.type != "comment")
            at = self._header(_parts(header), is_element=node.type == "table_array_element")
            rows = self._rows_above(node.start_point.row) or self._rows_before(at)
            self._blocks.append(_Block(at, rows, (node.start_byte, node.end_byte)))
            for pair in pairs:
                self._read_pair(at, pair)

    def _header(self, parts: list[str], *, is_element: bool) -> Loc:
        at: Loc = ()
        for part in parts[:-1]:
            at = (*at, part)
            at = (*at, self._counts[at] - 1) if at in self._counts else at
        at = (*at, parts[-1])
        if not is_element:
            return at
        self._counts[at] = self._counts.get(at, 0) + 1
        return (*at, self._counts[at] - 1)

    def _read_pair(self, at: Loc, pair: Node) -> None:
        key, value = (child for child in pair.named_children if child.type != "comment")
        self._pairs[*at, *_parts(key)] = _Pair((pair.start_byte, pair.end_byte), (value.start_byte, value.end_byte))

    def _rows_before(self, at: Loc) -> tuple[str, ...]:
        """Return the rows of the element before one of a list: a run of them is named above its first."""
        before = (*at[:-1], at[-1] - 1) if isinstance(at[-1], int) else ()
        return next((block.rows for block in self._blocks if before and block.at == before), ())

    def _rows_above(self, row: int) -> tuple[str, ...]:
        rows: tuple[str, ...] = ()
        while row > 0 and self._lines[row - 1].startswith("#"):
            row -= 1
            if named := _ROWS.fullmatch(self._lines[row].strip()):
                rows = (*named[1].split(), *rows)
        return rows


def changed(value: Any, at: Loc, *new: Any) -> Any:
    """Return *value* with what stands at *at* below it replaced, or taken out if there is nothing *new*."""
    if not at:
        return new[0]
    copied = copy.deepcopy(value)
    holder = copied
    for part in at[:-1]:
        holder = holder[part]
    if new:
        holder[at[-1]] = new[0]
    else:
        del holder[at[-1]]
    return copied


def literal(value: Any) -> str:
    """Return a value as TOML writes it on one line."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case date():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            return "{ " + ", ".join(f"{key} = {literal(item)}" for key, item in value.items()) + " }"
    raise TypeError(value)


def _parts(node: Node) -> list[str]:
    if node.type == "dotted_key":
        return [part for child in node.named_children for part in _parts(child)]
    return [(node.text or b"").decode().strip("\"'")]
