"""Gates that wait together, as views and commands tell of them; and a deadline that was broken and then dropped."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import cli.reading
from cli import acting, claims, obligations, projects
from cli.asked import Given, Word, asked_request
from domain.cases import parse_case
from domain.claim import CLAIM
from domain.ledger import Ledger
from domain.policy import Policy, parse
from domain.requests import AnswerGate
from domain.terms import Line
from tests.story import COUNTY, POLICIES, WAN, Story, adopt, day, tell

APP = typer.Typer()
for name, module in (("project", projects), ("claim", claims), ("obligation", obligations)):
    APP.add_typer(module.app, name=name)
SECOND = 'post = "payment_centre"\nkind = "review"\n'
Ask = Callable[..., str]


def beside() -> Policy:
    """Return the story's rules with the second gate open together with the first."""
    text = (POLICIES / f"{COUNTY}.toml").read_text(encoding="utf-8")
    assert text.count(SECOND) == 1
    return parse(text.replace(SECOND, f"{SECOND}with_former = true\n"), "grouped")


def lodge(story: Story, no: str) -> None:
    story.lodge(no, "settlement", (Line("F1", "integrated", "S01", WAN),), day(9, 2))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The story, and behind it: G1 at both gates, G2 at one; G3 and G4 returned, G4 when a gate was overdue."""
    url = f"sqlite:///{tmp_path_factory.mktemp('grouped')}/ledger.db"
    with Ledger(url) as ledger:
        story = tell(ledger)
        adopt(story, beside(), day(9, 1))
        for no in ("G1", "G2", "G3", "G4"):
            lodge(story, no)
        story.pass_gates("G2", ("payment_centre",), day(9, 3))
        back = AnswerGate(gate="payment_centre", approve=False, opinion="缺发票")
        story.ask("claim", "G3", back, "payment_centre", day(9, 3))
        story.tick("claim-G4-v1-finance_section", day(9, 6))
        story.ask("claim", "G4", back, "payment_centre", day(9, 6))
    return url


@pytest.fixture
def ask(store: str, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setenv("BRIDGEFUND_STORE", store)
    monkeypatch.setattr(cli.reading, "_WIDTH_UNSEEN", 400)  # Wide enough for a row without a fold.

    def run(*words: str, language: str = "zh") -> str:
        monkeypatch.setenv("BRIDGEFUND_LANG", language)
        result = CliRunner().invoke(APP, words)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout

    return run


def case(ask: Ask, no: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask("claim", "show", f"sample/claim/{no}", "--json"))["case"]
    return found


def test_every_open_gate_is_waited_for(ask: Ask) -> None:
    both = [{"step": post, "post": post} for post in ("finance_section", "payment_centre")]
    assert (case(ask, "G1")["waiting"], case(ask, "G1")["stage"]) == (both, "finance_section + payment_centre")
    assert (case(ask, "G2")["waiting"], case(ask, "G2")["stage"]) == (both[:1], "finance_section")
    # The first of two answers approves nothing yet.
    assert case(ask, "G2")["approved_fen"] == 0


@pytest.mark.parametrize("post", ["finance_section", "payment_centre"])
def test_who_acts_for_a_post_answers_the_gate_of_that_post(store: str, post: str) -> None:
    with Ledger(store) as ledger:
        waiting = CLAIM.open_steps(ledger.state(CLAIM, "sample/claim/G1"))
        own = acting._own_first(ledger, parse_case("sample/claim/G1"), waiting, post, None)
    assert own[0].post == post
    request = asked_request("claim", Given(Word.APPROVE), [step.id for step in own], day(9, 3))
    assert request == AnswerGate(gate=post, approve=True)


@pytest.mark.parametrize(
    ("language", "stage"),
    [
        ("zh", "状态：业务股审核 + 支付中心审核"),
        ("en", "stage: review by the business section + review by the payment centre"),
    ],
)
def test_a_stage_of_several_gates_has_all_their_names(ask: Ask, language: str, stage: str) -> None:
    assert stage in ask("claim", "show", "sample/claim/G1", language=language)


def test_dropped_clock_says_why_and_was_no_breach(ask: Ask) -> None:
    assert "限时义务撤销：payment_centre: 缺发票" in " ".join(ask("claim", "show", "sample/claim/G3").split())
    every = json.loads(ask("obligation", "list", "--json"))["items"]
    dropped = next(row for row in every if row["obligation"].endswith("claim-G3-v1-finance_section"))
    assert (dropped["stage"], dropped["late"], dropped["dropped_because"]) == (
        "dropped",
        False,
        "payment_centre: 缺发票",
    )


def test_deadline_that_was_broken_before_it_was_dropped_stays_among_the_late(ask: Ask) -> None:
    late = {row["obligation"]: row for row in json.loads(ask("obligation", "list", "--late", "--json"))["items"]}
    broken = late["sample/obligation/claim-G4-v1-finance_section"]
    assert (broken["stage"], broken["late"]) == ("dropped", True)
    assert "sample/obligation/claim-G3-v1-finance_section" not in late


def test_nobody_is_late_with_what_was_dropped(ask: Ask) -> None:
    lines = ask("obligation", "list", language="en").splitlines()
    [dropped] = [re.split(r"\s{2,}", line.strip()) for line in lines if "claim-G3-v1-finance" in line]
    [waiting] = [re.split(r"\s{2,}", line.strip()) for line in lines if "claim-G1-v1-finance" in line]
    assert dropped[3:] == ["dropped", "sample, days made up"]
    # Due on the same day, and nobody has answered since.
    assert (waiting[0], waiting[3], waiting[5:]) == (dropped[0], "overdue", ["sample, days made up"])
    assert int(waiting[4]) > 0
