"""The columns of an import: their names in both languages, which of them are needed, and a file's headings matched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import normalize

from imports.faults import Fault, Said
from imports.table import Table, is_empty
from imports.values import UNITS


@dataclass(frozen=True)
class Column:
    """A column, by its id, its two headings and what stands in it."""

    id: str
    zh: str
    en: str
    about: Said


COLUMNS = (
    Column("kind", "类别", "kind", Said("到账、项目、计划、支付、资产", "receipt, project, plan_line, payment, asset")),
    Column("year", "年度", "year", Said("资金年度，一个文件只能一个年度", "the fiscal year, one in a file")),
    Column("document_no", "文号", "document_no", Said("到账、计划必填", "needed for receipts and plans")),
    Column("project_no", "项目编号", "project_no", Said("项目、计划、支付必填", "for projects, plans, payments")),
    Column("name", "名称", "name", Said("项目、资产必填", "needed for projects and assets")),
    Column(
        "source", "来源", "source", Said("到账、计划、支付必填：本县规则中的来源", "a source of the county: name or id")
    ),
    Column("tier", "层级", "tier", Said("中央、省、地市、县、乡镇、社会", "central, province, prefecture, county, …")),
    Column("pool", "资金池", "pool", Said("本县规则中的资金池", "a pool of the county: name or id")),
    Column("use_class", "资金类别", "class", Said("本县规则中的资金类别", "a class of the county: name or id")),
    Column("township", "乡镇", "township", Said("乡镇名", "its name")),
    Column("village", "村", "village", Said("村名", "its name")),
    Column(
        "amount", "金额", "amount", Said("到账、计划、支付必填；表头注明单位", "with its unit, as in: amount (wan)")
    ),
    Column(
        "unit", "金额单位", "unit", Said("元、万元、分；表头已注明的可不填", "yuan, wan or fen, if not in the heading")
    ),
    Column("day", "日期", "day", Said("到账、支付必填；原表所载日期", "as stated; needed for receipts, payments")),
    Column("status", "状态", "status", Said("原表所载状态", "as stated")),
    Column("note", "备注", "note", Said("其他说明", "what else is to be said")),
)
NEEDED = ("kind", "year", "document_no", "name", "source", "amount", "day")
_BY_HEADING = {heading: column for column in COLUMNS for heading in (column.id, column.zh, column.en)}
_AMOUNT = re.compile(r"(金额|amount)\s*\((.*)\)\Z")


@dataclass(frozen=True)
class Matched:
    """Where each column stands in a file (its index), and the unit that the amount's heading states ("" if none)."""

    at: dict[str, int]
    unit: str
    faults: tuple[Fault, ...]


def match(table: Table) -> Matched:
    """Match the headings of *table* with the columns."""
    at: dict[str, int] = {}
    faults: list[Fault] = []
    unit = ""
    for n, heading in enumerate(table.headings):
        found, said_unit = _column(heading)
        problem = _problem(table, n, found, said_unit, at)
        if problem:
            faults.append(Fault(table.sheet, 1, table.columns[n], heading, problem))
        elif found:
            at[found.id] = n
            unit = said_unit or unit
    faults += [Fault(table.sheet, 1, "", "", said) for said in _missing(at)]
    return Matched(at, UNITS.get(unit, ""), tuple(faults))


def _column(heading: str) -> tuple[Column | None, str]:
    plain = normalize("NFKC", heading).strip().lower()
    if amount := _AMOUNT.match(plain):
        return _BY_HEADING[amount[1]], amount[2].strip()
    return _BY_HEADING.get(plain), ""


def _problem(table: Table, n: int, found: Column | None, unit: str, at: dict[str, int]) -> Said | None:
    heading = table.headings[n]
    if found is None:
        if heading.strip():
            near = get_close_matches(heading.strip(), list(_BY_HEADING), n=1)
            hint = (f"；是不是 {near[0]!r}？", f"; did you mean {near[0]!r}?") if near else ("", "")
            return Said(f"没有这一列{hint[0]}", f"there is no such column{hint[1]}")
        if all(is_empty(line.values[n]) for line in table.lines):
            return None
        return Said("这一列有内容而没有表头", "a column without a heading has something in it")
    if found.id in at:
        first = table.columns[at[found.id]]
        return Said(f"与 {first} 列重复", f"the same column stands in {first} already")
    if unit and unit not in UNITS:
        return Said(
            f"不认识的金额单位 {unit!r}；可用：元、万元、分", f"no such unit: {unit!r}; there are: yuan, wan, fen"
        )
    return None


def _missing(at: dict[str, int]) -> Iterator[Said]:
    lacking = [column for column in COLUMNS if column.id in NEEDED and column.id not in at]
    if lacking:
        zh, en = "、".join(column.zh for column in lacking), ", ".join(column.en for column in lacking)
        yield Said(f"第一行须是表头；缺少：{zh}", f"the first row must hold the headings; missing: {en}")
