"""`bridgefund people list`: posts, holders, absences and deputies of a day."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from cli import people
from domain.absence import Deputy
from domain.cases import mandates_stream
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed, NameDeputy
from tests.domain.given import by
from tests.story import tell

APP = typer.Typer()
APP.add_typer(people.app, name="people")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The sample county's story, in which the finance section's person is absent for a week of May."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/ledger.db"
    with Ledger(url) as ledger:
        tell(ledger)
        days = date(2023, 5, 8), date(2023, 5, 12)
        act, appointed = by("p-1"), by("opener")
        held = Appointed(appointed, "sample", "p-1", "finance_section", "finance_bureau", date(2023, 1, 1), None)
        ledger.execute(Step(mandates_stream("sample"), Appoint(appointed, held)))
        for person in ("p-3", "p-4"):
            by_whom = by("opener")
            town = Appointed(by_whom, "sample", person, "township_office", "township", date(2023, 1, 1), None)
            ledger.execute(Step(mandates_stream("sample"), Appoint(by_whom, town)))
        deputy = Deputy(
            act,
            "sample",
            "1",
            held.person,
            held.post,
            "p-2",
            *days,
            "样例：培训",
            kinds=("claim",),
            amount_most_fen=500_000_00,
        )
        ledger.execute(Step(mandates_stream("sample"), NameDeputy(act, deputy)))
    return url


def run(store: str, *words: str, lang: str = "zh") -> Result:
    return CliRunner().invoke(APP, ["people", "list", *words, "--store", store], env={"BRIDGEFUND_LANG": lang})


def of_post(store: str, *words: str) -> dict[str, Any]:
    told = json.loads(run(store, "sample", "--json", *words).stdout)
    (row,) = [row for row in told["mandates"] if row["post"] == "finance_section"]
    return dict(row)


def test_each_post_is_told_with_its_holder_and_deputy(store: str) -> None:
    row = of_post(store, "--on", "2023-05-09")
    (deputy,) = row["deputies"]
    assert (deputy["deputy"], deputy["kinds"], deputy["amount_most_fen"]) == ("p-2", ["claim"], 50_000_000)
    assert of_post(store, "--on", "2023-05-13")["deputies"] == []


@pytest.mark.parametrize(("lang", "words"), [("zh", ("外出与代理", "不超过")), ("en", ("absent, deputy", "up to"))])
def test_the_table_names_them_in_both_languages(store: str, lang: str, words: tuple[str, ...]) -> None:
    said = run(store, "sample", "--on", "2023-05-09", lang=lang)
    assert said.exit_code == 0
    assert [word for word in (*words, "p-2", "2023-05-12") if word not in said.stdout] == [], said.stdout


def test_a_county_without_people_is_refused(store: str, tmp_path: Path) -> None:
    assert run(store, "nowhere").exit_code == 2
    assert run(f"sqlite:///{tmp_path}/none.db", "sample").exit_code == 2


def test_who_may_take_a_step_is_told_with_the_reason(store: str) -> None:
    run_may = CliRunner().invoke(APP, ["people", "may", "sample/project/S02", "--json", "--store", store])
    assert run_may.exit_code == 0, run_may.output
    told = json.loads(run_may.stdout)["candidates"]
    assert [(one["step"], one["person"], one["may"]) for one in told] == [
        ("township_review", "p-3", True),
        ("township_review", "p-4", True),
    ]
    none = CliRunner().invoke(APP, ["people", "may", "sample/project/S99", "--store", store])
    assert none.exit_code == 2
