"""The demo that stays: its console answers, everybody of the sample signs in and finds something to do, and it ends."""

import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

import httpx2 as httpx
import pytest

from cli.demo import COUNTIES, LEFT_OPEN
from console.demo import PASSWORD
from doors.stores import DEMO_STORE
from simulation.samples import load
from tests.e2e.program import aborted, run, started
from tests.places import SAMPLES

PEOPLE = sorted({one.person for name in COUNTIES for one in load(SAMPLES / name).people})
LIMIT_S = 120
HIDDEN = r'type="hidden" name="([^"]+)" value="([^"]*)"'


@dataclass(frozen=True)
class Demo:
    """A demo that runs: where, what it said, and its console's address."""

    cwd: Path
    process: Popen[str]
    said: str
    at: str
    passes: dict[str, httpx.Cookies] = field(default_factory=dict)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`bridgefund demo`, played once for the tests below; at the end it is told to stop, and stops."""
    cwd = tmp_path_factory.mktemp("demo")
    out, err = cwd / "out", cwd / "err"
    with out.open("w") as to, err.open("w") as errors:
        process = started(cwd, ("demo",), stdout=to.fileno(), stderr=errors.fileno())
    try:
        said = _said(process, out, err)
        at = re.search(r"http://127\.0\.0\.1:[0-9]+", said)
        assert at, said
        yield Demo(cwd, process, said, at.group())
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0
        assert [path.name for path in (cwd / DEMO_STORE).parent.glob("*.json")] == ["ledger.db.names.json"]
        told = err.read_text(encoding="utf-8")
        assert "Traceback" not in told, told[-4000:]
        assert "未能留作待办" not in told, told
    finally:
        if process.poll() is None:
            aborted(process)


def _said(process: "Popen[str]", out: Path, err: Path) -> str:
    """Return what the demo said, once it has said all."""
    end = time.monotonic() + 3 * LIMIT_S
    while f"claim show {LEFT_OPEN}" not in (said := out.read_text(encoding="utf-8")):
        assert process.poll() is None, err.read_text(encoding="utf-8")[-4000:]
        assert time.monotonic() < end, said
        time.sleep(0.5)
    return said


@contextmanager
def signed_in(demo: Demo, person: str) -> Iterator[httpx.Client]:
    """Yield a visitor's browser, signed in as *person* once: from one machine nobody may try too often."""
    with httpx.Client(base_url=demo.at, cookies=demo.passes.get(person), follow_redirects=True, timeout=60) as browser:
        if person not in demo.passes:
            inbox = browser.post("/login", data={"login": person, "password": PASSWORD, "next": "/inbox"})
            assert (inbox.status_code, inbox.url.path) == (200, "/inbox")
            demo.passes[person] = browser.cookies
        yield browser


def test_it_says_where_the_console_is_and_who_may_sign_in(demo: Demo) -> None:
    assert PASSWORD in demo.said
    rows = [line.split() for line in demo.said.splitlines() if re.match(r"p-[0-9]+ ", line)]
    assert sorted(row[0] for row in rows) == PEOPLE
    assert all(int(row[-1]) > 0 for row in rows)


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_of_the_sample_finds_something_to_do(demo: Demo, person: str) -> None:
    with signed_in(demo, person) as browser:
        inbox = browser.get("/inbox").text
        # A decision at the card, or a form that opens.
        forms = re.findall(r'href="(/[^"]+/ask/[^"]+)"', inbox)
        assert forms or 'action="/inbox/decide"' in inbox
        for form in forms[:1]:
            assert browser.get(form.replace("&amp;", "&")).status_code == 200


def test_an_opinion_that_is_asked_for_is_given_and_the_step_goes_on(demo: Demo) -> None:
    """The field that names the step is the request's own, and not the page's."""
    with signed_in(demo, "p-113") as browser:
        form = re.search(r'href="(/sample/handling/claim-S05-6/ask/[^"]+)"', browser.get("/inbox").text)
        assert form
        shown = browser.get(form.group(1)).text
        hidden = dict(re.findall(HIDDEN, shown.partition("<main")[2]))
        data = {**hidden, "step": "deputy_director", "opinion": "样例：同意在年末支付", "do": "send"}
        given = browser.post(form.group(1).partition("?")[0], data=data)
        assert given.status_code == 200, given.text[-2000:]
        assert "claim-S05-6/ask/" not in browser.get("/inbox").text
    with signed_in(demo, "p-112") as browser:
        assert "S05-6" in browser.get("/inbox").text
        assert browser.get("/inbox").text.count('action="/inbox/decide"') > 1


def test_other_commands_find_it_and_another_console_lets_nobody_of_the_sample_in(demo: Demo) -> None:
    status = run(demo.cwd, "status", "--json")
    seen = json.loads(status.out)
    assert (seen["console"], seen["wrong"]) == ({"address": demo.at, "answers": True}, [])
    other = started(demo.cwd, ("console", "--sample", "--port", "0", "--json"), stdout=-1)
    try:
        assert other.stdout is not None
        at = json.loads(other.stdout.readline())["address"]
        refused = httpx.post(f"{at}/login", data={"login": "p-112", "password": PASSWORD}, timeout=60)
        assert refused.status_code == 401
        other.terminate()
        assert other.wait(LIMIT_S) == 0
    finally:
        if other.poll() is None:
            aborted(other)
        assert other.stdout is not None
        other.stdout.close()
