"""`bridgefund signatures`: who signed, which signatures stand, what changed since; and what `act` sends along."""

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from cli import signatures
from domain.cases import parse_case
from domain.correcting_requests import CorrectClaim
from domain.ledger import Ledger
from domain.policy import load
from domain.requests import AnswerGate, ReportReceipt
from doors.seen import seen_by
from tests.domain.county import GATES, POLICIES, County, line
from tests.domain.given import WAN

CASE = "sample/claim/A01-1"
APP = typer.Typer()
APP.command()(signatures.signatures)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A claim that two gates let through; its amount was corrected, and the first gate signed again."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/ledger.db"
    with Ledger(url) as ledger:
        county = County(ledger, "sample")
        county.adopt(load(POLICIES / "sample.toml"))
        county.receives()
        county.banks("A01")
        county.plans("P1", line(200 * WAN))
        county.releases("F1", "P1")
        county.signs("A01", 180 * WAN)
        county.lodges("A01-1", line(50 * WAN))
        county.clears("A01-1", *GATES[:2])
        request = CorrectClaim(reason="少报", lines=(line(40 * WAN),))
        county.ask("claim", "A01-1", request, "implementing_unit", person="p-lodger")
        county.clears("A01-1", GATES[0])
    return url


def run(store: str, *words: str, lang: str = "zh") -> Result:
    return CliRunner().invoke(APP, [*words, "--store", store], env={"BRIDGEFUND_LANG": lang})


def told(store: str, *words: str) -> Any:
    return json.loads(run(store, CASE, "--json", *words).stdout)


def test_each_signer_sees_what_changed_since_his_own_signature(store: str) -> None:
    rows = told(store)["signatures"]
    assert [(row["step"], row["stands"]) for row in rows] == [
        (GATES[0], False),
        (GATES[1], False),
        (GATES[0], True),
    ]
    change = {"part": "amounts", "name": "F1 integrated", "before": 50 * WAN, "after": 40 * WAN, "covered": True}
    assert [row["changes"] for row in rows] == [[change], [change], []]
    assert (rows[0]["fell_by"]["fact"], rows[0]["fell_by"]["person"]) == ("claim.corrected/1", "p-lodger")
    assert rows[2]["fell_by"] is None


def test_one_signer_is_shown_alone(store: str) -> None:
    assert [row["step"] for row in told(store, "--as", GATES[1])["signatures"]] == [GATES[1]]
    assert len(told(store, "--person", f"p-{GATES[0]}")["signatures"]) == 2


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ("更正", "500000.00 元 → 400000.00 元", "有效")), ("en", ("by a correction", "amount F1 integrated"))],
)
def test_amounts_are_shown_in_yuan_and_the_fact_by_its_name(store: str, lang: str, words: tuple[str, ...]) -> None:
    text = run(store, CASE, lang=lang).stdout
    for word in words:
        assert word in text


def test_the_digest_that_is_shown_is_what_act_sends(store: str) -> None:
    with Ledger(store) as ledger:
        sent = seen_by(ledger, parse_case(CASE), AnswerGate(gate=GATES[1], approve=True))
        assert seen_by(ledger, parse_case("sample/fund/F1"), ReportReceipt()) == ""
    assert told(store)["open_steps"] == {GATES[1]: sent}
    assert sent in run(store, CASE).stdout


@pytest.mark.parametrize("case", ["sample/claim/A09", "sample/fund/F1", "nonsense"])
def test_what_has_no_signatures_says_so_and_changes_nothing(store: str, case: str) -> None:
    result = run(store, case)
    assert (result.exit_code, bool(result.stderr)) == (2, True)


def test_its_help_teaches() -> None:
    text = CliRunner().invoke(APP, ["--help"]).stdout
    for word in ("签名", "--seen", "sample/claim/S04-2"):
        assert word in text
