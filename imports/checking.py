"""Every row is checked before the first is stored: against the county's rules, the columns, and the other rows."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, TypeVar, get_args
from unicodedata import normalize

import msgspec

from domain.policy import Profile
from domain.policy.base import Named, Tier
from domain.testimony_facts import ImportedRow, RowKind
from imports import values
from imports.columns import COLUMNS, match
from imports.faults import Fault, FaultyFileError, NotReadableError, Said
from imports.table import Line, Table, Unreadable, Value, is_empty
from imports.values import NotValueError

T = TypeVar("T")
Told = Callable[[int, int], None]
KINDS: dict[str, str] = {
    "receipt": "到账",
    "project": "项目",
    "plan_line": "计划",
    "payment": "支付",
    "asset": "资产",
}
# The tiers as people write them; 自治区 is a province, 地区 and 市 a prefecture (see the policies' own tiers).
TIERS: dict[str, tuple[str, ...]] = {
    "central": ("中央", "中央级"),
    "province": ("省", "省级", "自治区", "自治区级", "省（自治区）"),
    "prefecture": ("地市", "地区", "市", "市级", "地区级"),
    "county": ("县", "县级", "区", "区级", "县（区）"),
    "township": ("乡镇", "乡", "镇", "乡镇级"),
    "society": ("社会", "社会资金"),
}
_NEEDED: dict[str, tuple[str, ...]] = {
    "receipt": ("document_no", "source", "amount", "day"),
    "project": ("project_no", "name"),
    "plan_line": ("document_no", "project_no", "source", "amount"),
    "payment": ("project_no", "source", "amount", "day"),
    "asset": ("name",),
}
_HEADINGS = {column.id: column for column in COLUMNS}
assert set(KINDS) == set(get_args(RowKind))
assert set(TIERS) == set(get_args(Tier))


@dataclass(frozen=True)
class Checked:
    """What a file says: one year's rows, and what was made good in reading them."""

    year: int
    rows: tuple[ImportedRow, ...]
    notes: tuple[Said, ...]


def check(name: str, table: Table, profile: Profile, today: date, told: Told = lambda _, __: None) -> Checked:
    """Return the rows of *table*; *told* hears how many are checked, and of how many.

    Raises:
        FaultyFileError: With everything that is wrong in it.
        NotReadableError: If it has no rows.
    """
    checking = _Checking(table, profile, today)
    if not table.lines and not checking.faults:
        raise NotReadableError(name, Said("没有数据行", "it has no rows"))
    for count, line in enumerate(table.lines if checking.can_go_on else (), start=1):
        checking.row(line)
        told(count, len(table.lines))
    checking.years()
    if checking.faults:
        raise FaultyFileError(name, checking.faults)
    return Checked(checking.year, tuple(checking.rows), table.notes)


class _Checking:
    """One file on its way from cells to rows."""

    def __init__(self, table: Table, profile: Profile, today: date) -> None:
        self._table, self._today = table, today
        self._matched = match(table)
        self.faults = [*table.faults, *self._matched.faults]
        self.can_go_on = not self._matched.faults
        self.rows: list[ImportedRow] = []
        self._years: dict[int, int] = {}
        self._first: dict[ImportedRow, int] = {}
        self._sources, self._pools, self._classes = (
            _known(of) for of in (profile.sources, profile.pools, profile.classes)
        )

    @property
    def year(self) -> int:
        """Return the year that most rows state."""
        [(year, _)] = Counter(self._years.values()).most_common(1)
        return year

    def row(self, line: Line) -> None:
        """Check one row."""
        before = len(self.faults)
        kind = self._said(line, "kind", _kind)
        year = self._said(line, "year", lambda value: values.year(value, self._today))
        if year is not None:
            self._years[line.row] = year
        found = self._read(line)
        self._check_needed(line, kind)
        unread = any(value is Unreadable.CELL for value in line.values)
        if len(self.faults) == before and kind is not None and not unread:
            self._keep(line, msgspec.convert({"row": line.row, "kind": kind, **found}, ImportedRow))

    def years(self) -> None:
        """Check that all rows are of one year: the one that most of them state."""
        if not self._years:
            return
        most = self.year
        for row, year in self._years.items():
            if year != most:
                said = f"{year} 年；本文件其他行是 {most} 年", f"{year}, where the file's other rows are of {most}"
                self._fault(row, "year", Said(*said))

    def _read(self, line: Line) -> dict[str, Any]:
        """Return what stands in the row besides kind and year."""
        fields = ("document_no", "project_no", "name", "township", "village", "status", "note")
        found: dict[str, Any] = {field: self._said(line, field, values.words) or "" for field in fields}
        for field, known in (("source", self._sources), ("pool", self._pools), ("use_class", self._classes)):
            found[field] = self._said(line, field, partial(_named, known)) or ""
        found["tier"] = self._said(line, "tier", _tier) or ""
        of_column = self._said(line, "unit", values.unit) or ""
        units = (self._matched.unit, of_column)
        found["amount_fen"] = self._said(line, "amount", lambda value: values.amount(value, *units))
        zero = self._table.day_zero
        found["stated_on"] = self._said(line, "day", lambda value: values.day(value, self._today, zero))
        return found

    def _said(self, line: Line, column: str, read: Callable[[Value], T]) -> T | None:
        """Return the value of a column, or None and a fault."""
        at = self._matched.at.get(column)
        value = None if at is None else line.values[at]
        if value is Unreadable.CELL:
            return None
        try:
            return read(value)
        except NotValueError as e:
            self._fault(line.row, column, e.said)
            return None

    def _check_needed(self, line: Line, kind: str | None) -> None:
        for column in _NEEDED.get(kind or "", ()):
            at = self._matched.at.get(column)
            empty = at is None or is_empty(line.values[at])
            # A county whose text names no sources has none to choose from.
            if empty and not (column == "source" and not self._sources):
                said = f"{KINDS[kind or '']}必须填写", f"a {kind} needs it"
                self._fault(line.row, column, Said(*said))

    def _keep(self, line: Line, row: ImportedRow) -> None:
        first = self._first.setdefault(row.content(), line.row)
        if first != line.row:
            said = Said(f"与第 {first} 行完全相同", f"it is the same as row {first}")
            self.faults.append(Fault(self._table.sheet, line.row, "", "", said))
        else:
            self.rows.append(row)

    def _fault(self, row: int, column: str, said: Said) -> None:
        at = self._matched.at.get(column)
        place, heading = (
            ("", _HEADINGS[column].zh) if at is None else (self._table.columns[at], self._table.headings[at])
        )
        self.faults.append(Fault(self._table.sheet, row, place, heading, said))


def _kind(value: Value) -> str:
    text = normalize("NFKC", values.words(value)).lower()
    for kind, zh in KINDS.items():
        if text in (kind, zh):
            return kind
    there = "、".join(KINDS.values()), ", ".join(KINDS)
    raise NotValueError(f"{text!r} 不是类别；可用：{there[0]}", f"{text!r} is no kind; there are: {there[1]}")


def _tier(value: Value) -> str:
    text = values.words(value)
    for tier, names in TIERS.items():
        if text in ("", tier, *names):
            return tier if text else ""
    there = "、".join(names[0] for names in TIERS.values()), ", ".join(TIERS)
    raise NotValueError(f"{text!r} 不是层级；可用：{there[0]}", f"{text!r} is no tier; there are: {there[1]}")


def _known(items: tuple[Named, ...]) -> dict[str, set[str]]:
    """Return the ids that each id and name of *items* may mean."""
    known: dict[str, set[str]] = {}
    for item in items:
        for name in (item.id, item.zh, item.en):
            known.setdefault(_plain(name), set()).add(item.id)
    return known


def _named(known: dict[str, set[str]], value: Value) -> str:
    text = values.words(value)
    if not text:
        return ""
    ids = known.get(_plain(text), set())
    if len(ids) == 1:
        return next(iter(ids))
    there = ", ".join(sorted({one for of in known.values() for one in of})) or "-"
    if ids:
        raise NotValueError(
            f"{text!r} 有几个：{there}；请写编号", f"{text!r} is the name of several: {there}; write the id"
        )
    raise NotValueError(
        f"本县规则中没有 {text!r}；有：{there}", f"the county's rules have no {text!r}; there are: {there}"
    )


def _plain(name: str) -> str:
    return normalize("NFKC", name).strip().lower()
