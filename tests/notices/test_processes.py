"""The program itself, killed in the middle of a letter; and a worker that sends beside its work."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.ledger import Ledger
from doors.clock import wall_now
from notices.addresses import EMAIL
from notices.outbox import IN_DOUBT, SENDING, SENT, Outbox
from notices.sending import CLAIM_S, HANDED_OVER_S
from notices.tables import QUEUED, notices_engine
from tests.e2e.program import Ended, run
from tests.notices.office import POSTS, open_office
from tests.notices.receivers import MailServerHere
from tests.places import ROOT
from tests.story import Story, receive

WAIT_S = 120


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Story]:
    """A sample store whose notices are on, and seven of them to be sent."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        yield open_office(ledger)


@pytest.fixture
def environ(tmp_path: Path, mail_server: MailServerHere) -> dict[str, str]:
    """What sends the notices of the store to the mail server here."""
    people = "".join(f'[people.p-{post}]\nemail = "{post}@example.test"\n' for post in POSTS)
    (tmp_path / "notices.toml").write_text(people, encoding="utf-8")
    return {
        "BRIDGEFUND_LANG": "en",
        "BRIDGEFUND_STORE": f"sqlite:///{tmp_path}/ledger.db",
        "BRIDGEFUND_NOTICES": str(tmp_path / "notices.toml"),
        "BRIDGEFUND_NOTICES_FROM": "bridgefund@county.test",
        "BRIDGEFUND_NOTICES_SMTP_HOST": "127.0.0.1",
        "BRIDGEFUND_NOTICES_SMTP_PORT": str(mail_server.port),
        "BRIDGEFUND_NOTICES_SMTP_TLS": "none",
    }


def sends(folder: Path, environ: dict[str, str]) -> Ended:
    return run(folder, "notices", "send", **environ)


def counts(folder: Path, environ: dict[str, str]) -> dict[str, int]:
    told = run(folder, "notices", "status", "--json", **environ)
    assert told.code == 0, told.err
    of_mail: dict[str, int] = json.loads(told.out)["deliveries"][EMAIL]
    return of_mail


def killed(folder: Path, environ: dict[str, str], server: MailServerHere) -> None:
    """Send, and end the process by SIGKILL while the server holds its answer."""
    with started(folder, environ, "notices", "send") as process:
        try:
            assert server.reached.wait(WAIT_S), process.poll()
        finally:
            process.send_signal(signal.SIGKILL)
    server.reached.clear()
    server.holds_rcpt.clear()
    server.holds_end.clear()


def started(folder: Path, environ: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder), **environ},
        stdout=subprocess.PIPE,
        text=True,
    )


def later(folder: Path, seconds: float) -> None:
    """Settle what was left behind, as a sender does once that time is over."""
    engine = notices_engine(f"sqlite:///{folder}/ledger.db")
    Outbox(engine).recover(wall_now() + timedelta(seconds=seconds), doubted=[EMAIL])
    engine.dispose()


def ids(server: MailServerHere) -> list[str]:
    return [letter.message["message-id"] for letter in server.taken]


def test_killed_after_the_server_took_it_the_letter_stands_in_doubt_and_comes_once(
    tmp_path: Path, office: Story, environ: dict[str, str], mail_server: MailServerHere
) -> None:
    assert sends(tmp_path, environ).code == 0  # Switched on: what stands before is not sent.
    receive(office)
    mail_server.holds_end.set()
    killed(tmp_path, environ, mail_server)
    assert len(mail_server.taken) == 1
    told = sends(tmp_path, environ)
    assert (told.code, told.out) == (0, "6 sent, 0 to be tried again, 0 parked, 0 in doubt\n"), told.err
    assert counts(tmp_path, environ) == {QUEUED: 0, SENDING: 1, SENT: 6, "parked": 0, IN_DOUBT: 0}
    later(tmp_path, HANDED_OVER_S + 60)
    assert counts(tmp_path, environ)[IN_DOUBT] == 1
    assert sends(tmp_path, environ).out == "0 sent, 0 to be tried again, 0 parked, 0 in doubt\n"
    assert len(ids(mail_server)) == len(set(ids(mail_server))) == 7
    # Whoever wants it sent all the same says so, and the mailbox can know the repeat.
    assert run(tmp_path, "notices", "retry", "--in-doubt", **environ).code == 0
    assert sends(tmp_path, environ).code == 0
    assert len(ids(mail_server)) == 8
    assert len(set(ids(mail_server))) == 7


def test_killed_before_the_server_took_it_the_letter_comes_once_later(
    tmp_path: Path, office: Story, environ: dict[str, str], mail_server: MailServerHere
) -> None:
    sends(tmp_path, environ)
    receive(office)
    mail_server.holds_rcpt.set()
    killed(tmp_path, environ, mail_server)
    sends(tmp_path, environ)
    later(tmp_path, CLAIM_S + 60)
    engine = notices_engine(f"sqlite:///{tmp_path}/ledger.db")
    Outbox(engine).retry(wall_now(), [QUEUED])  # Put back for a moment of the future, by the test's own clock.
    engine.dispose()
    assert sends(tmp_path, environ).out == "1 sent, 0 to be tried again, 0 parked, 0 in doubt\n"
    assert len(ids(mail_server)) == len(set(ids(mail_server))) == 7


def test_following_sends_what_comes_until_it_is_told_to_stop(
    tmp_path: Path, office: Story, environ: dict[str, str], mail_server: MailServerHere
) -> None:
    with started(tmp_path, environ, "notices", "send", "--follow", "--every", "0.2") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        receive(office)
        wait_for(mail_server, 7)
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_S) == 0


def test_a_worker_sends_beside_its_work(
    tmp_path: Path, office: Story, environ: dict[str, str], mail_server: MailServerHere, dev_address: str
) -> None:
    with started(tmp_path, environ, "worker", "--sample", "--address", dev_address) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        receive(office)
        wait_for(mail_server, 7)
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_S) == 0
    assert counts(tmp_path, environ)[SENT] == 7


def wait_for(server: MailServerHere, letters: int) -> None:
    end = wall_now() + timedelta(seconds=WAIT_S)
    while len(server.taken) < letters:
        assert wall_now() < end, len(server.taken)
        server.reached.wait(0.05)
