"""The JSON API as it describes itself, against what schemathesis makes of that: no error of ours, whatever is sent.

Its command is run, not its plugin for pytest, which of a living API makes no tests under pytest 9.2.
"""

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Page

from console.access import CSRF_HEADER
from domain.cases import KINDS
from tests.places import ROOT
from tests.web.real_calls import ANSWERS, CALLS, not_answered, real_calls
from tests.web.town import Town

# Who calls; and in the county that has most kinds of cases, from which desk.
SOMEBODY, COUNTY, IN_COUNTY, POST = "p-108", "jiashi", "p-006", "payment_centre"
PINNED, REPORT = "claim", "funds"  # The kind of case, and the report, about which the rest is drawn by lot.
DESCRIPTION = "/api/openapi.json"
EXAMPLES = 6  # Of each call, besides those at the bounds of what is described.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "problems_are_problems",
)
# In one order, without what earlier runs kept: a failure is the same on every machine.
WORDS = ("--generation-deterministic", "--no-color", "--warnings", "off")
PHASES = "examples,coverage,fuzzing"
LIMIT_SECONDS = 240


@dataclass(frozen=True)
class SignedIn:
    """Where the API is, and what somebody's calls carry."""

    url: str
    headers: Mapping[str, str]
    description: Mapping[str, Any]


Caller = Callable[[str], Awaitable[SignedIn]]


@pytest_asyncio.fixture(loop_scope="session")
async def caller(town: Town, desk: Callable[..., Awaitable[Page]]) -> Caller:
    """Call it with a person: it returns what the calls of whoever is signed in carry."""
    return lambda person: signed_in(town, desk, person)


async def signed_in(town: Town, desk: Callable[..., Awaitable[Page]], person: str) -> SignedIn:
    """Return somebody, signed in."""
    page = await desk(person)
    await page.goto("/inbox")
    csrf = await page.locator("input[name=csrf]").first.get_attribute("value")
    cookies = "; ".join(f"{one.get('name')}={one.get('value')}" for one in await page.context.cookies())
    answer = await page.context.request.get(DESCRIPTION)
    assert answer.status == 200
    return SignedIn(town.url, {"Cookie": cookies, CSRF_HEADER: csrf or ""}, await answer.json())


def cases_of(store: Path, county: str) -> dict[str, str]:
    """Return of each kind the number of the case of which most is known."""
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute("SELECT originator_id FROM stored_events GROUP BY 1 ORDER BY count(*), 1").fetchall()
    parts = [row[0].split("/", 2) for row in rows]
    return {part[1]: part[2] for part in parts if len(part) == 3 and part[0] == county and part[1] in KINDS}


def pinned(description: Mapping[str, Any], county: str, cases: Mapping[str, str]) -> str:
    """Return a configuration that says what calls are about: what is drawn by lot gets no further than *not there*."""
    lines = ["[parameters]", f"county = {json.dumps(county)}"]
    for path in description["paths"]:
        of = {"kind": PINNED} if "{kind}" in path else {"name": REPORT} if "{name}" in path else {}
        if "{no}" in path:
            of["no"] = cases[of.get("kind") or path.partition("/{no}")[0].rpartition("/")[2]]
        if of:
            values = ", ".join(f"{name} = {json.dumps(value)}" for name, value in of.items())
            lines += ["[[operations]]", f"include-path = {json.dumps(path)}", f"parameters = {{ {values} }}"]
        if "post" in description["paths"][path]:  # Bodies at their bounds are refused before any case is looked at.
            lines += ["phases.coverage.enabled = false"]
    return "\n".join(lines)


async def held_against(caller: SignedIn, folder: Path, config: str, **environ: str) -> tuple[int, str]:
    """Run schemathesis over the API, and return its exit code and what it says."""
    (folder / "schemathesis.toml").write_text(config, encoding="utf-8")
    headers = [word for name, value in caller.headers.items() for word in ("--header", f"{name}: {value}")]
    bounds = ("--max-examples", str(EXAMPLES), "--phases", PHASES, "--checks", ",".join(CHECKS))
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).parent / "schemathesis", "--config-file", folder / "schemathesis.toml"),
        *("run", f"{caller.url}{DESCRIPTION}", "--include-path-regex", "^/api", *bounds, *WORDS, *headers),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.web.api_checks", **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(LIMIT_SECONDS):
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_whatever_is_sent_is_answered_as_described(caller: Caller, tmp_path: Path) -> None:
    code, said = await held_against(await caller(SOMEBODY), tmp_path, "")
    assert code == 0, said[-20_000:]


async def test_whatever_is_sent_of_what_there_is_is_answered_as_described(
    caller: Caller, town: Town, tmp_path: Path
) -> None:
    """With each kind of case, each report and each list that the played year has: every call is answered well."""
    cases = cases_of(town.folder / "ledger.db", COUNTY)
    somebody = await caller(IN_COUNTY)
    calls = real_calls(somebody.description, COUNTY, cases, POST)
    asked, noted = tmp_path / "calls.json", tmp_path / "answers.jsonl"
    asked.write_text(json.dumps(calls), encoding="utf-8")
    here = pinned(somebody.description, COUNTY, cases)
    code, said = await held_against(somebody, tmp_path, here, **{CALLS: str(asked), ANSWERS: str(noted)})
    assert code == 0, said[-20_000:]
    assert not_answered(calls, noted) == {}


async def test_every_call_is_described(caller: Caller) -> None:
    assert [path for path in (await caller(SOMEBODY)).description["paths"] if path.startswith("/api")] != []
