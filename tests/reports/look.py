"""Every report of the five counties in every form, read back by other programs: `python -m tests.reports.look OUTDIR`.

Needs LibreOffice (`soffice`) and poppler (`pdftotext`, `pdftoppm`). Plays each county's year into OUTDIR once, compares
the JSON to what poppler reads in the PDF and LibreOffice in the workbook, and leaves each page as a picture, to be
looked at. Exit code 1 if a figure differs, 2 if a program is missing.
"""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from openpyxl import load_workbook

from tests.e2e.program import run
from tests.places import ROOT
from tests.reports.reading import HEAD_ROW, squeezed, texts

SEED = "1"
MONTHS = ("06", "12")
CELLS_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true,false,false,-1"
FIGURE = re.compile(r"\d{4}-\d\d-\d\d|\d[\d,]*\.\d+%?|\d+")
PROGRAMS = ("soffice", "pdftotext", "pdftoppm")
YEARS = sorted(tuple(path.name.rsplit("-", 1)) for path in (ROOT / "samples").glob("*-2[0-9][0-9][0-9]"))
OF_YEAR = ("sources-and-uses", "funds", "projects", "disclosures", "outboxes")


def reports(county: str, year: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each report of a county's year."""
    yield from ((name, county, year) for name in OF_YEAR)
    yield "assets", county
    yield from (("circular", county, f"{year}-{month}") for month in MONTHS)
    yield "audit", county, year


def played(folder: Path, county: str, year: str) -> str:
    """Return the store of a county's year; it is played if it is not there yet."""
    store = f"sqlite:///{folder}/{county}.db"
    if not (folder / f"{county}.db").exists():
        ended = run(folder, "simulate", county, "--year", year, "--seed", SEED, "--store", store)
        assert ended.code == 0, ended.err
    return store


def made(folder: Path, store: str, words: tuple[str, ...]) -> tuple[dict[str, Any], Path, Path]:
    """Make one report in every form, and return the document of its JSON and the two files."""
    name = "-".join((words[1], words[0], *words[2:]))
    xlsx, pdf = folder / f"{name}.xlsx", folder / f"{name}.pdf"
    forms = ("--json", "--xlsx", str(xlsx), "--pdf", str(pdf), "--force")
    asked = ("audit", "report", *words[1:]) if words[0] == "audit" else ("report", *words)
    ended = run(folder, *asked, *forms, "--store", store)
    assert ended.code == 0, ended.err
    (folder / f"{name}.json").write_text(ended.out, encoding="utf-8")
    document: dict[str, Any] = json.loads(ended.out)["report"]
    return document, xlsx, pdf


def by_libreoffice(xlsx: list[Path], folder: Path) -> None:
    """Convert workbooks to PDF, to be looked at, and each of their sheets to what its cells show."""
    for form in ("pdf", CELLS_AS_SHOWN):
        words = [program("soffice"), "--headless", "--convert-to", form, "--outdir", str(folder), *map(str, xlsx)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def program(name: str) -> str:
    """Return where a program is."""
    found = shutil.which(name)
    assert found is not None, name
    return found


def said(pdf: Path) -> str:
    """Return what poppler reads in a PDF, without spaces."""
    found = subprocess.run([program("pdftotext"), "-raw", str(pdf), "-"], check=True, capture_output=True, text=True)
    return squeezed(found.stdout)


def pictures(pdf: Path) -> None:
    """Leave each page as a picture beside the PDF."""
    subprocess.run([program("pdftoppm"), "-r", "60", "-png", str(pdf), str(pdf.with_suffix(""))], check=True)


def on_paper(document: dict[str, Any], pdf: Path) -> Iterator[str]:
    """Yield the rows that poppler does not read in a PDF with all their cells side by side."""
    text = said(pdf)
    for table in document["tables"]:
        for row in table["rows"]:
            shown = texts(table, row)
            # Of cells of several lines poppler reads those of the next cell in between: their figures are looked for.
            lines = [figure for cell in shown for figure in FIGURE.findall(cell)]
            parts = lines if any("\n" in cell for cell in shown) else ["".join(shown)]
            if any(squeezed(part) not in text for part in parts):
                yield f"{table['title']}: {' | '.join(shown)}"


def in_book(document: dict[str, Any], xlsx: Path, folder: Path) -> Iterator[str]:
    """Yield the rows whose cells LibreOffice shows otherwise, such as a figure in a column that is too narrow."""
    tabs = load_workbook(xlsx, read_only=True).sheetnames
    for table, tab in zip(document["tables"], tabs, strict=True):
        with (folder / f"{xlsx.stem}-{tab}.csv").open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream))[HEAD_ROW:]
        for n, row in enumerate(table["rows"]):
            shown, found = texts(table, row), lines[n][: len(row["cells"])] if n < len(lines) else []
            if shown != found:
                yield f"{table['title']}: {' | '.join(shown)} != {' | '.join(found)}"


def main(folder: Path) -> int:
    """Make, convert, compare, and say what differs."""
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        typer.echo(f"not on this machine: {', '.join(missing)}", err=True)
        return 2
    converted = folder / "libreoffice"
    converted.mkdir(parents=True, exist_ok=True)
    found: list[tuple[dict[str, Any], Path, Path]] = []
    for county, year in YEARS:
        store = played(folder, county, year)
        found += [made(folder, store, words) for words in reports(county, year)]
        typer.echo(f"{county} {year}: made")
    by_libreoffice([xlsx for _, xlsx, _ in found], converted)
    wrong, rows = 0, 0
    for document, xlsx, pdf in found:
        rows += sum(len(table["rows"]) for table in document["tables"])
        for path in (pdf, converted / pdf.name):
            pictures(path)
        for path, lines in ((pdf, on_paper(document, pdf)), (xlsx, in_book(document, xlsx, converted))):
            for line in lines:
                wrong += 1
                typer.echo(f"{path.name}: {line}")
    typer.echo(f"{len(found)} reports, {rows} rows in each of two forms, {wrong} differ")
    return int(wrong > 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]).resolve()))
