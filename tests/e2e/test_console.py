"""`bridgefund console`: it serves a store on this machine, reads without Temporal, and ends when it is told to."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from subprocess import PIPE

import httpx2 as httpx
import pytest

from domain.ledger import Ledger
from servers.ports import LOOPBACK
from tests.audit.town import open_books
from tests.e2e.program import aborted, run, started

LIMIT_S = 120
HIDDEN = r'type="hidden" name="([^"]+)" value="([^"]*)"'
PUBLIC = "https://fund.example"
NEW = "Lend-me-a-hand-42"


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A sample store with an open fund."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    with Ledger(url) as ledger:
        open_books(ledger, 1)
    return url


def hidden_of(page: str) -> dict[str, str]:
    """Return what the forms of a page send without anybody filling it in."""
    return dict(re.findall(HIDDEN, page.partition("<main")[2]))


@contextmanager
def console(cwd: Path, store: str, *words: str) -> Iterator[str]:
    """Run a console whose Temporal does not answer; yield its address; it ends at SIGTERM, with code 0."""
    where = ("--store", store, "--address", f"{LOOPBACK}:1", "--sample", "--port", "0", "--json")
    process = started(cwd, ("console", *where, *words), stdout=PIPE)
    try:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["ready"]
        assert said["url"] == (PUBLIC if words else said["address"])
        yield said["address"]
        process.terminate()
        assert process.wait(LIMIT_S) == 0
    finally:
        if process.poll() is None:
            aborted(process)
        assert process.stdout is not None
        process.stdout.close()


def test_pages_are_read_without_temporal_and_a_request_is_told_to_come_again(tmp_path: Path, store: str) -> None:
    added = run(tmp_path, "account", "add", "p-108", "--store", store, "--json")
    once = json.loads(added.out)["password"]
    with console(tmp_path, store) as at, httpx.Client(base_url=at, follow_redirects=True, timeout=60) as browser:
        change = browser.post("/login", data={"login": "p-108", "password": once})
        assert change.url.path == "/password"
        changed = browser.post("/password", data={**hidden_of(change.text), "old": once, "new": NEW, "again": NEW})
        assert changed.url.path == "/inbox"
        form = re.search(r'href="(/sample/fund/S0/ask/fund\.report/1[^"]*)"', browser.get("/inbox").text)
        assert form
        shown = browser.get(form.group(1)).text
        asked = browser.post(form.group(1).partition("?")[0], data={**hidden_of(shown), "do": "send"})
        assert asked.status_code == 503
        assert "没有答复" in asked.text
        assert browser.get("/sample/fund/S0").status_code == 200


def test_behind_a_proxy_cookies_go_over_tls_only(tmp_path: Path, store: str) -> None:
    password = json.loads(run(tmp_path, "account", "add", "p-108", "--store", store, "--json").out)["password"]
    with console(tmp_path, store, "--url", PUBLIC) as at:
        at_proxy = {"host": "fund.example", "origin": PUBLIC}
        answer = httpx.post(f"{at}/login", headers=at_proxy, data={"login": "p-108", "password": password}, timeout=60)
        assert answer.status_code == 303
        assert "secure" in answer.headers["set-cookie"].lower()
        assert "max-age" in answer.headers["strict-transport-security"]
        assert httpx.get(f"{at}/login", headers={"host": "other.example"}, timeout=60).status_code in (400, 404, 421)


def test_it_says_why_it_does_not_start(tmp_path: Path, store: str) -> None:
    where = ("console", "--store", store, "--address", f"{LOOPBACK}:1")
    sample = run(tmp_path, *where, BRIDGEFUND_LANG="en")
    assert (sample.code, "sample store" in sample.err) == (2, True)
    with socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        second = run(tmp_path, *where, "--sample", "--port", port, BRIDGEFUND_LANG="en")
        assert (second.code, f"port {port} is taken" in second.err) == (2, True)
    for url in ("fund.example", "ftp://fund.example", "https://fund.example/path"):
        wrong = run(tmp_path, *where, "--sample", "--url", url, BRIDGEFUND_LANG="en")
        assert (wrong.code, "CONSOLE_URL" in wrong.err) == (2, True), url
