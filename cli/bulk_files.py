"""Lists of decisions from files that clerks can make: .csv and .xlsx with headings, .json with the same names."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from cli.asked import Word
from domain.bulk import Asked
from domain.cases import parse_case
from domain.errors import BadInputError
from domain.requests import AnyRequest, from_body
from imports.faults import Fault, FaultyFileError, NotReadableError, Said
from imports.reading import FILE_BYTES_MAX, open_source, read_table
from imports.table import Unreadable

HEADINGS = {
    "case": ("case", "案件"),
    "decision": ("decision", "决定"),
    "opinion": ("opinion", "意见"),
    "to": ("to", "退回到"),
    "paper": ("paper", "附件"),
}
WORDS = {"approve": Word.APPROVE, "同意": Word.APPROVE, "return": Word.RETURN, "退回": Word.RETURN}
JSON = ".json"
_FIELD_OF = {heading: field for field, headings in HEADINGS.items() for heading in headings}


@dataclass(frozen=True)
class Row:
    """One item as a file has it: a decision in a word, or a whole *request*."""

    case: str
    word: Word | None = None
    opinion: str = ""
    to: str = ""
    paper: Path | None = None
    request: AnyRequest | None = None


def read_rows(file: Path) -> tuple[str, list[Row]]:
    """Return the items of a list, and its number where it was signed before ("" if not). A paper lies beside the file.

    Raises:
        BadInputError: With everything that is wrong in it.
    """
    faults: list[Fault] = []
    rows: list[Row] = []
    no, found = _json(file) if file.suffix.lower() == JSON else ("", _sheet(file, faults))
    for place, fields in found:
        try:
            rows.append(_row(file, fields))
        except BadInputError as e:
            faults.append(Fault(file.name, place, "", "", Said(e.text("zh"), e.text("en"))))
    if faults:
        raise FaultyFileError(file.name, faults)
    return no, rows


def keep(file: Path, no: str, asked: Sequence[Asked], now: datetime) -> Path:
    """Write down what a list asks for, whole and with its number, and return where: to hand in the very same again.

    The list itself would not do: what waits in a case is another step once an item is done.

    Raises:
        BadInputError: If it cannot be written: then nothing is sent either.
    """
    kept = file.with_name(f"{file.name}.{now:%Y%m%dT%H%M%S}{JSON}")
    items = [{"case": one.case, "request": msgspec.to_builtins(one.request)} for one in asked]
    text = json.dumps({"list": no, "items": items}, ensure_ascii=False, indent=1, default=str)
    try:
        with kept.open("x", encoding="utf-8") as out:
            out.write(text)
    except OSError as e:
        raise BadInputError(str(kept), str(e.strerror)) from e
    return kept


def _sheet(file: Path, faults: list[Fault]) -> Iterator[tuple[int, dict[str, Any]]]:
    table = read_table(open_source(file))
    faults += table.faults
    fields = [_FIELD_OF.get(heading.strip().lower(), "") for heading in table.headings]
    for needed in ("case", "decision"):
        if needed not in fields:
            names = " / ".join(HEADINGS[needed])
            raise NotReadableError(file.name, Said(f"没有“{names}”一列", f"there is no column {names}"))
    for column, heading, field in zip(table.columns, table.headings, fields, strict=True):
        if heading and not field:
            known = ", ".join(heading for headings in HEADINGS.values() for heading in headings)
            faults.append(Fault(file.name, 1, column, heading, Said(f"没有这一列；有：{known}", f"there are: {known}")))
        elif field and fields.count(field) > 1:
            names = " / ".join(HEADINGS[field])
            faults.append(Fault(file.name, 1, column, heading, Said(f"“{names}”不止一列", f"{names}: more than one")))
    for line in table.lines:
        if Unreadable.CELL in line.values:
            continue  # What is wrong there is told already.
        pairs = zip(fields, line.values, strict=True)
        yield line.row, {field: str(value).strip() for field, value in pairs if field and value is not None}


def _json(file: Path) -> tuple[str, Iterator[tuple[int, dict[str, Any]]]]:
    wanted = Said(
        "应为 JSON 列表，每项有 case 和 decision（或 request）", "a JSON list of objects with case and decision"
    )
    try:
        content = file.read_bytes()
        whole = msgspec.json.decode(content[: FILE_BYTES_MAX + 1])
    except OSError as e:
        reason = e.strerror or str(e)
        raise NotReadableError(str(file), Said(reason, reason)) from e
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as e:
        raise NotReadableError(file.name, Said(f"{wanted.zh}：{e}", f"{wanted.en}: {e}")) from e
    no = ""
    if isinstance(whole, dict):  # As `keep` wrote it.
        number, whole = whole.get("list"), whole.get("items")
        if not isinstance(number, str) or not number.strip():
            raise NotReadableError(file.name, Said("list 应为清单编号", "list must be the list's number"))
        no = number
    if not isinstance(whole, list) or not all(isinstance(item, dict) for item in whole):
        raise NotReadableError(file.name, wanted)
    return no, iter(enumerate(whole, start=1))


def _row(file: Path, fields: dict[str, Any]) -> Row:
    if unknown := sorted(fields.keys() - HEADINGS.keys() - {"request"}):
        raise BadInputError(", ".join(unknown), f"there are: {', '.join((*HEADINGS, 'request'))}")
    for name in sorted(fields.keys() - {"request"}):
        if not isinstance(fields[name], str) or "\0" in fields[name]:
            raise BadInputError(name, f"{fields[name]!r}: a text is wanted")
    case = fields.get("case", "")
    parse_case(case)
    if "request" in fields:
        return Row(case, request=from_body(msgspec.json.encode(fields["request"]).decode()))
    said = fields.get("decision", "").lower()
    if said not in WORDS:
        raise BadInputError("decision", f"{said!r}: {' / '.join(WORDS)}")
    paper = fields.get("paper")
    opinion, to = (fields.get(name, "") for name in ("opinion", "to"))
    return Row(case, WORDS[said], opinion, to, file.parent / paper if paper else None)
