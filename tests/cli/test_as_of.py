"""A case as of two days, as an auditor asks: what was believed on a day, what was true, and what lies between."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from cli.main import door
from domain.ledger import Ledger
from domain.requests import AnswerGate, WithdrawMoney
from projections.people_names import keep_name
from projections.store import views_engine
from projections.timeline_tables import HISTORY
from tests.databases import KINDS as STORES
from tests.databases import new_store
from tests.projections.lives import tell_lives
from tests.story import WAN, day, tell

FUND, CLAIM = "sample/fund/F1", "sample/claim/C3"
JUNE = "2023-06-30"

Ask = Callable[..., Result]


@pytest.fixture(scope="module", params=STORES)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The story; F1's withdrawal of 30 June entered 51 days later; a gate's answer that states a day too early."""
    with new_store(request, request.param, tmp_path_factory.mktemp("store")) as url:
        with Ledger(url) as ledger:
            story = tell(ledger)
            back = WithdrawMoney(pool="integrated", amount_fen=50 * WAN, document_no="收回9号")
            story.ask("fund", "F1", back, "finance_section", day(6, 30), day(8, 20))
            gate = AnswerGate(gate="payment_centre", approve=True, opinion="同意")
            story.ask("claim", "C3", gate, "payment_centre", day(8, 1), day(8, 25))
        keep_name(url, "p-payment_centre", "样例·支付员")
        yield url


@pytest.fixture
def ask(told: str, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command on the store, in English."""
    monkeypatch.setenv("BRIDGEFUND_STORE", told)
    monkeypatch.setenv("BRIDGEFUND_LANG", "en")

    def run(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(door(words), words)
        assert result.exit_code == code, (result.output, result.exception)
        return result

    return run


def data(ask: Ask, *words: str) -> dict[str, Any]:
    """What a command prints with --json."""
    found: dict[str, Any] = json.loads(ask(*words, "--json").stdout)
    return found


def test_what_was_believed_and_what_was_so(ask: Ask) -> None:
    """On 30 June the office believed that 292 were free; by what is known today it was 242."""
    believed = data(ask, "fund", "show", FUND, "--at", JUNE, "--known-on", JUNE)
    true = data(ask, "fund", "show", FUND, "--at", JUNE)
    now = data(ask, "fund", "show", FUND)
    assert [believed["case"]["free_fen"], true["case"]["free_fen"]] == [292 * WAN, 242 * WAN]
    [portion] = true["portions"]
    assert (portion["withdrawn_fen"], portion["paid_fen"]) == (50 * WAN, true["case"]["paid_fen"])
    assert true["case"]["paid_fen"] == now["case"]["paid_fen"] == believed["case"]["paid_fen"]
    assert "as_of" not in now
    for answer, other in ((believed, 242), (true, 292)):
        assert answer["as_of"]["at"] == JUNE
        [fact] = answer["as_of"]["differs_from"]["facts"]
        assert fact.startswith("sample/fund/F1#")
        assert answer["as_of"]["differs_from"]["figures"]["free_fen"]["before"] == other * WAN
    assert (believed["as_of"]["known_on"], true["as_of"]["differs_from"]["known_on"]) == (JUNE, JUNE)


def test_an_answer_says_for_which_days_it_stands_and_how_it_differs(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    text = ask("fund", "show", FUND, "--at", JUNE).stdout
    for said in (
        "in force on 2023-06-30 (stated up to then), as known today, ",
        "differs from what was known on 2023-06-30 by 1 facts",
        "(stated 2023-06-30, entered 2023-08-20)",
        "  free: 292.00 as known on 2023-06-30, 242.00 here",
    ):
        assert said in text
    monkeypatch.setenv("BRIDGEFUND_LANG", "zh")
    text = ask("fund", "show", FUND, "--known-on", JUNE).stdout
    assert "2023-06-30 生效的内容（发生日至该日），按 2023-06-30 结束时所知（记录日至该日）" in text
    assert "242.00" in text
    assert "292.00" in text


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        ("fund", FUND),
        ("plan", "sample/plan/P1"),
        ("project", "sample/project/S01"),
        ("claim", CLAIM),
        ("obligation", "sample/obligation/fund-F2-arrival"),
    ],
)
def test_as_of_today_every_case_is_what_it_is(ask: Ask, kind: str, case: str) -> None:
    plain = data(ask, kind, "show", case)
    today = data(ask, kind, "show", case, "--at", "2026-01-01", "--known-on", "2026-01-01")
    as_of = today.pop("as_of")
    assert (as_of["left_out"], as_of["differs_from"]["figures"]) == ([], {})
    assert today | {"today": ""} == plain | {"today": ""}
    early = data(ask, kind, "show", case, "--known-on", "2023-08-02")
    assert early["as_of"]["known_on"] == "2023-08-02"
    for item in early.get("history", ()):
        assert item["recorded_on"] <= "2023-08-02"


def test_a_fact_that_rests_on_a_later_one_is_left_out_and_named(ask: Ask) -> None:
    """The second gate's answer states 1 August; the first gate's, on which it rests, states the 2nd."""
    shown = data(ask, "claim", "show", CLAIM, "--at", "2023-08-01")
    assert shown["case"]["stage"] == "finance_section"
    left = {one["fact"]: one["rests_on"] for one in shown["as_of"]["left_out"]}
    assert left["sample/claim/C3#3"] == "sample/claim/C3#2"
    text = ask("claim", "show", CLAIM, "--at", "2023-08-01").stdout
    said = "C3#3 (stated 2023-08-01), since it rests on sample/claim/C3#2, which is stated 2023-08-02"
    assert said in text.replace("\n", " ").replace("  ", " ")
    assert data(ask, "claim", "show", CLAIM, "--at", "2023-08-02")["case"]["stage"] == "deputy_director"


def test_every_fact_has_who_when_by_which_clause_and_how_late(ask: Ask) -> None:
    items = data(ask, "history", CLAIM)["items"]
    late = next(one for one in items if one["stream"] == CLAIM and one["version"] == 3)
    expected = {
        "person": "p-payment_centre",
        "person_name": "样例·支付员",
        "post": "payment_centre",
        "on_behalf_of": "",
        "second": "",
        "occurred_on": "2023-08-01",
        "recorded_on": "2023-08-25",
        "gap_days": 24,
    }
    assert {name: late[name] for name in expected} == expected
    assert late["clause"]
    assert "passed" in late["words"]
    text = ask("history", CLAIM).stdout
    for said in ("样例·支付员", "entered 2023-08-25 (+24 d)", "sample/claim/C3#3", late["clause"]):
        assert said in text
    assert "(+51 d!)" in ask("history", FUND).stdout, "a long gap stands out"


def test_what_changed_between_two_days(ask: Ask) -> None:
    found = data(ask, "history", FUND, "--diff", "2023-06-09", "2023-06-10")
    assert found["figures"]["portion/integrated/paid_fen"] == {"before": 77_880_000, "after": 137_880_000}
    assert {one["fact"] for one in found["added"]} >= {"fund.paid/1", "claim.payment-confirmed/1"}
    assert found["gone"] == []
    text = ask("history", FUND, "--diff", "2023-06-09", "2023-06-10").stdout
    for said in ("before: in force on 2023-06-09, as known on 2023-06-09", "integrated paid", "137.88", "added "):
        assert said in text
    same = ask("history", FUND, "--diff", "2023-06-11", "2023-06-11").stdout
    assert "no figure changed" in same


def test_what_was_learnt_of_a_day_since(ask: Ask) -> None:
    """Of 30 June itself: what the office came to know between then and September."""
    learnt = data(ask, "history", FUND, "--at", JUNE, "--diff", JUNE, "2023-09-01")
    assert [one["fact"] for one in learnt["added"]] == ["fund.withdrawn/1"]
    assert learnt["figures"]["withdrawn_fen"] == {"before": 0, "after": 50 * WAN}
    stated = data(ask, "history", FUND, "--diff", "2023-06-29", JUNE, "--diff-by", "stated")
    assert [one["fact"] for one in stated["added"]] == ["fund.withdrawn/1"]
    as_known = data(
        ask, "history", FUND, "--diff", "2023-06-29", JUNE, "--diff-by", "stated", "--known-on", "2023-07-01"
    )
    assert as_known["added"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fund", "show", FUND, "--at", "30.6.2023"), "30.6.2023"),
        (("fund", "show", FUND, "--at", "9999-01-01"), "lies after today"),
        (("fund", "show", FUND, "--at", JUNE, "--known-on", "2023-06-01"), "lies after --known-on 2023-06-01"),
        (("fund", "show", FUND, "--at", "2023-01-31"), "it began on 2023-02-16, entered on 2023-02-16"),
        (("history", FUND, "--known-on", "2023-01-31"), "had not begun then"),
        (("history", FUND, "--diff", "2023-07-01", "2023-06-01"), "2023-07-01 lies after 2023-06-01"),
        (("history", FUND, "--diff", "2023-01-01", "2023-06-01"), "--diff: sample/fund/F1 had not begun"),
        (("history", FUND, "--diff", "June", "2023-06-01"), "'June'"),
        (("history", FUND, "--diff", JUNE, "9999-01-01"), "--diff: 9999-01-01 lies after today"),
        (("history", FUND, "--diff", JUNE, "2023-07-01", "--known-on", JUNE), "--known-on"),
        (("history", FUND, "--diff", JUNE, "2023-07-01", "--diff-by", "stated", "--at", JUNE), "--at"),
        (("history", "sample/fund/F9"), "no such case: sample/fund/F9"),
        (("history", "sample/fund/F9", "--at", JUNE), "no such case: sample/fund/F9"),
        (("history", "F1"), "'F1'"),
        (("fund", "show", "sample/fund/F9", "--at", JUNE), "no sample/fund/F9"),
        (("plan", "show", FUND, "--at", JUNE), "is a fund; a plan is asked for"),
        (("asset", "show", "sample/asset/Z9"), "no sample/asset/Z9"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(ask: Ask, words: tuple[str, ...], said: str) -> None:
    refused = ask(*words, code=2)
    assert said in " ".join(refused.stderr.replace("│", " ").split())
    assert refused.stdout == ""


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with a life of every aggregate."""
    url = f"sqlite:///{tmp_path_factory.mktemp('lives')}/ledger.db"
    with Ledger(url) as ledger:
        tell_lives(ledger)
    return url


def test_an_asset_and_its_list(lives: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGEFUND_STORE", lives)

    def told(*words: str) -> Any:
        result = CliRunner().invoke(door(words), [*words, "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    [one] = told("asset", "list", "--county", "sample")["items"]
    shown = told("asset", "show", one["case"])
    assert shown["case"]["cost_fen"] == one["paid_fen"]
    assert shown["history"][0]["fact"] == "asset.formed/1"
    first = shown["history"][0]["occurred_on"]
    then = told("asset", "show", one["case"], "--at", first)
    assert then["as_of"]["at"] == first
    text = CliRunner().invoke(door(["asset"]), ["asset", "show", one["case"]])
    assert text.exit_code == 0, text.output
    assert one["title"] in text.stdout


def test_every_kind_of_case_has_a_history_as_of_two_days(lives: str) -> None:
    ran = CliRunner().invoke(door(["fund"]), ["fund", "list", "--store", lives])  # Brings the views up to date.
    assert ran.exit_code == 0, ran.output
    engine = views_engine(lives)
    with engine.connect() as connection:
        found = list(connection.execute(select(HISTORY.c.case).distinct()).scalars())
    engine.dispose()
    assert len({case.split("/")[1] for case in found}) > 8
    for case in found:
        plain = CliRunner().invoke(door(["history"]), ["history", case, "--json", "--store", lives])
        dated = CliRunner().invoke(
            door(["history"]), ["history", case, "--json", "--known-on", "2026-01-01", "--store", lives]
        )
        assert (plain.exit_code, dated.exit_code) == (0, 0), (case, dated.output)
        assert json.loads(plain.stdout)["items"] == json.loads(dated.stdout)["items"], case
