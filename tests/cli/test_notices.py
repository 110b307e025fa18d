"""`bridgefund notices`: who was told what and when, and what is refused before anything is sent."""

import json
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli import notices
from cli.notice_sending import Sending
from domain.fund_facts import PortionReceived
from domain.ledger import Ledger
from domain.requests import RegisterReceipt
from doors.clock import wall_now
from notices.outbox import Outbox
from notices.tables import notices_engine
from settings import Settings
from tests.e2e.program import run
from tests.notices.office import SECRET, open_office
from tests.notices.receivers import WebhooksHere
from tests.story import WAN, Story, day, receive

Ask = Callable[..., Result]
FILE = "BRIDGEFUND_NOTICES"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A sample store in which the notices' facts have happened, and nobody has switched them on."""
    made = f"sqlite:///{tmp_path / 'ledger.db'}"
    with Ledger(made) as ledger:
        receive(open_office(ledger))
    return made


@pytest.fixture
def ask(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setenv("BRIDGEFUND_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(notices.app, [*words, "--store", url])


@pytest.fixture
def webhooks() -> Iterator[WebhooksHere]:
    with WebhooksHere() as receiver:
        yield receiver


def address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    (tmp_path / "notices.toml").write_text(text, encoding="utf-8")
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    monkeypatch.setenv(FILE, "notices.toml")


def items(told: Result) -> list[dict[str, Any]]:
    assert told.exit_code == 0, told.output
    found: list[dict[str, Any]] = json.loads(told.stdout)["items"]
    return found


def test_what_was_before_the_start_is_listed_and_never_sent(ask: Ask) -> None:
    began = ask("start", "--from-start", "--json")
    assert "notices are on: of what comes after fact" in began.stderr
    assert json.loads(began.stdout)["noted"] == 7
    again = ask("start", "--from-start")
    assert (again.stderr, again.stdout) == ("", "0 earlier notices listed, none is sent\n")
    (breached,) = (one for one in items(ask("list", "--json")) if one["kind"] == "breached")
    assert (breached["post"], breached["person"], breached["due_on"]) == (
        "finance_section",
        "p-finance_section",
        "2023-03-05",
    )
    assert (breached["earlier"], breached["deliveries"]) == (True, [])
    assert breached["fact"] == {
        "name": "obligation.escalated/1",
        "stream": "sample/obligation/fund-F2-arrival",
        "version": 5,
        "position": 35,
    }
    assert "of before the start, not sent" in ask("list").stdout


@pytest.mark.parametrize(
    ("words", "number"),
    [
        (("--case", "sample/fund/F2"), 5),
        (("--person", "p-deputy_director"), 1),
        (("--post", "finance_section"), 5),
        (("--post", "finance_section", "--case", "sample/fund/F1"), 1),
        (("--county", "jiashi"), 0),
        (("--person", "p-rrb"), 0),  # Somebody who was told nothing.
    ],
)
def test_notices_are_listed_by_case_person_and_post(ask: Ask, words: tuple[str, ...], number: int) -> None:
    ask("start", "--from-start")
    assert len(items(ask("list", *words, "--json"))) == number


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--person", "p-nobody"), "--person: nobody is called p-nobody in this store"),
        (("--post", "nothing"), "--post: none to 'nothing'; there are: chief_watch_post"),
        (("--case", "F1"), "case: 'F1' is not <county>/"),
    ],
)
def test_names_that_the_store_does_not_know_are_refused(ask: Ask, words: tuple[str, ...], said: str) -> None:
    ask("start", "--from-start")
    told = ask("list", *words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith(said)


def test_before_the_start_it_is_said_so(ask: Ask) -> None:
    assert "notices are not switched on" in ask("status").stdout
    assert json.loads(ask("status", "--json").stdout) == {"sample": True, "on": False}
    for word in ("list", "retry"):
        told = ask(word)
        assert told.exit_code == 2
        assert "bridgefund notices start" in told.stderr


def sending(
    url: str, tmp_path: Path, webhooks: WebhooksHere, monkeypatch: pytest.MonkeyPatch, *words: str
) -> tuple[int, str]:
    """Send once, by the program itself: the command ends its process."""
    hook = f'webhook = "{webhooks.url("x")}"\nwebhook_secret_file = "secret"\n'
    address(monkeypatch, tmp_path, f"[people.p-finance_section]\n{hook}")
    ended = run(tmp_path, "notices", "send", "--store", url, *words)
    return ended.code, ended.out


def test_what_was_sent_to_whom_is_there_for_an_auditor_and_what_is_parked_has_its_reason(
    ask: Ask, url: str, tmp_path: Path, webhooks: WebhooksHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending(url, tmp_path, webhooks, monkeypatch)
    with Ledger(url) as ledger:
        story = Story(ledger, _ids=count(1_000))
        story.ask("fund", "F3", again("3号"), "finance_section", day(4, 1))
        webhooks.answers = lambda _: (410, {})
        assert sending(url, tmp_path, webhooks, monkeypatch) == (
            0,
            "0 sent, 0 to be tried again, 1 parked, 0 in doubt\n",
        )
        told = json.loads(ask("status", "--json").stdout)
        assert (told["unread"], told["deliveries"]["webhook"]["parked"]) == (0, 1)
        (parked,) = told["troubled"]
        assert (parked["case"], parked["reason"]) == ("sample/fund/F3", "HTTP 410 Gone")
        webhooks.answers = lambda _: (503, {})
        assert ask("retry", "nothing").exit_code == 2
        assert ask("retry", parked["notice"]).stdout == "1 queued once more\n"
        # One waits: exit 1, and repeating does no harm.
        code, out = sending(url, tmp_path, webhooks, monkeypatch, "--json")
        assert (code, json.loads(out)["later"]) == (1, 1)
        webhooks.answers = lambda _: (200, {})
        engine = notices_engine(url)
        Outbox(engine).retry(wall_now(), ["queued"])
        engine.dispose()
        assert sending(url, tmp_path, webhooks, monkeypatch)[0] == 0
        (one,) = items(ask("list", "--case", "sample/fund/F3", "--json"))
        (delivery,) = one["deliveries"]
        assert (delivery["state"], delivery["address"], delivery["attempts"]) == ("sent", webhooks.url("x"), 3)
        assert delivery["sent_at"]
        assert f"webhook sent {delivery['sent_at'][:16]}" in ask("list", "--case", "sample/fund/F3").stdout
        assert "read to" in ask("status").stdout


def again(no: str) -> RegisterReceipt:
    return RegisterReceipt(
        document_no=f"样例财农〔2023〕{no}",
        item_no="1",
        source="central",
        tier="central",
        fiscal_year=2023,
        portions=(PortionReceived("integrated", WAN),),
    )


LOCAL = {"BRIDGEFUND_NOTICES_SMTP_HOST": "127.0.0.1", "BRIDGEFUND_NOTICES_FROM": "bridgefund@county.test"}
MAIL = '[people.p-director]\nemail = "d@example.cn"\n'


@pytest.mark.parametrize(
    ("text", "environ", "said"),
    [
        ("[people.p-dirctor]\n", {}, "notices.toml:1: people.p-dirctor: nobody of this id is appointed"),
        ("[people.p-director]\nemail = 1\n", {}, "notices.toml:2: people.p-director.email: 1 is not a text"),
        ("[people.p-director\n", {}, "notices.toml:1: not TOML"),
        (MAIL, {}, "notices.toml:2: people.p-director.email: there is no mail server"),
        (
            '[people.p-director]\nwebhook = "https://oa.example.cn/x"\nwebhook_secret_file = "secret"\n',
            {},
            "notices.toml:2: people.p-director.webhook: a sample store sends to this machine only",
        ),
        (MAIL, {**LOCAL, "BRIDGEFUND_NOTICES_SMTP_HOST": "mail.example.cn"}, "BRIDGEFUND_NOTICES_SMTP_HOST: a sample"),
        (MAIL, {**LOCAL, "BRIDGEFUND_NOTICES_FROM": "county"}, "BRIDGEFUND_NOTICES_FROM: 'county' is no e-mail"),
        (MAIL, {**LOCAL, "BRIDGEFUND_NOTICES_SMTP_USER": "u"}, "BRIDGEFUND_NOTICES_SMTP_USER: user and password"),
        (
            MAIL,
            {**LOCAL, "BRIDGEFUND_NOTICES_SMTP_USER": "u", "BRIDGEFUND_NOTICES_SMTP_PASSWORD_FILE": "none"},
            "BRIDGEFUND_NOTICES_SMTP_PASSWORD_FILE: none: ",
        ),
        (
            MAIL,
            {
                **LOCAL,
                "BRIDGEFUND_NOTICES_SMTP_HOST": "mail.example.cn",
                "BRIDGEFUND_NOTICES_SAMPLE_OUTSIDE": "true",
                "BRIDGEFUND_NOTICES_SMTP_TLS": "none",
                "BRIDGEFUND_NOTICES_SMTP_USER": "u",
            },
            "BRIDGEFUND_NOTICES_SMTP_TLS: a password must not go",
        ),
        (MAIL, {**LOCAL, "BRIDGEFUND_NOTICES_SMTP_PORT": "99999"}, "BRIDGEFUND_NOTICES_SMTP_PORT: "),
        (MAIL, {**LOCAL, "BRIDGEFUND_NOTICES_SMTP_TLS": "ssl"}, "BRIDGEFUND_NOTICES_SMTP_TLS: "),
        (MAIL, {FILE: "nowhere.toml"}, "nowhere.toml: No such file"),
        (MAIL, {FILE: ""}, "BRIDGEFUND_NOTICES: the file of addresses is not set"),
    ],
)
def test_bad_input_is_named_and_switches_nothing_on(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, environ: dict[str, str], said: str
) -> None:
    address(monkeypatch, tmp_path, text)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    told = ask("send")
    assert (told.exit_code, told.stdout) == (2, ""), told.stderr
    assert told.stderr.startswith(said)
    assert json.loads(ask("status", "--json").stdout)["on"] is False


def test_a_password_comes_from_a_file_or_the_environment_and_not_from_both(
    ask: Ask, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("s3cret\n", encoding="utf-8")
    for name, value in {**LOCAL, "BRIDGEFUND_NOTICES_SMTP_USER": "u"}.items():
        monkeypatch.setenv(name, value)
    address(monkeypatch, tmp_path, MAIL)
    monkeypatch.setenv("BRIDGEFUND_NOTICES_SMTP_PASSWORD_FILE", "password")
    with Ledger(url) as ledger:
        Sending(ledger, Settings.from_env(os.environ)).engine.dispose()
        monkeypatch.setenv("BRIDGEFUND_NOTICES_SMTP_PASSWORD", "s3cret")
        assert "s3cret" not in repr(Settings.from_env(os.environ))
        told = ask("send")
        assert (told.exit_code, "not both" in told.stderr) == (2, True)
        (tmp_path / "password").write_text("", encoding="utf-8")
        monkeypatch.delenv("BRIDGEFUND_NOTICES_SMTP_PASSWORD")
        assert "password is empty" in ask("send").stderr


def test_a_production_store_sends_to_other_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address(monkeypatch, tmp_path, MAIL)
    for name, value in {**LOCAL, "BRIDGEFUND_NOTICES_SMTP_HOST": "mail.example.cn"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(FILE, str(tmp_path / "notices.toml"))
    with Ledger(f"sqlite:///{tmp_path / 'production.db'}") as ledger:
        open_office(ledger, sample=False)
        Sending(ledger, Settings.from_env(os.environ)).engine.dispose()  # Nothing is refused, and nothing sent yet.
