"""Every report of the sample county's year, made once in every form; tests read what came out."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner, Result

from cli.main import door
from tests.reports.reading import squeezed

# The words of each report, and which key of its JSON has its rows.
REPORTS = {
    "sources-and-uses": ("sources-and-uses", "sample", "2022"),
    "funds": ("funds", "sample", "2022"),
    "projects": ("projects", "sample", "2022"),
    "disclosures": ("disclosures", "sample", "2022"),
    "circular": ("circular", "sample", "2022-06"),
    "assets": ("assets", "sample"),
    "outboxes": ("outboxes", "sample", "2022"),
}
EMPTY = {
    "no funds": ("funds", "sample", "2019"),
    "no projects": ("projects", "sample", "2019"),
    "no disclosures": ("disclosures", "sample", "2019"),
    "no circular": ("circular", "sample", "2019-03"),
    "no files": ("outboxes", "sample", "2019"),
}
Run = Callable[..., Result]


@dataclass(frozen=True)
class Made:
    """One report in every form."""

    data: dict[str, Any]
    xlsx: Path
    pdf: Path

    @property
    def tables(self) -> list[dict[str, Any]]:
        """The document's tables, as JSON has them."""
        found: list[dict[str, Any]] = self.data["report"]["tables"]
        return found

    def pages(self) -> list[str]:
        """What each page of the PDF says, without any space."""
        return [squeezed(page.extract_text()) for page in PdfReader(self.pdf).pages]


@pytest.fixture(scope="session")
def store(played: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a copy of the sample county's year."""
    folder = tmp_path_factory.mktemp("reported")
    shutil.copy(played / "year.db", folder / "year.db")
    return f"sqlite:///{folder}/year.db"


@pytest.fixture(scope="session")
def run(store: str) -> Run:
    """Run `bridgefund report` on it."""

    def run(*words: str, language: str = "zh") -> Result:
        told = {"BRIDGEFUND_LANG": language}
        return CliRunner().invoke(door(["report"]), ["report", *words, "--store", store], env=told)

    return run


@pytest.fixture(scope="session")
def made(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """Return a report by its name, made when it is first asked for."""
    folder = tmp_path_factory.mktemp("made")

    @cache
    def of(name: str) -> Made:
        xlsx, pdf = folder / f"{name}.xlsx", folder / f"{name}.pdf"
        ended = run(*{**REPORTS, **EMPTY}[name], "--json", "--xlsx", str(xlsx), "--pdf", str(pdf))
        assert ended.exit_code == 0, (ended.output, ended.exception)
        return Made(json.loads(ended.stdout), xlsx, pdf)

    return of
