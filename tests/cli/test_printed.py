"""The figures that a text prints, beside what the ledger computes: on the sample county's story."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from cli import reports
from domain.ledger import Ledger
from doors import printed
from tests.places import SAMPLE_COUNTY
from tests.story import tell

APP = typer.Typer()
APP.add_typer(reports.app, name="report")
HEAD = """county = "sample"
year = {year}
statement_on = 2023-12-31
title_zh = "样例"
title_en = "sample"
sample = true
note_zh = "全部样例"
note_en = "all of it made up"
"""
# id, what is printed, and what the ledger computes of it; None where it computes no such thing.
FIGURES: list[tuple[str, str, int, int | None]] = [
    ("received", "amount_fen", 600_000_000, 600_000_000),
    ("received_central", "amount_fen", 480_000_001, 480_000_000),
    ("batch_county", "amount_fen", 120_000_000, 120_000_000),
    ("integrated", "amount_fen", 268_000_000, 268_000_000),
    ("integrated_central", "amount_fen", 480_000_000, 480_000_000),
    ("integrated_projects", "count", 1, 1),
    ("integrated_paid", "amount_fen", 181_336_781, 181_336_781),
    ("integrated_rate", "bp", 6766, 6766),
    ("integrated_share", "bp", 10_000, 10_000),
    ("original_use_rate", "bp", 5000, None),
    ("projects", "count", 1, 1),
    ("industry_projects", "count", 1, 1),
    ("greenhouses", "count", 3000, None),
    ("integrated_households", "count", 12, None),
]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, str]:
    """The story in a sample store, and in one that is none."""
    made = {}
    for sample in (True, False):
        made[sample] = f"sqlite:///{tmp_path_factory.mktemp('store')}/ledger.db"
        with Ledger(made[sample]) as ledger:
            tell(ledger, sample=sample)
    return made


def folder(at: Path, year: int = 2023, reported: str = "paid") -> Path:
    shutil.copytree(SAMPLE_COUNTY, at)
    text = HEAD.format(year=year)
    for name, key, figure, _ in FIGURES:
        text += (
            f'[[printed]]\nid = "{name}"\nzh = "数 {name}"\nen = "figure {name}"\n{key} = {figure}\nsource = "X L7"\n'
        )
    text += f'[[printed]]\nid = "{reported}"\nzh = "照列"\nen = "as told"\namount_fen = 5\nsource = "X L8"\n'
    text += 'reported = true\nnote_zh = "没有基数"\nnote_en = "without a base"\n'
    (at / "sample.toml").write_text(text, encoding="utf-8")
    return at


def run(store: str, *words: str, language: str = "en") -> Result:
    arguments = ["report", "sources-and-uses", "sample", "2023", "--store", store, *words]
    return CliRunner().invoke(APP, arguments, env={"BRIDGEFUND_LANG": language})


def data(store: str, *words: str) -> dict[str, Any]:
    result = run(store, *words, "--json")
    # On a slow machine a bar may have been there, and left its line.
    assert (result.exit_code, result.stderr.strip()) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_each_printed_figure_stands_beside_its_own_and_never_in_a_sum(stores: dict[bool, str], tmp_path: Path) -> None:
    found = data(stores[True], "--samples", str(folder(tmp_path / "samples")))
    rows = {row["id"]: row for row in found["printed"]}
    assert {name: (row["printed"], row["computed"]) for name, row in rows.items() if name != "paid"} == {
        name: (figure, computed) for name, _, figure, computed in FIGURES
    }
    agrees = {name: row["agrees"] for name, row in rows.items()}
    assert agrees["received"] is True
    assert agrees["received_central"] is False
    assert agrees["greenhouses"] is None
    assert rows["paid"] == {
        "id": "paid",
        "source": "X L8",
        "unit": "fen",
        "printed": 5,
        "computed": None,
        "agrees": None,
        "reported": True,
        "note": "without a base",
    }
    without = data(stores[True])
    assert without["printed"] == []
    assert {key: found[key] for key in ("pools", "totals")} == {key: without[key] for key in ("pools", "totals")}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ("agrees", "differs by -0.000001", "as reported, not compared; without a base", "not comparable", "X L7"),
        ),
        ("zh", ("相符", "不符，差 -0.000001", "照原文列示，不作比较；没有基数", "无从比较", "尚无可算", "全部样例")),
    ],
)
def test_the_text_says_of_each_what_it_is(
    stores: dict[bool, str], tmp_path: Path, language: str, said: tuple[str, ...]
) -> None:
    result = run(stores[True], "--samples", str(folder(tmp_path / "samples")), language=language)
    assert result.exit_code == 0
    for words in said:
        assert words in result.stdout


def test_the_default_folder_is_for_sample_stores_only(
    stores: dict[bool, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = folder(tmp_path / "sample-2023")
    monkeypatch.setattr(printed, "SAMPLES", tmp_path)
    assert data(stores[True])["printed"]
    assert data(stores[False])["printed"] == []
    assert data(stores[False], "--samples", str(made))["printed"]


def test_a_folder_of_another_year_or_none_at_all_is_refused(stores: dict[bool, str], tmp_path: Path) -> None:
    other = run(stores[True], "--samples", str(folder(tmp_path / "other", year=2022)))
    assert (other.exit_code, other.stdout) == (2, "")
    assert "of sample 2022, not sample 2023" in other.stderr
    assert run(stores[True], "--samples", str(tmp_path / "none")).exit_code == 2
