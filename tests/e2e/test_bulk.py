"""Bulk and emergency decisions from the command line: a list of a clerk's, outcomes and exit codes; two key files."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from domain.claim import CLAIM
from domain.ledger import Ledger
from tests.e2e.program import Ended, run
from tests.e2e.town import OPEN_CLAIM, Town

OF_CLERK = "案件,决定,意见\nsample/claim/S04-2,同意,核无误\nsample/project/S05,同意,\nsample/claim/S99,同意,\n"
WATCH, DIRECTOR = "chief_watch_post", "director"


async def bridgefund(town: Town, *words: str, address: bool = True, **environ: str) -> Ended:
    """Run a command on the town's store."""
    where = ("--address", town.address) if address else ()
    return await asyncio.to_thread(run, town.cwd, *words, "--store", town.store, *where, **environ)


def list_of(town: Town, text: str, name: str = "list.csv", encoding: str = "utf-8") -> str:
    """Write a list as a spreadsheet would."""
    (town.cwd / name).write_text(text, encoding=encoding)
    return str(town.cwd / name)


def facts(town: Town) -> int:
    """Return how many facts the store has."""
    with Ledger(town.store) as ledger:
        return sum(1 for _ in ledger.log())


def outcomes(ended: Ended) -> list[tuple[str, str]]:
    """Return what came of each item, and the rule that refused it."""
    told: dict[str, Any] = json.loads(ended.out)
    return [(one["outcome"], one["rule"]) for one in told["items"]]


async def test_a_clerks_list_is_rehearsed_and_decided_item_by_item(town: Town) -> None:
    by = ("--as", "payment_centre")
    # As Chinese spreadsheets save it.
    clerks = list_of(town, OF_CLERK, encoding="gbk")
    before = facts(town)
    would = await bridgefund(town, "bulk", clerks, *by, "--dry-run", "--json", address=False)
    refused = [("refused", "WrongPostError"), ("refused", "BadInputError")]
    assert (would.code, outcomes(would)) == (1, [("would be done", ""), *refused]), would.err
    assert facts(town) == before, "a rehearsal stores nothing, not even an attempt"
    words = await bridgefund(town, "bulk", clerks, *by, "--dry-run", address=False, BRIDGEFUND_LANG="zh")
    assert "可办 sample/claim/S04-2" in words.out
    assert "拒绝 sample/project/S05" in words.out
    assert "competent_department" in words.out

    done = await bridgefund(town, "bulk", clerks, *by, "--json")
    assert done.code == 1, done.err
    assert outcomes(done)[0] == ("done", "")
    assert outcomes(done)[1][0] == outcomes(done)[2][0] == "refused"
    with Ledger(town.store) as ledger:
        assert ledger.state(CLAIM, OPEN_CLAIM).waits_for == "deputy_director"
    # What it left is the very list that was signed: handed in again, what is done stays done and is said to be.
    (left,) = town.cwd.glob("list.csv.*.json")
    again = await bridgefund(town, "bulk", str(left), *by, "--json")
    assert outcomes(again) == outcomes(done)[:2]
    with Ledger(town.store) as ledger:
        assert ledger.state(CLAIM, OPEN_CLAIM).waits_for == "deputy_director"
    one = list_of(town, json.dumps([{"case": OPEN_CLAIM, "decision": "approve"}]), "one.json")
    whole = await bridgefund(town, "bulk", one, "--as", "deputy_director", "--json")
    assert (whole.code, outcomes(whole)) == (0, [("done", "")]), whole.err


async def test_a_list_that_is_wrong_is_refused_whole(town: Town) -> None:
    before, head = facts(town), "case,decision\n"
    too_many = "".join(f"sample/claim/X{n},approve\n" for n in range(101))
    for name, text, said in (
        ("twice.csv", f"{head}{OPEN_CLAIM},approve\nsample/project/S05,approve\n{OPEN_CLAIM},return\n", OPEN_CLAIM),
        ("foreign.csv", f"{head}{OPEN_CLAIM},approve\njiashi/claim/C1,approve\n", "jiashi, sample"),
        ("empty.csv", head, "empty.csv"),
        ("many.csv", head + too_many, "at most 100"),
        ("word.csv", f"{head}{OPEN_CLAIM},perhaps\n", "row 2"),
        ("case.csv", f"{head}S04-2,approve\n", "row 2"),
        ("column.csv", "case,verdict\nx,y\n", "decision"),
        ("field.json", json.dumps([{"case": OPEN_CLAIM, "verdict": "approve"}]), "verdict"),
        ("none.json", "{}", "none.json"),
        ("gone.csv", "", "gone.csv"),
    ):
        file = list_of(town, text, name) if text else str(town.cwd / name)
        ended = await bridgefund(town, "bulk", file, "--as", "payment_centre", BRIDGEFUND_LANG="en")
        assert (ended.code, said in ended.err) == (2, True), (name, ended)
    assert facts(town) == before


async def test_two_key_files_decide_an_emergency(town: Town) -> None:
    keys = {post: await own_key(town, person) for post, person in ((WATCH, "p-111"), (DIRECTOR, "p-113"))}
    status = json.loads((await bridgefund(town, "status", "--json")).out)
    tomorrow = datetime.fromisoformat(status["store"]["business_now"]) + timedelta(days=1)
    said = ("--ground", "汛期抢险", "--absent", "住院", "--second", DIRECTOR, "--until", f"{tomorrow:%Y-%m-%dT%H:%M}")
    opened = await bridgefund(
        town, "emergency", "open", OPEN_CLAIM, "approve", *said, "--no", "E1", "--key", keys[WATCH]
    )
    assert opened.code == 0, opened.err
    alone = await bridgefund(town, "emergency", "confirm", "sample/emergency/E1", "--key", keys[WATCH])
    assert alone.code == 2
    second = await bridgefund(town, "emergency", "confirm", "sample/emergency/E1", "--key", keys[DIRECTOR])
    assert second.code == 0, second.err
    with Ledger(town.store) as ledger:
        assert ledger.state(CLAIM, OPEN_CLAIM).waits_for == "deputy_director"
    listed = await bridgefund(town, "emergency", "list", "sample", address=False, BRIDGEFUND_LANG="en")
    assert all(word in listed.out for word in ("E1", OPEN_CLAIM, "p-111", "p-113", "confirmed, in effect"))
    assert "no rule stated: to whom?" in listed.out
    rows = json.loads((await bridgefund(town, "emergency", "list", "sample", "--json", address=False)).out)
    assert [(row["first"], row["second"], row["outcome"], row["to"]) for row in rows["emergencies"]] == [
        ("p-111", "p-113", "confirmed", "")
    ]
    shown = json.loads((await bridgefund(town, "claim", "show", OPEN_CLAIM, "--json", address=False)).out)
    last = [one for one in shown["history"] if one["fact"] == "claim.gate-passed/1"][-1]
    assert (last["person"], last["second"], last["post"]) == ("p-111", "p-113", "payment_centre")


async def own_key(town: Town, person: str) -> str:
    """Make and register a key file of a person's own."""
    file: Path = town.cwd / f"{person}.key"
    made = await asyncio.to_thread(run, town.cwd, "key", "new", str(file), "--person", person)
    registered = await asyncio.to_thread(run, town.cwd, "key", "register", "sample", str(file), "--store", town.store)
    assert (made.code, registered.code) == (0, 0), registered.err
    return str(file)
