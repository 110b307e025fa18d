"""`bridgefund report testimony`: what was imported of an older year, under whose word it is; in no other report."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from cli.importing import origin, origin_data
from cli.reading import JsonOption, StoreOption, reading
from cli.tables import amount, table
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.testimony_facts import ImportedRow, ImportOpened, ImportSealed
from doors.names import Names
from doors.texts import t
from doors.words import TESTIMONY_KINDS
from reports.testimony_sums import imported, sums


def of_testimony(
    county: Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))],
    year: Annotated[int, typer.Argument(min=1, max=9999, help=t("资金年度，如 2021", "fiscal year, such as 2021"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the sums of what was imported of a county's year, file by file."""
    with reading(store) as read:
        files = _files(read.ledger, county, year)
        if as_json:
            data = [{**origin_data(opened), "sums": _data(rows)} for opened, rows in files]
            read.print_json(county=county, year=year, testimony=True, files=data)
            return
        names, console = read.names(county), read.console()
        title = t("导入的旧账（万元），不计入任何其他报表", "imported testimony (wan yuan), in no other report")
        console.print(f"{names.county(county)} {year} {title}")
        for opened, rows in files:
            console.print()
            console.print(origin(opened), soft_wrap=True)
            console.print(_table(rows, names))


def _files(ledger: Ledger, county: str, year: int) -> list[tuple[ImportOpened, list[ImportedRow]]]:
    """Return each file that was imported of a year, with its rows.

    Raises:
        BadInputError: If there is none.
    """
    files = imported(ledger, county, year)
    if not files:
        years = sorted(" ".join(e.stream.split("/")[::2]) for e in ledger.log(of=(ImportSealed,)))
        there = t("、", ", ").join(dict.fromkeys(years)) or "-"
        said = (
            f"没有导入 {county} {year} 年的旧账；有：{there}",
            f"nothing of {county} {year} was imported; there is: {there}",
        )
        raise BadInputError("COUNTY YEAR", t(*said))
    return files


def _data(rows: Iterable[ImportedRow]) -> list[dict[str, Any]]:
    keys = ("kind", "source", "pool", "class")
    return [
        {**dict(zip(keys, group, strict=True)), "rows": count, "amount_fen": fen} for group, count, fen in sums(rows)
    ]


def _table(rows: list[ImportedRow], names: Names) -> Any:
    count_title, money = t("行数", "rows"), t("万元", "wan yuan")
    titles = t("类别", "kind"), t("来源", "source"), t("资金池", "pool"), t("资金类别", "class")
    made = table(*titles, count_title, money, right=(count_title, money))
    unsaid = t("未填", "not stated")
    for (kind, source, pool, use_class), count, fen in sums(rows):
        of = (("source", source), ("pool", pool), ("class", use_class))
        named = (names.named(field, value) if value else unsaid for field, value in of)
        made.add_row(t(*TESTIMONY_KINDS[kind]), *named, str(count), amount(fen))
    return made
