"""The reading commands, as a person types them: on a store with the sample county's story in it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData
from typer.testing import CliRunner, Result

import cli.reading
from cli.main import door
from domain.cases import KINDS
from domain.fund_facts import MoneyWithdrawn
from domain.ledger import Ledger
from domain.papers import PAPERS
from domain.registry import BY_KIND, READERS, stored_name
from doors.words import FACTS
from projections.batch import Logged
from projections.book import Book
from projections.people_names import keep_name
from projections.view import View, each
from projections.views import VIEWS
from tests.databases import KINDS as STORES
from tests.databases import new_store
from tests.story import MINUTES, WAN, Story, open_county, receive, tell

Ask = Callable[..., Result]
ALL = (
    ("fund", "list"),
    ("fund", "history", "sample/fund/F1"),
    ("project", "list"),
    ("project", "show", "sample/project/S01"),
    ("claim", "show", "sample/claim/C2"),
    ("obligation", "list", "--late"),
    ("report", "sources-and-uses", "sample", "2023"),
    ("report", "rules", "sample", "2023"),
)


@pytest.fixture(scope="module", params=STORES)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A sample store with the whole story in it, and a name beside it."""
    with new_store(request, request.param, tmp_path_factory.mktemp("store")) as url:
        with Ledger(url) as ledger:
            tell(ledger)
        keep_name(url, "p-payment_centre", "样例·支付员")
        yield url


@pytest.fixture
def ask(told: str, ask_of: Ask, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command on the store and return what came of it."""
    monkeypatch.setenv("BRIDGEFUND_STORE", told)
    return ask_of


@pytest.fixture
def ask_of(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command on the store that it names."""
    monkeypatch.delenv("BRIDGEFUND_STORE", raising=False)
    monkeypatch.delenv("BRIDGEFUND_LANG", raising=False)

    def run(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(door(words), words)
        assert result.exit_code == code, (result.output, result.exception)
        return result

    return run


def data(ask: Ask, *words: str) -> dict[str, Any]:
    """What a command prints with --json."""
    result = ask(*words, "--json")
    assert result.stderr == ""
    found: dict[str, Any] = json.loads(result.stdout)
    assert (found["sample"], found["parked"]) == (True, 0)
    return found


def test_the_statement_in_whole_fen(ask: Ask) -> None:
    found = data(ask, "report", "sources-and-uses", "sample", "2023")
    assert (found["county"], found["year"]) == ("sample", 2023)
    [integrated, original] = found["pools"]
    expected = {
        "pool": "integrated",
        "received_fen": 580 * WAN,
        "allotted_fen": 268 * WAN,
        "projects": 1,
        "released_fen": 268 * WAN,
        "reserved_fen": 30 * WAN,
        "sent_fen": 0,
        "paid_fen": 181_336_781,
        "rate": "67.66%",
        "received_by_source": {"central": 480 * WAN, "county": 100 * WAN},
        "bounced_count": 1,
    }
    assert {key: integrated[key] for key in expected} == expected
    assert (original["pool"], original["rate"], original["withdrawn_fen"]) == ("original_use", None, 5 * WAN)
    assert found["totals"]["received_fen"] == 600 * WAN
    assert found["totals"]["received_by_source"] == {"central": 480 * WAN, "county": 120 * WAN}


def test_a_slow_answer_puts_no_bar_into_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli.reading, "QUIET_S", -1.0)
    with cli.reading.bar_if_slow("reading") as told:
        told(1, 2)
    assert capsys.readouterr().err == ""


def test_a_funds_history_in_json(ask: Ask) -> None:
    found = data(ask, "fund", "history", "sample/fund/F1")
    assert (found["case"], found["at"]) == ("sample/fund/F1", None)
    facts = {item["fact"]: item for item in found["items"]}
    assert {
        "fund.received/1",
        "fund.reported/1",
        "fund.notified/1",
        "obligation.met/1",
        "plan.drafted/1",
        "plan.decided/1",
        "meeting.minutes-filed/1",
        "fund.released/1",
        "claim.gate-passed/1",
        "fund.paid/1",
    } <= facts.keys()
    assert facts["meeting.minutes-filed/1"]["content"]["digest"] == MINUTES
    report = facts["fund.reported/1"]
    assert (report["person"], report["post"]) == ("p-finance_section", "finance_section")
    assert (report["unit"], report["clause"]) == ("finance_section的单位", "sample, after JS L15")
    assert (report["occurred_on"], report["recorded_on"]) == ("2023-02-17", "2023-02-18")
    met = [item for item in found["items"] if item["stream"] == "sample/obligation/fund-F1-arrival"]
    assert [item["fact"] for item in met].count("obligation.met/1") == 1


def test_a_funds_history_as_it_was(ask: Ask) -> None:
    """What was entered by the 17th; and what had happened by then, which was partly entered a day later."""
    known = data(ask, "fund", "history", "sample/fund/F1", "--known-on", "2023-02-17")
    assert [item["fact"] for item in known["items"]] == ["fund.received/1", "obligation.opened/1"]
    stated = data(ask, "fund", "history", "sample/fund/F1", "--at", "2023-02-17")
    assert [item["fact"] for item in stated["items"]] == [
        "fund.received/1",
        "obligation.opened/1",
        "fund.reported/1",
        "obligation.fulfilled/1",
    ]
    assert stated["at"] == "2023-02-17"
    ask("fund", "history", "sample/fund/F1", "--at", "17.2.2023", code=2)


def test_lists_and_shows_in_json(ask: Ask) -> None:
    assert [item["case"] for item in data(ask, "fund", "list")["items"]] == ["sample/fund/F1", "sample/fund/F2"]
    assert data(ask, "fund", "list", "--county", "sample")["items"] == data(ask, "fund", "list")["items"]
    [s01, s02] = data(ask, "project", "list")["items"]
    assert (s01["closed"], s01["paid_fen"]) == (True, 181_336_781)
    assert s02["waiting"] == [{"step": "township_review", "post": "township_office"}]
    shown = data(ask, "project", "show", "sample/project/S01")
    assert shown["case"]["contract_fen"] == 259_600_000
    assert [claim["no"] for claim in shown["claims"]] == ["C1", "C2", "C3", "C4"]
    assert shown["history"][0]["fact"] == "project.registered/1"
    claim = data(ask, "claim", "show", "sample/claim/C2")
    assert (claim["case"]["claimed_fen"], claim["case"]["stage"]) == (103_456_781, "paid")
    assert {"fund.paid/1", "obligation.breached/1"} <= {item["fact"] for item in claim["history"]}


def test_obligations_in_json(ask: Ask) -> None:
    found = data(ask, "obligation", "list", "--late")["items"]
    assert all(item["late"] for item in found)
    arrival = found[0]
    assert (arrival["obligation"], arrival["stage"]) == ("sample/obligation/fund-F2-arrival", "met late")
    assert (arrival["due_on"], arrival["days_late"]) == ("2023-03-05", 3)
    assert [rung["person"] for rung in arrival["rungs"]] == ["p-chief_watch_post", "p-deputy_director"]
    every = data(ask, "obligation", "list")["items"]
    assert len(every) > len(found)
    assert not all(item["late"] for item in every)


@pytest.mark.parametrize("words", ALL, ids=lambda words: " ".join(words[:2]))
def test_every_text_of_a_sample_store_says_so(ask: Ask, words: tuple[str, ...]) -> None:
    result = ask(*words)
    assert "样例 SAMPLE" in result.stdout.splitlines()[0]
    assert result.stderr == ""


def test_what_happened_is_told_in_the_fields_words(ask: Ask) -> None:
    text = ask("fund", "history", "sample/fund/F1").stdout
    for said in (
        "资金 F1 到账：样例财农〔2023〕11号",
        "业务股 p-finance_section",
        "480.00",
        "记 2023-02-18（晚 1 日）",
    ):
        assert said in text
    for said in ("报领导小组", "sha256 abababababab…", "退汇", "sample, after JS L15", "样例·支付员"):
        assert said in text
    shown = ask("project", "show", "sample/project/S01").stdout
    for said in ("选址须重核", "逾期：责任 支付中心", "总盯办岗", "落实管护", "核准"):
        assert said in shown
    late = ask("obligation", "list", "--late").stdout
    assert "逾期办结" in late
    assert "sample/obligation/claim-C2-v1-payment_centre" in late
    statement = ask("report", "sources-and-uses", "sample", "2023").stdout
    for said in ("样例县 2023", "统筹整合", "181.336781", "67.66%", "中央财政衔接资金"):
        assert said in statement


def test_rules_that_compute_with_every_amount(ask: Ask) -> None:
    [rule] = data(ask, "report", "rules", "sample", "2023")["rules"]
    amounts = rule.pop("amounts")
    assert {key: rule[key] for key in ("rule", "status", "bound", "clause")} == {
        "rule": "ratios.industry_share",
        "status": "open",
        "bound": 5000,
        "clause": "sample, after JH L5",
    }
    part, whole = (sum(a["amount"] for a in amounts if a["kind"] == kind) for kind in ("planned", "received"))
    assert (part, whole) == (188 * WAN, 480 * WAN)
    assert rule["value"] == 3917
    text = ask("report", "rules", "sample", "2023").stdout
    for said in ("产业占比不低于50% 2023: 39.17% ≥ 50.00% 尚未达到", "中央财政衔接资金: 188.00", "sample, after JH L5"):
        assert said in text
    assert "没有可核定的规则" in ask("report", "rules", "sample", "2019").stdout
    assert "nowhere" in ask("report", "rules", "nowhere", "2023", code=2).stderr
    assert "核定：产业占比不低于50%" in ask("fund", "history", "sample/fund/F1").stdout.replace("\n", "")


def test_and_in_english(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGEFUND_LANG", "en")
    text = ask("fund", "history", "sample/fund/F1").stdout
    for said in ("fund F1 received", "finance business section", "entered 2023-02-18 (+1 d)", "bounced"):
        assert said in text
    assert "met late" in ask("obligation", "list").stdout
    assert "central bridging funds" in ask("report", "sources-and-uses", "sample", "2023").stdout
    assert "no sample/fund/F9" in ask("fund", "history", "sample/fund/F9", code=2).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fund", "history", "sample/fund/F9"), "没有 sample/fund/F9"),
        (("project", "show", "sample/project/S77"), "没有 sample/project/S77"),
        (("claim", "show", "sample/claim/C9"), "没有 sample/claim/C9"),
        (("claim", "show", "sample/fund/F1"), "sample/fund/F1 是 fund"),
        (("fund", "history", "F1"), "'F1'"),
        (("report", "sources-and-uses", "sample", "2019"), "2023"),
        (("report", "sources-and-uses", "nowhere", "2023"), "nowhere"),
    ],
)
def test_what_is_not_there_is_named(ask: Ask, words: tuple[str, ...], said: str) -> None:
    for more in ((), ("--json",)):
        result = ask(*words, *more, code=2)
        assert said in result.stderr
        assert result.stdout == ""


def test_a_store_that_is_not_there_is_not_made(ask_of: Ask, tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    result = ask_of("fund", "list", "--store", f"sqlite:///{missing}", code=2)
    assert str(missing) in result.stderr
    assert list(tmp_path.iterdir()) == []
    assert "mysql" in ask_of("fund", "list", "--store", "mysql://u@h/d", code=2).stderr


def test_what_is_no_store_is_said_so(ask_of: Ask, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("no database at all " * 100, encoding="utf-8")
    result = ask_of("fund", "list", "--store", f"sqlite:///{tmp_path}/letter.db", code=1)
    assert "letter.db" in result.stderr


def test_the_demos_store_is_read_where_none_is_named(
    ask_of: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "demo-store" in ask_of("fund", "list", code=2).stderr
    (tmp_path / "demo-store").mkdir()
    with Ledger(f"sqlite:///{tmp_path}/demo-store/ledger.db") as ledger:
        open_county(Story(ledger))
    assert data(ask_of, "fund", "list")["items"] == []


def test_a_store_of_work_bears_no_banner(ask_of: Ask, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/real.db"
    with Ledger(url) as ledger:
        story = Story(ledger)
        open_county(story, sample=False)
        receive(story)
    assert "SAMPLE" not in ask_of("fund", "list", "--store", url).stdout
    assert json.loads(ask_of("fund", "list", "--store", url, "--json").stdout)["sample"] is False


def test_a_view_that_met_a_fact_which_this_build_cannot_read_says_so_beside_its_figures(
    ask_of: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/newer.db"
    with Ledger(url) as ledger:
        tell(ledger)
    monkeypatch.delitem(READERS, "fund.withdrawn/1")
    result = ask_of("fund", "list", "--store", url, "--json")
    assert "fund.withdrawn/1" in result.stderr
    assert "视图 statement 停在第" in result.stderr
    stopped = {stop["view"]: stop["fact"] for stop in json.loads(result.stdout)["stopped"]}
    assert stopped["statement"] == stopped["cases"] == "fund.withdrawn/1"
    assert "obligations" not in stopped


def test_a_fact_that_could_not_be_digested_is_told_beside_the_figures(
    ask_of: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def apply(_: Book, entry: Logged) -> None:
        if isinstance(entry.fact, MoneyWithdrawn):
            raise TypeError("odd")

    url = f"sqlite:///{tmp_path}/odd.db"
    with Ledger(url) as ledger:
        tell(ledger)
    odd = View("odd", 1, MetaData(), frozenset({"fund"}), each(apply))
    monkeypatch.setattr(cli.reading, "VIEWS", (*VIEWS, odd))
    result = ask_of("fund", "list", "--store", url, "--json")
    assert json.loads(result.stdout)["parked"] == 1
    assert "1 条事实未能读入视图" in result.stderr
    assert "view=odd" in result.stderr


def test_a_long_catch_up_shows_a_bar_on_a_terminal_and_leaves_stdout_alone(
    ask_of: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/long.db"
    with Ledger(url) as ledger:
        tell(ledger)
    monkeypatch.setattr(cli.reading, "QUIET_S", -1.0)
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    result = ask_of("fund", "list", "--store", url, "--json")
    assert len(json.loads(result.stdout)["items"]) == 2
    assert result.stderr.strip()


def test_what_is_written_later_is_read_next_time(ask_of: Ask, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/growing.db"
    with Ledger(url) as ledger:
        story = Story(ledger)
        open_county(story)
        assert json.loads(ask_of("fund", "list", "--store", url, "--json").stdout)["items"] == []
        receive(story)
    assert len(json.loads(ask_of("fund", "list", "--store", url, "--json").stdout)["items"]) == 2


def test_every_fact_of_a_case_has_words() -> None:
    facts = {stored_name(fact) for kind in (*KINDS, PAPERS.kind) for fact in BY_KIND[kind].facts}
    assert facts == FACTS.keys()


@pytest.mark.parametrize("words", ALL, ids=lambda words: " ".join(words[:2]))
def test_help_teaches_with_an_example(ask_of: Ask, words: tuple[str, ...]) -> None:
    text = ask_of(*words[:2], "--help").stdout
    assert f"bridgefund {words[0]} {words[1]}" in " ".join(text.split())


@pytest.mark.parametrize("words", [("fund", "list"), ("project", "list"), ("obligation", "list")])
def test_a_county_that_is_not_there_is_named_and_no_empty_list(ask: Ask, words: tuple[str, str]) -> None:
    result = ask(*words, "--county", "nowhere", code=2)
    assert "nowhere" in result.stderr
    assert result.stdout == ""
